"""Layers that several families build their networks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from gan_core.nn.layers.cheaper import BatchNormalization, Dropout
from gan_core.nn.layers.pixels import Saturate, SpreadOut
from gan_core.nn.layers.upsampling import UpsampleConv2D


def spread_out(widths: dict[str, Any]) -> list[keras.layers.Layer]:
    """A generator's first layer where the widths name a `spread`."""
    return [SpreadOut(widths["spread"])] if "spread" in widths else []


def convolutional_generator(widths: Sequence[int], mapping: Sequence[int] = (), margin: float = 0.0) -> list[keras.layers.Layer]:
    """From a flat input to a 28x28 picture in [-1, 1] by way of 7x7 and 14x14.

    Args:
        widths: channels at 7x7, at 14x14 and, where there is a third, at 28x28 before a last 3x3 convolution. That one can take back what
            the upsampling left beside the strokes, which a single linear layer from 14x14 cannot.
        mapping: widths of dense layers before that; they bend z, so that neighbours need not be neighbouring digits.
        margin: of a `Saturate` at the end, 0 for none.
    Source: the course material's DCGAN, after Radford et al. 2016, https://arxiv.org/abs/1511.06434; the mapping as in Karras et al. 2019,
        section 2, https://arxiv.org/abs/1812.04948
    """
    deep, *rest = widths
    bent = [layer for width in mapping for layer in (keras.layers.Dense(width), keras.layers.LeakyReLU(0.2))]
    layers = [
        *bent,
        keras.layers.Dense(7 * 7 * deep),
        keras.layers.LeakyReLU(0.2),
        BatchNormalization(momentum=0.9),
        keras.layers.Reshape((7, 7, deep)),
    ]
    for width in rest:
        layers += [UpsampleConv2D(width, 5), BatchNormalization(momentum=0.9), keras.layers.LeakyReLU(0.2)]
    layers.append(UpsampleConv2D(1, 5) if len(rest) == 1 else keras.layers.Conv2D(1, 3, padding="same"))
    return [*layers, keras.layers.Activation("tanh"), *([Saturate(-1.0, 1.0, margin)] if margin else [])]


def convolutional_discriminator(widths: list[int], dropout: float, outputs: int = 1) -> list[keras.layers.Layer]:
    """From a picture to one logit (or more `outputs`), halving height and width with every 5x5 convolution. Source: as the generator's."""
    layers: list[keras.layers.Layer] = []
    for width in widths:
        layers += [keras.layers.Conv2D(width, 5, strides=2, padding="same"), keras.layers.LeakyReLU(0.2), Dropout(dropout)]
    return [*layers, keras.layers.Flatten(), keras.layers.Dense(outputs)]
