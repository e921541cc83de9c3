import functools
import gzip
import hashlib
import http.server
import os
import re
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gan_core import families
from gan_core.data import catalog, hangul
from gan_core.errors import ConfigError, DataError
from gan_core.mnist import KIND
from gan_core.runs import creating

MNIST = Path(os.environ.get("GAN_DATA", "")) / "mnist.npz"
needs_mnist = pytest.mark.skipif(not MNIST.is_file(), reason="real MNIST is not here: set GAN_DATA to the folder that holds mnist.npz")


@pytest.fixture
def empty_machine(tmp_path, monkeypatch):
    """No GAN_DATA, an empty Keras cache, an empty cache of our own."""
    monkeypatch.delenv("GAN_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(catalog, "CACHE", tmp_path / "cache")
    return tmp_path


@pytest.fixture
def server(tmp_path):
    """A folder served over HTTP on loopback."""
    folder = tmp_path / "served"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{httpd.server_port}/"
        httpd.shutdown()
        thread.join()


def idx(values):
    return b"\0\0\x08" + bytes([values.ndim]) + np.array(values.shape, ">u4").tobytes() + values.tobytes()


def small_fashion(folder, base_url):
    """Fashion-MNIST's four files with a few random pictures, and the info that pins them."""
    rng = np.random.default_rng(0)
    arrays = [rng.integers(0, 256, (6, 28, 28), np.uint8), rng.integers(0, 10, 6).astype(np.uint8)]
    arrays += [rng.integers(0, 256, (4, 28, 28), np.uint8), rng.integers(0, 10, 4).astype(np.uint8)]
    files = []
    for file, values in zip(catalog.DATASETS["fashion_mnist"].files, arrays, strict=True):
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(idx(values)))
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        files.append(replace(file, urls=("http://127.0.0.1:9/gone", base_url + file.path), sha256=sha256, size=path.stat().st_size))
    return replace(catalog.DATASETS["fashion_mnist"], train=6, test=4, files=tuple(files)), arrays


def test_the_table_says_what_each_set_is():
    assert catalog.names() == ["mnist", "fashion_mnist", "digits", "vibration", "hangul"]
    for info in catalog.DATASETS.values():
        assert (
            info.title
            and info.licence
            and info.home.startswith("http")
            and len(info.classes) == (12 if info.rate else sum(info.groups) or 10)
            and info.train > info.test
        )
        assert all(file.made_by if not file.urls else re.fullmatch("[0-9a-f]{64}", file.sha256) and file.size > 1000 for file in info.files)


def test_what_nobody_gives_away_is_made_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(catalog, "CACHE", tmp_path)
    monkeypatch.setenv("GAN_DATA", str(tmp_path))
    assert not catalog.downloads("hangul") and not catalog.available("hangul") and catalog.downloads("mnist")
    for download in (False, True):
        with pytest.raises(DataError, match=r"hangul\.npz was not found .* make it with python tools/hangul\.py"):
            catalog.load("hangul", download=download)
    labels = np.array(hangul.syllables()[:30], np.int64)
    np.savez(tmp_path / "hangul.npz", pictures=np.zeros((30, 64, 64), np.uint8), labels=labels, fonts=np.zeros(30, np.int64))
    data = catalog.load("hangul", shape=(32, 32, 1))
    assert data.kind.groups == hangul.GROUPS == catalog.groups("hangul") and data.images.shape[1:] == (32, 32) and len(data.labels) < 30


def test_digits_are_always_there_split_by_class_and_look_like_mnist(empty_machine):
    assert catalog.available("digits")
    train, test = catalog.load("digits"), catalog.load("digits", split="test")
    assert (len(train.images), len(test.images)) == (catalog.DATASETS["digits"].train, catalog.DATASETS["digits"].test) == (1501, 296)
    assert train.images.dtype == np.uint8 and train.images.shape[1:] == (28, 28) and train.labels.dtype == np.int64
    assert np.bincount(test.labels).min() >= 29 and np.bincount(test.labels).max() <= 30
    pixels = train.images / 255
    assert 0.11 < pixels.mean() < 0.14, "MNIST's mean is 0.1307"
    assert pixels.max() == 1
    mass = pixels.sum(axis=(1, 2))
    for profile in (pixels.sum(axis=2), pixels.sum(axis=1)):
        np.testing.assert_allclose(profile @ np.arange(28) / mass, 14, atol=0.6)
    np.testing.assert_array_equal(train.images, catalog.load("digits").images)


