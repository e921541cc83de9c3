"""Keras' own layers made cheaper: the same function, fewer passes over memory."""

from __future__ import annotations

import keras
import tensorflow as tf

from gan_core.config import check_number
from gan_core.nn import distributed


class Dropout(keras.layers.Dropout):
    """Keras' dropout with a cheaper draw: 16 random bits a number instead of 32 made into a float, and a product instead of a selection.

    The share that is dropped is `rate` to 1 / 65,536; what is kept is divided by the rest, which is not to be nothing.
    Raises: ConfigError for a rate outside of 0 ... 0.99.
    """

    def __init__(self, rate: float, **kwargs: object) -> None:
        super().__init__(check_number("dropout", rate, 0.0, 0.99), **kwargs)

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        """As Keras': while training, zero with probability `rate`, else x / (1 - rate)."""
        if not training or not self.rate:
            return inputs
        shape = tf.shape(inputs)
        count = tf.reduce_prod(shape)
        seed = distributed.own_seed(tf.cast(self.seed_generator.next(), tf.int32))
        words = tf.random.stateless_uniform([(count + 1) // 2], seed, None, None, tf.uint32)
        bits = tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:count]
        threshold = round(self.rate * 65536)
        kept = tf.cast(tf.reshape(bits >= threshold, shape), inputs.dtype)
        return inputs * (kept * (65536 / (65536 - threshold)))


class BatchNormalization(keras.layers.BatchNormalization):
    """Keras' batch normalisation, with TensorFlow's one fused kernel in training."""

    def call(self, inputs: tf.Tensor, training: bool = False, mask: tf.Tensor = None) -> tf.Tensor:
        """As Keras': normalised by the batch while training, which also moves the running averages, else by those."""
        if not training or self.synchronized:
            return super().call(inputs, training=training, mask=mask)
        pictures = inputs if len(inputs.shape) == 4 else inputs[:, None, None, :]
        scale, offset = (tf.cast(variable, tf.float32) for variable in (self.gamma, self.beta))
        normal, mean, variance = tf.compat.v1.nn.fused_batch_norm(pictures, scale, offset, epsilon=self.epsilon, is_training=True)
        normal = tf.reshape(normal, tf.shape(inputs))
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        biased = variance * (count - 1) / count  # as Keras keeps it
        for average, value in ((self.moving_mean, mean), (self.moving_variance, biased)):
            average.assign(average * self.momentum + value * (1 - self.momentum))
        return normal
