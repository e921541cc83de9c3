"""Vibration of a rolling bearing, made from the standard impulse model: the data set `vibration`.

Every time that a damaged place is rolled over, it rings the structure: a decaying resonance. The fault tells itself by how often that is.
- How often, from the bearing's geometry: McFadden & Smith 1984, Model for the vibration produced by a single point defect in a rolling
  element bearing, J. Sound and Vibration 96. There, too: an inner race's defect goes through the load zone with the shaft, a ball's with the
  cage, and rings louder where the load is.
- Between two impacts a random bit more or less of a turn: the balls slip, 1 to 2 %. Antoni & Randall 2003, A stochastic model for
  simulation and diagnostics of rolling element bearings with localized faults, J. Vibration and Acoustics 125.
- Both together, and the envelope spectrum by which it is told: Randall & Antoni 2011, Rolling element bearing diagnostics: a tutorial,
  Mechanical Systems and Signal Processing 25.
The geometry is that of the SKF 6205-2RS, the drive end's bearing of the Case Western Reserve University's test rig, recorded at 12 kHz.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gan_core.arrays import Floats

RATE = 12_000.0  # samples a second
LENGTH = 1024  # samples of a window, 85 ms
SPEEDS = (1200, 1800, 2400)  # turns of the shaft a minute
BPFO, BPFI, BSF, FTF = 3.585, 5.415, 2.357, 0.398  # of a 6205-2RS, times the shaft's turns
# How often each rings a turn of the shaft: a ball's defect meets both races in a turn of the ball.
IMPACTS = {"normal": 0.0, "inner race": BPFI, "outer race": BPFO, "ball": 2 * BSF}
CLASSES = tuple(f"{condition} · {speed:,} rpm" for condition in IMPACTS for speed in SPEEDS)
TRAIN, TEST = 12_000, 2_400  # windows, as many of each class
SLIP = 0.015  # standard deviation of the time between two impacts
DRIFT = 0.005  # of the speed from one window to the next
MODES = ((3000.0, 800.0, 1.0), (4200.0, 1400.0, 0.35))  # the structure's resonances: Hz, decay a second, share
LOAD = 1.3  # how far the load reaches round: beyond 1 the bearing is preloaded and every ball carries something (Stribeck's epsilon)
BEFORE = 200  # samples before the window, whose impacts still ring in it
FULL_SCALE = 1.8  # amplitude that is kept as 1; an impact of severity 1 at 1,800 rpm has about 1
SEVERITY = (0.7, 1.3)  # of a fault
OTHER_RACE = 0.85  # how loud a ball's defect is on the outer race, to 1 on the inner
ROLLING, HISS = 0.035, 0.025  # noise that the structure rings of, and that of the recording
SHAFT = ((1, 0.05), (2, 0.025))  # unbalance and misalignment: orders of the shaft, amplitude
SPLITS = ("train", "test")
AT_ONCE = 600  # windows
TRIGGER = (
    96  # where in the window the impact lies that started the recording, as an oscilloscope's trigger does: 8 ms, so that one sees before
)


@dataclass(frozen=True)
class Windows:
    """Windows in [-1, 1], float32 `[n, length]`, and the class of each, int64 `[n]`."""

    signals: Floats
    labels: npt.NDArray[np.int64]


def simulate(count: int, length: int = LENGTH, seed: int = 0) -> Windows:
    """`count` windows of `length` samples, the classes in turn; the same seed gives the same."""
    labels = np.arange(count, dtype=np.int64) % len(CLASSES)
    parts = [_simulate(labels[start : start + AT_ONCE], length, np.random.default_rng([seed, start])) for start in range(0, count, AT_ONCE)]
    return Windows(np.concatenate(parts), labels)


def kept(split: str, length: int = LENGTH) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The windows of a split, 'train' or 'test', as pixels are kept: uint8 `[n, length]`, 0 is -1 and 255 is 1; and their labels."""
    made = simulate(TRAIN if split == "train" else TEST, length, seed=SPLITS.index(split))
    return np.rint((made.signals + 1) * 127.5).astype(np.uint8), made.labels


@dataclass(frozen=True)
class _Impacts:
    """What rings the structure, one number an impact: which window, its first sample after it, how long before that it was, how loud."""

    window: npt.NDArray[np.intp]
    sample: npt.NDArray[np.intp]
    ago: npt.NDArray[np.float64]  # samples
    loud: npt.NDArray[np.float64]


