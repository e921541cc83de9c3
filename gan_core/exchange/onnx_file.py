"""An ONNX file as its nodes and tensors. It may be a stranger's: sizes are checked before anything is made of it, and nothing in it can run.

Format: https://onnx.ai/onnx/repo-docs/IR.html. What is wrong is a ValueError; `files.refusing` makes of it what a person is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Array, Floats
from gan_core.errors import ConfigError
from gan_core.imaging.pixels import check_range
from gan_core.model.rules import MAX_NUMBERS, shape_of
from gan_core.storage.fields import Fields, shown
from gan_core.storage.files import read_bytes
from gan_core.storage.tensors import MAX_FILE

if TYPE_CHECKING:
    import onnx

MOST_NODES = 2_000
MOST_BESIDE = 16  # files with tensors beside it
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
        constant = self.known(place)
        if constant is None or constant.ndim != rank or not constant.size:
            raise ValueError(
                f"its input {place} is {'missing' if constant is None else list(constant.shape)}; expected a tensor of {rank} dimensions"
            )
        return _floats(constant)

    def known(self, place: int) -> Array | None:
        """A tensor that may be missing."""
        return self.inputs[place] if place < len(self.inputs) else None

    def wholes(self, place: int, field: str) -> list[int] | None:
        """Whole numbers, an input in newer files and a field in older ones; None where they are missing. Raises ValueError."""
        constant = self.known(place)
        if constant is None:
            return self.fields.wholes(field, 8) if field in self.fields else None
        if constant.size > 8 or constant.dtype.kind not in "iu":
            raise ValueError(f"its {field} are {shown(constant.ravel()[:9].tolist())}; expected at most 8 whole numbers")
        return [int(one) for one in constant.ravel()]


@dataclass(frozen=True)
class Graph:
    """A file's graph with one input and one output, by name; `shape` is the input's, without the batch; tensors by name.

    `batch` is how many z the file was written for, 0 for any number; `images_range` that of the pixels, where it has this metadata property,
    as ours do.
    """

    input: str
    batch: int
    shape: Shape
    output: str
    nodes: Sequence[onnx.NodeProto]
    tensors: dict[str, Array]
    opset: int
    images_range: tuple[float, float] | None


def parse(data: bytes, folder: Path | None = None) -> Graph:
    """The graph of a file. Raises ValueError, OSError; ModuleNotFoundError where `onnx` is not installed.

    Args:
        folder: where the file lies. Tensors may lie in a file beside it, where PyTorch puts them; None takes none from there.
    """
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
    _bring_in(graph.initializer, folder)
    tensors = {tensor.name: array_of(tensor) for tensor in graph.initializer}
    inputs = [one for one in graph.input if one.name not in tensors]
    if len(inputs) != 1 or len(graph.output) != 1:
        takes, gives = (shown(", ".join(one.name for one in ends[:4])) for ends in (inputs, graph.output))
        raise ValueError(f"it takes {takes} and gives {gives}; expected one input z (none of labels) and one output, the pictures")
    opset = next((one.version for one in model.opset_import if one.domain in ("", "ai.onnx")), 0)
    batch, *shape = _input_shape(inputs[0])
    return Graph(inputs[0].name, batch, tuple(shape), graph.output[0].name, graph.node, tensors, opset, _images_range(model))


def _images_range(model: onnx.ModelProto) -> tuple[float, float] | None:
    text = next((one.value for one in model.metadata_props if one.key == "images_range"), None)
    if text is None:
        return None
    try:
        low, high = check_range(json.loads(text[:80]))
    except (ValueError, RecursionError, ConfigError) as error:
        raise ValueError(f"its property images_range is {shown(text)}; expected [-1, 1] or [0, 1]") from error
    return low, high


def _input_shape(value: onnx.ValueInfoProto) -> Shape:
    sides = [int(side.dim_value) for side in value.type.tensor_type.shape.dim]
    if len(sides) < 2 or 0 in sides[1:]:
        raise ValueError(f"its input {shown(value.name)} has the shape {sides} (0: not told); expected [n, size of z], the size told")
    return (sides[0], *shape_of(sides[1:]))


def _bring_in(tensors: Sequence[onnx.TensorProto], folder: Path | None) -> None:
    """Numbers that lie in a file beside this one go into it; of another folder, or over the bound, none. Raises ValueError, OSError."""
    import onnx

    read: dict[str, bytes] = {}
    for tensor in tensors:
        if folder is None or tensor.data_location != onnx.TensorProto.EXTERNAL:
            continue
        external = {entry.key: entry.value for entry in tensor.external_data}
        name = external.get("location", "")
        if name not in read:
            if Path(name).name != name or len(read) == MOST_BESIDE:
                raise ValueError(f"its numbers lie in {shown(name)}; expected the name of a file beside it, at most {MOST_BESIDE} of them")
            read[name] = read_bytes(folder / name, MAX_FILE, inside=folder)
        start, length = (int(external.get(key, default)) for key, default in (("offset", 0), ("length", len(read[name]))))
        if not 0 <= start <= start + length <= len(read[name]):
            raise ValueError(f"tensor {shown(tensor.name)} lies at {start:,} to {start + length:,} of {len(read[name]):,} bytes")
        tensor.raw_data = read[name][start : start + length]
        tensor.data_location = onnx.TensorProto.DEFAULT
        del tensor.external_data[:]


def array_of(tensor: onnx.TensorProto) -> Array:
    """The numbers of a tensor of the file. Raises ValueError."""
    import onnx

    kinds = onnx.TensorProto
    if tensor.data_location == kinds.EXTERNAL or tensor.external_data:
        raise ValueError(
            "its numbers lie in a file beside it; give its path, or write it as one file (torch.onnx.export(..., external_data=False))"
        )
    known = (kinds.FLOAT, kinds.FLOAT16, kinds.DOUBLE, kinds.INT64, kinds.INT32, kinds.BOOL)
    if tensor.data_type not in known or min(tensor.dims, default=1) < 0 or math.prod(tensor.dims) > MAX_NUMBERS:
        raise ValueError(
            f"tensor {shown(tensor.name)} is of type {tensor.data_type} and shape {list(tensor.dims)}; expected floats or whole numbers"
        )
    try:
        return np.asarray(onnx.numpy_helper.to_array(tensor))
    except (TypeError, RuntimeError, OverflowError) as error:
        raise ValueError(f"tensor {shown(tensor.name)} cannot be read") from error


def fields_of(node: onnx.NodeProto) -> tuple[Fields, onnx.TensorProto | None]:
    """The attributes of a node, and its tensor where one is among them. Raises ValueError."""
    import onnx

    fields: dict[str, object] = {}
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
