"""Modules and styles as they travel: without their comments and indentation, a third of their bytes. Line for line the same code otherwise.

Hosts of static files that do not compress are common (Python's own server, many a school's), and there the page's modules weigh more than its
first network. Nothing is renamed or moved, so what a person finds in the browser's tools is what stands in the repository.
"""

from __future__ import annotations

import re

_IN_CODE = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')
    |(?P<word>[\w$]+)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_IN_TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*(?P<end>`|\$\{)", re.DOTALL)
_REGULAR = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/[a-z]*")
_IN_STYLE = re.compile(r"""(?P<comment>/\*.*?\*/)|(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<other>.)""", re.DOTALL)
# a slash after one of these begins a regular expression, after anything else it divides
_BEFORE_REGULAR = {
    *"(,=:[!&|?{;+-*%<>~^",
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "do",
    "else",
    "void",
    "delete",
    "throw",
    "new",
    "await",
    "yield",
}


def module(text: str) -> str:
    """A JavaScript module without comments and indentation.

    Raises: ValueError for a string or template without an end.
    """
    parts: list[str] = []
    last, at = "", 0  # what stood last that is no space
    depths: list[int] = []  # of braces, for each `${` that is open
    while at < len(text):
        if text[at] == "`" or (text[at] == "}" and depths and depths[-1] == 0):
            if text[at] == "}":
                depths.pop()
            end = _IN_TEMPLATE.match(text, at + 1)
            if end is None:
                raise ValueError(f"a template that begins in {text[at : at + 40]!r} has no end")
            parts.append(text[at : end.end()])
            last, at = "`", end.end()
            if end["end"] == "${":
                depths.append(0)
                last = "{"
            continue
        regular = _REGULAR.match(text, at) if text[at] == "/" and (not last or last in _BEFORE_REGULAR) else None
        if regular and text[at : at + 2] not in ("//", "/*"):
            parts.append(regular[0])
            last, at = "/re/", regular.end()
            continue
        token = _IN_CODE.match(text, at)
        assert token is not None  # `other` takes whatever comes
        at = token.end()
        if token.lastgroup == "comment":
            parts.append("\n" if "\n" in token[0] else " ")
            continue
        if token.lastgroup == "other" and token[0] in "\"'":
            raise ValueError(f"a string that begins in {text[at - 1 : at + 40]!r} has no end")
        if depths and token[0] in "{}":
            depths[-1] += 1 if token[0] == "{" else -1
        parts.append(_shorter(token[0]) if token.lastgroup == "space" else token[0])
        last = last if token.lastgroup == "space" else token[0]
    return _joined(parts)


def style(text: str) -> str:
    """A style sheet without comments and indentation."""
    parts = []
    for token in _IN_STYLE.finditer(text):
        if token.lastgroup != "comment":
            parts.append(token[0])
    return "".join(line + "\n" for line in map(str.strip, "".join(parts).splitlines()) if line)


def _shorter(space: str) -> str:
    return "\n" if "\n" in space else " "


def _joined(parts: list[str]) -> str:
    """Spaces beside each other made one; a line's end among them stays, as the code may need it."""
    kept: list[str] = []
    for part in parts:
        if part in (" ", "\n") and (not kept or kept[-1] in (" ", "\n")):
            if kept and part == "\n":
                kept[-1] = "\n"
            continue
        kept.append(part)
    return "".join(kept).strip() + "\n"
