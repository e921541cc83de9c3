"""Checkpoint folders: whole or refused; one bad folder does not hide the good ones."""

import json
import os
import pickle
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, make_checkpoint
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save
from stress import mutations

from gan_core.errors import CheckpointError, ConfigError
from gan_core.model import checkpoints
from gan_core.model.checkpoint_config import CheckpointConfig
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer
from ui.server import library
from ui.settings import Settings
from ui.site import listing


def edit_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def raw(folder: Path, text: bytes, file: str = "config.json") -> None:
    (folder / file).write_bytes(text)


def edited(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    """A damage: `change` is done to the config in place."""

    def damage(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        change(config)
        raw(folder, mutations.dumps(config))

    return damage


def replaced(file: str, make: Callable[[Path], object]) -> Callable[[Path], None]:
    """A damage: something else in the place of a file."""

    def damage(folder: Path) -> None:
        (folder / file).unlink()
        make(folder / file)

    return damage


def listing_as(name: str) -> Callable[[Path], None]:
    """A damage: the generator is listed under another name."""
    return edited(lambda config: config["files"].update({name: config["files"]["generator.safetensors"]}))


def entry(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["files"]["generator.safetensors"]
    return found


def long_header(folder: Path) -> None:
    header = json.dumps({f"{number}": {"dtype": "F16", "shape": [0], "data_offsets": [0, 0]} for number in range(5000)}).encode()
    data = len(header).to_bytes(8, "little") + header
    raw(folder, data, "generator.safetensors")
    edited(lambda config: entry(config).update(bytes=len(data), tensors={f"{number}": ["F16", [0]] for number in range(5000)}))(folder)


def edit_tensors(folder: Path, change) -> None:
    path = folder / "generator.safetensors"
    data = path.read_bytes()
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    path.write_bytes(save(change(load(data)), metadata=header["__metadata__"]))


def nan(tensors: dict) -> dict:
    tensors["00.kernel"][0, 0] = np.nan
    return tensors


DAMAGES = {
    "truncated": lambda folder: (folder / "generator.safetensors").write_bytes((folder / "generator.safetensors").read_bytes()[:-10]),
    "3 GB header": lambda folder: (folder / "generator.safetensors").write_bytes(
        (3 * 2**30).to_bytes(8, "little") + (folder / "generator.safetensors").read_bytes()[8:]
    ),
    "missing file": lambda folder: (folder / "directions.safetensors").unlink(),
    "missing config": lambda folder: (folder / "config.json").unlink(),
    "config no JSON": lambda folder: (folder / "config.json").write_text("{"),
    "config a list": lambda folder: (folder / "config.json").write_text("[]"),
    "config nested": lambda folder: (folder / "config.json").write_text("[" * 100_000),
    "extra tensor": lambda folder: edit_tensors(folder, lambda tensors: {**tensors, "virus": np.zeros(3, np.float16)}),
    "wrong shape": lambda folder: edit_tensors(folder, lambda tensors: {**tensors, "00.bias": np.zeros(3, np.float16)}),
    "unknown family": lambda folder: edit_config(folder, model={"family": "gpt"}),
    "newer format": lambda folder: edit_config(folder, format=2),
    "path outside": lambda folder: edit_config(
        folder,
        epochs=[{"step": 0, "epoch": 0, "file": "../../secret"}],
        files={**json.loads((folder / "config.json").read_text())["files"], "../../secret": {}},
    ),
    "absolute path": lambda folder: edit_config(
        folder, files={**json.loads((folder / "config.json").read_text())["files"], "/etc/passwd": {"bytes": 1}}
    ),
    "pickle": lambda folder: (folder / "generator.safetensors").write_bytes(pickle.dumps({"a": 1})),
    "config an endless device": replaced("config.json", lambda path: path.symlink_to("/dev/zero")),
    "config a pipe": replaced("config.json", os.mkfifo),
    "config a folder": replaced("config.json", lambda path: path.mkdir()),
    "config a link in a circle": replaced("config.json", lambda path: path.symlink_to(path.name)),
    "config a link out": replaced("config.json", lambda path: path.symlink_to("/etc/hostname")),
    "config very long": lambda folder: raw(folder, (folder / "config.json").read_bytes() + b" " * 3_000_000),
    "config of deep objects": lambda folder: raw(folder, b'{"a":' * 50_000),
    "config of another alphabet": lambda folder: raw(folder, b"\xff\xfe{}"),
    "config with thousands of digits": lambda folder: raw(folder, b'{"format": ' + b"9" * 5000 + b"}"),
    "network a pipe": replaced("generator.safetensors", os.mkfifo),
    "network an endless device": replaced("generator.safetensors", lambda path: path.symlink_to("/dev/zero")),
    "network a link in a circle": replaced("generator.safetensors", lambda path: path.symlink_to(path.name)),
    "folder a link in a circle": lambda folder: (shutil.rmtree(folder), folder.symlink_to(folder.name)),
    "files a list": edited(lambda config: config.update(files=list(config["files"]))),
    "NUL in a name": listing_as("a\0b.safetensors"),
    "half a character in a name": listing_as("\ud800.safetensors"),
    "an over-long name": listing_as("x" * 300 + ".safetensors"),
    "a hidden name": listing_as(".x.safetensors"),
    "a name with another slash": listing_as("a\\b.safetensors"),
    "a name that is no network": listing_as("run.py"),
    "no tensors": edited(lambda config: entry(config).pop("tensors")),
    "tensors of pairs that are none": edited(lambda config: entry(config).update(tensors={"a": ["F16"]})),
    "tensors with a list as dtype": edited(lambda config: entry(config).update(tensors={"a": [[], [1]]})),
    "tensors with an object as dtype": edited(lambda config: entry(config).update(tensors={"a": [{}, [1]]})),
    "tensors of an unknown dtype": edited(lambda config: entry(config).update(tensors={"a": ["O", [1]]})),
    "no hash": edited(lambda config: entry(config).pop("sha256")),
    "a hash that is none": edited(lambda config: entry(config).update(sha256=["a"])),
    "a negative size": edited(lambda config: entry(config).update(bytes=-1)),
    "epoch without epoch": edited(lambda config: config["epochs"][0].pop("epoch")),
    "epoch without step": edited(lambda config: config["epochs"][0].pop("step")),
    "epochs a number": edited(lambda config: config.update(epochs=7)),
    "thousands of epochs": edited(lambda config: config.update(epochs=config["epochs"] * 5000)),
    "epochs twice": edited(lambda config: config.update(epochs=config["epochs"] * 2)),
    "step not a number": edited(lambda config: config.update(step=float("nan"))),
    "step infinite": edited(lambda config: config.update(step=float("inf"))),
    "step huge": edited(lambda config: config.update(step=10**30)),
    "seconds a text": edited(lambda config: config.update(seconds="long")),
    "latent_dim a text": edited(lambda config: config["model"].update(latent_dim="64")),
    "image_shape a number": edited(lambda config: config["model"].update(image_shape=28)),
    "votes a text": edited(lambda config: config["model"].update(widths={"votes": "ten"})),
    "preset very long": edited(lambda config: config["model"].update(preset="x" * 10_000)),
    "no prior": edited(lambda config: config.pop("prior")),
    "prior a list": edited(lambda config: config.update(prior={"kind": ["normal"]})),
    "versions a list": edited(lambda config: config.update(versions=[1])),
    "changes without settings": edited(lambda config: config.update(changes=[{"step": 1}])),
    "a header of thousands of tensors": long_header,
}
LATE = {"nan weights": lambda folder: edit_tensors(folder, nan)}  # same size and shapes: seen when the numbers are read


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_refused_by_name_and_does_not_hide_the_good_one(damage: str, checkpoint: Checkpoint) -> None:
    root = checkpoint.folder.parent
    shutil.copytree(checkpoint.folder, root / "bad")
    DAMAGES[damage](root / "bad")
    told: list[object] = []

    def look() -> None:
        with pytest.raises(CheckpointError, match="bad"):
            Checkpoint(root / "bad")
        told.append(library.models(Settings(root, root.parent / "runs")))

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(60)
    assert not looking.is_alive() and told, "it hangs, or another error came"
    (answer,) = told
    assert [model["id"] for model in answer["models"]] == ["tiny"]  # type: ignore[index]
    (problem,) = answer["problems"]  # type: ignore[index]
    assert problem["name"] == "bad" and 20 < len(problem["message"]) < 600 and "\n" not in problem["message"]
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize("damage", LATE)
def test_changed_numbers_are_seen_before_they_are_used(damage: str, checkpoint: Checkpoint) -> None:
    LATE[damage](checkpoint.folder)
    with pytest.raises(CheckpointError, match="sha256"):
        Explorer.open(checkpoint.folder).generate(np.zeros((1, 6)))


def test_nan_weights_are_refused_even_with_a_fitting_hash(tmp_path: Path, checkpoint: Checkpoint) -> None:
    edit_tensors(checkpoint.folder, nan)
    data = (checkpoint.folder / "generator.safetensors").read_bytes()
    config = json.loads((checkpoint.folder / "config.json").read_text())
    contents = {file: (checkpoint.folder / file).read_bytes() for file in config.pop("files")}
    kept = checkpoints.write(
        tmp_path / "again",
        {key: value for key, value in config.items() if key not in ("format", "name")},
        contents | {"generator.safetensors": data},
    )
    with pytest.raises(CheckpointError, match="NaN"):
        Explorer.open(kept.folder).generate(np.zeros((1, 6)))


@pytest.mark.parametrize("name", ["model.keras", "model.pkl", "model.h5"])
def test_keras_files_and_pickles_are_no_checkpoints(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(pickle.dumps([1]))
    with pytest.raises(CheckpointError, match="can run code"):
        Explorer.open(tmp_path / name)
    found, problems = checkpoints.list_checkpoints(tmp_path)
    assert not found and problems[0][0] == name


def test_a_symlink_out_of_the_folder_is_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.safetensors"
    (checkpoint.folder / "generator.safetensors").rename(target)
    (checkpoint.folder / "generator.safetensors").symlink_to(target)
    with pytest.raises(CheckpointError, match="outside"):
        Checkpoint(checkpoint.folder)


def test_a_file_that_is_not_listed_cannot_be_had(checkpoint: Checkpoint) -> None:
    for path in ("config.json", "../tiny/config.json", "/etc/passwd", ""):
        with pytest.raises(CheckpointError, match="no file of this checkpoint"):
            checkpoint.path(path)


def test_missing_folders_and_empty_roots(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is no checkpoint"):
        Checkpoint(tmp_path / "nothing")
    assert checkpoints.list_checkpoints(tmp_path / "nothing") == ([], [])


def test_a_folder_is_never_overwritten_and_never_half_there(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CheckpointError, match="there already"):
        checkpoints.write(checkpoint.folder, {}, {})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(
        "gan_core.storage.files.write_json", full
    )  # a full disk cannot be had for real without root's tools; the rest is real
    with pytest.raises(CheckpointError, match="No space left"):
        make_checkpoint(checkpoint.folder.parent / "second")
    assert [path.name for path in checkpoint.folder.parent.iterdir()] == ["tiny"]


def test_description_names_what_a_person_wants_to_know(checkpoint: Checkpoint) -> None:
    text = checkpoint.describe()
    assert "Dense GAN" in text and "10 steps" in text and "multiply-adds" in text


def test_names_are_checked(tmp_path: Path) -> None:
    from gan_core.config import check_name

    for name in ("", "A", "../x", "a/b", "x" * 65, None, "-x", "a b"):
        with pytest.raises(ConfigError, match="expected 1 to 64"):
            check_name(name)


METRICS = {
    "deep": b"[" * 100_000,
    "nan": b'{"score": {"frechet": {"value": NaN}}}',
    "huge": b'{"score": {"frechet": 1' + b"0" * 400 + b"}}",
    "a list": b"[1]",
    "score a list": b'{"score": [1]}',
    "figure a text": b'{"score": {"frechet": "good"}}',
    "figure without value": b'{"score": {"frechet": {"low": 1}}}',
    "no text": b"\xff\xfe\0",
    "cut": b'{"score": {',
}


@pytest.mark.parametrize("name", METRICS)
def test_a_score_card_that_cannot_be_read_costs_no_model_and_is_told(name: str, checkpoint: Checkpoint) -> None:
    (checkpoint.folder / "metrics.json").write_bytes(METRICS[name])
    answer = library.models(Settings(checkpoint.folder.parent, checkpoint.folder.parent / "runs"))
    assert answer["models"][0]["id"] == "tiny" and answer["models"][0]["score"] is None
    assert [(problem["name"], "score card" in problem["message"]) for problem in answer["problems"]] == [("tiny", True)]


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1).map(random.Random), st.booleans())
def test_a_changed_score_card_is_numbers_or_a_sentence(checkpoint: Checkpoint, chance: random.Random, in_its_bytes: bool) -> None:
    good = (ROOT / "checkpoints" / "dcgan-mnist" / "metrics.json").read_bytes()
    changed = mutations.odd_bytes(chance, good, 2) if in_its_bytes else mutations.dumps(mutations.odd_json(chance, json.loads(good), 3))
    (checkpoint.folder / "metrics.json").write_bytes(changed)
    found = checkpoint.metrics()
    assert found.problem == "" or (found.score is None and len(found.problem) < 700)
    assert all(np.isfinite(value) for value in (found.score or {}).values())


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.mkdir()])
def test_a_score_card_that_is_no_file_is_told_at_once(make: Callable[[Path], object], checkpoint: Checkpoint) -> None:
    make(checkpoint.folder / "metrics.json")
    assert "no regular file" in checkpoint.metrics().problem


def test_a_model_without_a_score_card_is_no_problem(checkpoint: Checkpoint) -> None:
    (checkpoint.folder / "metrics.json").unlink(missing_ok=True)
    assert checkpoint.metrics().score is None and not checkpoint.metrics().problem
    (checkpoint.folder / "metrics.json").write_text('{"training": {"step": 3}}')
    assert checkpoint.metrics().score is None and not checkpoint.metrics().problem


def test_figures_of_an_earlier_card_are_plain_numbers(checkpoint: Checkpoint) -> None:
    card = {
        "n": 100,
        "frechet": {"value": 2.5, "low": 1, "high": 3},
        "precision": 0.5,
        "digit_histogram": {"value": [0.1]},
        "dataset": "mnist",
    }
    (checkpoint.folder / "metrics.json").write_text(json.dumps({"score": card}))
    assert checkpoint.metrics().score == {"n": 100.0, "frechet": 2.5, "precision": 0.5}
    later = {
        "two_sample": {"value": 0.63, "n": 20000},
        "two_sample_floor": {"value": 0.5},
        "unsure": {"value": 0.04},
        "unsure_of_real": 0.02,
    }
    (checkpoint.folder / "metrics.json").write_text(json.dumps({"score": {**card, **later}}))
    assert checkpoint.metrics().score == {
        "n": 100.0, "frechet": 2.5, "precision": 0.5, "two_sample": 0.63, "two_sample_floor": 0.5, "unsure": 0.04, "unsure_of_real": 0.02,
    }  # fmt: skip


@settings(max_examples=150, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1).map(random.Random))
def test_a_changed_config_is_a_checkpoint_or_one_line(checkpoint: Checkpoint, chance: random.Random) -> None:
    path, kept = checkpoint.folder / "config.json", checkpoint.folder / "good.json"
    if not kept.exists():
        shutil.copy(path, kept)
    good = json.loads(kept.read_text())
    path.write_bytes(mutations.dumps(mutations.odd_json(chance, good, chance.choice((1, 1, 2, 4)))))
    found, problems = checkpoints.list_checkpoints(checkpoint.folder.parent)
    assert len(found) + len(problems) == 1
    for one in found:
        assert isinstance(one.config, CheckpointConfig)
        json.dumps(listing.model_entry(one), allow_nan=False)
        try:
            one.check_networks()
        except CheckpointError as error:
            assert len(str(error)) < 700
    assert all(len(message) < 700 and "\n" not in message for _, message in problems)


