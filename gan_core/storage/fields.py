"""The fields of an object in a stranger's JSON, taken one by one with their type and their bounds (`files.read_json` reads the file).

    status = Fields(files.read_json(path), "status.json")
    step = status.whole("step", 0, MAX_STEPS)

Whatever is wrong is a ValueError that says which field, what came and what was expected; `files.refusing` makes of it what a person is told.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from gan_core.config import check_choice, check_integer, check_number
from gan_core.errors import ConfigError
from gan_core.storage.files import shortened

MAX_NUMBER = 2.0**53  # beyond it not every whole number is a float
MAX_STEPS = 2**31 - 1  # of a training: what the browser takes in a link, too


class Fields:
    """One object of JSON; `where` is what an error calls it. A field that is asked for without a default must be there.

    Raises: ValueError when it is no object.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where} is {shown(value)}; expected an object")
        self._fields: dict[str, object] = value
        self._where = where

    def __contains__(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._fields.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        """Names of the fields."""
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number in [low, high]."""
        value = self._get(name, default)
        with _as_value_errors():
            return check_integer(self._name(name), value if isinstance(value, int | float) else shown(value), low, high)

    def number(self, name: str, low: float, high: float, default: float | None = None) -> float:
        """A finite number in [low, high]."""
        value = self._get(name, default)
        with _as_value_errors():
            return check_number(self._name(name), value if isinstance(value, int | float) else shown(value), low, high)

    def text(self, name: str, longest: int, default: str | None = None) -> str:
        """A text of at most so many characters, none of which steers a terminal or ends a path (NUL)."""
        value = self._get(name, default)
        if not isinstance(value, str) or len(value) > longest or any(ord(character) < 32 for character in value):
            raise ValueError(f"{self._name(name)} is {shown(value)}; expected a text of at most {longest:,} characters on one line")
        return value

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of the choices."""
        with _as_value_errors():
            return check_choice(self._name(name), shortened(self.text(name, 10_000), 80), choices)

    def inner(self, name: str, most: int = 100_000) -> Fields:
        """An object of at most so many fields."""
        fields = Fields(self._get(name, None), self._name(name))
        if len(fields) > most:
            raise ValueError(f"{self._name(name)} has {len(fields):,} entries; expected at most {most:,}")
        return fields

    def objects(self, name: str, most: int) -> list[Fields]:
        """A list of at most so many objects."""
        return [Fields(entry, f"{self._name(name)}[{place}]") for place, entry in enumerate(self.items(name, most))]

    def items(self, name: str, most: int) -> list[object]:
        """A list of at most so many values of any kind."""
        value = self._get(name, None)
        if not isinstance(value, list) or len(value) > most:
            came = f"a list of {len(value):,}" if isinstance(value, list) else shown(value)
            raise ValueError(f"{self._name(name)} is {came}; expected a list of at most {most:,}")
        return value

    def wholes(self, name: str, most: int, low: int = -MAX_STEPS, high: int = MAX_STEPS) -> list[int]:
        """A list of at most so many whole numbers in [low, high]."""
        with _as_value_errors():
            return [check_integer(self._name(name), value if isinstance(value, int | float) else shown(value), low, high)
                    for value in self.items(name, most)]  # fmt: skip

    def numbers(self, name: str, most: int, low: float = -MAX_NUMBER, high: float = MAX_NUMBER) -> list[float]:
        """A list of at most so many finite numbers in [low, high]."""
        with _as_value_errors():
            return [check_number(self._name(name), value if isinstance(value, int | float) else shown(value), low, high)
                    for value in self.items(name, most)]  # fmt: skip

    def values(self, name: str | None = None) -> dict[str, object]:
        """An object, or this one, as it came: for a reader that checks its fields itself."""
        return dict(self._fields if name is None else self.inner(name)._fields)

    def _name(self, name: str) -> str:
        return f"{self._where}: {shortened(name, 80)}"

    def _get(self, name: str, default: object) -> object:
        value = self._fields.get(name, default)
        if value is None and name not in self._fields:
            raise ValueError(f"{self._where} has no {name!r}")
        return value


@contextlib.contextmanager
def _as_value_errors() -> Iterator[None]:
    """A setting of one's own is told at once; a stranger's field is first told by who reads the file."""
    try:
        yield
    except ConfigError as error:
        raise ValueError(str(error).rstrip(".")) from None


def shown(value: object) -> str:
    """A stranger's value as an error names it: short, and never all of a long list."""
    if isinstance(value, dict | list):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value):,}"
    return shortened(repr(value[:200]) if isinstance(value, str) else repr(value), 80)
