"""Slant and stroke width of strokes that are drawn to measure."""

import numpy as np
import pytest

from gan_core.metrics import handwriting


def stroke(width: float, lean: float) -> np.ndarray:
    """An upright stroke 20 rows high; `lean` pixels to the right per row upwards; edges softened as in MNIST."""
    rows, columns = np.mgrid[:28, :28]
    distance = np.abs(columns - 13.5 - lean * (13.5 - rows))
    return np.clip(width / 2 + 0.5 - distance, 0, 1) * ((rows >= 4) & (rows < 24))


@pytest.mark.parametrize("lean", [-0.4, 0.0, 0.3])
def test_slant_is_the_lean_of_a_stroke(lean: float) -> None:
    assert handwriting.slant(np.stack([stroke(2, lean), stroke(4, lean)])) == pytest.approx([lean, lean], abs=0.02)


def test_stroke_width_grows_with_the_stroke_and_does_not_mind_its_lean() -> None:
    thin, thick, leaning = handwriting.stroke_width(np.stack([stroke(2, 0), stroke(4, 0), stroke(2, 0.3)]))
    assert 1.6 < thin < 2.2 and 1.6 < thick / thin < 2.2 and leaning == pytest.approx(thin, rel=0.15)


def test_a_blank_picture_has_neither() -> None:
    blank = np.zeros((1, 28, 28))
    assert handwriting.slant(blank).tolist() == [0] and handwriting.stroke_width(blank).tolist() == [0]


@pytest.mark.filterwarnings("error")
def test_what_no_z_changes_keeps_nothing() -> None:
    own = np.random.default_rng(0).normal(size=(50, 1))
    assert handwriting.kept_across_digits(np.full((50, 10), 0.3)) == 0
    assert handwriting.kept_across_digits(np.hstack([own, own, np.full((50, 2), 0.3)])) == pytest.approx(1 / 6), "one pair of six"
    assert handwriting.kept_across_digits(own) == 0, "there is no other digit"


def test_what_is_kept_across_digits_is_the_rows_share() -> None:
    random = np.random.default_rng(0)
    own, noise = random.normal(size=(4000, 1)), random.normal(size=(4000, 10))
    assert handwriting.kept_across_digits(np.repeat(own, 10, axis=1)) == pytest.approx(1)
    assert handwriting.kept_across_digits(noise) == pytest.approx(0, abs=0.05)
    assert handwriting.kept_across_digits(own + noise) == pytest.approx(0.5, abs=0.05)  # half of the variance is the row's
