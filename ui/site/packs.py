"""The packed pictures that a page trains on, as `pictures.json` lists them (docs/formats.md, section 5), for both builds."""

from __future__ import annotations

import logging
from typing import TypedDict

from gan_core.data import packed
from gan_core.errors import DataError

FILE = "pictures.bin"


class PackEntry(TypedDict):
    """A packed set: its name, what it is for people, how many pictures and bytes, and its address, which changes with its content."""

    name: str
    title: str
    attribution: str
    train: object
    bytes: int
    url: str


def address(pack: packed.Packed) -> str:
    """Where the browser finds it, relative to the page."""
    return f"gan/pictures/{pack.name}/{pack.version}/{FILE}"


def found() -> list[packed.Packed]:
    """The sets that can be had on this machine; one that is damaged is left out, and its reason logged."""
    packs = []
    for name in packed.available():
        try:
            packs.append(packed.pack(name))
        except DataError as error:
            logging.getLogger(__name__).warning("no packed pictures: %s", error)
    return packs


def listed() -> dict[str, list[PackEntry]]:
    """The answer of `gan/pictures.json`."""
    return {"sets": [_entry(pack) for pack in found()]}


def _entry(pack: packed.Packed) -> PackEntry:
    about = pack.header
    return {"name": pack.name, "title": str(about["title"]), "attribution": str(about["attribution"]), "train": about["train"],
            "bytes": len(pack.data), "url": address(pack)}  # fmt: skip
