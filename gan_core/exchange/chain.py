"""A network with its channels first, taken over operation by operation as a program, whose channels are last.

Nothing is turned when it runs: where a row of numbers becomes a picture, or a picture a row, the tensors beside that place are put in the other
order, once, which is exact. So are paddings and cuts that no operation has: a kernel gets zeros around it, or one tap that hands on a part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.model.building import KERNEL_OPS, Operations
from gan_core.model.operations import same_padding, transposed_side
from gan_core.model.rules import MAX_ELEMENTS, MAX_KERNEL, MAX_NUMBERS

Order = npt.NDArray[np.intp]
Sides = tuple[int, int]  # before and after


class Chain:
    """The operations so far, and the value that came last.

    Args:
        shape: of the value as the other network has it, without the batch.
        batch: how many the other network was written for, 0 for any number.
    Its numbers lie here as `layout` says: "row" as they are, one after the other (a row, or anything that no picture was made of yet); "first" a
    picture `[c, h, w]` there and `[h, w, c]` here; "last" the same in both. A row may lie in another `order`: number i there is `order[i]` here.
    """

    def __init__(self, shape: Sequence[int], batch: int = 0) -> None:
        self.operations, self.batch = Operations(), batch
        self.shape, self.layout = tuple(shape), "row"
        self.order: Order | None = None

    @property
    def width(self) -> int:
        """Numbers along the last axis as they lie here."""
        return {"row": math.prod(self.shape), "first": self.shape[0], "last": self.shape[-1]}[self.layout]

    def become(self, shape: Sequence[int], layout: str = "first") -> None:
        """What the last operation has left. Raises ValueError where that is nothing, or too much."""
        if min(shape) < 1 or math.prod(shape) > MAX_ELEMENTS:
            raise ValueError(f"it makes {list(shape)}; expected 1 to {MAX_ELEMENTS:,} numbers")
        self.shape, self.layout, self.order = tuple(shape), layout, None

    # ---- rows and pictures

    def reshape(self, shape: Sequence[int]) -> None:
        """Row-major, as there. Raises ValueError where that is another number of numbers, or a picture is cut into another one."""
        if math.prod(shape) != math.prod(self.shape) or min(shape) < 1:
            raise ValueError(f"{list(self.shape)} cannot be shaped as {list(shape)}")
        if tuple(shape) == self.shape:
            return
        order = self.order
        if self.layout == "first":
            channels, *sides = self.shape
            order = np.arange(math.prod(self.shape)).reshape(*sides, channels).transpose(2, 0, 1).ravel()
        if self.layout != "row":
            self.operations.add("reshape", shape=[math.prod(self.shape)])
        plain = order is None or np.array_equal(order, np.arange(len(order)))
        if not plain and len(shape) > 1:
            raise ValueError("a picture is made a row and a picture again; expected a dense layer between them")
        self.shape, self.layout, self.order = tuple(shape), "row", None if plain else order

    def pictures(self) -> None:
        """The value as pictures. Raises ValueError where it is none."""
        if self.layout == "first":
            return
        if self.layout != "row" or len(self.shape) != 3 or self.order is not None:
            raise ValueError(f"it takes pictures [n, channels, height, width]; {list(self.shape)} comes")
        channels, *sides = self.shape
        self._put(np.arange(math.prod(self.shape)).reshape(self.shape).transpose(1, 2, 0).ravel())
        self.operations.add("reshape", shape=[*sides, channels])
        self.layout = "first"

    def last(self) -> None:
        """A row that stands for `[h, w, c]` as such. Raises ValueError where its numbers lie in another order."""
        if self.order is not None:
            raise ValueError(f"a picture is made a row and {list(self.shape)} again; expected a dense layer between them")
        self.operations.add("reshape", shape=list(self.shape))
        self.become(self.shape, "last")

    def turned(self, axes: Sequence[int]) -> None:
        """The axes in another order, that of pictures and back. Raises ValueError for any other."""
        if list(axes) == list(range(len(self.shape) + 1)):
            return
        if list(axes) == [0, 3, 1, 2] and len(self.shape) == 3 and self.layout != "first":
            *sides, channels = self.shape
            if self.layout == "row":
                self.last()
            self.become((channels, *sides), "first")
        elif list(axes) == [0, 2, 3, 1]:
            self.pictures()
            channels, *sides = self.shape
            self.become((*sides, channels), "last")
        else:
            raise ValueError(f"it puts the axes of {list(self.shape)} in the order {list(axes)}; expected channels first or last")

    def channels(self, order: Order) -> None:
        """The channels of pictures in another order: channel j is what `order[j]` was."""
        self._put(order)

    def _put(self, order: Order) -> None:
        """Number j along the last axis becomes what `order[j]` was: in the kernel before it, which is exact, or by one that does only that."""
        if np.array_equal(order, np.arange(len(order))):
            return None
        changed: list[tuple[str, int]] = []  # tensors and their axis
        for op in reversed(self.operations.ops):
            if op["op"] == "affine":
                changed += [(op["scale"], -1), (op["shift"], -1)]
            elif op["op"] in KERNEL_OPS:
                changed += [(op["kernel"], -2 if op["op"] == "conv_transpose" else -1), *([(op["bias"], -1)] if "bias" in op else [])]
                break
            elif op["op"] != "activation":
                return self._put_by_kernel(order)
        else:
            return self._put_by_kernel(order)
        for key, axis in changed:
            self.operations.tensors[key] = np.ascontiguousarray(np.take(self.operations.tensors[key], order, axis))
        return None

    def _put_by_kernel(self, order: Order) -> None:
        _check_kernel(1, len(order), len(order))
        eye = np.eye(len(order), dtype=np.float32)[:, order]
        if self.layout == "row":
            self.operations.kernel("dense", eye)
        else:
            self.operations.kernel("conv", eye[None, None], stride=1, padding="same")

    # ---- kernels

    def dense(self, kernel: Floats, bias: Floats | None) -> None:
        """`x @ kernel + bias`, kernel `[in, out]`."""
        if self.layout != "row" or self.shape != kernel.shape[:1]:
            raise ValueError(f"its kernel {list(kernel.shape)} does not fit {list(self.shape)}")
        if self.order is not None:
            here = np.empty_like(kernel)
            here[self.order] = kernel
            kernel = here
        self.operations.kernel("dense", kernel, bias)
        self.become(kernel.shape[1:], "row")

    def conv(self, kernel: Floats, bias: Floats | None, stride: int, pads: tuple[Sides, Sides]) -> None:
        """Cross-correlation with `[kh, kw, in, out]`, zeros added around: (top, bottom), (left, right).

        A square kernel may pad otherwise than 'same' and 'valid' do: it becomes one that reaches as far, and what is too much is cut off.
        """
        self.pictures()
        channels, *sides = self.shape
        size, outputs = kernel.shape[0], kernel.shape[3]
        square = size == kernel.shape[1]
        if kernel.shape[2] != channels:
            raise ValueError(f"its kernel is for {kernel.shape[2]} channels; {channels} come")
        after = [(side + sum(pad) - reach) // stride + 1 for side, pad, reach in zip(sides, pads, kernel.shape[:2], strict=True)]
        padding, cut = "same", (0, 0)
        if pads == ((0, 0), (0, 0)):
            padding = "valid"
        elif list(pads) != same_padding(tuple(sides), kernel.shape[:2], stride):
            before = pads[0][0]
            cut = (0, sides[0] - after[0])
            if stride != 1 or not square or pads[0] != pads[1] or cut[1] < 0:
                raise ValueError(
                    f"it pads {list(sides)} by {list(pads)} at stride {stride}; expected as many pixels to come out as went in, or fewer"
                )
            reach = max(before, size - 1 - before)
            kernel = _within(kernel, reach - before, 2 * reach + 1)
        odd = stride == 1 and square and padding == "same" and kernel.shape[0] % 2 == 1
        kind = "upconv" if odd and self.operations.upsampled() else "conv"
        if kind == "conv":
            self.operations.kernel(kind, kernel, bias, stride=stride, padding=padding)
        else:
            self.operations.kernel(kind, kernel, bias, padding=padding)
        self.become((outputs, *(side + cut[1] for side in after)))
        self.cut(cut)

    def transposed(self, kernel: Floats, bias: Floats | None, stride: int, pads: Sides, more: int) -> None:
        """Transposed convolution with `[k, k, out, in]`; `pads` are cut off before and behind on both axes, `more` is added behind."""
        self.pictures()
        channels, *sides = self.shape
        size, outputs = kernel.shape[0], kernel.shape[2]
        if kernel.shape[3] != channels:
            raise ValueError(f"its kernel is for {kernel.shape[3]} channels; {channels} come")
        beyond = size - stride - sum(pads) + more  # what comes out is stride * side + beyond
        padding, cut = "valid", (0, 0)
        same = [
            one
            for one in (size, stride + 2 * pads[0], stride + 2 * pads[0] + 1)
            if one >= max(size, stride) and (one - stride) // 2 == pads[0]
        ]
        if beyond == 0 and same:
            padding, size = "same", same[0]
        elif pads[0] == 0 and stride + beyond >= size and beyond >= 0:
            size = stride + beyond
        else:
            size = max(size, stride, stride + beyond + pads[0])
            cut = (pads[0], size - stride - beyond - pads[0])
        self.operations.kernel("conv_transpose", _within(kernel, 0, size), bias, stride=stride, padding=padding)
        self.become((outputs, *(transposed_side(side, size, stride, padding) for side in sides)))
        self.cut(cut)

    def cut(self, ends: Sides) -> None:
        """Rows and columns cut off before and behind: a kernel with one tap that hands on what is left."""
        if ends == (0, 0):
            return
        self.pictures()
        channels, *sides = self.shape
        size = sum(ends) + 1
        if min(ends) < 0 or size > min(sides):
            raise ValueError(f"it cuts {list(ends)} off {list(sides)}")
        _check_kernel(size, channels, channels)
        kernel = np.zeros((size, size, channels, channels), np.float32)
        kernel[ends[0], ends[0]] = np.eye(channels)
        self.operations.kernel("conv", kernel, stride=1, padding="valid")
        self.become((channels, *(side - size + 1 for side in sides)))

    def larger(self, times: int) -> None:
        """Nearest neighbours, 2, 4 or 8 times as large."""
        self.pictures()
        channels, *sides = self.shape
        if times not in (1, 2, 4, 8):
            raise ValueError(f"it makes pictures {times} times as large; expected 2, 4 or 8")
        _check_kernel(1, channels, channels)
        for _ in range(times.bit_length() - 1):
            self.operations.upsample(channels)
        self.become((channels, *(times * side for side in sides)))

    def rearranged(self, blocks_last: bool) -> None:
        """Every pixel's channels as 2x2 pixels; `blocks_last`: a channel's four pixels stand beside each other, as PyTorch shuffles them."""
        self.pictures()
        channels, *sides = self.shape
        if channels % 4:
            raise ValueError(f"it makes 2x2 pixels of {channels} channels; expected a multiple of 4")
        if blocks_last:
            self.channels(np.arange(channels).reshape(channels // 4, 4).T.ravel())
        self.operations.add("depth_to_space", size=2)
        self.become((channels // 4, *(2 * side for side in sides)))

    # ---- one number for each channel

    def scaled(self, scale: Floats, shift: Floats) -> None:
        """x * scale + shift, `[width]` each, in the order of the other network."""
        if self.order is not None:
            (scale, shift), given = (np.empty_like(scale), np.empty_like(shift)), (scale, shift)
            scale[self.order], shift[self.order] = given
        self.operations.scaled(scale, shift)

    def activation(self, kind: str, alpha: float | None = None) -> None:
        """Elementwise."""
        self.operations.activation(kind, alpha)

    def end(self) -> list[int]:
        """The shape of the pictures as they lie here. Raises ValueError where they are none."""
        shape = list(self.shape)
        if self.order is not None:
            raise ValueError("it ends in pictures made a row; leave that out")
        if self.layout == "row" and len(shape) == 3:
            if shape[0] in (1, 3):
                self.pictures()
            else:
                self.operations.add("reshape", shape=shape)
        return [*self.shape[1:], self.shape[0]] if self.layout == "first" else shape


def _check_kernel(size: int, inputs: int, outputs: int) -> None:
    """Before memory is taken for it. Raises ValueError."""
    if size > MAX_KERNEL or size * size * inputs * outputs > MAX_NUMBERS:
        raise ValueError(
            f"it needs a kernel [{size}, {size}, {inputs}, {outputs}]; expected at most {MAX_KERNEL} a side and {MAX_NUMBERS:,} numbers"
        )


def _within(kernel: Floats, place: int, size: int) -> Floats:
    """The kernel at that row and column of a larger one of zeros."""
    own = kernel.shape[0]
    if size == own:
        return kernel
    _check_kernel(size, *kernel.shape[2:])
    larger = np.zeros((size, size, *kernel.shape[2:]), np.float32)
    larger[place : place + own, place : place + own] = kernel
    return larger
