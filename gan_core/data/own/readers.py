"""Arrays, tables and idx files of a person: which array holds the pictures, which the labels, and what the data hold out themselves."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gan_core.arrays import Array
from gan_core.data.npz import npz_keys, read_npy, read_npz
from gan_core.data.own import arrays, tables
from gan_core.data.own.found import MAX_PIXELS, Found, check_count
from gan_core.data.own.sheet import Notes
from gan_core.data.own.wanted import Wanted
from gan_core.errors import DataError
from gan_core.kind import Kind

Reader = Callable[[Path, Wanted, Notes], Found]


def _with_labels(images: np.ndarray, array: Array | None, start: str, notes: Notes) -> Found:
    if array is None:
        return Found(images, None)
    ids, classes = arrays.labels(start, array, len(images), notes)
    return Found(images, ids, classes)


def _taken(start: str, array: Array, wanted: Wanted, notes: Notes) -> np.ndarray:
    """An array of pictures, not too many of them. Raises DataError."""
    if array.ndim:
        check_count(len(array), f"{start} holds", "pictures", wanted.most)
        if len(array) * int(np.prod(wanted.shape)) > MAX_PIXELS:
            raise DataError(
                f"{start} holds {len(array):,} pictures, which as {Kind.of(wanted.shape)} are over {MAX_PIXELS:,} bytes. Save fewer."
            )
    return arrays.pictures(start, array, wanted, notes)


def _read_own_npz(path: Path, wanted: Wanted, notes: Notes) -> Found:
    held = read_npz(path, arrays.NAMES)
    whole = arrays.choose(held)
    if whole is None:
        raise DataError(
            f"{str(path)!r} holds the arrays {npz_keys(path)}; expected 'images' or 'x_train' [n, height, width], "
            "and if there are classes 'labels' or 'y_train' [n]. Save it with numpy.savez(path, images=...)."
        )
    if beside := [name for name in arrays.KNOWN_BESIDE if name in npz_keys(path)]:
        notes.say(f"{', '.join(map(repr, beside))} of the file: not read, as pictures to learn from and to test with are enough.")
    label = arrays.LABELS[whole]
    dataset = _with_labels(
        _taken(f"{whole!r} of {str(path)!r}", held[whole], wanted, notes), held.get(label), f"{label!r} of {str(path)!r}", notes
    )
    test, test_label = arrays.TESTS.get(whole, ("", ""))
    if test not in held:
        return dataset
    if dataset.labels is not None and test_label not in held:
        notes.say(f"{test!r} has no {test_label!r} beside it and is left out: a tenth of {whole!r} is held out instead.")
        return dataset
    apart = _taken(f"{test!r} of {str(path)!r}", held[test], wanted, notes)
    notes.say(f"The data bring their own test pictures, {test!r}.")
    held_out = np.arange(len(dataset.images) + len(apart)) >= len(dataset.images)
    both = np.concatenate([dataset.images, apart])
    if dataset.labels is None:
        return Found(both, None, (), held_out)
    start = f"{test_label!r} of {str(path)!r}"
    arrays.labels(start, held[test_label], len(apart), notes)  # whatever is wrong with it is told by its name
    joined = np.concatenate([held[label].reshape(len(dataset.images), -1), held[test_label].reshape(len(apart), -1)])
    ids, classes = arrays.labels(f"{label!r} and {start}", joined, len(both), notes)
    return Found(both, ids, classes, held_out)


def _read_own_npy(path: Path, wanted: Wanted, notes: Notes) -> Found:
    return Found(_taken(f"The array of {str(path)!r}", read_npy(path), wanted, notes), None)


def _read_csv(path: Path, wanted: Wanted, notes: Notes) -> Found:
    rows, label = tables.read_csv(path, notes)
    return _with_labels(_taken(f"The table {path.name!r}", rows, wanted, notes), label, f"The labels of {path.name!r}", notes)


def read_idx(path: Path, wanted: Wanted, notes: Notes) -> Found:
    """An idx file of pictures, and the one of labels that lies beside it. Raises DataError."""
    beside = tables.labels_beside(path)
    if "labels" in path.name and beside is None:
        raise DataError(f"{path.name!r} holds labels; give the path of the pictures, or of the folder with both.")
    images = _taken(f"The pictures of {path.name!r}", tables.read_idx(path), wanted, notes)
    return _with_labels(images, None if beside is None else tables.read_idx(beside), f"The labels {beside.name if beside else ''!r}", notes)


def read_idx_folder(where: str, listed: list[Path], wanted: Wanted, notes: Notes) -> Found:
    """Files of one or two splits as MNIST came in, `train-...` and `t10k-...`."""
    shown = [each for each in listed if "labels" not in each.name.lower()]
    train = [each for each in shown if not re.match(r"t10k|test", each.name.lower())]
    test = [each for each in shown if each not in train]
    if len(train) != 1 or len(test) > 1:
        names = ", ".join(repr(each.name) for each in listed[:6])
        raise DataError(f"{where} holds the idx files {names}; expected one of training pictures, and perhaps one of test pictures. "
                        "Give the path of the file that is meant.")  # fmt: skip
    first = read_idx(train[0], wanted, notes)
    if not test:
        return first
    second = read_idx(test[0], wanted, notes)
    if first.classes != second.classes:
        raise DataError(f"{train[0].name!r} has the classes {', '.join(first.classes) or 'none'}, {test[0].name!r} {', '.join(second.classes) or 'none'}. "
                        "Give the path of one of them.")  # fmt: skip
    notes.say(f"The data bring their own test pictures, {test[0].name!r}.")
    images = np.concatenate([first.images, second.images])
    labels = None if first.labels is None or second.labels is None else np.concatenate([first.labels, second.labels])
    return Found(images, labels, first.classes, np.arange(len(images)) >= len(first.images))


READERS: dict[str, Reader] = {
    ".npz": _read_own_npz, ".npy": _read_own_npy, ".csv": _read_csv,
}  # fmt: skip
