"""The operations of a program while it is being made (docs/formats.md, section 1 has their kinds)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.model.operations import Operation

KERNEL_OPS = ("dense", "conv", "upconv", "conv_transpose")


class Operations:
    """Operations and tensors collected so far."""

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
        """An operation with a kernel and perhaps a bias, one of KERNEL_OPS."""
        op: Operation = {"op": kind, "kernel": self._tensor("kernel", kernel), **fields}
        if bias is not None:
            op["bias"] = self._tensor("bias", bias)
        self.ops.append(op)

    def upsample(self, channels: int) -> None:
        """Nearest neighbours, twice as large: an `upconv` that convolves with nothing. The next convolution may take its place."""
        self.kernel("upconv", np.eye(channels, dtype=np.float32)[None, None], None, padding="same")

    def upsampled(self) -> bool:
        """Whether the last operation is such an `upconv`; it is taken away then."""
        last = self.ops[-1] if self.ops else {"op": "none"}
        found = (
            last["op"] == "upconv"
            and "bias" not in last
            and np.array_equal(self.tensors[last["kernel"]][0, 0], np.eye(self.tensors[last["kernel"]].shape[2]))
        )
        if found:
            del self.tensors[self.ops.pop()["kernel"]]
        return bool(found)

    def affine(self, scale: Any, shift: Any) -> None:
        """x * scale + shift along the last axis, as an operation of its own."""
        self.add("affine", scale=self._tensor("scale", scale), shift=self._tensor("shift", shift))

    def scaled(self, scale: npt.NDArray[np.floating], shift: npt.NDArray[np.floating]) -> None:
        """x * scale + shift along the last axis: within the kernel before it where one stands there, which is exact, else an `affine`."""
        last = self.ops[-1] if self.ops else {"op": "none"}
        if last["op"] not in KERNEL_OPS:
            self.affine(scale, shift)
            return
        along = (
            scale if last["op"] != "conv_transpose" else np.broadcast_to(scale, np.shape(shift))[:, None]
        )  # whose outputs are the last but one
        self.tensors[last["kernel"]] = (self.tensors[last["kernel"]] * along).astype(np.float32)
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
                axis = -2 if (last["op"], part) == ("conv_transpose", "kernel") else -1
                self.tensors[last[part]] = np.ascontiguousarray(np.take(self.tensors[last[part]], range(count), axis))

    def _tensor(self, name: str, value: Any) -> str:
        key = f"{len(self.ops):02d}.{name}"
        self.tensors[key] = self.numbers(value).astype(np.float32)
        return key

    def numbers(self, value: Any) -> npt.NDArray[Any]:
        """The numbers of a tensor as it is given."""
        return np.asarray(value)
