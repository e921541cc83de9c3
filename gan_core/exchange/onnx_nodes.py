"""What each kind of node of an ONNX file is in a chain of operations (https://onnx.ai/onnx/operators/). What does not fit is a ValueError."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from gan_core.arrays import Floats
from gan_core.exchange.chain import Chain, Sides
from gan_core.exchange.onnx_file import Node
from gan_core.model.operations import same_padding
from gan_core.model.rules import MAX_KERNEL

FLOATS = (1, 10, 11)  # float32, float16 and float64, as a cast names them

# ---- layers


def _gemm(chain: Chain, node: Node, _opset: int) -> None:
    if node.at != 0 or node.fields.whole("transA", 0, 1, default=0):
        raise ValueError("it multiplies from the other side; expected x @ kernel")
    kernel = node.tensor(1, 2)
    if node.fields.whole("transB", 0, 1, default=0):
        kernel = kernel.T
    bias = node.known(2)
    if bias is not None:
        bias = np.broadcast_to(bias, (1, kernel.shape[1]))[0] * node.fields.number("beta", -1e6, 1e6, default=1)
    chain.dense(np.asarray(kernel * node.fields.number("alpha", -1e6, 1e6, default=1), np.float32), bias)


def _matmul(chain: Chain, node: Node, _opset: int) -> None:
    if node.at != 0:
        raise ValueError("it multiplies from the other side; expected x @ kernel")
    chain.dense(node.tensor(1, 2), None)


def _strides(node: Node, kernel: Floats, square: bool) -> tuple[int, list[int]]:
    """Stride and pads (top, left, bottom, right) of a convolution; [] where it says `SAME_UPPER`. Raises ValueError for one that no operation has."""
    strides = node.fields.wholes("strides", 8) if "strides" in node.fields else [1, 1]
    dilations = node.fields.wholes("dilations", 8) if "dilations" in node.fields else [1, 1]
    pads = node.fields.wholes("pads", 8) if "pads" in node.fields else [0, 0, 0, 0]
    auto = node.fields.choice("auto_pad", ("NOTSET", "VALID", "SAME_UPPER")) if "auto_pad" in node.fields else "NOTSET"
    group = node.fields.whole("group", 1, 2**31, default=1)
    plain = (
        set(dilations) == {1} and group == 1 and len(strides) == 2 and len(pads) == 4 and (kernel.shape[2] == kernel.shape[3] or not square)
    )
    if not plain or len(set(strides)) != 1 or strides[0] not in (1, 2) or not all(0 <= pad <= MAX_KERNEL for pad in pads):
        raise ValueError(f"it has a kernel {list(kernel.shape)}, strides {strides}, dilations {dilations}, pads {pads} and {group} groups; expected "
                         f"{'a square kernel, ' if square else ''}strides 1 or 2 on both axes, no dilation, pads 0 to {MAX_KERNEL}, one group")  # fmt: skip
    return strides[0], [] if auto == "SAME_UPPER" else pads


def _bias(node: Node, outputs: int) -> Floats | None:
    if node.known(2) is None:
        return None
    bias = node.tensor(2, 1)
    if len(bias) != outputs:
        raise ValueError(f"its bias has {len(bias)} numbers; expected {outputs}")
    return bias


def _conv(chain: Chain, node: Node, _opset: int) -> None:
    kernel = node.tensor(1, 4)
    stride, pads = _strides(node, kernel, square=False)
    chain.pictures()
    if pads:
        around: tuple[Sides, Sides] = ((pads[0], pads[2]), (pads[1], pads[3]))
    else:
        rows, columns = same_padding(chain.shape[1:], kernel.shape[2:], stride)
        around = (rows, columns)
    chain.conv(np.ascontiguousarray(kernel.transpose(2, 3, 1, 0)), _bias(node, kernel.shape[0]), stride, around)


def _conv_transpose(chain: Chain, node: Node, _opset: int) -> None:
    kernel = node.tensor(1, 4)
    stride, pads = _strides(node, kernel, square=True)
    more = node.fields.wholes("output_padding", 8) if "output_padding" in node.fields else [0, 0]
    fits = pads[:2] == [pads[0]] * 2 and pads[2:] == [pads[2]] * 2 if pads else False
    if not fits or "output_shape" in node.fields or len(more) != 2 or more[0] != more[1] or not 0 <= more[0] <= MAX_KERNEL:
        raise ValueError(f"it has pads {pads} and output_padding {more}; expected the same on both axes, and no output_shape")
    chain.transposed(np.ascontiguousarray(kernel.transpose(2, 3, 1, 0)), _bias(node, kernel.shape[1]), stride, (pads[0], pads[2]), more[0])


def _batch_norm(chain: Chain, node: Node, _opset: int) -> None:
    """y = (x - mean) / sqrt(variance + epsilon) * gamma + beta."""
    if node.fields.whole("training_mode", 0, 1, default=0):
        raise ValueError("it is in training mode; export it for inference")
    if len(chain.shape) == 3:
        chain.pictures()
    gamma, beta, mean, variance = (node.tensor(place, 1) for place in range(1, 5))
    if not len(gamma) == len(beta) == len(mean) == len(variance) == chain.width or chain.layout == "last":
        raise ValueError(f"its {len(gamma)} numbers do not fit {list(chain.shape)}")
    scale = np.asarray(gamma / np.sqrt(variance + node.fields.number("epsilon", 0, 1, default=1e-5)), np.float32)
    chain.scaled(scale, beta - mean * scale)


def _arithmetic(chain: Chain, node: Node, _opset: int) -> None:
    other = node.known(1 - node.at)
    if other is None or len(node.inputs) != 2:
        raise ValueError("it takes something that is not known; expected constants")
    values = _along(chain, np.asarray(other, np.float32))
    ones, zeros = np.ones_like(values), np.zeros_like(values)
    if node.kind == "Div" and (node.at or not values.all()):
        raise ValueError("it divides by what comes, or by zero")
    if node.kind == "Add":
        chain.scaled(ones, values)
    elif node.kind == "Sub":
        chain.scaled(*((-ones, values) if node.at else (ones, -values)))
    else:
        chain.scaled(values if node.kind == "Mul" else np.asarray(1 / values, np.float32), zeros)


def _along(chain: Chain, values: Floats) -> Floats:
    """A constant as one number for each channel. Raises ValueError where it is none."""
    if values.size == 1:
        return np.full(chain.width, values.item(), np.float32)
    sides = [1] * (len(chain.shape) + 1 - values.ndim) + list(values.shape)
    if chain.layout == "row" and len(chain.shape) == 3:
        if sides == [1, 1, 1, chain.shape[-1]]:  # along the last axis, which a picture with its channels first has none of
            chain.last()
        else:
            chain.pictures()
    expected = [1] * (len(chain.shape) + 1)
    expected[-1 if chain.layout == "last" else 1] = chain.width
    if sides != expected:
        raise ValueError(f"a constant {list(values.shape)} meets {list(chain.shape)}; expected one number, or one for each channel")
    return values.ravel()


def _activation(chain: Chain, node: Node, _opset: int) -> None:
    if node.kind == "PRelu":
        slope = node.known(1)
        if slope is None or slope.size != 1 or not 0 <= slope.item() <= 1:
            raise ValueError("it has other than one slope of 0 to 1 for all; expected a LeakyRelu")
        chain.activation("leaky_relu", alpha=float(slope.item()))
    elif node.kind == "LeakyRelu":
        chain.activation("leaky_relu", alpha=node.fields.number("alpha", 0, 1, default=0.01))
    else:
        chain.activation(node.kind.lower())


# ---- shapes


def _reshape(chain: Chain, node: Node, _opset: int) -> None:
    wanted = node.wholes(1, "shape")
    # a number there is how many it was traced with
    if node.at != 0 or not wanted or wanted[0] < -1 or (chain.batch and wanted[0] not in (-1, 0, 1, chain.batch)) or len(wanted) > 5:
        raise ValueError(f"it shapes as {wanted}; expected [as many as come, ...]")
    sides = [chain.shape[i] if side == 0 and i < len(chain.shape) else side for i, side in enumerate(wanted[1:])]
    if sides.count(-1) == 1:
        rest = math.prod(side for side in sides if side != -1)
        sides[sides.index(-1)] = math.prod(chain.shape) // rest if rest > 0 else 0
    chain.reshape(sides or [0])


def _flatten(chain: Chain, node: Node, _opset: int) -> None:
    if node.fields.whole("axis", -4, 4, default=1) not in (1, -len(chain.shape)):
        raise ValueError("it makes one row of all pictures; expected one of each")
    chain.reshape([math.prod(chain.shape)])


def _squeeze(chain: Chain, node: Node, _opset: int) -> None:
    rank = len(chain.shape) + 1
    given = node.wholes(1, "axes")
    axes = [i + 1 for i, side in enumerate(chain.shape) if side == 1] if given is None else [axis % rank for axis in given]
    if 0 in axes or any(chain.shape[axis - 1] != 1 for axis in axes):
        raise ValueError(f"it takes the axes {axes} away from {['n', *chain.shape]}")
    chain.reshape([side for i, side in enumerate(chain.shape) if i + 1 not in axes] or [1])


def _unsqueeze(chain: Chain, node: Node, _opset: int) -> None:
    given = node.wholes(1, "axes") or []
    rank = len(chain.shape) + 1 + len(given)
    axes = [axis % rank for axis in given]
    if 0 in axes or rank > 5:
        raise ValueError(f"it adds the axes {axes}; expected them behind the first")
    left = list(chain.shape)
    chain.reshape([1 if axis in axes else left.pop(0) for axis in range(1, rank)])


def _transpose(chain: Chain, node: Node, _opset: int) -> None:
    chain.turned(node.fields.wholes("perm", 8))


def _nothing(_chain: Chain, node: Node, _opset: int) -> None:
    """None: it does nothing outside training."""
    mode = node.known(2)
    if node.kind == "Dropout" and mode is not None and mode.any():
        raise ValueError("it is in training mode; export it for inference")


def _cast(_chain: Chain, node: Node, _opset: int) -> None:
    if node.fields.whole("to", 0, 100) not in FLOATS:
        raise ValueError("it makes whole numbers of what comes")


def _larger(chain: Chain, node: Node, opset: int) -> None:
    chain.pictures()
    place = 2 if node.kind == "Resize" and opset >= 11 else 1
    scales, sizes = node.known(place), node.known(3)
    if scales is not None and scales.size:
        factors = [float(one) for one in scales.ravel()[:8]]
    elif sizes is not None and sizes.size == 4:
        factors = [1.0, *(float(size) / side for size, side in zip(sizes.ravel()[1:], chain.shape, strict=True))]
    else:
        factors = node.fields.numbers("scales", 8)
    mode = node.fields.text("mode", 40, "nearest")
    if len(factors) != 4 or factors[:2] != [1, 1] or factors[2] != factors[3] or factors[2] not in (1, 2, 4, 8) or mode != "nearest":
        raise ValueError(f"it makes pictures {factors} times as large by {mode}; expected [1, 1, 2, 2] (or 4, or 8), nearest")
    times = int(factors[2])
    old = node.kind == "Upsample" or opset < 11
    coordinates = "asymmetric" if old else node.fields.text("coordinate_transformation_mode", 40, "half_pixel")
    rounding = "floor" if old else node.fields.text("nearest_mode", 40, "round_prefer_floor")
    if not _is_nearest(times, coordinates, rounding):
        raise ValueError(f"it takes neighbours by {coordinates} and {rounding}; expected each pixel to become {times} x {times} of it")
    chain.larger(times)


def _is_nearest(times: int, coordinates: str, rounding: str) -> bool:
    """Whether each pixel becomes `times` equal ones in a row (https://onnx.ai/onnx/operators/onnx__Resize.html)."""
    places = np.arange(4 * times)
    if coordinates not in ("asymmetric", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel"):
        return False
    came = places / times if coordinates == "asymmetric" else (places + 0.5) / times - 0.5
    rounded = {
        "floor": np.floor(came),
        "ceil": np.ceil(came),
        "round_prefer_floor": np.ceil(came - 0.5),
        "round_prefer_ceil": np.floor(came + 0.5),
    }
    return rounding in rounded and np.array_equal(np.clip(rounded[rounding], 0, 3), places // times)


def _depth_to_space(chain: Chain, node: Node, _opset: int) -> None:
    if node.fields.whole("blocksize", 1, 2**20) != 2:
        raise ValueError("it makes other than 2x2 pixels of one")
    chain.rearranged((node.fields.choice("mode", ("DCR", "CRD")) if "mode" in node.fields else "DCR") == "CRD")


def _slice(chain: Chain, node: Node, _opset: int) -> None:
    """The same rows and columns cut off; anything else of a picture is none."""
    chain.pictures()
    starts, ends, axes = node.wholes(1, "starts"), node.wholes(2, "ends"), node.wholes(3, "axes")
    steps = node.known(4)
    if not starts or not ends or sorted(axes or []) != [2, 3] or (steps is not None and set(steps.ravel()[:8].tolist()) != {1}):
        raise ValueError("it takes a part of the pictures; expected rows and columns cut off the ends")
    cuts = set()
    for start, end, axis in zip(starts, ends, axes or [], strict=True):
        side = chain.shape[axis - 1]
        first, last = (max(0, min(side, place + side if place < 0 else place)) for place in (start, end))
        cuts.add((first, side - last))
    if len(cuts) != 1:
        raise ValueError("it cuts off other rows than columns")
    chain.cut(cuts.pop())


NODES: dict[str, Callable[[Chain, Node, int], None]] = {
    "Gemm": _gemm, "MatMul": _matmul, "Conv": _conv, "ConvTranspose": _conv_transpose, "BatchNormalization": _batch_norm,
    "Add": _arithmetic, "Sub": _arithmetic, "Mul": _arithmetic, "Div": _arithmetic,
    "Relu": _activation, "LeakyRelu": _activation, "PRelu": _activation, "Tanh": _activation, "Sigmoid": _activation,
    "Resize": _larger, "Upsample": _larger, "DepthToSpace": _depth_to_space, "Slice": _slice,
    "Reshape": _reshape, "Flatten": _flatten, "Squeeze": _squeeze, "Unsqueeze": _unsqueeze, "Transpose": _transpose,
    "Dropout": _nothing, "Identity": _nothing, "Cast": _cast,
}  # fmt: skip
