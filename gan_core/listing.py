"""How a checkpoint is named in `models.json` (docs/formats.md, section 5), for the web process and the static build alike."""

from __future__ import annotations

from typing import Any

from gan_core.checkpoints import Checkpoint

ROLES = ("generator", "discriminator", "encoder", "directions", "prior")


def url_of(checkpoint: Checkpoint, file: str) -> str | None:
    """The address of a file, which changes with its content, or None where the checkpoint has no such file."""
    files = checkpoint.config["files"]
    return f"gan/files/checkpoints/{checkpoint.name}/{files[file]['sha256'][:16]}/{file}" if file in files else None


def encoder_of(file: str) -> str:
    """Name of the encoder that belongs to an epoch's decoder."""
    return file.replace(".safetensors", ".encoder.safetensors")


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
        "prior": {"kind": config["prior"]["kind"]},
        "step": config["step"],
        "files": {role: url_of(checkpoint, f"{role}.safetensors") for role in ROLES},
        "epochs": epochs,
    }
