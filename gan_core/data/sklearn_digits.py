"""The data set that is always there: scikit-learn's 1,797 handwritten digits of 8x8, made to look like MNIST."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image

from gan_core.data.photos import centre
from gan_core.errors import DataError

# Greys of the enlarged digits that become black and white: with these the mean, the share of full white and the 20x20 box come
# nearest to MNIST's (0.121 to 0.130, 35 % to 38 % of what is not black).
EDGE = (0.35, 0.85)


@functools.cache
def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 `[1797, *KIND.outer]` and labels int64 `[1797]`, read once and then kept; do not write to them.

    Raises: DataError where scikit-learn, which brings them, is not installed.
    """
    small, labels = read_small_digits()
    return np.stack([mnist_look(digit / np.float32(16)) for digit in small]), labels


def read_small_digits() -> tuple[np.ndarray, np.ndarray]:
    """Pictures float32 `[1797, 8, 8]` in 0 ... 16 and labels int64 `[1797]`, as scikit-learn has them. Raises as `read_digits`.

    The file is read past scikit-learn, whose import takes seconds and 100 MB.
    """
    spec = importlib.util.find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise DataError("The digits data set is part of scikit-learn, which is not installed; install it with: pip install scikit-learn.")
    table = Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz"
    if table.is_file():
        rows = np.loadtxt(table, delimiter=",", dtype=np.float32)
        return rows[:, :64].reshape(-1, 8, 8), rows[:, 64].astype(np.int64)
    from sklearn.datasets import load_digits

    bunch = load_digits()
    return bunch.images.astype(np.float32), bunch.target.astype(np.int64)


def mnist_look(digit: np.ndarray) -> np.ndarray:
    """A digit float32 `[8, 8]` in [0, 1] as uint8 of MNIST's size: about 20x20, full white with a thin grey edge, centred by mass."""
    padded = np.pad(digit, 1)  # so that the outermost pixels fade out like the others
    large = np.asarray(Image.fromarray(padded).resize((24, 24), Image.Resampling.LANCZOS))
    crisp = np.clip((large - EDGE[0]) / (EDGE[1] - EDGE[0]), 0, 1)
    return centre(np.rint(crisp * 255).astype(np.uint8))
