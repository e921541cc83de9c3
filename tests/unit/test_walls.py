"""The table of routes, which page may have what asked, and the bounds for everybody: pure functions and a tiny application behind the walls."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from gan_core.errors import ConfigError
from ui import page
from ui.server import discreet, logs, patience, routes, table
from ui.server.gate import Full, Gate, Line, OpenBytes, Pace
from ui.server.sites import Sites, hashes_of, names_of
from ui.server.table import Frame, Right, Rule, Site
from ui.server.walls import Outgoing, Walls, below
from ui.settings import Settings, as_shared
from ui.train import access


def routes_of(found: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """Method and path of every route of an application, those of routers and applications inside it included."""
    for route in found:
        inner = getattr(route, "original_router", None) or getattr(route, "app", None)
        if getattr(route, "methods", None):
            yield from ((method, before + route.path) for method in route.methods if method != "HEAD")
        elif hasattr(inner, "routes"):
            yield from routes_of(inner.routes, before + (getattr(route, "path", "") or ""))


@pytest.fixture(scope="module")
def everything() -> set[tuple[str, str]]:
    from gradio.routes import App
    from starlette.routing import Mount

    settings = Settings()
    app = App.create_app(page.build(settings), app_kwargs={"routes": [Mount("/gan", app=routes.application(settings))]})
    return {(method, path.rstrip("/") or "/") for method, path in routes_of(app.routes)}


# ---- the table


def test_every_route_of_the_application_is_in_the_table(everything: set[tuple[str, str]]) -> None:
    assert len(everything) > 70  # the walk has found Gradio's, too
    known = {(rule.method, rule.path) for rule in table.TABLE}
    assert sorted(everything - known) == []


def test_the_table_names_no_route_of_ours_that_is_not_there(everything: set[tuple[str, str]]) -> None:
    assert sorted({(rule.method, rule.path) for rule in table.OURS} - everything) == []


def test_what_changes_or_computes_is_for_its_own_page_and_bounded() -> None:
    for rule in table.TABLE:
        if rule.method != "GET" and not rule.closed:
            assert rule.site is Site.ACTS and 0 < rule.limit <= (32 if rule.right is Right.CONTROL else 8) * table.MB, rule
            assert 0 < rule.values <= 260_000 or rule.path in ("/gan/picture", "/gan/models", "/gan/own", "/gan/own/{id}/part"), rule
        if rule.frame is not Frame.NEVER:
            assert rule.path == "/"
    for path in ("/gan/lab", "/gan/estimate", "/gan/own", "/gan/own/1", "/gan/own/1/part"):
        assert (found := table.find("POST", path)) and found.right is Right.START
    assert (fetch := table.find("POST", "/gan/testset/fetch-mnist")) and fetch.right is Right.CONTROL


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/gan/runs/dense-1/steps.mp4", "/gan/runs/{id}/steps.mp4"),
        ("HEAD", "/gan/models.json", "/gan/models.json"),
        ("POST", "/gradio_api/queue/join/", "/gradio_api/queue/join"),
        ("GET", "/gan/static/a/b/c.js", "/gan/static/{path:path}"),
        ("GET", "/gradio_api/file=/etc/passwd", "/gradio_api/file={path_or_url:path}"),
        ("GET", "/gan/static\n", None),
        ("GET", "/gan/runs/a/b/events", None),
        ("DELETE", "/gan/models.json", None),
        ("GET", "/gan", None),
    ],
)
def test_a_request_finds_its_rule(method: str, path: str, expected: str | None) -> None:
    found = table.find(method, path)
    assert (found and found.path) == expected


# ---- which page asks

ACTS = Rule("POST", "/gan/draw", site=Site.ACTS, limit=10)
READS = Rule("GET", "/gan/runs.json")


@pytest.mark.parametrize("host", ["localhost", "localhost:7860", "127.0.0.1:1", "[::1]:7860", "LOCALHOST"])
def test_names_of_this_machine(host: str) -> None:
    assert not Sites().wrong_host(host)


@pytest.mark.parametrize(
    "host", ["", "evil.test", "evil.test:7860", "127.0.0.1.evil.test", "localhost.evil.test", "a@localhost", "[::1", "localhost/x"]
)
def test_other_names_are_refused_where_only_this_machine_can_ask(host: str) -> None:
    assert Sites().wrong_host(host)


def test_names_that_were_given_and_servers_for_others() -> None:
    assert names_of(["https://Example.org/gan", "me.hf.space"]) == {"example.org", "me.hf.space"}
    given = Sites(names={"example.org"})
    assert not given.wrong_host("example.org") and not given.wrong_host("example.org:443") and given.wrong_host("evil.test")
    assert not Sites(loopback=False).wrong_host("any.thing:7860")


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"origin": "http://127.0.0.1:7860"}, False),
        ({"origin": "http://127.0.0.1:7860", "sec-fetch-site": "same-origin"}, False),
        ({"origin": "http://127.0.0.1:8000"}, True),
        ({"origin": "http://localhost:7860"}, True),
        ({"origin": "http://evil.test"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
        ({"origin": "ftp://127.0.0.1:7860"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://127.0.0.1:7860"}, True),
        ({"origin": "https://example.org", "x-forwarded-host": "example.org"}, False),
        ({"origin": "https://gan.example.org"}, False),
        ({"origin": "http://evil.test", "x-forwarded-host": "example.org"}, True),
    ],
)
def test_only_the_own_page_has_something_done(headers: dict[str, str], refused: bool) -> None:
    sites = Sites(names={"gan.example.org"})
    assert bool(sites.wrong_site(ACTS, "POST", {"host": "127.0.0.1:7860", **headers})) is refused


def test_a_port_that_need_not_be_said() -> None:
    assert not Sites().wrong_site(ACTS, "POST", {"host": "a.org", "origin": "https://a.org:443"})
    assert not Sites().wrong_site(ACTS, "POST", {"host": "a.org:80", "origin": "http://a.org"})
    assert Sites().wrong_site(ACTS, "POST", {"host": "a.org:80", "origin": "https://a.org"})


def test_what_is_read_may_be_linked_to_but_not_fetched_from_elsewhere() -> None:
    link = {"host": "a", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert not Sites().wrong_site(READS, "GET", link)
    assert Sites().wrong_site(Rule("GET", "/x", gated=True), "GET", link)
    for dest, mode in (("empty", "cors"), ("image", "no-cors"), ("iframe", "navigate")):
        assert Sites().wrong_site(READS, "GET", {**link, "sec-fetch-mode": mode, "sec-fetch-dest": dest})
        assert not Sites().wrong_site(Rule("GET", "/", site=Site.OPEN), "GET", {**link, "sec-fetch-mode": mode, "sec-fetch-dest": dest})


def test_frames_where_asked_for_and_never_with_the_token() -> None:
    sites, first = Sites(frames=("https://huggingface.co",)), table.find("GET", "/")
    policy = dict(sites.headers(first, "tab=train", "text/html"))[b"content-security-policy"]
    assert policy.endswith(b"frame-ancestors 'self' https://huggingface.co")
    assert dict(sites.headers(first, "x=1&control=secret", "text/html"))[b"x-frame-options"] == b"DENY"
    assert dict(sites.headers(READS, "", "application/json"))[b"content-security-policy"] == b"frame-ancestors 'none'"


def test_only_the_scripts_that_stand_in_the_page_may_run_in_it() -> None:
    page = b'<script type="module" src="a.js"></script><script>one()</script><p>x</p><script data-x>two()\n</script><script>one()</script>'
    scripts = hashes_of(page)
    assert scripts.count("'sha256-") == 2 and "'sha256-" + base64.b64encode(hashlib.sha256(b"two()\n").digest()).decode() in scripts
    policy = dict(Sites().headers(table.find("GET", "/"), "", "text/html", scripts))[b"content-security-policy"].decode()
    assert scripts in policy and "script-src 'self'" in policy and "'unsafe-inline'" not in policy.split("style-src")[0]


# ---- who may name paths, and what is told of them


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("'/home/me/My Data/x.npz' is unknown", "'x.npz' is unknown"),
        ("not found in /home/me/.keras/datasets, /srv/data/", "not found in datasets, data"),
        ("~/secret/a.png is broken", "a.png is broken"),
        ("see https://example.org/a/b and docs/formats.md, 3 / 4", "see https://example.org/a/b and docs/formats.md, 3 / 4"),
        ('"C:\\Users\\me\\x.npz" is damaged', '"x.npz" is damaged'),
    ],
)
def test_of_a_path_only_its_last_part_is_told(text: str, told: str) -> None:
    assert discreet.without_folders(text) == told


def test_a_data_set_of_ones_own_is_named_by_its_last_part() -> None:
    config = {"model": {}, "train": {"dataset": "/home/me/faces/", "seed": 1}}
    assert discreet.config_for_all(config) == {"model": {}, "train": {"dataset": "faces", "seed": 1}}
    assert discreet.config_for_all({"train": {"dataset": "mnist"}})["train"]["dataset"] == "mnist"


@pytest.mark.parametrize(
    ("control", "key", "client", "headers", "may"),
    [
        ("anyone", "", "127.0.0.1", {}, True),
        ("anyone", "", "::1", {}, True),
        ("anyone", "", "192.168.1.7", {}, False),
        ("anyone", "", "127.0.0.1", {"x-forwarded-for": "8.8.8.8"}, False),
        ("anyone", "", None, {}, False),
        ("token", "x" * 20, "192.168.1.7", {}, True),
        ("token", "", "127.0.0.1", {}, False),
        ("nobody", "x" * 20, "127.0.0.1", {}, False),
    ],
)
def test_paths_are_for_the_token_or_for_this_machine(
    control: str, key: str, client: str | None, headers: dict[str, str], may: bool
) -> None:
    scope = {
        "type": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": client and (client, 5),
    }
    settings = Settings(Path("a"), Path("b"), control=control, token="x" * 20)
    assert access.may_name_paths(settings, key, Request(scope)) is may


# ---- bounds


def test_a_gate_lets_two_in_keeps_some_waiting_and_sends_the_others_away() -> None:
    async def crowd() -> None:
        gate = Gate(at_once=2, waiting=1, patience=5)
        one, _ = await gate.enter(), await gate.enter()
        third = asyncio.create_task(gate.enter())
        await asyncio.sleep(0)
        with pytest.raises(Full, match="1 others wait"):
            await gate.enter()
        assert not third.done() and not gate.is_free
        one.end()
        one.end()  # a second time lets nobody else in
        (await third).end()
        assert gate.is_free
        again = await gate.enter()
        assert not gate.is_free
        again.end()
        impatient = Gate(at_once=1, patience=0.01)
        await impatient.enter()
        with pytest.raises(Full, match="others"):
            await impatient.enter()
        assert impatient.waiting == 0

    asyncio.run(crowd())


def test_who_sends_thousands_waits_for_himself_and_streams_wait_for_streams() -> None:
    begun: list[str] = []

    async def ask(line: Line, address: str, long: bool = False) -> None:
        await line.turn(address, long)
        begun.append(address)

    async def crowd() -> None:
        line = Line(quick=3, long=1)
        flood = [asyncio.create_task(ask(line, "flood")) for _ in range(300)]
        streams = [asyncio.create_task(ask(line, "stream", True)) for _ in range(300)]
        await asyncio.sleep(0)
        assert begun == ["flood"] * 3 + ["stream"]  # the first round; all others wait
        for name in ("visitor", "other"):
            await ask(line, name)
        assert 3 < begun.index("visitor") < begun.index("other") < 12  # one of the flood's before each, and the streams' share
        leaver = asyncio.create_task(ask(line, "leaver"))
        await asyncio.sleep(0)
        leaver.cancel()
        await asyncio.gather(*flood, *streams)
        assert begun.count("flood") == begun.count("stream") == 300 and "leaver" not in begun
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        before = len(begun)
        await asyncio.gather(ask(line, "a"), ask(line, "b", True))
        assert len(begun) == before + 2 and not any(line.lanes)

    asyncio.run(crowd())


def test_who_has_gone_takes_no_turn_from_others() -> None:
    begun: list[str] = []

    async def ask(line: Line, address: str, gone: bool = False) -> None:
        await line.turn(address, gone=lambda: gone)
        begun.append(address)

    async def crowd() -> None:
        line = Line(quick=1, long=1)
        asked = [ask(line, "first"), *(ask(line, f"gone {number}", gone=True) for number in range(50)), ask(line, "visitor")]
        tasks = [asyncio.create_task(one) for one in asked]
        for _ in range(4):
            await asyncio.sleep(0)
        assert len(begun) == 52, "one round for all who have gone and the next who has not"
        await asyncio.gather(*tasks)

    asyncio.run(crowd())


def test_of_too_many_connections_the_newest_of_who_has_most_is_ended() -> None:
    class Connection:
        ended = False

        def give_up(self) -> None:
            self.ended = True

    def come(address: str) -> Connection:
        connection = Connection()
        crowd.enter(connection, address)
        return connection

    crowd = patience.Crowd(5)
    visitor, flood = come("visitor"), [come("flood") for _ in range(4)]
    late = come("late")
    assert [one.ended for one in (visitor, late, *flood)] == [False, False, False, False, False, True]
    assert come("flood").ended and not any(one.ended for one in (visitor, late, *flood[:3]))
    crowd.leave(flood[3])  # told again by its own end: it counts once
    crowd.leave(visitor)
    assert crowd.n == 4 and not come("visitor").ended


def test_open_bytes_are_bounded_and_given_back() -> None:
    held = OpenBytes(10)
    with held.account() as one, held.account() as other:
        one.take(6)
        with pytest.raises(Full):
            other.take(5)
        other.take(4)
    assert held.held == 0


def test_all_together_are_read_at_a_pace() -> None:
    async def senders() -> list[float]:
        loop, waits = asyncio.get_running_loop(), []
        pace = Pace(rate=1000, burst=500)
        with pytest.MonkeyPatch.context() as patch:

            async def sleep(seconds: float) -> None:
                waits.append(seconds)

            patch.setattr(asyncio, "sleep", sleep)
            patch.setattr(loop, "time", lambda: 100.0)
            for _ in range(4):
                await pace.keep(250)
        return waits

    assert asyncio.run(senders()) == pytest.approx([0.25, 0.5])


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, Walls]]:
    """An application behind walls, whose routes have a place in the table."""
    rules = [
        Rule("POST", "/echo", site=Site.ACTS, limit=100, gated=True),
        Rule("POST", "/control", Right.CONTROL, Site.ACTS, 100),
        Rule("POST", "/values", site=Site.ACTS, limit=10_000, values=100),
        Rule("POST", "/models", Right.CONTROL, Site.ACTS, 20 * table.MB),
        Rule("GET", "/large"), Rule("GET", "/broken"), Rule("GET", "/shut", closed="Nobody needs it."),
    ]  # fmt: skip
    monkeypatch.setattr(table, "_patterns", lambda: [(table._pattern(rule.path), rule) for rule in rules])

    async def echo(request: Request) -> Response:
        return Response(await request.body(), headers={"Access-Control-Allow-Origin": "*"})

    async def large(request: Request) -> Response:
        return Response(b"x" * 200_000)

    async def broken(request: Request) -> Response:
        raise KeyError("/home/somebody")

    made = Starlette(routes=[Route("/echo", echo, methods=["POST"]), Route("/control", echo, methods=["POST"]), Route("/large", large),
                             Route("/models", echo, methods=["POST"]),
                             Route("/broken", broken), Route("/shut", large), Route("/unknown", large)])  # fmt: skip
    settings = Settings(tmp_path, tmp_path, control="token", token="x" * 20)
    walls = Walls(made, settings, Sites())
    yield TestClient(walls, base_url="http://127.0.0.1:7860"), walls
    assert walls.open.held == 0 and walls.gate.is_free and walls.gate.waiting == 0


def test_what_comes_through_and_what_does_not(behind: tuple[TestClient, Walls]) -> None:
    client, _ = behind
    answer = client.post("/echo", content=b"hello", headers={"Origin": "http://127.0.0.1:7860"})
    assert answer.content == b"hello" and "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    for status, answer in (
        (413, client.post("/echo", content=b"x" * 101)),
        (413, client.post("/echo", content=iter([b"x" * 60, b"x" * 60]))),
        (413, client.post("/values", content=b"[" + b"[]," * 60 + b"0]")),
        (403, client.post("/echo", content=b"x", headers={"Origin": "http://evil.test"})),
        (403, client.post("/control", content=b"x")),
        (403, client.get("/large", headers={"Host": "evil.test"})),
        (404, client.get("/unknown")),
        (404, client.get("/shut")),
        (405, client.put("/echo", content=b"x")),
    ):
        assert answer.status_code == status and len(answer.json()["error"]) > 20, answer.request
        assert "access-control-allow-origin" not in answer.headers
    assert client.post("/control", content=b"x", headers={"x-gan-control": "x" * 20}).content == b"x"


def test_a_body_that_nobody_reads_ends_the_connection(behind: tuple[TestClient, Walls]) -> None:
    client, _ = behind
    assert client.post("/echo", content=b"hello").headers.get("connection") != "close"
    assert client.post("/unknown", content=b"x").headers["connection"] == "close"
    assert client.post("/echo", content=b"x", headers={"Content-Length": str(10**10)}).headers["connection"] == "close"
    assert client.request("GET", "/large", content=b"x").headers["connection"] == "close"


def test_a_large_body_is_read_from_those_alone_who_may_send_it(behind: tuple[TestClient, Walls]) -> None:
    client, _ = behind
    read: list[int] = []

    def parts() -> Iterator[bytes]:
        for part in range(3):
            read.append(part)
            yield b"x" * 1000

    async def ask() -> list[Any]:
        sent: list[Any] = []

        async def receive() -> Any:
            raise AssertionError("a stranger's body was read")

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-length", b"20000000")]
        scope = {"type": "http", "method": "POST", "path": "/models", "query_string": b"", "headers": headers, "client": ("1.2.3.4", 5)}
        await behind[1](scope, receive, send)
        return sent

    sent = asyncio.run(ask())
    assert sent[0]["status"] == 403 and (b"connection", b"close") in sent[0]["headers"]
    assert client.post("/models", content=parts(), headers={"x-gan-control": "x" * 20}).content == b"x" * 3000 and read == [0, 1, 2]


def test_asking_what_is_possible_allows_nobody_anything(behind: tuple[TestClient, Walls]) -> None:
    client, _ = behind
    asked = {"Origin": "http://evil.test", "Access-Control-Request-Method": "POST", "Access-Control-Request-Private-Network": "true"}
    answer = client.options("/echo", headers=asked)
    assert (answer.status_code, answer.headers["allow"]) == (204, "OPTIONS, POST")
    assert not [name for name in answer.headers if name.startswith("access-control")]
    head = client.head("/large")
    assert head.status_code == 200 and head.headers["content-length"] == "200000"


def test_a_failure_is_a_sentence_and_one_line_of_the_log(behind: tuple[TestClient, Walls], caplog: pytest.LogCaptureFixture) -> None:
    client, _ = behind
    answer = client.get("/broken?name=secret")
    assert answer.status_code == 500 and "/home" not in answer.text
    assert [record.message for record in caplog.records if record.name.endswith("walls")] == ["GET /broken failed."]


def test_who_has_left_the_line_is_not_drawn_for(behind: tuple[TestClient, Walls]) -> None:
    _, walls = behind
    reached: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def ask(leaves: bool) -> None:
        coming = [{"type": "http.request", "body": b"x", "more_body": False}, *([{"type": "http.disconnect"}] * leaves)]

        async def receive() -> Any:
            return coming.pop(0) if coming else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            pass

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/echo",
            "query_string": b"",
            "headers": [(b"host", b"localhost"), (b"content-length", b"1")],
        }
        await walls({**scope, "client": ("1.2.3.4", 5)}, receive, send)

    walls.app = app
    asyncio.run(ask(leaves=True))
    assert reached == []
    asyncio.run(ask(leaves=False))
    assert reached == ["/echo"]


def test_where_all_places_are_taken_the_newest_stream_of_who_has_most_gives_way(tmp_path: Path) -> None:
    """Nine streams of a flood, then a viewer's: he follows, one of theirs is ended, and what they open more is refused."""
    sent: list[tuple[str, dict[str, Any]]] = []

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.Event().wait()

    async def crowd(walls: Walls) -> None:
        def come(name: str, address: str) -> asyncio.Task[None]:
            async def send(message: Any) -> None:
                sent.append((name, message))

            scope = {
                "type": "http",
                "method": "GET",
                "path": "/gan/runs/a/events",
                "root_path": "",
                "query_string": b"",
                "headers": [(b"host", b"localhost")],
            }
            return asyncio.create_task(walls({**scope, "client": (address, 5)}, asyncio.Event().wait, send))  # type: ignore[arg-type]

        tasks = [come(f"flood {i}", "1.1.1.1") for i in range(9)]
        await asyncio.sleep(0.05)
        tasks += [come("viewer", "2.2.2.2")]
        await asyncio.sleep(0.05)
        late = come("late", "1.1.1.1")
        await late
        assert [(name, message.get("status")) for name, message in sent if message["type"].endswith("start")] == [
            *((f"flood {i}", 200) for i in range(9)), ("viewer", 200), ("late", 503)]  # fmt: skip
        assert [name for name, message in sent if message["type"].endswith("body") and name != "late"] == ["flood 8"]
        assert walls.followers.n == 9 and walls.streams == 9
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert walls.followers.n == walls.streams == 0

    async def begin() -> None:
        walls = Walls(endless, Settings(tmp_path, tmp_path), Sites(), ours=Mount("/gan", app=endless))
        walls.followers.most = 9
        await crowd(walls)

    asyncio.run(begin())


