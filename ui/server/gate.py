"""Bounds for everybody together: whose request begins, how many decode, encode or draw at once, how many bytes of requests are held."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Mapping

Gone = Callable[[], bool]


def address_of(scope: Mapping[str, object], headers: Mapping[str, str]) -> str:
    """Whom a request is counted to: the other end of the connection and, where a proxy says so, for whom it asks."""
    client = scope.get("client")
    address = client[0] if isinstance(client, tuple | list) and client else ""
    return f"{address} {headers.get('x-forwarded-for', '').rpartition(',')[2].strip()[:50]}"


class Full(Exception):
    """No place within reach: the answer is 503 and when to ask again."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Gate:
    """At most `at_once` inside, at most `waiting` in front, none of them for longer than `patience` seconds."""

    def __init__(self, at_once: int = 2, waiting: int = 24, patience: float = 15.0) -> None:
        self.places = asyncio.Semaphore(at_once)
        self.most, self.patience = waiting, patience
        self.waiting = 0

    @property
    def is_free(self) -> bool:
        """Whether whoever comes now need not wait."""
        return not self.places.locked()

    async def enter(self) -> Turn:
        """A turn, to be ended once. Raises Full."""
        if self.waiting >= self.most:
            raise Full(f"{self.waiting} others wait for pictures and files here already. Try again in a few seconds.", 5)
        self.waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self.places.acquire()
        except TimeoutError as error:
            raise Full(f"The server has drawn for others for {self.patience:.0f} s. Try again in a few seconds.", 5) from error
        finally:
            self.waiting -= 1
        return Turn(self.places)


class Turn:
    """A place inside the gate; ended by whoever has it, in every case, and only once."""

    def __init__(self, places: asyncio.Semaphore) -> None:
        self._places: asyncio.Semaphore | None = places

    def end(self) -> None:
        """Let the next one in."""
        places, self._places = self._places, None
        if places is not None:
            places.release()


class Line:
    """Whose request is begun next where more come than can be answered: one of each address in its turn, and not only what goes on for long.

    In each round of the event loop `quick` requests begin and `long` of those whose answer is a stream, so that neither kind keeps the other
    waiting, and whoever sends thousands waits for himself. Everybody behind one proxy or one router is one address here.
    """

    def __init__(self, quick: int = 6, long: int = 2) -> None:
        self.shares = (quick, long)
        self.left = [quick, long]  # of this round
        self.lanes: tuple[OrderedDict[str, deque[tuple[asyncio.Future[None], Gone]]], ...] = (OrderedDict(), OrderedDict())
        self._going = False

    async def turn(self, address: str, long: bool = False, gone: Gone = lambda: False) -> None:
        """Come back when the request may begin, or when whoever made it has `gone`, which takes no turn from others."""
        loop, lane = asyncio.get_running_loop(), self.lanes[long]
        if not self._going:
            self._going = True
            loop.call_soon(self._round)
        if self.left[long] and not lane:
            self.left[long] -= 1
            return
        waiter = loop.create_future()
        lane.setdefault(address, deque()).append((waiter, gone))
        await waiter

    def _round(self) -> None:
        self.left = list(self.shares)
        for long, lane in enumerate(self.lanes):
            while lane and self.left[long]:
                address, waiters = lane.popitem(last=False)
                waiter, gone = waiters.popleft()
                if waiters:
                    lane[address] = waiters  # behind all others
                if not waiter.done():  # else who waited has given up
                    waiter.set_result(None)
                    self.left[long] -= not gone()
        self._going = self.left != list(self.shares)
        if self._going:
            asyncio.get_running_loop().call_soon(self._round)


class Pace:
    """How fast all together may send: who goes beyond it is read later, and the network has its sender wait."""

    def __init__(self, rate: float, burst: float) -> None:
        self.rate, self.ahead = rate, burst / rate
        self.when = 0.0  # up to when what has come would have taken at that rate

    async def keep(self, n: int) -> None:
        """Wait until `n` more bytes are due."""
        now = asyncio.get_running_loop().time()
        self.when = max(self.when, now - self.ahead) + n / self.rate
        if self.when > now:
            await asyncio.sleep(self.when - now)


class OpenBytes:
    """The bytes of all request bodies that are held at this moment."""

    def __init__(self, most: int) -> None:
        self.most, self.held = most, 0

    @contextlib.contextmanager
    def account(self) -> Iterator[Account]:
        """What one request holds, given back at its end."""
        account = Account(self)
        try:
            yield account
        finally:
            self.held -= account.held


class Account:
    """One request's part of the open bytes."""

    def __init__(self, bytes_: OpenBytes) -> None:
        self.all, self.held = bytes_, 0

    def take(self, n: int) -> None:
        """Hold `n` more. Raises Full."""
        if self.all.held + n > self.all.most:
            raise Full("Too much is being sent to this server at this moment. Try again in a few seconds.", 5)
        self.all.held += n
        self.held += n
