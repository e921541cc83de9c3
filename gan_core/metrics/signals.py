"""How close drawn signals are to real ones: by the fault in their envelope, by their spectrum, by what tells their classes apart.

A GAN's signals have no true phase, so nothing here compares sample by sample. Signals are float `[n, length]` in [0, 1], 0.5 for silence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats
from gan_core.data import catalog, vibration
from gan_core.errors import DataError
from gan_core.imaging import pixels
from gan_core.metrics.clock import Card, Clock
from gan_core.metrics.discriminant import Discriminant, Labels

BAND = (2000.0, 4500.0)  # Hz, where the structure rings: the envelope is that of what is left of the signal there
PADDED = 4096  # samples that a window is filled up to with zeros before its envelope's spectrum is taken: 2.9 Hz a step at 12 kHz
SHOWN = 500.0  # Hz, how far an envelope spectrum is looked at
SEARCHED = (50.0, 300.0)  # Hz, where its highest peak is looked for: above the shaft's turns, which modulate, and below most harmonics
NEAR = 0.06  # share of a fault's frequency by which a peak may lie beside it: an impact slips, and a window resolves 12 Hz
BANDS = 64  # of a spectrum, as many lines together


def envelope_spectrum(signals: npt.ArrayLike, rate: float) -> tuple[Floats, Floats]:
    """Frequencies in Hz `[k]` and the magnitudes there `[n, k]` of the envelope's spectrum, up to SHOWN.

    The band is cut out of the signal's spectrum, negative frequencies are left out, so that the inverse is the analytic signal; its
    magnitude is the envelope. That loses its mean and is windowed (Hann) before its own spectrum is taken.
    Source: Randall & Antoni 2011, section 4.1. https://doi.org/10.1016/j.ymssp.2010.07.017
    """
    x = np.asarray(signals, np.float64)
    length = x.shape[-1]
    hertz = np.fft.fftfreq(length, 1 / rate)
    spectrum = np.where((hertz >= BAND[0]) & (hertz <= BAND[1]), 2 * np.fft.fft(x, axis=-1), 0)
    envelope = np.abs(np.fft.ifft(spectrum, axis=-1))
    envelope = (envelope - envelope.mean(axis=-1, keepdims=True)) * np.hanning(length)
    size = max(PADDED, length)
    where = np.fft.rfftfreq(size, 1 / rate)
    seen = where <= SHOWN
    return where[seen].astype(np.float32), np.abs(np.fft.rfft(envelope, size, axis=-1))[..., seen].astype(np.float32)


def at_the_fault(signals: npt.ArrayLike, rate: float, faults: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Of which signals the envelope spectrum is highest at their fault's frequency in Hz `[n]`, or at twice that, bool `[n]`."""
    hertz, heights = envelope_spectrum(signals, rate)
    searched = (hertz >= SEARCHED[0]) & (hertz <= SEARCHED[1])
    peak = hertz[searched][heights[:, searched].argmax(axis=1)]
    expected = np.asarray(faults, np.float64)
    return np.asarray((np.abs(peak - expected) <= NEAR * expected) | (np.abs(peak / 2 - expected) <= NEAR * expected), np.bool_)


