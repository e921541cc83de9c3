"""The calibration: a short piece of the real training, in a folder that is thrown away, for `timing.py` to reckon with."""

from __future__ import annotations

import dataclasses
import tempfile
import time

import numpy as np

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.runs import creating
from gan_core.runs.timing import SECONDS, Timing
from gan_core.training import monitor
from gan_core.training.loop import Trainer
from gan_core.training.turns import NotFinite


def calibrate(model: ModelConfig, train: TrainConfig, seconds: float = SECONDS, began: float | None = None) -> Timing:
    """Train for about `seconds` with these settings and say what everything took.

    A named data set that is not on this machine is stood in for by the built-in digits: nothing is downloaded for an estimate.
    Args:
        began: `time.perf_counter()` at which the process began to load its libraries.
    Raises: GanCoreError when these settings cannot be trained at all.
    """
    began = time.perf_counter() if began is None else began
    if train.dataset in catalog.DATASETS and not catalog.available(train.dataset):
        train = dataclasses.replace(train, dataset="digits")
    model = creating.fitted(model, catalog.classes(train.dataset), catalog.groups(train.dataset))
    with tempfile.TemporaryDirectory(prefix="gan-calibrate-") as folder:
        trainer = Trainer(runs.create(folder, model, dataclasses.replace(train, steps=10_000_000)))
        ready = time.perf_counter()
        first, _ = _steps(trainer, 1)
        compiled = time.perf_counter() - ready
        steps, spent, chunk = 0, 0.0, 1
        while spent < seconds:
            count, took = _steps(trainer, chunk)
            steps, spent = steps + count, spent + took
            chunk = max(1, min(2 * chunk, int(0.5 * count / max(took, 1e-9))))
        step = spent / max(steps, 1)
        report = _report(trainer)
        saving = time.perf_counter()
        trainer.save_state()
        state = time.perf_counter() - saving
    look, share = (trainer.monitor.cost, monitor.SHARE) if trainer.monitor.draws else (0.0, 0.0)
    return Timing(ready - began, max(0.0, compiled - first * step), step, report, look, state, share, steps)


def _steps(trainer: Trainer, count: int) -> tuple[int, float]:
    """At most `count` steps; how many they were and the seconds they took. A loss that is no number takes as long as any."""
    began, before = time.perf_counter(), trainer.step
    try:
        trainer.chunk(count)
    except NotFinite:
        trainer.sums, trainer.count = np.zeros_like(trainer.sums), 0
    return trainer.step - before, time.perf_counter() - began


def _report(trainer: Trainer) -> float:
    """Seconds of a report without a look; the first one compiles and is not counted."""
    trainer.quality = dict  # type: ignore[method-assign, assignment]
    trainer.report()
    began = time.perf_counter()
    trainer.report()
    return time.perf_counter() - began
