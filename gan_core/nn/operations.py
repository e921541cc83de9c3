"""The operations of a program while it is being made of layers; each adds its own (`to_operations`)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gan_core.model import building
from gan_core.nn.distributed import numbers


class Operations(building.Operations):
    """Operations collected so far, whose tensors may come as Keras variables."""

    def numbers(self, value: npt.ArrayLike) -> np.ndarray:
        return numbers(value)
