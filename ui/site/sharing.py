"""What a shared link shows, in both builds: title, description, picture, icons and the manifest of an installed page.

The pictures lie in `ui/static/shell/icons/`; `python tools/sharing.py` draws them.
"""

from __future__ import annotations

import functools
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

TITLE = "GAN in your hands"
WORDS = "Small neural networks that learned to write digits. They run in your browser: take hold of one."
SHELL = "gan/static/shell"
MANIFEST = f"{SHELL}/manifest.webmanifest"
PICTURE = f"{SHELL}/icons/share.png"
PICTURE_SIZE = (1200, 630)  # what the large cards of chats and social networks show uncut
THEME = {"light": "#faf9f6", "dark": "#14161b"}  # the page's own ground, for the browser's bar around it
# What another framework says of its own page, or of a page that it knows nothing about.
_FOREIGN = re.compile(
    rb"""<meta\b[^>]*\b(?:property|name)=["'](?:og:|twitter:|description|theme-color)[^>]*>"""
    rb"""|<link\b[^>]*\brel=["'](?:manifest|icon|apple-touch-icon|shortcut icon)["'][^>]*>|<title>[^<]*</title>"""
)


def tags(base: str = "", title: str = TITLE) -> str:
    """The elements for a page's head.

    Args:
        base: the page's own address with a slash at its end, where it is known. Chats want the picture's whole address;
            without it they get one relative to the page, which some of them follow.
    """
    named = {"description": WORDS, "twitter:card": "summary_large_image"}
    shown = {
        "og:type": "website",
        "og:site_name": TITLE,
        "og:title": title,
        "og:description": WORDS,
        "og:image": base + PICTURE,
        "og:image:width": str(PICTURE_SIZE[0]),
        "og:image:height": str(PICTURE_SIZE[1]),
        "og:image:alt": "Handwritten digits, drawn by a neural network, that bend from one into the next",
    }
    if base:
        shown["og:url"] = base
    parts = [f"<title>{html.escape(title)}</title>"]
    parts += [f'<meta name="{name}" content="{html.escape(value)}">' for name, value in named.items()]
    parts += [f'<meta property="{name}" content="{html.escape(value)}">' for name, value in shown.items()]
    parts += [f'<meta name="theme-color" media="(prefers-color-scheme: {name})" content="{colour}">' for name, colour in THEME.items()]
    parts += [
        f'<link rel="icon" type="image/svg+xml" href="{_icon()}">',
        f'<link rel="apple-touch-icon" href="{SHELL}/icons/icon-180.png">',
        f'<link rel="manifest" href="{MANIFEST}">',
    ]
    return "".join(parts)


@functools.cache
def _icon() -> str:
    """The icon as an address that needs no request: Chromium asks for it anew whenever the page writes its own address, so at every rest of a hand."""
    source = (Path(__file__).parents[1] / "static" / "shell" / "icons" / "icon.svg").read_text(encoding="utf-8")
    return "data:image/svg+xml," + quote(re.sub(r"\s+", " ", re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)).strip(), safe=" :/='()")


def take_out(page: bytes) -> bytes:
    """The page without what another framework says in these places."""
    head, end, body = page.partition(b"</head>")
    return _FOREIGN.sub(b"", head) + end + body


def manifest(data: bytes, title: str) -> bytes:
    """The manifest with another title than ours."""
    if title == TITLE:
        return data
    return (json.dumps({**json.loads(data), "name": title}, ensure_ascii=False, indent=2) + "\n").encode()
