"""What the page is made of: settings, the form of the Train tab, lists, downloads."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from conftest import make_checkpoint
from hypothesis import given
from hypothesis import settings as often
from hypothesis import strategies as st
from PIL import Image
from tiny import data_of

from gan_core import families, runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog, photos
from gan_core.errors import ConfigError, DataError, GanCoreError, RunError
from gan_core.imaging import pixels
from gan_core.runs import creating
from gan_core.settings import Setting
from gan_core.storage import files
from ui import words
from ui.server import downloads, exports, generators, library, live, runlist, testset
from ui.settings import Settings
from ui.train import data, fields, form, tab


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "runs").mkdir()
    make_checkpoint(tmp_path / "checkpoints" / "tiny")
    make_checkpoint(tmp_path / "checkpoints" / "tiny-conditional", "cgan", num_classes=10)
    return Settings(checkpoints=tmp_path / "checkpoints", runs=tmp_path / "runs")


@pytest.fixture
def run(settings: Settings) -> runs.Run:
    """A GAN's run with five reports, stopped."""
    made = runs.create(settings.runs, ModelConfig("dense", latent_dim=6), TrainConfig(steps=100, dataset="digits"))
    for step in (0, 10, 20, 30, 40):
        numbers = dict.fromkeys(("g_loss", "d_loss", "d_real", "d_fake"), None if step == 0 else step / 100)
        files.write_bytes(made.snapshot(step, "png"), pixels.encode_png(np.full((224, 224), step, np.uint8)))
        made.append({"step": step, "epoch": step / 10, "seconds": 1.0, **numbers})
    made.set_status("stopped", step=40, steps=100)
    return made


def test_training_is_off_on_a_space_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_TRAINING", raising=False)
    monkeypatch.delenv("SPACE_ID", raising=False)
    assert Settings.from_environment().training
    monkeypatch.setenv("SPACE_ID", "someone/something")
    assert not Settings.from_environment().training
    monkeypatch.setenv("GAN_TRAINING", "on")
    assert Settings.from_environment().training
    monkeypatch.setenv("GAN_TRAINING", "perhaps")
    with pytest.raises(ConfigError, match=r"'perhaps'; expected 'on' or 'off'"):
        Settings.from_environment()


def test_numbers_of_the_server_are_kept_as_they_are_meant() -> None:
    made = Settings(max_runs=2.0, max_queue=0.0, visitor_steps=50.0, visitor_minutes=3)  # type: ignore[arg-type]
    assert [type(value) for value in (made.max_runs, made.max_queue, made.visitor_steps, made.visitor_minutes)] == [int, int, int, float]


def test_every_preset_fills_the_form() -> None:
    for name in families.names():
        for preset in families.get(name).presets:
            values = form.preset_values(name, preset)
            assert values["amount"] == families.get(name).train_config(preset).steps
            assert values["latent_dim"] == families.get(name).model_config(preset).latent_dim
            assert tuple(values) == form.FILLED and None not in values.values()
            model, train = form.configs({"family": name, "preset": preset, "dataset": data_of(name), **values}, own_data=True)
            named = creating.fitted(families.get(name).model_config(preset), catalog.DATASETS[data_of(name)].classes)
            assert model == named, "a preset that goes through the form is the preset"
            assert train == families.get(name).train_config(preset, dataset=data_of(name))


FORM = {
    "family": "dense", "preset": "reference", "dataset": " digits ", "amount": 3, "unit": "epochs", "batch_size": 50.0, "latent_dim": 8.0,
    "g_learning_rate": 1e-3, "d_learning_rate": 2e-3, "beta_1": 0.5, "d_steps": 2.0, "loss": "minimax", "seed": 9.0,
    "optimizer": "sgd",
}  # fmt: skip


