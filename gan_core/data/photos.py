"""Pictures that come from people: a photo, a scan, a drawing, as the white-on-black digits of MNIST's size that the models know.

What may come is anything, so the header decides before a pixel is decoded: its format, its size, its shape.
Source of the MNIST look: LeCun, Cortes and Burges, http://yann.lecun.com/exdb/mnist/ (fit in 20x20, centred by mass in MNIST's square).
"""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

from gan_core.data.ink import MIN_CONTRAST, ink_of
from gan_core.errors import DataError
from gan_core.imaging import decoding
from gan_core.imaging.decoding import FORMATS, MAX_BYTES, MAX_DECODED
from gan_core.mnist import KIND, SIDE
from gan_core.storage import files

BOX = 20  # the digit itself
STROKE = 1.5  # pixels of width in the 20x20 box under which a stroke is widened; 99 % of MNIST's digits have more
ORIENTATION = 0x112  # of a photo, in its EXIF: above 4 it lies on its side
MIN_SIDE = 4
MAX_ASPECT = 8
WORKING_SIDE = 512  # larger pictures are first averaged down to about this: a digit of MNIST's size holds no more

Source = bytes | str | os.PathLike[str] | npt.NDArray[np.uint8]
Fit = Callable[[np.ndarray, tuple[int, ...]], np.ndarray]  # a picture and the shape it shall have -> the picture in that shape


def read_picture(source: Source) -> np.ndarray:
    """A person's picture or drawing of one digit in the MNIST convention.

    Dark ink on bright paper and bright ink on dark both work, in uneven light, on lined paper, in a printed box, with a desk around it (ink.py).
    A picture of MNIST's size with a black border already is taken as it is.

    Args:
        source: the bytes of a file, its path, or a decoded picture uint8 `[h, w]`, `[h, w, 3]` or `[h, w, 4]`.
    Returns: uint8 `[SIDE, SIDE]`, white on black, within 20x20, centred by mass.
    Raises: DataError if it is no picture, damaged, too large, too long and thin, or if no digit is found on it: empty, or covered with things, with a word on why.
    """
    name = _name(source)
    grey = _flatten(_open(source, name))
    if grey.shape == (SIDE, SIDE) and np.median(_border(grey)) == 0 and grey.max() >= MIN_CONTRAST:
        return grey
    return fit_digit(ink_of(grey, name))


def read_sample(
    source: Source, shape: tuple[int, ...] = KIND.shape, name: str = "", behind: float | None = None, deepest: int = 65_535,
    fit: Fit | None = None,
) -> tuple[np.ndarray, tuple[int, int]]:  # fmt: skip
    """A picture of a data set as it is, only of the size and the colours that are learned; nothing is inverted or centred.

    What is of another shape gets more of its border's colour at two sides.
    Args:
        shape: `[height, width, channels]`.
        name: of the file, for errors.
        behind: the grey that transparent pixels show, 0 ... 255; None decides for this picture alone.
        deepest: of 16 bits a pixel, the value that is white.
        fit: what makes it as large as `shape`, where that is not to be `fitted`.
    Returns: uint8 `[height, width]`, or `[height, width, 3]` of colours, and the (width, height) it came in.
    Raises: DataError as `read_picture`, but an empty picture is fine.
    """
    flat = _flatten(_open(source, name or _name(source), deepest), behind, colour=shape[2] == 3)
    return (fit or fitted)(flat, shape), (flat.shape[1], flat.shape[0])


