"""Makes golden_pngs.json for tests/unit/js/png.test.js: PNG files that Pillow writes, and the RGBA pixels that it reads in them.

From the root of the project: python tests/unit/golden_pngs.py
"""

import base64
import io
import json
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

rng = np.random.default_rng(0)
SIZE = (13, 21)  # rows, columns: no row of bits ends with a byte
slope = np.add.outer(np.arange(SIZE[0]) * 5, np.arange(SIZE[1]) * 3).astype(np.uint8)  # what the filters foretell well
noise = rng.integers(0, 256, (*SIZE, 4), dtype=np.uint8)
smooth = np.stack([slope, slope[::-1], slope[:, ::-1], 255 - slope], -1)
grey16 = np.add.outer(np.arange(SIZE[0]) * 3001, np.arange(SIZE[1]) * 997).astype(np.uint16)
pictures = {
    "grey": Image.fromarray(slope), "noise": Image.fromarray(noise[..., 0]), "bits": Image.fromarray(noise[..., 0] > 127),
    "RGB": Image.fromarray(smooth[..., :3]), "RGBA": Image.fromarray(smooth), "RGBA noise": Image.fromarray(noise),
    "grey with alpha": Image.fromarray(smooth[..., :2].copy(), "LA"), "palette": Image.fromarray(smooth[..., :3]).quantize(40),
    "palette of 4": Image.fromarray(smooth[..., :3]).quantize(4), "palette of 16": Image.fromarray(smooth[..., :3]).quantize(16),
}  # fmt: skip


def packed(pixels: np.ndarray) -> str:
    return base64.b64encode(zlib.compress(pixels.tobytes(), 9)).decode()


def saved(picture: Image.Image, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", **options)
    return file.getvalue()


def averaged(picture: Image.Image) -> bytes:
    """The file of an RGB picture with the filter that Pillow reads and never writes: 3, the mean of left and above."""
    pixels = np.asarray(picture).astype(int)
    padded = np.pad(pixels, ((1, 0), (1, 0), (0, 0)))
    rows = ((pixels - (padded[1:, :-1] + padded[:-1, 1:]) // 2) % 256).astype(np.uint8)
    data = zlib.compress(b"".join(b"\x03" + row.tobytes() for row in rows))
    plain = saved(picture)
    start, end = plain.index(b"IDAT") - 4, plain.index(b"IEND") - 4
    body = b"IDAT" + data
    return plain[:start] + len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big") + plain[end:]


def case(name: str, png: bytes) -> dict[str, object]:
    read = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))
    return {"name": name, "png": base64.b64encode(png).decode(), "pixels": packed(read),
            "width": read.shape[1], "height": read.shape[0]}  # fmt: skip


cases = [case(name, saved(picture)) for name, picture in pictures.items()]
cases.append(case("one colour is clear", saved(pictures["RGB"], transparency=tuple(int(value) for value in smooth[3, 4, :3]))))
cases.append(case("palette with alpha", saved(pictures["palette"], transparency=bytes(range(0, 200, 5)))))
cases.append(case("the mean of left and above", averaged(pictures["RGB"])))
deep = case("16 bits", saved(Image.fromarray(grey16)))
high = np.repeat((grey16 >> 8).astype(np.uint8)[..., None], 4, -1)  # Pillow itself clips these where it makes them 8 bits
high[..., 3] = 255
cases.append({**deep, "pixels": packed(high)})
Path(__file__).with_suffix(".json").write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")
