"""What a run that begins is at, and how long that takes: told from its status, and from the runs before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.runs import course, lab, startup
from ui.server import runlist
from ui.settings import Settings


def made(root: Path, family: str, phases: dict[str, float], state: str = "starting") -> runs.Run:
    run = runs.create(root, ModelConfig(family), TrainConfig(dataset="digits", steps=10))
    status = json.loads((run.folder / "status.json").read_text())
    (run.folder / "status.json").write_text(json.dumps({**status, "state": state, "phases": phases}))
    return run


DONE = {"libraries": 100.0, "pictures": 106.0, "compiling": 108.5, "learning": 120.5}


def test_each_part_is_entered_in_its_turn_and_a_new_process_begins_anew(tmp_path: Path) -> None:
    run = runs.create(tmp_path, ModelConfig("dense"), TrainConfig(dataset="digits", steps=10))
    with run.hold():
        for phase in startup.PHASES:
            startup.enter(run, phase, "starting" if phase != "compiling" else "running")
            assert startup.current(run.status()) == phase
        assert list(run.status()["phases"]) == list(startup.PHASES)
        startup.enter(run, startup.OVER, "running", step=1)
        assert startup.current(run.status()) == "" and set(startup.took(run.status())) == set(startup.PHASES)
        startup.enter(run, "pictures", anew=True)
        assert list(run.status()["phases"]) == ["pictures"]


def test_the_newest_run_of_the_family_says_how_long_it_takes(tmp_path: Path) -> None:
    assert startup.took(made(tmp_path, "dense", DONE).status()) == {"libraries": 6.0, "pictures": 2.5, "compiling": 12.0}
    other, same = made(tmp_path, "dcgan", {**DONE, "learning": 150.0}), made(tmp_path, "dense", DONE)
    broken = made(tmp_path, "dense", {"libraries": 100.0})
    now = made(tmp_path, "dense", {"libraries": 100.0})
    assert startup.expected(now, [now, broken, other, same]) == {"libraries": 6.0, "pictures": 2.5, "compiling": 12.0}
    assert startup.expected(now, [now, other])["compiling"] == 41.5, "another family rather than nothing"
    assert startup.expected(now, [now, broken]) == {}


@pytest.mark.parametrize("phases", [{}, {"libraries": "soon"}, ["libraries"], {"pictures": None, "other": 1.0}])
def test_what_is_damaged_or_of_an_earlier_version_says_nothing(tmp_path: Path, phases: object) -> None:
    run = made(tmp_path, "dense", phases)  # type: ignore[arg-type]
    assert startup.current(run.status()) == "" and startup.took(run.status()) == {}


def test_a_page_is_told_while_the_run_begins_and_no_longer(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "checkpoints", tmp_path / "runs")
    made(settings.runs, "dense", DONE, "finished")
    run = made(settings.runs, "dense", {"libraries": 100.0})
    status = runlist.progress_head(settings, run.id).to_dict()["status"]
    assert status["phase"] == "libraries" and status["expected"]["compiling"] == 12.0 and "phases" not in status
    over = runlist.progress_head(settings, runs.list_runs(settings.runs)[-1].id).to_dict()
    assert "phase" not in over["status"] and over["states"] == []


def test_recordings_are_listed_beside_the_runs_in_the_order_of_the_lab(tmp_path: Path) -> None:
    entries = runlist.recordings_list(Settings(tmp_path, tmp_path))
    assert len(entries) >= 6 and all(entry["recording"] and entry["state"] == "finished" for entry in entries)
    shown = [entry.get("failure", "") for entry in entries]
    assert "no_noise" in shown and shown == [name for name in ["", *course.COURSE, *lab.recorded()] if name in shown]
