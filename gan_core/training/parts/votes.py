"""Votes: the first coordinates of z say which digit is expected of it, though the generator takes no label."""

from __future__ import annotations

import tensorflow as tf

from gan_core.model.checkpoint_config import standard_prior
from gan_core.model.latent import Prior
from gan_core.nn.layers import AnyScore
from gan_core.training.objective import Setup
from gan_core.training.parts.class_scores import ClassScores

ROOM = 1.2  # the lead while training, in those of the prior: what is drawn afterwards reaches a little into the border (docs/decisions/families.md)


class Votes(ClassScores):
    """For models whose G takes no label and whose D ends in one score a class, on data with labels (the width `votes`).

    The first coordinates of z vote, and the largest is the digit that D expects of the fake. So every digit has a region of the latent
    space, all of the same size. Source: ours; D's scores as in Salimans et al. 2016, section 5. https://arxiv.org/abs/1606.03498
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where D has scores to vote for and the data have labels that fit them (Setup.classes)."""
        return setup.classes > 0 and not setup.model.num_classes and isinstance(setup.networks["discriminator"].steps[-1], AnyScore)

    def z(self, number: tf.Tensor, draws: int) -> tf.Tensor:
        """As ever, and where the width `lead` says so the highest vote is ahead by more than that: G is not to learn where two digits meet."""
        drawn, lead = super().z(number, draws), ROOM * self.prior().lead
        if not lead:
            return drawn
        highest = tf.one_hot(tf.argmax(drawn[..., : self.classes], axis=-1), self.model.latent_dim)
        return drawn + highest * (lead * self.scale_of_z())

    def prior(self) -> Prior:
        """With the lead."""
        return standard_prior(self.model, self.train)

    def fake_labels(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The classes voted for."""
        return tf.one_hot(tf.argmax(z[:, : self.classes], axis=1), self.classes)
