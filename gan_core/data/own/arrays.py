"""Pictures and labels out of arrays, in the many ways in which people store them: ranges, axes and labels are told from what is there."""

from __future__ import annotations

import math

import numpy as np

from gan_core.arrays import Array
from gan_core.data import photos
from gan_core.data.own.sheet import Notes
from gan_core.data.own.wanted import Wanted
from gan_core.errors import DataError
from gan_core.kind import LONGEST_NAME, MOST_CLASSES

LEAST_SIDE = 4
FEW_LEVELS = 16  # whole numbers up to this are levels of their own, as of scikit-learn's digits
GREY, COLOUR = (), (3,)
IMAGES = ("images", "x_train", "train_images", "x", "X", "data", "X_train", "arr_0")
LABELS = {
    "images": "labels",
    "x_train": "y_train",
    "train_images": "train_labels",
    "x": "y",
    "X": "y",
    "data": "labels",
    "X_train": "y_train",
    "arr_0": "arr_1",
}
TESTS = {"x_train": ("x_test", "y_test"), "train_images": ("test_images", "test_labels"), "X_train": ("X_test", "y_test")}
KNOWN_BESIDE = ("val_images", "val_labels", "x_val", "y_val", "x_valid", "y_valid", "X_val", "X_valid")  # of splits that are not read
NAMES = tuple(dict.fromkeys([*IMAGES, *LABELS.values(), *(name for pair in TESTS.values() for name in pair)]))


def pictures(start: str, array: Array, wanted: Wanted, notes: Notes) -> np.ndarray:
    """An array as uint8 `[n, h, w]` or `[n, h, w, 3]` of the wanted shape.

    Args:
        start: how an error begins, with the name of the array and of its file.
    Raises: DataError for axes or values that no pictures have, with what to do.
    """
    array = _axes(start, array)
    grey = _levels(start, array, notes)
    notes.saw((grey.shape[2], grey.shape[1]), len(grey))
    shape = wanted.shape
    turned = wanted.turned(grey)
    if turned.ndim == 3 and turned.shape[1:] == shape[:2] and shape[2] == 1:
        return wanted.inked(turned)
    made = np.empty((len(grey), *(shape[:2] if shape[2] == 1 else shape)), np.uint8)
    for number, one in enumerate(grey):
        made[number] = photos.read_sample(np.ascontiguousarray(one), shape, fit=wanted.fit)[0]
    return wanted.inked(made)


def _axes(start: str, array: Array) -> Array:
    """The array as `[n, h, w]` or `[n, h, w, 3]`: with channels last, one channel dropped, flat squares made square."""
    if array.ndim == 4 and array.shape[1] in (1, 3) and array.shape[3] not in (1, 3):
        array = np.moveaxis(array, 1, 3)  # channels first, as PyTorch has them
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 2 and array.shape[1] >= LEAST_SIDE**2 and math.isqrt(array.shape[1]) ** 2 == array.shape[1]:
        side = math.isqrt(array.shape[1])
        array = array.reshape(-1, side, side)
    if array.ndim not in (3, 4) or array.shape[3:] not in (GREY, COLOUR) or min(array.shape[1:3], default=0) < LEAST_SIDE:
        raise DataError(
            f"{start} has shape {array.shape}; expected [n, height, width], [n, height, width, 3] of colours, or [n, pixels] of square pictures, "
            f"{LEAST_SIDE} pixels or more a side."
        )
    return array


def _levels(start: str, array: Array, notes: Notes) -> np.ndarray:
    """The array as levels 0 ... 255, whichever range it is in."""
    if array.dtype.kind not in "biuf" or not array.size:
        raise DataError(f"{start} is {array.dtype}; expected numbers, 0 to 255 or 0 to 1. Convert it with .astype('uint8').")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise DataError(f"{start} holds NaN or infinity; expected levels from 0 to 255 or from 0 to 1.")
    low, high = float(array.min()), float(array.max())
    if low == high:
        raise DataError(
            f"{start} holds {low:g} in every place, so all pictures are the same; there is nothing to learn. Save the right array."
        )
    if array.dtype == np.uint8 and high > FEW_LEVELS:
        return array
    whole = array.dtype.kind != "f"
    for least, most in ((0, 1), (-1, 1), (0, FEW_LEVELS), (0, 255), (0, 4095), (0, 65_535)):
        if not least <= low or not high <= most:
            continue
        if (not whole and most > 255) or (most == FEW_LEVELS and not whole and (array != np.rint(array)).any()):
            break  # a little over 1: as 0 to 255 it would be nearly black
        if (least, most) not in ((0, 1), (0, 255)):
            notes.say(f"{start.partition(' of ')[0]} holds {low:g} to {high:g} and is taken as running from {least} to {most:,}.")
        return _scaled(array, least, most)
    raise DataError(f"{start} runs from {low:g} to {high:g}; expected 0 to 255, 0 to 1 or -1 to 1. Rescale it and save it as uint8.")


def _scaled(array: Array, low: float, high: float) -> np.ndarray:
    """[low, high] as 0 ... 255, a part at a time: a float of every pixel of all pictures would be eight times as much."""
    scaled = np.empty(array.shape, np.uint8)
    for start in range(0, len(array), 1000):
        part = array[start : start + 1000].astype(np.float64)
        scaled[start : start + 1000] = np.rint((part - low) * (255 / (high - low)))
    return scaled


def labels(start: str, array: Array, count: int, notes: Notes) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class ids int64 `[n]` and the names of the classes, of labels in any of their ways: numbers, one-hot rows, names.

    Raises: DataError that names the array where there is not one for each picture, or that are none.
    """
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim == 2 and len(array) == count and array.dtype.kind in "biuf" and _is_one_hot(array):
        notes.say(f"{start.partition(' of ')[0]} holds a row a picture with a 1 at its class: {array.shape[1]} classes.")
        array = array.argmax(axis=1)
    expected = f"expected a whole number, or a name, for each of the {count:,} pictures."
    if array.shape != (count,) or array.dtype.kind not in "biufUS":
        raise DataError(f"{start} is {array.dtype} {array.shape}; {expected}")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or (array != np.rint(array)).any():
            raise DataError(f"{start} holds numbers with a fraction; {expected}")
        array = array.astype(np.int64)
    if array.dtype.kind in "bi" and array.min() < 0:
        raise DataError(f"{start} holds {array.min()}; {expected} None is below 0.")
    if array.dtype.kind == "S":
        array = np.array([value.decode("utf-8", "replace") for value in array.tolist()])
    distinct, ids = np.unique(array, return_inverse=True)
    if len(distinct) > MOST_CLASSES:
        raise DataError(f"{start} holds {len(distinct):,} different labels; expected at most {MOST_CLASSES:,} classes.")
    return ids.reshape(-1).astype(np.int64), class_names([str(int(value) if array.dtype.kind in "biu" else value) for value in distinct])


def _is_one_hot(array: Array) -> bool:
    ones = (array == 1).sum(axis=1)
    return bool((ones == 1).all() and ((array == 0).sum(axis=1) == array.shape[1] - 1).all())


def class_names(given: list[str]) -> tuple[str, ...]:
    """Names as a class may have them: of one line, not too long, all different."""
    names: list[str] = []
    for number, text in enumerate(given):
        name = "".join(letter if letter.isprintable() else "?" for letter in text).strip()[: LONGEST_NAME - 8] or f"class {number}"
        names.append(name if name not in names else f"{name} ({number})")
    return tuple(names)


def choose(held: dict[str, Array]) -> str | None:
    """Which of the arrays holds the pictures, or None."""
    return next((name for name in IMAGES if name in held), None)
