"""The routes of docs/formats.md, section 5: files for the browser, never anything per frame."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from gan_core.errors import GanCoreError
from ui import downloads, drawing, exports, library, testset
from ui.settings import STATIC, Settings

IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}
CHECK = {"Cache-Control": "no-cache"}
NEVER = {"Cache-Control": "no-store"}
MAX_BODY = 8 * 2**20
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SNAPSHOT = re.compile(r"[0-9]{7,10}\.(png|((encoder|discriminator|directions|prior)\.)?safetensors)")
_STATIC_TYPES = {".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".json": "application/json"}


def application(settings: Settings) -> Starlette:
    """All routes, as an application to be mounted at `gan/`; every error it answers is JSON with one sentence."""
    table: list[tuple[str, Callable[[Settings, Request], Response]]] = [
        ("/models.json", _models),
        ("/files/checkpoints/{name}/{version}/{path:path}", _checkpoint_file),
        ("/files/classifier/{version}/{file}", _classifier_file),
        ("/static/{path:path}", _static),
        ("/runs.json", _runs),
        ("/runs/{id}/progress.json", _progress),
        ("/runs/{id}/snapshots/{file}", _snapshot),
        ("/runs/{id}/contact-sheet.png", _contact_sheet),
        ("/runs/{id}/curves.png", _curves),
        ("/runs/{id}/steps.gif", _steps),
        ("/testset.json", _testset),
        ("/testset/{dataset}/{digit}.png", _test_digit),
    ]

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

    routes = [Route(path, get(handler), methods=["GET"]) for path, handler in table]
    routes += [
        Route("/export", export, methods=["POST"]),
        Route("/draw", draw, methods=["POST"]),
        Route("/picture", picture, methods=["POST"]),
        Route("/testset/fetch-mnist", fetch_mnist, methods=["POST"]),
    ]
    handlers = {GanCoreError: _refuse, HTTPException: _http_error, Exception: _our_fault}
    made = Starlette(routes=routes, exception_handlers=handlers)
    made.router.redirect_slashes = False
    return made


def _refuse(request: Request, error: Exception) -> Response:
    code = 404 if isinstance(error, library.NoSuchRun) else 400
    return JSONResponse({"error": str(error)}, status_code=code, headers=NEVER)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"error": error.detail}, status_code=error.status_code, headers=NEVER)


def _our_fault(request: Request, error: Exception) -> Response:
    message = "Something went wrong on the server. Its log has the details; the page goes on."
    return JSONResponse({"error": message}, status_code=500, headers=NEVER)


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


def _file(path: Path, headers: dict[str, str], media_type: str | None = None) -> Response:
    return FileResponse(path, headers=headers, media_type=media_type or _STATIC_TYPES.get(path.suffix, "application/octet-stream"))


def _models(settings: Settings, request: Request) -> Response:
    return JSONResponse(library.models(settings), headers=CHECK)


def _checkpoint_file(settings: Settings, request: Request) -> Response:
    name, version, path = _name(request, "name"), request.path_params["version"], request.path_params["path"]
    found = library.checkpoint_file(settings, name, version, path)
    if found is None:
        raise not_found(f"file {path[:80]!r} of version {version[:20]!r} in checkpoint {name!r}", "one of the addresses in gan/models.json")
    return _file(found, IMMUTABLE)


def _classifier_file(settings: Settings, request: Request) -> Response:
    version, file = request.path_params["version"], request.path_params["file"]
    found = library.classifier_file(version, file)
    if found is None:
        raise not_found(f"classifier {file[:80]!r} of version {version[:20]!r}", "the address in gan/models.json")
    return _file(found, IMMUTABLE)


def _static(settings: Settings, request: Request) -> Response:
    wanted = request.path_params["path"]
    path = (STATIC / wanted).resolve() if "\0" not in wanted else STATIC
    if not path.is_relative_to(STATIC) or not path.is_file() or path.suffix not in _STATIC_TYPES:
        raise not_found(f"static file {wanted[:80]!r}", "a module or a style sheet of ui/static")
    return _unless_same(request, _file(path, CHECK), path)


def _unless_same(request: Request, response: Response, path: Path) -> Response:
    status = path.stat()
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    response.headers["ETag"] = etag
    if request.headers.get("if-none-match", "").removeprefix("W/") == etag:
        return Response(status_code=304, headers={**CHECK, "ETag": etag})
    return response


def _runs(settings: Settings, request: Request) -> Response:
    return JSONResponse({"runs": library.runs_list(settings)}, headers=NEVER)


def _since(request: Request) -> int:
    value = request.query_params.get("since", "0")
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        raise HTTPException(400, f"since is {value[:40]!r}; expected a whole number, the number of reports already had.")
    return int(value)


def _progress(settings: Settings, request: Request) -> Response:
    return JSONResponse(library.progress(settings, _name(request, "id"), _since(request)), headers=NEVER)


def _snapshot(settings: Settings, request: Request) -> Response:
    file = request.path_params["file"]
    path = library.run(settings, _name(request, "id")).folder / "snapshots" / file
    if not _SNAPSHOT.fullmatch(file) or not path.is_file():  # the pattern has no slash in it
        raise not_found(f"snapshot {file[:80]!r}", "a name such as 0000400.png of a step that the run has reported")
    return _file(path, IMMUTABLE, "image/png" if path.suffix == ".png" else None)


def _contact_sheet(settings: Settings, request: Request) -> Response:
    run = library.run(settings, _name(request, "id"))
    return _attachment(downloads.contact_sheet(run), f"{run.id}-contact-sheet.png", "image/png")


def _curves(settings: Settings, request: Request) -> Response:
    run = library.run(settings, _name(request, "id"))
    return _attachment(downloads.curves(run), f"{run.id}-curves.png", "image/png")


def _steps(settings: Settings, request: Request) -> Response:
    run = library.run(settings, _name(request, "id"))
    return _attachment(downloads.steps_gif(run), f"{run.id}.gif", "image/gif")


def _testset(settings: Settings, request: Request) -> Response:
    return JSONResponse(testset.testset(), headers=CHECK)


def _test_digit(settings: Settings, request: Request) -> Response:
    data = testset.test_digit(_name(request, "dataset"), request.path_params["digit"])
    return Response(data, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})
