"""The run folder under real trainings: one written by version 0.1.0, one killed at the worst moment, one with a damaged state, one whose time is up."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from tiny import make_run

from gan_core import runs, training
from gan_core.errors import RunError
from gan_core.runs import branching, control, keeping, provenance
from gan_core.training import saved
from ui.server import library, runlist
from ui.settings import Settings

OLD = ROOT / "tests" / "fixtures" / "run-0.1.0"
SMALL = {"generator": [2], "discriminator": [2]}


@pytest.fixture
def old(tmp_path: Path) -> runs.Run:
    """A run of version 0.1.0 on `digits`, stopped at step 20 of 40, with a change in flight at step 10."""
    name = json.loads((OLD / "config.json").read_text())["id"]
    shutil.copytree(OLD, tmp_path / "runs" / name)
    return runs.find(tmp_path / "runs", name)


def test_a_run_of_an_earlier_version_is_listed_kept_branched_and_resumed(old: runs.Run, tmp_path: Path) -> None:
    settings = Settings(checkpoints=tmp_path / "checkpoints", runs=old.folder.parent)
    entry = runlist.runs_list(settings)[0]
    assert (entry["state"], entry["step"], entry["steps"], entry["dataset"]) == ("stopped", 20, 40, "digits")
    model = next(each for each in library.models(settings)["models"] if each["kind"] == "run")
    assert [epoch["step"] for epoch in model["epochs"]] == old.snapshot_steps() and model["step"] == 20

    kept = keeping.keep(old, tmp_path / "checkpoints" / "kept")
    card = (kept.folder / "README.md").read_text()
    assert "20 steps" in card and "Changed at step 10: d_learning_rate 0.001 to 0.0005" in card
    assert "shared machine" not in card and json.loads((kept.folder / "config.json").read_text())["versions"] == {}, "nobody noted them"

    child = branching.branch(old.folder.parent, old, 15, {"g_learning_rate": 1e-4})
    assert child.config()["parent"] == {"run": old.id, "step": 10} and saved.newest(child).step == 10  # type: ignore[union-attr]
    now = control.settings_now(child)
    assert (now.g_learning_rate, now.d_learning_rate) == (1e-4, 5e-4)

    (old.folder / "control.json").write_text('{"request": "stop"}')  # of a process that is gone
    old.set_status("running", pid=1)
    before = old.reports()
    assert training.train(old) == "finished"
    assert old.reports()[: len(before)] == before and [report["step"] for report in old.reports()][len(before) :] == [30, 40]
    assert control.settings_now(old).d_learning_rate == 5e-4 and not (old.folder / "control.json").exists()
    assert [session["step"] for session in provenance.sessions(old)] == [20]
    machine = provenance.sessions(old)[0]["machine"]
    again = keeping.keep(old, tmp_path / "checkpoints" / "again")
    assert f"on {machine}" in (again.folder / "README.md").read_text() and f"{os.cpu_count()} core" in machine


DIE = """
import os, signal, sys
from gan_core import runs
from gan_core.runs import control
from gan_core.training import trainer

run, moment, record = runs.Run(sys.argv[1]), sys.argv[2], control.record

def dies(run, change):
    if moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    record(run, change)
    os.kill(os.getpid(), signal.SIGKILL)

def change(report):
    if report["step"] == 10:
        control.ask(run, {"do": "change", "settings": {"d_learning_rate": 1e-5, "batch_size": 8}})

control.record = dies
trainer.train(run, change)
"""


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_beside_the_record_of_a_change_it_trains_on_as_its_record_says(moment: str, tmp_path: Path) -> None:
    run = make_run(tmp_path, widths=SMALL, xla="off")
    died = subprocess.run([sys.executable, "-c", DIE, str(run.folder), moment], cwd=ROOT, capture_output=True, check=False, timeout=580)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]
    assert run.status()["state"] == "interrupted"
    trainer = training.Trainer(run)
    assert trainer.load_state()
    control.rewind(run, trainer.step)
    assert trainer.train == control.settings_now(run)
    assert trainer.step == 10 and trainer.train.batch_size == (8 if moment == "after" else 16)
    assert float(trainer.objective.optimizers["d_optimizer"].learning_rate) == pytest.approx(1e-5 if moment == "after" else 1e-3)


def test_a_damaged_state_is_replaced_by_the_newest_kept_one(old: runs.Run) -> None:
    state = old.folder / "state" / "state.safetensors"
    whole = state.read_bytes()
    for damaged in (whole[: len(whole) // 2], b"", b"{}", whole[:8] + b"[" * 500 + whole[508:]):
        state.write_bytes(damaged)
        taken = saved.newest(old)
        assert taken is not None and taken.step == 20 and "state.safetensors cannot be read" in taken.damage
    kept = old.folder / "states"
    (kept / "0000020.safetensors").write_bytes(whole[:100])
    assert (taken := saved.newest(old)) and taken.step == 10
    trainer = training.Trainer(old)
    assert trainer.load_state() and trainer.step == 10 and "kept at step 10" in trainer.note
    for path in kept.iterdir():
        path.write_bytes(b"nothing")
    with pytest.raises(RunError, match=r"damaged.*Start a new run"):
        saved.newest(old)
    shutil.rmtree(kept)
    state.unlink()
    assert saved.newest(old) is None


def test_a_run_whose_minutes_are_up_saves_and_stops_and_a_stop_before_the_first_step_is_obeyed(tmp_path: Path) -> None:
    limited = make_run(tmp_path, widths=SMALL, xla="off", steps=1_000_000)
    (limited.folder / "ticket.json").write_text('{"number": 1, "owner": "somebody", "minutes": 0.001}')
    assert training.train(limited) == "stopped"
    status = limited.status()
    assert status["reason"] == "A visitor's run has 0.001 minutes here; they were up." and status["used"] > 0.06
    assert saved.newest(limited) is not None, "nothing of it is lost"
    stopped = make_run(tmp_path, widths=SMALL, xla="off")
    control.stop(stopped)
    assert training.train(stopped) == "stopped" and stopped.status()["step"] == 0
    assert not (stopped.folder / "control.json").exists()
