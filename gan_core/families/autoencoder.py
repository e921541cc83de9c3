"""Convolutional autoencoder: a picture through a narrow code and back.

Source: the course material's network, after Chollet 2016, Building Autoencoders in Keras.
https://blog.keras.io/building-autoencoders-in-keras.html
The decoder is the family's generator: it draws a picture from a code (z), 4 x 4 x 8 = 128 numbers, flattened.
"""

from __future__ import annotations

from typing import Any

from gan_core.config import ModelConfig
from gan_core.families.base import Family, Preset

PRESETS = {
    "reference": Preset(
        "Reference (course material)",
        {"latent_dim": 128, "widths": {"encoder": [16, 8], "decoder": [8, 8, 16]}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 1e-3},
    ),
    "live": Preset(
        "Live (readable in half a minute)",
        {"latent_dim": 128, "widths": {"encoder": [16, 16], "decoder": [24, 16, 8]}},
        {"steps": 600, "batch_size": 64, "g_learning_rate": 3e-3, "final_lr_fraction": 0.1},
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {"latent_dim": 128, "widths": {"encoder": [16, 32], "decoder": [48, 32, 16]}},
        {"steps": 2808, "batch_size": 128, "g_learning_rate": 3e-3, "final_lr_fraction": 0.01, "ema_decay": 0.998},
    ),
}


def build(config: ModelConfig) -> dict[str, Any]:
    """Encoder `[n, 28, 28, 1]` in [0, 1] -> code `[n, 128]`, never negative; generator (decoder) code -> `[n, 28, 28, 1]` in [0, 1]."""
    from keras import layers

    from gan_core.layers import Chain, UpsampleConv2D

    encoder, decoder = config.widths["encoder"], config.widths["decoder"]
    channels = config.latent_dim // 16
    down = [
        layers.Conv2D(encoder[0], 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.Conv2D(encoder[1], 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
    ]
    up = [
        layers.Reshape((4, 4, channels)),
        layers.Conv2D(decoder[0], 3, padding="same", activation="relu"),
        UpsampleConv2D(decoder[1], 3),
        layers.Activation("relu"),
        UpsampleConv2D(decoder[2], 3, padding="valid"),
        layers.Activation("relu"),
        UpsampleConv2D(1, 3),
        layers.Activation("sigmoid"),
    ]
    return {
        "encoder": Chain("encoder", down, config.image_shape),
        "generator": Chain("generator", up, (config.latent_dim,)),
    }


FAMILY = Family(
    name="autoencoder",
    title="Autoencoder",
    summary="A picture becomes 128 numbers and comes back.",
    paper="after Chollet 2016, https://blog.keras.io/building-autoencoders-in-keras.html",
    objective="reconstruction",
    pixel_range=(0.0, 1.0),
    presets=PRESETS,
    build=build,
    latent_multiple=16,
    order=4,
)
