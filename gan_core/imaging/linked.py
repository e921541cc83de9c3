"""Pictures and films that lead back to the view that made them: the link stands in the file, and the page opens it when the file is dropped on it.

The same places as ui/static/share/linkedpicture.js; docs/formats.md, section 6. Sources: W3C's PNG specification, section 11.3.3; GIF89a, section 24;
ISO/IEC 14496-12, section 8.1.2; WebP container specification, unknown chunks.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from urllib.parse import quote, urlencode

KEY = b"gan-link"
PAGE = "http://127.0.0.1:7860/"  # where the app opens; whose page a link names does not matter to the page that a file is dropped on
MOST_STEPS, MOST_KEYS = 120, 100  # frames and key points of a path in the page
_HEADER = 33  # bytes of a PNG up to where its IHDR ends
_BLOCK = 255  # bytes of one block of a GIF's comment


def link(view: Mapping[str, str | int | float], page: str = PAGE) -> str:
    """The address of a view, parameters as in docs/formats.md, section 6; ASCII."""
    return f"{page}?{urlencode({'v': 1, **view}, quote_via=quote, safe='~.')}"


def link_of_samples(model: str, seed: int, psi: float = 1.0, digit: int | None = None, step: int | None = None) -> str:
    """The link of Explore with the digit and the grid of a seed; `step` is that of an earlier generator."""
    view: dict[str, str | int | float] = {"tab": "explore", "m": model, "s": seed, "g": seed, "psi": psi}
    view |= {name: value for name, value in (("d", digit), ("e", step)) if value is not None}
    return link(view)


def link_of_walk(
    model: str,
    seeds: list[int],
    digits: list[int] | None,
    steps: int,
    fps: int,
    psi: float = 1.0,
    *,
    spherical: bool = True,
    closed: bool = False,
) -> str:
    """The link of Interpolate with a path through the pictures of `seeds`; of more frames and key points than the page has, as many as it has."""
    keys = [f"s{seed}" for seed in seeds]
    if digits:
        keys = [f"{key}~{digit}" for key, digit in zip(keys, digits, strict=True)]
    way: dict[str, str | int | float] = {
        "p": ".".join(keys[:MOST_KEYS]),
        "pc": int(closed),
        "ps": int(spherical),
        "pn": min(steps, MOST_STEPS),
        "pf": min(fps, 60),
    }
    return link({"tab": "interpolate", "m": model, "psi": psi, **way})


def with_link(data: bytes, address: str) -> bytes:
    """A PNG, GIF, WebP or MP4 with `address` in it, which viewers pass over; other bytes as they are."""
    said = address.encode("ascii")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        body = b"tEXt" + KEY + b"\0" + said
        return data[:_HEADER] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + data[_HEADER:]
    if data.startswith(b"GIF89a"):
        text = KEY + b" " + said
        blocks = b"".join(bytes([len(text[at : at + _BLOCK])]) + text[at : at + _BLOCK] for at in range(0, len(text), _BLOCK))
        return data[:-1] + b"\x21\xfe" + blocks + b"\0" + data[-1:]  # the last byte ends the file
    if data[4:8] == b"ftyp":
        box = b"free" + KEY + b" " + said
        return data + struct.pack(">I", len(box) + 4) + box
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        chunk = b"GANL" + struct.pack("<I", len(said)) + said + b"\0" * (len(said) % 2)
        return data[:4] + struct.pack("<I", len(data) + len(chunk) - 8) + data[8:] + chunk
    return data
