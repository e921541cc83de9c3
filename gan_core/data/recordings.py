"""A person's own recordings of signals: WAV, CSV, .npy and MATLAB's .mat (as the Case Western Reserve University gives its bearings).

A folder of folders is one class a folder, a folder of files one class a file, a file alone one class. Every recording is cut into windows
of the model's length; each begins shortly before its loudest sample, as an oscilloscope triggers, so that windows can be laid over each
other. All are scaled alike, by what is loudest in all of them: how loud a class is belongs to it.
"""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_core.data import vibration
from gan_core.data.npz import read_npy
from gan_core.data.own.tables import is_number
from gan_core.errors import DataError
from gan_core.storage import files

Samples = npt.NDArray[np.float64]
MAX_FILE = 100_000_000  # bytes
MAX_SAMPLES = 20_000_000  # of all recordings: half an hour at 12 kHz
MAX_FILES = 1000
LEAST_WINDOWS = 10
TEST_SHARE = 0.1  # the end of each recording
LOUDEST = 0.9  # where the loudest of a thousand samples comes to lie, of full scale
CWRU = "_DE_time"  # how the drive end's recording is called in its .mat files


@dataclass(frozen=True)
class Recording:
    """Samples of one channel, and how many a second, 0 where the file does not say."""

    samples: Samples
    rate: float


@dataclass(frozen=True)
class Windows:
    """Windows uint8 `[n, length]` (0 is -1, 255 is 1), the class of each, names of the classes, samples a second."""

    signals: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    rate: float


def load(path: Path, split: str, length: int) -> Windows:
    """The windows of a split, 'train' or 'test', of the recordings at `path`. Raises DataError that names the file and what to do."""
    parts = {name: [read(file) for file in listed] for name, listed in _classes(path).items()}
    every = [one for recordings in parts.values() for one in recordings]
    rates = {one.rate for one in every if one.rate}
    if len(rates) > 1:
        raise DataError(
            f"{path.name!r} holds recordings of {', '.join(f'{rate:,g} Hz' for rate in sorted(rates))}; expected one rate in all."
        )
    if sum(len(one.samples) for one in every) > MAX_SAMPLES:
        raise DataError(f"{path.name!r} holds over {MAX_SAMPLES:,} samples. Take some away.")
    full = float(np.quantile(np.abs(np.concatenate([one.samples for one in every])), 0.999)) / LOUDEST
    if not full:
        raise DataError(f"{path.name!r} holds nothing but silence; there is nothing to learn.")
    signals, labels = [], []
    for label, recordings in enumerate(parts.values()):
        for one in recordings:
            begin = int(len(one.samples) * (1 - TEST_SHARE))
            chosen = cut(one.samples[:begin] if split == "train" else one.samples[begin:], length)
            signals.append(chosen)
            labels.append(np.full(len(chosen), label, np.int64))
    cuts = np.concatenate(signals)
    if len(cuts) < (LEAST_WINDOWS if split == "train" else 1):
        raise DataError(f"{path.name!r} gives {len(cuts)} windows of {length:,} samples to {split} with; expected {LEAST_WINDOWS} or more.")
    kept = np.rint((np.clip(cuts / full, -1, 1) + 1) * 127.5).astype(np.uint8)
    return Windows(kept, np.concatenate(labels), tuple(parts), rates.pop() if rates else vibration.RATE)


