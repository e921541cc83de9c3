"""The outermost layer of the web process: every request, ours and Gradio's, goes by the table of routes before anybody else sees it.

In this order: whose request begins; is there such a route; is Host one of our names; which page asks; how much may it send, and how slowly; has
it the right; is there a place at the gate. What goes out gets the headers of `sites.py`, in pieces, so that a slow reader holds 64 KB of it and not a file.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Protocol

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.gate import Full, Gate, Line, OpenBytes, Pace, Turn, address_of
from ui.server.live import MOST_STREAMS as MOST_FOLLOWERS
from ui.server.patience import GONE, Crowd
from ui.server.shared import EventStream
from ui.server.sites import SCRIPTS, Sites
from ui.server.table import HEARTBEAT, MB, Body, Right, Rule, find, methods
from ui.settings import Settings
from ui.train import access

MOST_OPEN = 48 * MB  # of request bodies, over all clients
BODY_SECONDS, PART_SECONDS = 30.0, 10.0  # for a whole body, and between two parts of it
LARGE = 8 * MB  # a body over this is read from those alone who have the right; a smaller one before, so that its sender reads the answer
RATE, BURST = 16 * MB, 8 * MB  # a second of large bodies, over all clients
PIECE = 64 * 2**10
REFUSED_SECONDS, FULL_SECONDS = 0.2, 1.0  # who asks again at once waits so long for the same answer
MOST_STREAMS = 1000  # of Gradio's and of the runs'
SPARE = 40  # places of followers, for those who come while another is being asked to go
BEAT, BEAT_SECONDS = b"data: ALIVE\n\n", 15.0  # as Gradio's page expects it
READ_AWAY = 32 * MB  # what is too large is read to its end up to here: who still sends does not read the answer
_log = logging.getLogger(__name__)


class Ended(Exception):
    """The request ends here, with this status and sentence; nobody behind the walls sees it."""

    def __init__(self, status: int, sentence: str, **headers: str) -> None:
        super().__init__(sentence)
        self.status, self.headers = status, {name.replace("_", "-"): value for name, value in headers.items()}


class Events(Protocol):
    """Whoever knows Gradio's events: what may be asked of them, and whether there is room."""

    def check(self, path: str, body: bytes) -> None:
        """Raises Ended or Full."""


