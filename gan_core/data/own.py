"""A person's own data: a folder of pictures (sub-folders are classes) or an `.npz`, as uint8 `[n, 28, 28]`.

Pictures are taken as they are, only grey and 28x28: nothing is inverted or centred.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_core.data.npz import npz_keys, read_npz
from gan_core.data.photos import SIDE, picture_size, read_sample
from gan_core.errors import DataError
from gan_core.imaging.pixels import to_uint8

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
MIN_IMAGES = 10
MAX_IMAGES = 200_000  # 157 MB of pixels
MAX_CLASSES = 1000
TEST_EVERY = 10
SAME_ASPECT = 1.02  # pictures whose width : height differ by less are resized alike


@dataclass(frozen=True)
class OwnData:
    """Pictures uint8 `[n, 28, 28]`, labels int64 `[n]` or None, names of the classes."""

    images: np.ndarray
    labels: np.ndarray | None
    classes: tuple[str, ...] = ()


def load_own(path: Path, split: str) -> OwnData:
    """One split of the data at `path`: every tenth picture, counted class by class, is for testing unless an `.npz` brings `x_test`.

    Raises: DataError that names the file at fault and what to do.
    """
    if path.is_dir():
        return _split(_read_folder(path), split)
    if path.suffix == ".npz":
        return _read_own_npz(path, split)
    raise DataError(f"{str(path)!r} is neither a folder of pictures ({', '.join(SUFFIXES)}) nor an .npz file; give the path of one.")


def _split(data: OwnData, split: str) -> OwnData:
    order = np.arange(len(data.images)) if data.labels is None else np.argsort(data.labels, kind="stable")
    held_out = np.zeros(len(order), bool)
    held_out[order[TEST_EVERY - 1 :: TEST_EVERY]] = True
    chosen = held_out if split == "test" else ~held_out
    return OwnData(data.images[chosen], None if data.labels is None else data.labels[chosen], data.classes)


def count_folder(folder: Path) -> int:
    """Number of training pictures in a folder, by its list of files alone: what is in them is not looked at. Raises DataError."""
    groups, _ = _groups(folder)
    n = sum(map(len, groups))
    return n - n // TEST_EVERY


def _groups(folder: Path) -> tuple[list[list[Path]], tuple[str, ...]]:
    """The pictures of each class and the classes' names; one group and no names where there are no sub-folders."""
    loose, classes = _pictures(folder), _class_folders(folder)
    if loose and classes:
        raise DataError(
            f"{str(folder)!r} holds pictures ({loose[0].name!r}, ...) beside sub-folders of pictures ({classes[0].name!r}, ...); "
            "expected either pictures alone or a sub-folder for each class. Move the loose pictures into a sub-folder, or out."
        )
    groups = [_pictures(sub) for sub in classes] if classes else [loose]
    _check_count(sum(map(len, groups)), f"Folder {str(folder)!r} holds", f"pictures ({', '.join(SUFFIXES)})")
    return groups, tuple(sub.name for sub in classes)


def _read_folder(folder: Path) -> OwnData:
    groups, classes = _groups(folder)
    paths = [path for group in groups for path in group]
    _check_sizes(paths)
    images = np.stack([read_sample(path)[0] for path in paths])
    if not classes:
        return OwnData(images, None)
    labels = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    return OwnData(images, labels.astype(np.int64), classes)


def _pictures(folder: Path) -> list[Path]:
    """Pictures in a folder, by name; `scandir` knows what is a file without asking the disk for each."""
    with os.scandir(folder) as entries:
        names = [each.name for each in entries if each.name.lower().endswith(SUFFIXES) and not each.name.startswith(".") and each.is_file()]
    return [folder / name for name in sorted(names)]


def _class_folders(folder: Path) -> list[Path]:
    """Sub-folders that hold pictures, by name; 2 before 10 where all are numbers."""
    folders = [sub for sub in folder.iterdir() if sub.is_dir() and not sub.name.startswith((".", "__")) and _pictures(sub)]
    if len(folders) > MAX_CLASSES:
        raise DataError(f"{str(folder)!r} has {len(folders):,} sub-folders with pictures; expected at most {MAX_CLASSES:,} classes.")
    numbers = all(sub.name.isdecimal() for sub in folders)
    return sorted(folders, key=lambda sub: (int(sub.name) if numbers else 0, sub.name))


