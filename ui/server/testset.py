"""Test pictures for the Autoencode tab, and uploads made into digits."""

from __future__ import annotations

import functools
import threading

import numpy as np

from gan_core.data import catalog, photos
from gan_core.errors import DataError
from gan_core.imaging import pixels
from gan_core.mnist import DIGITS

COLUMNS = 32
MAP_EACH = 40  # parts/testsheet.js knows it too
OFFERED = ("mnist", "digits")
_reading = threading.Lock()


def _by_digit(name: str) -> list[np.ndarray]:
    """The test pictures of each digit, uint8 `[n, h, w]`; read once, however many ask at the same moment. Raises DataError."""
    with _reading:
        return _read(name)


@functools.lru_cache(maxsize=2)
def _read(name: str) -> list[np.ndarray]:
    data = catalog.load(name, split="test")
    if data.labels is None:
        raise DataError(f"{name} has no labels; expected mnist or digits.")
    return [data.images[data.labels == digit] for digit in range(10)]


def testset() -> dict[str, object]:
    """The answer of `gan/testset.json`: MNIST where it is on this machine and whole, else digits."""
    mnist = catalog.available("mnist")
    if mnist:
        try:
            return {"dataset": "mnist", "counts": [len(images) for images in _by_digit("mnist")], "mnist": True}
        except DataError:
            mnist = False
    return {"dataset": "digits", "counts": [len(images) for images in _by_digit("digits")], "mnist": mnist}


def test_digit(name: str, digit: str) -> bytes:
    """All test pictures of a digit as one PNG, 32 a row. Raises DataError."""
    if name in OFFERED and digit == "map":
        return _few(name)
    if name not in OFFERED or digit not in DIGITS:
        raise DataError(f"Test pictures of {name[:40]!r}, digit {digit[:10]!r}; expected mnist or digits, and a digit 0 to 9.")
    return _sheet(name, int(digit))


@functools.lru_cache(maxsize=20)
def _sheet(name: str, digit: int) -> bytes:
    return pixels.encode_png(pixels.grid(_by_digit(name)[digit], COLUMNS))


@functools.lru_cache(maxsize=2)
def _few(name: str) -> bytes:
    """The first pictures of every digit, as many of each, digit after digit, for the map of codes."""
    digits = _by_digit(name)
    each = min(MAP_EACH, *map(len, digits))
    return pixels.encode_png(pixels.grid(np.concatenate([images[:each] for images in digits]), COLUMNS))


def fetch_mnist() -> dict[str, object]:
    """Download MNIST (by hash) where it is not here yet. Raises DataError, with the ways out, when that fails."""
    catalog.fetch("mnist")
    return testset()


def read_upload(data: bytes) -> bytes:
    """A person's picture as a PNG of MNIST's size, white on black. Raises DataError."""
    if not data:
        raise DataError("No picture came; expected a PNG, JPEG, WebP, GIF or BMP file. Choose one and try again.")
    return pixels.encode_png(photos.read_picture(data))
