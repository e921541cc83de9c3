"""The halls of this process (hall.py), and what their routes answer: docs/formats.md, section 5."""

from __future__ import annotations

import base64
import binascii
import html
import secrets
import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gan_core.checks import check_choice, check_integer
from gan_core.errors import ConfigError, GanCoreError
from ui.server.hall import MOST_ROUNDS, Hall, checked
from ui.settings import STATIC, Settings
from ui.train import access

MOST_HALLS = 4
IDLE_SECONDS = 1800.0  # without a round or a vote
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is read as another
NAME = 5  # letters: a million names a letter more than a guess can try at the pace of the walls
ACTIONS = ("begin", "close", "end")
PAGE = STATIC / "turing" / "phone.html"


class NoSuchHall(GanCoreError):
    """A hall that is not there (any more)."""


class Halls:
    """Those that are open, by name; the oldest of too many gives way."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.open: dict[str, Hall] = {}

    @property
    def streams(self) -> int:
        """Phones that listen, over all halls."""
        return sum(hall.streams for hall in self.open.values())

    def begin(self) -> Hall:
        """A new one."""
        self._expire()
        while len(self.open) >= MOST_HALLS:
            self.open.pop(next(iter(self.open))).end()
        name = "".join(secrets.choice(LETTERS) for _ in range(NAME))
        hall = self.open[name] = Hall(name, self.clock)
        return hall

    def find(self, name: str) -> Hall:
        """The hall of that name, in small letters too. Raises NoSuchHall."""
        self._expire()
        hall = self.open.get(name.upper())
        if hall is None:
            raise NoSuchHall(f"There is no hall {name[:12]!r} any more; expected the one on the screen. Scan its code again.")
        return hall

    def _expire(self) -> None:
        for name, hall in list(self.open.items()):
            if hall.over or self.clock() - hall.used > IDLE_SECONDS:
                del self.open[name]
                hall.end()


def begin(halls: Halls, settings: Settings, request: Request) -> dict[str, object]:
    """`POST gan/halls`. Raises Forbidden."""
    access.may_control(settings, request)
    return {"hall": halls.begin().name}


async def act(halls: Halls, settings: Settings, request: Request, name: str, body: object) -> dict[str, object]:
    """`POST gan/halls/<hall>`: a round, its end, the end of all. Raises Forbidden, NoSuchHall, ConfigError, Late."""
    access.may_control(settings, request)
    hall, message = halls.find(name), _object(body)
    if check_choice("do", message.get("do"), ACTIONS) == "begin":
        new = await run_in_threadpool(lambda: checked(message, _bytes(message.get("images"))))
        return {"round": hall.begin(new)}
    (hall.end if message["do"] == "end" else hall.close)()
    return {"hall": hall.name}


def vote(halls: Halls, address: str, name: str, body: object) -> dict[str, int]:
    """`POST gan/halls/<hall>/votes`. Raises NoSuchHall, ConfigError, Late, TooOften."""
    return {"counted": halls.find(name).vote(address, _object(body))}


def sheet(halls: Halls, name: str, number: str) -> bytes:
    """The PNG of a round. Raises NoSuchHall, where it is not kept any more too."""
    hall = halls.find(name)
    place = check_integer("round", int(number) if number.isascii() and number.isdigit() and len(number) < 9 else number, 1, MOST_ROUNDS)
    if place > len(hall.rounds) or not hall.rounds[place - 1].sheet:
        raise NoSuchHall(f"Round {place} of this hall has no pictures any more; expected the one that is open.")
    return hall.rounds[place - 1].sheet


def phone_page(name: str) -> bytes:
    """What a phone opens by the QR code, a page of its own and a hundredth of the large one; it says by itself where its hall is over."""
    return PAGE.read_bytes().replace(b"__HALL__", html.escape(name[:NAME].upper()).encode())


def _object(body: object) -> dict[str, object]:
    if not isinstance(body, dict):
        raise ConfigError(f"The request is {str(body)[:40]}; expected an object as the page sends it.")
    return body


def _bytes(value: object) -> bytes:
    text = value if isinstance(value, str) else ""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
