"""Training: the loop that runs an objective's compiled step, reports, saves and resumes.

One compiled function runs all steps between two reports; Python is not in the way.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import tensorflow as tf
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from gan_core import families, runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import DataError, RunError
from gan_core.nn import distributed
from gan_core.runs import alarms, beginning, branching, control, keeping, milestones
from gan_core.runs.run import Run
from gan_core.storage import files
from gan_core.training.monitor import Monitor
from gan_core.training.objectives import OBJECTIVES
from gan_core.training.steering import Hands
from gan_core.training.turns import NotFinite

SECONDS_A_CHUNK = 0.5  # how long a compiled call may take: a request to stop waits no longer
SECONDS_BETWEEN_STATES = 5.0  # and less at the beginning: a quarter of the time trained so far
ESCAPES = re.compile("\x1b\\[[0-9;]*m")  # the colours of Keras' messages
Report = Callable[[dict[str, Any]], None]


class Trainer:
    """Trains one run to its end, from wherever it stands."""

    def __init__(self, run: Run, on_report: Report | None = None, data: catalog.Dataset | None = None) -> None:
        self.run, self.on_report = run, on_report or (lambda report: None)
        self.model, self.train = run.model_config(), control.settings_now(run)
        self.family = families.get(self.model.family)
        self.data = data or catalog.load(self.train.dataset, split="train", download=True)
        beginning.check_labels(self.model, self.train, self.data)
        distributed.check_batch(self.train.batch_size)
        distributed.tell({"model": self.model.to_dict(), "train": self.train.to_dict()})
        self.samples = len(self.data.images)
        self.step, self.seconds, self.shown = 0, 0.0, 0  # `shown`: real pictures so far
        self.build()
        self.monitor = Monitor(self.objective, self.data)
        self.reported_step, self.reported_seconds = 0, 0.0
        self.pending: list[dict[str, Any]] = []  # changes that no report has told yet
        self.history: list[dict[str, Any]] = []  # reports so far, for the alarms
        self.asked_to_stop = False
        self.saved = time.monotonic()

    def build(self) -> None:
        """The objective for the settings of now, and what follows from them."""
        self.objective = OBJECTIVES[self.family.objective](self.family, self.model, self.train, self.data)
        self.batch = self.train.batch_size * self.objective.batches_a_step
        self.epoch_steps = max(1, self.samples // self.batch)
        self.compiled = tf.function(self._many)
        self.sums, self.count = np.zeros(len(self.objective.metric_names)), 0
        self._order: tuple[int, Any] = (-1, None)

    def use(self, train: TrainConfig) -> None:
        """Go on with other settings from where it stands: new optimizers and a new compiled step around the same variables."""
        distributed.tell({"use": train.to_dict()})
        values = {name: distributed.numbers(variable) for name, variable in self.objective.state().items()}
        self.train = train
        self.build()
        self._assign(values)
        self.monitor.attach(self.objective)

    def _assign(self, values: dict[str, np.ndarray]) -> None:
        """Set every variable; the learning rates are those of the settings, which may have been changed since the values were saved."""
        for name, variable in self.objective.state().items():
            variable.assign(values[name])
        for name, optimizer in self.objective.optimizers.items():
            if self.train.final_lr_fraction == 1:  # else they are a function of the step, with no variable
                optimizer.learning_rate = self.train.d_learning_rate if name == "d_optimizer" else self.train.g_learning_rate

    def _many(self, first: Any, in_epoch: Any, count: Any, order: Any) -> Any:
        """`count` steps in one compiled call; the sums of their metrics."""
        sums = tf.zeros([len(self.objective.metric_names)])
        for i in tf.range(count):
            sums += distributed.run(self.objective.step, first + i, in_epoch + i, order)
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
        """Train up to step `target`, or until asked to stop; a person's hands come between two chunks."""
        chunk = 1
        while True:
            self.hands.obey(target)
            if self.asked_to_stop or self.step >= target:
                return
            began = time.perf_counter()
            count = self.chunk(min(chunk, target - self.step))
            took = time.perf_counter() - began
            chunk = max(1, min(2 * chunk, int(SECONDS_A_CHUNK * count / took)))

    def chunk(self, count: int) -> int:
        """At most `count` steps in one call, none beyond the end of the epoch; how many they were. Raises NotFinite."""
        epoch, in_epoch = divmod(self.step, self.epoch_steps)
        count = min(count, self.epoch_steps - in_epoch)
        self.asked_to_stop |= distributed.tell({"steps": count})
        began = time.perf_counter()
        sums = self.compiled(tf.constant(self.step), tf.constant(in_epoch), tf.constant(count), self.order(epoch)).numpy()
        self.seconds += time.perf_counter() - began
        self.went(count)
        self.count_in(sums, count)
        return count

    def went(self, count: int) -> None:
        """So many steps have been taken."""
        self.step, self.shown = self.step + count, self.shown + count * self.batch

    def count_in(self, sums: np.ndarray, count: int) -> None:
        """Add what these steps have measured to the next report. Raises NotFinite."""
        self.sums, self.count = self.sums + sums, self.count + count
        if not np.isfinite(sums).all():
            raise NotFinite

    # ---- state

    def save_state(self) -> None:
        tensors = {name: distributed.numbers(variable) for name, variable in self.objective.state().items()}
        tensors |= {
            "loop/step": np.array(self.step),
            "loop/seconds": np.array(self.seconds),
            "loop/sums": self.sums,
            "loop/count": np.array(self.count),
            "loop/shown": np.array(self.shown),
        }
        folder = self.run.folder / "state"
        folder.mkdir(exist_ok=True)
        files.write_bytes(folder / "state.safetensors", save_tensors(tensors), make_folders=False)
        if not (self.history and self.history[-1].get("alarms")):
            branching.keep_state(self.run, self.step)  # a moment to go back to: nothing is wrong with it yet
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
            self._assign(tensors)
            self.step, self.seconds = int(tensors["loop/step"]), float(tensors["loop/seconds"])
            self.shown = int(tensors.get("loop/shown", self.step * self.batch))
            if tensors["loop/sums"].shape == self.sums.shape:  # else an earlier version saved it, which measured less
                self.sums, self.count = tensors["loop/sums"], int(tensors["loop/count"])
        except (SafetensorError, ValueError, KeyError) as error:
            raise RunError(f"the state of run {self.run.id!r} does not fit its config ({error}). Start a new run.") from error
        return True

    def stand(self, step: int, shown: int) -> None:
        """Stand at this step; the other workers stand there too then, with the chief's variables."""
        distributed.tell({"stand": [step, shown]})
        self.step, self.shown = step, shown
        distributed.share(list(self.objective.state().values()))

    # ---- reports

    def report(self, by_hand: bool = False) -> None:
        """Write the report and the snapshot of this step.

        Args:
            by_hand: it was taken in single steps, which say nothing of its speed.
        Raises: NotFinite.
        """
        programs = self.objective.programs(self.step)
        try:
            picture = self.objective.grid(programs)
        except DataError as error:  # weights can overflow while the losses, which are measured before the update, are still numbers
            raise NotFinite from error
        speed = 0.0 if by_hand else (self.step - self.reported_step) / max(self.seconds - self.reported_seconds, 1e-9)
        means = self.sums / max(self.count, 1) if self.count else [None] * len(self.sums)
        metrics = {name: None if mean is None else float(mean) for name, mean in zip(self.objective.metric_names, means, strict=True)}
        self.run.write_snapshot(self.step, picture, programs, exact=self.step >= self.train.steps)
        report = {"step": self.step, "epoch": round(self.shown / self.samples, 4), "seconds": round(self.seconds, 3), **metrics,
                  **self.objective.extra_metrics(programs), **self.quality(),
                  "images_per_second": round(speed * self.batch, 1) if speed else None,
                  "seconds_left": round((self.train.steps - self.step) / speed, 1) if speed else None}  # fmt: skip
        if self.pending:
            report["changes"], self.pending = self.pending, []
        if found := alarms.alarms([*self.history, report], self.train, branching.kept_steps(self.run)):
            report["alarms"] = found
        self.history.append(report)
        self.run.append(report)
        milestones.write(self.run, self.history)
        self.sums, self.count = np.zeros_like(self.sums), 0
        self.reported_step, self.reported_seconds = self.step, self.seconds
        self.on_report(report)

    def quality(self) -> dict[str, Any]:
        """What the classifier sees in what is drawn, where the share of time for it allows; always at the beginning and at the end."""
        if self.monitor.draws and (self.step in (0, self.train.steps) or self.monitor.due(self.seconds)):
            return self.monitor.look(self.seconds)
        return {}

    def go(self) -> str:
        """Train to the end. Returns the state it ends in: 'finished' or 'stopped'. Raises NotFinite."""
        resumed = self.load_state()
        self.stand(self.step, self.shown)
        self.run.rewind(self.step if resumed else -1)
        control.rewind(self.run, self.step if resumed else -1)
        branching.forget_after(self.run, self.step if resumed else -1)
        self.history = self.run.reports()
        milestones.write(self.run, self.history)
        told = [change for report in self.history for change in report.get("changes", [])]
        self.pending = [change for change in control.changes(self.run) if change not in told]
        self.monitor.looked = self.seconds
        self.hands = Hands(self)
        self.run.set_status("running", step=self.step, steps=self.train.steps, pid=os.getpid(), started=time.time(), reason="", alarms=[],
                            hand=None)  # fmt: skip
        if not resumed:
            self.report()
            self.save_state()
        self.reported_step, self.reported_seconds = self.step, self.seconds
        for target in [step for step in self.train.report_steps() if step > self.step]:
            self.advance(target)
            if self.step < target:
                break
            self.report()
            self.run.set_status("running", step=self.step)
            if time.monotonic() - self.saved > min(SECONDS_BETWEEN_STATES, max(0.5, self.seconds / 4)):
                self.save_state()
        self.save_state()
        return "finished" if self.step >= self.train.steps else "stopped"


