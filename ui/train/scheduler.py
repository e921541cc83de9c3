"""The queue of runs: one trains at a time (or `--max-runs`), the others wait in the order they came, also over a restart of this process.

A waiting run is a run folder whose state is `queued`, with its number in `ticket.json`. Every change of the queue is made under a lock on
the folder of runs, so two web processes on one folder never launch the same run.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import GanCoreError, RunError
from gan_core.runs import needs
from gan_core.storage import files, locks
from ui.settings import Settings
from ui.train import access

LOOK_SECONDS = 2.0  # for what others change; what this process changes is acted on at once
END_SECONDS = 20.0  # how long a server that ends its runs waits for them to save
_poked = threading.Event()
_seen: dict[str, float] = {}  # monotonic time at which a run with a limit was first seen training
_overdue: dict[str, float] = {}  # minutes of those that were asked to stop because their time was up


# ---- asking


def start(settings: Settings, model: ModelConfig, train: TrainConfig, key: object) -> tuple[runs.Run, int]:
    """A new run for whoever has `key`, and its place in line; 0 when it starts at once. Raises RunError, Forbidden or ConfigError."""
    return enter(settings, key, train, lambda ticket: runs.create(settings.runs, model, train, ticket))


def enter(
    settings: Settings, key: object, train: TrainConfig, make: Callable[[dict[str, Any]], runs.Run], instead_of: runs.Run | None = None
) -> tuple[runs.Run, int]:
    """As `start`, for a run that `make` creates with the ticket it is given.

    Args:
        instead_of: a run whose place it takes; where that trains it is asked to stop, but only once the new one is there.
    """
    access.check_start(settings, key)
    needs.check_training()
    ticket: dict[str, Any] = {"owner": access.owner_name(key), "minutes": None}
    if not access.has_control(settings, key):
        check_visitor(settings, train)
        ticket["minutes"] = settings.visitor_minutes
    with _changing(settings):
        line, active = _line(settings), _active(settings)
        leaving = [run for run in active if instead_of and run.id == instead_of.id]
        _check_room(settings, line, [run for run in active if run not in leaving], ticket)
        run = make({**ticket, "number": _next_number(line)})
        for left in leaving:
            left.request("stop")
        _launch_next(settings)
        return run, place(settings, run)


def resume(settings: Settings, run: runs.Run) -> int:
    """Go on with `run` when it is its turn; its place in line, 0 when it goes on at once. Raises RunError."""
    needs.check_training()
    with _changing(settings):
        status = run.status()
        if status["state"] in runs.ACTIVE:
            raise RunError(f"{run.id} is training already.")
        if status["state"] == runs.QUEUED:
            raise RunError(f"{run.id} waits already: {in_words(place(settings, run))}.")
        if status["state"] == "finished":
            raise RunError(f"{run.id} has finished its {status['steps']:,} steps. Start a new run to train longer.")
        run.config()  # one of another format is refused here, not a minute later by its process
        line = _line(settings)
        _check_room(settings, line, _active(settings), {})
        files.write_json(run.folder / "ticket.json", {"owner": "", "minutes": None, **run.ticket(), "number": _next_number(line)})
        run.set_status(runs.QUEUED, reason="", launched=False)
        _launch_next(settings)
        return place(settings, run)


def stop(settings: Settings, run: runs.Run) -> bool:
    """Ask the training of `run` to stop, or take it out of the line. True where it was only waiting. Raises RunError."""
    with _changing(settings):
        state = run.status()["state"]
        if state == runs.QUEUED:
            run.set_status("stopped", reason="It was taken out of the line before its turn.")
            return True
        if state not in runs.ACTIVE:
            raise RunError(f"{run.id} is not training (it is {state}); there is nothing to stop.")
        run.request("stop")
        return False


def place(settings: Settings, run: runs.Run) -> int:
    """1 for the next one in line, 0 for one that does not wait."""
    return places(settings).get(run.id, 0)


def places(settings: Settings) -> dict[str, int]:
    """The place in line of every run that waits."""
    return {run.id: i + 1 for i, run in enumerate(_line(settings))}


def in_words(place: int) -> str:
    """A place in line as a person says it."""
    last = {1: "st", 2: "nd", 3: "rd"}.get(place % 10 if place // 10 % 10 != 1 else 0, "th")
    return "next in line" if place == 1 else f"{place}{last} in line"


def is_busy(settings: Settings) -> bool:
    """Whether anything trains or is about to."""
    return any(_state(run) in (*runs.ACTIVE, runs.QUEUED) for run in runs.list_runs(settings.runs))


def check_visitor(settings: Settings, train: TrainConfig) -> None:
    """The limits of a run that is not its owner's. Raises RunError."""
    if train.steps > settings.visitor_steps:
        raise RunError(f"steps is {train.steps:,}; a visitor's run has at most {settings.visitor_steps:,} here. Choose fewer.")
    check_visitors_data(train)


