"""A training in the page beside one here: what the page is told of the networks, and runs that go from one to the other and back."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from safetensors.numpy import load_file
from test_autodiff import SHORT, bearings

from gan_core import families, runs, training
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.model import program
from tools import recipes

SCRIPT = ROOT / "tests" / "behaviour" / "page_training.mjs"
SMALL = {"dataset": "digits", "batch_size": 16, "precision": "float32", "xla": "off", "steps": 20, "report_every": 5}
# of each family the page's kind of networks, as small as they can be
CASES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "dense": ("dense", "live", {"latent_dim": 12, "widths": {"generator": [16, 12], "discriminator": [16], "batch_norm": True, "votes": 10}}),
    "dcgan": ("dcgan", "live", {"latent_dim": 12, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0, "mapping": [8], "votes": 10}}),
    "cgan": ("cgan", "live", {"latent_dim": 8, "image_shape": [16, 16, 3],
                              "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0, "label_score": True}}),
    "acgan": ("acgan", "live", {"latent_dim": 8, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0}}),
    "autoencoder": ("autoencoder", "live", {"latent_dim": 128, "widths": {"encoder": [3, 4], "decoder": [4, 4, 3]}}),
    "wave": ("wave", "live", {"image_shape": [256, 1], "latent_dim": 8, "dataset": "vibration", "widths": SHORT}),
    # in colour, by transposed convolutions
    "dcgan64": ("dcgan64", "live", {"latent_dim": 8, "image_shape": [16, 16, 3], "widths": {"generator": [6, 5, 4, 3], "discriminator": [3, 4, 4, 5]}}),
    "dropout": ("dcgan", "reference", {"latent_dim": 8, "widths": {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.3}}),
    "plain": ("dense", "reference", {"latent_dim": 8, "widths": {"generator": [16], "discriminator": [16]}}),
}  # fmt: skip


def test_what_the_page_knows_of_the_presets_is_what_they_are() -> None:
    for file, text in zip((recipes.FILE, recipes.ELSEWHERE), recipes.made(), strict=True):
        assert file.read_text() == text, f"{file.name} is not what the families give: run python tools/recipes.py"


def test_networks_of_other_pictures_and_classes_are_built_in_the_page_as_here() -> None:
    from gan_core.nn.description import describe

    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: the page's modules run in it")
    asked = []
    for recipe in json.loads(recipes.FILE.read_text()):
        if recipe["preset"] not in ("live", "sketch", "compression") and recipe["family"] != "cgan":
            continue  # made of the same layers as these
        signals = "rate" in recipe["model"]
        changes = {"image_shape": [1536, 2] if signals else [32, 48, 3]} if recipe["sides"] else {}
        model = {**recipe["model"], **changes, **({"num_classes": 3} if recipe["model"]["num_classes"] else {})}
        asked.append({"recipe": recipe, "model": model})
    assert sum(one["model"]["image_shape"] == [32, 48, 3] for one in asked) > 6
    assert any(one["model"]["image_shape"] == [1536, 2] for one in asked)
    done = subprocess.run(
        [node, SCRIPT.with_name("page_described.mjs")],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    for one, there in zip(asked, json.loads(done.stdout), strict=True):
        model = ModelConfig.from_dict(one["model"])
        here = {role: describe(network) for role, network in families.get(model.family).build(model).items()}
        assert there == json.loads(json.dumps(here)), f"{model.family} {model.preset}"


def in_the_page(folder: Path, recipe: dict[str, Any], steps: int, state: Path | None) -> dict[str, Any]:
    """Train there, from `state` or from the beginning; what it reports. `after.safetensors` and the programs then lie in the folder."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: the page's modules run in it")
    shape = tuple(recipe["model"]["image_shape"])
    data = bearings(shape[0]) if len(shape) == 2 else catalog.load("digits", split="train", shape=shape)
    assert data.labels is not None
    folder.mkdir(exist_ok=True)
    (folder / "recipe.json").write_text(json.dumps(recipe))
    (folder / "images.bin").write_bytes(data.images.tobytes())
    (folder / "labels.bin").write_bytes(data.labels.astype(np.uint8).tobytes())
    if state:
        shutil.copy(state, folder / "state.safetensors")
    done = subprocess.run([node, SCRIPT, folder, str(steps)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


QUICK = ("dcgan", "autoencoder")  # between them most layers


@pytest.mark.parametrize("case", [case if case in QUICK else pytest.param(case, marks=pytest.mark.slow) for case in CASES])
def test_a_run_goes_on_here_and_there(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gan_core.nn.recipes import look

    name, preset, widths = CASES[case]
    family = families.get(name)
    about = look(family, preset, **{**SMALL, **widths}).recipe
    assert about
    model, train = ModelConfig.from_dict(about["model"]), TrainConfig.from_dict(about["train"])

    # begun in the page, gone on with here to its end
    begun = in_the_page(tmp_path / "page", about, 10, None)
    assert begun["step"] == 10
    run = runs.create(tmp_path / "runs", model, train)
    (run.folder / "state").mkdir()
    shutil.copy(tmp_path / "page" / "after.safetensors", run.folder / "state" / "state.safetensors")
    samples = 1501
    if "rate" in about["model"]:
        monkeypatch.setattr(catalog, "load", lambda *_args, **_kinds: bearings(256))
        samples = 480
    assert training.train(run) == "finished"
    assert [report["step"] for report in run.reports()] == [15, 20]
    assert run.reports()[-1]["epoch"] == pytest.approx(20 * 16 / samples, abs=1e-4)

    # back to the page: the same variables, bit by bit, draw and judge the same, and it trains on
    state = run.folder / "state" / "state.safetensors"
    assert in_the_page(tmp_path / "back", about, 0, state)["step"] == 20
    here, there = load_file(state), load_file(tmp_path / "back" / "after.safetensors")
    assert {key: (value.dtype, value.shape) for key, value in here.items()} == {
        key: (value.dtype, value.shape) for key, value in there.items()
    }
    for key, value in here.items():
        assert np.array_equal(value, there[key]), key
    x = {"generator": (6, model.latent_dim), "discriminator": (6, *model.image_shape), "encoder": (6, *model.image_shape)}
    weights = np.eye(model.num_classes, dtype=np.float32)[:6] if model.num_classes else None
    for role in family.roles:
        ours = program.from_bytes(run.snapshot(20, "safetensors" if role == "generator" else f"{role}.safetensors").read_bytes())
        theirs = program.from_bytes((tmp_path / "back" / f"{role}.safetensors").read_bytes())
        inputs = np.random.default_rng(0).normal(size=x[role])
        near = 1e-5 if role != "encoder" else 2e-3  # of an encoder a snapshot has float16
        assert theirs.run(inputs, weights) == pytest.approx(ours.run(inputs, weights), abs=near)
        assert (theirs.role, theirs.step, theirs.input, theirs.output) == (ours.role, ours.step, ours.input, ours.output)
        assert [op["op"] for op in theirs.ops] == [op["op"] for op in ours.ops]
    on = in_the_page(tmp_path / "on", {**about, "train": {**about["train"], "steps": 40}}, 10, state)
    assert on["step"] == 30
    assert all(np.isfinite(value) for value in on["report"].values() if value is not None)


@pytest.mark.parametrize(("kind", "beta_1", "near"), [("soap", 0.9, 2e-4), ("sgd", 0.9, 1e-5), ("sgd", 0.0, 1e-5), ("adam", 0.5, 1e-5)])
def test_an_optimizer_is_ours(kind: str, beta_1: float, near: float, tmp_path: Path) -> None:
    """For SOAP a kernel with a basis for each side, and one with a side too long for one; all moved by the same gradients here and there."""
    import keras

    from gan_core.nn import optimizers

    random = np.random.default_rng(1)
    train = TrainConfig(optimizer=kind, steps=30, final_lr_fraction=0.1, beta_1=beta_1)
    shapes = {"kernel": (2, 3, 6), "long": (300, 4), "bias": (6,)}
    begins = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    slopes = {name: random.normal(size=(24, *shape)).astype(np.float32) for name, shape in shapes.items()}
    variables = [keras.Variable(value) for value in begins.values()]
    optimizer = optimizers.make(train, 0.01, train.steps)
    optimizer.build(variables)
    for step in range(24):
        optimizer.apply([keras.ops.convert_to_tensor(slopes[name][step]) for name in shapes], variables)
    told = {
        name: {"shape": shape, "begins": begins[name].ravel().tolist(), "slopes": slopes[name].reshape(24, -1).tolist()}
        for name, shape in shapes.items()
    }
    (tmp_path / "moved.json").write_text(json.dumps({"train": train.to_dict(), "variables": told}))
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: the page's modules run in it")
    done = subprocess.run(
        [node, SCRIPT.with_name("page_optimizer.mjs"), tmp_path / "moved.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for ours, variable in zip(json.loads(done.stdout), variables, strict=True):
        assert np.reshape(ours, variable.shape) == pytest.approx(variable.numpy(), abs=near)
