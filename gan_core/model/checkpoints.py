"""A checkpoint folder: check it, read it, list all, write one atomically (docs/formats.md, section 2)."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import secrets
import shutil
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors

from gan_core import families
from gan_core.config import NAME_RULE, ModelConfig, TrainConfig
from gan_core.errors import CheckpointError, ConfigError
from gan_core.model.latent import Prior
from gan_core.model.program import ROLES, Program, from_bytes
from gan_core.storage import files

FORMAT = 1
MAX_FILE = 64_000_000
DTYPES = {"F16": np.float16, "F32": np.float32, "F64": np.float64, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64,
          "U32": np.uint32, "U8": np.uint8}  # fmt: skip


class Checkpoint:
    """One checkpoint: its config is read and its files are measured when it is made; tensors are read when asked for.

    Args:
        folder: such as `checkpoints/dcgan-mnist`.
    Raises: CheckpointError when the folder is missing, incomplete, or not what its config says.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.name = self.folder.name
        if self.folder.is_file() or not self.folder.exists():
            raise CheckpointError(f"{self.folder} is no checkpoint; expected a folder made by `python -m gan_core train ... --out`. "
                                  "Keras files and pickles are not read: they can run code.")  # fmt: skip
        try:
            self.config: dict[str, Any] = files.read_json(self.folder / "config.json")
            self._check_config()
        except OSError as error:
            raise CheckpointError(f"{self.name}: config.json cannot be read ({error.strerror}). Expected a checkpoint folder.") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CheckpointError(f"{self.name}: config.json is damaged ({type(error).__name__}: {error}). Restore the folder.") from error
        except ConfigError as error:
            raise CheckpointError(f"{self.name}: config.json: {error}") from error
        for file in self.config["files"]:
            self._check_header(file)

    def _check_config(self) -> None:
        config = self.config
        if config["format"] != FORMAT:
            raise CheckpointError(
                f"{self.name}: checkpoint format {config['format']!r}; this version reads format {FORMAT}. Update the project."
            )
        self.model = ModelConfig.from_dict(config["model"])
        self.train = TrainConfig.from_dict(config["train"])
        self.family = families.get(self.model.family)
        if config["prior"]["kind"] not in ("normal", "rectified_normal"):
            raise ValueError(f"prior {config['prior']['kind']!r} is unknown")
        needed = [
            "generator.safetensors",
            "directions.safetensors",
            *(["prior.safetensors"] if config["prior"]["kind"] != "normal" else []),
        ]
        missing = [file for file in [*needed, *(str(epoch["file"]) for epoch in config["epochs"])] if file not in config["files"]]
        if missing:
            raise ValueError(f"it does not list {', '.join(missing)}")
        if not isinstance(config["step"], int) or not all(isinstance(epoch["step"], int) for epoch in config["epochs"]):
            raise ValueError("steps are no whole numbers")

    def path(self, file: str) -> Path:
        """Where a listed file lies. Raises CheckpointError for a file that is not listed, or a path that leaves the folder."""
        parts = PurePosixPath(file).parts
        if file not in self.config["files"] or not parts or parts[0] == "/" or ".." in parts or "\\" in file:
            raise CheckpointError(
                f"{self.name}: {file!r} is no file of this checkpoint. Expected one of: {', '.join(self.config['files'])}."
            )
        found = self.folder.joinpath(*parts)
        if found.is_symlink() or not found.resolve().is_relative_to(self.folder.resolve()):
            raise CheckpointError(f"{self.name}: {file!r} points outside of its folder. Restore the checkpoint.")
        return found

    def _check_header(self, file: str) -> None:
        """Size and tensors of a file against the config, without reading the tensors."""
        promised, path = self.config["files"][file], self.path(file)
        try:
            size = path.stat().st_size
            if size != promised["bytes"] or size > MAX_FILE:
                raise CheckpointError(
                    f"{self.name}: {file} has {size:,} bytes; its config promises {promised['bytes']:,}. Restore the file."
                )
            found = _header(path, size)
        except OSError as error:
            raise CheckpointError(f"{self.name}: {file} cannot be read ({error.strerror}). Restore the file.") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CheckpointError(f"{self.name}: {file} is no safetensors file ({error}). Restore the file.") from error
        if found != {name: [dtype, list(shape)] for name, (dtype, shape) in promised["tensors"].items()}:
            extra, missing = sorted(set(found) - set(promised["tensors"])), sorted(set(promised["tensors"]) - set(found))
            what = (
                f"unexpected {', '.join(extra[:3])}"
                if extra
                else f"missing {', '.join(missing[:3])}"
                if missing
                else "another shape or dtype"
            )
            raise CheckpointError(f"{self.name}: {file} does not hold the tensors its config lists ({what}). Restore the file.")

    def bytes(self, file: str) -> bytes:
        """A file's content, checked against its sha256. Raises CheckpointError."""
        self._check_header(file)
        data = self.path(file).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.config["files"][file]["sha256"]:
            raise CheckpointError(f"{self.name}: {file} was changed after it was written (its sha256 differs). Restore the file.")
        return data

    def tensors(self, file: str) -> dict[str, npt.NDArray[Any]]:
        """A file's tensors. Raises CheckpointError."""
        try:
            tensors = load_tensors(self.bytes(file))
        except SafetensorError as error:
            raise CheckpointError(f"{self.name}: {file} is no safetensors file ({error}). Restore the file.") from error
        for name, tensor in tensors.items():
            if not np.isfinite(tensor).all():
                raise CheckpointError(f"{self.name}: {file}: tensor {name!r} holds NaN or infinity. Restore the file.")
        return tensors

    def program(self, role: str) -> Program | None:
        """The network of that role, or None where the family has none. Raises CheckpointError."""
        file = f"{role}.safetensors"
        return self.epoch_program(file) if file in self.config["files"] else None

    def epoch_program(self, file: str) -> Program:
        """The program in one of the checkpoint's files, checked to fit its model. Raises CheckpointError."""
        found = from_bytes(self.bytes(file), f"{self.name}/{file}")
        z = (self.model.latent_dim,)
        for end in (found.input, found.output):
            if (end["name"] == "z" and tuple(end["shape"]) != z) or (
                end["name"] == "images" and tuple(end["shape"]) != self.model.image_shape
            ):
                raise CheckpointError(
                    f"{self.name}: {file} has a {end['name']} of {end['shape']}; its config says {list(z)} and {list(self.model.image_shape)}."
                )
        if found.num_classes not in (0, self.model.num_classes):
            raise CheckpointError(f"{self.name}: {file} takes {found.num_classes} classes; its config says {self.model.num_classes}.")
        return found

    def prior(self) -> Prior:
        """p(z) of this model. Raises CheckpointError."""
        size = self.model.latent_dim
        if self.config["prior"]["kind"] == "normal":
            return Prior.normal(size)
        tensors = self.tensors("prior.safetensors")
        mean, factor = tensors.get("mean"), tensors.get("factor")
        if mean is None or factor is None or mean.shape != (size,) or factor.shape != (size, size):
            raise CheckpointError(f"{self.name}: prior.safetensors does not fit a z of {size}. Restore the file.")
        return Prior(size, self.config["prior"]["kind"], mean.astype(np.float32), factor.astype(np.float32))

    @property
    def title(self) -> str:
        """For lists: family, preset and data."""
        return f"{self.family.title}, {self.model.preset}, {Path(self.train.dataset).stem}"

    def describe(self) -> str:
        """A page of text about it."""
        config, train = self.config, self.train.to_dict()
        lines = [
            f"{self.folder}: {self.title}",
            f"paper      {self.family.paper}",
            f"trained    {config['step']:,} steps, {config['epoch']:.1f} epochs, {config['seconds']:,.0f} s",
            f"z          {self.model.latent_dim} numbers, prior {config['prior']['kind']}",
            f"classes    {self.model.num_classes or 'none'}",
        ]
        for role in ROLES:
            network = self.program(role)
            if network:
                lines.append(
                    f"{role:13} {network.multiply_adds() / 1e6:.1f} million multiply-adds a picture, {sum(t.size for t in network.tensors.values()):,} numbers"
                )
        lines.append(f"epochs     {', '.join(str(epoch['step']) for epoch in config['epochs'])}")
        lines.append("training   " + ", ".join(f"{name} {value}" for name, value in train.items()))
        lines.append("versions   " + ", ".join(f"{name} {value}" for name, value in config.get("versions", {}).items()))
        return "\n".join(lines)


