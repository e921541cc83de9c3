"""What one sample is: a picture or a signal, its shape and the names of its classes. Data, models, programs and the page speak of it alike."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self, cast

from gan_core.checks import check_choice, check_integer, check_number, shown
from gan_core.errors import ConfigError

NAMES = ("picture", "signal")
SIDES = (16, 128)  # pixels, height and width of a picture
CHANNELS = (1, 3)  # of a picture: grey, or red, green and blue
LENGTHS = (256, 4096)  # samples of a signal
MOST_CHANNELS = 3  # of a signal
RATES = (1.0, 1_000_000.0)  # samples a second
MOST_CLASSES = 1000
MOST_GROUPS = 4  # of classes
MOST_LABELS = 100_000  # that groups have together
LONGEST_NAME = 80  # characters of a class's name


@dataclass(frozen=True)
class Kind:
    """The kind of a sample.

    Args:
        name: 'picture' or 'signal'.
        shape: `[height, width, channels]` of a picture, `[length, channels]` of a signal.
        classes: their names in the order of the labels; () where there are none.
        groups: how many of the classes each group has, where a sample is of one class of every group (gan_core/classes.py); () for one group.
        rate: of a signal, samples a second; 0 of a picture.
    Raises: ConfigError for what no network here is made for.
    """

    name: str
    shape: tuple[int, ...]
    classes: tuple[str, ...] = ()
    rate: float = 0.0
    groups: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_choice("kind", self.name, NAMES)
        shape = self.shape
        picture = self.name == "picture"
        expected = "[height, width, channels]" if picture else "[length, channels]"
        if not isinstance(shape, list | tuple) or len(shape) != (3 if picture else 2):
            raise ConfigError(f"the shape of a {self.name} is {shown(shape)}; expected {expected}.")
        if picture:
            sides = (check_integer(name, side, *SIDES) for name, side in zip(("height", "width"), shape, strict=False))
            object.__setattr__(self, "shape", (*sides, _channels(shape[2])))
            object.__setattr__(self, "rate", check_number("rate", self.rate, 0.0, 0.0))
        else:
            length, channels = check_integer("length", shape[0], *LENGTHS), check_integer("channels", shape[1], 1, MOST_CHANNELS)
            object.__setattr__(self, "shape", (length, channels))
            object.__setattr__(self, "rate", check_number("rate", self.rate, *RATES))
        object.__setattr__(self, "groups", check_groups(self.groups))
        object.__setattr__(self, "classes", check_classes(self.classes, self.groups))

    @classmethod
    def of(cls, shape: Sequence[int], classes: Sequence[str] = (), rate: float = 0.0, groups: Sequence[int] = ()) -> Self:
        """The kind that a shape belongs to: one with a rate is a signal's. Raises ConfigError."""
        name, ints = "signal" if rate else "picture", cast(tuple[int, ...], groups)  # tuples when made
        return cls(name, cast(tuple[int, ...], shape), cast(tuple[str, ...], classes), rate, ints)

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour; of a signal how many are recorded at once."""
        return self.shape[-1]

    @property
    def size(self) -> int:
        """Numbers in one sample."""
        return math.prod(self.shape)

    @property
    def outer(self) -> tuple[int, ...]:
        """The shape of one sample in a stack for people: without a last axis of one channel, `[height, width]` of a grey picture."""
        return self.shape[:-1] if self.channels == 1 else self.shape

    def __str__(self) -> str:
        """In words: '64 x 64 colour', '1,024 samples at 12,000 Hz'."""
        if self.name == "signal":
            several = f", {self.channels} channels" if self.channels > 1 else ""
            return f"{self.shape[0]:,} samples at {self.rate:,g} Hz{several}"
        return f"{self.shape[1]} x {self.shape[0]} {'grey' if self.channels == 1 else 'colour'}"


def shape_of_text(text: str) -> tuple[int, ...]:
    """The shape that a person writes as '64x64x3', or '64x64' of grey pictures. Raises ConfigError."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) not in (2, 3) or not all(part.strip().isdecimal() and len(part) < 10 for part in parts):
        raise ConfigError(f"the shape is {shown(text)}; expected height, width and channels, such as 64x64x3, or 64x64 of grey pictures.")
    return Kind.of((*map(int, parts[:2]), int(parts[2]) if len(parts) == 3 else 1)).shape


def text_of_shape(shape: tuple[int, ...]) -> str:
    """The other way: '64x64x3'."""
    return "x".join(map(str, shape))


def _channels(value: object) -> int:
    if isinstance(value, bool) or value not in CHANNELS:
        raise ConfigError(f"channels is {shown(value)}; expected 1 for grey or 3 for colour.")
    return int(value)


def check_groups(sizes: object) -> tuple[int, ...]:
    """Sizes of groups of classes: none, or 2 to 4 that have at most 100,000 labels together. Raises ConfigError."""
    if not isinstance(sizes, list | tuple) or len(sizes) not in (0, *range(2, MOST_GROUPS + 1)):
        raise ConfigError(f"groups is {shown(sizes)}; expected no group, or the sizes of 2 to {MOST_GROUPS}.")
    groups = tuple(check_integer("the size of a group", size, 2, MOST_CLASSES) for size in sizes)
    if math.prod(groups) > MOST_LABELS:
        raise ConfigError(f"groups is {shown(sizes)}; expected at most {MOST_LABELS:,} labels, which is their product.")
    return groups


def check_classes(names: object, groups: tuple[int, ...] = ()) -> tuple[str, ...]:
    """Names of classes: texts of one line, different ones in each group, at most 1,000. Raises ConfigError."""
    if not isinstance(names, list | tuple) or len(names) > MOST_CLASSES:
        raise ConfigError(f"classes is {shown(names)}; expected a list of at most {MOST_CLASSES:,} names.")
    for name in names:
        if not isinstance(name, str) or not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
            raise ConfigError(f"the class {shown(name)}; expected a name of 1 to {LONGEST_NAME} characters in one line.")
    if names and groups and len(names) != sum(groups):
        raise ConfigError(f"classes has {len(names)} names; expected {sum(groups)}, as many as the groups have together.")
    for start, size in zip(itertools.accumulate((0, *groups)), groups or (len(names),), strict=False):
        of_group = names[start : start + size]
        if len(set(of_group)) < len(of_group):
            twice = next(name for number, name in enumerate(of_group) if name in of_group[:number])
            raise ConfigError(f"two classes are called {shown(twice)}; expected different names.")
    return tuple(names)
