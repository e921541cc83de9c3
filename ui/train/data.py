"""What the Train tab knows about data sets. A person's own is looked at again only when it has changed: the form asks every second."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import NamedTuple

from gan_core.data import catalog
from gan_core.mnist import KIND

MOST_KNOWN = 64
Fingerprint = tuple[str, int, int, int]  # path, number of files, the newest's time in ns, bytes in all
_known: OrderedDict[tuple[Fingerprint, tuple[int, ...]], Known] = OrderedDict()  # of those that were read, in that shape, and are well
_lock = threading.Lock()


class Known(NamedTuple):
    """What reading a data set has told: training pictures, and names of the classes."""

    pictures: int
    classes: tuple[str, ...]


def dataset_choices() -> list[tuple[str, str]]:
    """(label, name) of the named data sets; the label tells where one would have to be downloaded. One that must be made first is not offered."""

    def label(name: str) -> str:
        return f"{name}, {catalog.DATASETS[name].train:,} pictures" + ("" if catalog.available(name) else " (is downloaded)")

    return [(label(name), name) for name in catalog.names() if catalog.available(name) or catalog.downloads(name)]


def default_dataset() -> str:
    """MNIST where it is on this machine, else the built-in digits."""
    return "mnist" if catalog.available("mnist") else "digits"


def training_pictures(name: str) -> int:
    """Number of training pictures: files of a folder are counted, an `.npz` is read once. Raises DataError."""
    counted = catalog.count(name)
    return check(name).pictures if counted is None else counted


def check(name: str, shape: tuple[int, ...] = KIND.shape) -> Known:
    """Read every picture of a person's own data set as one of that shape, once until it changes. Raises DataError."""
    if name in catalog.DATASETS:
        return Known(catalog.DATASETS[name].train, catalog.DATASETS[name].classes)
    if len(shape) == 3:
        catalog.count(name)  # a folder without pictures is told before its files are looked at
    before = (_fingerprint(name), shape)
    with _lock:
        if before in _known:
            _known.move_to_end(before)
            return _known[before]
    read = catalog.load(name, split="train", shape=shape)
    known = Known(len(read.images), read.classes if read.labels is not None else ())
    with _lock:
        _known[before] = known
        while len(_known) > MOST_KNOWN:
            _known.popitem(last=False)
    return known


def _fingerprint(name: str) -> Fingerprint:
    """What changes whenever a file of the data set is added, removed or written."""
    path = Path(os.path.expanduser(name))
    stats = []
    try:
        entries = [path] if path.is_file() else [*path.iterdir(), *path.glob("*/*")]
        stats = [entry.stat() for entry in entries]
    except (OSError, ValueError):
        pass  # reading it says what is wrong
    return str(path), len(stats), max((stat.st_mtime_ns for stat in stats), default=0), sum(stat.st_size for stat in stats)
