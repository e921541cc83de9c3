"""Convolutional autoencoder: a picture through a narrow code and back.

Source: the course material's network, after Chollet 2016, Building Autoencoders in Keras.
https://blog.keras.io/building-autoencoders-in-keras.html
The decoder is the family's generator: it draws a picture from a code (z), 4 x 4 x 8 = 128 numbers, flattened.

`reference` is the course's: Adam, 50 epochs, and its rows after 10 and 50 of them (of MNIST). `sharper` is the same network with what trains
it better. `compression` is for codes of any size, `denoising` is shown damaged pictures and asked for clean ones, `stacked` learns layer by layer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gan_core.config import ModelConfig
from gan_core.errors import ConfigError
from gan_core.families.base import Family, Preset

if TYPE_CHECKING:
    import keras

    from gan_core.nn.layers import Chain

GRID_CODE = 16  # the course's code is a 4 x 4 grid of channels: a multiple of this

PRESETS = {
    "reference": Preset(
        "Reference (course material)",
        {"latent_dim": 128, "widths": {"encoder": [16, 8], "decoder": [8, 8, 16]}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 1e-3, "show_at": "4680,23400"},
        latent_multiple=GRID_CODE,
    ),
    "sharper": Preset(
        "Sharper (the same network, trained by SOAP)",
        {"latent_dim": 128, "widths": {"encoder": [16, 8], "decoder": [8, 8, 16]}},
        {"steps": 23400, "batch_size": 128, "optimizer": "soap", "g_learning_rate": 3e-3, "final_lr_fraction": 0.01, "show_at": "4680,23400"},
        latent_multiple=GRID_CODE,
    ),
    "live": Preset(
        "Live (readable in half a minute)",
        {"latent_dim": 128, "widths": {"encoder": [16, 16], "decoder": [24, 16, 8]}},
        {"steps": 600, "batch_size": 64, "optimizer": "soap", "g_learning_rate": 6e-3, "final_lr_fraction": 0.1},
        latent_multiple=GRID_CODE,
    ),
    "studio": Preset(
        "Studio (the shipped model)",
        {"latent_dim": 128, "widths": {"encoder": [32, 64], "dense": [256], "decoder": [32, 32]}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 2e-3, "final_lr_fraction": 0.01, "ema_decay": 0.999},
    ),
    "map": Preset(
        "Map (a code of two numbers)",
        {"latent_dim": 2, "widths": {"encoder": [32, 64], "dense": [256, 64], "decoder": [32, 32], "normalised": True}},
        {"steps": 23400, "batch_size": 128, "g_learning_rate": 1e-3, "final_lr_fraction": 0.01, "ema_decay": 0.999},
    ),
    "compression": Preset(
        "Compression (a code of any size)",
        {"latent_dim": 32, "widths": {"dense": [128], "normalised": True}},
        {"steps": 1872, "batch_size": 128, "g_learning_rate": 3e-3, "final_lr_fraction": 0.02, "ema_decay": 0.99},
    ),
    "denoising": Preset(
        "Denoising (damaged picture in, clean picture out)",
        {"latent_dim": 64, "widths": {"dense": [192], "normalised": True, "damage": {"noise": 0.6, "blank": 0.25}}},
        {"steps": 2340, "batch_size": 128, "g_learning_rate": 3e-3, "final_lr_fraction": 0.02, "ema_decay": 0.99},
    ),
    "stacked": Preset(
        "Stacked (layer by layer)",
        {"latent_dim": 16, "widths": {"stack": [128, 48]}},
        {"steps": 3744, "batch_size": 128, "g_learning_rate": 2e-3, "ema_decay": 0.98, "show_at": "936,1872,2808"},
    ),
}  # fmt: skip


def build(config: ModelConfig) -> dict[str, Chain]:
    """Encoder pictures `[n, *image_shape]` in [0, 1] -> code `[n, latent_dim]`; generator (decoder) code -> pictures in [0, 1].

    The code is never negative, except where the widths say `normalised`: then it has mean 0 and variance 1.
    """
    from gan_core.nn.layers import Chain, Damage

    if "stack" in config.widths:
        return _stack(config)
    down, up = _dense_code(config) if "dense" in config.widths else _grid_code(config)
    if "damage" in config.widths:
        down = [Damage(**config.widths["damage"]), *down]
    return {"encoder": Chain("encoder", down, config.image_shape), "generator": Chain("generator", up, (config.latent_dim,))}


def _stack(config: ModelConfig) -> dict[str, Chain]:
    """Dense layers in pairs, each narrower than the one outside of it, trained from the outermost inwards."""
    from keras import layers

    from gan_core.nn.layers import Chain

    hidden = [*config.widths["stack"], config.latent_dim]
    down = [layers.Flatten(), *[layers.Dense(width, activation="relu") for width in hidden]]
    up = [layers.Dense(width, activation="relu") for width in reversed(hidden[:-1])]
    up += [layers.Dense(config.kind.size, activation="sigmoid"), layers.Reshape(config.image_shape)]
    outwards = range(len(hidden))
    return {
        "encoder": Chain("encoder", down, config.image_shape, stages=[2 + stage for stage in outwards]),
        "generator": Chain("generator", up, (config.latent_dim,), stages=[len(hidden) - 1 - stage for stage in outwards]),
    }


def _grid_code(config: ModelConfig) -> tuple[list[keras.Layer], list[keras.Layer]]:
    """The course's shape: a picture becomes 4 x 4 x channels numbers, of other sizes an eighth of its height and width."""
    from keras import layers

    from gan_core.nn.layers import UpsampleConv2D

    encoder, decoder = config.widths["encoder"], config.widths["decoder"]
    height, width, colours = config.image_shape
    rows, columns = -(-height // 8), -(-width // 8)
    channels, left = divmod(config.latent_dim, rows * columns)
    odd = [side % 8 > 0 for side in (height, width)]  # halved twice they are odd, and the third time one more row than a half is kept
    if left or odd[0] != odd[1]:
        raise ConfigError(
            f"latent_dim is {config.latent_dim} for {config.kind}; expected a multiple of {rows * columns}, the numbers in a channel of the "
            "code, and sides that are both multiples of 8 or both not. The preset studio has no such grid."
        )
    down = [
        layers.Conv2D(encoder[0], 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.Conv2D(encoder[1], 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2, padding="same"),
        layers.Conv2D(channels, 3, strides=2, padding="same", activation="relu"),
        layers.Flatten(),
    ]
    up = [
        layers.Reshape((rows, columns, channels)),
        layers.Conv2D(decoder[0], 3, padding="same", activation="relu"),
        UpsampleConv2D(decoder[1], 3),
        layers.Activation("relu"),
        UpsampleConv2D(decoder[2], 3, padding="valid" if odd[0] else "same"),
        layers.Activation("relu"),
        UpsampleConv2D(colours, 3),
        layers.Activation("sigmoid"),
    ]
    return down, up


def _dense_code(config: ModelConfig) -> tuple[list[keras.Layer], list[keras.Layer]]:
    """Strided convolutions, then dense layers: every number of the code sees the whole picture, so the same code size holds more.

    Without widths of an `encoder` and a `decoder` there are dense layers only.
    """
    from keras import layers

    from gan_core.nn.layers import UpsampleConv2D

    widths, dense = config.widths, config.widths["dense"]
    height, width, colours = config.image_shape
    down = [
        *[
            layers.Conv2D(filters, size, strides=2, padding="same", activation="relu")
            for filters, size in zip(widths.get("encoder", ()), (5, 3), strict=False)
        ],
        layers.Flatten(),
        *[layers.Dense(width, activation="relu") for width in dense],
        layers.Dense(config.latent_dim),
        layers.BatchNormalization(momentum=0.9, center=not config.widths.get("normalised"), scale=False),
    ]
    if not config.widths.get("normalised"):
        down.append(layers.Activation("relu"))
    up = [layers.Dense(width, activation="relu") for width in reversed(dense)]
    if "decoder" not in widths:
        return down, [*up, layers.Dense(config.kind.size, activation="sigmoid"), layers.Reshape(config.image_shape)]
    decoder = widths["decoder"]
    up += [
        layers.Dense(height * width // 16 * decoder[0], activation="relu"),
        layers.Reshape((height // 4, width // 4, decoder[0])),
        UpsampleConv2D(decoder[1], 3),
        layers.Activation("relu"),
        UpsampleConv2D(colours, 5),
        layers.Activation("sigmoid"),
    ]
    return down, up


FAMILY = Family(
    name="autoencoder",
    title="Autoencoder",
    summary="A picture becomes 128 numbers and comes back.",
    paper="Chollet 2016, https://blog.keras.io/building-autoencoders-in-keras.html",
    roles=("encoder", "generator"),
    pixel_range=(0.0, 1.0),
    presets=PRESETS,
    build=build,
    sides=4,
    tiny={"latent_dim": 128, "widths": {"encoder": [3, 4], "decoder": [4, 4, 3]}},
    order=4,
)
