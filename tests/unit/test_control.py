"""What is asked of a training: nothing is lost between two who ask, and nothing is obeyed that was meant for a process that is gone."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError, RunError
from gan_core.runs import branching, control, hardware, keeping, provenance
from gan_core.runs.records import DesiredState, Session
from gan_core.storage import locks


def training(root: Path) -> runs.Run:
    """A run that waits for its first process, which is this one."""
    return runs.create(root, ModelConfig("dense"), TrainConfig(dataset="digits", steps=100))


def test_nobody_who_asks_at_the_same_time_is_lost(tmp_path: Path) -> None:
    run = training(tmp_path)

    def tap(part: str) -> None:
        for _ in range(25):
            control.ask(run, {"do": "step", "part": part})

    threads = [threading.Thread(target=tap, args=(part,)) for part in ("both", "d", "g", "both")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert control.read(run).taps == {"both": 50, "d": 25, "g": 25}


def test_a_stop_is_never_lost_to_another_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody has read the wishes and is about to write them back; a stop that is asked for meanwhile comes after that, not under it."""
    run = training(tmp_path)
    read, reading, may_write = control.read, threading.Event(), threading.Event()

    def slow_read(run: runs.Run) -> DesiredState:
        state = read(run)
        if threading.current_thread() is slow:
            reading.set()
            may_write.wait(60)
        return state

    slow = threading.Thread(target=lambda: control.ask(run, {"do": "pause"}))
    monkeypatch.setattr(control, "read", slow_read)
    slow.start()
    assert reading.wait(60)
    stops = threading.Thread(target=lambda: control.stop(run))
    stops.start()
    time.sleep(0.1)
    may_write.set()
    for thread in (slow, stops):
        thread.join()
    assert read(run).stop


def test_what_was_asked_of_another_process_is_taken_away_and_what_is_meant_for_this_one_stays(tmp_path: Path) -> None:
    mine = training(tmp_path)
    control.stop(mine)
    control.clear_stale(mine, launched=False)
    assert control.read(mine).stop, "this process made the run and has not begun to train it"
    for state, pid in (("running", os.getpid()), ("paused", 1), ("starting", 1), ("stopped", os.getpid()), ("failed", None)):
        run = training(tmp_path)
        control.stop(run)
        run.set_status(state, pid=pid)
        control.clear_stale(run, launched=False)
        assert control.read(run) == DesiredState(), (state, pid)
    damaged = training(tmp_path)
    control.stop(damaged)
    (damaged.folder / "status.json").write_text("{")
    control.clear_stale(damaged, launched=False)
    assert control.read(damaged) == DesiredState()
    born = training(tmp_path)
    control.stop(born)
    born.set_status("starting", pid=1, launched=True)
    control.clear_stale(born, launched=True)
    assert control.read(born).stop, "it was asked while its libraries were loading"


def test_settings_that_may_not_be_had_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    run = training(tmp_path)

    def check(train: TrainConfig) -> None:
        if train.batch_size > 32:
            raise RunError("too large for you")

    control.ask(run, {"do": "change", "settings": {"batch_size": 32}}, check)
    for refused in ({"batch_size": 64}, {"batch_size": 1}):
        with pytest.raises((RunError, ConfigError)):
            control.ask(run, {"do": "change", "settings": refused}, check)
    assert control.read(run).settings == {"batch_size": 32}


def test_a_run_is_held_by_one_and_a_folder_that_cannot_be_written_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = training(tmp_path)
    with run.hold() as launched:
        assert not launched and run.held()
        with pytest.raises(RunError, match="by another process"), runs.Run(run.folder).hold():
            pass
    (run.folder / "lock").unlink()
    (run.folder / "lock").mkdir()  # as little a file as one on a disk that is read only
    with pytest.raises(RunError, match=r"cannot be written \(Is a directory\)"), run.hold():
        pass
    with pytest.raises(RunError, match="cannot be written"):
        runs.launch(run)


def test_the_lock_a_launcher_hands_over_is_taken_once_and_only_by_its_own_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, other = training(tmp_path), training(tmp_path)
    lock = locks.take(run.folder / "lock")
    monkeypatch.setenv(locks.HANDED, str(lock))
    run.set_status("starting", launched=True, used=5.0)
    with run.hold() as launched:
        assert launched and locks.HANDED not in os.environ and run.used() >= 5.0
    lock = locks.take(run.folder / "lock")
    monkeypatch.setenv(locks.HANDED, str(lock))
    with other.hold() as launched:
        assert not launched
    assert lock is not None
    os.close(lock)


def test_the_time_a_run_was_held_is_added_up_over_its_processes(tmp_path: Path) -> None:
    run = training(tmp_path)
    used = [0.0]
    for _ in range(3):
        with runs.Run(run.folder).hold():
            time.sleep(0.05)
            held = runs.Run(run.folder)
            assert held.used() == used[-1]
            held._held = None
        with run.hold():
            time.sleep(0.05)
            run.set_status("stopped")
        used.append(run.used())
        assert used[-1] > used[-2] + 0.04  # it is written in milliseconds


# ---- who trained it


def session(step: int, machine: str, numpy: str = "2.1") -> Session:
    return {"step": step, "machine": machine, "versions": {"numpy": numpy}}


def test_every_machine_that_trained_is_named(tmp_path: Path) -> None:
    assert provenance.trained_on([], 100) == ""
    assert provenance.trained_on([session(0, "A"), session(5, "A", "2.2")], 100) == "A"
    assert provenance.trained_on([session(0, "A"), session(50, "B")], 100) == "A, from step 50 on B"
    assert provenance.trained_on([session(0, "A"), session(50, "B")], 50) == "A", "B has taken no step of that moment"
    run = training(tmp_path)
    for step, machine in ((0, "A"), (10, "A"), (20, "B"), (15, "C")):
        provenance.begin(run, step, machine)
    assert [(one["step"], one["machine"]) for one in provenance.sessions(run)] == [(0, "A"), (15, "C")], "B's steps were taken again by C"
    assert provenance.sessions(run)[0]["versions"] == provenance.versions() and "numpy" in provenance.versions()


def test_a_machine_is_described_by_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "cpuinfo").write_text("processor : 0\nmodel name\t: A Processor @ 2 GHz\n")
    cores = os.cpu_count() or 1
    assert hardware.describe(flags=tmp_path / "cpuinfo") == f"A Processor @ 2 GHz, {cores} core{'s' if cores > 1 else ''}"
    assert hardware.describe(["a GPU"], tmp_path / "cpuinfo").endswith(" and a GPU")
    assert f"{cores} core" in hardware.describe(flags=tmp_path / "nowhere")


def test_a_card_names_no_machine_that_nobody_noted() -> None:
    model, train = ModelConfig("dense"), TrainConfig(dataset="mnist")
    config = {"model": model.to_dict(), "train": train.to_dict(), "step": 10, "epoch": 1.0, "seconds": 2.0, "versions": {}}
    card = keeping.model_card("mine", config)
    assert "in 2 s; seed 0" in card and "shared machine" not in card and "\n- \n" not in card
    told = keeping.model_card("mine", {**config, "machine": "A, 4 cores", "versions": {"numpy": "2.1"}})
    assert "in 2 s on A, 4 cores; seed 0" in told and "- numpy 2.1" in told


def test_a_run_without_kept_states_is_branched_from_by_nobody(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="keeps no state"):
        branching.branch(tmp_path, training(tmp_path), 10)