def _header(path: Path, size: int) -> dict[str, list[Any]]:
    """Tensors named in a safetensors header; ValueError unless they fill the file exactly, without gaps or overlaps."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, 1_000_000):
            raise ValueError(f"its header claims {length:,} bytes of {size:,}")
        header = json.loads(file.read(length))
    header.pop("__metadata__", None)
    place = 0
    for entry in sorted(header.values(), key=lambda entry: entry["data_offsets"]):
        begin, end = entry["data_offsets"]
        count = math.prod(entry["shape"])
        if (
            begin != place
            or end - begin != count * np.dtype(DTYPES[entry["dtype"]]).itemsize
            or not all(isinstance(n, int) and n >= 0 for n in entry["shape"])
        ):
            raise ValueError("its tensors do not fill it")
        place = end
    if 8 + length + place != size:
        raise ValueError("its tensors do not fill it")
    return {name: [entry["dtype"], list(entry["shape"])] for name, entry in header.items()}


def list_checkpoints(root: Path | str) -> tuple[list[Checkpoint], list[tuple[str, str]]]:
    """All checkpoints below `root`, by name.

    Returns: those that can be used, and (name, what is wrong) of those that cannot: one bad folder does not hide the good ones.
    """
    found, problems = [], []
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError:
        return [], []
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "README.md":
            continue
        try:
            if not NAME_RULE.fullmatch(entry.name):
                raise CheckpointError(f"{entry.name!r} is no name for a checkpoint; expected a-z, 0-9, '-' and '_'.")
            found.append(Checkpoint(entry.path))
        except CheckpointError as error:
            problems.append((entry.name, str(error)))
    return found, problems


def write(folder: Path, config: dict[str, Any], contents: dict[str, bytes]) -> Checkpoint:
    """A new checkpoint, complete before it can be seen.

    Args:
        folder: must not exist yet.
        config: without `files`, which is made here.
        contents: the bytes of every file, by its path below the folder.
    Raises: CheckpointError when it is there already, is not valid, or the disk does not take it.
    """
    if folder.exists():
        raise CheckpointError(f"{folder} is there already. Choose another name, or remove it first.")
    temporary = folder.parent / f".tmp-{secrets.token_hex(6)}" / folder.name
    try:
        for file, data in contents.items():
            files.write_bytes(temporary / file, data)
        listed = {file: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "tensors": _header(temporary / file, len(data))}
                  for file, data in contents.items() if file.endswith(".safetensors")}  # fmt: skip
        files.write_json(temporary / "config.json", {"format": FORMAT, "name": folder.name, **config, "files": listed})
        Checkpoint(temporary)
        temporary.rename(folder)
    except OSError as error:
        raise CheckpointError(f"cannot write {folder}: {error.strerror}. Free some disk space or choose another place.") from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(temporary.parent)
    return Checkpoint(folder)
