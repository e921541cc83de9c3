"""A file lock that the kernel takes back when its holder ends, however it ends.

Whoever only looks takes it shared for an instant, so two who look never see each other. A launcher may take the lock and hand it to the
process it starts: then there is no moment in which the process is on its way and nobody holds the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from gan_core.errors import GanCoreError

HANDED = "GAN_RUN_LOCK"  # environment: the descriptor that a launcher has handed over
_PAUSE = 0.02


def take(path: Path, seconds: float = 0.0) -> int | None:
    """The descriptor of the lock, now held by this process until it is closed; None when another has it for `seconds`.

    Raises: OSError when the file cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    end = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except OSError:
            if time.monotonic() >= end:
                os.close(descriptor)
                return None
        time.sleep(_PAUSE)


@contextlib.contextmanager
def holding(path: Path, seconds: float, busy: GanCoreError) -> Iterator[None]:
    """Hold the lock; `busy` is raised when another has it for `seconds`, OSError when the file cannot be opened."""
    descriptor = take(path, seconds)
    if descriptor is None:
        raise busy
    try:
        yield
    finally:
        os.close(descriptor)


def handed_over(path: Path) -> int | None:
    """The descriptor of the lock that the launcher of this process has taken for it, if it is of this very file; given once."""
    text = os.environ.pop(HANDED, "")
    if not text.isdigit():
        return None
    descriptor = int(text)
    try:
        os.set_inheritable(descriptor, False)
        return descriptor if os.path.samestat(os.fstat(descriptor), os.stat(path)) else None
    except OSError:
        return None


def is_taken(path: Path) -> bool:
    """Whether a process holds the lock; False where there is no such file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(descriptor)
