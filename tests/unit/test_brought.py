"""Data that a person brings to the page: whose they are, how much there may be, what becomes of them."""

import base64
import contextlib
import io
import json
import os
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_core import commands, runs
from gan_core.errors import ConfigError, DataError, GanCoreError, RunError
from gan_core.runs import learned
from ui.server import control as steer
from ui.server import runlist
from ui.settings import Settings
from ui.train import access, brought, form, visitors

LOOK = {"do": "look", "family": "dense", "preset": "live", "shape": "", "prepare": ""}
TOKEN = "the-token-of-the-owner"


def asking(key: str) -> Any:
    return SimpleNamespace(headers={"host": "localhost", access.HEADER: key}, client=SimpleNamespace(host="127.0.0.1"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(runs=tmp_path / "runs", control="token", token=TOKEN, visitors=True)


@pytest.fixture(autouse=True)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads in this process, which takes milliseconds, but where a test wants the real one."""
    if request.function in REAL:
        return

    def run(command: list[str], **_: object) -> Any:
        bound = command.index("--memory")
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
            code = commands.main([*command[3:bound], *command[bound + 2 :]])
        return SimpleNamespace(returncode=code, stdout=out.getvalue().encode(), stderr=err.getvalue().encode())

    monkeypatch.setattr(brought, "subprocess", SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired))


def letters(names: tuple[str, ...] = ("가", "나"), count: int = 10) -> bytes:
    """A zip of folders of pictures, each class of its own grey."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for level, name in enumerate(names, 1):
            for number in range(count):
                pixels = np.zeros((28, 28), np.uint8)
                pixels[6:22, 8:20] = 255 // level - number
                picture = io.BytesIO()
                Image.fromarray(pixels).save(picture, "PNG")
                archive.writestr(f"letters/{name}/{number}.png", picture.getvalue())
    return made.getvalue()


def bring(settings: Settings, key: str, body: bytes, name: str = "letters.zip") -> str:
    """In two parts, as the page does."""
    began = brought.take(settings, asking(key), name, body[:1000])
    assert brought.add(settings, asking(key), began["own"], body[1000:])["bytes"] == len(body)
    return str(began["own"])


def wish(own: str, **more: Any) -> dict[str, Any]:
    return {"family": "cgan", "preset": "live", "dataset": f"own:{own}", "amount": 2, "unit": "epochs", **more}


def test_a_zip_of_two_classes_is_looked_at_prepared_and_trained_on(settings: Settings) -> None:
    own = bring(settings, TOKEN, letters())
    seen = brought.act(settings, asking(TOKEN), own, LOOK)
    assert (seen["problem"], seen["shape"], seen["sheet"]["kind"]["classes"], seen["sheet"]["of_class"]) == (
        "",
        "28x28x1",
        ["가", "나"],
        [10, 10],
    )
    plain = np.asarray(Image.open(io.BytesIO(base64.b64decode(seen["picture"]))))
    assert plain.shape == (3 * 28, 8 * 28) and plain[14, 14] == 255 and plain[0, 0] == 0
    turned = brought.act(settings, asking(TOKEN), own, {**LOOK, "prepare": "invert,hold-20", "shape": "32x32"})
    inverted = np.asarray(Image.open(io.BytesIO(base64.b64decode(turned["picture"]))))
    assert inverted.shape == (96, 256) and inverted[0, 0] == 255 and turned["sheet"]["test"] == 4
    with pytest.raises(DataError, match="looked at already"):
        brought.add(settings, asking(TOKEN), own, b"more")
    model, train = form.configs(wish(own), own_data=False, find=lambda name: brought.find(settings, TOKEN, name))
    assert (model.classes, model.num_classes, model.image_shape, train.prepare, train.steps) == (
        ("가", "나"),
        2,
        (32, 32, 1),
        "invert,hold-20",
        2,
    )
    run = runs.create(settings.runs, model, train)
    assert brought.act(settings, asking(TOKEN), own, {"do": "delete"}) == {"own": ""}
    assert learned.load(run.train_config(), run.model_config()).images.shape == (16, 32, 32), "the run has them in its own folder"
    written = (run.folder / "config.json").read_text()
    assert str(settings.runs) not in written and brought.FOLDER not in written and own not in written


def test_nobody_else_sees_trains_on_or_deletes_them_and_the_answer_does_not_tell_that_they_are_there(settings: Settings) -> None:
    own = bring(settings, "a-visitor", letters())
    brought.act(settings, asking("a-visitor"), own, LOOK)
    said = set()
    for name in (own, "0" * 32, "..", "../x", "", own.upper()):
        for key in ("another", TOKEN):
            for ask in (
                lambda: brought.act(settings, asking(key), name, LOOK),  # noqa: B023
                lambda: brought.act(settings, asking(key), name, {"do": "delete"}),  # noqa: B023
                lambda: brought.add(settings, asking(key), name, b"more"),  # noqa: B023
                lambda: brought.find(settings, key, f"own:{name}"),  # noqa: B023
            ):
                with pytest.raises(RunError) as refused:
                    ask()
                said.add(str(refused.value))
    assert len(said) == 1 and brought.find(settings, "a-visitor", f"own:{own}").classes == ("가", "나")
    for key in ("", None):
        with pytest.raises(access.Forbidden):
            brought.take(settings, asking(key), "x.zip", b"")  # type: ignore[arg-type]
    with pytest.raises(access.Forbidden):
        brought.take(Settings(runs=settings.runs, control="nobody"), asking(TOKEN), "x.zip", b"")


def test_a_visitor_trains_on_what_came_but_names_no_path(settings: Settings) -> None:
    own = bring(settings, "a-visitor", letters())
    path = str(settings.runs / brought.FOLDER / own / "own" / "letters.zip")
    with pytest.raises(RunError, match="as they were last asked for"):
        brought.find(settings, "a-visitor", f"own:{own}")
    brought.act(settings, asking("a-visitor"), own, LOOK)
    for named in (path, f"own:{own}"):  # without being looked up, a name is a path like any other
        with pytest.raises(RunError, match="on this machine"):
            form.configs(wish("", dataset=named), own_data=False)
    model, train = form.configs(wish(own), own_data=False, find=lambda name: brought.find(settings, "a-visitor", name))
    visitors.check(settings, model, train)
    with pytest.raises(RunError, match="on this machine"):
        visitors.check(settings, model, type(train).from_dict({**train.to_dict(), "dataset": "/etc/passwd"}))


def test_what_a_person_brings_next_takes_the_place_of_what_was_there_and_old_things_go(settings: Settings) -> None:
    first = bring(settings, TOKEN, letters())
    second = bring(settings, TOKEN, letters())
    root = settings.runs / brought.FOLDER
    assert os.listdir(root) == [second] != [first]
    other = bring(settings, "a-visitor", letters())
    os.utime(root / second / "about.json", (1, 1))
    brought.sweep(settings, now=True)
    assert os.listdir(root) == [other]


def test_there_is_an_end_to_bytes_people_and_pictures(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "MOST_VISITORS_BYTES", 2000)
    monkeypatch.setattr(brought, "MOST_VISITORS_PICTURES", 12)
    monkeypatch.setattr(brought, "MOST_HERE", 2)
    began = brought.take(settings, asking("a"), "x.zip", bytes(1500))
    with pytest.raises(DataError, match="the most that can be brought"):
        brought.add(settings, asking("a"), began["own"], bytes(501))
    assert os.listdir(settings.runs / brought.FOLDER) == []
    own = bring(settings, TOKEN, letters(count=6))
    assert brought.act(settings, asking(TOKEN), own, LOOK)["problem"] == "", "whoever has control may bring more"
    monkeypatch.setattr(brought, "MOST_VISITORS_BYTES", 10**6)
    own = bring(settings, "a", letters(count=7))
    answer = brought.act(settings, asking("a"), own, LOOK)
    assert "expected 10 to 12" in answer["problem"] and answer["sheet"] is None
    with pytest.raises(DataError, match="2 people have pictures here"):
        brought.take(settings, asking("b"), "x.zip", b"")


@pytest.mark.parametrize(
    "name, body, problem",
    [
        ("x.zip", b"PK\x05\x06 no zip", "it is no zip"),
        ("x.pkl", b"\x80\x04N.", "which is not opened"),
        ("x.mat", b"MATLAB 7.3", "'x.mat' is a recording; choose a family of signals"),
        ("x.exe", b"MZ", "is not a folder or a .zip"),
        ("x.csv", b"1,2\n", "expected a column for each pixel"),
        ("x.npz", letters(), "expected 'images' or 'x_train'"),
    ],
)
def test_what_is_no_data_is_a_sentence_that_names_no_folder_of_the_machine(
    settings: Settings, name: str, body: bytes, problem: str
) -> None:
    own = str(brought.take(settings, asking(TOKEN), name, body)["own"])
    answer = brought.act(settings, asking(TOKEN), own, LOOK)
    assert problem in answer["problem"] and answer["sheet"] is None and answer["picture"] == ""
    assert str(settings.runs) not in answer["problem"] and brought.FOLDER not in answer["problem"]


def test_a_reader_that_does_not_come_back_is_ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    own = bring(settings, TOKEN, letters())
    monkeypatch.setattr(brought, "READ_SECONDS", 0.01)
    assert "Take fewer pictures" in brought.act(settings, asking(TOKEN), own, LOOK)["problem"]
    monkeypatch.undo()
    monkeypatch.setattr(brought, "READ_MEMORY", 64)
    assert brought.act(settings, asking(TOKEN), own, LOOK)["problem"]


@pytest.mark.parametrize("body", [None, 1, {}, {"do": "read"}, {**LOOK, "prepare": 3}, {**LOOK, "prepare": "turn-1"}, {**LOOK, "shape": "9x9"},
                                  {**LOOK, "family": None}, {**LOOK, "preset": {}}])  # fmt: skip
def test_what_is_no_request_is_refused(settings: Settings, body: Any) -> None:
    own = str(brought.take(settings, asking(TOKEN), "x.zip", b"")["own"])
    with pytest.raises(ConfigError):
        brought.act(settings, asking(TOKEN), own, body)


@given(st.text(max_size=200))
def test_any_name_of_a_file_stays_in_its_folder(name: str) -> None:
    try:
        made = brought._safe_name(name)
    except DataError:
        return
    assert Path("/a", made).parent == Path("/a") and not made.startswith(".") and len(made) <= 90 and "\0" not in made
    assert learned._OWN_NAME.fullmatch(f"own/{made}")


def test_a_conditional_model_is_told_that_it_needs_classes(settings: Settings) -> None:
    own = bring(settings, TOKEN, letters(("one",), 20))
    brought.act(settings, asking(TOKEN), own, LOOK)
    with pytest.raises(GanCoreError, match="has no classes"):
        form.configs(wish(own), own_data=False, find=lambda name: brought.find(settings, TOKEN, name))


def test_a_family_of_signals_and_a_size_that_a_family_cannot_draw_are_told(settings: Settings) -> None:
    own = bring(settings, TOKEN, letters())
    waves = {"family": "wave", "preset": "live"}
    assert "It holds 20 pictures; choose a family that draws pictures" in brought.act(settings, asking(TOKEN), own, LOOK | waves)["problem"]
    with pytest.raises(ConfigError, match="expected sides that are multiples of 4"):
        brought.act(settings, asking(TOKEN), own, {**LOOK, "family": "dcgan", "shape": "30x30x1"})
    brought.act(settings, asking(TOKEN), own, LOOK)
    with pytest.raises(ConfigError, match="these were looked at as pictures"):
        form.configs(wish(own) | waves, own_data=False, find=lambda name: brought.find(settings, TOKEN, name))


def recorded() -> bytes:
    """A zip of two folders with a recording of 20,000 numbers each, which do not say their rate."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for loud, name in enumerate(("healthy", "worn"), 1):
            x = io.BytesIO()
            np.save(x, loud * np.random.default_rng(loud).normal(size=20_000))
            archive.writestr(f"bearing/{name}/a.npy", x.getvalue())
    return made.getvalue()


def test_recordings_are_looked_at_as_waves_and_trained_on_at_their_rate(settings: Settings) -> None:
    own, waves = bring(settings, TOKEN, recorded(), "bearing.zip"), {"family": "wave", "preset": "live"}
    # the switches of pictures, which stand beside these, are not for recordings
    seen = brought.act(settings, asking(TOKEN), own, {**LOOK, **waves, "prepare": "pad,invert,rate-48000", "shape": "32x32x1"})
    assert (seen["problem"], seen["shape"], seen["prepare"]) == ("", "1024x1", "rate-48000")
    assert (seen["sheet"]["kind"]["classes"], seen["sheet"]["kind"]["rate"], seen["sheet"]["recordings"]) == (
        ["healthy", "worn"],
        48_000,
        2,
    )
    waveforms = np.asarray(Image.open(io.BytesIO(base64.b64decode(seen["picture"]))))
    assert waveforms.shape[1] == 8 * 96 and waveforms.shape[0] % 48 == 0 and waveforms.max() == 255
    model, train = form.configs(wish(own) | waves, own_data=False, find=lambda name: brought.find(settings, TOKEN, name))
    assert (model.classes, model.num_classes, model.image_shape, model.rate) == (("healthy", "worn"), 2, (1024, 1), 48_000)
    run = runs.create(settings.runs, model, train)
    data = learned.load(run.train_config(), run.model_config())
    assert data.rate == 48_000 and len(data.images) == seen["sheet"]["train"]
    learned.check_same(run, data)
    assert json.loads((run.folder / "data.json").read_text())["fingerprint"] == seen["sheet"]["fingerprint"]
    with pytest.raises(ConfigError, match="these were looked at as signals"):
        form.configs(wish(own), own_data=False, find=lambda name: brought.find(settings, TOKEN, name))


def test_what_is_kept_of_it_is_small_and_whole(settings: Settings) -> None:
    own = bring(settings, TOKEN, letters())
    brought.act(settings, asking(TOKEN), own, LOOK)
    folder = settings.runs / brought.FOLDER / own
    assert sorted(os.listdir(folder)) == ["about.json", "own"]
    about = json.loads((folder / "about.json").read_text())
    assert about["owner"] == access.owner_name(TOKEN) != TOKEN and about["classes"] == ["가", "나"]
    assert runs.list_runs(settings.runs) == []


def test_what_came_along_with_a_run_can_be_deleted_by_whoever_started_it(settings: Settings) -> None:
    own = bring(settings, "a-visitor", letters())
    brought.act(settings, asking("a-visitor"), own, LOOK)
    model, train = form.configs(wish(own), own_data=False, find=lambda name: brought.find(settings, "a-visitor", name))
    run = runs.create(settings.runs, model, train, {"number": 1, "owner": access.owner_name("a-visitor"), "minutes": 1.0})
    for key in ("another", ""):
        with pytest.raises(access.Forbidden):
            steer.forget(settings, asking(key), run.id, {"do": "delete"})
    with pytest.raises(RunError, match="it is queued"):
        steer.forget(settings, asking("a-visitor"), run.id, {"do": "delete"})
    with run.hold():
        run.set_status("stopped")
    for wrong in (None, {}, {"do": "look"}, {"do": "delete", "more": 1}):
        with pytest.raises(ConfigError):
            steer.forget(settings, asking("a-visitor"), run.id, wrong)
    assert runlist.progress_head(settings, run.id).to_dict()["config"]["own"] is True  # type: ignore[index]
    assert steer.forget(settings, asking("a-visitor"), run.id, {"do": "delete"}) == {"run": run.id}
    assert not (run.folder / "own").exists() and "own" not in runlist.progress_head(settings, run.id).to_dict()["config"]  # type: ignore[operator]
    with pytest.raises(DataError, match="were deleted; it cannot go on"):
        learned.load(run.train_config(), run.model_config())
    with pytest.raises(RunError, match="nothing to delete"):
        steer.forget(settings, asking("a-visitor"), run.id, {"do": "delete"})


REAL = (test_a_zip_of_two_classes_is_looked_at_prepared_and_trained_on, test_a_reader_that_does_not_come_back_is_ended)
