"""Explore: hold one latent vector in your hands. All of it runs in the browser (`ui/static/explore.js`)."""

from ui.components import island


def build() -> None:
    """Add the tab's contents to the Blocks being built."""
    island("explore", min_height=720)
