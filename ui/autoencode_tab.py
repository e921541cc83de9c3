"""Autoencode: a digit, its code and what the code remembers. It runs in the browser (`ui/static/autoencode.js`)."""

from ui.components import island


def build() -> None:
    """Add the tab's contents to the Blocks being built."""
    island("autoencode", min_height=720)