def test_a_large_answer_goes_out_in_pieces() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def answer() -> None:
        outgoing = Outgoing(send, False, lambda *told: [])
        await outgoing.send({"type": "http.response.start", "status": 200, "headers": []})
        await outgoing.send({"type": "http.response.body", "body": b"x" * 150_000})

    asyncio.run(answer())
    assert [len(message["body"]) for message in sent[1:]] == [65536, 65536, 18928]
    assert [message["more_body"] for message in sent[1:]] == [True, True, False]


def test_the_log_is_bounded_and_holds_no_token() -> None:
    import io

    real = io.StringIO()
    log = logs.Bounded(real, "secret-token")
    for _ in range(5000):
        print("a line with the secret-token in it", file=log)
    assert "secret" not in real.getvalue() and "[token]" in real.getvalue()
    assert len(real.getvalue()) < logs.BURST + 5000
    quiet = patience.Seldom(most=3)
    assert [quiet.filter(None) for _ in range(5)] == [True, True, True, False, False]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/demo/gan/x", "/gan/x"), ("/demo/", "/"), ("/demo", ""), ("/gan/x", "/gan/x"), ("/", "/"), ("/demolition/x", "/demolition/x")],
)
def test_a_prefix_may_be_there_or_taken_off(path: str, expected: str) -> None:
    found = below("/demo", {"path": path, "raw_path": path.encode(), "root_path": "/demo"})
    assert (found["path"], found["raw_path"], found["root_path"]) == (expected, expected.encode(), "")
    assert below("", {"path": path})["path"] == path


@pytest.mark.parametrize("said", ["/demo", "demo", "/demo/", "https://example.org/demo"])
def test_a_root_path_is_written_one_way(said: str) -> None:
    assert Settings(root_path=said).root_path == "/demo"
    assert Settings(root_path="https://example.org").root_path == Settings(root_path="/").root_path == ""
    for wrong in ("/a b", "/..", "/a//b", "/<b>"):
        with pytest.raises(ConfigError, match="--root-path"):
            Settings(root_path=wrong)


def test_through_a_tunnel_control_needs_a_token_unless_the_owner_has_said_something_else() -> None:
    shared = as_shared(Settings(only_local=True))
    assert shared.control == "token" and len(shared.token) >= 16
    for said in (Settings(), Settings(control="nobody", only_local=True), Settings(control="token", token="x" * 20, only_local=True)):
        assert as_shared(said) == said
