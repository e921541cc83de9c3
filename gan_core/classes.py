"""What a label says: one class, or, where the classes stand in groups, one of each group. The only place that makes class weights of labels.

A label is one whole number. Of one group it is the class. Of several it is their classes in mixed radix, the last group's counting fastest: of
groups of a, b and c classes the label is (first * b + second) * c + third, which is how Unicode counts Hangul syllables. A network sees class weights, a
number for each class of all groups; in each group they sum to 1. `ui/static/state/classes.js` is the same for the page.
"""

from __future__ import annotations

import itertools
import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.errors import ConfigError

Labels = npt.NDArray[np.int64]
Whole = TypeVar("Whole", int, Labels)


def count(num_classes: int, groups: tuple[int, ...] = ()) -> int:
    """How many labels there are: as many as classes, of several groups their product."""
    return math.prod(groups) if groups else num_classes


def parts(label: Whole, groups: tuple[int, ...]) -> tuple[Whole, ...]:
    """The class within each group that a label has, or for each group those that labels `[n]` have; of one group the label itself."""
    found: list[Whole] = []
    for size in reversed(groups[1:]):
        label, part = divmod(label, size)
        found.append(part)
    found.append(label)
    return tuple(reversed(found))


def places(labels: Labels, num_classes: int, groups: tuple[int, ...] = ()) -> Labels:
    """Where among the class weights the ones of labels `[n]` stand, `[n, groups]`. Raises ConfigError for a label that is none."""
    if labels.size and not 0 <= int(labels.min()) <= int(labels.max()) < count(num_classes, groups):
        raise ConfigError(f"the labels are {labels.min()} to {labels.max()}; expected 0 to {count(num_classes, groups) - 1}.")
    starts = itertools.accumulate((0, *groups[:-1]))
    return np.stack([part + start for part, start in zip(parts(labels, groups), starts, strict=True)], axis=-1)


def weights(labels: npt.ArrayLike, num_classes: int, groups: tuple[int, ...] = ()) -> Floats:
    """Class weights float32 `[n, num_classes]` of labels `[n]`: a 1 in each group. Raises ConfigError for a label that is none."""
    ids = np.asarray(labels, np.int64)
    made = np.zeros((len(ids), num_classes), np.float32)
    np.put_along_axis(made, places(ids, num_classes, groups), 1.0, axis=1)
    return made


def even(n: int, num_classes: int, groups: tuple[int, ...] = ()) -> Labels:
    """`n` labels in turn, so that every class has its share: of several groups each goes round by itself."""
    turn = np.arange(n, dtype=np.int64)
    label = np.zeros(n, np.int64)
    for size in groups or (num_classes,):
        label = label * size + turn % size
    return label
