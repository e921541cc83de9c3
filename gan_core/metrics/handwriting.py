"""Style of handwriting, measured: slant and stroke width of a picture, and whether they stay when only the digit changes."""

from __future__ import annotations

import numpy as np

from gan_core.arrays import Floats

FAINT = 1e-6


def slant(pictures: np.ndarray) -> Floats:
    """How far the ink leans to the right: the shift to the right per row upwards of the line through it, `[n]`.

    Args:
        pictures: `[n, height, width]` in [0, 1]. A picture without ink has slant 0.
    """
    ink = np.asarray(pictures, np.float64)
    rows, columns = np.mgrid[: ink.shape[1], : ink.shape[2]]
    mass = ink.sum(axis=(1, 2)) + FAINT
    y = rows - ((ink * rows).sum(axis=(1, 2)) / mass)[:, None, None]
    x = columns - ((ink * columns).sum(axis=(1, 2)) / mass)[:, None, None]
    covariance, variance = ((ink * values).sum(axis=(1, 2)) for values in (x * y, y * y))
    leaning: Floats = (-covariance / (variance + FAINT)).astype(np.float32)
    return leaning


def stroke_width(pictures: np.ndarray) -> Floats:
    """Width of the strokes in pixels, `[n]`: a stroke of length l and width w has the area l w and two edges of length l.

    Args:
        pictures: `[n, height, width]` in [0, 1]. The edges' length is the total variation; a picture without ink has width 0.
    """
    ink = np.pad(np.asarray(pictures, np.float64), ((0, 0), (1, 1), (1, 1)))
    down, right = np.diff(ink, axis=1)[:, :, :-1], np.diff(ink, axis=2)[:, :-1]
    edges = np.sqrt(down**2 + right**2).sum(axis=(1, 2))
    width: Floats = (2 * ink.sum(axis=(1, 2)) / (edges + FAINT)).astype(np.float32)
    return width


def kept_across_digits(values: np.ndarray) -> float:
    """Mean correlation between the columns of `[n, digits]`, where a row is one z drawn as each digit: 1 where the style is all z's, 0 where none.

    A digit that every z draws alike keeps nothing of z: its correlations count as 0, which they are too where there is but one digit.
    """
    columns = np.asarray(values, np.float64)
    deviations = columns - columns.mean(axis=0)
    lengths = np.sqrt((deviations**2).sum(axis=0))
    varied = lengths > FAINT * np.maximum(1, np.abs(columns).max(axis=0))
    units = np.where(varied, deviations / np.where(varied, lengths, 1), 0)
    pairs = (units.T @ units)[np.triu_indices(columns.shape[1], 1)]
    return float(pairs.mean()) if len(pairs) else 0.0
