"""A person's own data by its path: which of the readers takes it, what it makes of it, and how it is split."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gan_core.data.npz import Array, npz_keys, read_npy, read_npz
from gan_core.data.own import arrays, pictures, tables
from gan_core.data.own.pictures import SUFFIXES, Folder
from gan_core.data.own.sheet import Notes, Sheet, ink_of
from gan_core.errors import DataError
from gan_core.kind import MOST_CLASSES, Kind
from gan_core.mnist import KIND
from gan_core.storage import files

MIN_IMAGES = 10
MAX_IMAGES = 200_000
MAX_PIXELS = 2**30  # bytes of all pictures together, as they are learned
TEST_EVERY = 10
TRAIN_FOLDERS, TEST_FOLDERS = ("train", "training"), ("test", "testing", "val", "valid", "validation")
KNOWN = f"a folder or a .zip of pictures ({', '.join(SUFFIXES)}), or an .npz, .npy, .csv or idx file"
UNSAFE = (".pkl", ".pickle", ".pt", ".pth", ".joblib", ".mat", ".h5", ".hdf5", ".parquet")


@dataclass(frozen=True)
class OwnData:
    """Pictures uint8 `[n, h, w]` or `[n, h, w, 3]`, labels int64 `[n]` or None, names of the classes, and what was understood."""

    images: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...] = ()
    sheet: Sheet | None = None


@dataclass(frozen=True)
class _Found:
    """All pictures of the data; `held_out` says which the data themselves hold out, None where they do not say."""

    images: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...] = ()
    held_out: np.ndarray | None = None


def load_own(path: Path, split: str, shape: tuple[int, ...] = KIND.shape) -> OwnData:
    """One split of the data at `path`: every tenth picture, counted class by class, is for testing unless the data bring their own.

    Args:
        shape: of a picture as it is learned, `[height, width, channels]`.
    Raises: DataError that names the file at fault and what to do.
    """
    found, sheet = _read(path, shape)
    chosen = _held_out(found) == (split == "test")
    return OwnData(found.images[chosen], None if found.labels is None else found.labels[chosen], found.classes, sheet)


def examine(path: Path, shape: tuple[int, ...] = KIND.shape) -> Sheet:
    """What is understood of the data at `path`; arguments and errors as for `load_own`."""
    return _read(path, shape)[1]


def count_folder(folder: Path) -> int | None:
    """Number of training pictures in a folder, by its list of files alone: what is in them is not looked at; None of idx files. Raises DataError."""
    if _idx_files(folder):
        return None
    groups = _groups(pictures.of_folder(folder), repr(str(folder)))
    held = sum(len(each.pictures) for each, test in groups if test)
    n = sum(len(each.pictures) for each, _ in groups)
    return n - held if held else n - n // TEST_EVERY


def classes_of(path: Path) -> tuple[str, ...] | None:
    """Names of the classes where they are known without opening a picture, that is of a folder; None where they are not. Raises DataError."""
    if not path.is_dir() or _idx_files(path):
        return None
    return arrays.class_names(list(_class_names([each.name for each, _ in _groups(pictures.of_folder(path), repr(str(path)))])))


def _read(path: Path, shape: tuple[int, ...]) -> tuple[_Found, Sheet]:
    kind, notes = Kind.of(shape), Notes()
    source, reader = _reader(path)
    try:
        found = reader(path, kind.shape, notes)
    except (OSError, ValueError, zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, MemoryError) as error:
        raise DataError(
            f"{str(path)!r} cannot be read ({files.shortened(str(error) or type(error).__name__, 200)}). Save or copy it again."
        ) from error
    _check_count(len(found.images), f"{path.name!r} holds", "pictures")
    if found.images.min() == found.images.max():
        raise DataError(f"All pictures of {str(path)!r} are one and the same plain grey; there is nothing to learn. Look at a few of them.")
    held_out = _held_out(found)
    of_class = () if found.labels is None else tuple(np.bincount(found.labels, minlength=len(found.classes)).tolist())
    ink = ink_of(found.images)
    if ink == "both":
        notes.say(
            "Some pictures have bright ink on dark ground, others dark ink on bright: a network would learn both. Invert one sort of them."
        )
    if "emnist" in path.name.lower():
        notes.say(
            "EMNIST's own files hold every picture turned over its diagonal. If they lie on their side, transpose them: images.transpose(0, 2, 1)."
        )
    sheet = Sheet(source, replace(kind, classes=found.classes), int((~held_out).sum()), int(held_out.sum()), of_class, notes.most_sizes(), ink,
                  tuple(notes.left_out), notes.count, tuple(notes.notes))  # fmt: skip
    return found, sheet


def _reader(path: Path) -> tuple[str, Callable[[Path, tuple[int, ...], Notes], _Found]]:
    """What kind of data a path is, by its name, and who reads it. Raises DataError."""
    suffix = path.suffix.lower()
    if path.is_dir():
        return "folder", _read_folder
    if suffix in READERS:
        return suffix[1:], READERS[suffix]
    if tables.is_idx(path.name):
        return "idx", _read_idx
    if suffix in UNSAFE:
        raise DataError(f"{str(path)!r} is a {suffix} file, which is not opened: such files can run code, or need other programs. "
                        "Save its arrays with numpy.savez(path, images=..., labels=...) and give that .npz.")  # fmt: skip
    raise DataError(f"{str(path)!r} is not {KNOWN}; give the path of one.")


def _held_out(found: _Found) -> np.ndarray:
    """Which pictures are for testing, bool `[n]`."""
    if found.held_out is not None:
        return found.held_out
    order = np.arange(len(found.images)) if found.labels is None else np.argsort(found.labels, kind="stable")
    held_out = np.zeros(len(order), bool)
    held_out[order[TEST_EVERY - 1 :: TEST_EVERY]] = True
    return held_out


def _check_count(n: int, start: str, what: str) -> None:
    if not MIN_IMAGES <= n <= MAX_IMAGES:
        todo = "Add some" if n < MIN_IMAGES else "Take some away"
        raise DataError(f"{start} {n:,} {what}; expected {MIN_IMAGES} to {MAX_IMAGES:,}. {todo} and try again.")


# ---- folders and zips


def _read_folder(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    if idx := _idx_files(path):
        return _read_idx_folder(path, idx, shape, notes)
    return _of_tree(pictures.of_folder(path), f"Folder {str(path)!r}", shape, notes)


def _idx_files(folder: Path) -> list[Path]:
    """The idx files of a folder that has no pictures."""
    listed = sorted(folder.iterdir())
    if any(each.suffix.lower() in SUFFIXES for each in listed):
        return []
    return [each for each in listed if tables.is_idx(each.name) and not each.name.startswith(".") and each.is_file()]


def _read_zip(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    with pictures.zip_of(path) as archive:
        return _of_tree(pictures.of_zip(archive, notes), f"Zip {path.name!r}", shape, notes)


def _of_tree(tree: Folder, where: str, shape: tuple[int, ...], notes: Notes) -> _Found:
    groups = _groups(tree, where)
    _note_others(tree, notes)
    entries = [entry for each, _ in groups for entry in each.pictures]
    if len(entries) * int(np.prod(shape)) > MAX_PIXELS:
        raise DataError(
            f"{where} holds {len(entries):,} pictures, which as {Kind.of(shape)} are over {MAX_PIXELS:,} bytes. Take some away."
        )
    images, kept = pictures.read(entries, shape, notes, where)
    names = _class_names([each.name for each, _ in groups])
    owner = np.repeat([names.index(each.name) if names else 0 for each, _ in groups], [len(each.pictures) for each, _ in groups])[kept]
    test = np.repeat([test for _, test in groups], [len(each.pictures) for each, _ in groups])[kept].astype(bool)
    if test.any():
        notes.say("The data bring their own test pictures: the folder called like one (test, val, ...) is held out.")
    return _Found(images, owner.astype(np.int64) if names else None, arrays.class_names(list(names)), test if test.any() else None)


def _class_names(folders: list[str]) -> tuple[str, ...]:
    """The names of the classes in order, 2 before 10 where all are numbers; () where the pictures lie in one folder, or loose."""
    names = list(dict.fromkeys(folders))
    if len(names) < 2:
        return ()
    return tuple(_in_order(names))


def _in_order(names: list[str]) -> list[str]:
    numbers = all(name.isdecimal() for name in names)
    return sorted(names, key=lambda name: (int(name) if numbers else 0, name))


def _groups(tree: Folder, where: str) -> list[tuple[Folder, bool]]:
    """The folders with pictures, and whether each is of the test pictures. Raises DataError.

    A folder that holds nothing but one folder is that folder; train/ and test/ are two splits; sub-folders are classes.
    """
    while not tree.pictures and len(tree.folders) == 1:
        tree = next(iter(tree.folders.values()))
    splits = {name: name.lower() in TEST_FOLDERS for name in tree.folders if name.lower() in (*TRAIN_FOLDERS, *TEST_FOLDERS)}
    if (
        splits
        and len(splits) == len([each for each in tree.folders.values() if any(part.pictures for part in each.walk())])
        and len(set(splits.values())) == 2
    ):
        found = [(each, test) for name, test in splits.items() for each in _classes(tree.folders[name], where, "")]
    else:
        found = [(each, False) for each in _classes(tree, where, tree.name)]
    if len({each.name for each, _ in found}) > MOST_CLASSES:
        raise DataError(f"{where} has {len(found):,} sub-folders with pictures; expected at most {MOST_CLASSES:,} classes.")
    count = sum(len(each.pictures) for each, _ in found)
    _check_count(count, f"{where} holds", f"pictures ({', '.join(SUFFIXES)})" + _others(tree, count))
    return found


def _classes(folder: Folder, where: str, name: str) -> list[Folder]:
    """The folder itself where its pictures are loose, else the sub-folders that hold pictures, by name. Raises DataError for both."""
    classes = [each for each in folder.folders.values() if each.pictures]
    if folder.pictures and classes:
        raise DataError(
            f"{where} holds pictures ({folder.pictures[0].path.name!r}, ...) beside sub-folders of pictures ({classes[0].name!r}, ...); "
            "expected either pictures alone or a sub-folder for each class. Move the loose pictures into a sub-folder, or out."
        )
    if not classes:
        return [replace(folder, name=name)]
    return [folder.folders[each] for each in _in_order([each.name for each in classes])]


def _others(tree: Folder, counted: int) -> str:
    """What a folder holds in the place of pictures, for its error: pictures of kinds that are not read, or that lie deeper."""
    foreign: dict[str, int] = {}
    for folder in tree.walk():
        for suffix, count in folder.foreign.items():
            foreign[suffix] = foreign.get(suffix, 0) + count
    if foreign:
        kinds = ", ".join(f"{count:,} {suffix} files" for suffix, count in sorted(foreign.items()))
        return f" and {kinds}, which are not read (save them as .png)"
    deeper = sum(len(folder.pictures) for folder in tree.walk()) - counted
    return f", and {deeper:,} deeper in it (give the path of the folder whose sub-folders are the classes)" if deeper else ""


def _note_others(tree: Folder, notes: Notes) -> None:
    for folder in tree.walk():
        for suffix, count in folder.foreign.items():
            notes.leave_out(f"{count:,} {suffix} files", "such files are not read. Save them as .png.")
        if tables_there := [name for name in folder.others if name.lower().endswith((".csv", ".tsv", ".xlsx"))]:
            notes.say(f"{tables_there[0]!r} is not read: classes are told by sub-folders, one for each.")


# ---- arrays


def _with_labels(images: np.ndarray, array: Array | None, start: str, notes: Notes) -> _Found:
    if array is None:
        return _Found(images, None)
    ids, classes = arrays.labels(start, array, len(images), notes)
    return _Found(images, ids, classes)


def _taken(start: str, array: Array, shape: tuple[int, ...], notes: Notes) -> np.ndarray:
    """An array of pictures, not too many of them. Raises DataError."""
    if array.ndim:
        _check_count(len(array), f"{start} holds", "pictures")
        if len(array) * int(np.prod(shape)) > MAX_PIXELS:
            raise DataError(f"{start} holds {len(array):,} pictures, which as {Kind.of(shape)} are over {MAX_PIXELS:,} bytes. Save fewer.")
    return arrays.pictures(start, array, shape, notes)


def _read_own_npz(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    held = read_npz(path, arrays.NAMES)
    whole = arrays.choose(held)
    if whole is None:
        raise DataError(
            f"{str(path)!r} holds the arrays {npz_keys(path)}; expected 'images' or 'x_train' [n, height, width], "
            "and if there are classes 'labels' or 'y_train' [n]. Save it with numpy.savez(path, images=...)."
        )
    label = arrays.LABELS[whole]
    found = _with_labels(
        _taken(f"{whole!r} of {str(path)!r}", held[whole], shape, notes), held.get(label), f"{label!r} of {str(path)!r}", notes
    )
    test, test_label = arrays.TESTS.get(whole, ("", ""))
    if test not in held:
        return found
    if found.labels is not None and test_label not in held:
        notes.say(f"{test!r} has no {test_label!r} beside it and is left out: a tenth of {whole!r} is held out instead.")
        return found
    apart = _taken(f"{test!r} of {str(path)!r}", held[test], shape, notes)
    notes.say(f"The data bring their own test pictures, {test!r}.")
    held_out = np.arange(len(found.images) + len(apart)) >= len(found.images)
    both = np.concatenate([found.images, apart])
    if found.labels is None:
        return _Found(both, None, (), held_out)
    start = f"{test_label!r} of {str(path)!r}"
    arrays.labels(start, held[test_label], len(apart), notes)  # whatever is wrong with it is told by its name
    joined = np.concatenate([held[label].reshape(len(found.images), -1), held[test_label].reshape(len(apart), -1)])
    ids, classes = arrays.labels(f"{label!r} and {start}", joined, len(both), notes)
    return _Found(both, ids, classes, held_out)


def _read_own_npy(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    return _Found(_taken(f"The array of {str(path)!r}", read_npy(path), shape, notes), None)


def _read_csv(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    rows, label = tables.read_csv(path, notes)
    return _with_labels(_taken(f"The table {path.name!r}", rows, shape, notes), label, f"The labels of {path.name!r}", notes)


def _read_idx(path: Path, shape: tuple[int, ...], notes: Notes) -> _Found:
    beside = tables.labels_beside(path)
    if "labels" in path.name and beside is None:
        raise DataError(f"{path.name!r} holds labels; give the path of the pictures, or of the folder with both.")
    images = _taken(f"The pictures of {path.name!r}", tables.read_idx(path), shape, notes)
    return _with_labels(images, None if beside is None else tables.read_idx(beside), f"The labels {beside.name if beside else ''!r}", notes)


def _read_idx_folder(folder: Path, listed: list[Path], shape: tuple[int, ...], notes: Notes) -> _Found:
    """Files of one or two splits as MNIST came in, `train-...` and `t10k-...`."""
    shown = [each for each in listed if "labels" not in each.name.lower()]
    train = [each for each in shown if not re.match(r"t10k|test", each.name.lower())]
    test = [each for each in shown if each not in train]
    if len(train) != 1 or len(test) > 1:
        names = ", ".join(repr(each.name) for each in listed[:6])
        raise DataError(f"Folder {str(folder)!r} holds the idx files {names}; expected one of training pictures, and perhaps one of test pictures. "
                        "Give the path of the file that is meant.")  # fmt: skip
    first = _read_idx(train[0], shape, notes)
    if not test:
        return first
    second = _read_idx(test[0], shape, notes)
    if first.classes != second.classes:
        raise DataError(f"{train[0].name!r} has the classes {', '.join(first.classes) or 'none'}, {test[0].name!r} {', '.join(second.classes) or 'none'}. "
                        "Give the path of one of them.")  # fmt: skip
    notes.say(f"The data bring their own test pictures, {test[0].name!r}.")
    images = np.concatenate([first.images, second.images])
    labels = None if first.labels is None or second.labels is None else np.concatenate([first.labels, second.labels])
    return _Found(images, labels, first.classes, np.arange(len(images)) >= len(first.images))


READERS: dict[str, Callable[[Path, tuple[int, ...], Notes], _Found]] = {
    ".zip": _read_zip, ".npz": _read_own_npz, ".npy": _read_own_npy, ".csv": _read_csv,
}  # fmt: skip
