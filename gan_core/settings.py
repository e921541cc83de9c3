"""One setting, one place: the field of a frozen dataclass carries what a person, the form, the command line, the checks and the docs need.

    steps: int = setting(5000, "number of training steps", low=1, high=10_000_000)

As Hugging Face's TrainingArguments do it. https://huggingface.co/docs/transformers/main_classes/trainer
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Self, TypeVar, cast

from gan_core.checks import check_boolean, check_choice, check_integer, check_number, shown
from gan_core.errors import ConfigError

Value = bool | int | float | str
T = TypeVar("T")
_KEY = "setting"  # of the field's metadata


@dataclass(frozen=True)
class Setting:
    """What is known of one setting.

    Args:
        kind: int, float, bool or str, the field's type.
        help: what it is, in a line, for the command line and the docs; begins in lower case.
        low, high: the range of a number, both ends in it.
        choices: of a text.
        expected: in words, where neither range nor choices say it.
        unit: what a number counts or is measured in.
        label: its name on the page, also where a change of it is told.
        hint: a line below it in the form.
        by: what a click on the form's arrows adds.
        aliases: more names of its option on the command line.
        form: whether the Train tab's form has it.
        command: whether the command line has it.
        in_flight: whether it can be changed while a run trains.
        offered: where it can, whether the page offers it to everybody; else it is there for the failure lab.
        branching: whether it can be changed where a run goes on from an earlier moment; what is in flight always can.
        timed: whether a step takes longer or shorter for it, so that a change needs another calibration.
        duel: whether only a model with a discriminator has it.
    """

    name: str
    kind: type
    default: Value
    help: str
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    expected: str = ""
    unit: str = ""
    label: str = ""
    hint: str = ""
    by: float | None = None
    aliases: tuple[str, ...] = ()
    form: bool = False
    command: bool = True
    in_flight: bool = False
    offered: bool = True
    branching: bool = False
    timed: bool = True
    duel: bool = False

    def check(self, value: object) -> Value:
        """`value` as it is kept: an int, float, bool or str. Raises ConfigError that names the setting, what came and what was expected."""
        if self.kind is bool:
            return check_boolean(self.name, value)
        if self.kind is int:
            return check_integer(self.name, value, int(self.low), int(self.high))
        if self.kind is float:
            return check_number(self.name, value, self.low, self.high)
        if self.choices:
            return check_choice(self.name, value, self.choices)
        if not isinstance(value, str) or (self.default and not value.strip()):
            raise ConfigError(f"{self.name} is {shown(value)}; expected {self.expected or 'some text'}.")
        return value

    def range(self) -> str:
        """What it can be, in words: '1 to 20', 'adam, sgd or soap', 'on or off'."""
        if self.kind is bool:
            return "on or off"
        if self.kind is int:
            return f"{int(self.low):,} to {int(self.high):,}"
        if self.kind is float:
            return f"{self.low:g} to {self.high:g}"
        return " or ".join(filter(None, [", ".join(self.choices[:-1]), *self.choices[-1:]])) or self.expected or "any text"

    def option(self) -> str:
        """Its option on the command line, '--batch-size'."""
        return f"--{self.name.replace('_', '-')}"


def setting(default: T, help: str, **about: object) -> T:
    """A dataclass field that is a setting.

    Args:
        default: what it is where nobody says otherwise.
        help, about: as in Setting.
    """
    return dataclasses.field(default=default, metadata={_KEY: {"help": help, **about}})


def described(config: type) -> dict[str, Setting]:
    """The settings of a dataclass by name, in the order of its fields; fields that are no settings are left out."""
    return _described(config)


@cache
def _described(config: type) -> dict[str, Setting]:
    kinds = typing.get_type_hints(config)
    return {
        field.name: Setting(name=field.name, kind=kinds[field.name], default=cast(Value, field.default), **field.metadata[_KEY])
        for field in dataclasses.fields(config)
        if _KEY in field.metadata
    }


def names(config: type, *wanted: str, duel: bool = True) -> tuple[str, ...]:
    """Names of the settings of which any of `wanted` holds, such as 'form' or 'in_flight'.

    Args:
        duel: False for a model without a discriminator, which lacks some.
    """
    return tuple(
        name for name, setting in described(config).items() if any(getattr(setting, each) for each in wanted) and (duel or not setting.duel)
    )


class Settings:
    """A frozen dataclass of settings: checked when made, to and from JSON; unknown names are an error, never ignored."""

    def __post_init__(self) -> None:
        """Keep every setting as its check gives it, so that 5000.0 steps are 5000. Raises ConfigError."""
        for name, setting in described(type(self)).items():
            object.__setattr__(self, name, setting.check(getattr(self, name)))

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Raises ConfigError for what is no object, for a name that is no setting and for a value that cannot be."""
        if not isinstance(values, dict):
            raise ConfigError(f"{cls.__name__} is {type(values).__name__}; expected an object with named settings.")
        known = {entry.name for entry in dataclasses.fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(shown(name) for name in values if name not in known)
        if unknown:
            raise ConfigError(f"unknown setting {', '.join(unknown[:8])}; expected some of: {', '.join(sorted(known))}.")
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"{cls.__name__} is not complete: {error}.") from error

    def values(self) -> dict[str, Value]:
        """The settings by name, without the fields that are none."""
        return {name: getattr(self, name) for name in described(type(self))}

    def to_dict(self) -> dict[str, object]:
        return dataclasses.asdict(self)  # type: ignore[call-overload, no-any-return]
