"""The classifier two-sample test: a fresh network learns to tell generated pictures from real ones, then is asked about others of both kinds.

Right about one half is all that guessing gives; what it has beyond that, something in the pictures still gives away, whatever their distance.
Pictures are uint8 `[n, h, w]`, of both kinds: on one grid of 256 levels, or the float values alone would tell them apart.
The network itself is handed in (`Learner`): learning is done above this room (gan_core/training/two_sample.py).
Source: Lopez-Paz and Oquab 2017, Revisiting Classifier Two-Sample Tests. https://arxiv.org/abs/1610.06545
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.errors import DataError

Pictures = npt.NDArray[np.uint8]
Real = tuple[Pictures, np.ndarray | None]  # with the digit of each, where they are known
Pair = tuple[Pictures, Pictures]  # real ones, and as many generated ones
Judge = Callable[[Pictures], Floats]  # of each picture the probability that it was generated, `[n]`
Learner = Callable[[Pictures, Pictures], Judge]  # from real and generated pictures

LEAST = 500  # of each kind, to learn from and to be asked about: fewer teach a network nothing


@dataclass(frozen=True)
class Verdict:
    """What the network says of pictures that it did not learn from: the probability of each that it was generated, `[n]` real, `[n]` generated."""

    real: Floats
    generated: Floats

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether it is right about each, `[2 n]`; a verdict of exactly one half is none, so it counts as "real"."""
        return np.concatenate([self.real <= 0.5, self.generated > 0.5])

    @property
    def accuracy(self) -> float:
        """Share of the pictures that it is right about: 0.5 where it cannot tell, 1 where it always can."""
        return float(self.right.mean())


def paired(real: Pictures, labels: np.ndarray | None, generated: Pictures, requested: np.ndarray | None) -> Pair:
    """The first real and generated pictures, as many of each; where digits were asked for, of each digit as many.

    Digits in turn and digits as people write them differ by 2 % in how often each comes, which says nothing of how they are drawn.

    Args:
        labels: int `[n]` of the real ones, or None.
        requested: int `[m]`, the digits that the generated ones were asked for, or None.
    Raises: DataError where there is not one label a picture.
    """
    for pictures, ids in ((real, labels), (generated, requested)):
        if ids is not None and ids.shape != (len(pictures),):
            raise DataError(f"Labels of shape {ids.shape} for {len(pictures)} pictures; expected one a picture.")
    if labels is None or requested is None:
        n = min(len(real), len(generated))
        return real[:n], generated[:n]
    rows = [(np.flatnonzero(labels == digit), np.flatnonzero(requested == digit)) for digit in np.unique(requested)]
    counts = [min(len(ours), len(theirs)) for ours, theirs in rows]
    ours, theirs = (np.concatenate([row[side][:n] for row, n in zip(rows, counts, strict=True)]) for side in (0, 1))
    return real[ours], generated[theirs]


def halves(images: Pictures, labels: np.ndarray | None) -> tuple[Real, Real]:
    """Real pictures by lot: those to learn from and those to be asked about, each with its labels.

    Both are of one source. Training pictures to learn from and test pictures to be asked about are not: other people wrote them, and of 3,000 such
    a network that tells nothing was right about 43.5 % in the place of 50 %.
    """
    order = np.random.default_rng(0).permutation(len(images))
    first, second = order[: len(order) // 2], order[len(order) // 2 :]
    return (images[first], None if labels is None else labels[first]), (images[second], None if labels is None else labels[second])


def real_pairs(known: Pictures, others: Pictures, most: int) -> tuple[Pair, Pair]:
    """What the floor is measured with: real pictures in the place of generated ones, at most so many of a kind.

    Args:
        known, others: to learn from and to be asked about; no picture of them is in two places.
    """
    n, m = (min(most, len(half) // 2) for half in (known, others))
    return (known[:n], known[n : 2 * n]), (others[:m], others[m : 2 * m])


def verdict(learnt: Pair, asked: Pair, learn: Learner) -> Verdict | None:
    """Learn from the one pair, ask about the other. None where either has under 500 pictures of a kind."""
    if min(len(learnt[0]), len(asked[0])) < LEAST:
        return None
    judge = learn(*learnt)
    return Verdict(judge(asked[0]), judge(asked[1]))
