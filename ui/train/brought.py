"""Data that a person has brought to the page: kept for that person alone below the folder of runs, for hours, and read by a process of their own.

    runs/.brought/<id>/about.json      whose it is, and what was understood of it when it was last looked at
    runs/.brought/<id>/own/letters.zip what came

A run that learns from it takes it along into its own folder (gan_core/runs/learned.py). Reading is `python -m gan_core data`, with an end and a
bound on memory from outside: whatever a file does to its reader, the page goes on.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gan_core import families, runs
from gan_core.config import ModelConfig
from gan_core.errors import ConfigError, DataError, RunError
from gan_core.kind import MOST_CLASSES, RATES, Kind, check_classes, shape_of_text, text_of_shape
from gan_core.preparation import LONGEST, Preparation
from gan_core.runs import learned
from gan_core.storage import files
from gan_core.storage.fields import Fields
from ui.settings import Settings
from ui.train import access

FOLDER = ".brought"
PREFIX = "own:"  # of a data set's name in the form
MB = 2**20
MOST_BYTES, MOST_VISITORS_BYTES = 96 * MB, 16 * MB
MOST_PICTURES, MOST_VISITORS_PICTURES = 100_000, 10_000
MOST_HERE = 16  # of all people together
KEPT_SECONDS = 2 * 3600.0  # since it was last looked at or trained on
READ_SECONDS = 25.0
READ_MEMORY = 2048  # MB
LOOK_SECONDS = 60.0  # between two looks for what is too old
LONGEST_NAME = 60
_ID = re.compile(r"[0-9a-f]{32}")
_UNSUITED = re.compile(r"[^\w .()+-]")
_reading = threading.Lock()
_swept = 0.0


@dataclass(frozen=True)
class Brought:
    """Data that are here, as they were last looked at: what a training of them is told. `shape` is () for the preset's own.

    `kind`: as what they were looked at, pictures or signals, whose `rate` is that of the recordings.
    """

    path: Path
    prepare: str
    shape: tuple[int, ...]
    pictures: int
    classes: tuple[str, ...]
    kind: str = "picture"
    rate: float = 0.0


# ---- coming


def take(settings: Settings, request: access.Asks, name: str, body: bytes) -> dict[str, object]:
    """`POST gan/own?name=...`: begin to bring data; what the same browser had brought before is gone.

    Args:
        name: of the file; its ending says what it is.
        body: the first part of it.
    Returns: `{"own": id, "bytes": that are here}`.
    Raises: Forbidden, DataError.
    """
    owner = _owner(settings, request)
    root = settings.runs / FOLDER
    with _disk():
        sweep(settings, now=True)
        for folder in _folders(root):
            if _about(folder).get("owner") == owner:
                shutil.rmtree(folder, ignore_errors=True)
        if len(_folders(root)) >= MOST_HERE:
            raise DataError(
                f"{MOST_HERE} people have pictures here already. Theirs go after {KEPT_SECONDS / 3600:g} hours; try again later."
            )
        folder = root / secrets.token_hex(16)
        (folder / learned.OWN).mkdir(parents=True)
        file = _safe_name(name)
        (folder / learned.OWN / file).touch()
        _write(folder, {"owner": owner, "file": file})
        return _append(settings, request, folder, body)


def add(settings: Settings, request: access.Asks, name: str, body: bytes) -> dict[str, object]:
    """`POST gan/own/<id>/part`: the next part of it. Arguments, answer and errors as `take`.

    What was looked at once stays as it is: a run may share the file, and what is trained on is what was looked at.
    """
    access.may_start_by(settings, request)
    with _disk():
        folder = _theirs(settings, access.key_of(settings, request), name)
        if _about(folder).get("looked"):
            raise DataError("these pictures were looked at already, so nothing can be added to them. Bring all of them again.")
        return _append(settings, request, folder, body)


def _append(settings: Settings, request: access.Asks, folder: Path, body: bytes) -> dict[str, object]:
    path = _path(folder)
    most = MOST_BYTES if access.has_control(settings, access.key_of(settings, request)) else MOST_VISITORS_BYTES
    size = path.stat().st_size + len(body)
    if size > most:
        shutil.rmtree(folder, ignore_errors=True)
        raise DataError(
            f"it has over {most // MB} MB, which is the most that can be brought here. Take fewer pictures, or save them smaller."
        )
    with open(path, "ab") as file:
        file.write(body)
    return {"own": folder.name, "bytes": size}


# ---- being looked at


def act(settings: Settings, request: access.Asks, name: str, body: object) -> dict[str, object]:
    """`POST gan/own/<id>`: look at what was brought, or take it away.

    Args:
        body: `{"do": "look", "family", "preset", "shape": "28x28x1" or "" for the preset's, "prepare"}` or `{"do": "delete"}`.
    Returns: of a look `{"own", "name", "shape", "prepare", "sheet": {} or null, "problem": a sentence or "", "picture": a PNG as base64 or ""}`.
    Raises: Forbidden, ConfigError, DataError; RunError for what is not here.
    """
    if not isinstance(body, dict) or body.get("do") not in ("look", "delete"):
        raise ConfigError("the request is no object with 'do'; expected 'look' or 'delete'.")
    access.may_start_by(settings, request)
    key = access.key_of(settings, request)
    with _disk():
        folder = _theirs(settings, key, name)
        if body["do"] == "delete":
            shutil.rmtree(folder)
            return {"own": ""}
        family, preset = families.get(str(body.get("family"))), str(body.get("preset"))
        model = family.model_config(preset)
        shape: tuple[int, ...] = ()
        prepare = str(Preparation.of(body.get("prepare", "")).suited(model.kind.name))
        shape_text = body.get("shape", "")
        if isinstance(shape_text, str) and shape_text and model.kind.name == "picture":
            shape = shape_of_text(shape_text)
            model = family.model_config(preset, image_shape=shape)
        return _look(settings, key, folder, shape, model.image_shape, prepare)


def check_kind(model: ModelConfig, here: Brought) -> None:
    """A family learns what the data were looked at as. Raises ConfigError."""
    if model.kind.name != here.kind:
        raise ConfigError(
            f"{model.family} learns {model.kind}, and these were looked at as {here.kind}s; choose another family, or wait for the sheet."
        )


def _look(settings: Settings, key: object, folder: Path, shape: tuple[int, ...], used: tuple[int, ...], prepare: str) -> dict[str, object]:
    about = {name: value for name, value in _about(folder).items() if name in ("owner", "file")} | {"looked": True}
    answer: dict[str, object] = {"own": folder.name, "name": about["file"], "shape": text_of_shape(used), "prepare": prepare,
                              "sheet": None, "problem": "", "picture": ""}  # fmt: skip
    picture = folder / "first.png"
    most = MOST_PICTURES if access.has_control(settings, key) else MOST_VISITORS_PICTURES
    _write(folder, about)  # what was known of it is not true any more
    try:
        sheet = _read(_path(folder).resolve(), used, prepare, picture.resolve(), most)
    except DataError as error:
        return {
            **answer,
            "problem": str(error).replace(f"{_path(folder).resolve().parent}{os.sep}", ""),
        }  # where it lies is nobody's business
    kind = Fields(sheet, "the sheet").values("kind")
    about |= {
        "shape": list(shape),
        "prepare": prepare,
        "pictures": sheet["train"],
        "classes": kind["classes"],
        "kind": kind["name"],
        "rate": kind["rate"],
    }
    _write(folder, about)
    answer |= {"sheet": sheet, "picture": base64.b64encode(picture.read_bytes()).decode()}
    picture.unlink()
    return answer


def _read(path: Path, shape: tuple[int, ...], prepare: str, picture: Path, most: int) -> dict[str, object]:
    """The sheet, by a process of its own. Raises DataError."""
    if not _reading.acquire(blocking=False):
        raise DataError("Somebody else's pictures are being read at this moment. Try again in a few seconds.")
    try:
        what = ["--image-shape", text_of_shape(shape)] if len(shape) == 3 else ["--signal", str(shape[0])]
        command = [sys.executable, "-m", "gan_core", "data", str(path), "--json", *what, "--prepare", prepare,
                   "--show", str(picture), "--most", str(most), "--memory", str(READ_MEMORY)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, timeout=READ_SECONDS, cwd=Path(__file__).parents[2], check=False)
    except subprocess.TimeoutExpired as error:
        raise DataError(f"Reading them takes over {READ_SECONDS:.0f} s. Take fewer pictures, or save them smaller.") from error
    finally:
        _reading.release()
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        said = next((line.removeprefix("error: ") for line in reversed(lines) if line.startswith("error: ")), "")
        raise DataError(said or "They cannot be read: their reader ended without a word, perhaps for want of memory. Take fewer pictures.")
    sheet = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(sheet, dict)
    return sheet


def forget(run: runs.Run, body: object) -> dict[str, object]:
    """`POST gan/runs/<id>/own`: delete the data that came along with a run, for whoever may control it.

    Args:
        body: `{"do": "delete"}`.
    Raises: ConfigError, RunError.
    """
    if body != {"do": "delete"}:
        raise ConfigError("the request is not {'do': 'delete'}, which is all that can be done with a run's pictures.")
    with _disk():
        learned.forget(run)
    return {"run": run.id}


# ---- being trained on


def is_name(dataset: object) -> bool:
    """Whether a data set's name in a form means data that were brought."""
    return isinstance(dataset, str) and dataset.startswith(PREFIX)


