"""One recording out of a file: WAV, CSV, .npy or MATLAB's .mat (as the Case Western Reserve University gives its bearings)."""

from __future__ import annotations

import io
import struct
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gan_core.data.npz import read_npy
from gan_core.data.own.tables import is_number
from gan_core.errors import DataError
from gan_core.storage import files

Samples = npt.NDArray[np.float64]
MAX_FILE = 100_000_000  # bytes
MAX_SAMPLES = 20_000_000  # of all recordings: half an hour at 12 kHz
CWRU = "_DE_time"  # how the drive end's recording is called in its .mat files


@dataclass(frozen=True)
class Recording:
    """Samples of one channel, and how many a second, 0 where the file does not say."""

    samples: Samples
    rate: float


def read(path: Path) -> Recording:
    """The first channel of one recording, its mean taken away. Raises DataError."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(f"{path.name!r} is no recording; expected {', '.join(READERS)}.")
    with files.refusing(DataError, path.name, f"Expected a recording as {path.suffix.lower()}; save it again."):
        recording = reader(path)
        if recording.samples.size < 2 or not np.isfinite(recording.samples).all() or np.abs(recording.samples).max() > 1e100:
            raise ValueError("it holds no samples, or some that are no numbers")
    return Recording(recording.samples - recording.samples.mean(), recording.rate)


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
