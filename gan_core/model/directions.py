"""The leading directions of a latent space: along which z changes the picture most."""

from __future__ import annotations

import numpy as np

from gan_core import classes
from gan_core.arrays import Floats
from gan_core.model.latent import Prior
from gan_core.model.program import Program

COUNT = 8
STEP = 0.25  # in standard deviations: large against rounding, small against the bend of the generator


def leading_directions(
    generator: Program, prior: Prior, samples: int = 24, seed: int = 0, groups: tuple[int, ...] = ()
) -> tuple[Floats, Floats]:
    """The eight directions of z that move the picture most, on average over the prior.

    They are the leading eigenvectors of the mean of J^T J, J being the generator's Jacobian in units of the prior's standard deviation, by
    central differences: the metric that the picture's Euclidean distance pulls back to the latent space.

    Args:
        generator: z -> images; conditional ones are averaged over the classes.
        prior: of the same latent_dim.
        samples: points of the prior at which J is taken.
        groups: in which the generator's classes stand (gan_core/classes.py).
    Returns: `directions` [8, latent_dim], ordered by how much they change the picture, one unit being one standard deviation, and `duals`
        [8, latent_dim]: the coordinate of z along direction i is duals[i] . (z - mean).
    Source: Wang & Ponce 2021, The geometry of deep generative image models. https://arxiv.org/abs/2101.06006
    """
    size = prior.latent_dim
    factor = np.eye(size, dtype=np.float32) if prior.factor is None else prior.factor
    metric = np.zeros((size, size))
    count = generator.num_classes
    labels_of = classes.weights(classes.even(samples, count, groups), count, groups) if count else None
    for number, z in enumerate(prior.sample(samples, seed)):
        moved = np.concatenate([z + STEP * factor.T, z - STEP * factor.T])
        labels = None if labels_of is None else np.repeat(labels_of[number : number + 1], len(moved), axis=0)
        pictures = generator.run(moved, labels).reshape(2, size, -1).astype(np.float64)
        jacobian = (pictures[0] - pictures[1]) / (2 * STEP)
        metric += jacobian @ jacobian.T / samples
    vectors = np.linalg.eigh(metric)[1][:, ::-1][:, :COUNT].T
    vectors *= np.where(np.abs(vectors).max(axis=1) == vectors.max(axis=1), 1, -1)[:, None]  # a sign of its own, so that a rerun agrees
    inverse = np.eye(size) if prior.factor is None else np.linalg.pinv(prior.factor)
    return (vectors @ factor.T).astype(np.float32), (vectors @ inverse).astype(np.float32)
