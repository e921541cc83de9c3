"""What a notebook calls: gan_core.train, gan_core.load."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from tiny import tiny_widths

import gan_core
from gan_core.errors import ConfigError, DataError, RunError
from gan_core.runs import Run, keeping

TINY = {"dataset": "digits", "batch_size": 8, "widths": tiny_widths("dense"), "latent_dim": 6}


def test_a_training_in_one_call_and_its_model_in_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GAN_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path / "checkpoints"))
    run = gan_core.train("dense", steps=12, seed=3, **TINY)
    assert isinstance(run, Run) and run.folder.parent == tmp_path / "runs"
    assert run.status()["state"] == "finished" and run.reports()[-1]["step"] == 12 and run.train_config().seed == 3
    printed = capsys.readouterr()
    assert f"run {run.folder}" in printed.out and "finished at step 12" in printed.out and "step 12 of 12" in printed.err
    keeping.keep(run, tmp_path / "checkpoints" / "mine")
    model = gan_core.load("mine")
    assert isinstance(model, gan_core.Explorer)
    assert np.array_equal(
        model.generate(model.sample_z(4, 1)), gan_core.load(tmp_path / "checkpoints" / "mine").generate(model.sample_z(4, 1))
    )


def test_epochs_and_going_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = gan_core.train("dense", epochs=0.05, runs=tmp_path, quiet=True, **TINY)
    assert run.train_config().steps == round(0.05 * (1501 // 8)) and capsys.readouterr().out == ""
    assert gan_core.train(run, quiet=True) is run and run.status()["state"] == "finished"
    with pytest.raises(RunError, match="takes no steps"):
        gan_core.train(run, steps=9)


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        ({"steps": "many"}, ConfigError, "steps is 'many'"),
        ({"stepps": 5}, ConfigError, "unknown setting 'stepps'"),
        ({"steps": 5, "epochs": 1}, ConfigError, "both steps and epochs"),
        ({"preset": "huge"}, ConfigError, "no preset 'huge'"),
        ({"dataset": "/nowhere"}, DataError, "/nowhere"),
    ],
)
def test_mistakes_are_told_and_leave_nothing(tmp_path: Path, wrong: dict, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        gan_core.train("dense", runs=tmp_path / "runs", **{**TINY, **wrong})
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_the_tutorial_runs_in_a_kernel_and_shows_its_pictures(tmp_path: Path) -> None:
    book = nbformat.read(ROOT / "docs" / "tutorial.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells), "outputs are not committed: they would be older than the code"
    (tmp_path / "docs").mkdir()
    shutil.copytree(ROOT / "checkpoints" / "dcgan-mnist", tmp_path / "checkpoints" / "dcgan-mnist")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        NotebookClient(book, timeout=600, resources={"metadata": {"path": str(tmp_path / "docs")}}).execute()
    outputs = {cell.source.splitlines()[-1]: cell.outputs for cell in book.cells if cell.cell_type == "code"}
    for shown in ("model", "model.figure_of_directions(seed=7)", "walk", "found", "run", "mine"):
        assert any("image/png" in output.get("data", {}) for output in outputs[shown]), shown
    assert any("<table>" in output.get("data", {}).get("text/html", "") for output in outputs["mine.score(n=100)"])
    (held,) = outputs["widget"]
    assert "application/vnd.jupyter.widget-view+json" in held["data"]
    said = next(text for line, found in outputs.items() if line.startswith("print(pixels.shape") for text in [found[0].text])
    assert said.startswith("(4, 28, 28, 1)") and float(said.split()[-1]) < 1e-4
    assert len(list((tmp_path / "checkpoints").iterdir())) == 2


def test_tensorflow_says_nothing_before_we_do() -> None:
    code = "import gan_core.training, tensorflow as tf; tf.constant(1.0); from tensorflow.python.util import _pywrap_util_port as built; print('ours')"
    plain = {name: value for name, value in os.environ.items() if name != "TF_ENABLE_ONEDNN_OPTS"}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(built.IsMklEnabled())"], cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    )
    ours, has_onednn = done.stdout.split()
    assert ours == "ours" and done.stderr == ""
    assert has_onednn == "True" or platform.machine().lower() not in ("x86_64", "amd64"), (
        "convolutions are half as slow again without oneDNN"
    )
    broken = "import sys; sys.modules['keras'] = None\nimport gan_core.nn"
    failed = subprocess.run([sys.executable, "-c", broken], cwd=ROOT, capture_output=True, text=True, check=False)
    assert failed.returncode == 1 and "Traceback" in failed.stderr
