"""Every route of the web process, ours and Gradio's, in one table: who may ask it, from where, with how much, and what stands in front of it.

What is not in the table is not answered, so a route that Gradio brings with its next version stays closed until somebody has thought about it
(tests/unit/test_walls.py walks the routes of the real application and fails for one that is missing here).
"""

from __future__ import annotations

import enum
import functools
import re
from dataclasses import dataclass

KB, MB = 2**10, 2**20
KEPT_PATH = 200  # characters of a path whose rules are remembered
MOST_VALUES = 60_000  # commas, colons and brackets of a body in JSON: 64 pictures of MNIST's size and what is around them
HEARTBEAT = "/gradio_api/heartbeat/{session_hash}"


class Right(enum.Enum):
    """Who may ask. What a run's owner may do with it beside whoever has control is for the handler to say, which knows the run."""

    ANYONE = "anyone"
    START = "whoever may start a run"
    CONTROL = "whoever has control"
    OWNER = "whoever has control, and whoever started that run"
    EVENT = "whoever the handler of that event lets: the key is in the body"


class Site(enum.Enum):
    """Which pages may have a browser ask. A page of another site can read none of the answers, whichever it is."""

    OPEN = "any: a page and what it is made of"
    OWN = "this one; a link to it may be followed from anywhere"
    ACTS = "this one alone: it changes or computes something"


class Frame(enum.Enum):
    """Whether the answer may be shown inside another page."""

    NEVER = "never"
    WHERE_ASKED = "where the one who started the server asked for it, and never with a control token in the address"


class Body(enum.Enum):
    """What is looked at in a body before anybody else sees it."""

    PLAIN = "nothing"
    EVENT = "one of Gradio's events: fields, sizes, the function"


@dataclass(frozen=True)
class Rule:
    """One route. `gated`: it decodes, encodes or draws, and waits its turn; `stream`: it goes on.

    Args:
        direct: ours, and asked by a whole hall again and again: without what Gradio puts around every route, compression among it, which
            costs more than the answer.
        limit: bytes that its body may have.
        values: how many there may be in it, as parsing makes sixty bytes of three; 0 where it is no JSON.
    """

    method: str
    path: str
    right: Right = Right.ANYONE
    site: Site = Site.OWN
    limit: int = 0
    values: int = 0
    gated: bool = False
    stream: bool = False
    direct: bool = False
    frame: Frame = Frame.NEVER
    body: Body = Body.PLAIN
    closed: str = ""


def _reads(*paths: str, site: Site = Site.OWN, gated: bool = False, stream: bool = False, direct: bool = False) -> list[Rule]:
    return [Rule("GET", path, site=site, gated=gated, stream=stream, direct=direct) for path in paths]


def _acts(path: str, right: Right = Right.ANYONE, limit: int = 64 * KB, gated: bool = False, values: int = MOST_VALUES) -> Rule:
    return Rule("POST", path, right, Site.ACTS, limit, values, gated)


def _event(path: str, limit: int = 1280 * KB) -> Rule:
    return Rule("POST", path, Right.EVENT, Site.ACTS, limit, MOST_VALUES, body=Body.EVENT)


def _closed(method: str, *paths: str, why: str = "This page does not use it.") -> list[Rule]:
    return [Rule(method, path, closed=why) for path in paths]


OURS = [
    *_reads("/gan/static/{path:path}", site=Site.OPEN),
    *_reads("/gan/about.json", "/gan/access.json", "/gan/lab.json", "/gan/testset.json", "/gan/pictures.json",
            "/gan/pictures/{name}/{version}/{file}"),
    *_reads("/gan/models.json", "/gan/runs.json", "/gan/runs/{id}/progress.json", "/gan/runs/{id}/snapshots/{file}", direct=True),
    *_reads("/gan/testset/{dataset}/{digit}.png", "/gan/runs/{id}/curves.csv"),
    *_reads("/gan/files/checkpoints/{name}/{version}/{path:path}", "/gan/files/classifier/{version}/{file}", direct=True),  # weights do not pack
    *_reads("/gan/runs/{id}/events", stream=True, direct=True),
    *_reads("/gan/runs/{id}/contact-sheet.png", "/gan/runs/{id}/steps.gif", "/gan/runs/{id}/steps.mp4", gated=True),
    _acts("/gan/draw", limit=512 * KB, gated=True),
    _acts("/gan/export", limit=2 * MB, gated=True, values=260_000),  # 240 frames of the largest z
    _acts("/gan/picture", limit=8 * MB, gated=True, values=0),
    _acts("/gan/testset/fetch-mnist", Right.CONTROL),
    _acts("/gan/hub", limit=1 * KB, values=8),
    _acts("/gan/models", Right.CONTROL, limit=32 * MB, gated=True, values=0),
    _acts("/gan/own", Right.START, limit=8 * MB, values=0),
    _acts("/gan/own/{id}/part", Right.START, limit=8 * MB, values=0),
    _acts("/gan/own/{id}", Right.START, limit=4 * KB, gated=True, values=64),
    _acts("/gan/lab", Right.START),
    _acts("/gan/estimate", Right.START),
    _acts("/gan/runs/{id}/control", Right.OWNER),
    _acts("/gan/runs/{id}/branch", Right.OWNER),
    _acts("/gan/runs/{id}/own", Right.OWNER, limit=1 * KB, values=8),
    *_reads("/gan/halls/{hall}", site=Site.OPEN),
    *_reads("/gan/halls/{hall}/state.json", "/gan/halls/{hall}/{round}.png"),
    *_reads("/gan/halls/{hall}/events", stream=True, direct=True),
    _acts("/gan/halls", Right.CONTROL, limit=1 * KB, values=8),
    _acts("/gan/halls/{hall}", Right.CONTROL, limit=320 * KB, values=128),  # 32 grids of nine in base64
    _acts("/gan/halls/{hall}/votes", limit=2 * KB, values=160),
]  # fmt: skip

