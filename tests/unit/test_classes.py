"""Class weights of labels, by a golden set that the page's are tested by, too (js/classes.test.js): of Hangul it is Unicode's own decomposition."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from gan_core import classes
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import hangul
from gan_core.errors import ConfigError, DataError
from gan_core.kind import Kind
from gan_core.model import checkpoints, latent, program
from gan_core.model.directions import leading_directions
from gan_core.model.explorer import Explorer
from ui.server import exports
from ui.site import first_sight
from ui.site.listing import shape_of

GOLDEN = json.loads(Path(__file__).with_name("golden_classes.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: str(case["groups"]))
def test_weights_are_a_one_in_each_group(case):
    count, groups = case["num_classes"], tuple(case["groups"])
    made = classes.weights(case["labels"], count, groups)
    assert made.dtype == np.float32 and made.shape == (len(case["labels"]), count)
    assert [np.flatnonzero(row).tolist() for row in made] == case["ones"] and set(made.ravel().tolist()) == {0.0, 1.0}
    assert classes.even(len(case["even"]), count, groups).tolist() == case["even"]
    for wrong in (-1, classes.count(count, groups)):
        with pytest.raises(ConfigError, match=f"expected 0 to {classes.count(count, groups) - 1}"):
            classes.weights([wrong], count, groups)


def test_a_syllables_label_counts_as_unicode_does():
    for label in (0, 1, 28, 588, 11171, ord("한") - hangul.FIRST):
        taken_apart = [ord(letter) for letter in unicodedata.normalize("NFD", chr(hangul.FIRST + label))]
        initial, medial, final = classes.parts(label, hangul.GROUPS)
        assert [0x1100 + initial, 0x1161 + medial, *([0x11A7 + final] if final else [])] == taken_apart
    assert len(hangul.CLASSES) == sum(hangul.GROUPS) and classes.count(0, hangul.GROUPS) == 11172


def test_a_tenth_of_the_syllables_is_held_out_and_every_part_of_them_is_seen():
    every, out = hangul.syllables(), hangul.held_out()
    assert (len(every), len(out)) == (2350, 235) and out < set(every) and chr(hangul.FIRST + every[0]) == "가"
    seen = np.array([classes.parts(label, hangul.GROUPS) for label in every if label not in out])
    assert [len(set(column)) for column in seen.T] == list(hangul.GROUPS)
    assert ord("읊") - hangul.FIRST not in out, "the only one with its final"


def test_splits_of_the_syllables_share_none(tmp_path):
    labels = np.array(hangul.syllables()[:40], np.int64)
    pictures = np.arange(40, dtype=np.uint8)[:, None, None] + np.zeros((1, 64, 64), np.uint8)
    np.savez(tmp_path / hangul.FILE, pictures=pictures, labels=labels, fonts=np.zeros(40, np.int64))
    train, test = (hangul.read(tmp_path / hangul.FILE, split) for split in ("train", "test"))
    assert not set(train.labels) & set(test.labels) and len(train.labels) + len(test.labels) == 40 and len(test.labels)
    assert (train.pictures[:, 0, 0] == [labels.tolist().index(label) for label in train.labels]).all()
    np.savez(tmp_path / "other.npz", pictures=pictures, labels=labels + 1_000_000, fonts=np.zeros(40, np.int64))
    with pytest.raises(DataError, match=r"tools/hangul\.py"):
        hangul.read(tmp_path / "other.npz", "train")


def test_a_kind_knows_its_groups():
    kind = Kind.of((64, 64, 1), hangul.CLASSES, groups=hangul.GROUPS)
    assert kind.groups == hangul.GROUPS and Kind.of((28, 28, 1)).groups == ()
    for groups, message in (
        ((5,), "2 to 4"),
        ((2, 1), "size of a group"),
        ((1000, 1000), "at most 100,000"),
        ((2, 3), "as many as the groups"),
    ):
        with pytest.raises(ConfigError, match=message):
            Kind.of((64, 64, 1), ("a", "b", "c", "d"), groups=groups)
    with pytest.raises(ConfigError, match="two classes are called 'a'"):
        Kind.of((64, 64, 1), ("a", "a", "b", "c"), groups=(2, 2))
    assert Kind.of((64, 64, 1), ("a", "b", "a", "b"), groups=(2, 2)).classes == ("a", "b", "a", "b")


def lamps(groups):
    """A generator whose pixels are its class weights: `[n, 4]`, `[n, classes]` -> `[n, 16, 16, 1]`."""
    count, side = sum(groups), 16
    kernel = np.zeros((4 + count, side * side), np.float32)
    kernel[4:, :count] = 2 * np.eye(count)
    ops = [{"op": "concat_labels"}, {"op": "dense", "kernel": "kernel", "bias": "bias"}, {"op": "reshape", "shape": [side, side, 1]}]
    ends = {"name": "z", "shape": [4]}, {"name": "images", "shape": [side, side, 1], "range": [-1, 1]}
    tensors = {"kernel": kernel, "bias": np.full(side * side, -1, np.float32)}
    return program.Program("generator", *ends, ops, tensors, count)


@pytest.fixture
def explorer(tmp_path):
    """A checkpoint of it, of Hangul's groups, opened."""
    model = ModelConfig(
        "cgan64", latent_dim=4, num_classes=68, image_shape=(16, 16, 1), classes=hangul.CLASSES, groups=hangul.GROUPS, widths={"kept": 1}
    )
    network, prior = lamps(hangul.GROUPS), latent.Prior.normal(4)
    directions, duals = leading_directions(network, prior, 2, groups=model.groups)
    config = {"model": model.to_dict(), "train": TrainConfig(dataset="hangul").to_dict(), "prior": {"kind": "normal"}, "step": 1, "epoch": 1.0,
              "seconds": 1.0, "versions": {}, "epochs": []}  # fmt: skip
    contents = {"generator.safetensors": program.to_bytes(network, "float32"),
                "directions.safetensors": save_tensors({"directions": directions, "duals": duals})}  # fmt: skip
    return Explorer(checkpoints.write(tmp_path / "lamps", config, contents))


