"""Dense GAN: two small fully connected networks, the GAN of the first paper.

Source: Goodfellow et al. 2014, Generative Adversarial Nets. https://arxiv.org/abs/1406.2661
The `reference` preset is the course material's: z 100 -> 256 -> pixels against pixels -> 256 -> 1, 5,000 steps of 50 pictures. `sketch` is its
two-layer sketch: 128 units in each network, a tanh at the generator's end, so that the networks see pixels in [-1, 1], and two Adams at 0.01.
`paper` trains the course's networks as the paper does: k = 1 and SGD with momentum, minding nothing that came later. `studio` draws as those do,
layer by layer fully connected, and ends in two small convolutions; it is judged by the DCGAN's discriminator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig, Widths
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    import keras

    from gan_core.nn.layers import Chain

PRESETS = {
    "reference": Preset(
        "Reference (course material)",
        {"latent_dim": 100, "widths": {"generator": [256], "discriminator": [256]}},
        {"steps": 5000, "batch_size": 50, "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.9},
    ),
    "sketch": Preset(
        "Sketch (two layers of 128, tanh, Adam 0.01)",
        {"latent_dim": 100, "widths": {"generator": [128], "discriminator": [128], "slope": 0.01, "tanh": True}},
        {"steps": 5000, "batch_size": 50, "g_learning_rate": 1e-2, "d_learning_rate": 1e-2, "beta_1": 0.9},
    ),
    "paper": Preset(
        "Paper (k = 1, SGD with momentum)",
        {"latent_dim": 100, "widths": {"generator": [256], "discriminator": [256]}},
        {"steps": 12000, "batch_size": 100, "optimizer": "sgd", "g_learning_rate": 0.1, "d_learning_rate": 0.1, "beta_1": 0.5, "d_steps": 1},
    ),
    "live": Preset(
        "Live (digits in half a minute)",
        {"latent_dim": 64, "widths": {"generator": [256, 384], "discriminator": [384, 256], "batch_norm": True, "dropout": 0.0, "votes": 10}},
        {"steps": 6000, "batch_size": 64, "g_learning_rate": 3e-3, "d_learning_rate": 5e-4, "beta_1": 0.5, "ema_decay": 0.99,
         "one_stage": True, "naming": 1.0},
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {"latent_dim": 64, "widths": {"generator": [384, 768, 768], "refine": 16, "batch_norm": True, "dropout": 0.0, "discriminator": [512, 256],
                                      "convolutions": [32, 48, 96], "fine": 64, "votes": 10, "lead": 0.1}},
        {"steps": 60000, "batch_size": 64, "g_learning_rate": 8e-4, "d_learning_rate": 8e-4, "beta_1": 0.5, "ema_decay": 0.9995,
         "one_stage": True, "relativistic": True, "r1_gamma": 0.05, "r2_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.04, "naming": 0.1,
         "speck_penalty": 0.5, "xla": "off"},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]` -> pictures `[n, *image_shape]` in [0, 1]; discriminator pictures -> logits `[n, 1]`."""
    from keras import layers

    from gan_core.nn.layers import AnyScore, Chain

    widths = config.widths
    generator: list[layers.Layer] = []
    for width in widths["generator"]:
        if widths.get("batch_norm"):
            generator += [layers.Dense(width, use_bias=False), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
        else:
            generator += _hidden(width, widths)
    generator += _pixels(config)
    discriminator, votes = _judging(config), widths.get("votes", 0)
    discriminator += [layers.Dense(votes), AnyScore()] if votes else [layers.Dense(1)]
    return {
        "generator": Chain("generator", generator, (config.latent_dim,)),
        "discriminator": Chain("discriminator", discriminator, config.image_shape),
    }


def _pixels(config: ModelConfig) -> list[keras.Layer]:
    """The generator's end, from the last hidden layer to pixels in [0, 1].

    A dense layer does not know which pixels are neighbours, so it leaves edges ragged and specks beside strokes: of pictures `refine` channels
    of two small convolutions learn to draw what it means.
    """
    from keras import layers

    widths = config.widths
    end = "tanh" if widths.get("tanh") else "sigmoid"
    refine = widths.get("refine", 0) if config.kind.name == "picture" else 0
    pixels: list[layers.Layer] = [layers.Dense(config.kind.size, activation=None if refine else end), layers.Reshape(config.image_shape)]
    if refine:
        last = layers.Conv2D(config.kind.channels, 3, padding="same", activation=end)
        pixels += [layers.Conv2D(refine, 3, padding="same"), layers.LeakyReLU(0.2), last]
    # with tanh it draws in [-1, 1]; between the networks pixels are in [0, 1], which the discriminator's first layer takes back
    return [*pixels, layers.Rescaling(0.5, 0.5)] if widths.get("tanh") else pixels


def _judging(config: ModelConfig) -> list[keras.Layer]:
    """The discriminator up to its scores: fully connected, or of pictures with `convolutions` the DCGAN's that sees every pixel."""
    from keras import layers

    from gan_core.nn.layers import Dropout, convolutional_discriminator

    widths = config.widths
    if widths.get("convolutions") and config.kind.name == "picture":
        convolutions = convolutional_discriminator(widths["convolutions"], widths["dropout"], fine=widths.get("fine", 0))
        return [layers.Rescaling(2.0, -1.0), *convolutions[:-1]]
    judging: list[layers.Layer] = [*([layers.Rescaling(2.0, -1.0)] if widths.get("tanh") else []), layers.Flatten()]
    for width in widths["discriminator"]:
        if widths.get("dropout"):
            judging += [layers.Dense(width), layers.LeakyReLU(0.2), Dropout(widths["dropout"])]
        else:
            judging += _hidden(width, widths)
    return judging


def _hidden(width: int, widths: Widths) -> list[keras.Layer]:
    """A hidden layer: ReLU, or where the widths name a `slope` a leaky one."""
    from keras import layers

    slope = widths.get("slope")
    return [layers.Dense(width), layers.LeakyReLU(slope)] if slope else [layers.Dense(width, activation="relu")]


FAMILY = Family(
    name="dense",
    title="Dense GAN",
    summary="Fully connected networks: fast to train, quick to collapse.",
    paper="Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",
    pixel_range=(0.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "widths": {"generator": [16], "discriminator": [16]}},
    xla=True,
    kinds=("picture", "signal"),
    order=1,
)