def _simulate(labels: npt.NDArray[np.int64], length: int, random: np.random.Generator) -> Floats:
    """Windows of these classes, float32 `[n, length]`."""
    count = len(labels)
    conditions, speeds = np.divmod(labels, len(SPEEDS))
    turns = np.array(SPEEDS)[speeds] / 60 * random.normal(1, DRIFT, count)  # of the shaft, a second
    impacts = _impacts(conditions, turns, BEFORE + length, random)
    heard = np.zeros((count, length), np.float32)
    for mode in MODES:
        heard += _ring(mode, impacts, (count, BEFORE + length), random)[:, BEFORE:]
    angle = 2 * np.pi * turns[:, None] * np.arange(length) / RATE
    for order, amplitude in SHAFT:
        heard += amplitude * np.sin(order * angle + 2 * np.pi * random.uniform(size=(count, 1)))
    heard *= turns[:, None] / 30  # 1 at 1,800 rpm: what turns faster is louder
    heard += HISS * random.standard_normal((count, length), np.float32)
    return np.asarray(np.clip(heard / FULL_SCALE, -1, 1), np.float32)


def _impacts(conditions: npt.NDArray[np.int64], turns: npt.NDArray[np.float64], samples: int, random: np.random.Generator) -> _Impacts:
    orders = np.array(list(IMPACTS.values()))[conditions]
    faulty = np.flatnonzero(orders)
    turns, race, orders = turns[faulty], conditions[faulty], orders[faulty]
    period = RATE / (orders * turns)  # samples
    phase = random.normal(
        0, 0.05, len(faulty)
    )  # where the defect is when it triggers, in turns from the load's middle: there it is loudest
    severity = random.uniform(*SEVERITY, len(faulty))
    most = int(1.3 * samples / period.min(initial=samples)) + 6
    steps = period[:, None] * random.normal(1, SLIP, (len(faulty), most))
    when = np.cumsum(steps, axis=1)
    first = np.argmax(when >= BEFORE + TRIGGER, axis=1)  # the impact that triggers
    when += BEFORE + TRIGGER + random.uniform(-1, 0, (len(faulty), 1)) - np.take_along_axis(when, first[:, None], axis=1)
    seconds = (when - BEFORE - TRIGGER) / RATE
    round_ = np.select([race == 1, race == 3], [turns, FTF * turns], 0.0)[:, None] * seconds  # an outer race's defect stays where it is
    load = np.where((race == 2)[:, None], 1.0, _load(round_ + phase[:, None]))
    turns_on = (np.arange(most) - first[:, None]) % 2 == 1
    other = np.where((race == 3)[:, None] & turns_on, OTHER_RACE, 1.0)
    loud = severity[:, None] * load * other * random.normal(1, 0.08, when.shape)
    seen = (when >= 0) & (when < samples - 1)
    window = np.broadcast_to(faulty[:, None], when.shape)[seen]
    sample = np.ceil(when[seen]).astype(np.intp)
    return _Impacts(window, sample, sample - when[seen], loud[seen])


def _load(turn: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The load at this place of the bearing, in turns from where it is largest: 1 there. Stribeck's distribution, McFadden & Smith 1984, (2)."""
    return np.asarray(np.maximum(1 - (1 - np.cos(2 * np.pi * turn)) / (2 * LOAD), 0) ** 1.5, np.float64)


def _ring(mode: tuple[float, float, float], impacts: _Impacts, shape: tuple[int, int], random: np.random.Generator) -> Floats:
    """What one resonance makes of the impacts and of the rolling's noise, float32 `[n, samples]`.

    A decaying sine is the imaginary part of a number that is multiplied by the same `turn` from sample to sample; an impact between two
    samples has turned by the part of a step that was left.
    """
    frequency, decay, share = mode
    count, samples = shape
    turn = np.exp((2j * np.pi * frequency * random.normal(1, 0.01, count) - decay) / RATE)
    pushes = np.zeros((samples, count), np.complex64)
    pushes += ROLLING * random.standard_normal((samples, count), np.float32)
    np.add.at(pushes, (impacts.sample, impacts.window), impacts.loud * turn[impacts.window] ** impacts.ago)
    step, state = turn.astype(np.complex64), np.zeros(count, np.complex64)
    for push in pushes:
        state *= step
        state += push
        push[:] = state
    return np.ascontiguousarray(share * pushes.imag.T)


def fault_frequency(name: str) -> float | None:
    """How often a class of that name is struck, in Hz: 'outer race · 1,800 rpm' 107.55, a bearing without a fault 0; None for any other name."""
    match = re.fullmatch(r"([a-z ]+) · ([0-9,]{1,9}) rpm", name)
    if match is None or match[1] not in IMPACTS:
        return None
    return IMPACTS[match[1]] * int(match[2].replace(",", "")) / 60
