"""What an operation of a program may be made of, what shape comes out of it and what it costs: all that is checked before one is run.

A file may come from a stranger, so each field is required and checked just as operations.py reads it, and nothing is run that would take
a page's first request longer than a moment. The bounds are in docs/formats.md, section 1; the browser's engine keeps the same ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gan_core.arrays import Array, Floats
from gan_core.model.operations import ACTIVATIONS, Operation, transposed_side, upsampling_taps
from gan_core.storage.fields import Fields, shown
from gan_core.storage.tensors import Shape

MAX_OPERATIONS = 500  # the longest of ours has 22
MAX_NUMBERS = 16_000_000  # in a program's tensors; the largest of ours has 1.5 million
MAX_ELEMENTS = 8_000_000  # of one picture between two operations: 128 x 128 with 488 channels
MAX_PATCHES = 32_000_000  # numbers that one convolution of one picture reads
MAX_WORK = 64_000_000  # numbers that all operations together make and read for one picture, beside the multiply-adds
MAX_MULTIPLY_ADDS = 1_000_000_000  # for one picture: 36 times the largest of ours
MAX_KERNEL = 32  # pixels a side
MAX_SIDE = 2**24


@dataclass(frozen=True)
class Outcome:
    """What one operation does to one picture: the shape that comes out, its multiply-adds, the numbers it makes and reads."""

    shape: Shape
    multiply_adds: int = 0
    patches: int = 0

    @property
    def work(self) -> int:
        """Numbers made and read, beside the multiply-adds."""
        return math.prod(self.shape) + self.patches


def shape_of(value: object) -> Shape:
    """A shape in a file: one to four whole numbers from 1 on. Raises ValueError."""
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= 4 or not all(_is_whole(length, 1, MAX_SIDE) for length in value):
        raise ValueError(f"its shape is {shown(value)}; expected one to four whole numbers from 1 on")
    shape = tuple(value)
    if math.prod(shape) > MAX_ELEMENTS:
        raise ValueError(f"its shape {list(shape)} has {math.prod(shape):,} numbers; expected at most {MAX_ELEMENTS:,}")
    return shape


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def outcomes(ops: list[Operation], shape: Shape, tensors: dict[str, Floats], num_classes: int) -> list[Outcome]:
    """What each operation does, beginning with an input of `shape` (without the batch).

    Raises: ValueError saying which operation it is and why it cannot be run, or that all of them cost too much.
    """
    if len(ops) > MAX_OPERATIONS:
        raise ValueError(f"it has {len(ops):,} operations; expected at most {MAX_OPERATIONS}")
    results: list[Outcome] = []
    for number, op in enumerate(ops):
        try:
            results.append(outcome(op, results[-1].shape if results else shape, tensors, num_classes))
        except ValueError as error:
            raise ValueError(f"operation {number} cannot be run: {error}") from None
    for what, most, came in (
        ("multiply-adds", MAX_MULTIPLY_ADDS, sum(one.multiply_adds for one in results)),
        ("numbers made and read", MAX_WORK, sum(one.work for one in results)),
    ):
        if came > most:
            raise ValueError(f"it needs {came:,} {what} a picture; expected at most {most:,}")
    return results


def outcome(op: Operation, shape: Shape, tensors: dict[str, Floats], num_classes: int) -> Outcome:
    """What one operation does to an input of `shape`. Raises ValueError where it cannot be run."""
    fields = Fields(op, "it")
    kind = fields.text("op", 40)
    if kind in ("dense", "conv", "upconv", "conv_transpose"):
        result = _of_kernel(kind, fields, shape, tensors)
    else:
        result = Outcome(_plain(kind, fields, shape, tensors, num_classes))
    if min(result.shape, default=0) < 1 or math.prod(result.shape) > MAX_ELEMENTS or result.patches > MAX_PATCHES:
        raise ValueError(
            f"{kind} makes {list(result.shape)} of {list(shape)}, reading {result.patches:,} numbers; "
            f"expected at least 1 and at most {MAX_ELEMENTS:,} numbers, out of at most {MAX_PATCHES:,}"
        )
    return result


def _tensor(fields: Fields, name: str, tensors: dict[str, Floats]) -> Floats:
    key = fields.text(name, 200)
    if key not in tensors:
        raise ValueError(f"its {name} is the tensor {key!r}, which the file does not hold")
    return tensors[key]


def _of_kernel(kind: str, fields: Fields, shape: Shape, tensors: dict[str, Floats]) -> Outcome:
    kernel = _tensor(fields, "kernel", tensors)
    flat = kind == "dense"
    ends = kernel.shape[-2:] if kind != "conv_transpose" else kernel.shape[:-3:-1]  # channels that come in, and that go out
    if kernel.ndim != (2 if flat else 4) or len(shape) != (1 if flat else 3) or ends[0] != shape[-1] or kernel.size == 0:
        raise ValueError(f"{kind} kernel {list(kernel.shape)} does not fit an input of {list(shape)}")
    if "bias" in fields and (bias := _tensor(fields, "bias", tensors)).shape != ends[1:]:
        raise ValueError(f"{kind} bias {list(bias.shape)} does not fit its kernel {list(kernel.shape)}")
    if flat:
        return Outcome(kernel.shape[1:], kernel.size)
    size, (depth, channels) = kernel.shape[0], ends
    padding, stride = fields.choice("padding", ("same", "valid")), fields.whole("stride", 1, 2) if kind != "upconv" else 1
    if max(kernel.shape[:2]) > MAX_KERNEL:
        raise ValueError(f"{kind} kernel {list(kernel.shape)}; expected at most {MAX_KERNEL} a side")
    if kind == "conv":
        sides = [
            -(-(length - (reach - 1 if padding == "valid" else 0)) // stride)
            for length, reach in zip(shape[:2], kernel.shape, strict=False)
        ]
        return Outcome((*sides, channels), kernel.size * math.prod(sides), math.prod(sides) * math.prod(kernel.shape[:3]))
    if size != kernel.shape[1] or (kind == "upconv" and size % 2 == 0):
        raise ValueError(f"{kind} kernel {list(kernel.shape)}; expected a square, odd for an upconv")
    if kind == "upconv":
        reach = upsampling_taps(size).shape[1]
        used = int(upsampling_taps(size).any(axis=2).sum())  # over both phases of one axis; what folds to zero is not counted
        sides = [2 * length - (size - 1 if padding == "valid" else 0) for length in shape[:2]]
        place = shape[0] * shape[1]
        return Outcome((*sides, channels), place * used * used * depth * channels, place * (reach * reach * depth + 4 * channels))
    sides = [transposed_side(length, size, stride, padding) for length in shape[:2]]
    place = shape[0] * shape[1]
    return Outcome((*sides, channels), place * kernel.size, place * size * size * channels)


def _plain(kind: str, fields: Fields, shape: Shape, tensors: dict[str, Floats], num_classes: int) -> Shape:
    """The shape after an operation without a kernel."""
    if kind == "affine":
        scale, shift = _tensor(fields, "scale", tensors), _tensor(fields, "shift", tensors)
        if not scale.shape == shift.shape == shape[-1:]:
            raise ValueError(f"affine of {list(scale.shape)} and {list(shift.shape)} does not fit an input of {list(shape)}")
        return shape
    if kind == "activation":
        if fields.choice("kind", tuple(ACTIVATIONS)) == "leaky_relu":
            fields.number("alpha", 0, 1)
        return shape
    if kind == "reshape":
        after = shape_of(fields.items("shape", 4))
        if math.prod(after) != math.prod(shape):
            raise ValueError(f"cannot reshape {list(shape)} to {list(after)}")
        return after
    if kind == "concat_labels" and len(shape) == 1 and num_classes:
        return (shape[0] + num_classes,)
    if kind == "label_planes" and len(shape) == 3 and num_classes:
        return (*shape[:2], shape[2] + num_classes)
    if (kind == "any_score" and len(shape) == 1) or (kind == "label_score" and num_classes and shape == (1 + num_classes,)):
        return (1,)
    if kind == "pool" and len(shape) == 3:
        fields.whole("size", 2, 2, default=2)
        return ((shape[0] + 1) // 2, (shape[1] + 1) // 2, shape[2])
    if kind == "depth_to_space" and len(shape) == 3 and shape[2] % 4 == 0:
        fields.whole("size", 2, 2, default=2)
        return (2 * shape[0], 2 * shape[1], shape[2] // 4)
    if kind == "global_pool" and len(shape) == 3:
        return shape[2:]
    raise ValueError(f"operation {kind!r} is unknown or does not fit an input of {list(shape)}")


def check_finite(tensors: Mapping[str, Array]) -> None:
    """Raises ValueError naming the first tensor that holds NaN or infinity."""
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ValueError(f"tensor {name!r} holds values that are no numbers (NaN or infinity)")
