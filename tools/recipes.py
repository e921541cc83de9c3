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


def made() -> tuple[str, str]:
    """The text of both files: a line an entry, so that a change of one is a line of a diff."""
    from gan_core.nn.recipes import of_every_preset

    looked = of_every_preset()
    recipes = [one.recipe for one in looked if one.recipe]
    elsewhere = [{"family": one.family, "preset": one.preset, "steps": one.steps, "why": one.why} for one in looked if one.why]
    return lines_of([*recipes, *of_the_lab()]), lines_of(elsewhere)


def lines_of(entries: list[dict[str, Any]]) -> str:
    """A list as JSON, a line an entry."""
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    return f"[\n{lines}\n]\n"


def of_the_lab() -> list[dict[str, Any]]:
    """Networks of the failure lab that no preset has, each once; those that the page cannot train are missing."""
    from gan_core import families
    from gan_core.nn.recipes import look
    from gan_core.runs.lab import FAILURES

    wanted = {(one.family, one.preset, json.dumps(one.model)): one for one in FAILURES.values() if one.model}.values()
    trainable = [look(families.get(one.family), one.preset, **one.model).recipe for one in wanted]
    return [{**one, "lab": True} for one in trainable if one]


if __name__ == "__main__":
    for file, text in zip((FILE, ELSEWHERE), made(), strict=True):
        file.write_text(text)
