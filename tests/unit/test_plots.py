"""Figures for notebooks."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

from gan_core import Explorer, runs
from gan_core.errors import ConfigError
from gan_core.imaging import plots
from gan_core.metrics import card as cards
from gan_core.model.checkpoints import Checkpoint


def test_a_walk_shows_itself(checkpoint: Checkpoint) -> None:
    explorer = Explorer.open(checkpoint.folder)
    walk = explorer.walk(explorer.points([3, 7]), steps=12)
    figure = walk.figure()
    assert [place.get_title() for place in figure.axes][:12] == [str(i) for i in range(12)]
    assert all(np.array_equal(place.images[0].get_array(), image) for place, image in zip(figure.axes, walk.images, strict=False))
    shown = Image.open(io.BytesIO(walk._repr_png_()))
    assert Image.open(io.BytesIO(figure._repr_png_())).size == shown.size, "a figure shows itself, without pyplot"
    assert shown.format == "PNG" and shown.width > 5 * 28


def test_many_pictures_are_thinned_and_wrong_ones_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "MOST", 50)  # matplotlib takes its time for more
    figure = plots.film(np.zeros((1000, 2, 2), np.float32), columns=20)
    assert len([place for place in figure.axes if place.images]) == plots.MOST
    with pytest.raises(ConfigError, match="images have shape"):
        plots.film(np.zeros((2, 2, 2, 2), np.float32))
    with pytest.raises(ConfigError, match="as many captions"):
        plots.film(np.zeros((2, 2, 2), np.float32), ["one"])


def test_matplotlib_waits_until_a_figure_is_asked_for() -> None:
    code = "import sys, gan_core.model.explorer; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "False"


def test_a_model_shows_a_sample_with_the_seed_of_each_picture(checkpoint: Checkpoint, conditional: Checkpoint) -> None:
    explorer = Explorer.open(checkpoint.folder)
    figure = explorer.figure(n=6, seed=3)
    for place in figure.axes[:6]:
        alone = explorer.generate(explorer.sample_z(1, int(place.get_title())))[0]
        assert np.allclose(place.images[0].get_array(), alone, atol=1e-6), "the caption is the seed that draws this picture alone"
    assert figure.get_suptitle() == "tiny, 6 samples of seed 3, each with its own seed"
    for one in (explorer, Explorer.open(conditional.folder)):
        assert Image.open(io.BytesIO(one._repr_png_())).format == "PNG"


def test_directions_go_through_the_picture_itself(checkpoint: Checkpoint) -> None:
    explorer = Explorer.open(checkpoint.folder)
    figure = explorer.figure_of_directions(seed=2, steps=5)
    places, rows = figure.axes, len(explorer.directions()[0])
    middle = explorer.generate(explorer.sample_z(1, 2))[0]
    assert len(places) == 5 * rows and [place.get_title() for place in places[:5]] == [
        "-3.0 sd",
        "-1.5 sd",
        "+0.0 sd",
        "+1.5 sd",
        "+3.0 sd",
    ]
    assert all(np.allclose(places[5 * row + 2].images[0].get_array(), middle, atol=1e-6) for row in range(rows))


def test_a_run_shows_its_curves_with_their_units() -> None:
    run = runs.find(ROOT / "recordings", "d_too_weak")
    figure = run.figure()
    reports = [report for report in run.reports() if report.get("g_loss") is not None]
    labels = [place.get_ylabel() for place in figure.axes]
    assert labels[0] == "loss (nats)" and figure.axes[-1].get_xlabel() == "training step" and "seed" in figure.get_suptitle()
    drawn = next(line for line in figure.axes[0].lines if line.get_label() == "g_loss")
    assert list(drawn.get_xdata()) == [report["step"] for report in reports] and list(drawn.get_ydata()) == [
        one["g_loss"] for one in reports
    ]
    assert not any("val_loss" in str(line.get_label()) for place in figure.axes for line in place.lines), (
        "what was not measured has no line"
    )
    assert Image.open(io.BytesIO(run._repr_png_() or b"")).format == "PNG"


def test_a_score_card_is_a_table() -> None:
    card = cards.ScoreCard(
        {"checkpoint": "<b>x", "frechet": {"value": 1.5, "low": 1.25, "high": 2.0, "over": "a", "n": 1000, "seconds": 2.5}}
    )
    shown = card._repr_html_()
    assert "&lt;b&gt;x" in shown and "<td>1.5000</td><td>1.2500 ... 2.0000</td><td>1,000</td><td>2.5</td>" in shown
    assert cards.as_text(card).startswith("checkpoint")
