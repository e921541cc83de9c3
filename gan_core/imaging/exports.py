"""Pictures and latents as files to take home: PNG, strip, GIF, WebP, MP4, NPZ."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np

from gan_core.arrays import Array, Floats
from gan_core.config import check_choice
from gan_core.errors import ConfigError, GanCoreError
from gan_core.imaging import animation, pixels, waveforms
from gan_core.storage import files

KINDS = ("gif", "webp", "mp4", "strip", "png", "npz")
WIDEST_STRIP = 30_000  # a wider PNG is opened by few viewers


def encode(kind: str, frames: Floats, arrays: dict[str, Array | None], fps: float = 12, scale: int = 8, loop: bool = True) -> bytes:
    """One file of all frames.

    Args:
        kind: one of KINDS; 'strip' is a PNG of one row, 'png' a PNG grid, 'npz' the `arrays`.
        frames: float `[n, h, w]` or `[n, h, w, 3]` in [0, 1], or signals `[n, length]`, which are painted.
        arrays: what an .npz holds, such as z; None values are left out.
        fps, scale, loop: pictures a second, screen pixels a pixel, whether it plays for ever.
    Raises: ConfigError for an unknown kind or an impossible number.
    """
    if check_choice("kind", kind, KINDS) == "npz":
        buffer = io.BytesIO()
        held = {name: array for name, array in arrays.items() if array is not None}
        np.savez_compressed(buffer, **held)  # type: ignore[arg-type]  # none of them is called as its own switch is
        return buffer.getvalue()
    shown = waveforms.painted(frames)
    if kind == "strip":
        return pixels.encode_png(pixels.strip(shown), max(1, min(scale, WIDEST_STRIP // (shown.shape[2] * len(shown)))))
    if kind == "png":
        return pixels.encode_png(pixels.grid(shown, math.ceil(math.sqrt(len(shown)))), scale)
    return animation.encode_animation(shown, kind, fps, scale, loop)


def kind_of(path: Path, png: str) -> str:
    """The kind of file that a path asks for by its ending, `png` being what a .png means here. Raises ConfigError."""
    ending = path.suffix.lstrip(".").lower()
    return png if ending == "png" else check_choice(f"the ending of {path.name}", ending, [kind for kind in KINDS if kind != "strip"])


def write(path: Path, data: bytes) -> None:
    """`data` as a file, whole or not at all. Raises GanCoreError when the disk does not take it."""
    if path.is_dir():
        raise ConfigError(f"{path} is a folder; expected the name of a file.")
    try:
        files.write_bytes(path, data)
    except OSError as error:
        raise GanCoreError(f"cannot write {path}: {error.strerror}. Choose another place or free some disk space.") from error
