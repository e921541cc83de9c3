"""A conditional GAN for pictures of 64 x 64: dcgan64's networks, with a class of each group given, such as the parts of a syllable.

Sources: Radford et al. 2016, https://arxiv.org/abs/1511.06434, for the transposed convolutions and their mirror (as in dcgan64.py); the class as in
Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784, at the discriminator's end as a projection, Miyato & Koyama 2018,
https://arxiv.org/abs/1802.05637, where the classes of several groups add up.
Between z with its classes and the first picture of 4 x 4 stand dense layers (Karras et al. 2019, section 2, https://arxiv.org/abs/1812.04948):
where one part goes depends on what the others are, and no linear layer says so. That the parts are given one by one is what lets the
generator draw a syllable it has never seen: each part of it was in others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

KERNEL = 4  # a multiple of the stride, so that every pixel is made of equally many taps: no checkerboard (Odena et al. 2016, distill.pub)
PARTS = [19, 21, 1 + 27]  # of Hangul: initials, medials, no final and finals; other data bring their own
SYLLABLE = {"latent_dim": 64, "num_classes": sum(PARTS), "groups": PARTS, "image_shape": [64, 64, 1]}
SMALL = {"mapping": [128], "generator": [96, 48, 24, 12], "discriminator": [12, 24, 48, 96], "judging": 128}
LARGE = {"mapping": [256, 256], "generator": [128, 64, 32, 16], "discriminator": [16, 32, 64, 128], "judging": 256}
FIRM = {
    "one_stage": True,
    "naming": 1.0,
    "r1_gamma": 0.5,
    "r1_every": 16,
}  # D names the parts: it tells a wrong one long before fakes taught it
PAPER = {"beta_1": 0.5, "g_learning_rate": 2e-4, "d_learning_rate": 2e-4}

PRESETS = {
    "reference": Preset(
        "Reference (Radford's training, a projection at the end)",
        {**SYLLABLE, "widths": LARGE},
        {"dataset": "hangul", "steps": 20000, "batch_size": 128, **PAPER},
    ),
    "live": Preset(
        "Live (syllables in a few minutes)",
        {**SYLLABLE, "widths": SMALL},
        {"dataset": "hangul", "steps": 4000, "batch_size": 32, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.5,
         "ema_decay": 0.99, **FIRM},
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {**SYLLABLE, "widths": LARGE},
        {"dataset": "hangul", "steps": 18000, "batch_size": 64, "g_learning_rate": 8e-4, "d_learning_rate": 8e-4, "beta_1": 0.5,
         "ema_decay": 0.999, "final_lr_fraction": 0.05, **FIRM},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]`, class weights -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures, class weights -> logits."""
    from keras import layers

    from gan_core.nn.layers import BatchNormalization, Chain, ConcatLabels, LabelScore

    (height, width, colours), widths = config.image_shape, config.widths
    deep, *rest = widths["generator"]
    start = (height // 16, width // 16, deep)
    up: list[layers.Layer] = [ConcatLabels()]
    for units in widths["mapping"]:
        up += [layers.Dense(units), layers.LeakyReLU(0.2)]
    up += [layers.Dense(start[0] * start[1] * deep), layers.Reshape(start), BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
    for filters in rest:
        up.append(layers.Conv2DTranspose(filters, KERNEL, strides=2, padding="same", use_bias=False))
        up += [BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
    up += [layers.Conv2DTranspose(colours, KERNEL, strides=2, padding="same"), layers.Activation("tanh")]

    down: list[layers.Layer] = []
    for filters in widths["discriminator"]:
        down += [layers.Conv2D(filters, KERNEL, strides=2, padding="same"), layers.LeakyReLU(0.2)]
    down += [layers.Flatten(), layers.Dense(widths["judging"]), layers.LeakyReLU(0.2), layers.Dense(1 + config.num_classes), LabelScore()]
    return {
        "generator": Chain("generator", up, (config.latent_dim,), config.num_classes),
        "discriminator": Chain("discriminator", down, config.image_shape, config.num_classes),
    }


FAMILY = Family(
    name="cgan64",
    title="Conditional GAN 64",
    summary="Ask for the parts of a syllable one by one; the same z keeps the hand.",
    paper="Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "num_classes": 10, "groups": [], "image_shape": [32, 32, 1],
          "widths": {"mapping": [8], "generator": [8, 6, 4, 4], "discriminator": [4, 4, 6, 8], "judging": 8}},
    conditional=True,
    bfloat16=True,
    sides=16,
    order=10,
)  # fmt: skip
