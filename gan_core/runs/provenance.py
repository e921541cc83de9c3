"""Who trained a run: the versions and the machine of each process that did, written by that process and by nobody else."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from collections.abc import Sequence

from gan_core.runs import reading
from gan_core.runs.records import Session
from gan_core.runs.run import Run
from gan_core.storage import files

FILE = "sessions.jsonl"


def sessions(run: Run) -> list[Session]:
    """From which step on which machine, with which versions; [] for a run of a version that did not write it down."""
    return list(reading.lines(run.folder / FILE, reading.session))


def begin(run: Run, step: int, machine: str) -> None:
    """Note that this process goes on from `step`; what was noted of later steps is forgotten, as they are taken again. Raises OSError."""
    before = [session for session in sessions(run) if session["step"] < step]
    now: Session = {"step": step, "machine": machine, "versions": versions()}
    if before and {**before[-1], "step": step} == now:
        return
    text = "".join(json.dumps(session) + "\n" for session in [*before, now])
    files.write_bytes(run.folder / FILE, text.encode(), make_folders=False)


def versions() -> dict[str, str]:
    """Versions of what a training depends on, in this process."""
    known = {"python": platform.python_version()}
    for package in ("tensorflow", "tensorflow-cpu", "keras", "numpy"):
        try:
            known[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return known


def trained_on(noted: Sequence[Session], step: int) -> str:
    """The machines that took the steps up to `step`, for people; "" where nobody has noted it."""
    parts: list[str] = []
    machine = ""
    for session in noted:
        if session["machine"] != machine and (not parts or session["step"] < step):
            machine = session["machine"]
            parts.append(machine if not parts else f"from step {session['step']:,} on {machine}")
    return ", ".join(parts)
