"""Training to look back on where no training runs: recorded runs, and for a model without one its kept epochs, drawn again.

Gives files by the addresses of docs/formats.md, section 5.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, TypeVar, cast

import numpy as np

from gan_core import families
from gan_core.data import catalog
from gan_core.errors import GanCoreError, RunError
from gan_core.exchange.curves import to_csv
from gan_core.imaging import decoding, pixels, waveforms
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer
from gan_core.runs import course, lab, milestones
from gan_core.runs.records import Report, RunConfig, RunEntry
from gan_core.runs.run import Run, list_runs
from gan_core.storage import files
from gan_core.storage.fields import Fields

T = TypeVar("T")
MOST_REPORTS = 60  # a picture each
MOST_TILES = 12
MOST_CLASSES = 20  # columns of a grid
SEED = 0
_STAMP = re.compile(r"\d{8}-\d{6}")
AGAIN = "Drawn from the networks that were kept at these steps; losses were not kept."
AGAIN_DIGITS = "scikit-learn's digits through the networks that were kept at these steps; losses were not kept."


def of_failures(recordings: Path) -> dict[str, str]:
    """Failure of the lab -> id of its recording, for those that there are."""
    return _of(recordings, lab.FAILURES)


def _of(recordings: Path, known: Collection[str]) -> dict[str, str]:
    """Name -> id of its recording, of those names that there are any of, in the order of `known`."""
    run_ids = {}
    for run in list_runs(recordings):
        with contextlib.suppress(GanCoreError, AttributeError):
            name = failure_of(run.config())
            if name in known:
                run_ids[name] = run.id
    return {name: run_ids[name] for name in known if name in run_ids}


class _State(TypedDict):
    state: str
    step: int
    steps: int
    reason: str
    created: float  # unix seconds


def laboratory(recordings: Path | None) -> dict[str, object]:
    """`gan/lab.json`: the failures that can be provoked, with what cures each and its recording, and the course's networks that are recorded."""
    if recordings is None:
        return {"failures": lab.entries(), "course": []}
    return {"failures": lab.entries(_of(recordings, lab.recorded())), "course": course.entries(_of(recordings, course.COURSE))}


def failure_of(config: RunConfig) -> str | None:
    """Which failure of the lab, or which of the course's networks, a run's config says it is a recording of; None for a run of one's own."""
    about = config.get("recorded")
    return about["failure"] if about else None


def place(failure: str | None) -> int:
    """Where a recording stands in a list: of one's own first, then the course's networks, then the lab's failures, each in their order."""
    order = [*course.COURSE, *lab.recorded()]
    return order.index(failure) if failure in order else -1


def beside(run: Run, config: RunConfig) -> dict[str, object]:
    """What `progress.json` tells beside status, config and reports: what was reached when, and of a recording the steps of its pictures."""
    reached = milestones.read(run)
    return ({"reached": reached} if reached else {}) | ({"pictures": run.snapshot_steps()} if "recorded" in config else {})


def files_of(found: list[Checkpoint], recordings: Path | None = None) -> dict[str, bytes]:
    """Address -> bytes: `runs.json` and `lab.json`, and what they speak of. Raises RunError when a recording cannot be read."""
    contents: dict[str, bytes] = {}
    entries: list[RunEntry] = []
    recorded = {run.id: run for run in list_runs(recordings)} if recordings else {}
    for run in recorded.values():
        entries.append(_replay(run, contents))
    for checkpoint in found:
        if checkpoint.config.run not in recorded:
            entries.append(_redraw(checkpoint, contents))
    # newest first, those that draw from nothing before those that copy, and after them the course's and what went wrong on purpose
    entries.sort(key=lambda entry: (place(entry.get("failure")), families.get(entry["family"]).has_encoder, -entry["created"]))
    contents["gan/runs.json"] = files.to_line({"runs": entries})
    contents["gan/lab.json"] = files.to_line(laboratory(recordings))
    return contents


def _replay(run: Run, contents: dict[str, bytes]) -> RunEntry:
    config, status = run.config(), run.status()
    with_picture = set(run.snapshot_steps())
    reports = run.reports()
    if not any(report["step"] in with_picture for report in reports):
        raise RunError(f"the recording {run.id!r} has no report with a picture; remove it or record it again.")
    failure = failure_of(config)
    chosen = reports if "recorded" in config else _few([report for report in reports if report["step"] in with_picture], MOST_REPORTS)
    pictures = {report["step"]: run.picture(report["step"]) for report in chosen if report["step"] in with_picture}
    state: _State = {"state": status["state"], "step": status["step"], "steps": status["steps"], "reason": status["reason"],
                     "created": config["created"]}  # fmt: skip
    entry = _add(run.id, config, state, chosen, pictures, contents, about=beside(run, config))
    for step in pictures:
        contents[f"gan/runs/{run.id}/snapshots/{step:07d}.png"] = files.read_bytes(
            run.snapshot(step, "png"), decoding.MAX_BYTES, run.folder
        )  # as small as it was made
    entry["recording"] = True
    if "recorded" in config:
        del contents[f"gan/runs/{run.id}/contact-sheet.png"]  # a large file that nobody needs of these
    if failure:
        entry["failure"] = failure
    return entry


