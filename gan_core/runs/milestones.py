"""What a training had reached after so many seconds: the figure by which two settings, or two machines, are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gan_core.runs.run import Run
from gan_core.storage import files

FORMAT = 1
AFTER = (10, 20, 30, 60, 120, 300)  # seconds of training
FIGURES = ("distance", "confident", "evenness", "variety", "label_accuracy", "digits", "val_loss")
_READ = ("distance", "variety", "val_loss")  # a report with one of these had a look at the pictures


def reached(reports: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The latest figures at each of AFTER seconds that these reports have gone beyond.

    Args:
        reports: as in `progress.jsonl`, in order.
    Returns: `[{"after", "step", "seconds", figures}]`; `step` and `seconds` are those of the look, which is the last one before.
    """
    looks = [report for report in reports if any(report.get(name) is not None for name in _READ)]
    last = reports[-1]["seconds"] if reports else 0.0
    found = []
    for after in AFTER:
        before = [report for report in looks if report["seconds"] <= after]
        if last >= after and before:
            look = before[-1]
            figures = {name: look[name] for name in FIGURES if look.get(name) is not None}
            found.append({"after": after, "step": look["step"], "seconds": look["seconds"], **figures})
    return found


def write(run: Run, reports: Sequence[dict[str, Any]]) -> None:
    """Store it as the run's `reached.json`, where it says something else than what lies there. Raises RunError or OSError."""
    found = reached(reports)
    if found != read(run):
        run.check_there()
        files.write_json(run.folder / "reached.json", {"format": FORMAT, "reached": found}, make_folders=False)


def read(run: Run) -> list[dict[str, Any]]:
    """What `write` has stored; [] where there is nothing that can be read."""
    try:
        stored = files.read_json(run.folder / "reached.json")
        found = stored["reached"] if stored["format"] == FORMAT else []
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return found if isinstance(found, list) else []
