"""Pictures that are no handwritten digit, drawn here: noise, blanks, letters and shapes, for the reader of digits to know them by.

Every kind is a function `(n, random) -> uint8 [n, h, w]`, white on black. What is drawn with a pen or from a font is fitted and centred as
MNIST's digits are, so that neither size nor place tells them apart. TRAIN and HELD_OUT share no font and no kind of picture.
"""

from __future__ import annotations

import functools
import importlib.util
import string
import unicodedata
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_core.data import patterns, pen_shapes
from gan_core.data.pen_shapes import CANVAS, Kind, Pictures, many, on_canvas
from gan_core.errors import DataError
from gan_core.mnist import SIDE

# Files that matplotlib brings, which is installed wherever this project is.
TRAIN_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSansMono.ttf", "DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf",
               "DejaVuSerif-Italic.ttf", "STIXGeneral.ttf", "STIXGeneralItalic.ttf", "STIXGeneralBol.ttf", "DejaVuSansMono-Bold.ttf")  # fmt: skip
HELD_OUT_FONTS = ("cmr10.ttf", "cmss10.ttf", "cmtt10.ttf", "cmti10.ttf", "cmb10.ttf", "")  # "": the one that Pillow brings
OTHER_FONTS = ("DejaVuSans-BoldOblique.ttf", "DejaVuSerif-BoldItalic.ttf", "STIXGeneralBolIta.ttf", "DejaVuSansMono-Oblique.ttf")
WIDE_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSerif.ttf", "DejaVuSansMono.ttf", "STIXGeneral.ttf", "STIXGeneralItalic.ttf")
SIGNS = "!?&%$#@+*=<>[]{}()/\\~^;:"
# Not shown as none: they have a digit's own shape, and a reader that refuses them refuses handwritten digits (studies/no_digits.py).
LOOK_ALIKES = "OolISsZzBbGgqОоΟοΙιІіӀ∣|ǀℓЗзѕЅסו٥١ا"
# Scripts, signs and pictures of the fonts: the more kinds of strokes it has seen, the fewer strange ones it takes for a digit.
BLOCKS = (
    (0x00A1, 0x02AF), (0x0370, 0x0587), (0x05D0, 0x05EA), (0x0621, 0x06FF), (0x07C0, 0x07FF), (0x0E81, 0x0EDF), (0x10A0, 0x10FF), (0x1401, 0x1676),
    (0x1680, 0x169C), (0x1D00, 0x1DBF), (0x1E00, 0x1FFF), (0x2010, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x23FF), (0x2500, 0x26FF),
    (0x2701, 0x2BFF), (0x2C60, 0x2C7F), (0x2D00, 0x2D65), (0xA4D0, 0xA4FF), (0xA640, 0xA69F), (0xA720, 0xA7FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFC),
    (0x10300, 0x1032F), (0x1D400, 0x1D7CB), (0x1EE00, 0x1EEFF), (0x1F000, 0x1F0FF), (0x1F600, 0x1F64F),
)  # fmt: skip
HELD_OUT_DRAWN = "□△▽◇○☆♤♧♡♢◐◑⌘☯☮♨⚡✿❀❤➔➲◉◎"


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
        return on_canvas(lambda pen: pen.text((middle, middle), character, fill=255, font=font, anchor="mm"), random)

    return many(one)


def _glyphs(n: int, random: np.random.Generator) -> Pictures:
    """Characters of BLOCKS, each in a font that has it."""
    known = font_signs()

    def one(random: np.random.Generator) -> Pictures:
        file, sign = known[int(random.integers(len(known)))]
        return np.asarray(characters(sign, (file,))(1, random)[0], np.uint8)

    return many(one)(n, random)


@functools.cache
def font_signs() -> list[tuple[str, str]]:
    """Each font of WIDE_FONTS with each character of BLOCKS that it has."""
    pairs = []
    for file in WIDE_FONTS:
        font = _font(file)
        missing = _bitmap(font, "\uffff")
        signs = (chr(code) for first, last in BLOCKS for code in range(first, last + 1))
        pairs += [(file, sign) for sign in signs if is_no_digit(sign) and _bitmap(font, sign) not in (missing, b"")]
    return pairs


