"""What there is to look at: checkpoints and runs, as the browser's lists name them (docs/formats.md, section 5)."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

from gan_core import families, runs
from gan_core.config import NAME_RULE, check_name
from gan_core.errors import CheckpointError, ConfigError, GanCoreError, RunError
from gan_core.model import checkpoints, digit_reader, program
from gan_core.model.checkpoint_config import votes_of
from gan_core.runs.records import RunEntry
from ui.server import discreet
from ui.settings import Settings
from ui.site import listing, replay
from ui.train import scheduler

NEWEST_RUNS = 20
MOST_OPEN = 200  # checkpoints whose config is kept in memory
MOST_NUMBERS = 16_000_000  # of the programs that are kept in memory: 64 MB
Stamp = tuple[tuple[int, int], ...]
_checkpoints: dict[Path, tuple[Stamp, checkpoints.Checkpoint]] = {}
_programs: dict[tuple[str, int], program.Program] = {}


class NoSuchRun(RunError):
    """A run that is not there (any more)."""


class Models(TypedDict):
    """The answer of `gan/models.json`."""

    models: list[listing.ModelEntry]
    problems: list[listing.Problem]
    classifier: str | None


def models(settings: Settings) -> Models:
    """Every checkpoint that can be used, then the newest runs; and one line for each of the others, and for what is wrong beside a model."""
    found, unusable = checkpoints.list_checkpoints(settings.checkpoints, _opened)
    listed = [listing.model_entry(checkpoint) for checkpoint in found]
    for run in runs.list_runs(settings.runs)[:NEWEST_RUNS]:
        try:
            model = _run_model(run)
        except GanCoreError as error:
            unusable.append((f"run:{run.id}", str(error)))
        else:
            listed += [model] if model else []
    unusable = [(name, discreet.without_folders(message)) for name, message in unusable]
    return {"models": listed, "problems": listing.problems_of(found, unusable), "classifier": _classifier_url()}


def _classifier_url() -> str | None:
    version = _classifier_version()
    return f"gan/files/classifier/{version}/{digit_reader.CLASSIFIER.name}" if version else None


def _classifier_version() -> str | None:
    try:
        return _version_of(digit_reader.CLASSIFIER, digit_reader.CLASSIFIER.stat().st_mtime_ns)
    except OSError:
        return None


@functools.lru_cache(maxsize=2)
def _version_of(path: Path, written: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def classifier_file(version: str, name: str) -> Path | None:
    """The program of the shipped digit classifier in this version, or None."""
    path = digit_reader.CLASSIFIER
    return path if name == path.name and version == _classifier_version() else None


def _run_model(run: runs.Run) -> listing.ModelEntry | None:
    model, train = run.model_config(), run.train_config()
    steps = [step for step in run.snapshot_steps() if run.snapshot(step).is_file()]
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
        **listing.shape_of(model),
        "votes": votes_of(model, train),
        "prior": {"kind": "rectified_normal" if files["prior"] else "normal"},
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
        checkpoint = _opened(settings.checkpoints / name)
        entry = checkpoint.config.files.get(path)
        return checkpoint.path(path) if entry and entry.version == version else None
    except CheckpointError:
        return None


def opening_checkpoint(settings: Settings, name: str | None) -> checkpoints.Checkpoint | None:
    """The checkpoint called `name`; without one, the one that the page opens on, as `firstModel` of models.js has it. None where there is none."""
    if name is not None and not NAME_RULE.fullmatch(name):
        return None
    if name is None:
        found, _ = checkpoints.list_checkpoints(settings.checkpoints, _opened)
        return next((one for one in found if one.family.opening), found[0] if found else None)
    with contextlib.suppress(CheckpointError):
        return _opened(settings.checkpoints / name)
    return None


def addresses_to_draw(checkpoint: checkpoints.Checkpoint) -> list[str]:
    """The addresses that a browser needs before it can draw with the model."""
    files = [listing.url_of(checkpoint, f"{role}.safetensors") for role in ("generator", "encoder", "directions", "prior")]
    return [address for address in files if address]


def _opened(folder: Path) -> checkpoints.Checkpoint:
    """The checkpoint in `folder`, checked again only when one of its files is another: a page asks for a dozen of them.

    Raises: CheckpointError.
    """
    known = _checkpoints.get(folder)
    if known is None or not known[0] or known[0] != _stamp(known[1]):
        opened = checkpoints.Checkpoint(folder)
        known = _checkpoints[folder] = (_stamp(opened), opened)
        while len(_checkpoints) > MOST_OPEN:
            _checkpoints.pop(next(iter(_checkpoints)), None)
    return known[1]


def _stamp(checkpoint: checkpoints.Checkpoint) -> Stamp:
    """When its files were written and how long they are; () while one is missing."""
    try:
        found = [os.stat(checkpoint.folder / file) for file in ("config.json", *checkpoint.config.files)]
    except OSError:
        return ()
    return tuple((file.st_mtime_ns, file.st_size) for file in found)


def run(settings: Settings, name: str) -> runs.Run:
    """The run called `name`. Raises RunError or ConfigError."""
    try:
        return runs.find(settings.runs, name)
    except RunError as error:  # which folder was looked in is nobody's business
        raise NoSuchRun(f"There is no run {name!r} any more: its folder was deleted. Choose another one.") from error


def watched(settings: Settings, name: str) -> runs.Run:
    """The run called `name`, or the recording of that name: what may be looked at, but not steered. Raises RunError or ConfigError."""
    try:
        return run(settings, name)
    except NoSuchRun:
        try:
            return runs.find(settings.recordings, name)
        except RunError:
            pass
        raise


def folder_of(settings: Settings, name: str) -> Path:
    """Where the files of a run or a recording are; nothing is read of them."""
    own = settings.runs / name
    return own if own.is_dir() else settings.recordings / name


def runs_list(settings: Settings) -> list[RunEntry]:
    """The runs of `gan/runs.json`, newest first; one that cannot be read is listed as failed, with the reason."""
    entries = [_run_entry(run) for run in runs.list_runs(settings.runs)]
    if any(entry["state"] == runs.QUEUED for entry in entries):
        for run_id, place in scheduler.places(settings).items():
            for entry in entries:
                if entry["id"] == run_id:
                    entry["place"] = place
    return entries


def _run_entry(run: runs.Run) -> RunEntry:
    entry: RunEntry = {"id": run.id, "state": "failed", "step": 0, "steps": 0, "family": "?", "preset": "?", "dataset": "?", "created": 0.0,
                       "reason": "", "checkpoint": None}  # fmt: skip
    try:
        config = run.config()
        entry["family"], entry["preset"], entry["dataset"] = (
            config["model"]["family"],
            config["model"]["preset"],
            discreet.name_of(config["train"]["dataset"]),
        )
        entry["created"] = config["created"]
        status = run.status()
        entry["state"], entry["step"], entry["steps"] = status["state"], status["step"], status["steps"]
        entry["reason"], entry["checkpoint"] = discreet.without_folders(status["reason"]), status["checkpoint"]
    except GanCoreError as error:
        entry["reason"] = discreet.without_folders(str(error))
    return entry


def progress_head(settings: Settings, name: str) -> dict[str, Any]:
    """What `progress.json` tells beside the reports. Raises RunError or ConfigError."""
    run = watched(settings, name)
    try:
        config, status = run.config(), run.status()
    except RunError:
        watched(settings, name)  # one that is deleted at this moment is gone, not damaged
        raise
    if status["state"] == runs.QUEUED:
        status["place"] = scheduler.place(settings, run)
    status["reason"] = discreet.without_folders(status["reason"])
    return {"id": run.id, "status": status, "config": discreet.config_for_all(config), **replay.beside(run, config)}


def generator(settings: Settings, model: object, step: object = None) -> program.Program:
    """The generator of a model of `models.json`, now or as it was at `step` of its training.

    Raises: ConfigError when there is no such model or step; CheckpointError when its file is damaged.
    """
    if not isinstance(model, str) or len(model) > 80:
        raise ConfigError(f"model is {str(model)[:80]!r}; expected the id of a model in gan/models.json.")
    if step is not None and (not isinstance(step, int) or isinstance(step, bool)):
        raise ConfigError(f"epoch is {step!r}; expected a step of the model's epochs, or null.")
    if model.startswith("run:"):
        found = run(settings, model.removeprefix("run:"))
        return _remembered(_snapshot(found, step), lambda path: _of_run(found, path))
    folder = settings.checkpoints / check_name(model, "model")
    if not folder.is_dir():
        raise ConfigError(f"{model!r} is no checkpoint here; expected the id of a model in gan/models.json.")
    checkpoint = _opened(folder)
    file = _file_of(checkpoint, step)
    return _remembered(checkpoint.path(file), lambda _: checkpoint.epoch_program(file, "generator"))


def _file_of(checkpoint: checkpoints.Checkpoint, step: int | None) -> str:
    if step is None:
        return "generator.safetensors"
    if epoch := checkpoint.config.epoch_of(step):
        return epoch.file
    steps = ", ".join(str(epoch.step) for epoch in checkpoint.config.epochs)
    raise ConfigError(f"{checkpoint.name} has no epoch at step {step}; expected one of: {steps}.")


def _snapshot(found: runs.Run, step: int | None) -> Path:
    steps = found.snapshot_steps()
    if not steps:
        raise RunError(f"{found.id} has no snapshot yet; wait for its first report.")
    if step is not None and step not in steps:
        raise ConfigError(f"{found.id} has no snapshot of step {step}; expected one of the steps it has reported, such as {steps[-1]}.")
    return found.snapshot(steps[-1] if step is None else step)


def _of_run(found: runs.Run, path: Path) -> program.Program:
    return checkpoints.check_fits(program.read(path), found.model_config(), f"{found.id}: {path.name}", "generator")


def _remembered(path: Path, read: Callable[[Path], program.Program]) -> program.Program:
    """The program in a file, kept while few others were asked for. Raises as `read`, CheckpointError too when the file is missing."""
    try:
        key = (str(path), path.stat().st_mtime_ns)
    except OSError as error:
        raise CheckpointError(f"{path.name} is missing ({error.strerror}); expected the program of a generator.") from error
    found = _programs.get(key)
    if found is None:
        found = _programs[key] = read(path)
        while len(_programs) > 1 and sum(map(_numbers, list(_programs.values()))) > MOST_NUMBERS:
            _programs.pop(next(iter(_programs)), None)
    return found


def _numbers(found: program.Program) -> int:
    return sum(tensor.size for tensor in found.tensors.values())
