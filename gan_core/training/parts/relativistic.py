"""D says which of two pictures is the real one."""

from __future__ import annotations

import dataclasses

import tensorflow as tf

from gan_core.nn import losses
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
        """Where the settings say so; they have seen to it that the step is one of one stage."""
        return setup.train.relativistic

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.loss = dataclasses.replace(self.loss, d_loss=losses.relativistic_d_loss)

    def fooled(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """How far each fake is ahead of its real picture."""
        return fake_logits - real_logits
