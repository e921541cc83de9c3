"""How the routes answer: what they share, errors as one sentence in JSON, files from memory and only where they have changed."""

from __future__ import annotations

import functools
import gzip
import itertools
import json
import re
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ui.server import discreet, halls, runlist
from ui.server.hall import Late, TooOften
from ui.server.hotfiles import HotFiles
from ui.server.live import Hub
from ui.server.shared import EventStream, to_json
from ui.settings import Settings
from ui.train import access
from ui.train.estimate import Estimates

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
CHECK = {"Cache-Control": "no-cache"}
NEVER = {"Cache-Control": "no-store"}
TYPES = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json",
         ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
         ".woff2": "font/woff2", ".safetensors": "application/octet-stream"}  # fmt: skip
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_STATUS = {runlist.NoSuchRun: 404, halls.NoSuchHall: 404, access.Forbidden: 403, Late: 409, TooOften: 429}

P = ParamSpec("P")


@dataclass(frozen=True)
class Here:
    """What the routes share."""

    settings: Settings
    hub: Hub
    files: HotFiles
    estimates: Estimates
    halls: halls.Halls


Handler = Callable[[Here, Request], Awaitable[Response | EventStream]]
Entry = tuple[str, str, Handler]  # method, path, and what answers


def bound(here: Here, handler: Handler) -> Callable[[Request], Awaitable[Response | EventStream]]:
    """The handler as Starlette calls it."""

    async def answer(request: Request) -> Response | EventStream:
        return await handler(here, request)

    return answer


async def made(make: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> Response:
    """The JSON of what `make` returns, worked out and written in a thread: neither may keep the other requests waiting."""
    return Response(await run_in_threadpool(lambda: to_json(make(*arguments, **named))), media_type="application/json", headers=NEVER)


def refuse(request: Request, error: Exception) -> Response:
    """A mistake of whoever asks; folders of this machine are told to its owner only."""
    code = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
    theirs = access.may_name_paths(request.app.state.settings, request.headers.get(access.HEADER), request)
    return _error(str(error) if theirs else discreet.without_folders(str(error)), code)


def _error(text: str, code: int, headers: Mapping[str, str] | None = None) -> Response:
    """One sentence in JSON; half of a character, which JSON can name and UTF-8 cannot hold, becomes a question mark."""
    return JSONResponse({"error": text.encode("utf-8", "replace").decode()}, status_code=code, headers={**NEVER, **(headers or {})})


def http_error(request: Request, error: Exception) -> Response:
    """A refusal of Starlette's or ours, as JSON too."""
    assert isinstance(error, HTTPException)
    return _error(error.detail, error.status_code, error.headers)


def our_fault(request: Request, error: Exception) -> Response:
    """What only the log has the details of."""
    message = "Something went wrong on the server. Its log has the details; the page goes on."
    return _error(message, 500)


def not_found(what: str, expected: str) -> HTTPException:
    """A 404 that says what came and what was expected."""
    return HTTPException(404, f"There is no {what}; expected {expected}.")


def name_in(request: Request, field: str) -> str:
    """A part of the address that names a run or a model. Raises HTTPException."""
    value: str = request.path_params[field]
    if not _NAME.fullmatch(value):
        raise not_found(f"{field} {value[:80]!r}", "lower-case letters, digits, '-' and '_', at most 64 of them")
    return value


def json_of(body: bytes) -> object:
    """The value of a body; whole numbers too long for one become floats. Raises HTTPException."""
    try:
        return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < 20 else float(digits))
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The request is not JSON ({error}); expected the object of docs/formats.md, section 5.") from error


def in_pieces(pieces: Iterator[bytes], media_type: str) -> Response:
    """One piece as it is; of more each is made when there is room for it on its way, so that who does not read holds one of them."""
    first, second = next(pieces), next(pieces, None)
    if second is None:
        return Response(first, media_type=media_type, headers=NEVER)

    async def taken() -> AsyncIterator[bytes]:
        for piece in itertools.chain((first, second), pieces):
            yield piece

    return StreamingResponse(taken(), media_type=media_type, headers=NEVER)


def attachment(data: bytes, name: str, media_type: str) -> Response:
    """A file to take home."""
    return Response(data, media_type=media_type, headers={**NEVER, "Content-Disposition": f'attachment; filename="{name}"'})


async def file(here: Here, path: Path, headers: dict[str, str], request: Request, media_type: str | None = None) -> Response:
    """A file from memory; raises OSError when it is not there."""
    data, tag = await here.files.read(path)
    return unless_same(request, data, tag, headers, media_type or TYPES.get(path.suffix, "application/octet-stream"))


def unless_same(request: Request, data: bytes, tag: str, headers: dict[str, str], media_type: str) -> Response:
    """The data, or 304 for whoever has them already."""
    headers = {**headers, "ETag": tag}
    if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=media_type)


def listed(request: Request, data: bytes) -> Response:
    """A list, which is asked for again and again: compressed once for all who take that."""
    tag = f'"{zlib.crc32(data):x}-{len(data):x}"'
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return unless_same(request, data, tag, CHECK, "application/json")
    return unless_same(
        request, _compressed(data), tag, {**CHECK, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}, "application/json"
    )


@functools.lru_cache(maxsize=8)
def _compressed(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)


def whole(request: Request, name: str, digits: int) -> int | None:
    """A number in the query, None where it is not there. Raises HTTPException."""
    value = request.query_params.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > digits:
        what = "a whole number, the number of reports already had" if name == "since" else "the mark of the last answer"
        raise HTTPException(400, f"{name} is {value[:40]!r}; expected {what}.")
    return int(value)
