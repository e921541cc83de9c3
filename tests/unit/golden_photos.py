"""Small photographs of a digit on paper, and the digit that is read from each: one set for Python and for JavaScript.

`golden_photos.json` was made by `python tests/unit/golden_photos.py`: grey pixels (deflated, base64), and the 28x28 pixels or why there are none.
"""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FILE = Path(__file__).with_name("golden_photos.json")
WIDTH, HEIGHT = 168, 224
STROKES = {
    "7": [(50, 80), (110, 80), (75, 150)],
    "2": [(55, 95), (65, 78), (90, 76), (103, 92), (90, 115), (55, 150), (112, 148)],
    "1": [(84, 70), (80, 152)],
}


def sheet(digit: str, pen: int = 50, paper: int = 205, shift: int = 0) -> np.ndarray:
    """A digit drawn with a broad pen."""
    image = Image.new("L", (WIDTH, HEIGHT), paper)
    ImageDraw.Draw(image).line([(x + shift, y) for x, y in STROKES[digit]], fill=pen, width=9, joint="curve")
    return np.asarray(image, np.float32)


def photos() -> dict[str, np.ndarray]:
    """Each uint8 `[224, 168]`, with the noise and the blur of a lens."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    away = ((columns / WIDTH - 0.5) ** 2 + (rows / HEIGHT - 0.5) ** 2) / 0.5
    ruled, squared, desk = sheet("2"), sheet("2"), np.full((HEIGHT, WIDTH), 95, np.float32)
    ruled[6::10] *= 0.88
    squared[6::9] *= 0.9
    squared[:, 4::9] *= 0.9
    desk[22:202, 17:151] = np.asarray(Image.fromarray(sheet("7")).resize((134, 180)))
    box = Image.fromarray(sheet("7"))
    ImageDraw.Draw(box).rectangle((30, 50, 138, 175), outline=90, width=1)
    taken = {
        "even": sheet("7"), "bright on dark": sheet("2", 230, 30), "corners": sheet("2") * (1 - 0.25 * away), "one": sheet("1"),
        "shadow": sheet("2") * np.where(columns + 0.6 * rows > 160, 0.75, 1), "ruled": ruled, "squared": squared, "box": np.asarray(box), "desk": desk,
        "blank": np.full((HEIGHT, WIDTH), 200, np.float32), "two digits": np.minimum(sheet("1", shift=-60), sheet("1", shift=55)),
    }  # fmt: skip
    random = np.random.default_rng(0)
    noisy = {name: np.clip(image + random.normal(0, 2, image.shape), 0, 255).astype(np.uint8) for name, image in taken.items()}
    blurred = {name: np.asarray(Image.fromarray(image).filter(ImageFilter.GaussianBlur(0.7))) for name, image in noisy.items()}
    return {name: image // 4 * 4 for name, image in blurred.items()}  # which packs to half


def read() -> list[dict[str, Any]]:
    """The recorded ones, `grey` and `digit` as arrays."""

    def array(text: str, shape: tuple[int, int]) -> np.ndarray:
        return np.frombuffer(zlib.decompress(base64.b64decode(text)), np.uint8).reshape(shape)

    cases = json.loads(FILE.read_text())
    return [
        {**case, "grey": array(case["grey"], (HEIGHT, WIDTH)), "digit": array(case["digit"], (28, 28)) if "digit" in case else None}
        for case in cases
    ]


if __name__ == "__main__":
    from gan_core.data import ink
    from gan_core.data import photos as reader
    from gan_core.errors import DataError

    def packed(image: np.ndarray) -> str:
        return base64.b64encode(zlib.compress(image.tobytes(), 9)).decode()

    made = []
    for name, image in photos().items():
        case = {"name": name, "width": WIDTH, "height": HEIGHT, "grey": packed(image)}
        try:
            made.append({**case, "digit": packed(reader.fit_digit(ink.ink_of(image)))})
        except DataError as error:
            made.append({**case, "refused": str(error).split(".")[0]})
    FILE.write_text(json.dumps(made, indent=0) + "\n")
