"""A discriminator that ends in one score a class, from which its last layer makes the logit (layers.LabelScore, layers.AnyScore)."""

from __future__ import annotations

import tensorflow as tf

from gan_core.training.parts.part import Part


class ClassScores(Part):
    """What `naming` and `votes` have in common: D's scores before the last layer, and the logit for given classes."""

    def scores(self, pictures: tf.Tensor) -> tf.Tensor:
        """What D's last layer is given, float32 `[b, classes]`, or one more in front."""
        return tf.cast(self.networks["discriminator"](pictures, None, training=True, leave_out=1), tf.float32)

    def logits(self, scores: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """D's logits `[b, 1]` of pictures with these scores being real ones of these classes."""
        return self.networks["discriminator"].steps[-1].of_classes(scores, labels)

    def discriminator(self, pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """D's logits, float32 `[b, 1]`."""
        return self.logits(self.scores(pictures), labels)
