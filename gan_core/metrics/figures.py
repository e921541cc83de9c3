"""Quality and diversity as pure functions of arrays: how close, how clear, how varied, how evenly spread.

"Features" are float `[n, d]`: flattened pixels or the activations of a classifier; figures of different features do not compare.
Pictures are unit pictures, float `[n, h, w]` in [0, 1]; both are flattened where they come with more axes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_core.config import check_integer
from gan_core.errors import DataError

BLOCK = 512  # rows of a distance matrix at a time: against 10,000 others that is 40 MB
LARGEST_SPECK = 3  # pixels on a side
EPSILON = 1e-7  # Keras' own: how near 0 and 1 a predicted pixel may come in a logarithm

Statistic = Callable[[np.ndarray], npt.ArrayLike]  # of rows: a number or an array


def bce(images: np.ndarray, reconstructions: np.ndarray) -> float:
    """Binary cross-entropy of reconstructed pixels, in nats per pixel.

    Its least value is the images' own entropy, bce(images, images): 0.058 for MNIST's test pictures, 0 for pure black and white.

    Args:
        images, reconstructions: unit pictures of one shape.
    Raises: DataError where the shapes differ.
    """
    x, p = _pair(images, reconstructions)
    p = p.clip(EPSILON, 1 - EPSILON)
    return float(-(x * np.log(p) + (1 - x) * np.log1p(-p)).mean())


def mse(images: np.ndarray, reconstructions: np.ndarray) -> float:
    """Mean squared error of unit pictures of one shape, per pixel. Raises: DataError where the shapes differ."""
    x, p = _pair(images, reconstructions)
    return float(((x - p) ** 2).mean())


def pca_reconstruction(train: np.ndarray, test: np.ndarray, components: int) -> np.ndarray:
    """`test` as far as the first principal directions of `train` can draw it: what a code of that many numbers reaches without learning.

    Args:
        train, test: features or unit pictures with the same number of values each.
        components: size of the code, 0 (the mean picture) ... d.
    Returns: float64 of the shape of `test`; not clipped.
    Raises: DataError where the shapes differ, ConfigError for components out of range.
    Source: Pearson 1901; the eigenvectors of the covariance.
    """
    x, y = _pair_of_sets(train, test)
    components = check_integer("components", components, 0, x.shape[1])
    mean, covariance = gaussian(x)
    directions = np.linalg.eigh(covariance)[1][:, x.shape[1] - components :]  # [d, components], the last are the largest
    rebuilt: np.ndarray = ((y - mean) @ directions @ directions.T + mean).reshape(test.shape)
    return rebuilt


def specked(images: np.ndarray, level: float = 0.3) -> np.ndarray:
    """Which pictures have a speck: pixels over `level` in a window of up to 3x3, and none in the ring around that window.

    Of MNIST's training pictures 1.4 % have one; a dense GAN without a remedy draws one in every ninth picture.

    Args:
        images: unit pictures `[n, h, w]`.
    Returns: bool `[n]`.
    Raises: DataError for another shape.
    """
    x = np.asarray(images)
    if x.ndim != 3 or x.size == 0:
        raise DataError(f"Pictures of shape {x.shape}; expected [n, height, width].")
    rim = (LARGEST_SPECK + 1, LARGEST_SPECK)  # one more at the beginning: sums begin with 0
    lit = np.pad(x > level, ((0, 0), rim, rim))
    sums = lit.astype(np.int16).cumsum(axis=1, dtype=np.int16).cumsum(axis=2, dtype=np.int16)
    has_speck = np.zeros(len(x), bool)
    for size in range(1, LARGEST_SPECK + 1):
        inner, outer = _in_windows(sums, size), _in_windows(sums, size + 2)
        inside = inner[:, 1 : 1 + outer.shape[1], 1 : 1 + outer.shape[2]]
        has_speck |= ((inside > 0) & (inside == outer)).any(axis=(1, 2))
    return has_speck


def _in_windows(sums: np.ndarray, size: int) -> np.ndarray:
    """Sum over every square window, from the sums `[n, h + 1, w + 1]` over all that is above and left: `[n, h + 1 - size, w + 1 - size]`."""
    within: np.ndarray = sums[:, size:, size:] - sums[:, :-size, size:] - sums[:, size:, :-size] + sums[:, :-size, :-size]
    return within


def digit_histogram(labels: np.ndarray, num_classes: int = 10) -> np.ndarray:
    """Share of each class among labels int `[n]`: float64 `[num_classes]`, summing to 1. Raises: DataError for labels out of range."""
    if labels.ndim != 1 or labels.size == 0 or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= num_classes:
        raise DataError(f"Labels of type {labels.dtype} and shape {labels.shape}; expected whole numbers [n] from 0 to {num_classes - 1}.")
    return np.bincount(labels, minlength=num_classes) / len(labels)


def total_variation(p: np.ndarray, q: np.ndarray) -> float:
    """Total variation distance of two histograms `[c]`, 0 (equal) ... 1 (nothing in common): the share that would have to change class."""
    first, second = _pair(p, q)
    return float(np.abs(first - second).sum() / 2)


def label_accuracy(predicted: np.ndarray, requested: np.ndarray) -> float:
    """Share of pictures that a classifier reads as the digit asked for; both int `[n]`. Raises: DataError where the shapes differ."""
    first, second = _pair(predicted, requested)
    return float((first == second).mean())


def classifier_score(probabilities: np.ndarray) -> float:
    """exp of the mean KL(p(y|x) || p(y)), 1 ... c: c where every picture is clear and all classes are equally many.

    Args:
        probabilities: a classifier's softmax, float `[n, c]`, rows summing to 1.
    Raises: DataError for another shape or rows that are no probabilities.
    Source: the Inception Score, Salimans et al. 2016, section 4. https://arxiv.org/abs/1606.03498
    """
    p = np.asarray(probabilities, np.float64)
    if p.ndim != 2 or p.size == 0 or not (p >= 0).all() or not np.allclose(p.sum(axis=1), 1, atol=1e-3):
        raise DataError(f"Probabilities of shape {p.shape}; expected [n, classes] at or over 0, each row summing to 1.")
    marginal = p.mean(axis=0)
    logs = np.log(np.where(p > 0, p, 1)) - np.log(np.where(marginal > 0, marginal, 1))  # 0 log 0 = 0
    return float(np.exp((p * logs).sum(axis=1).mean()))


def gaussian(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean float64 `[d]` and covariance float64 `[d, d]` (divided by n - 1) of features.

    Raises: DataError for fewer than 2 rows, NaN or infinity.
    """
    x = _set(features)
    if len(x) < 2:
        raise DataError("One row of features has no covariance; expected 2 or more, and for a figure that means something thousands.")
    centred = x - (mean := x.mean(axis=0))
    return mean, centred.T @ centred / (len(x) - 1)


