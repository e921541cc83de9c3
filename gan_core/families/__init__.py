"""The families, found by looking: every module of this folder that ends in `FAMILY = Family(...)` is one."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from gan_core.errors import ConfigError
from gan_core.families.base import Family, Preset

__all__ = ["Family", "Preset", "get", "names"]


@cache
def _found() -> dict[str, Family]:
    modules = [importlib.import_module(f"{__name__}.{entry.name}") for entry in pkgutil.iter_modules(__path__) if entry.name != "base"]
    families = [module.FAMILY for module in modules]
    return {family.name: family for family in sorted(families, key=lambda family: family.order)}


def names() -> list[str]:
    """Names of all families, simplest first."""
    return list(_found())


def get(name: object) -> Family:
    """The family called `name`. Raises ConfigError that lists the families."""
    if not isinstance(name, str) or name not in _found():
        raise ConfigError(f"there is no family {name!r}; expected one of: {', '.join(names())}.")
    return _found()[name]
