"""Interpolate: walk between key points. It runs in the browser (`ui/static/interpolate.js`); files are made by `gan/export`."""

from ui.components import island


def build() -> None:
    """Add the tab's contents to the Blocks being built."""
    island("interpolate", min_height=720)
