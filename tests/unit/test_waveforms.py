"""Signals as pictures: where the line is, that no impact is left out, and that pictures stay as they are."""

import numpy as np
import pytest

from gan_core.errors import DataError
from gan_core.imaging import pixels, waveforms


def test_silence_is_a_line_in_the_middle_and_an_impact_reaches_the_edge() -> None:
    signals = np.full((2, 1024), 0.5)
    signals[1, 600] = 1.0  # one sample of 1,024, in the 56th of 96 columns
    silent, struck = waveforms.paint(signals)
    assert silent.shape == (48, 96) and silent.dtype == np.uint8
    ink = silent.astype(float).sum(axis=0) / 255
    assert ink == pytest.approx(waveforms.INK, abs=0.02) and (silent.argmax(axis=0) == 23).all()
    column = int(np.argmax(struck[0]))
    assert column == 600 * 96 // 1023 and struck[:23, column].min() == 255, "white from the middle to the top"
    assert np.array_equal(np.delete(struck, column, axis=1), np.delete(silent, column, axis=1))


def test_up_is_up_and_what_is_too_loud_stays_in_the_picture() -> None:
    ramp = np.linspace(-1, 2, 512)[None]
    [drawn] = waveforms.paint(ramp, 32, 64)
    middle = (drawn * np.arange(32)[:, None]).sum(axis=0) / drawn.sum(axis=0)
    assert (np.diff(middle) <= 1e-6).all() and middle[0] > 30 and middle[-1] < 1


def test_channels_have_their_colours_and_pictures_are_left_alone() -> None:
    two = np.stack([np.full((1, 256), 0.25), np.full((1, 256), 0.75)], axis=-1)
    [drawn] = waveforms.painted(two)
    assert drawn.shape == (48, 96, 3) and drawn[35:, :, 0].any() and drawn[:13, :, 1].any() and not drawn[..., 2].any()
    assert not drawn[:, :3].any() and not drawn[:, -3:].any() and drawn[:, 3:-3].any(axis=(0, 2)).all(), "kept apart from its neighbours"
    pictures = np.random.default_rng(0).random((3, 28, 28))
    assert np.array_equal(waveforms.painted(pictures), pixels.to_uint8(pictures))
    with pytest.raises(DataError, match="NaN"):
        waveforms.painted(np.full((1, 256), np.nan))
    with pytest.raises(DataError, match="at least 2"):
        waveforms.paint(np.zeros((1, 1)))


@pytest.mark.parametrize("pixel_range", pixels.RANGES)
@pytest.mark.parametrize("shape", [(2, 256), (2, 256, 2), (2, 256, 3)])
def test_signals_go_to_a_models_range_and_back_as_pixels_do(shape: tuple[int, ...], pixel_range: tuple[float, float]) -> None:
    kept = np.random.default_rng(1).integers(0, 256, shape, np.uint8)
    inside = pixels.to_model(kept, pixel_range)
    assert inside.shape == (shape if len(shape) == 3 else (*shape, 1)) and inside.min() >= pixel_range[0]
    assert np.array_equal(pixels.to_uint8(pixels.to_unit(inside, pixel_range)), kept)
