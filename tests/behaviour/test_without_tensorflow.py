"""Where TensorFlow is not installed: exploring works, and whatever would train says how to install what is missing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Server, serving

from gan_core import runs
from gan_core.commands.models import LEFT_OUT
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.runs import needs
from ui.settings import Settings
from ui.train import form, scheduler
from ui.words import t

# Python runs a `sitecustomize` of its path before anything else: there the two libraries are made to be missing.
HIDDEN = """
import sys

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("tensorflow", "keras"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
"""


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process that finds no TensorFlow."""
    folder = tmp_path_factory.mktemp("hidden")
    (folder / "sitecustomize.py").write_text(HIDDEN)
    return {"PYTHONPATH": str(folder)}


@pytest.fixture(scope="module")
def page(without: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(tmp_path_factory.mktemp("server"), **without) as started:
        yield started


def command(without: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gan_core", *arguments], cwd=ROOT, env={**os.environ, **without}, capture_output=True, text=True, check=False
    )


def asked(page: Server, route: str, body: object) -> tuple[int, str]:
    request = urllib.request.Request(f"{page.url}/gan/{route}", json.dumps(body).encode(), {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_the_page_is_there_and_says_what_training_needs(page: Server) -> None:
    with urllib.request.urlopen(f"{page.url}/config", timeout=60) as answer:
        texts = [part["props"].get("value") for part in json.load(answer)["components"] if part["type"] == "markdown"]
    assert any(needs.MISSING_TRAINING in json.dumps(text, ensure_ascii=False) for text in texts)
    assert str(t(needs.MISSING_TRAINING)) != needs.MISSING_TRAINING, "the sentence has no Korean in ui/words.py"
    with urllib.request.urlopen(f"{page.url}/gan/models.json", timeout=60) as answer:
        assert len(json.load(answer)["models"]) == len(list(page.checkpoints.iterdir()))


def test_starting_a_failure_or_a_measurement_says_so_and_leaves_nothing(page: Server) -> None:
    code, text = asked(page, "lab", {"failure": "no_noise"})
    assert code == 400 and needs.MISSING_TRAINING in json.loads(text)["error"]
    values = {**form.preset_values("dense", "live"), "family": "dense", "preset": "live", "dataset": "digits", "unit": "steps"}
    body = {name: values[name] for name in form.FIELDS}
    code, text = asked(page, "estimate", {**body, "measure": True})
    assert code == 400 and needs.MISSING_TRAINING in json.loads(text)["error"]
    assert asked(page, "estimate", body) == (200, '{"state":"unknown"}')
    assert not page.runs.exists() or not runs.list_runs(page.runs)


@pytest.mark.parametrize(
    "arguments",
    [["train", "dense", "--dataset", "digits", "--steps", "2"], ["calibrate", "dense", "--dataset", "digits"], ["train-classifier"]],
)
def test_commands_that_train_say_it_in_a_line(without: dict[str, str], tmp_path: Path, arguments: list[str]) -> None:
    if arguments[0] == "train":
        arguments = [*arguments, "--runs", str(tmp_path)]
    done = command(without, *arguments)
    assert (done.returncode, done.stderr) == (1, f"error: {needs.MISSING_TRAINING}\n")
    assert not list(tmp_path.iterdir())


def test_pictures_are_drawn(without: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    done = command(without, "sample", "checkpoints/dense-mnist", "--n", "4", "--out", str(out))
    assert done.returncode == 0 and out.exists(), done.stderr


@pytest.mark.slow
def test_the_static_build_is_made(without: dict[str, str], tmp_path: Path) -> None:
    shutil.copytree(ROOT / "checkpoints" / "dense-mnist", tmp_path / "models" / "dense-mnist")
    done = command(without, "site", str(tmp_path / "site"), "--checkpoints", str(tmp_path / "models"))
    assert done.returncode == 0 and (tmp_path / "site" / "index.html").exists(), done.stderr


@pytest.mark.slow
def test_a_score_card_lacks_the_one_figure_that_is_trained_for_and_says_so(without: dict[str, str], tmp_path: Path) -> None:
    np.savez(tmp_path / "drawn.npz", images=np.random.default_rng(0).random((100, 28, 28)))
    done = command(without, "evaluate", str(tmp_path / "drawn.npz"), "--data", "digits")
    assert done.returncode == 0 and "unsure_of_real" in done.stdout and done.stdout.rstrip().endswith(LEFT_OUT), done.stderr
    assert "two_sample" not in done.stdout


def test_nothing_is_launched_or_queued(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = Settings(checkpoints=tmp_path / "checkpoints", runs=tmp_path / "runs")
    model, train = ModelConfig("dense", latent_dim=6), TrainConfig(dataset="digits", steps=100)
    run = runs.create(settings.runs, model, train)
    monkeypatch.setattr(needs, "can_train", lambda: False)
    for ask in (
        lambda: scheduler.start(settings, model, train, ""),
        lambda: scheduler.resume(settings, run, ""),
        lambda: runs.launch(run),
    ):
        with pytest.raises(RunError, match="pip install"):
            ask()
    assert [one.id for one in runs.list_runs(settings.runs)] == [run.id]
