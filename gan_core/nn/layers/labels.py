"""Layers that know about classes: labels beside the input, and the ends of discriminators that have a score a class."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from gan_core.nn.operations import Operations


class ConcatLabels(keras.layers.Layer):
    """Appends the class weights to a flat input: `[n, d]`, `[n, c]` -> `[n, d + c]`."""

    takes_labels = True

    def call(self, x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Joined along the last axis."""
        return ops.concatenate([x, ops.cast(labels, x.dtype)], axis=-1)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """One operation of its own."""
        operations.add("concat_labels")


class LabelPlanes(keras.layers.Layer):
    """Appends one constant plane a class: `[n, h, w, c]`, `[n, k]` -> `[n, h, w, c + k]`.

    Source: Mirza & Osindero 2014 give the label to both networks; as planes in Radford-style networks since Perarnau et al. 2016.
    """

    takes_labels = True

    def call(self, x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Plane k of picture i is filled with labels[i, k]."""
        height, width = x.shape[1:3]
        planes = ops.tile(ops.cast(labels, x.dtype)[:, None, None, :], [1, height, width, 1])
        return ops.concatenate([x, planes], axis=-1)

    @staticmethod
    def through(conv: keras.layers.Conv2D, x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """What `conv` makes of x and its planes, without making the planes.

        A convolution is linear, and a class adds the same to every picture: it is convolved once a class and weighted by the labels, which
        is exact for weights of any kind and spares most of the first layer's arithmetic.
        """
        height, width, channels = x.shape[1:]
        classes = labels.shape[-1]
        kernel, labels = ops.cast(conv.kernel, x.dtype), ops.cast(labels, x.dtype)
        one_each = np.broadcast_to(np.eye(classes)[:, None, None, :], (classes, height, width, classes))
        of_picture = ops.conv(x, kernel[:, :, :channels], strides=conv.strides, padding=conv.padding)
        of_class = ops.conv(ops.cast(one_each, x.dtype), kernel[:, :, channels:], strides=conv.strides, padding=conv.padding)
        of_labels = ops.reshape(ops.matmul(labels, ops.reshape(of_class, (classes, -1))), (-1, *of_picture.shape[1:]))
        return of_picture + of_labels + ops.cast(conv.bias, x.dtype)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """One operation of its own."""
        operations.add("label_planes")


class LabelScore(keras.layers.Layer):
    """Adds the scores of the classes asked for to a logit: `[n, 1 + k]`, `[n, k]` -> `[n, 1]`.

    After the last dense layer this is the projection discriminator: its kernel holds psi's weights and the classes' embeddings.
    Source: Miyato & Koyama 2018, cGANs with Projection Discriminator, equation 3. https://arxiv.org/abs/1802.05637
    """

    takes_labels = True

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # whatever the layers before it compute in

    def call(self, x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The first number plus the weighted sum of the rest."""
        return x[:, :1] + ops.sum(x[:, 1:] * ops.cast(labels, x.dtype), axis=1, keepdims=True)

    def of_classes(self, scores: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The logit for these classes, which is its call."""
        return self(scores, labels)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """One operation of its own."""
        operations.add("label_score")


class AnyClass(keras.layers.Layer):
    """One logit of the classes' scores, that of being any of them and no fake: `[n, k]` -> `[n, 1]`, log sum exp.

    With the score of the class `fake` held at 0 this is the logit of a classifier of k + 1 classes: sum exp / (sum exp + 1) is D(x).
    Source: Salimans et al. 2016, Improved Techniques for Training GANs, section 5. https://arxiv.org/abs/1606.03498
    """

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # whatever the layers before it compute in

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Remembers how many `classes` there are."""
        self.classes = int(input_shape[-1] or 0)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Over the last axis."""
        return ops.logsumexp(x, axis=1, keepdims=True)

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """One operation of its own."""
        operations.add("any_score")


class AnyScore(AnyClass):
    """The same for a D that can also be asked for the logit of single classes, which is what `naming` and `votes` need."""

    def of_classes(self, scores: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """The logit of being one of these classes only: `[n, k]`, `[n, k]` -> `[n, 1]`."""
        return ops.sum(scores * labels, axis=1, keepdims=True)


class LogitAndClasses(keras.layers.Layer):
    """Of a logit and the logits of the classes the first: `[n, 1 + k]` -> `[n, 1]`. The rest name the digit, which only training asks for.

    Source: Odena et al. 2017. https://arxiv.org/abs/1610.09585
    """

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """The first number."""
        return x[:, :1]

    def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
        """The dense layer before it has one output only."""
        operations.keep_outputs(1)
