"""What a training had reached after so many seconds: the figure by which two settings, or two machines, are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from gan_core.runs import reading
from gan_core.runs.records import Milestone, Report
from gan_core.runs.run import Run
from gan_core.storage import files

FORMAT = 1
AFTER = (10, 20, 30, 60, 120, 300)  # seconds of training
FIGURES = ("distance", "confident", "evenness", "variety", "label_accuracy", "digits", "val_loss")
_READ = ("distance", "variety", "val_loss")  # a report with one of these had a look at the pictures


def reached(reports: Sequence[Report]) -> list[Milestone]:
    """The latest figures at each of AFTER seconds that these reports have gone beyond.

    Args:
        reports: as in `progress.jsonl`, in order.
    Returns: rows whose `step` and `seconds` are those of the look, which is the last one before.
    """
    looks = [report for report in reports if any(report.get(name) is not None for name in _READ)]
    last = reports[-1].get("seconds", 0.0) if reports else 0.0
    rows: list[Milestone] = []
    for after in AFTER:
        before = [report for report in looks if report.get("seconds", 0.0) <= after]
        if last >= after and before:
            look = before[-1]
            figures = {name: look.get(name) for name in FIGURES if look.get(name) is not None}
            row = {"after": after, "step": look["step"], "seconds": look.get("seconds", 0.0), **figures}
            rows.append(cast(Milestone, row))
    return rows


def write(run: Run, reports: Sequence[Report]) -> None:
    """Store it as the run's `reached.json`, where it says something else than what lies there. Raises RunError or OSError."""
    rows = reached(reports)
    if rows != read(run):
        run.check_there()
        files.write_json(run.folder / "reached.json", {"format": FORMAT, "reached": rows}, make_folders=False)


def read(run: Run) -> list[Milestone]:
    """What `write` has stored; [] where there is nothing that can be read."""
    try:
        stored = reading.small(run.folder / "reached.json")
        rows = stored.get("reached") if stored.get("format") == FORMAT else []
        return [reading.milestone(row) for row in rows[: len(AFTER)]] if isinstance(rows, list) else []
    except (OSError, ValueError):
        return []
