"""Variational autoencoder: an autoencoder whose codes are spread as the prior is, so that what is drawn from z looks like the data.

Source: Kingma and Welling 2014, Auto-Encoding Variational Bayes. https://arxiv.org/abs/1312.6114
The encoder gives each picture a normal distribution of codes instead of one code. Training draws a code of it and adds the distribution's
divergence from N(0, 1) to the error of the pixels; what is explored are the means. `reference` has the paper's networks (appendix C).

This file is also the example of docs/families.md: everything the family is stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    import keras
    import tensorflow as tf

    from gan_core.nn.layers import Chain
    from gan_core.nn.operations import Operations

WIDEST = 10.0  # of the logarithm of a variance: beyond, its exponential would leave no number in a step that went wrong

PRESETS = {
    "reference": Preset(
        "Reference (the paper's networks)",
        {"latent_dim": 20, "widths": {"dense": [500]}},
        {"steps": 12000, "batch_size": 100, "g_learning_rate": 1e-3},
    ),
    "live": Preset(
        "Live (digits in under a minute)",
        {"latent_dim": 16, "widths": {"encoder": [16, 32], "dense": [128], "decoder": [16, 16]}},
        {"steps": 2000, "batch_size": 64, "g_learning_rate": 2e-3, "final_lr_fraction": 0.1, "ema_decay": 0.99},
    ),
    "studio": Preset(
        "Studio (as sharp as it gets)",
        {"latent_dim": 32, "widths": {"encoder": [32, 64], "dense": [256], "decoder": [32, 32]}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 1e-3, "final_lr_fraction": 0.02, "ema_decay": 0.999},
    ),
    "map": Preset(
        "Map (a code of two numbers, the shipped model)",
        {"latent_dim": 2, "widths": {"encoder": [16, 32], "dense": [128, 64], "decoder": [16, 16]}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 1e-3, "final_lr_fraction": 0.02, "ema_decay": 0.999},
    ),
}


def build(config: ModelConfig) -> dict[str, Chain]:
    """Encoder pictures `[n, *image_shape]` in [0, 1] -> code `[n, latent_dim]`; generator (decoder) code -> pictures in [0, 1]."""
    from keras import layers

    from gan_core.nn.layers import Chain, UpsampleConv2D

    widths, (height, width, colours) = config.widths, config.image_shape
    down: list[layers.Layer] = []
    for filters, size in zip(widths.get("encoder", ()), (5, 3), strict=False):
        down.append(layers.Conv2D(filters, size, strides=2, padding="same", activation="relu"))
    down.append(layers.Flatten())
    down += [layers.Dense(units, activation="relu") for units in widths["dense"]]
    down += [layers.Dense(2 * config.latent_dim), _code(config.kind.size)]

    up: list[layers.Layer] = [layers.Dense(units, activation="relu") for units in reversed(widths["dense"])]
    if "decoder" in widths:
        deep, shallow = widths["decoder"]
        up += [layers.Dense(height * width // 16 * deep, activation="relu"), layers.Reshape((height // 4, width // 4, deep))]
        up += [UpsampleConv2D(shallow, 3), layers.Activation("relu"), UpsampleConv2D(colours, 5), layers.Activation("sigmoid")]
    else:
        up += [layers.Dense(config.kind.size, activation="sigmoid"), layers.Reshape(config.image_shape)]
    return {"encoder": Chain("encoder", down, config.image_shape), "generator": Chain("generator", up, (config.latent_dim,))}


def _code(pixels: int) -> keras.Layer:
    """The encoder's last layer. It is made in here because a family's file is read where there is no Keras.

    Args:
        pixels: numbers in a picture: the error is a mean over them, so their share of the divergence is what goes with it.
    """
    import keras
    from keras import ops

    class Code(keras.layers.Layer):
        """Means and logarithms of variances `[n, 2 d]` -> a code `[n, d]`: drawn while training, else the mean.

        Its loss is the divergence KL(q(z|x) || N(0, 1)) = sum (mean^2 + variance - 1 - log variance) / 2, a mean over the batch, in nats for
        each pixel. Source: the paper's appendix B.
        """

        def __init__(self) -> None:
            super().__init__(dtype="float32")
            self.seed_generator = keras.random.SeedGenerator()

        def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
            """`training` draws."""
            mean, log_variance = ops.split(x, 2, axis=1)
            log_variance = ops.clip(log_variance, -WIDEST, WIDEST)
            divergence = 0.5 * ops.sum(mean**2 + ops.exp(log_variance) - 1 - log_variance, axis=1)
            self.add_loss(ops.mean(divergence) / pixels)
            if not training:
                return mean
            return mean + ops.exp(0.5 * log_variance) * keras.random.normal(ops.shape(mean), seed=self.seed_generator)

        def to_operations(self, operations: Operations, shape: tuple[int, ...]) -> None:
            """The means are the first outputs of the dense layer before it."""
            operations.keep_outputs(shape[0])

    return Code()


FAMILY = Family(
    name="vae",
    title="Variational autoencoder",
    summary="An autoencoder whose codes fill the prior, so that any z draws something.",
    paper="Kingma and Welling 2014, https://arxiv.org/abs/1312.6114",
    roles=("encoder", "generator"),
    sides=4,
    pixel_range=(0.0, 1.0),
    presets=PRESETS,
    tiny={"latent_dim": 8, "widths": {"encoder": [3, 4], "dense": [12], "decoder": [4, 4]}},
    build=build,
    order=6,
)
