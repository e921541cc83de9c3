"""Models to the Hub and from it, against a stand-in of its routes: one commit, safetensors only, bounded, offline from the cache."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, make_checkpoint, serving
from hub_standin import Hub, Repo, front_matter_errors, standin
from huggingface_hub import ModelCard, SpaceCard

import gan_core
from gan_core.errors import CheckpointError, ConfigError
from gan_core.exchange import card, hub
from gan_core.model.checkpoints import Checkpoint
from ui.server import visits
from ui.settings import Settings
from ui.site import space
from ui.train.access import Forbidden

REPO = "somebody/Tiny.1"


@pytest.fixture(scope="module")
def there() -> Iterator[Hub]:
    with standin() as server:
        yield server


@pytest.fixture(scope="module")
def home(there: Hub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of processes that take the stand-in for the Hub; `tiny` is one of their models, and pushed already."""
    folder = tmp_path_factory.mktemp("home")
    make_checkpoint(folder / "checkpoints" / "tiny", "cgan", num_classes=10)
    told = {**there.environment(str(folder)), "GAN_CHECKPOINTS": str(folder / "checkpoints")}
    done = command(told, "push", "tiny", REPO, "--private")
    assert done.returncode == 0, done.stderr
    commit = there.repos[f"models/{REPO}"].commits[-1][0]
    assert done.stdout == f"tiny is {REPO} at {commit}: {there.url}/{REPO}\n"
    return told


def command(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "gan_core", *arguments], cwd=ROOT, env={**os.environ, **environment}, capture_output=True,
                          text=True, check=False)  # fmt: skip


def test_what_is_pushed(there: Hub, home: dict[str, str]) -> None:
    repo = there.repos[f"models/{REPO}"]
    files = repo.commits[-1][1]
    own = Checkpoint(Path(home["GAN_CHECKPOINTS"]) / "tiny")
    assert repo.private and set(files) == {"config.json", "README.md", *own.config.files}
    assert all(files[name] == own.bytes(name) for name in own.config.files)
    assert not [name for name in files if name.endswith((".keras", ".pkl", ".pt", ".py", ".bin"))]
    read = ModelCard(files["README.md"].decode())
    assert read.data.license == "mit" and {"gan", "unconditional-image-generation"} <= set(read.data.tags)
    assert read.data.library_name == "gan-in-your-hands" and f'from_pretrained("{REPO}")' in read.text


def test_pulled_of_one_commit_and_again_without_a_network(there: Hub, home: dict[str, str], tmp_path: Path) -> None:
    commit = there.repos[f"models/{REPO}"].commits[-1][0]
    done = command(home, "pull", REPO)
    folder = Path(home["GAN_CHECKPOINTS"]) / "somebody--tiny-1"
    assert done.returncode == 0 and done.stdout == f"{REPO} at {commit} is {folder}\n", done.stderr
    pulled, own = Checkpoint(folder), Checkpoint(folder.parent / "tiny")
    assert pulled.config.more["hub"] == {"repo": REPO, "commit": commit} and pulled.config.files == own.config.files
    asked = [line for line in there.asked if "/resolve/" in line]
    assert asked and all(f"/resolve/{commit}/" in line for line in asked), "files of a branch may change while they are fetched"
    before = len(there.asked)
    code = f"import gan_core; m = gan_core.from_pretrained({REPO!r}); print(m.generate(m.sample_z(2, 3), 7).sum())"
    offline = {**os.environ, **home, "HF_HUB_OFFLINE": "1"}
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=offline, capture_output=True, text=True, check=False)
    model = gan_core.load(own.folder)
    assert float(told.stdout) == pytest.approx(float(model.generate(model.sample_z(2, 3), 7).sum())), told.stderr
    assert len(there.asked) == before
    again = command({**home, "HF_HUB_OFFLINE": "1"}, "pull", REPO, str(tmp_path / "again"), "--revision", commit)
    assert again.returncode == 0 and Checkpoint(tmp_path / "again").config.files == own.config.files


def test_what_the_hub_has_not_is_told(home: dict[str, str]) -> None:
    done = command(home, "pull", "somebody/none")
    assert done.returncode == 1 and "the Hub has no such model" in done.stderr and "Traceback" not in done.stderr
    assert command(home, "pull", "../etc").returncode == 2
    gone = command({**home, "HF_ENDPOINT": "http://127.0.0.1:9"}, "pull", "somebody/unseen")
    assert gone.returncode == 1 and gone.stderr.startswith("error: somebody/unseen") and "Traceback" not in gone.stderr