def test_no_picture_is_in_both_splits():
    seen = {picture.tobytes() for picture in catalog.load("digits").images}
    assert len(seen) > 1480 and sum(picture.tobytes() in seen for picture in catalog.load("digits", split="test").images) < 5


@needs_mnist
def test_real_mnist_from_a_folder_and_from_the_file_itself():
    data = catalog.load("mnist", split="test", data_dir=MNIST.parent)
    assert data.images.shape == (10_000, 28, 28) and data.images.dtype == np.uint8 and data.labels.dtype == np.int64
    assert np.bincount(data.labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert str(MNIST) in data.source
    np.testing.assert_array_equal(catalog.load("mnist", split="test", data_dir=MNIST).images, data.images)
    assert len(catalog.load("mnist").images) == 60_000


@needs_mnist
def test_mnist_is_looked_for_in_order(empty_machine, monkeypatch):
    assert not catalog.available("mnist")
    places = [empty_machine / "cache", empty_machine / "keras" / "datasets", empty_machine / "env", empty_machine / "argument"]
    for place in places:
        place.mkdir(parents=True)
        (place / "mnist.npz").symlink_to(MNIST)
        if place.name == "env":
            monkeypatch.setenv("GAN_DATA", str(place))
        data_dir = place if place.name == "argument" else None
        assert catalog.available("mnist", data_dir)
        assert catalog.fetch("mnist", data_dir) == [place / "mnist.npz"]


def test_missing_mnist_names_the_three_ways_out_and_downloads_nothing(empty_machine):
    with pytest.raises(DataError) as caught:
        catalog.load("mnist")
    for words in ("GAN_DATA", "--data", "downloaded (11 MB, needs internet)", "--dataset digits", str(empty_machine / "cache")):
        assert words in str(caught.value)
    assert not (empty_machine / "cache").exists()


def test_a_data_folder_that_is_not_there_is_an_error(empty_machine):
    with pytest.raises(DataError, match="nowhere"):
        catalog.load("mnist", data_dir=empty_machine / "nowhere")


def test_a_download_that_fails_names_the_three_ways_out(empty_machine, monkeypatch):
    info = catalog.DATASETS["mnist"]
    offline = replace(info, files=(replace(info.files[0], urls=("http://127.0.0.1:9/mnist.npz",)),))
    monkeypatch.setitem(catalog.DATASETS, "mnist", offline)
    with pytest.raises(DataError, match=r"could not be downloaded.*127\.0\.0\.1:9.*Three ways out"):
        catalog.load("mnist", download=True)


def write_npz(path, **arrays):
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)
    return path


def test_an_mnist_file_of_another_shape_or_content_is_refused_by_path(empty_machine):
    path = write_npz(empty_machine / "d" / "mnist.npz", x_train=np.zeros((3, 28, 28), np.uint8), y_train=np.zeros(3, np.uint8))
    with pytest.raises(DataError, match=r"mnist\.npz' is not MNIST: its x_train \(uint8 \(3, 28, 28\)\)"):
        catalog.load("mnist", data_dir=path.parent)
    with pytest.raises(DataError, match=r"its x_test \(nothing\)"):
        catalog.load("mnist", split="test", data_dir=path.parent)