def _check_count(n: int, start: str, what: str) -> None:
    if not MIN_IMAGES <= n <= MAX_IMAGES:
        todo = "Add some" if n < MIN_IMAGES else "Take some away"
        raise DataError(f"{start} {n:,} {what}; expected {MIN_IMAGES} to {MAX_IMAGES:,}. {todo} and try again.")


def _check_sizes(paths: list[Path]) -> None:
    """Different sizes of one shape are the same picture once resized; different shapes would be squeezed or padded unlike each other."""
    sizes = [picture_size(path) for path in paths]
    shapes, counts = np.unique(np.array(sizes), axis=0, return_counts=True)
    width, height = (int(side) for side in shapes[counts.argmax()])
    for path, size in zip(paths, sizes, strict=True):
        if not 1 / SAME_ASPECT <= (size[0] * height) / (size[1] * width) <= SAME_ASPECT:
            raise DataError(
                f"Picture {str(path)!r} is {size[0]} x {size[1]}, most of the others are {width} x {height}: expected one size, "
                "or sizes of one shape (width : height). Crop it like the others, or take it out."
            )


def _read_own_npz(path: Path, split: str) -> OwnData:
    arrays = read_npz(path, ("images", "labels", "x_train", "y_train", "x_test", "y_test"))
    whole = "images" if "images" in arrays else "x_train"
    if whole not in arrays:
        raise DataError(
            f"{str(path)!r} holds the arrays {npz_keys(path)}; expected 'images' or 'x_train' [n, height, width], "
            "and if there are classes 'labels' or 'y_train' [n]. Save it with numpy.savez(path, images=...)."
        )
    labels_key = "labels" if whole == "images" else "y_train"
    train = _check_arrays(path, whole, arrays[whole], labels_key, arrays.get(labels_key))
    if whole == "images" or "x_test" not in arrays:
        return _split(train, split)
    return train if split == "train" else _check_arrays(path, "x_test", arrays["x_test"], "y_test", arrays.get("y_test"))


def _check_arrays(path: Path, images_key: str, images: np.ndarray, labels_key: str, labels: np.ndarray | None) -> OwnData:
    start = f"{images_key!r} of {str(path)!r}"
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or min(images.shape[1:], default=0) < 4:
        raise DataError(f"{start} has shape {images.shape}; expected [n, height, width] or [n, height, width, 1], 4 pixels or more a side.")
    _check_count(len(images), f"{start} holds", "pictures")
    images = _to_grey(start, images)
    if images.shape[1:] != (SIDE, SIDE):
        images = np.stack([read_sample(image)[0] for image in images])
    if labels is None:
        return OwnData(images, None)
    if labels.shape != (len(images),) or labels.dtype.kind not in "iu" or labels.min() < 0 or labels.max() >= MAX_CLASSES:
        raise DataError(
            f"{labels_key!r} of {str(path)!r} is {labels.dtype} {labels.shape}; expected a whole number from 0 to {MAX_CLASSES - 1} "
            f"for each of the {len(images):,} pictures."
        )
    return OwnData(images, labels.astype(np.int64), tuple(str(label) for label in range(int(labels.max()) + 1)))


def _to_grey(start: str, images: np.ndarray) -> np.ndarray:
    if images.dtype == np.uint8:
        return images
    if images.dtype.kind != "f":
        raise DataError(f"{start} is {images.dtype}; expected uint8 (0 to 255) or float (0 to 1). Convert it with .astype('uint8').")
    if not np.isfinite(images).all():
        raise DataError(f"{start} holds NaN or infinity; expected floats from 0 to 1.")
    if images.min() < 0 or images.max() > 1:
        raise DataError(f"{start} runs from {images.min():g} to {images.max():g}; expected 0 to 1. Rescale it or save it as uint8.")
    return to_uint8(images)
