"""The course's own networks, and what goes with them: trainings to be recorded, so that a page which trains nothing shows what the slides show."""

from __future__ import annotations

from dataclasses import dataclass

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_choice


@dataclass(frozen=True)
class Shown:
    """A training of the course.

    Args:
        title: for people.
        family, preset: whose networks and settings they are.
        seed: of the recorded run.
    """

    title: str
    family: str
    preset: str = "reference"
    seed: int = 0


COURSE = {
    "course_dcgan": Shown("The course's DCGAN", "dcgan"),
    "course_dense": Shown("The course's dense GAN", "dense"),
    "course_cgan": Shown("The course's conditional GAN", "cgan"),
    "course_autoencoder": Shown("The course's autoencoder", "autoencoder"),
    "course_sketch": Shown("The two-layer sketch", "dense", "sketch"),
    "course_paper": Shown("As the first paper trained: momentum, k = 1", "dense", "paper"),
    "course_lsgan": Shown("LSGAN on the course's networks", "dcgan", "lsgan"),
    "course_sgan": Shown("SGAN: 100 labels", "sgan", "live"),
    "course_stacked": Shown("A stacked autoencoder, layer by layer", "autoencoder", "stacked"),
}


def configs(name: object, dataset: str) -> tuple[ModelConfig, TrainConfig]:
    """The model and the training of one of them on `dataset`. Raises ConfigError that lists them."""
    one = COURSE[check_choice("course", name, COURSE)]
    return families.get(one.family).configs(one.preset, dataset=dataset, seed=one.seed)


def entries(recordings: dict[str, str]) -> list[dict[str, object]]:
    """Those that are recorded, as the page lists them; `recordings` has their ids by name."""
    return [
        {"name": name, "title": one.title, "family": one.family, "preset": one.preset, "recording": recordings[name]}
        for name, one in COURSE.items()
        if name in recordings
    ]
