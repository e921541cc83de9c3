"""Holding the ink, and finding the z of a picture, on the shipped models."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import ROOT

from gan_core import Explorer
from gan_core.errors import ConfigError
from gan_core.model import grasp

GANS = ("cgan-mnist", "dense-mnist")


def explorer(name: str) -> Explorer:
    return Explorer.open(ROOT / "checkpoints" / name)


def test_pulled_ink_is_where_the_finger_is_and_the_rest_stays() -> None:
    picture = np.zeros((28, 28), np.float32)
    picture[8:20, 14] = 1
    moved = grasp.pulled(picture, (14, 10), (18, 10))
    assert moved[10, 18] > 0.99 and moved[10, 14] < 0.5 and moved[19, 14] > 0.9
    assert np.array_equal(grasp.pulled(picture, (14, 10), (14, 10)), picture)
    assert grasp.blurred(picture).sum() == pytest.approx(picture.sum(), rel=0.02)


@pytest.mark.parametrize("name", GANS)
def test_the_ink_follows_and_z_stays_in_the_prior(name: str) -> None:
    e = explorer(name)
    z, labels = e.sample_z(1, seed=8), 7 if e.num_classes else None
    first = e.generate(z, labels)[0]
    y, x = (int(place[-1]) for place in np.nonzero(first > 0.9))  # the lowest ink
    start, end = (x, y), (x + 2, y - 3)
    walk = e.drag(z, start, end, labels, steps=6)
    assert walk.z.shape == (7, e.latent_dim) and walk.images.shape == (7, 28, 28)
    assert np.array_equal(walk.z[0], z[0]) and walk.images[0] == pytest.approx(first, abs=1e-5)
    wanted = grasp.blurred(grasp.pulled(first, start, end))

    def missing(picture: np.ndarray) -> float:
        return float(((grasp.blurred(picture) - wanted) ** 2).sum())

    assert missing(walk.images[-1]) < 0.6 * missing(first)
    assert np.linalg.norm(walk.z, axis=1).max() <= grasp.FARTHEST * np.sqrt(e.latent_dim) + 1e-3


def test_a_code_is_pulled_too_and_stays_a_code() -> None:
    e = explorer("autoencoder-mnist")
    walk = e.drag(e.sample_z(1, seed=3), (14, 14), (16, 13), steps=2)
    assert (walk.z >= 0).all() and not np.array_equal(walk.z[0], walk.z[-1])


@pytest.mark.slow
@pytest.mark.parametrize("name", GANS)
def test_the_z_of_a_drawn_picture_is_found_again_as_far_as_its_picture(name: str) -> None:
    e = explorer(name)
    labels = [3, 8] if e.num_classes else None
    images = e.generate(e.sample_z(2, seed=11), labels)
    found = e.invert(images, labels, starts=3, steps=60)
    assert found.z.shape == (2, e.latent_dim) and found.images.shape == (2, 28, 28)
    assert found.images == pytest.approx(e.generate(found.z, labels), abs=1e-5)
    assert found.error == pytest.approx(np.sqrt(((found.images - images) ** 2).mean(axis=(1, 2))), abs=1e-5)
    usual = np.sqrt(((e.generate(e.sample_z(1, seed=5), 3 if e.num_classes else None) - images) ** 2).mean())
    assert found.error.max() < 0.6 * usual


def test_the_digit_of_a_picture_is_found_too() -> None:
    e = explorer("cgan-mnist")
    images = e.generate(e.sample_z(2, seed=21), [4, 0])
    found = e.invert(images, starts=4, steps=40)
    assert found.class_weights is not None and found.class_weights.argmax(axis=1).tolist() == [4, 0]
    assert found.images == pytest.approx(e.generate(found.z, found.class_weights), abs=1e-5)
    assert found.error.max() < 0.15
    assert explorer("dense-mnist").invert(images[:1], starts=1, steps=1).class_weights is None


def test_a_step_as_the_discriminator_wishes_raises_its_opinion() -> None:
    e = explorer("dense-mnist")
    images = e.generate(e.sample_z(4, seed=2))
    before = e.judge(images)
    wish = e.wish(images)
    assert wish.shape == images.shape
    uphill = np.clip(images + 0.02 * wish / np.abs(wish).max(axis=(1, 2), keepdims=True), 0, 1)
    assert (e.judge(uphill) > before).all()


def test_what_does_not_fit_is_told() -> None:
    e = explorer("cgan-mnist")
    z = e.sample_z(1)
    with pytest.raises(ConfigError, match="x of end is 900; expected a number from -28 to 56"):
        e.drag(z, (3, 3), (900, 3), 1)
    with pytest.raises(ConfigError, match="needs labels"):
        e.drag(z, (3, 3), (4, 3))
    with pytest.raises(ConfigError, match=r"starts is 30; expected .*20"):
        e.invert(np.zeros((1, 28, 28)), starts=30)
    with pytest.raises(ConfigError, match="starts is 0"):
        e.invert(np.zeros((1, 28, 28)), 1, starts=0)
    with pytest.raises(ConfigError, match="images have shape"):
        e.invert(np.zeros((28, 28)), 1)


def test_of_what_the_starts_have_found_the_likely_one_is_taken_where_the_pull_says_so() -> None:
    e = explorer("cgan-mnist")
    program, image = e._generator(None), e.generate(e.sample_z(1, seed=21), [4])
    near, likely = (grasp.invert(program, e.prior, image, starts=8, steps=0, pull=pull) for pull in (0.0, 1e3))
    assert near.error[0] < likely.error[0] and (near.z**2).sum() > (likely.z**2).sum()
    shown = np.sqrt(((likely.images - image) ** 2).mean())
    assert likely.error[0] == pytest.approx(shown, abs=1e-6), "the error told is that of the picture that is returned"
