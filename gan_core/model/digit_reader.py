"""The shipped digit classifier, by NumPy alone: where it lies, and what it sees in pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Array, Floats
from gan_core.model import program

CLASSIFIER = Path(__file__).parent / "classifier" / "classifier.safetensors"
BATCH = 250
HEAD = 2  # operations after the features: dense, softmax


@dataclass(frozen=True)
class Reading:
    """What the classifier sees in n pictures: the probability of each digit `[n, classes]`, and the features `[n, 64]` that distances are measured in.

    What a row of probabilities lacks of 1 is the probability that the picture is no digit at all.
    """

    probabilities: Floats
    features: Floats

    @property
    def digits(self) -> npt.NDArray[np.int64]:
        """The likeliest class of each, int64 `[n]`, of what is no digit too."""
        return np.asarray(self.probabilities.argmax(axis=1), np.int64)

    @property
    def no_digit(self) -> Floats:
        """The probability of each that it is no digit, `[n]`."""
        return np.asarray(np.clip(1 - self.probabilities.sum(axis=1), 0, 1), np.float32)

    @property
    def given_digits(self) -> Floats:
        """The probabilities `[n, classes]` if each were a digit: rows that add up to 1."""
        total = self.probabilities.sum(axis=1, keepdims=True)
        tiny = np.finfo(np.float32).tiny  # of noise all of them may be nothing: then each is as likely as the other
        return np.asarray((self.probabilities + tiny) / (total + tiny * self.probabilities.shape[1]), np.float32)


def read(classifier: program.Program, pictures: Array) -> Reading:
    """Read pictures float `[n, h, w]` of MNIST's size in [0, 1]."""
    shown = np.asarray(pictures, np.float32)[..., None]
    return of_hidden(
        classifier, np.concatenate([classifier.run(shown[i : i + BATCH], leave_out=HEAD) for i in range(0, len(shown), BATCH)])
    )


def of_hidden(classifier: program.Program, hidden: Floats) -> Reading:
    """The reading of what comes before the last layer, `[n, d]`; its first numbers are the features, the others know what is no digit."""
    head = classifier.ops[-HEAD]
    logits = hidden @ classifier.tensors[head["kernel"]] + classifier.tensors[head["bias"]]
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    return Reading(probabilities[:, : classifier.extra.get("classes")], hidden[:, : classifier.extra.get("features")])


def load() -> program.Program:
    """The shipped classifier. Raises CheckpointError when it is missing or damaged."""
    return program.read(CLASSIFIER)
