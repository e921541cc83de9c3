"""The page: a header, five tabs, the named endpoints and the routes, launched as one web process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from typing import TypedDict, Unpack

import gradio as gr
from gradio.routes import App
from starlette.middleware import Middleware
from starlette.routing import Mount

from gan_core import environment
from ui.components import island
from ui.server import api, patience, routes
from ui.server.boot import STYLES, FirstSight
from ui.server.events import Events
from ui.server.reach import Reach
from ui.server.sites import Sites, names_of
from ui.server.walls import Walls
from ui.settings import LOCAL, Settings, as_shared
from ui.site import sharing
from ui.theme import theme
from ui.train import scheduler, tab
from ui.words import I18N, OPENING, t

TITLE = sharing.TITLE
_HEADER = f'<header class="gan-header"><h1>{TITLE}</h1></header>'
# Links, not `css`: Gradio rewrites the selectors of that. Fetched with the page, so that nothing is drawn before it has its style.
_HEAD = "".join(f'<link rel="stylesheet" href="gan/static/{name}.css">' for name in STYLES)


def build(settings: Settings) -> gr.Blocks:
    """The five tabs and the named endpoints."""
    page: gr.Blocks
    with api.Page(title=TITLE, analytics_enabled=False) as page:
        gr.HTML(_HEADER, js_on_load=None, apply_default_css=False)
        island("share/tools", min_height=0)
        with gr.Tabs(selected=OPENING.lower()):
            with gr.Tab(t("Learn"), id="learn"):
                island("learn/learn", min_height=720)
            with gr.Tab(t("Explore"), id="explore"):
                island("explore/explore", min_height=720)
            with gr.Tab(t("Interpolate"), id="interpolate"):
                island("interpolate/interpolate", min_height=720)
            with gr.Tab(t("Train"), id="train"):
                tab.build(settings)
            with gr.Tab(t("Autoencode"), id="autoencode"):
                island("autoencode/autoencode", min_height=720)
        api.add(settings)
    return page


class Launching(TypedDict, total=False):
    """Options of Gradio's `launch`, beside ours."""

    prevent_thread_lock: bool
    quiet: bool
    inline: bool
    share: bool


def launch(settings: Settings, host: str | None = None, port: int | None = None, **options: Unpack[Launching]) -> tuple[App, str, str]:
    """Serve the page. `options` go to Gradio's `launch` on top of ours (tests pass `prevent_thread_lock=True`).

    Raises: OSError when the port is taken.
    """
    if options.get("share"):
        settings = as_shared(settings)
    page = build(settings)
    sites = Sites(settings.loopback, names_of(settings.public_urls), settings.frames)
    reach = reach_of(settings, host)
    scheduler.run_in_background(settings)
    own = Mount("/gan", app=routes.application(settings))
    patience.let_many_in()
    page.queue(max_size=64, default_concurrency_limit=2, api_open=False)
    app, local, shared = page.launch(
        server_name=host,
        server_port=port,
        root_path=settings.root_path,
        app_kwargs={
            "routes": [own],
            "lifespan": _behind_walls(page, settings, sites, own),
            "middleware": [Middleware(FirstSight, settings=settings, title=TITLE, reach=reach)],
        },
        theme=theme(),
        head=_HEAD,
        i18n=I18N,
        footer_links=["api"],
        max_file_size="2mb",
        max_threads=40,
        state_session_capacity=64,  # 100 KB each, and a result of the endpoints until `Events` forgets it
        show_error=False,
        enable_monitoring=False,
        run_history=False,
        ssr_mode=False,
        pwa=False,
        _frontend=False,  # or a busy machine that needs over 3 s for its first page is told that it has no localhost
        **options,
    )
    patience.harden(page.server.config)
    sites.names |= names_of([shared or ""])
    reach.public += [shared] if shared else []
    if shared and settings.control == "token":
        print(f"To start and stop trainings, open: {shared.rstrip('/')}/?control={settings.token}", flush=True)
    return app, local, shared


def reach_of(settings: Settings, host: str | None = None) -> Reach:
    """Where people find what is listened to at `host`, as Gradio understands it."""
    return Reach(host or environment.text("GRADIO_SERVER_NAME") or LOCAL[0], list(settings.public_urls))


def _behind_walls(
    page: gr.Blocks, settings: Settings, sites: Sites, own: Mount
) -> Callable[[App], contextlib.AbstractAsyncContextManager[None]]:
    """What the application does when it starts, before the first connection: it puts itself behind the walls, outside of all that Gradio adds."""

    @contextlib.asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[None]:
        events = Events(page, settings)
        app.middleware_stack = Walls(app.middleware_stack or app.build_middleware_stack(), settings, sites, events, own)
        tasks = [asyncio.create_task(work) for work in (events.keep_clearing(), patience.keep_lean())]
        quiet = patience.Seldom()
        for name in ("uvicorn.error", "ui.server.walls", "ui.server.boot"):
            logging.getLogger(name).addFilter(quiet)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()

    return lifespan
