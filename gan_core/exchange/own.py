"""A person's own generator, wherever it was made: finished as a program, and kept as a checkpoint that the page, the command line and Python know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from safetensors.numpy import save as save_tensors

from gan_core import environment, families
from gan_core.config import ModelConfig, TrainConfig, check_name
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.imaging import pixels
from gan_core.mnist import KIND
from gan_core.model import checkpoints, program
from gan_core.model.building import Operations
from gan_core.model.directions import leading_directions
from gan_core.model.latent import Prior
from gan_core.model.operations import End, Operation
from gan_core.model.program import Program

RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}  # of the pixels that come out of a last activation


@dataclass(frozen=True)
class Told:
    """What its owner says of a generator.

    Args:
        family: under which it is listed (default: that of plain layers, or of convolutions where it has any).
        dataset: what it was trained on.
        pixel_range: of what it draws (default: [-1, 1] after tanh, [0, 1] after sigmoid).
        step: how long it was trained.
    """

    family: str = ""
    dataset: str = "mnist"
    pixel_range: tuple[float, float] | None = None
    step: int = 0


class Options(TypedDict, total=False):
    """The same as options of `from_keras` and `from_onnx`."""

    family: str
    dataset: str
    pixel_range: tuple[float, float] | None
    step: int


def finished(operations: Operations, size: int, shape: Sequence[int], what: str, told: Told) -> Program:
    """The generator of these operations, from `size` numbers to pictures.

    Args:
        shape: that the last operation leaves: `[h, w, c]`, `[h, w]`, or the pixels of MNIST in a row.
        what: the model as errors name it.
    Raises: ConfigError where its pixels have no range, CheckpointError where it is no program that can be run.
    """
    none: Operation = {"op": "none"}
    last = next((op for op in reversed(operations.ops) if op["op"] != "reshape"), none)
    if told.pixel_range is None and last.get("kind") not in RANGES:
        raise ConfigError(
            f"{what} ends in {last.get('kind') or last['op']!r}; say with pixel_range which pixels it draws, such as (-1, 1)."
        )
    drawn = list(shape)
    if len(drawn) == 2:
        drawn = [*drawn, 1]
        operations.add("reshape", shape=drawn)
    elif drawn == [KIND.size]:
        drawn = list(KIND.shape)
        operations.add("reshape", shape=drawn)
    images: End = {"name": "images", "shape": drawn, "range": list(told.pixel_range or RANGES[last["kind"]])}
    made = Program("generator", {"name": "z", "shape": [size]}, images, operations.ops, operations.tensors, step=told.step)
    return program.check(made, what)


def folder_of(name: Path | str) -> Path:
    """Where such a checkpoint goes: a folder, or a name among the models (GAN_CHECKPOINTS). Raises ConfigError."""
    folder = Path(name) if len(Path(name).parts) > 1 else environment.checkpoints() / name
    check_name(folder.name, "the checkpoint's name")
    return folder


def keep(generator: Program, folder: Path, told: Told, imported: str, made_with: str) -> Path:
    """The generator as a new checkpoint.

    Args:
        imported: what it came from, for its config.json: 'keras', 'onnx'.
        made_with: the same in a sentence.
    Raises: ConfigError for a family that takes more than z, CheckpointError where the folder is there already.
    """
    family = families.get(told.family or _family_of(generator))
    if family.conditional or family.has_encoder:
        raise ConfigError(f"family is {family.name!r}; expected one whose generator draws from z alone.")
    size = generator.input["shape"][0]
    config = ModelConfig(family.name, preset="own", latent_dim=size, image_shape=tuple(generator.output["shape"]))
    prior = Prior.normal(size)
    directions, duals = leading_directions(generator, prior)
    drawn = pixels.to_uint8(pixels.to_unit(generator.run(prior.sample(64)), generator.output["range"]))
    contents = {
        "generator.safetensors": program.to_bytes(generator, "mixed"),
        "directions.safetensors": save_tensors({"directions": directions, "duals": duals}),
        "progress.png": pixels.encode_png(pixels.grid(drawn, 8)),
        "metrics.json": (json.dumps({"training": {"step": told.step}}) + "\n").encode(),
        "README.md": _readme(folder.name, family.title, size, told.dataset, made_with).encode(),
    }
    about = {"model": config.to_dict(), "train": {**TrainConfig().to_dict(), "dataset": catalog.public_name(told.dataset)}, "prior": {"kind": "normal"},
             "step": told.step, "epochs": [{"step": told.step, "epoch": 0.0, "file": "generator.safetensors"}], "imported": imported}  # fmt: skip
    return checkpoints.write(folder, about, contents).folder


def _family_of(generator: Program) -> str:
    """A family of its kind whose generator draws from z alone: the one that the page opens on has convolutions, the first one has not."""
    plain = [one for one in map(families.get, families.names()) if one.has_discriminator and not one.conditional]
    convolves = any(op["op"] in ("conv", "upconv", "conv_transpose") for op in generator.ops)
    return next((one.name for one in plain if one.opening == convolves), plain[0].name)


def _readme(name: str, family: str, latent_dim: int, dataset: str, made_with: str) -> str:
    known = catalog.DATASETS.get(dataset)
    data = f"{known.title} ({known.licence}), {known.home}" if known else "a person's own pictures"
    return f"""# {name}

A generator that {made_with} and taken over as a list of operations; listed as {family}.

- Data: {data}
- z: {latent_dim} numbers, normal with mean 0 and variance 1

![Samples](progress.png)

Made for looking at how such models work.
"""
