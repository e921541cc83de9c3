"""A sample has a kind: what it may be, how it is kept, and that nobody but MNIST's own file knows how large a picture is."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from conftest import ROOT

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError, RunError
from gan_core.kind import Kind, shape_of_text, text_of_shape
from gan_core.mnist import KIND
from gan_core.runs import creating

NUMBERS = re.compile(r"(?<![\w.])(28|784)(?!\w)")


@pytest.mark.parametrize("path", sorted((ROOT / "gan_core").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_only_mnists_own_file_knows_how_large_its_pictures_are(path) -> None:
    found = [line for line in path.read_text().splitlines() if NUMBERS.search(line)]
    assert bool(found) == (path == ROOT / "gan_core" / "mnist.py"), found


@pytest.mark.parametrize(("shape", "rate", "words"), [
    ((28, 28, 1), 0, "28 x 28 grey"), ((64, 48, 3), 0, "48 x 64 colour"), ((1024, 1), 12_000, "1,024 samples at 12,000 Hz"),
    ((256, 3), 1, "256 samples at 1 Hz, 3 channels"),
])  # fmt: skip
def test_a_kind_says_what_it_is(shape: tuple[int, ...], rate: float, words: str) -> None:
    kind = Kind.of(list(shape), rate=rate)
    assert (kind.name, kind.shape, str(kind), kind.size) == ("signal" if rate else "picture", shape, words, int(np.prod(shape)))
    assert kind.outer == (shape[:-1] if shape[-1] == 1 else shape)


@pytest.mark.parametrize(("shape", "rate", "classes", "words"), [
    ((28, 28), 0, (), "height, width, channels"), ((28, 28, 2), 0, (), "expected 1 for grey or 3 for colour"), ((28, 28, True), 0, (), "expected 1 for grey"),
    ((8, 28, 1), 0, (), "height is 8; expected a whole number from 16 to 128"), ((28, 129, 1), 0, (), "width is 129"), ((28.5, 28, 1), 0, (), "height"),
    ((28, 28, 1), 5, (), "length, channels"), ("28", 0, (), "height, width, channels"), (None, 0, (), "height, width, channels"), ((1024, 4), 100, (), "channels"),
    ((100, 1), 100, (), "length"), ((1024, 1), 0, (), "height, width, channels"), ((1024, 1), 2e6, (), "rate is"), ((1024, 1), "fast", (), "rate is"),
    ((28, 28, 1), 0, ["a", "a"], "two classes are called 'a'"),
    ((28, 28, 1), 0, ["a\nb"], "in one line"), ((28, 28, 1), 0, [""], "1 to 80"), ((28, 28, 1), 0, ["x" * 81], "1 to 80"), ((28, 28, 1), 0, [3], "a name"),
    ((28, 28, 1), 0, [str(i) for i in range(1001)], "at most 1,000"), ((28, 28, 1), 0, "abc", "a list"),
])  # fmt: skip
def test_what_no_network_is_made_for_is_refused(shape: object, rate: float, classes: object, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Kind.of(shape, classes, rate)


def test_a_shape_is_written_as_people_do() -> None:
    assert shape_of_text("64x48x3") == (64, 48, 3) and shape_of_text(" 32 X 32") == (32, 32, 1) and text_of_shape((64, 48, 3)) == "64x48x3"
    for wrong in ("64", "64x", "axb", "64x64x2", "8x8", "9999999999x3", "-64x64"):
        with pytest.raises(ConfigError):
            shape_of_text(wrong)


def test_files_of_grey_digits_stay_as_they_are_and_others_keep_their_names() -> None:
    old = {"family": "dcgan", "preset": "studio", "latent_dim": 64, "num_classes": 0, "image_shape": [28, 28, 1], "widths": {}}
    assert ModelConfig.from_dict(old).kind == Kind("picture", KIND.shape)
    assert json.loads(json.dumps(ModelConfig.from_dict(old).to_dict())) == old
    named = ModelConfig("cgan", num_classes=2, image_shape=(64, 64, 3), classes=("가", "나 다"))
    again = ModelConfig.from_dict(json.loads(json.dumps(named.to_dict())))
    assert again == named and again.kind == Kind("picture", (64, 64, 3), ("가", "나 다")) and again.class_name(1) == "나 다"
    assert ModelConfig("cgan", num_classes=10).class_name(7) == "7"
    with pytest.raises(ConfigError, match="classes has 2 names; expected 3"):
        ModelConfig("cgan", num_classes=3, classes=("a", "b"))


def test_a_conditional_model_has_the_classes_of_its_data() -> None:
    cgan, dense = families.get("cgan").model_config(), families.get("dense").model_config()
    assert creating.fitted(cgan, tuple("0123456789")) == cgan and creating.fitted(cgan, None) == cgan
    found = creating.fitted(cgan, ("cat", "dog", "hen"))
    assert (found.num_classes, found.classes) == (3, ("cat", "dog", "hen")) and creating.fitted(dense, ("cat", "dog")) == dense
    assert creating.fitted(cgan, ("0", "1", "2")).classes == () and creating.fitted(cgan, ("0", "1", "2")).num_classes == 3
    unlabelled = catalog.Dataset("own", np.zeros((20, 28, 28), np.uint8), None, "")
    with pytest.raises(RunError, match="sub-folders named by class"):
        creating.check_labels(cgan, TrainConfig(), unlabelled)


def test_named_data_are_had_in_any_shape() -> None:
    digits, large = catalog.load("digits"), catalog.load("digits", shape=(32, 48, 3))
    assert digits.kind == KIND and large.kind == Kind("picture", (32, 48, 3), KIND.classes) and len(large.images) == len(digits.images)
    assert np.array_equal(large.images[..., 0], large.images[..., 1]) and (large.images[:, :, :8] == 0).all(), (
        "padded with the border's black"
    )
    assert abs(float(large.images[:, :, 8:40].mean()) / float(digits.images.mean()) - 1) < 0.05
