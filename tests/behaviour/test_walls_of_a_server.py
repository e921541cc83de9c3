"""The walls around the real web process: what Gradio is asked, what is left there, connections that take their time, and paths."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import uvicorn
from conftest import Server
from gradio.state_holder import StateHolder
from gradio_client import Client

from ui import page
from ui.server import api, events, patience
from ui.server.events import Events
from ui.server.gate import Full
from ui.server.walls import Ended
from ui.settings import Settings


def ask(server: Server, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, dict[str, str]]:
    request = urllib.request.Request(
        server.url + path, body, {name.replace("_", "-"): value for name, value in headers.items()}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace"), dict(error.headers)


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/gradio_api/upload", b"x", 404),
        ("POST", "/gradio_api/component_server", b"{}", 404),
        ("GET", "/gradio_api/file=/etc/passwd", None, 404),
        ("GET", "/gradio_api/proxy=http://127.0.0.1:1/", None, 404),
        ("GET", "/monitoring/summary", None, 404),
        ("GET", "/no/such/place", None, 404),
        ("DELETE", "/gan/runs.json", None, 405),
        ("POST", "/gradio_api/queue/join", b"{", 400),
        ("POST", "/gradio_api/queue/join", b"[]", 400),
        ("POST", "/gradio_api/queue/join", b'{"data": []}', 400),
        ("POST", "/gradio_api/queue/join", b'{"data": [], "session_hash": "\\u0000"}', 400),
        ("POST", "/gradio_api/queue/join", b'{"data": [], "session_hash": "a", "fn_index": 999}', 404),
        ("POST", "/gradio_api/queue/join", b'{"data": [' + b"[]," * 60_000 + b'1], "session_hash": "a"}', 413),
        ("POST", "/gradio_api/run/nothing", b'{"data": []}', 404),
        ("POST", "/gradio_api/call/nothing", b'{"data": []}', 404),
        ("POST", "/gradio_api/call/v2/nothing", b"{}", 404),
        ("POST", "/gradio_api/cancel", b'{"session_hash": 5}', 400),
        ("POST", "/gradio_api/call/v2/generate", b"{}", 400),
        ("POST", "/gradio_api/call/generate", b"[" * 50_000, 400),
        ("POST", "/gradio_api/call/generate", b"x" * 2_000_000, 413),
        ("POST", "/gan/draw", b"x" * 600_000, 413),
    ],
)
def test_nonsense_is_a_sentence(server: Server, method: str, path: str, body: bytes | None, status: int) -> None:
    came, text, headers = ask(server, method, path, body, Content_Type="application/json")
    assert came == status and len(json.loads(text)["error"]) > 20, text[:200]
    assert headers["x-content-type-options"] == "nosniff"


def test_other_sites_are_refused_at_every_door_that_does_something(server: Server) -> None:
    for path in (
        "/gan/lab",
        "/gan/picture",
        "/gan/export",
        "/gan/draw",
        "/gan/estimate",
        "/gan/testset/fetch-mnist",
        "/gradio_api/queue/join",
    ):
        for headers in ({"Origin": "http://evil.test"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}, {"Host": "evil.test"}):
            status, text, told = ask(server, "POST", path, b"{}", **headers)
            assert status == 403 and len(json.loads(text)["error"]) > 20, (path, headers)
            assert "access-control-allow-origin" not in {name.lower() for name in told}
    status, _, told = ask(server, "GET", "/gan/runs.json", Origin="http://evil.test")
    assert status == 200 and not [name for name in told if name.lower().startswith("access-control")]


def test_programs_still_reach_the_endpoints(server: Server) -> None:
    client = Client(server.url, verbose=False)
    assert len(client.predict("dense-mnist", 3, api_name="/generate")["images"]) == 3
    assert ask(server, "HEAD", "/")[0] == 200
    body = json.dumps({"data": ["dense-mnist", 1, 1, 1.0, None, None]}).encode()
    status, text, _ = ask(server, "POST", "/gradio_api/call/generate", body, Content_Type="application/json")
    assert status == 200 and "images" in ask(server, "GET", f"/gradio_api/call/generate/{json.loads(text)['event_id']}")[1]


def test_gradio_looks_for_no_file_in_what_an_endpoint_returns() -> None:
    made, answer = page.build(Settings()).queue(), api.Endpoints(Settings()).generate("cgan-mnist", 2)
    function = next(fn for fn in made.fns.values() if fn.api_name == "generate")
    assert asyncio.run(made.postprocess_data(function, answer, None))[0] is answer, "what is walked through is a copy"
    assert np.shape(answer["images"]) == (2, 28, 28) and answer["labels"] == [0, 1]


def test_a_page_is_told_at_once_that_the_server_lives(server: Server) -> None:
    with urllib.request.urlopen(f"{server.url}/gradio_api/heartbeat/abc", timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream") and answer.readline() == b"data: ALIVE\n"


def test_a_path_of_this_machine_is_refused_alike_whether_it_is_there(server: Server) -> None:
    form = {"family": "dense", "preset": "live", "amount": 10, "unit": "steps"}
    told = []
    for dataset in (str(server.runs), "/no/such/folder"):
        body = json.dumps({**form, "dataset": dataset}).encode()
        status, text, _ = ask(server, "POST", "/gan/estimate", body, X_Forwarded_For="8.8.8.8", X_Gan_Control="a-visitor")
        assert status in (400, 403)
        told.append((status, json.loads(text)["error"].replace(dataset, "").replace(dataset.split("/")[-1], "")))
    assert told[0] == told[1]


# ---- what waits in Gradio's queue


def blocks(waiting: int = 0, unread: int = 0, page_waits: int = 0) -> Any:
    """As much of Gradio's as `Events` looks at."""
    message = SimpleNamespace(output={"data": [{"images": []}]})
    sessions = {f"s{i}": SimpleNamespace(_queue=[message]) for i in range(unread)}
    lines = {events.ENDPOINTS: SimpleNamespace(queue=[0] * waiting)}

    class Queue(SimpleNamespace):
        def __len__(self) -> int:
            return waiting + page_waits

    queue = Queue(event_queue_per_concurrency_id=lines, pending_messages_per_session=sessions, event_ids_to_events={},
                  pending_event_ids_session={name: {f"e{name}"} for name in sessions},
                  sleep_when_free=0.001, progress_update_sleep_when_free=0.01)  # fmt: skip
    known = {
        1: SimpleNamespace(fn=print, api_name="generate", concurrency_id=events.ENDPOINTS),
        2: SimpleNamespace(fn=print, api_name="start", concurrency_id="training"),
        3: SimpleNamespace(fn=None, api_name="script", concurrency_id="x"),
    }
    return SimpleNamespace(fns=known, _queue=queue, state_holder=StateHolder())


