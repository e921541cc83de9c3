"""Quality while it trains: the figures say what they should of pictures that are known, and cost little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from tiny import make_run

from gan_core.data import catalog
from gan_core.errors import RunError
from gan_core.model import digit_reader
from gan_core.training import monitor, steering, trainer


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> trainer.Trainer:
    return trainer.Trainer(make_run(tmp_path_factory.mktemp("runs"), "dense"))


def look_at(found: monitor.Monitor, pictures: np.ndarray) -> dict:
    """What it says of these pictures `[250, 28, 28]` in [0, 1] in place of the generator's."""
    shown = tf.constant(pictures[..., None].astype(np.float32))
    drawing, found._draw = found._draw, lambda: found._see(shown)
    try:
        return found.look()
    finally:
        found._draw = drawing


def test_tensorflow_reads_as_the_numpy_interpreter_does(watching: trainer.Trainer) -> None:
    pictures = catalog.load("digits").images[:50].astype(np.float32) / 255
    features, probabilities = watching.monitor._features(np.concatenate([pictures[..., None]] * 5))
    expected = digit_reader.read(digit_reader.load(), pictures)
    assert np.abs(features[:50] - expected.features).max() < 1e-3
    assert probabilities is not None and np.abs(probabilities[:50] - expected.probabilities).max() < 1e-4


def test_real_pictures_are_near_noise_and_one_digit_are_far(watching: trainer.Trainer) -> None:
    data = catalog.load("digits")
    random = np.random.default_rng(1)
    real = data.images[random.permutation(len(data.images))[: monitor.SAMPLES]] / 255
    ones = data.images[random.choice(np.flatnonzero(data.labels == 3), monitor.SAMPLES)] / 255
    noise = random.random(real.shape)
    said = {name: look_at(watching.monitor, pictures) for name, pictures in (("real", real), ("ones", ones), ("noise", noise))}
    assert said["real"]["distance"] < 0.3 * min(said["ones"]["distance"], said["noise"]["distance"])
    assert said["real"]["evenness"] > 0.95 and said["ones"]["evenness"] < 0.3 and said["noise"]["evenness"] < 0.6
    assert 0.9 < said["real"]["variety"] < 1.1 and said["noise"]["variety"] < 0.5
    assert int(np.argmax(said["ones"]["digits"])) == 3 and sum(said["real"]["digits"]) == pytest.approx(1, abs=1e-3)


def test_the_next_look_waits_until_the_last_is_paid_for(watching: trainer.Trainer) -> None:
    watching.monitor.look(seconds=10.0)
    watching.monitor.cost = 0.1
    assert not watching.monitor.due(10 + 0.1 / monitor.SHARE - 0.01) and watching.monitor.due(10 + 0.1 / monitor.SHARE)


def test_a_report_of_a_gan_has_the_figures_and_an_autoencoders_has_not(tmp_path: Path) -> None:
    run = make_run(tmp_path, "cgan", steps=4, report_every=2)
    trainer.train(run)
    last = run.reports()[-1]
    assert len(last["digits"]) == 10 and 0 <= last["label_accuracy"] <= 1 and last["distance"] > 0
    assert 0 <= last["d_accuracy_real"] <= 1 and 0 <= last["d_accuracy_fake"] <= 1
    other = make_run(tmp_path, "autoencoder", steps=4)
    trainer.train(other)
    assert "digits" not in other.reports()[-1] and "alarms" not in other.reports()[-1]


def test_of_pictures_that_are_no_digits_only_the_variety_is_said(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (300, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=pictures)
    run = make_run(tmp_path, "dense", dataset=str(tmp_path / "own.npz"), steps=4)
    trainer.train(run)
    assert "variety" in run.reports()[-1] and not {"digits", "distance", "confident"} & set(run.reports()[-1])


@pytest.mark.parametrize("shown", ["one picture over and over", "ten pictures, nine of them to train on"])
def test_data_that_hardly_vary_give_figures_that_are_true_or_none(shown: str, tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 255, (10, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=np.repeat(pictures[:1], 100, axis=0) if "over" in shown else pictures)
    run = make_run(tmp_path, "dense", dataset=str(tmp_path / "own.npz"), steps=2)
    trainer.train(run)
    variety = run.reports()[-1].get("variety")
    assert variety is None if "over" in shown else 0 < variety < 2


@pytest.mark.slow
def test_the_state_of_an_earlier_version_is_gone_on_with(tmp_path: Path) -> None:
    from safetensors.numpy import load, save

    run = make_run(tmp_path, "dense", steps=20)
    first = trainer.Trainer(run)
    first.hands = steering.Hands(first)
    first.advance(5)
    first.save_state()
    path = run.folder / "state" / "state.safetensors"
    tensors = load(path.read_bytes())
    tensors["loop/sums"] = tensors["loop/sums"][:4]  # it measured four numbers
    del tensors["loop/shown"]
    path.write_bytes(save(tensors))
    assert trainer.train(run) == "finished"
    assert run.reports()[-1]["d_accuracy_real"] is not None


def test_a_state_that_is_another_models_is_refused(tmp_path: Path) -> None:
    one, other = make_run(tmp_path, "dense", steps=4), make_run(tmp_path, "dcgan", steps=4)
    trainer.train(one)
    (other.folder / "state").mkdir()
    (other.folder / "state" / "state.safetensors").write_bytes((one.folder / "state" / "state.safetensors").read_bytes())
    with pytest.raises(RunError, match="does not fit"):
        trainer.train(other)
