"""The run directory: the only thing the training process and everybody else share (docs/formats.md, section 4).

Who writes what: `status.json`, reports, snapshots and states are the holder's of the run's `lock`, the training process or, for an instant, a
web process that puts a run into the line or out of it; `control.json` is control.py's, under a lock of its own; `ticket.json` the scheduler's.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_core.config import NAME_RULE, ModelConfig, TrainConfig, check_name
from gan_core.errors import DataError, GanCoreError, RunError
from gan_core.imaging import decoding, plots
from gan_core.model import program
from gan_core.runs import learned, reading, records
from gan_core.runs.records import Report, RunConfig, Status, Ticket
from gan_core.storage import files, locks

FORMAT = 1
ACTIVE = ("starting", "running", "paused")
QUEUED = "queued"  # waits for its turn; the web process launches it (ui/train/scheduler.py)
START_SECONDS = 60  # a process that has not taken its run's lock by then did not start
SNAPSHOT_NAME = re.compile(r"(\d{7,10})\.png")


if TYPE_CHECKING:
    from matplotlib.figure import Figure

PANELS = {  # of a run's figure: what is on the upright axis, and the figures of a report on it
    "loss (nats)": ("g_loss", "d_loss", "loss", "val_loss"),
    "D's probability of real": ("d_real", "d_fake"),
    "share": ("confident", "evenness", "label_accuracy"),
    "distance to the data": ("distance",),
    "variety (real: 1)": ("variety",),
}


class Run:
    """One run directory. Reading never locks; only who holds the run (`hold`) writes its status, its reports and its pictures."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.id = self.folder.name
        self._held: tuple[float, float] | None = None  # since when (monotonic), and the seconds used before

    # ---- reading

    def config(self) -> RunConfig:
        """What was asked for, as in `config.json`. Raises RunError."""
        try:
            stored = reading.small(self.folder / "config.json")
            version = stored["format"]
            config = reading.config(stored) if version == FORMAT else None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"run {self.id!r} cannot be read: {_why(error)}. Expected a folder made by `python -m gan_core train`."
            ) from error
        if config is None:
            raise RunError(
                f"run {self.id!r} has format {repr(version)[:40]}; this version reads format {FORMAT}. Use the version that made it."
            )
        return config

    def model_config(self) -> ModelConfig:
        """Raises RunError or ConfigError."""
        return ModelConfig.from_dict(self.config()["model"])

    def train_config(self) -> TrainConfig:
        """Raises RunError or ConfigError."""
        return learned.at_home(self.folder, TrainConfig.from_dict(self.config()["train"]))

    def status(self) -> Status:
        """`status.json`, with state 'interrupted' where it says active and no process holds the run. Raises RunError."""
        try:
            status = reading.status(reading.small(self.folder / "status.json"))
        except (OSError, ValueError) as error:
            raise RunError(f"run {self.id!r} has no readable status: {_why(error)}.") from error
        with contextlib.suppress(OSError, ValueError, AttributeError):
            status["checkpoint"] = reading.text(reading.small(self.folder / "kept.json").get("checkpoint")) or None
        # a launched process has its lock from the first instant on; the clock may have been set back since
        waiting = status["state"] == "starting" and not status["launched"] and abs(time.time() - status["updated"]) < START_SECONDS
        if status["state"] in ACTIVE and not waiting and not self.held():
            status["state"] = "interrupted"
            status["reason"] = "The training process ended without a word (killed, or the machine restarted). Resume goes on."
        return status

    def held(self) -> bool:
        """Whether a training process has this run now."""
        return locks.is_taken(self.folder / "lock")

    def ticket(self) -> Ticket | None:
        """How it came to be started from a page, as in `ticket.json`; None for a run of the command line."""
        try:
            return reading.ticket(reading.small(self.folder / "ticket.json"))
        except (OSError, ValueError):
            return None

    def owner(self) -> str:
        """The name that `ui/train/access.py` has given to whoever started it, or ""."""
        ticket = self.ticket()
        return ticket["owner"] if ticket else ""

    def reports(self) -> list[Report]:
        """All reports; a line that is none is left out, one still being written is left for the next time."""
        return list(self.each_report())

    def each_report(self) -> Iterator[Report]:
        """The reports one at a time, for who needs little of each."""
        return reading.lines(self.folder / "progress.jsonl", reading.report)

    def figure(self) -> Figure:
        """The curves of its reports as a matplotlib figure. Raises ConfigError before the first."""
        reports = self.reports()

        def line(name: str) -> plots.Series:
            points = [(float(report["step"]), value) for report in reports if (value := records.figure(report, name)) is not None]
            return [step for step, _ in points], [value for _, value in points]

        panels = {label: {name: line(name) for name in names} for label, names in PANELS.items()}
        config = self.config()
        title = f"{self.id}: {config['model']['family']}, {config['train']['dataset']}, seed {config['train']['seed']}"
        return plots.curves(panels, "training step", title)

    def _repr_png_(self) -> bytes | None:
        """What a notebook shows of it: nothing before its first report."""
        try:
            return plots.png(self.figure())
        except GanCoreError:
            return None

    def snapshot_steps(self) -> list[int]:
        """Steps that have a snapshot, in order."""
        with contextlib.suppress(OSError):
            matches = (SNAPSHOT_NAME.fullmatch(name) for name in os.listdir(self.folder / "snapshots"))
            return sorted(int(match[1]) for match in matches if match)
        return []

    def network_steps(self) -> list[int]:
        """Steps whose snapshot has its networks, in order: a run of a page keeps more pictures than networks."""
        return [step for step in self.snapshot_steps() if self.snapshot(step).is_file()]

    def snapshot(self, step: int, kind: str = "safetensors") -> Path:
        """Path of a snapshot's file; kind is 'png', 'safetensors' or '<role>.safetensors'."""
        return self.folder / "snapshots" / f"{step:07d}.{kind}"

    def picture(self, step: int) -> npt.NDArray[np.uint8]:
        """The picture of a snapshot, uint8 `[h, w]`, or `[h, w, 3]` of colours. Raises RunError."""
        try:
            return decoding.read_png(self.snapshot(step, "png"), inside=self.folder)
        except DataError as error:
            raise RunError(f"run {self.id!r}: {error}") from error

    # ---- writing

    @contextlib.contextmanager
    def hold(self) -> Iterator[bool]:
        """Be the one process that trains this run; the kernel lets go of it when the process ends, however it ends.

        Yields whether this process was launched with the lock, and not started by a person who has not got it yet.
        Raises: RunError when another process has it or the folder cannot be written.
        """
        self.check_there()
        path = self.folder / "lock"
        try:
            handed = locks.handed_over(path)
            lock = locks.take(path, seconds=3) if handed is None else handed  # longer than a reader's look in `held`
        except OSError as error:
            raise self.unwritable(error) from error
        if lock is None:
            raise self.busy()
        try:
            self._held = (time.monotonic(), self._used_before(launched=handed is not None))
            yield handed is not None
        finally:
            self._held = None
            locks.release(lock)

    def _used_before(self, launched: bool) -> float:
        """Seconds that earlier processes held it; the time that this one took to load its libraries counts, too."""
        try:
            status = self.status()
        except RunError:
            return 0.0
        loading = min(max(0.0, time.time() - status["updated"]), START_SECONDS) if launched else 0.0  # the clock may have jumped
        return status["used"] + loading

    def used(self) -> float:
        """Seconds in which a process held it, this one's time included. Raises RunError where that is not this one and there is no status."""
        return self.status()["used"] if self._held is None else self._held[1] + time.monotonic() - self._held[0]

    def busy(self) -> RunError:
        """The error of a run that somebody else holds."""
        return RunError(f"run {self.id!r} is being trained by another process. Stop that one first, or start a new run.")

    def unwritable(self, error: OSError) -> RunError:
        """The error of a run whose folder takes no files."""
        return RunError(
            f"the folder of run {self.id!r} cannot be written ({error.strerror}). Give yourself the right to write it, or copy it to where you may."
        )

    def check_there(self) -> None:
        """Nothing is written into a folder that somebody has deleted: it would come back without its config. Raises RunError."""
        if not self.folder.is_dir():
            raise self.gone()

    def holds(self, path: str | None) -> bool:
        """Whether `path` lies in the run's folder, be it there or not."""
        return path is not None and Path(path).absolute().is_relative_to(self.folder.absolute())

    def gone(self) -> RunError:
        """The error of a run whose folder was deleted underneath its training."""
        return RunError(f"the folder of run {self.id!r} is gone. Somebody deleted it, so the training ends here; start a new run.")

    def set_status(self, state: str, **fields: object) -> None:
        """Write `status.json`, keeping the fields that are not given; on a full disk over the old one.

        Raises: RunError when the run's folder is gone, OSError.
        """
        self.check_there()
        old: dict[str, object] = {}
        with contextlib.suppress(OSError, ValueError, TypeError):
            old = dict(reading.small(self.folder / "status.json"))
        if self._held is not None:
            old["used"] = round(self.used(), 3)
        status = {"reason": "", **old, **fields, "state": state, "updated": time.time()}
        path = self.folder / "status.json"
        try:
            files.write_json(path, status, make_folders=False)
        except OSError as error:  # a training that ends for want of room must be able to say so
            if not files.is_full(error):
                raise
            files.write_in_place(path, files.to_json(status))

    def mark_kept(self, checkpoint: str) -> None:
        """Note the checkpoint this run was kept as; in a file of its own, as the training process may be writing its status now."""
        files.write_json(self.folder / "kept.json", {"checkpoint": checkpoint})

    def append(self, report: Report) -> None:
        """Add one line to `progress.jsonl`."""
        with open(self.folder / "progress.jsonl", "ab") as file:
            file.write(json.dumps(report, allow_nan=False).encode() + b"\n")

    def write_snapshot(self, step: int, grid_png: bytes, programs: dict[str, program.Program], exact: bool = False) -> None:
        """Programs first, the picture last: a step whose picture is there is complete.

        Args:
            exact: keep float32 but for very large tensors; float16 moves the worst pixel of a picture in [-1, 1] by 0.003 to 0.005, and D(x) as much.
        """
        self.check_there()
        for role, network in programs.items():
            kind = "safetensors" if role == "generator" else f"{role}.safetensors"
            dtype = "mixed" if exact and role != "encoder" else "float16"
            files.write_bytes(self.snapshot(step, kind), program.to_bytes(network, dtype), make_folders=False)
        files.write_bytes(self.snapshot(step, "png"), grid_png, make_folders=False)

    def rewind(self, step: int) -> None:
        """Forget every report and snapshot after `step`, and a line that was never finished: resume writes them again."""
        lines = b"".join(json.dumps(report).encode() + b"\n" for report in self.each_report() if report["step"] <= step)
        files.write_bytes(self.folder / "progress.jsonl", lines, make_folders=False)
        for path in (self.folder / "snapshots").glob("*.*"):
            if path.name.startswith(".tmp-") or (path.name[:7].isdigit() and int(path.name.split(".")[0]) > step):
                path.unlink(missing_ok=True)


def find(root: Path | str, name: object) -> Run:
    """The run called `name` below `root`. Raises RunError or ConfigError."""
    run = Run(Path(root) / check_name(name, "the run's id"))
    if not (run.folder / "config.json").is_file():
        raise RunError(f"there is no run {name!r} in the folder {Path(root).name!r}.")
    return run


def list_runs(root: Path | str) -> list[Run]:
    """All runs below `root`, newest first; folders that are no run are passed over."""
    try:
        names = os.listdir(root)
    except OSError:
        return []
    made: list[tuple[float, Run]] = []
    for name in filter(NAME_RULE.fullmatch, names):
        config = Path(root) / name / "config.json"
        with contextlib.suppress(OSError):  # no run, or one that is deleted at this moment
            about = config.stat()
            if stat.S_ISREG(about.st_mode):
                made.append((about.st_mtime, Run(config.parent)))
    return [run for _, run in sorted(made, key=lambda entry: entry[0], reverse=True)]


def _why(error: Exception) -> str:
    """What is wrong with a file, without the path to it, which is nobody's business."""
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)[:200]
