"""What runs for as long as the process lives does not end with an error: it tells of it once, and goes on."""

from __future__ import annotations

import logging
import threading

_MOST_TOLD = 100
_told: set[str] = set()
_lock = threading.Lock()


def tell_once(what: str) -> None:
    """Write the error that is being handled into the log, with its traceback, where `what` was not told yet: a loop may meet it every second."""
    with _lock:
        if what in _told or len(_told) >= _MOST_TOLD:
            return
        _told.add(what)
    logging.getLogger(__name__).exception("%s; it goes on. The same error is not told again.", what)
