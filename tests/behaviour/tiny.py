"""Small runs for the behaviour tests: real data (`digits`), real networks, few steps."""

from __future__ import annotations

from pathlib import Path

from gan_core import families, runs

WIDTHS = {
    "dense": {"generator": [16], "discriminator": [16]},
    "dcgan": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3},
    "cgan": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3},
    "acgan": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3},
    "autoencoder": {"encoder": [3, 4], "decoder": [4, 4, 3]},
}


def make_run(root: Path, family: str = "dense", widths: dict | None = None, **train: object) -> runs.Run:
    """A run directory of a tiny network of that family on `digits`, not started yet."""
    found = families.get(family)
    model = found.model_config(widths=widths or WIDTHS.get(family, found.model_config().widths), latent_dim=128 if found.has_encoder else 8)
    settings = {"dataset": "digits", "steps": 40, "batch_size": 16, "report_every": 10, "precision": "float32", **train}
    return runs.create(root, model, found.train_config(**settings))
