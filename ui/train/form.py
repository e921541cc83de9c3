"""The form of the Train tab: what its fields are called, and the training that they ask for."""

from __future__ import annotations

from typing import Any

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_choice, check_integer
from gan_core.errors import ConfigError
from ui.train import data, scheduler

FIELDS = ("family", "preset", "dataset", "amount", "unit", "batch_size", "latent_dim", "g_learning_rate", "d_learning_rate", "beta_1", "d_steps",
          "loss", "seed")  # fmt: skip


def configs(values: dict[str, Any], own_data: bool) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of these fields, which come from a browser and may be anything.

    Args:
        values: by FIELDS.
        own_data: whether the data set may be a path on this machine; it is looked at then, so that a wrong one is told now.
    Raises: ConfigError, DataError; RunError for a data set that is not to be used.
    """
    chosen = families.get(values["family"])
    preset = values["preset"]
    model = chosen.model_config(preset, latent_dim=check_integer("latent size", values["latent_dim"], 1, 1024))
    changes = {name: values[name] for name in ("g_learning_rate", "d_learning_rate", "beta_1", "loss")}
    changes |= {name: int(values[name]) if _whole(values[name]) else values[name] for name in ("batch_size", "d_steps", "seed")}
    dataset = values["dataset"]
    changes["dataset"] = dataset.strip() if isinstance(dataset, str) else dataset
    train = chosen.train_config(preset, **{**changes, "steps": 1})
    if own_data:
        data.training_pictures(train.dataset)
    else:
        scheduler.check_visitors_data(train)
    return model, chosen.train_config(preset, **changes, steps=_steps(values["amount"], values["unit"], train))


def _whole(value: Any) -> bool:
    return isinstance(value, float) and value.is_integer()


def _steps(amount: Any, unit: Any, train: TrainConfig) -> int:
    if check_choice("the unit", unit, ("steps", "epochs")) == "steps":
        return check_integer("steps", amount, 1, 10_000_000)
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        raise ConfigError(f"epochs is {amount!r}; expected a number above 0.")
    return train.steps_of_epochs(amount, data.training_pictures(train.dataset))
