"""What every objective shares: networks, optimizers, averages, batches; its step is the one compiled training step.

Every random draw is a function of the run's seed and the step's number, so a run that was killed goes on with the losses of one that was not.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.families import Family
from gan_core.imaging import pixels
from gan_core.model.program import Program
from gan_core.nn import distributed, optimizers
from gan_core.runs import hardware


def gradients(tape: Any, loss: Any, variables: list[Any]) -> Any:
    """Gradients of `loss` for Keras variables."""
    return tape.gradient(loss, [variable.value for variable in variables])


@contextlib.contextmanager
def _computing_in(precision: str) -> Iterator[None]:
    """Layers made in here compute in `precision`; their variables are float32 in any case."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32" if precision == "float32" else f"mixed_{precision}")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Objective(ABC):
    """The networks, their optimizers and one training step. Subclasses say what a step is."""

    metric_names: tuple[str, ...]
    batches_a_step = 1

    def __init__(self, family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> None:
        keras.utils.set_random_seed(train.seed)
        self.family, self.model, self.train = family, model, hardware.settled(train, family.bfloat16)
        self.xla = self._compiled_by_xla()
        # grappler's remapper fails on the graphs of convolutional GANs, with an error on the terminal, and then leaves them as they are
        tf.config.optimizer.set_experimental_options({"remapping": family.objective == "reconstruction"})
        with _computing_in(self.train.precision):
            self.networks = family.build(model)
        distributed.synchronise(self.networks)
        self.averages = family.build(model) if train.ema_decay else {}
        for role, network in self.averages.items():
            network.set_weights(self.networks[role].get_weights())
        self.data = data
        self.images = tf.constant(data.images)
        self.classes = model.num_classes or self._votes()
        self.labels = tf.constant(data.labels if self.classes else np.zeros(len(data.images), np.int64))
        self.optimizers: dict[str, Any] = {}

    def _compiled_by_xla(self) -> bool:
        if self.train.xla == "on" and distributed.active():
            raise ConfigError("xla is 'on'; expected auto or off under a distribution strategy, whose collectives XLA cannot compile here.")
        # XLA's code for random numbers is slow on a CPU, and it has none for several devices
        fit = self.family.xla and not self.model.widths.get("dropout") and not distributed.active()
        return fit if self.train.xla == "auto" else self.train.xla == "on"

    def _votes(self) -> int:
        """Classes that a model without labels of its own is nevertheless trained with (`votes`), 0 where the data have no such labels."""
        votes, labels = self.model.widths.get("votes", 0), self.data.labels
        fit = labels is not None and int(labels.max()) < votes <= self.model.latent_dim
        return votes if fit else 0

    def add_optimizer(self, name: str, variables: list[Any], learning_rate: float, updates: int) -> None:
        self.optimizers[name] = optimizers.make(self.train, learning_rate, updates, fused=not self.xla)
        self.optimizers[name].build(variables)

    def state(self) -> dict[str, Any]:
        """Every variable that a resumed run needs, by role, place and kind (Keras' own names count up from one model to the next)."""
        owners = {**self.networks, **{f"{role}_ema": network for role, network in self.averages.items()}}
        variables = {f"{owner}/{i:03d}.{v.name}": v for owner, network in owners.items() for i, v in enumerate(network.variables)}
        return variables | {f"{name}/{i:03d}": v for name, optimizer in self.optimizers.items() for i, v in enumerate(optimizer.variables)}

    def batch(self, number: Any, order: Any) -> tuple[Any, Any]:
        """Batch `number` of the epoch in `order`: pictures in the model's range `[b, 28, 28, 1]` and class weights `[b, classes]`.

        Of several replicas each has its own slice of the batch.
        """
        size = self.train.batch_size
        rows = tf.slice(order, [number * size], [size])
        low, high = self.family.pixel_range
        batch = pixels.scale(tf.cast(tf.gather(self.images, distributed.mine(rows)), tf.float32)[..., None], (low, high))
        return batch, tf.one_hot(distributed.mine(self.labels_of(rows)), self.classes)

    def labels_of(self, rows: Any) -> Any:
        """Class ids `[b]` of these pictures; a share `random_labels` of them by lot, the same whenever the batch comes again."""
        labels = tf.gather(self.labels, rows)
        if not self.train.random_labels or not self.classes:
            return labels
        seed, shape = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(rows[0], tf.int64)]), tf.shape(rows)
        drawn = tf.random.stateless_uniform(shape, seed, 0, self.classes, tf.int64)
        return tf.where(tf.random.stateless_uniform(shape, seed + 1) < self.train.random_labels, drawn, tf.cast(labels, tf.int64))

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
