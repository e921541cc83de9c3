"""The digit in a photograph of paper: light, shadow, lines, boxes and desks are no ink, and what cannot be read is refused."""

from __future__ import annotations

from typing import Any

import golden_photos
import numpy as np
import pytest

from gan_core.data import ink, photos
from gan_core.errors import DataError

CASES = golden_photos.read()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_was_recorded_for_python_and_javascript(case: dict[str, Any]) -> None:
    if case["digit"] is None:
        with pytest.raises(DataError, match=case["refused"]):
            ink.ink_of(case["grey"])
        return
    read = photos.fit_digit(ink.ink_of(case["grey"]))
    assert np.abs(read.astype(int) - case["digit"]).max() <= 2


def test_the_same_digit_is_read_in_whatever_light_and_on_whatever_paper() -> None:
    read = {case["name"]: case["digit"].astype(float).ravel() for case in CASES if case["digit"] is not None}
    for name, like in (
        ("desk", "even"),
        ("box", "even"),
        ("corners", "bright on dark"),
        ("ruled", "corners"),
        ("squared", "corners"),
        ("shadow", "corners"),
    ):
        assert np.corrcoef(read[name], read[like])[0, 1] > 0.9, name


def test_pieces_touch_by_their_corners_too() -> None:
    mask = np.array([[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 0, 0], [1, 1, 1, 1]], bool)
    labels, pieces = ink.pieces_of(mask)
    assert [(piece.area, piece.top, piece.bottom, piece.left, piece.right) for piece in pieces] == [
        (2, 0, 1, 0, 1),
        (2, 0, 1, 3, 3),
        (4, 3, 3, 0, 3),
    ]
    assert labels.tolist() == [[1, 0, 0, 2], [0, 1, 0, 2], [0, 0, 0, 0], [3, 3, 3, 3]]
    assert ink.pieces_of(np.indices((600, 600)).sum(0) % 2 == 0)[1] == [], "a chequerboard is no drawing"


def test_widest_is_the_largest_within_reach() -> None:
    values = np.random.default_rng(0).random((23, 31))
    for reach in (1, 2, 5):
        window = np.lib.stride_tricks.sliding_window_view(values, (2 * reach + 1, 2 * reach + 1))
        np.testing.assert_array_equal(ink.widest(values, reach), window.max(axis=(2, 3)))
