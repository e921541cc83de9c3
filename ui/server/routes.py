"""The routes of docs/formats.md, section 5: files for the browser, never anything per frame."""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan_core.errors import GanCoreError
from ui.server import control, downloads, drawing, exports, library, testset
from ui.server.hotfiles import HotFiles
from ui.server.live import MOST_STREAMS, Hub
from ui.server.shared import EventStream
from ui.settings import STATIC, Settings
from ui.train import access
from ui.train.estimate import Estimates

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
CHECK = {"Cache-Control": "no-cache"}
NEVER = {"Cache-Control": "no-store"}
MAX_BODY = 8 * 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SNAPSHOT = re.compile(r"[0-9]{7,10}\.(png|((encoder|discriminator|directions|prior)\.)?safetensors)")
_STATIC_TYPES = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json",
                 ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json"}  # fmt: skip


@dataclass(frozen=True)
class _Here:
    """What the routes that many ask at once share."""

    settings: Settings
    hub: Hub
    files: HotFiles


def application(settings: Settings) -> Starlette:
    """All routes, as an application to be mounted at `gan/`; every error it answers is JSON with one sentence."""
    table: list[tuple[str, Callable[[Settings, Request], Response]]] = [
        ("/runs/{id}/contact-sheet.png", _contact_sheet),
        ("/runs/{id}/curves.png", _curves),
        ("/runs/{id}/steps.gif", _steps_gif),
        ("/runs/{id}/steps.mp4", _steps_mp4),
        ("/testset.json", _testset),
        ("/lab.json", _lab),
        ("/testset/{dataset}/{digit}.png", _test_digit),
    ]

    here = _Here(settings, Hub(settings), HotFiles())
    shared: list[tuple[str, Callable[[_Here, Request], Awaitable[Response | EventStream]]]] = [
        ("/models.json", _models),
        ("/files/checkpoints/{name}/{version}/{path:path}", _checkpoint_file),
        ("/files/classifier/{version}/{file}", _classifier_file),
        ("/static/{path:path}", _static),
        ("/access.json", _access),
        ("/runs.json", _runs),
        ("/runs/{id}/progress.json", _progress),
        ("/runs/{id}/events", _events),
        ("/runs/{id}/snapshots/{file}", _snapshot),
    ]

    def get_shared(handler: Callable[[_Here, Request], Awaitable[Response | EventStream]]) -> Callable[[Request], Awaitable[Any]]:
        async def answer(request: Request) -> Any:
            return await handler(here, request)

        return answer

    def get(handler: Callable[[Settings, Request], Response]) -> Callable[[Request], Response]:
        return lambda request: handler(settings, request)  # a plain function: Starlette runs it in its thread pool

    async def export(request: Request) -> Response:
        body = await _body(request)
        name, kind, data = await run_in_threadpool(exports.make, settings, _json(body))
        return _attachment(data, name, kind)

    async def draw(request: Request) -> Response:
        body = await _body(request)
        return JSONResponse(await run_in_threadpool(drawing.draw, settings, _json(body)), headers=NEVER)

    async def picture(request: Request) -> Response:
        data = await run_in_threadpool(testset.read_upload, await _body(request))
        return Response(data, media_type="image/png", headers=NEVER)

    async def fetch_mnist(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(testset.fetch_mnist), headers=NEVER)

    async def provoke(request: Request) -> Response:
        body = _json(await _body(request))
        return JSONResponse(await run_in_threadpool(control.provoke, settings, request, body), headers=NEVER)

    estimates = Estimates(settings)

    async def estimate(request: Request) -> Response:
        body = _json(await _body(request))
        return JSONResponse(await run_in_threadpool(estimates.ask, request, body), headers=NEVER)

    def post_control(act: Callable[[Settings, Any, str, Any], dict[str, Any]]) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            name, body = _name(request, "id"), _json(await _body(request))
            return JSONResponse(await run_in_threadpool(act, settings, request, name, body), headers=NEVER)

        return answer

    routes = [Route(path, get_shared(handler), methods=["GET"]) for path, handler in shared]
    routes += [Route(path, get(handler), methods=["GET"]) for path, handler in table]
    routes += [
        Route("/export", export, methods=["POST"]),
        Route("/draw", draw, methods=["POST"]),
        Route("/picture", picture, methods=["POST"]),
        Route("/testset/fetch-mnist", fetch_mnist, methods=["POST"]),
        Route("/lab", provoke, methods=["POST"]),
        Route("/estimate", estimate, methods=["POST"]),
        Route("/runs/{id}/control", post_control(control.obey), methods=["POST"]),
        Route("/runs/{id}/branch", post_control(control.branch), methods=["POST"]),
    ]
    handlers = {GanCoreError: _refuse, HTTPException: _http_error, Exception: _our_fault}
    made = Starlette(routes=routes, exception_handlers=handlers)
    made.router.redirect_slashes = False
    return made


