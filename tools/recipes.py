"""Writes ui/static/trainer/recipes.json, what the page needs to train a preset itself: `python tools/recipes.py`, after a family has changed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

FILE = ROOT / "ui" / "static" / "trainer" / "recipes.json"


def made() -> str:
    """The file's text: a line a recipe, so that a change of one is a line of a diff."""
    from gan_core.nn.recipes import recipes

    lines = ",\n".join(json.dumps(recipe, separators=(",", ":")) for recipe in recipes())
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    FILE.write_text(made())
