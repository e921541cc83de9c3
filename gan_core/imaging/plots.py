"""Figures for notebooks, by matplotlib, which is imported when the first is asked for; no global state of it is touched."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Floats
from gan_core.errors import ConfigError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 400  # pictures in one figure: more are too small to be seen


def film(images: Floats, captions: list[str] | None = None, columns: int = 10, title: str = "") -> Figure:
    """Pictures in rows, each with its caption below.

    Args:
        images: `[n, h, w]` in [0, 1]; of more than MOST only so many, evenly chosen.
        captions: one for each picture.
    Raises: ConfigError where that does not fit.
    """
    from matplotlib.figure import Figure

    if images.ndim != 3 or not len(images) or (captions is not None and len(captions) != len(images)):
        raise ConfigError(f"images have shape {list(images.shape)}; expected [n, h, w], with as many captions where there are any.")
    chosen = np.unique(np.linspace(0, len(images) - 1, min(len(images), MOST)).astype(int))
    columns = max(1, min(columns, len(chosen)))
    rows = -(-len(chosen) // columns)
    figure = Figure(figsize=(columns, rows * (1.25 if captions else 1.05) + (0.4 if title else 0)), layout="constrained")
    places = figure.subplots(rows, columns, squeeze=False).ravel()
    for place in places:
        place.axis("off")
    for place, index in zip(places, chosen, strict=False):
        place.imshow(images[index], cmap="gray", vmin=0, vmax=1)
        if captions:
            place.set_title(captions[index], y=-0.3, fontsize=8)
    if title:
        figure.suptitle(title)
    return figure


def png(figure: Figure) -> bytes:
    """The figure as a PNG, as a notebook shows it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    return file.getvalue()
