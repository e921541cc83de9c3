"""The form of the Train tab: what its fields are called, what a preset puts into them, and the training that they ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from gan_core import families
from gan_core.config import MAX_STEPS, ModelConfig, TrainConfig, check_choice, check_integer
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.runs import creating
from gan_core.settings import Setting, Value, described, names
from ui.train import brought, data, visitors
from ui.train.brought import Brought

PRESET = "live"
ASKED = ("family", "preset", "dataset", "amount", "unit")  # what to train, on what, how long: every form says it
UNITS = ("steps", "epochs")
SETTINGS: dict[str, Setting] = {name: described(config)[name] for config in (ModelConfig, TrainConfig) for name in names(config, "form")}
FIELDS = (*ASKED, *SETTINGS)
FILLED = tuple(name for name in FIELDS if name not in ("family", "preset", "dataset"))  # by a preset


def first_preset(family: str) -> str:
    """The preset that the form has when a family is chosen. Raises ConfigError."""
    presets = families.get(family).presets
    return PRESET if PRESET in presets else next(iter(presets))


def preset_values(family: str, preset: str) -> dict[str, Value]:
    """What a preset puts into the form, by FILLED. Raises ConfigError."""
    model, train = families.get(family).configs(preset)
    values = {**model.values(), **train.values()}
    return {"amount": train.steps, "unit": "steps", **{name: values[name] for name in SETTINGS}}


def dataset_for(family: str, chosen: object) -> object:
    """The data set that the form has when a family is chosen: the one it had, but for a named one of another kind. Raises ConfigError."""
    model, train = families.get(family).configs(first_preset(family))
    known = catalog.DATASETS.get(chosen) if isinstance(chosen, str) else None
    signals = len(model.image_shape) == 2
    if known is None or bool(known.rate) == signals:
        return chosen
    return train.dataset if signals else data.default_dataset()


def shows(family: str, name: str) -> bool:
    """Whether the form of this family has the field. Raises ConfigError."""
    return name not in SETTINGS or not SETTINGS[name].duel or families.get(family).has_discriminator


def check_fields(values: object) -> dict[str, object]:
    """The fields of a form by name; a setting that is missing is the preset's. Raises ConfigError."""
    if not isinstance(values, dict) or not set(ASKED) <= set(values) <= set(FIELDS):
        raise ConfigError(f"the request has not the fields of the form; expected an object with {', '.join(ASKED)} and some of: "
                          f"{', '.join(SETTINGS)}.")  # fmt: skip
    return values


def configs(
    values: dict[str, object], own_data: bool, read_data: bool = True, find: Callable[[str], Brought] | None = None
) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of these fields, which come from a browser and may be anything.

    Args:
        values: by FIELDS.
        own_data: whether the data set may be a path on this machine.
        find: gives the data that whoever asks has brought, by their name in the form (`brought.find`).
        read_data: look at every picture of a person's own data set, so that a wrong one is told now; else they are only counted.
    Raises: ConfigError, DataError; RunError for a data set that is not to be used.
    """
    family, preset, dataset = families.get(values["family"]), values["preset"], values["dataset"]
    changes = {name: values[name] for name in SETTINGS if name in values}
    changes["dataset"] = dataset.strip() if isinstance(dataset, str) else dataset
    if find is not None and isinstance(dataset, str) and brought.is_name(dataset):
        here = find(dataset)
        changes |= {"dataset": str(here.path), "prepare": here.prepare} | ({"image_shape": here.shape} if here.shape else {})
        model, train = family.configs(preset, **changes, steps=1)
        brought.check_kind(model, here)
        steps = _steps(values["amount"], values["unit"], train, here.pictures)
        creating.check_classes(model, here.classes, "What was brought")
        return creating.fitted(model, here.classes, rate=here.rate), dataclasses.replace(train, steps=steps)
    model, train = family.configs(preset, **changes, steps=1)
    catalog.check_kind(train.dataset, model.image_shape)
    if not own_data:
        visitors.check_data(train.dataset)
    elif read_data:
        model = creating.fitted(model, data.check(train.dataset, model.image_shape).classes, catalog.groups(train.dataset))
    else:
        data.training_pictures(train.dataset)
        model = creating.fitted(model, catalog.classes(train.dataset), catalog.groups(train.dataset))
    return model, dataclasses.replace(train, steps=_steps(values["amount"], values["unit"], train))


def _steps(amount: object, unit: object, train: TrainConfig, pictures: int | None = None) -> int:
    if check_choice("the unit", unit, UNITS) == "steps":
        return check_integer("steps", amount, 1, MAX_STEPS)
    return train.steps_of_epochs(amount, data.training_pictures(train.dataset) if pictures is None else pictures)
