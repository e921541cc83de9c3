import math
import os
from pathlib import Path

import numpy as np
import pytest
from scipy.linalg import sqrtm

from gan_core.errors import ConfigError, DataError
from gan_core.metrics import figures

MNIST = Path(os.environ.get("GAN_DATA", "")) / "mnist.npz"
needs_mnist = pytest.mark.skipif(not MNIST.is_file(), reason="real MNIST is not here: set GAN_DATA to the folder that holds mnist.npz")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def brute_force(real, fake, k):
    """Naeem et al. 2020, equations 3 to 7, by whole distance matrices."""

    def distances(a, b):
        return np.sqrt(((a[:, None] - b[None]) ** 2).sum(axis=2))

    real_reach, fake_reach = np.sort(distances(real, real))[:, k], np.sort(distances(fake, fake))[:, k]
    between = distances(real, fake)
    inside = between < real_reach[:, None]
    recall = (between < fake_reach[None]).any(axis=1).mean()
    return inside.any(axis=0).mean(), recall, inside.sum(axis=0).mean() / k, (between.min(axis=1) < real_reach).mean()


def four(result):
    return result.precision, result.recall, result.density, result.coverage


def test_reconstruction_errors_have_their_golden_values():
    half, ones = np.full((2, 3, 3), 0.5), np.ones((2, 3, 3))
    assert figures.bce(half, half) == pytest.approx(math.log(2), abs=1e-12)
    assert figures.bce(ones, np.full_like(ones, 0.8)) == pytest.approx(-math.log(0.8), abs=1e-12)
    assert figures.bce(ones, ones) == pytest.approx(1e-7, rel=1e-3)
    assert figures.bce(ones, 1 - ones) == pytest.approx(-math.log(1e-7), rel=1e-6), "wrong by all, yet finite"
    assert figures.mse(ones, half) == 0.25 and figures.mse(half, half) == 0


def test_pca_draws_what_lies_in_its_span_and_leaves_the_discarded_variance(rng):
    plane = rng.normal(size=(200, 3)) @ rng.normal(size=(3, 16)) + 5
    pictures = plane[150:].reshape(50, 4, 4)
    np.testing.assert_allclose(figures.pca_reconstruction(plane[:150], pictures, 3), pictures, atol=1e-9)
    noisy = rng.normal(size=(400, 12)) * np.arange(1, 13)
    singular = np.linalg.svd(noisy - noisy.mean(axis=0), compute_uv=False)
    assert figures.mse(noisy, figures.pca_reconstruction(noisy, noisy, 4)) == pytest.approx(
        (singular[4:] ** 2).sum() / noisy.size, rel=1e-9
    )
    np.testing.assert_allclose(figures.pca_reconstruction(noisy, noisy[:2], 0), np.tile(noisy.mean(axis=0), (2, 1)))
    with pytest.raises(ConfigError, match="0 to 12"):
        figures.pca_reconstruction(noisy, noisy, 13)


def test_histogram_and_total_variation_tell_collapse_from_balance():
    even = figures.digit_histogram(np.arange(100) % 10)
    collapsed = figures.digit_histogram(np.full(100, 8))
    np.testing.assert_allclose(even, 0.1)
    assert figures.total_variation(even, even) == 0
    assert figures.total_variation(even, collapsed) == pytest.approx(0.9)
    assert figures.total_variation(figures.digit_histogram(np.array([0, 0])), collapsed) == 1
    with pytest.raises(DataError, match="0 to 9"):
        figures.digit_histogram(np.array([10]))


def test_a_speck_is_a_small_spot_with_nothing_around_it():
    shown = np.zeros((6, 28, 28))
    shown[0, 0, 0] = 0.5  # one pixel, in the corner
    shown[1, 25:28, 25:28] = 1  # 3x3, at the rim
    shown[2, 5:9, 5] = 1  # four in a row: a stroke
    shown[3, 4:20, 9] = 1  # a stroke, with a pixel that touches it by a corner
    shown[3, 20, 10] = 1
    shown[4, 4:20, 9] = 1  # a stroke, and a pixel beyond a gap of one
    shown[4, 10, 11] = 0.31
    shown[5, 14, 14] = 0.29  # too dark
    assert figures.specked(shown).tolist() == [True, True, False, False, True, False]
    with pytest.raises(DataError, match="height, width"):
        figures.specked(shown[0])


def test_label_accuracy_counts_the_digits_that_were_asked_for():
    assert figures.label_accuracy(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 5])) == 0.75
    with pytest.raises(DataError, match="one shape"):
        figures.label_accuracy(np.array([1, 2]), np.array([1]))


