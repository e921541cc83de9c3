"""Folders and zips of a person: sub-folders are classes, train and test are splits; or the one file of arrays that they hold."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from gan_core.data.own import arrays, pictures, readers
from gan_core.data.own.found import MAX_IMAGES, MAX_PIXELS, Found, check_count
from gan_core.data.own.pictures import SUFFIXES, Entry, Folder
from gan_core.data.own.sheet import Notes
from gan_core.data.own.wanted import Wanted
from gan_core.errors import DataError
from gan_core.kind import MOST_CLASSES, Kind

TRAIN_FOLDERS, TEST_FOLDERS = ("train", "training"), ("test", "testing", "val", "valid", "validation")


def read_folder(path: Path, wanted: Wanted, notes: Notes) -> Found:
    """A folder of pictures, or of one file of arrays or the few files of idx."""
    tree = pictures.of_folder(path)
    if held := tables_of(tree):
        return _read_tables([path / each.path for each in held], f"Folder {path.name!r}", wanted, notes)
    return of_tree(tree, f"Folder {str(path)!r}", wanted, notes)


def read_zip(path: Path, wanted: Wanted, notes: Notes) -> Found:
    """A zip of what a folder may hold. Pictures are read where they are; a file of arrays is unpacked into a folder that is gone afterwards."""
    with pictures.zip_of(path) as archive:
        tree = pictures.of_zip(archive, notes)
        if not (held := tables_of(tree)):
            return of_tree(tree, f"Zip {path.name!r}", wanted, notes)
        with tempfile.TemporaryDirectory(prefix="gan-own-") as folder:
            names = [each.path.name for each in held]
            if len(set(names)) < len(names):
                raise DataError(
                    f"Zip {path.name!r} holds two files of the same name among {', '.join(names[:6])}. Zip the one that is meant."
                )
            for each in held:
                pictures.unpack(archive, each.path, Path(folder) / each.path.name)
            return _read_tables([Path(folder) / name for name in names], f"Zip {path.name!r}", wanted, notes)


def tables_of(tree: Folder) -> list[Entry]:
    """The files of arrays, tables and idx in a tree that has no pictures at all."""
    if any(folder.pictures or folder.foreign for folder in tree.walk()):
        return []
    return [each for folder in tree.walk() for each in folder.tables]


def _read_tables(paths: list[Path], where: str, wanted: Wanted, notes: Notes) -> Found:
    """One file of arrays or a table among others, or idx files of one or two splits."""
    idx = [path for path in paths if path.suffix.lower() not in readers.READERS]
    if idx:
        return readers.read_idx_folder(where, idx, wanted, notes)
    meant = paths if len(paths) == 1 else [path for path in paths if path.stem.lower().startswith("train")]
    names = ", ".join(repr(path.name) for path in paths[:6])
    if len(meant) != 1:
        raise DataError(
            f"{where} holds {names}; expected one file with the pictures, or one whose name begins with 'train'. Give that file alone."
        )
    for left in paths:
        if left != meant[0]:
            notes.leave_out(left.name, f"{meant[0].name!r} is taken to hold the pictures. Give the other file alone if it is meant.")
    return readers.READERS[meant[0].suffix.lower()](meant[0], wanted, notes)


def of_tree(tree: Folder, where: str, wanted: Wanted, notes: Notes) -> Found:
    """The pictures of a tree of folders, its sub-folders as classes. Raises DataError."""
    groups = groups_of(tree, where, wanted.most)
    _note_others(tree, notes)
    entries = [entry for each, _ in groups for entry in each.pictures]
    if len(entries) * int(np.prod(wanted.shape)) > MAX_PIXELS:
        raise DataError(
            f"{where} holds {len(entries):,} pictures, which as {Kind.of(wanted.shape)} are over {MAX_PIXELS:,} bytes. Take some away."
        )
    images, kept = pictures.read(entries, wanted, notes, where)
    names = class_names([each.name for each, _ in groups])
    owner = np.repeat([names.index(each.name) if names else 0 for each, _ in groups], [len(each.pictures) for each, _ in groups])[kept]
    test = np.repeat([test for _, test in groups], [len(each.pictures) for each, _ in groups])[kept].astype(bool)
    if test.any():
        notes.say("The data bring their own test pictures: the folder called like one (test, val, ...) is held out.")
    return Found(images, owner.astype(np.int64) if names else None, arrays.class_names(list(names)), test if test.any() else None)


def class_names(folders: list[str]) -> tuple[str, ...]:
    """The names of the classes in order, 2 before 10 where all are numbers; () where the pictures lie in one folder, or loose."""
    names = list(dict.fromkeys(folders))
    if len(names) < 2:
        return ()
    return tuple(_in_order(names))


def _in_order(names: list[str]) -> list[str]:
    numbers = all(name.isdecimal() for name in names)
    return sorted(names, key=lambda name: (int(name) if numbers else 0, name))


def groups_of(tree: Folder, where: str, most: int = MAX_IMAGES) -> list[tuple[Folder, bool]]:
    """The folders with pictures, and whether each is of the test pictures. Raises DataError.

    A folder that holds nothing but one folder is that folder; train/ and test/ are two splits; sub-folders are classes.
    """
    while not tree.pictures and len(tree.folders) == 1:
        tree = next(iter(tree.folders.values()))
    splits = {name: name.lower() in TEST_FOLDERS for name in tree.folders if name.lower() in (*TRAIN_FOLDERS, *TEST_FOLDERS)}
    if (
        splits
        and len(splits) == len([each for each in tree.folders.values() if any(part.pictures for part in each.walk())])
        and len(set(splits.values())) == 2
    ):
        groups = [(each, test) for name, test in splits.items() for each in _classes(tree.folders[name], where, "")]
    else:
        groups = [(each, False) for each in _classes(tree, where, tree.name)]
    if len({each.name for each, _ in groups}) > MOST_CLASSES:
        raise DataError(f"{where} has {len(groups):,} sub-folders with pictures; expected at most {MOST_CLASSES:,} classes.")
    count = sum(len(each.pictures) for each, _ in groups)
    check_count(count, f"{where} holds", f"pictures ({', '.join(SUFFIXES)})" + _others(tree, count), most)
    return groups


def _classes(folder: Folder, where: str, name: str) -> list[Folder]:
    """The folder itself where its pictures are loose, else the sub-folders that hold pictures, by name. Raises DataError for both."""
    classes = [each for each in folder.folders.values() if each.pictures]
    if folder.pictures and classes:
        raise DataError(
            f"{where} holds pictures ({folder.pictures[0].path.name!r}, ...) beside sub-folders of pictures ({classes[0].name!r}, ...); "
            "expected either pictures alone or a sub-folder for each class. Move the loose pictures into a sub-folder, or out."
        )
    if not classes:
        return [replace(folder, name=name)]
    return [folder.folders[each] for each in _in_order([each.name for each in classes])]


def _others(tree: Folder, counted: int) -> str:
    """What a folder holds in the place of pictures, for its error: pictures of kinds that are not read, or that lie deeper."""
    foreign: dict[str, int] = {}
    for folder in tree.walk():
        for suffix, count in folder.foreign.items():
            foreign[suffix] = foreign.get(suffix, 0) + count
    if foreign:
        kinds = ", ".join(f"{count:,} {suffix} files" for suffix, count in sorted(foreign.items()))
        return f" and {kinds}, which are not read (save them as .png)"
    if recorded := sum(len(folder.recordings) for folder in tree.walk()):
        return f" and {recorded:,} recordings, which a family of signals learns (wave)"
    deeper = sum(len(folder.pictures) for folder in tree.walk()) - counted
    return f", and {deeper:,} deeper in it (give the path of the folder whose sub-folders are the classes)" if deeper else ""


def _note_others(tree: Folder, notes: Notes) -> None:
    for folder in tree.walk():
        for suffix, count in folder.foreign.items():
            notes.leave_out(f"{count:,} {suffix} files", "such files are not read. Save them as .png.")
        if tables_there := [each.path.name for each in folder.tables] + [
            name for name in folder.others if name.lower().endswith((".tsv", ".xlsx"))
        ]:
            notes.say(f"{tables_there[0]!r} is not read: classes are told by sub-folders, one for each.")