SETTINGS = Settings(control="token", token="x" * 20)
JOIN = "/gradio_api/queue/join"


def join(number: int, key: str = "") -> bytes:
    return json.dumps({"data": [key], "fn_index": number, "session_hash": "s"}).encode()


def test_the_line_is_short_and_the_lecturer_gets_in() -> None:
    Events(blocks(), SETTINGS).check(JOIN, join(1))
    for full in (blocks(waiting=events.MOST_WAITING), blocks(unread=events.MOST_UNREAD)):
        with pytest.raises(Full):
            Events(full, SETTINGS).check(JOIN, join(1))
        Events(full, SETTINGS).check(JOIN, join(2))
    crowded = Events(blocks(page_waits=events.MOST_LINE), SETTINGS)
    with pytest.raises(Full):
        crowded.check(JOIN, join(2))
    crowded.check(JOIN, join(2, "x" * 20))
    with pytest.raises(Ended):
        crowded.check(JOIN, join(3))


def test_results_that_nobody_fetches_are_thrown_away() -> None:
    made = blocks(unread=3)
    queue = made._queue
    queue.event_ids_to_events["es1"] = "still being worked on"
    clearing = Events(made, SETTINGS)
    clearing.expire(0.0)
    clearing.expire(events.UNREAD_SECONDS - 1)
    assert len(queue.pending_messages_per_session) == 3
    clearing.expire(events.UNREAD_SECONDS)
    assert list(queue.pending_messages_per_session) == list(queue.pending_event_ids_session) == ["s1"]
    assert clearing._unread() == 1


