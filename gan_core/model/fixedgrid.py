"""The same z again and again: the picture by which a training is followed, and a model's earlier moments compared."""

from __future__ import annotations

import numpy as np

from gan_core import classes
from gan_core.config import ModelConfig
from gan_core.imaging import pixels, waveforms
from gan_core.model.latent import Prior
from gan_core.model.program import Program

ROWS = 8
MOST_COLUMNS = 20


def columns_of(model: ModelConfig) -> int:
    """How many pictures stand in a row: of a conditional model its classes, of many the first `MOST_COLUMNS`; else as many as rows."""
    return min(model.num_classes, MOST_COLUMNS) or ROWS


def drawn(
    generator: Program, model: ModelConfig, prior: Prior, seed: int, labels: np.ndarray | None = None, z_scale: float = 1.0
) -> np.ndarray:
    """The fixed-z grid, 8 rows; for a conditional model each row is one z as every class.

    Args:
        labels: of the columns of a conditional model (default: its classes in turn).
        z_scale: how far z reach, 1 as the prior's.
    Returns: uint8 `[8 h, columns w]`, or `[8 h, columns w, 3]` of colours.
    Raises: DataError where it draws what is no number.
    """
    columns = columns_of(model)
    z = prior.sample(ROWS if model.num_classes else ROWS * columns, seed) * np.float32(z_scale)
    weights = None
    if model.num_classes:
        shown = classes.even(columns, model.num_classes) if labels is None else labels
        z, weights = np.repeat(z, columns, axis=0), np.tile(classes.weights(shown, model.num_classes, model.groups), (ROWS, 1))
    return pixels.grid(waveforms.painted(pixels.to_unit(generator.run(z, weights), generator.output["range"])), columns)
