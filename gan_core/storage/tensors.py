"""Safetensors files that a stranger may have written: the header is checked before memory is taken for a single number.

Format: https://github.com/huggingface/safetensors. Nothing in such a file can run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from gan_core.arrays import Array
from gan_core.storage import files
from gan_core.storage.fields import Fields

MAX_FILE = 64_000_000  # bytes; the largest of ours has 5.4 million
MAX_HEADER = 400_000  # bytes; the largest of ours has 3,304
MAX_TENSORS = 2_000  # the largest of ours has 44
MAX_LENGTH = 2**31 - 1  # of one side of a tensor
DTYPES: dict[str, type[np.generic]] = {
    "F16": np.float16, "F32": np.float32, "F64": np.float64, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64,
    "U32": np.uint32, "U8": np.uint8,
}  # fmt: skip
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Header:
    """What a file says of itself: dtype and shape of each tensor, texts beside them, and where the numbers begin."""

    tensors: dict[str, tuple[str, Shape]]
    metadata: dict[str, str] = field(default_factory=dict)
    begins: int = 8

    @property
    def numbers(self) -> int:
        """How many numbers there are in all."""
        return sum(math.prod(shape) for _, shape in self.tensors.values())


def read_header(start: bytes, size: int) -> Header:
    """The header of a file of `size` bytes, of which `start` are the first (at least 8 + MAX_HEADER, or all).

    Raises: ValueError unless there are at most MAX_TENSORS tensors of known dtypes that fill the file exactly, without gaps or overlaps.
    """
    length = int.from_bytes(start[:8], "little")
    if not 2 <= length <= min(size - 8, MAX_HEADER):
        raise ValueError(f"it is no safetensors file: its header claims {length:,} bytes of {size:,}; expected at most {MAX_HEADER:,}")
    fields = Fields(files.parse_json(start[8 : 8 + length], "its header"), "its header")
    if len(fields) > MAX_TENSORS:
        raise ValueError(f"its header lists {len(fields):,} tensors; expected at most {MAX_TENSORS:,}")
    tensors, places = {}, []
    for name in fields:
        if name == "__metadata__":
            continue
        entry = fields.inner(name)
        dtype, shape = entry.choice("dtype", tuple(DTYPES)), read_shape(entry.items("shape", 8))
        begin, end = _whole(entry.items("data_offsets", 2), 0, size)
        if end - begin != math.prod(shape) * np.dtype(DTYPES[dtype]).itemsize:
            raise ValueError(f"its tensor {files.shortened(name, 80)!r} has {end - begin:,} bytes, which is not what its shape needs")
        tensors[name] = (dtype, shape)
        places.append((begin, end))
    place = 0
    for begin, end in sorted(places):
        if begin != place:
            raise ValueError("its tensors overlap or leave gaps")
        place = end
    if 8 + length + place != size:
        raise ValueError("its tensors do not fill it")
    return Header(tensors, _metadata(fields), 8 + length)


def _metadata(fields: Fields) -> dict[str, str]:
    about = fields.values("__metadata__") if "__metadata__" in fields else {}
    texts = {name: text for name, text in about.items() if isinstance(text, str)}
    if len(texts) != len(about):
        raise ValueError("its header's __metadata__ holds something else than texts")
    return texts


def read_shape(lengths: list[object]) -> Shape:
    """A shape out of JSON. Raises ValueError."""
    return tuple(_whole(lengths, 0, MAX_LENGTH, len(lengths)))


def _whole(values: list[object], low: int, high: int, count: int = 2) -> list[int]:
    whole = [value for value in values if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high]
    if not len(whole) == len(values) == count:
        raise ValueError(f"{str(values)[:80]} came in its header; expected whole numbers from {low} to {high:,}")
    return whole


def parse(data: bytes, most_numbers: int | None = None) -> tuple[dict[str, Array], Header]:
    """All tensors of a file and its header.

    Args:
        most_numbers: of all tensors together.
    Raises: ValueError when it is no such file, or larger than that.
    """
    if len(data) > MAX_FILE:
        raise ValueError(f"it has {len(data):,} bytes; expected at most {MAX_FILE:,}")
    header = read_header(data[: 8 + MAX_HEADER], len(data))
    if most_numbers is not None and header.numbers > most_numbers:
        raise ValueError(f"it holds {header.numbers:,} numbers; expected at most {most_numbers:,}")
    try:
        return load_tensors(data), header
    except SafetensorError as error:
        raise ValueError(f"it is no safetensors file ({error})") from error
