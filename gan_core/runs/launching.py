"""The process that trains a run, born with the run's lock."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

from gan_core.runs import control, needs, startup
from gan_core.runs.run import Run
from gan_core.storage import locks

LOG_BYTES = 1_000_000  # a longer one is begun anew
NICENESS = 5  # of a training beside a page: in contention about a quarter of a core instead of a half


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
        # where a lock cannot be handed over, the process takes it when its libraries are loaded
        startup.enter(run, "libraries", anew=True, launched=locks.CAN_HAND_OVER, reason="")
        command = [sys.executable, "-m", "gan_core", "train", "--resume", str(run.folder.resolve()), "--quiet"]
        path = run.folder / "log.txt"
        with open(path, "wb" if path.exists() and path.stat().st_size > LOG_BYTES else "ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=Path(__file__).parents[2],
                **locks.handing_over(lock),
            )  # fmt: skip
        give_way(process.pid)
    finally:
        locks.release(lock)
    threading.Thread(target=process.wait, daemon=True).start()  # or it would stay in the list of processes as a zombie


def give_way(pid: int) -> None:
    """Let a training process that has just been started take its time after the page, the browser and whatever else a person has in hand.

    On an idle machine it takes as much as ever; its threads, which come later, inherit it. Linux, where it puts each session of processes into a group
    of its own, shares the processor between the groups first, so that the niceness within one says nothing beside the page: the group has one, too.
    """
    if not hasattr(os, "setpriority"):  # Windows
        return
    with contextlib.suppress(OSError):  # it is gone again, which its lock tells
        os.setpriority(os.PRIO_PROCESS, pid, max(NICENESS, os.getpriority(os.PRIO_PROCESS, pid)))
        group = Path(f"/proc/{pid}/autogroup")
        if group.exists():  # other systems, and kernels without it
            group.write_text(str(NICENESS))
