"""One hall that votes on pictures, in memory alone: the rounds that a lecturer's page has chosen, and what the phones say of them.

A round is a few items, each a picture or a grid of nine; which of them are real is known here and told to nobody before the round is closed.
A phone is a random word that it has chosen, counted to the address that it comes from. It has no name, nothing of it is written anywhere, and
what is kept of its votes is how many said "real" of which item. Whoever loads the page anew is another phone; a hall is no election.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from gan_core.checks import check_boolean, check_choice, check_integer
from gan_core.errors import ConfigError, GanCoreError
from gan_core.imaging import pixels
from ui.server.patience import Crowd
from ui.server.shared import to_json

MOST_ROUNDS = 400  # two hours of one every 18 s
MOST_PHONES = 1000
MOST_ITEMS = 32
CELLS = (1, 9)
PIXELS = 28 * 28
MOST_STEP = 10**9
BURST, A_SECOND = 6.0, 1.0  # requests to vote of one phone
HEARTBEAT_SECONDS = 10.0
KEPT_SHEETS = 2  # a phone that is slow still fetches the last one


class Late(GanCoreError):
    """A vote on a round that is over, or not open yet."""


class TooOften(GanCoreError):
    """A phone that votes faster than a thumb."""


@dataclass(eq=False)
class Phone:
    """One that votes: what it may still send, and which items of which round it has voted on."""

    left: float = BURST
    when: float = 0.0
    round: int = 0
    voted: int = 0  # a bit for each item
    gone: bool = False
    address: str = ""

    def give_up(self) -> None:
        """Its place is taken; what it has voted stays counted."""
        self.gone = True


@dataclass
class Round:
    """Some items and what was said of them."""

    number: int
    step: int
    cells: int
    real: tuple[bool, ...]
    judge: tuple[int, ...]  # D's own [said real of real, of how many, said real of fakes, of how many]; empty where nobody asked it
    sheet: bytes
    open: bool = True
    said_real: list[int] = field(default_factory=list)
    said_fake: list[int] = field(default_factory=list)

    def counts(self) -> list[int]:
        """Votes: real ones called real, real ones called fake, fakes called real, fakes called fake."""
        tally = [0, 0, 0, 0]
        for real, yes, no in zip(self.real, self.said_real, self.said_fake, strict=True):
            tally[0 if real else 2] += yes
            tally[1 if real else 3] += no
        return tally


def checked(asked: dict[str, object], images: bytes) -> Round:
    """The round that a lecturer's page asks for. Raises ConfigError.

    Args:
        asked: `step`, `cells` (1 or 9), `real` (a list of true and false) and, where D was asked, `judge`.
        images: uint8 `[items * cells, 784]`.
    """
    real = _flags(asked.get("real"))
    cells = int(check_choice("cells", str(asked.get("cells")), map(str, CELLS)))
    step = check_integer("step", asked.get("step"), 0, MOST_STEP)
    sheet = _sheet(images, len(real), cells)
    return Round(0, step, cells, real, _judge(asked.get("judge")), sheet, said_real=[0] * len(real), said_fake=[0] * len(real))


class Hall:
    """A hall under its name. Everything happens in the event loop, so nothing is locked.

    Args:
        clock: seconds, for the tests.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.name, self.clock = name, clock
        self.rounds: list[Round] = []
        self.phones: dict[tuple[str, str], Phone] = {}
        self.crowd = Crowd(MOST_PHONES)
        self.streams = 0
        self.over = False
        self.used = clock()
        self._changed = asyncio.Event()

    # ---- the lecturer's page

    def begin(self, new: Round) -> int:
        """Open a round, closing the one before; returns its number. Raises Late where there were too many."""
        if len(self.rounds) >= MOST_ROUNDS:
            raise Late(f"This hall has had {MOST_ROUNDS} rounds. Open another one.")
        self.close()
        new.number = len(self.rounds) + 1
        self.rounds.append(new)
        for old in self.rounds[:-KEPT_SHEETS]:
            old.sheet = b""
        self._tell()
        return new.number

    def close(self) -> None:
        """Nobody votes any more, and everybody is told what was real."""
        if self.rounds and self.rounds[-1].open:
            self.rounds[-1].open = False
            self._tell()

    def end(self) -> None:
        """Send everybody home."""
        self.close()
        self.over = True
        self._tell()

    def state(self, since: int = 0) -> dict[str, object]:
        """What the lecturer's page shows, of the rounds from number `since` on; what is real only of those that are closed."""
        rounds = [
            {"round": one.number, "step": one.step, "cells": one.cells, "open": one.open, "items": len(one.real), "judge": list(one.judge),
             "votes": sum(one.said_real) + sum(one.said_fake),
             **({} if one.open else {"real": list(one.real), "said_real": one.said_real, "said_fake": one.said_fake, "counts": one.counts()})}
            for one in self.rounds[max(0, since - 1) :]
        ]  # fmt: skip
        return {"hall": self.name, "phones": self.crowd.n, "streams": self.streams, "over": self.over, "now": self._now(), "rounds": rounds}

    # ---- the phones

    def vote(self, address: str, asked: dict[str, object]) -> int:
        """Count a phone's votes; returns how many of them counted: one it has sent before does not count again.

        Args:
            address: where it comes from; a phone is its own word and its address.
            asked: `phone` (16 to 40 letters and digits), `round`, and `votes`: lists of an item's place and whether it is called real.
        Raises: ConfigError, Late, TooOften.
        """
        word = asked.get("phone")
        if not isinstance(word, str) or not 16 <= len(word) <= 40 or not (word.isascii() and word.isalnum()):
            raise ConfigError(
                "The vote does not say whose it is; expected a random word of 16 to 40 letters and digits. Load the page anew."
            )
        self._pace(phone := self._phone(address, word))
        number = check_integer("round", asked.get("round"), 1, MOST_ROUNDS)
        current = self.rounds[-1] if self.rounds else None
        if current is None or current.number != number or not current.open or self.over:
            raise Late("This round is over. The next one comes by itself.")
        votes = _votes(asked.get("votes"), len(current.real))
        if phone.round != number:
            phone.round, phone.voted = number, 0
        counted = 0
        for item, is_real in votes:
            if phone.voted >> item & 1:
                continue
            phone.voted |= 1 << item
            (current.said_real if is_real else current.said_fake)[item] += 1
            counted += 1
        self.used = self.clock()
        return counted

    def _phone(self, address: str, word: str) -> Phone:
        phone = self.phones.get((address, word))
        if phone is None or phone.gone:
            phone = self.phones[address, word] = Phone(when=self.clock())
            self.crowd.enter(phone, address)
            if len(self.phones) > 2 * MOST_PHONES:
                self.phones = {key: one for key, one in self.phones.items() if not one.gone}
        if phone.gone:
            raise TooOften(f"{MOST_PHONES:,} phones vote here already. Try again in a minute.")
        return phone

    def _pace(self, phone: Phone) -> None:
        now = self.clock()
        phone.left, phone.when = min(BURST, phone.left + A_SECOND * (now - phone.when)), now
        if phone.left < 1:
            raise TooOften("This phone votes faster than anybody looks. Wait a moment.")
        phone.left -= 1

    def _now(self) -> dict[str, object]:
        """What every phone is told."""
        if not self.rounds or self.over:
            return {"round": 0, "over": self.over}
        now = self.rounds[-1]
        shown: dict[str, object] = {
            "round": now.number,
            "step": now.step,
            "cells": now.cells,
            "items": len(now.real),
            "open": now.open,
            "over": False,
        }
        return shown if now.open else {**shown, "real": list(now.real)}

    async def follow(self) -> AsyncGenerator[bytes]:
        """Server-sent events: how it stands, then every change."""
        while True:
            changed, over = self._changed, self.over
            yield b"data: %b\n\n" % to_json(self._now())
            if over:
                return
            while not changed.is_set():
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await changed.wait()
                except TimeoutError:
                    yield b"event: beat\ndata: 0\n\n"

    def _tell(self) -> None:
        self.used = self.clock()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _flags(value: object) -> tuple[bool, ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
        raise ConfigError(f"real is {str(value)[:40]}; expected a list of 1 to {MOST_ITEMS} times true or false.")
    return tuple(check_boolean("real", one) for one in value)


def _judge(value: object) -> tuple[int, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) != 4:
        raise ConfigError(f"judge is {str(value)[:40]}; expected null or four whole numbers.")
    counts = tuple(check_integer("judge", one, 0, 10_000) for one in value)
    if counts[0] > counts[1] or counts[2] > counts[3]:
        raise ConfigError(f"judge is {list(counts)}; expected [said real of real, of how many, said real of fakes, of how many].")
    return counts


def _sheet(images: bytes, items: int, cells: int) -> bytes:
    """All items as one PNG, an item a row."""
    if len(images) != items * cells * PIXELS:
        expected = f"{items * cells * PIXELS:,}: one for each pixel of {items} items of {cells} pictures, in base64url"
        raise ConfigError(f"images has {len(images):,} bytes; expected {expected}.")
    stack = np.frombuffer(images, np.uint8).reshape(-1, 28, 28)
    return pixels.encode_png(pixels.grid(stack, cells))


def _votes(value: object, items: int) -> Sequence[tuple[int, bool]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_ITEMS:
        raise ConfigError(
            f"votes is {str(value)[:40]}; expected a list of 1 to {MOST_ITEMS} votes, each an item's place and true or false."
        )
    votes = []
    for one in value:
        if not isinstance(one, list) or len(one) != 2:
            raise ConfigError(f"a vote is {str(one)[:40]}; expected an item's place and true or false.")
        votes.append((check_integer("a vote's place", one[0], 0, items - 1), check_boolean("a vote", one[1])))
    return votes
