"""The first second: what Gradio's page lacks is written into it on its way out, so that a digit is there with the first bytes.

Gradio puts its `head` in by script, a second after the page has come. Here the style, the modules to fetch and a layer with the picture that
the address asks for go into the HTML itself; `ui/static/shell/boot.js` then draws the Explore tab on that layer. Gradio's own script, which only
the other tabs need, is asked for when no hand is on the page, or one goes to the tabs (`ui/static/shell/later.js`).
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import html
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan_core.errors import GanCoreError
from ui.server import generators, library
from ui.server.gate import Full, Gate
from ui.server.reach import Reach
from ui.server.sites import SCRIPTS, hashes_of
from ui.settings import STATIC, Settings
from ui.site import document, first_sight, sharing
from ui.site.first_sight import Opening
from ui.words import OPENING, TABS, korean

STYLES = ("kit/tokens", "kit/style", "parts/stage", "shell/page")
TALK = "share/share"  # asked for by the page itself a little later, where the link does not open in talk mode
_PAGE = b"<gradio-app"
# Gradio's script and style
_OWN = re.compile(rb'<(script type="module"|link rel="stylesheet")( crossorigin)? (?:src|href)="([^"]*/assets/[^"]+)">')
MOST_PAGES = 16  # of Gradio's, one for each name that this server is called by
_SAME = (b"host", b"x-forwarded-host", b"x-forwarded-proto", b"x-forwarded-port", b"x-forwarded-prefix")  # what Gradio makes addresses of
# Gradio asks `navigator` alone: there a link's language answers first
_LANGUAGE = """(() => {
  const asked = new URLSearchParams(location.search).get("lang")?.slice(0, 2).toLowerCase();
  if (asked !== "en" && asked !== "ko") return;
  Object.defineProperty(navigator, "languages", { value: [asked, ...navigator.languages] });
  Object.defineProperty(navigator, "language", { value: asked });
  document.documentElement.lang = asked;
})();"""
# Gradio is told at its start below which path it lies, and asks beside it where it was told nothing; the address knows
_PLACE = """if (window.gradio_config) window.gradio_config.root = location.origin + location.pathname.replace(/[/]+$/, "");"""
# the layer cannot stay: not longer than it takes when Gradio's page is there and nobody has taken what is on it
_GUARD = """(() => {
  const layer = document.getElementById("gan-boot"), asked = new URLSearchParams(location.search).get("__theme");
  if (asked === "dark" || (asked !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)) document.body.classList.add("dark");
  new MutationObserver((_, observer) => {
    if (layer.isConnected && !document.querySelector("gradio-app .gan-island")) return;
    observer.disconnect();
    setTimeout(() => layer.remove(), 15000);
  }).observe(document.body, { childList: true, subtree: true });
})();"""


class FirstSight:
    """ASGI middleware: completes the page that Gradio answers; everything else passes untouched.

    Gradio makes its page anew for everybody, which takes a quarter of a second on a busy machine, and it is always the same: here it is kept.
    """

    def __init__(self, app: ASGIApp, settings: Settings, title: str, reach: Reach | None = None) -> None:
        self.app, self.settings, self.title = app, settings, title
        self.reach = reach or Reach()
        self.drawing = Gate(at_once=2, waiting=8, patience=0.3)
        self._pages: OrderedDict[tuple[object, ...], tuple[Message, bytes]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold back the page's HTML until it is whole."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        key = _key(scope)
        if key is None or key not in self._pages:
            page = await self._asked(scope, receive, send)
            if page is None:
                return
            if key is not None:
                self._pages[key] = page
                if len(self._pages) > MOST_PAGES:
                    self._pages.popitem(last=False)
        else:
            page = self._pages[key]
        await self._finish(scope, send, *page)

    async def _asked(self, scope: Scope, receive: Receive, send: Send) -> tuple[Message, bytes] | None:
        """How Gradio's page begins, and its bytes; None where the answer was something else, which has gone out."""
        start: Message | None = None
        parts: list[bytes] = []

        async def hold(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))

        await self.app(scope, receive, hold)
        return None if start is None else (start, b"".join(parts))

    async def _finish(self, scope: Scope, send: Send, start: Message, body: bytes) -> None:
        turn = None
        with contextlib.suppress(Full):  # the page then draws its first picture itself
            turn = await self.drawing.enter()
        try:
            query = scope["query_string"].decode("latin-1")
            rooms = await run_in_threadpool(self.reach.tags, (scope.get("server") or ("", 0))[1] or 0)
            page = await run_in_threadpool(
                self.complete,
                body,
                query,
                _languages(scope),
                _address({**scope, "root_path": self.settings.root_path}),
                turn is not None,
                rooms,
            )
        finally:
            if turn is not None:
                turn.end()
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        ours = [(SCRIPTS.encode(), hashes_of(page).encode()), (b"vary", b"accept-encoding")]
        if b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""):
            page = await run_in_threadpool(gzip.compress, page, 5)
            ours.append((b"content-encoding", b"gzip"))
        ours.append((b"content-length", str(len(page)).encode()))
        await send({**start, "headers": [*headers, *ours]})
        await send({"type": "http.response.body", "body": page})

    def complete(self, page: bytes, query: str, languages: str = "", address: str = "", drawn: bool = True, more: str = "") -> bytes:
        """The page with head and layer; as it came where it is another page than Gradio's, or something here fails: it works without, later.

        Without `drawn` the layer has no picture; `more` goes into the head.
        """
        if _PAGE not in page:
            return page
        try:
            head, layer = self._parts(query, languages, drawn)
        except Exception:
            logging.getLogger(__name__).exception("The page goes out without its first picture.")
            return page
        head = sharing.tags(address, self.title) + more + head
        page = re.sub(rb"<base [^>]*>", lambda match: match[0] + head.encode(), sharing.take_out(page), count=1)
        page = _OWN.sub(_at_rest, page) if layer else page
        return re.sub(rb"<body\b[^>]*>", lambda match: f"{match[0].decode()}<script>{_PLACE}</script>{layer}".encode(), page, count=1)

    def _parts(self, query: str, languages: str, drawn: bool) -> tuple[str, str]:
        parameters = dict(parse_qsl(query))
        head = f"<script>{_LANGUAGE}</script>" if "lang" in parameters else ""
        head += "".join(_style(f"{name}.css") for name in ((*STYLES, TALK) if _bare(parameters) else STYLES))
        head += '<link rel="preload" as="font" type="font/woff2" crossorigin href="gan/static/kit/display.woff2">'
        if parameters.get("tab", OPENING.lower()) != OPENING.lower():
            return head + '<script type="module" src="gan/static/runs/access.js"></script>', ""
        wanted = _wanted(query)
        title, picture, addresses = _picture(self.settings, wanted, drawn)
        fetched = ["gan/models.json", "gan/static/engine/kernel.wasm", *addresses]
        # these first: a list that is asked for ahead only after a script has fetched it waits for the next who asks, and is an old one then
        head += "".join(f'<link data-later="preload" as="fetch" crossorigin="anonymous" href="{html.escape(url)}">' for url in fetched)
        head += "".join(f'<link data-later="modulepreload" href="gan/static/{name}">' for name in _modules())
        # access.js takes the control token out of the address
        head += "".join(
            f'<script data-later="module" data-src="gan/static/{name}"></script>' for name in ("runs/access.js", "shell/boot.js")
        )
        return head, self._layer(title, picture, wanted.smooth, parameters, korean(parameters.get("lang"), languages))

    def _layer(self, title: str, picture: bytes | None, smooth: bool, parameters: dict[str, str], say: Callable[[str], str]) -> str:
        """The page's own look: header, tabs, the digit. What a link hides is not shown first."""
        bare = _bare(parameters)
        tabs = "".join(
            f'<button type="button" role="tab" data-tab-id="{name.lower()}" aria-selected="{str(name == OPENING).lower()}">{say(name)}</button>'
            for name in TABS
        )
        header = f'<header class="gan-header"><h1>{self.title}</h1></header>'
        frame = "" if bare else f'{header}<div class="gan-boot-tabs" role="tablist">{tabs}</div>'
        frame += '<div class="gan-boot-tools gan-tools"></div>'
        image = first_sight.image(picture, smooth) if picture else ""
        skeleton = f"<div hidden>{image}</div>" if bare else first_sight.skeleton(STATIC, image, title, say)
        island = f'<div class="gan-boot-island">{skeleton}</div>'
        style, later = ((STATIC / "shell" / name).read_text(encoding="utf-8") for name in ("boot.css", "later.js"))
        page = f'<div class="gan-boot-page gan-frame">{frame}{island}</div>'
        return f'<div id="gan-boot"><style>{style}</style>{page}<script>{_GUARD}</script><script>{later}</script></div>'


