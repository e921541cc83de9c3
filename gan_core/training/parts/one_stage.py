"""Both updates from one pass: D's backward pass on the fakes also gives G's gradient."""

from __future__ import annotations

import tensorflow as tf

from gan_core.nn import losses
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup, values
from gan_core.training.parts.part import Part
from gan_core.training.parts.slopes import one_each


class OneStage(Part):
    """G and D move at once instead of in turn, which spares the second pass of both networks (TrainConfig.one_stage).

    Each fake's slopes under G's loss and under D's differ by a factor that depends on its logit alone (AdversarialLoss.ratio). That is exact
    as long as D treats every picture alone (no batch statistics) and fakes have no other part in D's loss.
    Source: Shen et al. 2021, Training Generative Adversarial Networks in One Stage. https://arxiv.org/abs/2103.00430
    """

    draws_for_g = False

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where the settings say so; they have seen to it that the loss has a ratio."""
        return setup.train.one_stage

    def update(
        self, number: tf.Tensor, batches: list[tuple[tf.Tensor, tf.Tensor]], latents: list[tuple[tf.Tensor, tf.Tensor]]
    ) -> tf.Tensor:
        """One step, of one batch and one draw of z."""
        [(real, labels)], [(z, fake_labels)] = batches, latents
        with tf.GradientTape() as pass_of_g:
            fakes = self.generator(z, fake_labels)
        shown = Pictures(real, labels, fakes, fake_labels)
        with tf.GradientTape() as tape:
            tape.watch(fakes)
            d_loss, real_logits, fake_logits = self.d_objective(shown)
            pushed = losses.pushed(d_loss, fake_logits)
        *d_gradients, slopes = tape.gradient(pushed, [*values(self.d_variables), fakes])
        assert self.loss.ratio is not None
        fooled = self.fooled(real_logits, fake_logits)
        slopes = tf.reshape(self.loss.ratio(fooled), [-1, *one_each(fakes)]) * slopes
        g_gradients = pass_of_g.gradient(fakes, values(self.g_variables), slopes)
        self.train_d(d_gradients, shown, number)
        self.train_g(g_gradients, number)
        return self.measured(self.loss.g_loss(fooled), d_loss, real_logits, fake_logits)
