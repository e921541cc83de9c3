"""The latent space: the prior p(z), seeds, spread, walks and directions.

The numbers of a seed are made by 32-bit integer arithmetic (docs/formats.md, section 3), so that the browser draws the same digit from
the same seed (ui/static/state/latent.js).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.config import check_choice, check_integer, check_number, check_seed
from gan_core.errors import ConfigError

PATHS = ("spherical", "linear")
MOST_LEAD = 4.0


def _mix(x: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """A bijection of 32-bit words in which every input bit moves every output bit (Wellons' search for integer hashes, 2018)."""
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x21F0AAAD)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x735A2D97)
    return x ^ (x >> np.uint32(15))


def child_seeds(seed: int, rows: int) -> npt.NDArray[np.uint32]:
    """Seeds `[rows]` of the rows of a sample; row 0 is `seed` itself, so a picture of a grid can be drawn alone by its own seed."""
    base = _mix(np.array([seed], np.uint32) + np.uint32(0x9E3779B9))
    seeds = _mix(base + np.arange(rows, dtype=np.uint32) * np.uint32(0x85EBCA6B))
    seeds[:1] = seed
    return seeds


def normal(seeds: npt.ArrayLike, latent_dim: int) -> Floats:
    """Standard normal vectors, one a seed, by Box and Muller's transform.

    Args:
        seeds: integers `[n]`, 0 ... 2^32 - 1.
    Returns: float32 `[n, latent_dim]`.
    """
    base = _mix(np.atleast_1d(np.asarray(seeds, np.uint32)) ^ np.uint32(0x6A09E667))[:, None]
    pairs = (latent_dim + 1) // 2
    words = _mix(base + np.arange(2 * pairs, dtype=np.uint32) * np.uint32(0x9E3779B1)).astype(np.float64)
    uniform = (words + 0.5) / 2**32
    radius, angle = np.sqrt(-2 * np.log(uniform[:, 0::2])), 2 * np.pi * uniform[:, 1::2]
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
    return both.reshape(len(base), 2 * pairs)[:, :latent_dim].astype(np.float32)


@dataclass(frozen=True)
class Prior:
    """p(z): what a seed means for one model.

    Args:
        kind: 'normal', or 'rectified_normal' for codes that are never negative: z = max(0, mean + factor @ normal).
        mean: float32 `[latent_dim]`, zeros for 'normal'.
        factor: float32 `[latent_dim, latent_dim]`, or None for 'normal'.
        votes: how many of the first coordinates vote for the digit, 0 for none (training/parts/votes.py).
        lead: what is added to the highest of them, so that no other one comes nearer to it: pictures are broken where two digits meet.
    """

    latent_dim: int
    kind: str
    mean: Floats
    factor: Floats | None = None
    votes: int = 0
    lead: float = 0.0

    @staticmethod
    def normal(latent_dim: int, votes: int = 0, lead: float = 0.0) -> Prior:
        """The standard normal prior, the highest of its `votes` first coordinates raised by `lead`."""
        return Prior(latent_dim, "normal", np.zeros(latent_dim, np.float32), None, votes, lead)

    @staticmethod
    def of_codes(codes: Floats) -> Prior:
        """The rectified normal with the mean and covariance of `codes` `[n, latent_dim]`."""
        mean = codes.mean(axis=0)
        values, vectors = np.linalg.eigh(np.cov(codes.astype(np.float64), rowvar=False))
        factor = vectors * np.sqrt(np.maximum(values, 0))
        return Prior(codes.shape[1], "rectified_normal", mean.astype(np.float32), factor.astype(np.float32))

    def sample(self, n: int, seed: int = 0, truncation_psi: float = 1.0) -> Floats:
        """`n` latent vectors `[n, latent_dim]`; the same seed gives the same vectors everywhere. Raises ConfigError."""
        seeds = child_seeds(check_seed(seed), check_integer("n", n, 1, 1_000_000))
        z = self.led(normal(seeds, self.latent_dim))
        if self.factor is not None:
            z = np.maximum(self.mean + z @ self.factor.T, 0)
        return self.spread(z, truncation_psi)

    def led(self, z: Floats) -> Floats:
        """Independent normal numbers `[n, latent_dim]` with the highest vote of each row raised by `lead`."""
        if not self.votes or not self.lead:
            return z
        raised = z.copy()
        raised[np.arange(len(z)), z[:, : self.votes].argmax(axis=1)] += np.float32(self.lead)
        return raised

    def spread(self, z: Floats, truncation_psi: float) -> Floats:
        """Pull z towards the mean (psi below 1: safer, alike) or push it away (above 1: wilder). Raises ConfigError."""
        psi = np.float32(check_number("truncation_psi", truncation_psi, 0.0, 2.0))
        return z if psi == 1 else self.mean + psi * (z - self.mean)