def find(settings: Settings, key: object, dataset: str) -> Brought:
    """The data that a form names, for whoever brought them. Raises RunError, the same whether they are somebody else's or nowhere."""
    with _disk():
        folder = _theirs(settings, key, dataset.removeprefix(PREFIX))
        about = Fields(_about(folder), "what is known of them")
        try:
            pictures, sides = about.whole("pictures", 1, 10**9), about.wholes("shape", 3)
            prepare, classes = about.text("prepare", LONGEST), check_classes(about.items("classes", MOST_CLASSES))
        except ValueError as error:
            raise RunError("these pictures could not be read as they were last asked for; change a switch of their sheet first.") from error
        os.utime(folder / "about.json")
        shape, rate = Kind.of(sides).shape if sides else (), about.number("rate", 0, RATES[1], 0.0)
        return Brought(_path(folder).resolve(), prepare, shape, pictures, classes, "signal" if rate else "picture", rate)


def sweep(settings: Settings, now: bool = False) -> None:
    """Take away what nobody has looked at for KEPT_SECONDS; looked for from time to time, or `now`."""
    global _swept
    if not now and time.monotonic() - _swept < LOOK_SECONDS:
        return
    _swept = time.monotonic()
    for folder in _folders(settings.runs / FOLDER):
        about = folder / "about.json"
        with contextlib.suppress(OSError):
            if abs(time.time() - (about if about.exists() else folder).stat().st_mtime) > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)


