"""Pixels and pictures: the only scaling of pixels, PNG, animations, files to take home."""
