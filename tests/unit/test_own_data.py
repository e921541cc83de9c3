import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_core.data.own import load_own
from gan_core.errors import DataError

RNG = np.random.default_rng(0)


def picture(path, size=(28, 28), level=None):
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = RNG.integers(0, 256, size[::-1], np.uint8) if level is None else np.full(size[::-1], level, np.uint8)
    Image.fromarray(pixels).save(path)
    return pixels


def npz(path, **arrays):
    np.savez(path, **arrays)
    return path


def pictures(n=20, side=28):
    return RNG.integers(0, 256, (n, side, side), np.uint8)


def test_a_flat_folder_has_no_labels_and_every_tenth_is_held_out(tmp_path):
    pixels = [picture(tmp_path / f"{index:03}.png") for index in range(25)]
    (tmp_path / "notes.txt").write_text("other files do no harm")
    train, test = load_own(tmp_path, "train"), load_own(tmp_path, "test")
    np.testing.assert_array_equal(test.images, [pixels[9], pixels[19]])
    assert len(train.images) == 23 and train.labels is None and train.classes == ()


def test_sub_folders_are_classes_in_the_order_of_their_numbers(tmp_path):
    for name in ("2", "10", "1"):
        for index in range(10):
            picture(tmp_path / name / f"{index}.png", level=int(name))
    train, test = load_own(tmp_path, "train"), load_own(tmp_path, "test")
    assert train.classes == ("1", "2", "10") and train.labels.dtype == np.int64
    assert np.bincount(train.labels).tolist() == [9, 9, 9] and test.labels.tolist() == [0, 1, 2]
    assert test.images[:, 0, 0].tolist() == [1, 2, 10]


def test_one_shape_in_different_sizes_is_resized(tmp_path):
    for index in range(12):
        picture(tmp_path / f"{index}.jpg", size=(64, 64) if index % 2 else (300, 300), level=index * 20)
    train = load_own(tmp_path, "train")
    assert train.images.shape == (11, 28, 28) and abs(int(train.images[4].mean()) - 40) < 4  # 0, 1, 10, 11, 2 ... by name


def test_mixed_shapes_are_refused_by_the_file_that_differs(tmp_path):
    for index in range(12):
        picture(tmp_path / f"{index:02}.png", size=(40, 30) if index == 7 else (32, 32))
    with pytest.raises(DataError, match=r"07\.png' is 40 x 30, most of the others are 32 x 32.*Crop it"):
        load_own(tmp_path, "train")


@pytest.mark.parametrize("n", [0, 3, 9])
def test_a_folder_of_too_few_pictures_is_refused(tmp_path, n):
    for index in range(n):
        picture(tmp_path / f"{index}.png")
    with pytest.raises(DataError, match=f"holds {n} pictures .*expected 10 to"):
        load_own(tmp_path, "train")


def test_a_text_file_among_the_pictures_is_named(tmp_path):
    for index in range(12):
        picture(tmp_path / f"{index}.png")
    (tmp_path / "bad.png").write_text("hello")
    with pytest.raises(DataError, match=r"bad\.png"):
        load_own(tmp_path, "train")


def test_loose_pictures_beside_classes_are_refused(tmp_path):
    for index in range(12):
        picture(tmp_path / "cats" / f"{index}.png")
    picture(tmp_path / "loose.png")
    with pytest.raises(DataError, match=r"'loose\.png'.*beside sub-folders.*'cats'"):
        load_own(tmp_path, "train")


def test_npz_of_uint8_of_float_and_with_a_last_axis_are_the_same(tmp_path):
    images = pictures()
    for array in (images, images / 255, (images / 255).astype(np.float32)[..., None], np.asfortranarray(images)):
        data = load_own(npz(tmp_path / "x.npz", images=array, labels=np.arange(20) % 3), "train")
        assert data.images.dtype == np.uint8 and len(data.images) == 18 and data.classes == ("0", "1", "2")
        both = np.concatenate([data.images, load_own(tmp_path / "x.npz", "test").images])
        assert sorted(image.tobytes() for image in both) == sorted(image.tobytes() for image in images)


def test_npz_in_keras_form_keeps_its_own_test_split(tmp_path):
    x_train, x_test = pictures(20), pictures(12)
    path = npz(tmp_path / "x.npz", x_train=x_train, y_train=np.zeros(20, np.uint8), x_test=x_test, y_test=np.ones(12, np.uint8))
    np.testing.assert_array_equal(load_own(path, "train").images, x_train)
    test = load_own(path, "test")
    np.testing.assert_array_equal(test.images, x_test)
    assert test.labels.dtype == np.int64


def test_npz_of_another_size_is_resized(tmp_path):
    assert load_own(npz(tmp_path / "x.npz", images=pictures(12, side=64)), "train").images.shape == (11, 28, 28)


@pytest.mark.parametrize(("arrays", "message"), [
    ({"pixels": pictures()}, "holds the arrays \\['pixels'\\]; expected 'images' or 'x_train'"),
    ({"images": pictures(3)}, "holds 3 pictures; expected 10 to"),
    ({"images": pictures()[0]}, "shape \\(28, 28\\)"),
    ({"images": np.zeros((20, 28, 28, 3), np.uint8)}, "expected \\[n, height, width\\]"),
    ({"images": pictures().astype(np.int64)}, "int64; expected uint8"),
    ({"images": pictures().astype(float)}, "expected 0 to 1"),
    ({"images": np.full((20, 28, 28), np.nan)}, "NaN"),
    ({"images": pictures(), "labels": np.zeros(19, int)}, "each of the 20"),
    ({"images": pictures(), "labels": np.zeros(20)}, "whole number"),
    ({"images": pictures(), "labels": np.full(20, -1)}, "whole number"),
    ({"images": np.array([None] * 20)}, "object; expected numbers"),
])  # fmt: skip
def test_npz_that_cannot_be_used_says_why(tmp_path, arrays, message):
    with pytest.raises(DataError, match=message):
        load_own(npz(tmp_path / "x.npz", **arrays), "train")


def test_an_npz_whose_header_promises_gigabytes_takes_no_memory(tmp_path):
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": (4_000_000, 28, 28)})
    with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
        archive.writestr("images.npy", header.getvalue() + bytes(100))
    with pytest.raises(DataError, match=r"says shape \(4000000, 28, 28\)"):
        load_own(tmp_path / "x.npz", "train")


def test_a_zip_bomb_is_refused_by_its_directory(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images.npy", bytes(2_000_000))
    content = path.read_bytes().replace((2_000_000).to_bytes(4, "little"), (2_000_000_000).to_bytes(4, "little"))
    path.write_bytes(content)
    with pytest.raises(DataError, match="2,000,000,000 bytes"):
        load_own(path, "train")


@pytest.mark.parametrize("name", ["x.npz", "x.keras", "x.pkl"])
def test_files_that_are_no_data_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")
    with pytest.raises(DataError, match=name):
        load_own(tmp_path / name, "train")


def test_a_header_that_cannot_be_parsed_is_damage_not_a_crash(tmp_path):
    buffer = io.BytesIO()
    np.save(buffer, pictures())
    for found, broken in ((b"{'descr'", b"{('escr'"), (b"'fortran", b"b'ortran"), (b"(20, 28", b"(00, 08")):
        with zipfile.ZipFile(tmp_path / "x.npz", "w") as archive:
            archive.writestr("images.npy", buffer.getvalue().replace(found, broken))
        with pytest.raises(DataError, match=r"x\.npz' is damaged"):
            load_own(tmp_path / "x.npz", "train")
