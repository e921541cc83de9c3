"""The loops that courses teach, on the course's networks in plain Keras layers: what our training is measured against.

Each step is `generator.predict`, `train_on_batch` on real pictures, on drawn ones, and on both networks in a row. Keras 3 fixes what a
compiled model trains whenever its training function is traced, which is once for each batch size, so D's is traced on a full batch before
it is frozen for G's: both networks really learn (`check_both_learn`). The idiom `discriminator.trainable = False` after `compile` alone stops D for good, silently.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from typing import Any

import keras
import numpy as np
from keras import layers

CLASSES = 10


def dense_networks() -> tuple[Any, Any]:
    """z `[n, 100]` -> `[n, 784]` in [0, 1]; pictures `[n, 784]` -> logits `[n, 1]`."""
    generator = keras.Sequential([keras.Input((100,)), layers.Dense(256, activation="relu"), layers.Dense(784, activation="sigmoid")])
    return generator, keras.Sequential([keras.Input((784,)), layers.Dense(256, activation="relu"), layers.Dense(1)])


def _drawing(x: Any) -> Any:
    x = layers.LeakyReLU(0.2)(layers.Dense(128 * 7 * 7)(x))
    x = layers.UpSampling2D()(layers.Reshape((7, 7, 128))(layers.BatchNormalization()(x)))
    x = layers.LeakyReLU(0.2)(layers.BatchNormalization()(layers.Conv2D(64, 5, padding="same")(x)))
    return layers.Conv2D(1, 5, padding="same", activation="tanh")(layers.UpSampling2D()(x))


def _judging(x: Any) -> Any:
    for width in (64, 128):
        x = layers.Dropout(0.3)(layers.LeakyReLU(0.2)(layers.Conv2D(width, 5, strides=2, padding="same")(x)))
    return layers.Dense(1)(layers.Flatten()(x))


def dcgan_networks() -> tuple[Any, Any]:
    """z `[n, 100]` -> `[n, 28, 28, 1]` in [-1, 1]; pictures -> logits `[n, 1]`."""
    z, pictures = keras.Input((100,)), keras.Input((28, 28, 1))
    return keras.Model(z, _drawing(z)), keras.Model(pictures, _judging(pictures))


def cgan_networks() -> tuple[Any, Any]:
    """The same with one-hot labels: beside z for the generator, as ten constant planes for the discriminator."""
    z, labels, pictures = keras.Input((100,)), keras.Input((CLASSES,)), keras.Input((28, 28, 1))
    planes = layers.UpSampling2D(28)(layers.Reshape((1, 1, CLASSES))(labels))
    drawn = _drawing(layers.Concatenate()([z, labels]))
    return keras.Model([z, labels], drawn), keras.Model([pictures, labels], _judging(layers.Concatenate()([pictures, planes])))


def autoencoder_network() -> Any:
    """The course's autoencoder, 28x28 -> 4x4x8 -> 28x28."""
    x = pictures = keras.Input((28, 28, 1))
    for width in (16, 8):
        x = layers.MaxPooling2D(padding="same")(layers.Conv2D(width, 3, padding="same", activation="relu")(x))
    x = layers.Conv2D(8, 3, strides=2, padding="same", activation="relu")(x)
    for width, padding in ((8, "same"), (8, "same"), (16, "valid")):
        x = layers.UpSampling2D()(layers.Conv2D(width, 3, padding=padding, activation="relu")(x))
    return keras.Model(pictures, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x))


NETWORKS = {"dense": dense_networks, "dcgan": dcgan_networks, "cgan": cgan_networks}


class ClassicGAN:
    """One family's classic loop.

    Args:
        family: 'dense', 'dcgan' or 'cgan'.
        pictures: uint8 `[n, 28, 28]`; labels: int `[n]`.
    """

    def __init__(self, family: str, pictures: np.ndarray, labels: np.ndarray, batch: int, seed: int = 0) -> None:
        keras.utils.set_random_seed(seed)
        self.family, self.batch, self.random = family, batch, np.random.default_rng(seed)
        scaled = pictures.astype(np.float32) / 255
        self.pictures = scaled.reshape(-1, 784) if family == "dense" else scaled[..., None] * 2 - 1
        self.labels = np.eye(CLASSES, dtype=np.float32)[labels]
        self.generator, self.discriminator = NETWORKS[family]()
        self.discriminator.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True))
        self.discriminator.train_on_batch(self._given(self.pictures[:batch], self.labels[:batch]), np.ones((batch, 1), np.float32))
        inputs = self.generator.inputs
        drawn = self.generator.outputs[0]
        judged = self.discriminator([drawn, inputs[1]] if family == "cgan" else drawn)
        self.both = keras.Model(inputs, judged)
        self.discriminator.trainable = False  # for `both`, which is traced below; D's own training function keeps its weights
        self.both.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy(from_logits=True))
        self.check_both_learn()

    def _z(self, count: int) -> np.ndarray:
        return self.random.standard_normal((count, 100)).astype(np.float32)

    def _given(self, first: np.ndarray, labels: np.ndarray) -> Any:
        return [first, labels] if self.family == "cgan" else first

    def step(self) -> tuple[float, float]:
        """One step of the loop; D's loss (mean of real and drawn) and G's."""
        rows = self.random.integers(0, len(self.pictures), self.batch)
        labels, ones = self.labels[rows], np.ones((self.batch, 1), np.float32)
        drawn = self.generator.predict(self._given(self._z(self.batch), labels), verbose=0)
        real_loss = self.discriminator.train_on_batch(self._given(self.pictures[rows], labels), ones)
        fake_loss = self.discriminator.train_on_batch(self._given(drawn, labels), 0 * ones)
        g_loss = self.both.train_on_batch(self._given(self._z(self.batch), labels), ones)
        return float(real_loss + fake_loss) / 2, float(g_loss)

    def check_both_learn(self) -> None:
        """Raises RuntimeError unless one step moves the weights of both networks."""
        before = [network.get_weights() for network in (self.generator, self.discriminator)]
        self.step()
        for network, weights in zip((self.generator, self.discriminator), before, strict=True):
            if all(np.array_equal(old, new) for old, new in zip(weights, network.get_weights(), strict=True)):
                raise RuntimeError(f"the {self.family} loop does not train {network.name}")

    def draw(self, count: int, seed: int) -> np.ndarray:
        """`count` samples `[count, 28, 28]` in [0, 1]; a conditional one draws all digits in turn."""
        z = np.random.default_rng(seed).standard_normal((count, 100)).astype(np.float32)
        labels = np.eye(CLASSES, dtype=np.float32)[np.arange(count) % CLASSES]
        drawn = self.generator.predict(self._given(z, labels), batch_size=250, verbose=0).reshape(count, 28, 28)
        return drawn if self.family == "dense" else (drawn + 1) / 2


class ClassicAutoencoder:
    """The course's `fit`, one call for as many batches as are asked for."""

    def __init__(self, pictures: np.ndarray, batch: int, seed: int = 0) -> None:
        keras.utils.set_random_seed(seed)
        self.pictures, self.batch = pictures.astype(np.float32)[..., None] / 255, batch
        self.network = autoencoder_network()
        self.network.compile(keras.optimizers.Adam(), "binary_crossentropy")

    def steps(self, count: int) -> None:
        """`count` batches by `fit`."""
        shown = self.pictures[: count * self.batch]
        self.network.fit(shown, shown, batch_size=self.batch, epochs=1, shuffle=True, verbose=0)
