"""Trainings that begin with the networks of a finished model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load
from tiny import make_run, tiny_model

import gan_core
from gan_core import runs, training
from gan_core.__main__ import main
from gan_core.config import TrainConfig
from gan_core.errors import CheckpointError, RunError
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs import creating, keeping

SETTINGS = {"dataset": "digits", "steps": 12, "batch_size": 16, "report_every": 6, "precision": "float32", "ema_decay": 0.9}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    folder = tmp_path_factory.mktemp("models")
    run = make_run(folder / "runs", "dcgan", steps=12, report_every=6, ema_decay=0.9)
    assert training.train(run) == "finished"
    return keeping.keep(run, folder / "finished")


def first(run: runs.Run) -> dict[str, np.ndarray]:
    """The state before the first step."""
    return load((run.folder / "states" / "0000000.safetensors").read_bytes())


def test_it_begins_with_the_networks_that_are_alike_and_says_so(finished: Checkpoint, tmp_path: Path) -> None:
    widths = {**tiny_model("dcgan").widths, "discriminator": [3, 5]}
    run, data = creating.begin(tmp_path, tiny_model("dcgan", widths=widths), TrainConfig(**SETTINGS), finished)
    assert training.train(run, data=data) == "finished"
    stored, state = finished.tensors("weights.safetensors"), first(run)
    taken = [name for name in state if name.startswith("generator")]
    assert len(taken) > 20
    for name in taken:
        assert np.array_equal(state[name], stored[name if name in stored else name.replace("generator/", "generator_ema/")]), name
    assert any(value.shape[-1:] == (5,) for name, value in state.items() if name.startswith("discriminator/"))
    assert not np.array_equal(state["discriminator/000.kernel"], stored["discriminator/000.kernel"]), "a whole network or none of it"
    kept = keeping.keep(run, tmp_path / "kept")
    steps = [epoch.step for epoch in kept.config.epochs]
    assert kept.config.step == steps[-1] == 24 and steps[0] == 0 and {6, 12} < set(steps), "the moments of both trainings"
    assert kept.epoch_program("epochs/0006.safetensors", "generator").step == 6
    assert kept.bytes("epochs/0012.safetensors") == finished.bytes("epochs/0012.safetensors"), "as that model has them"
    assert kept.config.epoch == pytest.approx(2 * finished.config.epoch, rel=1e-3) and kept.config.seconds > finished.config.seconds
    sheet = Image.open(kept.folder / "progress.png")
    assert sheet.width >= 4 * 8 * 28, "a grid of each"
    assert kept.config.more["begun"] == finished.name and f" --from {finished.name} --out" in (kept.folder / "README.md").read_text()


def test_the_moments_of_an_autoencoder_have_their_encoders(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", "autoencoder", steps=12, report_every=6)
    assert training.train(run) == "finished"
    before = keeping.keep(run, tmp_path / "before")
    assert {epoch.step for epoch in before.config.epochs} >= {0, 6, 12}
    settings = {**SETTINGS, "ema_decay": 0.0}
    run, data = creating.begin(tmp_path / "again", tiny_model("autoencoder"), TrainConfig(**settings), before)
    assert training.train(run, data=data) == "finished"
    stored, state = before.tensors("weights.safetensors"), first(run)
    assert all(np.array_equal(state[name], value) for name, value in stored.items()) and "encoder/000.kernel" in stored
    kept = keeping.keep(run, tmp_path / "kept")
    assert kept.config.step == 24
    for epoch in kept.config.epochs:
        assert kept.epoch_program(epoch.encoder_file, "encoder").step == epoch.step - (12 if epoch.step > 12 else 0)
    assert kept.bytes("epochs/0012.encoder.safetensors") == before.bytes("epochs/0012.encoder.safetensors")


def test_resuming_goes_on_from_its_own_state(finished: Checkpoint, tmp_path: Path) -> None:
    run, _ = creating.begin(tmp_path, tiny_model("dcgan"), TrainConfig(**SETTINGS), finished)
    training.train(run)
    end = run.snapshot(12).read_bytes()
    assert np.array_equal(first(run)["discriminator/000.kernel"], finished.tensors("weights.safetensors")["discriminator/000.kernel"])
    assert training.train(run) == "finished" and run.snapshot(12).read_bytes() == end


def test_another_generator_is_refused_by_a_sentence(finished: Checkpoint, tmp_path: Path) -> None:
    run, _ = creating.begin(tmp_path, tiny_model("dcgan", latent_dim=9), TrainConfig(**SETTINGS), finished)
    with pytest.raises(RunError, match=r"another one than that of the model it is to begin with; expected one of the same family"):
        training.train(run)
    early = keeping.keep(
        runs.find(finished.folder.parent / "runs", runs.list_runs(finished.folder.parent / "runs")[0].id), tmp_path / "early", step=6
    )
    with pytest.raises(RunError, match=r"early has kept no weights to begin with"):
        creating.begin(tmp_path, tiny_model("dcgan"), TrainConfig(**SETTINGS), early)
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    for path in finished.folder.rglob("*"):
        if path.is_file():
            (damaged / path.relative_to(finished.folder)).parent.mkdir(exist_ok=True)
            (damaged / path.relative_to(finished.folder)).write_bytes(path.read_bytes())
    whole = (damaged / "weights.safetensors").read_bytes()
    (damaged / "weights.safetensors").write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(CheckpointError, match=r"weights\.safetensors"):
        creating.begin(tmp_path / "none", tiny_model("dcgan"), TrainConfig(**SETTINGS), Checkpoint(damaged))
    assert not (tmp_path / "none").exists()


def test_a_notebook_begins_with_a_model(finished: Checkpoint, tmp_path: Path) -> None:
    model = tiny_model("dcgan")
    settings = {**SETTINGS, "latent_dim": model.latent_dim, "widths": model.widths}
    run = gan_core.train("dcgan", begin_with=finished.folder, runs=tmp_path, quiet=True, **settings)
    assert run.status()["state"] == "finished" and run.config()["begun"] == finished.name
    assert np.array_equal(first(run)["discriminator/000.kernel"], finished.tensors("weights.safetensors")["discriminator/000.kernel"])
    with pytest.raises(RunError, match=r"takes no begin_with\. Start a new run"):
        gan_core.train(run, begin_with=finished.folder, quiet=True)


def test_the_command_begins_with_a_model(finished: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["train", "dcgan", "--dataset", "digits", "--steps", "2", "--runs", str(tmp_path)]
    assert main([*asked, "--from", str(tmp_path / "nowhere")]) != 0 and "nowhere" in capsys.readouterr().err
    assert main(["train", "--resume", "x", "--from", "y", "--runs", str(tmp_path)]) != 0 and "takes no --from" in capsys.readouterr().err
    assert main([*asked, "--from", str(finished.folder)]) != 0, "the preset's generator is larger"
    assert "another one than that of the model" in capsys.readouterr().err