def start(settings: Settings, values: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Presses Start with these fields."""
    return tab._starter(settings)("", *(values[name] for name in form.FIELDS))


def test_every_setting_of_the_form_has_a_control_that_shows_what_the_preset_says() -> None:
    with gr.Blocks():
        controls = dict(zip(form.FIELDS, fields.build(), strict=True))
    for name, setting in form.SETTINGS.items():
        assert controls[name].label.key == setting.label, "marked for the browser to say it in its language"
        assert controls[name].value == form.preset_values("dense", "live")[name]
    assert all(hasattr(each.label, "key") for each in controls.values())
    assert "optimizer" in form.SETTINGS and [value for _, value in controls["optimizer"].choices] == ["adam", "sgd", "soap"]
    said = [name.key for name, _ in controls["loss"].choices]
    assert said == ["non-saturating", "minimax", "least squares", "hinge", "Wasserstein"], "marked as well"
    filled = dict(zip(form.FILLED, fields.fill("autoencoder", "live"), strict=True))
    assert [name for name in form.FILLED if not filled[name]["visible"]] == ["d_learning_rate", "loss", "d_steps"]
    assert all(update["visible"] for update in fields.fill("cgan", "live"))


def test_long_choices_and_hints_have_a_row_of_their_own() -> None:
    assert fields.rows(form.SETTINGS) == [
        ["latent_dim", "batch_size"], ["g_learning_rate", "d_learning_rate"], ["optimizer", "beta_1"], ["loss"], ["d_steps"], ["seed"]
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [bool, int, float, str])
def test_a_setting_of_any_kind_becomes_a_control(kind: type) -> None:
    made = Setting("sparkle", kind, kind(), "how much it sparkles", high=9, label="Sparkle", form=True)
    with gr.Blocks():
        assert fields.control(made, kind(1)).value == kind(1)


def test_whatever_the_form_shows_has_its_korean() -> None:
    for name, setting in form.SETTINGS.items():
        for english in filter(None, (setting.label, setting.hint)):
            assert words.korean("ko", "")(english) != english, f"{name}: ui/words.py has no {english!r}"


def test_start_checks_the_form_and_starts_a_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "launch", lambda run: run.set_status("starting"))
    panel, told = start(settings, FORM)
    assert told["kind"] == "ok"
    found = runs.find(settings.runs, panel["run"])
    train = found.train_config()
    assert (train.steps, train.batch_size, train.d_steps, train.seed, train.dataset) == (3 * (1501 // 100), 50, 2, 9, "digits")
    assert train.optimizer == "sgd"
    assert (train.loss, train.beta_1, train.d_learning_rate, found.model_config().latent_dim) == ("minimax", 0.5, 2e-3, 8)
    panel, told = start(settings, FORM)
    assert told["kind"] == "ok" and told["text"] == f"{panel['run']} waits: next in line."
    assert runs.find(settings.runs, panel["run"]).status()["state"] == runs.QUEUED


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"amount": 0, "unit": "steps"}, "steps is 0"),
        ({"amount": None}, "epochs is None"),
        ({"amount": -1}, "epochs is -1"),
        ({"unit": "hours"}, "'hours'"),
        ({"family": "gpt"}, "no family 'gpt'"),
        ({"preset": "huge"}, "no preset 'huge'"),
        ({"dataset": "/nowhere"}, "/nowhere"),
        ({"dataset": None}, "dataset is None"),
        ({"batch_size": 1.5}, "batch_size is 1.5"),
        ({"latent_dim": None}, "latent_dim is None"),
        ({"g_learning_rate": 5}, "g_learning_rate is 5"),
        ({"loss": "made_up"}, "'made_up'"),
        ({"optimizer": "luck"}, "optimizer is 'luck'"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2.0**40}, "seed is"),
        ({"seed": "lucky"}, "seed is 'lucky'"),
    ],
)
def test_start_says_what_is_wrong_and_starts_nothing(
    settings: Settings, wrong: dict, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "launch", lambda run: pytest.fail("it started"))
    _, told = start(settings, {**FORM, **wrong})
    assert told["kind"] == "error" and expected in told["text"]
    assert not runs.list_runs(settings.runs)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.just(10.0**300),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@often(max_examples=300, derandomize=True, deadline=None)
@given(st.sampled_from(form.FIELDS), ANYTHING, st.booleans())
def test_whatever_a_browser_sends_is_a_training_or_a_sentence(name: str, value: object, own_data: bool) -> None:
    try:
        model, train = form.configs({**FORM, name: value}, own_data=own_data)
    except GanCoreError as error:
        assert str(error)
    else:
        assert model.latent_dim >= 1 and type(train.steps) is int and json.dumps(train.to_dict(), allow_nan=False)


def test_stop_resume_and_keep_check_what_a_browser_sends(settings: Settings, run: runs.Run) -> None:
    for panel in (None, {}, [], "x", {"run": 5}, {"run": "../secret"}, {"run": "nothing"}):
        for handler in (
            tab._stopper(settings),
            tab._resumer(settings),
            lambda key, value: tab._keeper(settings)(key, value, "mine"),
        ):
            assert handler("", panel)[1]["kind"] == "error"
    assert "nothing to stop" in tab._stopper(settings)("", {"run": run.id})[1]["text"]
    for name in ("", None, 5, [], "Bad Name", "tiny"):
        assert tab._keeper(settings)("", {"run": run.id}, name)[1]["kind"] == "error"
    assert "step to keep" in tab._keeper(settings)("", {"run": run.id, "step": "x"}, "mine")[1]["text"]


def test_models_lists_checkpoints_with_versioned_files(settings: Settings) -> None:
    listed = library.models(settings)
    assert [model["id"] for model in listed["models"]] == ["tiny", "tiny-conditional"] and not listed["problems"]
    url = listed["models"][0]["files"]["generator"]
    *_, name, version, file = url.split("/")
    assert library.checkpoint_file(settings, name, version, file) == settings.checkpoints / "tiny" / "generator.safetensors"
    for wrong in ((name, "0" * 16, file), (name, version, "config.json"), (name, version, "../tiny/" + file), ("nope", version, file)):
        assert library.checkpoint_file(settings, *wrong) is None


def test_a_broken_run_is_listed_with_its_reason(settings: Settings, run: runs.Run) -> None:
    broken = settings.runs / "broken-digits-20260101-000000"
    broken.mkdir()
    (broken / "config.json").write_text("{")
    entries = {entry["id"]: entry for entry in runlist.runs_list(settings)}
    assert entries[run.id]["state"] == "stopped" and entries[run.id]["step"] == 40
    assert entries[broken.name]["state"] == "failed" and "cannot be read" in entries[broken.name]["reason"]


def test_progress_gives_what_is_new(settings: Settings, run: runs.Run) -> None:
    feed = live.Feed(settings, run.id)
    answer = json.loads(b"".join(asyncio.run(feed.poll(3, None))))
    assert [report["step"] for report in answer["reports"]] == [30, 40] and answer["next"] == 5
    assert json.loads(b"".join(asyncio.run(live.Feed(settings, run.id).poll(5, None))))["reports"] == []
    with pytest.raises(RunError, match="no run 'nothing'"):
        asyncio.run(live.Feed(settings, "nothing").poll(0, None))


def test_downloads_of_a_run(run: runs.Run) -> None:
    sheet = Image.open(io.BytesIO(downloads.contact_sheet(run)))
    assert sheet.width > 3 * 224 and sheet.height > 2 * 224
    moving = Image.open(io.BytesIO(downloads.steps(run)))
    assert moving.n_frames == 5 + 12 and moving.size == (448, 448 + downloads.CAPTION)


def test_downloads_of_a_run_without_pictures_say_so(settings: Settings) -> None:
    empty = runs.create(settings.runs, ModelConfig("dense"), TrainConfig(dataset="digits"))
    for download in (downloads.contact_sheet, downloads.steps):
        with pytest.raises(RunError, match=r"[Ww]ait"):
            download(empty)


def test_the_sheet_of_the_server_shows_the_moments_of_the_page() -> None:
    assert [downloads.spread(n, 12) for n in (0, 1, 2, 12)] == [[], [0], [0, 1], list(range(12))]
    assert downloads.spread(13, 12) == [0, 2, 4, 6, 8, 10, 12] and downloads.spread(100, 12) == [0, 16, 32, 48, 64, 80, 96, 99]


def test_labels_of_an_export_are_checked_and_made_to_sum_to_one(settings: Settings) -> None:
    body = {"model": "tiny-conditional", "kind": "png", "z": [[0.0] * 6] * 2, "labels": [[0.5004] * 2 + [0] * 8] * 2, "scale": 1}
    wish = exports.check(body, generators.generator(settings, "tiny-conditional"))
    assert wish.labels is not None and wish.labels.sum(axis=1) == pytest.approx([1, 1])
    name, media_type, data = exports.make(settings, body)
    assert (name, media_type, data[1:4]) == ("tiny-conditional.png", "image/png", b"PNG")
    for labels in (None, [[1] + [0] * 9], [[2] + [0] * 9] * 2, [[-1, 2] + [0] * 8] * 2, [[1]] * 2):
        with pytest.raises(ConfigError, match="labels"):
            exports.make(settings, {**body, "labels": labels})


def test_test_pictures_of_digits_are_always_there() -> None:
    sheet = Image.open(io.BytesIO(testset.test_digit("digits", "3")))
    assert sheet.width == 28 * 32 and np.asarray(sheet).max() == 255


def save_pictures(folder: Path, n: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        Image.fromarray(np.full((28, 28), i, np.uint8)).save(folder / f"{i}.png")


@pytest.mark.parametrize(("folders", "pictures"), [({"": 20}, 18), ({"a": 13, "b": 12}, 23), ({"": 10}, 9)])
def test_pictures_of_a_folder_are_counted_as_they_are_trained_on(folders: dict[str, int], pictures: int, tmp_path: Path) -> None:
    for name, n in folders.items():
        save_pictures(tmp_path / "own" / name, n)
    assert data.training_pictures(str(tmp_path / "own")) == pictures == data.check(str(tmp_path / "own")).pictures


def test_an_estimate_opens_no_picture_and_a_start_reads_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_pictures(tmp_path / "own", 20)
    opened = []
    read = photos.read_sample
    monkeypatch.setattr(photos, "read_sample", lambda *given: opened.append(given) or read(*given))
    asked = {**FORM, "dataset": str(tmp_path / "own")}
    for _ in range(3):
        assert form.configs(asked, own_data=True, read_data=False)[1].steps == 3
    assert not opened
    for _ in range(3):
        form.configs(asked, own_data=True)
    assert len(opened) == 20
    (tmp_path / "own" / "3.png").write_bytes(b"no picture")
    form.configs(asked, own_data=True)
    assert [one.name for one in catalog.examine(str(tmp_path / "own")).left_out] == ["3.png"], "one bad file is left out and named"
    form.configs(asked, own_data=True, read_data=False)


def test_a_conditional_model_has_the_classes_of_a_folder_under_their_names(tmp_path: Path) -> None:
    for name in ("나 다", "cat", "dog"):
        save_pictures(tmp_path / "own" / name, 10)
    asked = {**FORM, "family": "cgan", "dataset": str(tmp_path / "own"), "loss": "non_saturating"}
    for read_data in (True, False):
        model, _ = form.configs(asked, own_data=True, read_data=read_data)
        assert (model.num_classes, model.classes) == (3, ("cat", "dog", "나 다"))


def test_an_npz_is_read_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, loads = tmp_path / "own.npz", []
    load = catalog.load
    monkeypatch.setattr(catalog, "load", lambda *args, **options: loads.append(args) or load(*args, **options))
    np.savez(path, images=np.arange(40 * 28 * 28).reshape(40, 28, 28).astype(np.uint8))
    assert [data.training_pictures(str(path)) for _ in range(3)] == [36] * 3 and len(loads) == 1
    np.savez(path, images=np.arange(60 * 28 * 28).reshape(60, 28, 28).astype(np.uint8))
    assert data.training_pictures(str(path)) == 54 and len(loads) == 2
    for wrong in ("/nowhere", str(tmp_path / "empty"), "\0"):
        with pytest.raises(DataError):
            data.training_pictures(wrong)


def test_choosing_a_family_of_signals_chooses_signals_and_the_other_way_round() -> None:
    assert form.dataset_for("wave", "mnist") == form.dataset_for("wave", "digits") == "vibration"
    assert form.dataset_for("dcgan", "vibration") == data.default_dataset() and form.dataset_for("dcgan", "digits") == "digits"
    assert form.dataset_for("wave", "/my/own") == "/my/own" and form.dataset_for("wave", "vibration") == "vibration"
    asked = {"family": "dense", "preset": "live", "dataset": "vibration", **form.preset_values("dense", "live")}
    with pytest.raises(DataError, match="vibration holds signals of one channel, and pictures are wanted"):
        form.configs(asked, own_data=True)
