"""Naming: on real pictures D's class scores are also trained to name the digit."""

from __future__ import annotations

import tensorflow as tf

from gan_core.errors import ConfigError
from gan_core.nn import losses
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts.class_scores import ClassScores


class Naming(ClassScores):
    """Weight * the cross-entropy of the class scores of real pictures (TrainConfig.naming), for a D that ends in one score a class.

    G sees nothing but the score of the digit asked for, yet D then holds against a fake that it looks like another digit long before it has
    learned so from fakes. Source: ours; for D with K + 1 classes as in Salimans et al. 2016, section 5. https://arxiv.org/abs/1606.03498
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where it has a weight, the data have labels, and the loss leaves scores that can name something."""
        if setup.train.naming and not hasattr(setup.networks["discriminator"].steps[-1], "of_classes"):
            raise ConfigError(f"naming is {setup.train.naming:g}; expected 0 where the discriminator has no scores of the classes. "
                              "The presets live and studio have them.")  # fmt: skip
        return setup.train.naming > 0 and setup.classes > 0 and losses.ADVERSARIAL[setup.train.loss].names

    def d_objective(self, shown: Pictures) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The adversarial loss plus, for real pictures, the weighted cross-entropy of the class scores."""
        scores = self.scores(tf.concat([shown.real, shown.fakes], 0))
        real_logits, fake_logits = tf.split(self.logits(scores, tf.concat([shown.labels, shown.fake_labels], 0)), 2)
        loss = self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing)
        named = losses.naming_loss(shown.labels, tf.split(scores, 2)[0][:, -self.classes :], self.model.groups)
        return loss + self.train.naming * named, real_logits, fake_logits
