"""Files that a whole room asks for at the same moment: read once, kept for a while, sent from memory."""

from __future__ import annotations

import asyncio
import os
from collections import OrderedDict
from pathlib import Path

MOST_BYTES = 24 * 2**20
LARGEST = 4 * 2**20


class HotFiles:
    """The bytes of files by path and time of writing, the least recently used forgotten first."""

    def __init__(self) -> None:
        self.size = 0
        self._known: OrderedDict[tuple[str, int, int], bytes] = OrderedDict()
        self._coming: dict[tuple[str, int, int], asyncio.Task[bytes]] = {}

    async def read(self, path: Path) -> tuple[bytes, str]:
        """The bytes of a file and a tag that changes with them. Raises OSError."""
        status = os.stat(path)
        key = (str(path), status.st_mtime_ns, status.st_size)
        tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key], tag
        if key not in self._coming:
            self._coming[key] = asyncio.create_task(asyncio.to_thread(path.read_bytes))
            self._coming[key].add_done_callback(lambda task: self._arrived(key, task))
        return await asyncio.shield(self._coming[key]), tag

    def _arrived(self, key: tuple[str, int, int], task: asyncio.Task[bytes]) -> None:
        del self._coming[key]
        if task.cancelled() or task.exception() or len(task.result()) > LARGEST:
            return
        self._known[key] = task.result()
        self.size += len(task.result())
        while self.size > MOST_BYTES:
            self.size -= len(self._known.popitem(last=False)[1])
