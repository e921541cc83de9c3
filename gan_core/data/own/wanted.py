"""As what a person's own pictures are wanted: their shape, what is done to them first, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_core.data import photos
from gan_core.data.own.found import MAX_IMAGES
from gan_core.data.own.sheet import INKS, inks_of
from gan_core.preparation import Preparation

PLAIN = Preparation()


@dataclass(frozen=True)
class Wanted:
    """Args:
    shape: `[height, width, channels]` of a picture as it is learned.
    preparation: what is done to it first.
    most: pictures; more are refused.
    """

    shape: tuple[int, ...]
    preparation: Preparation = PLAIN
    most: int = MAX_IMAGES

    def fit(self, picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
        """A picture uint8 `[h, w]` or `[h, w, 3]` turned and made as large as `shape`; its ink is as it was."""
        turned = self.turned(picture[None])[0]
        return (photos.cropped if self.preparation.fit == "crop" else photos.fitted)(turned, shape)

    def turned(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures `[n, h, w, ...]` turned over their diagonal and clockwise, as the preparation says."""
        if self.preparation.flip:
            pictures = np.swapaxes(pictures, 1, 2)
        return np.ascontiguousarray(np.rot90(pictures, -self.preparation.quarters, axes=(1, 2)))

    def inked(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures uint8 `[n, h, w, ...]` with the ink that the preparation says."""
        if self.preparation.ink == "invert":
            return 255 - pictures
        if self.preparation.ink == "bright-ink" and len(pictures):
            dark = inks_of(pictures) == INKS.index("dark on bright")
            return np.where(dark.reshape(-1, *[1] * (pictures.ndim - 1)), 255 - pictures, pictures)
        return pictures
