"""A run's beginning: its folder, complete before it can be seen, and the process that trains it."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.runs import control, hardware, needs
from gan_core.runs.records import Parent, Ticket
from gan_core.runs.run import FORMAT, QUEUED, Run
from gan_core.storage import files, locks

LOG_BYTES = 1_000_000  # a longer one is begun anew
NICENESS = 5  # of a training beside a page: in contention about a quarter of a core instead of a half


def create(
    root: Path | str,
    model: ModelConfig,
    train: TrainConfig,
    ticket: Ticket | None = None,
    parent: Parent | None = None,
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
        # who makes a run and trains it is one process: a stop that is asked for before it trains is meant for it
        pid = os.getpid() if ticket is None else None
        Run(temporary).set_status("starting" if ticket is None else QUEUED, step=0, steps=train.steps, pid=pid, started=None)
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
            f"cannot make a run in the folder {root.name!r}: {error.strerror}. Free some disk space or choose another folder with --runs."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    raise RunError(f"cannot make a run in the folder {root.name!r}: a thousand of this second are there already.")


def launch(run: Run) -> None:
    """Train `run` in a process of its own, which outlives this one; what it prints goes to `log.txt`.

    A fresh interpreter, never a fork: TensorFlow hangs after one (DESIGN.md section 6). It is born with the run's lock, so nobody can
    launch the run a second time and a process that dies while it loads its libraries is noticed at once.
    Raises: RunError when another process trains the run or there is no room for its files or no TensorFlow; OSError
    when no process can be started.
    """
    needs.check_training()
    run.check_there()
    try:
        lock = locks.take(run.folder / "lock", seconds=1)
    except OSError as error:
        raise run.unwritable(error) from error
    if lock is None:
        raise run.busy()
    try:
        control.clear(run)
        run.set_status("starting", launched=True, reason="")
        command = [sys.executable, "-m", "gan_core", "train", "--resume", str(run.folder.resolve()), "--quiet"]
        path = run.folder / "log.txt"
        with open(path, "wb" if path.exists() and path.stat().st_size > LOG_BYTES else "ab") as log:
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
