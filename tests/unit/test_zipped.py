"""A model that comes as a zip file: taken in whole, or refused in one sentence with nothing left behind."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from gan_core.errors import CheckpointError
from gan_core.exchange import zipped
from gan_core.model.checkpoints import Checkpoint
from ui.server import library, routes, uploads
from ui.settings import Settings

TOKEN = "t" * 20
Entries = dict[str, bytes]


def entries(checkpoint: Checkpoint, above: str = "tiny/") -> Entries:
    """The folder's files as they lie in a zip."""
    return {
        f"{above}{path.relative_to(checkpoint.folder).as_posix()}": path.read_bytes()
        for path in sorted(checkpoint.folder.rglob("*"))
        if path.is_file()
    }


def packed(files: Entries | Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(path, data)
    return made.getvalue()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


@pytest.mark.parametrize("above", ["tiny/", "", "My models/tiny/"])
def test_a_zip_of_a_folder_is_that_model(checkpoint: Checkpoint, models: Path, above: str) -> None:
    data = packed({**entries(checkpoint, above), "__MACOSX/x/._config.json": b"?", f"{above}notes.txt": b"not listed"})
    made = zipped.unpack(data, models)
    assert (made.name, made.title) == ("tiny", checkpoint.title)
    assert made.config.files == checkpoint.config.files and not (made.folder / "notes.txt").exists()
    assert zipped.unpack(data, models).name == "tiny-2"
    assert zipped.unpack(data, models, "Mein Modell (1).zip").name == "mein-modell-1"
    assert sorted(path.name for path in models.iterdir()) == ["mein-modell-1", "tiny", "tiny-2"]


def test_where_it_says_it_came_from_is_not_believed(checkpoint: Checkpoint, models: Path) -> None:
    files = entries(checkpoint)
    files["tiny/config.json"] = json.dumps(
        {**json.loads(files["tiny/config.json"]), "hub": {"repo": "google/gan", "commit": "0" * 40}}
    ).encode()
    assert zipped.unpack(packed(files), models).config.hub == ("", "")


def link(path: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(path)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def without_generator(files: Entries) -> Entries:
    return {path: data for path, data in files.items() if "generator" not in path}


def bomb(files: Entries) -> bytes:
    return packed({**files, "tiny/generator.safetensors": b"\0" * 40_000_000})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: b"no zip", "no zip file"),
        (lambda files: packed(files)[:-100], "no zip file"),
        (lambda files: packed({}), "no config.json"),
        (lambda files: packed({**files, "../evil": b""}), "outside of its folder"),
        (lambda files: packed({**files, "/etc/evil": b""}), "outside of its folder"),
        (lambda files: packed({**files, "tiny/a/../b": b""}), "outside of its folder"),
        (lambda files: packed({**files, "a\\b": b""}), "outside of its folder"),
        (lambda files: packed({**files, "C:evil": b""}), "outside of its folder"),
        (lambda files: packed({**files, "other/config.json": files["tiny/config.json"]}), "several models"),
        (lambda files: packed([*without_generator(files).items(), (link("tiny/generator.safetensors"), b"/etc/passwd")]), "link"),
        (lambda files: packed(without_generator(files)), "not there"),
        (lambda files: packed({**files, "tiny/generator.safetensors": files["tiny/generator.safetensors"][:-1] + b"?"}), "sha256"),
        (bomb, "has over"),
        (lambda files: packed({**files, "tiny/config.json": b"{"}), "no JSON"),
        (lambda files: packed({**files, **{f"tiny/{i}": b"" for i in range(500)}}), "over 400 files"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_nothing_is_left(
    checkpoint: Checkpoint, models: Path, change: Callable[[Entries], bytes], said: str
) -> None:
    with pytest.raises(CheckpointError, match=said) as error:
        zipped.unpack(change(entries(checkpoint)), models, "x.zip")
    assert len(str(error.value)) < 400 and "\n" not in str(error.value)
    assert list(models.iterdir()) == []


def test_a_config_that_promises_too_much_is_refused_before_anything_is_read(checkpoint: Checkpoint, models: Path) -> None:
    files = entries(checkpoint)
    config = json.loads(files["tiny/config.json"])
    config["files"]["generator.safetensors"]["bytes"] = 60_000_000
    config["files"]["directions.safetensors"]["bytes"] = 60_000_000
    files["tiny/config.json"] = json.dumps(config).encode()
    with pytest.raises(CheckpointError, match="expected at most 67,108,864"):
        zipped.unpack(packed(files), models)


def test_over_the_route_it_is_for_the_token_alone(checkpoint: Checkpoint, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(models, models.parent / "runs", control="token", token=TOKEN)
    client = TestClient(routes.application(settings), raise_server_exceptions=False)
    data = packed(entries(checkpoint))
    refused = client.post("/models?name=mine.zip", content=data)
    assert refused.status_code == 403 and "control link" in refused.json()["error"] and list(models.iterdir()) == []
    answer = client.post("/models?name=mine.zip", content=data, headers={"x-gan-control": TOKEN})
    assert answer.json() == {"model": "mine", "title": Checkpoint(models / "mine").title}
    listed = library.models(settings)["models"]
    assert [(model["id"], model["title"]) for model in listed] == [("mine", f"mine: {checkpoint.title.removeprefix('tiny: ')}")]
    monkeypatch.setattr(uploads, "MOST_MODELS", 1)
    full = client.post("/models", content=data, headers={"x-gan-control": TOKEN})
    assert full.status_code == 400 and "1 models are here already" in full.json()["error"]


def test_what_lies_beside_the_networks_has_addresses_that_change_with_it(checkpoint: Checkpoint) -> None:
    settings = Settings(checkpoint.folder.parent, checkpoint.folder.parent / "runs")
    client = TestClient(routes.application(settings), raise_server_exceptions=False)
    (checkpoint.folder / "README.md").write_text("one")
    (checkpoint.folder / "metrics.json").unlink(missing_ok=True)
    [model] = library.models(settings)["models"]
    assert set(model["folder"]) >= {"config.json", "README.md"} and "metrics.json" not in model["folder"]
    old = model["folder"]["README.md"].removeprefix("gan")
    assert client.get(old).text == "one"
    assert client.get(model["folder"]["config.json"].removeprefix("gan")).json()["files"].keys() == checkpoint.config.files.keys()
    (checkpoint.folder / "README.md").write_text("another")
    assert client.get(old).status_code == 404
