"""Behind a real nginx: below a path that it takes off or leaves in place, and inside of another page."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import serving
from playwright.sync_api import Browser, expect

NGINX = shutil.which("nginx")
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ }}
http {{
  access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d;
  scgi_temp_path {folder}/e;
  server {{
    listen 127.0.0.1:{port};
    location /taken/off/ {{ proxy_pass {app}/; proxy_set_header X-Forwarded-For $remote_addr; }}
    location /left {{ proxy_pass {app}; proxy_set_header Host $http_host; }}
    location = /frame.html {{ default_type text/html; return 200 '<iframe src="/left/?v=1&s=11" width=1200 height=700></iframe>'; }}
  }}
}}
"""
pytestmark = pytest.mark.skipif(NGINX is None, reason="needs nginx: apt install nginx-light")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an nginx before a page that was told of /left."""
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    url = f"http://127.0.0.1:{port}"
    with serving(tmp_path_factory.mktemp("server"), GRADIO_ROOT_PATH="/left", GAN_PUBLIC_URL=f"{url}/left") as server:
        config = Path(folder, "nginx.conf")
        config.write_text(CONFIG.format(folder=folder, port=port, app=server.url))
        nginx = subprocess.Popen([str(NGINX), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            with socket.socket() as look:
                if look.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield url
        nginx.terminate()
        nginx.wait(10)


@pytest.mark.parametrize("place", ["/taken/off/?v=1&s=11", pytest.param("/left/?v=1&s=11", marks=pytest.mark.slow), "/frame.html"])
def test_the_page_works_below_a_path_and_in_a_frame(chromium: Browser, proxy: str, place: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 404 and "favicon" not in answer.url else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(proxy + place)
    inside = page.frames[1] if "frame" in place else page.main_frame
    expect(inside.locator("#gan-boot")).to_have_count(0)
    expect(inside.get_by_role("textbox", name="Seed", exact=True)).to_have_value("11")  # a deep link
    expect(inside.get_by_role("figure").get_by_role("img").first).to_have_accessible_name(re.compile("A digit drawn by"))
    fetched = inside.evaluate("""() => {
        const fetched = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
        return fetched.filter((path) => /kernel\\.wasm$|worker\\.js$|models\\.json$/.test(path));
    }""")
    prefix = "/left/gan/" if "taken" not in place else "/taken/off/gan/"
    assert {path.rpartition("/")[2] for path in fetched} >= {"kernel.wasm", "models.json"}
    assert all(path.startswith(prefix) for path in fetched)
    inside.get_by_role("tab", name="Train", exact=True).click()
    expect(inside.get_by_role("combobox", name="Run", exact=True)).to_be_visible()
    if "taken" in place:
        expect(inside.locator(".gan-training").get_by_text(re.compile("This page came through a proxy or a share link"))).to_be_visible()
    else:
        expect(inside.locator(".gan-train-form").first).to_be_visible()  # Gradio's own part of the page
    assert refused == []
    page.close()


def test_events_come_through_at_once_and_the_prefix_alone_leads_to_the_page(proxy: str) -> None:
    for prefix in ("/taken/off", "/left"):
        with urllib.request.urlopen(f"{proxy}{prefix}/gan/runs/d_too_strong/events", timeout=20) as events:
            assert events.headers["content-type"].startswith("text/event-stream")
            assert events.readline().startswith(b"id: ") and events.readline().startswith(b"data: {")
        with urllib.request.urlopen(f"{proxy}{prefix}", timeout=20) as page:
            assert page.url.endswith(f"{prefix}/") and b"gan-boot" in page.read()