@pytest.mark.parametrize("name", [path.parent.name for path in sorted((ROOT / "checkpoints").glob("*/config.json"))])
def test_shipped_checkpoints_and_those_of_earlier_versions_are_read(name: str, tmp_path: Path) -> None:
    """Earlier versions wrote fewer settings of training, no `changes`, and plain numbers into the score card."""
    shutil.copytree(ROOT / "checkpoints" / name, tmp_path / name)
    now = Checkpoint(tmp_path / name)
    now.check_networks()
    assert not now.metrics().problem
    score = now.metrics().score or {}
    assert len({"frechet", "frechet_random", "frechet_classes", "spectral_distance", "bce"} & set(score)) == 1, (
        "one distance, in features of its own"
    )
    stored = json.loads((now.folder / "config.json").read_text())
    again = json.loads(json.dumps(now.config.to_dict()))
    for part in ("model", "train"):
        assert again[part] == again[part] | stored[part], "what it did not say has its default, the rest is as it was"
    assert {**again, "model": 0, "train": 0, "files": 0} == {**stored, "model": 0, "train": 0, "files": 0}
    assert {file: one.sha256 for file, one in now.config.files.items()} == {file: one["sha256"] for file, one in stored["files"].items()}
    first = ("dataset", "steps", "batch_size", "g_learning_rate", "d_learning_rate", "optimizer", "beta_1", "loss", "d_steps", "label_smoothing",
             "r1_gamma", "r1_every", "ema_decay", "final_lr_fraction", "seed", "report_every")  # fmt: skip
    stored["train"] = {key: value for key, value in stored["train"].items() if key in first}
    for optional in ("run", "versions", "seconds", "epoch", "changes", "machine"):
        stored.pop(optional, None)
    (now.folder / "config.json").write_text(json.dumps(stored))
    (now.folder / "metrics.json").unlink()
    old = Checkpoint(now.folder)
    assert old.config.files == now.config.files and old.config.epochs == now.config.epochs and old.config.run == ""
    assert "steps" in old.describe() and listing.model_entry(old)["score"] is None
    assert np.array_equal(Explorer(old).prior.sample(2, 7), Explorer(now).prior.sample(2, 7))


