"""What a training may do besides the step of the first paper (`adversarial.py`): each part a class of its own, in a file of its own.

A part overrides what it changes of `Adversarial` and hands everything else on by `super()`, so that parts stack. `with_parts` stacks those
that a training's settings (TrainConfig) and the last layer of its discriminator ask for; without any, the plain step is left.
"""

from __future__ import annotations

from gan_core.training.adversarial import Adversarial
from gan_core.training.objective import Setup
from gan_core.training.parts.auxiliary_classifier import AuxiliaryClassifier
from gan_core.training.parts.gradient_penalty import GradientPenalty
from gan_core.training.parts.naming import Naming
from gan_core.training.parts.one_stage import OneStage
from gan_core.training.parts.part import Part
from gan_core.training.parts.r1 import R1
from gan_core.training.parts.relativistic import Relativistic
from gan_core.training.parts.semi_supervised import SemiSupervised
from gan_core.training.parts.shared_fakes import SharedFakes
from gan_core.training.parts.speck_penalty import SpeckPenalty
from gan_core.training.parts.votes import Votes

PARTS: tuple[type[Part], ...] = (
    OneStage,
    Relativistic,
    SharedFakes,
    GradientPenalty,
    R1,
    SpeckPenalty,
    Naming,
    Votes,
    AuxiliaryClassifier,
    SemiSupervised,
)

__all__ = ["PARTS", "chosen", "with_parts"]


def chosen(setup: Setup) -> list[type[Part]]:
    """The parts that this training uses. Raises ConfigError where it asks for one that does not fit it."""
    return [part for part in PARTS if part.wanted(setup)]


def with_parts(setup: Setup) -> type[Adversarial]:
    """`Adversarial`, with the parts that this training uses stacked on it. Raises ConfigError as `chosen`."""
    parts = chosen(setup)
    return type("".join(part.__name__ for part in parts) + "Adversarial", tuple(parts), {}) if parts else Adversarial
