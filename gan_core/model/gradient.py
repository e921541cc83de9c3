"""A program run backwards and sideways: gradients by its input and its tensors, and Jacobians, by NumPy alone.

Backwards (reverse mode) a gradient of the output becomes one of the input: what a discriminator wants of each pixel. Sideways (forward mode)
many small changes of one input become changes of the output: the Jacobian of a picture by its z, with which ink is dragged.
Source: Griewank & Walther 2008, Evaluating Derivatives, chapters 3.1 and 3.2.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.errors import ConfigError
from gan_core.model.operations import (
    Operation,
    conv,
    conv_transpose,
    depth_to_space,
    same_padding,
    scatter,
    space_to_depth,
    upconv,
    upsampling_taps,
)
from gan_core.model.program import Program


@dataclass(frozen=True)
class Gradients:
    """Of sum(output * weights): the output `[n, *output shape]` itself, the gradient by the input `[n, *input shape]` and by tensors, by name."""

    output: Floats
    by_input: Floats
    by_tensor: dict[str, Floats] = field(default_factory=dict)


def gradient(
    program: Program, x: npt.ArrayLike, weights: npt.ArrayLike, class_weights: npt.ArrayLike | None = None, tensors: bool = False
) -> Gradients:
    """Gradients of sum(program.run(x) * weights).

    Args:
        x: `[n, *input shape]`.
        weights: of the outputs, `[n, *output shape]`: the gradient of whatever is computed from them.
        class_weights: `[n, num_classes]` where the network takes labels.
        tensors: whether those by the program's tensors are wanted, too.
    Raises: ConfigError when a shape does not fit.
    """
    taken = program.trace(x, class_weights)
    slope = np.asarray(weights, np.float32)
    if slope.shape != taken[-1].shape:
        raise ConfigError(f"the weights have shape {list(slope.shape)}; expected the output's, {list(taken[-1].shape)}.")
    labels = None if class_weights is None else np.asarray(class_weights, np.float32)
    by_tensor: dict[str, Floats] = {}
    for number in reversed(range(len(program.ops))):
        at, before, after = _Place(program, number), taken[number], taken[number + 1]
        if tensors and at.op["op"] in _BY_TENSORS:
            for name, value in _BY_TENSORS[at.op["op"]](at, before, slope).items():
                by_tensor[name] = by_tensor[name] + value if name in by_tensor else value  # a tensor may serve two operations
        slope = _BACKWARDS[at.op["op"]](at, before, after, slope, labels)
    return Gradients(taken[-1], slope, by_tensor)


def jacobian(program: Program, x: npt.ArrayLike, class_weights: npt.ArrayLike | None = None) -> tuple[Floats, Floats]:
    """Output and Jacobian at one input.

    Args:
        x: `[*input shape]`, flat: a z.
        class_weights: `[num_classes]` where the network takes labels.
    Returns: the output `[*output shape]`, and d output / d x, `[*output shape, inputs]`.
    Raises: ConfigError when a shape does not fit.
    """
    point = np.asarray(x, np.float32)[None]
    given = None if class_weights is None else np.asarray(class_weights, np.float32)[None]
    taken = program.trace(point, given)
    changes = np.eye(point.size, dtype=np.float32).reshape(point.size, *point.shape[1:])
    for number, (before, after) in enumerate(itertools.pairwise(taken)):
        at = _Place(program, number)
        changes = _SIDEWAYS[at.op["op"]](at, before, after, changes, given)
    return taken[-1][0], np.moveaxis(changes, 0, -1)


@dataclass(frozen=True)
class _Place:
    """One operation of a program."""

    program: Program
    number: int

    @property
    def op(self) -> Operation:
        return self.program.ops[self.number]

    @property
    def kernel(self) -> Floats:
        return self.program.tensors[self.op["kernel"]]

    @property
    def folded(self) -> Floats:
        """Of an upsampling convolution, `[t, t, in, 4 * out]`."""
        return self.program.folded[self.number]


def _slope(op: Operation, before: Floats, after: Floats) -> Floats:
    """The derivative of an elementwise activation, of the shape of its input."""
    kind = op["kind"]
    if kind == "relu":
        return (before > 0).astype(np.float32)
    if kind == "leaky_relu":
        return np.where(before > 0, np.float32(1), np.float32(op["alpha"]))
    return np.asarray(1 - after * after if kind == "tanh" else after * (1 - after), np.float32)  # sigmoid


def _activation(at: _Place, before: Floats, after: Floats, slope: Floats, _labels: Floats | None) -> Floats:
    if at.op["kind"] == "softmax":  # its Jacobian is symmetric: the same rule backwards and sideways
        return np.asarray(after * (slope - (slope * after).sum(axis=-1, keepdims=True)), np.float32)
    return slope * _slope(at.op, before, after)


def _largest(before: Floats, after: Floats) -> npt.NDArray[np.bool_]:
    """Which pixel of each 2x2 is the first largest, `[n, 2, 2, rows, columns, c]`."""
    parts = _in_fours(before, -np.inf)
    hit = (parts == after[:, None, None]).reshape(len(before), 4, *after.shape[1:])
    return np.asarray(hit & (hit.cumsum(axis=1) == 1), np.bool_).reshape(parts.shape)


def _in_fours(x: Floats, filled: float) -> Floats:
    n, height, width, channels = x.shape
    padded = np.pad(x, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), constant_values=filled)
    return padded.reshape(n, (height + 1) // 2, 2, (width + 1) // 2, 2, channels).transpose(0, 2, 4, 1, 3, 5)


# ---- backwards: (operation, its input, its output, gradient by its output, labels) -> gradient by its input


def _back_dense(at: _Place, _b: Floats, _a: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return slope @ at.kernel.T


def _back_conv(at: _Place, before: Floats, _a: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return scatter(slope, at.kernel, before.shape, at.op["stride"], at.op["padding"])


def _back_conv_transpose(at: _Place, _b: Floats, _a: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return conv(slope, at.kernel, at.op["stride"], at.op["padding"])


def _back_upconv(at: _Place, before: Floats, _a: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return scatter(_phases(at, before, slope), at.folded, before.shape, 1, "same")


def _phases(at: _Place, before: Floats, slope: Floats) -> Floats:
    """The gradient by an upsampled output, on the small grid: `[n, h, w, 4 * out]`."""
    if at.op["padding"] == "valid":
        cut = (at.kernel.shape[0] - 1) // 2
        slope = np.pad(slope, ((0, 0), (cut, cut), (cut, cut), (0, 0)))
    return space_to_depth(slope)


def _back_pool(_at: _Place, before: Floats, after: Floats, slope: Floats, _l: Floats | None) -> Floats:
    parts = _largest(before, after) * slope[:, None, None]
    whole = parts.transpose(0, 3, 1, 4, 2, 5).reshape(len(before), 2 * after.shape[1], 2 * after.shape[2], after.shape[3])
    return np.ascontiguousarray(whole[:, : before.shape[1], : before.shape[2]], np.float32)


def _back_global_pool(_at: _Place, before: Floats, _a: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return np.broadcast_to(slope[:, None, None] / np.float32(before.shape[1] * before.shape[2]), before.shape).astype(np.float32)


def _back_any_score(_at: _Place, before: Floats, after: Floats, slope: Floats, _l: Floats | None) -> Floats:
    return np.asarray(slope * np.exp(before - after), np.float32)


def _back_label_score(_at: _Place, _b: Floats, _a: Floats, slope: Floats, labels: Floats | None) -> Floats:
    return np.concatenate([slope, slope * np.asarray(labels, np.float32)], axis=1)


_Rule = Callable[[_Place, Floats, Floats, Floats, Floats | None], Floats]

_BACKWARDS: dict[str, _Rule] = {
    "dense": _back_dense,
    "conv": _back_conv,
    "upconv": _back_upconv,
    "conv_transpose": _back_conv_transpose,
    "affine": lambda at, _b, _a, slope, _l: slope * at.program.tensors[at.op["scale"]],
    "activation": _activation,
    "reshape": lambda _at, before, _a, slope, _l: slope.reshape(before.shape),
    "concat_labels": lambda _at, before, _a, slope, _l: slope[:, : before.shape[1]],
    "label_planes": lambda _at, before, _a, slope, _l: slope[..., : before.shape[3]],
    "pool": _back_pool,
    "global_pool": _back_global_pool,
    "depth_to_space": lambda _at, _b, _a, slope, _l: space_to_depth(slope),
    "any_score": _back_any_score,
    "label_score": _back_label_score,
}


# ---- by the tensors: (operation, its input, gradient by its output) -> gradients, by name of the tensor


def _with_bias(at: _Place, slope: Floats, kernel: Floats) -> dict[str, Floats]:
    slopes = {at.op["kernel"]: np.asarray(kernel, np.float32)}
    return slopes | {at.op["bias"]: slope.sum(axis=tuple(range(slope.ndim - 1)))} if at.op.get("bias") else slopes


def _dense_tensors(at: _Place, before: Floats, slope: Floats) -> dict[str, Floats]:
    return _with_bias(at, slope, before.T @ slope)


def _conv_tensors(at: _Place, before: Floats, slope: Floats) -> dict[str, Floats]:
    return _with_bias(at, slope, _by_kernel(before, slope, at.kernel.shape, at.op["stride"], at.op["padding"]))


def _conv_transpose_tensors(at: _Place, before: Floats, slope: Floats) -> dict[str, Floats]:
    return _with_bias(at, slope, _by_kernel(slope, before, at.kernel.shape, at.op["stride"], at.op["padding"]))


def _upconv_tensors(at: _Place, before: Floats, slope: Floats) -> dict[str, Floats]:
    taps = upsampling_taps(at.kernel.shape[0])
    reach, (depth, channels) = taps.shape[1], at.kernel.shape[2:]
    small = _by_kernel(before, _phases(at, before, slope), (reach, reach, depth, 4 * channels), 1, "same")
    return _with_bias(at, slope, np.einsum("pta,qsb,tsipqo->abio", taps, taps, small.reshape(reach, reach, depth, 2, 2, channels)))


def _by_kernel(before: Floats, slope: Floats, shape: tuple[int, ...], stride: int, padding: str) -> Floats:
    """A convolution's gradient by its kernel `shape`: each tap meets the pixels it has seen."""
    pads = same_padding(before.shape[1:3], shape[:2], stride) if padding == "same" else [(0, 0), (0, 0)]
    padded = np.pad(before, ((0, 0), *pads, (0, 0)))
    rows, columns = slope.shape[1:3]
    flat = slope.reshape(-1, slope.shape[3])
    kernel_slope = np.empty(shape, np.float32)
    for row in range(shape[0]):
        for column in range(shape[1]):
            seen = padded[:, row : row + rows * stride : stride, column : column + columns * stride : stride]
            kernel_slope[row, column] = seen.reshape(-1, shape[2]).T @ flat
    return kernel_slope


