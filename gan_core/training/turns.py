"""One step taken apart: the discriminator's turn and the generator's turn on their own, with the numbers before and after each."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from gan_core.training.adversarial import Adversarial
from gan_core.training.objective import gradients as gradients_of

Numbers = dict[str, float]


class NotFinite(Exception):
    """A loss is NaN or infinite."""


class Phases:
    """The two turns of an adversarial objective, compiled apart. What the objective does in one call (or in one stage), they do in two."""

    def __init__(self, objective: Adversarial) -> None:
        self.objective = objective
        self._d, self._g = tf.function(self._d_turn), tf.function(self._g_turn)

    def d(self, number: int, in_epoch: int, order: Any) -> Numbers:
        """D's turn at step `number`, all `d_steps` updates of it: D(x) up, D(G(z)) down, G held fixed.

        Returns: `d_loss`, `d_real`, `d_fake`, `d_accuracy_real`, `d_accuracy_fake` as a report has them; D(x) and D(G(z)) without dropout
            as `d_real_before`, `d_real_after`, `d_fake_before`, `d_fake_after` the last update.
        """
        objective, k = self.objective, self.objective.train.d_steps
        z = objective.z(tf.constant(number), k + 1)
        for turn in range(k):
            real, labels = objective.batch(tf.constant(in_epoch * k + turn), order)
            found = self._d(tf.constant(number), real, labels, z[turn])
        return _numbers(found)

    def g(self, number: int, in_epoch: int, order: Any) -> Numbers:
        """G's turn at step `number`: D(G(z)) up, D held fixed.

        Returns: `g_loss`; D(G(z)) of the same z as `d_fake_before` and `d_fake_after` the update.
        """
        objective, k = self.objective, self.objective.train.d_steps
        _, labels = objective.batch(tf.constant(in_epoch * k + k - 1), order)
        found = self._g(tf.constant(number), labels, objective.z(tf.constant(number), k + 1)[-1])
        return _numbers(found)

    def _d_turn(self, number: Any, real: Any, labels: Any, z: Any) -> dict[str, Any]:
        objective = self.objective
        fakes = tf.stop_gradient(objective.generator(z, labels))
        asked = objective.asked(z, labels)
        before = {"d_real_before": self._belief(real, labels), "d_fake_before": self._belief(fakes, asked)}
        with tf.GradientTape() as tape:
            d_loss, real_logits, fake_logits = objective.d_objective(real, fakes, labels, asked)
        gradients = objective.regularised(gradients_of(tape, d_loss, objective.d_variables), real, labels, number, fakes)
        objective.optimizers["d_optimizer"].apply(gradients, objective.d_variables)
        believed, doubted = objective.loss.probability(real_logits), objective.loss.probability(fake_logits)
        return before | {
            "d_loss": d_loss,
            "d_real": tf.reduce_mean(believed),
            "d_fake": tf.reduce_mean(doubted),
            "d_accuracy_real": tf.reduce_mean(tf.cast(believed > 0.5, tf.float32)),
            "d_accuracy_fake": tf.reduce_mean(tf.cast(doubted < 0.5, tf.float32)),
            "d_real_after": self._belief(real, labels),
            "d_fake_after": self._belief(fakes, asked),
        }

    def _g_turn(self, number: Any, labels: Any, z: Any) -> dict[str, Any]:
        objective = self.objective
        asked = objective.asked(z, labels)
        with tf.GradientTape() as tape:
            fakes = objective.generator(z, labels)
            g_loss = objective.g_objective(fakes, asked)
        objective.optimizers["g_optimizer"].apply(gradients_of(tape, g_loss, objective.g_variables), objective.g_variables)
        objective.average(number, "generator")
        return {
            "g_loss": g_loss,
            "d_fake_before": self._belief(fakes, asked),
            "d_fake_after": self._belief(objective.generator(z, labels), asked),  # the same z, drawn by the generator of now
        }

    def _belief(self, pictures: Any, labels: Any) -> Any:
        """Mean D of pictures `[b, 28, 28, 1]`, with no dropout."""
        return tf.reduce_mean(
            self.objective.loss.probability(self.objective.networks["discriminator"](pictures, labels, training=False)[:, :1])
        )


def _numbers(found: dict[str, Any]) -> Numbers:
    numbers = {name: float(value) for name, value in found.items()}
    if not np.isfinite(list(numbers.values())).all():
        raise NotFinite
    return numbers
