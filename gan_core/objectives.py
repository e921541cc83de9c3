"""The two objectives: networks, optimizers and the one compiled training step of each.

Every random draw is a function of the run's seed and the step's number, so a run that was killed goes on with the losses of one that was not.
"""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from gan_core import datasets, images, losses
from gan_core.config import ModelConfig, TrainConfig
from gan_core.families import Family
from gan_core.fold import fold
from gan_core.latent import Prior
from gan_core.program import Program

HELD_OUT = 200  # pictures behind val_loss: enough to follow it, cheap enough to leave on
GRID_ROWS = 8


def _optimizer(train: TrainConfig, learning_rate: float, updates: int) -> Any:
    rate: Any = learning_rate
    if train.final_lr_fraction < 1:
        rate = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, learning_rate * train.final_lr_fraction)
    return keras.optimizers.Adam(rate, beta_1=train.beta_1)


def _gradients(tape: Any, loss: Any, variables: list[Any]) -> Any:
    return tape.gradient(loss, [variable.value for variable in variables])


def fake_factor(tape: Any, d_loss: Any, g_loss: Any, fake_logits: Any) -> Any:
    """By what each fake's gradient under D's loss is to be multiplied to be its gradient under G's loss, `[b, 1]`."""
    return tape.gradient(g_loss, fake_logits) / tape.gradient(d_loss, fake_logits)


class Objective(ABC):
    """The networks, their optimizers and one training step. Subclasses say what a step is."""

    metric_names: tuple[str, ...]
    batches_a_step = 1

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: datasets.Dataset) -> None:
        keras.utils.set_random_seed(train.seed)
        self.family, self.model, self.train = family, model, train
        self.networks = family.build(model)
        self.averages = family.build(model) if train.ema_decay else {}
        for role, network in self.averages.items():
            network.set_weights(self.networks[role].get_weights())
        self.images = tf.constant(data.images)
        self.labels = tf.constant(data.labels if model.num_classes else np.zeros(len(data.images), np.int64))
        self.optimizers: dict[str, Any] = {}

    def add_optimizer(self, name: str, variables: list[Any], learning_rate: float, updates: int) -> None:
        self.optimizers[name] = _optimizer(self.train, learning_rate, updates)
        self.optimizers[name].build(variables)

    def state(self) -> dict[str, Any]:
        """Every variable that a resumed run needs, by role, place and kind (Keras' own names count up from one model to the next)."""
        owners = {**self.networks, **{f"{role}_ema": network for role, network in self.averages.items()}}
        variables = {f"{owner}/{i:03d}.{v.name}": v for owner, network in owners.items() for i, v in enumerate(network.variables)}
        return variables | {f"{name}/{i:03d}": v for name, optimizer in self.optimizers.items() for i, v in enumerate(optimizer.variables)}

    def batch(self, number: Any, order: Any) -> tuple[Any, Any]:
        """Batch `number` of the epoch in `order`: pictures in the model's range `[b, 28, 28, 1]` and class weights `[b, num_classes]`."""
        size = self.train.batch_size
        rows = tf.slice(order, [number * size], [size])
        low, high = self.family.pixel_range
        batch = images.scale(tf.cast(tf.gather(self.images, rows), tf.float32)[..., None], (low, high))
        return batch, tf.one_hot(tf.gather(self.labels, rows), self.model.num_classes)

    def average(self, number: Any, *roles: str) -> None:
        """Move the averaged networks towards the trained ones; fast at first, so that the average does not remember the noise it began with."""
        now = tf.cast(number, tf.float32)
        for role in roles if self.averages else ():
            rate = 1.0 - tf.minimum(self.train.ema_decay, (1.0 + now) / (10.0 + now))
            for mean, variable in zip(self.averages[role].weights, self.networks[role].weights, strict=True):
                mean.assign_add(rate * (variable.value - mean.value))

    @abstractmethod
    def step(self, number: Any, in_epoch: Any, order: Any) -> Any:
        """Training step `number`, on the batches at `in_epoch` of the epoch's `order`; its metrics, `[len(metric_names)]`."""

    @abstractmethod
    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at, by role."""

    @abstractmethod
    def grid(self, programs: dict[str, Program]) -> bytes:
        """The picture of a snapshot, a PNG."""

    def extra_metrics(self, programs: dict[str, Program]) -> dict[str, float]:
        """What a report holds besides the step's own metrics."""
        return {}

    def best(self, role: str) -> Any:
        """The averaged network where there is one, else the trained one."""
        return self.averages.get(role, self.networks[role])


