"""A person's own Keras generator as a checkpoint, which the page, the command line and Python then know as any other."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gan_core.errors import ConfigError
from gan_core.exchange import own
from gan_core.model.program import Program

if TYPE_CHECKING:
    import keras


def from_keras(
    model: keras.Model,
    name: Path | str,
    *,
    family: str = "",
    dataset: str = "mnist",
    pixel_range: tuple[float, float] | None = None,
    step: int = 0,
) -> Path:
    """A generator of Keras' own layers, one after the other, as a new checkpoint.

    Args:
        model: a `keras.Sequential`, or a functional model that is a chain: z, normal with mean 0 and variance 1, -> pictures. Layers: Dense,
            Conv2D, Conv2DTranspose, UpSampling2D, BatchNormalization, pooling, Reshape, Flatten, Rescaling, Dropout, relu, leaky relu, tanh,
            sigmoid, softmax.
        name: of the checkpoint among the models (GAN_CHECKPOINTS), or its folder.
        family, dataset, pixel_range, step: as `own.Told` has them.
    Returns: the checkpoint's folder; `gan_core.load` opens it.
    Raises: ConfigError for a layer that no program has, or ends that do not fit; CheckpointError where the folder is there already.
    """
    folder, told = own.folder_of(name), own.Told(family, dataset, pixel_range, step)
    return own.keep(program_of(model, told), folder, told, "keras", "was made with Keras")


def program_of(model: keras.Model, told: own.Told) -> Program:
    """The generator as a program; errors as for `from_keras`."""
    from gan_core.nn import keras_layers
    from gan_core.nn.operations import Operations

    operations = Operations()
    before = _input_shape(model)
    if len(before) > 1:
        operations.add("reshape", shape=list(before))
    try:
        for layer in _chain(model):
            keras_layers.to_operations(layer, operations, tuple(layer.output.shape[1:]))
    except TypeError as error:
        raise ConfigError(f"{model.name} cannot be taken over: {error}.") from error
    return own.finished(operations, int(np.prod(before)), [int(length) for length in model.output_shape[1:]], model.name, told)


def _input_shape(model: keras.Model) -> tuple[int, ...]:
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or None in shape[1:]:
        raise ConfigError(f"{model.name} has the input {shape!r}; expected a built model with one input z, such as (None, 100).")
    return tuple(int(length) for length in shape[1:])


def _chain(model: keras.Model) -> list[keras.Layer]:
    """The layers one after the other, those of models inside it, too. Raises ConfigError where they are no chain."""
    layers: list[keras.Layer] = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            layers += _chain(layer)
        elif type(layer).__name__ != "InputLayer":
            layers.append(layer)
    joined = [layer for layer in layers if not hasattr(layer, "output") or isinstance(layer.output, list) or isinstance(layer.input, list)]
    own_layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    apart = [b for a, b in itertools.pairwise(own_layers) if not joined and b.input is not a.output]
    if joined or apart or not layers:
        name = (joined or apart or [model])[0].name
        raise ConfigError(f"{model.name} is no chain of layers (see {name}); expected each layer to take what the one before it gives.")
    return layers
