"""The score card of a checkpoint: how good, how varied, how close to the data, each figure with what it is measured on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from gan_core import datasets, files, images, metrics, program
from gan_core.classifier_program import CLASSIFIER, read
from gan_core.errors import ConfigError
from gan_core.explorer import Explorer

PCA_TRAINING = 20_000


def evaluate(folder: Path, n: int = 10_000, seed: int = 0, write: bool = False) -> dict[str, Any]:
    """Score a checkpoint against the test pictures of its data.

    Args:
        n: number of samples (of test pictures for an autoencoder, at most as many as there are).
        seed: of the samples.
        write: also store the card as the checkpoint's metrics.json.
    Returns: figures by name, with `n`, `seed`, `dataset` and `seconds`.
    Raises: CheckpointError, ConfigError, DataError.
    """
    if not 100 <= n <= 100_000:
        raise ConfigError(f"n is {n!r}; expected a whole number from 100 to 100,000.")
    explorer = Explorer.open(folder)
    began = time.perf_counter()
    data = datasets.load(explorer.checkpoint.train.dataset, split="test", download=True)
    card = _reconstruction(explorer, data, n) if explorer.family.objective == "reconstruction" else _samples(explorer, data, n, seed)
    card = {"checkpoint": explorer.name, "dataset": data.name, "seed": seed, **card, "seconds": round(time.perf_counter() - began, 1)}
    if write:
        stored = files.read_json(Path(folder) / "metrics.json") if (Path(folder) / "metrics.json").exists() else {}
        files.write_json(Path(folder) / "metrics.json", {**stored, "score": card})
    return card


def _reconstruction(explorer: Explorer, data: datasets.Dataset, n: int) -> dict[str, Any]:
    """Error on pictures that were not trained on, and that of as many principal components as the code has numbers."""
    shown = images.to_unit(images.to_model(data.images[:n], (0, 1)), (0, 1))
    trained = datasets.load(explorer.checkpoint.train.dataset, split="train").images[:PCA_TRAINING]
    baseline = metrics.pca_reconstruction(_flat(trained), _flat(data.images[:n]), explorer.latent_dim).reshape(shown.shape)
    drawn = explorer.reconstruct(shown)
    return {"n": len(shown), "bce": metrics.bce(shown, drawn), "mse": metrics.mse(shown, drawn), "bce_floor": metrics.bce(shown, shown),
            f"bce_pca_{explorer.latent_dim}": metrics.bce(shown, baseline), f"mse_pca_{explorer.latent_dim}": metrics.mse(shown, baseline)}  # fmt: skip


def _flat(pictures: np.ndarray) -> np.ndarray:
    return pictures.reshape(len(pictures), -1).astype(np.float32) / 255


def _samples(explorer: Explorer, data: datasets.Dataset, n: int, seed: int) -> dict[str, Any]:
    """What the project's classifier reads in the samples."""
    classifier = program.read(CLASSIFIER)
    asked = explorer.even_labels(n) if explorer.num_classes else None
    drawn = explorer.generate(explorer.sample_z(n, seed), asked)
    probabilities = read(classifier, drawn)
    digits = probabilities.argmax(axis=1)
    histogram = metrics.digit_histogram(digits)
    card: dict[str, Any] = {"n": n, "classifier_score": metrics.classifier_score(probabilities), "confident": float(np.mean(probabilities.max(axis=1) > 0.9)),
                            "digit_histogram": [round(float(share), 4) for share in histogram]}  # fmt: skip
    if asked is not None:
        card["label_accuracy"] = metrics.label_accuracy(digits, asked)
    elif data.labels is not None:
        card["distance_from_data_histogram"] = metrics.total_variation(histogram, metrics.digit_histogram(data.labels))
    return card


def as_text(card: dict[str, Any]) -> str:
    """The card as lines for people."""
    return "\n".join(f"{name:30} {value:.4f}" if isinstance(value, float) else f"{name:30} {value}" for name, value in card.items())