def test_an_explorer_is_asked_by_labels_of_groups(explorer):
    labels = [ord(letter) - hangul.FIRST for letter in "한글꽃"]
    drawn = explorer.generate(np.zeros((3, 4)), labels).reshape(3, -1)[:, :68]
    assert np.abs(drawn - classes.weights(labels, 68, hangul.GROUPS)).max() < 1e-6
    assert explorer.labels == 11172 and explorer.even_labels(3).tolist() == [0, 588 + 28 + 1, 2 * (588 + 28 + 1)]
    walked = explorer.walk(np.zeros((2, 4)), 3, labels[:2])
    assert np.abs(walked.labels[1] - classes.weights(labels[:2], 68, hangul.GROUPS).mean(axis=0)).max() < 1e-6
    for wrong, message in ((11172, "from 0 to 11,171"), (np.full((1, 68), 1 / 68), "summing to 1 in each group")):
        with pytest.raises(ConfigError, match=message):
            explorer.generate(np.zeros((1, 4)), wrong)
    with pytest.raises(ConfigError, match="too many to try"):
        explorer.invert(explorer.generate(np.zeros((1, 4)), labels[:1]))


def test_a_link_is_drawn_by_labels_of_groups(explorer):
    """What the server puts into the page's first bytes, and what it draws for a browser that cannot."""
    label, other = (ord(letter) - hangul.FIRST for letter in "한글")
    weights = first_sight.Opening.read(f"v=1&d={label}&o={other}&b=0.25").weights(68, hangul.GROUPS)
    own, second = classes.weights([label, other], 68, hangul.GROUPS)
    assert np.abs(weights[0] - 0.75 * own - 0.25 * second).max() < 1e-6
    network = explorer.checkpoint.epoch_program("generator.safetensors", "generator")
    body = {"model": "lamps", "kind": "png", "z": [[0, 0, 0, 0]], "labels": weights.tolist()}
    assert np.abs(exports.check(body, network, hangul.GROUPS).labels - weights).max() < 1e-6
    with pytest.raises(ConfigError, match="sum 1 in each group"):
        exports.check({**body, "labels": (weights / 3).tolist()}, network, hangul.GROUPS)
    with pytest.raises(ConfigError, match=r"with sum 1\."):
        exports.check(body, network)
    assert shape_of(explorer.checkpoint.model)["groups"] == list(hangul.GROUPS)
