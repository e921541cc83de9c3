"""A checkpoint folder: check it, read it, list all, write one atomically (docs/formats.md, section 2)."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from gan_core import families
from gan_core.arrays import Array
from gan_core.config import NAME_RULE, ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import CheckpointError
from gan_core.model import checkpoint_config, rules
from gan_core.model.checkpoint_config import FORMAT, Metrics
from gan_core.model.latent import Prior
from gan_core.model.program import ROLES, Program, from_bytes
from gan_core.storage import files, tensors
from gan_core.storage.tensors import Header

RESTORE = "Restore the file."


class About(TypedDict):
    """What a model is, for people.

    Args:
        named: the name that somebody gave it; "" where that says no more than family and data do.
        hub: whose repository of the Hub it came from, or "".
        family: title of its family.
        data: what its data are called.
        dataset: the name of a set that is known here, else "".
    """

    named: str
    hub: str
    family: str
    data: str
    dataset: str


class Checkpoint:
    """One checkpoint: its config is read and its files are measured when it is made; tensors are read when asked for.

    Args:
        folder: such as `checkpoints/dcgan-mnist`.
    Raises: CheckpointError when the folder is missing, incomplete, or not what its config says.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.name = self.folder.name
        if not os.path.isdir(self.folder):
            raise CheckpointError(f"{self.folder} is no checkpoint; expected a folder made by `python -m gan_core train ... --out`. "
                                  "Keras files and pickles are not read: they can run code.")  # fmt: skip
        self.config = checkpoint_config.read_config(self.folder, self.name)
        self.model, self.train, self.family = self.config.model, self.config.train, self.config.family
        for file in self.config.files:
            self._check_header(file)

    def path(self, file: str) -> Path:
        """Where a listed file lies. Raises CheckpointError for a file that is not listed, is gone, or lies outside of the folder."""
        path = self._listed(file)
        with files.refusing(CheckpointError, f"{self.name}: {file}", RESTORE):
            files.check_regular(path, tensors.MAX_FILE, inside=self.folder)
        return path

    def _listed(self, file: str) -> Path:
        if not self.has(file):
            raise CheckpointError(f"{self.name}: {file!r} is no file of this checkpoint. Expected one of: {', '.join(self.config.files)}.")
        return self.folder / file

    def has(self, file: str) -> bool:
        """Whether the checkpoint lists this file."""
        return file in self.config.files

    def _check_header(self, file: str) -> None:
        """Size and tensors of a file against the config, without reading the tensors."""
        promised, path = self.config.files[file], self._listed(file)
        with files.refusing(CheckpointError, f"{self.name}: {file}", RESTORE):
            start, size = files.read_start(path, 8 + tensors.MAX_HEADER, tensors.MAX_FILE, inside=self.folder)
            if size != promised.bytes:
                raise ValueError(f"it has {size:,} bytes; its config promises {promised.bytes:,}")
            _check_tensors(tensors.read_header(start, size), promised)

    def bytes(self, file: str) -> bytes:
        """A file's content, checked against its sha256. Raises CheckpointError."""
        path = self._listed(file)
        with files.refusing(CheckpointError, f"{self.name}: {file}", RESTORE):
            data = files.read_bytes(path, self.config.files[file].bytes, inside=self.folder)
            if hashlib.sha256(data).hexdigest() != self.config.files[file].sha256:
                raise ValueError("it was changed after it was written (its sha256 differs)")
        return data

    def tensors(self, file: str) -> dict[str, Array]:
        """A file's tensors. Raises CheckpointError."""
        data = self.bytes(file)
        with files.refusing(CheckpointError, f"{self.name}: {file}", RESTORE):
            parsed, _ = tensors.parse(data, rules.MAX_NUMBERS)
            rules.check_finite(parsed)
        return parsed

    def program(self, role: str) -> Program | None:
        """The finished network of that role, or None where the family has none. Raises CheckpointError."""
        file = f"{role}.safetensors"
        return self.epoch_program(file, role) if self.has(file) else None

    def epoch_program(self, file: str, role: str = "") -> Program:
        """The program in one of the checkpoint's files, checked to fit its model, and to be of that role where one is given.

        Raises: CheckpointError.
        """
        return check_fits(from_bytes(self.bytes(file), f"{self.name}/{file}"), self.model, f"{self.name}: {file}", role)

    def check_networks(self) -> None:
        """Read every network once, and what else a page needs of it. Raises CheckpointError."""
        for role in ROLES:
            self.program(role)
        for epoch in self.config.epochs:
            self.epoch_program(epoch.file, "generator")
            if self.has(epoch.encoder_file):
                self.epoch_program(epoch.encoder_file, "encoder")
        self.prior()
        self.directions()

    def prior(self) -> Prior:
        """p(z) of this model. Raises CheckpointError."""
        size = self.model.latent_dim
        if self.config.prior == "normal":
            return checkpoint_config.standard_prior(self.model, self.train)
        stored = self.tensors("prior.safetensors")
        mean, factor = stored.get("mean"), stored.get("factor")
        if mean is None or factor is None or mean.shape != (size,) or factor.shape != (size, size):
            raise CheckpointError(f"{self.name}: prior.safetensors does not fit a z of {size}. {RESTORE}")
        return Prior(size, self.config.prior, mean.astype(np.float32), factor.astype(np.float32))

    def directions(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Leading directions and their duals, float32 `[k, latent_dim]` each (directions.py). Raises CheckpointError."""
        stored = self.tensors("directions.safetensors")
        directions, duals = stored.get("directions"), stored.get("duals")
        size = self.model.latent_dim
        if directions is None or duals is None or directions.ndim != 2 or directions.shape[1] != size or duals.shape != directions.shape:
            raise CheckpointError(f"{self.name}: directions.safetensors does not fit a z of {size}. {RESTORE}")
        return directions.astype(np.float32), duals.astype(np.float32)

    def metrics(self) -> Metrics:
        """Its score card, as far as it can be read; what is wrong with it is told in it."""
        return checkpoint_config.read_metrics(self.folder, self.name)

    @property
    def about(self) -> About:
        """What it is, for people."""
        plain = self.name == f"{self.family.name}-{self.train.dataset}" or bool(self.config.hub[0])
        return {**about(self.model, self.train), "named": "" if plain else self.name, "hub": self.config.hub[0]}

    @property
    def title(self) -> str:
        """For lists: the name that somebody gave it, what it is, and where it came from the Hub of whom."""
        return title(self.about)

    def describe(self) -> str:
        """A page of text about it."""
        config, train = self.config, self.train.to_dict()
        lines = [
            f"{self.folder}: {self.title}",
            f"paper      {self.family.paper}",
            f"trained    {config.step:,} steps, {config.epoch:.1f} epochs, {config.seconds:,.0f} s",
            f"z          {self.model.latent_dim} numbers, prior {config.prior}",
            f"classes    {self.model.num_classes or 'none'}",
        ]
        for role in ROLES:
            network = self.program(role)
            if network:
                lines.append(
                    f"{role:13} {network.multiply_adds() / 1e6:.1f} million multiply-adds a picture, {sum(t.size for t in network.tensors.values()):,} numbers"
                )
        lines.append(f"epochs     {', '.join(str(epoch.step) for epoch in config.epochs)}")
        lines.append("training   " + ", ".join(f"{name} {value}" for name, value in train.items()))
        lines.append("versions   " + ", ".join(f"{name} {value}" for name, value in config.versions.items()))
        return "\n".join(lines)


def about(model: ModelConfig, train: TrainConfig) -> About:
    """What is learnt with these settings, for people."""
    known = catalog.DATASETS.get(train.dataset)
    data, name = (known.called, known.name) if known else (Path(train.dataset).stem, "")
    return {"named": "", "hub": "", "family": families.get(model.family).title, "data": data, "dataset": name}


def title(about: About) -> str:
    """In English; `titleOf` of models.js says it in the language of the page."""
    drawn = catalog.DATASETS[about["dataset"]].drawn if about["dataset"] else ""
    description = ", ".join(filter(None, (about["family"], drawn, f"learned from {about['data']}")))
    return (f"{about['named']}: " if about["named"] else "") + description + (f" ({about['hub']})" if about["hub"] else "")


def check_fits(program: Program, model: ModelConfig, name: str, role: str = "") -> Program:
    """The program, if it has the role, where one is given, and the shapes and classes of its model. Raises CheckpointError naming the file."""
    if role and program.role != role:
        raise CheckpointError(f"{name} holds a {program.role}; expected a {role}. {RESTORE}")
    shapes = {"z": [model.latent_dim], "images": list(model.image_shape)}
    for end in (program.input, program.output):
        expected = shapes.get(end["name"])
        if expected is not None and list(end["shape"]) != expected:
            raise CheckpointError(f"{name} has a {end['name']} of {list(end['shape'])}; its config says {expected}.")
    if program.num_classes not in (0, model.num_classes):
        raise CheckpointError(f"{name} takes {program.num_classes} classes; its config says {model.num_classes}.")
    return program


def _check_tensors(header: Header, promised: checkpoint_config.FileEntry) -> None:
    """Raises ValueError where a file holds other tensors than its config lists."""
    if header.tensors != promised.tensors:
        extra, missing = sorted(set(header.tensors) - set(promised.tensors)), sorted(set(promised.tensors) - set(header.tensors))
        what = (
            f"unexpected {', '.join(extra[:3])}" if extra else f"missing {', '.join(missing[:3])}" if missing else "another shape or dtype"
        )
        raise ValueError(f"it does not hold the tensors its config lists ({what})")


def list_checkpoints(
    root: Path | str, open_one: Callable[[Path], Checkpoint] = Checkpoint
) -> tuple[list[Checkpoint], list[tuple[str, str]]]:
    """All checkpoints below `root`, by name.

    Args:
        open_one: makes a checkpoint of its folder; whoever asks often may remember those that it knows.
    Returns: those that can be used, and (name, what is wrong) of those that cannot: one bad folder does not hide the good ones.
    """
    checkpoints, problems = [], []
    try:
        names = sorted(os.listdir(root))
    except OSError:
        return [], []
    for name in names:
        if name.startswith(".") or name == "README.md":
            continue
        try:
            checkpoints.append(open_one(Path(root) / check_folder(name)))
        except CheckpointError as error:
            problems.append((files.shortened(os.fsencode(name).decode(errors="replace"), 80), str(error)))
    return checkpoints, problems


def check_folder(name: str) -> str:
    """The name of a checkpoint's folder, if it can be one. Raises CheckpointError."""
    if not NAME_RULE.fullmatch(name):
        raise CheckpointError(f"{name!r} is no name for a checkpoint; expected a-z, 0-9, '-' and '_'.")
    return name


def file_entries(contents: dict[str, bytes]) -> dict[str, object]:
    """What a config says of its files: bytes, hash and tensors of each that has tensors, by path."""
    return {file: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "tensors": tensors.read_header(data, len(data)).tensors}
            for file, data in contents.items() if file.endswith(".safetensors")}  # fmt: skip


def write(folder: Path, config: Mapping[str, object], contents: dict[str, bytes]) -> Checkpoint:
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
        files.write_json(temporary / "config.json", {"format": FORMAT, "name": folder.name, **config, "files": file_entries(contents)})
        Checkpoint(temporary)
        temporary.rename(folder)
    except OSError as error:
        raise CheckpointError(f"cannot write {folder}: {error.strerror}. Free some disk space or choose another place.") from error
    finally:
        with contextlib.suppress(OSError):
            shutil.rmtree(temporary.parent)
    return Checkpoint(folder)
