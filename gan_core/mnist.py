"""What MNIST's pictures are. Nobody else says how large a picture is: whoever has one asks it, its data or its model (`kind.py`)."""

from __future__ import annotations

from gan_core.kind import Kind

SIDE = 28
DIGITS = tuple("0123456789")
KIND = Kind("picture", (SIDE, SIDE, 1), DIGITS)
