"""Picture files of a person: in a folder or in a zip, which may hold anything. One bad file among many is left out and named."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from gan_core.data import photos
from gan_core.data.own import tables
from gan_core.data.own.sheet import Notes
from gan_core.data.own.wanted import Wanted
from gan_core.errors import DataError
from gan_core.imaging import decoding
from gan_core.storage import files

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
TABLES = (".npz", ".npy", ".csv")  # beside idx files, which tables.is_idx knows
RECORDINGS = (".wav", ".mat")  # which are no pictures; tables may be recordings, too
FOREIGN = (
    ".tif",
    ".tiff",
    ".heic",
    ".heif",
    ".avif",
    ".pgm",
    ".ppm",
    ".pnm",
    ".svg",
    ".jp2",
    ".dcm",
    ".pdf",
    ".ico",
    ".psd",
)  # pictures that are not read
SAME_ASPECT = 1.02  # pictures whose width : height differ by less are resized alike
MOST_FILES = 300_000  # in a zip
DEEPEST = 4  # folders in each other that are looked into
MOST_DIRECTORY = 64_000_000  # bytes of a zip's list of files
MOST_UNPACKED = 4 * 2**30
UNPACKED_AT_ONCE = 2**20  # bytes
MOST_BAD = 0.5  # share of files that may be damaged; where more are, the data are not what they seem
DEEP = 255, 4095, 65_535  # the value that is white, of pictures with 16 bits a pixel: what 8, 12 and 16 bits can hold
_HERE = PurePosixPath()
SAMPLED = 60  # pictures with transparency from which the ground behind all of them is decided


@dataclass(frozen=True)
class Entry:
    """A file: its path below the data, and how its bytes, or what Pillow opens, are had."""

    path: PurePosixPath
    read: Callable[[], bytes | Path]


@dataclass
class Folder:
    """A folder of the data: the pictures in it by name, its sub-folders, and how many other files it holds."""

    name: str
    pictures: list[Entry] = field(default_factory=list)
    folders: dict[str, Folder] = field(default_factory=dict)
    foreign: dict[str, int] = field(default_factory=dict)  # pictures of kinds that are not read, by their endings
    tables: list[Entry] = field(default_factory=list)  # files of arrays, tables and idx
    recordings: list[Entry] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def below(self, path: PurePosixPath) -> Folder:
        """The sub-folder of that path, made where it is new."""
        folder = self
        for part in path.parts:
            folder = folder.folders.setdefault(part, Folder(part))
        return folder

    def add(self, entry: Entry) -> None:
        """A file, of whatever kind."""
        suffix = entry.path.suffix.lower()
        if suffix in SUFFIXES:
            self.pictures.append(entry)
        elif suffix in FOREIGN:
            self.foreign[suffix] = self.foreign.get(suffix, 0) + 1
        elif suffix in TABLES or tables.is_idx(entry.path.name):
            self.tables.append(entry)
        elif suffix in RECORDINGS:
            self.recordings.append(entry)
        else:
            self.others.append(entry.path.name)

    def walk(self) -> Iterator[Folder]:
        """Itself and every folder below."""
        yield self
        for folder in self.folders.values():
            yield from folder.walk()


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in ("__MACOSX", "Thumbs.db", "desktop.ini")


def of_folder(folder: Path, deepest: int = DEEPEST, below: PurePosixPath = _HERE) -> Folder:
    """The tree of a folder, at most `deepest` folders down; `scandir` knows what is a file without asking the disk for each."""
    tree = Folder(folder.name)
    with os.scandir(folder) as entries:
        listed = sorted(entries, key=lambda entry: entry.name)
    for each in listed:
        if _is_hidden(each.name):
            continue
        if each.is_dir():
            if deepest and not each.name.startswith("__"):
                tree.folders[each.name] = of_folder(Path(each.path), deepest - 1, below / each.name)
        elif each.is_file():
            tree.add(Entry(below / each.name, lambda path=Path(each.path): path))  # type: ignore[misc]
    return tree


def of_zip(archive: zipfile.ZipFile, notes: Notes) -> Folder:
    """The tree of a zip. Nothing is unpacked onto the disk, so a path in it can lead nowhere. Raises DataError for one that is no heap of pictures."""
    listed = archive.infolist()
    if len(listed) > MOST_FILES:
        raise DataError(f"it holds {len(listed):,} files; expected at most {MOST_FILES:,}. Zip fewer pictures.")
    if sum(member.file_size for member in listed) > MOST_UNPACKED:
        raise DataError(f"it would unpack to over {MOST_UNPACKED:,} bytes. Zip fewer or smaller pictures.")
    if any(member.flag_bits & 1 for member in listed):
        raise DataError("it is locked with a password. Zip the pictures without one.")
    tree = Folder("")
    for member in sorted(listed, key=lambda member: member.filename):
        path = PurePosixPath(member.filename.replace("\\", "/"))
        parts = path.parts
        if ".." in parts or path.is_absolute():
            notes.leave_out(member.filename, "its path leads out of the zip.")
            continue
        # the number of parts first: zipfile asks for the last letter of a name, and a stranger's may have none
        if not 1 <= len(parts) <= DEEPEST + 1 or member.is_dir() or any(_is_hidden(part) for part in parts):
            continue
        tree.below(PurePosixPath(*parts[:-1])).add(Entry(PurePosixPath(*parts), lambda member=member: _unpacked(archive, member)))  # type: ignore[misc]
    return tree


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a file in a zip, never more than its entry says. Raises DataError."""
    if member.file_size > decoding.MAX_BYTES:
        raise DataError(f"it is a file of {member.file_size:,} bytes; expected at most {decoding.MAX_BYTES:,}. Save it smaller.")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError("it is packed in a way that few programs know. Zip it again.")
    with decoding.reading("it is damaged in the zip", "Zip it again."), archive.open(member) as file:
        return file.read(member.file_size + 1)[: member.file_size]