def test_classifier_score_is_c_for_clear_and_even_and_1_for_collapsed_or_unclear():
    clear = np.eye(10)[np.arange(200) % 10]
    assert figures.classifier_score(clear) == pytest.approx(10)
    assert figures.classifier_score(np.eye(10)[np.full(200, 8)]) == pytest.approx(1)
    assert figures.classifier_score(np.full((200, 10), 0.1)) == pytest.approx(1)
    half = np.eye(10)[np.arange(200) % 2]
    assert figures.classifier_score(half) == pytest.approx(2)
    with pytest.raises(DataError, match="summing to 1"):
        figures.classifier_score(np.ones((3, 10)))


def test_frechet_distance_of_gaussians_in_closed_form():
    d, eye = 6, np.eye(6)
    shift = np.arange(d, dtype=float)
    assert figures.frechet_of_gaussians(shift, eye, shift, eye) == pytest.approx(0, abs=1e-12)
    assert figures.frechet_of_gaussians(shift, eye, 0 * shift, 4 * eye) == pytest.approx((shift**2).sum() + d * (1 - 2) ** 2)
    one, other = np.diag([1.0, 4, 9, 16, 25, 0]), np.diag([4.0, 4, 1, 0, 1, 9])
    expected = ((np.sqrt(np.diag(one)) - np.sqrt(np.diag(other))) ** 2).sum()
    assert figures.frechet_of_gaussians(shift, one, shift, other) == pytest.approx(expected, rel=1e-12)


def test_frechet_distance_equals_scipys_matrix_root(rng):
    one, other = rng.normal(size=(300, 8)) @ rng.normal(size=(8, 8)), rng.normal(size=(200, 8)) @ rng.normal(size=(8, 8)) + 1
    root = sqrtm(np.cov(one.T) @ np.cov(other.T)).real
    expected = ((one.mean(0) - other.mean(0)) ** 2).sum() + np.trace(np.cov(one.T) + np.cov(other.T) - 2 * root)
    assert figures.frechet_distance(one, other) == pytest.approx(expected, rel=1e-9)
    assert figures.frechet_distance(other, one) == pytest.approx(expected, rel=1e-9)


def test_frechet_distance_of_sets_that_span_less_than_the_space(rng):
    few = rng.normal(size=(20, 50))  # covariance of rank 19
    assert figures.frechet_distance(few, few) == pytest.approx(0, abs=1e-6)
    assert figures.frechet_distance(few, few + 0.5) == pytest.approx(50 * 0.25, rel=1e-6)
    collapsed = np.zeros((20, 50))
    expected = (few.mean(axis=0) ** 2).sum() + np.trace(np.cov(few.T))
    assert figures.frechet_distance(few, collapsed) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("k", [1, 5])
def test_neighbourhood_equals_the_definitions_across_blocks(rng, monkeypatch, k):
    monkeypatch.setattr(figures, "BLOCK", 37)
    real, fake = rng.normal(size=(150, 4)), rng.normal(size=(110, 4)) * 0.7 + 0.4
    np.testing.assert_allclose(four(figures.neighbourhood(real, fake, k)), brute_force(real, fake, k), rtol=1e-12)


def test_identical_sets_cover_each_other_fully(rng):
    real = rng.normal(size=(700, 8))
    result = figures.neighbourhood(real, real.copy())
    assert (result.precision, result.recall, result.coverage) == (1, 1, 1)
    assert result.density == pytest.approx(1, abs=0.21), "k or k + 1 of k neighbours, as rounding has it on the rim"


def test_two_samples_of_one_distribution_score_near_the_top(rng):
    result = figures.neighbourhood(rng.normal(size=(2000, 8)), rng.normal(size=(2000, 8)))
    assert 0.85 < result.precision < 1 and 0.85 < result.recall < 1
    assert 0.93 < result.density < 1.07
    assert 0.94 < result.coverage < 0.99, "1 - (1/2)^5 = 0.969 expected (Naeem et al., section 3.3)"


