"""What an ONNX file computes of shapes and tensors before anything comes in: sizes of a `view`, a kernel under spectral or weight normalization.

Everything is bounded before memory or time is taken for it. What cannot be computed is a ValueError.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Array
from gan_core.exchange.onnx_file import array_of
from gan_core.storage.fields import Fields, shown

if TYPE_CHECKING:
    import onnx

MOST = 1_000  # numbers that may be made of fewer


def folded(kind: str, fields: Fields, tensor: onnx.TensorProto | None, inputs: list[Array]) -> Array:
    """The output of a node whose inputs are all known. Raises ValueError for a kind that is not."""
    if kind == "Constant":
        return array_of(tensor) if tensor is not None else _constant(fields)
    if kind not in FOLDED or not inputs:
        raise ValueError(f"it computes {shown(kind)} of what is known; expected one of: Constant, {', '.join(FOLDED)}")
    try:
        constant = np.asarray(FOLDED[kind](fields, inputs))
    except (IndexError, OverflowError, TypeError) as error:
        raise ValueError(f"{kind} of {[list(one.shape) for one in inputs]} cannot be computed") from error
    _check_size(kind, constant.size, inputs)
    return constant


def part(shape: Array, fields: Fields) -> Array:
    """The sides of a shape that a node `Shape` asks for, all of them in older files."""
    ends = [fields.whole(name, -64, 64, default=default) for name, default in (("start", 0), ("end", 64))]
    return shape[ends[0] : ends[1]]


def _check_size(kind: str, size: int, inputs: list[Array]) -> None:
    if size > MOST and size > max(one.size for one in inputs):
        raise ValueError(f"{kind} makes {size:,} numbers; expected at most {MOST:,}")


def _constant(fields: Fields) -> Array:
    for name in ("value_int", "value_float", "value_ints", "value_floats"):
        if name in fields:
            return np.asarray(fields.items(name, MOST) if name.endswith("s") else fields.number(name, -(2**53), 2**53))
    raise ValueError("it is a constant without a value")


def _axes(fields: Fields, inputs: list[Array]) -> tuple[int, ...]:
    return tuple(int(axis) for axis in inputs[1].ravel()) if len(inputs) > 1 else tuple(fields.wholes("axes", 8))


def _gather(fields: Fields, inputs: list[Array]) -> Array:
    if len(inputs) < 2 or inputs[1].size > MOST or inputs[0].size > MOST:
        raise ValueError(f"Gather takes more than {MOST:,} numbers")
    return np.asarray(np.take(inputs[0], inputs[1].astype(np.int64), axis=fields.whole("axis", -8, 8, default=0)))


def _concat(fields: Fields, inputs: list[Array]) -> Array:
    if sum(one.size for one in inputs) > MOST:
        raise ValueError(f"Concat makes more than {MOST:,} numbers")
    return np.concatenate(inputs, axis=fields.whole("axis", -8, 8))


def _slice(_fields: Fields, inputs: list[Array]) -> Array:
    if inputs[0].ndim != 1 or len(inputs) < 3 or any(one.size != 1 for one in inputs[1:]):
        raise ValueError("Slice of more than one axis")
    step = int(inputs[4].item()) if len(inputs) > 4 else 1
    return np.asarray(inputs[0][int(inputs[1].item()) : int(inputs[2].item()) : step])


def _reshape(_fields: Fields, inputs: list[Array]) -> Array:
    return inputs[0].reshape([int(side) for side in inputs[1].ravel().tolist()])


def _arithmetic(kind: str, compute: Callable[[Array, Array], Array]) -> Callable[[Fields, list[Array]], Array]:
    def computed(_fields: Fields, inputs: list[Array]) -> Array:
        a, b = inputs
        _check_size(kind, math.prod(np.broadcast_shapes(a.shape, b.shape)), inputs)
        whole = [one.dtype.kind in "iu" for one in inputs]
        if all(whole) and min(a.min(initial=0), b.min(initial=0)) < 0:  # -1 stands for as many as come
            raise ValueError(f"{kind} of a number that is not known before pictures come")
        if kind in ("Div", "Mod") and all(whole) and not b.all():
            raise ValueError(f"{kind} by zero")
        return compute(a, b)

    return computed


def _div(a: Array, b: Array) -> Array:
    return np.asarray(a // b if a.dtype.kind in "iu" and b.dtype.kind in "iu" else a / b)


def _matmul(_fields: Fields, inputs: list[Array]) -> Array:
    """A matrix by a row of numbers, as spectral normalization has it; of two matrices nobody knows before how long it takes."""
    a, b = inputs
    if min(a.ndim, b.ndim) != 1 or max(a.ndim, b.ndim) > 2:
        raise ValueError(f"MatMul of {list(a.shape)} and {list(b.shape)}; expected a matrix and a row of numbers")
    return np.asarray(a @ b)


def _norm(fields: Fields, inputs: list[Array]) -> Array:
    keep = bool(fields.whole("keepdims", 0, 1, default=1))
    axes = _axes(fields, inputs) if len(inputs) > 1 or "axes" in fields else None
    return np.asarray(np.sqrt(np.square(inputs[0]).sum(axes, keepdims=keep)))


FOLDED: dict[str, Callable[[Fields, list[Array]], Array]] = {
    "Identity": lambda _, inputs: inputs[0],
    "Cast": lambda _, inputs: inputs[0],  # of what type the numbers are is asked where they are used
    "Transpose": lambda fields, inputs: np.transpose(inputs[0], fields.wholes("perm", 8) if "perm" in fields else None),
    "Unsqueeze": lambda fields, inputs: np.expand_dims(inputs[0], _axes(fields, inputs)),
    "Squeeze": lambda fields, inputs: np.squeeze(inputs[0], _axes(fields, inputs) if len(inputs) > 1 or "axes" in fields else None),
    "Shape": lambda fields, inputs: part(np.array(inputs[0].shape, np.int64), fields),
    "Gather": _gather,
    "Concat": _concat,
    "Slice": _slice,
    "Reshape": _reshape,
    "Add": _arithmetic("Add", np.add),
    "Sub": _arithmetic("Sub", np.subtract),
    "Mul": _arithmetic("Mul", np.multiply),
    "Div": _arithmetic("Div", _div),
    "Mod": _arithmetic("Mod", np.mod),
    "MatMul": _matmul,
    "ReduceL2": _norm,
}
