"""Figures for notebooks, by matplotlib, which is imported when the first is asked for; no global state of it is touched."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Floats
from gan_core.errors import ConfigError
from gan_core.imaging import waveforms

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST = 400  # pictures in one figure: more are too small to be seen


def film(images: Floats, captions: list[str] | None = None, columns: int = 10, title: str = "") -> Figure:
    """Pictures in rows, each with its caption below.

    Args:
        images: `[n, h, w]` or `[n, h, w, 3]` in [0, 1], or signals `[n, length]`; of more than MOST only so many, evenly chosen.
        captions: one for each picture.
    Raises: ConfigError where that does not fit.
    """
    signals = waveforms.are_signals(images)
    if (
        (not signals and (images.shape[3:] not in ((), (3,)) or images.ndim < 3))
        or not len(images)
        or (captions is not None and len(captions) != len(images))
    ):
        raise ConfigError(
            f"images have shape {list(images.shape)}; expected [n, h, w] or [n, h, w, 3], with as many captions where there are any."
        )
    if signals:
        images = np.asarray(waveforms.paint(images) / 255, np.float32)
    chosen = np.unique(np.linspace(0, len(images) - 1, min(len(images), MOST)).astype(int))
    columns = max(1, min(columns, len(chosen)))
    rows = -(-len(chosen) // columns)
    figure = _figure(figsize=(columns, rows * (1.25 if captions else 1.05) + (0.4 if title else 0)))
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


Series = tuple[list[float], list[float]]  # where, and how much


def curves(panels: dict[str, dict[str, Series]], x_label: str, title: str = "") -> Figure:
    """Lines over the same axis, a panel below the other.

    Args:
        panels: by what is on the panel's upright axis, with its unit: the lines by name. A panel without a number is left out.
    Raises: ConfigError where there is nothing to draw.
    """
    shown = {label: {name: line for name, line in lines.items() if line[0]} for label, lines in panels.items()}
    shown = {label: lines for label, lines in shown.items() if lines}
    if not shown:
        raise ConfigError("there is no figure to draw yet; wait for the first report after the beginning.")
    figure = _figure(figsize=(8, 0.6 + 2.1 * len(shown)))
    places = figure.subplots(len(shown), 1, squeeze=False, sharex=True).ravel()
    for place, (label, lines) in zip(places, shown.items(), strict=True):
        for name, (where, values) in lines.items():
            place.plot(where, values, label=name, linewidth=1.4)
        place.set_ylabel(label)
        place.grid(alpha=0.25)
        place.spines[["top", "right"]].set_visible(False)
        if len(lines) > 1:
            place.legend(frameon=False, fontsize=8)
    places[-1].set_xlabel(x_label)
    if title:
        figure.suptitle(title)
    return figure


def _figure(figsize: tuple[float, float]) -> Figure:
    """An empty figure. A notebook shows a plain one only where pyplot was imported, so this one shows itself."""
    from matplotlib.figure import Figure

    class Shown(Figure):
        def _repr_png_(self) -> bytes:
            return png(self)

    return Shown(figsize=figsize, layout="constrained")


def png(figure: Figure) -> bytes:
    """The figure as a PNG, as a notebook shows it."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100)
    return file.getvalue()
