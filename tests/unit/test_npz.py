import numpy as np
import pytest

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
