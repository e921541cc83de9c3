"""How many connections come in at once, how long each may take, for the head of a request and for reading an answer, and what is left when it ends.

uvicorn waits for ever for both; the protocol that it makes for each connection is replaced by one with a clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import random
import socket
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

HEAD_SECONDS = 10.0  # from the first byte of a connection or a request to the end of its head
SOONER = 0.4  # of that some have less, by chance: thousands that came in one moment do not all go in one
GONE = "gan.gone"  # in a request's extensions: says whether its connection is closed
MOST_PIPELINED = 4  # requests that wait for the answer to another on their connection; browsers and proxies send none
PARSED, PARSED_HEAD = 8 * 2**10, 2 * 2**10  # bytes of a body, and of heads, read at once; after each such piece it is seen whether to go on
STALL_SECONDS = 20.0  # in which somebody who reads takes at least one piece
COME_IN = 128  # connections in a round of the event loop: it takes half a millisecond for one to be there, and its first request to be read
MOST_CONNECTIONS = 4096
# that may come while others are still going: uvicorn lets 2,048 wait, and one takes two rounds of the event loop to be there
ARRIVING = 3 * 2048
MOST_STALLED = 768  # answers that wait for their readers at once, some 200 KB each
MOST_HEAD = 32 * 2**10
SEND_BUFFER = 64 * 2**10
SWITCH_SECONDS = 0.001  # a thread that draws lets go of the interpreter so often: the event loop answers everybody else meanwhile
TRIM_SECONDS = 10.0
# by which a round of the event loop is late when many wait: a walk over all objects would have them wait up to a second more
LATE_SECONDS = 0.1
LOOKS = 20  # for that, in TRIM_SECONDS
SELDOM, MOST_PUT_OFF = 3, 12  # times that memory is given back until all objects are walked over, and where many wait
SELDOM_ALL = (700, 10, 10**6)  # for gc: all that is known is walked over by `keep_lean`, which waits for a quiet moment, and by nobody else
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # malloc.h of glibc


class Config(Protocol):
    """What is set here of a `uvicorn.Config`, which Gradio brings along."""

    http_protocol_class: type[asyncio.Protocol]
    limit_concurrency: int | None
    h11_max_incomplete_event_size: int | None
    ws_protocol_class: type[asyncio.Protocol] | None


def harden(config: Config) -> None:
    """Bound every connection that uvicorn makes from now on; `config` is a `uvicorn.Config`."""
    sys.setswitchinterval(SWITCH_SECONDS)
    config.http_protocol_class = patient(config.http_protocol_class)
    config.limit_concurrency = MOST_CONNECTIONS + ARRIVING  # `Crowd` is fairer, and first; who is told to go is still counted for a moment
    config.h11_max_incomplete_event_size = MOST_HEAD
    config.ws_protocol_class = None


def let_many_in() -> None:
    """Have uvicorn serve with asyncio's own loop, which takes in many connections at once, and here `COME_IN` of them.

    uvicorn prefers uvloop where that is installed, which takes in one a round: a visitor who comes behind a stranger's thousands then stands for
    seconds outside of the door, where nobody can give him his turn (`gate.Line`). asyncio takes in all that wait, and with thousands of them every
    viewer who is there already waits for that second.
    """
    from uvicorn import config

    config.LOOP_FACTORIES["auto"] = f"{__name__}:loop_of"


def loop_of(use_subprocess: bool = False) -> Callable[[], asyncio.AbstractEventLoop]:
    """As uvicorn asks for a loop."""
    from uvicorn.loops.asyncio import asyncio_loop_factory

    chosen = asyncio_loop_factory(use_subprocess)
    return Door if chosen is asyncio.SelectorEventLoop else chosen


class Door(asyncio.SelectorEventLoop):
    """asyncio's loop, through whose door so many come in a round; the others wait in the system's queue for the next ones."""

    def _accept_connection(
        self, protocol_factory: object, sock: object, sslcontext: object = None, server: object = None, backlog: int = 100, *more: object,
        **named: object,
    ) -> None:  # fmt: skip
        super()._accept_connection(protocol_factory, sock, sslcontext, server, min(backlog, COME_IN), *more, **named)  # type: ignore[misc]


class Connection(Protocol):
    """One of uvicorn's."""

    address: str

    def give_up(self) -> None:
        """End it at once."""


