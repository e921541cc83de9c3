"""Small programs that together hold every kind of operation, with sizes that are odd where an operation may stumble over it."""

from __future__ import annotations

from typing import Any

import numpy as np

from gan_core.model import operations, program, rules
from gan_core.model.program import Program

CLASSES = 3
Chain = list[tuple[dict[str, Any], dict[str, tuple[int, ...]]]]  # operations, and the shapes of their tensors by field


def _kernel(kind: str, *shape: int, bias: bool = True, **fields: Any) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    return {"op": kind, **fields}, {"kernel": shape, **({"bias": shape[-1:]} if bias else {})}


def _transposed(
    side: int, inputs: int, outputs: int, bias: bool = True, **fields: Any
) -> tuple[dict[str, Any], dict[str, tuple[int, ...]]]:
    return {"op": "conv_transpose", **fields}, {"kernel": (side, side, outputs, inputs), **({"bias": (outputs,)} if bias else {})}


def _made(chain: Chain, shape: tuple[int, ...], role: str, classes: int = 0) -> Program:
    random = np.random.default_rng(len(chain))
    ops, tensors = [], {}
    for number, (op, shapes) in enumerate(chain):
        for name, size in shapes.items():
            tensors[f"{number:02d}.{name}"] = (random.normal(size=size) / max(1, np.prod(size[:-1])) ** 0.5).astype(np.float32)
        ops.append({**op, **{name: f"{number:02d}.{name}" for name in shapes}})
    after = rules.outcomes(ops, shape, tensors, classes)[-1].shape
    first, last = program.ENDS[role]
    ends = [
        {"name": name, "shape": list(size), **({"range": [-1, 1]} if name == "images" else {})}
        for name, size in ((first, shape), (last, after))
    ]
    return program.from_bytes(program.to_bytes(Program(role, ends[0], ends[1], ops, tensors, classes), "float32"))


def zoo() -> dict[str, Program]:
    """The programs by name; every kind of operation, every activation and padding is in at least one."""
    activations = [
        ({"op": "activation", "kind": kind, **({"alpha": 0.2} if kind == "leaky_relu" else {})}, {}) for kind in operations.ACTIVATIONS
    ]
    up = [
        ({"op": "concat_labels"}, {}), _kernel("dense", 5 + CLASSES, 3 * 4 * 6), *activations, ({"op": "reshape", "shape": [3, 4, 6]}, {}),
        ({"op": "affine"}, {"scale": (6,), "shift": (6,)}), _kernel("upconv", 5, 5, 6, 8, padding="same"), ({"op": "affine"}, {"scale": (8,), "shift": (8,)}),
        ({"op": "depth_to_space", "size": 2}, {}), *activations, _kernel("upconv", 3, 3, 2, 2, bias=False, padding="valid"),
    ]  # fmt: skip
    transposed = [
        ({"op": "reshape", "shape": [1, 1, 5]}, {}), _transposed(4, 5, 3, stride=1, padding="valid"), _transposed(4, 3, 4, stride=2, padding="same"),
        _transposed(5, 4, 2, bias=False, stride=2, padding="valid"), _transposed(1, 2, 2, stride=2, padding="same"),
        _transposed(3, 2, 1, stride=1, padding="same"),
    ]  # fmt: skip
    down = [
        ({"op": "label_planes"}, {}), _kernel("conv", 5, 5, 1 + CLASSES, 4, stride=2, padding="same"), ({"op": "pool", "size": 2}, {}),
        _kernel("conv", 2, 2, 4, 4, bias=False, stride=1, padding="valid"), ({"op": "global_pool"}, {}), _kernel("dense", 4, 1 + CLASSES, bias=False),
    ]  # fmt: skip
    flat = [*down[1:4], ({"op": "reshape", "shape": [3 * 2 * 4]}, {}), _kernel("dense", 3 * 2 * 4, 5)]
    flat[0] = _kernel("conv", 4, 4, 1, 4, stride=2, padding="same")
    signal = [
        ({"op": "concat_labels"}, {}), _kernel("dense", 5 + CLASSES, 8 * 3), ({"op": "reshape", "shape": [1, 8, 3]}, {}),
        _kernel("conv", 1, 5, 3, 8, stride=1, padding="same"), ({"op": "reshape", "shape": [1, 32, 2]}, {}), activations[0],
        _kernel("conv", 1, 4, 2, 1, stride=1, padding="same"), ({"op": "reshape", "shape": [32, 1]}, {}),
    ]  # fmt: skip
    return {
        "signal": _made(signal, (5,), "generator", CLASSES),
        "generator": _made(up, (5,), "generator", CLASSES),
        "transposed": _made(transposed, (5,), "generator"),
        "projection": _made([*down, ({"op": "label_score"}, {})], (13, 11, 1), "discriminator", CLASSES),
        "any class": _made([*flat, ({"op": "any_score"}, {})], (13, 11, 1), "discriminator"),
    }


def inputs(network: Program, n: int = 6) -> tuple[np.ndarray, np.ndarray | None]:
    """A batch for a program, and class weights where it takes them: one-hot ones and blends."""
    random = np.random.default_rng(7)
    x = random.normal(size=(n, *network.input["shape"])).astype(np.float32)
    weights = random.dirichlet(np.ones(network.num_classes), n).astype(np.float32) if network.num_classes else None
    return x, weights