def loudness(signals: npt.ArrayLike) -> Floats:
    """Power in dB in BANDS equal bands of frequency, `[n, BANDS]`; what is 80 dB below a full sine is as good as nothing."""
    x = 2 * np.asarray(signals, np.float64) - 1
    power = np.abs(np.fft.rfft((x - x.mean(axis=-1, keepdims=True)) * np.hanning(x.shape[-1]), axis=-1)[:, 1:]) ** 2 / x.shape[-1] ** 2
    whole = power[:, : power.shape[1] // BANDS * BANDS].reshape(len(x), BANDS, -1).sum(axis=2)
    return np.asarray(10 * np.log10(whole + 1e-8), np.float32)


def spectral_distance(one: Floats, labels: Labels, other: Floats, others: Labels) -> float:
    """Root mean square difference in dB of the classes' mean `loudness`; over the classes that both have."""
    both = np.intersect1d(labels, others)
    if not len(both):
        raise DataError("the two sets of signals have no class in common; expected one or more.")
    differences = [one[labels == label].mean(axis=0) - other[others == label].mean(axis=0) for label in both]
    return float(np.sqrt(np.mean(np.square(differences))))


def features(signals: npt.ArrayLike, rate: float) -> Floats:
    """By what the classes are told apart, `[n, d]`: `loudness`, and the envelope spectrum in dB, four lines together."""
    heights = envelope_spectrum(signals, rate)[1]
    lines = heights[:, : heights.shape[1] // 4 * 4].reshape(len(heights), -1, 4).max(axis=2)
    return np.concatenate([loudness(signals), 20 * np.log10(lines + 1e-3)], axis=1).astype(np.float32)


def card(draws: Sequence[Floats], requested: Labels | None, trained: catalog.Dataset, held_out: catalog.Dataset, clock: Clock) -> Card:
    """The figures of drawn signals against held-out real ones; each with what real signals reach beside it.

    Args:
        draws: signals `[n, length]` in [0, 1], one set for each seed.
        requested: the classes asked for `[n]`, or None of a model that cannot be asked: then all are one class.
        trained, held_out: real signals, of the training and of none.
    Raises: DataError for signals of several channels.
    """
    if draws[0].ndim != 2:
        raise DataError(
            f"signals of shape {list(draws[0].shape)}; expected one channel, [n, length], which is all that a score card compares."
        )
    known, unseen = (_unit(data.images) for data in (trained, held_out))
    one_class = requested is None or trained.labels is None or held_out.labels is None
    none = np.zeros(max(len(known), len(draws[0])), np.int64)
    wanted_labels, named, truth = (none[: len(rows)] if one_class else np.asarray(labels, np.int64) for rows, labels in
                           ((draws[0], requested), (known, trained.labels), (unseen, held_out.labels)))  # fmt: skip
    heard = loudness(unseen)

    def away(rows: Floats) -> float:
        """Of rows of a label and the loudness."""
        return spectral_distance(rows[:, 1:], rows[:, 0].astype(np.int64), heard, truth)

    labelled = [np.column_stack([wanted_labels, loudness(drawn)]) for drawn in draws]
    floor = np.column_stack([named, loudness(known)])[: len(draws[0])]
    made: Card = {
        "spectral_distance": clock.figure(labelled, away, biased=True),
        "spectral_distance_floor": clock.figure([floor], away, biased=True),
    }
    if one_class:
        return made
    made |= _named(draws, wanted_labels, (known, named), (unseen, truth), held_out.rate, clock)
    faults = np.array([vibration.fault_frequency(name) or 0.0 for name in held_out.classes])
    return made | (_struck(draws, wanted_labels, (unseen, truth), faults, held_out.rate, clock) if faults.any() else {})


def _unit(images: npt.NDArray[np.uint8]) -> Floats:
    return np.asarray(pixels.to_unit(pixels.to_model(images, (0.0, 1.0)), (0.0, 1.0)), np.float32)


def _named(
    draws: Sequence[Floats], wanted_labels: Labels, train: tuple[Floats, Labels], test: tuple[Floats, Labels], rate: float, clock: Clock
) -> Card:
    """A classifier learned from real signals and asked about drawn ones, the other way round, and from real ones about real ones.

    Source: Esteban et al. 2017, section 5.2 (TRTS, TSTR). https://arxiv.org/abs/1706.02633
    """
    known, unseen, drawn = features(train[0], rate), features(test[0], rate), [features(each, rate) for each in draws]
    of_real = Discriminant(known, train[1])
    return {
        "real_names_drawn": clock.figure([of_real.name(rows) == wanted_labels for rows in drawn]),
        "drawn_names_real": clock.figure([Discriminant(rows, wanted_labels).name(unseen) == test[1] for rows in drawn]),
        "real_names_real": clock.figure([of_real.name(unseen) == test[1]]),
    }


def _struck(draws: Sequence[Floats], wanted_labels: Labels, test: tuple[Floats, Labels], faults: Floats, rate: float, clock: Clock) -> Card:
    """How many ring at the rate of the fault asked for; beside it how many real ones do, and how many would by chance.

    By chance: what is drawn for one fault, asked about another's rate.
    """
    struck = np.flatnonzero(faults[wanted_labels])
    rows, classes = np.flatnonzero(faults[test[1]]), np.flatnonzero(faults)
    turned = classes[(np.searchsorted(classes, wanted_labels[struck]) + len(classes) // 2) % len(classes)]
    return {
        "fault_rate": clock.figure([at_the_fault(drawn[struck], rate, faults[wanted_labels[struck]]) for drawn in draws]),
        "fault_rate_of_real": clock.figure([at_the_fault(test[0][rows], rate, faults[test[1][rows]])]),
        "fault_rate_by_chance": clock.figure([at_the_fault(draws[0][struck], rate, faults[turned])]),
    }