def unpack(archive: zipfile.ZipFile, path: PurePosixPath, target: Path) -> None:
    """Write a file of arrays out of a zip, never more of it than its entry says. Raises DataError."""
    member = next(each for each in archive.infolist() if each.filename.replace("\\", "/") == str(path))
    if member.file_size > tables.MOST_CSV:
        raise DataError(
            f"{path.name!r} would unpack to {member.file_size:,} bytes; expected at most {tables.MOST_CSV:,}. Save fewer pictures."
        )
    left = member.file_size
    with decoding.reading(f"{path.name!r} is damaged in the zip", "Zip it again."), archive.open(member) as file, open(target, "xb") as out:
        while left and (part := file.read(min(left, UNPACKED_AT_ONCE))):
            out.write(part)
            left -= len(part)


def read(entries: list[Entry], wanted: Wanted, notes: Notes, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 `[n, h, w]` or `[n, h, w, 3]` of the wanted shape, and which of the entries they are, int `[n]`.

    Raises: DataError where pictures are of different shapes, or where more files are damaged than not.
    """
    shape = wanted.shape
    seen = [_looked_at(entry, notes) for entry in entries]
    if not wanted.preparation.fit:
        _check_shapes(entries, [look.size if look else None for look in seen], where)
    deepest = _white_of_deep(entries, seen, notes)
    behind = _ground_of_transparent(entries, seen, notes)
    images = np.empty((len(entries), *(shape[:2] if shape[2] == 1 else shape)), np.uint8)
    kept: list[int] = []
    for number, (entry, look) in enumerate(zip(entries, seen, strict=True)):
        if look is None:
            continue
        try:
            images[len(kept)], _ = photos.read_sample(entry.read(), shape, f"Picture {str(entry.path)!r}", behind, deepest, wanted.fit)
        except DataError as error:
            notes.leave_out(str(entry.path), _why(error, entry))
            continue
        notes.saw(look.size)
        kept.append(number)
    if len(kept) < (1 - MOST_BAD) * len(entries):
        first = notes.left_out[0] if notes.left_out else None
        raise DataError(f"{where}: {len(entries) - len(kept):,} of {len(entries):,} pictures cannot be read"
                        + (f", such as {first.name!r} ({first.why})" if first else "") + ". Save them anew and try again.")  # fmt: skip
    if any(look and look.moving for look in seen):
        notes.say("Of moving pictures the first frame is taken.")
    return wanted.inked(images[: len(kept)]), np.array(kept, np.int64)


@dataclass(frozen=True)
class _Look:
    """What the header of a picture says: (width, height) upright, whether it has 16 bits a pixel, transparency, several frames."""

    size: tuple[int, int]
    deep: bool
    transparent: bool
    moving: bool


def _looked_at(entry: Entry, notes: Notes) -> _Look | None:
    try:
        source = entry.read()
        if (isinstance(source, Path) and not source.stat().st_size) or source == b"":
            raise DataError("it is empty. Save it anew, or take it out.")
        with photos.opened(source, f"Picture {str(entry.path)!r}") as picture:
            return _Look(
                photos.upright_size(picture),
                picture.mode.startswith("I"),
                picture.has_transparency_data,
                getattr(picture, "is_animated", False),
            )
    except (DataError, OSError) as error:
        notes.leave_out(str(entry.path), _why(error, entry))
        return None


def _why(error: Exception, entry: Entry) -> str:
    """Without the name of the file, which stands before it already."""
    return str(error).removeprefix(f"Picture {str(entry.path)!r} ")


def _check_shapes(entries: list[Entry], sizes: list[tuple[int, int] | None], where: str) -> None:
    """Different sizes of one shape are the same picture once resized; different shapes would be squeezed or padded unlike each other."""
    known = [size for size in sizes if size]
    if not known:
        return
    shapes, counts = np.unique(np.array(known), axis=0, return_counts=True)
    width, height = (int(side) for side in shapes[counts.argmax()])
    for entry, size in zip(entries, sizes, strict=True):
        if size and not 1 / SAME_ASPECT <= (size[0] * height) / (size[1] * width) <= SAME_ASPECT:
            raise DataError(
                f"{where}: picture {str(entry.path)!r} is {size[0]} x {size[1]}, most of the others are {width} x {height}: expected one size, "
                "or sizes of one shape (width : height). Crop it like the others, take it out, or have all of them padded or cropped (--prepare pad, "
                "or crop)."
            )


def _white_of_deep(entries: list[Entry], seen: list[_Look | None], notes: Notes) -> int:
    """Which value is white where pictures have 16 bits a pixel: cameras and microscopes fill 12 of them, some programs only 8."""
    deep = [entry for entry, look in zip(entries, seen, strict=True) if look and look.deep]
    largest = 0
    for entry in deep:
        try:
            with decoding.reading("it", ""), photos.opened(entry.read(), str(entry.path)) as picture:
                largest = max(largest, int(np.asarray(picture).max()))
        except DataError:
            continue  # told where it is read
    white = next(value for value in DEEP if largest <= value or value == DEEP[-1])
    if deep:
        notes.say(f"{len(deep):,} pictures have 16 bits a pixel, the brightest is {largest:,}: white is taken as {white:,}.")
    return white


def _ground_of_transparent(entries: list[Entry], seen: list[_Look | None], notes: Notes) -> float | None:
    """One ground for all transparent pictures: the opposite of their ink, so that no colour of it decides for itself."""
    clear = [entry for entry, look in zip(entries, seen, strict=True) if look and look.transparent]
    if not clear:
        return None
    ink, weight, edges = 0.0, 0.0, 0
    few = [clear[i] for i in np.unique(np.linspace(0, len(clear) - 1, min(SAMPLED, len(clear))).astype(int))]
    for entry in few:
        try:
            with decoding.reading("it", ""), photos.opened(entry.read(), str(entry.path)) as picture:
                pixels = np.asarray(picture.convert("RGBA").resize((64, 64), Image.Resampling.NEAREST), np.float32)
        except DataError:
            continue
        alpha = pixels[..., 3] / 255
        ink, weight = ink + float((pixels[..., :3].mean(axis=2) * alpha).sum()), weight + float(alpha.sum())
        edges += int(np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]]).mean() > 0.5)
    if edges > len(few) / 2:
        return None  # the ground is there, and only some corners are clear
    ground = 255.0 if ink < 127.5 * weight else 0.0
    notes.say(f"{len(clear):,} pictures are transparent: all of them are put on {'white' if ground else 'black'}.")
    return ground


def zip_of(path: Path) -> zipfile.ZipFile:
    """An opened zip whose list of files, which `zipfile` reads all at once, is not too long. Raises DataError, OSError or BadZipFile.

    Format: APPNOTE.TXT of PKWARE, 4.3.14 to 4.3.16.
    """
    files.check_regular(path, MOST_UNPACKED)
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 65_700))  # the end, its 64-bit form before it, and the longest remark behind
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        raise DataError("it is no zip, or cut off. Zip it again.")
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        record = tail[at - 76 : at - 20] if at >= 76 else b""  # the 64-bit end, which lies right before its own place
        length = int.from_bytes(record[40:48], "little") if record.startswith(b"PK\x06\x06") else MOST_DIRECTORY + 1
    if length > MOST_DIRECTORY:
        raise DataError(f"its list of files is over {MOST_DIRECTORY:,} bytes long. Zip fewer pictures.")
    return zipfile.ZipFile(path)
