"""Data sets: named ones, a person's own, photos made into digits."""
