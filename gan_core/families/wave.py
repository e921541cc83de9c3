"""Signals: a conditional GAN of one-dimensional convolutions that draws waveforms, such as the vibration of a bearing.

Sources: Donahue et al. 2019, Adversarial Audio Synthesis (WaveGAN: a DCGAN laid flat, long kernels, four times as long in each stage),
https://arxiv.org/abs/1802.04208; the class as in Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784, at the discriminator's end as a
projection, Miyato & Koyama 2018, https://arxiv.org/abs/1802.05637.
Inside, a signal of L samples is a picture of one row, `[1, L, channels]`. It grows by sub-pixel convolution (Shi et al. 2016, section 3.2,
https://arxiv.org/abs/1609.05158): a convolution makes 4 c channels, and reading them in a row as four samples of c each is in one dimension
nothing but a reshape. The discriminator goes the same way back: a reshape makes four samples one of four times the channels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

LENGTH, RATE = 1024, 12_000.0  # 85 ms, as bearing data are recorded
CLASSES = 12  # 4 conditions at 3 speeds; other data bring their own
STEP = 4  # how much longer a signal becomes in each stage
LOUD = 1.5  # the discriminator hears tanh(LOUD * x): a bearing without a fault is thirty times quieter than an impact
SIGNAL = {"latent_dim": 64, "num_classes": CLASSES, "image_shape": [LENGTH, 1], "rate": RATE}
FIRM = {"one_stage": True, "naming": 1.0, "r1_gamma": 0.05, "r1_every": 8}  # D names the faults: by whom else would G hear of their rates?
QUICK = {"g_learning_rate": 7e-4, "d_learning_rate": 1e-3, "beta_1": 0.5, **FIRM}

PRESETS = {
    "reference": Preset(
        "Reference (kernels of 25, as WaveGAN's)",
        {**SIGNAL, "widths": {"mapping": [128], "generator": [64, 48, 32, 16], "discriminator": [32, 64, 64], "judging": 64,
                              "kernel": 25, "ringing": 31}},
        {"dataset": "vibration", "steps": 12000, "batch_size": 64, "g_learning_rate": 1e-4, "d_learning_rate": 1e-4, "beta_1": 0.5},
    ),
    "live": Preset(
        "Live (faults in a few minutes)",
        {**SIGNAL, "widths": {"mapping": [128], "generator": [48, 48, 24, 12], "discriminator": [24, 48, 64], "judging": 64,
                              "kernel": 9, "ringing": 31}},
        {"dataset": "vibration", "steps": 3000, "batch_size": 32, **QUICK},
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {**SIGNAL, "widths": {"mapping": [256], "generator": [64, 48, 32, 16], "discriminator": [24, 48, 96], "judging": 96,
                              "kernel": 9, "ringing": 31}},
        {"dataset": "vibration", "steps": 4500, "batch_size": 32, "final_lr_fraction": 0.1, **QUICK,
         "g_learning_rate": 5e-4, "naming": 0.1},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]`, class weights -> signals `[n, length, channels]` in [-1, 1]; discriminator signals, class weights -> logits."""
    from keras import layers

    from gan_core.nn.layers import BatchNormalization, Chain, ConcatLabels, LabelScore

    (length, channels), widths = config.image_shape, config.widths
    kernel = (1, widths["kernel"])
    first, *rest = widths["generator"]
    start = length // STEP ** len(rest)
    up: list[layers.Layer] = [ConcatLabels()]
    for units in widths["mapping"]:
        up += [layers.Dense(units), layers.LeakyReLU(0.2)]
    up += [layers.Dense(start * first), layers.Reshape((1, start, first)), BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
    for width in rest:
        start *= STEP
        up += [layers.Conv2D(STEP * width, kernel, padding="same"), layers.Reshape((1, start, width))]
        up += [BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
    up += [layers.Conv2D(channels, (1, widths["ringing"]), padding="same"), layers.Activation("tanh"), layers.Reshape((length, channels))]

    down: list[layers.Layer] = [layers.Rescaling(LOUD), layers.Activation("tanh")]
    depth = channels
    for width in widths["discriminator"]:
        length, depth = length // STEP, depth * STEP
        down += [layers.Reshape((1, length, depth)), layers.Conv2D(width, kernel, padding="same"), layers.LeakyReLU(0.2)]
        depth = width
    down += [layers.Flatten(), layers.Dense(widths["judging"]), layers.LeakyReLU(0.2), layers.Dense(1 + config.num_classes), LabelScore()]
    return {
        "generator": Chain("generator", up, (config.latent_dim,), config.num_classes),
        "discriminator": Chain("discriminator", down, config.image_shape, config.num_classes),
    }


FAMILY = Family(
    name="wave",
    title="Signals",
    summary="Draws waveforms: ask for a fault and a speed; the same z keeps its character.",
    paper="Donahue et al. 2019, https://arxiv.org/abs/1802.04208",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "image_shape": [256, 1], "rate": RATE,
          "widths": {"mapping": [8], "generator": [6, 6, 4, 4], "discriminator": [4, 6, 6], "judging": 6, "kernel": 5, "ringing": 7}},
    conditional=True,
    sides=64,
    bfloat16=True,
    kinds=("signal",),
    order=9,
)  # fmt: skip
