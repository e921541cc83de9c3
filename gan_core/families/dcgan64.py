"""DCGAN for pictures of 64 x 64 in colour: Radford's generator of four transposed convolutions, and its mirror.

Source: Radford et al. 2016, Unsupervised Representation Learning with Deep Convolutional GANs, figure 1 and section 3.
https://arxiv.org/abs/1511.06434
z of 100 is projected to 4 x 4 with many channels; four transposed convolutions of stride 2 halve the channels and double the sides; batch
normalisation and relu after each but the last, which ends in tanh. No dense layer after the projection, no pooling, no upsampling. The
discriminator goes the same way down with leaky relu. It has no batch normalisation: every picture is judged alone here, which is what lets
real and drawn ones go through it at once. The paper's 1,024 channels at 4 x 4 would be 437 million multiply-adds a picture; `studio` has 256
and 27 million, so that a page draws dozens a second. Pictures of other sizes begin with a sixteenth of their height and width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    import keras

    from gan_core.nn.layers import Chain

SHAPE = [64, 64, 3]
KERNEL = 4  # a multiple of the stride, so that every pixel is made of equally many taps: no checkerboard (Odena et al. 2016, distill.pub)
PAPER = {"beta_1": 0.5, "g_learning_rate": 2e-4, "d_learning_rate": 2e-4}

PRESETS = {
    "reference": Preset(
        "Reference (the paper's training, a quarter of its channels)",
        {"latent_dim": 100, "image_shape": SHAPE, "widths": {"generator": [256, 128, 64, 32], "discriminator": [32, 64, 128, 256]}},
        {"steps": 20000, "batch_size": 128, **PAPER},
    ),
    "live": Preset(
        "Live (half the channels, faces in three minutes)",
        {"latent_dim": 100, "image_shape": SHAPE, "widths": {"generator": [128, 64, 32, 16], "discriminator": [16, 32, 64, 128]}},
        {"steps": 6000, "batch_size": 8, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.5, "ema_decay": 0.99,
         "one_stage": True, "r1_gamma": 1.0, "r1_every": 16, "final_lr_fraction": 0.1},  # without R1 every z is one face by step 3,000
    ),
    "studio": Preset(
        "Studio (averaged, with R1)",
        {"latent_dim": 100, "image_shape": SHAPE, "widths": {"generator": [256, 128, 64, 32], "discriminator": [32, 64, 128, 256]}},
        {"steps": 20000, "batch_size": 64, "g_learning_rate": 4e-4, "d_learning_rate": 4e-4, "beta_1": 0.5, "ema_decay": 0.999,
         "one_stage": True, "r1_gamma": 0.5, "r1_every": 16, "final_lr_fraction": 0.05},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]` -> pictures `[n, *image_shape]` in [-1, 1]; discriminator pictures -> logits `[n, 1]`."""
    from keras import layers

    from gan_core.nn.layers import BatchNormalization, Chain

    height, width, colours = config.image_shape
    deep, *rest = config.widths["generator"]
    start = (height // 16, width // 16, deep)
    up: list[layers.Layer] = [layers.Dense(start[0] * start[1] * deep, use_bias=False), layers.Reshape(start)]
    for filters in rest:
        up += [BatchNormalization(momentum=0.9), layers.Activation("relu")]
        up.append(layers.Conv2DTranspose(filters, KERNEL, strides=2, padding="same", use_bias=False, kernel_initializer=_paper()))
    up += [BatchNormalization(momentum=0.9), layers.Activation("relu")]
    up.append(layers.Conv2DTranspose(colours, KERNEL, strides=2, padding="same", kernel_initializer=_paper()))
    up.append(layers.Activation("tanh"))

    down: list[layers.Layer] = []
    for filters in config.widths["discriminator"]:
        down += [layers.Conv2D(filters, KERNEL, strides=2, padding="same"), layers.LeakyReLU(0.2)]
    down += [layers.Flatten(), layers.Dense(1)]
    return {"generator": Chain("generator", up, (config.latent_dim,)), "discriminator": Chain("discriminator", down, config.image_shape)}


def _paper() -> keras.Initializer:
    """Normal with deviation 0.02, as the paper draws weights."""
    from keras import initializers

    return initializers.RandomNormal(0.0, 0.02)


FAMILY = Family(
    name="dcgan64",
    title="DCGAN 64",
    summary="Transposed convolutions up to 64 x 64 pixels in colour.",
    paper="Radford et al. 2016, https://arxiv.org/abs/1511.06434",
    pixel_range=(-1.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "image_shape": [32, 32, 3], "widths": {"generator": [8, 6, 4, 4], "discriminator": [4, 4, 6, 8]}},
    bfloat16=True,
    sides=16,
    order=8,
)
