"""Optimizers: Adam in TensorFlow's one fused kernel a variable, and SGD with momentum, the one of the first GAN paper."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from gan_core import distributed
from gan_core.config import TrainConfig


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, a dozen passes over memory a variable made one. Under a distribution strategy it is Keras' own.

    Source: Kingma and Ba 2015. https://arxiv.org/abs/1412.6980 (in the form before its section 2.1, as Keras' and TensorFlow's)
    """

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """One update of `variable`, as Keras'."""
        if distributed.active() or not hasattr(variable.value, "handle"):
            return super().update_step(gradient, variable, learning_rate)
        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations.value + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.value.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=tf.cast(self.beta_1, variable.dtype),
            beta2=tf.cast(self.beta_2, variable.dtype),
            epsilon=tf.cast(self.epsilon, variable.dtype),
            grad=gradient,
        )
        return None


def make(train: TrainConfig, learning_rate: float, updates: int, fused: bool = True) -> Any:
    """The optimizer that `train` asks for; over `updates` updates the rate falls linearly to `final_lr_fraction` of itself.

    `fused`: not where XLA compiles the step, as its own fusion of Keras' Adam is a fifth faster there than its form of the kernel.
    Of several replicas Keras adds up the gradients; the factor makes that their mean.
    """
    scale = {"loss_scale_factor": float(distributed.replicas())} if distributed.replicas() > 1 else {}
    rate: Any = learning_rate
    if train.final_lr_fraction < 1:
        rate = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, learning_rate * train.final_lr_fraction)
    if train.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=train.beta_1, **scale)
    return (FusedAdam if fused else keras.optimizers.Adam)(rate, beta_1=train.beta_1, **scale)