def _bare(parameters: dict[str, str]) -> bool:
    """Whether a link opens with less than the page's own frame."""
    return parameters.get("talk") == "1" or "hide" in parameters


def _is_html(message: Message) -> bool:
    headers = dict(message["headers"])
    return message["status"] == 200 and headers.get(b"content-type", b"").startswith(b"text/html") and b"content-encoding" not in headers


def _key(scope: Scope) -> tuple[object, ...] | None:
    """What Gradio's page depends on; None for another page than the first."""
    if scope["path"] != "/" or b"page=" in scope["query_string"] or b"deep_link=" in scope["query_string"]:
        return None
    return (scope["scheme"], scope.get("root_path"), *((name, value) for name, value in scope["headers"] if name in _SAME))


def _languages(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"accept-language"), "")


def _address(scope: Scope) -> str:
    """The address of the page as its visitor has it, in front of a proxy too; "" where what came is none."""
    headers = {name: value.decode("latin-1").partition(",")[0].strip() for name, value in scope["headers"]}
    host = headers.get(b"x-forwarded-host") or headers.get(b"host", "")
    scheme = headers.get(b"x-forwarded-proto") or scope.get("scheme", "http")
    known = re.fullmatch(r"[\w.-]+(:\d+)?|\[[\da-fA-F:]+\](:\d+)?", host) and scheme in ("http", "https")
    return f"{scheme}://{host}{scope.get('root_path', '').rstrip('/')}/" if known else ""


