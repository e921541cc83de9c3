"""What is new in a run, read once and told to everybody: one look for all who follow it, the same bytes to every viewer.

A viewer is a position in the reports, nothing more: it waits until there is something after that position and gets the bytes from there to
the end, which all viewers at that position share. So a slow viewer takes no memory; it gets the next reports together when it comes back. The
reports of a whole day are megabytes, and not the same ones a moment later: whoever needs many gets them in pieces, each made when it is taken.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import GanCoreError
from gan_core.runs import reading
from gan_core.runs.run import ACTIVE
from gan_core.storage import files
from ui.server import library, runlist
from ui.server.lookout import Lookout
from ui.server.shared import LISTS, Shared, to_json
from ui.settings import Settings

LOOK_SECONDS = 0.1  # between two looks into a run's folder for those who ask, however many
NEW_SECONDS = 0.05  # between two looks whether a run that trains has written, for those who follow it
ALL_SECONDS = 0.5  # until everything is looked at that is told beside the reports, where it has not
IDLE_SECONDS = 1.0  # where nothing trains
DELETING_SECONDS = 0.25  # until a file that has gone is told of: a folder goes file by file, and half of it is a run that was rewound
MOST_FEEDS = 64
MOST_STREAMS = 700  # 200 KB each
HEARTBEAT_SECONDS = 10.0
CACHED_ANSWERS = 16
Files = tuple[tuple[int, int, int] | None, ...]  # what `runlist.written` says of each, None where it is not there
PIECE = 512  # reports made at once, some 150 bytes each: an answer of no more is one piece, and kept for all who want the same


@dataclass(frozen=True)
class Known:
    """A run at one look: replaced as a whole, so the event loop never sees half of a look.

    Args:
        marks: `marks[n]` is a checksum of the first n lines; who had other ones has seen a past that was rewound.
        before: marks before the last rewind, and how many reports have stayed.
    """

    version: int = 0
    head: bytes = b"{}"
    compared: object = None
    lines: tuple[bytes, ...] = ()
    marks: tuple[int, ...] = (0,)
    before: tuple[tuple[int, ...], int] = ((), 0)
    active: bool = False

    def first_new(self, since: int, mark: int | None) -> int:
        """The report to go on from for who has `since` of them, the last with this mark: `since`, or an earlier one after a rewind."""
        if since <= len(self.lines) and mark in (None, self.marks[since]):
            return since
        marks, kept = self.before
        return kept if since < len(marks) and mark == marks[since] else 0


class Feed:
    """One run as it is known here: its reports as lines of JSON, and everything else that is told beside them."""

    def __init__(self, settings: Settings, name: str, lookout: Lookout | None = None) -> None:
        self.settings, self.id, self.lookout = settings, name, lookout or Lookout()
        self.known = Known()
        self.look: Shared[Known] = Shared(self.look_now, LOOK_SECONDS)
        self.followers = 0
        self._gone: GanCoreError | None = None
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None  # of those who follow
        self._told = self.known
        self._looking = threading.Lock()
        self._seen: tuple[Files, float] = ((None, None), 0.0)  # of the files, and when everything was looked at
        self._missing = 0.0  # since when one is that had been there
        self._file = (0, 0)  # inode and bytes read of progress.jsonl
        self._answers: OrderedDict[tuple[int, int, bool], bytes] = OrderedDict()

    # ---- reading, in the lookout's thread or in one of the pool, one look at a time

    @property
    def active(self) -> bool:
        """Whether the run trains, as far as is known."""
        return self.known.active

    def look_again(self) -> float | None:
        """Look whether something is new and tell those who follow; the seconds until the next look, None where the run is gone."""
        written, now = self._written(), time.monotonic()
        before, looked = self._seen
        if any(about is None and was is not None for about, was in zip(written, before, strict=True)):
            self._missing = self._missing or now
            if now - self._missing < DELETING_SECONDS:
                return NEW_SECONDS
        self._missing = 0.0
        if written != before or now - looked > ALL_SECONDS:
            try:
                self.look_now()
            except GanCoreError as error:
                self._gone = error
        if self._gone is not None or self._told is not self.known:
            self._told = self.known
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._tell)
        return None if self._gone is not None else NEW_SECONDS if self.known.active else IDLE_SECONDS

    def _written(self) -> Files:
        """What differs once the run has written, asked of the system in two calls; a whole look has forty, each of which waits for a busy loop."""
        folder = runlist.folder_of(self.settings, self.id)
        return _stat(folder / "progress.jsonl"), _stat(folder / "status.json")

    def look_now(self) -> Known:
        """Read what is new. Raises RunError or ConfigError."""
        with self._looking:
            self._seen = self._written(), time.monotonic()
            return self._look()

    def _look(self) -> Known:
        known, head = self.known, runlist.progress_head(self.settings, self.id)
        new, kept = self._new_lines(runlist.folder_of(self.settings, self.id) / "progress.jsonl")
        compared = {**head.beside, "status": {name: one for name, one in head.status.items() if name not in ("updated", "step", "used")}}
        if new or kept < len(known.lines) or compared != known.compared:
            marks = list(known.marks[: kept + 1])
            for line in new:
                marks.append(zlib.crc32(line, marks[-1]))
            before = (known.marks, kept) if kept < len(known.lines) else known.before
            active = head.state in ACTIVE
            self.known = Known(
                known.version + 1, to_json(head.to_dict()), compared, (*known.lines[:kept], *new), tuple(marks), before, active
            )
        return self.known

    def _new_lines(self, path: Path) -> tuple[list[bytes], int]:
        """Lines that are new, and how many of the known ones stay before them; a resumed run forgets those after its last saved state."""
        lines = self.known.lines
        try:
            files.check_regular(path, sys.maxsize, inside=path.parent)
            with open(path, "rb") as file:
                status = os.fstat(file.fileno())
                start = self._file[1] if status.st_ino == self._file[0] and status.st_size >= self._file[1] else 0
                file.seek(start)
                data = file.read(max(0, reading.MOST_BYTES - start))
        except (OSError, ValueError):
            return [], 0
        whole = data[: data.rfind(b"\n") + 1]  # a line still being written is left for the next look
        again = start == 0
        self._file = (status.st_ino, start + len(whole))
        reports = [to_json(report) for line in whole.split(b"\n") if (report := reading.one_line(line, reading.report)) is not None]
        if not again:
            return reports, len(lines)
        same = next((i for i, (old, new) in enumerate(zip(lines, reports, strict=False)) if old != new), min(len(lines), len(reports)))
        return reports[same:], same

    # ---- telling

    def answer(self, known: Known, first: int, event: bool = False) -> Iterator[bytes]:
        """The reports from number `first` on with everything beside them, as JSON or as a server-sent event, in one piece or more."""
        if len(known.lines) - first > PIECE:
            yield from _pieces(known, first, event)
            return
        key = (first, known.version, event)
        if key not in self._answers:
            while len(self._answers) >= CACHED_ANSWERS:
                self._answers.popitem(last=False)
            self._answers[key] = b"".join(_pieces(known, first, event))
        yield self._answers[key]

    async def poll(self, since: int, mark: int | None) -> Iterator[bytes]:
        """The answer to who polls. Raises RunError or ConfigError."""
        known = await self.look.get()
        return self.answer(known, known.first_new(since, mark))

    async def follow(self, since: int, mark: int | None) -> AsyncGenerator[bytes]:
        """Server-sent events: what is there after `since`, then everything new as it comes. Raises RunError when there is no such run."""
        known = await self.look.get()
        self.followers += 1
        self._gone, self._loop = None, asyncio.get_running_loop()
        try:
            self.lookout.follow(self)
            for piece in self.answer(known, known.first_new(since, mark), event=True):
                yield piece
            while True:
                changed = self._changed
                if self._gone is not None:
                    yield b"event: gone\ndata: " + to_json({"error": str(self._gone)}) + b"\n\n"
                    return
                if known is not self.known:
                    since, mark, known = len(known.lines), known.marks[-1], self.known
                    for piece in self.answer(known, known.first_new(since, mark), event=True):
                        yield piece
                    continue
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await changed.wait()
                except TimeoutError:
                    yield b"event: beat\ndata: 0\n\n"  # a comment would not reach the script
                    self.lookout.follow(self)
        finally:
            self.followers -= 1
            if not self.followers:
                self.lookout.leave(self)

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _stat(path: Path) -> tuple[int, int, int] | None:
    try:
        return runlist.written(path)
    except OSError:
        return None


def _pieces(known: Known, first: int, event: bool) -> Iterator[bytes]:
    """JSON, or an event whose id is the place that a broken connection goes on from."""
    count, mark = len(known.lines), known.marks[-1]
    start = b"id: %d.%d\ndata: " % (count, mark) if event else b""
    yield start + known.head[:-1] + b',"first":%d,"next":%d,"mark":%d,"reports":[' % (first, count, mark)
    for i in range(first, count, PIECE):
        yield (b"," if i > first else b"") + b",".join(known.lines[i : i + PIECE])
    yield b"]}\n\n" if event else b"]}"


class Hub:
    """All feeds of this process, and the lists that every page asks for again and again."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.lookout = settings, Lookout()
        self.feeds: OrderedDict[str, Feed] = OrderedDict()
        self.streams = 0
        self.runs = Shared(
            lambda: to_json({"runs": runlist.runs_list(settings), "recordings": runlist.recordings_list(settings)}), 0.25, LISTS
        )
        self.models = Shared(lambda: to_json(library.models(settings)), 0.25, LISTS)

    def feed(self, name: str) -> Feed:
        """The feed of a run, which need not be there."""
        feed = self.feeds.pop(name, None) or Feed(self.settings, name, self.lookout)
        self.feeds[name] = feed
        for idle in [known for known, other in self.feeds.items() if not other.followers and other is not feed]:
            if len(self.feeds) <= MOST_FEEDS:
                break
            del self.feeds[idle]
        return feed