def test_what_gradio_keeps_of_a_session_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    made = page.build(Settings()).queue()
    holder = StateHolder()
    holder.set_blocks(made)
    for name in ("idle", "busy", "just used"):
        assert holder[name] is holder.session_data[name]
    for name in ("idle", "busy"):
        holder.time_last_used[name] -= datetime.timedelta(seconds=events.UNREAD_SECONDS)
    made._queue.pending_event_ids_session["busy"] = {"e"}
    made._queue.event_ids_to_events["e"] = "still being worked on"
    made._queue.pending_messages_per_session["busy"] = SimpleNamespace(_queue=[])
    Events(made, SETTINGS).expire(0.0)
    assert list(holder.session_data) == list(holder.time_last_used) == ["busy", "just used"]


def test_gradios_queue_is_what_the_walls_take_it_for() -> None:
    """The parts of Gradio's queue that `Events` reads and clears; another version may have others."""
    made = page.build(Settings()).queue()
    queue = made._queue
    assert 0 < queue.sleep_when_free <= 0.05 and 0 < queue.progress_update_sleep_when_free <= 0.1, "seconds, as Gradio has them itself"
    for name in ("pending_messages_per_session", "pending_event_ids_session", "event_ids_to_events", "event_queue_per_concurrency_id"):
        assert isinstance(getattr(queue, name), dict)
    assert len(queue) == 0 and Events(made, SETTINGS)._unread() == 0
    assert {fn.concurrency_id for fn in made.fns.values() if fn.api_name == "generate"} == {events.ENDPOINTS}


def test_a_queue_in_which_nobody_waits_wakes_the_server_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    made = page.build(Settings()).queue()
    Events(made, SETTINGS)
    slept, real = list[float](), asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await real(0)

    async def rest() -> None:
        tasks = [asyncio.create_task(made._queue.start_processing()), asyncio.create_task(made._queue.start_progress_updates())]
        with monkeypatch.context() as watched:
            watched.setattr(asyncio, "sleep", sleep)
            while len(slept) < 20:
                await real(0)
            made._queue.stopped = True
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(asyncio.wait_for(rest(), 60))
    assert min(slept) >= events.FREE_SECONDS, "a thousand times a second by itself"


# ---- connections that take their time


