"""How a checkpoint is named in `models.json` (docs/formats.md, section 5), for the web process and the static build alike."""

from __future__ import annotations

import contextlib
from typing import Any

from gan_core.data import catalog
from gan_core.model.checkpoints import Checkpoint
from gan_core.storage import files

ROLES = ("generator", "discriminator", "encoder", "directions", "prior")


def url_of(checkpoint: Checkpoint, file: str) -> str | None:
    """The address of a file, which changes with its content, or None where the checkpoint has no such file."""
    files = checkpoint.config["files"]
    return f"gan/files/checkpoints/{checkpoint.name}/{files[file]['sha256'][:16]}/{file}" if file in files else None


def encoder_of(file: str) -> str:
    """Name of the encoder that belongs to an epoch's decoder."""
    return file.replace(".safetensors", ".encoder.safetensors")


FIGURES = ("n", "seed", "frechet", "frechet_floor", "frechet_classic_loop", "precision", "recall", "coverage", "confident", "specks", "specks_of_real",
           "label_accuracy",
           "bce", "bce_pca", "mse", "mse_pca")  # fmt: skip


def score_of(checkpoint: Checkpoint) -> dict[str, float] | None:
    """The figures of its score card that the page shows, or None where it was never scored."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        score = files.read_json(checkpoint.folder / "metrics.json")["score"]
        plain = {name: score[name]["value"] if isinstance(score[name], dict) else score[name] for name in FIGURES if name in score}
        return {name: float(value) for name, value in plain.items()}
    return None


def votes_of(model: dict[str, Any], train: dict[str, Any]) -> int:
    """How many of z's first coordinates were trained to vote for the digit (adversarial.Conditional): 0 where none, or the data had no labels."""
    return int(model["widths"].get("votes", 0)) if train.get("dataset") in catalog.names() else 0


def model_entry(checkpoint: Checkpoint) -> dict[str, Any]:
    """The checkpoint as a model of `models.json`."""
    config = checkpoint.config
    epochs = []
    for epoch in config["epochs"]:
        entry = {"step": epoch["step"], "epoch": epoch["epoch"], "url": url_of(checkpoint, epoch["file"])}
        encoder = url_of(checkpoint, encoder_of(epoch["file"]))
        epochs.append({**entry, "encoder": encoder} if encoder else entry)
    return {
        "id": checkpoint.name,
        "kind": "checkpoint",
        "title": checkpoint.title,
        **{name: config["model"][name] for name in ("family", "latent_dim", "num_classes", "image_shape")},
        "votes": votes_of(config["model"], config["train"]),
        "prior": {"kind": config["prior"]["kind"]},
        "step": config["step"],
        "score": score_of(checkpoint),
        "files": {role: url_of(checkpoint, f"{role}.safetensors") for role in ROLES},
        "epochs": epochs,
    }
