"""G learns on the fakes that D has just been shown."""

from __future__ import annotations

import tensorflow as tf

from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup, gradients_of, values
from gan_core.training.parts.part import Part


class SharedFakes(Part):
    """One pass of G a step less (TrainConfig.share_fakes): D's last fakes serve G too, judged anew by the D that has learned from them.

    Source: as in the DCGAN example of PyTorch. https://github.com/pytorch/examples/tree/main/dcgan
    """

    draws_for_g = False

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where the settings say so; in one stage fakes are shared in any case."""
        return setup.train.share_fakes and not setup.train.one_stage

    def update(
        self, number: tf.Tensor, batches: list[tuple[tf.Tensor, tf.Tensor]], latents: list[tuple[tf.Tensor, tf.Tensor]]
    ) -> tf.Tensor:
        """One step, with one draw of z for each update of D."""
        for (real, labels), (z, fake_labels) in zip(batches, latents, strict=True):  # D step, G's pass recorded
            with tf.GradientTape() as pass_of_g:
                fakes = self.generator(z, fake_labels)
            shown = Pictures(real, labels, fakes, fake_labels)
            with tf.GradientTape() as tape:
                d_loss, real_logits, fake_logits = self.d_objective(shown)
            self.train_d(gradients_of(tape, d_loss, self.d_variables), shown, number)
        with tf.GradientTape() as tape:  # G step: the slopes at the fakes, then back through the pass that drew them
            tape.watch(fakes)
            g_loss = self.g_objective(shown)
        slopes = tape.gradient(g_loss, fakes)
        self.train_g(pass_of_g.gradient(fakes, values(self.g_variables), slopes), number)
        return self.measured(g_loss, d_loss, real_logits, fake_logits)