@needs_mnist
@pytest.mark.parametrize("damage", ["truncated", "text", "one bit"])
def test_a_damaged_mnist_file_is_refused_by_path(empty_machine, damage):
    content = bytearray(MNIST.read_bytes())
    if damage == "one bit":
        content[5_000_000] ^= 4
    (empty_machine / "mnist.npz").write_bytes({"truncated": content[: len(content) // 2], "text": b"mnist", "one bit": content}[damage])
    with pytest.raises(DataError, match=re.escape(str(empty_machine / "mnist.npz"))):
        catalog.load("mnist", data_dir=empty_machine)


@needs_mnist
def test_mnist_is_downloaded_by_hash_into_the_cache_when_asked(empty_machine, server, monkeypatch):
    folder, url = server
    shutil.copy(MNIST, folder / "mnist.npz")
    info = catalog.DATASETS["mnist"]
    sha256 = hashlib.sha256(MNIST.read_bytes()).hexdigest()
    here = replace(info, files=(replace(info.files[0], urls=(url + "mnist.npz",), sha256=sha256),))
    monkeypatch.setitem(catalog.DATASETS, "mnist", here)
    assert len(catalog.load("mnist", split="test", download=True).images) == 10_000
    assert [path.name for path in (empty_machine / "cache").iterdir()] == ["mnist.npz"]
    shutil.rmtree(folder)
    assert len(catalog.load("mnist", split="test").images) == 10_000, "the second time without a network"


def test_fashion_mnist_falls_back_to_its_second_address_and_reads_idx(empty_machine, server, monkeypatch):
    info, arrays = small_fashion(*server)
    monkeypatch.setitem(catalog.DATASETS, "fashion_mnist", info)
    train = catalog.load("fashion_mnist", download=True)
    test = catalog.load("fashion_mnist", split="test")
    for came, expected in zip([train.images, train.labels, test.images, test.labels], arrays, strict=True):
        np.testing.assert_array_equal(came, expected)
    assert train.classes[9] == "Ankle boot" and train.labels.dtype == np.int64


def test_every_preset_of_mnist_s_pictures_begins_on_fashion_mnist_and_has_its_names(empty_machine, server, monkeypatch, tmp_path):
    info, _ = small_fashion(*server)
    monkeypatch.setitem(catalog.DATASETS, "fashion_mnist", info)
    catalog.load("fashion_mnist", download=True)
    begun = []
    for family in map(families.get, families.names()):
        for preset in family.presets:
            model, train = family.configs(preset, dataset="fashion_mnist")
            if model.image_shape != KIND.shape:
                continue
            run, data = creating.begin(tmp_path / "runs", model, train)
            assert len(data.images) == 6 and run.model_config().classes == (info.classes if model.num_classes else ())
            begun.append(run)
    assert sum(run.model_config().num_classes == 10 for run in begun) > 3 and len(begun) > 15


def test_a_download_with_another_hash_is_refused_and_leaves_nothing(empty_machine, server, monkeypatch):
    folder, url = server
    info, _ = small_fashion(folder, url)
    (folder / info.files[0].path).write_bytes(b"something else")
    monkeypatch.setitem(catalog.DATASETS, "fashion_mnist", info)
    with pytest.raises(DataError, match="hash"):
        catalog.load("fashion_mnist", download=True)
    assert not any(path.is_file() for path in (empty_machine / "cache").rglob("*"))


def test_a_fashion_file_that_was_tampered_with_is_refused_by_path(empty_machine, server, monkeypatch):
    folder, url = server
    info, _ = small_fashion(folder, url)
    monkeypatch.setitem(catalog.DATASETS, "fashion_mnist", info)
    path = folder / info.files[2].path
    path.write_bytes(path.read_bytes()[:-9])
    assert catalog.available("fashion_mnist", folder)
    with pytest.raises(DataError, match=re.escape(str(path))):
        catalog.load("fashion_mnist", split="test", data_dir=folder)


def test_unknown_names_and_splits_say_what_is_known():
    assert not catalog.available("minst")
    with pytest.raises(DataError, match=r"'minst' is unknown; expected mnist, fashion_mnist, digits, vibration, hangul, or the path"):
        catalog.load("minst")
    for text in ("", "\0", "~nobody/x", "x" * 5000):
        assert not catalog.available(text)
        with pytest.raises(DataError, match="is unknown"):
            catalog.load(text)
    with pytest.raises(ConfigError, match="train, test"):
        catalog.load("digits", split="valid")
    with pytest.raises(ConfigError, match="mnist, fashion_mnist, digits"):
        catalog.fetch("minst")


def test_a_persons_own_path_is_a_data_set_with_a_name_fit_for_a_run(tmp_path):
    path = write_npz(tmp_path / "My Cats (2).npz", images=np.arange(20 * 28 * 28).reshape(20, 28, 28).astype(np.uint8))
    data = catalog.load(str(path))
    assert (data.name, len(data.images), data.labels) == ("my-cats-2", 18, None)
    assert catalog.available(str(path)) and str(path) in data.source
