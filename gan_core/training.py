"""Training: the loop that runs an objective's compiled step, reports, saves and resumes.

One compiled function runs all steps between two reports; Python is not in the way.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from gan_core import datasets, families, files, keeping
from gan_core.errors import RunError
from gan_core.objectives import OBJECTIVES
from gan_core.runs import Run

SECONDS_A_CHUNK = 0.5  # how long a compiled call may take: a request to stop waits no longer
SECONDS_BETWEEN_STATES = 5.0
ESCAPES = re.compile("\x1b\\[[0-9;]*m")  # the colours of Keras' messages
Report = Callable[[dict[str, Any]], None]


class NotFinite(Exception):
    """A loss is NaN or infinite."""


class Trainer:
    """Trains one run to its end, from wherever it stands."""

    def __init__(self, run: Run, on_report: Report | None = None) -> None:
        self.run, self.on_report = run, on_report or (lambda report: None)
        self.model, self.train = run.model_config(), run.train_config()
        family = families.get(self.model.family)
        data = datasets.load(self.train.dataset, split="train", download=True)
        if self.model.num_classes and (data.labels is None or int(data.labels.max()) >= self.model.num_classes):
            raise RunError(f"{self.train.dataset!r} has no labels 0 ... {self.model.num_classes - 1}; a conditional model needs them. "
                           "Use sub-folders named by class, or a family without labels.")  # fmt: skip
        self.objective = OBJECTIVES[family.objective](family, self.model, self.train, data)
        self.samples = len(data.images)
        self.batch = self.train.batch_size * self.objective.batches_a_step
        self.epoch_steps = max(1, self.samples // self.batch)
        self.compiled = tf.function(self._many)
        self.step, self.seconds = 0, 0.0
        self.sums, self.count = np.zeros(len(self.objective.metric_names)), 0
        self.asked_to_stop = False
        self.saved = time.monotonic()
        self._order: tuple[int, Any] = (-1, None)

    def _many(self, first: Any, in_epoch: Any, count: Any, order: Any) -> Any:
        """`count` steps in one compiled call; the sums of their metrics."""
        sums = tf.zeros([len(self.objective.metric_names)])
        for i in tf.range(count):
            sums += self.objective.step(first + i, in_epoch + i, order)
        return sums

    def order(self, epoch: int) -> Any:
        """A fresh shuffle of the data for this epoch, as a tensor of row numbers; short data sets are gone through more than once."""
        if self._order[0] != epoch:
            random = np.random.default_rng([self.train.seed, epoch])
            rounds = -(-self.batch // self.samples)
            rows = np.concatenate([random.permutation(self.samples) for _ in range(rounds)])
            self._order = (epoch, tf.constant(rows[: self.epoch_steps * self.batch], tf.int32))
        return self._order[1]

    def advance(self, target: int) -> None:
        """Train up to step `target`, or until asked to stop."""
        chunk = 1
        while self.step < target and not self.asked_to_stop:
            epoch, in_epoch = divmod(self.step, self.epoch_steps)
            count = min(chunk, target - self.step, self.epoch_steps - in_epoch)
            began = time.perf_counter()
            sums = self.compiled(tf.constant(self.step), tf.constant(in_epoch), tf.constant(count), self.order(epoch)).numpy()
            took = time.perf_counter() - began
            self.step, self.seconds = self.step + count, self.seconds + took
            self.sums, self.count = self.sums + sums, self.count + count
            if not np.isfinite(sums).all():
                raise NotFinite
            chunk = max(1, min(2 * chunk, int(SECONDS_A_CHUNK * count / took)))
            self.asked_to_stop |= self.run.requested() == "stop"

    # ---- state

    def save_state(self) -> None:
        tensors = {name: np.asarray(variable) for name, variable in self.objective.state().items()}
        tensors |= {
            "loop/step": np.array(self.step),
            "loop/seconds": np.array(self.seconds),
            "loop/sums": self.sums,
            "loop/count": np.array(self.count),
        }
        files.write_bytes(self.run.folder / "state" / "state.safetensors", save_tensors(tensors))
        self.saved = time.monotonic()

    def load_state(self) -> bool:
        """Stand where the run stood. False when it has no state yet. Raises RunError when the state is not this run's."""
        path = self.run.folder / "state" / "state.safetensors"
        if not path.exists():
            return False
        try:
            tensors = load_tensors(path.read_bytes())
            variables = self.objective.state()
            different = set(variables) ^ {name for name in tensors if not name.startswith("loop/")}
            if different:
                raise ValueError(f"variables differ: {', '.join(sorted(different)[:3])}")
            for name, variable in variables.items():
                variable.assign(tensors[name])
            self.step, self.seconds = int(tensors["loop/step"]), float(tensors["loop/seconds"])
            self.sums, self.count = tensors["loop/sums"], int(tensors["loop/count"])
        except (SafetensorError, ValueError, KeyError) as error:
            raise RunError(f"the state of run {self.run.id!r} does not fit its config ({error}). Start a new run.") from error
        return True

    # ---- reports

    def report(self, last_step: int, last_seconds: float) -> None:
        """Write the report and the snapshot of this step."""
        programs = self.objective.programs(self.step)
        speed = (self.step - last_step) / max(self.seconds - last_seconds, 1e-9)
        means = self.sums / max(self.count, 1) if self.count else [None] * len(self.sums)
        metrics = {name: None if mean is None else float(mean) for name, mean in zip(self.objective.metric_names, means, strict=True)}
        self.run.write_snapshot(self.step, self.objective.grid(programs), programs, exact=self.step >= self.train.steps)
        report = {"step": self.step, "epoch": round(self.step * self.batch / self.samples, 4), "seconds": round(self.seconds, 3), **metrics,
                  **self.objective.extra_metrics(programs), "images_per_second": round(speed * self.batch, 1),
                  "seconds_left": round((self.train.steps - self.step) / speed, 1) if speed else None}  # fmt: skip
        self.run.append(report)
        self.sums, self.count = np.zeros_like(self.sums), 0
        self.on_report(report)

    def go(self) -> str:
        """Train to the end. Returns the state it ends in: 'finished' or 'stopped'. Raises NotFinite."""
        resumed = self.load_state()
        self.run.rewind(self.step if resumed else -1)
        self.run.set_status("running", step=self.step, steps=self.train.steps, pid=os.getpid(), started=time.time(), reason="")
        if not resumed:
            self.report(0, 0.0)
            self.save_state()
        for target in [step for step in self.train.report_steps() if step > self.step]:
            last_step, last_seconds = self.step, self.seconds
            self.advance(target)
            if self.step < target:
                break
            self.report(last_step, last_seconds)
            self.run.set_status("running", step=self.step)
            if time.monotonic() - self.saved > SECONDS_BETWEEN_STATES:
                self.save_state()
        self.save_state()
        return "finished" if self.step >= self.train.steps else "stopped"