PULL_ALL = """
import json, sys
from gan_core.errors import GanCoreError
from gan_core.exchange import hub
for name in sys.argv[1:]:
    try:
        hub.pull(name)
        print(json.dumps("no error"))
    except GanCoreError as error:
        print(json.dumps(str(error)))
"""


def test_a_repository_that_is_not_what_its_config_says(there: Hub, home: dict[str, str]) -> None:
    _, files = there.repos[f"models/{REPO}"].commits[-1]
    generator, config = files["generator.safetensors"], json.loads(files["config.json"])
    entry = {"bytes": 60_000_000, "sha256": "0" * 64, "tensors": {}}
    more = json.dumps({**config, "files": {**config["files"], "a.safetensors": entry}}).encode()
    outside = json.dumps({**config, "files": {**config["files"], "../../x.safetensors": entry}}).encode()
    evil: dict[str, tuple[dict[str, bytes], str]] = {  # the files that are other ones, and what is told
        "evil/pickle": ({"config.json": b"", "model.pkl": b"\x80"}, "config.json"),
        "evil/huge-config": ({"config.json": b" " * 3_000_000}, "has no config.json of at most"),
        "evil/longer": ({"generator.safetensors": generator + b"0"}, "another size"),
        "evil/changed": ({"generator.safetensors": generator[:-1] + b"\x01"}, "its sha256 is not the one"),
        "evil/missing": ({"config.json": more}, "is missing or has another size"),
        "evil/outside": ({"config.json": outside}, "expected a name such as"),
    }
    for name, (other, _) in evil.items():
        there.repos[f"models/{name}"] = Repo("model", commits=[("1" * 40, {**files, **other})])
    before = len(there.asked)
    done = subprocess.run(
        [sys.executable, "-c", PULL_ALL, *evil], cwd=ROOT, env={**os.environ, **home}, capture_output=True, text=True, check=False
    )
    told = dict(zip(evil, map(json.loads, done.stdout.splitlines()), strict=True))
    for name, (_, words) in evil.items():
        assert words in told[name], told[name]
        assert told[name] != "no error" and not (Path(home["GAN_CHECKPOINTS"]) / hub.folder_name(name)).exists()
    fetched = [line for line in there.asked[before:] if line.startswith("GET") and "/resolve/" in line]
    assert not [line for line in fetched if "huge-config" in line], "a config that is too large is not fetched"
    assert not [line for line in fetched if line.endswith(".pkl")]
    assert len([line for line in fetched if "evil/missing" in line]) == 1, "what is not as the config says is not fetched"


