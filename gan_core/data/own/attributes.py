"""What a person's data say of every picture: `attributes.jsonl` beside an array of pictures, a line of names and values each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from gan_core.data.own.found import MAX_IMAGES
from gan_core.errors import DataError
from gan_core.storage import files

NAME = "attributes.jsonl"
MAX_BYTES = 200_000_000
MOST_VALUES = 100  # an attribute with more says who a picture is rather than what is on it
NONE = "none"  # the value where a line does not name an attribute: no beard
Attributes = dict[str, tuple[str, ...]]  # by name: the value of each picture


def read(data: Path, rows: Sequence[int] | np.ndarray) -> Attributes:
    """The attributes of these rows of the pictures in the file `data`; {} where nothing lies beside it.

    Only attributes of 2 to 100 values, over all pictures. Raises DataError for a file that is damaged or of other pictures.
    """
    path = data.parent / NAME
    if data.is_dir() or not path.is_file():
        return {}
    with files.refusing(DataError, path.name, "Expected an object of names and values a picture, each in a line."):
        lines = files.read_bytes(path, MAX_BYTES).splitlines()
        if len(lines) > MAX_IMAGES:
            raise ValueError(f"it has {len(lines):,} lines")
        said = [_line(line) for line in lines]
    if len(said) <= max(rows, default=0):
        raise DataError(f"{path.name} has {len(said):,} lines; expected one for each picture of {data.name}. Make both anew.")
    chosen: Attributes = {}
    for name in sorted({name for one in said for name in one}):
        values = [one.get(name, NONE) for one in said]
        if 2 <= len(set(values)) <= MOST_VALUES:
            chosen[name] = tuple(values[row] for row in rows)
    return chosen


def _line(line: bytes) -> dict[str, str]:
    parsed = files.parse_json(line, "a line")
    if not isinstance(parsed, dict):
        raise ValueError("a line is no object")
    return {name: str(value) for name, value in parsed.items() if isinstance(value, str | int | bool)}
