"""What is known of every picture of the data, counted in drawn ones: which values are missing, and who has all of a learnt picture's.

Attributes are read off a picture by a linear discriminant of its pixels, learned from training pictures. Only those are counted that it reads
rightly in 95 % of unseen ones: drawn faces have bold hair and small mouths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_core.arrays import Floats
from gan_core.data.own.attributes import Attributes
from gan_core.metrics import figures
from gan_core.metrics.clock import Card, Clock
from gan_core.metrics.comparing import unit
from gan_core.metrics.discriminant import Discriminant, Labels
from gan_core.metrics.two_sample import Pictures

SIDE = 16  # pixels that a picture is made small to: 768 numbers in colour, which a discriminant learns in a second
LEARNT_FROM = 8000
RELIABLE = 0.95  # of unseen pictures are read rightly
RARE = 0.1  # of how often a value is there in training: drawn less often, it is missing


@dataclass(frozen=True)
class _Attribute:
    """One that can be read: its values, which each training and each unseen picture has (ids `[n]`), and who reads it."""

    values: tuple[str, ...]
    training: Labels
    unseen: Labels
    reader: Discriminant

    @property
    def shares(self) -> np.ndarray:
        """How often each value is there in training."""
        return figures.digit_histogram(self.training, len(self.values))


def card(draws: list[Pictures], training: tuple[Pictures, Attributes], unseen: tuple[Pictures, Attributes], clock: Clock) -> Card:
    """The figures of drawn pictures, uint8, one set for each seed; {} where no attribute can be read.

    `attribute_distance`: the share of pictures whose value would have to change for the values to come as often as in training.
    `attributes_copied`: of how many pictures all that is read is that of one training picture; of unseen ones it is chance.
    """
    small = _small(unseen[0])
    known = _readable(_small(training[0][:LEARNT_FROM]), training[1], small, unseen[1])
    if not known:
        return {}
    drawn, real = [_read(known, _small(pictures)) for pictures in draws], _read(known, small)
    learnt = {bytes(row) for row in np.column_stack([one.training for one in known.values()]).astype(np.uint8)}

    def copied(rows: Labels) -> np.ndarray:
        return np.array([bytes(row) in learnt for row in rows.astype(np.uint8)])

    each = {name: _of_one(one, real[:, i], [rows[:, i] for rows in drawn], clock) for i, (name, one) in enumerate(known.items())}
    made: Card = {figure: {name: one[figure] for name, one in each.items()} for figure in next(iter(each.values()))}
    return made | {
        "values_missing": sum(_missing(one, drawn[0][:, i]) for i, one in enumerate(known.values())),
        "values_in_all": sum(len(one.values) for one in known.values()),
        "attributes_copied": clock.figure([copied(rows) for rows in drawn]),
        "attributes_copied_of_real": clock.figure([copied(real)]),
    }


def _of_one(one: _Attribute, real: Labels, drawn: list[Labels], clock: Clock) -> Card:
    def away(rows: np.ndarray) -> float:
        return figures.total_variation(figures.digit_histogram(rows, len(one.values)), one.shares)

    return {
        "attributes_read": clock.figure([real == one.unseen]),
        "attribute_distance": clock.figure(drawn, away, biased=True),
        "attribute_distance_floor": clock.figure([real], away, biased=True),
        "attribute_values": len(one.values),
        "attribute_values_missing": _missing(one, drawn[0]),
    }


def _missing(one: _Attribute, drawn: Labels) -> int:
    """How many values are drawn less than a tenth as often as they are there in training."""
    return int((figures.digit_histogram(drawn, len(one.values)) < RARE * one.shares).sum())


def _readable(small: Floats, training: Attributes, small_unseen: Floats, unseen: Attributes) -> dict[str, _Attribute]:
    """Those that are read rightly often enough, by name."""
    known = {}
    for name, said in training.items():
        values = tuple(sorted(set(said)))
        ids, theirs = _ids(said, values), _ids(unseen[name], values)
        reader = Discriminant(small, ids[: len(small)])
        if np.mean(reader.name(small_unseen) == theirs) >= RELIABLE:
            known[name] = _Attribute(values, ids, theirs, reader)
    return known


def _ids(said: tuple[str, ...], values: tuple[str, ...]) -> Labels:
    """Which of `values` each is, -1 of none of them."""
    places = {value: number for number, value in enumerate(values)}
    return np.array([places.get(one, -1) for one in said], np.int64)


def _read(known: dict[str, _Attribute], small: Floats) -> Labels:
    """The value of each attribute in each picture, `[n, attributes]`."""
    return np.column_stack([one.reader.name(small) for one in known.values()])


def _small(pictures: Pictures) -> Floats:
    """Pictures as the discriminants see them, `[n, d]`: each pixel the mean of a block."""
    height, width = (max(1, side // SIDE) for side in pictures.shape[1:3])
    rows, columns = pictures.shape[1] // height * height, pictures.shape[2] // width * width
    cut = pictures[:, :rows, :columns].reshape(len(pictures), rows // height, height, columns // width, width, *pictures.shape[3:])
    return unit(cut.mean(axis=(2, 4)).astype(np.uint8)).reshape(len(pictures), -1)