def frechet_distance(real: np.ndarray, fake: np.ndarray) -> float:
    """Squared Frechet (2-Wasserstein) distance of the Gaussians through two sets of features, 0 and up; lower is better.

    It is biased upwards by about trace(covariance) / n and more, so compare at equal n only.
    Raises: DataError where the widths differ, or fewer than 2 rows.
    Source: FID, Heusel et al. 2017. https://arxiv.org/abs/1706.08500
    """
    x, y = _pair_of_sets(real, fake)
    return frechet_of_gaussians(*gaussian(x), *gaussian(y))


def frechet_of_gaussians(mean_a: np.ndarray, covariance_a: np.ndarray, mean_b: np.ndarray, covariance_b: np.ndarray) -> float:
    """|mean_a - mean_b|^2 + trace(A + B - 2 (A B)^(1/2)), means `[d]`, covariances `[d, d]`.

    The trace of (A B)^(1/2) is that of (A^(1/2) B A^(1/2))^(1/2), which is symmetric: `eigh` is exact where `sqrtm` of a singular A B turns
    complex or breaks down.
    Source: Dowson and Landau 1982.
    """
    values, vectors = np.linalg.eigh(covariance_a)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    overlap = np.sqrt(np.linalg.eigvalsh(root @ covariance_b @ root).clip(0)).sum()
    shift = ((mean_a - mean_b) ** 2).sum()
    return float(max(shift + np.trace(covariance_a) + np.trace(covariance_b) - 2 * overlap, 0.0))


@dataclass(frozen=True)
class Neighbourhood:
    """How two sets cover each other, point by point; the four figures are means of these.

    Args:
        holders: real neighbourhoods that each fake lies in, int64 `[m]`.
        recalled: whether each real one lies near a fake, bool `[n]`.
        covered: whether each real one's own neighbourhood holds a fake, bool `[n]`.
        k: neighbours a neighbourhood has.
    """

    holders: np.ndarray
    recalled: np.ndarray
    covered: np.ndarray
    k: int

    @property
    def precision(self) -> float:
        """Share of fakes that lie near a real one."""
        return float((self.holders > 0).mean())

    @property
    def recall(self) -> float:
        """Share of real ones that lie near a fake."""
        return float(self.recalled.mean())

    @property
    def density(self) -> float:
        """How many real neighbourhoods a fake lies in, over k: 1 on the average for samples of one distribution, more where fakes crowd."""
        return float(self.holders.mean() / self.k)

    @property
    def coverage(self) -> float:
        """Share of real ones whose own neighbourhood holds a fake."""
        return float(self.covered.mean())


