"""What many ask for at once, worked out once; and answers that go on for as long as somebody listens."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import math
import time
from collections.abc import AsyncGenerator, Callable
from typing import Generic, Protocol, TypeVar

from starlette.types import Receive, Scope, Send

T = TypeVar("T")
AT_ONCE = 8  # entries of a list that are encoded in one go
_ENCODE = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
# Looks go here, so that neither Starlette's forty threads nor the event loop wait for a disk; lists, which read many files, keep no report waiting.
LOOKS = concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="looks")
LISTS = concurrent.futures.ThreadPoolExecutor(1, thread_name_prefix="lists")


class Shared(Generic[T]):
    """One computation for all who ask at about the same time; each gets a result that was begun after it asked, at most one each `spacing`."""

    def __init__(self, compute: Callable[[], T], spacing: float, pool: concurrent.futures.Executor = LOOKS) -> None:
        self.compute, self.spacing, self.pool = compute, spacing, pool
        self.began = -spacing
        self.next: asyncio.Task[T] | None = None
        self.running = asyncio.Lock()

    async def get(self) -> T:
        """The value. Raises what `compute` raises."""
        if self.next is None:
            self.next = asyncio.ensure_future(self._compute())
            self.next.add_done_callback(lambda task: task.cancelled() or task.exception())  # the askers may be gone
        return await asyncio.shield(self.next)

    async def _compute(self) -> T:
        async with self.running:
            await asyncio.sleep(max(0.0, self.began + self.spacing - time.monotonic()))
            self.next, self.began = None, time.monotonic()  # who asks from here on gets the next one
            return await asyncio.get_running_loop().run_in_executor(self.pool, self.compute)


def to_json(value: object) -> bytes:
    """`value` in JSON; a number that JSON does not have (a damaged file's NaN) becomes null."""
    try:
        return _encoded(value).encode()
    except ValueError:
        return _encoded(_finite(value)).encode()


def _encoded(value: object) -> str:
    """A long list, or one in an object, one entry after the other: json lets nobody else have the interpreter until it is done, 10 ms for 64 pictures."""
    if isinstance(value, list) and len(value) > AT_ONCE:
        return f"[{','.join(map(_ENCODE, value))}]"
    if isinstance(value, dict) and any(isinstance(part, list) and len(part) > AT_ONCE for part in value.values()):
        return f"{{{','.join(f'{_ENCODE(str(name))}:{_encoded(part)}' for name, part in value.items())}}}"
    return _ENCODE(value)


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


class Counter(Protocol):
    """Whatever counts the streams that are open."""

    streams: int


class EventStream:
    """An ASGI answer that sends events until the viewer leaves; closes what it was given in every case."""

    def __init__(self, counter: Counter, first: bytes, events: AsyncGenerator[bytes]) -> None:
        self.counter, self.first, self.events = counter, first, events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store, no-transform"),
                   (b"x-accel-buffering", b"no")]  # fmt: skip
        self.counter.streams += 1
        sending = asyncio.create_task(self._send(send, headers))
        leaving = asyncio.create_task(_left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.counter.streams -= 1
            for task in (sending, leaving):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError, OSError):
                await sending
            await self.events.aclose()

    async def _send(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        first, self.first = self.first, b""  # which may be much, and is kept for as long as somebody listens
        await send({"type": "http.response.body", "body": first, "more_body": True})
        del first
        async for event in self.events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
