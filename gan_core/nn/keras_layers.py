"""Of which operations Keras' own layers are made; layers of our own say it themselves (`to_operations`)."""

from __future__ import annotations

from functools import singledispatch

import keras
import numpy as np

from gan_core.model.operations import ACTIVATIONS
from gan_core.nn.distributed import numbers
from gan_core.nn.operations import Operations

Shape = tuple[int, ...]


@singledispatch
def to_operations(layer: keras.Layer, operations: Operations, shape: Shape) -> None:
    """Add the operations of one of Keras' layers, whose output has `shape` without the batch. Raises TypeError for a layer without any."""
    raise TypeError(f"no operation for layer {type(layer).__name__}; expected a method to_operations(operations, shape), as our own layers "
                    "have (gan_core.nn.layers). A new kind of operation also needs model/operations.py and engine.js.")  # fmt: skip


def _activation(layer: keras.Layer, operations: Operations) -> None:
    kind = getattr(layer.activation, "__name__", "linear")
    if kind not in ("linear", *ACTIVATIONS):
        raise TypeError(f"no operation for the activation {kind} of layer {layer.name}; expected one of: linear, {', '.join(ACTIVATIONS)}")
    operations.activation(kind, **({"alpha": 0.2} if kind == "leaky_relu" else {}))  # Keras' own slope, where it is given by name


@to_operations.register
def _dense(layer: keras.layers.Dense, operations: Operations, shape: Shape) -> None:
    operations.kernel("dense", layer.kernel, layer.bias if layer.use_bias else None)
    _activation(layer, operations)


@to_operations.register
def _conv(layer: keras.layers.Conv2D, operations: Operations, shape: Shape) -> None:
    bias = layer.bias if layer.use_bias else None
    _check_plain(layer, (1, 2), square=False)
    odd_square = layer.kernel_size[0] == layer.kernel_size[1] and layer.kernel_size[0] % 2
    kind = "upconv" if layer.strides[0] == 1 and odd_square and operations.upsampled() else "conv"
    operations.kernel(kind, layer.kernel, bias, **({"stride": layer.strides[0]} if kind == "conv" else {}), padding=layer.padding)
    _activation(layer, operations)


@to_operations.register
def _transposed(layer: keras.layers.Conv2DTranspose, operations: Operations, shape: Shape) -> None:
    _check_plain(layer, (1, 2))
    if layer.output_padding not in (None, (0, 0)):
        raise TypeError(f"layer {layer.name} has output_padding {layer.output_padding}; expected none")
    bias = layer.bias if layer.use_bias else None
    operations.kernel("conv_transpose", layer.kernel, bias, stride=layer.strides[0], padding=layer.padding)
    _activation(layer, operations)


def _check_plain(layer: keras.Layer, strides: tuple[int, ...], square: bool = True) -> None:
    """Raises TypeError for a convolution that no operation has."""
    plain = layer.data_format == "channels_last" and set(layer.dilation_rate) == {1} and getattr(layer, "groups", 1) == 1
    if not plain or (square and len({*layer.kernel_size}) > 1) or len({*layer.strides}) > 1 or layer.strides[0] not in strides:
        sides = "square kernels, " if square else ""
        raise TypeError(f"layer {layer.name} has kernel_size {layer.kernel_size}, strides {layer.strides}, dilation_rate {layer.dilation_rate} and "
                        f"{layer.data_format}; expected {sides}strides of {' or '.join(map(str, strides))}, channels last, one group")  # fmt: skip


@to_operations.register
def _upsampling(layer: keras.layers.UpSampling2D, operations: Operations, shape: Shape) -> None:
    if tuple(layer.size) not in ((2, 2), (4, 4)) or layer.interpolation != "nearest":
        raise TypeError(f"layer {layer.name} makes pictures {layer.size} times as large by {layer.interpolation}; expected 2 or 4, nearest")
    for _ in range(layer.size[0] // 2):
        operations.upsample(shape[-1])


@to_operations.register
def _relu(layer: keras.layers.ReLU, operations: Operations, shape: Shape) -> None:
    if layer.max_value is not None or layer.threshold:
        raise TypeError(f"layer {layer.name} is cut off at {layer.max_value} above {layer.threshold}; expected a plain ReLU")
    slope = {"alpha": float(layer.negative_slope)} if layer.negative_slope else {}
    operations.activation("leaky_relu" if slope else "relu", **slope)


@to_operations.register
def _softmax(layer: keras.layers.Softmax, operations: Operations, shape: Shape) -> None:
    operations.activation("softmax")


@to_operations.register
def _identity(layer: keras.layers.Identity, operations: Operations, shape: Shape) -> None:
    """None: it does nothing."""


@to_operations.register
def _noise(layer: keras.layers.GaussianNoise, operations: Operations, shape: Shape) -> None:
    """None: it does nothing outside training."""


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
def _reshape(layer: keras.Layer, operations: Operations, shape: Shape) -> None:
    operations.add("reshape", shape=list(shape))


@to_operations.register
def _dropout(layer: keras.layers.Dropout, operations: Operations, shape: Shape) -> None:
    """None: it does nothing outside training."""
