"""DCGAN: convolutional generator and discriminator.

Source: Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs. https://arxiv.org/abs/1511.06434
The `reference` preset is the course material's network, trained without labels, and names the steps whose grids its slide shows; `lsgan` is
the same with the loss of Mao et al. 2017, https://arxiv.org/abs/1611.04076. The upsampling and the convolution after it are one layer here, which is the same
function with less arithmetic (layers.UpsampleConv2D). The other presets train with `votes` where the data have labels: the generator takes
none, but every digit gets a region of the latent space (training/parts/votes.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

SHOWN = "400,800,1600,2000,2400,2800,3200,3600,4000"  # the steps of the course's slide, which calls them epochs
REFERENCE = {"generator": [128, 64], "discriminator": [64, 128], "dropout": 0.3}
SLIM = {"generator": [64, 32], "discriminator": [32, 64], "dropout": 0.0, "mapping": [256, 256], "votes": 10}
FINE = {**SLIM, "generator": [64, 48, 16], "discriminator": [48, 96], "mapping": [192, 192], "margin": 0.04, "spread": 1.2}
SHARP = {
    **SLIM,
    "generator": [64, 48, 16],
    "discriminator": [32, 48, 96],
    "fine": 64,
    "mapping": [],
    "margin": 0.04,
    "spread": 1.08,
    "lead": 0.32,
}

PRESETS = {
    "reference": Preset(
        "Reference (course material)",
        {"latent_dim": 100, "widths": REFERENCE},
        {"steps": 4000, "batch_size": 64, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.9, "show_at": SHOWN},
    ),
    "lsgan": Preset(
        "LSGAN (the course's networks, least squares)",
        {"latent_dim": 100, "widths": REFERENCE},
        {"steps": 4000, "batch_size": 64, "g_learning_rate": 2e-4, "d_learning_rate": 2e-4, "beta_1": 0.5, "loss": "least_squares",
         "show_at": SHOWN},
    ),
    "live": Preset(
        "Live (digits in under a minute)",
        {"latent_dim": 64, "widths": SLIM},
        {"steps": 4000, "batch_size": 32, "g_learning_rate": 2.4e-3, "d_learning_rate": 1.2e-3, "beta_1": 0.5, "ema_decay": 0.99,
         "one_stage": True, "final_lr_fraction": 0.1, "naming": 1.0},
    ),
    "studio": Preset(
        "Studio (20,000 steps, two discriminator layers)",
        {"latent_dim": 64, "widths": FINE},
        {"steps": 20000, "batch_size": 64, "g_learning_rate": 6e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.999,
         "one_stage": True, "r1_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.05, "naming": 0.2, "speck_penalty": 0.5},
    ),
    "minutes": Preset(
        "Minutes (near the shipped model in 5 to 20)",
        {"latent_dim": 64, "widths": {**SHARP, "mapping": [192, 192], "lead": 0.1, "spread": 1.15}},
        {"steps": 10000, "batch_size": 64, "g_learning_rate": 8e-4, "d_learning_rate": 8e-4, "beta_1": 0.5, "ema_decay": 0.999,
         "one_stage": True, "relativistic": True, "r1_gamma": 0.05, "r2_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.03, "naming": 0.2,
         "speck_penalty": 0.5},
    ),
    "finish": Preset(
        "Finish (the shipped model, in two trainings: train --from)",
        {"latent_dim": 64, "widths": SHARP},
        {"steps": 40000, "batch_size": 64, "g_learning_rate": 2e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.9995,
         "one_stage": True, "relativistic": True, "r1_gamma": 0.05, "r2_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.03, "naming": 0.2,
         "speck_penalty": 0.5},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]` -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures -> logits `[n, 1]`."""
    from gan_core.nn.layers import AnyScore, Chain, convolutional_discriminator, convolutional_generator, spread_out

    widths = config.widths
    votes = widths.get("votes", 0)
    judging = convolutional_discriminator(widths["discriminator"], widths["dropout"], votes or 1, widths.get("fine", 0))
    discriminator = judging + ([AnyScore()] if votes else [])
    drawing = convolutional_generator(config.kind, widths["generator"], widths.get("mapping", ()), widths.get("margin", 0.0))
    generator = spread_out(widths) + drawing
    return {
        "generator": Chain("generator", generator, (config.latent_dim,)),
        "discriminator": Chain("discriminator", discriminator, config.image_shape),
    }


FAMILY = Family(
    name="dcgan",
    title="DCGAN",
    summary="Convolutional networks: crisp strokes.",
    paper="Radford et al. 2016, https://arxiv.org/abs/1511.06434",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}},
    bfloat16=True,
    opening=True,
    sides=4,
    order=2,
)
