"""The routes of docs/formats.md, section 5: files for the browser, never anything per frame. What stands in front of each is in `table.py`."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from gan_core.errors import GanCoreError
from ui.server import acting, answers, fetched, halls, voting, watching
from ui.server.hotfiles import HotFiles
from ui.server.live import Hub
from ui.settings import Settings
from ui.train.estimate import Estimates


def application(settings: Settings) -> Starlette:
    """All routes, as an application to be mounted at `gan/`; every error it answers is JSON with one sentence."""
    here = answers.Here(settings, Hub(settings), HotFiles(), Estimates(settings), halls.Halls())
    routes = [
        Route(path, answers.bound(here, handler), methods=[method])
        for method, path, handler in (*fetched.ROUTES, *watching.ROUTES, *voting.ROUTES, *acting.ROUTES)
    ]
    made = Starlette(
        routes=routes, exception_handlers={GanCoreError: answers.refuse, HTTPException: answers.http_error, Exception: answers.our_fault}
    )
    made.router.redirect_slashes = False
    made.state.settings = settings
    return made