def train(run: Run, on_report: Report | None = None, data: catalog.Dataset | None = None) -> str:
    """Train `run` from where it stands to its end, as the one process that may.

    Args:
        on_report: called with each report.
        data: its training pictures, where somebody has loaded them already.
    Returns: the state it ended in: 'finished', 'stopped' or 'failed'; the reason is in its status.
    Raises: GanCoreError when it cannot be trained at all.
    """
    with run.hold():
        try:
            with distributed.leading():
                trainer = Trainer(run, on_report, data)
                with _stopped_by_signals(trainer):
                    state = trainer.go()
            keeping.prepare(run, run.snapshot_steps()[-1])
            run.set_status(state, step=trainer.step)
            run.request(None)  # it has been obeyed, or came too late
            return state
        except NotFinite:
            run.set_status("failed", alarms=alarms.not_finite(trainer.step, trainer.train, branching.kept_steps(run)))
            return _failed(run, f"A loss or a weight became infinite or not a number by step {trainer.step:,}. The last good snapshot is step "
                           f"{max(run.snapshot_steps(), default=0):,}. Usual cure: lower learning rates, or beta_1 0.5.")  # fmt: skip
        except OSError as error:
            if isinstance(error, FileNotFoundError) and run.holds(error.filename):
                raise run.gone() from error  # it makes its own files: somebody is emptying the folder, which must not come back
            return _failed(run, f"Cannot write to the run's folder: {error.strerror}. Free some disk space, then resume; nothing is lost.")
        except distributed.PeerLost as error:
            run.set_status("starting", reason=f"{error} Training goes on from the last state when all workers are there.")
            raise
        except Exception as error:
            run.set_status("failed", reason=next(iter(ESCAPES.sub("", str(error)).splitlines()), type(error).__name__))
            raise


def follow() -> str:
    """Be one of several workers, and not the chief: do what the chief does, and leave nothing behind.

    Returns: the reason why the chief has failed, "" where it has not.
    Raises: GanCoreError when it cannot take part, PeerLost when another worker is gone.
    """
    told = distributed.hear()
    if "end" in told:
        return told["end"]
    with tempfile.TemporaryDirectory() as folder, distributed.lost_peers_told():
        run = runs.create(folder, ModelConfig.from_dict(told["model"]), TrainConfig.from_dict(told["train"]))
        trainer = Trainer(run)
        with _stopped_by_signals(trainer):
            while "end" not in (told := distributed.hear(trainer.asked_to_stop)):
                with contextlib.suppress(NotFinite):  # the chief sees it too, and says what follows
                    _do(trainer, told)
    return told["end"]


def _do(trainer: Trainer, told: dict[str, Any]) -> None:
    if "steps" in told:
        trainer.chunk(told["steps"])
    elif "use" in told:
        trainer.use(TrainConfig.from_dict(told["use"]))
    else:
        trainer.stand(*told["stand"])


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
