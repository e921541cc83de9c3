"""What the readers of a person's own data give, and how much of it there may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_core.errors import DataError

MIN_IMAGES = 10
MAX_IMAGES = 200_000
MAX_PIXELS = 2**30  # bytes of all pictures together, as they are learned


@dataclass(frozen=True)
class Found:
    """All pictures of the data; `held_out` says which the data themselves hold out, None where they do not say."""

    images: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...] = ()
    held_out: np.ndarray | None = None


def check_count(n: int, start: str, what: str, most: int = MAX_IMAGES) -> None:
    """Raises DataError where there are too few pictures to learn from, or too many."""
    if not MIN_IMAGES <= n <= most:
        todo = "Add some" if n < MIN_IMAGES else "Take some away"
        raise DataError(f"{start} {n:,} {what}; expected {MIN_IMAGES} to {most:,}. {todo} and try again.")
