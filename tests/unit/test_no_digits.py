"""What is no digit, and what the shipped reader takes it for: pictures of kinds, fonts and signs that it has never been shown."""

from __future__ import annotations

import numpy as np
import pytest

from gan_core.data import no_digits
from gan_core.mnist import SIDE
from gan_core.model import digit_reader, program

# Measured on 2,000 of each: 0, 0, 0.018, 0.013, 0.006 and 0.003; before it had learnt what is no digit 0.88 to 1.
MOST_TAKEN = {
    "uniform noise": 0.005, "blanks": 0.005, "letters": 0.04, "shapes of a font": 0.035, "shapes": 0.02, "stripes and checks": 0.015,
}  # fmt: skip
NOBODYS_DIGITS = "HKMNRVWXdfhkmnprtvwx"  # the letters that are neither SAME nor LIKE in studies/no_digits.py


@pytest.mark.parametrize("kind", MOST_TAKEN)
def test_few_pictures_that_are_no_digit_are_read_as_one(kind: str) -> None:
    pictures = no_digits.HELD_OUT[kind](300, np.random.default_rng(5))
    classifier = program.read(digit_reader.CLASSIFIER)
    taken = np.mean(digit_reader.read(classifier, pictures / np.float32(255)).probabilities.max(axis=1) > 0.5)
    assert taken <= MOST_TAKEN[kind]


def test_letters_that_nobody_takes_for_digits_are_hardly_ever_read_as_one() -> None:
    pictures = no_digits.characters(NOBODYS_DIGITS, no_digits.HELD_OUT_FONTS)(400, np.random.default_rng(6))
    taken = np.mean(digit_reader.read(digit_reader.load(), pictures / np.float32(255)).probabilities.max(axis=1) > 0.5)
    assert taken <= 0.01, "measured: 0"


def test_what_is_held_out_is_shown_in_no_training() -> None:
    assert not {*no_digits.TRAIN_FONTS, *no_digits.OTHER_FONTS, *no_digits.WIDE_FONTS} & set(no_digits.HELD_OUT_FONTS)
    assert not any(no_digits.is_no_digit(sign) for sign in no_digits.HELD_OUT_DRAWN)
    assert not any(no_digits.is_no_digit(sign) for sign in "0123456789٣①²𝟘½OolIS𝐎𝓁ℐⅠ"), (
        "nor is a digit shown as none, nor what has its shape"
    )
    assert all(no_digits.is_no_digit(sign) for sign in "AkÖΩЖ♠")


@pytest.mark.parametrize("kind", no_digits.TRAIN)
def test_every_kind_is_drawn_as_often_as_asked_for_and_the_same_again(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_digits, "BLOCKS", ((0x2190, 0x21AF),))  # all of them take seconds
    no_digits.font_signs.cache_clear()
    draw, _ = no_digits.TRAIN[kind]
    first, again = (draw(4, np.random.default_rng(1)) for _ in range(2))
    assert first.shape == (4, SIDE, SIDE) and first.dtype == np.uint8 and np.array_equal(first, again)
    assert len({picture.tobytes() for picture in first}) == 4
    no_digits.font_signs.cache_clear()
