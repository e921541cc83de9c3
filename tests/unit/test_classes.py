"""Class weights of labels, by a golden set that the page's are tested by, too (js/classes.test.js): of Hangul it is Unicode's own decomposition."""

import json
import unicodedata
from pathlib import Path

import numpy as np
import pytest

from gan_core import classes
from gan_core.data import hangul
from gan_core.errors import ConfigError, DataError
from gan_core.kind import Kind

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
