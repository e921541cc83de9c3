"""A network as a list of plain operations: checked, run with NumPy alone, read from and written to safetensors (docs/formats.md, section 1)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save as save_tensors

from gan_core.arrays import Array, Floats
from gan_core.errors import CheckpointError, ConfigError
from gan_core.imaging.pixels import check_range
from gan_core.model import operations, rules
from gan_core.model.operations import End, Operation
from gan_core.storage import files, tensors
from gan_core.storage.fields import MAX_STEPS, Fields

FORMAT = 1
MAX_CLASSES = 1000
ENDS = {
    "generator": ("z", "images"), "discriminator": ("images", "logits"), "encoder": ("images", "z"), "classifier": ("images", "probabilities"),
}  # fmt: skip
ROLES = tuple(ENDS)  # what each takes and gives stands beside it
AT_ONCE = 64_000_000  # numbers of the widest place of a program at one time: more pictures than fit are run one part after the other


@dataclass(frozen=True)
class Program:
    """One network, ready to run. Fields as in docs/formats.md; tensors float32 in memory."""

    role: str
    input: End
    output: End
    ops: list[Operation]
    tensors: dict[str, Floats]
    num_classes: int = 0
    step: int = 0
    extra: dict[str, object] = field(default_factory=dict)

    def run(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None = None, leave_out: int = 0) -> Floats:
        """The network's output for a batch.

        Args:
            x: `[n, *input shape]`.
            class_weights: `[n, num_classes]` where the network takes labels.
            leave_out: how many of the last operations to leave out; what comes then is a hidden layer, as features.
        Raises: ConfigError when a shape does not fit.
        """
        x, labels = self._checked(x, class_weights)
        most = max(1, AT_ONCE // self._widest)
        if len(x) <= most:
            return self._run(x, labels, leave_out)
        parts = [slice(start, start + most) for start in range(0, len(x), most)]
        return np.concatenate([self._run(x[part], None if labels is None else labels[part], leave_out) for part in parts])

    def trace(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None = None) -> list[Floats]:
        """The input and what every operation makes of it, in turn; arguments and errors as for `run`."""
        x, labels = self._checked(x, class_weights)
        taken = [x]
        for number in range(len(self.ops)):
            taken.append(self._apply(number, taken[-1], labels))
        return taken

    def _checked(self, x: npt.ArrayLike, class_weights: npt.ArrayLike | None) -> tuple[Floats, Floats | None]:
        x = np.asarray(x, np.float32)
        if x.shape[1:] != tuple(self.input["shape"]):
            raise ConfigError(f"the {self.role}'s input has shape {list(x.shape)}; expected [n, {str(self.input['shape'])[1:-1]}].")
        return x, self._labels(len(x), class_weights)

    def _run(self, x: Floats, labels: Floats | None, leave_out: int) -> Floats:
        for number in range(len(self.ops) - leave_out):
            x = self._apply(number, x, labels)
        return x

    def _apply(self, number: int, x: Floats, labels: Floats | None) -> Floats:
        return operations.apply(self.ops[number], x, self.tensors, labels, self.folded.get(number))

    def _labels(self, n: int, class_weights: npt.ArrayLike | None) -> Floats | None:
        if not self.num_classes:
            return None
        labels = np.asarray(class_weights if class_weights is not None else np.nan, np.float32)
        if labels.shape != (n, self.num_classes):
            raise ConfigError(f"the class weights have shape {list(labels.shape)}; expected [{n}, {self.num_classes}].")
        return labels

    @cached_property
    def folded(self) -> dict[int, Floats]:
        """The upsampling convolutions' kernels on the small grid, `[t, t, in, 4 * out]`, folded once, by operation."""
        ups = {number: op for number, op in enumerate(self.ops) if op["op"] == "upconv"}
        return {number: operations.fold_upsampling(self.tensors[op["kernel"]]) for number, op in ups.items()}

    def shapes(self) -> list[tuple[int, ...]]:
        """What comes into each operation, and at the end what comes out of the last, without the batch."""
        return [tuple(self.input["shape"]), *(one.shape for one in self._outcomes)]

    @cached_property
    def _outcomes(self) -> list[rules.Outcome]:
        return rules.outcomes(self.ops, tuple(self.input["shape"]), self.tensors, self.num_classes)

    @cached_property
    def _widest(self) -> int:
        """Numbers of one picture at the place where it takes the most memory."""
        return max((one.work for one in self._outcomes), default=1)

    def multiply_adds(self) -> int:
        """Multiply-adds for one picture, after folding; taps that fold to zero are not counted."""
        return sum(one.multiply_adds for one in self._outcomes)


