"""The two-sample test with a judge that learns one number: a planted difference is found, an equal source is not, nothing is asked twice."""

from __future__ import annotations

import numpy as np
import pytest

from gan_core.data import catalog
from gan_core.errors import DataError
from gan_core.metrics import comparing, two_sample
from gan_core.metrics.clock import Clock

N = 600


def by_ink(real: two_sample.Pictures, generated: two_sample.Pictures) -> two_sample.Judge:
    """Learns the mean ink of each kind; what is nearer to that of the generated ones was generated."""
    ours, theirs = real.mean(), generated.mean()

    def judge(pictures: two_sample.Pictures) -> np.ndarray:
        ink = pictures.mean(axis=(1, 2))
        return (np.abs(ink - theirs) < np.abs(ink - ours)).astype(np.float32)

    return judge


def pictures(n: int, brightest: int, seed: int) -> two_sample.Pictures:
    return np.random.default_rng(seed).integers(0, brightest, (n, 28, 28), dtype=np.uint8)


def test_a_planted_difference_is_told_and_an_equal_source_is_not() -> None:
    real, other = pictures(4 * N, 200, 0), pictures(2 * N, 240, 1)
    told = two_sample.verdict((real[:N], other[:N]), (real[N : 2 * N], other[N:]), by_ink)
    assert told is not None and told.accuracy == 1 and told.right.shape == (2 * N,)
    same = two_sample.verdict((real[:N], real[N : 2 * N]), (real[2 * N : 3 * N], real[3 * N :]), by_ink)
    assert same is not None and same.accuracy == pytest.approx(0.5, abs=0.06)


def test_right_is_under_a_half_of_the_real_and_over_it_of_the_generated() -> None:
    found = two_sample.Verdict(np.float32([0.1, 0.5, 0.6]), np.float32([0.1, 0.5, 0.6]))
    assert found.right.tolist() == [True, True, False, False, False, True] and found.accuracy == 0.5


@pytest.mark.parametrize(("learnt", "asked"), [(two_sample.LEAST - 1, N), (N, two_sample.LEAST - 1)])
def test_of_too_few_there_is_no_verdict_and_nothing_is_learnt(learnt: int, asked: int) -> None:
    def never(*_: two_sample.Pictures) -> two_sample.Judge:
        raise AssertionError("learnt from too few")

    assert two_sample.verdict((pictures(learnt, 9, 0),) * 2, (pictures(asked, 9, 0),) * 2, never) is None


def test_pairs_have_as_many_of_each_kind_and_of_each_digit_that_was_asked_for() -> None:
    real, generated = (np.arange(n, dtype=np.uint8).reshape(n, 1, 1) for n in (9, 6))
    assert [len(side) for side in two_sample.paired(real, None, generated, np.zeros(6, int))] == [6, 6]
    labels, requested = np.array([0, 1, 1, 0, 2, 1, 0, 2, 2]), np.array([0, 1, 0, 1, 0, 3])
    ours, theirs = two_sample.paired(real, labels, generated, requested)
    assert labels[ours.ravel()].tolist() == requested[theirs.ravel()].tolist() == [0, 0, 0, 1, 1]
    assert ours.ravel().tolist() == [0, 3, 6, 1, 2] and theirs.ravel().tolist() == [0, 2, 4, 1, 3]
    with pytest.raises(DataError, match="one a picture"):
        two_sample.paired(real, labels[:3], generated, requested)


def test_the_floor_meets_no_training_picture_twice() -> None:
    training = np.arange(30, dtype=np.uint8).reshape(30, 1, 1)
    (real, labels), (unseen, others) = two_sample.halves(training, np.arange(30))
    assert labels is not None and others is not None and np.array_equal(labels, real.ravel()) and np.array_equal(others, unseen.ravel())
    assert set(labels.tolist()) | set(others.tolist()) == set(range(30)) and max(labels) > 15, (
        "by lot: the first were not drawn like the last"
    )
    for most, each in ((100, 7), (4, 4)):
        pairs = two_sample.real_pairs(real, unseen, most)
        used = np.concatenate([side for pair in pairs for side in pair]).ravel()
        assert [len(side) for pair in pairs for side in pair] == [each] * 4 and len(set(used.tolist())) == 4 * each


def digits(n: int, brightest: int, seed: int) -> catalog.Dataset:
    return catalog.Dataset("digits", pictures(n, brightest, seed), np.arange(n) % 10, "made here", tuple("0123456789"))


def test_a_card_learns_from_one_set_and_asks_about_another() -> None:
    """Of a model it has several sets, of a file one, which is cut in two; digits go with their pictures."""
    training = digits(4 * N, 200, 0)
    seen = []

    def noted(real: two_sample.Pictures, generated: two_sample.Pictures) -> two_sample.Judge:
        seen.append((real, generated))
        return by_ink(real, generated)

    first, second, single = pictures(N, 240, 2), pictures(N, 240, 3), pictures(2 * N, 240, 4)
    several = comparing.told_apart(Clock([0, 1]), [first, second], np.arange(N) % 10, training, noted)
    alone = comparing.told_apart(Clock(), [single], None, training, noted)
    for card in (several, alone):
        assert card["two_sample"]["value"] == 1 and card["two_sample"]["over"] == "95 %"
        assert card["two_sample_floor"]["value"] == pytest.approx(0.5, abs=0.06)
    by_digit = np.argsort(np.arange(N) % 10, kind="stable")
    assert several["two_sample"]["n"] == alone["two_sample"]["n"] == 2 * N
    assert len(seen[0][0]) == N and np.array_equal(seen[0][1], second[by_digit])
    assert np.array_equal(seen[2][1], single[N:]), "the second half; the first is asked about"
