"""The network of the two-sample test (gan_core/metrics/two_sample.py): made, trained and thrown away within the measurement."""

from __future__ import annotations

import keras
import numpy as np
from keras import layers

from gan_core.arrays import Floats
from gan_core.imaging import pixels
from gan_core.metrics.two_sample import Judge, Pictures

EPOCHS = 4
BATCH = 100
RATE = 1e-3
RANGE = (0.0, 1.0)
HIDDEN = 64  # numbers before the last layer


def build(shape: tuple[int, ...], outputs: int = 1) -> keras.Model:
    """Pictures `[n, *shape]` in [0, 1] -> logits `[n, outputs]`; a single one is over 0 for generated. The layer before has 64 numbers.

    The first layer sees every pixel, as what tells is often an edge, a haze or a grain rather than a shape. Every hidden layer is normalized: without
    it all units of the last one were dead after one training, and a network that says one half of everything looks like pictures that nobody tells.
    """
    blocks: list[keras.layers.Layer] = [keras.Input(shape)]
    for width, stride in ((16, 1), (32, 2), (64, 2)):
        blocks += [
            layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
        ]
    head = [layers.Flatten(), layers.Dropout(0.3), layers.Dense(HIDDEN, use_bias=False), layers.BatchNormalization(momentum=0.9)]
    return keras.Sequential([*blocks, *head, layers.Activation("relu"), layers.Dense(outputs)])


def learn(real: Pictures, generated: Pictures, epochs: int = EPOCHS, seed: int = 0) -> Judge:
    """Train a fresh network to tell generated pictures from real ones.

    Args:
        real, generated: uint8 `[n, h, w]` or `[n, h, w, 3]`.
        seed: of its weights and the order of the pictures.
    Returns: pictures of the same size -> the probability of each that it was generated, float32 `[n]`.
    """
    keras.utils.set_random_seed(seed)
    both = shown(np.concatenate([real, generated]))
    answers = np.repeat(np.array([0, 1], np.float32), [len(real), len(generated)])[:, None]
    network = build(both.shape[1:])
    rate = keras.optimizers.schedules.CosineDecay(RATE, epochs * -(-len(both) // BATCH))
    network.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=False)
    network.fit(both, answers, batch_size=BATCH, epochs=epochs, verbose=0)  # fit shuffles

    def judge(pictures: Pictures) -> Floats:
        logits = network.predict(shown(pictures), batch_size=500, verbose=0)[:, 0]
        return np.asarray(0.5 * (np.tanh(0.5 * logits) + 1), np.float32)

    return judge


def shown(pictures: Pictures) -> Floats:
    """As the network sees them."""
    return pixels.to_model(pictures, RANGE)
