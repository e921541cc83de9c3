"""Program -> a plain `keras.Model` of Keras' own layers, which needs nothing of this project any more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Floats
from gan_core.model.operations import Operation
from gan_core.model.program import Program

if TYPE_CHECKING:
    import keras

WEIGHTS = "class_weights"  # the second input of a network that takes classes


@dataclass(frozen=True)
class _Place:
    """Where an operation stands: what comes into it, and what its layer is made of."""

    layers: ModuleType  # Keras'
    name: str
    op: Operation
    tensors: dict[str, Floats]
    shape: tuple[int, ...]  # of what comes in, without the batch
    labels: keras.KerasTensor  # None where the network takes none
    fixed: bool

    def larger(self, x: keras.KerasTensor, sides: tuple[int, ...], times: tuple[int, int], what: str) -> keras.KerasTensor:
        """Pictures of `sides` so many times as high and as wide, by nearest neighbours."""
        if self.fixed:
            return self.layers.Resizing(sides[0] * times[0], sides[1] * times[1], "nearest", name=self.part(what))(x)
        return self.layers.UpSampling2D(times, interpolation="nearest", name=self.part(what))(x)

    def kernel(self, make: Callable[..., keras.Layer], x: keras.KerasTensor, **fields: object) -> keras.KerasTensor:
        """A layer with the operation's kernel and bias, applied to x."""
        kernel, bias = self.tensors[self.op["kernel"]], self.op.get("bias")
        layer = make(kernel.shape[-2 if self.op["op"] == "conv_transpose" else -1], use_bias=bias is not None, name=self.name, **fields)
        y = layer(x)
        layer.set_weights([kernel] if bias is None else [kernel, self.tensors[bias]])
        return y

    def part(self, what: str) -> str:
        """The name of one of several layers that an operation becomes."""
        return f"{self.name}_{what}"


def to_keras(program: Program, name: str = "", fixed: bool = False) -> keras.Model:
    """The network as a functional `keras.Model`: `predict` gives what `program.run` gives, `fit`, `summary` and `save` work.

    Args:
        program: of any role. One that takes classes becomes a model of two inputs, the second `class_weights` `[n, num_classes]`.
        name: of the model (default: the role).
        fixed: pictures are made larger by a layer that says to which size; what converts a model for phones needs that.
    Raises: ModuleNotFoundError where Keras is not installed.
    """
    from gan_core.nn import keras

    x = first = keras.Input(tuple(program.input["shape"]), name=program.input["name"])
    labels = keras.Input((program.num_classes,), name=WEIGHTS) if program.num_classes else None
    for number, (op, shape) in enumerate(zip(program.ops, program.shapes(), strict=False)):
        x = LAYERS[op["op"]](x, _Place(keras.layers, f"{number:02d}_{op['op']}", op, program.tensors, shape, labels, fixed))
    return keras.Model(first if labels is None else [first, labels], x, name=name or program.role)


def _dense(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    return at.kernel(at.layers.Dense, x)


def _conv(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    sides = at.tensors[at.op["kernel"]].shape[:2]
    return at.kernel(at.layers.Conv2D, x, kernel_size=sides, strides=at.op["stride"], padding=at.op["padding"])


def _upconv(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    larger = at.larger(x, at.shape, (2, 2), "upsampling")
    return at.kernel(at.layers.Conv2D, larger, kernel_size=at.tensors[at.op["kernel"]].shape[0], padding=at.op["padding"])


def _conv_transpose(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    side = at.tensors[at.op["kernel"]].shape[0]
    return at.kernel(at.layers.Conv2DTranspose, x, kernel_size=side, strides=at.op["stride"], padding=at.op["padding"])


def _affine(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    scale, shift = (at.tensors[name].tolist() for name in (at.op["scale"], at.op["shift"]))
    return at.layers.Rescaling(scale, shift, name=at.name)(x)


def _activation(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    if at.op["kind"] == "leaky_relu":
        return at.layers.LeakyReLU(at.op["alpha"], name=at.name)(x)
    return at.layers.Activation(at.op["kind"], name=at.name)(x)


def _reshape(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    return at.layers.Reshape(tuple(at.op["shape"]), name=at.name)(x)


def _pool(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    return at.layers.MaxPooling2D(2, padding="same", name=at.name)(x)


def _depth_to_space(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    height, width, channels = at.shape
    layers = at.layers
    parts = layers.Reshape((height, width, 2, 2, channels // 4), name=at.part("parts"))(x)
    return layers.Reshape((2 * height, 2 * width, channels // 4), name=at.name)(
        layers.Permute((1, 3, 2, 4, 5), name=at.part("turned"))(parts)
    )


def _global_pool(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    return at.layers.GlobalAveragePooling2D(name=at.name)(x)


def _concat_labels(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    return at.layers.Concatenate(name=at.name)([x, at.labels])


def _label_planes(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    points = at.layers.Reshape((1, 1, at.labels.shape[-1]), name=at.part("points"))(at.labels)
    planes = at.larger(points, (1, 1), (at.shape[0], at.shape[1]), "planes")
    return at.layers.Concatenate(name=at.name)([x, planes])


def _label_score(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    """The product of the scores with [1, labels]; the one is made by a layer that nothing trains."""
    classes = at.labels.shape[-1]
    layer = at.layers.Dense(1 + classes, trainable=False, name=at.part("one_and_labels"))
    ones = layer(at.labels)
    layer.set_weights([np.eye(classes, 1 + classes, 1, np.float32), np.eye(1, 1 + classes, dtype=np.float32)[0]])
    return at.layers.Dot(axes=1, name=at.name)([x, ones])


def _any_score(x: keras.KerasTensor, at: _Place) -> keras.KerasTensor:
    from gan_core.nn import keras

    return keras.ops.logsumexp(x, axis=1, keepdims=True)


LAYERS: dict[str, Callable[[keras.KerasTensor, _Place], keras.KerasTensor]] = {
    "dense": _dense, "conv": _conv, "upconv": _upconv, "conv_transpose": _conv_transpose, "affine": _affine, "activation": _activation,
    "reshape": _reshape, "pool": _pool, "global_pool": _global_pool, "concat_labels": _concat_labels, "label_planes": _label_planes, "label_score": _label_score,
    "any_score": _any_score, "depth_to_space": _depth_to_space,
}  # fmt: skip
