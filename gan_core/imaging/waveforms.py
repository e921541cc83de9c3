"""Signals as pictures: their waveforms, white on black as a digit's strokes are."""

from __future__ import annotations

import itertools

import numpy as np

from gan_core.errors import DataError
from gan_core.imaging import pixels

HEIGHT, WIDTH = 48, 96  # pixels of one, unless asked otherwise
APART = 3  # pixels, left empty at either side of one among others
INK = 1.2  # pixels, how thick the line is


def are_signals(unit: np.ndarray) -> bool:
    """Whether a stack is one of signals, `[n, length]` or `[n, length, 1 to 3]`, and not of pictures, which are never so narrow."""
    return unit.ndim == 2 or (unit.ndim == 3 and unit.shape[-1] <= 3)


def painted(unit: np.ndarray) -> np.ndarray:
    """Samples in [0, 1] as pictures, uint8 `[n, h, w]` or `[n, h, w, 3]`: pictures as they are, signals as `paint` does. Raises DataError."""
    if not are_signals(unit):
        return pixels.to_uint8(unit)
    drawn = paint(unit, HEIGHT, WIDTH - 2 * APART)
    return np.pad(drawn, [(0, 0), (0, 0), (APART, APART), *[(0, 0)] * (drawn.ndim - 3)])


def paint(unit: np.ndarray, height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """The waveforms of signals `[n, length]` in [0, 1], uint8 `[n, height, width]`; of up to 3 channels in red, green and blue.

    Each column shows from where to where the signal goes in its time, so that no impact is left out, and a line from its neighbour's.
    Raises: DataError for NaN or infinity, or a signal with fewer samples than two columns have.
    """
    if not np.isfinite(unit).all():
        raise DataError("Signals hold NaN or infinity; expected floats in [0, 1]. The model that drew them is broken.")
    if unit.ndim == 3:
        several = [paint(unit[..., channel], height, width) for channel in range(unit.shape[2])]
        nothing = np.zeros_like(several[0])
        return several[0] if len(several) == 1 else np.stack([*several, nothing][:3], axis=-1)
    count, length = unit.shape
    if length < 2:
        raise DataError(f"Signals of {length} samples; expected at least 2.")
    rows = (1 - np.clip(unit, 0, 1)) * (height - 1)  # from the top
    edges = np.linspace(0, length - 1, width + 1).astype(int)
    reach = [rows[:, left : right + 1] for left, right in itertools.pairwise(edges)]  # neighbours share a sample
    top = np.stack([part.min(axis=1) for part in reach], axis=1) - INK / 2
    bottom = np.stack([part.max(axis=1) for part in reach], axis=1) + INK / 2
    line = np.arange(height)[None, :, None]
    covered = np.clip(np.minimum(bottom[:, None], line + 0.5) - np.maximum(top[:, None], line - 0.5), 0, 1)
    return pixels.to_uint8(covered.reshape(count, height, width))
