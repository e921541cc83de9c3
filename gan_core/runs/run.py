"""The run directory: the only thing the training process and everybody else share (docs/formats.md, section 4)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gan_core import families
from gan_core.config import NAME_RULE, ModelConfig, TrainConfig, check_name
from gan_core.errors import RunError
from gan_core.model import program
from gan_core.runs import hardware, needs
from gan_core.storage import files, locks

FORMAT = 1
ACTIVE = ("starting", "running", "paused")
QUEUED = "queued"  # waits for its turn; the web process launches it (ui/train/scheduler.py)
START_SECONDS = 60  # a process that has not taken its run's lock by then did not start
NICENESS = 5  # of a training beside a page: in contention about a quarter of a core instead of a half
SNAPSHOT_NAME = re.compile(r"(\d{7,})\.png")


class Run:
    """One run directory. Reading never locks; only the training process writes, under `hold()`."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.id = self.folder.name

    # ---- reading

    def config(self) -> dict[str, Any]:
        """What was asked for, as in `config.json`. Raises RunError."""
        try:
            config = files.read_json(self.folder / "config.json")
            version = config["format"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"run {self.id!r} cannot be read: {error}. Expected a folder made by `python -m gan_core train`.") from error
        if version != FORMAT:
            raise RunError(f"run {self.id!r} has format {version!r}; this version reads format {FORMAT}. Use the version that made it.")
        return config

    def model_config(self) -> ModelConfig:
        """Raises RunError or ConfigError."""
        return ModelConfig.from_dict(self.config().get("model", {}))

    def train_config(self) -> TrainConfig:
        """Raises RunError or ConfigError."""
        return TrainConfig.from_dict(self.config().get("train", {}))

    def status(self) -> dict[str, Any]:
        """`status.json`, with state 'interrupted' where it says active and no process holds the run. Raises RunError."""
        try:
            status = {"checkpoint": None, **files.read_json(self.folder / "status.json")}
            state, updated = str(status["state"]), float(status["updated"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"run {self.id!r} has no readable status: {error}.") from error
        with contextlib.suppress(OSError, ValueError, AttributeError):
            status["checkpoint"] = files.read_json(self.folder / "kept.json").get("checkpoint")
        # a launched process has its lock from the first instant on; the clock may have been set back since
        waiting = state == "starting" and not status.get("launched") and abs(time.time() - updated) < START_SECONDS
        if state in ACTIVE and not waiting and not self.held():
            status.update(
                state="interrupted", reason="The training process ended without a word (killed, or the machine restarted). Resume goes on."
            )
        return status

    def held(self) -> bool:
        """Whether a training process has this run now."""
        return locks.is_taken(self.folder / "lock")

    def ticket(self) -> dict[str, Any]:
        """How it came to be started from a page, as in `ticket.json`: number in the queue, owner, minutes; {} for a run of the command line."""
        try:
            ticket = files.read_json(self.folder / "ticket.json")
        except (OSError, ValueError):
            return {}
        return ticket if isinstance(ticket, dict) else {}

    def owner(self) -> str:
        """The name that `ui/train/access.py` has given to whoever started it, or ""."""
        return str(self.ticket().get("owner") or "")

    def reports(self, since: int = 0) -> list[dict[str, Any]]:
        """Reports from number `since` on; a line still being written is left for the next time."""
        try:
            lines = (self.folder / "progress.jsonl").read_bytes().split(b"\n")[:-1]
        except OSError:
            return []
        reports = []
        for line in lines[since:]:
            with contextlib.suppress(ValueError):
                reports.append(json.loads(line))
        return reports

    def snapshot_steps(self) -> list[int]:
        """Steps that have a snapshot, in order."""
        with contextlib.suppress(OSError):
            found = (SNAPSHOT_NAME.fullmatch(name) for name in os.listdir(self.folder / "snapshots"))
            return sorted(int(match[1]) for match in found if match)
        return []

    def snapshot(self, step: int, kind: str = "safetensors") -> Path:
        """Path of a snapshot's file; kind is 'png', 'safetensors' or '<role>.safetensors'."""
        return self.folder / "snapshots" / f"{step:07d}.{kind}"

    # ---- writing

    @contextlib.contextmanager
    def hold(self) -> Iterator[None]:
        """Be the one process that trains this run; the kernel lets go of it when the process ends, however it ends. Raises RunError."""
        self.check_there()
        lock = locks.take(self.folder / "lock", seconds=3)  # longer than a reader's look in `held`
        if lock is None:
            raise RunError(f"run {self.id!r} is being trained by another process. Stop that one first, or start a new run.")
        try:
            yield
        finally:
            os.close(lock)

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

    def set_status(self, state: str, **fields: Any) -> None:
        """Write `status.json`, keeping the fields that are not given; on a full disk over the old one.

        Raises: RunError when the run's folder is gone, OSError.
        """
        self.check_there()
        old: dict[str, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            old = files.read_json(self.folder / "status.json")
        if not isinstance(old, dict):
            old = {}
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

    def append(self, report: dict[str, Any]) -> None:
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
        kept = [report for report in self.reports() if report["step"] <= step]
        lines = b"".join(json.dumps(report).encode() + b"\n" for report in kept)
        files.write_bytes(self.folder / "progress.jsonl", lines, make_folders=False)
        for path in (self.folder / "snapshots").glob("*.*"):
            if path.name.startswith(".tmp-") or (path.name[:7].isdigit() and int(path.name.split(".")[0]) > step):
                path.unlink(missing_ok=True)

    def request(self, request: str | None) -> None:
        """Leave a request ('stop') for the training process, or take it back (None)."""
        self.check_there()
        if request is None:
            (self.folder / "control.json").unlink(missing_ok=True)
        else:
            files.write_json(self.folder / "control.json", {"request": request}, make_folders=False)

    def requested(self) -> str | None:
        """The request that lies there, if any."""
        try:
            return files.read_json(self.folder / "control.json").get("request")
        except (OSError, ValueError, AttributeError):
            return None


def create(
    root: Path | str,
    model: ModelConfig,
    train: TrainConfig,
    ticket: dict[str, Any] | None = None,
    parent: dict[str, Any] | None = None,
    fill: Callable[[Path], None] = lambda folder: None,
) -> Run:
    """A new run directory below `root`, complete before it can be seen.

    Args:
        ticket: makes it a queued one, which a web process will launch (`ticket.json`).
        parent: `{"run", "step"}`, where it goes on from a moment of another run.
        fill: puts more files into the folder before it can be seen.
    Raises: RunError when the disk does not take it.
    """
    root = Path(root)
    train = hardware.settled(train, families.get(model.family).bfloat16)  # so that it goes on elsewhere as it began
    dataset = re.sub(r"[^a-z0-9]+", "-", Path(train.dataset).stem.lower()).strip("-")[:24] or "own"
    base = f"{model.family}-{dataset}-{time.strftime('%Y%m%d-%H%M%S')}"
    config = {"format": FORMAT, "model": model.to_dict(), "train": train.to_dict(), "created": time.time()}
    config |= {"parent": parent} if parent else {}
    temporary = root / f".tmp-{secrets.token_hex(6)}"
    try:
        (temporary / "snapshots").mkdir(parents=True)
        Run(temporary).set_status("starting" if ticket is None else QUEUED, step=0, steps=train.steps, pid=None, started=None)
        if ticket is not None:
            files.write_json(temporary / "ticket.json", ticket)
        (temporary / "progress.jsonl").touch()
        (temporary / "lock").touch()
        fill(temporary)
        for number in range(1, 1000):
            run = Run(root / (base if number == 1 else f"{base}-{number}"))
            if run.folder.exists():
                continue
            files.write_json(temporary / "config.json", {**config, "id": run.id})
            with contextlib.suppress(OSError):  # somebody took the name between the look and the rename
                temporary.rename(run.folder)
                return run
    except OSError as error:
        raise RunError(
            f"cannot make a run in {root}: {error.strerror}. Free some disk space or choose another folder with --runs."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    raise RunError(f"cannot make a run in {root}: a thousand of this second are there already.")


def launch(run: Run) -> None:
    """Train `run` in a process of its own, which outlives this one; what it prints goes to `log.txt`.

    A fresh interpreter, never a fork: TensorFlow hangs after one (DESIGN.md section 6). It is born with the run's lock, so nobody can
    launch the run a second time and a process that dies while it loads its libraries is noticed at once.
    Raises: RunError when another process trains the run, there is no room for its files or no TensorFlow; OSError when no process can be started.
    """
    needs.check_training()
    run.check_there()
    lock = locks.take(run.folder / "lock", seconds=1)
    if lock is None:
        raise RunError(f"run {run.id!r} is being trained by another process. Stop that one first, or start a new run.")
    try:
        run.request(None)
        run.set_status("starting", launched=True, reason="")
        command = [sys.executable, "-m", "gan_core", "train", "--resume", str(run.folder.resolve()), "--quiet"]
        with open(run.folder / "log.txt", "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=Path(__file__).parents[2],
                pass_fds=(lock,), env={**os.environ, locks.HANDED: str(lock)},
            )  # fmt: skip
        give_way(process.pid)
    finally:
        os.close(lock)
    threading.Thread(target=process.wait, daemon=True).start()  # or it would stay in the list of processes as a zombie


def give_way(pid: int) -> None:
    """Let a training process that has just been started take its time after the page, the browser and whatever else a person has in hand.

    On an idle machine it takes as much as ever; its threads, which come later, inherit it.
    """
    with contextlib.suppress(OSError):  # it is gone again, which its lock tells
        os.setpriority(os.PRIO_PROCESS, pid, max(NICENESS, os.getpriority(os.PRIO_PROCESS, pid)))


def start(root: Path | str, model: ModelConfig, train: TrainConfig) -> Run:
    """`create`, then `launch`. Raises RunError."""
    run = create(root, model, train)
    launch(run)
    return run


def find(root: Path | str, name: object) -> Run:
    """The run called `name` below `root`. Raises RunError or ConfigError."""
    run = Run(Path(root) / check_name(name, "the run's id"))
    if not (run.folder / "config.json").is_file():
        raise RunError(f"there is no run {name!r} in {root}.")
    return run


def list_runs(root: Path | str) -> list[Run]:
    """All runs below `root`, newest first; folders that are no run are passed over."""
    try:
        names = os.listdir(root)
    except OSError:
        return []
    found = [Run(Path(root) / name) for name in names if NAME_RULE.fullmatch(name) and (Path(root) / name / "config.json").is_file()]
    return sorted(found, key=lambda run: (run.folder / "config.json").stat().st_mtime, reverse=True)
