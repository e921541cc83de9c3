"""Pixels and pictures: the only scaling of pixels, PNG, animations, files to take home."""

from gan_core.imaging.animation import encode_animation
from gan_core.imaging.decoding import read_png
from gan_core.imaging.pixels import encode_png, grid, to_model, to_uint8, to_unit

__all__ = ["encode_animation", "encode_png", "grid", "read_png", "to_model", "to_uint8", "to_unit"]