class Walls:
    """ASGI middleware around the whole application.

    Args:
        ours: our own routes, which are inside of `app` as well; those that the table calls direct are answered by them alone.
    """

    def __init__(self, app: ASGIApp, settings: Settings, sites: Sites, events: Events | None = None, ours: Mount | None = None) -> None:
        self.app, self.settings, self.sites, self.events, self.ours = app, settings, sites, events, ours
        self.line, self.gate, self.open, self.pace, self.streams = Line(), Gate(), OpenBytes(MOST_OPEN), Pace(RATE, BURST), 0
        self.followers = Crowd(MOST_FOLLOWERS - SPARE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let through."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return  # there are no web sockets here
        scope = below(self.settings.root_path, scope)
        headers, rule = Headers(scope=scope), find(scope["method"], scope["path"])
        gone = scope.get("extensions", {}).get(GONE, lambda: False)
        await self.line.turn(address_of(scope, headers), rule is not None and rule.stream, gone)
        if gone():  # a thousand requests whose connection was ended would be answered for nobody, and kept until then
            await asyncio.sleep(0)  # uvicorn hears of it after this round, and expects no answer then
            return
        sends = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
        outgoing = Outgoing(send, sends, lambda *response: self.sites.headers(rule, scope["query_string"].decode("latin-1"), *response))
        try:
            try:
                rule = self._admitted(scope, headers, rule)
                await self._pass(rule, scope, headers, receive, outgoing)
            except Ended as error:
                await asyncio.sleep(REFUSED_SECONDS if error.status >= 400 else 0)
                await _answer(error, error.status, error.headers)(scope, receive, outgoing.send)
            except access.Forbidden as error:
                await _answer(error, 403, {})(scope, receive, outgoing.send)
            except Full as error:
                await asyncio.sleep(FULL_SECONDS)
                await _answer(error, 503, {"Retry-After": str(error.seconds)})(scope, receive, outgoing.send)
        except Exception:  # told once, here: the server would print it again with the whole request
            _log.exception("%s failed.", "A request" if rule is None else f"{rule.method} {rule.path}")
            if not outgoing.begun:
                await _answer("Something went wrong on the server. Its log has the details; the page goes on.", 500, {})(
                    scope, receive, outgoing.send
                )
        finally:
            outgoing.end_turn()

    def _admitted(self, scope: Scope, headers: Headers, rule: Rule | None) -> Rule:
        """The rule of a request that may be let in. Raises Ended."""
        if wrong := self.sites.wrong_host(headers.get("host", "")):
            raise Ended(403 if headers.get("host") else 400, wrong)
        if scope["path"] == "":  # what the page names beside itself would be asked for beside its folder
            raise Ended(308, "The page has a slash at its end.", Location=f"{self.settings.root_path}/")
        if rule is None:
            allowed = methods(scope["path"])
            if not allowed:
                raise Ended(404, "There is no such address here. Open the page and go on from there.")
            status = 204 if scope["method"] == "OPTIONS" else 405
            raise Ended(status, f"{scope['method'][:20]} is not possible here; expected {', '.join(allowed)}.", Allow=", ".join(allowed))
        if rule.closed:
            raise Ended(404, f"This address is closed. {rule.closed} Open the page and go on from there.")
        if wrong := self.sites.wrong_site(rule, scope["method"], headers):
            raise Ended(403, wrong)
        return rule

    async def _pass(self, rule: Rule, scope: Scope, headers: Headers, receive: Receive, outgoing: Outgoing) -> None:
        if rule.stream:
            await self._stream(rule, scope, receive, outgoing)
            return
        if large := rule.limit > LARGE:
            await self._check_right(rule, scope)
        with self.open.account() as account:
            body = await read_body(rule, headers, receive, account.take, self.pace) if rule.limit or rule.gated else b""
            outgoing.unread = outgoing.unread and not rule.limit
            if rule.values and sum(map(body.count, (b",", b":", b"[", b"{"))) > rule.values:
                raise Ended(413, f"The request holds over {rule.values:,} values. Send fewer frames or pictures at once.")
            if not large:
                await self._check_right(rule, scope)
            if rule.body is Body.EVENT and self.events is not None:
                outgoing.strangers = True
                self.events.check(scope["path"], body)
            if rule.gated and scope["method"] != "HEAD":
                outgoing.turn = await self.gate.enter()
                if await _has_left(receive):
                    raise Ended(400, "The request was broken off.")
            if scope["method"] == "HEAD" and rule.gated:
                raise Ended(200, "")
            await self._inside(
                rule, {**scope, "method": rule.method}, _again(body, receive) if rule.limit or rule.gated else receive, outgoing
            )

    async def _stream(self, rule: Rule, scope: Scope, receive: Receive, outgoing: Outgoing) -> None:
        if scope["method"] == "HEAD":
            raise Ended(200, "")
        if self.streams >= MOST_STREAMS:
            raise Full(f"{MOST_STREAMS:,} listen here already. Try again in a minute.", 60)
        if rule.path == HEARTBEAT:  # Gradio's takes a thread and six tasks, to clear away what its queue and `Events` clear away, too
            await EventStream(self, BEAT, _beats())(scope, receive, outgoing.send)
            return
        self.streams += 1
        try:
            await (self._follow if rule.direct else self._inside)(rule, scope, receive, outgoing)
        finally:
            self.streams -= 1

    async def _inside(self, rule: Rule, scope: Scope, receive: Receive, outgoing: Outgoing) -> None:
        """Have it answered."""
        if rule.direct and self.ours is not None:
            await self.ours.handle({**scope, **self.ours.matches(scope)[1]}, receive, outgoing.send)
        else:
            await self.app(scope, receive, outgoing.send)

    async def _follow(self, rule: Rule, scope: Scope, receive: Receive, outgoing: Outgoing) -> None:
        """Where all places are taken, the newest follower of the address that has most gives way: a flood keeps no viewer out."""
        follower = Follower()
        self.followers.enter(follower, address_of(scope, Headers(scope=scope)))
        try:
            if not follower.goes:
                await self._inside(rule, scope, receive, outgoing)
        except asyncio.CancelledError:
            if not follower.goes:
                raise
            follower.task.uncancel()
        finally:
            self.followers.leave(follower)
        if follower.goes and not outgoing.begun:
            raise Full(f"{self.followers.most:,} viewers follow already; this page asks from time to time instead.", 60)
        if follower.goes:
            await outgoing.send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _check_right(self, rule: Rule, scope: Scope) -> None:
        """Raises Forbidden. An owner's right is looked at by the handler, which knows the run; whoever cannot have it at all ends here."""
        request = Request(scope)
        if rule.right is Right.START:
            await run_in_threadpool(access.may_start_by, self.settings, request)
        elif rule.right is Right.CONTROL or (rule.right is Right.OWNER and not self.settings.training):
            await run_in_threadpool(access.may_control, self.settings, request)


class Follower:
    """A stream of a run, which may have to give way."""

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task is not None  # a request is one
        self.task, self.goes, self.address = task, False, ""

    def give_up(self) -> None:
        """End it; whoever has just come is still in its own hands."""
        self.goes = True
        if asyncio.current_task() is not self.task:
            self.task.cancel()


class Outgoing:
    """What goes out: with our headers, in pieces; the turn at the gate ends with its first word, when all is worked out."""

    def __init__(self, send: Send, unread: bool, headers: Callable[[str, str], list[tuple[bytes, bytes]]]) -> None:
        self._send, self._headers = send, headers
        self.unread = unread  # a body that nobody has read ends the connection: the server would read it to its end
        self.begun = self.said = False
        self.strangers = False  # whether what came was made for Gradio by somebody else than the page, perhaps
        self.turn: Turn | None = None

    def end_turn(self) -> None:
        """Let the next one draw."""
        if self.turn is not None:
            self.turn.end()

    async def send(self, message: Message) -> None:
        """As ASGI's `send`."""
        if message["type"] == "http.response.start":
            self.begun = True
            self.end_turn()
            if message["status"] == 500 and self.strangers:
                await self._say_mistake()
                return
            await self._send({**message, "headers": self._told(message)})
            return
        if self.said:
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        if len(body) <= PIECE:
            await self._send(message)
            return
        whole = memoryview(body)  # a copy of a piece would be held for as long as its reader takes
        for start in range(0, len(body), PIECE):
            await self._send({**message, "body": whole[start : start + PIECE], "more_body": more or start + PIECE < len(body)})

    async def _say_mistake(self) -> None:
        """Gradio stumbles, with 500, over what an event brings that its function does not take."""
        self.said = True
        text = json.dumps({"error": "The request does not fit this function; /gradio_api/info says what it takes."}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(text)).encode())]
        await self._send({"type": "http.response.start", "status": 400, "headers": self._told({"headers": headers})})
        await self._send({"type": "http.response.body", "body": text})

    def _told(self, message: Message) -> list[tuple[bytes, bytes]]:
        """The application's headers and ours; who may read from other sites is not the application's to say: nobody may."""
        came = [(name.lower(), value) for name, value in message.get("headers", [])]
        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in came}
        ours = self._headers(said.get("content-type", ""), said.get(SCRIPTS, ""))
        ours += [(b"connection", b"close")] if self.unread else []
        names = {SCRIPTS.encode(), *(name for name, _ in ours)}
        return [*((name, value) for name, value in came if name not in names and not name.startswith(b"access-control-")), *ours]


