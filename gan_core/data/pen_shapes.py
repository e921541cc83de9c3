"""What a pen draws that is no digit: shapes, strokes, scribbles, closed lines and emblems, one picture at a time, fitted and centred as MNIST's digits are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter

from gan_core.data.photos import fit_digit
from gan_core.mnist import SIDE

Pictures = npt.NDArray[np.uint8]
Kind = Callable[[int, np.random.Generator], Pictures]
Points = npt.NDArray[np.float64]

CANVAS = 112  # pixels a side on which is drawn before it is fitted: four times a digit's


def on_canvas(draw: Callable[[ImageDraw.ImageDraw], None], random: np.random.Generator, turn: float = 12) -> npt.NDArray[np.uint8]:
    """What `draw` paints on a black canvas, slightly turned, with an edge as soft as a pen's, as MNIST would hold it."""
    page = Image.new("L", (CANVAS, CANVAS), 0)
    draw(ImageDraw.Draw(page))
    page = page.rotate(float(random.uniform(-turn, turn)), Image.Resampling.BICUBIC)
    if (thicker := int(random.integers(0, 3))) > 0:
        page = page.filter(ImageFilter.MaxFilter(2 * thicker + 1))
    page = page.filter(ImageFilter.GaussianBlur(float(random.uniform(0, 3))))
    ink = np.asarray(page, np.float32) / 255
    ink[ink < 0.02] = 0
    if not ink.any():
        return np.zeros((SIDE, SIDE), np.uint8)
    return np.asarray(fit_digit(ink), np.uint8)


def many(one: Callable[[np.random.Generator], Pictures]) -> Kind:
    """`one` picture at a time, n times."""

    def many(n: int, random: np.random.Generator) -> Pictures:
        return np.stack([one(random) for _ in range(n)]) if n else np.zeros((0, SIDE, SIDE), np.uint8)

    return many


def shape(random: np.random.Generator) -> Pictures:
    """A polygon, ellipse, star, cross, zigzag, spiral or a few lines, filled or not."""
    kind, width, fill = int(random.integers(7)), int(random.integers(4, 16)), int(255 * random.integers(2))
    low, high = sorted(random.uniform(10, 102, 2)), sorted(random.uniform(10, 102, 2))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        box = [low[0], high[0], max(low[1], low[0] + 12), max(high[1], high[0] + 12)]
        if kind == 0:
            pen.rectangle(box, fill=fill, outline=255, width=width)
        elif kind == 1:
            pen.ellipse(box, fill=255, outline=255, width=width)  # a ring alone may be a 0
        elif kind == 2:
            pen.polygon(_corners(random, int(random.integers(3, 8)), 1.0), fill=fill, outline=255, width=width)
        elif kind == 3:
            pen.polygon(
                _corners(random, 2 * int(random.integers(4, 8)), float(random.uniform(0.3, 0.6))), fill=fill, outline=255, width=width
            )
        elif kind == 4:
            pen.line([(low[0], 56), (low[1] + 8, 56)], fill=255, width=width)
            pen.line([(56, high[0]), (56, high[1] + 8)], fill=255, width=width)
        elif kind == 5:
            steps = int(random.integers(4, 9))
            pen.line([(10 + 92 * i / steps, 20 if i % 2 else 92) for i in range(steps + 1)], fill=255, width=width, joint="curve")
        else:
            for _ in range(int(random.integers(3, 7))):
                pen.line([tuple(random.uniform(6, 106, 2)), tuple(random.uniform(6, 106, 2))], fill=255, width=width)

    return on_canvas(draw, random, turn=45)


def _corners(random: np.random.Generator, n: int, inner: float) -> list[tuple[float, float]]:
    """n corners around the middle, every second one nearer to it by `inner`."""
    turn, size = random.uniform(0, np.pi), random.uniform(24, 50, 2)
    angles = turn + np.arange(n) * 2 * np.pi / n
    radii = np.where(np.arange(n) % 2, inner, 1.0)
    return [(56 + size[0] * r * np.cos(a), 56 + size[1] * r * np.sin(a)) for a, r in zip(angles, radii, strict=True)]


def scribble(random: np.random.Generator) -> Pictures:
    """A pen that goes to and fro over the page."""
    points = [tuple(point) for point in random.uniform(10, 102, (int(random.integers(7, 14)), 2))]
    return on_canvas(lambda pen: pen.line(points, fill=255, width=int(random.integers(4, 12)), joint="curve"), random)


