"""A checkpoint as a file for somebody else's program, by the name of its format."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_core.arrays import Array
from gan_core.config import check_choice
from gan_core.errors import ConfigError
from gan_core.exchange.model import Model
from gan_core.imaging import exports, linked


@dataclass(frozen=True)
class Wanted:
    """What is exported.

    Args:
        role, step: of the network, as for `Model.program`.
        n, seed: of a picture: how many samples, and which.
    """

    role: str = "generator"
    step: int | None = None
    n: int = 64
    seed: int = 0


def export(model: Model, kind: str, out: Path, wanted: Wanted | None = None) -> Path:
    """Write the model as `kind`, one of FORMATS, at `out`, whole or not at all; `out` is returned.

    Raises: ConfigError for an unknown format, a network that it has not, or a folder that is there already; ModuleNotFoundError where the
        format's library is not installed; GanCoreError when the disk does not take it.
    """
    check_choice("the format (--to)", kind, tuple(FORMATS))
    FORMATS[kind].write(model, wanted or Wanted(), out)
    return out


def file_name(model: Model, kind: str, wanted: Wanted) -> str:
    """What a file is called that nobody named."""
    moment = "" if wanted.step is None else f"-step-{wanted.step}"
    return f"{model.name}-{wanted.role}{moment}{FORMATS[kind].ending}"


def _keras(model: Model, wanted: Wanted, out: Path) -> None:
    if out.suffix != ".keras":
        raise ConfigError(f"{out} is to be a Keras file; expected a name that ends in .keras.")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model.keras"
        model.keras(wanted.role, wanted.step).save(made)
        exports.write(out, made.read_bytes())


def _onnx(model: Model, wanted: Wanted, out: Path) -> None:
    exports.write(out, model.onnx(wanted.role, wanted.step))


def _tflite(model: Model, wanted: Wanted, out: Path) -> None:
    from gan_core.exchange.to_tensorflow import to_litert

    exports.write(out, to_litert(model.program(wanted.role, wanted.step)))


def _saved_model(model: Model, wanted: Wanted, out: Path) -> None:
    from gan_core.exchange.to_tensorflow import write_saved_model

    if out.exists():
        raise ConfigError(f"{out} is there already; choose another folder for the SavedModel, or remove that one.")
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "model"
        write_saved_model(model.program(wanted.role, wanted.step), made)
        shutil.copytree(made, out)


def _png(model: Model, wanted: Wanted, out: Path) -> None:
    labels = model.even_labels(wanted.n) if model.num_classes else None
    drawn = model.generate(model.sample_z(wanted.n, wanted.seed), labels, wanted.step)
    address = linked.link_of_samples(model.name, wanted.seed, step=wanted.step)
    exports.write(out, linked.with_link(exports.encode("png", drawn, {}, scale=2), address))


def _npz(model: Model, wanted: Wanted, out: Path) -> None:
    """The numbers of the network by name, and `program`, the list of operations that use them, as JSON."""
    network = model.program(wanted.role, wanted.step)
    about = {"role": network.role, "input": network.input, "output": network.output, "num_classes": network.num_classes, "ops": network.ops}
    arrays: dict[str, Array | None] = {**network.tensors, "program": np.array(json.dumps(about))}
    exports.write(out, exports.encode("npz", np.zeros((1, 1, 1), np.float32), arrays))


@dataclass(frozen=True)
class Format:
    """How a format is written, the ending of its file, and what it is, for the help."""

    write: Callable[[Model, Wanted, Path], None]
    ending: str
    about: str


FORMATS = {
    "keras": Format(_keras, ".keras", "a plain Keras model"),
    "onnx": Format(_onnx, ".onnx", "ONNX"),
    "tflite": Format(_tflite, ".tflite", "LiteRT"),
    "savedmodel": Format(_saved_model, "", "a folder for TensorFlow Serving"),
    "png": Format(_png, ".png", "a picture of samples"),
    "npz": Format(_npz, ".npz", "the network's numbers, with the list of its operations"),
}
