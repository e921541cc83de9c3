"""Program -> SavedModel and LiteRT, by way of the Keras model: what TensorFlow Serving and phones read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.exchange.to_keras import WEIGHTS, to_keras
from gan_core.model.program import Program

if TYPE_CHECKING:
    import tensorflow as tf


def write_saved_model(program: Program, folder: Path) -> None:
    """The network as a SavedModel with one signature, `serving_default`: inputs and output have the program's names.

    Raises: ModuleNotFoundError where TensorFlow is not installed.
    """
    from gan_core.nn import keras, tensorflow

    model = to_keras(program, fixed=True)
    shapes = {program.input["name"]: program.input["shape"], **({WEIGHTS: [program.num_classes]} if program.num_classes else {})}
    named = {name: tensorflow.TensorSpec([None, *shape], tensorflow.float32, name=name) for name, shape in shapes.items()}

    def serve(inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        given = list(inputs.values())
        return {program.output["name"]: model(given if len(given) > 1 else given[0], training=False)}

    archive = keras.export.ExportArchive()
    archive.track(model)
    archive.add_endpoint(name="serve", fn=serve, input_signature=[named])
    archive.write_out(str(folder), verbose=False)


def to_litert(program: Program) -> bytes:
    """The network as a LiteRT (TensorFlow Lite) file with the same signature. Raises as `write_saved_model`."""
    from gan_core.nn import tensorflow

    with tempfile.TemporaryDirectory() as folder:
        write_saved_model(program, Path(folder) / "model")
        made: bytes = tensorflow.lite.TFLiteConverter.from_saved_model(str(Path(folder) / "model")).convert()
    return made
