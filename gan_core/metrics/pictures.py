"""The score card of pictures that are no digits: of any size, grey or colour, with classes or without.

Its figures carry the name of the features that they are measured in, as no distance of one network's features compares with another's.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gan_core.data import catalog
from gan_core.data.own.attributes import Attributes
from gan_core.errors import DataError
from gan_core.imaging import pixels
from gan_core.metrics import attributes, comparing, features, figures, two_sample
from gan_core.metrics.clock import Card, Clock
from gan_core.metrics.features import ClassLearner, Features

MOST_SEARCHED = 20_000  # training pictures among which the nearest is looked for


def card(
    draws: Iterable[np.ndarray], requested: np.ndarray | None, training: catalog.Dataset, held_out: catalog.Dataset, clock: Clock,
    learn: two_sample.Learner | None = None, learn_classes: ClassLearner | None = None,
    said: tuple[Attributes, Attributes] = ({}, {}),
) -> Card:  # fmt: skip
    """The figures of samples against held-out pictures.

    Args:
        draws: samples `[n, h, w]` or `[n, h, w, 3]` in [0, 1], one set for each seed.
        requested: the classes asked for, int `[n]`, or None.
        learn: makes the network of the two-sample test.
        learn_classes: makes the classifier of the data's classes; without it, without classes or with several groups of them, features are a random network's.
        said: the attributes of the training and of the held-out pictures, where the data have any.
    Raises: DataError for too few held-out pictures or no samples.
    """
    if len(held_out.images) <= comparing.K:
        raise DataError(f"{held_out.name} has {len(held_out.images)} held-out pictures; expected more than {comparing.K} to score samples "
                        "against. A data set of one's own holds a tenth of its pictures out: give more of them.")  # fmt: skip
    shown = [pixels.to_uint8(drawn) for drawn in draws]
    if not shown:
        raise DataError("no samples to score; expected one set or more.")
    network = _network(training, learn_classes)
    made: Card = {"features": network.about, **_distances(network, shown, training, held_out, clock)}
    made |= _named(network, shown, requested, held_out, clock)
    if said[0]:
        made |= attributes.card(shown, (training.images, said[0]), (held_out.images, said[1]), clock)
    made |= comparing.memory(Clock(), comparing.unit(shown[0]), held_out, training.images[:MOST_SEARCHED])
    return made | (comparing.told_apart(Clock(), shown[:2], requested, training, learn) if learn else {})


def _network(training: catalog.Dataset, learn_classes: ClassLearner | None) -> Features:
    if learn_classes is None or training.labels is None or len(training.classes) < 2 or training.groups:
        return features.random_network(training.images)
    return learn_classes(training.images, training.labels, len(training.classes))


def _distances(
    network: Features, shown: list[two_sample.Pictures], training: catalog.Dataset, held_out: catalog.Dataset, clock: Clock
) -> Card:
    """Frechet distance, its floor, and how real and drawn pictures cover each other, as `frechet_random` or `frechet_classes`."""
    real, fakes = network.of(held_out.images), [network.of(each) for each in shown]

    def distance(rows: np.ndarray) -> float:
        return figures.frechet_distance(real, rows)

    floor = network.of(training.images[-len(shown[0]) :])
    made: Card = {
        "frechet": clock.figure(fakes, distance, biased=True),
        "frechet_floor": clock.figure([floor], distance, biased=True),
        **comparing.neighbourhood(clock, real, fakes),
    }
    return {_of_features(name, network.name): figure for name, figure in made.items()}


def _of_features(name: str, features_name: str) -> str:
    """`frechet_random`, `frechet_random_floor`, `precision_random`."""
    first, *rest = name.split("_", 1)
    return "_".join([first, features_name, *rest])


def _named(
    network: Features, shown: list[two_sample.Pictures], requested: np.ndarray | None, held_out: catalog.Dataset, clock: Clock
) -> Card:
    """How many drawn pictures the classifier names as they were asked for, beside how many real ones it names rightly."""
    if network.classify is None or held_out.labels is None:
        return {}
    asked = {} if requested is None else {"class_accuracy": clock.figure([network.classify(each) == requested for each in shown])}
    return {**asked, "class_accuracy_of_real": clock.figure([network.classify(held_out.images) == held_out.labels])}
