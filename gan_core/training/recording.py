"""Recordings, small enough to go with the project: of the failure lab, a run that goes wrong, is cured on its way and recovers; and of the course's
own networks, from the first step to the last.

Where the cure has to begin another run (`Failure.afresh`), there are two: of the failure alone, and of the run that begins again with the cure.

What is left of the run is a run directory (docs/formats.md, section 4) without networks: settings, reports, and a dozen or so of its pictures.
"""

from __future__ import annotations

import io
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import RunError
from gan_core.runs import branching, control, course, lab, milestones, provenance
from gan_core.runs.records import Report, RunConfig, Setting, figure
from gan_core.runs.run import Run
from gan_core.storage import files
from gan_core.training import trainer

LIMIT = 250_000  # bytes of one recording of a failure
COURSE_LIMIT = 400_000  # and of one of the course's, whose pictures are the slides'
CURED_AT = 0.3  # of the steps: long enough to be seen going wrong, and the rest is for ten digits
MOST_REPORTS = 64
MOST_PICTURES = 16
FEWEST_PICTURES = 6
DIGITS = 4  # significant digits of a measured number
NOT_KEPT = ("look_seconds", "images_per_second", "seconds_left")  # of a report: they speak of one machine's speed
EXACT = ("step", "epoch", "seconds", "changes")
SUMMARISED = ("distance", "confident", "evenness", "variety", "label_accuracy")


def record(failure: str, out: Path, dataset: str = "mnist", seed: int | None = None) -> str:
    """Train a failure of the lab with its cure given on its way, and keep what is shown of it as the folder `out/failure`; where the cure begins
    another run, that one as a second folder.

    Args:
        seed: of the training, where it is not to be the lab's.
    Returns: what happened before and after the cure, in a few lines for people.
    Raises: GanCoreError when it cannot be trained or does not come to its end.
    """
    model, train = lab.configs(failure, dataset)
    return _recorded(failure, out, model, train, seed, lab.FAILURES[failure])


def record_course(name: str, out: Path, dataset: str = "mnist", seed: int | None = None) -> str:
    """Train one of the course's networks (runs/course.py) to its end, and keep what is shown of it as the folder `out/name`.

    Args, returns, raises: as `record`.
    """
    model, train = course.configs(name, dataset)
    return _recorded(name, out, model, train, seed)


def _recorded(name: str, out: Path, model: ModelConfig, train: TrainConfig, seed: int | None, failure: lab.Failure | None = None) -> str:
    if seed is not None:
        train = TrainConfig.from_dict({**train.to_dict(), "seed": seed})
    limit, afresh = (LIMIT, failure.afresh) if failure else (COURSE_LIMIT, False)
    with tempfile.TemporaryDirectory(prefix="gan-record-") as folder:
        run = runs.create(folder, model, train)
        said = _trained(run, out / name, limit, _Curer(run, failure.cure) if failure and not afresh else None)
        if failure and afresh:
            said += "\n" + _trained(branching.branch(folder, run, 0, failure.cure), out / (name + lab.AGAIN), limit)
        return said


def _trained(run: Run, target: Path, limit: int, on_report: Callable[[Report], None] | None = None) -> str:
    """Train `run` to its end and keep what is shown of it as `target`; what happened, for people."""
    state = trainer.train(run, on_report)
    if state != "finished":
        raise RunError(
            f"{target.name!r} {state}: {run.status()['reason']} Nothing was recorded; change it in gan_core/runs/lab.py or course.py."
        )
    kept = prune(run, target, target.name, limit)
    return f"{kept.folder}: {_size(kept.folder):,} bytes\n{summary(run.reports())}"


class _Curer:
    """Gives the cure at the first report after CURED_AT of the steps, as a person would."""

    def __init__(self, run: Run, cure: dict[str, Setting]) -> None:
        self.run, self.cure, self.given = run, cure, False
        self.moment = CURED_AT * run.train_config().steps

    def __call__(self, report: Report) -> None:
        if report["step"] >= self.moment and not self.given:
            self.given = True
            control.ask(self.run, {"do": "change", "settings": self.cure})


def cured_at(reports: list[Report]) -> int | None:
    """The step of the first change, None where nothing was changed."""
    return next((change["step"] for report in reports for change in report.get("changes", [])), None)


def summary(reports: list[Report]) -> str:
    """The last figures before the change and at the end, and the alarms that accused until then and at the end."""
    at = cured_at(reports)
    before = [report for report in reports if at is None or report["step"] <= at] or reports[:1]

    def accused(some: list[Report]) -> str:
        kinds = [alarm["kind"] for report in some for alarm in report.get("alarms", []) if alarm["accuses"]]
        return ", ".join(dict.fromkeys(kinds)) or "none"

    def line(name: str, some: list[Report], alarms: str) -> str:
        look = next((report for report in reversed(some) if report.get("distance") is not None), some[-1])
        figures = "  ".join(f"{key} {value:.3f}" for key in SUMMARISED if (value := figure(look, key)) is not None)
        digits = " ".join(f"{share:.0%}" for share in look.get("digits", []))
        return f"  {name:6} step {look['step']:,}: {figures}  digits {digits}  alarms: {alarms}"

    gone = next((report["step"] for report in reports if at is not None and report["step"] > at and not _accused(report)), None)
    if at is None:
        return line("end", reports, accused(reports))
    quiet = (
        f"  no alarm for the first time after the change: step {gone:,}" if gone is not None else "  alarms never ceased after the change"
    )
    return "\n".join([line("before", before, accused(before)), line("end", reports, accused(reports[-1:])), quiet])


