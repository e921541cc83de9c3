"""Pages of other sites against the real app, in Chromium: what they can read, start, stop and send, and what becomes of the own page beside them."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import Server
from gradio_client import Client
from playwright.sync_api import Browser, Page

from gan_core import runs

from .conftest import Visit, chromium_program, digit

# What a page of another site may try. Each returns what it could read or have done, and throws or says the status where it could not.
_READ = """async ([server, path]) => {
  try {
    const answer = await fetch(server + path, {credentials: "include"});
    return {status: answer.status, text: (await answer.text()).slice(0, 200)};
  } catch (error) { return {refused: String(error)}; }
}"""
_SEND = """async ([server, path, body, type, mode]) => {
  try {
    const answer = await fetch(server + path, {method: "POST", body, mode, credentials: "include", headers: {"Content-Type": type}});
    return {status: answer.status, type: answer.type};
  } catch (error) { return {refused: String(error)}; }
}"""
_IMAGE = """async ([server, path]) => new Promise((done) => {
  const image = new Image();
  image.onload = () => done("loaded");
  image.onerror = () => done("refused");
  image.src = server + path;
})"""
_SCRIPT = """async ([server, path]) => new Promise((done) => {
  const script = document.createElement("script");
  script.onload = () => done("loaded");
  script.onerror = () => done("refused");
  script.src = server + path;
  document.head.append(script);
})"""
_FRAME = """async ([server, path]) => {
  const frame = document.createElement("iframe");
  frame.src = server + path;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; setTimeout(done, 8000); });
  return frame.contentWindow.length;
}"""


class _Elsewhere(http.server.BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        page = b"<!doctype html><title>elsewhere</title>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[int]:
    """The port of another site on this machine."""
    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site.server_address[1]
    site.shutdown()


@pytest.fixture(scope="module")
def world(chromium: Browser) -> Iterator[Browser]:
    """A Chromium for which evil.test is this machine."""
    rules = "--host-resolver-rules=MAP evil.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    browser = chromium.browser_type.launch(executable_path=chromium_program(), args=["--no-sandbox", rules])
    yield browser
    browser.close()


@pytest.fixture(
    params=["http://evil.test:{elsewhere}/", "http://localhost:{elsewhere}/", "http://127.0.0.1:{elsewhere}/"],
    ids=["name", "alias", "port"],
)
def stranger(request: pytest.FixtureRequest, world: Browser, elsewhere: int) -> Iterator[Page]:
    """A page of another site: another name, another name of this machine, another port."""
    context = world.new_context()
    page = context.new_page()
    page.goto(request.param.format(elsewhere=elsewhere))
    yield page
    context.close()


def test_it_reads_nothing(stranger: Page, server: Server) -> None:
    for path in ("/gan/runs.json", "/gan/models.json", "/gan/access.json", "/config", "/gradio_api/info", "/", "/gan/testset.json"):
        assert "refused" in stranger.evaluate(_READ, [server.url, path]), path
    for path in ("/gan/testset/digits/3.png", "/gan/runs/any/contact-sheet.png"):
        assert stranger.evaluate(_IMAGE, [server.url, path]) == "refused", path
    assert stranger.evaluate(_SCRIPT, [server.url, "/gan/static/i18n/i18n.js"]) == "refused"


def test_it_starts_stops_and_sends_nothing(stranger: Page, server: Server) -> None:
    before = sorted(run.id for run in runs.list_runs(server.runs))
    start = json.dumps({"data": ["", "dense", "live", "digits"], "fn_index": 0, "session_hash": "abc"})
    tries = [
        ("/gan/lab", '{"failure": "d_too_strong"}'), ("/gan/estimate", "{}"), ("/gan/testset/fetch-mnist", ""), ("/gan/picture", "x"),
        ("/gan/draw", "{}"), ("/gan/export", "{}"), ("/gan/runs/any/control", '{"do": "stop"}'), ("/gan/runs/any/branch", '{"step": 0}'),
        ("/gradio_api/queue/join", start), ("/gradio_api/run/predict", start), ("/gradio_api/call/generate", start), ("/gradio_api/upload", "x"),
    ]  # fmt: skip
    answers: list[tuple[str, int]] = []
    stranger.on("response", lambda answer: answers.append((urlsplit(answer.url).path, answer.status)))
    for path, body in tries:
        for kind, mode in (("text/plain", "no-cors"), ("text/plain", "cors"), ("application/json", "cors")):
            told = stranger.evaluate(_SEND, [server.url, path, body, kind, mode])
            assert "refused" in told or told["type"] == "opaque", (path, told)
    assert [one for one in answers if one[1] < 400 and one[1] != 204] == []
    assert sorted(run.id for run in runs.list_runs(server.runs)) == before


def test_it_cannot_show_the_page_in_a_frame(stranger: Page, server: Server) -> None:
    refused: list[str] = []
    stranger.on("console", lambda message: refused.append(message.text))
    for path in ("/", "/?control=secret", "/gan/runs.json"):
        stranger.evaluate(_FRAME, [server.url, path])
    assert sum("frame" in text.lower() for text in refused) >= 2, refused


def test_a_name_that_is_bound_again_gets_nothing(world: Browser, server: Server) -> None:
    """DNS rebinding: the page's own name leads to this server, so for the browser it is one site."""
    page = world.new_page()
    answer = page.goto(f"http://evil.test:{urlsplit(server.url).port}/")
    assert answer is not None and answer.status == 403 and "evil.test" in answer.text() and "not called" in answer.text()
    told = page.evaluate(_READ, ["", "/gan/runs.json"])
    assert told["status"] == 403
    told = page.evaluate(_SEND, ["", "/gan/lab", '{"failure": "d_too_strong"}', "application/json", "cors"])
    assert told["status"] == 403
    page.context.close()


def test_the_own_page_works_under_every_name_of_this_machine(world: Browser, server: Server) -> None:
    for host in ("127.0.0.1", "localhost"):
        page = world.new_page()
        complaints: list[str] = []
        page.on("console", lambda message, complaints=complaints: complaints.append(message.text))
        answer = page.goto(f"http://{host}:{urlsplit(server.url).port}/")
        digit(page).wait_for()
        assert answer is not None and "frame-ancestors 'self'" in answer.headers["content-security-policy"]
        told = page.evaluate(_SEND, ["", "/gan/draw", json.dumps({"model": "dense-mnist", "z": [[0.0] * 64]}), "application/json", "cors"])
        assert told["status"] == 200
        assert [text for text in complaints if "Content Security Policy" in text] == []
        page.context.close()


def test_the_policy_of_the_page_holds_everywhere_in_it(visit: Visit) -> None:
    page = visit()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for tab in ("Learn", "Interpolate", "Train", "Autoencode", "Explore"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(1500)
    assert [text for text in complaints if "Content Security Policy" in text or "violates" in text] == []


def test_programs_are_no_browsers(server: Server, tmp_path: Path) -> None:
    answer = Client(server.url, verbose=False, download_files=tmp_path).predict("dense-mnist", 2, 1, api_name="/generate")
    assert len(answer["images"]) == 2