def _owner(settings: Settings, request: access.Asks) -> str:
    access.may_start_by(settings, request)
    owner = access.owner_name(access.key_of(settings, request))
    if not owner:
        raise access.Forbidden("The page did not say who asks; expected the page of this server. Reload it and try again.")
    return owner


def _theirs(settings: Settings, key: object, name: str) -> Path:
    folder = settings.runs / FOLDER / name
    if not _ID.fullmatch(name) or not access.owns(key, str(_about(folder).get("owner", ""))):
        raise RunError("these pictures are not here (any more); they are kept for two hours. Bring them again.")
    return folder


def _folders(root: Path) -> list[Path]:
    try:
        return [root / name for name in sorted(os.listdir(root)) if _ID.fullmatch(name)]
    except OSError:
        return []


def _about(folder: Path) -> dict[str, object]:
    with contextlib.suppress(OSError, ValueError):
        about = files.read_json(folder / "about.json", inside=folder)
        return about if isinstance(about, dict) else {}
    return {}


def _write(folder: Path, about: dict[str, object]) -> None:
    files.write_json(folder / "about.json", about, make_folders=False)


def _path(folder: Path) -> Path:
    return folder / learned.OWN / str(_about(folder)["file"])


def _safe_name(name: str) -> str:
    """A file's name without anything that leads elsewhere; its ending is kept. Raises DataError."""
    plain = _UNSUITED.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not plain:
        raise DataError(f"the file is called {name[:80]!r}; expected a name with an ending, such as letters.zip.")
    return f"{stem[:LONGEST_NAME]}{dot}{ending[:20]}" if stem else plain[:LONGEST_NAME]


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """What the disk refuses is a sentence."""
    try:
        yield
    except OSError as error:
        raise DataError(f"the pictures cannot be kept on the server ({error.strerror}). Its owner may free some disk space.") from error
