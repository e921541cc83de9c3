"""Files: written whole or not at all (a temporary, fsync, rename); read as what a stranger may have put there.

Every file that somebody else may have written is read here: only regular files, none that a link names outside of its folder, never more
bytes than its kind can have, JSON no deeper and no longer than its kind can be. What is wrong is a ValueError or an OSError and nothing
else; `refusing` makes of it the error that a person is told.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import re
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gan_core.errors import GanCoreError

JSON_BYTES = 4_000_000
MAX_DEPTH = 32  # lists and objects in each other; our own files have 6
MAX_VALUES = 200_000  # in one file; the largest config of a checkpoint has 2,000
MAX_WHOLE = 2**63 - 1  # a larger whole number is no count, no seed and no time, and is more than a float can always hold
_HALF = re.compile(r"[\ud800-\udfff]")


def write_bytes(path: Path, data: bytes, make_folders: bool = True) -> None:
    """Write `data` so that a reader, or a crash at any instant, sees the old file or the new one, never a part.

    Args:
        make_folders: make the folders above it where they are missing.
    Raises: OSError, for example when the disk is full; the old file is then still there.
    """
    if make_folders:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tmp-", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)  # mkstemp makes private files; a run folder may be read by another user
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def write_in_place(path: Path, data: bytes) -> None:
    """Write `data` over a file that is there, for a disk that takes no new file: what has its place already needs none.

    A crash at this very instant may leave it half written, so this is the last thing to try. Raises: OSError.
    """
    with open(path, "r+b", buffering=0) as file:
        file.write(data)
        file.truncate()


def is_full(error: OSError) -> bool:
    """Whether the disk, or a person's share of it, takes no more."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def write_json(path: Path, value: object, make_folders: bool = True) -> None:
    """`value` as indented JSON, as `write_bytes` does; numbers that JSON cannot hold raise ValueError."""
    write_bytes(path, to_json(value), make_folders)


def to_json(value: object) -> bytes:
    """`value` as `write_json` writes it. Raises ValueError."""
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()


def to_line(value: object) -> bytes:
    """`value` as one short line of JSON. Raises ValueError."""
    return (json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n").encode()


def read_bytes(path: Path, limit: int, inside: Path | None = None) -> bytes:
    """The content of a regular file, of at most `limit` bytes.

    Neither a device nor a pipe is ever opened, so nothing can hang here or come without end.

    Args:
        inside: the folder whose file it is: one that is elsewhere, once all links are followed, is refused.
    Raises: OSError when it is missing or may not be read; ValueError when it is over `limit`, no regular file, elsewhere, or no path at all.
    """
    data, _ = read_start(path, limit + 1, limit, inside)
    if len(data) > limit:
        raise ValueError(f"{path.name} has over {limit:,} bytes")
    return data


def read_start(path: Path, count: int, limit: int, inside: Path | None = None) -> tuple[bytes, int]:
    """The first `count` bytes of a file that has at most `limit`, and how many it has. Raises as `read_bytes`."""
    check_regular(path, limit, inside)
    with open(path, "rb", opener=_without_waiting) as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):  # somebody has put another in its place since
            raise ValueError(f"{path.name} is no regular file")
        return file.read(count), status.st_size


def check_regular(path: Path, limit: int, inside: Path | None = None) -> int:
    """The size of a file that `read_bytes` would read, in bytes; nothing is opened. Raises as `read_bytes`."""
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        raise ValueError(f"{path.name} is no regular file")
    if status.st_size > limit:
        raise ValueError(f"{path.name} has {status.st_size:,} bytes; expected at most {limit:,}")
    if inside is not None and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside)):
        raise ValueError(f"{path.name} is a link that points outside of its folder")
    return status.st_size


def _without_waiting(path: str, flags: int) -> int:
    for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC"):  # Windows has none of them, and no such files to wait for
        flags |= getattr(os, name, 0)
    return os.open(path, flags)


def read_json(path: Path, limit: int = JSON_BYTES, inside: Path | None = None) -> object:
    """The JSON value in `path`, as `parse_json` takes it.

    Raises: OSError when it is missing or may not be read; ValueError for whatever else is wrong with it (see `read_bytes`, `parse_json`).
    """
    return parse_json(read_bytes(path, limit, inside), path.name)


def parse_json(data: bytes, name: str = "the text", depth: int = MAX_DEPTH, values: int = MAX_VALUES) -> object:
    """The value of JSON that a stranger may have written: what comes back can be walked, written as JSON again and shown.

    Args:
        name: what the error calls it.
        depth, values: how many lists and objects may be in each other, how many values there may be in all.
    Raises: ValueError, and nothing else: no JSON, no UTF-8, too deep, too many values, NaN or infinity, a whole number beyond 64 bits, or
        half a character (a lone surrogate), which no file and no page can hold.
    """
    if data.count(b",") + data.count(b"[") + data.count(b"{") > values:  # in C, before anything is made of it
        raise ValueError(f"{name} holds over {values:,} values")
    try:
        value = json.loads(data.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError(f"{name} is nested more than {depth} deep") from None
    except ValueError as error:  # also UnicodeDecodeError
        raise ValueError(f"{name} is no JSON ({error})") from None
    _check(value, name, depth)
    return value


def _check(value: object, name: str, depth: int) -> None:
    """Level by level, not by recursion: what is nested too deep is what is looked for."""
    level: list[object] = [value]
    for _ in range(depth + 1):
        below: list[object] = []
        for entry in level:
            if isinstance(entry, dict):
                below += entry
                below += entry.values()
            elif isinstance(entry, list):
                below += entry
            elif isinstance(entry, str):
                if _HALF.search(entry):
                    raise ValueError(f"{name} holds half a character (a lone surrogate)")
            elif isinstance(entry, float) and not math.isfinite(entry):
                raise ValueError(f"{name} holds NaN or infinity in the place of a number")
            elif isinstance(entry, int) and abs(entry) > MAX_WHOLE:
                raise ValueError(f"{name} holds a whole number beyond 64 bits")
        if not below:
            return
        level = below
    raise ValueError(f"{name} is nested more than {depth} deep")


@contextlib.contextmanager
def refusing(kind: type[GanCoreError], what: str, remedy: str) -> Iterator[None]:
    """Reading a stranger's file inside of this raises `kind` for whatever is wrong with it: "`what` cannot be read (...). `remedy`".

    What is of that kind already passes as it is; another error that a person is told becomes one. Besides them only OSError and ValueError
    are taken: any other is a fault of ours.
    """
    try:
        yield
    except kind:
        raise
    except OSError as error:  # strerror and not the error, which names the folder
        raise kind(f"{what} cannot be read ({error.strerror or type(error).__name__}). {remedy}") from error
    except (ValueError, GanCoreError) as error:
        reason = shortened(str(error)).rstrip(".")
        raise kind(f"{what} cannot be read: {reason}. {remedy}") from error


def shortened(text: str, most: int = 300) -> str:
    """A stranger's text as part of a sentence: on one line, nothing in it that a terminal would obey, `most` characters at the most."""
    line = "".join(character if character.isprintable() else " " for character in text[: most + 1])
    return line if len(text) <= most else line[: most - 3] + "..."
