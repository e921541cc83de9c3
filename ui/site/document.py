"""The page of the static build: its modules and styles as they travel, and the document that a visitor's browser reads first."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from gan_core.model.checkpoints import Checkpoint
from ui.settings import STATIC
from ui.site import first_sight, shipped, slim

ELSEWHERE = "notebook/"  # modules that travel in a cell of a notebook
NOT_SERVED = (".wat", ".mjs", ".c", ".sh")
_MODULE = re.compile(r"[\w./-]+")
_STYLE = re.compile(rb'<link rel="stylesheet" href="([^"]+)">')
_SCRIPT = re.compile(rb'<script src="([^"]+)"></script>')
_BESIDE = re.compile(rb"""url\((["']?)(?!["']?(?:data:|#))""")


def files_of() -> dict[str, bytes]:
    """The plain page and every module of ui/static/, modules and styles without their comments."""
    own = {"index.html": (STATIC / "shell" / "site" / "index.html").read_bytes()}
    for path in sorted(STATIC.rglob("*")):
        name = path.relative_to(STATIC).as_posix()
        shell = path.suffix in (".html", ".md") or name in ("shell/site/sw.js", "shell/boot.js", "shell/boot.css")
        shell |= name.startswith(ELSEWHERE)
        if path.is_file() and not path.name.startswith(".") and path.suffix not in NOT_SERVED and not shell and _MODULE.fullmatch(name):
            own[f"gan/static/{name}"] = _travelling(path)
    return own


def _travelling(path: Path) -> bytes:
    """A file of ui/static/ as it goes to visitors."""
    shorter = {".js": slim.module, ".css": slim.style}.get(path.suffix)
    return shorter(path.read_text(encoding="utf-8")).encode() if shorter else path.read_bytes()


def complete(page: bytes, found: list[Checkpoint], sketch: str) -> bytes:
    """The page with the digit it opens on, and with what the browser shall fetch at once: `sketch` is the generator that draws first."""
    first = shipped.first_model(found)
    generator = first.epoch_program("generator.safetensors")
    image = first_sight.image(first_sight.Opening.read("").png(generator, first.prior(), first.model.groups, first.model.classes))
    modules = dict.fromkeys(first_sight.modules(STATIC, "shell/site/shell.js") + first_sight.modules(STATIC, "explore/explore.js"))
    addresses = ["gan/models.json", "gan/static/engine/kernel.wasm", sketch]
    # in this order: what is asked for ahead after a script has fetched it is kept for the next who asks (ui/server/boot.py)
    links = [f'<link data-later="preload" as="fetch" crossorigin="anonymous" href="{address}">' for address in addresses]
    links += [f'<link data-later="modulepreload" href="gan/static/{name}">' for name in modules]
    page = page.replace(b"<!-- FETCHED -->", "".join(links).encode())
    return page.replace(b"<!-- FIRST -->", first_sight.skeleton(STATIC, image, first.title).encode())


def _moved(style: bytes, name: bytes) -> bytes:
    """What lies beside a style's own file, as it is addressed from the page."""
    return _BESIDE.sub(lambda match: b"url(" + match[1] + name.rpartition(b"/")[0] + b"/", style)


def _inside(name: bytes, style: bytes) -> bytes:
    return b'<style data-href="' + name + b'">' + style + b"</style>"


def style_inside(name: str) -> str:
    """A style of ui/static/ as it stands in a page itself. Raises OSError."""
    path, address = STATIC / name, f"gan/static/{name}".encode()
    return _inside(address, _moved(_travelling(path), address)).decode()


def alone(page: bytes, contents: dict[str, bytes]) -> bytes:
    """The page with its styles and its classic scripts in itself, so that its first paint waits for no other file; its policy names them by their hashes.

    `useStyle` (kit/dom.js) knows the styles by `data-href` and fetches none again.
    """
    styles = {name: _moved(contents[name.decode()], name) for name in _STYLE.findall(page)}
    scripts = {name: contents[name.decode()] for name in _SCRIPT.findall(page)}
    page = _STYLE.sub(lambda link: _inside(link[1], styles[link[1]]), page)
    page = _SCRIPT.sub(lambda script: b"<script>" + scripts[script[1]] + b"</script>", page)
    return _allowed(_allowed(page, b"style-src 'self'", styles.values()), b"script-src 'self'", scripts.values())


def _allowed(page: bytes, rule: bytes, texts: Iterable[bytes]) -> bytes:
    """The page whose policy lets these texts stand in it."""
    hashes = "".join(f" 'sha256-{base64.b64encode(hashlib.sha256(text).digest()).decode()}'" for text in texts)
    return page.replace(rule, rule + hashes.encode(), 1)
