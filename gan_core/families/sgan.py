"""SGAN: a semi-supervised discriminator of K + 1 classes, the ten digits and 'fake', which is told the digit of few real pictures only.

Source: Odena 2016, Semi-Supervised Learning with Generative Adversarial Networks. https://arxiv.org/abs/1606.01583
On the DCGAN's networks; the discriminator's last dense layer gives one score a digit, and the score of 'fake' is 0 (layers.AnyClass). The
generator takes no label. `TrainConfig.labelled` says how many real pictures have their labels; all others are known to be real, no more.
What it gains over a classifier on the same few labels is measured by `studies/few_labels.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

CLASSES = 10
COURSE = {"generator": [128, 64], "discriminator": [64, 128], "dropout": 0.3}
SLIM = {"generator": [32, 16], "discriminator": [16, 32], "dropout": 0.3}

PRESETS = {
    "reference": Preset(
        "Reference (course networks, 100 labels)",
        {"latent_dim": 100, "widths": COURSE},
        {"steps": 4000, "batch_size": 64, "g_learning_rate": 2e-4, "d_learning_rate": 2e-4, "beta_1": 0.5, "labelled": 100},
    ),
    "live": Preset(
        "Live (100 labels, in a minute or two)",
        {"latent_dim": 64, "widths": SLIM},
        {"steps": 2000, "batch_size": 32, "g_learning_rate": 6e-4, "d_learning_rate": 6e-4, "beta_1": 0.5, "ema_decay": 0.99,
         "share_fakes": True, "labelled": 100},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]` -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures -> logits `[n, 1]` of being any digit."""
    from gan_core.nn.layers import AnyClass, Chain, convolutional_discriminator, convolutional_generator

    widths = config.widths
    discriminator = [*convolutional_discriminator(widths["discriminator"], widths["dropout"], widths.get("classes", CLASSES)), AnyClass()]
    return {
        "generator": Chain(
            "generator", convolutional_generator(config.kind, widths["generator"], widths.get("mapping", ())), (config.latent_dim,)
        ),
        "discriminator": Chain("discriminator", discriminator, config.image_shape),
    }


FAMILY = Family(
    name="sgan",
    title="SGAN",
    summary="A discriminator that learns to name the digits from very few labels.",
    paper="Odena 2016, https://arxiv.org/abs/1606.01583",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 16, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}},
    bfloat16=True,
    sides=4,
    order=7,
)
