"""What this process says on standard error, bounded: no visitor fills a disk, and the control token is never in it."""

from __future__ import annotations

import io
import sys
import threading
import time
from typing import TextIO

BURST = 64 * 2**10  # characters at once
A_SECOND = 200.0  # and so many more with every second


class Bounded(io.TextIOBase):
    """Standard error for everybody who prints in this process, libraries included.

    Args:
        to: the real one.
        secret: a text that is replaced wherever it shows; "" for none.
    """

    def __init__(self, to: TextIO, secret: str = "") -> None:
        super().__init__()
        self.to, self.secret = to, secret
        self._left, self._when, self._skipped = float(BURST), time.monotonic(), 0
        self._lock = threading.Lock()

    def write(self, text: str) -> int:
        """Print `text`, or only count it where too much is being said."""
        with self._lock:
            now = time.monotonic()
            self._left, self._when = min(float(BURST), self._left + A_SECOND * (now - self._when)), now
            if self._left < len(text):
                self._skipped += len(text)
                return len(text)
            self._left -= len(text)
            if self._skipped and self._left > BURST / 4:
                self.to.write(f"\n... {self._skipped:,} characters left out, as too much went wrong at once ...\n")
                self._skipped = 0
            self.to.write(text.replace(self.secret, "[token]") if self.secret else text)
        return len(text)

    def flush(self) -> None:
        """As the real one does."""
        self.to.flush()

    def fileno(self) -> int:
        """The real one's: processes that are started from here write to it."""
        return self.to.fileno()

    def isatty(self) -> bool:
        """As the real one."""
        return self.to.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The real one's."""
        return self.to.encoding


def bound(secret: str = "") -> None:
    """From here on, for the whole process."""
    if not isinstance(sys.stderr, Bounded):
        sys.stderr = Bounded(sys.stderr, secret)
