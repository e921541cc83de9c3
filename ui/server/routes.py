"""The routes of docs/formats.md, section 5: files for the browser, never anything per frame."""

from __future__ import annotations

import contextlib
import json
import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ParamSpec

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gan_core.data import packed
from gan_core.errors import GanCoreError
from gan_core.runs.run import Run
from ui.server import control, discreet, downloads, drawing, exports, halls, library, runlist, testset, uploads, visits
from ui.server.gate import address_of
from ui.server.hall import MOST_PHONES, Late, TooOften
from ui.server.hotfiles import HotFiles
from ui.server.live import MOST_STREAMS, Hub
from ui.server.shared import EventStream, to_json
from ui.settings import STATIC, Settings
from ui.site import about, packs
from ui.train import access, brought
from ui.train.estimate import Estimates

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
CHECK = {"Cache-Control": "no-cache"}
NEVER = {"Cache-Control": "no-store"}
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SNAPSHOT = re.compile(r"[0-9]{7,10}\.(png|((encoder|discriminator|directions|prior)\.)?safetensors)")
_STATIC_TYPES = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json",
                 ".svg": "image/svg+xml", ".png": "image/png", ".webmanifest": "application/manifest+json",
                 ".woff2": "font/woff2", ".safetensors": "application/octet-stream"}  # fmt: skip


_STATUS = {runlist.NoSuchRun: 404, halls.NoSuchHall: 404, access.Forbidden: 403, Late: 409, TooOften: 429}

P = ParamSpec("P")


@dataclass(frozen=True)
class _Here:
    """What the routes share."""

    settings: Settings
    hub: Hub
    files: HotFiles
    estimates: Estimates
    halls: halls.Halls


Handler = Callable[[_Here, Request], Awaitable[Response | EventStream]]


def application(settings: Settings) -> Starlette:
    """All routes, as an application to be mounted at `gan/`; every error it answers is JSON with one sentence."""
    here = _Here(settings, Hub(settings), HotFiles(), Estimates(settings), halls.Halls())
    routes = [Route(path, _with(here, handler), methods=[method]) for method, path, handler in _routes()]
    made = Starlette(routes=routes, exception_handlers={GanCoreError: _refuse, HTTPException: _http_error, Exception: _our_fault})
    made.router.redirect_slashes = False
    made.state.settings = settings
    return made


def _routes() -> list[tuple[str, str, Handler]]:
    """Method, path and handler of each; what stands in front of it is in `table.py`."""
    return [
        ("GET", "/models.json", _models),
        ("GET", "/about.json", _about),
        ("GET", "/files/checkpoints/{name}/{version}/{path:path}", _checkpoint_file),
        ("GET", "/files/classifier/{version}/{file}", _classifier_file),
        ("GET", "/static/{path:path}", _static),
        ("GET", "/access.json", _access),
        ("GET", "/runs.json", _runs),
        ("GET", "/lab.json", _lab),
        ("GET", "/runs/{id}/progress.json", _progress),
        ("GET", "/runs/{id}/events", _events),
        ("GET", "/runs/{id}/snapshots/{file}", _snapshot),
        ("GET", "/runs/{id}/curves.csv", _download(downloads.curves, "-curves.csv", "text/csv")),
        ("GET", "/runs/{id}/contact-sheet.png", _download(downloads.contact_sheet, "-contact-sheet.png", "image/png")),
        ("GET", "/runs/{id}/steps.gif", _download(downloads.steps, ".gif", "image/gif")),
        ("GET", "/runs/{id}/steps.mp4", _download(partial(downloads.steps, kind="mp4"), ".mp4", "video/mp4")),
        ("GET", "/pictures.json", _packs),
        ("GET", "/pictures/{name}/{version}/{file}", _pack),
        ("GET", "/testset.json", _testset),
        ("GET", "/testset/{dataset}/{digit}.png", _test_digit),
        ("GET", "/halls/{hall}", _phone_page),
        ("GET", "/halls/{hall}/state.json", _hall_state),
        ("GET", "/halls/{hall}/events", _hall_events),
        ("GET", "/halls/{hall}/{round}.png", _hall_sheet),
        ("POST", "/halls", _hall_begin),
        ("POST", "/halls/{hall}", _hall_act),
        ("POST", "/halls/{hall}/votes", _hall_vote),
        ("POST", "/export", _export),
        ("POST", "/draw", _draw),
        ("POST", "/picture", _picture),
        ("POST", "/testset/fetch-mnist", _fetch_mnist),
        ("POST", "/hub", _visit),
        ("POST", "/models", _upload),
        ("POST", "/own", _bring),
        ("POST", "/own/{id}/part", _bring_more),
        ("POST", "/own/{id}", _look_at_own),
        ("POST", "/lab", _provoke),
        ("POST", "/estimate", _estimate),
        ("POST", "/runs/{id}/control", _hands(control.obey)),
        ("POST", "/runs/{id}/branch", _hands(control.branch)),
    ]


