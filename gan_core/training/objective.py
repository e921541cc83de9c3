"""What every objective shares: networks, optimizers, averages, batches; its step is the one compiled training step.

Every random draw is a function of the run's seed and the step's number, so a run that was killed goes on with the losses of one that was not.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from gan_core import classes
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.families import Family
from gan_core.imaging import pixels
from gan_core.model.latent import Prior
from gan_core.model.program import Program
from gan_core.nn import distributed, optimizers
from gan_core.nn.layers import AnyClass, Chain
from gan_core.runs import hardware


def values(variables: list[keras.Variable]) -> list[tf.Variable]:
    """What TensorFlow knows Keras variables as."""
    return [variable.value for variable in variables]


def gradients_of(tape: tf.GradientTape, loss: tf.Tensor, variables: list[keras.Variable]) -> list[tf.Tensor]:
    """Gradients of `loss` for Keras variables."""
    return list(tape.gradient(loss, values(variables)))


@contextlib.contextmanager
def _computing_in(precision: str) -> Iterator[None]:
    """Layers made in here compute in `precision`; their variables are float32 in any case."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32" if precision == "float32" else f"mixed_{precision}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


@dataclass(frozen=True)
class Setup:
    """What a training is made of, its networks with it.

    Args:
        train: the settings, those that say 'auto' settled.
        networks: by role, with fresh weights of the seed.
        classes: how many the pictures are told apart by: the model's own, or those that D has scores for; 0 for none.
    """

    family: Family
    model: ModelConfig
    train: TrainConfig
    data: catalog.Dataset
    networks: dict[str, Chain]
    classes: int

    @staticmethod
    def of(family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> Setup:
        """Settings settled and networks built. Raises ConfigError where the settings cannot be had here."""
        keras.utils.set_random_seed(train.seed)
        train = hardware.settled(train, family.bfloat16)
        # grappler's remapper fails on the graphs of convolutional GANs, with an error on the terminal, and then leaves them as they are
        tf.config.optimizer.set_experimental_options({"remapping": not family.has_discriminator})
        with _computing_in(train.precision):
            networks = family.build(model)
        distributed.synchronise(networks)
        return Setup(family, model, train, data, networks, model.num_classes or _votes(networks, model, data))


def _votes(networks: dict[str, Chain], model: ModelConfig, data: catalog.Dataset) -> int:
    """Classes that a model without labels of its own is nevertheless trained with: D's scores, where the data have labels that fit them."""
    last = networks["discriminator"].steps[-1] if "discriminator" in networks else None
    if not isinstance(last, AnyClass) or data.labels is None:
        return 0
    return last.classes if int(data.labels.max()) < last.classes <= model.latent_dim else 0


class Objective(ABC):
    """The networks, their optimizers and one training step. Subclasses say what a step is."""

    metric_names: tuple[str, ...]
    batches_a_step = 1

    def __init__(self, setup: Setup) -> None:
        self.family, self.model, self.train, self.data = setup.family, setup.model, setup.train, setup.data
        self.networks, self.classes = setup.networks, setup.classes
        self.xla = self._compiled_by_xla()
        self.averages = self.family.build(self.model) if self.train.ema_decay else {}
        for role, network in self.averages.items():
            network.set_weights(self.networks[role].get_weights())
        self.images = tf.constant(self.data.images.reshape(-1, *self.model.image_shape))
        self.weights_of = tf.constant(
            classes.weights(np.arange(classes.count(self.classes, self.model.groups)), self.classes, self.model.groups)
            if self.classes
            else np.zeros((1, 0), np.float32)
        )
        self.labels = tf.constant(self.data.labels if self.classes else np.zeros(len(self.data.images), np.int64))
        self.optimizers: dict[str, keras.optimizers.Optimizer] = {}

    def _compiled_by_xla(self) -> bool:
        if self.train.xla == "on" and distributed.active():
            raise ConfigError("xla is 'on'; expected auto or off under a distribution strategy, whose collectives XLA cannot compile here.")
        # XLA's code for random numbers is slow on a CPU, and it has none for several devices
        draws = any(network.draws for network in self.networks.values())
        fit = self.family.xla and not draws and not distributed.active()
        return fit if self.train.xla == "auto" else self.train.xla == "on"

    def add_optimizer(self, name: str, variables: list[keras.Variable], learning_rate: float, updates: int) -> None:
        self.optimizers[name] = optimizers.make(self.train, learning_rate, updates, fused=not self.xla)
        self.optimizers[name].build(variables)

    def state(self) -> dict[str, keras.Variable]:
        """Every variable that a resumed run needs, by role, place and kind (Keras' own names count up from one model to the next)."""
        owners = {**self.networks, **{f"{role}_ema": network for role, network in self.averages.items()}}
        variables = {f"{owner}/{i:03d}.{v.name}": v for owner, network in owners.items() for i, v in enumerate(network.variables)}
        return variables | {f"{name}/{i:03d}": v for name, optimizer in self.optimizers.items() for i, v in enumerate(optimizer.variables)}

    def batch(self, number: tf.Tensor, order: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Batch `number` of the epoch in `order`: pictures in the model's range `[b, *image_shape]` and class weights `[b, classes]`.

        Of several replicas each has its own slice of the batch.
        """
        size = self.train.batch_size
        rows = tf.slice(order, [number * size], [size])
        low, high = self.family.pixel_range
        batch = pixels.scale(tf.cast(tf.gather(self.images, distributed.mine(rows)), tf.float32), (low, high))
        return batch, tf.gather(self.weights_of, distributed.mine(self.labels_of(rows)))

    def labels_of(self, rows: tf.Tensor) -> tf.Tensor:
        """Class ids `[b]` of these pictures; a share `random_labels` of them by lot, the same whenever the batch comes again."""
        labels = tf.gather(self.labels, rows)
        if not self.train.random_labels or not self.classes:
            return labels
        seed, shape = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(rows[0], tf.int64)]), tf.shape(rows)
        drawn = tf.random.stateless_uniform(shape, seed, 0, len(self.weights_of), tf.int64)
        return tf.where(tf.random.stateless_uniform(shape, seed + 1) < self.train.random_labels, drawn, tf.cast(labels, tf.int64))

    def shown_labels(self, count: int) -> np.ndarray:
        """So many labels to look at, the same ones at any time: the classes in turn, of several groups labels that the data have."""
        if not self.model.groups:
            return classes.even(count, self.classes)
        assert self.data.labels is not None
        return np.random.default_rng(0).choice(self.data.labels, count)

    def average(self, number: tf.Tensor, *roles: str) -> None:
        """Move the averaged networks towards the trained ones; fast at first, so that the average does not remember the noise it began with."""
        now = tf.cast(number, tf.float32)
        for role in roles if self.averages else ():
            rate = 1.0 - tf.minimum(self.train.ema_decay, (1.0 + now) / (10.0 + now))
            for mean, variable in zip(self.averages[role].weights, self.networks[role].weights, strict=True):
                mean.assign_add(rate * (variable.value - mean.value))

    @abstractmethod
    def step(self, number: tf.Tensor, in_epoch: tf.Tensor, order: tf.Tensor) -> tf.Tensor:
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

    def prior(self) -> Prior:
        """p(z), as the finished model has it."""
        return Prior.normal(self.model.latent_dim)

    def best(self, role: str) -> Chain:
        """The averaged network where there is one, else the trained one."""
        return self.averages.get(role, self.networks[role])
