"""Figures of signals: where known answers are, what real signals reach, and what noise and a swapped class do not."""

import numpy as np
import pytest

from gan_core.data import catalog, vibration
from gan_core.errors import DataError
from gan_core.metrics import signals
from gan_core.metrics.clock import Clock

RATE = vibration.RATE
FAULTS = np.array([vibration.fault_frequency(name) for name in vibration.CLASSES], np.float64)


def unit(made: vibration.Windows) -> np.ndarray:
    return (made.signals + 1) / 2


def dataset(made: vibration.Windows) -> catalog.Dataset:
    return catalog.Dataset("made", np.rint((made.signals + 1) * 127.5).astype(np.uint8), made.labels, "", vibration.CLASSES, rate=RATE)


TRAINED, HELD_OUT, OTHERS = (vibration.simulate(count, seed=seed) for count, seed in ((600, 11), (300, 12), (300, 13)))


def test_a_modulated_tone_has_its_envelope_at_the_modulation() -> None:
    time = np.arange(1024) / RATE
    x = np.stack([(1 + 0.8 * np.cos(2 * np.pi * hertz * time)) * np.sin(2 * np.pi * 3000 * time) for hertz in (100, 240)])
    x += 3 * np.sin(2 * np.pi * 700 * time)  # loud, and outside of the band
    hertz, heights = signals.envelope_spectrum(x, RATE)
    assert hertz[0] == 0 and hertz[-1] <= 500 and hertz[1] == pytest.approx(12_000 / 4096) and heights.shape == (2, len(hertz))
    assert hertz[heights.argmax(axis=1)] == pytest.approx([100, 240], abs=3)
    assert heights[0].max() == pytest.approx(0.8 * 1024 / 4, rel=0.03), "amplitude times half of the window's sum"


def test_fault_rates_are_read_from_the_names() -> None:
    assert (
        vibration.fault_frequency("outer race · 1,800 rpm") == pytest.approx(107.55)
        and vibration.fault_frequency("normal · 1,200 rpm") == 0
    )
    assert vibration.fault_frequency("ball · 2,400 rpm") == pytest.approx(2 * 2.357 * 40)
    assert [vibration.fault_frequency(name) for name in ("7", "cage · 1,200 rpm", "ball", "ball · fast rpm", "")] == [None] * 5


def test_real_signals_ring_at_their_fault_and_not_at_others() -> None:
    faulty = FAULTS[HELD_OUT.labels] > 0
    x, own = unit(HELD_OUT)[faulty], FAULTS[HELD_OUT.labels][faulty]
    assert signals.at_the_fault(x, RATE, own).mean() > 0.93
    assert signals.at_the_fault(x, RATE, 0.8 * own).mean() < 0.1
    noise = 0.5 + 0.1 * np.random.default_rng(0).normal(size=x.shape)
    assert signals.at_the_fault(noise, RATE, own).mean() < 0.3


def test_loudness_is_in_decibels_and_distances_of_a_set_to_itself_are_nothing() -> None:
    heard, labels = signals.loudness(unit(HELD_OUT)), HELD_OUT.labels
    quieter = signals.loudness(0.5 + (unit(HELD_OUT) - 0.5) / 2)
    assert signals.spectral_distance(heard, labels, heard, labels) == 0
    assert signals.spectral_distance(heard, labels, quieter, labels) == pytest.approx(20 * np.log10(2), abs=0.3)
    with pytest.raises(DataError, match="no class in common"):
        signals.spectral_distance(heard, labels, heard, labels + 100)


def test_a_card_of_real_signals_is_at_its_floors_and_one_of_swapped_classes_is_not() -> None:
    good = signals.card([unit(OTHERS)], OTHERS.labels, dataset(TRAINED), dataset(HELD_OUT), Clock())
    swapped = signals.card([unit(OTHERS)], (OTHERS.labels + 3) % 12, dataset(TRAINED), dataset(HELD_OUT), Clock())

    def of(card: dict, name: str) -> float:
        return float(card[name]["value"])

    assert of(good, "spectral_distance") < 2 * of(good, "spectral_distance_floor")
    assert of(good, "spectral_distance") < 0.25 * of(swapped, "spectral_distance")
    for name in ("real_names_drawn", "drawn_names_real", "real_names_real"):
        assert of(good, name) > 0.9
    assert of(good, "fault_rate") > 0.93 < of(good, "fault_rate_of_real") and of(good, "fault_rate_by_chance") < 0.25
    assert of(swapped, "fault_rate") < 0.25 and of(swapped, "real_names_drawn") < 0.1 > of(swapped, "drawn_names_real")


def test_without_classes_there_is_the_spectrum_only_and_several_channels_are_refused() -> None:
    alone = signals.card([unit(OTHERS)], None, dataset(TRAINED), dataset(HELD_OUT), Clock())
    assert list(alone) == ["spectral_distance", "spectral_distance_floor"]
    with pytest.raises(DataError, match="expected one channel"):
        signals.card([np.zeros((4, 1024, 2), np.float32)], None, dataset(TRAINED), dataset(HELD_OUT), Clock())
