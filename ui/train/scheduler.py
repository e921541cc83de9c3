"""The queue of runs: one trains at a time (or `--max-runs`), the others wait in the order they came, also over a restart of this process.

A waiting run is a run folder whose state is `queued`, with its number in `ticket.json`. Every change of the queue is made under a lock on
the folder of runs, so two web processes on one folder never launch the same run.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import GanCoreError, RunError
from gan_core.runs import control, needs
from gan_core.runs.records import Ticket
from gan_core.storage import files, locks
from ui.settings import Settings
from ui.train import access, brought, loops, visitors

LOOK_SECONDS = 2.0  # for what others change; what this process changes is acted on at once
END_SECONDS = 20.0  # how long a server that ends its runs waits for them to save
_poked = threading.Event()


# ---- asking


def start(settings: Settings, model: ModelConfig, train: TrainConfig, key: object) -> tuple[runs.Run, int]:
    """A new run for whoever has `key`, and its place in line; 0 when it starts at once. Raises RunError, Forbidden or ConfigError."""
    return enter(settings, key, model, train, lambda ticket: runs.create(settings.runs, model, train, ticket))


def enter(
    settings: Settings,
    key: object,
    model: ModelConfig,
    train: TrainConfig,
    make: Callable[[Ticket], runs.Run],
    instead_of: runs.Run | None = None,
) -> tuple[runs.Run, int]:
    """As `start`, for a run that `make` creates with the ticket it is given.

    Args:
        train: how it will be trained, with every change that `make` knows of.
        instead_of: a run whose place it takes; where that trains it is asked to stop, but only once the new one is there.
    """
    access.check_start(settings, key)
    needs.check_training()
    owner, is_visitor = access.owner_name(key), not access.has_control(settings, key)
    if is_visitor:
        visitors.check(settings, model, train)
    with _changing(settings):
        line, active = _line(settings), _active(settings)
        leaving = [run for run in active if instead_of and run.id == instead_of.id]
        staying = [run for run in active if run not in leaving]
        if is_visitor:
            visitors.check_only(_of(owner, line, staying))
        _check_room(settings, line, staying)
        minutes = settings.visitor_minutes if is_visitor else None
        run = make({"number": _next_number(line), "owner": owner, "minutes": minutes})
        for left in leaving:
            with contextlib.suppress(RunError):  # it has ended by itself
                control.stop(left)
        _launch_next(settings)
        return run, place(settings, run)


def resume(settings: Settings, run: runs.Run, key: object) -> int:
    """Go on with `run` when it is its turn; its place in line, 0 when it goes on at once.

    Args:
        key: of whoever asks; that it may, `access` has been asked before. A visitor's limits hold as for a new run.
    Raises: RunError.
    """
    needs.check_training()
    with _changing(settings):
        status = run.status()
        if status["state"] in runs.ACTIVE:
            raise RunError(f"{run.id} is training already.")
        if status["state"] == runs.QUEUED:
            raise RunError(f"{run.id} waits already: {in_words(place(settings, run))}.")
        if status["state"] == "finished":
            raise RunError(f"{run.id} has finished its {status['steps']:,} steps. Start a new run to train longer.")
        model, train = run.model_config(), control.settings_now(run)  # what cannot be read is refused here, not a minute later
        line, active = _line(settings), _active(settings)
        visitors.check_time(run)
        if not access.has_control(settings, key):
            visitors.check(settings, model, train)
            visitors.check_only(_of(access.owner_name(key), line, active))
        _check_room(settings, line, active)
        ticket = run.ticket() or {"number": 0, "owner": "", "minutes": None}
        with run.hold():
            files.write_json(run.folder / "ticket.json", {**ticket, "number": _next_number(line)})
            run.set_status(runs.QUEUED, reason="", launched=False)
        _launch_next(settings)
        return place(settings, run)


def stop(settings: Settings, run: runs.Run) -> bool:
    """Ask the training of `run` to stop, or take it out of the line. True where it was only waiting. Raises RunError."""
    with _changing(settings):
        state = run.status()["state"]
        if state not in (*runs.ACTIVE, runs.QUEUED):
            raise RunError(f"{run.id} is not training (it is {state}); there is nothing to stop.")
        if state == runs.QUEUED:
            with run.hold():  # a status is written by who holds the run, and by nobody else
                run.set_status("stopped", reason="It was taken out of the line before its turn.")
            return True
        control.stop(run)
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


def _check_room(settings: Settings, line: list[runs.Run], active: list[runs.Run]) -> None:
    if len(line) >= settings.max_queue and (line or len(active) >= settings.max_runs):
        what = f"{len(line)} runs wait already" if line else f"{active[0].id} is training now and nobody may wait (--max-queue 0)"
        raise RunError(f"{what}; there is no room for another. Try again when one has ended.")


def _of(owner: str, line: list[runs.Run], active: list[runs.Run]) -> list[runs.Run]:
    """The runs of `owner` that wait, or train and have not been asked to stop."""
    return [run for run in [*line, *(one for one in active if not control.read(one).stop)] if run.owner() == owner]


# ---- the line


def _line(settings: Settings) -> list[runs.Run]:
    """The runs that wait, the next one first."""
    waiting = [run for run in runs.list_runs(settings.runs) if _state(run) == runs.QUEUED]
    return sorted(waiting, key=lambda run: (_number(run), run.id))


def _active(settings: Settings) -> list[runs.Run]:
    return [run for run in runs.list_runs(settings.runs) if _state(run) in runs.ACTIVE]


def _state(run: runs.Run) -> str:
    try:
        return run.status()["state"]
    except GanCoreError:
        return "failed"


def _number(run: runs.Run) -> int:
    ticket = run.ticket()
    return ticket["number"] if ticket else 0


def _next_number(line: list[runs.Run]) -> int:
    """Counted, not read off a clock: a clock may jump."""
    return max(map(_number, line), default=0) + 1


@contextlib.contextmanager
def _changing(settings: Settings) -> Iterator[None]:
    """Be the only one who changes the queue. Raises RunError when the folder of runs cannot be used or somebody else does not let go."""
    busy = RunError("The queue is busy; expected it to be free within seconds. Try again.")
    try:
        settings.runs.mkdir(parents=True, exist_ok=True)
        with locks.holding(_lock_file(settings.runs), 10, busy):
            yield
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
            reason = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
            with contextlib.suppress(GanCoreError, OSError), run.hold():
                run.set_status("failed", reason=reason)
        _poked.set()


# ---- the thread that keeps it going


def run_in_background(settings: Settings) -> None:
    """Launch waiting runs when it is their turn, for as long as this process lives."""
    if settings.training:
        threading.Thread(target=_keep_going, args=(settings,), name="scheduler", daemon=True).start()


def _keep_going(settings: Settings) -> None:
    while True:
        try:
            tick(settings)
            brought.sweep(settings)
        except (GanCoreError, OSError):
            pass  # a full disk, a folder that is away: the next look may find it well again
        except Exception as error:  # nobody would start this thread again, and the line would stand still for good
            loops.tell_once(f"the scheduler: {type(error).__name__}")
        _poked.wait(LOOK_SECONDS)
        _poked.clear()


def tick(settings: Settings) -> None:
    """One look: whose turn is it? Raises RunError."""
    if len(_active(settings)) < settings.max_runs and _line(settings):
        with _changing(settings):
            _launch_next(settings)


def end_all(settings: Settings) -> int:
    """Ask every training that was started from a page to stop, wait until they have saved; the number of those that did not in time."""
    going = [run for run in _active(settings) if run.ticket()]
    for run in going:
        with contextlib.suppress(GanCoreError, OSError):
            control.stop(run)
    end = time.monotonic() + END_SECONDS
    while time.monotonic() < end and any(_state(run) in runs.ACTIVE for run in going):
        time.sleep(0.1)
    return sum(_state(run) in runs.ACTIVE for run in going)
