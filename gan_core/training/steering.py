"""The training process under a person's hands: pause, slow motion, steps by hand, settings changed in flight (control.py says how they ask)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

import numpy as np

from gan_core.errors import ConfigError
from gan_core.nn import distributed
from gan_core.runs import control
from gan_core.runs.control import time_is_up
from gan_core.runs.records import PARTS, Setting
from gan_core.training.adversarial import Adversarial
from gan_core.training.turns import Phases

if TYPE_CHECKING:
    from gan_core.training.loop import Trainer

LOOK_SECONDS = 0.1  # between two looks at control.json while nothing moves
MOST_EXTRA_REPORTS = 150  # a report has a snapshot, which takes room on the disk


class Hands:
    """Obeys `control.json` between two chunks of training.

    Args:
        trainer: the `training.Trainer` it belongs to, which stands at the step it begins with.
    """

    def __init__(self, trainer: Trainer) -> None:
        self.trainer, self.run = trainer, trainer.run
        self.taken = dict.fromkeys(PARTS, 0)  # all that lies there is meant for this process: `control.clear_stale`
        self.refused = ""
        planned = set(trainer.train.report_steps())
        self.extra = sum(report["step"] not in planned for report in trainer.history)  # of the run, whoever stopped and resumed it
        self.minutes = (self.run.ticket() or {"minutes": None})["minutes"]
        self.phases: Phases | None = None
        self.shown: dict[str, object] | None = None

    def obey(self, target: int) -> None:
        """Return when the run may go on by itself towards step `target`, has reached it by hand, or is to stop."""
        trainer = self.trainer
        while True:
            desired = control.read(self.run)
            trainer.asked_to_stop |= desired.stop or self.time_is_up()
            if trainer.asked_to_stop or trainer.step >= target:
                return
            self.change(desired.settings)
            part = next((part for part in PARTS if desired.taps[part] > self.taken[part]), None)
            if part:
                self.taken[part] += 1
                self.by_hand(part, target)
            elif desired.mode == "run":
                self.show("run")
                return
            elif desired.mode == "slow":
                self.slowly(desired.rate, target)
            else:
                if self.show("pause"):
                    self.report(target)
                    trainer.save_state()
                time.sleep(LOOK_SECONDS)

    def time_is_up(self) -> bool:
        """Whether a run that may train for so many minutes in all, over all its processes, has done so."""
        if self.minutes is None or self.run.used() < 60 * self.minutes:
            return False
        self.trainer.note = time_is_up(self.minutes)
        return True

    # ---- changes

    def change(self, settings: dict[str, Setting]) -> None:
        """Go on with these settings. First the state of this step is saved, then the change is recorded, then it takes effect: a process that

        is killed between any two of these leaves a state and a record that fit each other, and a resume trains as the record says.
        """
        trainer = self.trainer
        if not settings or all(getattr(trainer.train, name, None) == value for name, value in settings.items()):
            return
        try:
            after = control.merged(trainer.train, settings)
            distributed.check_batch(after.batch_size)
        except ConfigError as error:  # control.json was written by somebody else than control.ask
            if str(error) != self.refused:
                self.refused = str(error)
                print(f"a change was refused: {error}", flush=True)
            return
        change = control.difference(trainer.step, trainer.train, after)
        trainer.save_state()
        control.record(self.run, change)
        trainer.use(after)
        self.phases = None
        trainer.pending.append(change)
        self.shown = None

    # ---- steps by hand

    def by_hand(self, part: str, target: int) -> None:
        """One step: both turns, or one of them. Either way the step's number goes up, so that every picture has a step of its own."""
        if self.whole:
            self.plain_step()
            part, numbers = "both", dict[str, dict[str, float]]()
        else:
            numbers = {turn: self.turn(turn) for turn in (("d", "g") if part == "both" else (part,))}
            self.finish_step(numbers)
        self.show("pause", part=part, numbers=numbers)
        self.report(target)

    def slowly(self, rate: float, target: int) -> None:
        """One step in slow motion: D's turn, its numbers, half of the time; G's turn, its numbers, the other half."""
        began = time.monotonic()
        if self.whole:
            self.plain_step()
            self.show("slow", rate=rate)
            self.rest(began + 1 / rate)
        else:
            numbers = {"d": self.turn("d")}
            self.show("slow", rate=rate, part="d", numbers=numbers)
            self.rest(began + 0.5 / rate)
            numbers["g"] = self.turn("g")
            self.finish_step(numbers)
            self.show("slow", rate=rate, part="g", numbers=numbers)
            self.rest(began + 1 / rate)
        if rate <= 2:
            self.report(target)

    @property
    def whole(self) -> bool:
        """Whether a step cannot be taken apart: there are no two networks, or several replicas take it together."""
        return distributed.active() or not isinstance(self.trainer.objective, Adversarial)

    def turn(self, part: str) -> dict[str, float]:
        trainer = self.trainer
        self.phases = self.phases or Phases(cast(Adversarial, trainer.objective))
        epoch, in_epoch = divmod(trainer.step, trainer.epoch_steps)
        began = time.perf_counter()
        numbers = getattr(self.phases, part)(trainer.step, in_epoch, trainer.order(epoch))
        trainer.seconds += time.perf_counter() - began
        return numbers

    def finish_step(self, numbers: dict[str, dict[str, float]]) -> None:
        """Count the step; what it measured goes into the next report where it measured everything."""
        measured = {**numbers.get("d", {}), **numbers.get("g", {})}
        trainer = self.trainer
        names = trainer.objective.metric_names
        if all(name in measured for name in names):
            trainer.count_in(np.array([measured[name] for name in names]), 1)
        trainer.went(1)

    def plain_step(self) -> None:
        self.trainer.chunk(1)

    def rest(self, until: float) -> None:
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, LOOK_SECONDS))
            if control.read(self.run).stop or self.time_is_up():
                return

    # ---- what the page sees of it

    def report(self, target: int) -> None:
        """A report of its own for a step by hand or a pause, where there is none yet."""
        trainer = self.trainer
        if trainer.step > trainer.reported_step and trainer.step < target and self.extra < MOST_EXTRA_REPORTS:
            self.extra += 1
            trainer.report(by_hand=True)

    def show(self, mode: str, **about: object) -> bool:
        """Put into `status.json` how the run goes now; False where it says so already."""
        train = self.trainer.train.to_dict()
        hand = {"mode": mode, "step": self.trainer.step, **about, "settings": {name: train[name] for name in control.IN_FLIGHT}}
        if hand == self.shown or (mode == "run" and self.shown and {**self.shown, "step": hand["step"]} == hand):
            return False
        same = ("mode", "step", "settings")
        if mode == "pause" and not about and self.shown and all(self.shown[name] == hand[name] for name in same):
            return False  # the numbers of the step that was just taken stay where they are
        self.shown = hand
        self.run.set_status("paused" if mode == "pause" else "running", step=self.trainer.step, hand=hand)
        return True
