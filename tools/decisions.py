"""Writes the index docs/decisions/README.md from the rooms' files: `python tools/decisions.py`. A test fails where it is older than they are."""

from __future__ import annotations

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "decisions"
INDEX = FOLDER / "README.md"
ROOMS = ("model", "families", "training", "runs", "metrics", "exchange", "server", "page", "site", "project")
OPENING = """# Decisions

What was decided, and why, by room and in the order in which it was written; the date is that of the first writing.
`docs/formats.md` is the contract that follows from them. A decision that is taken back is not deleted: its successor says so.

A new one goes to the end of its room's file: a heading that says it in a sentence, the date in italics, the reason with its numbers. Then
`python tools/decisions.py` writes this index.
"""
_DECISION = re.compile(r"^## (.+)\n\n\*(\d{4}-\d\d-\d\d)\*\n\n\S", re.M)


def anchor(heading: str) -> str:
    """What a link to a heading ends in, as GitHub writes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def write() -> str:
    """The index. Raises ValueError for a heading without its date, or a file that has no place in ROOMS."""
    if {path.stem for path in FOLDER.glob("*.md")} - {"README"} != set(ROOMS):
        raise ValueError(f"docs/decisions/ has other files than {', '.join(ROOMS)}; give a new one its place in tools/decisions.py")
    parts = [OPENING]
    for room in ROOMS:
        text = (FOLDER / f"{room}.md").read_text()
        title, what = re.findall(r"\A# (.+)\n\n(.+)\n", text)[0]
        made = _DECISION.findall(text)
        if len(made) != len(re.findall(r"^## ", text, re.M)):
            raise ValueError(f"docs/decisions/{room}.md has a heading without a date in italics and a text below it")
        parts.append(f"## [{title}]({room}.md)\n\n{what}\n")
        parts.append("".join(f"- {date} [{heading}]({room}.md#{anchor(heading)})\n" for heading, date in made))
    return "\n".join(parts)


if __name__ == "__main__":
    INDEX.write_text(write())
    print(f"{INDEX.name}: {len(re.findall('^- ', INDEX.read_text(), re.M))} decisions")
