"""Checkpoint folders: whole or refused; one bad folder does not hide the good ones."""

import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import make_checkpoint
from safetensors.numpy import load, save

from gan_core.errors import CheckpointError, ConfigError
from gan_core.model import checkpoints
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer


def edit_config(folder: Path, **changes: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


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
    "unknown family": lambda folder: edit_config(folder, model={"family": "vae"}),
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
}
LATE = {"nan weights": lambda folder: edit_tensors(folder, nan)}  # same size and shapes: seen when the numbers are read


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_is_refused_by_name_and_does_not_hide_the_good_one(damage: str, checkpoint: Checkpoint) -> None:
    root = checkpoint.folder.parent
    shutil.copytree(checkpoint.folder, root / "bad")
    DAMAGES[damage](root / "bad")
    with pytest.raises(CheckpointError, match="bad"):
        Checkpoint(root / "bad")
    found, problems = checkpoints.list_checkpoints(root)
    assert [entry.name for entry in found] == ["tiny"]
    assert len(problems) == 1 and problems[0][0] == "bad" and len(problems[0][1]) > 20


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
