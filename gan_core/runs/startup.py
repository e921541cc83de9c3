"""Before the first step: what a training process is at, and how long each part of it took the runs before, so that nobody waits for a word."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterable

from gan_core.errors import GanCoreError
from gan_core.runs.records import Status
from gan_core.runs.run import Run

# In this order: TensorFlow is imported; the pictures are read, the networks made and the first grid drawn; the step is compiled and the first of
# them taken. What comes after is the time of the first report of what was learned.
PHASES = ("libraries", "pictures", "compiling")
OVER = "learning"
MOST_LOOKED_AT = 20


def enter(run: Run, phase: str, state: str = "starting", anew: bool = False, **fields: object) -> None:
    """Write into the status of `run` that it is at `phase` from now on.

    Args:
        anew: forget the phases before it: they are of an earlier process.
    Raises: RunError, OSError.
    """
    known: dict[str, float] = {}
    if not anew:
        with contextlib.suppress(GanCoreError):  # a damaged status is written anew
            known = run.status()["phases"]
    run.set_status(state, phases={**known, phase: time.time()}, **fields)


def current(status: Status) -> str:
    """The phase that it is at; "" where it is not told, or the first steps have been taken."""
    if status["state"] not in ("starting", "running") or OVER in status["phases"]:
        return ""
    reached = [phase for phase in PHASES if phase in status["phases"]]
    return reached[-1] if reached else ""


def took(status: Status) -> dict[str, float]:
    """Seconds that each phase has taken; nothing of one that has not ended."""
    times = [(phase, status["phases"][phase]) for phase in (*PHASES, OVER) if phase in status["phases"]]
    return {phase: round(max(0.0, end - begin), 1) for (phase, begin), (_, end) in itertools.pairwise(times)}


def expected(run: Run, others: Iterable[Run]) -> dict[str, float]:
    """Seconds that each phase took the newest run of the same family; of another one where no such has been trained, and {} before the first.

    Args:
        others: newest first, as `list_runs` has them.
    """
    of_other_family: dict[str, float] = {}
    family = run.config()["model"]["family"]
    for other in list(others)[:MOST_LOOKED_AT]:
        with contextlib.suppress(GanCoreError):
            seconds = took(other.status()) if other.id != run.id else {}
            if "compiling" not in seconds:
                continue
            of_other_family = of_other_family or seconds
            if other.config()["model"]["family"] == family:
                return seconds
    return of_other_family