class Cycle(Protocol):
    """A request of uvicorn's, with its answer."""

    disconnected: bool
    message_event: asyncio.Event


class Crowd:
    """Who holds how many connections. Where there are too many, the newest of the address that has most is ended: one that has few always gets in."""

    def __init__(self, most: int) -> None:
        self.most, self.n = most, 0
        self._of: dict[str, dict[Connection, None]] = {}  # in the order in which they came

    def enter(self, connection: Connection, address: str) -> None:
        """A connection has come; it, or another one, may be told to `give_up`."""
        connection.address = address
        self._of.setdefault(address, {})[connection] = None
        self.n += 1
        if self.n > self.most:
            most = max(self._of, key=lambda one: len(self._of[one]))
            newest = next(reversed(self._of[most]))
            self.leave(newest)
            newest.give_up()

    def leave(self, connection: Connection) -> None:
        """It has ended; a second time nothing happens."""
        theirs = self._of.get(connection.address, {})
        if connection in theirs:
            del theirs[connection]
            self.n -= 1
            if not theirs:
                del self._of[connection.address]


def patient(protocol: type[asyncio.Protocol]) -> type[asyncio.Protocol]:
    """The same protocol of uvicorn's, which gives up on who sends half a head or does not read what it has asked for."""

    crowd = Crowd(MOST_CONNECTIONS)
    stalled: dict[
        Connection, None
    ] = {}  # in the order in which they came to a halt: who reads, however slowly, goes to the end again and again

    class Patient(protocol):  # type: ignore[valid-type, misc]
        _head: asyncio.TimerHandle | None = None
        _stall: asyncio.TimerHandle | None = None
        _in_head = hasattr(protocol, "on_headers_complete")  # of httptools, which knows no limit; h11 has its own
        _head_bytes = 0
        _answered: Cycle | None = None  # the request whose answer goes out; uvicorn's `cycle` is the last one that came

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            connection = transport.get_extra_info("socket")
            if connection is not None and connection.family in (socket.AF_INET, socket.AF_INET6):
                connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER
                )  # else the system holds megabytes for who does not read
            crowd.enter(self, str(self.client[0]) if self.client else "")
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            start = 0
            while start < len(data):
                piece = data[start : start + (PARSED_HEAD if self._in_head else PARSED)]
                start += len(piece)
                super().data_received(piece)
                self._head_bytes += len(piece) if self._in_head else 0
                if self._head_bytes > MOST_HEAD:
                    self.give_up()
                if self.transport.is_closing():
                    return
            if self.cycle is not before:
                self._stop("_head")
            elif self._head is None and (before is None or before.response_complete):
                self._wait_for_head()

        def on_headers_complete(self) -> None:
            self._in_head, self._head_bytes = False, 0
            if len(self.pipeline) >= MOST_PIPELINED:  # h11 reads no request before it is its turn
                self.give_up()
            if not self.transport.is_closing():  # each request behind another holds kilobytes
                self.scope["extensions"] = {**self.scope.get("extensions", {}), GONE: self.transport.is_closing}
                before = self.cycle
                super().on_headers_complete()
                if before is None or before.response_complete:
                    self._answered = self.cycle
                else:
                    self.flow.resume_reading()  # of a connection that is not read nobody hears that it has ended

        def on_response_complete(self) -> None:
            if getattr(self, "pipeline", None):
                self._answered = self.pipeline[-1][0]
            super().on_response_complete()

        def on_message_complete(self) -> None:
            self._in_head, self._head_bytes = True, 0
            super().on_message_complete()

        def _wait_for_head(self) -> None:
            self._head = self.loop.call_later(HEAD_SECONDS * (1 - SOONER * random.random()), self.give_up)

        def pause_writing(self) -> None:
            super().pause_writing()
            stalled[self] = None
            if len(stalled) > MOST_STALLED:
                next(iter(stalled)).give_up()
            self._stall = self._stall or self.loop.call_later(STALL_SECONDS, self.give_up)

        def resume_writing(self) -> None:
            super().resume_writing()
            stalled.pop(self, None)
            self._stop("_stall")

        def connection_lost(self, exc: Exception | None) -> None:
            crowd.leave(self)
            stalled.pop(self, None)
            self._stop("_head")
            self._stop("_stall")
            super().connection_lost(exc)
            if self._answered is not None:  # else, with another behind it, it would send on for nobody
                self._answered.disconnected = True
                self._answered.message_event.set()
            # what refers back here: without it all goes now, and not when somebody walks over all objects
            self.cycle = self._answered = None
            getattr(self, "pipeline", deque()).clear()

        def _stop(self, name: str) -> None:
            timer = getattr(self, name)
            if timer is not None:
                timer.cancel()
                setattr(self, name, None)

        def give_up(self) -> None:
            """End the connection at once."""
            stalled.pop(self, None)
            self.transport.abort()

    return Patient


