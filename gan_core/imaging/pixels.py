"""Pixel scaling and still pictures: the only place where uint8 becomes a model's range and back, and where a PNG is made.

Pictures are uint8 `[h, w]`, 0 black ... 255 white, or `[h, w, 3]` in colour, in stacks `[n, h, w]` or `[n, h, w, 3]`. "Unit" means float
in [0, 1]; "model range" means the range a network was trained on, (-1, 1) after a tanh or (0, 1) after a sigmoid, in stacks `[n, h, w, c]`,
which have a last axis of one channel where they are grey.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_core.arrays import Array
from gan_core.config import check_integer
from gan_core.errors import ConfigError, DataError

RANGES = ((-1.0, 1.0), (0.0, 1.0))
MAX_SCALE = 64
MAX_PIXELS = 50_000_000  # of one picture made here: a browser shows no larger one, and a wrong `scale` must not fill the memory


def check_range(pixel_range: Sequence[float]) -> tuple[float, float]:
    """`pixel_range` as (low, high).

    Raises: ConfigError if it is neither (-1, 1) nor (0, 1).
    """
    try:
        low, high = (float(bound) for bound in pixel_range)
    except (TypeError, ValueError):
        low = high = math.nan
    if (low, high) not in RANGES:
        raise ConfigError(f"Pixel range {pixel_range!r}; expected (-1, 1) for a tanh output or (0, 1) for a sigmoid output.")
    return low, high


def scale(pixels: Array, pixel_range: Sequence[float]) -> Array:
    """Pixels 0 ... 255, as floats, in `pixel_range`: plain arithmetic, so that it works on arrays and inside a compiled training step.

    Raises: ConfigError for an unknown range.
    """
    low, high = check_range(pixel_range)
    return pixels * ((high - low) / 255) + low


def unit_to_model(unit: np.ndarray, pixel_range: Sequence[float]) -> np.ndarray:
    """Unit pictures float `[n, h, w]` or `[n, h, w, 3]` as float32 `[n, h, w, c]` in `pixel_range`; no clipping.

    Signals `[n, length]` likewise, as `[n, length, 1]`; those of 2 or 3 channels keep their shape, as no picture is so narrow.

    Raises: ConfigError for an unknown range, DataError for another shape.
    """
    low, high = check_range(pixel_range)
    if not _is_stack(unit) and unit.ndim != 2:
        raise DataError(f"Pictures of shape {unit.shape}; expected [n, height, width] or [n, height, width, 3], or of signals [n, length].")
    scaled = unit.astype(np.float32)
    if low != 0:
        scaled = scaled * np.float32(high - low) + np.float32(low)
    return scaled if scaled.ndim == 4 or (scaled.ndim == 3 and scaled.shape[-1] <= 3) else scaled[..., None]


def to_model(images: np.ndarray, pixel_range: Sequence[float]) -> np.ndarray:
    """Pictures uint8 `[n, h, w]` or `[n, h, w, 3]` as float32 `[n, h, w, c]` in `pixel_range`; `to_uint8(to_unit(...))` takes it back exactly.

    Raises: ConfigError for an unknown range, DataError for another shape or dtype.
    """
    if images.dtype != np.uint8:
        raise DataError(f"Pictures of type {images.dtype}; expected uint8 (0-255). Use unit_to_model for floats in [0, 1].")
    return unit_to_model(images.astype(np.float32) / np.float32(255), pixel_range)


def to_unit(images: np.ndarray, pixel_range: Sequence[float]) -> np.ndarray:
    """Model-range pictures float `[n, h, w, c]` as unit pictures float32 `[n, h, w]`, or `[n, h, w, 3]` of three channels, clipped to [0, 1].

    Signals `[n, length, c]` likewise, as `[n, length]` or `[n, length, c]`; what was 0 between -1 and 1 is 0.5.

    Raises: ConfigError for an unknown range, DataError for another shape.
    """
    low, high = check_range(pixel_range)
    if images.ndim not in (3, 4) or images.shape[-1] not in ((1, 2, 3) if images.ndim == 3 else (1, 3)):
        raise DataError(f"Pictures of shape {images.shape}; expected [n, height, width, 1 or 3], or of signals [n, length, 1 to 3].")
    unit = ((images[..., 0] if images.shape[-1] == 1 else images).astype(np.float32) - np.float32(low)) / np.float32(high - low)
    return np.clip(unit, 0, 1, out=unit)


def to_uint8(unit: np.ndarray) -> np.ndarray:
    """Unit pictures, float of any shape, as uint8: rounded to the nearest of the 256 levels, values outside [0, 1] clipped.

    Raises: DataError for NaN or infinity, which have no grey.
    """
    if not np.isfinite(unit).all():
        raise DataError("Pictures hold NaN or infinity; expected floats in [0, 1]. The model that drew them is broken.")
    return np.asarray(np.rint(np.clip(unit, 0, 1) * 255), np.uint8)


def grid(images: np.ndarray, columns: int, gap: int = 0) -> np.ndarray:
    """A stack of uint8 pictures as one, row by row, `gap` black pixels between them; a short last row ends in black.

    Raises: DataError for another shape or dtype or no picture, ConfigError for columns or a gap out of range.
    """
    check_stack(images)
    columns, gap = check_integer("columns", columns, 1, 10_000), check_integer("gap", gap, 0, 100)
    n, height, width, *colours = images.shape
    rows = -(-n // columns)
    cells = np.zeros((rows * columns, height + gap, width + gap, *colours), np.uint8)
    cells[:n, :height, :width] = images
    by_row = cells.reshape(rows, columns, height + gap, width + gap, *colours).swapaxes(1, 2)  # [rows, h, columns, w]
    sheet = by_row.reshape(rows * (height + gap), columns * (width + gap), *colours)
    return np.ascontiguousarray(sheet[: sheet.shape[0] - gap, : sheet.shape[1] - gap])


def strip(images: np.ndarray, gap: int = 0) -> np.ndarray:
    """A stack of uint8 pictures side by side as one: a film strip. Raises as `grid`."""
    check_stack(images)
    return grid(images, len(images), gap)


def enlarge(images: np.ndarray, scale: int) -> np.ndarray:
    """Pictures uint8 `[..., h, w]` made `scale` times as large, each pixel a crisp square.

    Raises: ConfigError for a scale outside 1 ... 64 or a result of more than 50 million pixels.
    """
    scale = check_integer("scale", scale, 1, MAX_SCALE)
    if images.shape[-1] * images.shape[-2] * scale**2 > MAX_PIXELS:
        width, height = images.shape[-1], images.shape[-2]
        raise ConfigError(f"A picture of {width} x {height} at scale {scale} is over {MAX_PIXELS:,} pixels; use a smaller scale.")
    return images.repeat(scale, axis=-2).repeat(scale, axis=-1)


def enlarged(image: np.ndarray, scale: int) -> np.ndarray:
    """One picture, `[h, w]` or `[h, w, 3]`, as `enlarge` makes grey ones. Raises as `enlarge`."""
    return enlarge(image, scale) if image.ndim == 2 else np.moveaxis(enlarge(np.moveaxis(image, -1, 0), scale), 0, -1)


def encode_png(image: np.ndarray, scale: int = 1) -> bytes:
    """One picture, uint8 `[h, w]` grey or `[h, w, 3]` colour, as a PNG file, each pixel `scale` x `scale`.

    Raises: DataError for another shape or dtype, ConfigError for a scale out of range.
    """
    if image.dtype != np.uint8 or image.ndim not in (2, 3) or image.shape[2:] not in ((), (3,)) or image.size == 0:
        raise DataError(f"A picture of type {image.dtype} and shape {image.shape}; expected uint8 [height, width] or [height, width, 3].")
    image = enlarged(image, scale)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(image)).save(buffer, "PNG")
    return buffer.getvalue()


def contact_sheet(tiles: Sequence[np.ndarray], labels: Sequence[str], columns: int = 4, scale: int = 1, title: str = "") -> bytes:
    """Labelled pictures side by side ("step 0", "step 400", ...) as a PNG file: dark text on white, pictures pixel for pixel.

    Args:
        tiles: pictures uint8 `[h, w]` or `[h, w, 3]`, each enlarged `scale` times; they may differ in size.
        labels: one text a tile, written above it.
        columns: tiles a row, at most.
        title: one line above all, or none.
    Raises: DataError for no tile, another dtype or shape, or another number of labels; ConfigError for a sheet too large.
    """
    if not tiles or len(tiles) != len(labels):
        raise DataError(f"{len(tiles)} pictures with {len(labels)} labels; expected at least one picture and one label for each.")
    for tile in tiles:
        check_stack(tile[None])
    columns = min(check_integer("columns", columns, 1, 100), len(tiles))
    pictures = [enlarged(tile, scale) for tile in tiles]
    mode = "L" if all(picture.ndim == 2 for picture in pictures) else "RGB"
    width, height = max(p.shape[1] for p in pictures), max(p.shape[0] for p in pictures)
    font = ImageFont.load_default(max(14, min(48, width // 12)))
    width = max(width, *(math.ceil(font.getlength(label)) for label in labels))  # so that no label runs into the next
    gap, line = max(8, width // 20), round(font.size * 1.6)  # type: ignore[union-attr]
    rows, head = -(-len(tiles) // columns), line if title else 0
    size = (columns * (width + gap) + gap, head + rows * (line + height + gap) + gap)
    if size[0] * size[1] > MAX_PIXELS:
        raise ConfigError(f"A contact sheet of {size[0]} x {size[1]} is over {MAX_PIXELS:,} pixels; use a smaller scale or fewer tiles.")
    sheet = Image.new(mode, size, "white")
    draw = ImageDraw.Draw(sheet)
    if title:
        draw.text((gap, head // 2 + gap // 2), title, fill="black", font=font, anchor="lm")
    for index, (picture, label) in enumerate(zip(pictures, labels, strict=True)):
        x = gap + index % columns * (width + gap)
        y = gap // 2 + head + index // columns * (line + height + gap)
        draw.text((x, y + line // 2), label, fill="#282828", font=font, anchor="lm")
        sheet.paste(Image.fromarray(picture), (x, y + line))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def check_stack(images: np.ndarray) -> None:
    """Check a stack of pictures. Raises: DataError if it is not uint8 `[n, h, w]` or `[n, h, w, 3]` with something in it."""
    if images.dtype != np.uint8 or not _is_stack(images) or images.size == 0:
        raise DataError(
            f"Pictures of type {images.dtype} and shape {images.shape}; expected uint8 [n, height, width] or [n, height, width, 3], at least one."
        )


def _is_stack(images: np.ndarray) -> bool:
    return images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)
