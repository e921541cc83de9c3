"""The latent space: seeds that mean the same everywhere, honest normals, walks that keep their length."""

import numpy as np
import pytest
from scipy import stats

from gan_core.errors import ConfigError
from gan_core.model import latent
from gan_core.model.latent import Prior


def mix(x: int) -> int:
    """The specification of docs/formats.md, written again with Python's unbounded integers."""
    x ^= x >> 16
    x = x * 0x21F0AAAD % 2**32
    x ^= x >> 15
    x = x * 0x735A2D97 % 2**32
    return x ^ x >> 15


def test_numbers_are_those_of_the_specification() -> None:
    for seed in (0, 1, 7, 2**32 - 1):
        base = mix(seed ^ 0x6A09E667)
        words = [mix((base + i * 0x9E3779B1) % 2**32) for i in range(4)]
        u, v = (words[2] + 0.5) / 2**32, (words[3] + 0.5) / 2**32
        expected = np.sqrt(-2 * np.log(u)) * np.array([np.cos(2 * np.pi * v), np.sin(2 * np.pi * v)])
        assert latent.normal([seed], 4)[0, 2:] == pytest.approx(expected, abs=1e-6)
        assert latent.normal([seed], 3)[0, 2] == latent.normal([seed], 4)[0, 2]
    children = latent.child_seeds(7, 3)
    assert children[0] == 7 and children[2] == mix((mix((7 + 0x9E3779B9) % 2**32) + 2 * 0x85EBCA6B) % 2**32)


def test_a_row_of_a_sample_has_a_seed_that_draws_it_alone() -> None:
    prior = Prior.normal(10)
    rows = prior.sample(5, seed=99)
    for row, seed in zip(rows, latent.child_seeds(99, 5), strict=True):
        assert np.array_equal(prior.sample(1, int(seed))[0], row)


def test_samples_are_standard_normal_and_seeds_do_not_resemble_each_other() -> None:
    z = Prior.normal(100).sample(2000, seed=3)
    assert stats.kstest(z.ravel(), "norm").pvalue > 1e-3
    assert np.abs(np.corrcoef(z.T) - np.eye(100)).max() < 0.12
    neighbours = latent.normal(np.arange(2000), 100)
    assert stats.kstest(neighbours.ravel(), "norm").pvalue > 1e-3
    assert abs(np.corrcoef(neighbours[:-1].ravel(), neighbours[1:].ravel())[0, 1]) < 0.01


def test_codes_give_a_prior_with_their_mean_and_covariance_and_never_negative() -> None:
    random = np.random.default_rng(0)
    codes = (5 + random.normal(size=(5000, 3)) @ np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 0.2]])).astype(np.float32)
    prior = Prior.of_codes(codes)
    z = prior.sample(20000, seed=1)
    assert z.mean(axis=0) == pytest.approx(codes.mean(axis=0), abs=0.05)
    assert np.cov(z.T) == pytest.approx(np.cov(codes.T), abs=0.06)
    assert (Prior.of_codes(codes - 5).sample(100, 1) >= 0).all()


def test_spread_pulls_to_the_mean() -> None:
    prior = Prior(2, "rectified_normal", np.array([1.0, 2.0], np.float32), np.eye(2, dtype=np.float32))
    z = np.array([[3.0, 2.0]], np.float32)
    assert prior.spread(z, 0).tolist() == [[1, 2]] and prior.spread(z, 0.5).tolist() == [[2, 2]] and prior.spread(z, 1) is z
    with pytest.raises(ConfigError, match="truncation_psi"):
        prior.spread(z, -1)


def test_the_highest_vote_is_ahead_and_nothing_else_is_moved() -> None:
    plain, led = Prior.normal(6), Prior.normal(6, votes=4, lead=0.5)
    z, raised = plain.sample(200, seed=4), led.sample(200, seed=4)
    votes = np.sort(raised[:, :4], axis=1)
    assert (votes[:, -1] - votes[:, -2]).min() >= 0.5 and np.array_equal(z[:, :4].argmax(axis=1), raised[:, :4].argmax(axis=1))
    assert np.array_equal((raised != z).sum(axis=1), np.ones(200)) and np.allclose((raised - z).sum(axis=1), 0.5, atol=1e-6)
    assert np.array_equal(led.sample(200, 4, 0.5), raised * np.float32(0.5))
    assert np.array_equal(Prior.normal(6, votes=4).sample(3, 4), z[:3]) and np.array_equal(Prior.normal(6, lead=0.5).sample(3, 4), z[:3])
    assert np.allclose(latent.seed_plane(led, 3, 2), led.sample(1, (3 << 16) | 2)[0], atol=1e-6)


def test_slerp_keeps_to_the_sphere_where_lerp_cuts_through() -> None:
    a, b = np.array([2.0, 0, 0], np.float32), np.array([0, 2.0, 0], np.float32)
    assert np.linalg.norm(latent.slerp(a, b, 0.5)) == pytest.approx(2)
    assert np.linalg.norm(latent.lerp(a, b, 0.5)) == pytest.approx(2**0.5)
    assert latent.slerp(a, b, 1 / 3) == pytest.approx([2 * np.cos(np.pi / 6), 2 * np.sin(np.pi / 6), 0], abs=1e-6)
    assert latent.slerp(a, 2 * b, 0.5) @ np.ones(3) == pytest.approx(3 * 2**0.5)  # the length goes along linearly, 2 -> 4
    assert np.isfinite(latent.slerp(a, -a, 0.3)).all() and np.isfinite(latent.slerp(a, 0 * a, 0.3)).all()
    assert latent.slerp(a, a, 0.7) == pytest.approx(a)


def test_a_walk_passes_its_key_points() -> None:
    points = Prior.normal(4).sample(3, 5)
    walked = latent.walk(points, 21)
    assert len(walked) == 21
    for key, place in zip(points, (0, 10, 20), strict=True):
        assert walked[place] == pytest.approx(key, abs=1e-6)
    closed = latent.walk(points, 30, "linear", closed=True)
    assert closed[0] == pytest.approx(points[0]) and closed[20] == pytest.approx(points[2])
    assert closed[29] == pytest.approx(0.1 * points[2] + 0.9 * points[0], abs=1e-6)


@pytest.mark.parametrize(
    ("points", "steps", "path"),
    [(np.zeros((1, 4)), 5, "linear"), (np.zeros(4), 5, "linear"), (np.zeros((2, 4)), 1, "linear"), (np.zeros((2, 4)), 5, "round")],
)
def test_bad_walks_are_refused(points: np.ndarray, steps: int, path: str) -> None:
    with pytest.raises(ConfigError, match="expected"):
        latent.walk(points, steps, path)


def test_the_plane_has_a_seed_at_whole_points_and_unit_spread_everywhere() -> None:
    prior = Prior.normal(4000)
    for place in ((0, 0), (0.5, 0.5), (3.25, -7.9)):
        assert latent.seed_plane(prior, *place).std() == pytest.approx(1, abs=0.05)
    near, far = latent.seed_plane(prior, 2, 2), latent.seed_plane(prior, 2.001, 2)
    assert np.abs(near - far).max() < 0.02
