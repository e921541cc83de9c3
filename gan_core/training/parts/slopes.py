"""What penalties on D's slope have in common: gradients of a function of the slope's length."""

from __future__ import annotations

from collections.abc import Callable

import tensorflow as tf

from gan_core.training.adversarial import Adversarial
from gan_core.training.objective import gradients_of


def slope_gradients(
    objective: Adversarial, pictures: tf.Tensor, labels: tf.Tensor, of_squares: Callable[[tf.Tensor], tf.Tensor]
) -> list[tf.Tensor]:
    """Gradients for D's variables of `of_squares` of the squared lengths `[b]` of D's slopes dD/dx at these pictures."""
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(pictures)
            logits = objective.discriminator(pictures, labels)
        loss = of_squares(tf.reduce_sum(inner.gradient(logits, pictures) ** 2, axis=range(1, len(pictures.shape))))
    gradients = gradients_of(outer, loss, objective.d_variables)
    return [
        tf.zeros_like(variable.value) if each is None else each for each, variable in zip(gradients, objective.d_variables, strict=True)
    ]


def one_each(pictures: tf.Tensor) -> list[int]:
    """The shape, without the batch, of one number for each picture `[h, w, c]` or signal `[length, c]`."""
    return [1] * (len(pictures.shape) - 1)


def added(first: list[tf.Tensor], second: list[tf.Tensor]) -> list[tf.Tensor]:
    """Two lists of gradients added up."""
    return [one + other for one, other in zip(first, second, strict=True)]
