"""Files that are either whole or not there: write to a temporary, fsync, rename."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` so that a reader, or a crash at any instant, sees the old file or the new one, never a part.

    Raises: OSError, for example when the disk is full; the old file is then still there.
    """
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


def write_json(path: Path, value: Any) -> None:
    """`value` as indented JSON, atomically; numbers that JSON cannot hold raise ValueError."""
    write_bytes(path, (json.dumps(value, indent=1, allow_nan=False) + "\n").encode())


def read_json(path: Path, limit: int = 4_000_000) -> Any:
    """The JSON value in `path`.

    Raises: OSError when it is missing; ValueError when it is over `limit` bytes or no JSON.
    """
    if path.stat().st_size > limit:
        raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes; expected at most {limit:,}")
    return json.loads(path.read_bytes())
