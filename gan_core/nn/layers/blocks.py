"""Layers that several families build their networks of."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from gan_core.config import Widths
from gan_core.kind import Kind
from gan_core.nn.layers.cheaper import BatchNormalization, Dropout
from gan_core.nn.layers.pixels import Saturate, SpreadOut
from gan_core.nn.layers.upsampling import UpsampleConv2D


def spread_out(widths: Widths) -> list[keras.layers.Layer]:
    """A generator's first layer where the widths name a `spread`."""
    return [SpreadOut(widths["spread"])] if "spread" in widths else []


def convolutional_generator(
    kind: Kind, widths: Sequence[int], mapping: Sequence[int] = (), margin: float = 0.0
) -> list[keras.layers.Layer]:
    """From a flat input to a picture in [-1, 1] by way of a quarter and a half of its height and width: 7x7 and 14x14 for MNIST's.

    Args:
        kind: of the pictures, whose sides are multiples of 4.
        widths: channels at a quarter, at a half and, where there is a third, at the whole size before a last 3x3 convolution. That one can
            take back what the upsampling left beside the strokes, which a single linear layer from the half cannot.
        mapping: widths of dense layers before that; they bend z, so that neighbours need not be neighbouring digits.
        margin: of a `Saturate` at the end, 0 for none.
    Source: the course material's DCGAN, after Radford et al. 2016, https://arxiv.org/abs/1511.06434; the mapping as in Karras et al. 2019,
        section 2, https://arxiv.org/abs/1812.04948
    """
    deep, *rest = widths
    height, width, colours = kind.shape
    quarter = (height // 4, width // 4)
    bent = [layer for units in mapping for layer in (keras.layers.Dense(units), keras.layers.LeakyReLU(0.2))]
    layers = [
        *bent,
        keras.layers.Dense(quarter[0] * quarter[1] * deep),
        keras.layers.LeakyReLU(0.2),
        BatchNormalization(momentum=0.9),
        keras.layers.Reshape((*quarter, deep)),
    ]
    for filters in rest:
        layers += [UpsampleConv2D(filters, 5), BatchNormalization(momentum=0.9), keras.layers.LeakyReLU(0.2)]
    layers.append(UpsampleConv2D(colours, 5) if len(rest) == 1 else keras.layers.Conv2D(colours, 3, padding="same"))
    return [*layers, keras.layers.Activation("tanh"), *([Saturate(-1.0, 1.0, margin)] if margin else [])]


def convolutional_discriminator(widths: list[int], dropout: float, outputs: int = 1, fine: int = 0) -> list[keras.layers.Layer]:
    """From a picture to one logit (or more `outputs`), halving height and width with every 5x5 convolution. Source: as the generator's.

    Args:
        fine: units of a dense layer before the last, 0 for the course's kind. With them the convolutions are 3x3 and the first halves nothing: it sees
            every pixel, as what gives a good generator away is finer than strokes (docs/decisions/families.md).
    """
    layers: list[keras.layers.Layer] = []
    for number, width in enumerate(widths):
        size, stride = (3, 2 if number else 1) if fine else (5, 2)
        layers += [keras.layers.Conv2D(width, size, strides=stride, padding="same"), keras.layers.LeakyReLU(0.2), Dropout(dropout)]
    hidden = [keras.layers.Dense(fine), keras.layers.LeakyReLU(0.2)] if fine else []
    return [*layers, keras.layers.Flatten(), *hidden, keras.layers.Dense(outputs)]
