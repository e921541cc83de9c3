"""Checks of single values that come from a person, a file or a browser: the value as it is to be used, or a ConfigError."""

from __future__ import annotations

import re
import typing

from gan_core.errors import ConfigError

MAX_SEED = 2**32 - 1
NAME_RULE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
LONGEST_SHOWN = 80  # characters of a wrong value that an error repeats


def shown(value: object) -> str:
    """`value` as an error names it: short, and there for whatever came, such as a number of more digits than Python prints."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        text = f"a {type(value).__name__} too large to print"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def check_integer(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int in [low, high]; a whole float, as JSON and forms give them, is one.

    Raises: ConfigError that names the setting, what came and the range.
    """
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:  # type: ignore[operator]
        raise ConfigError(f"{name} is {shown(value)}; expected a whole number from {low:,} to {high:,}.")
    return int(value)  # type: ignore[call-overload, no-any-return]


def check_number(name: str, value: object, low: float, high: float) -> float:
    """`value` as a finite float in [low, high].

    Raises: ConfigError that names the setting, what came and the range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:  # NaN is in no range
        raise ConfigError(f"{name} is {shown(value)}; expected a number from {low:g} to {high:g}.")
    return float(value)


def check_boolean(name: str, value: object) -> bool:
    """`value` if it is True or False. Raises ConfigError."""
    if not isinstance(value, bool):
        raise ConfigError(f"{name} is {shown(value)}; expected true or false.")
    return value


def check_choice(name: str, value: object, choices: typing.Iterable[str]) -> str:
    """`value` if it is one of `choices`.

    Raises: ConfigError that lists the choices.
    """
    listed = list(choices)
    if not isinstance(value, str) or value not in listed:
        raise ConfigError(f"{name} is {shown(value)}; expected one of: {', '.join(listed)}.")
    return value


def check_seed(value: object) -> int:
    """A seed, 0 ... 2^32 - 1. Raises ConfigError."""
    return check_integer("seed", value, 0, MAX_SEED)


def check_name(name: object, what: str = "name") -> str:
    """A name that can be a folder's: a-z, 0-9, '-' and '_', at most 64. Raises ConfigError."""
    if not isinstance(name, str) or not NAME_RULE.fullmatch(name):
        raise ConfigError(f"{what} is {shown(name)}; expected 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit.")
    return name