def test_a_model_of_too_many_bytes_is_not_fetched(checkpoint: Checkpoint) -> None:
    entry = dataclasses.replace(checkpoint.config.files["generator.safetensors"], bytes=hub.MOST_BYTES // 2 + 1)
    large = dataclasses.replace(checkpoint.config, files={"a.safetensors": entry, "b.safetensors": entry})
    with pytest.raises(CheckpointError, match="expected at most 100,000,000"):
        hub._wanted("a/b", large, dict.fromkeys(large.files, entry.bytes))


@pytest.mark.parametrize("folder", sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json")), ids=lambda path: path.name)
def test_cards_of_the_shipped_models_have_their_figures_and_floors(folder: Path) -> None:
    written = card.card(Checkpoint(folder), f"somebody/{folder.name}")
    assert front_matter_errors(str(written), "model") == []
    score = Checkpoint(folder).metrics().score
    found = ModelCard(str(written)).data.eval_results  # as huggingface_hub reads a model-index
    if score is None:
        assert not found, "what has no score card claims no figures"
        return
    results = {result.metric_type: result for result in found}
    assert {key for key in card.FIGURES if key in score} <= set(results)
    for figure in card.FIGURES.values():
        assert figure.floor not in score or results[figure.floor].metric_value == score[figure.floor]
    dataset = Checkpoint(folder).train.dataset
    task = card.SIGNAL_TASK if dataset == "vibration" else card.TASK
    assert all(result.dataset_type == card.ON_HUB.get(dataset, dataset) and result.task_type == task for result in results.values())
    assert ("image-generation" in str(written).split("---")[1]) == (task == card.TASK), "a signal is no image"


def test_names_and_licences_that_cannot_be(checkpoint: Checkpoint) -> None:
    for name in ("nothing", "a/b/c", "a b/c", "-a/b", "a/.."):
        with pytest.raises(ConfigError, match="expected user/name"):
            hub.check_repo(name)
    with pytest.raises(ConfigError, match="licence"):
        card.front_matter(checkpoint, "mit\nevil: true")


def test_a_checkpoint_saved_elsewhere_is_the_same(checkpoint: Checkpoint, tmp_path: Path) -> None:
    model = gan_core.load(checkpoint.folder)
    again = gan_core.Model.from_pretrained(model.save_pretrained(tmp_path / "copy"))
    assert np.array_equal(again.generate(again.sample_z(2)), model.generate(model.sample_z(2)))


@pytest.mark.parametrize("kind", space.KINDS)
def test_a_space_of_either_kind_is_ready_and_sent(kind: str, there: Hub, home: dict[str, str], tmp_path: Path) -> None:
    out, name = tmp_path / "out", f"somebody/{kind}-page"
    done = command({**home, "GAN_RECORDINGS": str(tmp_path)}, "space", str(out), "--kind", kind, "--title", 'A "hall"', "--push", name)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f"{there.url}/spaces/{name}\n")
    told = SpaceCard.load(out / "README.md").data.to_dict()
    assert told["title"] == 'A "hall"' and told["sdk"] == kind and front_matter_errors((out / "README.md").read_text(), "space") == []
    sent = there.repos[f"spaces/{name}"].commits[-1][1]
    assert sent == {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert (out / told["app_file"]).is_file() and not [path for path in sent if "__pycache__" in path or ".git" in path]
    if kind == "gradio":
        assert {"requirements.txt", "gan_core/__init__.py", "ui/static/shell/boot.js", "checkpoints/tiny/config.json"} <= set(sent)
        (out / "README.md").write_text((out / "README.md").read_text().replace("sdk_version: ", "sdk_version: 1."))
        with pytest.raises(ConfigError, match="sdk_version"):
            space.check_front_matter(out)


def test_no_space_where_something_else_lies(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    assert command(home, "space", str(tmp_path), "--kind", "gradio").returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_page_opens_public_models_where_its_owner_allows_it(there: Hub, home: dict[str, str], tmp_path: Path) -> None:
    _, files = there.repos[f"models/{REPO}"].commits[-1]
    there.repos["models/open/public"] = Repo("model", commits=[("2" * 40, files)])
    there.repos["models/evil/later"] = Repo(
        "model", commits=[("3" * 40, {**files, "generator.safetensors": files["generator.safetensors"] + b"0"})]
    )

    def ask(url: str, repo: object) -> tuple[int, dict]:
        request = urllib.request.Request(f"{url}/gan/hub", json.dumps({"repo": repo}).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    with serving(tmp_path / "on", **{**there.environment(str(tmp_path / "on")), "GAN_HUB": "on"}) as server:
        before = {path.name for path in server.checkpoints.iterdir()}
        assert ask(server.url, "open/public") == (200, {"model": "open--public"})
        with urllib.request.urlopen(f"{server.url}/gan/models.json") as answer:
            assert "open--public" in [model["id"] for model in json.load(answer)["models"]]
        asked = len(there.asked)
        assert ask(server.url, "open/public") == (200, {"model": "open--public"}) and len(there.asked) == asked, "it is here already"
        with urllib.request.urlopen(f"{server.url}/gan/models.json") as answer:
            assert "(open/public)" in str([model["title"] for model in json.load(answer)["models"]])
        # a private model is no visitor's, though the server's owner could have it
        assert ask(server.url, REPO) == (400, {"error": f"{REPO}: the Hub has no public model of that name."}), (
            "a private model is no visitor's, though the server's owner could have it"
        )
        assert "another size" in ask(server.url, "evil/later")[1]["error"]
        assert [ask(server.url, wrong)[0] for wrong in (None, 7, "nothing", "../..", "a" * 200)] == [400] * 5
        assert {path.name for path in server.checkpoints.iterdir()} - before == {"open--public"}


def test_the_page_opens_none_unless_it_is_allowed_and_never_too_many(checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = Settings(checkpoints=checkpoint.folder.parent)
    with pytest.raises(Forbidden, match="--hub"):
        visits.visit(closed, {"repo": "open/public"})
    monkeypatch.setattr(hub, "visitors", lambda _: visits.MOST_MODELS)
    monkeypatch.setattr(hub, "fetch", lambda *_, **__: pytest.fail("asked the Hub"))
    with pytest.raises(CheckpointError, match="models of the Hub are here already"):
        visits.visit(dataclasses.replace(closed, hub=True), {"repo": "open/public"})
