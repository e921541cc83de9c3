"""A network as a list of plain operations: checked, run with NumPy alone, read from and written to safetensors (docs/formats.md, section 1)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from gan_core.arrays import Floats
from gan_core.errors import CheckpointError, ConfigError

FORMAT = 1
MAX_BYTES = 64_000_000
ROLES = ("generator", "discriminator", "encoder", "classifier")


def upsampling_taps(size: int) -> Floats:
    """How a kernel of odd `size` folds when its input is upsampled by 2 with nearest neighbours.

    Returns: `[2, t, size]`: for each output phase, which of the t source pixels each tap falls on.
    """
    reach = (size - 1) // 2
    widest = (reach + 1) // 2
    taps = np.zeros((2, 2 * widest + 1, size), np.float32)
    for phase in (0, 1):
        for tap in range(size):
            taps[phase, (phase + tap - reach) // 2 + widest, tap] = 1
    return taps


@dataclass(frozen=True)
class Program:
    """One network, ready to run. Fields as in docs/formats.md; tensors float32 in memory."""

    role: str
    input: dict[str, Any]
    output: dict[str, Any]
    ops: list[dict[str, Any]]
    tensors: dict[str, Floats]
    num_classes: int = 0
    step: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def run(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None = None, leave_out: int = 0) -> Floats:
        """The network's output for a batch.

        Args:
            x: `[n, *input shape]`.
            class_weights: `[n, num_classes]` where the network takes labels.
            leave_out: how many of the last operations to leave out; what comes then is a hidden layer, as features.
        Raises: ConfigError when a shape does not fit.
        """
        x, labels = self._checked(x, class_weights)
        for number, op in enumerate(self.ops[: len(self.ops) - leave_out]):
            x = self._apply(number, op, x, labels)
        return x

    def trace(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None = None) -> list[Floats]:
        """The input and what every operation makes of it, in turn; arguments and errors as for `run`."""
        x, labels = self._checked(x, class_weights)
        taken = [x]
        for number, op in enumerate(self.ops):
            taken.append(self._apply(number, op, taken[-1], labels))
        return taken

    def _checked(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None) -> tuple[Floats, Floats | None]:
        x = np.asarray(x, np.float32)
        if x.shape[1:] != tuple(self.input["shape"]):
            raise ConfigError(f"the {self.role}'s input has shape {list(x.shape)}; expected [n, {str(self.input['shape'])[1:-1]}].")
        return x, self._labels(len(x), class_weights)

    def _labels(self, n: int, class_weights: npt.ArrayLike | None) -> Floats | None:
        if not self.num_classes:
            return None
        labels = np.asarray(class_weights if class_weights is not None else np.nan, np.float32)
        if labels.shape != (n, self.num_classes):
            raise ConfigError(f"the class weights have shape {list(labels.shape)}; expected [{n}, {self.num_classes}].")
        return labels

    def _apply(self, number: int, op: dict[str, Any], x: Floats, labels: Floats | None) -> Floats:
        kind = op["op"]
        if kind == "dense":
            return self._biased(op, x @ self.tensors[op["kernel"]])
        if kind == "conv":
            return self._biased(op, conv(x, self.tensors[op["kernel"]], op["stride"], op["padding"]))
        if kind == "upconv":
            return self._biased(op, upconv(x, self.folded[number], self.tensors[op["kernel"]].shape[0], op["padding"]))
        if kind == "affine":
            return x * self.tensors[op["scale"]] + self.tensors[op["shift"]]
        if kind == "reshape":
            return x.reshape(len(x), *op["shape"])
        if kind == "concat_labels":
            return np.concatenate([x, labels], axis=1)  # type: ignore[list-item]
        if kind == "label_planes":
            planes = np.broadcast_to(labels[:, None, None, :], (*x.shape[:3], self.num_classes))  # type: ignore[index]
            return np.concatenate([x, planes], axis=3)
        if kind == "any_score":
            top = x.max(axis=1, keepdims=True)
            return top + np.log(np.exp(x - top).sum(axis=1, keepdims=True))
        if kind == "label_score":
            return x[:, :1] + (x[:, 1:] * labels).sum(axis=1, keepdims=True)  # type: ignore[operator]
        return _PLAIN[kind](x, op)

    def _biased(self, op: dict[str, Any], x: Floats) -> Floats:
        if op.get("bias"):
            x += self.tensors[op["bias"]]
        return x

    @cached_property
    def folded(self) -> dict[int, Floats]:
        """The upsampling convolutions' kernels on the small grid, `[t, t, in, 4 * out]`, folded once, by operation."""
        folded = {}
        for number, op in enumerate(self.ops):
            if op["op"] == "upconv":
                kernel = self.tensors[op["kernel"]]
                taps = upsampling_taps(kernel.shape[0])
                small = np.einsum("pta,qsb,abio->tsipqo", taps, taps, kernel)
                folded[number] = np.ascontiguousarray(small.reshape(*small.shape[:3], -1), np.float32)
        return folded

    def multiply_adds(self) -> int:
        """Multiply-adds for one picture, after folding; taps that fold to zero are not counted."""
        total, shape = 0, tuple(self.input["shape"])
        for op in self.ops:
            after = _shape_after(op, shape, self.tensors, self.num_classes)
            if op["op"] in ("dense", "conv"):
                kernel = self.tensors[op["kernel"]]
                total += kernel.size * (math.prod(after[:-1]) if op["op"] == "conv" else 1)
            elif op["op"] == "upconv":
                kernel = self.tensors[op["kernel"]]
                used = int(upsampling_taps(kernel.shape[0]).any(axis=2).sum())  # over both phases of one axis
                total += shape[0] * shape[1] * used * used * kernel.shape[2] * kernel.shape[3]
            shape = after
        return total


