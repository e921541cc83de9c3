"""Conditional GAN: the digit is given to both networks, so that a person can ask for it.

Source: Mirza & Osindero 2014, Conditional Generative Adversarial Nets. https://arxiv.org/abs/1411.1784
On the DCGAN's networks: the generator sees the label beside z, the discriminator as constant planes beside the picture; or, with the width
`label_score`, it ends in one score a class (layers.LabelScore).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

SHOWN = "400,800,1600,2000,2400,2800,3200,3600,4000"  # the steps of the course's slide, which calls them epochs
SLIM = {"generator": [64, 32], "discriminator": [32, 64], "dropout": 0.0, "label_score": True}
FINE = {**SLIM, "generator": [64, 48, 16], "discriminator": [48, 96], "margin": 0.04}
SHARP = {**FINE, "discriminator": [32, 48, 96], "fine": 64, "spread": 1.03}

PRESETS = {
    "reference": Preset(
        "Reference (course networks, with the digit)",
        {"latent_dim": 100, "num_classes": 10, "widths": {"generator": [128, 64], "discriminator": [64, 128], "dropout": 0.3}},
        {"steps": 4000, "batch_size": 64, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.9, "show_at": SHOWN},
    ),
    "live": Preset(
        "Live (digits in under a minute)",
        {"latent_dim": 64, "num_classes": 10, "widths": SLIM},
        {"steps": 4000, "batch_size": 32, "g_learning_rate": 6e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.99,
         "one_stage": True, "naming": 1.0},
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {"latent_dim": 64, "num_classes": 10, "widths": FINE},
        {"steps": 20000, "batch_size": 64, "g_learning_rate": 6e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.999,
         "one_stage": True, "r1_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.05, "naming": 0.3, "speck_penalty": 0.5},
    ),
    "finish": Preset(
        "Finish (what studio has made is trained on: train --from)",
        {"latent_dim": 64, "num_classes": 10, "widths": SHARP},
        {"steps": 40000, "batch_size": 64, "g_learning_rate": 2e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.9995,
         "one_stage": True, "relativistic": True, "r1_gamma": 0.05, "r2_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.03, "naming": 0.1,
         "speck_penalty": 0.5},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]`, class weights -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures, class weights -> logits."""
    from gan_core.nn.layers import (
        Chain,
        ConcatLabels,
        LabelPlanes,
        LabelScore,
        convolutional_discriminator,
        convolutional_generator,
        spread_out,
    )

    widths, classes = config.widths, config.num_classes
    generator = [
        *spread_out(widths),
        ConcatLabels(),
        *convolutional_generator(config.kind, widths["generator"], widths.get("mapping", ()), widths.get("margin", 0.0)),
    ]
    if widths.get("label_score"):
        judging = convolutional_discriminator(widths["discriminator"], widths["dropout"], 1 + classes, widths.get("fine", 0))
        discriminator = [*judging, LabelScore()]
    else:
        discriminator = [LabelPlanes(), *convolutional_discriminator(widths["discriminator"], widths["dropout"])]
    return {
        "generator": Chain("generator", generator, (config.latent_dim,), classes),
        "discriminator": Chain("discriminator", discriminator, config.image_shape, classes),
    }


FAMILY = Family(
    name="cgan",
    title="Conditional GAN",
    summary="Ask for a digit; the same z keeps its style across all ten.",
    paper="Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}},
    bfloat16=True,
    conditional=True,
    sides=4,
    order=3,
)
