"""A checkpoint folder that comes as one zip file, such as the page gives it to take home.

A zip may come from a stranger: how many files it has, where they lie and what they unpack to is bounded before anything of it is unpacked, only
files that its config lists are read, and no link and no path out of the folder is followed (docs/formats.md, section 2).
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from gan_core.config import NAME_RULE
from gan_core.errors import CheckpointError
from gan_core.exchange.receiving import receive
from gan_core.model import checkpoint_config
from gan_core.model.checkpoints import Checkpoint
from gan_core.storage import files
from gan_core.storage.fields import Fields

MOST_PACKED = 32 * 2**20
MOST_BYTES = 64 * 2**20  # of what its config lists
MOST_FILES = 400
CONFIG = "config.json"
EXPECTED = "Expected the zip of a checkpoint folder, such as *Download* gives."
_ENTRY = b"PK\x01\x02"  # begins an entry of a zip's list
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def unpack(data: bytes, models: Path, name: str = "") -> Checkpoint:
    """The model of a zip file as a new checkpoint in the folder of models.

    Args:
        name: what it shall be called (default: as its folder in the zip); where one is called so already, it gets a number.
    Raises: CheckpointError.
    """
    what = files.shortened(name, 80) or "the file"
    if len(data) > MOST_PACKED:
        raise CheckpointError(f"{what} has {len(data):,} bytes; expected at most {MOST_PACKED:,}.")
    try:
        with files.refusing(CheckpointError, what, EXPECTED):
            if data.count(_ENTRY) > MOST_FILES:
                raise ValueError(f"it has over {MOST_FILES} files")
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                entries, inside = _listed(packed)
                raw_config = files.parse_json(_read(packed, entries, CONFIG, checkpoint_config.CONFIG_BYTES), CONFIG)
                config = checkpoint_config.parse_config(raw_config, what)
                if (total := sum(entry.bytes for entry in config.files.values())) > MOST_BYTES:
                    raise ValueError(f"its files have {total:,} bytes; expected at most {MOST_BYTES:,}")
                folder = free(
                    models, _clean(name) or _clean(inside) or _clean(str(Fields(raw_config, CONFIG).values().get("name", ""))) or "model"
                )
                return receive(
                    what, config, lambda file, most: _read(packed, entries, file, most), folder, "Download the model again.", uploaded=True
                )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise CheckpointError(
            f"{what} cannot be read: it is no zip file, or a damaged one ({files.shortened(str(error), 80)}). {EXPECTED}"
        ) from error


def _listed(packed: zipfile.ZipFile) -> tuple[dict[str, zipfile.ZipInfo], str]:
    """Its files by their path below the folder that holds config.json, and that folder's name, or ""."""
    entries = {}
    for entry in packed.infolist():
        path = entry.filename
        if path.endswith("/"):
            continue
        if path.startswith("/") or re.search(r"[\\\0:]", path) or any(part in ("", ".", "..") for part in path.split("/")):
            raise ValueError(f"{files.shortened(path, 80)!r} lies outside of its folder")
        if path in entries:
            raise ValueError(f"{files.shortened(path, 80)!r} is in it twice")
        entries[path] = entry
    configs = sorted((path for path in entries if PurePosixPath(path).name == CONFIG), key=lambda path: path.count("/"))
    if not configs:
        raise ValueError("there is no config.json in it")
    if len(configs) > 1 and configs[0].count("/") == configs[1].count("/"):
        raise ValueError("there are several models in it")
    above = configs[0].removesuffix(CONFIG)
    return {path.removeprefix(above): entry for path, entry in entries.items() if path.startswith(above)}, PurePosixPath(above).name


def _read(packed: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], file: str, most: int) -> bytes:
    """A file's bytes. Raises ValueError, and what zipfile raises, where it is missing, a link, encrypted or over `most`."""
    entry = entries.get(file)
    if entry is None:
        raise ValueError("it is not there")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise ValueError("it is a link")
    if entry.flag_bits & 1 or entry.compress_type not in _PACKED:
        raise ValueError("it is encrypted, or packed in a way that is not read here")
    with packed.open(entry) as stream:
        data = stream.read(most + 1)  # whatever the list says of its size
    if len(data) > most:
        raise ValueError(f"it has over {most:,} bytes")
    return data


def _clean(name: str) -> str:
    """A name in the letters that a folder may have, or ""."""
    letters = re.sub(r"[^a-z0-9_-]+", "-", name.lower().removesuffix(".zip"))[:48].strip("-_")
    return letters if NAME_RULE.fullmatch(letters) else ""


def free(models: Path, name: str) -> Path:
    """The folder of that name, with a number where there is one already. Raises CheckpointError where there are a hundred."""
    for candidate in (name, *(f"{name}-{number}" for number in range(2, 100))):
        if not (models / candidate).exists():
            return models / candidate
    raise CheckpointError(f"there are 99 models called {name}; choose another name.")
