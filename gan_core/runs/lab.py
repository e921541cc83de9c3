"""The failure lab: trainings that go wrong on purpose, each with the change that cures it. Short enough for a talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_choice
from gan_core.runs.records import Setting

_PLAIN = {"one_stage": False, "naming": 0.0}  # nothing of the live preset that would keep it from going wrong
_DENSE = {**_PLAIN, "steps": 4000, "g_learning_rate": 1e-3, "d_learning_rate": 5e-4}  # the rates at which the cure is soon seen
_LIVE = {"generator": [128, 256], "discriminator": [256, 128], "batch_norm": True, "dropout": 0.3}
_SLIM = {"generator": [32, 16], "discriminator": [16, 32], "dropout": 0.3}


@dataclass(frozen=True)
class Failure:
    """One way to go wrong.

    Args:
        title, words: for people; a line on why it goes wrong.
        model, train: what differs from the preset.
        cure: settings that can be changed in flight (control.IN_FLIGHT).
        afresh: the weights are past mending, so that the cure goes on from the first moment of the run, not from where it stands.
    """

    title: str
    words: str
    family: str
    preset: str
    model: dict[str, Any]
    train: dict[str, Setting]
    cure: dict[str, Setting]
    afresh: bool = False


FAILURES = {
    "d_too_strong": Failure(
        "Discriminator too strong",
        "It learns a hundred times as fast and gets three turns a step: it is never fooled, and its answers hardly change with the picture.",
        "dense", "live", {"widths": _LIVE},
        {**_DENSE, "d_learning_rate": 5e-3, "g_learning_rate": 5e-5, "d_steps": 3},
        {"d_learning_rate": 5e-4, "g_learning_rate": 1e-3, "d_steps": 1},
    ),
    "d_too_weak": Failure(
        "Discriminator too weak",
        "It hardly learns, so the generator pleases a judge that knows nothing of digits.",
        "dense", "live", {"widths": _LIVE},
        {**_DENSE, "d_learning_rate": 1e-6},
        {"d_learning_rate": 5e-4},
    ),
    "rate_too_high": Failure(
        "Learning rate too high",
        "Every step overshoots: the losses jump and the pictures never settle.",
        "dense", "live", {"widths": _LIVE},
        {**_DENSE, "g_learning_rate": 0.05, "d_learning_rate": 0.05},
        {"g_learning_rate": 5e-4, "d_learning_rate": 5e-4}, afresh=True,
    ),
    "no_noise": Failure(
        "No noise",
        "Every z is the same, so the generator draws one picture again and again: it has nothing to tell one from another.",
        "dense", "live", {"widths": _LIVE},
        {**_DENSE, "z_scale": 0.0},
        {"z_scale": 1.0},
    ),
    "minimax_saturates": Failure(
        "Minimax loss saturates",
        "The first paper's own loss, log(1 - D(G(z))), is flat where the discriminator is sure: the generator gets no gradient.",
        "dense", "live", {"widths": _LIVE},
        {**_DENSE, "loss": "minimax", "d_learning_rate": 5e-3, "d_steps": 3},
        {"loss": "non_saturating", "d_learning_rate": 5e-4, "d_steps": 1},
    ),
    "labels_ignored": Failure(
        "Labels ignored",
        "The labels of the training pictures are drawn by lot, so no digit belongs to any number, and asking for one does nothing.",
        "cgan", "live", {"widths": _SLIM},
        {**_PLAIN, "one_stage": True, "steps": 2000, "random_labels": 1.0},
        {"random_labels": 0.0},
    ),
}  # fmt: skip


def configs(name: object, dataset: str) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of a failure on `dataset`. Raises ConfigError that lists the failures."""
    failure = FAILURES[check_choice("failure", name, FAILURES)]
    family = families.get(failure.family)
    return family.model_config(failure.preset, **failure.model), family.train_config(failure.preset, **failure.train, dataset=dataset)


def entries(recordings: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The failures as the page lists them; `recordings` has the ids of those that have been recorded."""
    names = ("title", "words", "family", "preset", "model", "train", "cure", "afresh")
    known = recordings or {}
    return [
        {"name": name, **{field: getattr(failure, field) for field in names}, "recording": known.get(name)}
        for name, failure in FAILURES.items()
    ]
