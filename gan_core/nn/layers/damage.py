"""Pictures damaged while training, so that what gives them back learns to mend."""

from __future__ import annotations

import keras
import tensorflow as tf
from keras import ops

from gan_core.config import check_number
from gan_core.nn import distributed
from gan_core.nn.operations import Operations


class Damage(keras.layers.Layer):
    """Noise of a strength of its own for each picture, and a half blanked in a share of them; outside training it does nothing.

    The strength is uniform in 0 ... `noise`, so that a network learns to leave a clean picture alone, too. Pixels are cut off at 0 and 1.

    Args:
        noise: the largest standard deviation, of pixels in [0, 1].
        blank: the share of pictures of which one half (left, right, upper or lower) becomes black.
    Raises: ConfigError for numbers outside of 0 ... 2 and 0 ... 1.
    Source: Vincent et al. 2008, Extracting and Composing Robust Features with Denoising Autoencoders.
        https://www.cs.toronto.edu/~larocheh/publications/icml-2008-denoising-autoencoders.pdf
    """

    def __init__(self, noise: float, blank: float = 0.0, **kwargs: object) -> None:
        super().__init__(dtype="float32", **kwargs)
        self.noise, self.blank = check_number("noise", noise, 0.0, 2.0), check_number("blank", blank, 0.0, 1.0)
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """`[n, h, w, c]` in [0, 1], as many pixels as before."""
        if not training:
            return x
        seed = distributed.own_seed(tf.cast(self.seed_generator.next(), tf.int32))
        count, height, width = tf.shape(x)[0], x.shape[1], x.shape[2]
        strength = self.noise * tf.random.stateless_uniform([count, 1, 1, 1], seed)
        noisy = ops.clip(x + strength * tf.random.stateless_normal(tf.shape(x), seed + 1), 0.0, 1.0)
        if not self.blank:
            return noisy
        side = tf.random.stateless_uniform([count, 1, 1, 1], seed + 2, 0, 4, tf.int32)
        blanked = tf.random.stateless_uniform([count, 1, 1, 1], seed + 3) < self.blank
        lower = tf.reshape(tf.range(height) >= height // 2, [1, height, 1, 1])
        right = tf.reshape(tf.range(width) >= width // 2, [1, 1, width, 1])
        half = tf.where(side < 2, tf.equal(lower, side == 0), tf.equal(right, side == 2))  # [n, h, w, 1]
        return tf.where(blanked & half, 0.0, noisy)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """None: it does nothing outside training."""