def cut(samples: Samples, length: int) -> Samples:
    """A recording as windows `[n, length]` that do not overlap, the loudest sample of each stretch a little after its window's begin."""
    before = min(vibration.TRIGGER, length // 4)
    pieces, at = [], 0
    while at + length <= len(samples):
        last = min(at + length, len(samples) - length + before + 1)  # where a window that fits can have its loudest
        loudest = at + before + int(np.argmax(np.abs(samples[at + before : last])))
        pieces.append(samples[loudest - before : loudest - before + length])
        at = loudest - before + length
    return np.stack(pieces) if pieces else np.empty((0, length))


def read(path: Path) -> Recording:
    """One recording, its mean taken away. Raises DataError."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path.name!r} is no recording; expected {', '.join(READERS)}.")
    with files.refusing(DataError, path.name, f"Expected a recording as {path.suffix.lower()}; save it again."):
        recording = reader(path)
        if recording.samples.size < 2 or not np.isfinite(recording.samples).all() or np.abs(recording.samples).max() > 1e100:
            raise ValueError("it holds no samples, or some that are no numbers")
    return Recording(recording.samples - recording.samples.mean(), recording.rate)


def _classes(path: Path) -> dict[str, list[Path]]:
    """The files of each class by its name."""
    if path.is_file():
        return {path.stem: [path]}
    listed = sorted(one for one in path.rglob("*") if one.suffix.lower() in READERS and one.is_file() and not one.name.startswith("."))
    if not listed or len(listed) > MAX_FILES:
        raise DataError(f"{path.name!r} holds {len(listed):,} recordings; expected 1 to {MAX_FILES:,} of {', '.join(READERS)}.")
    within = {one: one.relative_to(path) for one in listed}
    names = [inner.parts[0] if len(inner.parts) > 1 else inner.stem for inner in within.values()]
    return {name: [one for one, own in zip(listed, names, strict=True) if own == name] for name in dict.fromkeys(names)}


def _wav(path: Path) -> Recording:
    try:
        with wave.open(io.BytesIO(files.read_bytes(path, MAX_FILE))) as opened:
            width, channels, rate = opened.getsampwidth(), opened.getnchannels(), opened.getframerate()
            data = np.frombuffer(opened.readframes(min(opened.getnframes(), MAX_SAMPLES)), np.uint8)
    except (wave.Error, EOFError, RuntimeError, struct.error) as error:  # all that the module raises of a damaged file
        raise ValueError(str(error) or "it ends too early") from error
    if width not in (1, 2, 3, 4) or not 0 < rate <= 1_000_000:
        raise ValueError(f"it has samples of {width} bytes at {rate:,} a second; expected PCM of 1 to 4 bytes")
    frames = data[: len(data) // (width * channels) * width * channels].reshape(-1, channels, width)[:, 0]
    if width == 1:
        return Recording(frames[:, 0] / 128.0 - 1, float(rate))
    padded = np.zeros((len(frames), 4), np.uint8)
    padded[:, 4 - width :] = frames  # little-endian: the highest byte last
    return Recording(padded.view("<i4")[:, 0] / 2.0**31, float(rate))


def _npy(path: Path) -> Recording:
    return Recording(_channel(read_npy(path), path.name), 0.0)


def _csv(path: Path) -> Recording:
    """The last column that holds numbers: where there are two, the first is the time."""
    lines = files.read_bytes(path, MAX_FILE).decode("utf-8-sig").splitlines()
    rows = [line.replace(";", ",").replace("\t", ",").split(",") for line in lines if line.strip()]
    begin = 0 if rows and is_number(rows[0][-1]) else 1  # a head
    return Recording(np.array([float(row[-1]) for row in rows[begin:]], np.float64), 0.0)


def _mat(path: Path) -> Recording:
    """MATLAB's file up to version 7, by scipy. Version 7.3 is HDF5, which is not read, and cells and objects are no recordings."""
    from scipy.io import loadmat, whosmat

    data = files.read_bytes(path, MAX_FILE)
    if b"MATLAB 7.3" in data[:128] or data[:8] == b"\x89HDF\r\n\x1a\n":
        raise DataError(f"{path.name!r} is a MATLAB file of version 7.3; save it with save(..., '-v7') or as .csv.")
    try:
        plain = {name: shape for name, shape, kind in whosmat(io.BytesIO(data)) if kind in NUMERIC and 2 <= np.prod(shape) <= MAX_SAMPLES}
        name = next((one for one in plain if one.endswith(CWRU)), max(plain, key=lambda one: np.prod(plain[one]), default=None))
        if name is None:
            raise ValueError("it holds no array of numbers (cells, structures and objects are no recordings)")
        variable = loadmat(io.BytesIO(data), variable_names=[name])[name]
    except Exception as error:  # what scipy raises of a damaged file may be anything
        raise ValueError(files.shortened(str(error) or type(error).__name__, 200)) from error
    return Recording(_channel(np.asarray(variable), f"{name!r} of {path.name}"), 0.0)


NUMERIC = ("double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64")


def _channel(array: npt.NDArray[np.generic], what: str) -> Samples:
    """The first channel of an array `[n]`, `[n, channels]` or `[channels, n]`."""
    if array.dtype.kind not in "iuf" or array.ndim not in (1, 2) or not array.size or array.size > MAX_SAMPLES:
        raise ValueError(f"{what} is {array.dtype} of shape {list(array.shape)}; expected numbers [n] or [n, channels]")
    if array.ndim == 2:
        array = array[:, 0] if array.shape[0] >= array.shape[1] else array[0]
    return array.astype(np.float64)


READERS: dict[str, Callable[[Path], Recording]] = {".wav": _wav, ".csv": _csv, ".npy": _npy, ".mat": _mat}