def outline(random: np.random.Generator) -> Pictures:
    """A closed line with three to seven lobes or dents, some with a stroke across: rounder than a polygon, and no 0."""
    t = np.linspace(0, 2 * np.pi, 90)
    lobes, depth, phase = int(random.integers(3, 8)), float(random.uniform(0.18, 0.6)), random.uniform(0, 2 * np.pi, 2)
    radius = 1 + depth * np.cos(lobes * t + phase[0]) + random.uniform(0, 0.25) * np.cos(2 * t + phase[1])
    size = random.uniform(24, 34, 2)
    line = [(56 + size[0] * r * np.cos(a), 56 + size[1] * r * np.sin(a)) for a, r in zip(t, radius, strict=True)]
    width = int(random.integers(4, 13))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        pen.line(line, fill=255, width=width, joint="curve")
        if random.random() < 0.3:
            pen.line([tuple(random.uniform(20, 92, 2)), tuple(random.uniform(20, 92, 2))], fill=255, width=width)

    return on_canvas(draw, random, turn=30)


def strokes(random: np.random.Generator) -> Pictures:
    """Two to four bent strokes that lie as they fall."""
    width = int(random.integers(4, 13))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(int(random.integers(2, 5))):
            a, b, c, d = random.uniform(8, 104, (4, 2))
            t = np.linspace(0, 1, 24)[:, None]
            line = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
            pen.line([tuple(point) for point in line], fill=255, width=width, joint="curve")

    return on_canvas(draw, random, turn=0)


def curve(random: np.random.Generator) -> Pictures:
    """A heart, a house, an arrow or a leaf: held out, what nothing else here draws."""
    kind, width = int(random.integers(4)), int(random.integers(5, 12))
    t = np.linspace(0, 2 * np.pi, 60)
    heart = list(
        zip(
            56 + 2.6 * 16 * np.sin(t) ** 3, 52 - 2.6 * (13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)), strict=True
        )
    )
    house = [(20, 96), (20, 50), (56, 16), (92, 50), (92, 96), (20, 96), (92, 50), (20, 50), (92, 96)]
    arrow = [(14, 56), (98, 56), (70, 30), (98, 56), (70, 82)]
    leaf = list(zip(56 + 46 * np.cos(t) * np.abs(np.cos(t)), 56 + 30 * np.sin(t) * np.cos(t / 2) ** 2, strict=True))
    line = (heart, house, arrow, [*leaf, (8, 56)])[kind]
    return on_canvas(lambda pen: pen.line(line, fill=255, width=width, joint="curve"), random, turn=30)


def emblem(random: np.random.Generator) -> Pictures:
    """Some strokes, arcs, rings and dots with their mirror images, or turned around the middle, as icons are made; some as they fall."""
    width, sort, framed = int(random.integers(4, 12)), int(random.integers(4)), random.random() < 0.25
    turns = np.arange(int(random.integers(3, 7)))
    angles = 2 * np.pi * turns / len(turns)
    turned = [np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]]) for a in angles]
    mirror = np.diag([-1.0, 1.0])
    copies = ([np.eye(2), mirror], [np.eye(2), mirror, -mirror, -np.eye(2)], turned, [np.eye(2)])[sort]

    def draw(pen: ImageDraw.ImageDraw) -> None:
        if framed:
            pen.ellipse([10, 10, 102, 102], outline=255, width=width)
        for _ in range(int(random.integers(2, 5) if sort == 3 else random.integers(1, 4))):
            _piece(pen, random, width, copies)

    return on_canvas(draw, random, turn=30)


def closed(random: np.random.Generator) -> Pictures:
    """A closed line of a few waves by lot, half of them their own mirror image, some of its corners alone, filled or not, some with something in it."""
    width, t, waves = int(random.integers(4, 12)), np.linspace(0, 2 * np.pi, 80), np.arange(1, int(random.integers(3, 6)))
    sizes = random.normal(0, 1, (4, len(waves))) / waves ** random.uniform(0.6, 1.6)
    sine, cosine = np.sin(waves[:, None] * t), np.cos(waves[:, None] * t)
    points = np.stack([sizes[0] @ sine, sizes[2] @ cosine], axis=1)
    if random.random() < 0.5:
        points += np.stack([sizes[1] @ cosine, sizes[3] @ sine], axis=1)
    points = 2 * (points - points.min(axis=0)) / max(float(np.ptp(points, axis=0).max()), 1e-6) - 1
    line = _placed(points[:: int(random.integers(6, 16))] if random.random() < 0.3 else points)
    filled, inside = random.random() < 0.3, int(random.integers(0, 3)) if random.random() < 0.4 else 0

    def draw(pen: ImageDraw.ImageDraw) -> None:
        if filled:
            pen.polygon(line, fill=255)
        pen.line([*line, line[0]], fill=255, width=width, joint="curve")
        for _ in range(inside):
            _piece(pen, random, width, [np.eye(2)])

    return on_canvas(draw, random, turn=30)


