"""The kinds of arrays that packages hand to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Array = npt.NDArray[Any]  # of whatever dtype: numpy's own way of saying so, and this is the only place that needs it
