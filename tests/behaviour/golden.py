"""The first losses of small trainings, one of every kind of step: what a change of the training code must leave as it is.

`golden_losses.json` was made by `python tests/behaviour/golden.py` at commit 2ac45f1 (with the module names and the objectives' table of
then), before the step was taken apart into its parts. Only the Wasserstein case was made anew since, by SGD in the place of Adam, after the
parts had given Adam's recorded losses on the processor that recorded them.
Run it again only where a change of the numbers is meant, and say why in the commit.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("golden_losses.json")
STEPS = 20
DENSE = {"generator": [16], "discriminator": [16]}
DENSE_VOTES = {"generator": [16, 12], "discriminator": [16, 12], "batch_norm": True, "dropout": 0.0, "votes": 10}
DENSE_REFINED = {**DENSE_VOTES, "refine": 2, "convolutions": [3, 4], "fine": 6, "lead": 0.1}
CONVOLUTIONAL = {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}
VOTES = {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0, "mapping": [12, 12], "votes": 10}
STUDIO_VOTES = {**VOTES, "generator": [4, 3, 3], "margin": 0.04, "spread": 1.2}
SCORES = {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0, "label_score": True}
GRID_CODE = {"encoder": [3, 4], "decoder": [4, 4, 3]}
DENSE_CODE = {"encoder": [3, 4], "dense": [12], "decoder": [4, 4]}

# name: family, preset, latent_dim, widths, what is trained otherwise than the preset says
CASES: dict[str, tuple[str, str, int, dict[str, Any], dict[str, Any]]] = {
    "dense reference": ("dense", "reference", 16, DENSE, {}),
    "dense live": ("dense", "live", 16, DENSE_VOTES, {}),
    "dense live, two stages": ("dense", "live", 16, DENSE_VOTES, {"one_stage": False}),
    "dense, dropped out": (
        "dense", "reference", 16, {**DENSE, "batch_norm": True, "dropout": 0.3},
        {"steps": 60000, "g_learning_rate": 4e-4, "d_learning_rate": 4e-4, "beta_1": 0.5, "ema_decay": 0.9995, "one_stage": True,
         "r1_gamma": 0.05, "r1_every": 2, "final_lr_fraction": 0.05},
    ),
    "dense studio": ("dense", "studio", 16, DENSE_REFINED, {"r1_every": 2}),
    "dense, a loss that saturates": ("dense", "reference", 16, DENSE, {"loss": "minimax", "one_stage": True, "label_smoothing": 0.1}),
    "dense, hinge by sgd": ("dense", "reference", 16, DENSE, {"loss": "hinge", "optimizer": "sgd", "g_learning_rate": 0.05}),
    "dense, labels by lot": ("dense", "live", 16, DENSE_VOTES, {"random_labels": 0.5, "z_scale": 0.8}),
    "dcgan reference": ("dcgan", "reference", 16, CONVOLUTIONAL, {}),
    "dcgan live": ("dcgan", "live", 16, VOTES, {}),
    "dcgan studio": ("dcgan", "studio", 16, STUDIO_VOTES, {"r1_every": 2}),
    "dcgan studio, two stages": ("dcgan", "studio", 16, STUDIO_VOTES, {"r1_every": 2, "one_stage": False}),
    "dcgan, specks on shared fakes": ("dcgan", "reference", 16, CONVOLUTIONAL, {"share_fakes": True, "speck_penalty": 2.0}),
    "dcgan, wasserstein": (
        # not Adam: a constant added to the critic has no slope but rounding, which Adam's first steps make as large as any other
        "dcgan", "reference", 16, CONVOLUTIONAL,
        {"loss": "wasserstein", "gradient_penalty": 10.0, "d_steps": 2, "r1_gamma": 0.1, "r1_every": 3, "optimizer": "sgd",
         "g_learning_rate": 2e-4, "d_learning_rate": 2e-4},
    ),
    "dcgan, in pairs": ("dcgan", "studio", 16, STUDIO_VOTES, {"relativistic": True, "r1_gamma": 0.2, "r2_gamma": 0.2, "r1_every": 2}),
    "cgan reference": ("cgan", "reference", 16, CONVOLUTIONAL, {}),
    "cgan live": ("cgan", "live", 16, SCORES, {}),
    "cgan studio": ("cgan", "studio", 16, {**SCORES, "margin": 0.04}, {"r1_every": 2}),
    "cgan, named in two stages": ("cgan", "live", 16, SCORES, {"one_stage": False}),
    "cgan, least squares": ("cgan", "live", 16, SCORES, {"one_stage": False, "loss": "least_squares"}),
    "acgan reference": ("acgan", "reference", 16, CONVOLUTIONAL, {}),
    "acgan live": ("acgan", "live", 16, CONVOLUTIONAL, {}),
    "autoencoder sharper": ("autoencoder", "sharper", 128, GRID_CODE, {}),
    "autoencoder live": ("autoencoder", "live", 128, GRID_CODE, {}),
    "autoencoder map": ("autoencoder", "map", 2, {**DENSE_CODE, "normalised": True}, {}),
}  # fmt: skip


def losses(name: str) -> list[list[float]]:
    """The losses of the first STEPS steps of a case, `[STEPS, 1 or 2]`: G's and D's, or an autoencoder's one."""
    import tensorflow as tf

    from gan_core import families
    from gan_core.data import catalog
    from gan_core.training import objectives

    family_name, preset, latent_dim, widths, changes = CASES[name]
    family = families.get(family_name)
    model = family.model_config(preset, widths=widths, latent_dim=latent_dim)
    train = family.train_config(preset, **{"dataset": "digits", "batch_size": 16, "precision": "float32", "seed": 3, **changes})
    objective = objectives.make(family, model, train, catalog.load("digits"))
    order = tf.range(1501)
    told = [objective.step(tf.constant(i), tf.constant(i), order).numpy() for i in range(STEPS)]
    return [[float(f"{value:.9g}") for value in row[: 2 if len(row) > 1 else 1]] for row in told]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    made = {name: losses(name) for name in CASES}
    FILE.write_text("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(rows)}" for name, rows in made.items()) + "\n}\n")
