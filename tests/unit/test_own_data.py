import gzip
import io
import struct
import zipfile

import numpy as np
import pytest
from PIL import Image

from gan_core.data.own import classes_of, count_folder, examine, load_own, tables
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
    (tmp_path / "empty.jpg").write_bytes(b"")
    sheet = examine(tmp_path)
    assert sheet.count == 12 and [one.name for one in sheet.left_out] == ["bad.png", "empty.jpg"] and "it is empty" in sheet.left_out[1].why
    assert "bad.png: cannot be read as a picture" in str(sheet)


def test_more_damaged_files_than_pictures_are_no_data(tmp_path):
    for index in range(11):
        picture(tmp_path / f"{index}.png")
        (tmp_path / f"bad{index}.png").write_text("hello")
    (tmp_path / "bad.png").write_text("hello")
    with pytest.raises(DataError, match=r"12 of 23 pictures cannot be read, such as 'bad\.png'"):
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
    ({"images": np.zeros((20, 28, 28, 4), np.uint8)}, "expected \\[n, height, width\\]"),
    ({"images": np.zeros((20, 28, 28), np.uint8)}, "all pictures are the same"),
    ({"images": pictures() * 1.01 / 255}, "expected 0 to 255, 0 to 1 or -1 to 1"),
    ({"images": pictures().astype(int) * 1000}, "expected 0 to 255"),
    ({"images": np.full((20, 28, 28), np.nan)}, "NaN"),
    ({"images": pictures(), "labels": np.zeros(19, int)}, "each of the 20"),
    ({"images": pictures(), "labels": np.arange(20) / 2}, "whole number"),
    ({"images": pictures(), "labels": np.array([None] * 20)}, r"astype\(str\)"),
    ({"images": pictures(), "labels": np.full((20, 3), 2)}, "whole number"),
    ({"x_train": pictures(), "y_train": np.zeros(20, int), "x_test": pictures(12), "y_test": np.zeros(11, int)}, "'y_test'.*each of the 12"),
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


# ---- what people bring


def levels(data):
    return int(data.images.min()), int(data.images.max())


@pytest.mark.parametrize(("made", "note"), [
    (lambda images: images / 255 * 2 - 1, "-1 to 1"), (lambda images: images.astype(np.float32), ""), (lambda images: images.astype(np.int64), ""),
    (lambda images: images.astype(np.uint16) * 257, "0 to 65,535"), (lambda images: images.astype(np.int32) * 16, "0 to 4,095"),
    (lambda images: images[:, None], ""), (lambda images: images.reshape(len(images), -1), ""), (lambda images: images.astype(">f4") / 255, ""),
    (lambda images: np.repeat(images[..., None], 3, -1), ""),
])  # fmt: skip
def test_arrays_in_the_ways_people_store_them_are_the_same_pictures(tmp_path, made, note):
    images = pictures()
    images[0, 0, :2] = 0, 255
    path = npz(tmp_path / "x.npz", images=made(images))
    found = np.concatenate([load_own(path, split).images for split in ("train", "test")])
    assert np.abs(np.sort(found, axis=None).astype(int) - np.sort(images, axis=None)).max() <= 1
    assert note in " ".join(examine(path).notes)


def test_pictures_of_zeros_and_ones_are_black_and_white_and_small_numbers_are_levels(tmp_path):
    ones = pictures() > 127
    for array in (ones, ones.astype(np.uint8), ones.astype(np.float32)):
        assert levels(load_own(npz(tmp_path / "x.npz", images=array), "train")) == (0, 255)
    few = RNG.integers(0, 17, (20, 64)).astype(float)
    assert levels(load_own(npz(tmp_path / "x.npz", x=few), "train"))[1] >= 250 and "0 to 16" in examine(tmp_path / "x.npz").notes[0]


@pytest.mark.parametrize(("labels", "classes"), [
    (np.arange(20) % 3 + 1, ("1", "2", "3")), (np.where(np.arange(20) % 2, 3, 8), ("3", "8")), ((np.arange(20) % 2).astype(np.float32), ("0", "1")),
    ((np.arange(20) % 2)[:, None], ("0", "1")), (np.eye(4)[np.arange(20) % 4], ("0", "1", "2", "3")), (np.array(["b", "a"] * 10), ("a", "b")),
    (np.array([b"b", b"a"] * 10), ("a", "b")), (np.arange(20) % 2 == 1, ("0", "1")), (np.array(["one\nline", "x" * 200] * 10), ("one?line", "x" * 72)),
])  # fmt: skip
def test_labels_become_classes_with_names_and_no_ghosts(tmp_path, labels, classes):
    data = load_own(npz(tmp_path / "x.npz", images=pictures(), labels=labels), "train")
    assert data.classes == classes and set(data.labels.tolist()) == set(range(len(classes)))


