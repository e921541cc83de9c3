"""The documentation belongs together: links lead somewhere, the index of the decisions has all of them, drawings are those of today."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from gan_core.model import program, rules

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = ROOT / "docs" / "decisions"
LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors(page: Path) -> set[str]:
    """What a link may name in a page: its headings in lower case, as GitHub writes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        if re.match(r"https?:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_are_named_are_there(page: Path) -> None:
    if page.name == "CHANGELOG.md" or page.parent == DECISIONS:
        return  # which are as old as their dates
    named = set(
        re.findall(r"`((?:gan_core|ui|tests|tools|docs|benchmarks|studies)/[\w./-]+\.(?:py|js|css|md|json|svg|png))`", page.read_text())
    )
    assert {name for name in named if not (ROOT / name).exists()} == set()


def script(name: str) -> Any:
    """A module of tools/, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_index_has_every_decision_with_its_date() -> None:
    decisions = script("decisions")
    assert decisions.INDEX.read_text() == decisions.write(), "python tools/decisions.py"
    assert len(re.findall(r"^- \d", decisions.INDEX.read_text(), re.M)) > 75


def test_the_picture_of_the_architecture_is_that_of_today() -> None:
    drawing = script("architecture")
    assert drawing.PICTURE.read_text() == drawing.draw(), "python tools/architecture.py"
    for _, _, stations in drawing.WAYS:
        assert [path for _, path in stations if not (ROOT / path).exists()] == []


def test_the_table_of_bounds_has_what_the_largest_shipped_programs_need() -> None:
    files = [file for file in (ROOT / "checkpoints").rglob("*.safetensors") if re.search(r"generator|discriminator|encoder", file.name)]
    programs = [program.read(file) for file in files]
    needs = [rules.outcomes(one.ops, tuple(one.input["shape"]), one.tensors, one.num_classes) for one in programs]
    largest = {
        "operations": max(len(one.ops) for one in programs),
        "numbers in its tensors": max(sum(values.size for values in one.tensors.values()) for one in programs),
        "numbers between two operations": max(math.prod(step.shape) for steps in needs for step in steps),
        "numbers that one convolution reads": max(step.patches for steps in needs for step in steps),
        "those two": max(sum(step.work for step in steps) for steps in needs),
        "multiply-adds": max(sum(step.multiply_adds for step in steps) for steps in needs),
    }
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", (ROOT / "docs" / "formats.md").read_text(), re.M)
    written = {begin: last for begin in largest for first, last in rows if first.startswith(begin)}
    assert written == {begin: f"{value:,}" for begin, value in largest.items()}
