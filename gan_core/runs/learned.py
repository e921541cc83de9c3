"""What a run learns from: its data as they are prepared, those that came with it into its folder, and that they stay the same."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import DataError, RunError
from gan_core.runs import reading
from gan_core.storage import files

if TYPE_CHECKING:
    from gan_core.runs.run import Run

OWN = "own"  # the folder in a run, or in what was brought to the page, that holds a person's own data
FILE = "data.json"  # what was understood of them, with their fingerprint
_OWN_NAME = re.compile(rf"{OWN}/[^/\\]*[^/\\.][^/\\]*")


def load(train: TrainConfig, model: ModelConfig, split: str = "train") -> catalog.Dataset:
    """The data that a training of these settings learns from; what may be downloaded is. Raises DataError."""
    if _OWN_NAME.fullmatch(train.dataset) and not Path(train.dataset).exists():
        raise DataError(
            f"the pictures that this run learned from ({Path(train.dataset).name!r}) were deleted; it cannot go on. Start a new run."
        )
    return catalog.load(train.dataset, split=split, download=True, shape=model.image_shape, prepare=train.prepare)


def at_home(folder: Path, train: TrainConfig) -> TrainConfig:
    """The settings of the run in `folder`, its data found where they lie now: `own/letters.zip` is in the run itself, wherever that was moved."""
    if _OWN_NAME.fullmatch(train.dataset) and (folder / train.dataset).is_file():
        return dataclasses.replace(train, dataset=str(folder / train.dataset))
    return train


def has_own(run: Run) -> bool:
    """Whether a person's own data came along with this run, and are still in its folder."""
    return (run.folder / OWN).is_dir()


def forget(run: Run) -> None:
    """Delete the data that came along; the run cannot go on afterwards, what it has drawn and learned stays.

    Raises: RunError where it trains or waits now, or has none.
    """
    if not has_own(run):
        raise RunError(f"{run.id!r} has no pictures of a person in its folder; there is nothing to delete.")
    state = run.status()["state"]
    if state in ("starting", "running", "paused", "queued"):
        raise RunError(f"{run.id!r} learns from them now (it is {state}). Stop it first, or wait until it has ended.")
    shutil.rmtree(run.folder / OWN)


def came_along(root: Path, dataset: str) -> bool:
    """Whether these are data in an `own` folder below `root`: a run's, or what was brought to the page."""
    source = Path(dataset)
    return dataset not in catalog.DATASETS and source.parent.name == OWN and source.is_file() and root.resolve() in source.resolve().parents


def take_along(root: Path, folder: Path, train: TrainConfig) -> TrainConfig:
    """Have data that lie in an `own` folder below `root`, another run's or what was brought to the page, in the new run's `folder` too.

    Returns: the settings as they are written: without a path of this machine.
    """
    source = Path(train.dataset)
    if not came_along(root, train.dataset):
        return train
    target = folder / OWN / source.name
    target.parent.mkdir()
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
    return dataclasses.replace(train, dataset=f"{OWN}/{source.name}")


def check_same(run: Run, data: catalog.Dataset) -> None:
    """A run goes on with the pictures it began with: what was understood of a person's own is kept beside it, and compared.

    Raises: RunError where they are others now, or are prepared in another way.
    """
    if data.sheet is None:
        return
    known, now = fingerprint(run), data.sheet.fingerprint
    if known and known != now:
        raise RunError(
            f"{run.id!r} learned from other pictures: {catalog.public_name(run.train_config().dataset)!r} has the fingerprint {now} now, the run began "
            f"with {known}. Put the pictures back as they were (data.json in the run's folder says what they were), or start a new run."
        )
    if not known:
        files.write_json(run.folder / FILE, data.sheet.to_dict())


def fingerprint(run: Run) -> str:
    """Of the data that a run began with; "" where none is known."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        return reading.text(reading.small(run.folder / FILE).get("fingerprint"))
    return ""
