"""How long a training will take on this machine: what a short calibration has measured, and what follows from it for any number of steps.

`calibration.py` measures, in a process of its own (`python -m gan_core calibrate`); here is what may be known without TensorFlow.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.runs.launching import give_way
from gan_core.settings import names
from gan_core.storage.fields import MAX_STEPS, Fields

FORMAT = 1
SECONDS = 2.0  # of steps that are measured
SECONDS_BETWEEN_STATES = 5.0  # and less at the beginning: a quarter of the time trained so far


@dataclass(frozen=True)
class Timing:
    """What was measured, all in seconds.

    Args:
        start: from the start of the process to a network that is ready.
        compile: the first call of the compiled step beyond what its step takes.
        step, report, look, state: one training step, one report with its snapshot, one look of the monitor, one saved state.
        share: of the training time that looks may take, 0 where the monitor has nothing to look at.
        measured_steps: behind `step`.
    """

    start: float
    compile: float
    step: float
    report: float
    look: float
    state: float
    share: float
    measured_steps: int

    def seconds(self, train: TrainConfig) -> float:
        """From pressing Start to the end of a run with these settings."""
        training = train.steps * self.step
        reports = len(train.report_steps())
        looks = min(reports * self.look, self.share * training + 2 * self.look)
        return self.start + self.compile + training + reports * self.report + looks + training / SECONDS_BETWEEN_STATES * self.state

    def to_dict(self) -> dict[str, object]:
        return {"format": FORMAT, **{name: round(value, 6) for name, value in dataclasses.asdict(self).items()}}

    @staticmethod
    def from_dict(values: object) -> Timing:
        """Raises RunError for what `to_dict` has not made."""
        try:
            fields = Fields(values, "it")
            if (version := fields.whole("format", 0, MAX_STEPS)) != FORMAT:
                raise ValueError(f"format {version!r}")
            *times, steps = (field.name for field in dataclasses.fields(Timing))
            return Timing(**{name: fields.number(name, 0, 1e9) for name in times}, measured_steps=fields.whole(steps, 0, MAX_STEPS))
        except ValueError as error:
            raise RunError(
                f"the calibration's answer cannot be read ({error}); expected what `python -m gan_core calibrate` prints."
            ) from error


def key(model: ModelConfig, train: TrainConfig) -> str:
    """The same text for two trainings whose steps take equally long."""
    values = train.to_dict()
    timed = {name: values[name] for name in names(TrainConfig, "timed")}
    return json.dumps([{**model.to_dict(), "preset": ""}, timed], sort_keys=True)


def command() -> list[str]:
    """A calibration as a process of its own; it reads `question` from its standard input and prints JSON."""
    return [sys.executable, "-m", "gan_core", "calibrate", "--config", "-"]


def question(model: ModelConfig, train: TrainConfig) -> bytes:
    """What such a process is asked."""
    return json.dumps({"model": model.to_dict(), "train": train.to_dict()}).encode()


def begin() -> subprocess.Popen[bytes]:
    """Start a calibration; whoever starts it gives it the question and ends it when the answer is not wanted any more. Raises OSError."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(command(), stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True, cwd=Path(__file__).parents[2])
    give_way(process.pid)
    return process


def answer(output: bytes) -> Timing:
    """The timing in what the process has printed. Raises RunError."""
    try:
        return Timing.from_dict(json.loads(output.strip().splitlines()[-1])["timing"])
    except (ValueError, IndexError, KeyError, TypeError) as error:
        raise RunError("the calibration printed no answer; expected a line of JSON.") from error