def bitten(random: np.random.Generator) -> Pictures:
    """A disc, an oval, a box or a polygon with one to three pieces out of its edge: crescents, horseshoes, arrowheads, cogs."""
    kind, size = int(random.integers(4)), random.uniform(CANVAS / 4, 46, 2)
    if random.random() < 0.5:
        size[1] = size[0]
    box = [*(CANVAS / 2 - size), *(CANVAS / 2 + size)]
    corners = _corners(random, int(random.integers(3, 9)), 1.0)

    def draw(pen: ImageDraw.ImageDraw) -> None:
        if kind < 3:
            pen.ellipse(box, fill=255)
        elif random.random() < 0.5:
            pen.rounded_rectangle(box, radius=float(random.uniform(0, 24)), fill=255)
        else:
            pen.polygon(corners, fill=255)
        for _ in range(1 if random.random() < 0.7 else int(random.integers(2, 4))):
            pen.polygon(_bite(random, float(size.mean())), fill=0)

    return on_canvas(draw, random, turn=15)


def _bite(random: np.random.Generator, size: float) -> list[tuple[float, float]]:
    """What is taken out of an edge: round, a wedge, a slot or an arrow, from somewhere near the middle to beyond the edge."""
    turn, kind, inner, half = random.uniform(0, 2 * np.pi), int(random.integers(4)), random.uniform(-0.85, 0.2), random.uniform(0.35, 0.8)
    if kind == 0:
        t = np.linspace(0, 2 * np.pi, 40)
        outer = random.uniform(1.3, 1.8)
        points = np.stack([(inner + outer) / 2 + (outer - inner) / 2 * np.cos(t), half * np.sin(t)], axis=1)
    elif kind == 1:
        points = np.array([[inner, 0], [1.6, 2 * half], [1.6, -2 * half]])
    elif kind == 2:
        points = np.array([[inner, half], [1.6, half], [1.6, -half], [inner, -half]])
    else:
        shaft, neck = half * random.uniform(0.4, 0.9), inner + random.uniform(0.3, 0.8)
        points = np.array([[inner, 0], [neck, 1.1 * half], [neck, shaft], [1.6, shaft], [1.6, -shaft], [neck, -shaft], [neck, -1.1 * half]])
    cosine, sine = np.cos(turn), np.sin(turn)
    placed = CANVAS / 2 + size * points @ np.array([[cosine, sine], [-sine, cosine]])
    return [(float(x), float(y)) for x, y in placed]


def _piece(pen: ImageDraw.ImageDraw, random: np.random.Generator, width: int, copies: list[Points]) -> None:
    """One stroke, ellipse, polygon, arc, line or dot, in every copy that is asked for."""
    kind, middle, radius = int(random.integers(6)), random.uniform(-0.7, 0.7, 2), float(random.uniform(0.15, 0.7))
    ends = kind == 1 or kind == 2 or kind == 5 or (kind == 0 and random.random() < 0.3)  # where it began
    filled = kind == 5 or (ends and random.random() < 0.35)
    if kind == 0:
        points = _stroke(random)
    elif kind == 4:
        points = random.uniform(-1, 1, (2, 2))
    else:
        start, around = random.uniform(0, 2 * np.pi), 2 * np.pi if kind != 3 else random.uniform(1, 4.5)
        angles = start + np.linspace(0, around, int(random.integers(4, 8)) if kind == 2 else 40)
        size = radius * random.uniform(0.5, 1, 2) if kind == 1 else random.uniform(0.05, 0.16) if kind == 5 else radius
        points = middle + size * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for copy in copies:
        line = _placed(points @ copy)
        if filled:
            pen.polygon(line, fill=255)
        pen.line(line + line[: int(ends)], fill=255, width=width, joint="curve")


def _stroke(random: np.random.Generator) -> Points:
    """Two to five points by lot, some with a bent line through them (Catmull-Rom)."""
    points = random.uniform(-1, 1, (int(random.integers(2, 6)), 2))
    if len(points) == 2 or random.random() < 0.4:
        return points
    knots, t = np.concatenate([points[:1], points, points[-1:]]), np.linspace(0, 1, 10)[:, None]
    bent = [0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
            for a, b, c, d in zip(knots, knots[1:], knots[2:], knots[3:], strict=False)]  # fmt: skip
    return np.concatenate(bent)


def _placed(points: Points) -> list[tuple[float, float]]:
    """Points in [-1, 1] on the canvas."""
    return [(56 + 46 * float(x), 56 + 46 * float(y)) for x, y in points]
