import io
import os
import random
import struct
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stress import mutations

from gan_core.data.npz import npz_keys, read_npz
from gan_core.errors import DataError


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_arrays_come_out_as_they_went_in(tmp_path, save):
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)), "c": np.array(True)}
    save(tmp_path / "x.npz", **arrays)
    read = read_npz(tmp_path / "x.npz", ["a", "b", "c", "absent"])
    assert sorted(read) == npz_keys(tmp_path / "x.npz") == ["a", "b", "c"]
    for key, expected in arrays.items():
        np.testing.assert_array_equal(read[key], expected)
        assert read[key].dtype == expected.dtype


def test_objects_are_never_unpickled(tmp_path):
    np.savez(tmp_path / "x.npz", a=np.array([{"evil": 1}]), b=np.arange(3))
    with pytest.raises(DataError, match=r"x\.npz'.*object; expected numbers"):
        read_npz(tmp_path / "x.npz", ["a"])
    assert read_npz(tmp_path / "x.npz", ["b"])["b"].tolist() == [0, 1, 2]


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"x\.npz' is not there"):
        read_npz(tmp_path / "x.npz", ["a"])
    assert npz_keys(tmp_path / "x.npz") == []


def zipped(path: Path, content: bytes, how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        archive.writestr("a.npy", content)
    return path


def npy(shape: str, dtype: str = "|u1", numbers: bytes = b"", version: int = 1) -> bytes:
    header = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}}}".encode()
    length = struct.pack("<H" if version == 1 else "<I", len(header))
    return b"\x93NUMPY" + bytes([version, 0]) + length + header + numbers


def refused(path: Path, words: str) -> None:
    """read_npz says these words about the file, and does not hang."""
    told: list[str] = []

    def read() -> None:
        try:
            read_npz(path, ["a"])
        except DataError as error:
            told.append(str(error))

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(20)
    assert not reader.is_alive() and len(told) == 1 and words in told[0] and path.name in told[0], told


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    refused(zipped(tmp_path / "bomb.npz", npy("(200000, 28, 28)", numbers=bytes(200_000 * 784))), "no pictures are packed like that")


def test_zeros_that_are_few_are_no_bomb(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", a=np.zeros((1000, 28, 28), np.uint8))
    assert read_npz(tmp_path / "x.npz", ["a"])["a"].shape == (1000, 28, 28)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (npy("(2**40, 2**40)"), "damaged"),
        (npy("(1000000000000, 1000000)"), "damaged"),
        (npy("(-1, -4)", numbers=bytes(4)), "damaged"),
        (npy("(0, 10**30)"), "damaged"),
        (npy("(True, 4)", numbers=bytes(4)), "damaged"),
        (npy("(" * 3000), "damaged"),
        (npy("-" * 5000 + "1"), "damaged"),
        (npy("(4,)", "|O", bytes(4)), "expected numbers"),
        (npy("(4,)", "|V10000000", bytes(4)), "expected numbers"),
        (npy("(4,)", "<U1000000", bytes(4)), "damaged"),
        (npy("(4,)", "nonsense", bytes(4)), "damaged"),
        (npy("(4,)", numbers=bytes(3)), "damaged"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{", "damaged"),
        (b"\x93NUMPY\x09\x00", "damaged"),
        (b"", "damaged"),
    ],
    ids=lambda value: repr(value)[:60],
)
def test_headers_that_lie(tmp_path, content, words):
    refused(zipped(tmp_path / "x.npz", content), words)


def test_packed_in_another_way(tmp_path):
    refused(zipped(tmp_path / "x.npz", npy("(4,)", numbers=bytes(4)), zipfile.ZIP_LZMA), "packed in a way that numpy never uses")


def test_a_directory_that_is_very_long_is_refused_before_it_is_read(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        for number in range(3000):
            archive.writestr(f"{number}.npy", b"")
    refused(tmp_path / "x.npz", "list of arrays")
    whole = (tmp_path / "x.npz").read_bytes()
    (tmp_path / "y.npz").write_bytes(whole[:-22] + b"PK\x06\x07" + bytes(16) + whole[-22:-10] + bytes(4) + whole[-6:])
    refused(tmp_path / "y.npz", "list of arrays")


def test_a_pipe_and_a_device_are_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.npz")
    refused(tmp_path / "pipe.npz", "no regular file")
    (tmp_path / "zero.npz").symlink_to("/dev/zero")
    refused(tmp_path / "zero.npz", "no regular file")


def two_arrays() -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, a=np.arange(200, dtype=np.uint8).reshape(10, 5, 4), labels=np.arange(10))
    return buffer.getvalue()


@settings(max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1).map(random.Random))
def test_a_changed_file_is_read_or_refused(tmp_path, chance: random.Random) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(mutations.odd_bytes(chance, two_arrays(), chance.choice((1, 2, 5))))
    try:
        found = read_npz(path, ["a", "labels"])
    except DataError as error:
        assert "x.npz" in str(error) and len(str(error)) < 700
    else:
        assert all(array.nbytes < 10_000 for array in found.values())
