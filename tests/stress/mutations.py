"""Files that are nearly right: a good one with something changed in its bytes or in its JSON, as damage or malice would."""

from __future__ import annotations

import io
import json
import random
import warnings
import zipfile
import zlib
from typing import Any

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 3, 0.5, -0.0, 2**31, 2**53 + 1, 2**63, 10**30, -(10**30), 1e308, -1e308, 1e-320, float("nan"), float("inf"), "", " ", "a",
    "z", "\0", "a\0b", "\ud800", "é\u202e\n\x1b[2J", "x" * 300, "../../etc/passwd", "/etc/passwd", "a/../b", "generator.safetensors", "config.json",
    "Infinity", [], {}, [[]], [None], [0], [1, 1], [-1], [2**40, 2**40], [28, 28, 1], ["a"], [{}], {"a": {}}, {"op": "tanh"}, "F16", "F64", "tanh", "same",
    "__proto__", [[[[[[[[[[]]]]]]]]]], [1.5], [True], [2**24],
]  # fmt: skip
WORDS = [
    b"NaN",
    b"Infinity",
    b"[" * 50,
    b"]" * 50,
    b'{"a":' * 60,
    b"null",
    b"9" * 400,
    b"\\ud800",
    b"\xff\xfe",
    b"\0",
    b"1e999",
    b"-",
    b'"',
    b"__metadata__",
]


def odd_json(chance: random.Random, value: Any, times: int = 1) -> Any:
    """A copy of a JSON value in which some places hold something odd, or are gone, doubled, or exchanged with another."""
    copy = json.loads(json.dumps(value))
    for _ in range(times):
        holder, key = _place(chance, copy)
        if holder is None:
            copy = chance.choice(ODD)
            continue
        kind = chance.random()
        if kind < 0.55:
            holder[key] = chance.choice(ODD)
        elif kind < 0.7:
            del holder[key]
        elif kind < 0.8 and isinstance(holder[key], int | float):
            holder[key] = holder[key] * chance.choice((-1, 2, 10, 1000, 1e9)) + chance.choice((-1, 0, 1, 0.5))
        elif kind < 0.9:
            other, there = _place(chance, copy)
            holder[key] = json.loads(json.dumps(other[there] if other is not None else copy))
        elif isinstance(holder, list):
            holder.extend([holder[key]] * chance.choice((1, 2, 40)))
        else:
            holder[str(chance.choice(ODD))[:200]] = holder[key]
    return copy


def _place(chance: random.Random, value: Any) -> tuple[Any, Any]:
    """A random place in it, deep ones as likely as shallow ones; (None, None) where there is none."""
    place: tuple[Any, Any] = (None, None)
    while isinstance(value, dict | list) and value:
        key = chance.choice(list(value)) if isinstance(value, dict) else chance.randrange(len(value))
        place = (value, key)
        value = value[key]
        if chance.random() < 0.25:
            break
    return place


def dumps(value: Any) -> bytes:
    """JSON, or nearly: NaN and infinity go out as Python writes them, half a character as its escape."""
    return json.dumps(value).encode()


def odd_bytes(chance: random.Random, data: bytes, times: int = 1) -> bytes:
    """A copy of some bytes, with bits turned over, parts cut out, doubled, overwritten or exchanged for a word that readers trip over."""
    copy = bytearray(data)
    for _ in range(times):
        at, kind = chance.randrange(len(copy) + 1), chance.randrange(7)
        length = chance.choice((1, 1, 2, 4, 8, 40, 300))
        if kind == 0 and copy:
            copy[at % len(copy)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del copy[at : at + length]
        elif kind == 2:
            copy[at:at] = copy[at : at + length]
        elif kind == 3:
            copy[at : at + length] = chance.randbytes(length)
        elif kind == 4:
            copy[at : at + chance.choice((0, 1, 4))] = chance.choice(WORDS)
        elif kind == 5:
            copy[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"\x80\0\0\0"))
        else:
            del copy[at:]
    return bytes(copy)


def safetensors(header: Any, numbers: bytes) -> bytes:
    """A safetensors file of a header, in order or not, and the bytes after it."""
    text = header if isinstance(header, bytes) else dumps(header)
    return len(text).to_bytes(8, "little") + text + numbers


def parts(data: bytes) -> tuple[Any, bytes]:
    """Header and numbers of a safetensors file that is in order."""
    end = 8 + int.from_bytes(data[:8], "little")
    return json.loads(data[8:end]), data[end:]


def odd_safetensors(chance: random.Random, data: bytes) -> bytes:
    """A safetensors file, with something odd in the header, in the program in the header, or anywhere."""
    kind = chance.random()
    if kind < 0.2:
        return odd_bytes(chance, data, chance.choice((1, 2, 5)))
    header, numbers = parts(data)
    times = chance.choice((1, 1, 1, 2, 3))
    if kind < 0.45 or "program" not in header.get("__metadata__", {}):
        return safetensors(odd_json(chance, header, times), numbers)
    if kind < 0.55:
        return safetensors(odd_bytes(chance, dumps(header), times), numbers)
    program = odd_json(chance, json.loads(header["__metadata__"]["program"]), times)
    return safetensors({**header, "__metadata__": {"program": json.dumps(program)}}, numbers)


def odd_npz(chance: random.Random, data: bytes) -> bytes:
    """An .npz with something odd in its bytes, or zipped again, checksums and all, around an array that has."""
    times = chance.choice((1, 1, 2, 5))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            held = {member.filename: archive.read(member) for member in archive.infolist() if member.file_size < 1_000_000}
    except Exception:  # one that was changed before: whatever a reader of zips makes of it
        held = {}
    if not held or chance.random() < 0.3:
        return odd_bytes(chance, data, times)
    name = chance.choice(list(held))
    start, numbers = held[name][:128], held[name][128:]
    changed = odd_bytes(chance, start, times) + numbers if chance.random() < 0.7 else odd_bytes(chance, held[name], times)
    if chance.random() < 0.3 and len(start) > 10:  # with the length of its header told anew
        changed = changed[:8] + (len(start) - 10 + chance.choice((-1, 0, 1))).to_bytes(2, "little") + changed[10:]
    packed = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive,
    ):
        for member, content in {**held, name: changed}.items():
            archive.writestr(chance.choice((member, member, member, "images.npy")), content)
    return packed.getvalue()


def odd_picture(chance: random.Random, data: bytes) -> bytes:
    """A picture with something odd in its bytes; of a PNG mostly with checksums that are right again, or nothing of it would be looked at."""
    changed = odd_bytes(chance, data, chance.choice((1, 1, 2, 5)))
    if not changed.startswith(b"\x89PNG\r\n\x1a\n") or chance.random() < 0.2:
        return changed
    whole, at = bytearray(changed[:8]), 8
    while at + 12 <= len(changed):
        length = int.from_bytes(changed[at : at + 4], "big")
        body = changed[at + 4 : at + 8 + length]
        if body[:4] == b"IDAT" and chance.random() < 0.3:
            body = b"IDAT" + zlib.compress(odd_bytes(chance, bytes(2000)))
        whole += (len(body) - 4).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
        at += 12 + length
    return bytes(whole)