def _redraw(checkpoint: Checkpoint, contents: dict[str, bytes]) -> RunEntry:
    """A run made of the checkpoint's epochs: the same pictures at each kept step."""
    explorer, config = Explorer(checkpoint), checkpoint.config
    pictures, reports = {}, []
    for epoch in config.epochs:
        pictures[epoch.step] = _grid(explorer, epoch.step)
        reports.append({"step": epoch.step, "epoch": epoch.epoch, "seconds": config.seconds if epoch is config.epochs[-1] else None})
    reason = AGAIN_DIGITS if checkpoint.family.has_encoder else AGAIN
    state: _State = {"state": "finished", "step": config.step, "steps": config.step, "reason": reason, "created": _created(checkpoint)}
    settings = {"model": config.model.to_dict(), "train": config.train.to_dict()}
    return _add(checkpoint.name, settings, state, reports, pictures, contents, checkpoint.name)


def _grid(explorer: Explorer, step: int) -> np.ndarray:
    """Fixed z (8 of them as all ten digits for a conditional model); for an autoencoder, input above reconstruction."""
    if explorer.family.has_encoder:
        shown = catalog.load("digits", split="test", shape=explorer.kind.shape).images[:32].astype(np.float32) / 255
        one = explorer.kind.outer
        rows = np.stack([shown.reshape(4, 8, *one), explorer.reconstruct(shown, step).reshape(4, 8, *one)], axis=1)
        return pixels.grid(pixels.to_uint8(rows.reshape(64, *one)), 8)
    classes = min(explorer.labels, MOST_CLASSES)
    z = explorer.sample_z(8 if classes else 64, SEED)
    labels = np.tile(explorer.even_labels(classes), 8) if classes else None
    drawn = explorer.generate(np.repeat(z, classes, axis=0) if classes else z, labels, step)
    return pixels.grid(waveforms.painted(drawn), classes or 8)


def _created(checkpoint: Checkpoint) -> float:
    stamp = _STAMP.search(checkpoint.config.run)
    if stamp:
        with contextlib.suppress(ValueError, OverflowError):  # digits that are no day
            return time.mktime(time.strptime(stamp[0], "%Y%m%d-%H%M%S"))
    return (checkpoint.folder / "config.json").stat().st_mtime


def _add(
    name: str, config: Mapping[str, object], state: _State, reports: Sequence[Mapping[str, object]], pictures: dict[int, np.ndarray],
    contents: dict[str, bytes], checkpoint: str | None = None, about: dict[str, object] | None = None,
) -> RunEntry:  # fmt: skip
    """Put a run's files into `contents`; returns its entry of `runs.json`."""
    base = f"gan/runs/{name}"
    fields = Fields(config, name)
    model, dataset = fields.values("model"), catalog.public_name(str(fields.values("train")["dataset"]))
    train = {**fields.values("train"), "dataset": dataset}
    shown = {"model": model, "train": train, **{name: config[name] for name in ("recorded", "created") if name in config}}
    status = {key: value for key, value in state.items() if key != "created"}
    progress = {"id": name, "status": status, "config": shown, "reports": reports, "next": len(reports)}
    contents[f"{base}/progress.json"] = files.to_line(progress | (about or {}))
    contents[f"{base}/curves.csv"] = to_csv(cast("Sequence[Report]", reports))
    for step, picture in pictures.items():
        contents[f"{base}/snapshots/{step:07d}.png"] = pixels.encode_png(picture)
    few = _few(sorted(pictures), MOST_TILES)
    contents[f"{base}/contact-sheet.png"] = pixels.contact_sheet([pictures[step] for step in few], [f"step {step:,}" for step in few])
    return {"id": name, "state": state["state"], "step": state["step"], "steps": state["steps"], "reason": state["reason"],
            "created": state["created"], "family": str(model["family"]), "preset": str(model["preset"]), "dataset": dataset,
            "checkpoint": checkpoint}  # fmt: skip


def _few(things: list[T], most: int) -> list[T]:
    """At most so many of them, evenly spread, the first and the last among them."""
    return [things[i] for i in sorted({round(place) for place in np.linspace(0, len(things) - 1, min(most, len(things)))})]
