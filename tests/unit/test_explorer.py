"""Explorer: drawing, walking, encoding and judging with checked inputs, and without TensorFlow."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, random_program

from gan_core.errors import ConfigError
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.directions import leading_directions
from gan_core.model.explorer import Explorer
from gan_core.model.latent import Prior


def test_the_docstring_example(checkpoint: Checkpoint) -> None:
    e = Explorer.open(checkpoint.folder)
    images = e.generate(e.sample_z(16, seed=7))
    assert images.shape == (16, 28, 28) and images.dtype == np.float32 and images.min() >= 0 and images.max() <= 1
    assert len(np.unique(images.round(4), axis=0)) == 16
    walk = e.walk(e.points([3, 7]), steps=30)
    assert walk.images.shape == (30, 28, 28) and walk.images[0] == pytest.approx(e.generate(e.sample_z(1, seed=3))[0], abs=1e-6)
    judged = e.judge(images)
    assert judged.shape == (16,) and ((judged > 0) & (judged < 1)).all()


def test_labels_in_every_kind_and_wrong_ones(conditional: Checkpoint) -> None:
    e = Explorer.open(conditional.folder)
    z = e.sample_z(10, seed=1)
    same = e.generate(z, 3)
    assert np.array_equal(same, e.generate(z, [3] * 10)) and np.array_equal(same, e.generate(z, np.eye(10)[[3] * 10]))
    assert np.abs(same - e.generate(z, 4)).max() > 0.01
    blend = e.generate(z[:1], [[0.5, 0.5] + [0] * 8])
    assert blend.shape == (1, 28, 28)
    assert e.even_labels(12).tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    for labels in (None, 10, -1, 1.5, [1, 2], [[0.5] * 10] * 10, [[-1, 2] + [0] * 8] * 10, "three", float("nan")):
        with pytest.raises(ConfigError, match="expected"):
            e.generate(z, labels)
    walk = e.walk(e.points([1, 2]), 5, [0, 9])
    assert walk.labels is not None and walk.labels[2].tolist() == [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0.5]
    with pytest.raises(ConfigError, match="cannot be asked for a digit"):
        Explorer.open(conditional.folder.parent / "tiny").generate(z, 3) if (
            conditional.folder.parent / "tiny"
        ).exists() else _unconditional(conditional)


def _unconditional(conditional: Checkpoint) -> None:
    from conftest import make_checkpoint

    e = Explorer.open(make_checkpoint(conditional.folder.parent / "tiny").folder)
    e.generate(e.sample_z(1), 3)


def test_earlier_generators(checkpoint: Checkpoint) -> None:
    e = Explorer.open(checkpoint.folder)
    z = e.sample_z(2)
    assert e.steps == [0, 10] and np.abs(e.generate(z, step=0) - e.generate(z, step=10)).max() > 0.01
    with pytest.raises(ConfigError, match="expected one of: 0, 10"):
        e.generate(z, step=5)


def test_an_autoencoder_encodes_and_has_no_discriminator(autoencoder: Checkpoint) -> None:
    e = Explorer.open(autoencoder.folder)
    pictures = np.random.default_rng(0).random((3, 28, 28))
    code = e.encode(pictures)
    assert code.shape == (3, 6) and (code >= 0).all() and np.array_equal(e.reconstruct(pictures), e.generate(code))
    assert (e.walk(code, 9).z >= 0).all()
    with pytest.raises(ConfigError, match="no discriminator"):
        e.judge(pictures)
    with pytest.raises(ConfigError, match=r"values in \[0, 1\]"):
        e.encode(pictures * 255)


@pytest.mark.parametrize("z", [np.zeros((2, 5)), np.zeros(6), np.zeros((0, 6)), np.full((1, 6), np.nan)])
def test_bad_latents(checkpoint: Checkpoint, z: np.ndarray) -> None:
    with pytest.raises(ConfigError, match=r"expected finite numbers \[n, 6\]"):
        Explorer.open(checkpoint.folder).generate(z)


def test_directions_are_orthonormal_and_stored(checkpoint: Checkpoint) -> None:
    directions, duals = Explorer.open(checkpoint.folder).directions()
    assert directions.shape == (6, 6)  # never more than z has numbers
    assert directions @ duals.T == pytest.approx(np.eye(6), abs=1e-5)


def test_directions_are_ordered_by_how_much_they_change_the_picture() -> None:
    generator = random_program("generator")
    generator.tensors["00.kernel"] *= np.array([[1], [8], [2], [4], [0.5], [0.1]], np.float32)
    directions, _ = leading_directions(generator, Prior.normal(6))
    assert np.abs(directions).argmax(axis=1).tolist() == [1, 3, 2, 0, 4, 5]
    scaled = Prior(6, "rectified_normal", np.ones(6, np.float32), np.diag([1, 0.01, 1, 1, 1, 1]).astype(np.float32))
    directions, duals = leading_directions(generator, scaled)
    assert np.abs(directions).argmax(axis=1)[0] == 3 and directions @ duals.T == pytest.approx(np.eye(6), abs=1e-4)


def test_the_plane_of_seeds(checkpoint: Checkpoint) -> None:
    assert Explorer.open(checkpoint.folder).plane(0.5, -2, columns=3, rows=2).shape == (6, 28, 28)


def test_the_explorer_and_the_web_process_never_import_tensorflow() -> None:
    listed = "[m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras', 'torch')]"
    code = f"import sys, gan_core.model.explorer, gan_core.runs.keeping, ui.page, app; print({listed})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
