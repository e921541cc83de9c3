"""What the reader takes for digits that are none: glyph by glyph, those that are digits to anybody apart, and what it would cost to be stricter.

    python studies/no_digits.py                      # the shipped reader: two tables
    python studies/no_digits.py --reader FILE --glyphs --sheets /tmp/sheets

Three judges say which pictures have a digit's shape, none of them asks the reader: SAME and LIKE below, written down before any result was seen,
and the distance to the nearest of the training digits, softened: nearer than that of one real digit in twenty (NEAR). What a person takes an O
for is a 0, whoever drew it; the rest should be told. `lost` is the share of MNIST's test digits that are read with over a half by the reader
without its class "no digit", and no more with it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.data import catalog, no_digits  # noqa: E402
from gan_core.model import digit_reader, program  # noqa: E402

# A digit's shape to whoever is shown this one glyph and expects a digit: with the digit's own strokes, in the digit's own place.
SAME = {
    "O": 0, "o": 0, "○": 0,  # a closed round line
    "l": 1, "I": 1,  # one upright stroke; serifs are a typed 1's own
    "Z": 2, "z": 2, "S": 5, "s": 5,  # their corners are round, or not, in digits as well
    "B": 8, "b": 6, "G": 6, "g": 9, "q": 9,  # a stroke with a bowl where the digit has its bowl
}  # fmt: skip
# What one could argue about: a digit with something more, something less, or drawn otherwise than most do.
LIKE = {
    "Q": 0, "D": 0, "C": 0, "U": 0, "c": 0, "u": 0, "□": 0, "◇": 0, "♢": 0, "◎": 0, "◐": 0, "◑": 0, "leaf": 0,  # one closed line, or a gap in it
    "i": 1, "j": 1, "J": 1,  # a stroke with a dot, or a hook
    "E": 3, "A": 4, "Y": 4, "y": 4, "L": 6, "T": 7, "F": 7, "e": 8, "a": 9, "P": 9,
}  # fmt: skip
CURVES = ("heart", "house", "arrow", "leaf")
NEAR = 0.95  # of the real digits are nearer to a training digit than what counts as far
TRAINING, REAL = 20_000, 2_000  # digits that near is measured in
LOSSES = (0.001, 0.002, 0.003, 0.005, 0.01, 0.02)


@dataclass(frozen=True)
class Drawn:
    """Pictures that are no digits, uint8 `[n, h, w]`, and of each its kind and its name: a character, or the name of a curve."""

    pictures: np.ndarray
    kinds: np.ndarray
    names: np.ndarray


def drawn(each: int, seed: int) -> Drawn:
    """Of every held-out kind: each letter and each shape so often (letters in every font), as many curves and stripes as letters."""
    random, found = np.random.default_rng([seed, 7]), []
    for letter in no_digits.LETTERS:
        for font in no_digits.HELD_OUT_FONTS:
            found.append(("letters", letter, no_digits.characters(letter, (font,))(each, random)))
    for sign in no_digits.HELD_OUT_DRAWN:
        found.append(("shapes of a font", sign, no_digits.characters(sign, ("DejaVuSans.ttf",))(6 * each, random)))
    for i in range(300 * each):
        kind = CURVES[np.random.default_rng([seed, i]).integers(len(CURVES))]  # the first number that the curve itself draws
        found.append(("shapes", kind, no_digits.HELD_OUT["shapes"](1, np.random.default_rng([seed, i]))))
    for kind in ("stripes and checks", "uniform noise", "blanks"):
        found.append((kind, kind, no_digits.HELD_OUT[kind](300 * each, random)))
    kinds, names = ([entry[at] for entry in found for _ in entry[2]] for at in (0, 1))
    return Drawn(np.concatenate([entry[2] for entry in found]), np.array(kinds), np.array(names))


def soft(pictures: np.ndarray) -> np.ndarray:
    """uint8 `[n, h, w]` -> float32 `[n, h * w]` in [0, 1], each pixel the mean of nine, as a stroke may lie a pixel off."""
    wide = np.pad(pictures.astype(np.float32) / 255, ((0, 0), (1, 1), (1, 1)))
    height, width = pictures.shape[1:]
    parts = [wide[:, y : y + height, x : x + width] for y in range(3) for x in range(3)]
    return (sum(parts) / np.float32(9)).reshape(len(pictures), -1)


def distances(pictures: np.ndarray, digits: np.ndarray) -> np.ndarray:
    """Of each picture to the nearest of the digits, `[n]`."""
    known = soft(digits)
    squares = (known**2).sum(axis=1)
    found = []
    for part in np.array_split(pictures, max(1, len(pictures) // 500)):
        seen = soft(part)
        found.append(np.sqrt(np.maximum((squares - 2 * seen @ known.T).min(axis=1) + (seen**2).sum(axis=1), 0)))
    return np.concatenate(found)


def scores(reader: program.Program, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By how much the logit of "no digit" may rise until a picture is read with a half or less `[n]` (under 0: it is already), and as which digit."""
    head = reader.ops[-digit_reader.HEAD]
    shown = pictures[..., None] / np.float32(255)
    hidden = np.concatenate([reader.run(part, leave_out=digit_reader.HEAD) for part in np.array_split(shown, max(1, len(shown) // 250))])
    logits = (hidden @ reader.tensors[head["kernel"]] + reader.tensors[head["bias"]]).astype(np.float64)
    known, top = logits[:, :-1], logits[:, :-1].max(axis=1)
    rest = 2 - np.exp(known - top[:, None]).sum(axis=1)  # over 0 where a digit has over a half without "no digit"
    with np.errstate(divide="ignore", invalid="ignore"):
        room = np.where(rest > 0, top + np.log(rest) - logits[:, -1], -np.inf)
    return room, known.argmax(axis=1)


def table(found: Drawn, room: np.ndarray, near: np.ndarray) -> str:
    """Kind by kind: how many, the share read with over a half, of these what has a digit's shape by each judge, and the share among the others."""
    same, like = (np.isin(found.names, list(which)) for which in (SAME, SAME | LIKE))
    lines = [
        f"{'kind':20}{'n':>6}{'read':>8}   {'of these SAME':>14}{'+ LIKE':>8}{'near':>7}   {'read of the rest: not SAME':>26}{'nor LIKE':>10}{'nor near':>10}"
    ]
    for kind in [*dict.fromkeys(found.kinds.tolist()), "all"]:
        one = (found.kinds == kind) | (kind == "all")
        taken = one & (room > 0)
        count = max(1, int(taken.sum()))
        shares = [np.sum(taken & which) / count for which in (same, like, near)]
        rests = [percent(taken[one & ~which]) for which in (same, like, like | near)]
        lines.append(
            f"{kind:20}{one.sum():6}{percent(taken[one]):>8}   {shares[0]:14.0%}{shares[1]:8.0%}{shares[2]:7.0%}   {rests[0]:>26}{rests[1]:>10}{rests[2]:>10}"
        )
    return "\n".join(lines)


def percent(of: np.ndarray) -> str:
    """The share that is true."""
    return f"{np.mean(of):.1%}" if len(of) else "-"


def trade(found: Drawn, room: np.ndarray, near: np.ndarray, real: np.ndarray) -> str:
    """What would be read if so many of the real digits were given up: all, those of no judge, and as it is now."""
    rest = ~near & ~np.isin(found.names, list(SAME | LIKE))
    kinds = list(dict.fromkeys(found.kinds.tolist()))
    lines = [f"{'lost of the digits':20}" + "".join(f"{kind:>20}" for kind in kinds)]
    was = real[np.isfinite(real)]
    for name, rise in [("as it is", 0.0), *((f"{loss:.1%}", float(np.quantile(was, loss))) for loss in LOSSES)]:
        lost = np.mean(was <= rise) if name == "as it is" else None
        cells = [f"{percent(room[found.kinds == kind] > rise)} ({percent(room[(found.kinds == kind) & rest] > rise)})" for kind in kinds]
        lines.append(f"{name + ('' if lost is None else f' ({lost:.2%})'):20}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines)


def glyphs(found: Drawn, room: np.ndarray, read: np.ndarray, near: np.ndarray) -> str:
    """Each glyph that is read at all: how often, mostly as what, how often it is near, and what the lists call it."""
    lines = []
    for name in dict.fromkeys(found.names.tolist()):
        one = found.names == name
        if not (taken := one & (room > 0)).any():
            continue
        digits = np.bincount(read[taken], minlength=10)
        told = ", ".join(f"{digit}: {digits[digit]}" for digit in np.argsort(-digits)[:3] if digits[digit])
        list_of = f"same {SAME[name]}" if name in SAME else f"like {LIKE[name]}" if name in LIKE else ""
        lines.append((np.mean(room[one] > 0), f"{name:20}{percent(room[one] > 0):>8} near {percent(near[one]):>6}  {list_of:8} {told}"))
    return "\n".join(line for _, line in sorted(lines, reverse=True))


def sheet(found: Drawn, room: np.ndarray, which: np.ndarray, columns: int = 24, rows: int = 12) -> Image.Image:
    """Those that are read most surely first."""
    best = np.flatnonzero(which & (room > 0))
    best = best[np.argsort(-room[best])][: columns * rows]
    page = np.full((rows * 30, columns * 30), 90, np.uint8)
    for at, i in enumerate(best):
        y, x = 30 * (at // columns), 30 * (at % columns)
        page[y : y + 28, x : x + 28] = found.pictures[i]
    return Image.fromarray(page).resize((2 * page.shape[1], 2 * page.shape[0]), Image.Resampling.NEAREST)


def main() -> None:
    """Draw, read, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", type=Path, default=digit_reader.CLASSIFIER, help="(default: the shipped one)")
    parser.add_argument("--each", type=int, default=6, help="pictures of each letter in each font (default: 6)")
    parser.add_argument("--seed", type=int, default=0, help="of the pictures (default: 0)")
    parser.add_argument("--glyphs", action="store_true", help="each glyph that is read, too")
    parser.add_argument("--sheets", type=Path, help="folder for pictures of what is read")
    options = parser.parse_args()
    reader, train, test = program.read(options.reader), catalog.load("mnist"), catalog.load("mnist", split="test")
    found = drawn(options.each, options.seed)
    (room, read), (real, _) = scores(reader, found.pictures), scores(reader, test.images)
    digits = train.images[:TRAINING]
    near = distances(found.pictures, digits) < np.quantile(distances(test.images[:REAL], digits), NEAR)
    print(table(found, room, near), trade(found, room, near, real), sep="\n\n")
    if options.glyphs:
        print(glyphs(found, room, read, near))
    if options.sheets:
        options.sheets.mkdir(parents=True, exist_ok=True)
        rest = ~np.isin(found.names, list(SAME | LIKE))
        for kind in dict.fromkeys(found.kinds.tolist()):
            sheet(found, room, (found.kinds == kind) & rest).save(options.sheets / f"{kind.replace(' ', '-')}.png")


if __name__ == "__main__":
    main()
