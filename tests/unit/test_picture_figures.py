"""The score card of pictures that are no digits: its features, the attributes it counts, and what it calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gan_core.data import catalog
from gan_core.data.own import attributes as said_of
from gan_core.errors import DataError
from gan_core.metrics import attributes, card, features, figures, pictures
from gan_core.metrics.clock import Card, Clock

GROUNDS = {"red": (200, 40, 40), "green": (40, 180, 60), "blue": (50, 60, 210), "rare": (220, 220, 30)}
N = 400
WEIGHTS = (-0.07756377, -0.01036988, -0.07172)  # of the first network that there was


def flags(n: int, seed: int, grounds: tuple[str, ...] = tuple(GROUNDS)) -> tuple[np.ndarray, said_of.Attributes]:
    """Colour pictures `[n, 16, 20, 3]`: a ground, a square on it or none, noise; what is on each, and a coin that nobody sees."""
    random = np.random.default_rng(seed)
    names = random.choice(grounds, n)
    squares = random.choice(("none", "left", "right"), n)
    images = np.array([GROUNDS[name] for name in names])[:, None, None] + random.normal(0, 12, (n, 16, 20, 3))
    for number, square in enumerate(squares):
        if square != "none":
            images[number, 5:11, slice(2, 8) if square == "left" else slice(12, 18)] = 250
    coin = tuple(map(str, random.choice(("head", "tail"), n)))
    return np.clip(images, 0, 255).astype(np.uint8), {"ground": tuple(map(str, names)), "square": tuple(map(str, squares)), "coin": coin}


def dataset(images: np.ndarray, labels: np.ndarray | None = None, classes: tuple[str, ...] = ()) -> catalog.Dataset:
    return catalog.Dataset("flags", images, labels, "made here", classes)


@pytest.fixture(scope="module")
def made() -> Card:
    """Of a model that never draws yellow."""
    (train, said), (unseen, said_of_unseen), (drawn, _) = flags(3 * N, 0), flags(N, 1), flags(N, 2, ("red", "green", "blue"))
    return pictures.card([drawn / 255], None, dataset(train), dataset(unseen), Clock(), said=(said, said_of_unseen))


def test_random_features_are_the_same_everywhere_and_see_a_difference() -> None:
    real, other = flags(N, 0)[0], flags(N, 3)[0]
    network = features.random_network(real)
    seen = network.of(real)
    assert seen.shape == (N, features.COUNT) and seen.std(axis=0) == pytest.approx(1, abs=1e-3)
    assert network.of(real[:5]) == pytest.approx(seen[:5], abs=1e-4), "of a few pictures as of many"
    floor = figures.frechet_distance(seen, network.of(other))
    grey = np.repeat(other.mean(axis=3, keepdims=True), 3, axis=3).astype(np.uint8)
    assert figures.frechet_distance(seen, network.of(grey)) > 10 * floor
    first = features._kernels((16, 20, 3))[0]
    assert first.shape == (4, 4, 3, 32) and first[0, 0, 0, :3] == pytest.approx(WEIGHTS, abs=1e-6), "seeds make the same numbers forever"


def test_grey_pictures_of_any_size_have_features() -> None:
    grey = flags(60, 0)[0][..., 0]
    assert features.random_network(grey).of(grey).shape == (60, features.COUNT)


def test_a_value_that_is_never_drawn_is_missing_and_what_cannot_be_read_is_not_counted(made: Card) -> None:
    assert made["attribute_values"] == {"ground": 4, "square": 3}, "nobody reads the coin off a picture"
    assert made["attribute_values_missing"] == {"ground": 1, "square": 0} and (made["values_missing"], made["values_in_all"]) == (1, 7)
    distance, floor = made["attribute_distance"], made["attribute_distance_floor"]
    assert distance["ground"]["value"] == pytest.approx(0.25, abs=0.08)
    assert floor["ground"]["value"] < 0.1
    assert distance["ground"]["low"] <= distance["ground"]["value"] <= distance["ground"]["high"] and distance["ground"]["n"] == N
    assert made["attributes_read"]["square"]["value"] > 0.95


def test_figures_carry_the_features_that_they_are_measured_in(made: Card) -> None:
    assert made["features"] == "a network with random weights, 64 numbers"
    assert {"frechet_random", "frechet_random_floor", "precision_random", "coverage_random"} < set(made)
    assert not {"frechet", "frechet_floor", "precision", "coverage"} & set(made)
    assert made["frechet_random"]["value"] > made["frechet_random_floor"]["value"]
    other = {"checkpoint": "b", "dataset": "other", **made}
    table = card.compare([{"checkpoint": "a", "dataset": "flags", **made}, other])
    rows = [line for line in table.splitlines() if line.startswith("frechet_random ")]
    assert [line.split("  ")[0] for line in rows] == ["frechet_random of flags", "frechet_random of other"]
    assert all(line.count("±") == 1 for line in rows), "no distance shares its row with one in other features"


@pytest.mark.slow
def test_a_classifier_of_the_data_gives_the_features_where_there_are_classes() -> None:
    (train, said), (unseen, said_of_unseen) = flags(2 * N, 0), flags(N, 1)
    classes = tuple(GROUNDS)
    labels, theirs = (np.array([classes.index(one) for one in each["ground"]]) for each in (said, said_of_unseen))
    asked = np.arange(N) % 4
    drawn = (np.array([GROUNDS[classes[one]] for one in asked])[:, None, None] + np.zeros((1, 16, 20, 1))) / 255
    colours = np.array(list(GROUNDS.values()))

    def learn(images: np.ndarray, ids: np.ndarray, count: int) -> features.Features:
        assert count == 4 and np.array_equal(ids, labels) and images is train

        def nearest(shown: np.ndarray) -> np.ndarray:
            return np.asarray(((shown[:, 0, 0, None] - colours) ** 2).sum(axis=2).argmin(axis=1))

        return features.Features("classes", "colours", lambda shown: shown[:, 0, 0].astype(np.float32), nearest)

    made = pictures.card([drawn], asked, dataset(train, labels, classes), dataset(unseen, theirs, classes), Clock(), learn_classes=learn)
    assert made["features"] == "colours" and "frechet_classes" in made and "frechet_random" not in made
    assert made["class_accuracy"]["value"] == 1 and 0.9 < made["class_accuracy_of_real"]["value"] <= 1
    without = pictures.card([drawn], asked, dataset(train, labels, classes), dataset(unseen, theirs, classes), Clock())
    assert "frechet_random" in without and "class_accuracy" not in without


def test_attributes_lie_beside_the_pictures_a_line_each(tmp_path: Path) -> None:
    images, said = flags(120, 0)
    data = tmp_path / "flags.npy"
    np.save(data, images)
    assert catalog.attributes_of(str(data), catalog.load(str(data), shape=(16, 20, 3))) == {}
    lines = [
        {name: values[i] for name, values in said.items() if values[i] != "none"} | {"who": f"number {i}", "one": 1} for i in range(120)
    ]
    (tmp_path / said_of.NAME).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    test = catalog.load(str(data), split="test", shape=(16, 20, 3))
    assert catalog.attributes_of(str(data), test) == {name: values[9::10] for name, values in said.items()}, (
        "one value tells nothing, a name too much"
    )
    (tmp_path / said_of.NAME).write_text("[]\n")
    with pytest.raises(DataError, match=r"attributes\.jsonl.*an object of names and values"):
        said_of.read(data, [0])
    (tmp_path / said_of.NAME).write_text('{"a": 1}\n')
    with pytest.raises(DataError, match="1 lines; expected one for each picture of flags"):
        said_of.read(data, [0, 1])


def lamps(n: int, seed: int) -> tuple[np.ndarray, said_of.Attributes]:
    """Grey pictures of ten lamps, `[n, 16, 20]`, each on or off: of a thousand sorts."""
    random = np.random.default_rng(seed)
    lit = random.integers(0, 2, (n, 10))
    images = np.repeat(np.repeat(lit.reshape(n, 2, 5), 8, axis=1), 4, axis=2) * 200 + random.integers(0, 40, (n, 16, 20))
    return images.astype(np.uint8), {f"lamp {i}": tuple(map(str, lit[:, i])) for i in range(10)}


def test_copies_are_counted_by_attributes() -> None:
    (train, said), unseen, drawn = lamps(N, 0), lamps(N, 1), lamps(N, 2)[0]
    counted = attributes.card([drawn, train], (train, said), unseen, Clock([0, 1]))
    sorts = {tuple(values[i] for values in said.values()) for i in range(N)}
    expected = np.mean([tuple(values[i] for values in unseen[1].values()) in sorts for i in range(N)])
    assert counted["attributes_copied_of_real"]["value"] == pytest.approx(expected, abs=0.02) and 0.2 < expected < 0.5
    assert counted["attributes_copied"]["value"] == pytest.approx(expected, abs=0.1) and counted["attributes_copied"]["high"] > 0.98
    assert attributes.card([train], (train, said), unseen, Clock())["attributes_copied"]["value"] > 0.98, (
        "whoever gives the training set again"
    )