def test_collapsed_noisy_and_far_sets_get_the_figures_they_must(rng):
    real = rng.normal(size=(1000, 8))
    collapsed = figures.neighbourhood(real, real[:1] * 0.1 + 0.001 * rng.normal(size=(1000, 8)))
    assert collapsed.precision == 1 and collapsed.recall == 0 and collapsed.coverage < 0.3 and collapsed.density > 1
    half_noise = np.concatenate([rng.normal(size=(500, 8)), rng.normal(size=(500, 8)) + 50])
    noisy = figures.neighbourhood(real, half_noise)
    assert 0.42 < noisy.precision < 0.5 and noisy.density == pytest.approx(0.5, abs=0.06) and noisy.recall > 0.8
    assert four(figures.neighbourhood(real, real + 100)) == (0, 0, 0, 0)
    half_real = figures.neighbourhood(np.concatenate([real, real + 50]), rng.normal(size=(1000, 8)))
    assert half_real.precision > 0.85 and half_real.recall < 0.5 and half_real.coverage < 0.5


def test_nearest_finds_copies_exactly(rng):
    references = rng.random((1300, 49))
    distances, indices = figures.nearest(references[[1200, 3, 700]], references)
    assert indices.tolist() == [1200, 3, 700] and distances.tolist() == [0, 0, 0]
    distances, indices = figures.nearest(np.array([[0.0, 0], [10, 0]]), np.array([[3.0, 4], [10, 1]]))
    assert distances.tolist() == [5, 1] and indices.tolist() == [0, 1]


def test_bootstrap_interval_is_that_of_the_normal_mean_and_repeats(rng):
    values = rng.normal(3, 2, size=2500)
    low, high = figures.bootstrap_interval(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / 50, rel=0.1)
    assert figures.bootstrap_interval(values) == (low, high) != figures.bootstrap_interval(values, seed=1)
    assert figures.bootstrap_interval(np.ones(10)) == (1, 1)
    median = figures.bootstrap_interval(values, statistic=np.median, level=0.5, resamples=200)
    assert median[1] - median[0] < high - low


def test_bootstrap_interval_over_several_samples_holds_how_much_they_differ(rng):
    one, other = rng.normal(0, 1, 1000), rng.normal(1, 1, 1000)
    low, high = figures.bootstrap_interval([one, other])
    assert low < one.mean() < 0.9 < high < 1.2


def test_a_centred_interval_stands_around_the_figure_of_a_biased_statistic(rng):
    real, fake = rng.normal(size=(400, 16)), rng.normal(size=(400, 16))
    value = figures.frechet_distance(real, fake)
    low, high = figures.bootstrap_interval(fake, lambda rows: figures.frechet_distance(real, rows), resamples=60)
    assert value < low, "repeated rows look farther away"
    low, high = figures.bootstrap_interval(fake, lambda rows: figures.frechet_distance(real, rows), resamples=60, centred=True)
    assert low < value < high


def test_bootstrap_interval_of_a_histogram_has_its_shape(rng):
    digits = rng.integers(0, 10, 500)
    low, high = figures.bootstrap_interval(digits, lambda rows: figures.digit_histogram(rows, 10), resamples=50)
    assert low.shape == high.shape == (10,) and (low < high).all()


@pytest.mark.parametrize("wrong", [np.zeros((0, 4)), np.zeros(4), np.full((20, 4), np.nan), np.zeros((20, 5))])
def test_broken_features_are_refused(wrong):
    with pytest.raises(DataError):
        figures.frechet_distance(np.zeros((20, 4)), wrong)
    with pytest.raises(DataError):
        figures.neighbourhood(np.zeros((20, 4)), wrong)


def test_sets_smaller_than_k_and_single_rows_are_refused():
    with pytest.raises(DataError, match="more than k = 5"):
        figures.neighbourhood(np.zeros((5, 4)), np.zeros((50, 4)))
    with pytest.raises(DataError, match="2 or more"):
        figures.gaussian(np.zeros((1, 4)))


@needs_mnist
def test_real_mnist_tells_real_from_noise_and_from_one_digit():
    with np.load(MNIST) as file:
        pixels, labels = file["x_test"][:2000].reshape(2000, -1)[:, ::3] / 255, file["y_test"][:2000]
    real, other = pixels[::2], pixels[1::2]
    even = figures.neighbourhood(real, other)
    assert even.precision > 0.7 and even.recall > 0.7 and 0.8 < even.density < 1.2 and even.coverage > 0.9
    ones = figures.neighbourhood(real, other[labels[1::2] == 1])
    assert ones.recall < 0.5 and ones.coverage < 0.3
    noise = figures.neighbourhood(real, np.random.default_rng(0).random(real.shape))
    assert noise.precision == 0 and noise.coverage == 0
    near, far = figures.frechet_distance(real, other), figures.frechet_distance(real, 1 - other)
    assert 0 < near < 5 < far
