"""Which objective a family is trained by."""

from __future__ import annotations

from collections.abc import Callable

from gan_core.training.adversarial import Adversarial, Auxiliary, Conditional
from gan_core.training.objective import Objective
from gan_core.training.reconstruction import Reconstruction

OBJECTIVES: dict[str, Callable[..., Objective]] = {
    "adversarial": Adversarial,
    "conditional": Conditional,
    "auxiliary": Auxiliary,
    "reconstruction": Reconstruction,
}