class Adversarial(Objective):
    """Generator against discriminator."""

    metric_names = ("g_loss", "d_loss", "d_real", "d_fake")

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: datasets.Dataset) -> None:
        super().__init__(family, model, train, data)
        self.loss = losses.ADVERSARIAL[train.loss]
        self.batches_a_step = train.d_steps
        self.averages.pop("discriminator", None)
        self.g_variables = self.networks["generator"].trainable_variables
        self.d_variables = self.networks["discriminator"].trainable_variables
        self.add_optimizer("g_optimizer", self.g_variables, train.g_learning_rate, train.steps)
        self.add_optimizer("d_optimizer", self.d_variables, train.d_learning_rate, train.steps * train.d_steps)
        self.update = tf.function(self._one_stage if train.one_stage else self._two_stages, jit_compile=family.xla)

    def generator(self, z: Any, labels: Any) -> Any:
        return self.networks["generator"](z, labels, training=True)

    def discriminator(self, pictures: Any, labels: Any) -> Any:
        return self.networks["discriminator"](pictures, labels, training=True)

    def z(self, number: Any, draws: int) -> Any:
        """Fresh latent vectors `[draws, b, latent_dim]` for step `number`."""
        seed = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(number, tf.int64)])
        return tf.random.stateless_normal([draws, self.train.batch_size, self.model.latent_dim], seed, alg="philox")

    def step(self, number: Any, in_epoch: Any, order: Any) -> Any:
        """Draw what the step needs, then take it. The draws stay outside of what XLA compiles: its CPU code for them is slow."""
        k = self.train.d_steps
        return self.update(number, [self.batch(in_epoch * k + i, order) for i in range(k)], self.z(number, k + 1))

    def _two_stages(self, number: Any, batches: list[Any], z: Any) -> Any:
        """One step of Goodfellow et al. 2014, algorithm 1: `d_steps` updates of D, one of G."""
        for k, (real, labels) in enumerate(batches):  # D step: push D(x) up and D(G(z)) down, G held fixed
            fakes = tf.stop_gradient(self.generator(z[k], labels))
            with tf.GradientTape() as tape:
                real_logits, fake_logits = self.discriminator(real, labels), self.discriminator(fakes, labels)
                d_loss = self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing)
            gradients = self.regularised(_gradients(tape, d_loss, self.d_variables), real, labels, number)
            self.optimizers["d_optimizer"].apply(gradients, self.d_variables)
        with tf.GradientTape() as tape:  # G step: with fresh z, push D(G(z)) up, D held fixed
            g_loss = self.loss.g_loss(self.discriminator(self.generator(z[-1], labels), labels))
        self.optimizers["g_optimizer"].apply(_gradients(tape, g_loss, self.g_variables), self.g_variables)
        return self._measured(number, g_loss, d_loss, real_logits, fake_logits)

    def _one_stage(self, number: Any, batches: list[Any], z: Any) -> Any:
        """Both updates from one pass: D's backward pass on the fakes also gives G's gradient, as each fake's two gradients differ by a factor.

        That is exact as long as D treats every picture alone (no batch statistics); G and D then move at once instead of in turn.
        Source: Shen et al. 2021, Training Generative Adversarial Networks in One Stage. https://arxiv.org/abs/2103.00430
        """
        real, labels = batches[0]
        with tf.GradientTape() as g_tape:
            fakes = self.generator(z[0], labels)
        with tf.GradientTape(persistent=True) as d_tape:
            d_tape.watch(fakes)
            both = self.discriminator(tf.concat([real, fakes], 0), tf.concat([labels, labels], 0))
            real_logits, fake_logits = tf.split(both, 2)
            d_loss, g_loss = self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing), self.loss.g_loss(fake_logits)
        *gradients, slopes = d_tape.gradient(d_loss, [*(variable.value for variable in self.d_variables), fakes])
        factor = fake_factor(d_tape, d_loss, g_loss, fake_logits)
        g_gradients = g_tape.gradient(fakes, [variable.value for variable in self.g_variables], factor[..., None, None] * slopes)
        self.optimizers["d_optimizer"].apply(self.regularised(gradients, real, labels, number), self.d_variables)
        self.optimizers["g_optimizer"].apply(g_gradients, self.g_variables)
        return self._measured(number, g_loss, d_loss, real_logits, fake_logits)

    def _measured(self, number: Any, g_loss: Any, d_loss: Any, real_logits: Any, fake_logits: Any) -> Any:
        """Close the step: move the average, and give the numbers that are tracked."""
        self.average(number, "generator")
        probability = self.loss.probability
        return tf.stack([g_loss, d_loss, tf.reduce_mean(probability(real_logits)), tf.reduce_mean(probability(fake_logits))])

    def regularised(self, gradients: list[Any], real: Any, labels: Any, number: Any) -> list[Any]:
        """D's gradients plus, every `r1_every` steps, those of R1: gamma / 2 * mean |dD/dx|^2 on real pictures.

        Source: Mescheder et al. 2018, https://arxiv.org/abs/1801.04406; lazily as in Karras et al. 2020, https://arxiv.org/abs/1912.04958
        """
        if not self.train.r1_gamma:
            return gradients

        def penalty() -> list[Any]:
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    inner.watch(real)
                    logits = self.discriminator(real, labels)
                slopes = inner.gradient(logits, real)
                loss = 0.5 * self.train.r1_gamma * self.train.r1_every * tf.reduce_mean(tf.reduce_sum(slopes**2, axis=[1, 2, 3]))
            found = _gradients(outer, loss, self.d_variables)
            return [tf.zeros_like(base) if extra is None else extra for base, extra in zip(gradients, found, strict=True)]

        nothing = [tf.zeros_like(gradient) for gradient in gradients]
        extra = tf.cond(tf.equal(number % self.train.r1_every, 0), penalty, lambda: nothing)
        return [gradient + more for gradient, more in zip(gradients, extra, strict=True)]

    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at."""
        kind = "clip" if self.train.loss == "least_squares" else "sigmoid"
        return {role: fold(self.best(role), self.family.pixel_range, step, kind) for role in ("generator", "discriminator")}

    def grid(self, programs: dict[str, Program]) -> bytes:
        """The fixed-z grid, 8 rows; for a conditional model each row is one z as all ten digits."""
        columns = self.model.num_classes or GRID_ROWS
        z = Prior.normal(self.model.latent_dim).sample(GRID_ROWS if self.model.num_classes else GRID_ROWS**2, self.train.seed)
        labels = None
        if self.model.num_classes:
            z, labels = np.repeat(z, columns, axis=0), np.tile(np.eye(columns, dtype=np.float32), (GRID_ROWS, 1))
        drawn = images.to_unit(programs["generator"].run(z, labels), self.family.pixel_range)
        return images.encode_png(images.grid(images.to_uint8(drawn), columns))


class Reconstruction(Objective):
    """Encoder and decoder against binary cross-entropy."""

    metric_names = ("loss",)

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: datasets.Dataset) -> None:
        super().__init__(family, model, train, data)
        self.variables = [variable for network in self.networks.values() for variable in network.trainable_variables]
        self.add_optimizer("optimizer", self.variables, train.g_learning_rate, train.steps)
        held_out = datasets.load(train.dataset, split="test").images
        self.held_out = images.to_model(
            held_out[np.linspace(0, len(held_out) - 1, min(HELD_OUT, len(held_out))).astype(int)], family.pixel_range
        )

    def step(self, number: Any, in_epoch: Any, order: Any) -> Any:
        """One step on the mean binary cross-entropy of the pixels, in nats."""
        pictures, labels = self.batch(in_epoch, order)
        with tf.GradientTape() as tape:
            code = self.networks["encoder"](pictures, labels, training=True)
            drawn = self.networks["generator"](code, labels, training=True)
            loss = tf.reduce_mean(keras.losses.binary_crossentropy(pictures, drawn))
        self.optimizers["optimizer"].apply(_gradients(tape, loss, self.variables), self.variables)
        self.average(number, "encoder", "generator")
        return tf.stack([loss])

    def programs(self, step: int) -> dict[str, Program]:
        """The networks as they are now, ready to be looked at."""
        return {role: fold(self.best(role), self.family.pixel_range, step) for role in ("generator", "encoder")}

    def grid(self, programs: dict[str, Program]) -> bytes:
        """32 fixed pictures that were not trained on, each above its reconstruction: 8 columns, 4 pairs of rows."""
        shown = self.held_out[np.linspace(0, len(self.held_out) - 1, 32).astype(int)]
        drawn = programs["generator"].run(programs["encoder"].run(shown))
        rows = np.stack([shown.reshape(4, 8, 28, 28, 1), drawn.reshape(4, 8, 28, 28, 1)], axis=1)
        return images.encode_png(images.grid(images.to_uint8(images.to_unit(rows.reshape(64, 28, 28, 1), self.family.pixel_range)), 8))

    def extra_metrics(self, programs: dict[str, Program]) -> dict[str, float]:
        drawn = np.clip(programs["generator"].run(programs["encoder"].run(self.held_out)), 1e-7, 1 - 1e-7)
        return {"val_loss": float(-np.mean(self.held_out * np.log(drawn) + (1 - self.held_out) * np.log1p(-drawn)))}


OBJECTIVES: dict[str, Callable[..., Objective]] = {"adversarial": Adversarial, "reconstruction": Reconstruction}
