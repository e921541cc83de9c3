"""Pictures that are no handwritten digit, drawn here: noise, blanks, letters and shapes, for the reader of digits to know them by.

Every kind is a function `(n, random) -> uint8 [n, h, w]`, white on black. What is drawn with a pen or from a font is fitted and centred as
MNIST's digits are, so that neither size nor place tells them apart. TRAIN and HELD_OUT share no font and no kind of picture.
"""

from __future__ import annotations

import functools
import importlib.util
import string
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from gan_core.data.photos import fit_digit
from gan_core.errors import DataError
from gan_core.mnist import SIDE

Pictures = npt.NDArray[np.uint8]
Kind = Callable[[int, np.random.Generator], Pictures]

CANVAS = 112  # pixels a side on which is drawn before it is fitted: four times a digit's
# Files that matplotlib brings, which is installed wherever this project is.
TRAIN_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf",
               "DejaVuSerif-Italic.ttf", "STIXGeneral.ttf", "STIXGeneralItalic.ttf", "STIXGeneralBol.ttf", "DejaVuSansMono-Bold.ttf")  # fmt: skip
HELD_OUT_FONTS = ("cmr10.ttf", "cmss10.ttf", "cmtt10.ttf", "cmti10.ttf", "cmb10.ttf", "")  # "": the one that Pillow brings
SIGNS = "!?&%$#@+*=<>[]{}()/\\~^;:"
MORE = "ΓΔΘΛΞΠΣΦΨΩαβγδεζηθλμξπφψωБГДЖИЙЛФЦШЩЪЫЬЭЮЯвгджийлфцшщэюя"
DRAWN = "■▲▼◆●★♠♣♥♦☀☎✂✈✉✓✗♪♫☂☃⚓⌂⬟⬢➤✚❄"  # shapes that DejaVu has
# Scripts and signs that DejaVu has and few people mix up with digits: the more kinds of strokes it has seen, the fewer strange ones it takes for a digit.
BLOCKS = ((0x0531, 0x0587), (0x10D0, 0x10F8), (0x1401, 0x1676), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2308, 0x2328), (0x2500, 0x257F),
          (0x25A0, 0x25FF), (0x2600, 0x26B8), (0x2701, 0x2775), (0x2794, 0x27BE), (0x2801, 0x28FF), (0x2D30, 0x2D65))  # fmt: skip
HELD_OUT_DRAWN = "□△▽◇○☆♤♧♡♢◐◑⌘☯☮♨⚡✿❀❤➔➲◉◎"


def _on_canvas(draw: Callable[[ImageDraw.ImageDraw], None], random: np.random.Generator, turn: float = 12) -> npt.NDArray[np.uint8]:
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


def _many(one: Callable[[np.random.Generator], Pictures]) -> Kind:
    """`one` picture at a time, n times."""

    def many(n: int, random: np.random.Generator) -> Pictures:
        return np.stack([one(random) for _ in range(n)]) if n else np.zeros((0, SIDE, SIDE), np.uint8)

    return many


# ---- from fonts


@functools.cache
def _font(file: str) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    size = int(CANVAS * 0.62)
    if not file:
        return ImageFont.load_default(size)
    spec = importlib.util.find_spec("matplotlib")
    if spec is None or not spec.origin:
        raise DataError("matplotlib is not installed; expected its fonts, to draw letters. Install this project's requirements.")
    return ImageFont.truetype(Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / file, size)


def characters(text: str, fonts: tuple[str, ...]) -> Kind:
    """One character of `text` in one of the fonts each."""

    def one(random: np.random.Generator) -> Pictures:
        character, font = text[int(random.integers(len(text)))], _font(fonts[int(random.integers(len(fonts)))])
        middle = CANVAS / 2
        return _on_canvas(lambda pen: pen.text((middle, middle), character, fill=255, font=font, anchor="mm"), random)

    return _many(one)


def _glyphs(n: int, random: np.random.Generator) -> Pictures:
    """Characters of BLOCKS that the font has, but for those that are held out."""
    font = _font(TRAIN_FONTS[0])
    missing = _bitmap(font, "\uffff")
    known = [chr(code) for first, last in BLOCKS for code in range(first, last + 1) if chr(code) not in HELD_OUT_DRAWN]
    text = "".join(sign for sign in known if _bitmap(font, sign) not in (missing, b""))
    return characters(text, TRAIN_FONTS[:2])(n, random)


def _bitmap(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, sign: str) -> bytes:
    return bytes(font.getmask(sign))


# ---- with a pen


def _shape(random: np.random.Generator) -> Pictures:
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

    return _on_canvas(draw, random, turn=45)


