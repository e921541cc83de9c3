"""Arrays out of an `.npz` or `.npy` file that anyone may have written: what it says of itself is checked before memory is taken, nothing is unpickled."""

from __future__ import annotations

import contextlib
import io
import math
import os
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from gan_core.arrays import Array
from gan_core.errors import DataError
from gan_core.storage import files

MAX_BYTES = 2**30  # of one array
MAX_FILE = 2**31  # and of all arrays that are read together
MAX_DIRECTORY = 100_000  # bytes of the list of what is in the file: about a thousand arrays
MAX_RATIO = 200  # by which deflate makes pictures smaller, at most; MNIST's a fifth, but zeros a thousandth
LAST_LETTER = 0x10FFFF  # of Unicode
UNSUSPICIOUS = 20_000_000  # bytes that may be packed as tightly as they like
_HEADER = 12 + 65_535  # bytes before the numbers, at most
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"  # where a zip's directory is told, and the mark of one that is larger than we read
_BROKEN_ZIP: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    MemoryError,
)
_BROKEN_HEADER: tuple[type[Exception], ...] = (  # numpy reads it as Python's literals
    SyntaxError,
    TypeError,
    tokenize.TokenError,
    LookupError,
    AttributeError,
    OverflowError,
)
_File = zipfile.ZipExtFile | io.BufferedReader


def read_npz(path: str | os.PathLike[str], keys: Iterable[str]) -> dict[str, Array]:
    """Those of `keys` that the file holds, as numeric arrays.

    Raises: DataError that names the path: not there, no `.npz`, damaged, over 1 GiB an array, a zip bomb, or holding objects in place of numbers.
    """
    with _opened(path) as (archive, held):
        wanted = {key: held[key] for key in keys if key in held}
        if sum(member.file_size for member in wanted.values()) > MAX_FILE:
            raise DataError(f"its arrays {', '.join(wanted)} need over {MAX_FILE:,} bytes together. Use fewer pictures.")
        return {key: _read_array(archive, member) for key, member in wanted.items()}


def npz_keys(path: str | os.PathLike[str]) -> list[str]:
    """Names of the arrays in the file; none where it cannot be read."""
    with contextlib.suppress(DataError), _opened(path) as (_, held):
        return list(held)
    return []


@contextlib.contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]]:
    """The zip and its arrays by name; whatever is wrong with it inside of this becomes a DataError that names the path."""
    name = files.shortened(repr(os.fspath(path)))
    try:
        files.check_regular(Path(path), MAX_FILE)
        with open(path, "rb") as file:
            _check_directory(file)
            with zipfile.ZipFile(file) as archive:
                yield archive, {Path(member.filename).stem: member for member in archive.infolist() if member.filename.endswith(".npy")}
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    except FileNotFoundError as error:
        raise DataError(f"{name} is not there; expected an .npz file.") from error
    except (*_BROKEN_ZIP, *_BROKEN_HEADER) as error:
        reason = files.shortened(str(error) or type(error).__name__, 200)
        raise DataError(f"{name} is damaged or no .npz file ({reason}); expected numpy.savez's. Replace it.") from error


def _check_directory(file: io.BufferedReader) -> None:
    """A zip ends with where its directory is and how long: `zipfile` reads all of it at once, so its length is looked at before.

    Format: APPNOTE.TXT of PKWARE, 4.3.16. Raises DataError.
    """
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - 65_557))  # 22 bytes, and the longest remark behind them
    tail = file.read()
    at = len(tail) - 22 if tail[-22:-18] == _END and tail[-2:] == b"\0\0" else tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise DataError("it is no .npz file, or cut off; expected numpy.savez's. Replace it.")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if _END_64 in tail[max(0, at - 20) : at] or length > MAX_DIRECTORY:
        raise DataError(f"its list of arrays is over {MAX_DIRECTORY:,} bytes long; expected a few arrays. Save only those that are needed.")
    file.seek(0)


def _read_array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Array:
    """Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html."""
    name = files.shortened(member.filename, 80)
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name} is packed in a way that numpy never uses; expected numpy.savez's. Save it again.")
    if member.file_size > MAX_BYTES:
        raise DataError(f"{name} holds {member.file_size:,} bytes; expected at most {MAX_BYTES:,}. Use fewer pictures.")
    if member.file_size > max(UNSUSPICIOUS, MAX_RATIO * member.compress_size):
        raise DataError(
            f"{name} would grow from {member.compress_size:,} to {member.file_size:,} bytes; no pictures are packed like that. Save it with numpy.savez."
        )
    with archive.open(member) as file:
        assert isinstance(file, zipfile.ZipExtFile)
        return _parsed(name, file, member.file_size)


def read_npy(path: Path) -> Array:
    """The array of an `.npy` file. Raises DataError as `read_npz`."""
    name = files.shortened(repr(os.fspath(path)))
    try:
        size = files.check_regular(path, MAX_BYTES)
        with open(path, "rb") as file:
            return _parsed("it", file, size)
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    except (*_BROKEN_ZIP, *_BROKEN_HEADER) as error:
        reason = files.shortened(str(error) or type(error).__name__, 200)
        raise DataError(f"{name} is damaged or no .npy file ({reason}); expected numpy.save's. Replace it.") from error


def _parsed(name: str, file: _File, size: int) -> Array:
    """The array in a file of `size` bytes. Raises DataError, or whatever a damaged header leads to."""
    start = io.BytesIO(file.read(_HEADER))
    version = np.lib.format.read_magic(start)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran_order, dtype = read_header(start)
    if dtype.kind not in "biuf" and not (dtype.kind in "US" and dtype.isnative and dtype.itemsize):
        raise DataError(
            f"{name} holds {files.shortened(str(dtype), 80)}; expected numbers. Save it as uint8 or float32, names with .astype(str)."
        )
    begins = start.tell()
    if size - begins != math.prod(shape) * dtype.itemsize or min(shape, default=0) < 0:
        raise DataError(
            f"{name} says shape {files.shortened(str(shape), 80)} of {dtype} but holds {size - begins:,} bytes; it is damaged. Replace it."
        )
    array = _filled(start, file, size - begins, dtype)
    if dtype.kind == "U" and array.size and int(array.view(np.uint32).max()) > LAST_LETTER:
        raise DataError(f"{name} holds text of letters that there are not; it is damaged. Replace it.")
    return array.reshape(shape, order="F" if fortran_order else "C")


def _filled(start: io.BytesIO, rest: _File, size: int, dtype: np.dtype[np.generic]) -> Array:
    """The numbers, read to where they stay: no second copy is ever in memory. Raises EOFError where there are fewer."""
    content = np.empty(size // dtype.itemsize, dtype)
    place = content.view(np.uint8).data
    filled = start.readinto(place)
    while filled < size:
        count = rest.readinto(place[filled:])
        if not count:
            raise EOFError("its numbers are cut off")
        filled += count
    rest.read()  # to the end, where the checksum is
    return content
