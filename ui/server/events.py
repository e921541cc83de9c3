"""Gradio's events from outside: what may come in, how many may wait, and results that nobody fetches.

Gradio keeps the result of an event until somebody reads it, for up to 2,000 sessions. Here it is 40 s, and the endpoints' results, which
are large, are few. What is used of Gradio's queue is inside it: requirements.txt keeps to one version, tests/behaviour/test_walls_of_a_server.py to its behaviour.
"""

from __future__ import annotations

import asyncio
import datetime
import logging
import re
import time

import gradio as gr
from gradio.block_function import BlockFunction

from ui.server.gate import Full
from ui.server.walls import Ended, loads
from ui.settings import Settings
from ui.train import access

ENDPOINTS = "api"  # the group of the named endpoints in Gradio's queue
MOST_WAITING = 16  # of the endpoints' events
MOST_UNREAD = 32  # results of the endpoints that nobody has fetched yet, at most 3 MB each
MOST_LINE = 40  # events of the page that wait; beyond these only those of whoever has control get in
UNREAD_SECONDS = 40.0  # with the next look and the next trim less than a minute
LOOK_SECONDS = 5.0
# between two looks of Gradio's queue whether something waits, and whether something is to be told of what runs; its own 1 and 10 ms take a tenth
# of a core for as long as the page is up
FREE_SECONDS, TOLD_SECONDS = 0.02, 0.1
_FIELDS = ("data", "session_hash", "event_id", "event_data", "fn_index", "trigger_id", "simple_format", "batched", "oauth_token")
_SESSION = re.compile(r"[0-9A-Za-z_-]{1,64}")
_NAMED = re.compile(r"/gradio_api/(run|api|call|call/v2)/([^/]+)/?")


class Events:
    """Looks at what comes for `blocks`, and clears away what was left there."""

    def __init__(self, blocks: gr.Blocks, settings: Settings) -> None:
        self.blocks, self.settings = blocks, settings
        queue = blocks._queue
        queue.sleep_when_free = max(FREE_SECONDS, queue.sleep_when_free)
        queue.progress_update_sleep_when_free = max(TOLD_SECONDS, queue.progress_update_sleep_when_free)
        self._finished: dict[str, float] = {}  # when a session was first seen with nothing but results in it

    # ---- what comes

    def check(self, path: str, body: bytes) -> None:
        """Raises Ended for what Gradio would stumble over, Full where there is no room."""
        came = loads(body)
        named = _NAMED.fullmatch(path)
        if not isinstance(came, dict):
            raise Ended(400, "The request is no object; expected {'data': [...]}, as the page's API view shows.")
        if named and named[1] == "call/v2":
            self._admit(self._called(named[2]), came)
            return
        _check_fields(came)
        if path.rstrip("/").endswith(("/cancel", "/reset")):
            return
        if not isinstance(came.get("data"), list) or came.get("batched"):
            raise Ended(400, "The request has no list 'data'; expected {'data': [...]}, as the page's API view shows.")
        if not named and "session_hash" not in came:
            raise Ended(400, "The request has no 'session_hash'; expected a random word that the results are fetched with.")
        number = came.get("fn_index")
        self._admit(self._numbered(number) if isinstance(number, int) else self._called(named[2] if named else ""), came)

    def _numbered(self, number: int) -> BlockFunction:
        function = self.blocks.fns.get(number)
        if function is None or not callable(function.fn):
            raise Ended(404, f"There is no function {number!r} here; expected one of the page's.")
        return function

    def _called(self, name: str) -> BlockFunction:
        function = next((fn for fn in self.blocks.fns.values() if fn.api_name == name and callable(fn.fn)), None)
        if function is None:
            raise Ended(404, f"There is no endpoint {name[:40]!r} here; /gradio_api/info lists them.")
        return function

    def _admit(self, function: BlockFunction, came: dict[str, object]) -> None:
        """Raises Full where the line is long. The key of whoever has control opens the last places: nobody keeps the lecturer from stopping."""
        if function.concurrency_id == ENDPOINTS:
            if self._waiting(ENDPOINTS) >= MOST_WAITING:
                raise Full(f"{MOST_WAITING} requests wait here already. Try again in a few seconds.", 5)
            if self._unread() >= MOST_UNREAD:
                raise Full(
                    f"{MOST_UNREAD} results wait to be fetched. They are thrown away after {UNREAD_SECONDS:.0f} s; try again then.", 15
                )
        elif len(self.blocks._queue) - self._waiting(ENDPOINTS) >= MOST_LINE:
            data = came["data"]
            key = data[0] if isinstance(data, list) and data else ""
            if not access.has_control(self.settings, key):
                raise Full("Too many ask at once here. Try again in a few seconds.", 5)

    # ---- what is left there

    def _waiting(self, group: str) -> int:
        line = self.blocks._queue.event_queue_per_concurrency_id.get(group)
        return len(line.queue) if line else 0

    def _unread(self) -> int:
        return sum(
            _is_large(message) for messages in self.blocks._queue.pending_messages_per_session.values() for message in messages._queue
        )

    def expire(self, now: float) -> None:
        """Throw away results that have waited for long enough, and what is remembered of sessions that are gone."""
        queue = self.blocks._queue
        ids, messages = queue.pending_event_ids_session, queue.pending_messages_per_session
        done = {
            name
            for name, events in list(ids.items())
            if name not in messages or not any(event in queue.event_ids_to_events for event in events)
        }
        self._finished = {name: self._finished.get(name, now) for name in done | (set(messages) - set(ids))}
        for name, since in list(self._finished.items()):
            if now - since >= UNREAD_SECONDS:
                ids.pop(name, None)
                messages.pop(name, None)
                del self._finished[name]
        self._forget(set(ids) | set(messages))

    def _forget(self, busy: set[str]) -> None:
        """Gradio keeps the last inputs and outputs of every session, for links that this page has not: whole results, a megabyte each."""
        holder = self.blocks.state_holder
        with holder.lock:
            for name, used in list(holder.time_last_used.items()):
                if name not in busy and (datetime.datetime.now() - used).total_seconds() >= UNREAD_SECONDS:
                    holder.session_data.pop(name, None)
                    holder.time_last_used.pop(name, None)

    async def keep_clearing(self) -> None:
        """As long as the process lives."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                self.expire(time.monotonic())
            except Exception:  # the next look may go well
                logging.getLogger(__name__).exception("Results that nobody fetches could not be cleared away.")


def _check_fields(came: dict[str, object]) -> None:
    if unknown := sorted(set(came) - set(_FIELDS)):
        raise Ended(400, f"The request has a field {unknown[0][:40]!r}; expected some of {', '.join(_FIELDS)}.")
    for name in ("session_hash", "event_id"):
        value = came.get(name)
        if value is not None and not (isinstance(value, str) and _SESSION.fullmatch(value)):
            raise Ended(400, f"{name} is {str(value)[:40]!r}; expected up to 64 letters, digits, '-' and '_'.")
    for name in ("fn_index", "trigger_id"):
        value = came.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise Ended(400, f"{name} is {str(value)[:40]!r}; expected a whole number.")


def _is_large(message: object) -> bool:
    output = getattr(message, "output", None)
    data = output.get("data") if isinstance(output, dict) else None
    return isinstance(data, list) and any(isinstance(part, dict) and "images" in part for part in data)
