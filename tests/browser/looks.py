"""Screenshots as small as a thumb, and how far two of them are apart: a lost style shows, another font does not.

A picture is kept `WIDTH` pixels wide. It is compared tile by tile; each tile may have moved a little, as text of another font moves what comes
below it. What is told is the share of tiles that look otherwise wherever they are looked for.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from conftest import ROOT
from PIL import Image

FOLDER = ROOT / "tests" / "browser" / "looks"
WIDTH = 160
TILE = 10
MOVED = 3  # pixels of the small picture that a tile may have moved, in each direction
OTHER = 0.075  # mean difference of a tile, of 1, from which on it is another one; COLOUR times that for colours
COLOUR = 3.0  # a colour that is lost is seen although it fills less than the ink
MOST = 0.06  # share of the tiles that may be others


@dataclass(frozen=True)
class Difference:
    """The share of tiles that are others, and where the worst ones are, in pixels of the small picture."""

    share: float
    places: list[tuple[int, int]]

    @property
    def seen(self) -> bool:
        """Whether a person should look."""
        return self.share > MOST


def small(screenshot: bytes) -> np.ndarray:
    """A screenshot as float `[height, WIDTH, 3]` in [0, 1]."""
    picture = Image.open(io.BytesIO(screenshot)).convert("RGB")
    size = (WIDTH, round(picture.height * WIDTH / picture.width))
    return np.asarray(picture.resize(size, Image.Resampling.BOX), np.float32) / 255


def packed(picture: np.ndarray) -> bytes:
    """A small picture as a file; lossy, since it is compared with patience."""
    held = io.BytesIO()
    Image.fromarray(np.rint(picture * 255).astype(np.uint8)).save(held, "WEBP", quality=82, method=6)
    return held.getvalue()


def unpacked(data: bytes) -> np.ndarray:
    """The picture of such a file. Compare it with one that was packed too: packing washes the colours of small letters out."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), np.float32) / 255


def difference(one: np.ndarray, other: np.ndarray) -> Difference:
    """How far `other` looks from `one`. What one of them has below the end of the other counts as different where it is not empty."""
    height = -(-max(len(one), len(other)) // TILE) * TILE
    first, second = (_channels(_filled(picture, height)) for picture in (one, other))
    padded = np.pad(second, ((MOVED, MOVED), (MOVED, MOVED), (0, 0)), mode="edge")
    best = np.full((height // TILE, WIDTH // TILE), np.inf, np.float32)
    for dy in range(2 * MOVED + 1):
        for dx in range(2 * MOVED + 1):
            apart = np.abs(padded[dy : dy + height, dx : dx + WIDTH] - first).max(axis=2)
            best = np.minimum(best, apart.reshape(height // TILE, TILE, WIDTH // TILE, TILE).mean(axis=(1, 3)))
    rows, columns = np.nonzero(best > OTHER)
    return Difference(len(rows) / best.size, [(int(column) * TILE, int(row) * TILE) for row, column in zip(rows, columns, strict=True)])


def _filled(picture: np.ndarray, height: int) -> np.ndarray:
    """The picture with its own ground, the colour of its lower left corner, below its end."""
    return np.concatenate([picture, np.broadcast_to(picture[-1, 0], (height - len(picture), WIDTH, 3))])


def _channels(picture: np.ndarray) -> np.ndarray:
    """Brightness, and two differences of colours `[height, width, 3]`."""
    red, green, blue = np.moveaxis(picture, 2, 0)
    return np.stack([picture.mean(axis=2), COLOUR * (red - green), COLOUR * (blue - green)], axis=2)
