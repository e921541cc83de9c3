"""Which allocator Python takes, which is settled before it starts: the web process begins anew with the C library's."""

from __future__ import annotations

import contextlib
import ctypes
import os
import sys

_NAME, _OURS = "PYTHONMALLOC", "GAN_BEGUN_ANEW"


def of_c_library() -> None:
    """Begin this process anew (the same id, arguments and options) with malloc in the place of Python's own allocator; Linux with glibc only.

    Python's gives memory back by the megabyte, and what a crowd leaves behind keeps a few bytes in each: after a hundred thousand piled-up
    requests 50 MB stayed for good. The C library gives back page by page (`keep_lean` in ui/server/patience.py). Whoever has named an allocator
    keeps it, and processes that are begun from here, trainings, have Python's own.
    """
    if os.environ.pop(_OURS, None):
        os.environ.pop(_NAME, None)
    elif _NAME not in os.environ and _is_glibc():
        with contextlib.suppress(OSError):  # it goes on as it is
            os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, _NAME: "malloc", _OURS: "1"})


def _is_glibc() -> bool:
    try:
        return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim")
    except (OSError, TypeError):
        return False
