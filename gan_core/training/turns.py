"""One step taken apart: the discriminator's turn and the generator's turn on their own, with the numbers before and after each."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from gan_core.training.adversarial import Adversarial, Pictures
from gan_core.training.objective import gradients_of

Numbers = dict[str, float]


class NotFinite(Exception):
    """A loss is NaN or infinite."""


class Phases:
    """The two turns of an adversarial objective, compiled apart. What the objective does in one call (or in one stage), they do in two."""

    def __init__(self, objective: Adversarial) -> None:
        self.objective = objective
        self._d, self._g = tf.function(self._d_turn), tf.function(self._g_turn)

    def d(self, number: int, in_epoch: int, order: tf.Tensor) -> Numbers:
        """D's turn at step `number`, all `d_steps` updates of it: D(x) up, D(G(z)) down, G held fixed.

        Returns: `d_loss`, `d_real`, `d_fake`, `d_accuracy_real`, `d_accuracy_fake` as a report has them; D(x) and D(G(z)) without dropout
            as `d_real_before`, `d_real_after`, `d_fake_before`, `d_fake_after` the last update.
        """
        k = self.objective.batches_a_step
        batches = [self.objective.batch(tf.constant(in_epoch * k + turn), order) for turn in range(k)]
        for (real, labels), (z, fake_labels) in zip(batches, self._latents(number, batches), strict=False):
            tensors = self._d(tf.constant(number), real, labels, z, fake_labels)
        return _numbers(tensors)

    def g(self, number: int, in_epoch: int, order: tf.Tensor) -> Numbers:
        """G's turn at step `number`: D(G(z)) up, D held fixed.

        Returns: `g_loss`; D(G(z)) of the same z as `d_fake_before` and `d_fake_after` the update.
        """
        k = self.objective.batches_a_step
        batches = [self.objective.batch(tf.constant(in_epoch * k + turn), order) for turn in range(k)]
        return _numbers(self._g(tf.constant(number), *batches[-1], *self._latents(number, batches)[-1]))

    def _latents(self, number: int, batches: list[tuple[tf.Tensor, tf.Tensor]]) -> list[tuple[tf.Tensor, tf.Tensor]]:
        """One draw for each update of D and, whatever the objective does, one more for G's turn."""
        labels = [labels for _, labels in batches]
        return self.objective.latents(tf.constant(number), [*labels, labels[-1]])

    def _d_turn(self, number: tf.Tensor, real: tf.Tensor, labels: tf.Tensor, z: tf.Tensor, fake_labels: tf.Tensor) -> dict[str, tf.Tensor]:
        objective = self.objective
        shown = Pictures(real, labels, tf.stop_gradient(objective.generator(z, fake_labels)), fake_labels)
        before = {"d_real_before": self._belief(real, labels), "d_fake_before": self._belief(shown.fakes, fake_labels)}
        with tf.GradientTape() as tape:
            d_loss, real_logits, fake_logits = objective.d_objective(shown)
        objective.train_d(gradients_of(tape, d_loss, objective.d_variables), shown, number)
        measured = dict(zip(objective.metric_names, tf.unstack(objective.measured(0.0, d_loss, real_logits, fake_logits)), strict=True))
        del measured["g_loss"]
        after = {"d_real_after": self._belief(real, labels), "d_fake_after": self._belief(shown.fakes, fake_labels)}
        return before | measured | after

    def _g_turn(self, number: tf.Tensor, real: tf.Tensor, labels: tf.Tensor, z: tf.Tensor, fake_labels: tf.Tensor) -> dict[str, tf.Tensor]:
        objective = self.objective
        with tf.GradientTape() as tape:
            fakes = objective.generator(z, fake_labels)
            g_loss = objective.g_objective(Pictures(real, labels, fakes, fake_labels))
        objective.train_g(gradients_of(tape, g_loss, objective.g_variables), number)
        return {
            "g_loss": g_loss,
            "d_fake_before": self._belief(fakes, fake_labels),
            "d_fake_after": self._belief(objective.generator(z, fake_labels), fake_labels),  # the same z, drawn by the generator of now
        }

    def _belief(self, pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Mean D of pictures `[b, *image_shape]`, with no dropout."""
        return tf.reduce_mean(
            self.objective.loss.probability(self.objective.networks["discriminator"](pictures, labels, training=False)[:, :1])
        )


def _numbers(tensors: dict[str, tf.Tensor]) -> Numbers:
    numbers = {name: float(value) for name, value in tensors.items()}
    if not np.isfinite(list(numbers.values())).all():
        raise NotFinite
    return numbers
