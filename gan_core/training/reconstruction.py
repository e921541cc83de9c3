"""Encoder and decoder against binary cross-entropy."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.model.program import Program
from gan_core.nn.fold import fold
from gan_core.training.objective import Objective, Setup, gradients_of

HELD_OUT = 200  # pictures behind val_loss: enough to follow it, cheap enough to leave on


class Reconstruction(Objective):
    """Encoder and decoder against binary cross-entropy."""

    metric_names = ("loss",)

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.variables = [variable for network in self.networks.values() for variable in network.trainable_variables]
        self.add_optimizer("optimizer", self.variables, self.train.g_learning_rate, self.train.steps)
        held_out = catalog.load(self.train.dataset, split="test", shape=self.model.image_shape, prepare=self.train.prepare).images
        shown = np.linspace(0, len(held_out) - 1, min(HELD_OUT, len(held_out))).astype(int)
        self.held_out = pixels.to_model(held_out[shown], self.family.pixel_range)

    def step(self, number: tf.Tensor, in_epoch: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
        """One step on the mean binary cross-entropy of the pixels, in nats, and on what layers add to it."""
        pictures, labels = self.batch(in_epoch, order)
        with tf.GradientTape() as tape:
            code = self.networks["encoder"](pictures, labels, training=True)
            drawn = tf.cast(self.networks["generator"](code, labels, training=True), tf.float32)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(pictures, drawn)) + self._own_losses()
        self.optimizers["optimizer"].apply(gradients_of(tape, loss, self.variables), self.variables)
        self.average(number, "encoder", "generator")
        return tf.stack([loss])

    def _own_losses(self) -> tf.Tensor:
        """What layers of the networks ask for besides (`add_loss`), such as the divergence of a variational code, in the pass just taken."""
        return sum((loss for network in self.networks.values() for loss in network.losses), tf.constant(0.0))

    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at."""
        return {role: fold(self.best(role), self.family.pixel_range, step) for role in ("generator", "encoder")}

    def grid(self, programs: dict[str, Program]) -> bytes:
        """32 fixed pictures that were not trained on, each above its reconstruction: 8 columns, 4 pairs of rows."""
        shown = self.held_out[np.linspace(0, len(self.held_out) - 1, 32).astype(int)]
        drawn = programs["generator"].run(programs["encoder"].run(shown))
        one = shown.shape[1:]
        rows = np.stack([shown.reshape(4, 8, *one), drawn.reshape(4, 8, *one)], axis=1).reshape(64, *one)
        return pixels.encode_png(pixels.grid(pixels.to_uint8(pixels.to_unit(rows, self.family.pixel_range)), 8))

    def extra_metrics(self, programs: dict[str, Program]) -> dict[str, float]:
        """`val_loss`: what the step makes small, of pictures that were not trained on."""
        drawn = np.clip(programs["generator"].run(programs["encoder"].run(self.held_out)), 1e-7, 1 - 1e-7)
        error = float(-np.mean(self.held_out * np.log(drawn) + (1 - self.held_out) * np.log1p(-drawn)))
        encoder = self.best("encoder")
        if encoder.losses:  # of the pass that made its variables, as long as there was no other
            encoder(self.held_out, training=False)
        return {"val_loss": error + float(sum(encoder.losses))}
