"""Who may start, stop and change a run: anyone, whoever has the control token, or nobody; visitors may be given runs of their own.

What a browser sends as its key is one text: the control token, where it has it, else a random key of its own by which it is known as the
one that started a run. Only a hash of that key is ever stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Protocol, TypedDict

from gan_core.errors import RunError
from ui.settings import LOCAL, Settings

HEADER = "x-gan-control"
# What a proxy or a tunnel (a share link, a hosting service) adds to a request that comes from elsewhere.
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "x-forwarded-prefix",
             "x-forwarded-server", "x-original-host", "x-real-ip", "true-client-ip", "cf-connecting-ip", "via")  # fmt: skip
LONGEST_KEY = 200
_OTHER_SITE = ("cross-site", "same-site")
_WHY = {
    "token": "Only who has the control link may start, stop or change a training here; it was printed where the server was started.",
    "nobody": "Trainings can only be watched here: the server was started so that nobody may control them.",
    "off": "Training is switched off here.",
    "anyone": "This page came through a proxy or a share link, so it is not for everybody to train here. The server can be started with "
    "--control token for a link that may, or with --control anyone.",
}


class Peer(Protocol):
    """The other end of a connection."""

    @property
    def host(self) -> str: ...


class Asks(Protocol):
    """Starlette's request, or Gradio's."""

    @property
    def headers(self) -> Mapping[str, str]: ...

    @property
    def client(self) -> Peer | None: ...


class Visitors(TypedDict):
    """What a visitor's run may have."""

    steps: int
    minutes: float


class View(TypedDict):
    """The answer of `gan/access.json`."""

    control: bool
    start: bool
    why: str
    visitors: Visitors | None


class Forbidden(RunError):
    """Somebody asks for what only others may do; routes answer 403."""


def may_control(settings: Settings, request: Asks, owner: str = "") -> None:
    """Whether this request may start, stop or change a run; every route and event that does so asks here first.

    Args:
        request: Starlette's or Gradio's, whose headers may carry the key as `x-gan-control`.
        owner: `owner_of(run)`, where a run is meant that whoever started it may stop, too.
    Raises: Forbidden, with the sentence for the page.
    """
    _check_site(request)
    check(settings, key_of(settings, request), owner)


def may_start_by(settings: Settings, request: Asks) -> None:
    """Whether this request may have something trained, as `check_start`. Raises Forbidden."""
    _check_site(request)
    check_start(settings, key_of(settings, request))


def key_of(settings: Settings, request: Asks | None, key: object = None) -> object:
    """The key by which a request is judged: what it sends, or OUTSIDE where it comes from elsewhere than was meant.

    Args:
        request: None where there is none: a call from this process.
        key: what came in the place of the header.
    """
    sent = request.headers.get(HEADER) if request is not None and key is None else key
    return OUTSIDE if settings.only_local and request is not None and is_forwarded(request) else sent


def is_forwarded(request: Asks) -> bool:
    """Whether a proxy or a tunnel stands between the browser and this server, which then is as good as public.

    One that adds nothing of its own still asks for the name that its visitor has opened.
    """
    host = str(request.headers.get("host") or LOCAL[0])
    name = host.rpartition(":")[0] if re.search(r":\d*$", host) else host
    return name.strip("[]").lower() not in LOCAL or any(request.headers.get(name) for name in FORWARDED)


def may_name_paths(settings: Settings, key: object, request: Asks | None) -> bool:
    """Whether whoever asks may name folders of this machine: its owner, by the token or by sitting at it, and nobody else."""
    if not has_control(settings, key) or settings.control == "token":
        return has_control(settings, key)
    peer = request.client if request is not None else None
    return request is None or (not is_forwarded(request) and peer is not None and peer.host in LOCAL)


class _Outside:
    """Stands for the key of whoever comes from elsewhere; it opens nothing."""


OUTSIDE = _Outside()


def _check_site(request: Asks) -> None:
    if str(request.headers.get("sec-fetch-site", "")).lower() in _OTHER_SITE:
        raise Forbidden("This request came from a page of another site; expected the page of this server. Open that and try again.")


def check(settings: Settings, key: object, owner: str = "") -> None:
    """As `may_control`, for a key that came another way. Raises Forbidden."""
    if not settings.training:
        raise Forbidden(_WHY["off"])
    if not has_control(settings, key) and (settings.control == "nobody" or not owns(key, owner)):
        raise Forbidden(_WHY[settings.control])


def has_control(settings: Settings, key: object) -> bool:
    """Whether `key` opens everything: any key does where anyone may."""
    if not settings.training or settings.control == "nobody" or key is OUTSIDE:
        return False
    return settings.control == "anyone" or (bool(settings.token) and _same(_text(key), settings.token))


def may_start(settings: Settings, key: object) -> bool:
    """Whether a run may be started: by who has control, and by visitors where the owner allows it."""
    return has_control(settings, key) or (settings.training and settings.visitors and settings.control != "nobody" and bool(_text(key)))


def check_start(settings: Settings, key: object) -> None:
    """As `may_start`. Raises Forbidden, with the sentence for the page."""
    if not may_start(settings, key):
        check(settings, key)
        raise Forbidden("The page did not say who asks; expected the page of this server. Reload it and try again.")


def owner_name(key: object) -> str:
    """What a run remembers of who started it: a hash of the key, or "" without one."""
    text = _text(key)
    return hashlib.sha256(b"gan-owner:" + text.encode()).hexdigest()[:32] if text else ""


def owns(key: object, owner: str) -> bool:
    """Whether `key` is that of whoever started the run."""
    return bool(owner) and _same(owner_name(key), owner)


def view(settings: Settings, key: object) -> View:
    """The answer of `gan/access.json`: what this browser may do, and why not."""
    control = has_control(settings, key)
    why = "" if control else _WHY[settings.control if settings.training else "off"]
    answer: View = {"control": control, "start": may_start(settings, key), "why": why, "visitors": None}
    if settings.visitors and settings.training:
        answer["visitors"] = {"steps": settings.visitor_steps, "minutes": settings.visitor_minutes}
    return answer


def _text(key: object) -> str:
    return key if isinstance(key, str) and len(key) <= LONGEST_KEY else ""


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
