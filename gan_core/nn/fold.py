"""Keras network -> Program: the same function without Keras, BatchNorm folded into its neighbours where that is exact."""

from __future__ import annotations

import numpy as np

from gan_core.model.operations import End
from gan_core.model.program import Program
from gan_core.nn import keras_layers
from gan_core.nn.layers import Chain
from gan_core.nn.operations import Operations


def fold(chain: Chain, pixel_range: tuple[float, float], step: int = 0, probability: str = "sigmoid") -> Program:
    """The chain in inference mode as a Program; each layer says itself of which operations it is made.

    Args:
        chain: any network of a family.
        pixel_range: range of the pixels it draws or sees.
        step: training step, stored with it.
        probability: how a discriminator's output reads as the probability of being real, 'sigmoid' or 'clip'.
    Raises: TypeError for a layer that has no operation.
    """
    operations = Operations()
    for layer, shape in zip(chain.steps, chain.shapes, strict=True):
        if hasattr(layer, "to_operations"):
            layer.to_operations(operations, shape)
        else:
            keras_layers.to_operations(layer, operations, shape)
    shape = chain.output_size if chain.role == "generator" else chain.sample_shape
    images: End = {"name": "images", "shape": list(shape), "range": list(pixel_range)}
    size = int(np.prod(chain.sample_shape))
    outputs: dict[str, End] = {"generator": images, "discriminator": {"name": "logits", "shape": [1], "probability": probability},
               "encoder": {"name": "z", "shape": list(chain.output_size)}, "classifier": {"name": "probabilities", "shape": list(chain.output_size)}}  # fmt: skip
    source: End = {"name": "z", "shape": [size]} if chain.role == "generator" else images
    return Program(chain.role, source, outputs[chain.role], operations.ops, operations.tensors, chain.num_classes, step)
