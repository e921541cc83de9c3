"""Program -> ONNX, by the `onnx` package and NumPy alone (https://onnx.ai/onnx/operators/).

Inputs and outputs are those of the program, pictures `[n, height, width, channels]` too: `z` -> `images`, and `class_weights` beside it where
the network takes classes. Inside, pictures go channels first, as ONNX convolves; they are turned only where one way meets the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Array, Floats
from gan_core.model import operations
from gan_core.model.operations import Operation
from gan_core.model.program import Program

if TYPE_CHECKING:
    import onnx

OPSET, IR_VERSION = 17, 8  # what any onnxruntime since 1.12 (2022) reads
WEIGHTS = "class_weights"


class _Graph:
    """The nodes and tensors so far, the name of the value that came last, and whether its channels stand first."""

    def __init__(self, program: Program) -> None:
        import onnx

        self.onnx, self.program = onnx, program
        self.nodes: list[onnx.NodeProto] = []
        self.tensors: dict[str, Array] = {}
        self.value, self.channels_first, self.label = str(program.input["name"]), False, ""

    def node(self, kind: str, *inputs: str, **attributes: int | float | str | list[int]) -> str:
        """A node whose output has a name of its own; it is returned."""
        out = f"{self.label}.{len(self.nodes)}"
        self.nodes.append(self.onnx.helper.make_node(kind, list(inputs), [out], name=f"{out}.{kind}"))
        for key, value in attributes.items():
            self.nodes[-1].attribute.append(self.onnx.helper.make_attribute(key, value))
        return out

    def then(self, kind: str, *others: str, **attributes: int | float | str | list[int]) -> None:
        """A node after the last one."""
        self.value = self.node(kind, self.value, *others, **attributes)

    def constant(self, name: str, value: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> str:
        """A tensor of the file."""
        self.tensors[f"{self.label}.{name}"] = np.ascontiguousarray(value, dtype)
        return f"{self.label}.{name}"

    def turn(self, channels_first: bool, shape: tuple[int, ...]) -> None:
        """The channels of a picture go first or last, where they are not there already."""
        if len(shape) == 3 and channels_first != self.channels_first:
            self.then("Transpose", perm=[0, 3, 1, 2] if channels_first else [0, 2, 3, 1])
        self.channels_first = channels_first and len(shape) == 3

    def along_channels(self, values: Floats) -> Floats:
        """One number a channel, in the form in which it meets the value."""
        return values.reshape(-1, 1, 1) if self.channels_first else values

    def bias(self, op: Operation) -> list[str]:
        """The bias as a last input, where there is one."""
        return [self.constant("bias", self.program.tensors[op["bias"]])] if op.get("bias") else []


def to_onnx(program: Program, name: str = "") -> bytes:
    """The network as an ONNX file; the number of pictures `n` is free.

    Args:
        name: of the graph (default: the role).
    Raises: ModuleNotFoundError where `onnx` is not installed.
    """
    graph = _Graph(program)
    shapes = program.shapes()
    for number, (op, shape) in enumerate(zip(program.ops, shapes, strict=False)):
        graph.label = f"{number:02d}_{op['op']}"
        NODES[op["op"]](graph, op, shape)
    graph.label = "end"
    graph.turn(False, shapes[-1])
    graph.nodes.append(graph.onnx.helper.make_node("Identity", [graph.value], [str(program.output["name"])], name="end"))
    return _file(graph, name or program.role)


def _file(graph: _Graph, name: str) -> bytes:
    import onnx

    import gan_core

    program = graph.program

    def end(name: str, shape: list[int]) -> onnx.ValueInfoProto:
        return onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", *shape])

    inputs = [end(program.input["name"], program.input["shape"])]
    inputs += [end(WEIGHTS, [program.num_classes])] if program.num_classes else []
    held = [onnx.numpy_helper.from_array(value, key) for key, value in graph.tensors.items()]
    made = onnx.helper.make_graph(graph.nodes, name, inputs, [end(program.output["name"], program.output["shape"])], held)
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
                                   producer_name="gan_core", producer_version=gan_core.__version__)  # fmt: skip
    ranges = {f"{end['name']}_range": str(list(end["range"])) for end in (program.input, program.output) if "range" in end}
    onnx.helper.set_model_props(model, {"role": program.role, "step": str(program.step), **ranges})
    onnx.checker.check_model(model, full_check=True)
    return bytes(model.SerializeToString())


def _dense(graph: _Graph, op: Operation, _shape: tuple[int, ...]) -> None:
    graph.then("Gemm", graph.constant("kernel", graph.program.tensors[op["kernel"]]), *graph.bias(op))


def _convolved(graph: _Graph, kernel: Floats, shape: tuple[int, ...], stride: int, padding: str, bias: list[str]) -> None:
    graph.turn(True, shape)
    around = operations.same_padding(shape[:2], kernel.shape[:2], stride) if padding == "same" else [(0, 0), (0, 0)]
    pads = [before for before, _ in around] + [after for _, after in around]
    weights = graph.constant("kernel", kernel.transpose(3, 2, 0, 1))  # [out, in, kh, kw]
    graph.then("Conv", weights, *bias, kernel_shape=list(kernel.shape[:2]), strides=[stride, stride], pads=pads)


def _conv(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    _convolved(graph, graph.program.tensors[op["kernel"]], shape, op["stride"], op["padding"], graph.bias(op))


def _upconv(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    """Folded, as everywhere: one convolution on the small grid makes the four phases, which DepthToSpace puts beside each other."""
    kernel = graph.program.tensors[op["kernel"]]
    bias = [graph.constant("bias", np.tile(graph.program.tensors[op["bias"]], 4))] if op.get("bias") else []
    _convolved(graph, operations.fold_upsampling(kernel), shape, 1, "same", bias)
    graph.then("DepthToSpace", blocksize=2, mode="DCR")
    if op["padding"] == "valid":
        cut = (kernel.shape[0] - 1) // 2
        ends = {"starts": [cut, cut], "ends": [2 * shape[0] - cut, 2 * shape[1] - cut], "axes": [2, 3]}
        graph.then("Slice", *(graph.constant(name, value, np.int64) for name, value in ends.items()))


def _conv_transpose(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    kernel, stride = graph.program.tensors[op["kernel"]], op["stride"]
    graph.turn(True, shape)
    weights = graph.constant("kernel", kernel.transpose(3, 2, 0, 1))  # [in, out, kh, kw]
    sides = [operations.transposed_side(length, kernel.shape[0], stride, op["padding"]) for length in shape[:2]]
    cut = operations.same_padding(tuple(sides), kernel.shape[:2], stride) if op["padding"] == "same" else [(0, 0), (0, 0)]
    pads = [before for before, _ in cut] + [after for _, after in cut]
    missing = [max(stride - kernel.shape[0], 0)] * 2  # what a kernel smaller than the stride leaves out at the end
    graph.then(
        "ConvTranspose",
        weights,
        *graph.bias(op),
        kernel_shape=list(kernel.shape[:2]),
        strides=[stride, stride],
        pads=pads,
        output_padding=missing,
    )


def _affine(graph: _Graph, op: Operation, _shape: tuple[int, ...]) -> None:
    for kind, name, tensor in (("Mul", "scale", op["scale"]), ("Add", "shift", op["shift"])):
        graph.then(kind, graph.constant(name, graph.along_channels(graph.program.tensors[tensor])))


def _activation(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    if op["kind"] == "softmax":
        graph.turn(False, shape)
    kind, attributes = ACTIVATIONS[op["kind"]]
    graph.then(kind, **attributes, **({"alpha": op["alpha"]} if "alpha" in op else {}))


def _reshape(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    graph.turn(False, shape)
    graph.then("Reshape", graph.constant("shape", [0, *op["shape"]], np.int64))  # 0: as many as came in


def _pool(graph: _Graph, op: Operation, shape: tuple[int, ...]) -> None:
    graph.turn(True, shape)
    graph.then("MaxPool", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, shape[0] % 2, shape[1] % 2])


def _depth_to_space(graph: _Graph, _op: Operation, shape: tuple[int, ...]) -> None:
    graph.turn(True, shape)
    graph.then("DepthToSpace", blocksize=2, mode="DCR")


def _global_pool(graph: _Graph, _op: Operation, shape: tuple[int, ...]) -> None:
    graph.turn(True, shape)
    graph.then("ReduceMean", axes=[2, 3], keepdims=0)
    graph.channels_first = False


def _concat_labels(graph: _Graph, _op: Operation, _shape: tuple[int, ...]) -> None:
    graph.then("Concat", WEIGHTS, axis=1)


def _label_planes(graph: _Graph, _op: Operation, shape: tuple[int, ...]) -> None:
    graph.turn(True, shape)
    points = graph.node("Unsqueeze", WEIGHTS, graph.constant("axes", [2, 3], np.int64))
    graph.then("Concat", graph.node("Expand", points, graph.constant("sides", [1, 1, *shape[:2]], np.int64)), axis=1)


def _label_score(graph: _Graph, _op: Operation, _shape: tuple[int, ...]) -> None:
    sizes = graph.constant("sizes", [1, graph.program.num_classes], np.int64)
    own, classes = f"{graph.label}.own", f"{graph.label}.classes"
    graph.nodes.append(graph.onnx.helper.make_node("Split", [graph.value, sizes], [own, classes], name=f"{graph.label}.Split", axis=1))
    axes = graph.constant("axes", [1], np.int64)
    graph.value = graph.node("Add", own, graph.node("ReduceSum", graph.node("Mul", classes, WEIGHTS), axes))


def _any_score(graph: _Graph, _op: Operation, _shape: tuple[int, ...]) -> None:
    graph.then("ReduceLogSumExp", axes=[1])


ACTIVATIONS: dict[str, tuple[str, dict[str, int]]] = {  # the node, and its attributes
    "relu": ("Relu", {}), "leaky_relu": ("LeakyRelu", {}), "tanh": ("Tanh", {}), "sigmoid": ("Sigmoid", {}),
    "softmax": ("Softmax", {"axis": -1}),
}  # fmt: skip
NODES: dict[str, Callable[[_Graph, Operation, tuple[int, ...]], None]] = {
    "dense": _dense, "conv": _conv, "upconv": _upconv, "conv_transpose": _conv_transpose, "affine": _affine, "activation": _activation,
    "reshape": _reshape, "pool": _pool, "global_pool": _global_pool, "concat_labels": _concat_labels, "label_planes": _label_planes, "label_score": _label_score,
    "any_score": _any_score, "depth_to_space": _depth_to_space,
}  # fmt: skip