def _accused(report: Report) -> bool:
    return any(alarm["accuses"] for alarm in report.get("alarms", []))


def prune(run: Run, target: Path, name: str, limit: int | None = None) -> Run:
    """A copy of a finished run as the folder `target`, complete before it can be seen; one that is there is replaced.

    Args:
        name: what it shows, a failure of the lab or one of the course's networks.
        limit: bytes that it may have (default: LIMIT); it has as many pictures as go into them.
    Raises: RunError when it does not fit, OSError.
    """
    limit = LIMIT if limit is None else limit
    named = run.train_config().shown_steps()
    reports = _chosen_reports(run.reports(), named)
    if not reports:
        raise RunError(f"{run.id} has no report; there is nothing to record.")
    at = cured_at(reports)
    steps = [report["step"] for report in reports]
    for most in range(MOST_PICTURES, FEWEST_PICTURES - 1, -1):
        pictures = {step: _smaller(run.snapshot(step, "png")) for step in _chosen_steps(steps, at, most, named)}
        contents = _contents(run, target.name, name, reports, pictures, at)
        if sum(map(len, contents.values())) <= limit:
            _write(target, contents)
            return Run(target)
    raise RunError(f"the recording of {run.id!r} has over {limit:,} bytes with {FEWEST_PICTURES} pictures. Record fewer reports.")


def _contents(run: Run, name: str, failure: str, reports: list[Report], pictures: dict[int, bytes], at: int | None) -> dict[str, bytes]:
    status = run.status()
    stored = run.config()
    train = {**stored["train"], "dataset": catalog.public_name(str(stored["train"]["dataset"]))}  # a recording is given away
    config: RunConfig = {**stored, "train": train, "id": name, "recorded": {"failure": failure, "cured_at": at, "cores": os.cpu_count()}}
    kept_status = {"state": status["state"], "step": status["step"], "steps": status["steps"], "reason": status["reason"],
                   "updated": status["updated"], "pid": None}  # fmt: skip
    contents = {
        "config.json": files.to_json(config),
        "status.json": files.to_json(kept_status),
        provenance.FILE: b"".join(files.to_line(session) for session in provenance.sessions(run)),
        "progress.jsonl": b"".join(files.to_line(_shorter(report)) for report in reports),
        "changes.jsonl": b"".join(files.to_line(change) for change in control.changes(run)),
        "reached.json": files.to_json({"format": milestones.FORMAT, "reached": milestones.read(run)}),
    }
    return contents | {f"snapshots/{step:07d}.png": data for step, data in pictures.items()}


def _chosen_reports(reports: list[Report], named: list[int]) -> list[Report]:
    """At most MOST_REPORTS, evenly spread, the one that tells of the change, and those of the steps that the training names."""
    keep = {report["step"] for report in reports if report.get("changes")} | set(named)
    even = {reports[round(i)]["step"] for i in np.linspace(0, len(reports) - 1, min(MOST_REPORTS, len(reports)))}
    return [report for report in reports if report["step"] in keep | even]


def _chosen_steps(steps: list[int], at: int | None, most: int, named: list[int]) -> list[int]:
    """Steps of pictures: half of them up to the change, half after it, the first and the last among them; or those that the training names."""
    if named:  # the slides'; in between as many as there is room for
        there = sorted({0, *named, steps[-1]} & set(steps))
        return sorted({*there, *_spread([step for step in steps if step not in there], max(0, most - len(there)))})
    if at is None:
        return _spread(steps, most)
    return _spread([step for step in steps if step <= at], most // 2) + _spread([step for step in steps if step > at], most - most // 2)


def _spread(steps: list[int], most: int) -> list[int]:
    return [steps[i] for i in sorted({round(place) for place in np.linspace(0, len(steps) - 1, min(most, len(steps)))})] if steps else []


def _shorter(report: Report) -> dict[str, object]:
    def short(value: object) -> object:
        if isinstance(value, list):
            return [short(part) for part in value]
        if isinstance(value, dict):
            return {name: short(part) for name, part in value.items()}
        return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value

    return {name: value if name in EXACT else short(value) for name, value in report.items() if name not in NOT_KEPT}


def _smaller(path: Path) -> bytes:
    """The same pixels in fewer bytes."""
    buffer = io.BytesIO()
    with Image.open(path) as picture:
        picture.convert("L").save(buffer, "PNG", optimize=True)
    return min(buffer.getvalue(), path.read_bytes(), key=len)


def _write(target: Path, contents: dict[str, bytes]) -> None:
    """Beside the target, then two renames."""
    temporary, old = (target.parent / f".tmp-{secrets.token_hex(6)}" for _ in range(2))
    try:
        for name, data in contents.items():
            files.write_bytes(temporary / name, data)
        temporary.chmod(0o755)
        if target.exists():
            target.rename(old)
        temporary.rename(target)
    finally:
        for folder in (temporary, old):
            shutil.rmtree(folder, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