def train(run: Run, on_report: Report | None = None) -> str:
    """Train `run` from where it stands to its end, as the one process that may.

    Args:
        on_report: called with each report.
    Returns: the state it ended in: 'finished', 'stopped' or 'failed'; the reason is in its status.
    Raises: GanCoreError when it cannot be trained at all.
    """
    with run.hold():
        try:
            trainer = Trainer(run, on_report)
            with _stopped_by_signals(trainer):
                state = trainer.go()
            keeping.prepare(run, run.snapshot_steps()[-1])
            run.set_status(state, step=trainer.step)
            run.request(None)  # it has been obeyed, or came too late
            return state
        except NotFinite:
            return _failed(run, f"A loss became infinite or not a number after step {trainer.step:,}. The last good snapshot is step "
                           f"{max(run.snapshot_steps(), default=0):,}. Usual cure: lower learning rates, or beta_1 0.5.")  # fmt: skip
        except OSError as error:
            return _failed(run, f"Cannot write to the run's folder: {error.strerror}. Free some disk space, then resume; nothing is lost.")
        except Exception as error:
            run.set_status("failed", reason=next(iter(ESCAPES.sub("", str(error)).splitlines()), type(error).__name__))
            raise


@contextlib.contextmanager
def _stopped_by_signals(trainer: Trainer) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask the trainer to stop, which saves its state, instead of ending the process."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers; a caller in another thread has `Run.request`
        return
    before = {
        number: signal.signal(number, lambda *_: setattr(trainer, "asked_to_stop", True)) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _failed(run: Run, reason: str) -> str:
    run.set_status("failed", reason=reason)
    return "failed"
