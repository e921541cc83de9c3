"""Who may start, stop and change a run: anyone, whoever has the control token, or nobody; visitors may be given runs of their own.

What a browser sends as its key is one text: the control token, where it has it, else a random key of its own by which it is known as the
one that started a run. Only a hash of that key is ever stored.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from gan_core.errors import RunError
from ui.settings import Settings

HEADER = "x-gan-control"
LONGEST_KEY = 200
_OTHER_SITE = ("cross-site", "same-site")
_WHY = {
    "token": "Only who has the control link may start, stop or change a training here; it was printed where the server was started.",
    "nobody": "Trainings can only be watched here: the server was started so that nobody may control them.",
    "off": "Training is switched off here.",
}


class Forbidden(RunError):
    """Somebody asks for what only others may do; routes answer 403."""


def may_control(settings: Settings, request: Any, owner: str = "") -> None:
    """Whether this request may start, stop or change a run; every route and event that does so asks here first.

    Args:
        request: Starlette's or Gradio's, whose headers may carry the key as `x-gan-control`.
        owner: `owner_of(run)`, where a run is meant that whoever started it may stop, too.
    Raises: Forbidden, with the sentence for the page.
    """
    _check_site(request)
    check(settings, request.headers.get(HEADER), owner)


def may_start_by(settings: Settings, request: Any) -> None:
    """Whether this request may have something trained, as `check_start`. Raises Forbidden."""
    _check_site(request)
    check_start(settings, request.headers.get(HEADER))


def _check_site(request: Any) -> None:
    if str(request.headers.get("sec-fetch-site", "")).lower() in _OTHER_SITE:
        raise Forbidden("This request came from a page of another site; expected the page of this server. Open that and try again.")


def check(settings: Settings, key: object, owner: str = "") -> None:
    """As `may_control`, for a key that came another way. Raises Forbidden."""
    if not settings.training:
        raise Forbidden(_WHY["off"])
    if not (has_control(settings, key) or owns(key, owner)):
        raise Forbidden(_WHY[settings.control])


def has_control(settings: Settings, key: object) -> bool:
    """Whether `key` opens everything: any key does where anyone may."""
    if not settings.training or settings.control == "nobody":
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


def view(settings: Settings, key: object) -> dict[str, Any]:
    """The answer of `gan/access.json`: what this browser may do, and why not."""
    control = has_control(settings, key)
    why = "" if control else _WHY[settings.control if settings.training else "off"]
    answer: dict[str, Any] = {"control": control, "start": may_start(settings, key), "why": why, "visitors": None}
    if settings.visitors and settings.training:
        answer["visitors"] = {"steps": settings.visitor_steps, "minutes": settings.visitor_minutes}
    return answer


def _text(key: object) -> str:
    return key if isinstance(key, str) and len(key) <= LONGEST_KEY else ""


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
