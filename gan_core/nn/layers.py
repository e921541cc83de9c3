"""Keras layers of our own: a chain that knows about labels, and the exact upsampling convolution in its cheap form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from gan_core.config import check_number
from gan_core.model.operations import upsampling_taps
from gan_core.nn import distributed


class ConcatLabels(keras.layers.Layer):
    """Appends the class weights to a flat input: `[n, d]`, `[n, c]` -> `[n, d + c]`."""

    takes_labels = True

    def call(self, x: Any, labels: Any) -> Any:
        """Joined along the last axis."""
        return ops.concatenate([x, ops.cast(labels, x.dtype)], axis=-1)


class LabelPlanes(keras.layers.Layer):
    """Appends one constant plane a class: `[n, h, w, c]`, `[n, k]` -> `[n, h, w, c + k]`.

    Source: Mirza & Osindero 2014 give the label to both networks; as planes in Radford-style networks since Perarnau et al. 2016.
    """

    takes_labels = True

    def call(self, x: Any, labels: Any) -> Any:
        """Plane k of picture i is filled with labels[i, k]."""
        height, width = x.shape[1:3]
        planes = ops.tile(ops.cast(labels, x.dtype)[:, None, None, :], [1, height, width, 1])
        return ops.concatenate([x, planes], axis=-1)

    @staticmethod
    def through(conv: keras.layers.Conv2D, x: Any, labels: Any) -> Any:
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


class LabelScore(keras.layers.Layer):
    """Adds the scores of the classes asked for to a logit: `[n, 1 + k]`, `[n, k]` -> `[n, 1]`.

    After the last dense layer this is the projection discriminator: its kernel holds psi's weights and the classes' embeddings.
    Source: Miyato & Koyama 2018, cGANs with Projection Discriminator, equation 3. https://arxiv.org/abs/1802.05637
    """

    takes_labels = True

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # whatever the layers before it compute in

    def call(self, x: Any, labels: Any) -> Any:
        """The first number plus the weighted sum of the rest."""
        return x[:, :1] + ops.sum(x[:, 1:] * ops.cast(labels, x.dtype), axis=1, keepdims=True)


class AnyScore(keras.layers.Layer):
    """One logit of the classes' scores, that of being any of them: `[n, k]` -> `[n, 1]`, log sum exp.

    Source: Salimans et al. 2016, Improved Techniques for Training GANs, section 5. https://arxiv.org/abs/1606.03498
    """

    def __init__(self) -> None:
        super().__init__(dtype="float32")  # whatever the layers before it compute in

    def call(self, x: Any) -> Any:
        """Over the last axis."""
        return ops.logsumexp(x, axis=1, keepdims=True)


class Saturate(keras.layers.Layer):
    """Stretches pixels about the middle of their range and cuts them off at its ends, so that black is black: real digits are 81 % zeros.

    tanh and sigmoid only ever come near black, which leaves a haze around the strokes. Backwards it is the identity (straight through),
    because a pixel that is cut off has to be able to come back.

    Args:
        low, high: the pixels' range.
        margin: share of the range that is cut off at either end.
    """

    def __init__(self, low: float, high: float, margin: float) -> None:
        super().__init__()
        check_number("margin", margin, 0.0, 0.49)
        self.low, self.high = low, high
        self.stretch = 1 / (1 - 2 * margin)
        self.shift = (1 - self.stretch) * (low + high) / 2

    def call(self, x: Any) -> Any:
        """Elementwise."""
        cut = ops.clip(x * self.stretch + self.shift, self.low, self.high)
        return x + ops.stop_gradient(cut - x)


class Despeckle(keras.layers.Layer):
    """Takes out spots that stand alone: relu(x - relu(SLOPE * (LEAST - the mean of the 5x5 pixels around))), several `passes` of it.

    Pixels of a stroke have LEAST of their surroundings lit and stay as they are: real digits lose 1.2 % of their ink to two passes, 7e-4 in
    the mean square. For pictures in [0, 1] of networks that do not know which pixels are neighbours. While training it does nothing: a
    generator that knows of it draws larger spots.
    """

    SIDE, LEAST, SLOPE = 5, 0.24, 10.0

    def __init__(self, passes: int) -> None:
        super().__init__()
        self.passes = passes

    def around(self) -> np.ndarray:
        """The convolution of a pass, `[5, 5, 1, 2]`, without its bias `[0, SLOPE * LEAST]`: the pixel itself, and minus what lies around."""
        kernel = np.zeros((self.SIDE, self.SIDE, 1, 2), np.float32)
        kernel[self.SIDE // 2, self.SIDE // 2, 0, 0] = 1
        kernel[..., 1] = -self.SLOPE / self.SIDE**2
        return kernel

    def call(self, x: Any, training: bool = False) -> Any:
        """`[n, h, w, 1]`, as many pixels as before."""
        for _ in range(0 if training else self.passes):
            around = ops.average_pool(ops.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]]), self.SIDE, strides=1)
            x = ops.relu(x - ops.relu(self.SLOPE * (self.LEAST - around)))
        return x


class UpsampleConv2D(keras.layers.Layer):
    """Nearest-neighbour upsampling by 2, then a convolution: the same function as UpSampling2D + Conv2D, for about a third of the arithmetic.

    Two neighbouring pixels of the upsampled picture are the same source pixel, so the kernel's taps that fall on it can be added up before
    the convolution: one small convolution for each of the four output phases. The parameter stays the k x k kernel, so training and weights
    are those of the plain layers.
    """

    def __init__(self, filters: int, kernel_size: int, padding: str = "same", use_bias: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filters, self.kernel_size, self.padding, self.use_bias = filters, kernel_size, padding, use_bias

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Makes the k x k kernel, Glorot uniform as Conv2D's."""
        size, channels = self.kernel_size, input_shape[-1]
        self.kernel = self.add_weight(name="kernel", shape=(size, size, channels, self.filters), initializer="glorot_uniform")
        self.bias = self.add_weight(name="bias", shape=(self.filters,), initializer="zeros") if self.use_bias else None
        one = upsampling_taps(size).astype(np.float32)  # [phase, small tap, tap]
        reach = one.shape[1]
        self.taps = np.einsum("pta,qsb->tspqab", one, one).reshape(reach * reach * 4, size * size)  # both directions at once

    def call(self, x: Any) -> Any:
        """`[n, h, w, c]` -> `[n, 2h, 2w, filters]` (less (k - 1) rows and columns when 'valid')."""
        height, width = x.shape[1], x.shape[2]
        taps = ops.cast(self.taps, self.compute_dtype)
        reach, size, channels = round((len(self.taps) / 4) ** 0.5), self.kernel_size, x.shape[-1]
        flat = ops.reshape(ops.cast(self.kernel, self.compute_dtype), (size * size, channels * self.filters))
        small = ops.reshape(ops.matmul(taps, flat), (reach, reach, 4, channels, self.filters))
        small = ops.reshape(ops.transpose(small, (0, 1, 3, 2, 4)), (reach, reach, channels, 4 * self.filters))
        phases = ops.conv(x, small, strides=1, padding="same")  # [n, h, w, 2 * 2 * filters]
        phases = ops.reshape(phases, (-1, height, width, 2, 2, self.filters))
        y = ops.reshape(ops.transpose(phases, (0, 1, 3, 2, 4, 5)), (-1, 2 * height, 2 * width, self.filters))
        if self.padding == "valid":
            cut = (self.kernel_size - 1) // 2
            y = y[:, cut : 2 * height - cut, cut : 2 * width - cut, :]
        return y if self.bias is None else y + ops.cast(self.bias, y.dtype)