LEFT = threading.Event()  # set when whoever asked for /stream is known to be gone


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server that waits half a second for a head and for a reader."""
    LEFT.clear()
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.5)
    monkeypatch.setattr(patience, "STALL_SECONDS", 0.5)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            while scope["path"] == "/stream" and not LEFT.is_set():
                if (await receive())["type"] == "http.disconnect":
                    LEFT.set()
            for _ in range(1000 if scope["path"] == "/large" else 1):
                await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
            await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(app, port=0, log_level="critical", lifespan="off")
    config.load()
    patience.harden(config)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listening])), daemon=True)
    thread.start()
    yield listening.getsockname()[1]
    server.should_exit = True
    thread.join(20)
    listening.close()


def ended(connection: socket.socket) -> bool:
    """Whether the server closes it, within ten seconds."""
    connection.settimeout(10)
    with contextlib.suppress(ConnectionError):
        while connection.recv(65536):
            pass
    return True


@pytest.mark.parametrize(("at_once", "least", "most"), [(128, 1, 10), (10, 10, 25)])
def test_who_has_come_is_let_in_with_many_others_and_not_with_all(
    at_once: int, least: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "COME_IN", at_once)
    monkeypatch.setattr(uvicorn.config, "LOOP_FACTORIES", dict(uvicorn.config.LOOP_FACTORIES))
    patience.let_many_in()
    inside: list[asyncio.Protocol] = []

    class Guest(asyncio.Protocol):
        def connection_made(self, _transport: asyncio.BaseTransport) -> None:
            inside.append(self)

    async def rounds_until_all_are_in(guests: int) -> int:
        server = await asyncio.get_running_loop().create_server(Guest, "127.0.0.1", 0, backlog=guests)
        with contextlib.ExitStack() as stack:
            for _ in range(guests):
                stack.enter_context(socket.create_connection(server.sockets[0].getsockname()))
            for number in range(guests):
                if len(inside) == guests:
                    return number
                await asyncio.sleep(0)
        return guests

    with asyncio.Runner(loop_factory=uvicorn.Config(None).get_loop_factory()) as runner:  # type: ignore[arg-type]
        assert least <= runner.run(rounds_until_all_are_in(100)) < most


def test_half_a_head_and_silence_are_cut_off(patient: int) -> None:
    for first in (b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-A: b", b"GET /small HTTP/1.1\r\nHost: a\r\n\r\nGET / HT"):
        with socket.create_connection(("127.0.0.1", patient)) as connection:
            connection.sendall(first)
            assert ended(connection)


def test_a_head_that_does_not_end_is_cut_off_before_its_time(patient: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "HEAD_SECONDS", 600)
    for first in (b"", b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", patient)) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(first + b"GET / HTTP/1.1\r\nHost: a\r\nX-A: " + b"b" * 4 * patience.MOST_HEAD)
            assert ended(connection)


def test_who_does_not_read_is_cut_off(patient: int) -> None:
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", patient))
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(2)
        connection.settimeout(10)
        came = 0
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65536):
                came += len(part)
        assert came < 1000 * 65536


def test_of_many_that_do_not_read_the_one_that_waits_longest_is_cut_off(patient: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "MOST_STALLED", 2)
    monkeypatch.setattr(patience, "STALL_SECONDS", 600)
    with contextlib.ExitStack() as stack:
        connections = []
        for _ in range(3):
            connection = stack.enter_context(socket.socket())
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", patient))
            connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
            time.sleep(0.5)
            connections.append(connection)

        def came(connection: socket.socket) -> int:
            connection.settimeout(10)
            n = 0
            with contextlib.suppress(ConnectionError):
                while n < 1000 * 65536 and (part := connection.recv(65536)):
                    n += len(part)
            return n

        assert came(connections[0]) < 1000 * 65536
        assert came(connections[2]) >= 1000 * 65536 and came(connections[1]) >= 1000 * 65536


@pytest.mark.parametrize("behind", [0, 2])
def test_who_leaves_is_heard_of_whatever_was_asked_behind(patient: int, behind: int) -> None:
    """uvicorn tells the last request of a connection alone; a stream in front of it would go on for ever, for nobody."""
    with socket.create_connection(("127.0.0.1", patient)) as connection:
        connection.sendall(b"".join(b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in [b"stream", *behind * [b"small"]]))
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert LEFT.wait(10)


@pytest.mark.parametrize("answered", [1, 2])
def test_who_leaves_is_heard_of_behind_what_was_answered(patient: int, answered: int) -> None:
    with socket.create_connection(("127.0.0.1", patient)) as connection:
        paths = [*answered * [b"small"], b"stream", b"small"]
        connection.sendall(b"".join(b"GET /%s HTTP/1.1\r\nHost: a\r\n\r\n" % path for path in paths))
        connection.settimeout(10)
        came = b""
        while came.count(b"HTTP/1.1 200") <= answered:
            came += connection.recv(65536)
    assert LEFT.wait(10)


def test_a_head_in_time_is_answered(patient: int) -> None:
    with socket.create_connection(("127.0.0.1", patient)) as connection:
        connection.sendall(b"GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        connection.settimeout(10)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


def test_a_few_requests_behind_one_another_are_answered_and_of_a_thousand_hardly_one(patient: int) -> None:
    one, last = b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n", b"GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    def answers(requests: bytes) -> int:
        with socket.create_connection(("127.0.0.1", patient)) as connection:
            connection.settimeout(10)
            came = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(requests)
                while part := connection.recv(65536):
                    came += part
            return came.count(b"HTTP/1.1 200")

    assert answers(3 * one + last) == 4
    assert answers(1000 * one) <= patience.MOST_PIPELINED