def below(root: str, scope: Scope) -> Scope:
    """The request as if the page stood at the root, where a proxy leads here from below it: some take the prefix off, some leave it.

    Args:
        root: such as "/demo"; "" for none. Starlette's own `root_path` expects that it is there, and a mounted application finds nothing without.
    """
    path = scope["path"]
    own = path[len(root) :] if root and (path == root or path.startswith(f"{root}/")) else path
    return {**scope, "path": own, "raw_path": own.encode(), "root_path": ""}


async def read_body(rule: Rule, headers: Headers, receive: Receive, take: Callable[[int], None], pace: Pace) -> bytes:
    """All of a body. Raises Ended when it is too large or too slow, Full when too much is being sent by all together."""
    said = headers.get("content-length", "")
    declared = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
    if declared is not None and declared > READ_AWAY:
        raise _too_large(rule)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                async with asyncio.timeout(PART_SECONDS):
                    message = await receive()
                if message["type"] == "http.disconnect":
                    raise Ended(400, "The request was broken off.")
                part = message.get("body", b"")
                size += len(part)
                if size <= rule.limit:
                    take(len(part))
                    parts.append(part)
                elif declared is None:
                    raise _too_large(rule)
                if not message.get("more_body"):
                    break
                if size > PIECE:
                    await pace.keep(len(part))
    except TimeoutError as error:
        raise Ended(408, f"The request came too slowly; expected all of it in {BODY_SECONDS:.0f} s. Try a better connection.") from error
    if size > rule.limit:  # read to its end, so that its sender reads the answer
        raise _too_large(rule)
    return b"".join(parts)


async def _has_left(receive: Receive) -> bool:
    """Whether whoever has waited at the gate is gone; nothing but that can come when the body has been read."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            return bool((await receive())["type"] == "http.disconnect")
    return False


async def _beats() -> AsyncGenerator[bytes]:
    """Tells a page of Gradio's that the server lives."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        yield BEAT


def _too_large(rule: Rule) -> Ended:
    limit = f"{rule.limit / MB:.3g} MB" if rule.limit >= MB else f"{rule.limit // 1024} KB"
    return Ended(413, f"The request is over {limit}. Send fewer frames or a smaller picture.")


def _again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """The body in one piece; after it whatever else comes, such as that the asker has left."""
    left = [body]

    async def read() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return read


def _answer(what: object, status: int, headers: dict[str, str]) -> Response:
    if status in (200, 204):
        return Response(status_code=status, headers=headers)
    return JSONResponse({"error": str(what)}, status_code=status, headers={"Cache-Control": "no-store", **headers})


def loads(body: bytes) -> object:
    """JSON of strangers. Raises Ended."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(body, parse_int=lambda digits: int(digits) if len(digits) < 20 else float(digits))
    raise Ended(400, "The request is not JSON; expected an object as the page sends it.")
