"""The shipped digit classifier, by NumPy alone: where it lies, and what it reads in a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gan_core.program import Program

CLASSIFIER = Path(__file__).parents[1] / "classifier" / "classifier.safetensors"
BATCH = 250


def read(classifier: Program, pictures: np.ndarray) -> np.ndarray:
    """Class probabilities `[n, classes]` of pictures `[n, 28, 28]` in [0, 1]."""
    shown = np.asarray(pictures, np.float32)[..., None]
    return np.concatenate([classifier.run(shown[i : i + BATCH]) for i in range(0, len(shown), BATCH)])
