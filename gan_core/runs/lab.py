"""The failure lab: trainings that go wrong on purpose, each with the change that cures it. Short enough for a talk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_choice
from gan_core.runs.records import Setting

# The live presets as they are, whose ten bars vote so that no digit is lost once they learn, but for what goes wrong. The two turns are apart.
_DENSE = {"one_stage": False, "steps": 3000}
_DCGAN = {"one_stage": False, "steps": 1600, "final_lr_fraction": 1.0}  # rates that stay, so that a cure may change them
_PLAIN = {"one_stage": True, "naming": 0.0}  # where scores that name digits would tell what random labels do not
_SLIM = {"generator": [32, 16], "discriminator": [16, 32], "dropout": 0.3}
AGAIN = "_again"  # ends the name of a recording of the run that begins again with its cure (`Failure.afresh`)


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
    model: Mapping[str, object]
    train: dict[str, Setting]
    cure: dict[str, Setting]
    afresh: bool = False


FAILURES = {
    "d_too_strong": Failure(
        "Discriminator too strong",
        "It learns a hundred times as fast and gets three turns a step: it is never fooled, and its answers hardly change with the picture.",
        "dense", "live", {},
        {**_DENSE, "d_learning_rate": 5e-3, "g_learning_rate": 5e-5, "d_steps": 3},
        {"d_learning_rate": 5e-4, "g_learning_rate": 3e-3, "d_steps": 1}, afresh=True,
    ),
    "d_too_weak": Failure(
        "Discriminator too weak",
        "It hardly learns, so the generator pleases a judge that knows nothing of digits.",
        "dense", "live", {},
        {**_DENSE, "d_learning_rate": 1e-6},
        {"d_learning_rate": 5e-4},
    ),
    "rate_too_high": Failure(
        "Learning rate too high",
        "Every step overshoots: the losses jump and the pictures never settle.",
        "dense", "live", {},
        {**_DENSE, "steps": 2000, "g_learning_rate": 0.05, "d_learning_rate": 0.05},
        {"g_learning_rate": 3e-3, "d_learning_rate": 5e-4}, afresh=True,
    ),
    "no_noise": Failure(
        "No noise",
        "Every z is the same, so the generator draws one picture again and again: it has nothing to tell one from another.",
        "dense", "live", {},
        {**_DENSE, "z_scale": 0.0},
        {"z_scale": 1.0},
    ),
    "minimax_saturates": Failure(
        "Minimax loss saturates",
        "The first paper's own loss, log(1 - D(G(z))), is flat where the discriminator is sure: the generator gets no gradient.",
        "dense", "live", {},
        {**_DENSE, "loss": "minimax", "d_learning_rate": 5e-3, "d_steps": 3},
        {"loss": "non_saturating", "d_learning_rate": 5e-4, "d_steps": 1}, afresh=True,
    ),
    "labels_ignored": Failure(
        "Labels ignored",
        "The labels of the training pictures are drawn by lot, so no digit belongs to any number, and asking for one does nothing.",
        "cgan", "live", {"widths": _SLIM},
        {**_PLAIN, "steps": 2000, "random_labels": 1.0},
        {"random_labels": 0.0},
    ),
    "dcgan_d_too_strong": Failure(
        "DCGAN: discriminator too strong",
        "Convolutions do not help a generator that learns a hundredth as fast as its judge: whatever it draws is seen through.",
        "dcgan", "live", {},
        {**_DCGAN, "d_learning_rate": 2e-3, "g_learning_rate": 2e-5},
        {"d_learning_rate": 1.2e-3, "g_learning_rate": 2.4e-3},
    ),
}  # fmt: skip


def configs(name: object, dataset: str) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of a failure on `dataset`. Raises ConfigError that lists the failures."""
    failure = FAILURES[check_choice("failure", name, FAILURES)]
    family = families.get(failure.family)
    return family.model_config(failure.preset, **failure.model), family.train_config(failure.preset, **failure.train, dataset=dataset)


def recorded() -> list[str]:
    """What recordings of the lab show: each failure, and the run that begins again where a cure does."""
    return [name + end for name, failure in FAILURES.items() for end in (("", AGAIN) if failure.afresh else ("",))]


def entries(recordings: dict[str, str] | None = None) -> list[dict[str, object]]:
    """The failures as the page lists them; `recordings` has the ids of those of `recorded` that there are."""
    names = ("title", "words", "family", "preset", "model", "train", "cure", "afresh")
    known = recordings or {}
    return [
        {
            "name": name,
            **{field: getattr(failure, field) for field in names},
            "recording": known.get(name),
            "again": known.get(name + AGAIN),
        }
        for name, failure in FAILURES.items()
    ]
