"""Layer by layer: the outermost pair of layers learns first, alone; then the pair inside of it, on what that leaves; at last all together."""

from __future__ import annotations

from functools import partial

import keras
import numpy as np
import tensorflow as tf

from gan_core.imaging import pixels
from gan_core.model.program import Program
from gan_core.training.objective import Setup, gradients_of
from gan_core.training.reconstruction import Reconstruction

PICTURES = 16  # of the grid, each above what every stage makes of it


class LayerByLayer(Reconstruction):
    """For networks that say where their stages meet (`Chain.stages`).

    Stage s encodes with the layers up to its own and decodes with those from its own on, and moves only its own. Each stage has an equal
    share of the steps, and a last share moves all layers on the mean of all stages' losses, so that each still draws what its code holds.

    Source: Bengio et al. 2007, Greedy Layer-Wise Training of Deep Networks; Vincent et al. 2010, Stacked Denoising Autoencoders, section 2.4.
        https://www.jmlr.org/papers/v11/vincent10a.html
    """

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        encoder, generator = self.networks["encoder"], self.networks["generator"]
        self.stages = list(zip(encoder.stages, generator.stages, strict=True))  # the encoder's end, the decoder's beginning
        share = max(1, self.train.steps // (len(self.stages) + 1))
        self.moved: list[list[keras.Variable]] = []
        before = (0, len(generator.steps))
        for end, begin in self.stages:
            layers = [*encoder.steps[before[0] : end], *generator.steps[begin : before[1]]]
            self.moved.append([variable for layer in layers for variable in layer.trainable_variables])
            before = (end, begin)
        self.moved.append(self.variables)
        del self.optimizers["optimizer"]
        for number, variables in enumerate(self.moved):
            self.add_optimizer(f"stage_{number + 1}_optimizer", variables, self.train.g_learning_rate, share)

    def step(self, number: tf.Tensor, in_epoch: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
        """One step of the stage whose turn it is, on the mean binary cross-entropy of the pixels, in nats."""
        pictures, _ = self.batch(in_epoch, order)
        turns = [partial(self._turn, turn, pictures) for turn in range(len(self.moved))]
        loss = tf.switch_case(tf.cast(self.turn(number), tf.int32), turns)
        self.average(number, "encoder", "generator")
        return tf.stack([loss])

    def turn(self, number: int | tf.Tensor) -> int | tf.Tensor:
        """Which share of the steps step `number` is in: a stage's, or one more for all layers."""
        shares = len(self.moved)
        place = (
            tf.cast(number, tf.int64) * shares // self.train.steps if isinstance(number, tf.Tensor) else number * shares // self.train.steps
        )
        return tf.minimum(place, shares - 1) if isinstance(number, tf.Tensor) else min(place, shares - 1)

    def _turn(self, turn: int, pictures: tf.Tensor) -> tf.Tensor:
        depths = [turn] if turn < len(self.stages) else range(len(self.stages))
        with tf.GradientTape() as tape:
            drawn = [tf.cast(self.reconstructed(depth, pictures, training=True), tf.float32) for depth in depths]
            loss = tf.reduce_mean([tf.reduce_mean(keras.losses.binary_crossentropy(pictures, one)) for one in drawn])
        variables = self.moved[turn]
        self.optimizers[f"stage_{turn + 1}_optimizer"].apply(gradients_of(tape, loss, variables), variables)
        return loss

    def reconstructed(self, stage: int, pictures: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Pictures `[n, *image_shape]` through the layers outside of and up to this stage (0 is the outermost), and back."""
        end, begin = self.stages[stage]
        encoder, generator = (self.networks[role] if training else self.best(role) for role in ("encoder", "generator"))
        code = encoder(pictures, training=training, leave_out=len(encoder.steps) - end)
        return generator(code, training=training, skip=begin)

    # ---- what is shown of it

    def grid(self, programs: dict[str, Program]) -> bytes:
        """16 fixed pictures that were not trained on, each above its reconstruction by every stage: 8 columns."""
        shown = self.held_out[np.linspace(0, len(self.held_out) - 1, PICTURES).astype(int)]
        drawn = [shown, *(np.asarray(self.reconstructed(stage, shown)) for stage in range(len(self.stages)))]
        rows = np.stack([pictures.reshape(-1, 8, *self.model.image_shape) for pictures in drawn], axis=1)
        return pixels.encode_png(
            pixels.grid(pixels.to_uint8(pixels.to_unit(rows.reshape(-1, *self.model.image_shape), self.family.pixel_range)), 8)
        )

    def extra_metrics(self, programs: dict[str, Program]) -> dict[str, float]:
        """`val_loss` of the stage that learns, on pictures that were not trained on; `stage`: 1 for the outermost, one more than there are for all."""
        turn = self.turn(max(0, programs["generator"].step - 1))
        drawn = np.clip(np.asarray(self.reconstructed(min(turn, len(self.stages) - 1), self.held_out)), 1e-7, 1 - 1e-7)
        return {"val_loss": float(-np.mean(self.held_out * np.log(drawn) + (1 - self.held_out) * np.log1p(-drawn))), "stage": turn + 1}
