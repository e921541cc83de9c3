"""Layers that know that they draw pixels: black that is black; and z that reach farther out."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from gan_core.config import check_number
from gan_core.nn.operations import Operations


class Saturate(keras.layers.Layer):
    """Stretches pixels about the middle of their range and cuts them off at its ends, so that black is black: real digits are 81 % zeros.

    tanh and sigmoid only ever come near black, which leaves a haze around the strokes. Backwards it is the identity (straight through),
    because a pixel that is cut off has to be able to come back.

    Args:
        low, high: the pixels' range.
        margin: share of the range that is cut off at either end.
    """

    def __init__(self, low: float, high: float, margin: float) -> None:
        super().__init__()
        check_number("margin", margin, 0.0, 0.49)
        self.low, self.high = low, high
        self.stretch = 1 / (1 - 2 * margin)
        self.shift = (1 - self.stretch) * (low + high) / 2

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Elementwise."""
        cut = ops.clip(x * self.stretch + self.shift, self.low, self.high)
        return x + ops.stop_gradient(cut - x)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """clip(ax + b, low, high) = high - relu(high - low - relu(ax + b - low)): no operation that an older reader lacks."""
        for scale, shift in ((self.stretch, self.shift - self.low), (-1, self.high - self.low)):
            operations.affine([scale], [shift])
            operations.activation("relu")
        operations.affine([-1], [self.high])


class SpreadOut(keras.layers.Layer):
    """z times `spread`; while training they are drawn as much narrower (Adversarial.z), so z of the prior reach farther out than those.

    A GAN draws its digits a little too much alike; this trades some of the typical for the rare: the opposite of truncation. Source of the
    trade: Karras et al. 2019, appendix B, https://arxiv.org/abs/1812.04948

    Raises: ConfigError for a spread outside of 0.1 ... 10.
    """

    def __init__(self, spread: float) -> None:
        super().__init__()
        self.spread = check_number("spread", spread, 0.1, 10.0)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Elementwise."""
        return x * self.spread

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """The same factor for each number."""
        operations.affine(np.full(shape[-1], self.spread), np.zeros(shape[-1]))