def _at_rest(tag: re.Match[bytes]) -> bytes:
    """Gradio's script or style as `later.js` finds it."""
    kind, cross, address = tag[1], tag[2] or b"", tag[3]
    if kind.startswith(b"link"):
        return b'<link data-rest="stylesheet"' + cross + b' href="' + address + b'">'
    return b'<script data-rest="module" data-src="' + address + b'">'


def _style(name: str) -> str:
    return _style_of((STATIC / name).stat().st_mtime_ns, name)


@functools.lru_cache(maxsize=16)
def _style_of(written: int, name: str) -> str:
    """As it stood at that moment of writing: whoever works on it sees the newest."""
    return document.style_inside(name)


@functools.cache
def _modules() -> list[str]:
    return first_sight.modules(STATIC, "shell/boot.js")


def _wanted(query: str) -> Opening:
    try:
        return Opening.read(query)
    except GanCoreError:
        return Opening.read("")  # the page itself says what is wrong with the link


def _picture(settings: Settings, wanted: Opening, drawn: bool) -> tuple[str, bytes | None, list[str]]:
    """The model's title; the picture as a PNG, or None where the page must find out alone; the addresses of what draws it again and moves it."""
    checkpoint = library.opening_checkpoint(settings, wanted.model)
    if checkpoint is None:
        return "", None, []
    addresses = library.addresses_to_draw(checkpoint)
    try:
        written = (checkpoint.folder / "config.json").stat().st_mtime_ns
        return checkpoint.title, _draw(settings, checkpoint.name, wanted, written) if drawn else None, addresses
    except (GanCoreError, OSError):
        return checkpoint.title, None, addresses


@functools.lru_cache(maxsize=256)
def _draw(settings: Settings, name: str, wanted: Opening, written: int) -> bytes | None:
    """The picture that a checkpoint of this moment of writing draws. Raises CheckpointError, ConfigError or OSError."""
    checkpoint = library.opening_checkpoint(settings, name)
    return (
        None
        if checkpoint is None
        else wanted.png(
            generators.generator(settings, name, wanted.epoch), checkpoint.prior(), checkpoint.model.groups, checkpoint.model.classes
        )
    )