def check(program: Program, name: str) -> Program:
    """The program, if it has the ends of its role, every operation fits the one before it, none costs too much and every number is finite.

    Raises: CheckpointError naming the file and the first thing that is wrong.
    """
    with files.refusing(CheckpointError, name, "The file is damaged or was made by hand."):
        if program.role not in ROLES:
            raise ValueError(f"role is {program.role!r}; expected one of {', '.join(ROLES)}")
        _check_classes(program.num_classes)
        for end, expected in zip((program.input, program.output), ENDS[program.role], strict=True):
            _check_end(Fields(end, f"an end of a {program.role}"), expected)
        shape = program._outcomes[-1].shape if program.ops else rules.shape_of(program.input["shape"])
        if list(shape) != list(program.output["shape"]):
            raise ValueError(f"the network ends with shape {list(shape)}; its header promises {program.output['shape']}")
        rules.check_finite(program.tensors)
    return program


def _check_classes(num_classes: int) -> None:
    if not 0 <= num_classes <= MAX_CLASSES:
        raise ValueError(f"num_classes is {num_classes}; expected 0 to {MAX_CLASSES:,}")


def _check_end(end: Fields, expected: str) -> None:
    name, shape = end.choice("name", (expected,)), rules.shape_of(end.items("shape", 4))
    if name == "images":
        check_range(end.numbers("range", 2))
    if name == "logits":
        if shape != (1,):
            raise ValueError(f"its logits have shape {list(shape)}; expected [1], one number a picture")
        if "probability" in end:
            end.choice("probability", ("sigmoid", "clip"))


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
    packed: dict[str, Array] = {}
    for key, value in program.tensors.items():
        if dtype == "int8" and value.ndim > 1:
            packed |= _in_whole_numbers(key, value, np.int8)
        elif dtype == "mixed" and value.ndim > 1 and value.size > LARGE.get(program.role, LARGE["generator"]):
            packed |= _in_whole_numbers(key, value, np.int16)
        else:
            packed[key] = np.ascontiguousarray(value, {"int8": "float16", "mixed": "float32"}.get(dtype, dtype))
    return save_tensors(packed, metadata={"program": json.dumps(header)})


SCALE = ".scale"  # after the name of a tensor of whole numbers: what each column of it is multiplied by


def _in_whole_numbers(key: str, value: Floats, dtype: type[np.int8] | type[np.int16]) -> dict[str, Array]:
    scale = np.abs(value).max(axis=tuple(range(value.ndim - 1))).astype(np.float32) / np.iinfo(dtype).max
    return {key: np.round(value / np.where(scale > 0, scale, 1)).astype(dtype), key + SCALE: scale}


def _in_floats(packed: dict[str, Array]) -> dict[str, Floats]:
    """Every tensor in float32; of whole numbers the columns times their scale. Raises ValueError where that is missing or does not fit."""
    whole = {key for key, value in packed.items() if value.dtype in (np.int8, np.int16)}
    floats = {key: np.asarray(value, np.float32) for key, value in packed.items() if key.removesuffix(SCALE) not in whole or key in whole}
    for key in whole:
        if key + SCALE not in packed:
            raise ValueError(f"tensor {key!r} is of whole numbers and has no scale beside it")
        scale = np.asarray(packed[key + SCALE], np.float32)
        if scale.shape != packed[key].shape[-1:]:
            raise ValueError(f"scale of {key!r} has shape {list(scale.shape)}")
        floats[key] = floats[key] * scale
    return floats


def from_bytes(data: bytes, name: str = "program") -> Program:
    """Read and check a program.

    Raises: CheckpointError naming `name` when the bytes are no safetensors file, hold no program, or the program cannot be run.
    """
    with files.refusing(CheckpointError, name, "Expected safetensors with a program header that this version reads."):
        packed, about = tensors.parse(data, rules.MAX_NUMBERS)
        text = about.metadata.get("program")
        if text is None:
            raise ValueError("it holds tensors, but no program")
        header = Fields(files.parse_json(text.encode(), "its program"), "its program")
        if (version := header.whole("format", 0, MAX_STEPS)) != FORMAT:
            raise CheckpointError(f"{name}: program format {version!r}; this version reads format {FORMAT}. Update the project.")
        known = ("format", "role", "num_classes", "step", "input", "output", "ops")
        ops = [_operation(op) for op in header.items("ops", rules.MAX_OPERATIONS)]
        # what an end and an operation hold is checked below, before anything is run
        program = Program(header.choice("role", ROLES), cast(End, header.values("input")), cast(End, header.values("output")), ops,
                          _in_floats(packed),
                          header.whole("num_classes", 0, MAX_CLASSES), header.whole("step", 0, MAX_STEPS, default=0),
                          {key: value for key, value in header.values().items() if key not in known})  # fmt: skip
    return check(program, name)


def _operation(value: object) -> Operation:
    """An operation as it is run: a stride of 2.0 is 2, which slices can take."""
    if not isinstance(value, dict):
        return cast(Operation, value)
    whole = {name: int(of) for name in ("stride", "size") if isinstance(of := value.get(name), float) and of.is_integer()}
    return cast(Operation, {**value, **whole})


def read(path: Path) -> Program:
    """The program in a file. Raises CheckpointError when it is missing, too large or damaged."""
    with files.refusing(CheckpointError, path.name, f"Expected a program file in {path.parent.name}."):
        data = files.read_bytes(path, tensors.MAX_FILE)
    return from_bytes(data, path.name)
