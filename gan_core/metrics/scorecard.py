"""The score card: how good, how varied, how close to the data; each figure with its n, seed, interval and time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from gan_core.config import check_integer, check_seed
from gan_core.data import catalog
from gan_core.data.npz import read_npz
from gan_core.errors import CheckpointError, DataError
from gan_core.imaging import pixels
from gan_core.kind import Kind
from gan_core.metrics import comparing, figures, handwriting, pictures, signals, two_sample
from gan_core.metrics.card import ScoreCard
from gan_core.metrics.clock import Card, Clock
from gan_core.metrics.discriminant import Labels
from gan_core.metrics.features import ClassLearner
from gan_core.mnist import DIGITS, KIND
from gan_core.model import digit_reader
from gan_core.model.digit_reader import Reading
from gan_core.model.explorer import Explorer
from gan_core.storage import files
from gan_core.storage.fields import Fields

SEEDS = 3
CONFIDENT = 0.9
TRAINING_PICTURES = 20_000  # for PCA and for the search of the nearest training picture
LARGEST_FOR_PCA = 2500  # numbers in a picture: beyond, its covariance takes minutes
STYLES = 300  # z, each drawn as all digits
CLASSIC = digit_reader.CLASSIFIER.parent / "reference.json"  # what the classic Keras loop reaches (benchmarks/time_to_quality.py)


def evaluate(
    source: Path, n: int = 10_000, seed: int = 0, write: bool = False, data_name: str = "mnist", learn: two_sample.Learner | None = None,
    learn_classes: ClassLearner | None = None,
) -> ScoreCard:  # fmt: skip
    """Score a checkpoint, or an .npz of anybody's samples, against the test pictures of its data.

    Args:
        source: a checkpoint folder, or an .npz with `images` float [n, h, w] in [0, 1] and, where digits were asked for, `labels`.
        n: number of samples (of test pictures for an autoencoder, at most as many as there are).
        seed: of the samples; the intervals also hold those of the two seeds after it.
        write: also store the card in the checkpoint's metrics.json.
        data_name: what an .npz is compared with; a checkpoint names its own data, and of a person's own only the name, so that their path is given.
        learn: makes the network of the two-sample test (training/two_sample.py); without it the card lacks that figure.
        learn_classes: makes the classifier in whose features pictures of other classes than digits are compared (training/class_features.py).
    Returns: figures by name, each {'value', 'low', 'high', 'over', 'n', 'seconds'}, and what they are to be read against.
    Raises: CheckpointError, ConfigError, DataError.
    """
    n, seed = check_integer("n", n, 100, 100_000), check_seed(seed)
    began = time.perf_counter()
    learners = (learn, learn_classes)
    card = ScoreCard(
        _file_card(source, data_name, *learners) if source.suffix == ".npz" else _checkpoint_card(source, n, seed, data_name, *learners)
    )
    card["seconds"] = round(time.perf_counter() - began, 1)
    if write and source.suffix != ".npz":
        path = source / "metrics.json"
        with files.refusing(CheckpointError, f"{source.name}: metrics.json", "Remove it; it is written anew."):
            stored = Fields(files.read_json(path, inside=source), "it").values() if path.exists() else {}
        files.write_json(path, {**stored, "score": card})
    return card


def _checkpoint_card(
    source: Path, n: int, seed: int, data_name: str, learn: two_sample.Learner | None, learn_classes: ClassLearner | None
) -> Card:
    explorer = Explorer.open(source)
    dataset = _data_of(explorer, data_name)
    held_out = catalog.load(dataset, split="test", download=True, shape=explorer.kind.shape)
    made: Card = {"checkpoint": explorer.name, "dataset": held_out.name}
    about = (explorer, held_out, dataset, n, seed)
    if explorer.kind.name == "signal":
        return made | _signal_card(*about)
    if explorer.family.has_encoder:
        return made | reconstruction_card(*about)
    if explorer.kind.shape == KIND.shape and shows_digits(held_out):
        return made | _model_card(*about, learn)
    return made | _picture_card(*about, learn, learn_classes)


def _data_of(explorer: Explorer, data_name: str) -> str:
    """The data of a checkpoint, which of a person's own has the name only: where they lie now, that person says. Raises DataError."""
    trained_on = explorer.checkpoint.train.dataset
    if trained_on in catalog.names() or catalog.available(trained_on):
        return trained_on
    if data_name in catalog.names():
        raise DataError(f"{explorer.name} was trained on a person's own pictures, {trained_on!r}; give their folder or .npz with --data.")
    return data_name