class Seldom(logging.Filter):
    """Lets at most `most` records a minute through, so that nobody fills a disk by asking nonsense."""

    def __init__(self, most: int = 20) -> None:
        super().__init__()
        self.most = most
        self.times: deque[float] = deque()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is told."""
        now = time.monotonic()
        while self.times and now - self.times[0] > 60:
            self.times.popleft()
        if len(self.times) >= self.most:
            return False
        self.times.append(now)
        return True


def begin() -> None:
    """Look for no garbage while Gradio builds the page: there is none, and a quarter of the start is spent looking."""
    gc.disable()


def begun() -> None:
    """From here on the garbage collector leaves alone what was there at the start. It walks over all it knows, with everything standing still.

    That is a quarter of a second for Gradio's 300,000 objects and, with a thousand viewers' beside them, over a second, several times a minute.
    """
    gc.freeze()
    gc.set_threshold(*SELDOM_ALL)
    gc.enable()


def few_arenas() -> None:
    """Have the C library keep large blocks apart and its heaps few, so that what is freed can be given back; where it is not glibc, nothing."""
    mallopt = _of_c_library("mallopt")
    for parameter, value in ((_M_ARENA_MAX, 2), (_M_MMAP_THRESHOLD, 256 * 2**10)):
        if mallopt is not None:
            mallopt(parameter, value)


def _of_c_library(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has no such one, or is Windows', which is not found without a name."""
    try:
        return getattr(ctypes.CDLL(None), name, None)
    except (OSError, TypeError):
        return None


async def keep_lean() -> None:
    """Give memory that is not used any more back to the system, every few seconds, for as long as the process lives."""
    trim = _of_c_library("malloc_trim")  # glibc has it
    waited = 0
    while trim is not None:
        late = max([await _lateness(TRIM_SECONDS / LOOKS) for _ in range(LOOKS)])
        waited += 1
        with contextlib.suppress(OSError):
            if waited >= (SELDOM if late <= LATE_SECONDS else MOST_PUT_OFF):
                waited = 0
                gc.collect()  # and with it the lists of free objects that Python keeps, each of which holds on to memory around it
            await asyncio.to_thread(trim, 0)


async def _lateness(seconds: float) -> float:
    """By how much the event loop is late to come back after so long."""
    loop = asyncio.get_running_loop()
    due = loop.time() + seconds
    await asyncio.sleep(seconds)
    return loop.time() - due
