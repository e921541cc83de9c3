"""What the page says of itself: its version, and when this very copy of the project was last tested."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TypedDict

from gan_core import __version__
from gan_core.storage import files
from gan_core.storage.fields import Fields

ROOT = Path(__file__).parents[2]
TESTED = ".tested.json"  # written by the tests when all of them have passed (tests/conftest.py); not in git
_CODE = (".py", ".js", ".css", ".html", ".wasm", ".json", ".safetensors")


class Tested(TypedDict):
    """The last time that all tests passed: when (seconds since 1970), how many, and whether the code is still the one that was tested."""

    when: float
    tests: int
    same: bool


class About(TypedDict):
    """The answer of `gan/about.json`; `tested` is None where the tests were never run in this copy."""

    version: str
    tested: Tested | None


def about(root: Path = ROOT) -> About:
    """What there is to say."""
    return {"version": __version__, "tested": _tested(root)}


def _tested(root: Path) -> Tested | None:
    try:
        noted = Fields(files.read_json(root / TESTED, 10_000), TESTED)
        return {
            "when": noted.number("when", 0, 1e11),
            "tests": noted.whole("tests", 1, 10**6),
            "same": noted.text("code", 64) == digest(root),
        }
    except (OSError, ValueError):
        return None


def note(tests: int, root: Path = ROOT) -> None:
    """All tests have passed, so many, with the code as it is now."""
    files.write_json(root / TESTED, {"when": round(time.time()), "tests": tests, "code": digest(root)})


def digest(root: Path) -> str:
    """A hash of all that runs: the packages, the page and its modules."""
    hasher = hashlib.sha256()
    tops = (root / "app.py", *(path for top in ("gan_core", "ui") for path in (root / top).rglob("*")))
    for path in sorted(path for path in tops if path.suffix in _CODE and path.is_file()):
        hasher.update(f"{path.relative_to(root).as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return hasher.hexdigest()
