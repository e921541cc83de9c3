"""Upsampling and convolution as one layer, in its cheap and exact form."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from gan_core.model.operations import upsampling_taps
from gan_core.nn.operations import Operations


class UpsampleConv2D(keras.layers.Layer):
    """Nearest-neighbour upsampling by 2, then a convolution: the same function as UpSampling2D + Conv2D, for about a third of the arithmetic.

    Two neighbouring pixels of the upsampled picture are the same source pixel, so the kernel's taps that fall on it can be added up before
    the convolution: one small convolution for each of the four output phases. The parameter stays the k x k kernel, so training and weights
    are those of the plain layers.
    """

    def __init__(self, filters: int, kernel_size: int, padding: str = "same", use_bias: bool = True, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.padding, self.use_bias = filters, kernel_size, padding, use_bias

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the k x k kernel, Glorot uniform as Conv2D's."""
        size, channels = self.kernel_size, input_shape[-1]
        self.kernel = self.add_weight(name="kernel", shape=(size, size, channels, self.filters), initializer="glorot_uniform")
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros") if self.use_bias else None
        one = upsampling_taps(size).astype(np.float32)  # [phase, small tap, tap]
        reach = one.shape[1]
        self.taps = np.einsum("pta,qsb->tspqab", one, one).reshape(reach * reach * 4, size * size)  # both directions at once

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """`[n, h, w, c]` -> `[n, 2h, 2w, filters]` (less (k - 1) rows and columns when 'valid')."""
        height, width = x.shape[1], x.shape[2]
        taps = ops.cast(self.taps, self.compute_dtype)
        reach, size, channels = round((len(self.taps) / 4) ** 0.5), self.kernel_size, x.shape[-1]
        flat = ops.reshape(ops.cast(self.kernel, self.compute_dtype), (size * size, channels * self.filters))
        small = ops.reshape(ops.matmul(taps, flat), (reach, reach, 4, channels, self.filters))
        small = ops.reshape(ops.transpose(small, (0, 1, 3, 2, 4)), (reach, reach, channels, 4 * self.filters))
        phases = ops.conv(x, small, strides=1, padding="same")  # [n, h, w, 2 * 2 * filters]
        phases = ops.reshape(phases, (-1, height, width, 2, 2, self.filters))
        y = ops.reshape(ops.transpose(phases, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, self.filters))
        if self.padding == "valid":
            cut = (self.kernel_size - 1) // 2
            y = y[:, cut : 2 * height - cut, cut : 2 * width - cut, :]
        return y if self.bias is None else y + ops.cast(self.bias, y.dtype)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """One operation of its own."""
        operations.kernel("upconv", self.kernel, self.bias, padding=self.padding)
