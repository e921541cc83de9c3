"""Pictures of pixels that are no digit: noise, blanks, textures and patterns that fill the whole of MNIST's square. Each is `(n, random) -> uint8 [n, h, w]`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from gan_core.mnist import SIDE

Pictures = npt.NDArray[np.uint8]


def uniform(n: int, random: np.random.Generator) -> Pictures:
    """Every pixel by lot."""
    return random.integers(0, 256, (n, SIDE, SIDE)).astype(np.uint8)


def textures(n: int, random: np.random.Generator) -> Pictures:
    """Noise of any coarseness, contrast and brightness, some of it in black and white, some in the middle of the picture alone: what untrained generators draw."""
    made = []
    for _ in range(n):
        side = int(random.choice([3, 5, 8, 14, SIDE]))
        grain = Image.fromarray(random.normal(0, 1, (side, side)).astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        picture = np.asarray(grain) * random.uniform(0.02, 0.7) + random.uniform(0, 0.9)
        if random.random() < 0.25:
            picture = (picture > np.quantile(picture, random.uniform(0.1, 0.95))).astype(np.float32)
        if random.random() < 0.25:
            far = np.hypot(*(np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2))
            picture = picture * np.exp(-((far / random.uniform(4, 12)) ** 2))
        made.append(picture)
    return _to_bytes(np.stack(made)) if made else uniform(0, random)


def specks(n: int, random: np.random.Generator) -> Pictures:
    """Black with a few bright pixels, or bright with a few black ones."""
    share = random.choice([0.002, 0.01, 0.05, 0.2], (n, 1, 1))
    hit = random.random((n, SIDE, SIDE)) < share
    made = np.where(hit, random.integers(60, 256, (n, SIDE, SIDE)), random.integers(0, 12, (n, 1, 1)))
    return np.where(random.random((n, 1, 1)) < 0.3, 255 - made, made).astype(np.uint8)


def blanks(n: int, random: np.random.Generator) -> Pictures:
    """One grey, or one that changes evenly over the picture."""
    y, x = np.mgrid[:SIDE, :SIDE] / (SIDE - 1) - 0.5
    slope = random.normal(0, 0.3, (n, 2, 1, 1)) * (random.random((n, 1, 1, 1)) < 0.5)
    return _to_bytes(random.uniform(0, 1, (n, 1, 1)) + slope[:, 0] * x + slope[:, 1] * y)


def stripes(n: int, random: np.random.Generator) -> Pictures:
    """Waves, checks and gratings."""
    y, x = np.mgrid[:SIDE, :SIDE]
    turn, wave, phase = random.uniform(0, np.pi, (n, 1, 1)), random.uniform(2.5, 14, (n, 1, 1)), random.uniform(0, 6.3, (2, n, 1, 1))
    across = np.sin(2 * np.pi * (np.cos(turn) * x + np.sin(turn) * y) / wave + phase[0])
    down = np.sin(2 * np.pi * (np.cos(turn) * y - np.sin(turn) * x) / wave + phase[1])
    checks = np.where(random.random((n, 1, 1)) < 0.5, across * down, across)
    return _to_bytes(np.where(random.random((n, 1, 1)) < 0.5, np.sign(checks), checks) / 2 + 0.5)


def _to_bytes(pictures: npt.NDArray[np.floating]) -> Pictures:
    return np.asarray(np.rint(255 * np.clip(pictures, 0, 1)), np.uint8)


def labyrinths(n: int, random: np.random.Generator) -> Pictures:
    """Noise of one coarseness and no direction, smooth or in black and white."""
    far = np.hypot(*np.meshgrid(np.fft.fftfreq(SIDE), np.fft.fftfreq(SIDE)))
    middle, width = random.uniform(0.05, 0.35, (n, 1, 1)), random.uniform(0.01, 0.06, (n, 1, 1))
    waves = np.fft.fft2(random.normal(0, 1, (n, SIDE, SIDE))) * np.exp(-(((far - middle) / width) ** 2) / 2)
    grain = np.fft.ifft2(waves).real
    grain /= grain.std(axis=(1, 2), keepdims=True)
    smooth = grain * random.uniform(0.1, 0.6, (n, 1, 1)) + random.uniform(0.2, 0.7, (n, 1, 1))
    return _to_bytes(np.where(random.random((n, 1, 1)) < 0.5, grain > 0, smooth))


def rings(n: int, random: np.random.Generator) -> Pictures:
    """Waves around a point of the picture: rings, spirals and the rays of a sun; nowhere straight ones."""
    y, x = np.mgrid[:SIDE, :SIDE]
    place, stretch, wave = random.uniform(2, SIDE - 2, (2, n, 1, 1)), random.uniform(0.6, 1.6, (n, 1, 1)), random.uniform(3, 14, (n, 1, 1))
    down, along = y - place[0], (x - place[1]) * stretch
    round_it = np.where(random.random((n, 1, 1)) < 0.8, 2 * np.pi * np.hypot(down, along) / wave, 0)
    arms = np.where(random.random((n, 1, 1)) < 0.5, random.integers(1, 7, (n, 1, 1)), 0)
    waves = np.sin(round_it + arms * np.arctan2(down, along) + random.uniform(0, 2 * np.pi, (n, 1, 1)))
    return _to_bytes(np.where(random.random((n, 1, 1)) < 0.5, np.sign(waves), waves) / 2 + 0.5)


def mosaics(n: int, random: np.random.Generator) -> Pictures:
    """Cells around points by lot: each of its own grey, or their edges alone."""
    y, x = np.mgrid[:SIDE, :SIDE]
    made = []
    for _ in range(n):
        points = random.uniform(0, SIDE, (int(random.integers(2, 14)), 2, 1, 1))
        far = np.hypot(y - points[:, 0], x - points[:, 1])
        first, second = np.sort(far, axis=0)[:2]
        if random.random() < 0.5:
            greys = random.random(len(points))
            made.append((np.rint(greys) if random.random() < 0.5 else greys)[far.argmin(axis=0)])
        else:
            edges = np.clip(1.5 - (second - first) / random.uniform(1, 3), 0, 1)
            made.append(edges if random.random() < 0.7 else 1 - edges)
    return _to_bytes(np.stack(made)) if made else uniform(0, random)


def blobs(n: int, random: np.random.Generator) -> Pictures:
    """One to four large bright patches, or half planes, with soft or hard edges."""
    y, x = np.mgrid[:SIDE, :SIDE]
    made = []
    for _ in range(n):
        page = np.zeros((SIDE, SIDE))
        for _ in range(int(random.integers(1, 5))):
            down, along, size, turn = (
                y - random.uniform(0, SIDE),
                x - random.uniform(0, SIDE),
                random.uniform(2, 12, 2),
                random.uniform(0, np.pi),
            )
            u, v = (np.cos(turn) * along + np.sin(turn) * down) / size[0], (np.cos(turn) * down - np.sin(turn) * along) / size[1]
            inside = u if random.random() < 0.3 else 1 - np.hypot(u, v)
            page = np.maximum(page, np.clip(inside * random.choice([1, 3, 20]) + 0.5, 0, 1) * random.uniform(0.4, 1))
        made.append(page if random.random() < 0.7 else 1 - page)
    return _to_bytes(np.stack(made)) if made else uniform(0, random)
