"""Files that are either whole or not there: write to a temporary, fsync, rename."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any


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


def write_json(path: Path, value: Any, make_folders: bool = True) -> None:
    """`value` as indented JSON, as `write_bytes` does; numbers that JSON cannot hold raise ValueError."""
    write_bytes(path, to_json(value), make_folders)


def to_json(value: Any) -> bytes:
    """`value` as `write_json` writes it. Raises ValueError."""
    return (json.dumps(value, indent=1, allow_nan=False) + "\n").encode()


def to_line(value: Any) -> bytes:
    """`value` as one short line of JSON. Raises ValueError."""
    return (json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n").encode()


def read_json(path: Path, limit: int = 4_000_000) -> Any:
    """The JSON value in `path`.

    Raises: OSError when it is missing; ValueError when it is over `limit` bytes or no JSON.
    """
    if path.stat().st_size > limit:
        raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes; expected at most {limit:,}")
    return json.loads(path.read_bytes())
