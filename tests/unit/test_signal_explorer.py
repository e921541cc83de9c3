"""A model of signals in Python: drawn, walked, judged, looked for, shown and taken home as pictures of waveforms; no ink to take hold of."""

import dataclasses
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save as save_tensors

from gan_core import families
from gan_core.errors import ConfigError
from gan_core.imaging import exports
from gan_core.model import checkpoints, program
from gan_core.model.directions import leading_directions
from gan_core.model.explorer import Explorer
from gan_core.model.latent import Prior
from gan_core.runs import keeping
from ui.site import first_sight, listing

NAMES = ("normal · 1,200 rpm", "ball · 1,200 rpm")


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """Of random weights: a dense layer to one row of 64 places, a convolution of that row, and four times as many samples out of it."""
    random = np.random.default_rng(0)
    model = dataclasses.replace(
        families.get("wave").model_config(latent_dim=10, image_shape=(256, 1), num_classes=2), classes=NAMES, preset="live"
    )
    tensors = {
        "k": random.normal(size=(12, 128)) / 3,
        "c": random.normal(size=(1, 5, 2, 4)) / 3,
        "d": random.normal(size=(256, 3)) / 9,
    }
    to_signal = [
        {"op": "concat_labels"}, {"op": "dense", "kernel": "k"}, {"op": "reshape", "shape": [1, 64, 2]},
        {"op": "conv", "kernel": "c", "stride": 1, "padding": "same"}, {"op": "activation", "kind": "tanh"}, {"op": "reshape", "shape": [256, 1]},
    ]  # fmt: skip
    to_logit = [{"op": "reshape", "shape": [256]}, {"op": "dense", "kernel": "d"}, {"op": "label_score"}]
    z, images = {"name": "z", "shape": [10]}, {"name": "images", "shape": [256, 1], "range": [-1, 1]}
    floats = {key: value.astype(np.float32) for key, value in tensors.items()}
    generator = program.Program("generator", z, images, to_signal, {key: floats[key] for key in "kc"}, 2)
    judge = program.Program("discriminator", images, {"name": "logits", "shape": [1]}, to_logit, {"d": floats["d"]}, 2)
    directions, duals = leading_directions(generator, Prior.normal(10), samples=2)
    contents = {
        "generator.safetensors": program.to_bytes(generator),
        "discriminator.safetensors": program.to_bytes(judge),
        "directions.safetensors": save_tensors({"directions": directions, "duals": duals}),
    }
    config = {"model": model.to_dict(), "train": families.get("wave").train_config("live").to_dict(), "prior": {"kind": "normal"}, "step": 1,
              "epoch": 0.1, "seconds": 1.0, "versions": {}, "epochs": []}  # fmt: skip
    return Explorer(checkpoints.write(tmp_path_factory.mktemp("signals") / "tiny", config, contents))


def test_it_is_drawn_walked_and_judged(explorer: Explorer) -> None:
    drawn = explorer.generate(explorer.sample_z(4), [0, 1, 0, 1])
    assert drawn.shape == (4, 256) and 0 <= drawn.min() < drawn.max() <= 1 and str(explorer.kind) == "256 samples at 12,000 Hz"
    walked = explorer.walk(explorer.points([1, 2]), 5, [0, 1])
    assert walked.images.shape == (5, 256) and explorer.judge(drawn, [0, 1, 0, 1]).shape == (4,)
    assert explorer.wish(drawn, 0).shape == drawn.shape
    with pytest.raises(ConfigError, match="256"):
        explorer.judge(drawn[:, :200], 0)


def test_a_signal_finds_its_z_again(explorer: Explorer) -> None:
    z = explorer.sample_z(1, seed=5)
    found = explorer.invert(explorer.generate(z, 1), labels=1, starts=2, steps=60)
    assert found.images.shape == (1, 256) and found.error[0] < 0.25 * explorer.generate(z, 1).std()


def test_ink_is_pictures_only(explorer: Explorer) -> None:
    with pytest.raises(ConfigError, match="draws 256 samples at 12,000 Hz; expected pictures"):
        explorer.drag(explorer.sample_z(1)[0], (1, 1), (2, 2), labels=0)


def test_it_is_shown_and_taken_home_as_a_waveform(explorer: Explorer) -> None:
    drawn = explorer.generate(explorer.sample_z(4), 0)
    sizes = {}
    for kind in ("png", "strip", "gif", "webp"):
        with Image.open(io.BytesIO(exports.encode(kind, drawn, {}, scale=1))) as opened:
            sizes[kind] = opened.size
    assert sizes == {"png": (192, 96), "strip": (384, 48), "gif": (96, 48), "webp": (96, 48)}
    assert explorer._repr_png_()[:4] == b"\x89PNG" and explorer.figure_of_directions(steps=3).axes
    opening = first_sight.Opening(seed=1, digit=0, other=1).png(explorer._program("generator.safetensors", "generator"), explorer.prior)
    with Image.open(io.BytesIO(opening)) as opened:
        assert opened.size[0] == opened.size[1] > 96 and np.asarray(opened).max() > 200, "where the instrument will stand"


def test_lists_and_the_card_say_what_it_is(explorer: Explorer, tmp_path: Path) -> None:
    entry = listing.model_entry(explorer.checkpoint)
    assert (entry["image_shape"], entry["rate"], entry["classes"]) == ([256, 1], 12_000.0, list(NAMES))
    card = keeping.model_card("tiny", explorer.checkpoint.config.to_dict())
    assert "- Signals: 256 samples at 12,000 Hz; classes normal · 1,200 rpm, ball · 1,200 rpm" in card and "Data: Vibration" in card
