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

    def transposed(self, kernel: Any, bias: Any, stride: int, padding: str, shape: tuple[int, ...]) -> None:
        """A transposed convolution: of an upsampled picture each of the four phases is a convolution of the small one.

        Args:
            kernel: as Keras', `[k, k, out, in]`.
            stride: 1 or 2.
            shape: of what comes in, without the batch.
        Raises: TypeError for one whose output is larger than `stride` times its input, but of a single pixel.
        """
        weights = numbers(kernel).astype(np.float32)
        size, outputs = weights.shape[0], weights.shape[2]
        if padding == "valid" and shape[:2] == (1, 1):
            self.add("reshape", shape=[shape[2]])
            self.kernel(
                "dense", weights.transpose(3, 0, 1, 2).reshape(shape[2], -1), None if bias is None else np.tile(numbers(bias), size * size)
            )
            self.add("reshape", shape=[size, size, outputs])
            return
        if padding == "valid" and size > stride:
            raise TypeError(f"a transposed convolution of {size} pixels with stride {stride} and padding 'valid' is larger than {stride} times its "
                            "input; expected padding 'same'")  # fmt: skip
        before = max(size - stride, 0) // 2 if padding == "same" else 0
        taps = [
            (r, j, stride * j + r + before) for r in range(stride) for j in range(-size, size + 1) if 0 <= stride * j + r + before < size
        ]
        reach = max(abs(j) for _, j, _ in taps)
        small = np.zeros((2 * reach + 1, 2 * reach + 1, weights.shape[3], stride, stride, outputs), np.float32)
        for r, i, row in taps:
            for q, j, column in taps:
                small[reach - i, reach - j, :, r, q] = weights[row, column].T
        spread = None if bias is None else np.tile(numbers(bias), stride * stride)
        self.kernel("conv", small.reshape(*small.shape[:3], -1), spread, stride=1, padding="same")
        if stride == 2:
            self.add("depth_to_space", size=2)

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
