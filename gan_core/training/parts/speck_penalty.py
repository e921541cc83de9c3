"""The penalty on lone spots in what G draws."""

from __future__ import annotations

import tensorflow as tf

from gan_core.nn import losses
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part


class SpeckPenalty(Part):
    """weight * mean over pictures of sum isolation^2 (TrainConfig.speck_penalty, losses.isolation).

    D has to see a spot many times before it holds it against G; this says it at once. Real digits are nearly free of it. The spots'
    brightness counts in [0, 1] whatever the model's range is. Source: ours.
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where it has a weight."""
        return setup.train.speck_penalty > 0

    def generator(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The same pictures; whatever gradient goes back through them to G takes the penalty's along."""
        low, high = self.family.pixel_range
        strength = 2 * self.train.speck_penalty / (high - low) ** 2

        @tf.custom_gradient
        def penalised(fakes: tf.Tensor) -> tuple[tf.Tensor, object]:
            share = strength / tf.cast(tf.shape(fakes)[0], tf.float32)
            return tf.identity(fakes), lambda slopes: slopes + share * losses.isolation(fakes, low)

        return penalised(super().generator(z, labels))
