"""What a card says of samples whatever they show: how they and real ones cover each other, whether they are copies, whether a network tells them apart."""

from __future__ import annotations

import numpy as np

from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.metrics import figures, two_sample
from gan_core.metrics.clock import Card, Clock

K = 5
MEMORY_SAMPLES = 1000
SEARCHED_AT_ONCE = 50_000_000  # numbers of training pictures that are searched at once: 400 MB


def unit(pictures: np.ndarray) -> np.ndarray:
    """Pictures uint8 `[n, h, w]` as floats in [0, 1]."""
    return pixels.to_unit(pixels.to_model(pictures, (0.0, 1.0)), (0.0, 1.0))


def neighbourhood(clock: Clock, real: np.ndarray, fakes: list[np.ndarray]) -> Card:
    """Precision, recall, density and coverage of sets of features `[n, d]`, one for each seed."""
    near = [figures.neighbourhood(real, fake, K) for fake in fakes]
    return {
        "precision": clock.figure([each.holders > 0 for each in near]),
        "recall": clock.figure([each.recalled for each in near]),
        "density": clock.figure([each.holders / K for each in near]),
        "coverage": clock.figure([each.covered for each in near]),
    }


def told_apart(
    clock: Clock, drawn: list[two_sample.Pictures], requested: np.ndarray | None, training: catalog.Dataset, learn: two_sample.Learner
) -> Card:
    """The two-sample test: learnt from one set of samples, asked about another; of a single set, from its second half about its first.

    Real pictures are the training's, of which there are enough: whether they were copied is another figure's question.
    """
    half = len(drawn[0]) // 2
    if len(drawn) > 1:
        (judged, learnt), wanted = drawn, (requested, requested)
    else:
        judged, learnt = drawn[0][:half], drawn[0][half:]
        wanted = (None, None) if requested is None else (requested[:half], requested[half:])
    real, unseen = two_sample.halves(training.images, training.labels)
    known, others = two_sample.paired(*real, learnt, wanted[1]), two_sample.paired(*unseen, judged, wanted[0])
    sets = {"two_sample": (known, others), "two_sample_floor": two_sample.real_pairs(real[0], unseen[0], len(known[0]))}
    card: Card = {}
    for name, pairs in sets.items():
        if (verdict := two_sample.verdict(*pairs, learn)) is not None:
            card[name] = clock.figure([verdict.right])
    return card


def memory(clock: Clock, drawn: np.ndarray, held_out: catalog.Dataset, training: np.ndarray) -> Card:
    """Distance to the nearest training picture, beside what unseen real pictures have: far below it means copying.

    Args:
        drawn: samples in [0, 1].
        training: uint8, those that are searched.
    """
    sets = {"nearest_training_picture": drawn, "nearest_of_unseen_real": unit(held_out.images[:MEMORY_SAMPLES])}
    return {name: clock.figure([_nearest(shown[:MEMORY_SAMPLES], training)], np.median) for name, shown in sets.items()}


def _nearest(shown: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Distance of each to its nearest training picture `[n]`; of large pictures some are searched at a time."""
    rows = max(1, SEARCHED_AT_ONCE // training[0].size)
    parts = [figures.nearest(shown, unit(training[i : i + rows]))[0] for i in range(0, len(training), rows)]
    return np.asarray(np.min(parts, axis=0))
