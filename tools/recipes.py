"""Writes ui/static/trainer/recipes.json, what the page needs to train a preset itself, and elsewhere.json, the presets that it does not train
and why: `python tools/recipes.py`, after a family has changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FILE = ROOT / "ui" / "static" / "trainer" / "recipes.json"
ELSEWHERE = FILE.with_name("elsewhere.json")


def made() -> str:
    """The file's text: a line a recipe, so that a change of one is a line of a diff."""
    from gan_core.nn.recipes import recipes

    return lines_of([*recipes(), *of_the_lab()])


def made_elsewhere() -> str:
    """The other file's text."""
    from gan_core.nn.recipes import elsewhere

    return lines_of(elsewhere())


def lines_of(entries: list[dict[str, Any]]) -> str:
    """A list as JSON, a line an entry."""
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    return f"[\n{lines}\n]\n"


def of_the_lab() -> list[dict[str, Any]]:
    """Networks of the failure lab that no preset has, each once; those that the page cannot train are missing."""
    from gan_core import families
    from gan_core.nn.recipes import recipe
    from gan_core.runs.lab import FAILURES

    wanted = {(one.family, one.preset, json.dumps(one.model)): one for one in FAILURES.values() if one.model}.values()
    trainable = [recipe(families.get(one.family), one.preset, **one.model) for one in wanted]
    return [{**one, "lab": True} for one in trainable if one]


if __name__ == "__main__":
    FILE.write_text(made())
    ELSEWHERE.write_text(made_elsewhere())
