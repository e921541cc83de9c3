"""The operations of a program while it is being made (docs/formats.md, section 1 has their kinds)."""

from __future__ import annotations

from typing import Unpack, cast

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Array, Floats
from gan_core.model.operations import Operation, Options

KERNEL_OPS = ("dense", "conv", "upconv", "conv_transpose")
_NONE: Operation = {"op": "none"}  # stands before the first


def _operation(kind: str, options: Options) -> Operation:
    return cast(Operation, {"op": kind, **options})  # options are some of an operation's fields


class Operations:
    """Operations and tensors collected so far."""

    def __init__(self) -> None:
        self.ops: list[Operation] = []
        self.tensors: dict[str, Floats] = {}

    def add(self, kind: str, /, **fields: Unpack[Options]) -> None:
        """An operation without tensors."""
        self.ops.append(_operation(kind, fields))

    def activation(self, kind: str, alpha: float | None = None) -> None:
        """An activation by its name, of `leaky_relu` with its slope; 'linear' is none."""
        if kind == "linear":
            return
        if alpha is None:
            self.add("activation", kind=kind)
        else:
            self.add("activation", kind=kind, alpha=alpha)

    def kernel(self, kind: str, /, kernel: npt.ArrayLike, bias: npt.ArrayLike | None = None, **fields: Unpack[Options]) -> None:
        """An operation with a kernel and perhaps a bias, one of KERNEL_OPS."""
        op = _operation(kind, fields)
        op["kernel"] = self._tensor("kernel", kernel)
        if bias is not None:
            op["bias"] = self._tensor("bias", bias)
        self.ops.append(op)

    def upsample(self, channels: int) -> None:
        """Nearest neighbours, twice as large: an `upconv` that convolves with nothing. The next convolution may take its place."""
        self.kernel("upconv", np.eye(channels, dtype=np.float32)[None, None], None, padding="same")

    def upsampled(self) -> bool:
        """Whether the last operation is such an `upconv`; it is taken away then."""
        last = self.ops[-1] if self.ops else _NONE
        is_upsampling = (
            last["op"] == "upconv"
            and "bias" not in last
            and np.array_equal(self.tensors[last["kernel"]][0, 0], np.eye(self.tensors[last["kernel"]].shape[2]))
        )
        if is_upsampling:
            del self.tensors[self.ops.pop()["kernel"]]
        return bool(is_upsampling)

    def affine(self, scale: npt.ArrayLike, shift: npt.ArrayLike) -> None:
        """x * scale + shift along the last axis, as an operation of its own."""
        self.ops.append({"op": "affine", "scale": self._tensor("scale", scale), "shift": self._tensor("shift", shift)})

    def scaled(self, scale: npt.NDArray[np.floating], shift: npt.NDArray[np.floating]) -> None:
        """x * scale + shift along the last axis: within the kernel before it where one stands there, which is exact, else an `affine`."""
        last = self.ops[-1] if self.ops else _NONE
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
        last = self.ops[-1] if self.ops else _NONE
        if last["op"] not in KERNEL_OPS:
            raise TypeError(f"outputs are to be left out of {last['op']!r}; expected one of {', '.join(KERNEL_OPS)} before it")
        axes = {last["kernel"]: -2 if last["op"] == "conv_transpose" else -1, **({last["bias"]: -1} if "bias" in last else {})}
        for name, axis in axes.items():
            self.tensors[name] = np.ascontiguousarray(np.take(self.tensors[name], range(count), axis))

    def _tensor(self, name: str, value: npt.ArrayLike) -> str:
        key = f"{len(self.ops):02d}.{name}"
        self.tensors[key] = self.numbers(value).astype(np.float32)
        return key

    def numbers(self, value: npt.ArrayLike) -> Array:
        """The numbers of a tensor as it is given."""
        return np.asarray(value)
