"""How far a training is, told where it was started: a bar that moves in a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

from gan_core.runs.records import Report, figure

SECONDS_BETWEEN_LINES = 10.0
NUMBERS = ("g_loss", "d_loss", "d_real", "d_fake", "loss", "val_loss")


class Progress:
    """To be called with each report of a training.

    Args:
        steps: of the whole training.
        stream: where to tell it (default: standard error).
        clock: seconds that only grow.
    """

    def __init__(self, steps: int, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.steps, self.stream, self.clock = steps, stream or sys.stderr, clock
        cell = type(self.stream).__module__.startswith("ipykernel.")  # of a notebook, which can take its line back, too
        live = self.stream.isatty() or cell
        self.bar = tqdm(total=steps, unit="step", smoothing=0.1, file=self.stream) if live else None
        self.first: tuple[float, int] | None = None  # when the first report after a step came: compiling takes its time once
        self.told = -SECONDS_BETWEEN_LINES

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, report: Report) -> None:
        numbers = {name: f"{value:.3f}" for name in NUMBERS if (value := figure(report, name)) is not None}
        if self.bar is not None:
            self.bar.update(report["step"] - self.bar.n)
            self.bar.set_postfix(numbers)
            return
        now = self.clock()
        if report["step"]:
            self.first = self.first or (now, report["step"])
        if report["step"] >= self.steps or now - self.told >= SECONDS_BETWEEN_LINES:
            self.told = now
            words = [f"step {report['step']:,} of {self.steps:,}", *self._pace(now, report["step"])]
            words += [f"{name} {value}" for name, value in numbers.items()]
            print(", ".join(words), file=self.stream, flush=True)

    def _pace(self, now: float, step: int) -> list[str]:
        began, first = self.first or (now, step)
        if now <= began or step <= first:
            return []
        pace = (step - first) / (now - began)
        left = (self.steps - step) / pace
        return [f"{pace:.3g} steps/s", *([f"about {_duration(left)} left"] if left else [])]


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 90 else f"{round(whole / 60)} min" if whole < 5400 else f"{whole // 3600} h {whole % 3600 // 60} min"