def _relu(x: Floats, _op: dict[str, Any]) -> Floats:
    return np.maximum(x, 0)


def _leaky_relu(x: Floats, op: dict[str, Any]) -> Floats:
    return np.maximum(x, np.float32(op["alpha"]) * x)


def _sigmoid(x: Floats, _op: dict[str, Any]) -> Floats:
    return (0.5 * (np.tanh(0.5 * x) + 1)).astype(np.float32)  # this form cannot overflow


def _softmax(x: Floats, _op: dict[str, Any]) -> Floats:
    powers = np.exp(x - x.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


_ACTIVATIONS = {"relu": _relu, "leaky_relu": _leaky_relu, "tanh": lambda x, _op: np.tanh(x), "sigmoid": _sigmoid, "softmax": _softmax}


def _pool(x: Floats, _op: dict[str, Any]) -> Floats:
    n, height, width, channels = x.shape
    padded = np.pad(x, ((0, 0), (0, height % 2), (0, width % 2), (0, 0)), constant_values=-np.inf)
    return padded.reshape(n, (height + 1) // 2, 2, (width + 1) // 2, 2, channels).max(axis=(2, 4))


_PLAIN = {
    "activation": lambda x, op: _ACTIVATIONS[op["kind"]](x, op),
    "pool": _pool,
    "global_pool": lambda x, _op: x.mean(axis=(1, 2)),
}


def same_padding(size: tuple[int, ...], kernel: tuple[int, ...], stride: int) -> list[tuple[int, int]]:
    """What padding `same` adds before and after `[height, width]`, as TensorFlow does: the odd pixel goes behind."""
    pads = []
    for length, reach in zip(size, kernel, strict=True):
        total = max((-(-length // stride) - 1) * stride + reach - length, 0)
        pads.append((total // 2, total - total // 2))
    return pads


def conv(x: Floats, kernel: Floats, stride: int, padding: str) -> Floats:
    """Cross-correlation of `[n, h, w, in]` with `[kh, kw, in, out]`, as one matrix product over patches; padding 'same' or 'valid'."""
    size_h, size_w, _, channels = kernel.shape
    if padding == "same":
        x = np.pad(x, ((0, 0), *same_padding(x.shape[1:3], (size_h, size_w), stride), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size_h, size_w), axis=(1, 2))[:, ::stride, ::stride]
    patches = windows.transpose(0, 1, 2, 4, 5, 3)  # [n, h, w, kh, kw, in]
    n, height, width = patches.shape[:3]
    return (patches.reshape(n * height * width, -1) @ kernel.reshape(-1, channels)).reshape(n, height, width, channels)


def upconv(x: Floats, folded: Floats, size: int, padding: str) -> Floats:
    """Upsampling and convolution with a kernel of odd `size` at once: all four phases see the same small patches, so one product makes them.

    Args:
        folded: the kernel on the small grid, `[t, t, in, 4 * out]` (Program.folded).
    """
    n, height, width = x.shape[:3]
    channels = folded.shape[3] // 4
    phases = conv(x, folded, 1, "same")
    y = phases.reshape(n, height, width, 2, 2, channels).transpose(0, 1, 3, 2, 4, 5).reshape(n, 2 * height, 2 * width, channels)
    if padding == "valid":
        cut = (size - 1) // 2
        y = y[:, cut : 2 * height - cut, cut : 2 * width - cut]
    return np.ascontiguousarray(y)


def _shape_after(op: dict[str, Any], shape: tuple[int, ...], tensors: dict[str, Floats], num_classes: int) -> tuple[int, ...]:
    """Shape (without the batch) after one operation; ValueError, KeyError or TypeError when the operation cannot be applied."""
    kind = op["op"]
    if kind in ("dense", "conv", "upconv"):
        kernel = tensors[op["kernel"]]
        if kernel.ndim != (2 if kind == "dense" else 4) or len(shape) != (1 if kind == "dense" else 3) or kernel.shape[-2] != shape[-1]:
            raise ValueError(f"{kind} kernel {list(kernel.shape)} does not fit an input of {list(shape)}")
        if op.get("bias") and tensors[op["bias"]].shape != kernel.shape[-1:]:
            raise ValueError(f"{kind} bias {list(tensors[op['bias']].shape)} does not fit its kernel {list(kernel.shape)}")
        return _spatial_after(op, shape, kernel)
    if kind == "affine" and not tensors[op["scale"]].shape == tensors[op["shift"]].shape == shape[-1:]:
        raise ValueError(f"affine does not fit an input of {list(shape)}")
    if kind == "activation" and (op["kind"] not in _ACTIVATIONS or (op["kind"] == "leaky_relu" and not 0 <= float(op["alpha"]) <= 1)):
        raise ValueError(f"activation {op['kind']!r} is not one of {', '.join(_ACTIVATIONS)}")
    if kind in ("affine", "activation"):
        return shape
    if kind == "reshape":
        after = tuple(int(length) for length in op["shape"])
        if math.prod(after) != math.prod(shape) or min(after, default=0) < 1:
            raise ValueError(f"cannot reshape {list(shape)} to {list(after)}")
        return after
    if kind == "concat_labels" and len(shape) == 1 and num_classes:
        return (shape[0] + num_classes,)
    if kind == "label_planes" and len(shape) == 3 and num_classes:
        return (*shape[:2], shape[2] + num_classes)
    if kind == "any_score" and len(shape) == 1:
        return (1,)
    if kind == "label_score" and num_classes and shape == (1 + num_classes,):
        return (1,)
    if kind == "pool" and len(shape) == 3 and op.get("size", 2) == 2:
        return ((shape[0] + 1) // 2, (shape[1] + 1) // 2, shape[2])
    if kind == "global_pool" and len(shape) == 3:
        return shape[2:]
    raise ValueError(f"operation {kind!r} is unknown or does not fit an input of {list(shape)}")


def _spatial_after(op: dict[str, Any], shape: tuple[int, ...], kernel: Floats) -> tuple[int, ...]:
    if op["op"] == "dense":
        return kernel.shape[1:]
    size, stride = kernel.shape[0], op.get("stride", 1)
    if op["padding"] not in ("same", "valid") or stride not in (1, 2) or size != kernel.shape[1]:
        raise ValueError(f"{op['op']} with padding {op['padding']!r}, stride {stride!r}, kernel {list(kernel.shape)} is not supported")
    if op["op"] == "upconv" and size % 2 == 0:
        raise ValueError(f"upconv needs an odd kernel, not {size}")
    factor, cut = (2, size - 1) if op["op"] == "upconv" else (1, size - 1)
    lengths = [factor * length - (cut if op["padding"] == "valid" else 0) for length in shape[:2]]
    if min(lengths) < 1:
        raise ValueError(f"{op['op']} leaves nothing of {list(shape)}")
    return (*(-(-length // stride) for length in lengths), kernel.shape[3])


def check(program: Program, name: str) -> Program:
    """The program, if every operation fits the one before it and every number is finite.

    Raises: CheckpointError naming the file and the first thing that is wrong.
    """
    if program.role not in ROLES:
        raise CheckpointError(f"{name}: role is {program.role!r}; expected one of {', '.join(ROLES)}.")
    shape = tuple(program.input["shape"])
    for number, op in enumerate(program.ops):
        try:
            shape = _shape_after(op, shape, program.tensors, program.num_classes)
        except (KeyError, ValueError, TypeError) as error:
            raise CheckpointError(f"{name}: operation {number} cannot be run: {error}. The file is damaged or was made by hand.") from error
    if list(shape) != list(program.output["shape"]):
        raise CheckpointError(f"{name}: the network ends with shape {list(shape)}; its header promises {program.output['shape']}.")
    for tensor_name, tensor in program.tensors.items():
        if not np.isfinite(tensor).all():
            raise CheckpointError(f"{name}: tensor {tensor_name!r} holds values that are no numbers (NaN or infinity). Restore the file.")
    return program


# Numbers in one tensor: those with more are stored as 16-bit whole numbers in a finished network. Such a kernel alone moved a picture's worst
# pixel by 0.00015 of the range; as float16, which takes the same room, by 0.0017.
LARGE = {"generator": 500_000, "discriminator": 50_000}


def to_bytes(program: Program, dtype: str = "float16") -> bytes:
    """The program as a safetensors file.

    Args:
        dtype: of its tensors: 'float16', 'float32', 'mixed' (float32, but what is very large as whole numbers of 16 bits with one scale for
            each output), or 'int8': all kernels in 8 bits like that, the rest in float16; for a look back at a network, not for its numbers.
    """
    header = {"format": FORMAT, "role": program.role, "num_classes": program.num_classes, "step": program.step,
              "input": program.input, "output": program.output, "ops": program.ops, **program.extra}  # fmt: skip
    packed: dict[str, npt.NDArray[Any]] = {}
    for key, value in program.tensors.items():
        if dtype == "int8" and value.ndim > 1:
            packed |= _in_whole_numbers(key, value, np.int8)
        elif dtype == "mixed" and value.ndim > 1 and value.size > LARGE.get(program.role, LARGE["generator"]):
            packed |= _in_whole_numbers(key, value, np.int16)
        else:
            packed[key] = np.ascontiguousarray(value, {"int8": "float16", "mixed": "float32"}.get(dtype, dtype))
    return save_tensors(packed, metadata={"program": json.dumps(header)})


SCALE = ".scale"  # after the name of a tensor of whole numbers: what each column of it is multiplied by


def _in_whole_numbers(key: str, value: Floats, dtype: type[np.signedinteger[Any]]) -> dict[str, npt.NDArray[Any]]:
    scale = np.abs(value).max(axis=tuple(range(value.ndim - 1))).astype(np.float32) / np.iinfo(dtype).max
    return {key: np.round(value / np.where(scale > 0, scale, 1)).astype(dtype), key + SCALE: scale}


def _in_floats(tensors: dict[str, npt.NDArray[Any]]) -> dict[str, Floats]:
    """Every tensor in float32; of whole numbers the columns times their scale. Raises KeyError where that is missing, ValueError where it does not fit."""
    whole = {key for key, value in tensors.items() if value.dtype in (np.int8, np.int16)}
    floats = {key: np.asarray(value, np.float32) for key, value in tensors.items() if key.removesuffix(SCALE) not in whole or key in whole}
    for key in whole:
        scale = np.asarray(tensors[key + SCALE], np.float32)
        if scale.shape != tensors[key].shape[-1:]:
            raise ValueError(f"scale of {key!r} has shape {list(scale.shape)}")
        floats[key] = floats[key] * scale
    return floats


def from_bytes(data: bytes, name: str = "program") -> Program:
    """Read and check a program.

    Raises: CheckpointError naming `name` when the bytes are no safetensors file, hold no program, or the program cannot be run.
    """
    try:
        tensors = load_tensors(data)
        header = json.loads(json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]["program"])
        if header["format"] != FORMAT:
            raise CheckpointError(f"{name}: program format {header['format']!r}; this version reads format {FORMAT}. Update the project.")
        known = ("format", "role", "num_classes", "step", "input", "output", "ops")
        floats = _in_floats(tensors)
        program = Program(header["role"], dict(header["input"]), dict(header["output"]), list(header["ops"]), floats, int(header["num_classes"]),
                          int(header.get("step", 0)), {key: value for key, value in header.items() if key not in known})  # fmt: skip
        program.input["shape"], program.output["shape"] = list(program.input["shape"]), list(program.output["shape"])
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise CheckpointError(
            f"{name} is no program file ({type(error).__name__}: {error}). Expected safetensors with a program header."
        ) from error
    return check(program, name)


def read(path: Path) -> Program:
    """The program in a file. Raises CheckpointError when it is missing, too large or damaged."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CheckpointError(f"{path.name} has {size:,} bytes; a program has at most {MAX_BYTES:,}.")
        return from_bytes(path.read_bytes(), path.name)
    except OSError as error:
        raise CheckpointError(f"cannot read {path.name}: {error.strerror}. Expected a program file in {path.parent.name}.") from error
