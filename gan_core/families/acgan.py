"""ACGAN: a conditional GAN whose discriminator is not told the digit but names it.

Source: Odena et al. 2017, Conditional Image Synthesis with Auxiliary Classifier GANs. https://arxiv.org/abs/1610.09585
On the DCGAN's networks; the discriminator's last dense layer gives the logit and one more number a class (layers.LogitAndClasses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

SLIM = {"generator": [64, 32], "discriminator": [32, 64], "dropout": 0.3}

PRESETS = {
    "reference": Preset(
        "Reference (course networks, naming the digit)",
        {"latent_dim": 100, "num_classes": 10, "widths": {"generator": [128, 64], "discriminator": [64, 128], "dropout": 0.3}},
        {"steps": 4000, "batch_size": 64, "g_learning_rate": 2e-4, "d_learning_rate": 2e-4, "beta_1": 0.5},
    ),
    "live": Preset(
        "Live (digits in under a minute)",
        {"latent_dim": 64, "num_classes": 10, "widths": SLIM},
        {"steps": 2000, "batch_size": 32, "g_learning_rate": 6e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.99,
         "share_fakes": True},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]`, class weights -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures -> logits `[n, 1]`."""
    from gan_core.nn.layers import Chain, ConcatLabels, LogitAndClasses, convolutional_discriminator, convolutional_generator

    widths, classes = config.widths, config.num_classes
    generator = [ConcatLabels(), *convolutional_generator(config.kind, widths["generator"], widths.get("mapping", ()))]
    discriminator = [*convolutional_discriminator(widths["discriminator"], widths["dropout"], 1 + classes), LogitAndClasses()]
    return {
        "generator": Chain("generator", generator, (config.latent_dim,), classes),
        "discriminator": Chain("discriminator", discriminator, config.image_shape),
    }


FAMILY = Family(
    name="acgan",
    title="ACGAN",
    summary="A conditional GAN whose discriminator names the digit instead of being told it.",
    paper="Odena et al. 2017, https://arxiv.org/abs/1610.09585",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}},
    bfloat16=True,
    conditional=True,
    sides=4,
    order=5,
)
