"""A person's own Keras generator as a checkpoint, which the page, the command line and Python then know as any other."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save as save_tensors

from gan_core import environment, families
from gan_core.config import ModelConfig, TrainConfig, check_name
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.imaging import pixels
from gan_core.mnist import KIND
from gan_core.model import checkpoints, program
from gan_core.model.directions import leading_directions
from gan_core.model.latent import Prior
from gan_core.model.program import Program

RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}  # of the pixels that come out of a last activation


def from_keras(
    model: Any, name: Path | str, *, family: str = "", dataset: str = "mnist", pixel_range: tuple[float, float] | None = None, step: int = 0
) -> Path:
    """A generator of Keras' own layers, one after the other, as a new checkpoint.

    Args:
        model: a `keras.Sequential`, or a functional model that is a chain: z, normal with mean 0 and variance 1, -> pictures. Layers: Dense,
            Conv2D, Conv2DTranspose, UpSampling2D, BatchNormalization, pooling, Reshape, Flatten, Rescaling, Dropout, relu, leaky relu, tanh,
            sigmoid, softmax.
        name: of the checkpoint among the models (GAN_CHECKPOINTS), or its folder.
        family: under which it is listed (default: that of plain layers, or of convolutions where it has any).
        dataset: what it was trained on.
        pixel_range: of what it draws (default: [-1, 1] after tanh, [0, 1] after sigmoid).
        step: how long it was trained.
    Returns: the checkpoint's folder; `gan_core.load` opens it.
    Raises: ConfigError for a layer that no program has, or ends that do not fit; CheckpointError where the folder is there already.
    """
    folder = Path(name) if len(Path(name).parts) > 1 else environment.checkpoints() / name
    check_name(folder.name, "the checkpoint's name")
    generator = program_of(model, pixel_range, step)
    chosen = families.get(family or _family_of(generator))
    if chosen.conditional or chosen.has_encoder:
        raise ConfigError(f"family is {chosen.name!r}; expected one whose generator draws from z alone.")
    size = generator.input["shape"][0]
    config = ModelConfig(chosen.name, preset="own", latent_dim=size, image_shape=tuple(generator.output["shape"]))
    prior = Prior.normal(size)
    directions, duals = leading_directions(generator, prior)
    drawn = pixels.to_uint8(pixels.to_unit(generator.run(prior.sample(64)), generator.output["range"]))
    contents = {
        "generator.safetensors": program.to_bytes(generator, "mixed"),
        "directions.safetensors": save_tensors({"directions": directions, "duals": duals}),
        "progress.png": pixels.encode_png(pixels.grid(drawn, 8)),
        "metrics.json": (json.dumps({"training": {"step": step}}) + "\n").encode(),
        "README.md": _readme(folder.name, chosen.title, size, dataset).encode(),
    }
    told = {"model": config.to_dict(), "train": {**TrainConfig().to_dict(), "dataset": catalog.public_name(dataset)}, "prior": {"kind": "normal"},
            "step": step, "epochs": [{"step": step, "epoch": 0.0, "file": "generator.safetensors"}], "imported": "keras"}  # fmt: skip
    return checkpoints.write(folder, told, contents).folder


def program_of(model: Any, pixel_range: tuple[float, float] | None = None, step: int = 0) -> Program:
    """The generator as a program; arguments and errors as for `from_keras`."""
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
    last = operations.ops[-1] if operations.ops else {}
    if pixel_range is None and last.get("kind") not in RANGES:
        raise ConfigError(
            f"{model.name} ends in {last.get('kind') or last.get('op')!r}; say with pixel_range which pixels it draws, such as (-1, 1)."
        )
    shape = [int(length) for length in model.output_shape[1:]]
    if len(shape) == 2:
        shape = [*shape, 1]
        operations.add("reshape", shape=shape)
    elif shape == [KIND.size]:
        shape = list(KIND.shape)
        operations.add("reshape", shape=shape)
    images = {"name": "images", "shape": shape, "range": list(pixel_range or RANGES[last["kind"]])}
    made = Program("generator", {"name": "z", "shape": [int(np.prod(before))]}, images, operations.ops, operations.tensors, step=step)
    return program.check(made, model.name)


def _input_shape(model: Any) -> tuple[int, ...]:
    shape = getattr(model, "input_shape", None)
    if not isinstance(shape, tuple) or None in shape[1:]:
        raise ConfigError(f"{model.name} has the input {shape!r}; expected a built model with one input z, such as (None, 100).")
    return tuple(int(length) for length in shape[1:])


def _chain(model: Any) -> list[Any]:
    """The layers one after the other, those of models inside it, too. Raises ConfigError where they are no chain."""
    layers: list[Any] = []
    for layer in model.layers:
        if hasattr(layer, "layers"):
            layers += _chain(layer)
        elif type(layer).__name__ != "InputLayer":
            layers.append(layer)
    joined = [layer for layer in layers if not hasattr(layer, "output") or isinstance(layer.output, list) or isinstance(layer.input, list)]
    own = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    apart = [b for a, b in itertools.pairwise(own) if not joined and b.input is not a.output]
    if joined or apart or not layers:
        name = (joined or apart or [model])[0].name
        raise ConfigError(f"{model.name} is no chain of layers (see {name}); expected each layer to take what the one before it gives.")
    return layers


def _family_of(generator: Program) -> str:
    """A family of its kind whose generator draws from z alone: the one that the page opens on has convolutions, the first one has not."""
    plain = [one for one in map(families.get, families.names()) if one.has_discriminator and not one.conditional]
    convolves = any(op["op"] in ("conv", "upconv", "conv_transpose") for op in generator.ops)
    return next((one.name for one in plain if one.opening == convolves), plain[0].name)


def _readme(name: str, family: str, latent_dim: int, dataset: str) -> str:
    known = catalog.DATASETS.get(dataset)
    data = f"{known.title} ({known.licence}), {known.home}" if known else "a person's own pictures"
    return f"""# {name}

A generator that was made with Keras and taken over as a list of operations; listed as {family}.

- Data: {data}
- z: {latent_dim} numbers, normal with mean 0 and variance 1

![Samples](progress.png)

Made for looking at how such models work.
"""
