import io

import numpy as np
import pytest
from PIL import Image

from gan_core.errors import ConfigError, DataError
from gan_core.imaging import pixels

LEVELS = np.arange(256, dtype=np.uint8).reshape(1, 16, 16)


def decode(png):
    return np.asarray(Image.open(io.BytesIO(png)))


@pytest.mark.parametrize("pixel_range", [(-1, 1), (0, 1), [-1.0, 1.0]])
def test_every_level_survives_the_way_to_the_model_and_back(pixel_range):
    scaled = pixels.to_model(LEVELS, pixel_range)
    assert scaled.dtype == np.float32 and scaled.shape == (1, 16, 16, 1)
    np.testing.assert_array_equal(pixels.to_uint8(pixels.to_unit(scaled, pixel_range)), LEVELS)


@pytest.mark.parametrize(("pixel_range", "black", "grey", "white"), [((-1, 1), -1.0, 1 / 255, 1.0), ((0, 1), 0.0, 128 / 255, 1.0)])
def test_golden_values_of_scaling(pixel_range, black, grey, white):
    scaled = pixels.to_model(np.array([[[0, 128, 255]]], np.uint8), pixel_range)
    np.testing.assert_allclose(scaled.ravel(), [black, grey, white], atol=1e-6)


def test_unit_to_model_and_to_unit_are_inverses_and_to_unit_clips():
    unit = np.random.default_rng(0).random((3, 4, 5), np.float32)
    np.testing.assert_allclose(pixels.to_unit(pixels.unit_to_model(unit, (-1, 1)), (-1, 1)), unit, atol=1e-6)
    outside = np.array([-3.0, 3.0], np.float32).reshape(1, 1, 2, 1)
    np.testing.assert_array_equal(pixels.to_unit(outside, (-1, 1)).ravel(), [0, 1])


def test_to_uint8_rounds_to_the_nearest_level_and_clips():
    np.testing.assert_array_equal(pixels.to_uint8(np.array([-0.1, 0.49 / 255, 0.51 / 255, 0.5, 1.2])), [0, 0, 1, 128, 255])


@pytest.mark.parametrize("wrong", [(-1, 2), (0, 255), None, (0,), "ab"])
def test_another_range_is_refused(wrong):
    with pytest.raises(ConfigError, match="expected \\(-1, 1\\)"):
        pixels.to_model(LEVELS, wrong)


def test_wrong_dtype_shape_and_nan_are_refused():
    with pytest.raises(DataError, match="float64"):
        pixels.to_model(LEVELS.astype(float), (0, 1))
    with pytest.raises(DataError, match="\\[n, height, width\\]"):
        pixels.to_model(LEVELS[0, 0], (0, 1))
    with pytest.raises(DataError, match="\\[n, height, width, 1 or 3\\]"):
        pixels.to_unit(np.zeros((1, 2, 2, 2)), (0, 1))
    with pytest.raises(DataError, match="of signals \\[n, length, 1 to 3\\]"):
        pixels.to_unit(np.zeros((1, 256, 4)), (0, 1))
    with pytest.raises(DataError, match="NaN"):
        pixels.to_uint8(np.array([0.5, np.nan]))


def test_grid_goes_row_by_row_and_ends_in_black():
    cells = np.stack([np.full((2, 3), value, np.uint8) for value in (10, 20, 30, 40, 50)])
    sheet = pixels.grid(cells, columns=3, gap=1)
    assert sheet.shape == (2 * 2 + 1, 3 * 3 + 2)
    assert [sheet[0, 0], sheet[0, 4], sheet[0, 8], sheet[3, 0], sheet[3, 4], sheet[3, 8]] == [10, 20, 30, 40, 50, 0]
    assert not sheet[2].any() and not sheet[:, 3].any()
    assert pixels.grid(cells[:4], columns=2).shape == (4, 6)


def test_grid_of_a_snapshot_keeps_every_picture_in_its_place():
    cells = np.random.default_rng(0).integers(0, 256, (64, 28, 28), np.uint8)
    sheet = pixels.grid(cells, columns=8)
    assert sheet.shape == (224, 224)
    np.testing.assert_array_equal(sheet[3 * 28 : 4 * 28, 5 * 28 : 6 * 28], cells[3 * 8 + 5])


def test_strip_is_one_row():
    np.testing.assert_array_equal(pixels.strip(np.array([[[1]], [[2]], [[3]]], np.uint8)), [[1, 2, 3]])


@pytest.mark.parametrize("wrong", [np.zeros((0, 28, 28), np.uint8), np.zeros((2, 28, 28)), np.zeros((28, 28), np.uint8)])
def test_grid_refuses_what_is_no_stack_of_pictures(wrong):
    with pytest.raises(DataError, match="expected uint8"):
        pixels.grid(wrong, 2)


def test_png_keeps_grey_and_colour_and_scales_to_crisp_squares():
    np.testing.assert_array_equal(decode(pixels.encode_png(LEVELS[0])), LEVELS[0])
    np.testing.assert_array_equal(decode(pixels.encode_png(LEVELS[0], scale=3)), np.kron(LEVELS[0], np.ones((3, 3), np.uint8)))
    colour = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    np.testing.assert_array_equal(decode(pixels.encode_png(colour, scale=2))[1::2, ::2], colour)


def test_png_refuses_a_scale_that_would_fill_the_memory():
    with pytest.raises(ConfigError, match="scale"):
        pixels.encode_png(np.zeros((2000, 2000), np.uint8), scale=64)
    with pytest.raises(ConfigError, match="1 to 64"):
        pixels.encode_png(LEVELS[0], scale=0)
    with pytest.raises(DataError, match="uint8"):
        pixels.encode_png(np.zeros((2, 2)))


def test_contact_sheet_holds_each_tile_untouched_below_its_label():
    rng = np.random.default_rng(0)
    tiles = [rng.integers(0, 256, (56, 56), np.uint8) for _ in range(3)]
    sheet = decode(pixels.contact_sheet(tiles, ["step 0", "step 400", "step 128,000"], columns=2, scale=2, title="DCGAN"))
    windows = np.lib.stride_tricks.sliding_window_view(sheet, (112, 112))
    spots = []
    for tile in tiles:
        crisp = np.kron(tile, np.ones((2, 2), np.uint8))
        candidates = np.argwhere((windows[:, :, 0, 0] == crisp[0, 0]) & (windows[:, :, -1, -1] == crisp[-1, -1]))
        spots += [(y, x) for y, x in candidates if (windows[y, x] == crisp).all()]
    (y0, x0), (y1, x1), (y2, x2) = spots
    assert y0 == y1 < y2 and x0 == x2 < x1
    assert sheet[y0 - 20 : y0, x0 : x0 + 112].min() < 100, "a label is above the first tile"
    assert sheet[y0 - 20 : y0, x1 - 4 : x1].min() == 255, "no label runs into its neighbour"


def test_contact_sheet_wants_a_label_for_each_picture():
    with pytest.raises(DataError, match="1 pictures with 2 labels"):
        pixels.contact_sheet([LEVELS[0]], ["a", "b"])
    with pytest.raises(DataError, match="at least one"):
        pixels.contact_sheet([], [])
