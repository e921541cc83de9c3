"""Programs as Keras models, LiteRT and SavedModel: the same numbers for every operation and family, without this project at the other end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from conftest import ROOT
from operations_zoo import inputs, zoo
from tiny import tiny_model

import gan_core
from gan_core import families, runs
from gan_core.__main__ import main
from gan_core.errors import ConfigError
from gan_core.exchange import curves, to_keras, to_tensorflow
from gan_core.model import checkpoints, operations
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


def own_generators() -> dict[str, keras.Model]:
    """Generators as people write them."""
    layers = keras.layers
    z = keras.Input((7,))
    x = layers.Dense(7 * 7 * 4, use_bias=False)(z)
    x = layers.LeakyReLU(0.3)(layers.BatchNormalization()(x))
    x = layers.Reshape((7, 7, 4))(x)
    x = layers.Conv2DTranspose(3, 5, strides=1, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="relu")(x)
    functional = keras.Model(z, layers.Conv2DTranspose(1, 5, strides=2, padding="same", activation="tanh")(x), name="course")
    return {
        "course": functional,
        "upsampling": keras.Sequential([
            keras.Input((1, 1, 6)), layers.Conv2DTranspose(5, 7, activation="leaky_relu"), layers.UpSampling2D(), layers.Conv2D(4, 3, padding="same"),
            layers.BatchNormalization(), layers.Activation("relu"), layers.UpSampling2D(), layers.Dropout(0.3),
            layers.Conv2D(1, 4, padding="same", activation="sigmoid"),
        ], name="upsampling"),
        "dense": keras.Sequential([keras.Input((5,)), keras.Sequential([layers.Dense(16, activation="relu"), layers.BatchNormalization()]),
                                   layers.Dense(784, activation="tanh")], name="dense"),
        "odd": keras.Sequential([keras.Input((5,)), layers.Dense(14 * 14 * 2), layers.Reshape((14, 14, 2)),
                                 layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="tanh")], name="odd"),
    }  # fmt: skip


def test_a_persons_own_generator_becomes_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path))
    keras.utils.set_random_seed(3)
    for name, model in own_generators().items():
        for variable in model.variables:  # as after a training
            if "moving" in variable.path or "gamma" in variable.path:
                variable.assign(np.random.default_rng(0).uniform(0.5, 1.5, variable.shape))
        folder = gan_core.from_keras(model, name)
        known = gan_core.load(name)
        z = known.sample_z(5, 9)
        low, high = known.program().output["range"]
        expected = (model.predict(z.reshape(5, *model.input_shape[1:]), verbose=0).reshape(5, 28, 28) - low) / (high - low)
        assert folder == tmp_path / name and np.abs(known.generate(z) - expected).max() < 1e-4, name
        assert np.abs(known.keras().predict(z, verbose=0)[..., 0] - (expected * (high - low) + low)).max() < 1e-4, name
    assert len(checkpoints.list_checkpoints(tmp_path)[0]) == 4 and checkpoints.list_checkpoints(tmp_path)[1] == []
    assert [op["op"] for op in gan_core.load("upsampling").program().ops].count("upconv") == 2, "an upsampling and its convolution are one"
    assert gan_core.load("dense").family.name != gan_core.load("course").family.name


def test_a_generator_that_cannot_be_taken_over_says_why(tmp_path: Path) -> None:
    layers = keras.layers
    z = keras.Input((4,))
    wrong = {
        "expected one of: linear, relu": keras.Sequential([keras.Input((4,)), layers.Dense(784, activation="elu")]),
        "no operation for layer LayerNormalization": keras.Sequential([keras.Input((4,)), layers.Dense(784), layers.LayerNormalization()]),
        "is no chain": keras.Model(z, layers.Add()([layers.Dense(784)(z), layers.Dense(784)(z)])),
        "say with pixel_range": keras.Sequential([keras.Input((4,)), layers.Dense(784)]),
        "expected none": keras.Sequential(
            [keras.Input((4,)), layers.Reshape((2, 2, 1)), layers.Conv2DTranspose(1, 5, strides=2, output_padding=1)]
        ),
    }
    for words, model in wrong.items():
        with pytest.raises(ConfigError, match=words):
            gan_core.from_keras(model, tmp_path / "models" / "wrong")
    assert not (tmp_path / "models").exists()


def test_tensorboard_reads_the_event_file(tmp_path: Path) -> None:
    recording = ROOT / "recordings" / "d_too_weak"
    from tensorboard.backend.event_processing import event_accumulator

    assert main(["curves", str(recording), "--tensorboard", str(tmp_path / "logs")]) == 0
    events = event_accumulator.EventAccumulator(str(tmp_path / "logs"))
    events.Reload()
    began, reports = curves.of_run(runs.find(recording.parent, recording.name))
    told = events.Scalars("g_loss")
    expected = [report for report in reports if report.get("g_loss") is not None]
    assert [one.step for one in told] == [report["step"] for report in expected]
    assert [one.value for one in told] == pytest.approx([report["g_loss"] for report in expected], rel=1e-6)
    assert told[-1].wall_time == pytest.approx(began + expected[-1]["seconds"])
    assert {"digits_0", "d_real", "distance"} <= set(events.Tags()["scalars"])


@pytest.mark.slow
def test_a_training_writes_for_tensorboard_as_it_reports(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing import event_accumulator

    told = ["--dataset", "digits", "--steps", "4", "--report-every", "2", "--batch-size", "16", "--latent-dim", "4"]
    assert main(["train", "dense", *told, "--runs", str(tmp_path / "runs"), "--tensorboard", str(tmp_path / "logs"), "--quiet"]) == 0
    (run,) = runs.list_runs(tmp_path / "runs")
    events = event_accumulator.EventAccumulator(str(tmp_path / "logs" / run.id))
    events.Reload()
    assert (
        [one.step for one in events.Scalars("d_loss")]
        == [report["step"] for report in run.reports() if report.get("d_loss") is not None]
        != []
    )


@pytest.fixture
def trackio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """trackio with a database of its own; the project does not ask for it, so these tests run where somebody has installed it."""
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    package = pytest.importorskip("trackio")
    from trackio import sqlite_storage, utils

    for module in (package, utils, sqlite_storage):  # read once, when it was imported
        monkeypatch.setattr(module, "TRACKIO_DIR", tmp_path / "trackio", raising=False)
    return package


def tracked(trackio: Any, name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (run,) = [run for run in trackio.Api().runs(curves.PROJECT) if run.name == name]
    from trackio.sqlite_storage import SQLiteStorage

    return run.config, SQLiteStorage.get_logs(curves.PROJECT, name)


def test_trackio_has_a_run_s_curves(trackio: Any) -> None:
    recording = ROOT / "recordings" / "d_too_weak"
    command = [sys.executable, "-m", "gan_core", "curves", str(recording), "--track", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout)["project"] == curves.PROJECT, "and nothing of trackio's own stands around it, at the end neither"
    _, reports = curves.of_run(runs.find(recording.parent, recording.name))
    config, logs = tracked(trackio, recording.name)
    assert config["family"] == runs.find(recording.parent, recording.name).model_config().family
    assert [one["step"] for one in logs] == [report["step"] for report in reports]
    for one, report in zip(logs, reports, strict=True):
        assert {name: one[name] for name in curves.scalars(report)} == pytest.approx(curves.scalars(report))


@pytest.mark.slow
def test_a_training_is_tracked_as_it_reports(trackio: Any, tmp_path: Path) -> None:
    told = ["--dataset", "digits", "--steps", "4", "--report-every", "2", "--batch-size", "16", "--latent-dim", "4"]
    assert main(["train", "dense", *told, "--runs", str(tmp_path / "runs"), "--track", "--quiet"]) == 0
    (run,) = runs.list_runs(tmp_path / "runs")
    assert [one["step"] for one in tracked(trackio, run.id)[1]] == [report["step"] for report in run.reports()] != []
