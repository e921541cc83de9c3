"""Data sets: named ones, a person's own, photos made into digits."""

from gan_core.data.catalog import Dataset, fetch, load, names
from gan_core.data.photos import read_picture

__all__ = ["Dataset", "fetch", "load", "names", "read_picture"]
