"""The models that there are to look at: checkpoints, runs and the digit classifier, as `gan/models.json` names them (docs/formats.md, section 5)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TypedDict

from gan_core import families, runs
from gan_core.config import NAME_RULE
from gan_core.errors import CheckpointError, GanCoreError
from gan_core.model import checkpoints, digit_reader
from gan_core.model.checkpoint_config import lead_of, votes_of
from ui.server import discreet
from ui.settings import Settings
from ui.site import listing

NEWEST_RUNS = 20
MOST_OPEN = 200  # checkpoints whose config is kept in memory
Stamp = tuple[tuple[int, int], ...]
_checkpoints: dict[Path, tuple[Stamp, checkpoints.Checkpoint]] = {}


class Models(TypedDict):
    """The answer of `gan/models.json`."""

    models: list[listing.ModelEntry]
    problems: list[listing.Problem]
    classifier: str | None


def models(settings: Settings) -> Models:
    """Every checkpoint that can be used, then the newest runs; and one line for each of the others, and for what is wrong beside a model."""
    usable, unusable = checkpoints.list_checkpoints(settings.checkpoints, opened)
    listed = [listing.model_entry(checkpoint) for checkpoint in usable]
    for run in runs.list_runs(settings.runs)[:NEWEST_RUNS]:
        try:
            model = _run_model(run)
        except GanCoreError as error:
            unusable.append((f"run:{run.id}", str(error)))
        else:
            listed += [model] if model else []
    unusable = [(name, discreet.without_folders(message)) for name, message in unusable]
    return {"models": listed, "problems": listing.problems_of(usable, unusable), "classifier": _classifier_url()}


def _classifier_url() -> str | None:
    version = _classifier_version()
    return f"gan/files/classifier/{version}/{digit_reader.CLASSIFIER.name}" if version else None


def _classifier_version() -> str | None:
    try:
        return listing.version_of(digit_reader.CLASSIFIER, digit_reader.CLASSIFIER.stat().st_mtime_ns)
    except OSError:
        return None


def classifier_file(version: str, name: str) -> Path | None:
    """The program of the shipped digit classifier in this version, or None."""
    path = digit_reader.CLASSIFIER
    return path if name == path.name and version == _classifier_version() else None


def _run_model(run: runs.Run) -> listing.ModelEntry | None:
    model, train = run.model_config(), run.train_config()
    steps = run.network_steps()
    if not steps:
        return None
    epoch_of = {report["step"]: report.get("epoch", 0.0) for report in run.each_report()}

    def url(step: int, kind: str = "safetensors") -> str | None:
        return f"gan/runs/{run.id}/snapshots/{run.snapshot(step, kind).name}" if run.snapshot(step, kind).is_file() else None

    last = steps[-1]
    files = {role: url(last, f"{role}.safetensors") for role in ("discriminator", "encoder", "directions", "prior")}
    entry: listing.ModelEntry = {
        "id": f"run:{run.id}",
        "kind": "run",
        "title": f"{families.get(model.family).title}, run {run.id.split('-', 1)[-1]}",
        "about": checkpoints.about(model, train),
        "folder": {},
        **listing.shape_of(model),
        "votes": votes_of(model, train),
        "prior": listing.prior_entry("rectified_normal" if files["prior"] else "normal", lead_of(model, train)),
        "step": last,
        "score": None,
        "files": {"generator": url(last), **files},
        "epochs": [listing.epoch_entry(step, epoch_of.get(step, 0.0), url(step), url(step, "encoder.safetensors")) for step in steps],
    }
    return entry


def checkpoint_file(settings: Settings, name: str, version: str, path: str) -> Path | None:
    """A file that the checkpoint's config lists in this version, or None."""
    if not NAME_RULE.fullmatch(name):
        return None
    try:
        checkpoint = opened(settings.checkpoints / name)
        entry = checkpoint.config.files.get(path)
        return checkpoint.path(path) if entry and entry.version == version else None
    except CheckpointError:
        return None


def file_beside(settings: Settings, name: str, version: str, path: str) -> bytes | None:
    """What lies in the checkpoint's folder beside the files that its config lists, in this version and as it is given away, or None."""
    if not NAME_RULE.fullmatch(name) or path not in listing.BESIDE:
        return None
    with contextlib.suppress(CheckpointError, OSError, ValueError):
        data = listing.beside(opened(settings.checkpoints / name), path)
        return data if listing.version_of_bytes(data) == version else None
    return None


def opening_checkpoint(settings: Settings, name: str | None) -> checkpoints.Checkpoint | None:
    """The checkpoint called `name`; without one, the one that the page opens on, as `firstModel` of models.js has it. None where there is none."""
    if name is not None and not NAME_RULE.fullmatch(name):
        return None
    if name is None:
        usable, _ = checkpoints.list_checkpoints(settings.checkpoints, opened)
        return next((one for one in usable if one.family.opening), usable[0] if usable else None)
    with contextlib.suppress(CheckpointError):
        return opened(settings.checkpoints / name)
    return None


def addresses_to_draw(checkpoint: checkpoints.Checkpoint) -> list[str]:
    """The addresses that a browser needs before it can draw with the model."""
    files = [listing.url_of(checkpoint, f"{role}.safetensors") for role in ("generator", "encoder", "directions", "prior")]
    return [address for address in files if address]


def opened(folder: Path) -> checkpoints.Checkpoint:
    """The checkpoint in `folder`, checked again only when one of its files is another: a page asks for a dozen of them.

    Raises: CheckpointError.
    """
    known = _checkpoints.get(folder)
    if known is None or not known[0] or known[0] != _stamp(known[1]):
        read = checkpoints.Checkpoint(folder)
        known = _checkpoints[folder] = (_stamp(read), read)
        while len(_checkpoints) > MOST_OPEN:
            _checkpoints.pop(next(iter(_checkpoints)), None)
    return known[1]


def _stamp(checkpoint: checkpoints.Checkpoint) -> Stamp:
    """When its files were written and how long they are; () while one is missing."""
    try:
        stats = [os.stat(checkpoint.folder / file) for file in ("config.json", *checkpoint.config.files)]
    except OSError:
        return ()
    return tuple((file.st_mtime_ns, file.st_size) for file in stats)
