"""Arrays out of an `.npz` file that anyone may have written: headers are checked before memory is taken, nothing is unpickled."""

from __future__ import annotations

import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from gan_core.errors import DataError

MAX_BYTES = 2**30  # of one array
_DAMAGE: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)  # a broken zip
_DAMAGE += (SyntaxError, TypeError, tokenize.TokenError)  # a broken header, which numpy reads as Python


def read_npz(path: str | os.PathLike, keys: Iterable[str]) -> dict[str, np.ndarray]:
    """Those of `keys` that the file holds, as numeric arrays.

    Raises: DataError that names the path: not there, no `.npz`, damaged, over 1 GiB an array, or holding objects in place of numbers.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            held = {Path(member.filename).stem: member for member in archive.infolist() if member.filename.endswith(".npy")}
            return {key: _read_array(archive, held[key]) for key in keys if key in held}
    except DataError as error:
        raise DataError(f"{os.fspath(path)!r}: {error}") from error
    except FileNotFoundError as error:
        raise DataError(f"{os.fspath(path)!r} is not there; expected an .npz file.") from error
    except _DAMAGE as error:
        raise DataError(f"{os.fspath(path)!r} is damaged or no .npz file ({error}); expected numpy.savez's. Replace it.") from error


def npz_keys(path: str | os.PathLike) -> list[str]:
    """Names of the arrays in the file; none where it cannot be read."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [Path(name).stem for name in archive.namelist() if name.endswith(".npy")]
    except (OSError, zipfile.BadZipFile):
        return []


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray:
    """Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html."""
    if member.file_size > MAX_BYTES:
        raise DataError(f"{member.filename} holds {member.file_size:,} bytes; expected at most {MAX_BYTES:,}. Use fewer pictures.")
    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, fortran_order, dtype = read_header(file)
        if dtype.kind not in "biuf":
            raise DataError(f"{member.filename} holds {dtype}; expected numbers. Save it as uint8 or float32.")
        content = file.read()
    if len(content) != int(np.prod(shape, dtype=object)) * dtype.itemsize:
        raise DataError(f"{member.filename} says shape {shape} of {dtype} but holds {len(content):,} bytes; it is damaged. Replace it.")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran_order else "C")