def _corners(random: np.random.Generator, n: int, inner: float) -> list[tuple[float, float]]:
    """n corners around the middle, every second one nearer to it by `inner`."""
    turn, size = random.uniform(0, np.pi), random.uniform(24, 50, 2)
    angles = turn + np.arange(n) * 2 * np.pi / n
    radii = np.where(np.arange(n) % 2, inner, 1.0)
    return [(56 + size[0] * r * np.cos(a), 56 + size[1] * r * np.sin(a)) for a, r in zip(angles, radii, strict=True)]


def _scribble(random: np.random.Generator) -> Pictures:
    """A pen that goes to and fro over the page."""
    points = [tuple(point) for point in random.uniform(10, 102, (int(random.integers(7, 14)), 2))]
    return _on_canvas(lambda pen: pen.line(points, fill=255, width=int(random.integers(4, 12)), joint="curve"), random)


def _outline(random: np.random.Generator) -> Pictures:
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

    return _on_canvas(draw, random, turn=30)


def _strokes(random: np.random.Generator) -> Pictures:
    """Two to four bent strokes that lie as they fall."""
    width = int(random.integers(4, 13))

    def draw(pen: ImageDraw.ImageDraw) -> None:
        for _ in range(int(random.integers(2, 5))):
            a, b, c, d = random.uniform(8, 104, (4, 2))
            t = np.linspace(0, 1, 24)[:, None]
            line = (1 - t) ** 3 * a + 3 * t * (1 - t) ** 2 * b + 3 * t**2 * (1 - t) * c + t**3 * d
            pen.line([tuple(point) for point in line], fill=255, width=width, joint="curve")

    return _on_canvas(draw, random, turn=0)


def _curve(random: np.random.Generator) -> Pictures:
    """A heart, a house, an arrow or a leaf: what no picture of TRAIN has."""
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
    return _on_canvas(lambda pen: pen.line(line, fill=255, width=width, joint="curve"), random, turn=30)


# ---- of pixels


def uniform(n: int, random: np.random.Generator) -> Pictures:
    """Every pixel by lot."""
    return random.integers(0, 256, (n, SIDE, SIDE)).astype(np.uint8)


def _textures(n: int, random: np.random.Generator) -> Pictures:
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


def _specks(n: int, random: np.random.Generator) -> Pictures:
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


def _stripes(n: int, random: np.random.Generator) -> Pictures:
    """Waves, checks and gratings."""
    y, x = np.mgrid[:SIDE, :SIDE]
    turn, wave, phase = random.uniform(0, np.pi, (n, 1, 1)), random.uniform(2.5, 14, (n, 1, 1)), random.uniform(0, 6.3, (2, n, 1, 1))
    across = np.sin(2 * np.pi * (np.cos(turn) * x + np.sin(turn) * y) / wave + phase[0])
    down = np.sin(2 * np.pi * (np.cos(turn) * y - np.sin(turn) * x) / wave + phase[1])
    checks = np.where(random.random((n, 1, 1)) < 0.5, across * down, across)
    return _to_bytes(np.where(random.random((n, 1, 1)) < 0.5, np.sign(checks), checks) / 2 + 0.5)


def _to_bytes(pictures: npt.NDArray[np.floating]) -> Pictures:
    return np.asarray(np.rint(255 * np.clip(pictures, 0, 1)), np.uint8)


LETTERS = string.ascii_letters
TRAIN: dict[str, tuple[Kind, float]] = {  # and its share of what is shown
    "letters": (characters(LETTERS, TRAIN_FONTS), 0.3), "signs": (characters(SIGNS + MORE, TRAIN_FONTS[:8]), 0.07),
    "drawn": (characters(DRAWN, TRAIN_FONTS[:1]), 0.04), "glyphs": (_glyphs, 0.2), "shapes": (_many(_shape), 0.11),
    "outlines": (_many(_outline), 0.06), "strokes": (_many(_strokes), 0.04), "scribbles": (_many(_scribble), 0.03),
    "textures": (_textures, 0.08), "uniform": (uniform, 0.02), "specks": (_specks, 0.02), "blanks": (blanks, 0.03),
}  # fmt: skip
HELD_OUT: dict[str, Kind] = {
    "uniform noise": uniform, "blanks": blanks, "letters": characters(LETTERS, HELD_OUT_FONTS), "shapes of a font": characters(HELD_OUT_DRAWN, ("DejaVuSans.ttf",)),
    "shapes": _many(_curve), "stripes and checks": _stripes,
}  # fmt: skip


def sample(n: int, seed: int) -> Pictures:
    """About n pictures of the kinds of TRAIN, each in its share, uint8 `[n, h, w]`."""
    random = np.random.default_rng(seed)
    return np.concatenate([kind(round(n * share), random) for kind, share in TRAIN.values()])


def held_out(n: int, seed: int = 0) -> dict[str, Pictures]:
    """n pictures of each kind that no picture of TRAIN is of; uniform noise and blanks, which are what they are, are other ones."""
    random = np.random.default_rng([seed, 1])
    return {name: kind(n, random) for name, kind in HELD_OUT.items()}
