"""Hangul syllables: the 2,350 of KS X 1001 in open fonts, the data set `hangul`. `tools/hangul.py` draws its file.

A syllable is written as one block of an initial, a medial and a final (or none). Unicode counts them in mixed radix from U+AC00 on: 21 medials
for each initial, 27 finals and none for each medial. (The Unicode Standard 16.0, section 3.12, Conjoining Jamo Behavior.)
A tenth of the syllables is in the test split only, in every font: no training has seen them, though each of their parts.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_core import classes
from gan_core.data.npz import read_npz
from gan_core.errors import DataError

SIDE = 64  # pixels
FILE = "hangul.npz"
TRAIN, TEST = 76_140, 8_460  # pictures, of 36 fonts
FIRST = 0xAC00  # the code point of label 0
INITIALS = tuple("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
MEDIALS = tuple("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
NO_FINAL = "none"
FINALS = (NO_FINAL, *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
CLASSES = (*INITIALS, *MEDIALS, *FINALS)
GROUPS = (len(INITIALS), len(MEDIALS), len(FINALS))
HELD_OUT = 10  # one syllable of so many is never shown to a training
LEAST_SEEN = 2  # syllables with each part that stay with the training


@dataclass(frozen=True)
class Syllables:
    """Pictures uint8 `[n, 64, 64]`, ink 255 on 0, their labels int64 `[n]` (code point minus 0xAC00) and the number of the font of each."""

    pictures: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    fonts: npt.NDArray[np.int64]


@cache
def syllables() -> tuple[int, ...]:
    """The labels of the syllables of KS X 1001, in their order: rows 16 to 40 of 94 cells each."""
    return tuple(ord(bytes((0xA0 + row, 0xA0 + cell)).decode("euc_kr")) - FIRST for row in range(16, 41) for cell in range(1, 95))


@cache
def held_out() -> frozenset[int]:
    """The labels of the tenth that no training sees, always the same ones: by the order of their characters' SHA-256.

    None is among them without which one of its parts would be seen in fewer than `LEAST_SEEN` syllables, such as the only one with a final.
    """
    left = np.zeros((3, max(GROUPS)), int)
    for label in syllables():
        left[range(3), classes.parts(label, GROUPS)] += 1
    chosen: set[int] = set()
    for label in sorted(syllables(), key=lambda one: hashlib.sha256(chr(FIRST + one).encode()).digest()):
        own = left[range(3), classes.parts(label, GROUPS)]
        if len(chosen) < len(syllables()) // HELD_OUT and own.min() > LEAST_SEEN:
            left[range(3), classes.parts(label, GROUPS)] = own - 1
            chosen.add(label)
    return frozenset(chosen)


def read(path: Path, split: str) -> Syllables:
    """One split of a file that `tools/hangul.py` drew. Raises DataError for another file."""
    arrays = read_npz(path, ("pictures", "labels", "fonts"))
    pictures, labels, fonts = (arrays.get(name) for name in ("pictures", "labels", "fonts"))
    if pictures is None or labels is None or fonts is None or pictures.dtype != np.uint8 or pictures.shape != (len(labels), SIDE, SIDE):
        raise DataError(f"{str(path)!r} is not the syllables' file; expected what tools/hangul.py draws. Draw it again.")
    if labels.dtype.kind not in "iu" or fonts.shape != labels.shape or not np.isin(labels, syllables()).all():
        raise DataError(f"{str(path)!r} has other labels than syllables; expected what tools/hangul.py draws. Draw it again.")
    chosen = np.isin(labels, sorted(held_out())) == (split == "test")
    return Syllables(pictures[chosen], labels[chosen].astype(np.int64), fonts[chosen].astype(np.int64))
