"""Figures for notebooks."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

from gan_core import Explorer
from gan_core.errors import ConfigError
from gan_core.imaging import plots
from gan_core.model.checkpoints import Checkpoint


def test_a_walk_shows_itself(checkpoint: Checkpoint) -> None:
    explorer = Explorer.open(checkpoint.folder)
    walk = explorer.walk(explorer.points([3, 7]), steps=12)
    figure = walk.figure()
    assert [place.get_title() for place in figure.axes][:12] == [str(i) for i in range(12)]
    assert all(np.array_equal(place.images[0].get_array(), image) for place, image in zip(figure.axes, walk.images, strict=False))
    shown = Image.open(io.BytesIO(walk._repr_png_()))
    assert shown.format == "PNG" and shown.width > 5 * 28


def test_many_pictures_are_thinned_and_wrong_ones_are_told() -> None:
    figure = plots.film(np.zeros((1000, 2, 2), np.float32), columns=20)
    assert len([place for place in figure.axes if place.images]) == plots.MOST
    with pytest.raises(ConfigError, match="images have shape"):
        plots.film(np.zeros((2, 2), np.float32))
    with pytest.raises(ConfigError, match="as many captions"):
        plots.film(np.zeros((2, 2, 2), np.float32), ["one"])


def test_matplotlib_waits_until_a_figure_is_asked_for() -> None:
    code = "import sys, gan_core.model.explorer; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "False"