def _with(here: _Here, handler: Handler) -> Callable[[Request], Awaitable[Response | EventStream]]:
    async def answer(request: Request) -> Response | EventStream:
        return await handler(here, request)

    return answer


async def _made(make: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> Response:
    """The JSON of what `make` returns, worked out and written in a thread: neither may keep the other requests waiting."""
    return Response(await run_in_threadpool(lambda: to_json(make(*arguments, **named))), media_type="application/json", headers=NEVER)


def _refuse(request: Request, error: Exception) -> Response:
    code = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 400)
    theirs = access.may_name_paths(request.app.state.settings, request.headers.get(access.HEADER), request)
    return _error(str(error) if theirs else discreet.without_folders(str(error)), code)


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
    value: str = request.path_params[field]
    if not _NAME.fullmatch(value):
        raise not_found(f"{field} {value[:80]!r}", "lower-case letters, digits, '-' and '_', at most 64 of them")
    return value


def _json(body: bytes) -> object:
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


async def _about(here: _Here, request: Request) -> Response:
    return await _made(about.about)


async def _checkpoint_file(here: _Here, request: Request) -> Response:
    name, version, path = _name(request, "name"), request.path_params["version"], request.path_params["path"]
    if (beside := await run_in_threadpool(library.file_beside, here.settings, name, version, path)) is not None:
        return _unless_same(request, beside, f'"{version}"', IMMUTABLE, "application/octet-stream")
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
    return JSONResponse(access.view(here.settings, access.key_of(here.settings, request)), headers=NEVER)


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
    path = runlist.folder_of(here.settings, _name(request, "id")) / "snapshots" / file
    if _SNAPSHOT.fullmatch(file):  # the pattern has no slash in it
        with contextlib.suppress(OSError):
            final = path.is_relative_to(here.settings.runs)  # a recording may be made anew under its name
            return await _file(here, path, IMMUTABLE if final else CHECK, request, "image/png" if path.suffix == ".png" else None)
    runlist.watched(here.settings, path.parent.parent.name)  # says so where even the run is gone
    raise not_found(f"snapshot {file[:80]!r}", "a name such as 0000400.png of a step that the run has reported")


def _download(make: Callable[[Run], bytes], ending: str, media_type: str) -> Handler:
    """A file made of a run's reports and pictures."""

    async def answer(here: _Here, request: Request) -> Response:
        run = await run_in_threadpool(runlist.watched, here.settings, _name(request, "id"))
        return _attachment(await run_in_threadpool(make, run), f"{run.id}{ending}", media_type)

    return answer


async def _lab(here: _Here, request: Request) -> Response:
    data = await run_in_threadpool(lambda: to_json(control.failures(here.settings)))
    return Response(data, media_type="application/json", headers=CHECK)


async def _packs(here: _Here, request: Request) -> Response:
    data = await run_in_threadpool(lambda: to_json(packs.listed()))
    return Response(data, media_type="application/json", headers=CHECK)


async def _pack(here: _Here, request: Request) -> Response:
    name, version, file = _name(request, "name"), request.path_params["version"], request.path_params["file"]
    if name in packed.available() and file == packs.FILE:
        pack = await run_in_threadpool(packed.pack, name)
        if version == pack.version:
            return _unless_same(request, pack.data, f'"{version}"', IMMUTABLE, "application/octet-stream")
    raise not_found(f"packed pictures {name!r} of version {version[:20]!r}", "an address of gan/pictures.json")