def _affine_tensors(at: _Place, before: Floats, slope: Floats) -> dict[str, Floats]:
    over = tuple(range(slope.ndim - 1))
    return {at.op["scale"]: (slope * before).sum(axis=over), at.op["shift"]: slope.sum(axis=over)}


_BY_TENSORS = {
    "dense": _dense_tensors, "conv": _conv_tensors, "upconv": _upconv_tensors, "conv_transpose": _conv_transpose_tensors,
    "affine": _affine_tensors,
}  # fmt: skip


# ---- sideways: (operation, its input [1, ...], its output [1, ...], changes of its input [k, ...], labels) -> changes of its output


def _side_pool(_at: _Place, before: Floats, after: Floats, changes: Floats, _l: Floats | None) -> Floats:
    return np.asarray(np.where(_largest(before, after), _in_fours(changes, 0), 0).sum(axis=(1, 2)), np.float32)


def _with_nothing(changes: Floats, size: int) -> Floats:
    """Labels do not change with the input."""
    return np.concatenate([changes, np.zeros((*changes.shape[:-1], size), np.float32)], axis=-1)


_SIDEWAYS: dict[str, _Rule] = {
    "dense": lambda at, _b, _a, changes, _l: changes @ at.kernel,
    "conv": lambda at, _b, _a, changes, _l: conv(changes, at.kernel, at.op["stride"], at.op["padding"]),
    "upconv": lambda at, _b, _a, changes, _l: upconv(changes, at.folded, at.kernel.shape[0], at.op["padding"]),
    "conv_transpose": lambda at, _b, _a, changes, _l: conv_transpose(changes, at.kernel, at.op["stride"], at.op["padding"]),
    "affine": lambda at, _b, _a, changes, _l: changes * at.program.tensors[at.op["scale"]],
    "activation": _activation,
    "reshape": lambda at, _b, _a, changes, _l: changes.reshape(len(changes), *at.op["shape"]),
    "concat_labels": lambda at, _b, _a, changes, _l: _with_nothing(changes, at.program.num_classes),
    "label_planes": lambda at, _b, _a, changes, _l: _with_nothing(changes, at.program.num_classes),
    "pool": _side_pool,
    "global_pool": lambda _at, _b, _a, changes, _l: changes.mean(axis=(1, 2)),
    "depth_to_space": lambda _at, _b, _a, changes, _l: depth_to_space(changes),
    "any_score": lambda _at, before, after, changes, _l: (changes * np.exp(before - after)).sum(axis=1, keepdims=True),
    "label_score": lambda _at, _b, _a, changes, labels: (
        changes[:, :1] + (changes[:, 1:] * np.asarray(labels, np.float32)).sum(axis=1, keepdims=True)
    ),
}
