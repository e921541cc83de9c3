"""A recording: a real failure with its cure, small enough to be kept, replayed by the site and by the app; and what a run reached when."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from conftest import make_checkpoint
from PIL import Image
from tiny import make_run

from gan_core import runs
from gan_core.config import TrainConfig
from gan_core.errors import RunError
from gan_core.imaging import pixels
from gan_core.runs import control, course, lab, milestones
from gan_core.training import recording, trainer
from ui.server import control as ui_control
from ui.server import runlist
from ui.settings import Settings
from ui.site import build, replay

TINY = {"latent_dim": 12, "widths": {"generator": [8], "discriminator": [8], "batch_norm": True, "dropout": 0.0, "votes": 10}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One failure of the lab, recorded on a small data set with few steps."""
    out = tmp_path_factory.mktemp("recordings")
    failure, before = lab.FAILURES["no_noise"], dict(lab.FAILURES)
    lab.FAILURES["no_noise"] = lab.Failure(**{**vars(failure), "train": {**failure.train, "steps": 240, "report_every": 6}})
    try:
        said = recording.record("no_noise", out, "digits")
    finally:
        lab.FAILURES.update(before)
    assert "before" in said and "end" in said
    return out


def test_a_recording_is_a_small_run_with_its_cure_on_its_way(folder: Path) -> None:
    run = runs.find(folder, "no_noise")
    config, reports = run.config(), run.reports()
    assert config["id"] == "no_noise" and config["recorded"]["failure"] == "no_noise" and run.status()["state"] == "finished"
    change = next(report["changes"][0] for report in reports if report.get("changes"))
    assert change["settings"]["z_scale"] == [0.0, 1.0] and 72 <= change["step"] < 110 and config["recorded"]["cured_at"] == change["step"]
    assert control.settings_now(run).z_scale == 1.0
    steps = [report["step"] for report in reports]
    assert steps == sorted(set(steps)) and steps[0] == 0 and steps[-1] == 240
    pictures = run.snapshot_steps()
    assert (
        recording.FEWEST_PICTURES <= len(pictures) <= recording.MOST_PICTURES and set(pictures) < set(steps) and {0, 240} <= set(pictures)
    )
    assert sum(step <= change["step"] for step in pictures) >= 3 and sum(step > change["step"] for step in pictures) >= 3
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= recording.LIMIT
    assert {path.suffix for path in files} == {".json", ".jsonl", ".png"}, "no weights, no log"
    before, after = (np.asarray(Image.open(run.snapshot(pictures[place], "png"))).reshape(8, 28, 8, 28) for place in (3, -1))
    assert np.ptp(before.astype(int), axis=(0, 2)).max() == 0, "one picture again and again"
    assert np.ptp(after.astype(int), axis=(0, 2)).max() > 20, "and many after the cure"


@pytest.mark.slow
def test_it_is_recorded_anew_under_its_name_or_not_at_all(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path, "dense", steps=12, report_every=3)
    trainer.train(run)
    target = tmp_path / "out" / "a"
    for _ in range(2):
        recording.prune(run, target, "no_noise")
        assert [path.name for path in target.parent.iterdir()] == ["a"]
    monkeypatch.setattr(recording, "LIMIT", 2000)
    with pytest.raises(RunError, match="has over 2,000 bytes"):
        recording.prune(run, target, "no_noise")
    assert runs.Run(target).reports()[-1]["step"] == 12


def test_a_recording_does_not_say_where_its_data_lay(tmp_path: Path) -> None:
    run = make_run(tmp_path, "dense", steps=10, dataset="/home/somebody/private/faces")
    run.append({"step": 10, "epoch": 1.0, "seconds": 1.0})
    run.write_snapshot(10, pixels.encode_png(np.zeros((224, 224), np.uint8)), {})
    run.set_status("finished", step=10, steps=10)
    made = recording.prune(run, tmp_path / "out" / "a", "no_noise")
    assert made.config()["train"]["dataset"] == "faces"
    assert not [path.name for path in made.folder.rglob("*") if path.is_file() and b"/home/somebody" in path.read_bytes()]


def test_the_site_replays_it_after_the_models(folder: Path, tmp_path: Path) -> None:
    make_checkpoint(tmp_path / "models" / "plain")
    build.build(tmp_path / "out", tmp_path / "models", folder)
    gan = tmp_path / "out" / "gan"
    entries = json.loads((gan / "runs.json").read_bytes())["runs"]
    assert (
        [entry["id"] for entry in entries] == ["plain", "no_noise"] and entries[1]["failure"] == "no_noise" and "failure" not in entries[0]
    )
    listed = {entry["name"]: entry["recording"] for entry in json.loads((gan / "lab.json").read_bytes())["failures"]}
    assert list(listed) == list(lab.FAILURES) and listed["no_noise"] == "no_noise" and listed["d_too_weak"] is None
    told, run = json.loads((gan / "runs" / "no_noise" / "progress.json").read_bytes()), runs.find(folder, "no_noise")
    assert (
        told["reports"] == run.reports()
        and told["pictures"] == run.snapshot_steps()
        and told["config"]["recorded"]["failure"] == "no_noise"
    )
    for step in told["pictures"]:
        name = run.snapshot(step, "png").name
        assert (gan / "runs" / "no_noise" / "snapshots" / name).read_bytes() == run.snapshot(step, "png").read_bytes()


