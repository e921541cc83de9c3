"""One thread that looks into the folders of all runs that somebody follows, and has those who wait told what is new.

A thread, and not a task of the event loop: with a hall of viewers, and strangers beside them, each round of the loop takes up to a tenth of a
second, and a look by way of the loop and a pool of threads took eight rounds until it was told. Now it takes two, however often it looks.
"""

from __future__ import annotations

import threading
import time
from typing import Protocol

from ui.train import loops

AFTER_AN_ERROR = 1.0  # seconds


class Followed(Protocol):
    """A run that somebody follows."""

    @property
    def active(self) -> bool:
        """Whether something trains there: looked at before those where nothing does, so many as they may be."""
        ...

    def look_again(self) -> float | None:
        """Look, have everybody told what is new, and return the seconds until the next look; None: there is nothing to look at any more."""
        ...


class Lookout:
    """All runs that are followed, and the thread that looks at them, which ends with the last of them."""

    def __init__(self) -> None:
        self._due: dict[Followed, float] = {}  # when to look again, monotonic
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def follow(self, one: Followed) -> None:
        """Look at this one, too, from now on; nothing happens where that is so already. Whoever waits calls it again now and then."""
        with self._changed:
            if one not in self._due:
                self._due[one] = 0.0
                self._changed.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._keep_looking, name="lookout", daemon=True)
                try:
                    self._thread.start()
                except RuntimeError:  # no more threads; the next who follows, or a heartbeat, tries again
                    self._thread = None
                    loops.tell_once("the lookout")

    def leave(self, one: Followed) -> None:
        """Nobody follows it any more."""
        with self._changed:
            self._due.pop(one, None)

    def _keep_looking(self) -> None:
        while True:
            with self._changed:
                if not self._due:
                    self._thread = None
                    return
                now = time.monotonic()
                one = min(self._due, key=lambda each: (self._due[each] > now, not each.active, self._due[each]))
                if self._due[one] > now:
                    self._changed.wait(min(self._due.values()) - now)
                    continue
            try:
                wait = one.look_again()
            except Exception as error:  # those who follow would wait for ever, and the next look may go well
                if not isinstance(error, OSError):  # too many open files, or a disk that is away for a moment
                    loops.tell_once(f"a watcher: {type(error).__name__}")
                wait = AFTER_AN_ERROR
            with self._changed:
                if wait is None:
                    self._due.pop(one, None)
                elif one in self._due:
                    self._due[one] = time.monotonic() + wait
