"""A training of the page is judged by the figures of gan_core: the same generator, the same pictures, told by both."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from safetensors.numpy import load_file

from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.metrics import figures
from gan_core.model import digit_reader, program
from gan_core.model.directions import leading_directions
from gan_core.model.explorer import Explorer
from gan_core.model.latent import Prior

NODE = shutil.which("node")
SAMPLES, DIMENSIONS, SEED = 250, 16, 3


def spread(features: np.ndarray) -> float:
    """Mean distance of two rows."""
    distances = np.linalg.norm(features[:, None] - features[None], axis=2)
    return float(distances.sum() / (len(features) * (len(features) - 1)))


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize("name", ["dense-mnist", "cgan-mnist"])
def test_the_page_sees_what_gan_core_sees(name: str, tmp_path: Path) -> None:
    explorer = Explorer.open(ROOT / "checkpoints" / name)
    classes, latent = explorer.num_classes, explorer.latent_dim
    images = catalog.load("digits").images[:400]
    (tmp_path / "images").write_bytes(images.tobytes())
    command = [NODE, ROOT / "tests/unit/js/monitor.mjs", ROOT / "checkpoints" / name / "generator.safetensors", digit_reader.CLASSIFIER,
               tmp_path / "images", latent, classes]  # fmt: skip
    answer = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)

    classifier, prior = digit_reader.load(), Prior.normal(latent)
    asked = np.arange(SAMPLES) % classes if classes else None
    drawn = digit_reader.read(classifier, explorer.generate(prior.sample(SAMPLES, SEED), asked))
    real = digit_reader.read(classifier, images / np.float32(255)).features
    mean, covariance = figures.gaussian(real)
    directions = np.linalg.eigh(covariance)[1][:, -DIMENSIONS:]
    known, seen = (figures.gaussian((features - mean) @ directions) for features in (real, drawn.features))
    distance = figures.frechet_of_gaussians(*known, *seen)
    some = real[np.arange(SAMPLES) * len(real) // SAMPLES]
    for look in (told["first"], told["second"]):
        assert np.abs(np.array(look["digits"]) - figures.digit_histogram(drawn.digits)).max() <= 1 / SAMPLES + 1e-4
        assert abs(look["confident"] - (drawn.probabilities.max(axis=1) >= 0.9).mean()) <= 2 / SAMPLES
        assert look["distance"] == pytest.approx(distance, rel=0.01)
        assert look["variety"] == pytest.approx(spread(drawn.features) / spread(some), rel=0.002)
        if asked is not None:
            assert look["label_accuracy"] == pytest.approx(figures.label_accuracy(drawn.digits, asked), abs=1 / SAMPLES + 1e-4)
    assert told["due"] == [False, True]
    z = prior.sample(8 if classes else 64, SEED)
    labels = np.tile(np.arange(classes), 8) if classes else None
    grid = pixels.grid(pixels.to_uint8(explorer.generate(np.repeat(z, classes, axis=0) if classes else z, labels)), classes or 8)
    assert told["width"] == grid.shape[1] and told["mean"] == pytest.approx(grid.mean(), abs=0.05)


@pytest.mark.skipif(NODE is None, reason="needs node")
@pytest.mark.parametrize("name", [pytest.param("cgan-mnist", marks=pytest.mark.slow), "autoencoder-mnist"])
def test_the_page_finds_the_directions_and_the_prior_of_gan_core(name: str, tmp_path: Path) -> None:
    folder = ROOT / "checkpoints" / name
    explorer = Explorer.open(folder)
    images = catalog.load("digits").images[:600]
    (tmp_path / "images").write_bytes(images.tobytes())
    encoder = folder / "encoder.safetensors"
    command = [NODE, ROOT / "tests/unit/js/latentfiles.mjs", folder / "generator.safetensors", encoder if encoder.exists() else "", tmp_path / "images",
               explorer.latent_dim, explorer.num_classes, tmp_path]  # fmt: skip
    subprocess.run(list(map(str, command)), check=True)
    generator, prior = program.read(folder / "generator.safetensors"), Prior.normal(explorer.latent_dim)
    if encoder.exists():
        network = program.read(encoder)
        expected = Prior.of_codes(network.run(pixels.to_model(images, network.input["range"])))
        told = load_file(tmp_path / "prior.safetensors")
        covariance, factor = told["factor"] @ told["factor"].T, expected.factor
        assert factor is not None and np.abs(told["mean"] - expected.mean).max() < 1e-3
        assert np.abs(covariance - factor @ factor.T).max() < 1e-3 * np.abs(covariance).max()
        prior = Prior(
            explorer.latent_dim, "rectified_normal", told["mean"], told["factor"]
        )  # its eigenvectors may be turned: go on with these
    else:
        assert not (tmp_path / "prior.safetensors").exists()
    directions, duals = leading_directions(generator, prior)
    told = load_file(tmp_path / "directions.safetensors")
    assert told["directions"].shape == directions.shape
    for ours, theirs in ((told["directions"], directions), (told["duals"], duals)):
        for one, other in zip(ours[:4], theirs[:4], strict=True):  # later ones may be nearly as strong as each other
            assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.99
    own = told["directions"] @ told["duals"].T
    assert np.abs(own - np.eye(len(own))).max() < 1e-2
