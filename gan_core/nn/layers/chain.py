"""A network: a plain list of layers, some of which see the labels."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import keras
import numpy as np
import tensorflow as tf

from gan_core.nn.layers.labels import LabelPlanes


class Chain(keras.Model):
    """A network as a plain list of layers; those with `takes_labels` also see the class weights, those that ask for it whether it trains.

    Args:
        layers: applied one after the other.
        input_shape: shape of one input, without the batch.
        num_classes: size of the class weights, 0 for none.
        role: 'generator', 'discriminator', 'encoder' or 'classifier'.
        stages: where it is trained layer by layer (training/layerwise.py), the places of `layers` at which its parts meet, outermost first.
    """

    def __init__(
        self, role: str, layers: list[keras.layers.Layer], input_shape: tuple[int, ...], num_classes: int = 0, stages: Sequence[int] = ()
    ) -> None:
        super().__init__(name=role)
        self.stages = tuple(stages)
        self._takes_training = ["training" in inspect.signature(layer.call).parameters for layer in layers]
        self.role, self.steps, self.sample_shape, self.num_classes = role, layers, tuple(input_shape), num_classes
        self.shapes: list[tuple[int, ...]] = []  # after each layer, without the batch
        self(np.zeros((2, *input_shape), np.float32), np.zeros((2, num_classes), np.float32), training=False)  # makes the variables
        self.output_size = self.shapes[-1]

    def call(self, x: tf.Tensor, labels: tf.Tensor | None = None, training: bool = False, leave_out: int = 0, skip: int = 0) -> tf.Tensor:
        """The layers in turn, but for the first `skip` and the last `leave_out`. `labels` are class weights `[n, num_classes]`."""
        planes = training and isinstance(self.steps[0], LabelPlanes)
        if planes:
            x, skip = LabelPlanes.through(self.steps[1], x, labels), 2
        for layer, takes_training in list(zip(self.steps, self._takes_training, strict=True))[skip : len(self.steps) - leave_out]:
            if getattr(layer, "takes_labels", False):
                x = layer(x, labels)
            elif takes_training:
                x = layer(x, training=training)
            else:
                x = layer(x)
            if len(self.shapes) < len(self.steps):
                self.shapes.append(tuple(int(length) for length in x.shape[1:]))
        return x

    @property
    def draws(self) -> bool:
        """Whether a layer draws random numbers while training."""
        return any(hasattr(layer, "seed_generator") for layer in self.steps)