def lerp(a: Floats, b: Floats, t: float) -> Floats:
    """The point at share `t` of the straight line from a to b."""
    return ((1 - t) * a + t * b).astype(np.float32)


def slerp(a: Floats, b: Floats, t: float) -> Floats:
    """The point at share `t` of the great circle from a to b, its length going linearly from |a| to |b|.

    Normal vectors live on a thin shell; a straight line would cut through its empty inside. Falls back to `lerp` for (anti)parallel vectors,
    between which there is no one great circle.
    Source: White 2016, Sampling Generative Networks. https://arxiv.org/abs/1609.04468
    """
    a64, b64 = a.astype(np.float64), b.astype(np.float64)
    length_a, length_b = np.linalg.norm(a64), np.linalg.norm(b64)
    if length_a == 0 or length_b == 0:
        return lerp(a, b, t)
    angle = np.arccos(np.clip(a64 @ b64 / (length_a * length_b), -1, 1))
    if angle < 1e-4 or angle > np.pi - 1e-4:
        return lerp(a, b, t)
    unit = (np.sin((1 - t) * angle) * a64 / length_a + np.sin(t * angle) * b64 / length_b) / np.sin(angle)
    return np.asarray(((1 - t) * length_a + t * length_b) * unit, np.float32)


def walk(points: Floats, steps: int, path: str = "spherical", closed: bool = False) -> Floats:
    """`steps` points along the way through `points`.

    Args:
        points: key points `[k, d]`, k at least 2.
        steps: number of points, 2 ... 1,000; the first is points[0], the last is points[-1] (of a closed way, the one before points[0]).
        path: 'spherical' or 'linear'.
        closed: come back to the first point.
    Returns: float32 `[steps, d]`.
    Raises: ConfigError.
    """
    check_integer("steps", steps, 2, 1000)
    between = slerp if check_choice("path", path, PATHS) == "spherical" else lerp
    points = np.asarray(points, np.float32)
    if points.ndim != 2 or len(points) < 2:
        raise ConfigError(f"the key points have shape {points.shape}; expected [k, latent_dim] with k at least 2.")
    if closed:
        points = np.concatenate([points, points[:1]])
    legs = len(points) - 1
    places = np.arange(steps) * (legs / (steps if closed else steps - 1))
    starts = np.minimum(places.astype(int), legs - 1)
    return np.stack([between(points[i], points[i + 1], float(place - i)) for i, place in zip(starts, places, strict=True)])


def seed_plane(prior: Prior, x: float, y: float) -> Floats:
    """The latent vector `[latent_dim]` at (x, y) of an endless plane with a seed at every whole point.

    The four neighbours are blended bilinearly and divided by the length of the weights, which keeps unit spread at every point.
    Source: the drag pad of StyleGAN3's viewer (Karras et al. 2021).
    """
    check_number("x", x, -30000, 30000)
    check_number("y", y, -30000, 30000)
    column, row = int(np.floor(x)), int(np.floor(y))
    right, down = x - column, y - row
    weights = np.array([(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down])
    corners = [(column, row), (column + 1, row), (column, row + 1), (column + 1, row + 1)]
    seeds = [((cx & 0xFFFF) << 16) | (cy & 0xFFFF) for cx, cy in corners]
    z = (weights / np.linalg.norm(weights)) @ prior.led(normal(seeds, prior.latent_dim))
    if prior.factor is not None:
        z = np.maximum(prior.mean + prior.factor @ z, 0)
    return np.asarray(z, np.float32)
