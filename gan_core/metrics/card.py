"""A score card as people read it: figures by name, as lines, as one table of several cards, and as a table in a notebook."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TypeGuard

from gan_core.errors import CheckpointError
from gan_core.metrics.clock import Card, Figure


class ScoreCard(Card):
    """Figures by name, in the order in which they are told; JSON. A notebook shows it as a table."""

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{html.escape(name)}</th>{_cells(value)}</tr>" for name, value in self.items())
        head = "".join(f"<th>{word}</th>" for word in ("", "value", "95 % interval", "n", "s"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cells(value: object) -> str:
    """An entry of a card as cells of a table: value, interval, n and seconds of a figure."""
    if not is_figure(value):
        return f"<td>{html.escape(_figure(value))}</td><td></td><td></td><td></td>"
    interval = "" if isinstance(value["value"], list) else f"{_number(value['low'])} ... {_number(value['high'])}"
    return f"<td>{html.escape(_number(value['value']))}</td><td>{interval}</td><td>{value['n']:,}</td><td>{value['seconds']}</td>"


def as_text(card: Card) -> str:
    """The card as lines for people."""
    return "\n".join(f"{name:26} {_figure(value)}" for name, value in card.items())


def is_figure(value: object) -> TypeGuard[Figure]:
    """Whether an entry of a card is a figure with an interval."""
    return isinstance(value, dict) and "value" in value


def _figure(value: object) -> str:
    if is_figure(value):
        if isinstance(value["value"], list):
            return f"{_number(value['value'])}  ({value['over']}, n {value['n']:,})"
        return f"{_number(value['value'])}  ({_number(value['low'])} ... {_number(value['high'])}, {value['over']}, n {value['n']:,})"
    if isinstance(value, dict):
        told = {name: each["value"] if is_figure(each) else each for name, each in value.items()}
        if all(name.isdecimal() for name in told):
            return _number(list(told.values()))
        return ", ".join(f"{name} {each:.3f}" if isinstance(each, float) else f"{name} {each}" for name, each in told.items())
    return _number(value)


def _number(value: object) -> str:
    if isinstance(value, list):
        return " ".join(f"{each:.3f}" for each in value)
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def compare(cards: Sequence[Card]) -> str:
    """One table of several cards: a row a figure, a column a card. What was measured in other features stands in a row of its own."""
    if not cards:
        raise CheckpointError("nothing to compare; expected two or more checkpoints or .npz files.")
    named = [_by_features(card) for card in cards]
    names = list(dict.fromkeys(name for card in named for name in card))
    rows = [["", *(str(card.get("checkpoint") or card.get("file")) for card in cards)]]
    for name in names:
        rows.append([name, *(_in_table(card.get(name, "")) for card in named)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _by_features(card: Card) -> Card:
    """The figures of a card, those in features that were made for its data with the data in their names."""
    figures = {name: value for name, value in card.items() if name not in ("checkpoint", "file")}
    own = ("_classes", "_random")
    return {f"{name} of {card.get('dataset')}" if any(word in name for word in own) else name: value for name, value in figures.items()}


def _in_table(value: object) -> str:
    """A figure with half the width of its interval, where it is one number."""
    if is_figure(value):
        shown, low, high = value["value"], value["low"], value["high"]
        if not isinstance(shown, list) and not isinstance(low, list) and not isinstance(high, list):
            return f"{shown:.4f} ±{(high - low) / 2:.4f}"
    return _figure(value)
