"""The training loop: an objective's compiled step again and again, reports between, states to go on from.

One compiled function runs all steps between two reports; Python is not in the way.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import cast

import numpy as np
import tensorflow as tf

from gan_core import families
from gan_core.config import TrainConfig
from gan_core.data import catalog
from gan_core.errors import DataError, RunError
from gan_core.nn import distributed
from gan_core.runs import alarms, beginning, branching, control, creating, hardware, learned, milestones, provenance, startup
from gan_core.runs.records import Change, Report
from gan_core.runs.run import Run
from gan_core.runs.timing import SECONDS_BETWEEN_STATES
from gan_core.training import objectives, saved
from gan_core.training.monitor import Look, Monitor
from gan_core.training.steering import Hands
from gan_core.training.turns import NotFinite

SECONDS_A_CHUNK = 0.5  # how long a compiled call may take: a request to stop waits no longer
OnReport = Callable[[Report], None]


class Trainer:
    """Trains one run to its end, from wherever it stands."""

    def __init__(self, run: Run, on_report: OnReport | None = None, data: catalog.Dataset | None = None) -> None:
        self.run, self.on_report = run, on_report or (lambda report: None)
        self.stored = saved.newest(run)  # before anything else: the settings are those of its step
        self.model, self.train = run.model_config(), control.settings_now(run, self.stored.step if self.stored else -1)
        self.family = families.get(self.model.family)
        self.data = data or learned.load(self.train, self.model)
        learned.check_same(run, self.data)
        creating.check_labels(self.model, self.train, self.data)
        distributed.check_batch(self.train.batch_size)
        distributed.tell({"model": self.model.to_dict(), "train": self.train.to_dict()})
        self.samples = len(self.data.images)
        self.step, self.seconds, self.shown = 0, 0.0, 0  # `shown`: real pictures so far
        self.build()
        self.monitor = Monitor(self.objective, self.data)
        self.reported_step, self.reported_seconds = 0, 0.0
        self.pending: list[Change] = []  # changes that no report has told yet
        self.history: list[Report] = []  # reports so far, for the alarms
        self.asked_to_stop, self.note = False, ""  # `note`: what the status tells people of how it goes
        self.saved = time.monotonic()

    def build(self) -> None:
        """The objective for the settings of now, and what follows from them."""
        self.objective = objectives.make(self.family, self.model, self.train, self.data)
        self.batch = self.train.batch_size * self.objective.batches_a_step
        self.epoch_steps = max(1, self.samples // self.batch)
        self.compiled = tf.function(self._many)
        self.sums, self.count = np.zeros(len(self.objective.metric_names)), 0
        self._order: tuple[int, tf.Tensor | None] = (-1, None)

    def use(self, train: TrainConfig) -> None:
        """Go on with other settings from where it stands: new optimizers and a new compiled step around the same variables."""
        distributed.tell({"use": train.to_dict()})
        values = {name: distributed.numbers(variable) for name, variable in self.objective.state().items()}
        self.train = train
        self.build()
        self._assign(values)
        self._count_updates()
        self.monitor.attach(self.objective)

    def _assign(self, values: dict[str, np.ndarray]) -> None:
        """Set every variable; the learning rates are those of the settings, which may have been changed since the values were saved."""
        for name, variable in self.objective.state().items():
            variable.assign(values[name])
        for name, optimizer in self.objective.optimizers.items():
            if self.train.final_lr_fraction == 1:  # else they are a function of the step, with no variable
                optimizer.learning_rate = self.train.d_learning_rate if name == "d_optimizer" else self.train.g_learning_rate

    def _count_updates(self) -> None:
        """A rate that falls goes by how often D was updated: as often as with the `d_steps` of now, which may be others than they were."""
        if self.train.final_lr_fraction < 1 and "d_optimizer" in self.objective.optimizers:
            self.objective.optimizers["d_optimizer"].iterations.assign(self.step * self.train.d_steps)

    def _many(self, first: tf.Tensor, in_epoch: tf.Tensor, count: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
        """`count` steps in one compiled call; the sums of their metrics."""
        sums = tf.zeros([len(self.objective.metric_names)])
        for i in tf.range(count):
            sums += distributed.run(self.objective.step, first + i, in_epoch + i, order)
        return sums

    def order(self, epoch: int) -> tf.Tensor:
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
            chunk = max(1, min(2 * chunk, int(SECONDS_A_CHUNK * count / max(took, 1e-9))))

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
        """Save the state of this step; it is kept, too, as a moment to go back to, where nothing is wrong with it yet. Raises OSError."""
        variables = {name: distributed.numbers(variable) for name, variable in self.objective.state().items()}
        saved.write(self.run, saved.Saved(variables, self.step, self.seconds, self.shown, self.sums, self.count))
        if not (self.history and self.history[-1].get("alarms")):
            branching.keep_state(self.run, self.step)
        self.saved = time.monotonic()

    def load_state(self) -> bool:
        """Stand where the run stood. False when it has no state yet. Raises RunError when the state is not this run's."""
        stored, self.stored = self.stored, None
        if stored is None:
            self._begin()
            return False
        try:
            different = set(self.objective.state()) ^ set(stored.variables)
            if different:
                raise ValueError(f"variables differ: {', '.join(sorted(different)[:3])}")
            self._assign(stored.variables)
        except ValueError as error:
            raise RunError(f"the state of run {self.run.id!r} does not fit its config ({error}). Start a new run.") from error
        self.step, self.seconds = stored.step, stored.seconds
        self._count_updates()
        self.shown = self.step * self.batch if stored.shown is None else stored.shown
        if stored.sums.shape == self.sums.shape:  # else an earlier version saved it, which measured less
            self.sums, self.count = stored.sums, stored.count
        if stored.damage:
            self.note = f"The newest state was damaged: {stored.damage}. It went on from the one kept at step {self.step:,}."
            print(self.note, flush=True)
        return True

    def _begin(self) -> None:
        """Put the networks of another model, where the run begins with those, in their places. Raises RunError."""
        variables = self.objective.state()
        for name, value in beginning.placed(self.run, {name: tuple(variable.shape) for name, variable in variables.items()}).items():
            variables[name].assign(value)

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
        measured = {"step": self.step, "epoch": round(self.shown / self.samples, 4), "seconds": round(self.seconds, 3), **metrics,
                    **self.objective.extra_metrics(programs), **self.quality(),
                    "images_per_second": round(speed * self.batch, 1) if speed else None,
                    "seconds_left": round((self.train.steps - self.step) / speed, 1) if speed else None}  # fmt: skip
        report = cast(Report, measured)  # a family may measure what is named nowhere else
        if self.pending:
            report["changes"], self.pending = self.pending, []
        if raised := alarms.alarms([*self.history, report], self.train, branching.kept_steps(self.run)):
            report["alarms"] = raised
        self.history.append(report)
        self.run.append(report)
        milestones.write(self.run, self.history)
        self.sums, self.count = np.zeros_like(self.sums), 0
        self.reported_step, self.reported_seconds = self.step, self.seconds
        self.on_report(report)

    def quality(self) -> Look:
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
        reported = [change for report in self.history for change in report.get("changes", [])]
        self.pending = [change for change in control.changes(self.run) if change not in reported]
        provenance.begin(self.run, self.step, hardware.describe(_accelerators()))
        self.monitor.looked = self.seconds
        self.hands = Hands(self)
        self.run.set_status("running", step=self.step, steps=self.train.steps, pid=os.getpid(), started=time.time(), reason=self.note,
                            alarms=[], hand=None)  # fmt: skip
        if not resumed:
            self.report()
            self.save_state()
        self.reported_step, self.reported_seconds = self.step, self.seconds
        startup.enter(self.run, "compiling", "running")
        learning = False
        for target in [step for step in self.train.report_steps() if step > self.step]:
            self.advance(target)
            if self.step < target:
                break
            self.report()
            if learning:
                self.run.set_status("running", step=self.step)
            else:
                startup.enter(self.run, startup.OVER, "running", step=self.step)
            learning = True
            if time.monotonic() - self.saved > min(SECONDS_BETWEEN_STATES, max(0.5, self.seconds / 4)):
                self.save_state()
        self.save_state()
        return "finished" if self.step >= self.train.steps else "stopped"


def _accelerators() -> list[str]:
    """Names of the devices that it trains on besides the processor."""
    details = map(tf.config.experimental.get_device_details, tf.config.list_physical_devices("GPU"))
    return [str(about.get("device_name", "a GPU")) for about in details]