def test_the_app_shows_it_but_nobody_steers_it(folder: Path, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "checkpoints", tmp_path / "runs", recordings=folder)
    told = runlist.progress_head(settings, "no_noise").to_dict()
    assert (
        told["pictures"] == runs.find(folder, "no_noise").snapshot_steps()
        and told["status"]["state"] == "finished"
        and len(runlist.watched(settings, "no_noise").reports()) > 20
    )
    assert runlist.runs_list(settings) == [], "it is no run of this machine"
    named = {entry["name"]: entry["recording"] for entry in ui_control.failures(settings)["failures"]}
    assert named["no_noise"] == "no_noise" and sum(value is not None for value in named.values()) == 1
    with pytest.raises(runlist.NoSuchRun):
        runlist.run(settings, "no_noise")
    with pytest.raises(runlist.NoSuchRun, match="There is no run"):
        runlist.watched(settings, "nothing")
    own = make_run(settings.runs, "dense")
    own.folder.rename(settings.runs / "no_noise")
    assert runlist.folder_of(settings, "no_noise").parent == settings.runs, "a run of that name goes first"


def test_the_recordings_that_are_shipped_are_whole_and_small() -> None:
    found = {run.id: run for run in runs.list_runs(Settings.recordings)}
    assert set(lab.recorded()) <= set(found) and set(found) - set(lab.recorded()) <= set(course.COURSE)
    for name, run in found.items():
        asked = lab.configs(name.removesuffix(lab.AGAIN), "mnist") if name in lab.recorded() else course.configs(name, "mnist")
        train = run.config()["train"]
        same = TrainConfig.from_dict({**train, "seed": asked[1].seed, "precision": asked[1].precision})  # what the recording machine had
        assert (run.model_config(), same) == asked, f"{name} has other settings now: it is to be recorded again (python -m gan_core record)"
        size = sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file())
        assert size <= (recording.LIMIT if name in lab.recorded() else recording.COURSE_LIMIT), name
        assert run.status()["state"] == "finished" and run.config()["recorded"]["failure"] == name


@pytest.mark.parametrize("name", lab.FAILURES)
def test_a_shipped_failure_goes_wrong_and_its_cure_ends_with_all_ten_digits(name: str) -> None:
    failure, run = lab.FAILURES[name], runs.find(Settings.recordings, name)
    at, accused = run.config()["recorded"]["cured_at"], accusing(run)
    assert (at is None) == failure.afresh
    if at is None:
        assert accused[-1] == run.reports()[-1]["step"], "it does not come back by itself"
        wrong, run, at = run, runs.find(Settings.recordings, name + lab.AGAIN), 0
        assert run.config()["recorded"]["cured_at"] == 0 and not accusing(run)
    else:
        wrong = run
        assert accused[0] <= at, "the alarm comes before the cure"
        assert accused[-1] < at + (run.status()["steps"] - at) / 2, "and is long silent at the end"
    now = control.settings_now(run)
    assert all(getattr(now, key) == value for key, value in failure.cure.items())
    looks = [
        report for report in wrong.reports() if report.get("distance") is not None and report["step"] <= (at or wrong.status()["steps"])
    ]
    end = run.reports()[-1]
    assert end["distance"] < 0.5 * looks[-1]["distance"], "the pictures are better"
    assert min(end["digits"]) >= 0.05, "every digit is drawn"


def accusing(run: runs.Run) -> list[int]:
    """The steps at which an alarm accuses."""
    return [report["step"] for report in run.reports() if any(alarm["accuses"] for alarm in report.get("alarms", []))]


@pytest.mark.slow
def test_where_the_weights_are_past_mending_the_run_that_begins_again_is_recorded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = lab.FAILURES["rate_too_high"]
    short = {**failure.train, "steps": 12, "report_every": 3}
    monkeypatch.setitem(lab.FAILURES, "rate_too_high", dataclasses.replace(failure, train=short, model=TINY))
    said = recording.record("rate_too_high", tmp_path, "digits")
    wrong, again = (runs.find(tmp_path, name) for name in ("rate_too_high", "rate_too_high_again"))
    assert wrong.config()["recorded"]["cured_at"] is None and not control.changes(wrong)
    assert again.config()["recorded"] == {**wrong.config()["recorded"], "failure": "rate_too_high_again", "cured_at": 0}
    assert control.settings_now(again).g_learning_rate == failure.cure["g_learning_rate"] and str(again.folder) in said
    steps = [report["step"] for report in again.reports()]
    assert steps == [report["step"] for report in wrong.reports()] and again.snapshot_steps() == steps
    assert (
        again.reports()[0]["distance"] == wrong.reports()[0]["distance"] and again.reports()[-1]["g_loss"] != wrong.reports()[-1]["g_loss"]
    )
    (listed,) = (entry for entry in replay.laboratory(tmp_path)["failures"] if entry["name"] == "rate_too_high")
    assert (listed["recording"], listed["again"]) == ("rate_too_high", "rate_too_high_again")


@pytest.mark.slow
def test_what_was_reached_is_kept_with_the_run_and_survives_a_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(milestones, "AFTER", (0.02, 0.05, 0.1))
    run = make_run(tmp_path, "dense", steps=4000, report_every=25)

    def stop(report: dict) -> None:
        if report["seconds"] > 0.06:
            control.stop(run)

    assert trainer.train(run, stop) == "stopped"
    first = milestones.read(run)
    assert [row["after"] for row in first][:2] == [0.02, 0.05] and first == milestones.reached(run.reports())
    assert all(row["seconds"] <= row["after"] and row["distance"] > 0 and len(row["digits"]) == 10 for row in first)
    assert trainer.train(run) == "finished"
    assert milestones.read(run) == milestones.reached(run.reports()) and [row["after"] for row in milestones.read(run)] == [0.02, 0.05, 0.1]
    assert milestones.read(run)[:2] == first[:2], "what was reached before the stop stays as it was"
    (run.folder / "reached.json").unlink()
    assert runlist.progress_head(Settings(tmp_path, tmp_path), run.id).to_dict().get("reached") is None