def check_visitors_data(train: TrainConfig) -> None:
    """A visitor names no paths and has nothing downloaded. Raises RunError."""
    if train.dataset not in catalog.DATASETS or not catalog.available(train.dataset):
        there = ", ".join(name for name in catalog.names() if catalog.available(name))
        raise RunError(f"the data set is {train.dataset[:60]!r}; a visitor's run takes one that is on this machine: {there}.")


def _check_room(settings: Settings, line: list[runs.Run], active: list[runs.Run], ticket: dict[str, Any]) -> None:
    theirs = [run for run in line + active if run.owner() == ticket.get("owner") and run.requested() != "stop"]
    if ticket.get("minutes") and theirs:
        raise RunError("You have a run that trains or waits already; expected one at a time. Stop that one first.")
    if len(line) >= settings.max_queue and (line or len(active) >= settings.max_runs):
        what = f"{len(line)} runs wait already" if line else f"{active[0].id} is training now and nobody may wait (--max-queue 0)"
        raise RunError(f"{what}; there is no room for another. Try again when one has ended.")


# ---- the line


def _line(settings: Settings) -> list[runs.Run]:
    """The runs that wait, the next one first."""
    found = [run for run in runs.list_runs(settings.runs) if _state(run) == runs.QUEUED]
    return sorted(found, key=lambda run: (_number(run), run.id))


def _active(settings: Settings) -> list[runs.Run]:
    return [run for run in runs.list_runs(settings.runs) if _state(run) in runs.ACTIVE]


def _state(run: runs.Run) -> str:
    try:
        return run.status()["state"]
    except GanCoreError:
        return "failed"


def _number(run: runs.Run) -> int:
    number = run.ticket().get("number")
    return number if isinstance(number, int) else 0


def _next_number(line: list[runs.Run]) -> int:
    """Counted, not read off a clock: a clock may jump."""
    return max(map(_number, line), default=0) + 1


@contextlib.contextmanager
def _changing(settings: Settings) -> Iterator[None]:
    """Be the only one who changes the queue. Raises RunError when the folder of runs cannot be used or somebody else does not let go."""
    try:
        settings.runs.mkdir(parents=True, exist_ok=True)
        lock = locks.take(_lock_file(settings.runs), seconds=10)
        if lock is None:
            raise RunError("The queue is busy; expected it to be free within seconds. Try again.")
        try:
            yield
        finally:
            os.close(lock)
    except OSError as error:
        raise RunError(
            f"the folder of runs cannot be written ({error.strerror}). Free some disk space or choose another (GAN_RUNS)."
        ) from error


def _lock_file(root: Path) -> Path:
    return root / ".queue-lock"


def _launch_next(settings: Settings) -> None:
    """Launch as many of the line as there is room for."""
    line, active = _line(settings), _active(settings)
    for run in line[: max(0, settings.max_runs - len(active))]:
        try:
            runs.launch(run)
        except (GanCoreError, OSError) as error:
            with contextlib.suppress(GanCoreError, OSError):
                run.set_status("failed", reason=str(error))
        _poked.set()


# ---- the thread that keeps it going


def run_in_background(settings: Settings) -> None:
    """Launch waiting runs when it is their turn and end visitors' runs when their time is up, for as long as this process lives."""
    if settings.training:
        threading.Thread(target=_keep_going, args=(settings,), name="scheduler", daemon=True).start()


def _keep_going(settings: Settings) -> None:
    while True:
        with contextlib.suppress(GanCoreError, OSError, ValueError):  # the next look may find the folder well again
            tick(settings)
        _poked.wait(LOOK_SECONDS)
        _poked.clear()


def tick(settings: Settings) -> None:
    """One look: whose turn is it, whose time is up? Raises RunError."""
    active = _active(settings)
    _end_overdue(settings, active)
    if len(active) < settings.max_runs and _line(settings):
        with _changing(settings):
            _launch_next(settings)


def _end_overdue(settings: Settings, active: list[runs.Run]) -> None:
    now = time.monotonic()
    for name in set(_seen) - {run.id for run in active}:
        del _seen[name]
    for run in active:
        minutes = run.ticket().get("minutes")
        if isinstance(minutes, int | float) and _state(run) != "starting" and now - _seen.setdefault(run.id, now) > 60 * minutes:
            run.request("stop")
            _overdue[run.id] = minutes
    for name in set(_overdue) - {run.id for run in active}:
        run, minutes = runs.Run(settings.runs / name), _overdue.pop(name)
        if _state(run) == "stopped":
            run.set_status("stopped", reason=f"A visitor's run has {minutes:g} minutes here; they were up.")


def end_all(settings: Settings) -> int:
    """Ask every training that was started from a page to stop, wait until they have saved; the number of those that did not in time."""
    going = [run for run in _active(settings) if run.ticket()]
    for run in going:
        with contextlib.suppress(GanCoreError, OSError):
            run.request("stop")
    end = time.monotonic() + END_SECONDS
    while time.monotonic() < end and any(_state(run) in runs.ACTIVE for run in going):
        time.sleep(0.1)
    return sum(_state(run) in runs.ACTIVE for run in going)
