"""How a run begins: the settings that were asked for, the data they need, and only then a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError, RunError
from gan_core.runs.run import Run
from gan_core.runs.starting import create


def configs(family: str, preset: str, epochs: float | None, settings: dict[str, Any]) -> tuple[ModelConfig, TrainConfig]:
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
    samples = len(catalog.load(train.dataset, split="train", download=True).images)
    return families.get(family).configs(preset, **settings, steps=train.steps_of_epochs(epochs, samples))


def begin(root: Path, model: ModelConfig, train: TrainConfig) -> tuple[Run, catalog.Dataset]:
    """A new run below `root` and the data it will learn; a data set that cannot be used leaves no folder behind.

    Raises: DataError or RunError for the data, RunError when the disk does not take it.
    """
    data = catalog.load(train.dataset, split="train", download=True)
    check_labels(model, train, data)
    return create(root, model, train), data


def check_labels(model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
    """A conditional model needs a label for every picture. Raises RunError."""
    if model.num_classes and (data.labels is None or int(data.labels.max()) >= model.num_classes):
        raise RunError(
            f"{train.dataset!r} has no labels 0 ... {model.num_classes - 1}; a conditional model needs them. "
            "Use sub-folders named by class, or a family without labels."
        )
