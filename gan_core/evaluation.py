"""The score card: how good, how varied, how close to the data; each figure with its n, seed, interval and time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gan_core import classifier_program, datasets, files, images, metrics, style
from gan_core.classifier_program import Reading
from gan_core.config import check_integer, check_seed
from gan_core.errors import CheckpointError, DataError
from gan_core.explorer import Explorer
from gan_core.npz import read_npz

SEEDS = 3
K = 5
CONFIDENT = 0.9
TRAINING_PICTURES = 20_000  # for PCA and for the search of the nearest training picture
MEMORY_SAMPLES = 1000
STYLES = 300  # z, each drawn as all digits
CLASSIC = classifier_program.CLASSIFIER.parent / "reference.json"  # what the classic Keras loop reaches (benchmarks/time_to_quality.py)
Card = dict[str, Any]


def evaluate(source: Path, n: int = 10_000, seed: int = 0, write: bool = False, data_name: str = "mnist") -> Card:
    """Score a checkpoint, or an .npz of anybody's samples, against the test pictures of its data.

    Args:
        source: a checkpoint folder, or an .npz with `images` float [n, 28, 28] in [0, 1] and, where digits were asked for, `labels`.
        n: number of samples (of test pictures for an autoencoder, at most as many as there are).
        seed: of the samples; the Frechet distance is also taken for the two seeds after it.
        write: also store the card in the checkpoint's metrics.json.
        data_name: what an .npz is compared with; a checkpoint names its own data.
    Returns: figures by name; those with an interval are {'value', 'low', 'high'}.
    Raises: CheckpointError, ConfigError, DataError.
    """
    n, seed = check_integer("n", n, 100, 100_000), check_seed(seed)
    began = time.perf_counter()
    if source.suffix == ".npz":
        card = _file_card(source, data_name)
    else:
        explorer = Explorer.open(source)
        held_out = datasets.load(explorer.checkpoint.train.dataset, split="test", download=True)
        make = reconstruction_card if explorer.family.objective == "reconstruction" else _model_card
        card = {"checkpoint": explorer.name, "dataset": held_out.name, **make(explorer, held_out, n, seed)}
    card["seconds"] = round(time.perf_counter() - began, 1)
    if write and source.suffix != ".npz":
        path = source / "metrics.json"
        stored = files.read_json(path) if path.exists() else {}
        files.write_json(path, {**stored, "score": card})
    return card


def reconstruction_card(explorer: Explorer, held_out: datasets.Dataset, n: int, seed: int) -> Card:
    """Error on pictures that were not trained on, beside that of as many principal components as the code has numbers."""
    shown = unit(held_out.images[:n])
    trained = unit(datasets.load(explorer.checkpoint.train.dataset, split="train").images[:TRAINING_PICTURES])
    baseline = metrics.pca_reconstruction(trained, shown, explorer.latent_dim)
    drawn = explorer.reconstruct(shown)
    return {"n": len(shown), "bce": metrics.bce(shown, drawn), "bce_pca": metrics.bce(shown, baseline), "bce_floor": metrics.bce(shown, shown),
            "mse": metrics.mse(shown, drawn), "mse_pca": metrics.mse(shown, baseline), "code_size": explorer.latent_dim}  # fmt: skip


def unit(pictures: np.ndarray) -> np.ndarray:
    """Pictures uint8 `[n, 28, 28]` as floats in [0, 1]."""
    return images.to_unit(images.to_model(pictures, (0.0, 1.0)), (0.0, 1.0))


def _model_card(explorer: Explorer, held_out: datasets.Dataset, n: int, seed: int) -> Card:
    asked = explorer.even_labels(n) if explorer.num_classes else None

    def draw(number: int) -> np.ndarray:
        return explorer.generate(explorer.sample_z(n, (seed + number) % 2**32), asked)

    card = {"n": n, "seed": seed, **sample_card(draw(0), asked, held_out, explorer.checkpoint.train.dataset, draw)}
    return {**card, **_style(explorer, seed)} if explorer.num_classes else card


def _style(explorer: Explorer, seed: int) -> Card:
    """Whether one z keeps its slant and its stroke width when only the digit changes."""
    classes = explorer.num_classes
    z, labels = np.repeat(explorer.sample_z(STYLES, seed), classes, axis=0), np.tile(np.arange(classes), STYLES)
    drawn = explorer.generate(z, labels)
    kept = {name: style.kept_across_digits(measure(drawn).reshape(STYLES, classes))
            for name, measure in (("slant", style.slant), ("stroke_width", style.stroke_width))}  # fmt: skip
    return {f"{name}_kept_across_digits": value for name, value in kept.items()}


def _file_card(path: Path, data_name: str) -> Card:
    try:
        held = read_npz(path, ("images", "labels"))
    except FileNotFoundError as error:
        raise DataError(f"there is no {path}; expected an .npz as `sample` writes it.") from error
    drawn, asked = held.get("images"), held.get("labels")
    if drawn is None or drawn.ndim != 3 or drawn.shape[1:] != (28, 28) or len(drawn) < 100 or not ((drawn >= 0) & (drawn <= 1)).all():
        what = "no `images`" if drawn is None else f"`images` of shape {list(drawn.shape)}"
        raise DataError(f"{path.name} holds {what}; expected floats in [0, 1] of shape [n, 28, 28], n at least 100.")
    if asked is not None and asked.shape != (len(drawn),):
        raise DataError(f"{path.name} holds labels of shape {list(asked.shape)} for {len(drawn)} images; expected one a picture.")
    held_out = datasets.load(data_name, split="test", download=True)
    return {"file": path.name, "dataset": held_out.name, "n": len(drawn), **sample_card(drawn, asked, held_out, data_name)}


def sample_card(
    drawn: np.ndarray, asked: np.ndarray | None, held_out: datasets.Dataset, dataset: str, draw: Callable[[int], np.ndarray] | None = None
) -> Card:
    """The figures of samples `[n, 28, 28]` against held-out pictures; `draw(i)` gives more samples, of another seed, for the interval."""
    classifier = classifier_program.load()
    real, fake = classifier_program.read(classifier, unit(held_out.images)), classifier_program.read(classifier, drawn)
    trained = unit(datasets.load(dataset, split="train").images[:TRAINING_PICTURES])
    distances = [metrics.frechet_distance(real.features, fake.features)]
    for number in range(1, SEEDS if draw else 1):
        distances.append(metrics.frechet_distance(real.features, classifier_program.read(classifier, draw(number)).features))  # type: ignore[misc]
    same = classifier_program.read(classifier, trained[: len(drawn)])
    near = metrics.neighbourhood(real.features, fake.features, K)
    return {
        "frechet": {"value": distances[0], "low": min(distances), "high": max(distances), "over": f"{len(distances)} seeds"},
        "frechet_floor": metrics.frechet_distance(real.features, same.features),
        **_classic(held_out.name),
        "precision": near.precision, "recall": near.recall, "density": near.density, "coverage": near.coverage,
        **_what_it_draws(fake, asked, held_out),
        **_coverage_of_each(real, fake, asked, held_out),
        **_memory(drawn, held_out, trained),
    }  # fmt: skip


def _classic(dataset: str) -> Card:
    """What the classic DCGAN loop ends at in these features, where it was measured on this data set."""
    known = files.read_json(CLASSIC) if CLASSIC.exists() else {}
    return {"frechet_classic_loop": known[dataset]} if dataset in known else {}


def _what_it_draws(fake: Reading, asked: np.ndarray | None, held_out: datasets.Dataset) -> Card:
    histogram = metrics.digit_histogram(fake.digits, fake.probabilities.shape[1])
    sure = (fake.probabilities.max(axis=1) > CONFIDENT).astype(float)
    card: Card = {"classifier_score": metrics.classifier_score(fake.probabilities), "confident": _with_interval(sure),
                  "digit_histogram": [round(float(share), 4) for share in histogram]}  # fmt: skip
    if held_out.labels is not None:
        card["histogram_distance"] = metrics.total_variation(histogram, metrics.digit_histogram(held_out.labels, len(histogram)))
    if asked is not None:
        card["label_accuracy"] = _with_interval((fake.digits == asked).astype(float))
    return card


def _coverage_of_each(real: Reading, fake: Reading, asked: np.ndarray | None, held_out: datasets.Dataset) -> Card:
    """Coverage digit by digit: the real pictures of a digit against those drawn when it was asked for."""
    if asked is None or held_out.labels is None:
        return {}
    each = [metrics.neighbourhood(real.features[held_out.labels == digit], fake.features[asked == digit], K).coverage
            for digit in np.unique(asked)]  # fmt: skip
    return {"coverage_of_each_digit": [round(float(value), 4) for value in each], "coverage_of_the_worst_digit": float(min(each))}


def _with_interval(values: np.ndarray) -> Card:
    low, high = metrics.bootstrap_interval(values, resamples=200)
    return {"value": float(values.mean()), "low": low, "high": high, "over": "bootstrap, 95 %"}


def _memory(drawn: np.ndarray, held_out: datasets.Dataset, trained: np.ndarray) -> Card:
    """Distance to the nearest training picture, beside what unseen real pictures have: far below it means copying."""
    fakes = metrics.nearest(drawn[:MEMORY_SAMPLES], trained)[0]
    unseen = metrics.nearest(unit(held_out.images[:MEMORY_SAMPLES]), trained)[0]
    return {"nearest_training_picture": float(np.median(fakes)), "nearest_of_unseen_real": float(np.median(unseen))}


def as_text(card: Card) -> str:
    """The card as lines for people."""
    return "\n".join(f"{name:26} {_figure(value)}" for name, value in card.items())


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.4f}  ({value['low']:.4f} ... {value['high']:.4f}, {value['over']})"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def compare(cards: list[Card]) -> str:
    """One table of several cards: a row a figure, a column a card."""
    if not cards:
        raise CheckpointError("nothing to compare; expected two or more checkpoints or .npz files.")
    names = list(
        dict.fromkeys(name for card in cards for name in card if name not in ("checkpoint", "file") and not isinstance(card[name], list))
    )
    rows = [["", *(str(card.get("checkpoint") or card.get("file")) for card in cards)]]
    for name in names:
        values = [card.get(name, "") for card in cards]
        rows.append([name, *(_figure(value["value"] if isinstance(value, dict) else value) for value in values)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
