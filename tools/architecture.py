"""Draws docs/architecture.svg, the rooms and three ways through them: `python tools/architecture.py`.

The floors are those that the tests walk, read from there; tests/unit/test_docs.py fails where the picture is older than they are.
"""

from __future__ import annotations

import ast
import html
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "architecture.svg"
WIDTH = 1180
INK, MUTED, LINE, PAPER = "#1f2430", "#5b6272", "#c9cedb", "#ffffff"
COLOURS = {"gan_core": "#e5e6fb", "ui": "#dff1e6", "ui/static": "#fdeccb"}
# A station is what happens there and the file in which it does.
Way = list[tuple[str, str]]
WAYS: list[tuple[str, str, Way]] = [
    (
        "The way of a z",
        "#4f46e5",
        [
            ("a hand or seed chooses", "ui/static/parts/equalizer.js"),
            ("z, spread, digit: one pose", "ui/static/state/held.js"),
            ("the program runs forward", "ui/static/engine/engine.js"),
            ("the digit is painted", "ui/static/parts/digit.js"),
            ("a link holds it", "ui/static/share/permalink.js"),
            ("the server draws it first", "ui/site/first_sight.py"),
        ],
    ),
    (
        "The way of a setting",
        "#b45309",
        [
            ("a field: help, range, place", "gan_core/config.py"),
            ("form and options of it", "ui/train/fields.py"),
            ("a run folder is asked for", "ui/train/scheduler.py"),
            ("config.json of the run", "gan_core/runs/run.py"),
            ("its process trains", "gan_core/training/trainer.py"),
            ("changed in flight", "gan_core/training/steering.py"),
        ],
    ),
    (
        "The way of a report",
        "#047857",
        [
            ("numbers of a step", "gan_core/training/monitor.py"),
            ("a line of progress.jsonl", "gan_core/runs/progress.py"),
            ("read once, sent to all", "ui/server/live.py"),
            ("followed in the browser", "ui/static/runs/runfeed.js"),
            ("curves, alarms, pictures", "ui/static/training/training.js"),
            ("kept as a checkpoint", "gan_core/runs/keeping.py"),
        ],
    ),
]


def floors() -> dict[str, list[list[str]]]:
    """The floors of each house from the ground up, as the tests of the imports have them."""
    rooms: dict[str, list[list[str]]] = {}
    names = {"CORE": "gan_core", "UI": "ui"}
    for node in ast.parse((ROOT / "tests/unit/test_architecture.py").read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in names:
            rooms[names[node.targets[0].id]] = [sorted(floor) for floor in ast.literal_eval(node.value)]
    script = (ROOT / "tests/unit/js/architecture.test.js").read_text()
    literal = re.search(r"const FLOORS = (\[.*?\]);", script, re.S)
    assert literal, "tests/unit/js/architecture.test.js has no FLOORS"
    rooms["ui/static"] = json.loads(literal[1])
    return rooms


def text(x: float, y: float, words: str, size: int = 14, colour: str = INK, weight: int = 400, anchor: str = "middle") -> str:
    """A line of text."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{colour}" font-weight="{weight}" text-anchor="{anchor}">{html.escape(words)}</text>'


def box(x: float, y: float, width: float, height: float, fill: str, stroke: str = LINE) -> str:
    """A rounded rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="8" fill="{fill}" stroke="{stroke}"/>'


def house(name: str, what: str, rows: list[list[str]], x: float, y: float, width: float, high: int) -> list[str]:
    """One house: its rooms floor by floor, the ground at the bottom of `high` floors."""
    parts = [text(x + width / 2, y, name, 18, weight=700), text(x + width / 2, y + 20, what, 13, MUTED)]
    for level, rooms in enumerate(rows):
        top = y + 36 + (high - 1 - level) * 34
        each = width / len(rooms)
        for i, room in enumerate(rooms):
            parts += [box(x + i * each + 2, top, each - 4, 28, COLOURS[name]), text(x + (i + 0.5) * each, top + 19, room, 13)]
    return parts


def way(name: str, colour: str, stations: Way, y: float) -> list[str]:
    """One way: its stations from left to right, each with its file."""
    parts = [text(20, y, name, 17, colour, 700, "start")]
    each = (WIDTH - 40) / len(stations)
    for i, (words, path) in enumerate(stations):
        x = 20 + i * each
        folder, _, file = path.rpartition("/")
        parts += [box(x, y + 14, each - 22, 72, PAPER, colour), text(x + (each - 22) / 2, y + 36, words, 12)]
        parts += [text(x + (each - 22) / 2, y + 58, f"{folder}/", 11, MUTED), text(x + (each - 22) / 2, y + 74, file, 12, colour, 600)]
        if i + 1 < len(stations):
            parts.append(f'<path d="M{x + each - 20:g} {y + 50:g}h14m-6 -5l6 5l-6 5" fill="none" stroke="{colour}" stroke-width="2"/>')
    return parts


def draw() -> str:
    """The picture as SVG."""
    houses = floors()
    high = max(map(len, houses.values()))
    below = 92 + high * 34 + 44
    column = (WIDTH - 40 - 2 * 30) / 3
    parts = [text(20, 30, "A room imports from floors below its own, never from its own floor or above", 15, MUTED, anchor="start")]
    descriptions = {
        "gan_core": "Python; TensorFlow in nn, training",
        "ui": "the web process, without TensorFlow",
        "ui/static": "the browser runs the networks",
    }
    for i, name in enumerate(descriptions):
        parts += house(name, descriptions[name], houses[name], 20 + i * (column + 30), 64, column, high)
    for i, (name, colour, stations) in enumerate(WAYS):
        parts += way(name, colour, stations, below + i * 122)
    height = below + len(WAYS) * 122
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    PICTURE.write_text(draw())
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")
