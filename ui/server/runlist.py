"""The runs and recordings that may be looked at: found by name, listed, and told of, in words that are for everybody (docs/formats.md, section 5)."""

from __future__ import annotations

import contextlib
import functools
from dataclasses import dataclass
from pathlib import Path

from gan_core import runs
from gan_core.errors import GanCoreError, RunError
from gan_core.runs import branching, learned, startup
from gan_core.runs.records import RunEntry, Status
from ui.server import discreet
from ui.settings import Settings
from ui.site import replay
from ui.train import scheduler


class NoSuchRun(RunError):
    """A run that is not there (any more)."""


def run(settings: Settings, name: str) -> runs.Run:
    """The run called `name`. Raises RunError or ConfigError."""
    try:
        return runs.find(settings.runs, name)
    except RunError as error:  # which folder was looked in is nobody's business
        raise NoSuchRun(f"There is no run {name!r} any more: its folder was deleted. Choose another one.") from error


def watched(settings: Settings, name: str) -> runs.Run:
    """The run called `name`, or the recording of that name: what may be looked at, but not steered. Raises RunError or ConfigError."""
    try:
        return run(settings, name)
    except NoSuchRun:
        try:
            return runs.find(settings.recordings, name)
        except RunError:
            pass
        raise


def folder_of(settings: Settings, name: str) -> Path:
    """Where the files of a run or a recording are; nothing is read of them."""
    own = settings.runs / name
    return own if own.is_dir() else settings.recordings / name


def runs_list(settings: Settings) -> list[RunEntry]:
    """The runs of `gan/runs.json`, newest first; one that cannot be read is listed as failed, with the reason."""
    entries = [_run_entry(run) for run in runs.list_runs(settings.runs)]
    if any(entry["state"] == runs.QUEUED for entry in entries):
        for run_id, place in scheduler.places(settings).items():
            for entry in entries:
                if entry["id"] == run_id:
                    entry["place"] = place
    return entries


def recordings_list(settings: Settings) -> list[RunEntry]:
    """The recordings that go with the project, as `runs_list` has runs: those of trainings that go well before those of the lab, in its order."""
    placed: list[tuple[int, RunEntry]] = []
    for run in runs.list_runs(settings.recordings):
        with contextlib.suppress(GanCoreError, OSError):
            placed.append(_placed(run.folder, tuple(written(run.folder / name) for name in ("config.json", "status.json"))))
    return [entry for _, entry in sorted(placed, key=lambda one: one[0])]


def written(path: Path) -> tuple[int, int, int]:
    """What differs once a file has been written again. Raises OSError."""
    about = path.stat()
    return about.st_mtime_ns, about.st_size, about.st_ino


@functools.lru_cache(maxsize=256)
def _placed(folder: Path, written: tuple[tuple[int, int, int], ...]) -> tuple[int, RunEntry]:
    """Where the recording stands, and its entry; read once as long as its files are those that were `written`, as the list is asked for all the time.

    Raises: RunError.
    """
    run = runs.Run(folder)
    entry, failure = _run_entry(run), replay.failure_of(run.config())
    entry["recording"] = True
    if failure:
        entry["failure"] = failure
    return replay.place(failure), entry


def _run_entry(run: runs.Run) -> RunEntry:
    entry: RunEntry = {"id": run.id, "state": "failed", "step": 0, "steps": 0, "family": "?", "preset": "?", "dataset": "?", "created": 0.0,
                       "reason": "", "checkpoint": None}  # fmt: skip
    try:
        config = run.config()
        entry["family"], entry["preset"], entry["dataset"] = (
            str(config["model"]["family"]),
            str(config["model"]["preset"]),
            str(discreet.name_of(config["train"]["dataset"])),
        )
        entry["created"] = config["created"]
        status = run.status()
        entry["state"], entry["step"], entry["steps"] = status["state"], status["step"], status["steps"]
        entry["reason"], entry["checkpoint"] = discreet.without_folders(status["reason"]), status["checkpoint"]
    except GanCoreError as error:
        entry["reason"] = discreet.without_folders(str(error))
    return entry


@dataclass(frozen=True)
class Head:
    """What `progress.json` tells beside the reports: the run's status, its state among it, and the rest by name."""

    status: dict[str, object]
    state: str
    beside: dict[str, object]

    def to_dict(self) -> dict[str, object]:
        """As it is sent."""
        return {**self.beside, "status": self.status}


def progress_head(settings: Settings, name: str) -> Head:
    """What `progress.json` tells beside the reports. Raises RunError or ConfigError."""
    run = watched(settings, name)
    try:
        config, status = run.config(), run.status()
    except RunError:
        watched(settings, name)  # one that is deleted at this moment is gone, not damaged
        raise
    if status["state"] == runs.QUEUED:
        status["place"] = scheduler.place(settings, run)
    status["reason"] = discreet.without_folders(status["reason"])
    progress: dict[str, object] = {**status, **_start_of(settings, run, status)}
    del progress["phases"]
    kept = {} if replay.failure_of(config) is not None else {"states": branching.kept_steps(run)}
    beside = {
        "id": run.id,
        "config": discreet.config_for_all(config) | ({"own": True} if learned.has_own(run) else {}),
        **kept,
        **replay.beside(run, config),
    }
    return Head(progress, status["state"], beside)


def _start_of(settings: Settings, run: runs.Run, status: Status) -> dict[str, object]:
    """What a run that begins is at, and how long that took the runs before; nothing of one that has taken its first steps."""
    phase = startup.current(status)
    return {"phase": phase, "expected": startup.expected(run, runs.list_runs(settings.runs))} if phase else {}
