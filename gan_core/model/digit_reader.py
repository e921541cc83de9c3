"""The shipped digit classifier, by NumPy alone: where it lies, and what it sees in pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.model import program

CLASSIFIER = Path(__file__).parent / "classifier" / "classifier.safetensors"
BATCH = 250
HEAD = 2  # operations after the features: dense, softmax


@dataclass(frozen=True)
class Reading:
    """What the classifier sees in n pictures: class probabilities `[n, classes]` and the features `[n, 64]` before them."""

    probabilities: Floats
    features: Floats

    @property
    def digits(self) -> npt.NDArray[np.int64]:
        """The likeliest class of each, int64 `[n]`."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)


def read(classifier: program.Program, pictures: npt.NDArray[Any]) -> Reading:
    """Read pictures float `[n, 28, 28]` in [0, 1]."""
    shown = np.asarray(pictures, np.float32)[..., None]
    features = np.concatenate([classifier.run(shown[i : i + BATCH], leave_out=HEAD) for i in range(0, len(shown), BATCH)])
    logits = features @ classifier.tensors[classifier.ops[-HEAD]["kernel"]] + classifier.tensors[classifier.ops[-HEAD]["bias"]]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return Reading(powers / powers.sum(axis=1, keepdims=True), features)


def load() -> program.Program:
    """The shipped classifier. Raises CheckpointError when it is missing or damaged."""
    return program.read(CLASSIFIER)