async def _testset(here: _Here, request: Request) -> Response:
    return Response(await run_in_threadpool(lambda: to_json(testset.testset())), media_type="application/json", headers=CHECK)


async def _test_digit(here: _Here, request: Request) -> Response:
    data = await run_in_threadpool(testset.test_digit, _name(request, "dataset"), request.path_params["digit"])
    return Response(data, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


async def _export(here: _Here, request: Request) -> Response:
    name, kind, data = await run_in_threadpool(exports.make, here.settings, _json(await request.body()))
    return _attachment(data, name, kind)


async def _draw(here: _Here, request: Request) -> Response:
    return await _made(drawing.draw, here.settings, _json(await request.body()))


async def _picture(here: _Here, request: Request) -> Response:
    data = await run_in_threadpool(testset.read_upload, await request.body())
    return Response(data, media_type="image/png", headers=NEVER)


async def _fetch_mnist(here: _Here, request: Request) -> Response:
    return await _made(testset.fetch_mnist)


async def _visit(here: _Here, request: Request) -> Response:
    return await _made(visits.visit, here.settings, _json(await request.body()))


async def _upload(here: _Here, request: Request) -> Response:
    return await _made(uploads.take, here.settings, request, request.query_params.get("name", ""), await request.body())


async def _bring(here: _Here, request: Request) -> Response:
    return await _made(brought.take, here.settings, request, request.query_params.get("name", ""), await request.body())


async def _bring_more(here: _Here, request: Request) -> Response:
    return await _made(brought.add, here.settings, request, request.path_params["id"], await request.body())


async def _look_at_own(here: _Here, request: Request) -> Response:
    def look() -> dict[str, object]:
        answer = brought.act(here.settings, request, request.path_params["id"], body)
        return answer | {"problem": discreet.without_folders(str(answer["problem"]))} if answer.get("problem") else answer

    body = _json(await request.body())
    return await _made(look)


async def _provoke(here: _Here, request: Request) -> Response:
    return await _made(control.provoke, here.settings, request, _json(await request.body()))


async def _estimate(here: _Here, request: Request) -> Response:
    return await _made(here.estimates.ask, request, _json(await request.body()))


# ---- a hall that votes; all of it happens in the event loop, and nothing of it takes long


async def _phone_page(here: _Here, request: Request) -> Response:
    return Response(halls.phone_page(request.path_params["hall"]), media_type="text/html", headers=CHECK)


async def _hall_state(here: _Here, request: Request) -> Response:
    state = here.halls.find(request.path_params["hall"]).state(_whole(request, "since", 9) or 0)
    return Response(to_json(state), media_type="application/json", headers=NEVER)


async def _hall_events(here: _Here, request: Request) -> EventStream:
    hall = here.halls.find(request.path_params["hall"])
    if hall.streams >= MOST_PHONES:
        raise HTTPException(503, f"{MOST_PHONES:,} phones listen already; this page asks from time to time instead.", {"Retry-After": "60"})
    events = hall.follow()
    return EventStream(hall, await anext(events), events)


async def _hall_sheet(here: _Here, request: Request) -> Response:
    return Response(
        halls.sheet(here.halls, request.path_params["hall"], request.path_params["round"]), media_type="image/png", headers=IMMUTABLE
    )


async def _hall_begin(here: _Here, request: Request) -> Response:
    return JSONResponse(halls.begin(here.halls, here.settings, request), headers=NEVER)


async def _hall_act(here: _Here, request: Request) -> Response:
    told = await halls.act(here.halls, here.settings, request, request.path_params["hall"], _json(await request.body()))
    return JSONResponse(told, headers=NEVER)


async def _hall_vote(here: _Here, request: Request) -> Response:
    address = address_of(request.scope, request.headers)
    return JSONResponse(halls.vote(here.halls, address, request.path_params["hall"], _json(await request.body())), headers=NEVER)


def _hands(act: Callable[[Settings, access.Asks, str, object], dict[str, object]]) -> Handler:
    """What somebody does to a run."""

    async def answer(here: _Here, request: Request) -> Response:
        return await _made(act, here.settings, request, _name(request, "id"), _json(await request.body()))

    return answer
