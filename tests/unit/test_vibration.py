"""Vibration out of the impact model: what is broken stands in the envelope spectrum where the bearing's geometry says."""

import numpy as np
import pytest

from gan_core.data import catalog, vibration
from gan_core.errors import DataError
from gan_core.kind import Kind


def test_a_seed_gives_the_same_windows_however_many_are_asked_for() -> None:
    few, many = vibration.simulate(24, 256, seed=3), vibration.simulate(24, 256, seed=3)
    assert np.array_equal(few.signals, many.signals) and not np.array_equal(few.signals, vibration.simulate(24, 256, seed=4).signals)
    assert few.signals.shape == (24, 256) and few.signals.dtype == np.float32 and np.abs(few.signals).max() <= 1
    assert few.labels.tolist() == [*range(12), *range(12)]


def test_the_classes_are_named_condition_and_speed() -> None:
    assert vibration.CLASSES[:4] == ("normal · 1,200 rpm", "normal · 1,800 rpm", "normal · 2,400 rpm", "inner race · 1,200 rpm")
    assert vibration.CLASSES[-1] == "ball · 2,400 rpm" and len(vibration.CLASSES) == 12


def test_impacts_come_as_often_as_the_geometry_says() -> None:
    """Counted in the waveform itself: of one second at 2,400 rpm the moments at which it rings up."""
    made = vibration.simulate(12, 12_000, seed=1)
    for label, order in ((8, vibration.BPFO), (5, vibration.BPFI)):
        loud = np.abs(made.signals[label])
        quiet = np.lib.stride_tricks.sliding_window_view(loud, 12).max(axis=1)  # over 1 ms
        period = vibration.RATE / (order * 40)
        spacing = np.fft.rfft(quiet - quiet.mean(), 1 << 16)
        hertz = np.fft.rfftfreq(1 << 16, 1 / vibration.RATE)
        peak = hertz[np.argmax(np.abs(spacing) * (hertz > 60) * (hertz < 1.5 * order * 40))]
        assert vibration.RATE / peak == pytest.approx(period, rel=0.04), vibration.CLASSES[label]


def test_what_turns_faster_and_what_is_broken_is_louder() -> None:
    made = vibration.simulate(240, 512, seed=2)
    loudness = np.array([made.signals[made.labels == label].std() for label in range(12)]).reshape(4, 3)
    assert (np.diff(loudness, axis=1) > 0).all() and (loudness[1:] > 1.3 * loudness[0]).all()
    slow_sine = made.signals[made.labels == 2].mean(axis=1)
    assert np.abs(slow_sine).max() < 0.1, "no offset"


def test_it_is_a_data_set_like_the_others() -> None:
    train, test = (catalog.load("vibration", split=split, shape=(256, 1)) for split in catalog.SPLITS)
    assert train.kind == Kind("signal", (256, 1), vibration.CLASSES, 12_000.0) and catalog.available("vibration")
    assert train.images.dtype == np.uint8 and (len(train.images), len(test.images)) == (vibration.TRAIN, vibration.TEST)
    assert np.bincount(train.labels).tolist() == [1000] * 12 and abs(float(train.images.mean()) - 127.5) < 2
    seen = {signal.tobytes() for signal in train.images}
    assert len(seen) == len(train.images) and not any(signal.tobytes() in seen for signal in test.images)


def test_pictures_and_signals_are_not_taken_for_each_other() -> None:
    with pytest.raises(DataError, match="vibration holds signals of one channel, and pictures are wanted"):
        catalog.load("vibration", shape=(32, 32, 1))
    with pytest.raises(DataError, match="signals of 2 channels"):
        catalog.load("vibration", shape=(256, 2))
    with pytest.raises(
        DataError, match=r"digits holds pictures, and signals of one channel are wanted\. Choose another family, or other data: vibration\."
    ):
        catalog.load("digits", shape=(256, 1))
