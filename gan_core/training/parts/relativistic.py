"""D says which of two pictures is the real one."""

from __future__ import annotations

import dataclasses

import tensorflow as tf

from gan_core.errors import ConfigError
from gan_core.nn import losses
from gan_core.nn.layers import AnyClass, AnyScore, LogitAndClasses
from gan_core.training.adversarial import Pictures, together
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part


class Relativistic(Part):
    """Every fake is held against the real picture beside it: D(x) - D(G(z)) is the logit, for D and for G (TrainConfig.relativistic).

    Judged by itself, a fake that D gives up as hopeless no longer moves anything, and a mode that no fake is near is not missed; against a
    pair G is pushed as far as its fake is behind. In one stage the two slopes at a fake differ by the same factor as ever, at that difference.
    Source: Jolicoeur-Martineau 2018, https://arxiv.org/abs/1807.00734; with R1 and R2 as in Huang et al. 2024, https://arxiv.org/abs/2501.05441
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where the settings say so. Raises ConfigError for a D that also says which class it sees: its logit is no difference."""
        last = setup.networks["discriminator"].steps[-1]
        says_classes = isinstance(last, LogitAndClasses) or (isinstance(last, AnyClass) and not isinstance(last, AnyScore))
        if setup.train.relativistic and says_classes:
            raise ConfigError("relativistic is on; expected off for a discriminator that also names what it sees.")
        return setup.train.relativistic

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.loss = dataclasses.replace(self.loss, d_loss=losses.relativistic_d_loss)

    def g_objective(self, shown: Pictures) -> tf.Tensor:
        """G's loss on how far each fake is ahead of its real picture."""
        real_logits, fake_logits = tf.split(self.discriminator(*together(shown)), 2)
        return self.loss.g_loss(self.fooled(real_logits, fake_logits))

    def fooled(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """How far each fake is ahead."""
        return fake_logits - real_logits
