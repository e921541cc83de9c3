"""The page's own modules as one module, for a place that takes a single file and has no server to ask for the others: a notebook's widget.

Every file stays what it is. Only the addresses by which files name each other change: where the bundle is loaded each file gets an address in the
browser's memory (`blob:`), those that name others after these, and nothing is asked of any host. Workers find their modules the same way.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from pathlib import Path

from gan_core.errors import ConfigError
from ui.site import slim

STATIC = Path(__file__).parents[1] / "static"
TYPES = {".js": "text/javascript", ".wasm": "application/wasm"}
# `from "./other.js"`, `import("./other.js")`, `new URL("other.wasm", import.meta.url)`: all ways in which a module names a file (architecture.test.js)
_NAMED = re.compile(
    r"""(?P<before>\bfrom\s*|\bimport\s*\(?\s*)"(?P<module>\.[^"]+)\"|new URL\(["`](?P<beside>[\w./-]+)[^,]*, import\.meta\.url\)"""
)
_ROOM = "gan:"  # before the name of a file, until it has its address
_STYLE = 'new URL("data:text/css,")'  # whoever asks for a style has it already: see `style`
_LOADER = """/** One module of many, made by ui/site/bundle.py: [name, type, text or base64], each after those that it names. */
const FILES = %s;
/** Modules of its own for each call, so that two widgets share no state: the address of the last, and what ends all of them. */
const unpack = () => {
  const made = new Map();
  for (const [name, type, text] of FILES) {
    const code = () => text.replace(/"gan:([^"]+)"/g, (_, other) => JSON.stringify(made.get(other)));
    const whole = type === "text/javascript" ? code() : Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    made.set(name, URL.createObjectURL(new Blob([whole], { type })));
  }
  return { address: made.get(FILES[FILES.length - 1][0]), close: () => made.forEach((address) => URL.revokeObjectURL(address)) };
};
"""


def loader(entry: str) -> str:
    """JavaScript that defines `unpack()`: `{address, close}`, where `address` is that of the module `entry` of ui/static/.

    Raises: ConfigError where files name each other in a circle or in a way that is not understood, OSError where one is missing.
    """
    resources: dict[str, list[str]] = {}
    _visit(entry, (), resources)
    listed = [[name, *about] for name, about in resources.items()]
    return _LOADER % json.dumps(listed, ensure_ascii=False, separators=(",", ":"))


def style(*names: str) -> str:
    """Style sheets of ui/static/ as one that asks for no file: what lies beside them is in it. It holds in a shadow tree, too. Raises OSError."""
    return "".join(_without_paper(_with_files(name)).replace(":root", ":root, :host") for name in names)


def _visit(name: str, way: tuple[str, ...], resources: dict[str, list[str]]) -> None:
    """Adds `name` to what was found, after all that it names."""
    if name in way:
        raise ConfigError(f"files of ui/static/ name each other in a circle: {' -> '.join((*way[way.index(name) :], name))}.")
    if name in resources:
        return
    path = STATIC / name
    if path.suffix != ".js":
        resources[name] = [TYPES[path.suffix], base64.b64encode(path.read_bytes()).decode()]
        return
    text = slim.module(path.read_text(encoding="utf-8"))

    def addressed(match: re.Match[str]) -> str:
        other = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["module"] or match["beside"]))
        if other.endswith(".css"):
            return _STYLE
        _visit(other, (*way, name), resources)
        return f'{match["before"]}"{_ROOM}{other}"' if match["module"] else f'new URL("{_ROOM}{other}")'

    text = _NAMED.sub(addressed, text)
    if "import.meta" in text:
        raise ConfigError(f"{name} names a file beside it in a way that ui/site/bundle.py does not know; write its name out.")
    resources[name] = [TYPES[".js"], text]


def _without_paper(text: str) -> str:
    """A sheet without its rules for print, which are about a whole page; here the page is somebody else's."""
    while (begins := text.find("@media print")) >= 0:
        ends, open_braces = text.index("{", begins) + 1, 1
        while open_braces:
            open_braces += {"{": 1, "}": -1}.get(text[ends], 0)
            ends += 1
        text = text[:begins] + text[ends:]
    return text


def _with_files(name: str) -> str:
    def inside(match: re.Match[str]) -> str:
        data = base64.b64encode((STATIC / posixpath.dirname(name) / match[1]).read_bytes()).decode()
        return f'url("data:font/woff2;base64,{data}")'

    return re.sub(r'url\("([\w.-]+\.woff2)"\)', inside, slim.style((STATIC / name).read_text(encoding="utf-8")))
