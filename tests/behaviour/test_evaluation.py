"""The score card gives bad sample sets the bad figures they deserve, on the real MNIST and with the shipped classifier."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from gan_core.__main__ import main
from gan_core.data import catalog
from gan_core.errors import ConfigError, DataError
from gan_core.metrics import comparing, scorecard, two_sample
from gan_core.metrics.card import Card, as_text, is_figure
from gan_core.model import digit_reader
from gan_core.training import class_features
from gan_core.training import two_sample as training_of_it

N = 1500


@pytest.fixture(scope="module")
def held_out(mnist_folder: Path) -> catalog.Dataset:
    found = catalog.load("mnist", split="test", data_dir=mnist_folder)
    assert found.labels is not None
    return dataclasses.replace(found, images=found.images[:N], labels=found.labels[:N])


@pytest.fixture(scope="module")
def real(mnist_folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Training pictures and labels, from the end of the set: the search for copies looks at the beginning."""
    found = catalog.load("mnist", split="train", data_dir=mnist_folder)
    assert found.labels is not None
    return comparing.unit(found.images[-N:]), found.labels[-N:]


@pytest.fixture(autouse=True)
def data(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_DATA", str(mnist_folder))


@pytest.fixture(scope="module")
def good(held_out: catalog.Dataset, real: tuple[np.ndarray, np.ndarray], mnist_folder: Path) -> Card:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA", str(mnist_folder))
        return scorecard.sample_card([real[0]], real[1], held_out, "mnist")


def test_the_classifier_reads_the_test_set(mnist_folder: Path) -> None:
    found = catalog.load("mnist", split="test", data_dir=mnist_folder)
    reading = digit_reader.read(digit_reader.load(), comparing.unit(found.images))
    assert np.mean(reading.digits == found.labels) >= 0.993
    assert reading.features.shape == (10_000, 64) and reading.probabilities.sum(axis=1) + reading.no_digit == pytest.approx(1, abs=1e-5)
    assert np.mean(reading.no_digit > 0.5) < 0.005, "real digits are digits"


def test_features_and_head_are_the_whole_network() -> None:
    classifier, shown = digit_reader.load(), np.random.default_rng(0).random((5, 28, 28))
    reading, whole = digit_reader.read(classifier, shown), classifier.run(shown[..., None])
    assert whole.shape == (5, 11), "ten digits and what is none"
    assert reading.probabilities == pytest.approx(whole[:, :10], abs=1e-5) and reading.no_digit == pytest.approx(whole[:, 10], abs=1e-5)


def of(card: Card, name: str) -> float:
    return card[name]["value"]


def test_real_digits_score_at_the_floor(good: Card) -> None:
    assert of(good, "frechet") < 3 * of(good, "frechet_floor") + 1
    assert of(good, "precision") > 0.8 and of(good, "recall") > 0.8 and of(good, "coverage") > 0.8 and 0.8 < of(good, "density") < 1.3
    assert of(good, "label_accuracy") > 0.98 and of(good, "confident") > 0.95 and of(good, "classifier_score") > 9
    assert of(good, "unsure") == pytest.approx(1 - of(good, "confident"), abs=1e-6) and 0 < of(good, "unsure_of_real") < 0.03
    assert of(good, "histogram_distance") < 0.06
    assert of(good, "specks_of_real") == 0 < of(good, "specks") < 0.05, "the first half of the test pictures is the cleaner one"


def test_every_figure_has_its_interval_its_n_and_its_time(good: Card) -> None:
    each = good["coverage_of_each_digit"]
    assert list(each) == [str(digit) for digit in range(10)]
    figures = {**{name: value for name, value in good.items() if is_figure(value)}, **each}
    assert set(good) - set(figures) == {"frechet_classic_loop", "coverage_of_each_digit"}
    for name, figure in figures.items():
        assert np.all(np.subtract(figure["low"], 1e-9) <= figure["value"]) and np.all(figure["value"] <= np.add(figure["high"], 1e-9)), name
        assert figure["over"] == "95 %" and figure["seconds"] >= 0 and 0 < figure["n"] <= N, name
    recall = good["recall"]
    expected = 1.96 * np.sqrt(recall["value"] * (1 - recall["value"]) / N)
    assert (recall["high"] - recall["low"]) / 2 == pytest.approx(expected, rel=0.25), "the binomial's own"


@pytest.mark.slow
def test_seeds_that_differ_widen_the_interval(good: Card, held_out: catalog.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    noisy = np.clip(real[0] + np.random.default_rng(0).normal(0, 0.3, real[0].shape), 0, 1)
    card = scorecard.sample_card([real[0], noisy], None, held_out, "mnist", [7, 8])
    assert card["frechet"]["over"] == "95 %, seeds 7, 8" and of(card, "frechet") == of(good, "frechet")
    for name in ("frechet", "precision", "confident"):
        assert card[name]["high"] - card[name]["low"] > 2 * (good[name]["high"] - good[name]["low"]), name


@pytest.mark.slow
def test_a_collapsed_set(good: Card, held_out: catalog.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    eights = real[0][real[1] == 8]
    collapsed = np.clip(eights[:3].repeat(N // 3, axis=0) + np.random.default_rng(0).normal(0, 0.02, (N, 28, 28)), 0, 1)
    card = scorecard.sample_card([collapsed], None, held_out, "mnist")
    assert of(card, "frechet") > 20 * of(good, "frechet")
    assert of(card, "recall") < 0.1 and of(card, "coverage") < 0.1
    assert of(card, "histogram_distance") > 0.8 and of(card, "classifier_score") < 1.5


@pytest.mark.slow
def test_a_noisy_set(good: Card, held_out: catalog.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    noisy = np.clip(real[0] + np.random.default_rng(0).normal(0, 0.5, real[0].shape), 0, 1)
    card = scorecard.sample_card([noisy], None, held_out, "mnist")
    assert of(card, "frechet") > 5 * of(good, "frechet") and of(card, "precision") < of(good, "precision") - 0.2
    assert of(card, "confident") < of(good, "confident") - 0.1
    assert of(card, "specks") > 0.9


@pytest.mark.slow
def test_a_network_tells_a_haze_that_no_eye_sees_and_not_real_from_real(mnist_folder: Path) -> None:
    """What is asked about was not learnt from: of real pictures it would know those it has seen."""
    training = catalog.load("mnist", split="train", data_dir=mnist_folder)
    (real, _), (unseen, _) = two_sample.halves(training.images, training.labels)
    known, asked = two_sample.real_pairs(real, unseen, N)
    hazy = [np.maximum(pictures, np.uint8(6)) for pictures in (known[1], asked[1])]
    told = two_sample.verdict((known[0], hazy[0]), (asked[0], hazy[1]), training_of_it.learn)
    floor = two_sample.verdict(known, asked, training_of_it.learn)
    assert told is not None and told.accuracy > 0.95 and len(told.right) == 2 * N
    assert floor is not None and floor.accuracy == pytest.approx(0.5, abs=0.05)


@pytest.mark.slow
def test_a_copied_training_set(held_out: catalog.Dataset, mnist_folder: Path) -> None:
    copied = comparing.unit(catalog.load("mnist", split="train", data_dir=mnist_folder).images[:N])
    card = scorecard.sample_card([copied], None, held_out, "mnist")
    assert of(card, "nearest_training_picture") == 0 < of(card, "nearest_of_unseen_real")


@pytest.mark.parametrize(("classes", "says_digits"), [(None, False), (26, False), (10, True)])
def test_own_pictures_with_any_labels_or_none_are_scored(classes: int | None, says_digits: bool, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pictures = random.integers(0, 255, (800, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=pictures, **({} if classes is None else {"labels": np.arange(800) % classes}))
    asked = None if classes is None else np.arange(200) % classes
    np.savez(tmp_path / "drawn.npz", images=random.random((200, 28, 28)), **({} if asked is None else {"labels": asked}))
    card = scorecard.evaluate(tmp_path / "drawn.npz", data_name=str(tmp_path / "own.npz"))
    expected = {"frechet", "recall", "specks"} if says_digits else {"features", "frechet_random", "recall_random"}
    assert {*expected, "nearest_training_picture"} < set(card) and says_digits == ("frechet" in card)
    assert {"digit_histogram", "classifier_score", "histogram_distance", "label_accuracy"} & set(card) == (
        {"digit_histogram", "classifier_score", "histogram_distance", "label_accuracy"} if says_digits else set()
    )
    assert ("coverage_of_each_digit" in card) == says_digits, "of 26 classes there are three held out each, too few"
    assert as_text(card)


def test_too_few_held_out_pictures_are_told(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", images=np.random.default_rng(0).integers(0, 255, (20, 28, 28), dtype=np.uint8))
    np.savez(tmp_path / "drawn.npz", images=np.random.default_rng(1).random((200, 28, 28)))
    with pytest.raises(DataError, match="2 held-out pictures; expected more than 5"):
        scorecard.evaluate(tmp_path / "drawn.npz", data_name=str(tmp_path / "own.npz"))


@pytest.mark.slow
def test_shuffled_labels(held_out: catalog.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    card = scorecard.sample_card([real[0]], np.random.default_rng(0).permutation(real[1]), held_out, "mnist")
    assert of(card, "label_accuracy") < 0.2


@pytest.mark.slow
def test_anybodys_samples_and_a_table(real: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "mine.npz", images=real[0][:200], labels=real[1][:200])
    np.savez(tmp_path / "other.npz", images=real[0][:200] * 0.5)
    assert main(["evaluate", str(tmp_path / "mine.npz"), str(tmp_path / "other.npz")]) == 0
    table = capsys.readouterr().out
    assert "mine.npz" in table and "other.npz" in table and "coverage" in table and "±" in table
    np.savez(tmp_path / "bad.npz", images=real[0][:200] * 255)
    with pytest.raises(DataError, match=r"\[0, 1\]"):
        scorecard.evaluate(tmp_path / "bad.npz")


def test_samples_of_another_size_are_compared_in_colour(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    np.save(tmp_path / "own.npy", random.integers(0, 255, (200, 20, 16, 3), dtype=np.uint8))
    np.savez(tmp_path / "drawn.npz", images=random.random((150, 20, 16, 3)))
    card = scorecard.evaluate(tmp_path / "drawn.npz", data_name=str(tmp_path / "own.npy"))
    assert of(card, "frechet_random") > 0 and card["n"] == 150 and "frechet" not in card
    np.savez(tmp_path / "drawn.npz", images=random.random((150, 20, 8, 3)))
    with pytest.raises(ConfigError, match="width is 8; expected"):
        scorecard.evaluate(tmp_path / "drawn.npz", data_name=str(tmp_path / "own.npy"))


@pytest.mark.slow
def test_a_classifier_of_other_classes_learns_them_and_gives_features() -> None:
    """Two colours, in which of two places a block is brighter: nothing that the reader of digits knows."""
    random = np.random.default_rng(0)
    labels = np.arange(800) % 2
    pictures = random.integers(0, 60, (800, 20, 16, 3), dtype=np.uint8)
    pictures[labels == 0, 2:8, :, 0] += 60
    pictures[labels == 1, 12:18, :, 2] += 60
    network = class_features.learn(pictures[:600], labels[:600], 2)
    assert network.name == "classes" and network.classify is not None
    assert np.mean(network.classify(pictures[600:]) == labels[600:]) > 0.95
    assert network.of(pictures[600:]).shape == (200, 64)
