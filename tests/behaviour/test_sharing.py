"""What a shared link and an installed page show, in both builds: all of it ours, said once, and every picture where it is said to be."""

from __future__ import annotations

import io
import json
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import pytest
from conftest import Server, make_checkpoint
from PIL import Image

from gan_core.__main__ import main
from gan_core.errors import ConfigError
from ui.server.boot import _address
from ui.site import build, sharing

Fetch = Callable[[str], bytes]


class Head(HTMLParser):
    """The title, and the contents and addresses that a page's head gives, by name."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: dict[str, list[str]] = {}
        self.titles: list[str] = []
        self._in_title = False
        self.feed(page.partition("</head>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._in_title = tag == "title"
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            self.said.setdefault(name, []).append(given.get("content") or "")
        if tag == "link" and given.get("rel") in ("icon", "manifest", "apple-touch-icon"):
            self.said.setdefault(str(given["rel"]), []).append(given.get("href") or "")

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.titles.append(data)
            self._in_title = False


def check(page: str, address: str, title: str, fetch: Fetch) -> None:
    """One of each, ours, and every address leads to what it promises."""
    head = Head(page)
    assert head.titles == [title]
    for name in ("description", "og:title", "og:description", "og:image", "og:url", "og:type", "twitter:card", "icon", "manifest"):
        assert len(head.said[name]) == 1, (name, head.said.get(name))
    assert len(head.said["theme-color"]) == 2 and head.said["og:title"] == [title] and head.said["og:url"] == [address]
    assert "gradio" not in json.dumps({name: said for name, said in head.said.items() if name.startswith(("og:", "twitter:"))}).lower()
    (picture,) = head.said["og:image"]
    assert picture.startswith(address)
    size = tuple(int(head.said[f"og:image:{side}"][0]) for side in ("width", "height"))
    assert Image.open(io.BytesIO(fetch(picture))).size == size == sharing.PICTURE_SIZE
    assert head.said["icon"][0].startswith("data:image/svg+xml,"), "no request, as often as the page writes its address"
    with urllib.request.urlopen(head.said["icon"][0]) as icon:
        assert icon.read().startswith(b"<svg ")
    assert Image.open(io.BytesIO(fetch(urljoin(address, head.said["apple-touch-icon"][0])))).size == (180, 180)
    place = urljoin(address, head.said["manifest"][0])
    manifest = json.loads(fetch(place))
    assert manifest["name"] == title and urljoin(place, manifest["start_url"]) == urljoin(place, manifest["scope"]) == address
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        data = fetch(urljoin(place, icon["src"]))
        if icon["sizes"] != "any":
            assert "x".join(map(str, Image.open(io.BytesIO(data)).size)) == icon["sizes"]


def test_the_app(server: Server) -> None:
    def fetch(url: str) -> bytes:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return bytes(answer.read())

    for query in ("", "?tab=train"):
        check(fetch(f"{server.url}/{query}").decode(), f"{server.url}/", sharing.TITLE, fetch)


def test_the_app_tells_the_kinds_of_its_files(server: Server) -> None:
    for name, kind in (
        ("icons/icon.svg", "image/svg+xml"),
        ("icons/share.png", "image/png"),
        ("manifest.webmanifest", "application/manifest+json"),
    ):
        with urllib.request.urlopen(f"{server.url}/{sharing.SHELL}/{name}", timeout=60) as answer:
            assert answer.headers["content-type"] == kind


def test_the_static_build(tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "checkpoints" / "tiny")
    out, address = tmp_path / "site", "https://example.org/deep/er/"
    title = "Ink & <digits>"
    build.build(out, tmp_path / "checkpoints", title=title, url=address.rstrip("/"))

    def fetch(url: str) -> bytes:
        assert url.startswith(address)
        return (out / url.removeprefix(address)).read_bytes()

    check((out / "index.html").read_text(), address, title, fetch)


def test_without_its_address_the_static_build_points_beside_itself(tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "checkpoints" / "tiny")
    assert main(["site", str(tmp_path / "site"), "--checkpoints", str(tmp_path / "checkpoints"), "--recordings", str(tmp_path)]) == 0
    head = Head((tmp_path / "site" / "index.html").read_text())
    assert head.said["og:image"] == [sharing.PICTURE] and "og:url" not in head.said


@pytest.mark.parametrize("url", ["example.org", "javascript:alert(1)", 'https://a/"onload=', "https://a/?x=1", "https://"])
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    make_checkpoint(tmp_path / "checkpoints" / "tiny")
    with pytest.raises(ConfigError, match="--url"):
        build.build(tmp_path / "site", tmp_path / "checkpoints", url=url)


def test_the_address_of_the_page_behind_a_proxy() -> None:
    def seen(*headers: tuple[bytes, bytes], **scope: str) -> str:
        return _address({"headers": list(headers), "scheme": "http", **scope})

    assert seen((b"host", b"127.0.0.1:7860")) == "http://127.0.0.1:7860/"
    assert seen((b"host", b"10.0.0.1"), (b"x-forwarded-host", b"a.hf.space, b"), (b"x-forwarded-proto", b"https")) == "https://a.hf.space/"
    assert seen((b"host", b"example.org"), root_path="/gan") == "http://example.org/gan/"
    assert seen((b"host", b'"><script>')) == seen() == seen((b"host", b"a"), (b"x-forwarded-proto", b"javascript")) == ""
