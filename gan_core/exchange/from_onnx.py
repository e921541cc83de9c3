"""A person's own generator as an ONNX file -> a checkpoint. PyTorch's exports are meant first: a chain of layers, channels first.

A file is data: it is bounded and read by onnx_file.py, taken over by onnx_nodes.py and chain.py, and nothing of it is run before the program is checked.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Array
from gan_core.errors import ConfigError
from gan_core.exchange import onnx_file, onnx_folding, own
from gan_core.exchange.chain import Chain
from gan_core.exchange.onnx_file import Node
from gan_core.exchange.onnx_nodes import NODES
from gan_core.model.program import Program
from gan_core.storage import files
from gan_core.storage.fields import shown
from gan_core.storage.tensors import MAX_FILE

if TYPE_CHECKING:
    import onnx

REMEDY = "Expected a generator that is a chain of layers, z -> pictures, exported for inference (model.eval())."


def from_onnx(
    source: Path | str | bytes, name: Path | str, *, family: str = "", dataset: str = "mnist", pixel_range: tuple[float, float] | None = None,
    step: int = 0,
) -> Path:  # fmt: skip
    """A generator in an ONNX file as a new checkpoint.

    Args:
        source: the file, or its bytes: z, normal with mean 0 and variance 1, `[n, d]` or `[n, d, 1, 1]`, -> pictures `[n, c, h, w]` or `[n, h, w, c]`.
            Its tensors may lie in a file beside it, where `torch.onnx.export` puts them. Nodes: Gemm, MatMul, Conv, ConvTranspose,
            BatchNormalization, Add, Sub, Mul, Div by constants, Relu, LeakyRelu, PRelu of one slope, Tanh, Sigmoid, Resize and Upsample (nearest,
            by 2, 4 or 8), DepthToSpace, Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Slice, Dropout, Identity.
        name: of the checkpoint among the models (GAN_CHECKPOINTS), or its folder.
        family, dataset, pixel_range, step: as `own.Told` has them; the pixel range of a file that says it (property `images_range`, as ours do)
            is that one where none is told.
    Returns: the checkpoint's folder; `gan_core.load` opens it.
    Raises: ConfigError for what cannot be taken over; CheckpointError where the folder is there already, or the network costs too much to run;
        ModuleNotFoundError where `onnx` is not installed.
    """
    folder, told = own.folder_of(name), own.Told(family, dataset, pixel_range, step)
    beside = None
    if not isinstance(source, bytes):
        beside = Path(source).parent
        with files.refusing(ConfigError, str(source), REMEDY):
            source = files.read_bytes(Path(source), MAX_FILE)
    return own.keep(program_of(source, folder.name, told, beside), folder, told, "onnx", "was read from an ONNX file")


def program_of(data: bytes, what: str, told: own.Told, beside: Path | None = None) -> Program:
    """The generator as a program; errors as for `from_onnx`, in which it is called `what`. Its tensors may lie in the folder `beside`."""
    # numbers that are none are found when the program is checked
    with np.errstate(all="ignore"), files.refusing(ConfigError, f"the ONNX file of {what}", REMEDY):
        graph = onnx_file.parse(data, beside)
        chain = Chain(graph.shape, graph.batch)
        _take(graph, chain)
        shape = chain.end()
    told = replace(told, pixel_range=told.pixel_range or graph.images_range)
    return own.finished(chain.operations, math.prod(graph.shape), shape, what, told)


def _take(graph: onnx_file.Graph, chain: Chain) -> None:
    """All nodes in turn. Raises ValueError naming the node."""
    known, shapes = dict(graph.tensors), {graph.input: chain.shape}
    current = graph.input
    for node in graph.nodes:
        where = f"node {shown(node.name or node.op_type)} ({shown(node.op_type)})"
        try:
            fields, tensor = onnx_file.fields_of(node)
            if node.op_type == "Shape" and len(node.input) == 1 and node.input[0] in shapes:
                whole = np.array([-1, *shapes[node.input[0]]])  # -1: as many as come
                known[node.output[0]] = onnx_folding.part(whole, fields)
                continue
            inputs: list[Array | None] = [known.get(one) for one in node.input]
            if current not in node.input:
                known[node.output[0]] = onnx_folding.folded(node.op_type, fields, tensor, _known(node, known))
                continue
            if node.domain not in ("", "ai.onnx") or node.op_type not in NODES:
                raise ValueError(f"it is of another kind; expected one of: {', '.join(NODES)}")
            apart = [one for one in node.input if one and one != current and one not in known]
            if apart or list(node.input).count(current) > 1:
                raise ValueError("two values come together; expected a chain, each node taking what the one before it gives")
            # what a node of older files says in a way of its own is told by the version
            NODES[node.op_type](chain, Node(node.op_type, node.name, fields, inputs, list(node.input).index(current)), graph.opset)
            current = node.output[0]
        except (ValueError, IndexError, OverflowError) as error:
            raise ValueError(f"{where}: {error}") from error
        shapes[current] = chain.shape
    if current != graph.output:
        raise ValueError(f"the chain ends in {shown(current)}; the file promises {shown(graph.output)}")


def _known(node: onnx.NodeProto, known: dict[str, Array]) -> list[Array]:
    missing = [one for one in node.input if one and one not in known]
    if missing:
        raise ValueError(f"it takes {shown(missing[0])}, which is neither known nor what the node before it gives; expected a chain")
    return [known[one] for one in node.input if one]
