"""In what features pictures that are no digits are compared: those of a classifier of their own classes, or of a network that learnt nothing.

Distances in features of one network say nothing of those in another's, so each card says which it has, in words and in the names of its figures.
Pictures are uint8 `[n, h, w]` or `[n, h, w, 3]`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from gan_core.arrays import Floats
from gan_core.imaging import pixels
from gan_core.metrics.discriminant import Labels
from gan_core.metrics.two_sample import Pictures
from gan_core.model import latent, operations

RANGE = (-1.0, 1.0)
COUNT = 64  # as many as a digit has in the classifier of digits
SEED = 20_260_713
FIRST_WIDTH, LAST_SIDE = 32, 4
SLOPE = 0.2
BATCH = 200
SCALED_BY = 2000  # training pictures whose features get a standard deviation of 1


@dataclass(frozen=True)
class Features:
    """What a network sees in pictures.

    Args:
        name: `classes` or `random`, as the card's figures are called by.
        about: in words.
        of: pictures -> features `[n, d]`.
        classify: pictures -> the class that the network takes each for `[n]`; None where it knows none.
    """

    name: str
    about: str
    of: Callable[[Pictures], Floats]
    classify: Callable[[Pictures], Labels] | None = None


ClassLearner = Callable[[Pictures, Labels, int], Features]  # from training pictures, their classes and how many there are


def random_network(training: Pictures) -> Features:
    """Features of a convolutional network with random weights, always the same ones, each scaled to a deviation of 1 on training pictures.

    Convolutions of stride 2 up to a side of four, then a random projection. Such features tell sets of pictures apart that no network was
    trained on, which those of a network trained on other pictures do not.
    Source: Naeem et al. 2020, Reliable Fidelity and Diversity Metrics for Generative Models, section 4.1. https://arxiv.org/abs/2002.09797
    """
    kernels = _kernels(training.shape[1:])

    def seen(pictures: Pictures) -> Floats:
        return np.concatenate([_run(pictures[i : i + BATCH], kernels) for i in range(0, len(pictures), BATCH)])

    scale = seen(training[:SCALED_BY]).std(axis=0) + 1e-6
    return Features("random", f"a network with random weights, {COUNT} numbers", lambda pictures: seen(pictures) / scale)


def _kernels(shape: tuple[int, ...]) -> list[Floats]:
    """Kernels `[4, 4, in, out]` of the convolutions, then the projection `[d, COUNT]`; variances after He et al. 2015."""
    (height, width), channels = shape[:2], shape[2] if len(shape) == 3 else 1
    shapes: list[tuple[int, ...]] = []
    filters = FIRST_WIDTH
    while min(height, width) > LAST_SIDE:
        shapes.append((4, 4, channels, filters))
        height, width, channels, filters = -(-height // 2), -(-width // 2), filters, min(2 * filters, 4 * FIRST_WIDTH)
    shapes.append((height * width * channels, COUNT))
    seeds = latent.child_seeds(SEED, len(shapes))
    return [_drawn(int(seed), shape) for seed, shape in zip(seeds, shapes, strict=True)]


def _drawn(seed: int, shape: tuple[int, ...]) -> Floats:
    numbers = latent.normal(seed, int(np.prod(shape)))[0].reshape(shape)
    return np.asarray(numbers * np.sqrt(2 / np.prod(shape[:-1])), np.float32)


def _run(pictures: Pictures, kernels: list[Floats]) -> Floats:
    x = pixels.to_model(pictures, RANGE)
    x = x[..., None] if x.ndim == 3 else x
    for kernel in kernels[:-1]:
        x = operations.conv(x, kernel, 2, "same")
        x = np.maximum(x, SLOPE * x)
    return np.asarray(x.reshape(len(x), -1) @ kernels[-1], np.float32)
