"""What was understood of a person's data, for people and programs: how many pictures, which classes, sizes and ink, what was left out and why."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from gan_core.kind import Kind
from gan_core.storage import files

MOST_LISTED = 20  # of what was left out, and of classes in a line
INK = 40  # levels by which a picture's inside differs from its border where ink is seen on a ground
AT_ONCE = 1000  # pictures
AGREED = 0.95  # share of the pictures from which on all count as alike
INKS = ("bright on dark", "dark on bright", "both", "neither")


@dataclass(frozen=True)
class LeftOut:
    """A file, or a row of a table, that was left out, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Sheet:
    """What was understood.

    Args:
        source: 'folder', 'zip', 'npz', 'npy', 'csv' or 'idx'.
        kind: of the pictures as they are learned, with the names of the classes.
        train, test: pictures to learn from, and held out.
        of_class: pictures of each class, in the order of `kind.classes`; () without classes.
        sizes: (width, height, pictures) of the sizes they came in, the most frequent first, at most 5.
        ink: one of INKS: whether most pictures have bright ink on dark ground, the other way, some of either, or no ink on a ground.
        left_out: what was left out, at most MOST_LISTED of them; `left_out_count` says of how many.
        notes: sentences on what was decided, each with what to do where that was wrong.
        prepare: what was done to them first (gan_core/preparation.py).
        fingerprint: of the pictures as they are learned, their labels and their split: other data have another one.
    """

    source: str
    kind: Kind
    train: int
    test: int
    of_class: tuple[int, ...] = ()
    sizes: tuple[tuple[int, int, int], ...] = ()
    ink: str = "neither"
    left_out: tuple[LeftOut, ...] = ()
    left_out_count: int = 0
    notes: tuple[str, ...] = ()
    prepare: str = ""
    fingerprint: str = ""

    @property
    def count(self) -> int:
        """All pictures, those held out too."""
        return self.train + self.test

    def to_dict(self) -> dict[str, object]:
        """JSON, by the names of the fields."""
        return {**dataclasses.asdict(self), "count": self.count}

    def __str__(self) -> str:
        """Lines for people."""
        lines = [
            f"pictures   {self.count:,}: {self.train:,} to learn from, {self.test:,} held out",
            f"learned as {self.kind}" + (f" ({self.prepare})" if self.prepare else ""),
        ]
        sizes = ", ".join(f"{width} x {height}" + (f" ({count:,})" if len(self.sizes) > 1 else "") for width, height, count in self.sizes)
        lines.append(f"in files   {sizes}, ink {self.ink}" if self.ink in INKS[:3] else f"in files   {sizes}")
        named = [f"{name} ({count:,})" for name, count in zip(self.kind.classes, self.of_class, strict=True)]
        more = f" and {len(named) - MOST_LISTED:,} more" if len(named) > MOST_LISTED else ""
        lines.append(f"classes    {len(named)}: {', '.join(named[:MOST_LISTED])}{more}" if named else "classes    none")
        lines += [f"left out   {one.name}: {one.why}" for one in self.left_out]
        if self.left_out_count > len(self.left_out):
            lines.append(f"left out   and {self.left_out_count - len(self.left_out):,} more")
        return "\n".join([*lines, *(f"note       {note}" for note in self.notes)])


class Notes:
    """What is noted while data are read."""

    def __init__(self) -> None:
        self.left_out: list[LeftOut] = []
        self.count = 0
        self.notes: list[str] = []
        self.sizes: dict[tuple[int, int], int] = {}

    def leave_out(self, name: str, why: str) -> None:
        """A file that is left out; only the first are listed."""
        self.count += 1
        if len(self.left_out) < MOST_LISTED:
            self.left_out.append(LeftOut(files.shortened(name, 120), files.shortened(why, 200)))

    def say(self, sentence: str) -> None:
        """A decision, once."""
        if sentence not in self.notes:
            self.notes.append(sentence)

    def saw(self, size: tuple[int, int], count: int = 1) -> None:
        """(width, height) of a picture as it came."""
        self.sizes[size] = self.sizes.get(size, 0) + count

    def most_sizes(self) -> tuple[tuple[int, int, int], ...]:
        """The sizes seen, the most frequent first."""
        commonest = sorted(self.sizes.items(), key=lambda item: -item[1])[:5]
        return tuple((width, height, count) for (width, height), count in commonest)


def inks_of(images: np.ndarray) -> np.ndarray:
    """Of each picture uint8 `[n, h, w]` or `[n, h, w, 3]` its place in INKS, int `[n]`, never 'both': what lies inside against the border around it."""
    inks = np.empty(len(images), np.int64)
    for start in range(0, len(images), AT_ONCE):
        inks[start : start + AT_ONCE] = _inks(images[start : start + AT_ONCE].astype(np.float32))
    return inks


def _inks(pictures: np.ndarray) -> np.ndarray:
    grey = pictures if pictures.ndim == 3 else pictures.mean(axis=3)
    around = [grey[:, 0], grey[:, -1], grey[:, :, 0], grey[:, :, -1]]
    border = np.median(np.concatenate(around, axis=1), axis=1)
    differing = grey - border[:, None, None]
    above, below = differing.max(axis=(1, 2)), -differing.min(axis=(1, 2))
    bright, dark = (above > INK) & (above > 2 * below), (below > INK) & (below > 2 * above)
    return np.where(bright, 0, np.where(dark, 1, len(INKS) - 1))


def ink_of(images: np.ndarray) -> str:
    """One of INKS, told from at most 500 of these pictures uint8 `[n, h, w]` or `[n, h, w, 3]`."""
    inks = inks_of(images[np.linspace(0, len(images) - 1, min(len(images), 500)).astype(int)])
    bright, dark = int((inks == 0).sum()), int((inks == 1).sum())
    if bright + dark < 0.5 * len(inks):
        return INKS[3]
    share = bright / max(1, bright + dark)
    return INKS[0] if share >= AGREED else INKS[1] if share <= 1 - AGREED else INKS[2]
