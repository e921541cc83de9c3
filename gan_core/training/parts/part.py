"""What all parts have in common."""

from __future__ import annotations

from gan_core.training.adversarial import Adversarial
from gan_core.training.objective import Setup


class Part(Adversarial):
    """Something a training does besides the plain step; it says itself when."""

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Whether this training uses it. Raises ConfigError where it asks for it and cannot have it."""
        raise NotImplementedError
