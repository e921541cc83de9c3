"""Of which operations Keras' own layers are made; layers of our own say it themselves (`to_operations`)."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import keras
import numpy as np

from gan_core.nn.distributed import numbers
from gan_core.nn.operations import Operations

Shape = tuple[int, ...]


@singledispatch
def to_operations(layer: Any, operations: Operations, shape: Shape) -> None:
    """Add the operations of one of Keras' layers, whose output has `shape` without the batch. Raises TypeError for a layer without any."""
    raise TypeError(f"no operation for layer {type(layer).__name__}; expected a method to_operations(operations, shape), as our own layers "
                    "have (gan_core.nn.layers). A new kind of operation also needs model/operations.py and engine.js.")  # fmt: skip


def _activation(layer: Any, operations: Operations) -> None:
    operations.activation(getattr(layer.activation, "__name__", "linear"))


@to_operations.register
def _dense(layer: keras.layers.Dense, operations: Operations, shape: Shape) -> None:
    operations.kernel("dense", layer.kernel, layer.bias if layer.use_bias else None)
    _activation(layer, operations)


@to_operations.register
def _conv(layer: keras.layers.Conv2D, operations: Operations, shape: Shape) -> None:
    bias = layer.bias if layer.use_bias else None
    operations.kernel("conv", layer.kernel, bias, stride=layer.strides[0], padding=layer.padding)
    _activation(layer, operations)


@to_operations.register
def _batch_norm(layer: keras.layers.BatchNormalization, operations: Operations, shape: Shape) -> None:
    """y = (x - mean) / sqrt(variance + epsilon) * gamma + beta."""
    scale = (numbers(layer.gamma) if layer.scale else 1.0) / np.sqrt(numbers(layer.moving_variance) + layer.epsilon)
    shift = (numbers(layer.beta) if layer.center else 0.0) - numbers(layer.moving_mean) * scale
    operations.scaled(scale, shift)


@to_operations.register
def _rescaling(layer: keras.layers.Rescaling, operations: Operations, shape: Shape) -> None:
    operations.affine(np.full(shape[-1], layer.scale), np.full(shape[-1], layer.offset))


@to_operations.register
def _leaky_relu(layer: keras.layers.LeakyReLU, operations: Operations, shape: Shape) -> None:
    operations.activation("leaky_relu", alpha=float(layer.negative_slope))


@to_operations.register
def _of_activation(layer: keras.layers.Activation, operations: Operations, shape: Shape) -> None:
    _activation(layer, operations)


@to_operations.register
def _max_pooling(layer: keras.layers.MaxPooling2D, operations: Operations, shape: Shape) -> None:
    operations.add("pool", size=2)


@to_operations.register
def _global_pooling(layer: keras.layers.GlobalAveragePooling2D, operations: Operations, shape: Shape) -> None:
    operations.add("global_pool")


@to_operations.register(keras.layers.Reshape)
@to_operations.register(keras.layers.Flatten)
def _reshape(layer: Any, operations: Operations, shape: Shape) -> None:
    operations.add("reshape", shape=list(shape))


@to_operations.register
def _dropout(layer: keras.layers.Dropout, operations: Operations, shape: Shape) -> None:
    """None: it does nothing outside training."""
