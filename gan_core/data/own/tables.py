"""Rows of numbers: CSV as Kaggle has digits (a label and a column for each pixel), and idx files as MNIST came in."""

from __future__ import annotations

import gzip
import io
import math
import zlib
from pathlib import Path

import numpy as np

from gan_core.arrays import Array
from gan_core.data.own.sheet import Notes
from gan_core.errors import DataError
from gan_core.storage import files

MOST_CSV = 2**30  # bytes
LONGEST_LINE = 1_000_000
MOST_IDX = 2**30  # bytes, unpacked
AT_ONCE = 2000  # lines
LABEL_COLUMNS = ("label", "labels", "class", "y", "target", "digit")
IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_csv(path: Path, notes: Notes) -> tuple[Array, Array | None]:
    """Rows float32 `[n, pixels]`, and labels `[n]` where there is a column of them: one named so, or one more than a square has.

    Rows that are none, or of another length than the first, are left out and named. Raises DataError.
    """
    files.check_regular(path, MOST_CSV)
    with open(path, "rb") as file:
        first = file.readline(LONGEST_LINE)
        delimiter = max((b",", b";", b"\t"), key=first.count)
        cells = [cell.strip().strip(b'"') for cell in first.rstrip(b"\r\n").split(delimiter)]
        columns = len(cells)
        header = [cell.decode("utf-8", "replace").lower() for cell in cells] if not all(is_number(cell) for cell in cells) else []
        if columns < 16:
            raise DataError(f"it has {columns} columns; expected a column for each pixel, and perhaps one with the label before them.")
        file.seek(len(first) if header else 0)
        rows = _rows(file, columns, delimiter.decode(), 1 + bool(header), notes)
    label = next((i for i, name in enumerate(header) if name in LABEL_COLUMNS), None)
    if label is None and _is_square(columns - 1) and not _is_square(columns):
        label = 0
        notes.say("The first column is taken as the label: the others make a square.")
    if label is None:
        return rows, None
    return np.delete(rows, label, axis=1), rows[:, label].astype(np.float64)


def is_number(cell: bytes | str) -> bool:
    """Whether a cell of a table is a number; the head's are not."""
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _is_square(count: int) -> bool:
    return math.isqrt(max(0, count)) ** 2 == count


def _rows(file: io.BufferedReader, columns: int, delimiter: str, line: int, notes: Notes) -> Array:
    parts: list[Array] = []
    while lines := [text for _ in range(AT_ONCE) if (text := file.readline(LONGEST_LINE))]:
        numbered = [(line + i, text) for i, text in enumerate(lines) if text.strip()]
        line += len(lines)
        try:
            parts.append(_parsed([text for _, text in numbered], columns, delimiter))
        except ValueError:
            for number, text in numbered:
                try:
                    parts.append(_parsed([text], columns, delimiter))
                except ValueError as error:
                    notes.leave_out(f"line {number}", f"it is no row of {columns} numbers ({str(error)[:80]}).")
    return np.concatenate(parts) if parts else np.empty((0, columns), np.float32)


def _parsed(lines: list[bytes], columns: int, delimiter: str) -> Array:
    """Raises ValueError where a line is no row of so many finite numbers."""
    if not lines:
        return np.empty((0, columns), np.float32)
    numbers = np.loadtxt((line.decode("latin-1") for line in lines), np.float32, comments=None, delimiter=delimiter, ndmin=2)
    if numbers.shape != (len(lines), columns) or not np.isfinite(numbers).all():
        raise ValueError(f"{numbers.shape[1]} numbers")
    return numbers


def read_idx(path: Path) -> Array:
    """Format IDX, plain or as `.gz`: two zero bytes, type, number of dimensions, big-endian sizes, values. http://yann.lecun.com/exdb/mnist/.

    Raises: DataError for what is none, or is larger than its header says.
    """
    packed = files.read_bytes(path, MOST_IDX)
    content = _unzipped(packed) if packed[:2] == b"\x1f\x8b" else packed
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in IDX_TYPES or not 1 <= content[3] <= 4:
        raise DataError("it is no idx file; expected one as MNIST came in, such as train-images-idx3-ubyte.gz. Get it anew.")
    dtype, ranks = np.dtype(IDX_TYPES[content[2]]), content[3]
    sizes = [int.from_bytes(content[4 + 4 * i : 8 + 4 * i], "big") for i in range(ranks)]
    start, expected = 4 + 4 * ranks, int(np.prod(sizes, dtype=np.float64)) * dtype.itemsize
    if len(content) - start != expected:
        raise DataError(
            f"it says {' x '.join(map(str, sizes))} values but holds {max(0, len(content) - start):,} bytes; it is cut off. Get it anew."
        )
    return np.frombuffer(content, dtype, offset=start).reshape(sizes)


def _unzipped(packed: bytes) -> bytes:
    """A gzip's content, at most MOST_IDX bytes of it. Raises DataError."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            content = file.read(MOST_IDX + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"it is a damaged gzip ({error}). Get it anew.") from error
    if len(content) > MOST_IDX:
        raise DataError(f"it would unpack to over {MOST_IDX:,} bytes. Use fewer pictures.")
    return content


def is_idx(name: str) -> bool:
    """Whether a file is called as idx files are."""
    lower = name.lower()
    return lower.removesuffix(".gz").endswith(("ubyte", ".idx", ".idx1", ".idx3")) or "-idx" in lower or ".idx" in lower


def labels_beside(path: Path) -> Path | None:
    """The labels that belong to an idx file of pictures, by its name: `train-images-idx3-ubyte` has `train-labels-idx1-ubyte`."""
    name = path.name.replace("images", "labels").replace("idx3", "idx1")
    beside = [path.with_name(each) for each in (name, name.removesuffix(".gz"), f"{name}.gz")]
    return next((each for each in beside if each.is_file() and each != path), None)
