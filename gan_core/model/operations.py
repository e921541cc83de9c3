"""The operations of a program, run by NumPy alone (docs/formats.md, section 1). What each may be made of: rules.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import NotRequired, Required, TypedDict

import numpy as np

from gan_core.arrays import Floats


class Options(TypedDict, total=False):
    """What an operation is told beside its tensors."""

    stride: int
    padding: str
    kind: str
    alpha: float
    shape: list[int]
    size: int


class Operation(Options, total=False):
    """`op` and the fields of its kind, as in the file: names of tensors, and its options."""

    op: Required[str]
    kernel: str
    bias: str
    scale: str
    shift: str


class End(TypedDict):
    """What goes into a program or comes out of it, as in the file: the shape without the batch, the range of pixels, what makes a share of a logit."""

    name: str
    shape: list[int]
    range: NotRequired[list[float]]
    probability: NotRequired[str]


AT_ONCE = 16_000_000  # numbers in the patches of a convolution at one time: 64 MB


def upsampling_taps(size: int) -> Floats:
    """How a kernel of odd `size` folds when its input is upsampled by 2 with nearest neighbours.

    Returns: `[2, t, size]`: for each output phase, which of the t source pixels each tap falls on.
    """
    reach = (size - 1) // 2
    widest = (reach + 1) // 2
    taps = np.zeros((2, 2 * widest + 1, size), np.float32)
    for phase in (0, 1):
        for tap in range(size):
            taps[phase, (phase + tap - reach) // 2 + widest, tap] = 1
    return taps


def fold_upsampling(kernel: Floats) -> Floats:
    """The kernel `[k, k, in, out]` of an `upconv` on the small grid, `[t, t, in, 4 * out]`: all four phases side by side."""
    taps = upsampling_taps(kernel.shape[0]).argmax(axis=1)  # [2, k]: the source pixel of each tap
    reach = taps.max() + 1
    small = np.zeros((reach, reach, kernel.shape[2], 2, 2, kernel.shape[3]), np.float32)
    for p in (0, 1):
        for q in (0, 1):
            for a, row in enumerate(taps[p]):
                for b, column in enumerate(taps[q]):
                    small[row, column, :, p, q] += kernel[a, b]
    return small.reshape(*small.shape[:3], -1)


def apply(op: Operation, x: Floats, tensors: dict[str, Floats], labels: Floats | None, folded: Floats | None) -> Floats:
    """The output of one operation for a batch.

    Args:
        labels: class weights `[n, num_classes]` where the program takes them.
        folded: the kernel of an `upconv` after `fold_upsampling`.
    """
    kind = op["op"]
    if kind == "dense":
        return _biased(op, tensors, x @ tensors[op["kernel"]])
    if kind == "conv":
        return _biased(op, tensors, conv(x, tensors[op["kernel"]], op["stride"], op["padding"]))
    if kind == "conv_transpose":
        return _biased(op, tensors, conv_transpose(x, tensors[op["kernel"]], op["stride"], op["padding"]))
    if kind == "upconv":
        assert folded is not None
        return _biased(op, tensors, upconv(x, folded, tensors[op["kernel"]].shape[0], op["padding"]))
    if kind == "affine":
        return np.asarray(x * tensors[op["scale"]] + tensors[op["shift"]], np.float32)
    if kind in _LABELLED:
        assert labels is not None
        return _LABELLED[kind](x, labels)
    return _PLAIN[kind](x, op)


def _biased(op: Operation, tensors: dict[str, Floats], x: Floats) -> Floats:
    if op.get("bias"):
        x += tensors[op["bias"]]
    return x


def _concat_labels(x: Floats, labels: Floats) -> Floats:
    return np.concatenate([x, labels], axis=1)


def _label_planes(x: Floats, labels: Floats) -> Floats:
    return np.concatenate([x, np.broadcast_to(labels[:, None, None, :], (*x.shape[:3], labels.shape[1]))], axis=3)


def _label_score(x: Floats, labels: Floats) -> Floats:
    return np.asarray(x[:, :1] + (x[:, 1:] * labels).sum(axis=1, keepdims=True), np.float32)


def _relu(x: Floats, _op: Operation) -> Floats:
    return np.asarray(np.maximum(x, 0), np.float32)


def _leaky_relu(x: Floats, op: Operation) -> Floats:
    return np.asarray(np.maximum(x, np.float32(op["alpha"]) * x), np.float32)


def _tanh(x: Floats, _op: Operation) -> Floats:
    return np.asarray(np.tanh(x), np.float32)


def _sigmoid(x: Floats, _op: Operation) -> Floats:
    return np.asarray(0.5 * (np.tanh(0.5 * x) + 1), np.float32)  # this form cannot overflow


def _softmax(x: Floats, _op: Operation) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def _any_score(x: Floats, _op: Operation) -> Floats:
    top = x.max(axis=1, keepdims=True)
    return np.asarray(top + np.log(np.exp(x - top).sum(axis=1, keepdims=True)), np.float32)


def _activation(x: Floats, op: Operation) -> Floats:
    return ACTIVATIONS[op["kind"]](x, op)


def _reshape(x: Floats, op: Operation) -> Floats:
    shape: list[int] = op["shape"]
    return x.reshape(len(x), *shape)


def _pool(x: Floats, _op: Operation) -> Floats:
    n, height, width, channels = x.shape
    padded = np.pad(x, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), constant_values=-np.inf)
    return np.asarray(padded.reshape(n, (height + 1) // 2, 2, (width + 1) // 2, 2, channels).max(axis=(2, 4)), np.float32)


def _global_pool(x: Floats, _op: Operation) -> Floats:
    return np.asarray(x.mean(axis=(1, 2)), np.float32)


def depth_to_space(x: Floats) -> Floats:
    """Every pixel's `[4 c]` as 2x2 pixels of `[c]`, row by row: `[n, h, w, 4 c]` -> `[n, 2 h, 2 w, c]`."""
    n, height, width, channels = x.shape
    parts = x.reshape(n, height, width, 2, 2, channels // 4).transpose(0, 1, 3, 2, 4, 5)
    return parts.reshape(n, 2 * height, 2 * width, channels // 4)


def space_to_depth(x: Floats) -> Floats:
    """The way back: `[n, 2 h, 2 w, c]` -> `[n, h, w, 4 c]`."""
    n, height, width, channels = x.shape
    parts = x.reshape(n, height // 2, 2, width // 2, 2, channels).transpose(0, 1, 3, 2, 4, 5)
    return parts.reshape(n, height // 2, width // 2, 4 * channels)


def _depth_to_space(x: Floats, _op: Operation) -> Floats:
    return depth_to_space(x)


ACTIVATIONS: dict[str, Callable[[Floats, Operation], Floats]] = {
    "relu": _relu, "leaky_relu": _leaky_relu, "tanh": _tanh, "sigmoid": _sigmoid, "softmax": _softmax,
}  # fmt: skip
_PLAIN: dict[str, Callable[[Floats, Operation], Floats]] = {
    "activation": _activation, "reshape": _reshape, "pool": _pool, "global_pool": _global_pool, "any_score": _any_score,
    "depth_to_space": _depth_to_space,
}  # fmt: skip
_LABELLED: dict[str, Callable[[Floats, Floats], Floats]] = {
    "concat_labels": _concat_labels, "label_planes": _label_planes, "label_score": _label_score,
}  # fmt: skip
KINDS = (
    "dense",
    "conv",
    "upconv",
    "conv_transpose",
    "affine",
    *_PLAIN,
    *_LABELLED,
)  # all that a program may be made of; each way out has a line for each


def same_padding(size: tuple[int, ...], kernel: tuple[int, ...], stride: int) -> list[tuple[int, int]]:
    """What padding `same` adds before and after `[height, width]`, as TensorFlow does: the odd pixel goes behind."""
    pads = []
    for length, reach in zip(size, kernel, strict=True):
        total = max((-(-length // stride) - 1) * stride + reach - length, 0)
        pads.append((total // 2, total - total // 2))
    return pads


def conv(x: Floats, kernel: Floats, stride: int, padding: str) -> Floats:
    """Cross-correlation of `[n, h, w, in]` with `[kh, kw, in, out]`, padding 'same' or 'valid', as a matrix product over patches.

    Where the patches are many, some rows at a time.
    """
    size_h, size_w, _, channels = kernel.shape
    if padding == "same":
        x = np.pad(x, ((0, 0), *same_padding(x.shape[1:3], (size_h, size_w), stride), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size_h, size_w), axis=(1, 2))[:, ::stride, ::stride]
    patches = windows.transpose(0, 1, 2, 4, 5, 3)  # [n, h, w, kh, kw, in]
    n, height, width = patches.shape[:3]
    flat = kernel.reshape(-1, channels)
    rows = max(1, AT_ONCE // (n * width * len(flat)))
    if rows >= height:
        return (patches.reshape(n * height * width, -1) @ flat).reshape(n, height, width, channels)
    y = np.empty((n, height, width, channels), np.float32)
    for top in range(0, height, rows):
        part = patches[:, top : top + rows]
        y[:, top : top + rows] = (part.reshape(-1, len(flat)) @ flat).reshape(n, -1, width, channels)
    return y


def conv_transpose(x: Floats, kernel: Floats, stride: int, padding: str) -> Floats:
    """Transposed convolution of `[n, h, w, in]` with `[kh, kw, out, in]`, as TensorFlow keeps it, to `[n, H, W, out]` (`transposed_side`).

    Every pixel adds its patch to the output, so no product is with a zero; it is the gradient of `conv` by its input.
    Source: Dumoulin & Visin 2016, A guide to convolution arithmetic for deep learning, chapter 4. https://arxiv.org/abs/1603.07285
    """
    n, rows, columns, _ = x.shape
    size_h, size_w, channels, _ = kernel.shape
    height, width = transposed_side(rows, size_h, stride, padding), transposed_side(columns, size_w, stride, padding)
    return scatter(x, kernel, (n, height, width, channels), stride, padding)


def transposed_side(length: int, size: int, stride: int, padding: str) -> int:
    """Height or width after a transposed convolution: `stride` times as long, and what a larger kernel reaches beyond where 'valid'."""
    return stride * length + (max(size - stride, 0) if padding == "valid" else 0)


def scatter(x: Floats, kernel: Floats, shape: tuple[int, ...], stride: int, padding: str) -> Floats:
    """The gradient of a convolution by its input `shape`: every pixel of `x` hands back to each pixel that its patch has seen."""
    n, height, width, depth = shape
    pads = same_padding((height, width), kernel.shape[:2], stride) if padding == "same" else [(0, 0), (0, 0)]
    whole = np.zeros((n, height + sum(pads[0]), width + sum(pads[1]), depth), np.float32)
    rows, columns = x.shape[1:3]
    handed = x.reshape(-1, x.shape[3]) @ kernel.reshape(-1, kernel.shape[3]).T
    patches = handed.reshape(n, rows, columns, *kernel.shape[:3])
    for row in range(kernel.shape[0]):
        for column in range(kernel.shape[1]):
            whole[:, row : row + rows * stride : stride, column : column + columns * stride : stride] += patches[:, :, :, row, column]
    return whole[:, pads[0][0] : pads[0][0] + height, pads[1][0] : pads[1][0] + width]


def upconv(x: Floats, folded: Floats, size: int, padding: str) -> Floats:
    """Upsampling and convolution with a kernel of odd `size` at once: all four phases see the same small patches, so one product makes them.

    Args:
        folded: the kernel on the small grid, `[t, t, in, 4 * out]` (`fold_upsampling`).
    """
    height, width = x.shape[1:3]
    y = depth_to_space(conv(x, folded, 1, "same"))
    if padding == "valid":
        cut = (size - 1) // 2
        y = y[:, cut : 2 * height - cut, cut : 2 * width - cut]
    return np.ascontiguousarray(y)