def is_no_digit(sign: str) -> bool:
    """Whether a character may be shown as none: it is no number, has no digit's shape in any style, and is not held out."""
    plain = unicodedata.normalize("NFKD", sign)
    numbers = any(unicodedata.numeric(part, None) is not None for part in plain)
    marks = all(unicodedata.combining(part) for part in plain)
    return not numbers and not marks and plain not in LOOK_ALIKES and sign not in HELD_OUT_DRAWN


def _bitmap(font: ImageFont.FreeTypeFont | ImageFont.ImageFont, sign: str) -> bytes:
    return bytes(font.getmask(sign))


def _pages(random: np.random.Generator) -> Pictures:
    """A piece of a written page, or of a letter: what runs out of the picture, bright or dark."""
    page, font = Image.new("L", (220, 160)), _font(TRAIN_FONTS[int(random.integers(len(TRAIN_FONTS)))])
    pen = ImageDraw.Draw(page)
    for row in range(3):
        text = "".join(LETTERS[int(i)] for i in random.integers(0, len(LETTERS), 6))
        pen.text((random.uniform(-20, 20), 60 * row - 10), text, fill=255, font=font)
    side = int(random.uniform(50, 150))
    x, y = int(random.integers(0, 221 - side)), int(random.integers(0, 161 - side))
    turned = page.rotate(float(random.uniform(-20, 20)), Image.Resampling.BICUBIC)
    piece = np.asarray(turned.crop((x, y, x + side, y + side)).resize((SIDE, SIDE), Image.Resampling.BOX), np.float32)
    return np.asarray((255 - piece if random.random() < 0.5 else piece) * random.uniform(0.3, 1), np.uint8)


LETTERS = string.ascii_letters
_SHOWN = "".join(letter for letter in LETTERS if is_no_digit(letter))
_ALL_FONTS = (*TRAIN_FONTS, *OTHER_FONTS)
TRAIN: dict[str, tuple[Kind, float]] = {  # and its share of what is shown
    "letters": (characters(_SHOWN, _ALL_FONTS), 0.13), "signs": (characters(SIGNS, _ALL_FONTS), 0.03), "glyphs": (_glyphs, 0.21),
    "emblems": (many(pen_shapes.emblem), 0.11), "closed lines": (many(pen_shapes.closed), 0.09), "shapes": (many(pen_shapes.shape), 0.05),
    "bitten": (many(pen_shapes.bitten), 0.03), "outlines": (many(pen_shapes.outline), 0.03), "strokes": (many(pen_shapes.strokes), 0.03),
    "scribbles": (many(pen_shapes.scribble), 0.01),
    "pages": (many(_pages), 0.03), "labyrinths": (patterns.labyrinths, 0.04), "rings": (patterns.rings, 0.04), "mosaics": (patterns.mosaics, 0.04),
    "blobs": (patterns.blobs, 0.04), "textures": (patterns.textures, 0.04), "uniform": (patterns.uniform, 0.02), "specks": (patterns.specks, 0.03),
    "blanks": (patterns.blanks, 0.03),
}  # fmt: skip
HELD_OUT: dict[str, Kind] = {
    "uniform noise": patterns.uniform, "blanks": patterns.blanks, "letters": characters(LETTERS, HELD_OUT_FONTS),
    "shapes of a font": characters(HELD_OUT_DRAWN, ("DejaVuSans.ttf",)), "shapes": many(pen_shapes.curve), "stripes and checks": patterns.stripes,
}  # fmt: skip


def sample(n: int, seed: int) -> Pictures:
    """About n pictures of the kinds of TRAIN, each in its share of n, uint8 `[n, h, w]`."""
    random = np.random.default_rng(seed)
    return np.concatenate([kind(round(n * share), random) for kind, share in TRAIN.values()])


def held_out(n: int, seed: int = 0) -> dict[str, Pictures]:
    """n pictures of each kind that no picture of TRAIN is of; uniform noise and blanks, which are what they are, are other ones."""
    random = np.random.default_rng([seed, 1])
    return {name: kind(n, random) for name, kind in HELD_OUT.items()}
