"""Generator against discriminator: the training step in two stages and in one, penalties, and the discriminator that also names the digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.families import Family
from gan_core.imaging import pixels
from gan_core.model.latent import Prior
from gan_core.model.program import Program
from gan_core.nn import distributed, losses
from gan_core.nn.fold import fold
from gan_core.nn.layers import AnyScore, LabelScore
from gan_core.training.objective import Objective
from gan_core.training.objective import gradients as gradients_of

GRID_ROWS = 8


def _sum(first: list[Any], second: list[Any]) -> list[Any]:
    return [one + other for one, other in zip(first, second, strict=True)]


class Adversarial(Objective):
    """Generator against discriminator."""

    metric_names = ("g_loss", "d_loss", "d_real", "d_fake", "d_accuracy_real", "d_accuracy_fake")

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
        super().__init__(family, model, train, data)
        self.loss = losses.ADVERSARIAL[train.loss]
        self.batches_a_step = train.d_steps
        self.averages.pop("discriminator", None)
        self.g_variables = self.networks["generator"].trainable_variables
        self.d_variables = self.networks["discriminator"].trainable_variables
        self.add_optimizer("g_optimizer", self.g_variables, train.g_learning_rate, train.steps)
        self.add_optimizer("d_optimizer", self.d_variables, train.d_learning_rate, train.steps * train.d_steps)
        self.update = distributed.function(self._one_stage if train.one_stage else self._two_stages, self.xla)

    def generator(self, z: Any, labels: Any) -> Any:
        return tf.cast(self.networks["generator"](z, labels, training=True), tf.float32)

    def discriminator(self, pictures: Any, labels: Any) -> Any:
        return tf.cast(self.networks["discriminator"](pictures, labels, training=True), tf.float32)

    def draw(self, z: Any, labels: Any) -> tuple[Any, Any]:
        """A pass of G, recorded: the tape and the fakes `[b, 28, 28, 1]`."""
        with tf.GradientTape() as tape:
            fakes = self.generator(z, labels)
        return tape, fakes

    def asked(self, z: Any, labels: Any) -> Any:
        """The class weights that the fakes of these z are to be judged by, when the real pictures beside them have `labels`."""
        return labels

    def judge(self, real: Any, fakes: Any, labels: Any, asked: Any) -> tuple[Any, Any]:
        """D's logits on real pictures and on fakes, in one pass: no D here has batch statistics, so every picture is treated alone."""
        return tf.split(self.discriminator(tf.concat([real, fakes], 0), tf.concat([labels, asked], 0)), 2)

    def d_objective(self, real: Any, fakes: Any, labels: Any, asked: Any) -> tuple[Any, Any, Any]:
        """D's loss on these pictures, and its logits on both. `labels` and `asked` are class weights `[b, classes]` of the one and the other."""
        real_logits, fake_logits = self.judge(real, fakes, labels, asked)
        return self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing), real_logits, fake_logits

    def g_objective(self, fakes: Any, asked: Any) -> Any:
        """G's loss on these fakes."""
        return self.loss.g_loss(self.discriminator(fakes, asked))

    def without_specks(self, slopes: Any, fakes: Any) -> Any:
        """The slopes of G's loss at its fakes, plus those of the penalty on lone spots: weight * mean over pictures of sum isolation^2.

        The spots' brightness counts in [0, 1] whatever the model's range is. D has to see a spot many times before it holds it against G;
        this says it at once. Real digits are nearly free of it.
        """
        if not self.train.speck_penalty:
            return slopes
        low, high = self.family.pixel_range
        strength = 2 * self.train.speck_penalty / (high - low) ** 2
        return slopes + strength / tf.cast(tf.shape(fakes)[0], tf.float32) * losses.isolation(fakes, low)

    def _through(self, tape: Any, fakes: Any, slopes: Any) -> list[Any]:
        """G's gradients, from those of its fakes."""
        return tape.gradient(fakes, [variable.value for variable in self.g_variables], slopes)

    def z(self, number: Any, draws: int) -> Any:
        """Fresh latent vectors `[draws, b, latent_dim]` for step `number`."""
        seed = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(number, tf.int64)])
        drawn = tf.random.stateless_normal([draws, self.train.batch_size, self.model.latent_dim], seed, alg="philox")
        drawn = distributed.mine(drawn, axis=1)
        scale = self.train.z_scale / self.model.widths.get("spread", 1.0)  # layers.spread_out
        return drawn if scale == 1 else drawn * scale

    def step(self, number: Any, in_epoch: Any, order: Any) -> Any:
        """Draw what the step needs, then take it. The draws stay outside of what XLA compiles: its CPU code for them is slow."""
        k = self.train.d_steps
        draws = k if self.train.share_fakes or self.train.one_stage else k + 1
        return self.update(number, [self.batch(in_epoch * k + i, order) for i in range(k)], self.z(number, draws))

    def _two_stages(self, number: Any, batches: list[Any], z: Any) -> Any:
        """One step of Goodfellow et al. 2014, algorithm 1: `d_steps` updates of D, one of G; with fresh z, or on D's last fakes."""
        for k, (real, labels) in enumerate(batches):  # D step: push D(x) up and D(G(z)) down, G held fixed
            pass_through_g, fakes = self.draw(z[k], labels)
            asked = self.asked(z[k], labels)
            with tf.GradientTape() as tape:
                d_loss, real_logits, fake_logits = self.d_objective(real, tf.stop_gradient(fakes), labels, asked)
            gradients = self.regularised(gradients_of(tape, d_loss, self.d_variables), real, labels, number, fakes)
            self.optimizers["d_optimizer"].apply(gradients, self.d_variables)
        if not self.train.share_fakes:
            pass_through_g, fakes = self.draw(z[-1], labels)
            asked = self.asked(z[-1], labels)
        with tf.GradientTape() as tape:  # G step: push D(G(z)) up, D held fixed
            tape.watch(fakes)
            g_loss = self.g_objective(fakes, asked)
        slopes = self.without_specks(tape.gradient(g_loss, fakes), fakes)
        self.optimizers["g_optimizer"].apply(self._through(pass_through_g, fakes, slopes), self.g_variables)
        return self._measured(number, g_loss, d_loss, real_logits, fake_logits)

    def _one_stage(self, number: Any, batches: list[Any], z: Any) -> Any:
        """Both updates from one pass: D's backward pass on the fakes also gives G's gradient, as each fake's two gradients differ by a factor.

        That is exact as long as D treats every picture alone (no batch statistics); G and D then move at once instead of in turn.
        Source: Shen et al. 2021, Training Generative Adversarial Networks in One Stage. https://arxiv.org/abs/2103.00430
        """
        real, labels = batches[0]
        pass_through_g, fakes = self.draw(z[0], labels)
        with tf.GradientTape() as d_tape:
            d_tape.watch(fakes)
            d_loss, real_logits, fake_logits = self.d_objective(real, fakes, labels, self.asked(z[0], labels))
            pushed = losses.pushed(d_loss, fake_logits)
        *gradients, slopes = d_tape.gradient(pushed, [*(variable.value for variable in self.d_variables), fakes])
        g_loss, ratio = self.loss.g_loss(fake_logits), self.loss.ratio(fake_logits)  # type: ignore[misc]  # TrainConfig has seen to it
        slopes = self.without_specks(ratio[..., None, None] * slopes, fakes)
        g_gradients = self._through(pass_through_g, fakes, slopes)
        self.optimizers["d_optimizer"].apply(self.regularised(gradients, real, labels, number, fakes), self.d_variables)
        self.optimizers["g_optimizer"].apply(g_gradients, self.g_variables)
        return self._measured(number, g_loss, d_loss, real_logits, fake_logits)

    def _measured(self, number: Any, g_loss: Any, d_loss: Any, real_logits: Any, fake_logits: Any) -> Any:
        """Close the step: move the average, and give the numbers that are tracked."""
        self.average(number, "generator")
        real, fake = self.loss.probability(real_logits), self.loss.probability(fake_logits)
        right = [tf.reduce_mean(tf.cast(called, tf.float32)) for called in (real > 0.5, fake < 0.5)]  # a guess at 0.5 is no right answer
        return tf.stack([g_loss, d_loss, tf.reduce_mean(real), tf.reduce_mean(fake), *right])

    def regularised(self, gradients: list[Any], real: Any, labels: Any, number: Any, fakes: Any) -> list[Any]:
        """D's gradients plus those of the penalties on its slope that this training asks for."""
        if self.train.gradient_penalty:
            gradients = _sum(gradients, self._gradient_penalty(real, fakes, labels, number))
        if self.train.r1_gamma:
            nothing = [tf.zeros_like(gradient) for gradient in gradients]
            due = tf.equal(number % self.train.r1_every, 0)
            gradients = _sum(gradients, tf.cond(due, lambda: self._r1(real, labels), lambda: nothing))
        return gradients

    def _r1(self, real: Any, labels: Any) -> list[Any]:
        """R1, taken every `r1_every` steps and as much stronger: gamma / 2 * mean |dD/dx|^2 on real pictures.

        Source: Mescheder et al. 2018, https://arxiv.org/abs/1801.04406; lazily as in Karras et al. 2020, https://arxiv.org/abs/1912.04958
        """
        strength = 0.5 * self.train.r1_gamma * self.train.r1_every
        return self._penalty(real, labels, lambda squares: strength * tf.reduce_mean(squares))

    def _gradient_penalty(self, real: Any, fakes: Any, labels: Any, number: Any) -> list[Any]:
        """lambda * mean (|dD/dx| - 1)^2 at points between real pictures and fakes. Source: Gulrajani et al. 2017, algorithm 1."""
        seed = tf.stack([tf.constant(self.train.seed + 1, tf.int64), tf.cast(number, tf.int64)])  # z's draws have the seed itself
        share = distributed.mine(tf.random.stateless_uniform([self.train.batch_size, 1, 1, 1], seed))
        between = share * real + (1 - share) * tf.stop_gradient(fakes)
        strength = self.train.gradient_penalty
        return self._penalty(between, labels, lambda squares: strength * tf.reduce_mean((tf.sqrt(squares + 1e-12) - 1) ** 2))

    def _penalty(self, pictures: Any, labels: Any, of_squares: Callable[[Any], Any]) -> list[Any]:
        """Gradients for D of a function of the squared lengths `[b]` of its slopes at these pictures."""
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(pictures)
                logits = self.discriminator(pictures, labels)
            loss = of_squares(tf.reduce_sum(inner.gradient(logits, pictures) ** 2, axis=[1, 2, 3]))
        found = gradients_of(outer, loss, self.d_variables)
        return [tf.zeros_like(variable.value) if each is None else each for each, variable in zip(found, self.d_variables, strict=True)]

    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at."""
        kind = "clip" if self.train.loss == "least_squares" else "sigmoid"
        return {role: fold(self.best(role), self.family.pixel_range, step, kind) for role in ("generator", "discriminator")}

    def grid(self, programs: dict[str, Program]) -> bytes:
        """The fixed-z grid, 8 rows; for a conditional model each row is one z as all ten digits."""
        columns = self.model.num_classes or GRID_ROWS
        z = Prior.normal(self.model.latent_dim).sample(GRID_ROWS if self.model.num_classes else GRID_ROWS**2, self.train.seed)
        z = z * np.float32(self.train.z_scale)
        labels = None
        if self.model.num_classes:
            z, labels = np.repeat(z, columns, axis=0), np.tile(np.eye(columns, dtype=np.float32), (GRID_ROWS, 1))
        drawn = pixels.to_unit(programs["generator"].run(z, labels), self.family.pixel_range)
        return pixels.encode_png(pixels.grid(pixels.to_uint8(drawn), columns))


class Conditional(Adversarial):
    """D is told the digit: as planes beside the picture, or at its end, where it has one score a class.

    Two things a D with scores can do besides:
    - `naming`: on real pictures the scores are also trained to name the digit. G sees nothing but the score of the digit asked for, yet D
      then holds against a fake that it looks like another digit long before it has learned so from fakes. Least squares goes without:
      its scores are to be 0 and 1, which as logits name nothing.
    - `votes` (a width, for models whose G takes no label): the first coordinates of z vote, and the largest is the digit that D expects of
      the fake. So every digit has a region of the latent space, all of the same size.
    """

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
        super().__init__(family, model, train, data)
        self.last = self.networks["discriminator"].steps[-1]
        if train.naming and not isinstance(self.last, LabelScore | AnyScore):
            raise ConfigError(f"naming is {train.naming:g}; expected 0 where the discriminator has no scores of the classes. "
                              "The presets live and studio have them.")  # fmt: skip

    def asked(self, z: Any, labels: Any) -> Any:
        return tf.one_hot(tf.argmax(z[:, : self.classes], axis=1), self.classes) if self.classes and not self.model.num_classes else labels

    def discriminator(self, pictures: Any, labels: Any) -> Any:
        return self._logits(self._scores(pictures), labels) if self._scored else super().discriminator(pictures, labels)

    @property
    def _scored(self) -> bool:
        return self.classes > 0 and isinstance(self.last, LabelScore | AnyScore)

    def _scores(self, pictures: Any) -> Any:
        return tf.cast(self.networks["discriminator"](pictures, None, training=True, leave_out=1), tf.float32)

    def _logits(self, scores: Any, labels: Any) -> Any:
        if isinstance(self.last, LabelScore):
            return self.last(scores, labels)
        return tf.reduce_sum(scores * labels, axis=1, keepdims=True)

    def d_objective(self, real: Any, fakes: Any, labels: Any, asked: Any) -> tuple[Any, Any, Any]:
        """The adversarial loss plus, for real pictures, the weighted cross-entropy of the class scores."""
        if not self._scored or not self.train.naming or not self.loss.names:
            return super().d_objective(real, fakes, labels, asked)
        scores = self._scores(tf.concat([real, fakes], 0))
        real_logits, fake_logits = tf.split(self._logits(scores, tf.concat([labels, asked], 0)), 2)
        loss = self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing)
        named = tf.nn.softmax_cross_entropy_with_logits(labels, tf.split(scores, 2)[0][:, -self.classes :])
        return loss + self.train.naming * tf.reduce_mean(named), real_logits, fake_logits


class Auxiliary(Adversarial):
    """D is not told the digit: beside real or drawn it names the digit itself, and G is to draw what D names rightly.

    D's network gives `[n, 1 + num_classes]`, the logit first. Both class losses count for D, as in the paper; G wants D(G(z)) up and its digit named.
    Source: Odena et al. 2017, Conditional Image Synthesis with Auxiliary Classifier GANs, section 3. https://arxiv.org/abs/1610.09585
    """

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
        if train.one_stage:
            raise ConfigError(
                "one_stage is on; a discriminator that also names the digit needs two stages (its two losses on a fake differ)."
            )
        super().__init__(family, model, train, data)

    def discriminator(self, pictures: Any, labels: Any) -> Any:
        return self._opinion(pictures)[0]

    def _opinion(self, pictures: Any) -> tuple[Any, Any]:
        raw = tf.cast(self.networks["discriminator"](pictures, None, training=True), tf.float32)
        return raw[:, :1], raw[:, 1:]

    def d_objective(self, real: Any, fakes: Any, labels: Any, asked: Any) -> tuple[Any, Any, Any]:
        """The adversarial loss plus the cross-entropy of the digits named, on real and on drawn pictures."""
        logits, named = self._opinion(tf.concat([real, fakes], 0))
        real_logits, fake_logits = tf.split(logits, 2)
        naming = tf.nn.softmax_cross_entropy_with_logits(tf.concat([labels, asked], 0), named)
        return self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing) + tf.reduce_mean(naming), real_logits, fake_logits

    def g_objective(self, fakes: Any, asked: Any) -> Any:
        """The adversarial loss plus the cross-entropy of the digit named."""
        logits, named = self._opinion(fakes)
        return self.loss.g_loss(logits) + tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(asked, named))
