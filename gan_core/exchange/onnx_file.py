"""An ONNX file as its nodes and tensors. It may be a stranger's: sizes are checked before anything is made of it, and nothing in it can run.

Format: https://onnx.ai/onnx/repo-docs/IR.html. What is wrong is a ValueError; `files.refusing` makes of it what a person is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.errors import ConfigError
from gan_core.imaging.pixels import check_range
from gan_core.model.rules import MAX_NUMBERS, shape_of
from gan_core.storage.fields import Fields, shown
from gan_core.storage.tensors import MAX_FILE

MOST_NODES = 2_000
MOST_FOLDED = 1_000  # numbers of what a file computes of shapes
Array = npt.NDArray[Any]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """One node of a chain: its inputs that are known before it runs, None in the place of the value that comes along the chain."""

    kind: str
    name: str
    fields: Fields
    inputs: list[Array | None]
    at: int  # the place of that value

    def tensor(self, place: int, rank: int) -> Floats:
        """A tensor that must be there. Raises ValueError."""
        found = self.known(place)
        if found is None or found.ndim != rank or not found.size:
            raise ValueError(
                f"its input {place} is {'missing' if found is None else list(found.shape)}; expected a tensor of {rank} dimensions"
            )
        return _floats(found)

    def known(self, place: int) -> Array | None:
        """A tensor that may be missing."""
        return self.inputs[place] if place < len(self.inputs) else None

    def wholes(self, place: int, field: str) -> list[int] | None:
        """Whole numbers, an input in newer files and a field in older ones; None where they are missing. Raises ValueError."""
        found = self.known(place)
        values = found.ravel().tolist() if found is not None else self.fields.items(field, 8) if field in self.fields else None
        if values is not None and (len(values) > 8 or not all(isinstance(one, int) for one in values)):
            raise ValueError(f"its {field} are {shown(values)}; expected at most 8 whole numbers")
        return values


@dataclass(frozen=True)
class Graph:
    """A file's graph with one input and one output, by name; `shape` is the input's, without the batch; tensors by name.

    `images_range` is that of the pixels, where the file has this metadata property, as ours do.
    """

    input: str
    shape: Shape
    output: str
    nodes: Sequence[Any]
    tensors: dict[str, Array]
    opset: int
    images_range: tuple[float, float] | None


def parse(data: bytes) -> Graph:
    """The graph of a file. Raises ValueError; ModuleNotFoundError where `onnx` is not installed."""
    import onnx
    from google.protobuf.message import DecodeError

    if len(data) > MAX_FILE:
        raise ValueError(f"it has {len(data):,} bytes; expected at most {MAX_FILE:,}")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, RuntimeError) as error:
        raise ValueError("it is no ONNX file") from error
    graph = model.graph
    if not graph.node or len(graph.node) > MOST_NODES or graph.sparse_initializer:
        raise ValueError(f"it has {len(graph.node):,} nodes; expected 1 to {MOST_NODES:,}, and no sparse tensors")
    numbers = sum(math.prod(tensor.dims) for tensor in graph.initializer)
    if numbers > MAX_NUMBERS:
        raise ValueError(f"its tensors have {numbers:,} numbers; expected at most {MAX_NUMBERS:,}")
    tensors = {tensor.name: array_of(tensor) for tensor in graph.initializer}
    inputs = [one for one in graph.input if one.name not in tensors]
    if len(inputs) != 1 or len(graph.output) != 1:
        names = [[one.name for one in ends] for ends in (inputs, graph.output)]
        raise ValueError(f"it takes {shown(names[0])} and gives {shown(names[1])}; expected one input z and one output, the pictures")
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    return Graph(inputs[0].name, _input_shape(inputs[0]), graph.output[0].name, graph.node, tensors, opset, _images_range(model))


def _images_range(model: Any) -> tuple[float, float] | None:
    text = next((one.value for one in model.metadata_props if one.key == "images_range"), None)
    if text is None:
        return None
    try:
        low, high = check_range(json.loads(text[:80]))
    except (ValueError, RecursionError, ConfigError) as error:
        raise ValueError(f"its property images_range is {shown(text)}; expected [-1, 1] or [0, 1]") from error
    return low, high


def _input_shape(value: Any) -> Shape:
    sides = [int(side.dim_value) for side in value.type.tensor_type.shape.dim]
    if len(sides) < 2 or 0 in sides[1:]:
        raise ValueError(f"its input {shown(value.name)} has the shape {sides} (0: not told); expected [n, size of z], the size told")
    return shape_of(sides[1:])


def array_of(tensor: Any) -> Array:
    """The numbers of a tensor of the file. Raises ValueError."""
    import onnx

    kinds = onnx.TensorProto
    if tensor.data_location == kinds.EXTERNAL or tensor.external_data:
        raise ValueError("its numbers lie in a file beside it; write it as one file (torch.onnx.export(..., external_data=False))")
    known = (kinds.FLOAT, kinds.FLOAT16, kinds.DOUBLE, kinds.INT64, kinds.INT32, kinds.BOOL)
    if tensor.data_type not in known or min(tensor.dims, default=1) < 0 or math.prod(tensor.dims) > MAX_NUMBERS:
        raise ValueError(
            f"tensor {shown(tensor.name)} is of type {tensor.data_type} and shape {list(tensor.dims)}; expected floats or whole numbers"
        )
    try:
        return np.asarray(onnx.numpy_helper.to_array(tensor))
    except (TypeError, RuntimeError, OverflowError) as error:
        raise ValueError(f"tensor {shown(tensor.name)} cannot be read") from error


def fields_of(node: Any) -> tuple[Fields, Any]:
    """The attributes of a node, and its tensor where one is among them. Raises ValueError."""
    import onnx

    fields: dict[str, Any] = {}
    tensor = None
    for attribute in node.attribute:
        value = onnx.helper.get_attribute_value(attribute)
        if attribute.type == onnx.AttributeProto.TENSOR:
            tensor = value
        elif isinstance(value, bytes):
            fields[attribute.name] = value.decode(errors="replace")
        elif isinstance(value, int | float):
            fields[attribute.name] = value
        elif attribute.type in (onnx.AttributeProto.INTS, onnx.AttributeProto.FLOATS):
            fields[attribute.name] = list(value)
    return Fields(fields, f"node {shown(node.name)}"), tensor


def _floats(values: Array) -> Floats:
    return np.asarray(values, np.float32)


# ---- what a file computes of shapes and tensors before anything comes in


def folded(kind: str, fields: Fields, tensor: Any, inputs: list[Array]) -> Array:
    """The output of a node whose inputs are all known. Raises ValueError for a kind that is not."""
    if kind == "Constant":
        return array_of(tensor) if tensor is not None else _constant(fields)
    if kind not in _FOLDED or not inputs:
        raise ValueError(f"it computes {shown(kind)} of what is known; expected one of: Constant, {', '.join(_FOLDED)}")
    try:
        found = np.asarray(_FOLDED[kind](fields, inputs))
    except (IndexError, OverflowError, TypeError) as error:
        raise ValueError(f"{kind} of {[list(one.shape) for one in inputs]} cannot be computed") from error
    if found.size > MOST_FOLDED and found.size > max(one.size for one in inputs):
        raise ValueError(f"{kind} makes {found.size:,} numbers; expected at most {MOST_FOLDED:,}")
    return found


def _constant(fields: Fields) -> Array:
    for name in ("value_int", "value_float", "value_ints", "value_floats"):
        if name in fields:
            return np.asarray(fields.items(name, MOST_FOLDED) if name.endswith("s") else fields.number(name, -(2**53), 2**53))
    raise ValueError("it is a constant without a value")


def _axes(fields: Fields, inputs: list[Array]) -> tuple[int, ...]:
    given = inputs[1].ravel().tolist() if len(inputs) > 1 else fields.items("axes", 8)
    return tuple(int(axis) for axis in given)


def _gather(fields: Fields, inputs: list[Array]) -> Array:
    if len(inputs) < 2 or inputs[1].size > MOST_FOLDED or inputs[0].size > MOST_FOLDED:
        raise ValueError(f"Gather takes more than {MOST_FOLDED:,} numbers")
    return np.asarray(np.take(inputs[0], inputs[1].astype(np.int64), axis=fields.whole("axis", -8, 8, default=0)))


def _concat(fields: Fields, inputs: list[Array]) -> Array:
    if sum(one.size for one in inputs) > MOST_FOLDED:
        raise ValueError(f"Concat makes more than {MOST_FOLDED:,} numbers")
    return np.concatenate(inputs, axis=fields.whole("axis", -8, 8))


def _slice(_fields: Fields, inputs: list[Array]) -> Array:
    if inputs[0].ndim != 1 or len(inputs) < 3 or any(one.size != 1 for one in inputs[1:]):
        raise ValueError("Slice of more than one axis")
    step = int(inputs[4].item()) if len(inputs) > 4 else 1
    return np.asarray(inputs[0][int(inputs[1].item()) : int(inputs[2].item()) : step])


_FOLDED: dict[str, Callable[[Fields, list[Array]], Array]] = {
    "Identity": lambda _, inputs: inputs[0],
    "Cast": lambda _, inputs: inputs[0],  # of what type the numbers are is asked where they are used
    "Transpose": lambda fields, inputs: np.transpose(inputs[0], fields.items("perm", 8) if "perm" in fields else None),
    "Unsqueeze": lambda fields, inputs: np.expand_dims(inputs[0], _axes(fields, inputs)),
    "Squeeze": lambda fields, inputs: np.squeeze(inputs[0], _axes(fields, inputs) if len(inputs) > 1 or "axes" in fields else None),
    "Gather": _gather,
    "Concat": _concat,
    "Slice": _slice,
}