def fitted(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A picture uint8 `[h, w]` or `[h, w, 3]` padded to the proportions of `shape` with its border's colour, and made as large."""
    (height, width), (rows, columns) = picture.shape[:2], shape[:2]
    tall, wide = max(height, -(-width * rows // columns)), max(width, -(-height * columns // rows))
    if (tall, wide) != (height, width):
        page = np.empty((tall, wide, *picture.shape[2:]), np.uint8)
        page[:] = np.median(_border(picture), axis=0).astype(np.uint8)
        top, left = (tall - height) // 2, (wide - width) // 2
        page[top : top + height, left : left + width] = picture
        picture = page
    return _resized(picture, shape)


def cropped(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """As `fitted`, but of a picture of other proportions the middle is taken, and nothing is added."""
    (height, width), (rows, columns) = picture.shape[:2], shape[:2]
    tall, wide = max(1, min(height, width * rows // columns)), max(1, min(width, height * columns // rows))
    top, left = (height - tall) // 2, (width - wide) // 2
    return _resized(picture[top : top + tall, left : left + wide], shape)


def _resized(picture: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    if picture.shape[:2] == tuple(shape[:2]):
        return picture
    resized = Image.fromarray(np.ascontiguousarray(picture)).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(resized)


def picture_size(path: Source) -> tuple[int, int]:
    """(width, height) by the file's header alone, for the price of a few hundred bytes.

    Raises: DataError if it is no picture or its size is beyond the limits.
    """
    with opened(path, _name(path)) as picture:
        return upright_size(picture)


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """(width, height) once the picture is turned as its camera says; nothing is decoded."""
    with contextlib.suppress(*decoding.DAMAGE):  # a damaged tag turns nothing
        if picture.getexif().get(ORIENTATION) in (5, 6, 7, 8):
            return picture.size[1], picture.size[0]
    return picture.size


def fit_digit(ink: np.ndarray) -> np.ndarray:
    """Ink float `[h, w]` in [0, 1] on nothing (0), as MNIST would hold it: fit in 20x20, full white kept, centred by mass in the square.

    Returns: uint8 `[SIDE, SIDE]`.
    Raises: DataError if there is no ink.
    """
    if not (ink > 0).any():
        raise DataError("Nothing is drawn: every pixel is empty. Draw a digit first.")
    digit = _thicken(_crop(ink).astype(np.float32))
    factor = BOX / max(digit.size)
    width, height = (max(1, round(side * factor)) for side in digit.size)
    fitted = np.asarray(digit.resize((width, height), Image.Resampling.BICUBIC))
    white = np.percentile(fitted[fitted > 0.1 * fitted.max()], 90)  # not the maximum: where two thin strokes cross would outshine the rest
    return centre(np.rint(np.clip(fitted / white, 0, 1) * 255).astype(np.uint8))


def centre(digit: np.ndarray) -> np.ndarray:
    """A digit uint8 `[h, w]`, at most as large as MNIST's, not empty, on black with its centre of mass as near (14, 14) as whole pixels allow."""
    digit = _crop(digit)
    height, width = digit.shape
    mass = float(digit.sum())
    y = digit.sum(axis=1, dtype=np.float64) @ np.arange(height) / mass
    x = digit.sum(axis=0, dtype=np.float64) @ np.arange(width) / mass
    top = min(max(round(SIDE / 2 - y), 0), SIDE - height)  # where MNIST's own lie, counted from 0
    left = min(max(round(SIDE / 2 - x), 0), SIDE - width)
    picture = np.zeros((SIDE, SIDE), np.uint8)
    picture[top : top + height, left : left + width] = digit
    return picture


def _crop(ink: np.ndarray) -> np.ndarray:
    rows, columns = (np.flatnonzero((ink > 0).any(axis=axis)) for axis in (1, 0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _name(source: Source) -> str:
    return f"Picture {os.fspath(source)!r}" if isinstance(source, str | os.PathLike) else "The picture"


def opened(source: Source, name: str) -> Image.Image:
    """The opened picture, not yet decoded, its size checked."""
    what = f"{name} cannot be read as a picture; expected {', '.join(FORMATS)} of at most {MAX_DECODED:,} pixels"
    with decoding.reading(what, "Save it anew and try again."):
        if isinstance(source, bytes) and len(source) > MAX_BYTES:
            raise DataError(f"{name} is a file of {len(source):,} bytes; expected at most {MAX_BYTES:,}. Save it smaller and try again.")
        if isinstance(source, np.ndarray):
            if source.dtype != np.uint8:
                raise TypeError(f"pixels of type {source.dtype}, not uint8")
            picture: Image.Image = Image.fromarray(source)
        else:
            picture = Image.open(io.BytesIO(source) if isinstance(source, bytes) else _file(source, name), formats=FORMATS)
    if problem := _size_problem(picture):
        picture.close()
        raise DataError(f"{name} is {picture.width:,} x {picture.height:,} pixels; expected {problem} and try again.")
    return picture


def _file(source: str | os.PathLike[str], name: str) -> Path:
    """The path of a picture's file, if its size is in order. Raises DataError, OSError or ValueError."""
    path = Path(source)
    if (length := files.check_regular(path, 2**62)) > MAX_BYTES:
        raise DataError(f"{name} is a file of {length:,} bytes; expected at most {MAX_BYTES:,}. Save it smaller and try again.")
    return path


def _size_problem(picture: Image.Image) -> str:
    width, height = picture.size
    if most := decoding.too_many(picture):
        return f"at most {most:,} in all. Save it smaller"
    if min(width, height) < MIN_SIDE or max(width, height) > MAX_ASPECT * min(width, height):
        return f"at least {MIN_SIDE} x {MIN_SIDE} and no side over {MAX_ASPECT} times the other. Crop it"
    return ""


def _open(source: Source, name: str, deepest: int = 65_535) -> Image.Image:
    """The decoded picture, upright, averaged down to about WORKING_SIDE."""
    with decoding.reading(f"{name} is damaged or cut off; expected a whole picture", "Save or copy it again."):
        with opened(source, name) as picture:
            picture.draft("RGB", (WORKING_SIDE, WORKING_SIDE))  # lets a JPEG decode at a fraction of its size
            if picture.width * picture.height > MAX_DECODED:
                raise DataError(f"{name} is a photo that cannot be decoded smaller than it is. Save it smaller and try again.")
            upright = ImageOps.exif_transpose(picture)
        if upright.mode.startswith("I"):  # 16 bits a pixel: Pillow would clip, not scale, on the way to 8
            upright = Image.fromarray((np.asarray(upright, np.int64).clip(0, deepest) * 255 // deepest).astype(np.uint8))
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        return upright.reduce(max(1, max(upright.size) // WORKING_SIDE))


def _flatten(picture: Image.Image, behind: float | None = None, colour: bool = False) -> np.ndarray:
    """uint8 `[h, w]`, or `[h, w, 3]` in colour. What is transparent gets the grey `behind`, else that of the opaque border, else the opposite of the ink."""
    grey = np.asarray(picture.convert("RGB").convert("L"))
    flat = np.asarray(picture.convert("RGB")) if colour else grey
    if picture.mode != "RGBA":
        return flat
    alpha = np.asarray(picture.getchannel("A"), np.float32) / 255
    opaque = _border(alpha) > 0.5
    if behind is None and opaque.mean() > 0.5:
        behind = float(np.median(_border(grey)[opaque]))
    elif behind is None:
        behind = 255.0 if (grey * alpha).sum() < 127.5 * alpha.sum() else 0.0
    if colour:
        alpha = alpha[..., None]
    return np.rint(flat * alpha + behind * (1 - alpha)).astype(np.uint8)


def _thicken(ink: np.ndarray) -> Image.Image:
    """A digit drawn with a fine pen, given strokes as wide as MNIST's: fitted to 20 pixels they would fade away."""
    across, down = np.abs(np.diff(ink, axis=1, prepend=0, append=0)).sum(), np.abs(np.diff(ink, axis=0, prepend=0, append=0)).sum()
    stroke = 2 * ink.sum() / max(np.hypot(across, down), 1e-6)  # area by half the outline, in pixels of `ink`
    missing = round(STROKE * max(ink.shape) / BOX - stroke)
    if missing < 2:
        return Image.fromarray(ink)
    reach = missing // 2
    wide = Image.fromarray(np.rint(np.pad(ink, reach) * 255).astype(np.uint8))
    for _ in range(reach):  # one filter of that width costs its square, these cost its length
        wide = wide.filter(ImageFilter.MaxFilter(3))
    return Image.fromarray(np.asarray(wide, np.float32) / 255)


def _border(image: np.ndarray) -> np.ndarray:
    """The outermost pixels `[h, w, ...]` -> `[2h + 2w, ...]`."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