def _refuse(request: Request, error: Exception) -> Response:
    code = 404 if isinstance(error, library.NoSuchRun) else 403 if isinstance(error, access.Forbidden) else 400
    return _error(str(error), code)


def _error(text: str, code: int, headers: Mapping[str, str] | None = None) -> Response:
    """One sentence in JSON; half of a character, which JSON can name and UTF-8 cannot hold, becomes a question mark."""
    return JSONResponse({"error": text.encode("utf-8", "replace").decode()}, status_code=code, headers={**NEVER, **(headers or {})})


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _error(error.detail, error.status_code, error.headers)


def _our_fault(request: Request, error: Exception) -> Response:
    message = "Something went wrong on the server. Its log has the details; the page goes on."
    return _error(message, 500)


def not_found(what: str, expected: str) -> HTTPException:
    """A 404 that says what came and what was expected."""
    return HTTPException(404, f"There is no {what}; expected {expected}.")


def _name(request: Request, field: str) -> str:
    value = request.path_params[field]
    if not _NAME.fullmatch(value):
        raise not_found(f"{field} {value[:80]!r}", "lower-case letters, digits, '-' and '_', at most 64 of them")
    return value


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY:
            raise HTTPException(413, f"The request is over {MAX_BODY // 2**20} MB. Send fewer frames or a smaller picture.")
        parts.append(part)
    return b"".join(parts)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < 20 else float(digits))
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, f"The request is not JSON ({error}); expected the object of docs/formats.md, section 5.") from error


def _attachment(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={**NEVER, "Content-Disposition": f'attachment; filename="{name}"'})


async def _file(here: _Here, path: Path, headers: dict[str, str], request: Request, media_type: str | None = None) -> Response:
    """A file from memory; raises OSError when it is not there."""
    data, tag = await here.files.read(path)
    return _unless_same(request, data, tag, headers, media_type or _STATIC_TYPES.get(path.suffix, "application/octet-stream"))


def _unless_same(request: Request, data: bytes, tag: str, headers: dict[str, str], media_type: str) -> Response:
    headers = {**headers, "ETag": tag}
    if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=media_type)


def _list(request: Request, data: bytes) -> Response:
    return _unless_same(request, data, f'"{zlib.crc32(data):x}-{len(data):x}"', CHECK, "application/json")


async def _models(here: _Here, request: Request) -> Response:
    return _list(request, await here.hub.models.get())


async def _checkpoint_file(here: _Here, request: Request) -> Response:
    name, version, path = _name(request, "name"), request.path_params["version"], request.path_params["path"]
    found = await run_in_threadpool(library.checkpoint_file, here.settings, name, version, path)
    if found is None:
        raise not_found(f"file {path[:80]!r} of version {version[:20]!r} in checkpoint {name!r}", "one of the addresses in gan/models.json")
    return await _file(here, found, IMMUTABLE, request)


async def _classifier_file(here: _Here, request: Request) -> Response:
    version, file = request.path_params["version"], request.path_params["file"]
    found = library.classifier_file(version, file)
    if found is None:
        raise not_found(f"classifier {file[:80]!r} of version {version[:20]!r}", "the address in gan/models.json")
    return await _file(here, found, IMMUTABLE, request)


