"""The gradient penalty: D's slope is to have length 1 between real pictures and fakes."""

from __future__ import annotations

import tensorflow as tf

from gan_core.nn import distributed
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part
from gan_core.training.parts.slopes import added, one_each, slope_gradients

SHORTEST = 1e-12  # added to the squared length: the root of 0 has no derivative


class GradientPenalty(Part):
    """lambda * mean (|dD/dx| - 1)^2 at points between real pictures and fakes (TrainConfig.gradient_penalty).

    Source: Gulrajani et al. 2017, algorithm 1. https://arxiv.org/abs/1704.00028
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where it has a weight."""
        return setup.train.gradient_penalty > 0

    def train_d(self, gradients: list[tf.Tensor], shown: Pictures, number: tf.Tensor) -> None:
        """Add the penalty's gradients."""
        seed = tf.stack([tf.constant(self.train.seed + 1, tf.int64), tf.cast(number, tf.int64)])  # z's draws have the seed itself
        share = distributed.mine(tf.random.stateless_uniform([self.train.batch_size, *one_each(shown.real)], seed))
        between = share * shown.real + (1 - share) * tf.stop_gradient(shown.fakes)
        weight = self.train.gradient_penalty
        penalty = slope_gradients(
            self, between, shown.labels, lambda squares: weight * tf.reduce_mean((tf.sqrt(squares + SHORTEST) - 1) ** 2)
        )
        super().train_d(added(gradients, penalty), shown, number)
