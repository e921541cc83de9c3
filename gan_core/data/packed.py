"""Pictures for a browser that trains: one small file with labels and attribution, whole bytes, so that nothing is lost.

    4 bytes      length of the header, little-endian
    header       JSON: format, name, title, home, licence, attribution, height, width, classes, train, held_out
    zlib stream  labels (a byte each), then pixels (a byte each, row-major): those to train on, then those held out

Sixteen greys instead of 256 would make MNIST's 1.9 MB instead of 3.3, but other pictures of them.
"""

from __future__ import annotations

import functools
import hashlib
import json
import zlib
from dataclasses import dataclass

import numpy as np

from gan_core.data import catalog
from gan_core.errors import DataError

FORMAT = 1
OFFERED = ("mnist", "digits")
MOST = 20_000  # pictures to train on
HELD_OUT = 500  # of those that are not
ATTRIBUTION = {
    "mnist": "MNIST by Yann LeCun, Corinna Cortes and Christopher J.C. Burges, CC BY-SA 3.0; the first 20,000 of its training pictures and 500 "
    "of its test pictures, unchanged.",
    "digits": "Optical Recognition of Handwritten Digits by E. Alpaydin and C. Kaynak, CC BY 4.0, as scikit-learn has them; 8x8 made 28x28.",
}


@dataclass(frozen=True)
class Packed:
    """A packed set: its name, its header, and the file."""

    name: str
    header: dict[str, object]
    data: bytes

    @property
    def version(self) -> str:
        """The first 16 hex digits of the file's sha256."""
        return hashlib.sha256(self.data).hexdigest()[:16]


@functools.lru_cache(maxsize=len(OFFERED))
def pack(name: str) -> Packed:
    """The packed set of that name, made once. Raises DataError where it is none of OFFERED, or its pictures are not on this machine."""
    if name not in OFFERED:
        raise DataError(f"Packed pictures of {name[:40]!r}; expected {' or '.join(OFFERED)}.")
    info = catalog.DATASETS[name]
    splits = [catalog.load(name, split=split) for split in catalog.SPLITS]
    chosen = [np.arange(min(MOST, info.train)), np.linspace(0, info.test - 1, min(HELD_OUT, info.test)).astype(int)]
    images = [split.images[rows] for split, rows in zip(splits, chosen, strict=True)]
    labels = [split.labels[rows].astype(np.uint8) for split, rows in zip(splits, chosen, strict=True) if split.labels is not None]
    header: dict[str, object] = {
        "format": FORMAT, "name": name, "title": info.title, "home": info.home, "licence": info.licence, "attribution": ATTRIBUTION[name],
        "height": images[0].shape[1], "width": images[0].shape[2], "classes": list(info.classes),
        "train": len(images[0]), "held_out": len(images[1]),
    }  # fmt: skip
    head = json.dumps(header, separators=(",", ":")).encode()
    body = b"".join(part.tobytes() for part in (*labels, *images))
    return Packed(name, header, len(head).to_bytes(4, "little") + head + zlib.compress(body))


def available() -> list[str]:
    """Names of the sets whose pictures are on this machine; nothing is loaded or downloaded."""
    return [name for name in OFFERED if catalog.available(name)]
