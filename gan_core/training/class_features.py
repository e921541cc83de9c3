"""The classifier in whose features pictures of a data set's own classes are compared: made and trained within the measurement."""

from __future__ import annotations

import keras
import numpy as np

from gan_core.arrays import Floats
from gan_core.metrics.discriminant import Labels
from gan_core.metrics.features import Features
from gan_core.metrics.two_sample import Pictures
from gan_core.training.two_sample import BATCH, HIDDEN, RATE, build, shown

EPOCHS = 6
MOST = 20_000  # pictures that it learns from


def learn(images: Pictures, labels: Labels, classes: int, epochs: int = EPOCHS, seed: int = 0) -> Features:
    """Train a fresh classifier of these pictures.

    Args:
        images: uint8 `[n, h, w]` or `[n, h, w, 3]`, of which at most 20,000 are learned from.
        labels: class ids `[n]`.
        seed: of its weights and the order of the pictures.
    """
    keras.utils.set_random_seed(seed)
    chosen = np.random.default_rng(seed).permutation(len(images))[:MOST]
    network = build(shown(images[:1]).shape[1:], classes)
    rate = keras.optimizers.schedules.CosineDecay(RATE, epochs * -(-len(chosen) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    network.fit(shown(images[chosen]), labels[chosen], batch_size=BATCH, epochs=epochs, verbose=0)
    before = keras.Model(network.inputs, network.layers[-2].output)

    def seen(pictures: Pictures) -> Floats:
        return np.asarray(before.predict(shown(pictures), batch_size=500, verbose=0), np.float32)

    def classify(pictures: Pictures) -> Labels:
        return np.asarray(network.predict(shown(pictures), batch_size=500, verbose=0).argmax(axis=1), np.int64)

    return Features("classes", f"a classifier of the data's {classes} classes, {HIDDEN} numbers", seen, classify)
