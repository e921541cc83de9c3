"""Files of strangers: whatever lies there, a value that can be used or a sentence; nothing hangs, nothing comes without end."""

import json
import math
import os
import random
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from stress import mutations

from gan_core.errors import CheckpointError, ConfigError, RunError
from gan_core.storage import files, tensors
from gan_core.storage.fields import Fields

MANY = settings(max_examples=150, derandomize=True, deadline=None)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@MANY
@given(st.binary(max_size=400))
def test_any_bytes_are_a_value_or_a_value_error(data: bytes) -> None:
    try:
        value = files.parse_json(data)
    except ValueError as error:
        assert len(str(error)) > 10
    else:
        files.to_json(value).decode()


@MANY
@given(JSON)
def test_what_json_can_hold_comes_back(value: Any) -> None:
    assert files.parse_json(json.dumps(value).encode()) == value


def test_the_first_half_of_a_character_is_refused_wherever_it_hides() -> None:
    for text in (rb'"\ud800"', rb'{"\ud800": 1}', rb'[{"a": ["b\udfff"]}]'):
        with pytest.raises(ValueError, match="surrogate"):
            files.parse_json(text)
    assert files.parse_json(rb'"\ud83d\ude00"') == "\U0001f600"


BAD = {
    "deep": (b"[" * 100_000, "nested|values"),
    "deep and closed": (b"[" * 40 + b"]" * 40, "nested"),
    "deep objects": (b'{"a":' * 5000 + b"1" + b"}" * 5000, "nested"),
    "long": (b"[" + b"0," * 300_000 + b"0]", "values"),
    "nan": (b"[NaN]", "NaN or infinity"),
    "infinity": (b'{"a": -Infinity}', "NaN or infinity"),
    "too large for a float": (b"[1e999]", "NaN or infinity"),
    "beyond 64 bits": (b"[" + b"9" * 30 + b"]", "64 bits"),
    "thousands of digits": (b"9" * 5000, "no JSON"),
    "latin": (b'"\xe9"', "no JSON"),
    "cut": (b'{"a": ', "no JSON"),
    "nothing": (b"", "no JSON"),
}


@pytest.mark.parametrize("name", BAD)
def test_json_that_nothing_can_be_done_with(name: str) -> None:
    data, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        files.parse_json(data)


def fifo(path: Path) -> None:
    os.mkfifo(path)


def looped(path: Path) -> None:
    path.symlink_to(path)


PLACES = {
    "a pipe": fifo,
    "an endless device": lambda path: path.symlink_to("/dev/zero"),
    "a folder": lambda path: path.mkdir(),
    "a link in a circle": looped,
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link out of its folder": lambda path: path.symlink_to("/etc/hostname"),
    "too many bytes": lambda path: path.write_bytes(b" " * 1001),
    "nothing": lambda path: None,
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_of_the_folder_is_refused_at_once(place: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    PLACES[place](path)
    told: list[BaseException] = []

    def read() -> None:
        try:
            files.read_bytes(path, 1000, inside=tmp_path)
        except (OSError, ValueError) as error:
            told.append(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert not reader.is_alive() and len(told) == 1


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 300])
def test_a_name_that_no_file_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises((OSError, ValueError)):
        files.read_bytes(tmp_path / name, 1000)


def test_a_file_and_a_link_inside_of_its_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text('{"a": 1}')
    (tmp_path / "link.json").symlink_to("real.json")
    assert files.read_json(tmp_path / "link.json", inside=tmp_path) == {"a": 1}
    assert files.check_regular(tmp_path / "real.json", 8) == 8


def test_refusing_tells_in_one_sentence_and_without_the_folder(tmp_path: Path) -> None:
    missing = r"^status of x cannot be read \(No such file or directory\)\. Start anew\.$"
    with pytest.raises(RunError, match=missing), files.refusing(RunError, "status of x", "Start anew."):
        files.read_json(tmp_path / "nothing.json")
    with pytest.raises(RunError, match=r"^it cannot be read: a\. b$"), files.refusing(RunError, "it", "b"):
        raise ConfigError("a")
    with pytest.raises(CheckpointError, match=r"^as it was$"), files.refusing(CheckpointError, "it", "b"):
        raise CheckpointError("as it was")
    with pytest.raises(KeyError), files.refusing(CheckpointError, "it", "b"):
        raise KeyError("a fault of ours is not hidden")
    assert files.shortened("a\x1b[2Jb\n" + "x" * 500, 20) == "a [2Jb xxxxxxxxxx..."


@MANY
@given(JSON)
def test_fields_are_what_they_should_be_or_refused(value: Any) -> None:
    asked = [
        lambda fields: fields.whole("a", 0, 10),
        lambda fields: fields.number("a", -1, 1),
        lambda fields: fields.text("a", 20),
        lambda fields: fields.inner("a"),
        lambda fields: fields.objects("a", 3),
        lambda fields: fields.choice("a", ("x", "y")),
    ]
    for ask in asked:
        try:
            found = ask(Fields({"a": value}, "it"))
        except ValueError as error:
            assert "it" in str(error) and len(str(error)) < 400
        else:
            assert not isinstance(found, float) or math.isfinite(found)


def test_a_field_that_is_missing_has_its_default_or_is_named() -> None:
    fields = Fields({"a": None, "b": 2.0}, "config.json")
    assert fields.whole("b", 0, 3) == 2 and fields.whole("c", 0, 3, default=1) == 1 and "a" not in fields and list(fields) == ["a", "b"]
    with pytest.raises(ValueError, match=r"config\.json has no 'c'"):
        fields.whole("c", 0, 3)
    with pytest.raises(ValueError, match=r"config\.json: a is 'None'"):
        fields.whole("a", 0, 3)
    with pytest.raises(ValueError, match="expected an object"):
        Fields([1, 2], "config.json")
    with pytest.raises(ValueError, match="a list of 4; expected a list of at most 3"):
        Fields({"a": [1] * 4}, "it").items("a", 3)


@MANY
@given(st.integers(0, 2**32 - 1).map(random.Random))
def test_a_changed_file_of_tensors_is_read_or_a_value_error(chance: random.Random) -> None:
    good = save(
        {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4), np.float16), "c": np.array(3, np.int64)}, {"x": "y"}
    )
    try:
        found, header = tensors.parse(mutations.odd_safetensors(chance, good), most_numbers=1000)
    except ValueError as error:
        assert 10 < len(str(error)) < 400
    else:
        assert {name: array.shape for name, array in found.items()} == {name: shape for name, (_, shape) in header.tensors.items()}


def test_a_file_of_tensors_that_lies_about_its_place_or_its_number_is_refused() -> None:
    one = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
    for header, words in (
        ({"a": one, "b": one}, "overlap"),
        ({"a": {**one, "data_offsets": [4, 12]}}, "gaps"),
        ({"a": {**one, "shape": [3]}}, "not what its shape needs"),
        ({"a": {**one, "shape": [True, 2]}}, "whole numbers"),
        ({"a": {**one, "shape": [2**31, 2**31]}}, "whole numbers"),
        ({"a": {**one, "dtype": "F8"}}, "expected one of"),
        ({"a": [1]}, "expected an object"),
        ({"a": one, "__metadata__": {"program": 1}}, "than texts"),
        ({f"{number}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for number in range(2001)}, "2,001 tensors"),
    ):
        with pytest.raises(ValueError, match=words):
            tensors.parse(mutations.safetensors(header, bytes(8)))
    with pytest.raises(ValueError, match="expected at most 5"):
        tensors.parse(save({"a": np.zeros(6, np.float32)}), most_numbers=5)
