import io
import os
import random
import struct
import time
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from stress import mutations

from gan_core.data import photos
from gan_core.errors import DataError
from gan_core.imaging.pixels import encode_png

MNIST = Path(os.environ.get("GAN_DATA", "")) / "mnist.npz"


def as_file(picture, kind="PNG", **options):
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def drawing(size=(400, 400), ink=0, paper=255, mode="L", width=30):
    """A seven in the upper left part of a sheet."""
    picture = Image.new(mode, size, paper)
    ImageDraw.Draw(picture).line([(60, 50), (170, 50), (90, 230)], fill=ink, width=width, joint="curve")
    return picture


def centre_of_mass(picture):
    rows, columns = np.indices(picture.shape)
    return (picture * rows).sum() / picture.sum(), (picture * columns).sum() / picture.sum()


def correlation(one, other):
    return np.corrcoef(one.ravel(), other.ravel())[0, 1]


def check_mnist_look(picture):
    assert picture.dtype == np.uint8 and picture.shape == (28, 28)
    ink = np.argwhere(picture > 20)
    assert 18 <= (np.ptp(ink, axis=0) + 1).max() <= 20
    assert picture.max() == 255 and np.median(picture) == 0
    np.testing.assert_allclose(centre_of_mass(picture), (14, 14), atol=0.6)


SEVEN = photos.read_picture(as_file(drawing()))


def test_a_dark_drawing_on_paper_becomes_white_on_black_fitted_and_centred():
    check_mnist_look(SEVEN)


@pytest.mark.parametrize("picture", [
    drawing(ink=255, paper=0), drawing(ink=90, paper=200), drawing(mode="RGB", ink="navy", paper="#ffffee"),
    drawing(mode="RGBA", ink=(0, 0, 0, 255), paper=(0, 0, 0, 0)), drawing(mode="RGBA", ink=(255, 255, 255, 255), paper=(0, 0, 0, 0)),
    drawing(mode="RGBA", ink=(0, 0, 0, 255), paper=(255, 255, 255, 255)), drawing().convert("P"), drawing(size=(1000, 300)),
    Image.fromarray(np.asarray(drawing()).astype(np.uint16) * 257),
], ids=["white on black", "grey", "colour", "clear, dark", "clear, bright", "opaque alpha", "palette", "long sheet", "16 bit"])  # fmt: skip
def test_the_same_digit_whatever_it_is_drawn_with(picture):
    result = photos.read_picture(as_file(picture))
    check_mnist_look(result)
    assert correlation(result, SEVEN) > 0.99


def test_jpeg_webp_gif_and_arrays_are_read_too():
    for source in (as_file(drawing(), "JPEG", quality=60), as_file(drawing(), "WEBP"), as_file(drawing(), "GIF"), np.asarray(drawing())):
        assert correlation(photos.read_picture(source), SEVEN) > 0.99


def test_a_photo_lying_on_its_side_is_turned_by_its_exif_tag():
    exif = Image.Exif()
    exif[0x0112] = 6  # shown after a quarter turn clockwise
    turned = as_file(drawing().transpose(Image.Transpose.ROTATE_90), "JPEG", exif=exif)
    assert correlation(photos.read_picture(turned), SEVEN) > 0.98


def test_uneven_light_and_noise_of_a_photo_are_not_ink():
    light = np.add.outer(np.linspace(0, 40, 1200), np.linspace(0, 40, 900)) + 130
    photo = Image.fromarray((light + np.random.default_rng(0).normal(0, 4, light.shape)).astype(np.uint8))
    ImageDraw.Draw(photo).text((300, 200), "5", fill=40, font=ImageFont.load_default(700))
    check_mnist_look(photos.read_picture(as_file(photo, "JPEG")))


def test_a_fine_pen_gives_a_stroke_as_strong_as_mnists():
    thin = photos.read_picture(as_file(drawing(width=2)))
    check_mnist_look(thin)
    assert 0.04 < thin.mean() / 255 < 0.2


@pytest.mark.skipif(not MNIST.is_file(), reason="real MNIST is not here: set GAN_DATA to the folder that holds mnist.npz")
def test_mnist_digits_come_back_from_enlarged_inverted_pictures():
    digits = np.load(MNIST)["x_test"][:100]
    read = np.stack([photos.read_picture(as_file(Image.fromarray(255 - digit.repeat(10, 0).repeat(10, 1)))) for digit in digits])
    assert np.mean([correlation(one, other) for one, other in zip(read, digits, strict=True)]) > 0.97
    assert np.mean(((read - digits.astype(float)) / 255) ** 2) < 0.004
    np.testing.assert_array_equal(photos.read_picture(encode_png(digits[0])), digits[0])