class Dropout(keras.layers.Dropout):
    """Keras' dropout with a cheaper draw: 16 random bits a number instead of 32 made into a float, and a product instead of a selection.

    The share that is dropped is `rate` to 1 / 65,536; what is kept is divided by the rest, which is not to be nothing.
    Raises: ConfigError for a rate outside of 0 ... 0.99.
    """

    def __init__(self, rate: float, **kwargs: Any) -> None:
        super().__init__(check_number("dropout", rate, 0.0, 0.99), **kwargs)

    def call(self, inputs: Any, training: bool = False) -> Any:
        """As Keras': while training, zero with probability `rate`, else x / (1 - rate)."""
        if not training or not self.rate:
            return inputs
        shape = tf.shape(inputs)
        count = tf.reduce_prod(shape)
        seed = distributed.own_seed(tf.cast(self.seed_generator.next(), tf.int32))
        words = tf.random.stateless_uniform([(count + 1) // 2], seed, None, None, tf.uint32)
        bits = tf.reshape(tf.bitcast(words, tf.uint16), [-1])[:count]
        threshold = round(self.rate * 65536)
        kept = tf.cast(tf.reshape(bits >= threshold, shape), inputs.dtype)
        return inputs * (kept * (65536 / (65536 - threshold)))


class BatchNormalization(keras.layers.BatchNormalization):
    """Keras' batch normalisation, with TensorFlow's one fused kernel in training."""

    def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
        """As Keras': normalised by the batch while training, which also moves the running averages, else by those."""
        if not training or self.synchronized:
            return super().call(inputs, training=training, mask=mask)
        pictures = inputs if len(inputs.shape) == 4 else inputs[:, None, None, :]
        scale, offset = (tf.cast(variable, tf.float32) for variable in (self.gamma, self.beta))
        normal, mean, variance = tf.compat.v1.nn.fused_batch_norm(pictures, scale, offset, epsilon=self.epsilon, is_training=True)
        normal = tf.reshape(normal, tf.shape(inputs))
        count = tf.cast(tf.size(inputs) // inputs.shape[-1], tf.float32)
        biased = variance * (count - 1) / count  # as Keras keeps it
        for average, value in ((self.moving_mean, mean), (self.moving_variance, biased)):
            average.assign(average * self.momentum + value * (1 - self.momentum))
        return normal


class Chain(keras.Model):
    """A network as a plain list of layers; those with `takes_labels` also see the class weights.

    Args:
        layers: applied one after the other.
        input_shape: shape of one input, without the batch.
        num_classes: size of the class weights, 0 for none.
        role: 'generator', 'discriminator', 'encoder' or 'classifier'.
    """

    def __init__(self, role: str, layers: list[keras.layers.Layer], input_shape: tuple[int, ...], num_classes: int = 0) -> None:
        super().__init__(name=role)
        self.role, self.steps, self.sample_shape, self.num_classes = role, layers, tuple(input_shape), num_classes
        self.shapes: list[tuple[int, ...]] = []  # after each layer, without the batch
        self(np.zeros((2, *input_shape), np.float32), np.zeros((2, num_classes), np.float32), training=False)  # makes the variables
        self.output_size = self.shapes[-1]

    def call(self, x: Any, labels: Any = None, training: bool = False, leave_out: int = 0) -> Any:
        """The layers in turn, but for the last `leave_out`. `labels` are class weights `[n, num_classes]`."""
        planes = training and isinstance(self.steps[0], LabelPlanes)
        if planes:
            x = LabelPlanes.through(self.steps[1], x, labels)
        for layer in self.steps[2 if planes else 0 : len(self.steps) - leave_out]:
            if getattr(layer, "takes_labels", False):
                x = layer(x, labels)
            elif isinstance(layer, keras.layers.BatchNormalization | keras.layers.Dropout | Despeckle):
                x = layer(x, training=training)
            else:
                x = layer(x)
            if len(self.shapes) < len(self.steps):
                self.shapes.append(tuple(int(length) for length in x.shape[1:]))
        return x


def spread_out(widths: dict[str, Any]) -> list[keras.layers.Layer]:
    """A generator's first layer where the widths name a `spread`: z times that, which is drawn as much narrower while training.

    So z of the prior reach farther out than those it was trained on. A GAN draws its digits a little too much alike; this trades some of
    the typical for the rare: the opposite of truncation. Source of the trade: Karras et al. 2019, appendix B, https://arxiv.org/abs/1812.04948
    """
    return [keras.layers.Rescaling(check_number("spread", widths["spread"], 0.1, 10.0))] if "spread" in widths else []


def convolutional_generator(widths: Sequence[int], mapping: Sequence[int] = (), margin: float = 0.0) -> list[keras.layers.Layer]:
    """From a flat input to a 28x28 picture in [-1, 1] by way of 7x7 and 14x14.

    Args:
        widths: channels at 7x7, at 14x14 and, where there is a third, at 28x28 before a last 3x3 convolution. That one can take back what
            the upsampling left beside the strokes, which a single linear layer from 14x14 cannot.
        mapping: widths of dense layers before that; they bend z, so that neighbours need not be neighbouring digits.
        margin: of a `Saturate` at the end, 0 for none.
    Source: the course material's DCGAN, after Radford et al. 2016, https://arxiv.org/abs/1511.06434; the mapping as in Karras et al. 2019,
        section 2, https://arxiv.org/abs/1812.04948
    """
    deep, *rest = widths
    bent = [layer for width in mapping for layer in (keras.layers.Dense(width), keras.layers.LeakyReLU(0.2))]
    layers = [
        *bent,
        keras.layers.Dense(7 * 7 * deep),
        keras.layers.LeakyReLU(0.2),
        BatchNormalization(momentum=0.9),
        keras.layers.Reshape((7, 7, deep)),
    ]
    for width in rest:
        layers += [UpsampleConv2D(width, 5), BatchNormalization(momentum=0.9), keras.layers.LeakyReLU(0.2)]
    layers.append(UpsampleConv2D(1, 5) if len(rest) == 1 else keras.layers.Conv2D(1, 3, padding="same"))
    return [*layers, keras.layers.Activation("tanh"), *([Saturate(-1.0, 1.0, margin)] if margin else [])]


def convolutional_discriminator(widths: list[int], dropout: float, outputs: int = 1) -> list[keras.layers.Layer]:
    """From a picture to one logit (or more `outputs`), halving height and width with every 5x5 convolution. Source: as the generator's."""
    layers: list[keras.layers.Layer] = []
    for width in widths:
        layers += [keras.layers.Conv2D(width, 5, strides=2, padding="same"), keras.layers.LeakyReLU(0.2), Dropout(dropout)]
    return [*layers, keras.layers.Flatten(), keras.layers.Dense(outputs)]
