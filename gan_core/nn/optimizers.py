"""Optimizers: Adam in TensorFlow's one fused kernel a variable, SOAP, and SGD with momentum, the one of the first GAN paper."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from gan_core.config import TrainConfig
from gan_core.nn import distributed


class FusedAdam(keras.optimizers.Adam):
    """Keras' Adam, a dozen passes over memory a variable made one. Under a distribution strategy it is Keras' own.

    Source: Kingma and Ba 2015. https://arxiv.org/abs/1412.6980 (in the form before its section 2.1, as Keras' and TensorFlow's)
    """

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
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


class Soap(FusedAdam):
    """Adam in the eigenbasis of Shampoo's preconditioner, for kernels; what has no two sides (a bias, a scale) has plain Adam.

    A kernel `[..., inputs, outputs]` counts as a matrix `[rows, outputs]`. Of each side of at most MOST_SIDE the mean of the gradient's
    products with itself is kept; every REFRESH updates their eigenvectors are found anew, and Adam's second moment is of the gradient
    as it looks in them. The basis of a longer side is left as it is, which still is the paper's method, with one side.

    Source: Vyas et al. 2024, SOAP: Improving and Stabilizing Shampoo using Adam. https://arxiv.org/abs/2409.11321
    """

    MOST_SIDE = 256  # eigenvectors cost the third power of it
    REFRESH = 10
    DECAY = 0.95  # of the means of both sides, the paper's
    # what is small in the basis is small indeed: with Adam's 1e-7 most directions of the reference autoencoder hardly move
    EPSILON = 1e-12
    # a turned basis can meet a direction whose second moment is still 0: no update is longer than so many rates in one direction,
    # the longest seen in a training that goes well being 411
    MOST_RATES = 1000.0

    def build(self, variables: list[keras.Variable]) -> None:
        super().build(variables)
        self.sides: list[
            list[tuple[keras.Variable, keras.Variable] | None]
        ] = []  # a kernel's rows and outputs: mean product and eigenvectors of each
        for variable in variables:
            shape = variable.shape
            lengths = (int(np.prod(shape[:-1])), shape[-1]) if len(shape) > 1 else ()
            self.sides.append([self._side(length) if length <= self.MOST_SIDE else None for length in lengths])

    def _side(self, length: int) -> tuple[keras.Variable, keras.Variable]:
        return (
            self.add_variable((length, length), "zeros", "float32", name="products"),
            self.add_variable((length, length), "identity", "float32", name="basis"),
        )

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
        """One update of `variable`: Adam's where it is no kernel."""
        index = self._get_variable_index(variable)
        if not any(self.sides[index]):
            return super().update_step(gradient, variable, learning_rate)
        matrix = tf.reshape(gradient, [-1, gradient.shape[-1]])
        rows, outputs = self.sides[index]
        left, right = (tf.convert_to_tensor(side[1]) if side else None for side in (rows, outputs))
        first, second = self._momentums[index], self._velocities[index]
        self.assign_add(first, (gradient - first) * (1 - self.beta_1))
        seen = tf.reshape(_into(matrix, left, right), gradient.shape)
        self.assign_add(second, (tf.square(seen) - second) * (1 - self.beta_2))
        count = tf.cast(self.iterations + 1, tf.float32)
        scale = learning_rate * tf.sqrt(1 - tf.pow(self.beta_2, count)) / (1 - tf.pow(self.beta_1, count))
        moved = _into(tf.reshape(first, matrix.shape), left, right)
        moved = moved / (tf.sqrt(tf.reshape(second, matrix.shape)) + self.epsilon)
        moved = tf.clip_by_value(moved, -self.MOST_RATES, self.MOST_RATES)
        self.assign_sub(variable, scale * tf.reshape(_out_of(moved, left, right), gradient.shape))
        # last, as in its own basis a gradient is diagonal, and what is next to nothing there would be divided by itself
        if rows:
            self._turn(rows, tf.matmul(matrix, matrix, transpose_b=True))
        if outputs:
            self._turn(outputs, tf.matmul(matrix, matrix, transpose_a=True))
        return None

    def _turn(self, side: tuple[keras.Variable, keras.Variable], product: tf.Tensor) -> None:
        """Take `product` into the mean of a side; find its eigenvectors where they are due: at each of the first updates too."""
        products, basis = side
        self.assign_add(products, (product - products) * (1 - self.DECAY))
        # of a matrix that is not finite there are no eigenvectors; that the training has gone wrong is told by its weights
        mean = tf.where(tf.math.is_finite(products), products, 0.0)
        due = (self.iterations % self.REFRESH == 0) | (self.iterations < self.REFRESH)
        self.assign(basis, tf.cond(due, lambda: tf.linalg.eigh(mean)[1], lambda: tf.convert_to_tensor(basis)))


def _into(matrix: tf.Tensor, left: tf.Tensor | None, right: tf.Tensor | None) -> tf.Tensor:
    """`matrix` as it looks in the bases of its two sides; a side with None has no basis of its own."""
    matrix = matrix if left is None else tf.matmul(left, matrix, transpose_a=True)
    return matrix if right is None else tf.matmul(matrix, right)


def _out_of(matrix: tf.Tensor, left: tf.Tensor | None, right: tf.Tensor | None) -> tf.Tensor:
    """The way back from `_into`."""
    matrix = matrix if left is None else tf.matmul(left, matrix)
    return matrix if right is None else tf.matmul(matrix, right, transpose_b=True)


def make(train: TrainConfig, learning_rate: float, updates: int, fused: bool = True) -> keras.optimizers.Optimizer:
    """The optimizer that `train` asks for; over `updates` updates the rate falls linearly to `final_lr_fraction` of itself.

    `fused`: not where XLA compiles the step, as its own fusion of Keras' Adam is a fifth faster there than its form of the kernel.
    Of several replicas Keras adds up the gradients; the factor makes that their mean.
    """
    scale = {"loss_scale_factor": float(distributed.replicas())} if distributed.replicas() > 1 else {}
    rate: float | keras.optimizers.schedules.LearningRateSchedule = learning_rate
    if train.final_lr_fraction < 1:
        rate = keras.optimizers.schedules.PolynomialDecay(learning_rate, updates, learning_rate * train.final_lr_fraction)
    if train.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=train.beta_1, **scale)
    if train.optimizer == "soap":
        return Soap(rate, beta_1=train.beta_1, epsilon=Soap.EPSILON, **scale)
    return (FusedAdam if fused else keras.optimizers.Adam)(rate, beta_1=train.beta_1, **scale)
