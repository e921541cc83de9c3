"""R1 and R2: D is to be flat at real pictures, and at drawn ones."""

from __future__ import annotations

import functools

import tensorflow as tf

from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part
from gan_core.training.parts.slopes import added, slope_gradients


class R1(Part):
    """gamma / 2 * mean |dD/dx|^2 on real pictures (TrainConfig.r1_gamma) and on fakes (R2, `r2_gamma`), every `r1_every` steps and as many times
    stronger.

    Source: Mescheder et al. 2018, https://arxiv.org/abs/1801.04406; lazily as in Karras et al. 2020, https://arxiv.org/abs/1912.04958
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where either has a weight."""
        return setup.train.r1_gamma > 0 or setup.train.r2_gamma > 0

    def train_d(self, gradients: list[tf.Tensor], shown: Pictures, number: tf.Tensor) -> None:
        """Add the penalty's gradients in the steps whose turn it is."""
        nothing = [tf.zeros_like(gradient) for gradient in gradients]
        due = tf.equal(number % self.train.r1_every, 0)
        super().train_d(added(gradients, tf.cond(due, lambda: self._penalty(shown), lambda: nothing)), shown, number)

    def _penalty(self, shown: Pictures) -> list[tf.Tensor]:
        at = [(self.train.r1_gamma, shown.real, shown.labels), (self.train.r2_gamma, tf.stop_gradient(shown.fakes), shown.fake_labels)]
        parts = [self._flat(gamma, pictures, labels) for gamma, pictures, labels in at if gamma]
        return functools.reduce(added, parts)

    def _flat(self, gamma: float, pictures: tf.Tensor, labels: tf.Tensor) -> list[tf.Tensor]:
        strength = 0.5 * gamma * self.train.r1_every
        return slope_gradients(self, pictures, labels, lambda squares: strength * tf.reduce_mean(squares))