def test_what_only_people_read_comes_back_as_it_was(checkpoint: Checkpoint) -> None:
    edit_config(checkpoint.folder, machine="a laptop", changes=[{"step": 3, "settings": {"beta_1": [0.5, 0.9]}}])
    again = Checkpoint(checkpoint.folder).config
    assert again.to_dict()["machine"] == "a laptop" and again.more["changes"][0]["step"] == 3


def test_a_network_of_another_role_is_refused(checkpoint: Checkpoint) -> None:
    data = (checkpoint.folder / "discriminator.safetensors").read_bytes()
    stored = json.loads((checkpoint.folder / "config.json").read_text())
    stored["files"]["generator.safetensors"] = stored["files"]["discriminator.safetensors"]
    (checkpoint.folder / "generator.safetensors").write_bytes(data)
    (checkpoint.folder / "config.json").write_text(json.dumps(stored))
    with pytest.raises(CheckpointError, match="holds a discriminator; expected a generator"):
        Explorer.open(checkpoint.folder).generate(np.zeros((1, 6)))


def test_a_file_that_changed_after_it_was_checked_is_seen(checkpoint: Checkpoint) -> None:
    """The web process remembers checkpoints that it has checked."""
    where = Settings(checkpoint.folder.parent, checkpoint.folder.parent / "runs")
    assert len(library.models(where)["models"]) == 1
    path = checkpoint.folder / "generator.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-3])
    assert library.models(where)["models"] == [] and len(library.models(where)["problems"]) == 1
    path.write_bytes(whole)
    assert len(library.models(where)["models"]) == 1
    path.unlink()
    path.symlink_to("/etc/hostname")
    version = checkpoint.config.files["generator.safetensors"].version
    assert library.checkpoint_file(where, "tiny", version, "generator.safetensors") is None
    assert library.checkpoint_file(where, "..", version, "generator.safetensors") is None


def test_where_a_checkpoint_came_from_is_read_as_a_stranger_s(checkpoint: Checkpoint) -> None:
    path = checkpoint.folder / "config.json"
    for hub, title in (
        ({"repo": "a/b", "commit": "0" * 40}, "(a/b)"),
        ([1], "digits"),
        ({"repo": 7}, "digits"),
        ({"repo": "x" * 500, "commit": ""}, "digits"),
    ):
        path.write_text(json.dumps({**json.loads(path.read_text()), "hub": hub}))
        assert Checkpoint(checkpoint.folder).title.endswith(title), hub
