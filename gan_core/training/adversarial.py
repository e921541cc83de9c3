"""Generator against discriminator: the training step of the first GAN paper, and nothing else.

What a training may do besides (one stage, penalties, class scores, ...) stands in `parts`, each in its own file; a preset's settings and its
discriminator's last layer say which are used.
"""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

from gan_core.imaging import pixels
from gan_core.model import fixedgrid
from gan_core.model.program import Program
from gan_core.nn import distributed, losses
from gan_core.nn.fold import fold
from gan_core.training.objective import Objective, Setup, gradients_of


class Pictures(NamedTuple):
    """What D is shown in one update: pictures `[b, *image_shape]`, real and drawn, and class weights `[b, classes]` of either."""

    real: tf.Tensor
    labels: tf.Tensor
    fakes: tf.Tensor
    fake_labels: tf.Tensor


class Adversarial(Objective):
    """Generator against discriminator."""

    metric_names = ("g_loss", "d_loss", "d_real", "d_fake", "d_accuracy_real", "d_accuracy_fake")
    draws_for_g = True  # whether G learns on fakes of its own rather than on those D was shown

    def update(
        self, number: tf.Tensor, batches: list[tuple[tf.Tensor, tf.Tensor]], latents: list[tuple[tf.Tensor, tf.Tensor]]
    ) -> tf.Tensor:
        """One step: `d_steps` updates of D, then one of G. Source: Goodfellow et al. 2014, algorithm 1. https://arxiv.org/abs/1406.2661

        Args:
            number: of the step.
            batches: for each update of D real pictures `[b, *image_shape]` and their class weights `[b, classes]`.
            latents: for each update of D, and last for G, z `[b, latent_dim]` and the class weights of what is to be drawn.
        Returns: the metrics, `[len(metric_names)]`.
        """
        for (real, labels), (z, fake_labels) in zip(batches, latents, strict=False):  # D step: push D(x) up and D(G(z)) down, G held fixed
            shown = Pictures(real, labels, self.generator(z, fake_labels), fake_labels)
            with tf.GradientTape() as tape:
                d_loss, real_logits, fake_logits = self.d_objective(shown)
            self.train_d(gradients_of(tape, d_loss, self.d_variables), shown, number)

        z, fake_labels = latents[-1]  # G step: fresh z, push D(G(z)) up, D held fixed
        with tf.GradientTape() as tape:
            g_loss = self.g_objective(Pictures(real, labels, self.generator(z, fake_labels), fake_labels))
        self.train_g(gradients_of(tape, g_loss, self.g_variables), number)

        return self.measured(g_loss, d_loss, real_logits, fake_logits)

    # ---- the networks, always as in training, and what they are to do

    def generator(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """G(z), float32 `[b, *image_shape]`."""
        return tf.cast(self.networks["generator"](z, labels, training=True), tf.float32)

    def discriminator(self, pictures: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """D's logits, float32 `[b, 1]`."""
        return tf.cast(self.networks["discriminator"](pictures, labels, training=True), tf.float32)

    def d_objective(self, shown: Pictures) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """D's loss, and its logits on the real pictures and on the fakes.

        Both come from one pass: no D here has batch statistics, so every picture is treated alone.
        """
        real_logits, fake_logits = tf.split(self.discriminator(*together(shown)), 2)
        return self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing), real_logits, fake_logits

    def g_objective(self, shown: Pictures) -> tf.Tensor:
        """G's loss on the fakes, for which the real pictures beside them do not matter."""
        return self.loss.g_loss(self.discriminator(shown.fakes, shown.fake_labels))

    def fooled(self, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """What G's loss is a function of, `[b, 1]`, where one pass gives both logits: those on the fakes."""
        return fake_logits

    def train_d(self, gradients: list[tf.Tensor], shown: Pictures, number: tf.Tensor) -> None:
        """Move D along these gradients on what it was shown in step `number`."""
        self.optimizers["d_optimizer"].apply(gradients, self.d_variables)

    def train_g(self, gradients: list[tf.Tensor], number: tf.Tensor) -> None:
        """Move G along these gradients, and its average after it."""
        self.optimizers["g_optimizer"].apply(gradients, self.g_variables)
        self.average(number, "generator")

    def measured(self, g_loss: tf.Tensor, d_loss: tf.Tensor, real_logits: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
        """The numbers that are tracked, in the order of `metric_names`."""
        real, fake = self.loss.probability(real_logits), self.loss.probability(fake_logits)
        right = [tf.reduce_mean(tf.cast(called, tf.float32)) for called in (real > 0.5, fake < 0.5)]  # a guess at 0.5 is no right answer
        return tf.stack([g_loss, d_loss, tf.reduce_mean(real), tf.reduce_mean(fake), *right])

    # ---- what a step needs

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self.loss = losses.ADVERSARIAL[self.train.loss]
        self.batches_a_step = self.train.d_steps
        self.averages.pop("discriminator", None)
        self.g_variables = self.networks["generator"].trainable_variables
        self.d_variables = self.networks["discriminator"].trainable_variables
        self.add_optimizer("g_optimizer", self.g_variables, self.train.g_learning_rate, self.train.steps)
        self.add_optimizer("d_optimizer", self.d_variables, self.train.d_learning_rate, self.train.steps * self.train.d_steps)
        self.compiled_update = distributed.function(self.update, self.xla)

    def step(self, number: tf.Tensor, in_epoch: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
        """Draw what the step needs, then take it. The draws stay outside of what XLA compiles: its CPU code for them is slow."""
        batches = [self.batch(in_epoch * self.batches_a_step + i, order) for i in range(self.batches_a_step)]
        labels = [labels for _, labels in batches]
        return self.compiled_update(number, batches, self.latents(number, [*labels, labels[-1]] if self.draws_for_g else labels))

    def latents(self, number: tf.Tensor, labels: list[tf.Tensor]) -> list[tuple[tf.Tensor, tf.Tensor]]:
        """Fresh z of step `number`, one for each of these class weights, and the class weights of what is to be drawn from it."""
        return [(z, self.fake_labels(z, each)) for z, each in zip(tf.unstack(self.z(number, len(labels))), labels, strict=True)]

    def fake_labels(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The class weights of the fakes of these z, where the real pictures beside them have `labels`."""
        return labels

    def z(self, number: tf.Tensor, draws: int) -> tf.Tensor:
        """Fresh latent vectors `[draws, b, latent_dim]` for step `number`."""
        seed = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(number, tf.int64)])
        drawn = tf.random.stateless_normal([draws, self.train.batch_size, self.model.latent_dim], seed, alg="philox")
        drawn = distributed.mine(drawn, axis=1)
        scale = self.scale_of_z()
        return drawn if scale == 1 else drawn * scale

    def scale_of_z(self) -> float:
        """How far z reach while training, 1 as the prior's do."""
        return self.train.z_scale / float(getattr(self.networks["generator"].steps[0], "spread", 1.0))  # layers.SpreadOut

    # ---- what is shown of it

    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at."""
        kind = "clip" if self.train.loss == "least_squares" else "sigmoid"
        return {role: fold(self.best(role), self.family.pixel_range, step, kind) for role in ("generator", "discriminator")}

    def grid(self, programs: dict[str, Program]) -> bytes:
        """The fixed-z grid of the run's seed, as a PNG file."""
        labels = self.shown_labels(fixedgrid.columns_of(self.model)) if self.model.num_classes else None
        return pixels.encode_png(
            fixedgrid.drawn(programs["generator"], self.model, self.prior(), self.train.seed, labels, self.train.z_scale)
        )


def together(shown: Pictures) -> tuple[tf.Tensor, tf.Tensor]:
    """Real pictures and fakes as one batch, and their class weights."""
    return tf.concat([shown.real, shown.fakes], 0), tf.concat([shown.labels, shown.fake_labels], 0)
