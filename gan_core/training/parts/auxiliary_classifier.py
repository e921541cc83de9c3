"""The auxiliary classifier: D is not told the digit but names it, on real and on drawn pictures."""

from __future__ import annotations

import tensorflow as tf

from gan_core.errors import ConfigError
from gan_core.nn import losses
from gan_core.nn.layers import LogitAndClasses
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part


class AuxiliaryClassifier(Part):
    """Both class losses count for D, as in the paper; G wants D(G(z)) up and its digit named. For a D that ends in layers.LogitAndClasses.

    Source: Odena et al. 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, section 3. https://arxiv.org/abs/1610.09585
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where D names the digits."""
        names = isinstance(setup.networks["discriminator"].steps[-1], LogitAndClasses)
        if names and setup.train.one_stage:
            raise ConfigError(
                "one_stage is on; a discriminator that also names the digit needs two stages (its two losses on a fake differ)."
            )
        return names

    def opinion(self, pictures: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """D's logits `[b, 1]`, and the logits `[b, classes]` by which it names the digit."""
        raw = tf.cast(self.networks["discriminator"](pictures, None, training=True, leave_out=1), tf.float32)
        return raw[:, :1], raw[:, 1:]

    def discriminator(self, pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """D's logits, float32 `[b, 1]`."""
        return self.opinion(pictures)[0]

    def d_objective(self, shown: Pictures) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The adversarial loss plus the cross-entropy of the digits named, on real and on drawn pictures."""
        logits, named = self.opinion(tf.concat([shown.real, shown.fakes], 0))
        real_logits, fake_logits = tf.split(logits, 2)
        naming = losses.naming_loss(tf.concat([shown.labels, shown.fake_labels], 0), named, self.model.groups)
        return self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing) + naming, real_logits, fake_logits

    def g_objective(self, shown: Pictures) -> tf.Tensor:
        """The adversarial loss plus the cross-entropy of the digit named."""
        logits, named = self.opinion(shown.fakes)
        return self.loss.g_loss(logits) + losses.naming_loss(shown.fake_labels, named, self.model.groups)
