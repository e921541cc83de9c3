"""Routes by which a person does something: a picture or a file is made, data come, a training is started or changed."""

from __future__ import annotations

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.server import answers, control, discreet, drawing, exports, testset, uploads, visits
from ui.settings import Settings
from ui.train import access, brought


async def _access(here: answers.Here, request: Request) -> Response:
    return JSONResponse(access.view(here.settings, access.key_of(here.settings, request)), headers=answers.NEVER)


async def _export(here: answers.Here, request: Request) -> Response:
    name, kind, data = await run_in_threadpool(exports.make, here.settings, answers.json_of(await request.body()))
    return answers.attachment(data, name, kind)


async def _draw(here: answers.Here, request: Request) -> Response:
    return await answers.made(drawing.draw, here.settings, answers.json_of(await request.body()))


async def _picture(here: answers.Here, request: Request) -> Response:
    data = await run_in_threadpool(testset.read_upload, await request.body())
    return Response(data, media_type="image/png", headers=answers.NEVER)


async def _fetch_mnist(here: answers.Here, request: Request) -> Response:
    return await answers.made(testset.fetch_mnist)


async def _visit(here: answers.Here, request: Request) -> Response:
    return await answers.made(visits.visit, here.settings, answers.json_of(await request.body()))


async def _upload(here: answers.Here, request: Request) -> Response:
    return await answers.made(uploads.take, here.settings, request, request.query_params.get("name", ""), await request.body())


async def _bring(here: answers.Here, request: Request) -> Response:
    return await answers.made(brought.take, here.settings, request, request.query_params.get("name", ""), await request.body())


async def _bring_more(here: answers.Here, request: Request) -> Response:
    return await answers.made(brought.add, here.settings, request, request.path_params["id"], await request.body())


async def _look_at_own(here: answers.Here, request: Request) -> Response:
    def look() -> dict[str, object]:
        answer = brought.act(here.settings, request, request.path_params["id"], body)
        return answer | {"problem": discreet.without_folders(str(answer["problem"]))} if answer.get("problem") else answer

    body = answers.json_of(await request.body())
    return await answers.made(look)


async def _provoke(here: answers.Here, request: Request) -> Response:
    return await answers.made(control.provoke, here.settings, request, answers.json_of(await request.body()))


async def _estimate(here: answers.Here, request: Request) -> Response:
    return await answers.made(here.estimates.ask, request, answers.json_of(await request.body()))


def _hands(act: Callable[[Settings, access.Asks, str, object], dict[str, object]]) -> answers.Handler:
    """What somebody does to a run."""

    async def answer(here: answers.Here, request: Request) -> Response:
        return await answers.made(act, here.settings, request, answers.name_in(request, "id"), answers.json_of(await request.body()))

    return answer


ROUTES: list[answers.Entry] = [
    ("GET", "/access.json", _access),
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
    ("POST", "/runs/{id}/own", _hands(control.forget)),
]
