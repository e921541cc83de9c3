"""Going back: a run keeps a few of its states, and a new run goes on from one of them with changed settings."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from gan_core.errors import RunError
from gan_core.runs import control, learned
from gan_core.runs.creating import create
from gan_core.runs.records import Change, Report, Setting, Ticket
from gan_core.runs.run import Run

MOST_STATES = 8
_STATE = re.compile(r"(\d{7,10})\.safetensors")


def kept_steps(run: Run) -> list[int]:
    """Steps whose whole state is kept (weights, optimizers, random state), in order."""
    with contextlib.suppress(OSError):
        matches = (_STATE.fullmatch(name) for name in os.listdir(run.folder / "states"))
        return sorted(int(match[1]) for match in matches if match)
    return []


def keep_state(run: Run, step: int) -> None:
    """Keep `state/state.safetensors` as the state of `step`. A second name for the same file: the next state is a new file, so this costs nothing."""
    target = run.folder / "states" / f"{step:07d}.safetensors"
    target.parent.mkdir(exist_ok=True)
    if not target.exists():
        _same_file(run.folder / "state" / "state.safetensors", target)
    for surplus in thinned(kept_steps(run)):
        (target.parent / f"{surplus:07d}.safetensors").unlink(missing_ok=True)


def forget_after(run: Run, step: int) -> None:
    """Remove kept states after `step`."""
    for later in [kept for kept in kept_steps(run) if kept > step]:
        (run.folder / "states" / f"{later:07d}.safetensors").unlink(missing_ok=True)


def thinned(steps: list[int], most: int = MOST_STATES) -> list[int]:
    """Which of `steps` to drop so that `most` stay: never the first or the newest two, always the one that leaves the smallest gap in log(step)."""
    left, dropped = list(steps), []
    while len(left) > most:
        place = min(range(1, len(left) - 2), key=lambda i: (left[i + 1] + 1) / (left[i - 1] + 1))
        dropped.append(left.pop(place))
    return dropped


def branch(root: Path | str, parent: Run, step: int, settings: dict[str, Setting] | None = None, ticket: Ticket | None = None) -> Run:
    """A new run that has `parent`'s past up to its last kept state at or before `step`, and goes on from there with `settings`.

    It shares the pictures of that past with its parent as files of the same content, but needs nothing of the parent afterwards.
    Raises: RunError when no state is kept that early, or the disk does not take it; ConfigError for the settings.
    """
    kept = [known for known in kept_steps(parent) if known <= step]
    if not kept:
        raise RunError(f"run {parent.id!r} keeps no state at or before step {step:,}; it keeps {kept_steps(parent) or 'none'}.")
    at = kept[-1]
    past = [change for change in control.changes(parent) if change["step"] <= at]
    before = control.settings_now(parent, at)
    after = control.merged(before, control.check_settings(parent, settings, control.WHEN_BRANCHING)) if settings else before
    change: Change = {**control.difference(at, before, after), "from": parent.id}

    def fill(folder: Path) -> None:
        (folder / "state").mkdir()
        if learned.fingerprint(parent):
            _same_file(parent.folder / learned.FILE, folder / learned.FILE)
        _same_file(parent.folder / "states" / f"{at:07d}.safetensors", folder / "state" / "state.safetensors")
        (folder / "progress.jsonl").write_bytes(_lines(report for report in parent.each_report() if report["step"] <= at))
        (folder / "changes.jsonl").write_bytes(_lines([*past, change]))
        for path in (parent.folder / "snapshots").iterdir():
            if path.name[:7].isdigit() and int(path.name.split(".")[0]) <= at:
                _same_file(path, folder / "snapshots" / path.name)

    return create(root, parent.model_config(), parent.train_config(), ticket, parent={"run": parent.id, "step": at}, fill=fill)


def _lines(values: Iterable[Change | Report]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def _same_file(source: Path, target: Path) -> None:
    """A hard link where the disk has them, else a copy. Files of a run are replaced, never written into, so a link stays what it was."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
