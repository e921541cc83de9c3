"""A person's own recordings of signals, alone, in a folder or in a zip: cut into windows, with a sheet of what was understood.

A folder of folders is one class a folder, a folder of files one class a file, a file alone one class. Every recording is cut into windows
of the model's length; each begins shortly before its loudest sample, as an oscilloscope triggers, so that windows can be laid over each
other. All are scaled alike, by what is loudest in all of them: how loud a class is belongs to it.
"""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import numpy.typing as npt

from gan_core.data import vibration
from gan_core.data.own import arrays, pictures
from gan_core.data.own.reading import FINGERPRINT, Examined, first_of_each
from gan_core.data.own.sheet import Notes, Sheet
from gan_core.data.recording_files import MAX_SAMPLES, READERS, Recording, Samples, read
from gan_core.errors import DataError
from gan_core.kind import MOST_CLASSES, Kind
from gan_core.preparation import Preparation

MAX_FILES = 1000
LEAST_WINDOWS = 10
TEST_SHARE = 0.1  # the end of each recording
LOUDEST = 0.9  # where the loudest of a thousand samples comes to lie, of full scale


@dataclass(frozen=True)
class RecordingSheet(Sheet):
    """What was understood of recordings; `sizes` and `ink` are those of pictures.

    Args:
        recordings: how many there are; `seconds`: how long they are together.
        rate_is_told: whether the files say how many samples a second they have.
    """

    recordings: int = 0
    seconds: float = 0.0
    rate_is_told: bool = False

    def __str__(self) -> str:
        """Lines for people."""
        classes = ", ".join(f"{name} ({count:,})" for name, count in zip(self.kind.classes, self.of_class, strict=True))
        lines = [
            f"recordings {self.recordings:,}, {self.seconds:,.1f} s at {self.kind.rate:,g} Hz"
            + ("" if self.rate_is_told else " (taken for it)"),
            f"windows    {self.count:,}: {self.train:,} to learn from, {self.test:,} held out",
            f"learned as {self.kind}" + (f" ({self.prepare})" if self.prepare else ""),
            f"classes    {len(self.of_class)}: {classes}",
            *(f"left out   {one.name}: {one.why}" for one in self.left_out),
            *(f"note       {note}" for note in self.notes),
        ]
        return "\n".join(lines)


@dataclass(frozen=True)
class Windows:
    """Windows uint8 `[n, length]` (0 is -1, 255 is 1), the class of each, names of the classes, samples a second, and what was understood."""

    signals: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    classes: tuple[str, ...]
    rate: float
    sheet: RecordingSheet


def load(path: Path, split: str, length: int, prepare: str = "") -> Windows:
    """The windows of a split, 'train' or 'test', of the recordings at `path`. Raises DataError that names the file and what to do; ConfigError."""
    made, test = _read(path, length, Preparation.of(prepare))
    chosen = test == (split == "test")
    if not chosen.any():
        raise DataError(f"{path.name!r} gives 0 windows of {length:,} samples to {split} with; expected 1 or more. Give longer recordings.")
    return Windows(made.signals[chosen], made.labels[chosen], made.classes, made.rate, made.sheet)


def look_at(path: Path, length: int, prepare: str = "", most: int | None = None) -> Examined:
    """What is understood of the recordings at `path`, with windows to look at; more than `most` are refused. Errors as for `load`."""
    made, _ = _read(path, length, Preparation.of(prepare))
    if most is not None and len(made.signals) > most:
        raise DataError(f"{path.name!r} gives {len(made.signals):,} windows; expected at most {most:,}. Give fewer or shorter recordings.")
    first = first_of_each(made.labels, len(made.labels))
    return Examined(made.sheet, made.signals[first], made.labels[first])


def _read(path: Path, length: int, preparation: Preparation) -> tuple[Windows, npt.NDArray[np.bool_]]:
    """All windows, and which of them are held out."""
    preparation.check("signal")
    notes = Notes()
    with _there(path, notes) as files:
        parts = _classes(path, files, preparation, notes)
    every = [one for recordings in parts.values() for one in recordings]
    rate, told = _rate(path, every, preparation, notes)
    if sum(len(one.samples) for one in every) > MAX_SAMPLES:
        raise DataError(f"{path.name!r} holds over {MAX_SAMPLES:,} samples. Take some away.")
    signals, labels, test = _windows(parts, length, 1 / preparation.hold_every if preparation.hold_every else TEST_SHARE)
    if (~test).sum() < LEAST_WINDOWS:
        raise DataError(
            f"{path.name!r} gives {(~test).sum()} windows of {length:,} samples to train with; expected {LEAST_WINDOWS} or more. "
            "Give longer recordings, or more of them."
        )
    full = float(np.quantile(np.abs(np.concatenate([one.samples for one in every])), 0.999)) / LOUDEST
    if not full:
        raise DataError(f"{path.name!r} holds nothing but silence; there is nothing to learn.")
    kept = np.rint((np.clip(signals / full, -1, 1) + 1) * 127.5).astype(np.uint8)
    classes = arrays.class_names(list(parts))
    kind = Kind.of((length, 1), classes, rate)
    of_class = tuple(np.bincount(labels, minlength=len(classes)).tolist())
    sheet = RecordingSheet(
        path.suffix[1:].lower() if path.is_file() else "folder", kind, int((~test).sum()), int(test.sum()), of_class, left_out=tuple(notes.left_out),
        left_out_count=notes.count, notes=tuple(notes.notes), prepare=str(preparation), fingerprint=_fingerprint(kept, labels, test, classes),
        recordings=len(every), seconds=sum(len(one.samples) for one in every) / rate, rate_is_told=told,
    )  # fmt: skip
    return Windows(kept, labels, classes, rate, sheet), test


