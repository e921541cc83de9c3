"""Which objective a family is trained by."""

from __future__ import annotations

from collections.abc import Callable

from gan_core.adversarial import Adversarial, Auxiliary, Conditional
from gan_core.objective import Objective
from gan_core.reconstruction import Reconstruction

OBJECTIVES: dict[str, Callable[..., Objective]] = {
    "adversarial": Adversarial,
    "conditional": Conditional,
    "auxiliary": Auxiliary,
    "reconstruction": Reconstruction,
}
