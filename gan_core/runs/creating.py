"""A new run: its settings as they were asked for, the data it needs, and its folder, complete before it can be seen."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from gan_core import classes as labels_of
from gan_core import families
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError, RunError
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs import beginning, hardware, learned
from gan_core.runs.records import Parent, Ticket
from gan_core.runs.run import FORMAT, QUEUED, Run
from gan_core.storage import files


def configs(family: str, preset: str, epochs: float | None, settings: dict[str, object]) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of a preset with `settings` on top.

    Args:
        epochs: passes over the data, where not `settings` say how many steps.
        settings: by the names of ModelConfig's and TrainConfig's fields.
    Raises: ConfigError; DataError where the data that epochs are counted in cannot be had.
    """
    model, train = families.get(family).configs(preset, **settings)
    if epochs is None:
        return model, train
    if "steps" in settings:
        raise ConfigError("both steps and epochs were given; expected one of them.")
    train.steps_of_epochs(epochs, 1)  # what is no number of epochs is told before anything is downloaded
    samples = len(learned.load(train, model).images)
    return families.get(family).configs(preset, **settings, steps=train.steps_of_epochs(epochs, samples))


def begin(root: Path, model: ModelConfig, train: TrainConfig, begun: Checkpoint | None = None) -> tuple[Run, catalog.Dataset]:
    """A new run below `root` and the data it will learn; a data set that cannot be used leaves no folder behind.

    Args:
        begun: a finished model whose networks it begins with, in the place of random ones (beginning.py).

    Raises: DataError or RunError for the data, RunError when the disk does not take it.
    """
    data = learned.load(train, model)
    model = fitted(model, data.classes, data.groups, data.rate)
    check_labels(model, train, data)
    if begun is None:
        return create(root, model, train), data
    return create(root, model, train, begun=begun.name, fill=beginning.filling(begun)), data


def fitted(model: ModelConfig, classes: tuple[str, ...] | None, groups: tuple[int, ...] = (), rate: float = 0.0) -> ModelConfig:
    """The model for data of these classes: a conditional one has as many, by their names. Classes called 0, 1, 2 ... need none.

    Args:
        classes: names in the order of the labels; () or None where the data have none, or nobody knows yet.
        groups: sizes of the groups that they stand in, () for one.
        rate: samples a second of signals; 0 of pictures, or where nobody knows yet.
    """
    if rate and model.rate:
        model = dataclasses.replace(model, rate=rate)
    if not classes or not model.num_classes:
        return model
    plain = classes == tuple(map(str, range(len(classes))))
    return dataclasses.replace(model, num_classes=len(classes), classes=() if plain else classes, groups=groups)


def check_classes(model: ModelConfig, classes: tuple[str, ...], what: str) -> None:
    """A conditional model needs data of named classes. Raises RunError."""
    if model.num_classes and not classes:
        raise RunError(
            f"{what} has no classes; a conditional model needs them. Put each class into a folder of its name, or choose a family without labels."
        )


def check_labels(model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
    """A conditional model needs a label for every picture. Raises RunError."""
    labels = labels_of.count(model.num_classes, model.groups)
    if model.num_classes and (data.labels is None or data.groups != model.groups or int(data.labels.max()) >= labels):
        raise RunError(
            f"{train.dataset!r} has no labels 0 ... {labels - 1}; a conditional model needs them. "
            "Use sub-folders named by class, or a family without labels."
        )


def create(
    root: Path | str,
    model: ModelConfig,
    train: TrainConfig,
    ticket: Ticket | None = None,
    parent: Parent | None = None,
    begun: str = "",
    fill: Callable[[Path], None] = lambda folder: None,
) -> Run:
    """A new run directory below `root`, complete before it can be seen.

    Args:
        ticket: makes it a queued one, which a web process will launch (`ticket.json`).
        parent: `{"run", "step"}`, where it goes on from a moment of another run.
        begun: name of the model whose networks it begins with.
        fill: puts more files into the folder before it can be seen.
    Raises: RunError when the disk does not take it.
    """
    root = Path(root)
    train = hardware.settled(train, families.get(model.family).bfloat16)  # so that it goes on elsewhere as it began
    dataset = re.sub(r"[^a-z0-9]+", "-", Path(train.dataset).stem.lower()).strip("-")[:24] or "own"
    base = f"{model.family}-{dataset}-{time.strftime('%Y%m%d-%H%M%S')}"
    config = {"format": FORMAT, "model": model.to_dict(), "train": train.to_dict(), "created": time.time()}
    config |= {"parent": parent} if parent else {}
    config |= {"begun": begun} if begun else {}
    temporary = root / f".tmp-{secrets.token_hex(6)}"
    try:
        (temporary / "snapshots").mkdir(parents=True)
        # who makes a run and trains it is one process: a stop that is asked for before it trains is meant for it
        pid = os.getpid() if ticket is None else None
        Run(temporary).set_status("starting" if ticket is None else QUEUED, step=0, steps=train.steps, pid=pid, started=None)
        if ticket is not None:
            files.write_json(temporary / "ticket.json", ticket)
        (temporary / "progress.jsonl").touch()
        (temporary / "lock").touch()
        fill(temporary)
        train = learned.take_along(root, temporary, train)
        config["train"] = train.to_dict()
        for number in range(1, 1000):
            run = Run(root / (base if number == 1 else f"{base}-{number}"))
            if run.folder.exists():
                continue
            files.write_json(temporary / "config.json", {**config, "id": run.id})
            with contextlib.suppress(OSError):  # somebody took the name between the look and the rename
                temporary.rename(run.folder)
                return run
    except OSError as error:
        raise RunError(
            f"cannot make a run in the folder {root.name!r}: {error.strerror}. Free some disk space or choose another folder with --runs."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    raise RunError(f"cannot make a run in the folder {root.name!r}: a thousand of this second are there already.")
