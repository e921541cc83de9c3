"""The static build: what is in it, what it refuses, that it is whole or not there."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, make_checkpoint
from PIL import Image

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import packed
from gan_core.errors import CheckpointError, ConfigError, RunError
from gan_core.imaging import pixels
from gan_core.model import program
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer
from gan_core.storage import files
from ui.site import build, listing, shipped, slim


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """One model of each kind."""
    make_checkpoint(tmp_path / "models" / "plain")
    make_checkpoint(tmp_path / "models" / "digits", "cgan", num_classes=10)
    return tmp_path / "models"


@pytest.fixture
def built(models: Path, tmp_path: Path) -> Path:
    build.build(tmp_path / "out", models)
    return tmp_path / "out"


def read(folder: Path, path: str) -> dict:
    return json.loads((folder / path).read_bytes())


def test_every_address_of_the_lists_is_a_file_with_the_checkpoint_s_bytes(built: Path, models: Path) -> None:
    listed = read(built, "gan/models.json")
    assert [model["id"] for model in listed["models"]] == ["digits", "plain"] and listed["problems"] == []
    for model in listed["models"]:
        checkpoint = Checkpoint(models / model["id"])
        sketch = model["files"].pop("sketch", None)
        addresses = [address for address in model["files"].values() if address] + [model["epochs"][-1]["url"]]
        assert len(addresses) == 4
        for address in addresses:
            data = (built / address).read_bytes()
            assert data == checkpoint.bytes(address.split("/", 5)[5])
        (earlier,) = [epoch["url"] for epoch in model["epochs"][:-1]]
        data, name = (built / earlier).read_bytes(), earlier.split("/", 5)[5]
        assert earlier.split("/")[4] == hashlib.sha256(data).hexdigest()[:16]  # a name that changes with what it names
        pairs = [(checkpoint.bytes(name), data)]
        if sketch:  # the opening generator, to begin with
            pairs.append((checkpoint.bytes("generator.safetensors"), (built / sketch).read_bytes()))
        z = checkpoint.prior().sample(8, 1)
        for as_it_is, in_eight_bits in pairs:
            whole, small = program.from_bytes(as_it_is), program.from_bytes(in_eight_bits)
            weights = np.eye(10, dtype=np.float32)[:8] if whole.num_classes else None
            assert len(in_eight_bits) < len(as_it_is) and small.step == whole.step
            assert np.abs(small.run(z, weights) - whole.run(z, weights)).max() < 0.05
    assert not list(built.rglob("weights.safetensors"))


def test_the_list_is_the_web_process_s_own(built: Path, models: Path) -> None:
    for model in read(built, "gan/models.json")["models"]:
        entry = listing.model_entry(Checkpoint(models / model["id"]))
        first, last = entry["epochs"]
        first["url"] = model["epochs"][0]["url"]  # in 8 bits
        last["url"] = entry["files"]["generator"]  # the finished one is not shipped twice
        entry["folder"] = model["folder"]  # its config lists what is shipped
        sketch = model["files"].pop("sketch", None)
        assert (sketch is not None) == (model["id"] == "digits"), "the first of the list, where none is of a family that opens the page"
        assert model == entry


def test_what_is_taken_home_from_the_site_is_a_checkpoint(built: Path, models: Path, tmp_path: Path) -> None:
    for model in read(built, "gan/models.json")["models"]:
        folder = tmp_path / "home" / model["id"]
        config = read(built, model["folder"]["config.json"])
        addresses = {file: f"gan/files/checkpoints/{model['id']}/{entry['sha256'][:16]}/{file}" for file, entry in config["files"].items()}
        for file, address in {**model["folder"], **addresses}.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((built / address).read_bytes())
        taken, own = Checkpoint(folder), Checkpoint(models / model["id"])
        taken.check_networks()
        assert taken.title == own.title and [epoch.step for epoch in taken.config.epochs] == [epoch["step"] for epoch in model["epochs"]]
        assert taken.bytes("generator.safetensors") == own.bytes("generator.safetensors") and not taken.has("weights.safetensors")


def test_modules_are_the_gradio_page_s_own_files(built: Path) -> None:
    static = ROOT / "ui" / "static"
    shipped = {path.relative_to(built / "gan" / "static") for path in (built / "gan" / "static").rglob("*") if path.is_file()}
    assert {Path("explore/explore.js"), Path("kit/style.css"), Path("engine/kernel.wasm"), Path("shell/site/shell.js")} <= shipped
    shorter = {".js": slim.module, ".css": slim.style}
    for path in shipped:
        own, there = (static / path).read_bytes(), (built / "gan" / "static" / path).read_bytes()
        assert there == (shorter[path.suffix](own.decode()).encode() if path.suffix in shorter else own), path
    assert not {path.suffix for path in shipped} - {
        ".js",
        ".json",
        ".css",
        ".wasm",
        ".svg",
        ".png",
        ".webmanifest",
        ".woff2",
        ".safetensors",
    }


def test_packed_texts_stand_beside_the_plain_ones_where_asked_for(built: Path, models: Path, tmp_path: Path) -> None:
    assert not list(built.rglob("*.gz"))
    build.build(tmp_path / "packed", models, packed=True)
    packed_files = list((tmp_path / "packed").rglob("*.gz"))
    assert {path.name for path in packed_files} >= {"index.html.gz", "explore.js.gz", "models.json.gz", "sw.js.gz", "style.css.gz"}
    for path in packed_files:
        plain = path.with_suffix("").read_bytes()
        assert gzip.decompress(path.read_bytes()) == plain and path.stat().st_size < 0.9 * len(plain)
    assert ".gz" not in (tmp_path / "packed" / "sw.js").read_text(), "who keeps the page keeps the plain files"


def test_the_pictures_that_a_page_trains_on_are_there_and_are_fetched_when_wanted(built: Path) -> None:
    sets = {entry["name"]: entry for entry in read(built, "gan/pictures.json")["sets"]}
    assert set(sets) == set(packed.available()) and "digits" in sets
    data = (built / sets["digits"]["url"]).read_bytes()
    assert data == packed.pack("digits").data and hashlib.sha256(data).hexdigest()[:16] in sets["digits"]["url"]
    stamp = json.loads(re.search(r"const build = .*\((\{.*\})\)\);", (built / "sw.js").read_text())[1])
    assert sets["digits"]["url"] in stamp["rest"], "nobody fetches them before a training wants them"


def test_addresses_are_relative_so_that_any_prefix_serves(built: Path) -> None:
    page = (built / "index.html").read_text()
    assert page.index("gan/models.json") < page.index("modulepreload"), "as in the app's page (test_opening)"
    assert not re.search(r'(?:src|href)="(?:/|https?:)', page)
    assert page.count("__") == 0
    worker = (built / "sw.js").read_text()
    assert (
        f'"version":"{read(built, "site.json")["version"]}"' in worker and f'data-version="{read(built, "site.json")["version"]}"' in page
    )


def test_the_worker_knows_every_file(built: Path) -> None:
    stamp = json.loads(re.search(r"const build = .*\((\{.*\})\)\);", (built / "sw.js").read_text())[1])
    there = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    lists = [*stamp["page"], *stamp["core"], *stamp["rest"]]
    assert sorted(lists) == sorted(there - {"sw.js", "README.md", "site.json"})
    assert all((built / path).stat().st_size == size for path, size in (stamp["core"] | stamp["rest"]).items())
    beside = tuple(listing.BESIDE)
    assert all("epochs/" in path or path.startswith("gan/pictures/") or path.endswith(beside) for path in stamp["rest"])
    opening = re.search(r'href="(gan/files/[^"]+generator.safetensors)"', (built / "index.html").read_text())
    assert opening and opening[1] in stamp["page"], "who saves data holds a digit too"
    assert all(path.startswith(build.LARGE) for path in stamp["core"])
    assert any(path.endswith(".png") for path in stamp["core"]), "the recorded trainings have their pictures"


def test_a_first_visit_keeps_the_opening_model_and_one_training_and_of_the_rest_what_fits(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "FIRST_VISIT", 0)
    site = build.build(tmp_path / "small", models)
    stamp = json.loads(re.search(r"const build = .*\((\{.*\})\)\);", (tmp_path / "small" / "sw.js").read_text())[1])
    kept = [*stamp["page"], *stamp["core"]]
    own = {model["id"]: model["files"] for model in read(tmp_path / "small", "gan/models.json")["models"]}
    assert own["digits"]["generator"] in kept and own["digits"]["discriminator"] in kept, "the model it opens with"
    assert own["plain"]["generator"] in stamp["rest"], "another is kept when it is looked at"
    assert {path.split("/")[2] for path in kept if path.endswith("snapshots/0000000.png")} == {"digits"}
    assert (
        site.core_bytes == sum((tmp_path / "small" / path).stat().st_size for path in kept) + (tmp_path / "small" / "sw.js").stat().st_size
    )


def test_a_training_without_a_recording_is_drawn_again_from_its_epochs(built: Path, models: Path) -> None:
    entries = {entry["id"]: entry for entry in read(built, "gan/runs.json")["runs"]}
    assert set(entries) == {"digits", "plain"} and entries["plain"]["state"] == "finished" and entries["plain"]["checkpoint"] == "plain"
    progress = read(built, "gan/runs/plain/progress.json")
    assert [report["step"] for report in progress["reports"]] == [0, 10] and progress["next"] == 2
    assert "losses were not kept" in progress["status"]["reason"] and not any("d_real" in report for report in progress["reports"])
    explorer = Explorer.open(models / "plain")
    drawn = pixels.grid(pixels.to_uint8(explorer.generate(explorer.sample_z(64, 0), step=10)), 8)
    assert np.array_equal(np.asarray(Image.open(built / "gan/runs/plain/snapshots/0000010.png")), drawn)
    assert Image.open(built / "gan/runs/digits/snapshots/0000000.png").size == (280, 224)
    assert Image.open(built / "gan/runs/plain/contact-sheet.png").size[0] > 224


def test_recordings_are_replayed_with_their_numbers(models: Path, tmp_path: Path) -> None:
    recorded = runs.create(tmp_path / "recordings", ModelConfig("dense", latent_dim=6), TrainConfig(steps=300, dataset="digits"))
    for step in range(0, 301, 3):
        files.write_bytes(recorded.snapshot(step, "png"), pixels.encode_png(np.full((224, 224), step % 256, np.uint8)))
        recorded.append(
            {"step": step, "epoch": step / 30, "seconds": step / 10, "g_loss": 1.0, "d_loss": 0.5, "d_real": 0.6, "d_fake": 0.4}
        )
    recorded.set_status("finished", step=300, steps=300)
    build.build(tmp_path / "out", models, tmp_path / "recordings")
    progress = read(tmp_path / "out", f"gan/runs/{recorded.id}/progress.json")
    steps = [report["step"] for report in progress["reports"]]
    assert len(steps) == 60 and steps[0] == 0 and steps[-1] == 300 and progress["reports"][1]["d_real"] == 0.6
    assert all((tmp_path / "out" / f"gan/runs/{recorded.id}/snapshots/{step:07d}.png").is_file() for step in steps)
    assert read(tmp_path / "out", "gan/runs.json")["runs"][0]["id"] == recorded.id
    recorded.snapshot(300, "png").write_bytes(b"no picture")
    with pytest.raises(RunError, match=r"run .*0000300\.png cannot be read"):
        build.build(tmp_path / "out", models, tmp_path / "recordings")


def test_an_autoencoder_is_recorded_with_digits_that_are_always_there(tmp_path: Path) -> None:
    folder = tmp_path / "models" / "codes"
    made = make_checkpoint(tmp_path / "half" / "codes", "autoencoder")
    contents = {name: made.path(name).read_bytes() for name in made.config.files}
    contents |= {epoch.encoder_file: contents["encoder.safetensors"] for epoch in made.config.epochs}
    config = {key: value for key, value in made.config.to_dict().items() if key not in ("format", "name")}
    from gan_core.model import checkpoints

    checkpoints.write(folder, config, contents)
    build.build(tmp_path / "out", tmp_path / "models")
    picture = np.asarray(Image.open(tmp_path / "out/gan/runs/codes/snapshots/0000010.png"))
    assert picture.shape == (224, 224) and "scikit-learn" in read(tmp_path / "out", "gan/runs.json")["runs"][0]["reason"]
    model = read(tmp_path / "out", "gan/models.json")["models"][0]
    assert all((tmp_path / "out" / epoch["encoder"]).is_file() for epoch in model["epochs"])


def test_the_folders_of_a_machine_are_in_no_file(models: Path, tmp_path: Path) -> None:
    """Also of a checkpoint and a run of an earlier version, which have the whole path of the data."""
    own = "/home/somebody/private/faces"
    path = models / "plain" / "config.json"
    config = json.loads(path.read_text())
    config["train"]["dataset"] = own
    path.write_text(json.dumps(config))
    recorded = runs.create(tmp_path / "recordings", ModelConfig("dense"), TrainConfig(dataset=own, steps=10))
    recorded.append({"step": 10, "epoch": 1.0, "seconds": 1.0})
    recorded.write_snapshot(10, pixels.encode_png(np.zeros((224, 224), np.uint8)), {})
    recorded.set_status("finished", step=10, steps=10)
    build.build(tmp_path / "out", models, tmp_path / "recordings")
    files_of_it = [found for found in (tmp_path / "out").rglob("*") if found.is_file()]
    assert not [found.name for found in files_of_it if b"/home/somebody" in found.read_bytes()]
    (models / "plain" / "README.md").write_text(f"Trained by `train dense --dataset {own}`")
    given = {file: listing.beside(Checkpoint(models / "plain"), file) for file in ("config.json", "README.md")}  # by the server, too
    assert json.loads(given["config.json"])["train"]["dataset"] == "faces" and given["README.md"].endswith(b"--dataset faces`")
    assert {entry["dataset"] for entry in read(tmp_path / "out", "gan/runs.json")["runs"]} == {"faces", "digits"}


def test_a_folder_of_somebody_s_own_is_not_touched(models: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years of work")
    with pytest.raises(ConfigError, match=r"holds files that are no former build"):
        build.build(own, models)
    assert [path.name for path in own.iterdir()] == ["thesis.txt"]
    with pytest.raises(ConfigError, match="is no folder"):
        build.build(own / "thesis.txt", models)


def test_a_former_build_is_replaced_as_a_whole(built: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (built / "gan" / "stale.txt").write_text("from the build before")
    before = (built / "site.json").read_bytes()

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            build.build(built, models)
    assert (built / "site.json").read_bytes() == before and (built / "gan" / "stale.txt").is_file()
    build.build(built, models)
    assert not (built / "gan" / "stale.txt").exists() and (built / "index.html").is_file()
    assert [path.name for path in built.parent.iterdir() if path.name.startswith(".tmp")] == []


def test_an_empty_folder_will_do_and_no_model_will_not(models: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert build.build(tmp_path / "empty", models).models == ["digits", "plain"]
    with pytest.raises(CheckpointError, match="no usable checkpoint"):
        build.build(tmp_path / "new", tmp_path / "nothing")


def test_a_damaged_checkpoint_is_told_and_the_others_are_shipped(models: Path, tmp_path: Path) -> None:
    (models / "plain" / "generator.safetensors").write_bytes(b"damaged")
    made = build.build(tmp_path / "out", models)
    assert made.models == ["digits"] and made.problems[0][0] == "plain"


def test_too_many_epochs_give_way_the_closest_first(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped._closest([0, 20, 100, 110, 4000]) == 100
    generator = program.to_bytes(Explorer.open(models / "plain")._generator(0))
    from gan_core.model import checkpoints

    made = Checkpoint(models / "plain")
    steps = [0, 10, 11, 100, 1000]
    contents = {name: made.path(name).read_bytes() for name in made.config.files if "/" not in name}
    contents |= {f"epochs/{step:04d}.safetensors": generator for step in steps}
    epochs = [{"step": step, "epoch": 0.0, "file": f"epochs/{step:04d}.safetensors"} for step in steps]
    config = {key: value for key, value in made.config.to_dict().items() if key not in ("format", "name")}
    checkpoints.write(tmp_path / "many" / "long", {**config, "step": 1000, "epochs": epochs}, contents)
    long = Checkpoint(tmp_path / "many" / "long")
    whole, left_out = shipped.fitting([long], 0)
    assert list(whole["long"]) == [0, 10, 11, 100] and left_out == []  # the finished one is not shipped twice
    monkeypatch.setattr(shipped, "LIMIT", sum(len(own["url"][1]) for own in whole["long"].values()) - 1)
    kept, left_out = shipped.fitting([long], 0)
    assert left_out == ["long step 10"]
    assert [epoch["step"] for epoch in shipped.listed([long], kept, {"long": {}})[0]["epochs"]] == [0, 11, 100, 1000]


def test_the_front_matter_is_a_static_space_s(built: Path) -> None:
    front = dict(line.split(": ", 1) for line in (built / "README.md").read_text().split("---")[1].strip().splitlines())
    assert (front["sdk"], front["app_file"], front["title"]) == ("static", "index.html", '"GAN in your hands"')
    assert len(front["short_description"]) <= 60


def test_a_title_cannot_break_the_page(models: Path, tmp_path: Path) -> None:
    build.build(tmp_path / "out", models, title='<b> "Digits" & co')
    assert "<title>&lt;b&gt; &quot;Digits&quot; &amp; co</title>" in (tmp_path / "out" / "index.html").read_text()


@pytest.mark.slow
def test_the_shipped_models_fit(tmp_path: Path) -> None:
    made = build.build(tmp_path / "out", ROOT / "checkpoints")
    pictures = sum(path.stat().st_size for path in made.folder.rglob("pictures.bin"))
    assert (
        made.bytes - pictures < shipped.LIMIT
        and sum(path.stat().st_size for path in made.folder.rglob("*") if path.is_file()) == made.bytes
    )
