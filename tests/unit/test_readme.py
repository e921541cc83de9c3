"""Every command that the README and the docs show is one that the command line takes: names, options, values."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from conftest import ROOT

from gan_core import commands

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?:gan-core|python3? -m gan_core) (.+)")


def shown(page: Path) -> list[str]:
    """The commands in a page's blocks, without their comments."""
    lines = [line.strip() for line in page.read_text().splitlines() if re.match(r"    \S", line)]
    return [match[1].partition("  #")[0].strip() for line in lines if (match := COMMAND.fullmatch(line))]


FOUND = [(page.name, line) for page in PAGES for line in shown(page)]


def test_the_readme_shows_every_command_of_daily_use() -> None:
    names = {shlex.split(line)[0] for page, line in FOUND if page == "README.md"}
    assert names >= {
        "train",
        "sample",
        "interpolate",
        "evaluate",
        "export",
        "push",
        "pull",
        "curves",
        "site",
        "space",
        "list",
        "record",
        "calibrate",
    }


@pytest.mark.parametrize(("page", "line"), FOUND)
def test_a_command_of_the_docs_is_taken(page: str, line: str) -> None:
    options = commands.parser().parse_args(shlex.split(line))
    assert callable(options.command)


def test_an_option_that_is_gone_would_be_found(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.parser().parse_args(["list", "--what-was-there-once"])
    assert "--what-was-there-once" in capsys.readouterr().err
