"""Routes of runs to whoever watches them: the list, the lab, reports as they come, pictures, files to take home."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gan_core.runs.run import Run
from ui.server import answers, control, downloads, runlist
from ui.server.live import MOST_STREAMS
from ui.server.shared import EventStream, to_json

_SNAPSHOT = re.compile(r"[0-9]{7,10}\.(png|((encoder|discriminator|directions|prior)\.)?safetensors)")


async def _runs(here: answers.Here, request: Request) -> Response:
    return answers.listed(request, await here.hub.runs.get())


async def _lab(here: answers.Here, request: Request) -> Response:
    data = await run_in_threadpool(lambda: to_json(control.failures(here.settings)))
    return Response(data, media_type="application/json", headers=answers.CHECK)


def _since(request: Request) -> tuple[int, int | None]:
    """How many reports the asker has, and the mark of the last of them; of a broken connection to events from the header that EventSource sends."""
    last = re.fullmatch(r"(\d{1,9})\.(\d{1,10})", request.headers.get("last-event-id", ""), re.ASCII)
    if last:
        return int(last[1]), int(last[2])
    return answers.whole(request, "since", 9) or 0, answers.whole(request, "mark", 10)


async def _progress(here: answers.Here, request: Request) -> Response:
    feed = here.hub.feed(answers.name_in(request, "id"))
    return answers.in_pieces(await feed.poll(*_since(request)), "application/json")


async def _events(here: answers.Here, request: Request) -> EventStream:
    feed = here.hub.feed(answers.name_in(request, "id"))
    if here.hub.streams >= MOST_STREAMS:
        raise HTTPException(
            503, f"{MOST_STREAMS:,} viewers follow already; this page asks from time to time instead.", {"Retry-After": "60"}
        )
    events = feed.follow(*_since(request))
    return EventStream(here.hub, await anext(events), events)


async def _snapshot(here: answers.Here, request: Request) -> Response:
    file = request.path_params["file"]
    path = runlist.folder_of(here.settings, answers.name_in(request, "id")) / "snapshots" / file
    if _SNAPSHOT.fullmatch(file):  # the pattern has no slash in it
        with contextlib.suppress(OSError):
            final = path.is_relative_to(here.settings.runs)  # a recording may be made anew under its name
            return await answers.file(
                here, path, answers.IMMUTABLE if final else answers.CHECK, request, "image/png" if path.suffix == ".png" else None
            )
    runlist.watched(here.settings, path.parent.parent.name)  # says so where even the run is gone
    raise answers.not_found(f"snapshot {file[:80]!r}", "a name such as 0000400.png of a step that the run has reported")


def _download(make: Callable[[Run], bytes], ending: str, media_type: str) -> answers.Handler:
    """A file made of a run's reports and pictures."""

    async def answer(here: answers.Here, request: Request) -> Response:
        run = await run_in_threadpool(runlist.watched, here.settings, answers.name_in(request, "id"))
        return answers.attachment(await run_in_threadpool(make, run), f"{run.id}{ending}", media_type)

    return answer


ROUTES: list[answers.Entry] = [
    ("GET", "/runs.json", _runs),
    ("GET", "/lab.json", _lab),
    ("GET", "/runs/{id}/progress.json", _progress),
    ("GET", "/runs/{id}/events", _events),
    ("GET", "/runs/{id}/snapshots/{file}", _snapshot),
    ("GET", "/runs/{id}/curves.csv", _download(downloads.curves, "-curves.csv", "text/csv")),
    ("GET", "/runs/{id}/contact-sheet.png", _download(downloads.contact_sheet, "-contact-sheet.png", "image/png")),
    ("GET", "/runs/{id}/steps.gif", _download(downloads.steps, ".gif", "image/gif")),
    ("GET", "/runs/{id}/steps.mp4", _download(partial(downloads.steps, kind="mp4"), ".mp4", "video/mp4")),
]