@contextlib.contextmanager
def _there(path: Path, notes: Notes) -> Iterator[list[tuple[PurePosixPath, Path]]]:
    """The recordings at `path`: where each lies below it, and its file; those of a zip are unpacked into a folder that is gone afterwards."""
    if path.is_file() and path.suffix.lower() != ".zip":
        yield [(PurePosixPath(path.name), path)]
        return
    if path.is_dir():
        tree = pictures.of_folder(path)
        inner = _inner(path, tree)
        yield [(each, path / each) for each in inner]
        return
    with pictures.zip_of(path) as archive, tempfile.TemporaryDirectory(prefix="gan-own-") as folder:
        inner = _inner(path, pictures.of_zip(archive, notes))
        for number, each in enumerate(inner):
            (target := Path(folder) / str(number)).mkdir()
            pictures.unpack(archive, each, target / each.name)
        yield [(each, Path(folder) / str(number) / each.name) for number, each in enumerate(inner)]


def _inner(path: Path, tree: pictures.Folder) -> list[PurePosixPath]:
    """Where the recordings of a tree lie, those of a folder that holds nothing but one folder as if that were given. Raises DataError."""
    listed = [each.path for folder in tree.walk() for each in (*folder.tables, *folder.recordings) if each.path.suffix.lower() in READERS]
    if not 1 <= len(listed) <= MAX_FILES:
        shown = sum(len(folder.pictures) for folder in tree.walk())
        others = f" It holds {shown:,} pictures; choose a family that draws pictures for those." if shown else ""
        raise DataError(f"{path.name!r} holds {len(listed):,} recordings; expected 1 to {MAX_FILES:,} of {', '.join(READERS)}.{others}")
    return sorted(listed)


def _classes(path: Path, files: list[tuple[PurePosixPath, Path]], preparation: Preparation, notes: Notes) -> dict[str, list[Recording]]:
    """The recordings of each class by its name. One bad file among many is left out and named. Raises DataError."""
    names = _names(path, [inner for inner, _ in files], by_file=bool(preparation.classes))
    parts: dict[str, list[Recording]] = {}
    for name, (inner, file) in zip(names, files, strict=True):
        try:
            parts.setdefault(name, []).append(read(file))
        except DataError as error:
            if len(files) == 1:
                raise
            notes.leave_out(str(inner), str(error).removeprefix(f"{file.name}: "))
    if (bad := len(files) - sum(map(len, parts.values()))) > pictures.MOST_BAD * len(files):
        last = notes.left_out[-1]
        raise DataError(f"{path.name!r}: {bad:,} of {len(files):,} recordings cannot be read, such as {last.name!r} ({last.why}).")
    parts = {name: recordings for name, recordings in parts.items() if recordings}
    if len(parts) > MOST_CLASSES:
        raise DataError(
            f"{path.name!r} has {len(parts):,} classes; expected at most {MOST_CLASSES:,}. Put recordings of one class into one folder."
        )
    return parts


def _names(path: Path, inner: list[PurePosixPath], by_file: bool) -> list[str]:
    """The class of each: its first folder, of loose files, or where asked for, the file's own name.

    Folders that all lie in are none, be it by others in them, or by the name of the zip, as a folder that somebody zipped has it.
    """
    parts = [each.parts for each in inner]
    while len({part[0] for part in parts}) == 1 and min(map(len, parts)) > (1 if parts[0][0] == path.stem and path.is_file() else 2):
        parts = [part[1:] for part in parts]
    return [part[0] if len(part) > 1 and not by_file else PurePosixPath(part[-1]).stem for part in parts]


def _rate(path: Path, every: list[Recording], preparation: Preparation, notes: Notes) -> tuple[float, bool]:
    """Samples a second, and whether the files say so. Raises DataError for several rates."""
    rates = {one.rate for one in every if one.rate}
    if len(rates) > 1:
        raise DataError(
            f"{path.name!r} holds recordings of {', '.join(f'{rate:,g} Hz' for rate in sorted(rates))}; expected one rate in all."
        )
    if rates:
        return rates.pop(), True
    rate = preparation.samples_a_second or vibration.RATE
    if not preparation.rate:
        notes.say(
            f"The files do not say how many samples a second they have; {rate:,g} are taken for it (--prepare rate-48000 says another)."
        )
    return rate, False


def _windows(parts: dict[str, list[Recording]], length: int, held: float) -> tuple[Samples, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Windows of every recording `[n, length]`, the class of each, and whether it is of the recording's end."""
    signals, labels, test = [np.empty((0, length))], [np.empty(0, np.int64)], [np.empty(0, bool)]
    for label, recordings in enumerate(parts.values()):
        for one in recordings:
            begin = int(len(one.samples) * (1 - held))
            for end, samples in ((False, one.samples[:begin]), (True, one.samples[begin:])):
                chosen = cut(samples, length)
                signals.append(chosen)
                labels.append(np.full(len(chosen), label, np.int64))
                test.append(np.full(len(chosen), end))
    return np.concatenate(signals), np.concatenate(labels), np.concatenate(test)


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


def _fingerprint(
    signals: npt.NDArray[np.uint8], labels: npt.NDArray[np.int64], test: npt.NDArray[np.bool_], classes: tuple[str, ...]
) -> str:
    """Of what is learned: other windows, classes or another split have another one."""
    digest = hashlib.sha256(repr((signals.shape, classes)).encode())
    for array in (signals, test, labels):
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()[:FINGERPRINT]
