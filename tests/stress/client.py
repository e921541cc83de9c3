"""One stranger, or one visitor, of the many that `exhaust.py` sends: a raw client that notes the status of every answer, 0 where there was none."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

LONGEST_WAIT = 90.0  # for one answer


@dataclass
class Client:
    """One of a crowd: where the server is, the run that trains there, when to stop; and what came."""

    port: int
    run: str
    large: str  # address of a large file
    model: str
    end: float
    came: Counter[int]
    address: str  # its own: strangers have one each
    chance: random.Random
    kept: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def goes_on(self) -> bool:
        """Whether there is time left."""
        return time.monotonic() < self.end

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection of its own."""
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json", read: bool = True, more: str = ""
    ) -> bytes:
        """The answer's body; its status is noted. `more`: further lines of the head."""
        status, data, writer = 0, b"", None
        try:
            async with asyncio.timeout(max(1.0, min(LONGEST_WAIT, self.end - time.monotonic() + 5))):
                reader, writer = await self.open()
                writer.write(self.head(method, path, len(body), kind, more) + body)
                await writer.drain()
                head = await reader.readuntil(b"\r\n\r\n")
                status = int(head.split(b" ", 2)[1])
                data = await reader.read() if read else b""
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, IndexError, ValueError):
            pass
        finally:
            if writer is not None:
                writer.close()
        self.came[status] += 1
        if status in (0, 503):
            await asyncio.sleep(0.05)
        return data

    def head(self, method: str, path: str, length: int, kind: str = "application/json", more: str = "") -> bytes:
        """The head of a request whose answer ends the connection."""
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {length}\r\n{more}Connection: close\r\n\r\n"
        ).encode()

    async def hold(self, first: bytes, seconds: float = 1e9) -> None:
        """Send this much and then nothing, with the connection open until the server or the clock ends it."""
        try:
            reader, writer = await self.open()
            self.kept.append(writer)
            writer.write(first)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.1, min(seconds, self.end - time.monotonic()))):
                    await writer.drain()
                    answer = await reader.read(64)
                    self.came[int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0] += 1
            writer.close()
        except (OSError, ValueError, IndexError):
            self.came[0] += 1
            await asyncio.sleep(0.05)

    async def listen(self, path: str, seconds: float) -> None:
        """Follow a stream for so long, or until the server ends it."""
        try:
            reader, writer = await self.open()
            self.kept.append(writer)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n".encode())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.1, min(seconds, self.end - time.monotonic()))):
                    answer = await reader.read(64)
                    self.came[int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0] += 1
                    while answer.startswith(b"HTTP/1.1 200") and await reader.read(65536):
                        pass
            writer.close()
        except (OSError, ValueError, IndexError):
            self.came[0] += 1
            await asyncio.sleep(0.05)


Work = Callable[[Client], Awaitable[object]]


def crowd(work: Work, clients: int, port: int, run: str, large: str, model: str, seconds: float, together: bool) -> Counter[int]:
    """`clients` of one kind for so many seconds, at addresses of their own or `together` at the visitor's; how often each status came."""
    came: Counter[int] = Counter()
    end = time.monotonic() + seconds

    async def one(number: int) -> None:
        address = "127.0.0.1" if together else f"127.1.{number // 250}.{1 + number % 250}"
        client = Client(port, run, large, model, end, came, address, random.Random(number))
        while client.goes_on:
            try:
                await work(client)
            except OSError:
                came[0] += 1
                await asyncio.sleep(0.1)
        for writer in client.kept:
            writer.transport.abort()

    async def everybody() -> None:
        await asyncio.gather(*(one(number) for number in range(clients)))

    asyncio.run(everybody())
    return came
