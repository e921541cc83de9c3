"""The look's values stand in one sheet, ui/static/kit/tokens.css: no other sheet has a colour, a size of letters, a corner, a space or a time of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "ui" / "static"
TOKENS = STATIC / "kit" / "tokens.css"
SHEETS = sorted(path for path in STATIC.rglob("*.css") if path != TOKENS)
# whose spaces are still their own
SPACED_OTHERWISE = ("training/training.css", "autoencode/autoencode.css")

LENGTH = re.compile(r"(?<![\w.-])(?!0(?:px)?(?![\w.]))\d*\.?\d+(?:px|rem|em|vw|vh|pt)\b")
NAMED = "white|black|red|green|blue|grey|gray|orange|yellow|purple|navy|teal|silver|gold|pink|brown|crimson|indigo"
COLOUR = re.compile(rf"#[0-9a-fA-F]{{3,8}}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\(|(?<![\w-])(?:{NAMED})(?![\w-])")
TIME = re.compile(r"(?<![\w.-])\d*\.?\d+m?s\b")
SPACE = re.compile(r"(?:row-|column-)?gap|(?:padding|margin)(?:-\w+)*")


def declarations(path: Path) -> Iterator[tuple[str, str]]:
    """Property and value of each declaration of a sheet."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for block in re.findall(r"\{([^{}]*)\}", text):
        for part in re.sub(r'"[^"]*"', '""', block).split(";"):
            name, colon, value = part.partition(":")
            if colon:
                yield name.strip(), value.strip()


def strange(name: str, value: str, spaces: bool) -> str:
    """What a declaration has that only tokens may have; "" where it has nothing."""
    if not name.startswith("--gan-") and (found := COLOUR.search(value)):
        return f"the colour {found[0]}"
    if found := TIME.search(value):
        return f"the time {found[0]}"
    if name in ("font", "font-size") and (found := LENGTH.search(value)) and value != "1em":
        return f"the size {found[0]}"
    if name.endswith("radius") and (found := LENGTH.search(value)):
        return f"the corner {found[0]}"
    # hairlines of one or two pixels are none
    if spaces and SPACE.fullmatch(name) and (found := LENGTH.search(re.sub(r"\b[12]px", "", value))):
        return f"the space {found[0]}"
    return ""


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_draws_with_tokens_only(sheet: Path) -> None:
    spaces = sheet.relative_to(STATIC).as_posix() not in SPACED_OTHERWISE
    found = [f"{name}: {value} has {what}" for name, value in declarations(sheet) if (what := strange(name, value, spaces))]
    assert not found, f"{sheet.name}:\n" + "\n".join(found) + "\nTake the token that means it from kit/tokens.css."


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("color", "#fff", "colour"), ("background", "rgb(0 0 0 / 5%)", "colour"), ("border", "1px solid white", "colour"),
        ("transition", "opacity 0.4s", "time"),
        ("font-size", "15px", "size"), ("border-radius", "0.4rem", "corner"), ("margin", "0 0 12px", "space"),
        ("color", "var(--gan-ink)", ""), ("gap", "1px var(--gan-2)", ""),
        ("white-space", "nowrap", ""), ("font-size", "1em", ""), ("border-radius", "50%", ""), ("transition", "color var(--gan-quick)", ""),
    ],
)  # fmt: skip
def test_what_is_no_token_is_seen(name: str, value: str, what: str) -> None:
    assert what in strange(name, value, spaces=True) and bool(strange(name, value, spaces=True)) == bool(what)


def test_every_token_that_is_drawn_with_is_there() -> None:
    known = {name for path in (TOKENS, *SHEETS) for name, _ in declarations(path) if name.startswith("--gan-")}
    modules = [(path, path.read_text(encoding="utf-8")) for path in sorted(STATIC.rglob("*.js"))]
    known |= {name for _, text in modules for name in re.findall(r'setProperty\("(--gan-[\w-]+)"', text)}
    drawn = {
        (path.name, name)
        for path in (TOKENS, *SHEETS)
        for _, value in declarations(path)
        for name in re.findall(r"var\((--gan-[\w-]+)\)", value)
    }
    drawn |= {(path.name, name) for path, text in modules for name in re.findall(r'"(--gan-[\w-]+)"', text)}
    assert sorted((sheet, name) for sheet, name in drawn if name not in known) == []


def schemes() -> dict[str, dict[str, str]]:
    """The tokens of the light and the dark page, each as its value stands there."""
    text = re.sub(r"/\*.*?\*/", "", TOKENS.read_text(encoding="utf-8"), flags=re.DOTALL)
    light, dark = (
        dict(re.findall(r"(--gan-[\w-]+):\s*([^;]+);", text.split(f"{mark} {{")[1].split("\n}")[0])) for mark in ("\n:root", "\n.dark")
    )
    return {"light": light, "dark": {**light, **dark}}


def luminance(colour: str) -> float:
    """Relative luminance of `#rgb` or `#rrggbb` (WCAG 2)."""
    digits = colour.strip().lstrip("#")
    full = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_written_can_be_read(scheme: str) -> None:
    """4.5 : 1 for letters, 3 : 1 for the edge of a control (WCAG 2.2 AA)."""
    tokens = {name.removeprefix("--gan-"): value for name, value in schemes()[scheme].items()}
    grounds = ("paper", "panel", "field", "fill")
    pairs = [(letters, ground, 4.5) for letters in ("ink", "muted", "generator", "discriminator", "bad") for ground in grounds]
    pairs += [("on-ink", ground, 4.5) for ground in ("ink", "generator", "discriminator")]
    pairs += [("light", "picture", 4.5), ("on-picture", "picture", 4.5), ("edge", "paper", 3), ("edge", "field", 3)]
    poor = [
        (one, other, round(contrast(tokens[one], tokens[other]), 2))
        for one, other, least in pairs
        if contrast(tokens[one], tokens[other]) < least
    ]
    assert poor == []
