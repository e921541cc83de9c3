"""A file lock that the kernel takes back when its holder ends, however it ends.

Whoever only looks takes it shared for an instant, so two who look never see each other. A launcher may take the lock and hand it to the
process it starts: then there is no moment in which the process is on its way and nobody holds the lock.

POSIX systems have `flock`. Windows locks a byte of the file (`msvcrt`): it can neither be handed over nor taken shared, so there who looks
has it for an instant, and whoever meets somebody's look tries again. Without either nothing can be locked, which is said; exploring locks nothing.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TypedDict

from gan_core.errors import GanCoreError, RunError


def _module(name: str) -> ModuleType | None:
    """A module that only some systems have, or None."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


_fcntl, _msvcrt = _module("fcntl"), _module("msvcrt")

HANDED = "GAN_RUN_LOCK"  # environment: the descriptor that a launcher has handed over
CAN_HAND_OVER = _fcntl is not None
_PAUSE = 0.02
_LOOKS = 3  # of who looks without a shared lock: another's look is over by then


def _lock(descriptor: int, shared: bool = False) -> None:
    """Raises OSError when another has it, RunError where this system locks no files."""
    if _fcntl is not None:
        _fcntl.flock(descriptor, (_fcntl.LOCK_SH if shared else _fcntl.LOCK_EX) | _fcntl.LOCK_NB)
    elif _msvcrt is not None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        _msvcrt.locking(descriptor, _msvcrt.LK_NBLCK, 1)
    else:
        raise RunError("this Python can lock no files (neither fcntl nor msvcrt), so nothing can be trained here; exploring works.")


def release(descriptor: int) -> None:
    """Give a lock back that `take` has given, unless a process that it was handed to holds it still."""
    if _fcntl is None and _msvcrt is not None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        with contextlib.suppress(OSError):  # it never was locked; closing does the rest
            _msvcrt.locking(descriptor, _msvcrt.LK_UNLCK, 1)
    os.close(descriptor)


class HandedOver(TypedDict, total=False):
    """Arguments of `subprocess.Popen`."""

    pass_fds: tuple[int, ...]
    env: dict[str, str]


def handing_over(descriptor: int) -> HandedOver:
    """What `subprocess.Popen` is told, so that the new process holds the lock from its first instant; nothing where that is impossible."""
    return {"pass_fds": (descriptor,), "env": {**os.environ, HANDED: str(descriptor)}} if CAN_HAND_OVER else {}


def take(path: Path, seconds: float = 0.0) -> int | None:
    """The descriptor of the lock, now held by this process until it is closed; None when another has it for `seconds`.

    Raises: OSError when the file cannot be opened; RunError where this system locks no files.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    end = time.monotonic() + seconds
    try:
        while True:
            try:
                _lock(descriptor)
                held, descriptor = descriptor, -1
                return held
            except OSError:
                if time.monotonic() >= end:
                    return None
            time.sleep(_PAUSE)
    finally:
        if descriptor >= 0:
            os.close(descriptor)


@contextlib.contextmanager
def holding(path: Path, seconds: float, busy: GanCoreError) -> Iterator[None]:
    """Hold the lock; `busy` is raised when another has it for `seconds`, OSError when the file cannot be opened."""
    descriptor = take(path, seconds)
    if descriptor is None:
        raise busy
    try:
        yield
    finally:
        release(descriptor)


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
    """Whether a process holds the lock; False where there is no such file, and where this system locks none."""
    try:
        descriptor = os.open(path, os.O_RDONLY if _msvcrt is None else os.O_RDWR)
    except OSError:
        return False
    try:
        for look in range(1 if CAN_HAND_OVER else _LOOKS):
            if look:
                time.sleep(_PAUSE)
            with contextlib.suppress(OSError):
                _lock(descriptor, shared=True)
                return False
        return True
    except RunError:
        return False
    finally:
        release(descriptor)