def test_colours_are_kept_where_they_are_learned(tmp_path):
    for index in range(12):
        path = tmp_path / "own" / f"{index}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(np.full((40, 40, 3), (200, 10, index * 20), np.uint8)).save(path)
    data = load_own(tmp_path / "own", "train", (64, 64, 3))
    assert data.images.shape == (11, 64, 64, 3) and data.images[3, 5, 5].tolist() == [200, 10, 220]  # 0, 1, 10, 11 by name
    assert data.images[1].tolist() != data.images[3].tolist() and load_own(tmp_path / "own", "train").images.shape == (11, 28, 28)
    arrays = np.moveaxis(data.images, 3, 1)
    assert np.array_equal(load_own(npz(tmp_path / "x.npz", images=arrays), "train", (64, 64, 3)).images, np.delete(data.images, 9, axis=0))


def test_a_zip_and_a_folder_around_it_are_the_folder(tmp_path):
    for name in ("가", "나 다"):
        for index in range(10):
            picture(tmp_path / "own" / "data" / name / f"그림 {index} #%.PNG", level=60 + 10 * index)
    (tmp_path / "own" / "data" / ".DS_Store").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for path in sorted((tmp_path / "own").rglob("*")):
            archive.write(path, path.relative_to(tmp_path))
        archive.writestr("__MACOSX/own/._0.png", b"x")
        archive.writestr("../../outside.png", b"x")
        archive.writestr("QQ", b"x")
    (tmp_path / "x.zip").write_bytes((tmp_path / "x.zip").read_bytes().replace(b"QQ", b"\0Q"))  # a name that ends before its first letter
    (tmp_path / "own" / "__MACOSX").mkdir()
    folder, packed = load_own(tmp_path / "own", "train"), load_own(tmp_path / "x.zip", "train")
    assert folder.classes == packed.classes == ("가", "나 다") == classes_of(tmp_path / "own") and count_folder(tmp_path / "own") == 18
    assert np.array_equal(folder.images, packed.images) and np.array_equal(folder.labels, packed.labels)
    assert not (tmp_path.parent / "outside.png").exists()


def test_train_and_test_folders_are_splits_and_a_lone_folder_is_no_class(tmp_path):
    for split, level in (("training", 50), ("testing", 200)):
        for name in ("0", "1"):
            for index in range(6):
                picture(tmp_path / "a" / split / name / f"{index}.png", level=level + index)
    train, test = load_own(tmp_path / "a", "train"), load_own(tmp_path / "a", "test")
    assert train.classes == ("0", "1") and len(train.images) == len(test.images) == 12 == count_folder(tmp_path / "a")
    assert train.images.max() < 60 and test.images.min() >= 200 and "their own test pictures" in test.sheet.notes[0]
    for index in range(12):
        picture(tmp_path / "b" / "images" / f"{index}.png")
    assert load_own(tmp_path / "b", "train").labels is None and classes_of(tmp_path / "b") == ()


def test_pictures_of_kinds_that_are_not_read_are_told(tmp_path):
    for index in range(12):
        picture(tmp_path / "a" / f"{index}.tif")
    with pytest.raises(DataError, match=r"holds 0 pictures .* and 12 \.tif files, which are not read \(save them as \.png\)"):
        load_own(tmp_path / "a", "train")
    for index in range(12):
        picture(tmp_path / "a" / f"{index}.png")
    assert "12 .tif files" in examine(tmp_path / "a").left_out[0].name
    for index in range(12):
        picture(tmp_path / "deep" / "x" / f"c{index % 2}" / "inner" / f"{index}.png")
        picture(tmp_path / "deep" / "y" / f"c{index % 2}" / "inner" / f"{index}.png")
    with pytest.raises(DataError, match=r"and 24 deeper in it \(give the path"):
        load_own(tmp_path / "deep", "train")


def test_sixteen_bits_are_scaled_by_what_they_hold(tmp_path):
    for bits, factor in ((8, 1), (12, 16), (16, 257)):
        for index in range(10):
            level = np.full((28, 28), 10 * index, np.uint16)
            level[3:9, 3:9] = 255
            (tmp_path / str(bits)).mkdir(exist_ok=True)
            Image.fromarray(level * np.uint16(factor)).save(tmp_path / str(bits) / f"{index}.png")
        data = load_own(tmp_path / str(bits), "train")
        assert data.images[4, 0, 0] == pytest.approx(40, abs=1) and data.images.max() >= 254 and "16 bits" in data.sheet.notes[0]


def test_photos_are_upright_and_transparent_ones_are_on_one_ground(tmp_path):
    turned = Image.Exif()
    turned[0x112] = 6
    page = np.zeros((160, 120), np.uint8)
    page[:40] = 255
    for index in range(12):
        path = tmp_path / "a" / f"{index:02}.jpg"
        path.parent.mkdir(exist_ok=True)
        if index % 2:
            Image.fromarray(np.rot90(page)).save(path, exif=turned, quality=95)
        else:
            Image.fromarray(page).save(path, quality=95)
    images = load_own(tmp_path / "a", "train").images.astype(int)
    assert (images[:, 0, 14] > 200).all() and (images[:, 20, 14] < 50).all() and examine(tmp_path / "a").sizes == ((120, 160, 12),)
    for index in range(12):
        ink = np.zeros((28, 28, 4), np.uint8)
        ink[8:20, 8:20] = (250, 220, 60, 255) if index % 3 == 0 else (30, 30, 160, 255)
        (tmp_path / "b").mkdir(exist_ok=True)
        Image.fromarray(ink).save(tmp_path / "b" / f"{index}.png")
    data = load_own(tmp_path / "b", "train")
    assert (data.images[:, 0, 0] == 255).all() and "put on white" in data.sheet.notes[0]


