"""Routes of models and what else the page is made of: lists, files, packed and test pictures."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gan_core.data import packed
from ui.server import answers, library, testset
from ui.server.shared import to_json
from ui.settings import STATIC
from ui.site import about, packs


async def _models(here: answers.Here, request: Request) -> Response:
    return answers.listed(request, await here.hub.models.get())


async def _about(here: answers.Here, request: Request) -> Response:
    return await answers.made(about.about)


async def _checkpoint_file(here: answers.Here, request: Request) -> Response:
    name, version, path = answers.name_in(request, "name"), request.path_params["version"], request.path_params["path"]
    asked = (here.settings, name, version, path)
    stored = await run_in_threadpool(lambda: library.file_beside(*asked) or library.checkpoint_file(*asked))
    if isinstance(stored, bytes):
        return answers.unless_same(request, stored, f'"{version}"', answers.IMMUTABLE, "application/octet-stream")
    if stored is None:
        raise answers.not_found(
            f"file {path[:80]!r} of version {version[:20]!r} in checkpoint {name!r}", "one of the addresses in gan/models.json"
        )
    return await answers.file(here, stored, answers.IMMUTABLE, request)


async def _classifier_file(here: answers.Here, request: Request) -> Response:
    version, file = request.path_params["version"], request.path_params["file"]
    stored = library.classifier_file(version, file)
    if stored is None:
        raise answers.not_found(f"classifier {file[:80]!r} of version {version[:20]!r}", "the address in gan/models.json")
    return await answers.file(here, stored, answers.IMMUTABLE, request)


async def _static(here: answers.Here, request: Request) -> Response:
    wanted = request.path_params["path"]
    path = (STATIC / wanted).resolve() if "\0" not in wanted and len(wanted) < 200 else STATIC
    if not path.is_relative_to(STATIC) or not path.is_file() or path.suffix not in answers.TYPES:
        raise answers.not_found(f"static file {wanted[:80]!r}", "a module or a style sheet of ui/static")
    return await answers.file(here, path, answers.CHECK, request)


async def _packs(here: answers.Here, request: Request) -> Response:
    data = await run_in_threadpool(lambda: to_json(packs.listed()))
    return Response(data, media_type="application/json", headers=answers.CHECK)


async def _pack(here: answers.Here, request: Request) -> Response:
    name, version, file = answers.name_in(request, "name"), request.path_params["version"], request.path_params["file"]
    if name in packed.available() and file == packs.FILE:
        pack = await run_in_threadpool(packed.pack, name)
        if version == pack.version:
            return answers.unless_same(request, pack.data, f'"{version}"', answers.IMMUTABLE, "application/octet-stream")
    raise answers.not_found(f"packed pictures {name!r} of version {version[:20]!r}", "an address of gan/pictures.json")


async def _testset(here: answers.Here, request: Request) -> Response:
    return Response(await run_in_threadpool(lambda: to_json(testset.testset())), media_type="application/json", headers=answers.CHECK)


async def _test_digit(here: answers.Here, request: Request) -> Response:
    data = await run_in_threadpool(testset.test_digit, answers.name_in(request, "dataset"), request.path_params["digit"])
    return Response(data, media_type="image/png", headers={"Cache-Control": "public, max-age=86400"})


ROUTES: list[answers.Entry] = [
    ("GET", "/models.json", _models),
    ("GET", "/about.json", _about),
    ("GET", "/files/checkpoints/{name}/{version}/{path:path}", _checkpoint_file),
    ("GET", "/files/classifier/{version}/{file}", _classifier_file),
    ("GET", "/static/{path:path}", _static),
    ("GET", "/pictures.json", _packs),
    ("GET", "/pictures/{name}/{version}/{file}", _pack),
    ("GET", "/testset.json", _testset),
    ("GET", "/testset/{dataset}/{digit}.png", _test_digit),
]
