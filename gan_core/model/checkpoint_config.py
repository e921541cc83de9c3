"""`config.json` of a checkpoint, and its `metrics.json`: parsed once, into checked and frozen objects (docs/formats.md, section 2).

A folder may come from a stranger, so every field that anybody uses has its type and its bounds here, and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig, check_integer, check_number
from gan_core.data import catalog
from gan_core.errors import CheckpointError, GanCoreError
from gan_core.families.base import Family
from gan_core.model.latent import MOST_LEAD, Prior
from gan_core.storage import files
from gan_core.storage.fields import MAX_STEPS, Fields
from gan_core.storage.tensors import DTYPES, MAX_FILE, MAX_TENSORS, Shape, read_shape

FORMAT = 1
CONFIG_BYTES = 2_000_000  # the largest of ours has 21,607
METRICS_BYTES = 200_000
MAX_FILES = 100  # ours have 15
MAX_EPOCHS = 64  # ours have 11
MAX_CHANGES = 10_000
MAX_FIGURES = 200
FIGURES = (  # of a score card: those that the page shows
    "n", "seed", "frechet", "frechet_floor", "frechet_classic_loop", "precision", "recall", "coverage", "confident", "specks", "specks_of_real",
    "label_accuracy", "two_sample", "two_sample_floor", "unsure", "unsure_of_real", "bce", "bce_pca", "mse", "mse_pca",
    "fault_rate", "fault_rate_of_real", "fault_rate_by_chance", "spectral_distance", "spectral_distance_floor",
    "real_names_drawn", "drawn_names_real", "real_names_real",
    "frechet_random", "frechet_random_floor", "precision_random", "recall_random", "coverage_random",
    "frechet_classes", "frechet_classes_floor", "precision_classes", "recall_classes", "coverage_classes", "class_accuracy",
    "class_accuracy_of_real", "values_missing", "values_in_all", "attributes_copied", "attributes_copied_of_real",
    "nearest_training_picture", "nearest_of_unseen_real",
)  # fmt: skip
PRIORS = ("normal", "rectified_normal")
ENCODER = ".encoder.safetensors"
_FILE = re.compile(r"(?:[A-Za-z0-9][\w-]*/){0,2}[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.safetensors", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OURS = ("format", "name", "model", "train", "prior", "step", "epoch", "seconds", "versions", "epochs", "files", "run")


@dataclass(frozen=True)
class FileEntry:
    """A file of the checkpoint: its bytes, their SHA-256 in hex, dtype and shape of each tensor."""

    bytes: int
    sha256: str
    tensors: dict[str, tuple[str, Shape]]

    @property
    def version(self) -> str:
        """What changes in the file's address when the file does: the first 16 hex digits of its hash."""
        return self.sha256[:16]


@dataclass(frozen=True)
class Epoch:
    """A kept moment of the training: its step, the passes over the data by then, the file of the generator."""

    step: int
    epoch: float
    file: str

    @property
    def encoder_file(self) -> str:
        """Where the encoder of that moment is, if the family has one."""
        return self.file.removesuffix(".safetensors") + ENCODER


@dataclass(frozen=True)
class CheckpointConfig:
    """What a checkpoint says of itself. Fields as in docs/formats.md; `more` holds those that only people read, as they came."""

    name: str
    model: ModelConfig
    train: TrainConfig
    family: Family
    prior: str
    step: int
    epoch: float
    seconds: float
    epochs: tuple[Epoch, ...]
    files: dict[str, FileEntry]
    versions: dict[str, str] = field(default_factory=dict)
    run: str = ""
    more: dict[str, object] = field(default_factory=dict)

    def epoch_of(self, step: int) -> Epoch | None:
        """The kept moment of that step, or None."""
        return next((epoch for epoch in self.epochs if epoch.step == step), None)

    @property
    def hub(self) -> tuple[str, str]:
        """Repository and commit of the Hugging Face Hub that it was pulled from, "" and "" where from none."""
        origin = self.more.get("hub")
        repo, commit = (origin.get("repo"), origin.get("commit")) if isinstance(origin, dict) else (None, None)
        if isinstance(repo, str) and isinstance(commit, str) and len(repo) <= 120 and len(commit) <= 120:
            return repo, commit
        return "", ""

    def to_dict(self) -> dict[str, object]:
        """As it is in the file, without `files`."""
        epochs = [{"step": epoch.step, "epoch": epoch.epoch, "file": epoch.file} for epoch in self.epochs]
        return {"format": FORMAT, "name": self.name, "model": self.model.to_dict(), "train": self.train.to_dict(),
                "prior": {"kind": self.prior}, "step": self.step, "epoch": self.epoch, "seconds": self.seconds, "versions": self.versions,
                "epochs": epochs, "run": self.run, **self.more}  # fmt: skip


@dataclass(frozen=True)
class Metrics:
    """Those FIGURES that a score card has, or None where there is no card; and what is wrong with it, or ""."""

    score: dict[str, float] | None = None
    problem: str = ""


def read_config(folder: Path, name: str) -> CheckpointConfig:
    """The checked config of the checkpoint in `folder`. Raises CheckpointError, naming the checkpoint, for whatever is wrong with it."""
    with files.refusing(CheckpointError, f"{name}: config.json", "Expected a checkpoint folder; restore it."):
        return parse_config(files.read_json(folder / "config.json", CONFIG_BYTES, inside=folder), name)