def test_the_sheet_says_how_the_ink_lies(tmp_path):
    digit = np.zeros((20, 28, 28), np.uint8)
    digit[:, 8:20, 10:18] = 230
    half = np.where(np.arange(20)[:, None, None] % 2, digit, 255 - digit)
    for images, ink in ((digit, "bright on dark"), (255 - digit, "dark on bright"), (half, "both"), (pictures(), "neither")):
        assert examine(npz(tmp_path / "x.npz", images=images)).ink == ink
    assert "--prepare bright-ink" in str(examine(npz(tmp_path / "x.npz", images=half)))
    sheet = examine(npz(tmp_path / "x.npz", images=digit, labels=np.arange(20) % 2)).to_dict()
    assert (sheet["count"], sheet["train"], sheet["of_class"], sheet["kind"]["classes"]) == (20, 18, (10, 10), ("0", "1"))


def test_tables_and_idx_files_are_read(tmp_path):
    images, labels = pictures(30), np.arange(30) % 3
    rows = ["label," + ",".join(f"pixel{i}" for i in range(784))] + [",".join(map(str, [labels[i], *images[i].ravel()])) for i in range(30)]
    rows.insert(5, "3,broken,row")
    (tmp_path / "train.csv").write_text("\n".join(rows))
    data = load_own(tmp_path / "train.csv", "train")
    assert data.classes == ("0", "1", "2") and len(data.images) == 27 and [one.name for one in data.sheet.left_out] == ["line 6"]
    (tmp_path / "plain.csv").write_text("\n".join(";".join(map(str, image.ravel())) for image in images))
    assert np.array_equal(load_own(tmp_path / "plain.csv", "test").images, images[9::10])
    for name, some in (("train", slice(0, 30)), ("t10k", slice(0, 12))):
        shown, told = images[some], labels[some].astype(np.uint8)
        content = struct.pack(">IIII", 2051, len(shown), 28, 28) + shown.tobytes()
        (tmp_path / "idx").mkdir(exist_ok=True)
        (tmp_path / "idx" / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(content))
        (tmp_path / "idx" / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 2049, len(told)) + told.tobytes())
    train, test = load_own(tmp_path / "idx", "train"), load_own(tmp_path / "idx" / "t10k-images-idx3-ubyte.gz", "train")
    assert (
        np.array_equal(train.images, images)
        and np.array_equal(train.labels, labels)
        and train.sheet.test == 12
        and count_folder(tmp_path / "idx") is None
    )
    assert len(test.images) == 11 and test.classes == ("0", "1", "2")
    np.save(tmp_path / "cat.npy", images.reshape(30, 784))
    assert np.array_equal(load_own(tmp_path / "cat.npy", "test").images, images[9::10])


@pytest.mark.parametrize(("name", "content", "words"), [
    ("x.csv", b"a,b\n1,2\n", "2 columns"), ("x.csv", b"", "1 columns"), ("x.npy", b"\x93NUMPY\x01\0", "damaged"),
    ("x.zip", b"PK\5\6" + bytes(30), "holds 0 pictures"),
    ("x.zip", b"nothing", "is no zip"), ("train-images-idx3-ubyte", b"\0\0\x08\x03" + b"\xff" * 12, "cut off"),
    ("train-images-idx3-ubyte.gz", b"\x1f\x8b" + b"x" * 30, "gzip"), ("train-labels-idx1-ubyte", b"\0\0\x08\x01\0\0\0\x01\0", "holds labels"),
    ("x.pkl", b"cos\nsystem\n", "can run code"), ("x.mat", b"MATLAB", "numpy.savez"),
])  # fmt: skip
def test_damaged_files_of_every_kind_say_what_to_do(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=words):
        load_own(tmp_path / name, "train")


def test_a_zip_bomb_of_pictures_and_one_of_gzip_are_refused(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(12):
            archive.writestr(f"{index}.png", bytes(31_000_000 if index == 3 else 10))
    with pytest.raises(DataError, match="12 of 12 pictures cannot be read"):
        load_own(tmp_path / "x.zip", "train")
    monkeypatch.setattr(tables, "MOST_IDX", 1000)
    (tmp_path / "a-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(900_000))[:900])
    with pytest.raises(DataError):
        load_own(tmp_path / "a-images-idx3-ubyte.gz", "train")
    deep = "/".join(["a"] * 20_000) + "/0.png"
    with zipfile.ZipFile(tmp_path / "deep.zip", "w") as archive:
        archive.writestr(deep, b"x")
    with pytest.raises(DataError, match="holds 0 pictures"):
        load_own(tmp_path / "deep.zip", "train")