@pytest.mark.parametrize("blank", [
    Image.new("L", (280, 280), 255), Image.new("L", (280, 280), 0), Image.new("RGBA", (280, 280)), Image.new("L", (28, 28), 0),
    Image.new("L", (280, 280), 128),
])  # fmt: skip
def test_an_empty_drawing_is_refused(blank):
    with pytest.raises(DataError, match="Nothing is drawn"):
        photos.read_picture(as_file(blank))


def test_a_text_file_named_png_is_refused_by_name(tmp_path):
    path = tmp_path / "seven.png"
    path.write_text("not a picture")
    with pytest.raises(DataError, match=r"seven\.png.*expected PNG, JPEG"):
        photos.read_picture(path)
    with pytest.raises(DataError, match="cannot be read"):
        photos.read_picture(tmp_path / "missing.png")
    with pytest.raises(DataError, match="cannot be read"):
        photos.read_picture(b"")


def bomb(width, height):
    """A PNG of a few kilobytes whose header promises width x height; its pixels are cut off."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000_000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [3_001, 9_600, 20_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_by_its_header(side):
    begun = time.perf_counter()
    with pytest.raises(DataError, match="at most 9,000,000"):
        photos.read_picture(bomb(side, side))
    assert time.perf_counter() - begun < 0.1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_truncated_file_is_refused(kind):
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8))
    whole = as_file(noisy, kind)
    with pytest.raises(DataError, match=r"damaged|cannot be read"):
        photos.read_picture(whole[: len(whole) // 2])


@pytest.mark.parametrize("size", [(3000, 10), (10, 3000), (2, 2)])
def test_an_absurd_shape_is_refused(size):
    with pytest.raises(DataError, match=f"{size[0]:,} x {size[1]:,} pixels"):
        photos.read_picture(as_file(Image.new("L", size)))


def test_an_array_of_floats_is_refused_because_its_range_is_a_guess():
    with pytest.raises(DataError, match="float64, not uint8"):
        photos.read_picture(np.zeros((50, 50)))


def test_a_file_of_too_many_bytes_is_refused():
    with pytest.raises(DataError, match="30,000,000"):
        photos.read_picture(bytes(30_000_001))


def test_read_sample_leaves_the_picture_as_it_is():
    digit = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    read, size = photos.read_sample(encode_png(digit))
    np.testing.assert_array_equal(read, digit)
    assert size == (28, 28)
    wide, size = photos.read_sample(as_file(drawing(size=(800, 400))))
    assert wide.shape == (28, 28) and size == (800, 400)
    assert wide.min() < 60 and np.median(wide) == 255, "paper stays bright, and what was added is paper"


def test_picture_size_reads_the_header_only():
    assert photos.picture_size(bomb(3508, 2480)) == (3508, 2480)  # A4 at 300 dpi


def test_fit_digit_refuses_no_ink_and_takes_a_single_dot():
    with pytest.raises(DataError, match="Nothing is drawn"):
        photos.fit_digit(np.zeros((50, 50)))
    dot = np.zeros((50, 50))
    dot[20, 20] = 1
    assert photos.fit_digit(dot).sum() > 0


def test_a_large_photo_is_decoded_at_a_fraction_of_its_size():
    large = drawing().resize((3600, 3600))
    assert correlation(photos.read_picture(as_file(large, "JPEG")), SEVEN) > 0.97
    with pytest.raises(DataError, match="at most 9,000,000"):
        photos.read_picture(as_file(large))


SEEDS = {kind: as_file(drawing(size=(180, 240)), kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP")}


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1).map(random.Random), st.sampled_from(sorted(SEEDS)))
def test_a_changed_file_is_a_digit_or_is_refused(chance, kind):
    data = mutations.odd_bytes(chance, SEEDS[kind], chance.choice((1, 2, 5)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, on what it could still read
        try:
            assert photos.read_picture(data).shape == (28, 28)
        except DataError as error:
            assert len(str(error)) < 500


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_no_picture(data):
    with pytest.raises(DataError):
        photos.read_picture(data)