def parse_config(value: object, name: str) -> CheckpointConfig:
    """The config out of its JSON. Raises ValueError, or ConfigError or CheckpointError for a setting or a version that is not known."""
    fields = Fields(value, "it")
    if (version := fields.whole("format", 0, MAX_STEPS)) != FORMAT:
        raise CheckpointError(f"{name}: checkpoint format {version!r}; this version reads format {FORMAT}. Update the project.")
    shown = fields.inner("model").text("preset", 64, default="reference"), fields.inner("train").text("dataset", 4096, default="mnist")
    model = ModelConfig.from_dict({**fields.values("model"), "preset": shown[0]})
    versions = fields.inner("versions", 50) if "versions" in fields else Fields({}, "versions")
    config = CheckpointConfig(
        name=name,
        model=model,
        train=TrainConfig.from_dict({**fields.values("train"), "dataset": shown[1]}),
        family=families.get(model.family),
        prior=fields.inner("prior").choice("kind", PRIORS),
        step=fields.whole("step", 0, MAX_STEPS),
        epoch=fields.number("epoch", 0, 1e9, default=0.0),
        seconds=fields.number("seconds", 0, 1e12, default=0.0),
        epochs=_epochs(fields),
        files=_files(fields),
        versions={key: versions.text(key, 200) for key in versions},
        run=fields.text("run", 200, default=""),
        more={key: value for key, value in fields.values().items() if key not in _OURS},
    )
    _check_changes(fields)
    lead_of(config.model, config.train)
    needed = ["generator.safetensors", "directions.safetensors", *(["prior.safetensors"] if config.prior != "normal" else [])]
    missing = [file for file in [*needed, *(epoch.file for epoch in config.epochs)] if file not in config.files]
    if missing:
        raise ValueError(f"it does not list {', '.join(missing[:3])}")
    return config


def _epochs(fields: Fields) -> tuple[Epoch, ...]:
    epochs = tuple(
        Epoch(entry.whole("step", 0, MAX_STEPS), entry.number("epoch", 0, 1e9), entry.text("file", 200))
        for entry in fields.objects("epochs", MAX_EPOCHS)
    )
    if len({epoch.step for epoch in epochs}) != len(epochs):
        raise ValueError("its epochs name a step twice")
    return epochs


def _files(fields: Fields) -> dict[str, FileEntry]:
    listed = fields.inner("files", MAX_FILES)
    entries = {}
    for file in listed:
        if len(file) > 200 or not _FILE.fullmatch(file):
            raise ValueError(f"it lists the file {files.shortened(file, 80)!r}; expected a name such as epochs/0000.safetensors")
        entry = listed.inner(file)
        sha256 = entry.text("sha256", 64)
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"the sha256 of {file} is {sha256!r}; expected 64 hex digits")
        tensors = entry.inner("tensors", MAX_TENSORS)
        entries[file] = FileEntry(entry.whole("bytes", 0, MAX_FILE), sha256, {name: _tensor(tensors, name) for name in tensors})
    return entries


def _tensor(tensors: Fields, name: str) -> tuple[str, Shape]:
    """dtype and shape of a listed tensor."""
    pair = tensors.items(name, 2)
    if len(pair) != 2 or not isinstance(pair[0], str) or pair[0] not in DTYPES or not isinstance(pair[1], list):
        raise ValueError(f"the tensor {files.shortened(name, 80)!r} is {files.shortened(repr(pair), 80)}; expected a dtype and a shape")
    return pair[0], read_shape(pair[1])


def _check_changes(fields: Fields) -> None:
    """The changes in flight, which the model card tells: `[{"step", "settings": {name: [before, after]}, "from": run}]`."""
    if "changes" in fields:
        for change in fields.objects("changes", MAX_CHANGES):
            change.whole("step", 0, MAX_STEPS)
            change.text("from", 200, default="")
            settings = change.inner("settings", 50)
            if any(len(settings.items(name, 2)) != 2 for name in settings):
                raise ValueError("its changes hold a setting without what it was before and after")


def read_metrics(folder: Path, name: str) -> Metrics:
    """The score card in `folder`: whatever is wrong with it is told, and costs the model nothing."""
    path = folder / "metrics.json"
    try:
        with files.refusing(CheckpointError, f"{name}: its score card (metrics.json)", "Make it again with `evaluate --write`."):
            return Metrics(_score(Fields(files.read_json(path, METRICS_BYTES, inside=folder), "it")))
    except GanCoreError as error:
        return Metrics(problem="" if isinstance(error.__cause__, FileNotFoundError) else str(error))


def _score(fields: Fields) -> dict[str, float] | None:
    """Each figure is an object with its `value`; a card of an earlier version, and what figures are read against, has plain numbers."""
    if "score" not in fields:
        return None
    score = fields.inner("score", MAX_FIGURES)
    plain = {name: (value["value"] if isinstance(value, dict) and "value" in value else value) for name, value in score.values().items()}
    figures = Fields(plain, "its score")
    return {name: figures.number(name, -1e12, 1e12) for name in FIGURES if name in plain}


def votes_of(model: ModelConfig, train: TrainConfig) -> int:
    """How many of z's first coordinates were trained to vote for the digit (training/parts/votes.py): 0 where none, or the data had no labels.

    Raises: ConfigError where that is no number of coordinates.
    """
    votes = check_integer("votes", model.widths.get("votes", 0), 0, model.latent_dim)
    return votes if train.dataset in catalog.names() else 0


def lead_of(model: ModelConfig, train: TrainConfig) -> float:
    """How far ahead of the other votes the highest one of z is at least (latent.Prior): 0 where none vote. Raises ConfigError."""
    lead = check_number("lead", model.widths.get("lead", 0.0), 0.0, MOST_LEAD)
    return lead if votes_of(model, train) else 0.0


def standard_prior(model: ModelConfig, train: TrainConfig) -> Prior:
    """p(z) of a model that has no prior of its own making. Raises ConfigError."""
    return Prior.normal(model.latent_dim, votes_of(model, train), lead_of(model, train))