def neighbourhood(real: np.ndarray, fake: np.ndarray, k: int = 5) -> Neighbourhood:
    """Precision, recall, density and coverage; a point's neighbourhood reaches to its k-th nearest neighbour in its own set.

    Args:
        real, fake: features `[n, d]`, `[m, d]`, more than k each. 10,000 of each take seconds and under 500 MB.
        k: 5 in both papers' experiments on small sets.
    Raises: DataError where the widths differ or a set is too small, ConfigError for k.
    Source: Kynkaanniemi et al. 2019, https://arxiv.org/abs/1904.06991 (precision, recall); Naeem et al. 2020,
        https://arxiv.org/abs/2002.09797 (density, coverage), all with the strict inequality of Naeem's code.
    """
    x, y = _pair_of_sets(real, fake)
    k = check_integer("k", k, 1, 1000)
    if min(len(x), len(y)) <= k:
        raise DataError(f"{len(x)} real and {len(y)} fake rows of features; expected more than k = {k} of each.")
    real_reach, fake_reach = _reach(x, k), _reach(y, k)
    holders, recalled, covered = np.zeros(len(y), np.int64), np.zeros(len(x), bool), np.zeros(len(x), bool)
    for rows, squares in _squared_distances(x, y):
        inside = squares < real_reach[rows, None]
        holders += inside.sum(axis=0)
        covered[rows] = inside.any(axis=1)
        recalled[rows] = (squares < fake_reach).any(axis=1)
    return Neighbourhood(holders, recalled, covered, k)


def nearest(queries: np.ndarray, references: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest reference of each query: Euclidean distances float64 `[n]` and indices int64 `[n]`.

    Against the training set this tells memorising from drawing: distances near 0 are copies.
    Raises: DataError where the widths differ.
    """
    x, y = _pair_of_sets(queries, references)
    distances, indices = np.empty(len(x)), np.empty(len(x), np.int64)
    for rows, squares in _squared_distances(x, y):
        indices[rows] = squares.argmin(axis=1)
        distances[rows] = np.linalg.norm(x[rows] - y[indices[rows]], axis=1)  # anew: the expanded square is good to 1e-7 only
    return distances, indices


def bootstrap_interval(
    values: np.ndarray | list[np.ndarray],
    statistic: Statistic = np.mean,
    level: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    centred: bool = False,
) -> tuple[float, float] | tuple[np.ndarray, np.ndarray]:
    """Bootstrap interval (low, high) of `statistic` over the rows of a sample, or of several samples of one source.

    Each resample belongs to one of the samples, as many to each, so the interval holds both how much rows and how much samples differ.

    Args:
        values: `[n, ...]`, or a list of such.
        statistic: of rows; a number or an array.
        centred: the figures of a sample's resamples are moved to have its own figure as their mean. Rows that repeat make any distance
            larger, which says nothing of the sample.
    Returns: two floats, or two arrays of the statistic's shape. The same seed gives the same interval.
    Raises: DataError for no rows, ConfigError for resamples out of range.
    Source: Efron 1979.
    """
    samples = [np.asarray(sample) for sample in (values if isinstance(values, list) else [values])]
    for sample in samples or [np.empty(0)]:
        if sample.ndim == 0 or len(sample) == 0 or not 0 < level < 1:
            raise DataError(
                f"Values of shape {sample.shape} at level {level!r}; expected [n, ...] with n over 0, and a level between 0 and 1."
            )
    rng = np.random.default_rng(seed)
    each = -(-check_integer("resamples", resamples, 10, 100_000) // len(samples))
    figures = []
    for sample in samples:
        resampled = np.array([statistic(sample[rng.integers(0, len(sample), len(sample))]) for _ in range(each)], np.float64)
        figures.append(resampled - resampled.mean(axis=0) + np.asarray(statistic(sample), np.float64) if centred else resampled)
    low, high = np.quantile(np.concatenate(figures), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return (float(low), float(high)) if low.ndim == 0 else (low, high)


def _reach(x: np.ndarray, k: int) -> np.ndarray:
    """Squared distance of each row to its k-th nearest other row `[n]`."""
    reach = np.empty(len(x))
    for rows, squares in _squared_distances(x, x):
        reach[rows] = np.partition(squares, k, axis=1)[:, k]  # the row itself is one of the k + 1 nearest
    return reach


def _squared_distances(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Blocks of rows of the matrix of squared distances: (rows, float64 `[block, m]`)."""
    centre = x.mean(axis=0)  # less to cancel in |a|^2 + |b|^2 - 2 a.b
    x, y = x - centre, y - centre
    norms = (y**2).sum(axis=1)
    for start in range(0, len(x), BLOCK):
        rows = slice(start, min(start + BLOCK, len(x)))
        squares = x[rows] @ y.T
        squares *= -2
        squares += norms
        squares += (x[rows] ** 2).sum(axis=1)[:, None]
        yield rows, np.maximum(squares, 0, out=squares)


def _set(features: np.ndarray) -> np.ndarray:
    x = np.asarray(features, np.float64)
    if x.ndim < 2 or x.size == 0:
        raise DataError(f"Features of shape {x.shape}; expected [n, d] with at least one row.")
    x = x.reshape(len(x), -1)
    if not np.isfinite(x).all():
        raise DataError("Features hold NaN or infinity; the model that made them is broken.")
    return x


def _pair_of_sets(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = _set(a), _set(b)
    if x.shape[1] != y.shape[1]:
        raise DataError(f"Features of shape {np.shape(a)} and {np.shape(b)}; expected the same number of values a row.")
    return x, y


def _pair(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if x.shape != y.shape or x.size == 0:
        raise DataError(f"Arrays of shape {x.shape} and {y.shape}; expected two of one shape, not empty.")
    return x, y