GRADIO = [
    Rule("GET", "/", site=Site.OPEN, frame=Frame.WHERE_ASKED),
    *_reads("/assets/{path:path}", "/static/{path:path}", "/svelte/{path:path}", "/theme.css", "/gradio_api/theme.css", "/favicon.ico",
            "/robots.txt", site=Site.OPEN),
    *_reads("/config", "/gradio_api/info", "/gradio_api/openapi.json", "/gradio_api/startup-events", "/gradio_api/app_id",
            "/gradio_api/user", "/gradio_api/queue/status", "/gradio_api/login_check", "/gradio_api/token"),
    *_reads(HEARTBEAT, "/gradio_api/queue/data", "/gradio_api/call/{api_name}/{event_id}",
            "/gradio_api/call/v2/{api_name}/{event_id}", stream=True),
    _event("/gradio_api/queue/join"),
    _event("/gradio_api/run/{api_name}"),
    _event("/gradio_api/api/{api_name}"),
    _event("/gradio_api/call/{api_name}"),
    _event("/gradio_api/call/v2/{api_name}"),
    _event("/gradio_api/cancel", 4 * KB),
    _event("/gradio_api/reset", 4 * KB),
    *_closed("POST", "/login", "/gradio_api/upload", "/gradio_api/stream/{event_id}", "/gradio_api/stream/{event_id}/close",
             "/gradio_api/component_server", "/gradio_api/process_recording", "/gradio_api/vibe-edit", "/gradio_api/undo-vibe-edit",
             "/gradio_api/vibe-code", "/gradio_api/vibe-starter-queries", "/gradio_api/run-history/connect", "/gradio_api/profiling/clear"),
    *_closed("GET", "/logout", "/openapi.json", "/gradio_api/deep_link", "/gradio_api/dev/reload", "/gradio_api/runs", "/pwa_icon", "/pwa_icon/{size}",
             "/manifest.json", "/monitoring", "/monitoring/summary", "/monitoring/{key}", "/gradio_api/proxy={url_path:path}",
             "/gradio_api/file={path_or_url:path}", "/gradio_api/file/{path:path}", "/gradio_api/upload_progress", "/gradio_api/vibe-code",
             "/gradio_api/custom_component/{id}/{environment}/{type}/{file_name}", "/gradio_api/run-history/buckets",
             "/gradio_api/run-history/records", "/gradio_api/run-history/records/{endpoint}/{record_id}/assets/{asset_id}",
             "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist.m3u8",
             "/gradio_api/stream/{session_hash}/{run}/{component_id}/{segment_id}.{ext}",
             "/gradio_api/stream/{session_hash}/{run}/{component_id}/playlist-file", "/gradio_api/mcp/schema",
             "/gradio_api/profiling/traces", "/gradio_api/profiling/summary"),
]  # fmt: skip

TABLE = [*OURS, *GRADIO]
LARGEST = max(rule.limit for rule in TABLE)


def find(method: str, path: str) -> Rule | None:
    """The rule of a request; HEAD asks as GET does. None where there is no such route."""
    wanted = "GET" if method == "HEAD" else method
    return next((rule for rule in _of(path) if rule.method == wanted), None)


def methods(path: str) -> list[str]:
    """The methods that a path answers; empty where there is no such path."""
    allowed = {rule.method for rule in _of(path) if not rule.closed}
    return sorted(allowed | ({"HEAD"} if "GET" in allowed else set()) | ({"OPTIONS"} if allowed else set()))


def _of(path: str) -> list[Rule]:
    """The rules of a path, in the table's order; a slash at its end is no other path."""
    return (_known if len(path) <= KEPT_PATH else _matched)(path)


def _matched(path: str) -> list[Rule]:
    plain = path.rstrip("/") or "/"
    return [rule for pattern, rule in _patterns() if pattern.fullmatch(plain)]


_known = functools.lru_cache(maxsize=1024)(_matched)  # a room asks for the same few again and again


@functools.cache
def _patterns() -> list[tuple[re.Pattern[str], Rule]]:
    return [(_pattern(rule.path), rule) for rule in TABLE]


def _pattern(path: str) -> re.Pattern[str]:
    """`{name}` is one part of a path, `{name:path}` all that is left of it."""
    parts = re.split(r"(\{\w+(?::path)?\})", path)
    return re.compile(
        "".join((".*" if part.endswith(":path}") else "[^/]+") if part.startswith("{") else re.escape(part) for part in parts), re.DOTALL
    )
