"""Programs as Keras models, LiteRT and SavedModel: the same numbers for every operation and family, without this project at the other end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from operations_zoo import inputs, zoo
from tiny import tiny_model

from gan_core import families
from gan_core.__main__ import main
from gan_core.exchange import to_keras, to_tensorflow
from gan_core.model import operations
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.program import Program
from gan_core.nn.fold import fold


def test_every_operation_has_its_line() -> None:
    assert set(to_keras.LAYERS) == set(operations.KINDS)


def predicted(model: keras.Model, network: Program) -> tuple[np.ndarray, np.ndarray]:
    x, weights = inputs(network)
    return model.predict(x if weights is None else [x, weights], verbose=0), network.run(x, weights)


@pytest.mark.parametrize("name", zoo())
def test_keras_computes_what_the_program_does_and_only_with_its_own_layers(name: str) -> None:
    network = zoo()[name]
    model = to_keras.to_keras(network)
    got, expected = predicted(model, network)
    assert got.shape == expected.shape and np.abs(got - expected).max() < 1e-4
    assert all(type(layer).__module__.startswith("keras.src") for layer in model.layers)


@pytest.mark.parametrize("family", families.names())
def test_every_family_as_keras_models(family: str) -> None:
    for role, chain in families.get(family).build(tiny_model(family)).items():
        network = fold(chain, families.get(family).pixel_range)
        got, expected = predicted(to_keras.to_keras(network), network)
        assert np.abs(got - expected).max() < 1e-4, role


ELSEWHERE = """
import sys, numpy as np, keras
for name in ("generator", "projection"):
    model = keras.models.load_model(f"{name}.keras")
    held = np.load(f"{name}.npz")
    given = [held["x"], held["weights"]]
    assert np.abs(model.predict(given, verbose=0) - held["y"]).max() < 1e-4
    model.summary(print_fn=lambda text: None)
    model.compile("adam", "mse")
    before = [weight.copy() for weight in model.get_weights()]
    model.fit(given, held["y"] + 1, epochs=1, verbose=0)
    assert any((a != b).any() for a, b in zip(before, model.get_weights()))
assert not [name for name in sys.modules if name.startswith("gan_core")]
print("done")
"""


def test_keras_alone_loads_predicts_and_fits(tmp_path: Path) -> None:
    for name in ("generator", "projection"):
        network = zoo()[name]
        x, weights = inputs(network)
        to_keras.to_keras(network).save(tmp_path / f"{name}.keras")
        np.savez(tmp_path / f"{name}.npz", x=x, weights=weights, y=network.run(x, weights))
    done = subprocess.run([sys.executable, "-c", ELSEWHERE], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")  # TensorFlow's own, of its interpreter and NumPy
@pytest.mark.parametrize("name", ["generator", "projection"])
def test_litert_and_saved_model(name: str, tmp_path: Path) -> None:
    network = zoo()[name]
    x, weights = inputs(network, 4)
    given, out = {network.input["name"]: x, "class_weights": weights}, network.output["name"]
    expected = network.run(x, weights)
    to_tensorflow.write_saved_model(network, tmp_path / "saved")
    serve = tf.saved_model.load(str(tmp_path / "saved")).signatures["serving_default"]
    assert np.abs(serve(**{key: tf.constant(value) for key, value in given.items()})[out].numpy() - expected).max() < 1e-4
    lite = tf.lite.Interpreter(model_content=to_tensorflow.to_litert(network))
    assert np.abs(lite.get_signature_runner()(**given)[out] - expected).max() < 1e-4


def test_the_command_writes_them(checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(checkpoint.folder), "--to", "keras", "--out", str(tmp_path / "x.keras")]) == 0
    assert keras.models.load_model(tmp_path / "x.keras").output_shape == (None, 28, 28, 1)
    assert main(["export", str(checkpoint.folder), "--to", "keras", "--out", str(tmp_path / "x.h5")]) == 2
    assert "ends in .keras" in capsys.readouterr().err
    (tmp_path / "there").mkdir()
    assert main(["export", str(checkpoint.folder), "--to", "savedmodel", "--out", str(tmp_path / "there")]) == 2