async def _static(here: _Here, request: Request) -> Response:
    wanted = request.path_params["path"]
    path = (STATIC / wanted).resolve() if "\0" not in wanted and len(wanted) < 200 else STATIC
    if not path.is_relative_to(STATIC) or not path.is_file() or path.suffix not in _STATIC_TYPES:
        raise not_found(f"static file {wanted[:80]!r}", "a module or a style sheet of ui/static")
    return await _file(here, path, CHECK, request)


async def _access(here: _Here, request: Request) -> Response:
    return JSONResponse(access.view(here.settings, request.headers.get(access.HEADER)), headers=NEVER)


async def _runs(here: _Here, request: Request) -> Response:
    return _list(request, await here.hub.runs.get())


def _since(request: Request) -> tuple[int, int | None]:
    """How many reports the asker has, and the mark of the last of them; of a broken connection to events from the header that EventSource sends."""
    last = re.fullmatch(r"(\d{1,9})\.(\d{1,10})", request.headers.get("last-event-id", ""), re.ASCII)
    if last:
        return int(last[1]), int(last[2])
    return _whole(request, "since", 9) or 0, _whole(request, "mark", 10)


def _whole(request: Request, name: str, digits: int) -> int | None:
    value = request.query_params.get(name)
    if value is None:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > digits:
        what = "a whole number, the number of reports already had" if name == "since" else "the mark of the last answer"
        raise HTTPException(400, f"{name} is {value[:40]!r}; expected {what}.")
    return int(value)


async def _progress(here: _Here, request: Request) -> Response:
    feed = here.hub.feed(_name(request, "id"))
    return Response(await feed.poll(*_since(request)), media_type="application/json", headers=NEVER)


async def _events(here: _Here, request: Request) -> EventStream:
    feed = here.hub.feed(_name(request, "id"))
    if here.hub.streams >= MOST_STREAMS:
        raise HTTPException(
            503, f"{MOST_STREAMS:,} viewers follow already; this page asks from time to time instead.", {"Retry-After": "60"}
        )
    events = feed.follow(*_since(request))
    return EventStream(here.hub, await anext(events), events)


async def _snapshot(here: _Here, request: Request) -> Response:
    file = request.path_params["file"]
    path = library.folder_of(here.settings, _name(request, "id")) / "snapshots" / file
    if _SNAPSHOT.fullmatch(file):  # the pattern has no slash in it
        with contextlib.suppress(OSError):
            final = path.is_relative_to(here.settings.runs)  # a recording may be made anew under its name
            return await _file(here, path, IMMUTABLE if final else CHECK, request, "image/png" if path.suffix == ".png" else None)
    library.watched(here.settings, path.parent.parent.name)  # says so where even the run is gone
    raise not_found(f"snapshot {file[:80]!r}", "a name such as 0000400.png of a step that the run has reported")


def _contact_sheet(settings: Settings, request: Request) -> Response:
    run = library.watched(settings, _name(request, "id"))
    return _attachment(downloads.contact_sheet(run), f"{run.id}-contact-sheet.png", "image/png")


def _curves(settings: Settings, request: Request) -> Response:
    run = library.watched(settings, _name(request, "id"))
    return _attachment(downloads.curves(run), f"{run.id}-curves.png", "image/png")


def _steps_gif(settings: Settings, request: Request) -> Response:
    run = library.watched(settings, _name(request, "id"))
    return _attachment(downloads.steps(run), f"{run.id}.gif", "image/gif")


def _steps_mp4(settings: Settings, request: Request) -> Response:
    run = library.watched(settings, _name(request, "id"))
    return _attachment(downloads.steps(run, "mp4"), f"{run.id}.mp4", "video/mp4")


def _lab(settings: Settings, request: Request) -> Response:
    return JSONResponse(control.failures(settings), headers=CHECK)


def _testset(settings: Settings, request: Request) -> Response:
    return JSONResponse(testset.testset(), headers=CHECK)


def _test_digit(settings: Settings, request: Request) -> Response:
    data = testset.test_digit(_name(request, "dataset"), request.path_params["digit"])
    return Response(data, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})
