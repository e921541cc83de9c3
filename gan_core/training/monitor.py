"""Quality while it trains: what is drawn from fixed z, read by the project's classifier, within a small share of the training time.

The figures compare within a run and between runs of the same data only: few samples, few dimensions, no paper's FID.
"""

from __future__ import annotations

import math
import time
from typing import TypedDict

import numpy as np
import tensorflow as tf

from gan_core import classes
from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.metrics import figures
from gan_core.mnist import DIGITS, KIND
from gan_core.model import digit_reader
from gan_core.model.program import Program
from gan_core.training.objective import Objective

SAMPLES = 250
REAL = 2000  # pictures behind the statistics of the data
DIMENSIONS = 16  # principal directions of the real features that the distance looks at: 99 % of their variance lies in about as many
CONFIDENT = 0.9
SHARE = 0.05  # of the training time


class Look(TypedDict, total=False):
    """The figures of docs/formats.md, section 4. Missing is what cannot be told of the data."""

    digits: list[float]
    confident: float
    evenness: float
    variety: float
    distance: float
    label_accuracy: float
    look_seconds: float


class Monitor:
    """Reads what the generator draws. `reads_digits` tells whether the classifier applies to the data at all."""

    def __init__(self, objective: Objective, data: catalog.Dataset) -> None:
        self.data, self.cost, self.looked = data, 0.0, 0.0
        known = catalog.DATASETS.get(data.name)
        self.reads_digits = bool(known and known.classes == DIGITS and objective.model.image_shape == KIND.shape)
        self.draws = objective.family.has_discriminator  # a decoder has no z of its own while it trains
        self.attach(objective)
        if not self.draws:
            return
        shown = data.images[np.random.default_rng(0).permutation(len(data.images))[:REAL]]
        real = self._features(pixels.to_model(shown, (0.0, 1.0)))[0]
        self.real_spread = _spread(real[:SAMPLES])
        if self.reads_digits:  # of plain pixels there are too many
            self.mean, covariance = figures.gaussian(real)
            self.directions = np.linalg.eigh(covariance)[1][:, -DIMENSIONS:]  # [d, 16]
            self.real = figures.gaussian((real - self.mean) @ self.directions)
        self.look()  # the first call compiles
        self.look()

    def attach(self, objective: Objective) -> None:
        """Look at this objective's generator from now on."""
        self.objective = objective
        width = objective.model.num_classes
        z = tf.constant(objective.prior().sample(SAMPLES, objective.train.seed) * np.float32(objective.train.z_scale))
        requested = objective.shown_labels(SAMPLES) if width else None
        weights = None if requested is None else tf.constant(classes.weights(requested, width, objective.model.groups))
        self.requested_digits = requested
        classifier = digit_reader.load() if self.reads_digits else None

        def draw() -> tf.Tensor:
            low, high = objective.family.pixel_range
            return (objective.best("generator")(z, weights, training=False) - low) / (high - low)

        def features(pictures: tf.Tensor) -> tf.Tensor:
            if classifier is None:
                return tf.reshape(pictures, [-1, objective.model.kind.size])
            return forward(classifier, pictures)

        self._draw, self._see, self.classifier = tf.function(lambda: features(draw())), tf.function(features), classifier

    def due(self, seconds: float) -> bool:
        """Whether the last look has been paid for by so many seconds of training: looks are evenly spread, whatever they cost."""
        return self.draws and self.cost <= SHARE * (seconds - self.looked)

    def look(self, seconds: float = 0.0) -> Look:
        """How good the generator is now; without digits and distances where the data are no digits, without variety where they have none.

        Args:
            seconds: of training so far, from which the next look is reckoned.
        """
        began = time.perf_counter()
        features, probabilities = self._read(self._draw().numpy())
        figures_now: Look = {} if probabilities is None else _reading(probabilities, self.requested_digits)
        if self.real_spread:
            figures_now["variety"] = _rounded(_spread(features) / self.real_spread)
        if probabilities is not None:
            drawn = figures.gaussian((features - self.mean) @ self.directions)
            figures_now["distance"] = _rounded(figures.frechet_of_gaussians(*self.real, *drawn))
        self.cost, self.looked = time.perf_counter() - began, seconds
        figures_now["look_seconds"] = _rounded(self.cost)
        return figures_now

    def _features(self, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        return self._read(np.concatenate([self._see(tf.constant(batch)).numpy() for batch in np.array_split(pictures, REAL // SAMPLES)]))

    def _read(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """Features, and the class probabilities that go with them."""
        if self.classifier is None:
            return features, None
        reading = digit_reader.of_hidden(self.classifier, features)
        return reading.features, reading.probabilities


def _reading(probabilities: np.ndarray, requested: np.ndarray | None) -> Look:
    """What the classifier's probabilities `[n, 10]` of the digits say, where the digits `requested` `[n]` were asked for."""
    digits = probabilities.argmax(axis=1)
    histogram = figures.digit_histogram(digits)
    reading: Look = {
        "digits": [_rounded(share) for share in histogram],
        "confident": _rounded(float((probabilities.max(axis=1) >= CONFIDENT).mean())),
        "evenness": _rounded(evenness(histogram)),
    }
    if requested is not None:
        reading["label_accuracy"] = _rounded(figures.label_accuracy(digits, requested))
    return reading


def evenness(histogram: np.ndarray) -> float:
    """Entropy of shares `[c]` divided by ln c: 1 where all classes are equally many, 0 where there is but one."""
    shares = np.asarray(histogram, np.float64)
    present = shares[shares > 0]
    return float(-(present * np.log(present)).sum() / math.log(len(shares))) if len(present) > 1 else 0.0


def _spread(features: np.ndarray) -> float:
    """Mean Euclidean distance of two different rows; exactly 0 where all rows are one, as they are where there is but one row."""
    features = features - features[0]  # less to cancel below, and nothing at all where all are alike
    squares = (features**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares - 2 * features @ features.T, 0))
    return float(distances.sum() / max(1, len(features) * (len(features) - 1)))


def _rounded(value: float) -> float:
    return round(float(value), 4)


def forward(program: Program, x: tf.Tensor, leave_out: int = digit_reader.HEAD) -> tf.Tensor:
    """The classifier but for its last operations, by TensorFlow, thirty times as fast as by NumPy: `[n, h, w, 1]` in [0, 1] -> `[n, d]`."""
    for op in program.ops[:-leave_out]:
        if op["op"] == "conv":
            x = tf.nn.conv2d(x, program.tensors[op["kernel"]], op["stride"], op["padding"].upper()) + program.tensors[op["bias"]]
        elif op["op"] == "dense":
            x = x @ program.tensors[op["kernel"]] + program.tensors[op["bias"]]
        elif op["op"] == "reshape":
            x = tf.reshape(x, [-1, *op["shape"]])
        elif op["op"] == "activation" and op["kind"] == "relu":
            x = tf.nn.relu(x)
        elif op["op"] == "pool":
            x = tf.nn.max_pool2d(x, op["size"], op["size"], "SAME")
        else:
            raise ValueError(f"the classifier has an operation {op['op']!r} that the monitor does not know")
    return x
