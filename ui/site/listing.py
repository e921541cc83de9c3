"""How a checkpoint is named in `models.json` (docs/formats.md, section 5), for the web process and the static build alike."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
from pathlib import Path
from typing import NotRequired, TypedDict

from gan_core import families
from gan_core.config import ModelConfig
from gan_core.data import catalog
from gan_core.exchange import receiving
from gan_core.model.checkpoint_config import CONFIG_BYTES, lead_of, votes_of
from gan_core.model.checkpoints import About, Checkpoint
from gan_core.storage import files
from gan_core.storage.fields import Fields

PARTS = (
    "generator",
    "discriminator",
    "encoder",
    "directions",
    "prior",
)  # files of a model: its networks, and what is beside them in latent space
BESIDE = {"config.json": CONFIG_BYTES, **receiving.BESIDE}  # what lies beside the networks, and its bounds


class EpochEntry(TypedDict):
    """A kept moment: its step, the passes over the data by then, the address of its generator and, of an autoencoder, of its encoder."""

    step: int
    epoch: float
    url: str | None
    encoder: NotRequired[str]


class PriorEntry(TypedDict):
    """p(z): `normal` or `rectified_normal`; `lead`: how far the highest vote is ahead at least, where z's first numbers vote and it is."""

    kind: str
    lead: NotRequired[float]


class Shape(TypedDict):
    """What of a network shows outside."""

    family: str
    latent_dim: int
    num_classes: int
    image_shape: list[int]
    opening: bool
    classes: NotRequired[list[str]]
    rate: NotRequired[float]
    groups: NotRequired[list[int]]


class ModelEntry(Shape):
    """A model of `models.json`: a checkpoint, or a run as far as it is; `files` by role, None for what it has not; `folder` what else lies in it."""

    id: str
    kind: str
    title: str
    about: About
    folder: dict[str, str]
    votes: int
    prior: PriorEntry
    step: int
    score: dict[str, float] | None
    files: dict[str, str | None]
    epochs: list[EpochEntry]


class Problem(TypedDict):
    """What is wrong with a model, for people; it is listed all the same where it can be used without that."""

    name: str
    message: str


def url_of(checkpoint: Checkpoint, file: str) -> str | None:
    """The address of a file, which changes with its content, or None where the checkpoint has no such file."""
    entry = checkpoint.config.files.get(file)
    return f"gan/files/checkpoints/{checkpoint.name}/{entry.version}/{file}" if entry else None


def folder_of(checkpoint: Checkpoint) -> dict[str, str]:
    """The addresses of what lies in the folder beside the networks; whoever takes the model home begins with its config.json."""
    addresses = {}
    for file in BESIDE:
        with contextlib.suppress(OSError, ValueError):
            addresses[file] = f"gan/files/checkpoints/{checkpoint.name}/{version_beside(checkpoint, file)}/{file}"
    return addresses


def beside(checkpoint: Checkpoint, file: str) -> bytes:
    """Such a file as it is given away: of the path of somebody's own data its last part. Raises OSError, ValueError where it is not there or is none."""
    data, own = files.read_bytes(checkpoint.folder / file, BESIDE[file], inside=checkpoint.folder), checkpoint.train.dataset
    public = catalog.public_name(own)
    if public == own:
        return data
    if file != "config.json":
        return data.replace(own.encode(), public.encode())
    config = Fields(files.parse_json(data, file), file)
    return files.to_json({**config.values(), "train": {**config.values("train"), "dataset": public}})


def version_beside(checkpoint: Checkpoint, file: str) -> str:
    """What changes in the address of such a file when it does. Raises as `beside`."""
    return _version_beside(checkpoint, file, os.stat(checkpoint.folder / file).st_mtime_ns)


@functools.lru_cache(maxsize=1000)
def _version_beside(checkpoint: Checkpoint, file: str, written: int) -> str:
    return version_of_bytes(beside(checkpoint, file))


@functools.lru_cache(maxsize=2)
def version_of(path: Path, written: int) -> str:
    """The version of a file, reckoned once each time that it is written."""
    return version_of_bytes(path.read_bytes())


def version_of_bytes(data: bytes) -> str:
    """The first 16 hex digits of a file's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:16]


def shape_of(model: ModelConfig) -> Shape:
    """What the browser needs to know of a network."""
    shape: Shape = {
        "family": model.family,
        "latent_dim": model.latent_dim,
        "num_classes": model.num_classes,
        "image_shape": list(model.image_shape),
        "opening": families.get(model.family).opening,
    }
    if model.classes:
        shape["classes"] = list(model.classes)
    if model.rate:
        shape["rate"] = model.rate
    if model.groups:
        shape["groups"] = list(model.groups)
    return shape


def epoch_entry(step: int, epoch: float, url: str | None, encoder: str | None) -> EpochEntry:
    """A kept moment, with `encoder` where there is one."""
    entry: EpochEntry = {"step": step, "epoch": epoch, "url": url}
    if encoder:
        entry["encoder"] = encoder
    return entry


def prior_entry(kind: str, lead: float) -> PriorEntry:
    """p(z) as `models.json` has it."""
    return {"kind": kind, "lead": lead} if lead else {"kind": kind}


def model_entry(checkpoint: Checkpoint) -> ModelEntry:
    """The checkpoint as a model of `models.json`."""
    config = checkpoint.config
    return {
        "id": checkpoint.name,
        "kind": "checkpoint",
        "title": checkpoint.title,
        "about": checkpoint.about,
        "folder": folder_of(checkpoint),
        **shape_of(config.model),
        "votes": votes_of(config.model, config.train),
        "prior": prior_entry(config.prior, lead_of(config.model, config.train)),
        "step": config.step,
        "score": checkpoint.metrics().score,
        "files": {role: url_of(checkpoint, f"{role}.safetensors") for role in PARTS},
        "epochs": [
            epoch_entry(epoch.step, epoch.epoch, url_of(checkpoint, epoch.file), url_of(checkpoint, epoch.encoder_file))
            for epoch in config.epochs
        ],
    }


def problems_of(found: list[Checkpoint], unusable: list[tuple[str, str]]) -> list[Problem]:
    """What is wrong, for `models.json`: folders that are no checkpoints, and of those that are what is wrong with their score cards."""
    cards = [(checkpoint.name, checkpoint.metrics().problem) for checkpoint in found]
    return [{"name": name, "message": message} for name, message in [*unusable, *cards] if message]
