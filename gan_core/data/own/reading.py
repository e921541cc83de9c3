"""A person's own data by its path: which of the readers takes it, what it makes of it, and how it is split."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_core.data.own import arrays, pictures, readers, tables, trees
from gan_core.data.own.found import MAX_IMAGES, Found, check_count
from gan_core.data.own.pictures import SUFFIXES
from gan_core.data.own.sheet import Notes, Sheet, ink_of
from gan_core.data.own.wanted import Wanted
from gan_core.errors import DataError
from gan_core.kind import Kind
from gan_core.mnist import KIND
from gan_core.preparation import Preparation
from gan_core.storage import files

TEST_EVERY = 10
FINGERPRINT = 32  # hexadecimal digits
SHOWN = 64
KNOWN = f"a folder or a .zip of pictures ({', '.join(SUFFIXES)}), or an .npz, .npy, .csv or idx file"
UNSAFE = (".pkl", ".pickle", ".pt", ".pth", ".joblib", ".h5", ".hdf5", ".parquet")


@dataclass(frozen=True)
class OwnData:
    """Pictures uint8 `[n, h, w]` or `[n, h, w, 3]`, labels int64 `[n]` or None, names of the classes, and what was understood.

    `rows`: the how-manieth of all of them each is, `[n]`.
    """

    images: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...] = ()
    sheet: Sheet | None = None
    rows: np.ndarray | None = None


@dataclass(frozen=True)
class Examined:
    """What was understood, and the first pictures as they are learned: uint8 `[n, h, w]` or `[n, h, w, 3]`, of every class in turn, and their labels."""

    sheet: Sheet
    images: np.ndarray
    labels: np.ndarray | None


def load_own(path: Path, split: str, shape: tuple[int, ...] = KIND.shape, prepare: str = "") -> OwnData:
    """One split of the data at `path`: every tenth picture, counted class by class, is for testing unless the data bring their own.

    Args:
        shape: of a picture as it is learned, `[height, width, channels]`.
        prepare: what is done to it first (gan_core/preparation.py).
    Raises: DataError that names the file at fault and what to do; ConfigError for `prepare`.
    """
    wanted = _wanted(shape, prepare)
    dataset, sheet = _read(path, wanted)
    chosen = _held_out(dataset, wanted) == (split == "test")
    labels = None if dataset.labels is None else dataset.labels[chosen]
    return OwnData(dataset.images[chosen], labels, dataset.classes, sheet, np.flatnonzero(chosen))


def examine(path: Path, shape: tuple[int, ...] = KIND.shape, prepare: str = "") -> Sheet:
    """What is understood of the data at `path`; arguments and errors as for `load_own`."""
    return look_at(path, shape, prepare).sheet


def look_at(path: Path, shape: tuple[int, ...] = KIND.shape, prepare: str = "", most: int | None = None) -> Examined:
    """As `examine`, with pictures to look at; more than `most` are refused."""
    dataset, sheet = _read(path, _wanted(shape, prepare, most))
    first = first_of_each(dataset.labels, len(dataset.images))
    return Examined(sheet, dataset.images[first], None if dataset.labels is None else dataset.labels[first])


def first_of_each(labels: np.ndarray | None, count: int, most: int = SHOWN) -> np.ndarray:
    """Which pictures are shown, int `[at most most]`: the first of every class, then the second of every class, ...; class by class where there is room."""
    if labels is None:
        return np.arange(min(count, most))
    order = np.argsort(labels, kind="stable")
    sorted_labels = labels[order]
    turn = np.arange(count) - np.searchsorted(sorted_labels, sorted_labels)  # the how-manieth of its class
    chosen = order[np.argsort(turn, kind="stable")[:most]]
    return chosen[np.argsort(labels[chosen], kind="stable")]


def count_folder(folder: Path) -> int | None:
    """Number of training pictures in a folder, by its list of files alone: what is in them is not looked at; None of arrays. Raises DataError."""
    tree = pictures.of_folder(folder)
    if trees.tables_of(tree):
        return None
    groups = trees.groups_of(tree, repr(str(folder)))
    held = sum(len(each.pictures) for each, test in groups if test)
    n = sum(len(each.pictures) for each, _ in groups)
    return n - held if held else n - n // TEST_EVERY


def classes_of(path: Path) -> tuple[str, ...] | None:
    """Names of the classes where they are known without opening a picture, that is of a folder; None where they are not. Raises DataError."""
    if not path.is_dir() or trees.tables_of(tree := pictures.of_folder(path)):
        return None
    return arrays.class_names(list(trees.class_names([each.name for each, _ in trees.groups_of(tree, repr(str(path)))])))


def _wanted(shape: tuple[int, ...], prepare: str, most: int | None = None) -> Wanted:
    preparation = Preparation.of(prepare)
    preparation.check("picture")
    return Wanted(Kind.of(shape).shape, preparation, MAX_IMAGES if most is None else most)


def _read(path: Path, wanted: Wanted) -> tuple[Found, Sheet]:
    kind, notes = Kind.of(wanted.shape), Notes()
    source, reader = _reader(path)
    try:
        dataset = reader(path, wanted, notes)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, MemoryError) as error:
        raise DataError(
            f"{str(path)!r} cannot be read ({files.shortened(str(error) or type(error).__name__, 200)}). Save or copy it again."
        ) from error
    check_count(len(dataset.images), f"{path.name!r} holds", "pictures", wanted.most)
    if dataset.images.min() == dataset.images.max():
        raise DataError(f"All pictures of {str(path)!r} are one and the same plain grey; there is nothing to learn. Look at a few of them.")
    held_out = _held_out(dataset, wanted)
    of_class = () if dataset.labels is None else tuple(np.bincount(dataset.labels, minlength=len(dataset.classes)).tolist())
    ink = ink_of(dataset.images)
    if ink == "both":
        notes.say(
            "Some pictures have bright ink on dark ground, others dark ink on bright: a network would learn both. Have the dark ink made bright "
            "(--prepare bright-ink), or invert one sort of them."
        )
    if "emnist" in path.name.lower() and not wanted.preparation.flip:
        notes.say(
            "EMNIST's own files hold every picture turned over its diagonal. If they lie on their side, transpose them (--prepare transpose)."
        )
    sheet = Sheet(source, replace(kind, classes=dataset.classes), int((~held_out).sum()), int(held_out.sum()), of_class, notes.most_sizes(), ink,
                  tuple(notes.left_out), notes.count, tuple(notes.notes), str(wanted.preparation), _fingerprint(dataset, held_out))  # fmt: skip
    return dataset, sheet


def _fingerprint(dataset: Found, held_out: np.ndarray) -> str:
    """Of what is learned: other pictures, labels, names or another split have another one."""
    digest = hashlib.sha256(repr((dataset.images.shape, dataset.classes)).encode())
    for array in (dataset.images, held_out, *([] if dataset.labels is None else [dataset.labels])):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:FINGERPRINT]


def _reader(path: Path) -> tuple[str, readers.Reader]:
    """What kind of data a path is, by its name, and who reads it. Raises DataError."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return "folder", trees.read_folder
    if suffix == ".zip":
        return "zip", trees.read_zip
    if suffix in readers.READERS:
        return suffix[1:], readers.READERS[suffix]
    if tables.is_idx(path.name):
        return "idx", readers.read_idx
    if suffix in pictures.RECORDINGS:
        raise DataError(f"{str(path)!r} is a recording; choose a family of signals (wave). If it holds pictures, save its arrays with "
                        "numpy.savez(path, images=..., labels=...) and give that .npz.")  # fmt: skip
    if suffix in UNSAFE:
        raise DataError(f"{str(path)!r} is a {suffix} file, which is not opened: such files can run code, or need other programs. "
                        "Save its arrays with numpy.savez(path, images=..., labels=...) and give that .npz.")  # fmt: skip
    raise DataError(f"{str(path)!r} is not {KNOWN}; give the path of one.")


def _held_out(dataset: Found, wanted: Wanted) -> np.ndarray:
    """Which pictures are for testing, bool `[n]`."""
    every = wanted.preparation.hold_every
    if dataset.held_out is not None and not every:
        return dataset.held_out
    every = every or TEST_EVERY
    order = np.arange(len(dataset.images)) if dataset.labels is None else np.argsort(dataset.labels, kind="stable")
    held_out = np.zeros(len(order), bool)
    held_out[order[every - 1 :: every]] = True
    return held_out