def reconstruction_card(explorer: Explorer, held_out: catalog.Dataset, dataset: str, n: int, seed: int) -> Card:
    """Error on pictures that were not trained on, beside that of as many principal components as the code has numbers."""
    shown = comparing.unit(held_out.images[:n])
    clock = Clock()
    drawn = explorer.reconstruct(shown)
    made: Card = {
        "n": len(shown),
        "bce": clock.figure([_each(figures.bce, shown, drawn)]),
        "bce_floor": figures.bce(shown, shown),
        "mse": clock.figure([_each(figures.mse, shown, drawn)]),
        "code_size": explorer.latent_dim,
    }
    if explorer.kind.size > LARGEST_FOR_PCA:
        return made
    training = catalog.load(dataset, split="train", shape=explorer.kind.shape).images[:TRAINING_PICTURES]
    baseline = figures.pca_reconstruction(comparing.unit(training), shown, explorer.latent_dim)
    return made | {"bce_pca": figures.bce(shown, baseline), "mse_pca": figures.mse(shown, baseline)}


def _each(error: Callable[[np.ndarray, np.ndarray], float], images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """An error picture by picture, `[n]`; their mean is that of all pixels, as pictures are of one size."""
    return np.array([error(one, other) for one, other in zip(images, drawn, strict=True)])


def _model_card(
    explorer: Explorer, held_out: catalog.Dataset, dataset: str, n: int, seed: int, learn: two_sample.Learner | None = None
) -> Card:
    requested = explorer.even_labels(n) if explorer.num_classes else None
    seeds = [(seed + number) % 2**32 for number in range(SEEDS)]
    draws = (explorer.generate(explorer.sample_z(n, each), requested) for each in seeds)
    card = {"n": n, "seed": seed, **sample_card(draws, requested, held_out, dataset, seeds, learn)}
    return {**card, **_style(explorer, seed)} if explorer.num_classes else card


def _picture_card(
    explorer: Explorer, held_out: catalog.Dataset, dataset: str, n: int, seed: int, learn: two_sample.Learner | None,
    learn_classes: ClassLearner | None,
) -> Card:  # fmt: skip
    """Pictures of another size, or that show no digits: no distance of theirs shares its name with one of digits."""
    requested = _requested(explorer, held_out, n)
    seeds = [(seed + number) % 2**32 for number in range(SEEDS)]
    training = catalog.load(dataset, split="train", shape=explorer.kind.shape)
    draws = (explorer.generate(explorer.sample_z(n, each), requested) for each in seeds)
    said = (catalog.attributes_of(dataset, training), catalog.attributes_of(dataset, held_out))
    return {"n": n, "seed": seed, **pictures.card(draws, requested, training, held_out, Clock(seeds), learn, learn_classes, said)}


def _requested(explorer: Explorer, held_out: catalog.Dataset, n: int) -> Labels | None:
    """What the samples are asked for: all classes alike; where classes stand in groups, what the held-out pictures show, as most labels are in no data."""
    if explorer.kind.groups and held_out.labels is not None:
        return np.random.default_rng(0).choice(held_out.labels, n)
    return explorer.even_labels(n) if explorer.num_classes else None


def _signal_card(explorer: Explorer, held_out: catalog.Dataset, dataset: str, n: int, seed: int) -> Card:
    """Signals are compared by what they sound like; no figure shares its name with those of digits, and no distance its column."""
    requested = explorer.even_labels(n) if explorer.num_classes else None
    seeds = [(seed + number) % 2**32 for number in range(SEEDS)]
    trained = catalog.load(dataset, split="train", shape=explorer.kind.shape)
    draws = [explorer.generate(explorer.sample_z(n, each), requested) for each in seeds]
    compared = signals.card(draws, requested, trained, held_out, Clock(seeds))
    return {"n": n, "seed": seed, **compared, **comparing.memory(Clock(), draws[0], held_out, trained.images[:TRAINING_PICTURES])}


def _style(explorer: Explorer, seed: int) -> Card:
    """Whether one z keeps its slant and its stroke width when only the digit changes."""
    classes, clock = explorer.num_classes, Clock()
    z, labels = np.repeat(explorer.sample_z(STYLES, seed), classes, axis=0), np.tile(np.arange(classes), STYLES)
    drawn = explorer.generate(z, labels)
    return {f"{name}_kept_across_digits": clock.figure([measure(drawn).reshape(STYLES, classes)], handwriting.kept_across_digits)
            for name, measure in (("slant", handwriting.slant), ("stroke_width", handwriting.stroke_width))}  # fmt: skip


def _file_card(path: Path, data_name: str, learn: two_sample.Learner | None, learn_classes: ClassLearner | None) -> Card:
    try:
        held = read_npz(path, ("images", "labels"))
    except FileNotFoundError as error:
        raise DataError(f"there is no {path}; expected an .npz as `sample` writes it.") from error
    drawn, requested = held.get("images"), held.get("labels")
    if drawn is None or drawn.ndim not in (3, 4) or len(drawn) < 100 or not ((drawn >= 0) & (drawn <= 1)).all():
        what = "no `images`" if drawn is None else f"`images` of shape {list(drawn.shape)}"
        raise DataError(
            f"{path.name} holds {what}; expected floats in [0, 1] of shape [n, height, width], or [n, height, width, 3], n at least 100."
        )
    if requested is not None and requested.shape != (len(drawn),):
        raise DataError(f"{path.name} holds labels of shape {list(requested.shape)} for {len(drawn)} images; expected one a picture.")
    shape = Kind.of((*drawn.shape[1:], 1) if drawn.ndim == 3 else drawn.shape[1:]).shape
    held_out = catalog.load(data_name, split="test", download=True, shape=shape)
    made: Card = {"file": path.name, "dataset": held_out.name, "n": len(drawn)}
    if shape == KIND.shape and shows_digits(held_out):
        return made | sample_card([drawn], requested, held_out, data_name, None, learn)
    training = catalog.load(data_name, split="train", shape=shape)
    return made | pictures.card([drawn], requested, training, held_out, Clock(), learn, learn_classes)


def sample_card(
    draws: Iterable[np.ndarray], requested: np.ndarray | None, held_out: catalog.Dataset, dataset: str, seeds: list[int] | None = None,
    learn: two_sample.Learner | None = None,
) -> Card:  # fmt: skip
    """The figures of samples against held-out pictures.

    Args:
        draws: samples `[n, h, w]` of one source, one set for each of `seeds`; the figures are those of the first, their intervals of all.
        requested: the digits asked for, int `[n]`, the same for every set, or None.
        dataset: whose training pictures the samples may have copied.
        learn: makes the network of the two-sample test.
    """
    if len(held_out.images) <= comparing.K:
        raise DataError(f"{held_out.name} has {len(held_out.images)} held-out pictures; expected more than {comparing.K} to score samples against. "
                        "A data set of one's own holds a tenth of its pictures out: give more of them.")  # fmt: skip
    clock, classifier = Clock(seeds), digit_reader.load()
    real = digit_reader.read(classifier, comparing.unit(held_out.images))
    training = catalog.load(dataset, split="train")
    trained = training.images[:TRAINING_PICTURES]
    first, fakes, specked = None, [], []
    kept: list[two_sample.Pictures] = []  # those of the first two seeds
    for drawn in draws:
        first = drawn if first is None else first
        kept += [pixels.to_uint8(drawn)] if len(kept) < 2 else []
        specked.append(figures.specked(drawn))
        fakes.append(digit_reader.read(classifier, drawn))
    if first is None:
        raise DataError("no samples to score; expected one set or more.")
    features = [fake.features for fake in fakes]

    def distance(rows: np.ndarray) -> float:
        return figures.frechet_distance(real.features, rows)

    return {
        "frechet": clock.figure(features, distance, biased=True),
        "frechet_floor": clock.figure(
            [digit_reader.read(classifier, comparing.unit(trained[: len(first)])).features], distance, biased=True
        ),
        **_classic(held_out.name),
        **comparing.neighbourhood(clock, real.features, features),
        **(_what_it_draws(clock, fakes, requested, held_out, real) if shows_digits(held_out) else {}),
        "specks": clock.figure(specked),
        "specks_of_real": clock.figure([figures.specked(comparing.unit(held_out.images))]),
        **_coverage_of_each(clock, real, fakes, requested, held_out),
        **comparing.memory(clock, first, held_out, trained),
        **(comparing.told_apart(clock, kept, requested, training, learn) if learn else {}),
    }


def _classic(dataset: str) -> Card:
    """What the classic DCGAN loop ends at in these features, where it was measured on this data set."""
    known = Fields(files.read_json(CLASSIC) if CLASSIC.exists() else {}, CLASSIC.name).values()
    return {"frechet_classic_loop": known[dataset]} if dataset in known else {}


def shows_digits(data: catalog.Dataset) -> bool:
    """Whether the classifier's ten digits are the data's classes: so of the named sets, and of a person's own where its labels say so."""
    if data.labels is None:
        return False
    return data.classes == DIGITS[: len(data.classes)] and int(data.labels.max()) < len(DIGITS)


def _what_it_draws(clock: Clock, fakes: list[Reading], requested: np.ndarray | None, held_out: catalog.Dataset, real: Reading) -> Card:
    classes = fakes[0].probabilities.shape[1]
    digits, probabilities = [fake.digits for fake in fakes], [fake.probabilities for fake in fakes]
    card: Card = {
        "classifier_score": clock.figure([fake.given_digits for fake in fakes], figures.classifier_score, biased=True),
        "confident": clock.figure([each.max(axis=1) > CONFIDENT for each in probabilities]),
        "unsure": clock.figure([unsure(fake) for fake in fakes]),
        "unsure_of_real": clock.figure([unsure(real)]),
        "digit_histogram": clock.figure(digits, lambda rows: figures.digit_histogram(rows, classes)),
    }
    if held_out.labels is not None:
        wanted = figures.digit_histogram(held_out.labels, classes)

        def away(rows: np.ndarray) -> float:
            return figures.total_variation(figures.digit_histogram(rows, classes), wanted)

        card["histogram_distance"] = clock.figure(digits, away, biased=True)
    if requested is not None:
        card["label_accuracy"] = clock.figure([each == requested for each in digits])
    return card


def unsure(reading: Reading) -> np.ndarray:
    """Of which pictures the classifier is unsure: no digit has 0.9, bool `[n]`. Most are broken to the eye, too."""
    return np.asarray(reading.probabilities.max(axis=1) < CONFIDENT)


def _coverage_of_each(clock: Clock, real: Reading, fakes: list[Reading], requested: np.ndarray | None, held_out: catalog.Dataset) -> Card:
    """Coverage class by class: the real pictures of a digit against those drawn when it was asked for, where there are enough of both."""
    if requested is None or held_out.labels is None:
        return {}
    each = {}
    for digit in np.unique(requested):
        own = real.features[held_out.labels == digit]
        if min(len(own), int((requested == digit).sum())) <= comparing.K:
            continue
        each[str(digit)] = clock.figure(
            [figures.neighbourhood(own, fake.features[requested == digit], comparing.K).covered for fake in fakes]
        )
    if not each:
        return {}
    worst = min(each.values(), key=lambda figure: np.mean(figure["value"]))
    return {"coverage_of_each_digit": each, "coverage_of_the_worst_digit": worst}
