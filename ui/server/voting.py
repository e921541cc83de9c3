"""Routes of a hall that votes; all of it happens in the event loop, and nothing of it takes long."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ui.server import answers, halls
from ui.server.gate import address_of
from ui.server.hall import MOST_PHONES
from ui.server.shared import EventStream, to_json


async def _phone_page(here: answers.Here, request: Request) -> Response:
    return Response(halls.phone_page(request.path_params["hall"]), media_type="text/html", headers=answers.CHECK)


async def _hall_state(here: answers.Here, request: Request) -> Response:
    state = here.halls.find(request.path_params["hall"]).state(answers.whole(request, "since", 9) or 0)
    return Response(to_json(state), media_type="application/json", headers=answers.NEVER)


async def _hall_events(here: answers.Here, request: Request) -> EventStream:
    hall = here.halls.find(request.path_params["hall"])
    if hall.streams >= MOST_PHONES:
        raise HTTPException(503, f"{MOST_PHONES:,} phones listen already; this page asks from time to time instead.", {"Retry-After": "60"})
    events = hall.follow()
    return EventStream(hall, await anext(events), events)


async def _hall_sheet(here: answers.Here, request: Request) -> Response:
    return Response(
        halls.sheet(here.halls, request.path_params["hall"], request.path_params["round"]),
        media_type="image/png",
        headers=answers.IMMUTABLE,
    )


async def _hall_begin(here: answers.Here, request: Request) -> Response:
    return JSONResponse(halls.begin(here.halls, here.settings, request), headers=answers.NEVER)


async def _hall_act(here: answers.Here, request: Request) -> Response:
    answer = await halls.act(here.halls, here.settings, request, request.path_params["hall"], answers.json_of(await request.body()))
    return JSONResponse(answer, headers=answers.NEVER)


async def _hall_vote(here: answers.Here, request: Request) -> Response:
    address = address_of(request.scope, request.headers)
    return JSONResponse(
        halls.vote(here.halls, address, request.path_params["hall"], answers.json_of(await request.body())), headers=answers.NEVER
    )


ROUTES: list[answers.Entry] = [
    ("GET", "/halls/{hall}", _phone_page),
    ("GET", "/halls/{hall}/state.json", _hall_state),
    ("GET", "/halls/{hall}/events", _hall_events),
    ("GET", "/halls/{hall}/{round}.png", _hall_sheet),
    ("POST", "/halls", _hall_begin),
    ("POST", "/halls/{hall}", _hall_act),
    ("POST", "/halls/{hall}/votes", _hall_vote),
]
