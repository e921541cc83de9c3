"""Picture files that anyone may have written: the header decides before a pixel is decoded, and no more are than memory is there for."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from gan_core.errors import DataError
from gan_core.storage import files

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
MAX_BYTES = 30_000_000
MAX_DECODED = 9_000_000  # pixels, those of a sheet of A4 scanned at 300 dpi: 36 MB of RGBA, of which a few copies are needed
MAX_JPEG = 25_000_000  # pixels of a photo, which is decoded at a fraction of its size
# What Pillow's readers raise on damaged files; besides these, what a header that promises too much leads to.
DAMAGE: tuple[type[Exception], ...] = (
    OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, AttributeError, ArithmeticError, RuntimeError, MemoryError, struct.error,
    zlib.error, Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip


def too_many(picture: Image.Image) -> int:
    """How many pixels such a picture may have, or 0 where it has no more than that."""
    most = MAX_JPEG if picture.format == "JPEG" else MAX_DECODED
    return most if picture.width * picture.height > most else 0


@contextlib.contextmanager
def reading(what: str, remedy: str) -> Iterator[None]:
    """Whatever a picture's reader raises inside of this becomes a DataError: "`what` (reason). `remedy`"."""
    try:
        yield
    except DataError:
        raise
    except DAMAGE as error:
        raise DataError(f"{what} {reason(error)}. {remedy}") from error


def reason(error: Exception) -> str:
    """What the library said, without the address of an object in memory."""
    text = next(iter(str(error).splitlines()), "no details").rstrip(".")
    while "<" in text and " at 0x" in text:  # <_io.BytesIO object at 0x7f...>
        before, _, rest = text.partition("<")
        text = f"{before}it{rest.partition('>')[2]}"
    return f"({type(error).__name__}: {files.shortened(text, 120)})"


def read_png(path: Path, inside: Path | None = None) -> npt.NDArray[np.uint8]:
    """A picture of a run or a recording, uint8 `[h, w]`, or `[h, w, 3]` of one in colour.

    Args:
        inside: the folder whose file it is.
    Raises: DataError that names the file: missing, elsewhere, no PNG, damaged or over MAX_DECODED pixels.
    """
    with reading(f"the picture {path.name} cannot be read", "Expected a PNG; make it again."):
        picture = Image.open(io.BytesIO(files.read_bytes(path, MAX_BYTES, inside)), formats=("PNG",))
        if most := too_many(picture):
            raise ValueError(f"{picture.width:,} x {picture.height:,} pixels; expected at most {most:,} in all")
        return np.asarray(picture.convert("RGB" if picture.mode in ("RGB", "RGBA") else "L"), np.uint8)
