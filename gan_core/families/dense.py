"""Dense GAN: two small fully connected networks, the GAN of the first paper.

Source: Goodfellow et al. 2014, Generative Adversarial Nets. https://arxiv.org/abs/1406.2661
The `reference` preset is the course material's: z 100 -> 256 -> pixels against pixels -> 256 -> 1, 5,000 steps of 50 pictures. `sketch` is its
two-layer sketch: 128 units in each network, a tanh at the generator's end, so that the networks see pixels in [-1, 1], and two Adams at 0.01.
`paper` trains the course's networks as the paper does: k = 1 and SGD with momentum, minding nothing that came later.
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
        {"latent_dim": 64, "widths": {"generator": [256, 512, 512], "discriminator": [512, 256], "batch_norm": True, "dropout": 0.3,
                                      "despeckle": 2}},
        {"steps": 60000, "batch_size": 64, "g_learning_rate": 4e-4, "d_learning_rate": 4e-4, "beta_1": 0.5, "ema_decay": 0.9995,
         "one_stage": True, "r1_gamma": 0.05, "r1_every": 8, "final_lr_fraction": 0.05},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Generator `[n, latent_dim]` -> pictures `[n, *image_shape]` in [0, 1]; discriminator pictures -> logits `[n, 1]`."""
    from keras import layers

    from gan_core.nn.layers import AnyScore, Chain, Despeckle, Dropout

    widths = config.widths
    generator: list[layers.Layer] = []
    for width in widths["generator"]:
        if widths.get("batch_norm"):
            generator += [layers.Dense(width, use_bias=False), layers.BatchNormalization(momentum=0.9), layers.LeakyReLU(0.2)]
        else:
            generator += _hidden(width, widths)
    tanh = bool(widths.get("tanh"))
    generator += [layers.Dense(config.kind.size, activation="tanh" if tanh else "sigmoid"), layers.Reshape(config.image_shape)]
    if tanh:  # it draws in [-1, 1]; between the networks pixels are in [0, 1], which the discriminator's first layer takes back
        generator.append(layers.Rescaling(0.5, 0.5))
    if widths.get("despeckle") and config.kind.name == "picture" and config.kind.channels == 1:
        generator.append(Despeckle(widths["despeckle"]))
    discriminator: list[layers.Layer] = [*([layers.Rescaling(2.0, -1.0)] if tanh else []), layers.Flatten()]
    for width in widths["discriminator"]:
        if widths.get("dropout"):
            discriminator += [layers.Dense(width), layers.LeakyReLU(0.2), Dropout(widths["dropout"])]
        else:
            discriminator += _hidden(width, widths)
    votes = widths.get("votes", 0)
    discriminator += [layers.Dense(votes), AnyScore()] if votes else [layers.Dense(1)]
    return {
        "generator": Chain("generator", generator, (config.latent_dim,)),
        "discriminator": Chain("discriminator", discriminator, config.image_shape),
    }


def _hidden(width: int, widths: Widths) -> list[keras.Layer]:
    """A hidden layer: ReLU, or where the widths name a `slope` a leaky one."""
    from keras import layers

    slope = widths.get("slope")
    return [layers.Dense(width), layers.LeakyReLU(slope)] if slope else [layers.Dense(width, activation="relu")]


FAMILY = Family(
    name="dense",
    title="Dense GAN",
    summary="Two fully connected networks: fast to train, quick to collapse.",
    paper="Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661",
    pixel_range=(0.0, 1.0),
    presets=PRESETS,
    build=build,
    tiny={"latent_dim": 8, "widths": {"generator": [16], "discriminator": [16]}},
    xla=True,
    kinds=("picture", "signal"),
    order=1,
)
