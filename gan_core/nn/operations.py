"""The operations of a program while it is being made of a network (docs/formats.md, section 1 has their kinds)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.model.operations import Operation
from gan_core.nn.distributed import numbers

KERNEL_OPS = ("dense", "conv", "upconv")


class Operations:
    """Operations and tensors collected so far; each layer adds its own (`to_operations`)."""

    def __init__(self) -> None:
        self.ops: list[Operation] = []
        self.tensors: dict[str, Floats] = {}

    def add(self, kind: str, /, **fields: object) -> None:
        """An operation without tensors."""
        self.ops.append({"op": kind, **fields})

    def activation(self, kind: str, **fields: object) -> None:
        """An activation by its name; 'linear' is none."""
        if kind != "linear":
            self.add("activation", kind=kind, **fields)

    def kernel(self, kind: str, kernel: Any, bias: Any = None, **fields: object) -> None:
        """An operation with a kernel and perhaps a bias, Keras variables or arrays: one of KERNEL_OPS."""
        op: Operation = {"op": kind, "kernel": self._tensor("kernel", kernel), **fields}
        if bias is not None:
            op["bias"] = self._tensor("bias", bias)
        self.ops.append(op)

    def affine(self, scale: Any, shift: Any) -> None:
        """x * scale + shift along the last axis, as an operation of its own."""
        self.add("affine", scale=self._tensor("scale", scale), shift=self._tensor("shift", shift))

    def scaled(self, scale: npt.NDArray[np.floating], shift: npt.NDArray[np.floating]) -> None:
        """x * scale + shift along the last axis: within the kernel before it where one stands there, which is exact, else an `affine`."""
        last = self.ops[-1] if self.ops else {"op": "none"}
        if last["op"] not in KERNEL_OPS:
            self.affine(scale, shift)
            return
        self.tensors[last["kernel"]] = (self.tensors[last["kernel"]] * scale).astype(np.float32)
        if "bias" in last:
            self.tensors[last["bias"]] = (self.tensors[last["bias"]] * scale + shift).astype(np.float32)
        else:
            last["bias"] = last["kernel"].replace("kernel", "bias")
            self.tensors[last["bias"]] = shift.astype(np.float32)

    def keep_outputs(self, count: int) -> None:
        """Of the kernel before it only the first `count` outputs. Raises TypeError where none stands there."""
        last = self.ops[-1] if self.ops else {"op": "none"}
        if last["op"] not in KERNEL_OPS:
            raise TypeError(f"outputs are to be left out of {last['op']!r}; expected one of {', '.join(KERNEL_OPS)} before it")
        for part in ("kernel", "bias"):
            if part in last:
                self.tensors[last[part]] = np.ascontiguousarray(self.tensors[last[part]][..., :count])

    def _tensor(self, name: str, value: Any) -> str:
        key = f"{len(self.ops):02d}.{name}"
        self.tensors[key] = numbers(value).astype(np.float32)
        return key
