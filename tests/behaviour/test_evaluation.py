"""The score card gives bad sample sets the bad figures they deserve, on the real MNIST and with the shipped classifier."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from gan_core import classifier_program, datasets, evaluation
from gan_core.__main__ import main
from gan_core.errors import DataError

N = 1500


@pytest.fixture(scope="module")
def held_out(mnist_folder: Path) -> datasets.Dataset:
    found = datasets.load("mnist", split="test", data_dir=mnist_folder)
    assert found.labels is not None
    return dataclasses.replace(found, images=found.images[:N], labels=found.labels[:N])


@pytest.fixture(scope="module")
def real(mnist_folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Training pictures and labels, from the end of the set: the search for copies looks at the beginning."""
    found = datasets.load("mnist", split="train", data_dir=mnist_folder)
    assert found.labels is not None
    return evaluation.unit(found.images[-N:]), found.labels[-N:]


@pytest.fixture(autouse=True)
def data(mnist_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_DATA", str(mnist_folder))


@pytest.fixture(scope="module")
def good(held_out: datasets.Dataset, real: tuple[np.ndarray, np.ndarray], mnist_folder: Path) -> evaluation.Card:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAN_DATA", str(mnist_folder))
        return evaluation.sample_card(real[0], real[1], held_out, "mnist")


def test_the_classifier_reads_the_test_set(mnist_folder: Path) -> None:
    found = datasets.load("mnist", split="test", data_dir=mnist_folder)
    reading = classifier_program.read(classifier_program.load(), evaluation.unit(found.images))
    assert np.mean(reading.digits == found.labels) >= 0.993
    assert reading.features.shape == (10_000, 64) and reading.probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_features_and_head_are_the_whole_network() -> None:
    classifier, shown = classifier_program.load(), np.random.default_rng(0).random((5, 28, 28))
    assert classifier_program.read(classifier, shown).probabilities == pytest.approx(classifier.run(shown[..., None]), abs=1e-5)


def test_real_digits_score_at_the_floor(good: evaluation.Card) -> None:
    assert good["frechet"]["value"] < 3 * good["frechet_floor"] + 1
    assert good["precision"] > 0.8 and good["recall"] > 0.8 and good["coverage"] > 0.8 and 0.8 < good["density"] < 1.3
    assert good["label_accuracy"]["value"] > 0.98 and good["confident"]["value"] > 0.95 and good["classifier_score"] > 9
    assert good["histogram_distance"] < 0.06


def test_a_collapsed_set(good: evaluation.Card, held_out: datasets.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    eights = real[0][real[1] == 8]
    collapsed = np.clip(eights[:3].repeat(N // 3, axis=0) + np.random.default_rng(0).normal(0, 0.02, (N, 28, 28)), 0, 1)
    card = evaluation.sample_card(collapsed, None, held_out, "mnist")
    assert card["frechet"]["value"] > 20 * good["frechet"]["value"]
    assert card["recall"] < 0.1 and card["coverage"] < 0.1 and card["histogram_distance"] > 0.8 and card["classifier_score"] < 1.5


def test_a_noisy_set(good: evaluation.Card, held_out: datasets.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    noisy = np.clip(real[0] + np.random.default_rng(0).normal(0, 0.5, real[0].shape), 0, 1)
    card = evaluation.sample_card(noisy, None, held_out, "mnist")
    assert card["frechet"]["value"] > 5 * good["frechet"]["value"] and card["precision"] < good["precision"] - 0.2
    assert card["confident"]["value"] < good["confident"]["value"] - 0.1


def test_a_copied_training_set(held_out: datasets.Dataset, mnist_folder: Path) -> None:
    copied = evaluation.unit(datasets.load("mnist", split="train", data_dir=mnist_folder).images[:N])
    card = evaluation.sample_card(copied, None, held_out, "mnist")
    assert card["nearest_training_picture"] == 0 < card["nearest_of_unseen_real"]


def test_shuffled_labels(held_out: datasets.Dataset, real: tuple[np.ndarray, np.ndarray]) -> None:
    card = evaluation.sample_card(real[0], np.random.default_rng(0).permutation(real[1]), held_out, "mnist")
    assert card["label_accuracy"]["value"] < 0.2


def test_anybodys_samples_and_a_table(real: tuple[np.ndarray, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "mine.npz", images=real[0][:200], labels=real[1][:200])
    np.savez(tmp_path / "other.npz", images=real[0][:200] * 0.5)
    assert main(["evaluate", str(tmp_path / "mine.npz"), str(tmp_path / "other.npz")]) == 0
    table = capsys.readouterr().out
    assert "mine.npz" in table and "other.npz" in table and "coverage" in table
    np.savez(tmp_path / "bad.npz", images=real[0][:200] * 255)
    with pytest.raises(DataError, match=r"\[0, 1\]"):
        evaluation.evaluate(tmp_path / "bad.npz")
