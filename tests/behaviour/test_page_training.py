"""A training in the page beside one here: what the page is told of the networks, and states that go from one to the other and back."""

from __future__ import annotations

from tools import recipes


def test_what_the_page_knows_of_the_presets_is_what_they_are() -> None:
    assert recipes.FILE.read_text() == recipes.made(), "recipes.json is not what the families give: run python tools/recipes.py"
