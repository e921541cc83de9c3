"""What happens to real trainings when the disk is full, the folder goes away, or somebody starts them twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from tiny import make_run

from gan_core import runs
from gan_core.errors import RunError
from gan_core.model import program
from gan_core.runs import control
from gan_core.training import trainer
from ui.server import runlist
from ui.settings import Settings
from ui.train import scheduler


def train(run: runs.Run, before: str = "") -> subprocess.Popen:
    command = f"{before} exec {sys.executable} -m gan_core train --resume {run.folder} --quiet"
    return subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(condition, seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_disk_that_takes_no_more_is_told_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    process = train(run, "ulimit -f 16;")  # the kernel refuses to let a file grow beyond 16 kB: a snapshot, not a status
    process.communicate(timeout=240)
    assert process.returncode == 1
    status = run.status()
    assert status["state"] == "failed" and "disk space" in status["reason"] and "resume" in status["reason"]
    assert run.reports() == [] and not list(run.folder.rglob(".tmp-*")), "nothing half-written is there"
    for step in run.snapshot_steps():
        program.read(run.snapshot(step))
    process = train(run)
    process.communicate(timeout=240)
    assert run.status()["state"] == "finished" and run.status()["reason"] == "" and run.reports()[-1]["step"] == 40


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 4 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """A file that takes all the room there is, to the last byte."""
    path = disk / "full"
    with open(path, "ab", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(1 << 16)):
            pass
    assert os.statvfs(disk).f_bavail == 0
    return path


@pytest.mark.slow
def test_a_disk_without_a_byte_left_is_told_by_everybody_and_nothing_is_lost(small_disk: Path) -> None:
    run, settings = make_run(small_disk, steps=1_000_000, report_every=500_000), Settings(runs=small_disk)
    process = train(run)
    # with `hand` it is on its way to the first step: a pause asked for before that would be one at step 0, with no report of its own
    wait_for(lambda: run.status().get("hand") or process.poll() is not None)
    assert len(run.reports()) == 1
    full = fill(small_disk)
    for action in ("pause", "stop"):
        with pytest.raises(RunError, match=f"cannot be told to {action} .No space left.*goes on as before. Free some disk space"):
            control.ask(run, {"do": action})
    with pytest.raises(RunError, match="Free some disk space"):
        scheduler.stop(settings, run)
    assert process.poll() is None and run.status()["state"] == "running"
    full.unlink()
    control.ask(run, {"do": "pause"})
    wait_for(lambda: run.status()["state"] == "paused" and len(run.reports()) == 2)
    step = run.reports()[-1]["step"]
    control.ask(run, {"do": "step"})
    wait_for(lambda: run.status()["step"] == step + 1)
    control.ask(run, {"do": "slow", "rate": 2})  # a report after each step: soon one finds no room
    full = fill(small_disk)
    process.communicate(timeout=240)
    status = run.status()
    assert status["state"] == "failed" and "disk space" in status["reason"] and "nothing is lost" in status["reason"]
    assert not list(run.folder.rglob(".tmp-*"))
    for known in run.snapshot_steps():
        program.read(run.snapshot(known))
    for ask in (
        lambda: scheduler.resume(settings, run, ""),
        lambda: scheduler.start(settings, run.model_config(), run.train_config(), "me"),
    ):
        with pytest.raises(RunError, match="disk space"):
            ask()
    assert [entry["id"] for entry in runlist.runs_list(settings)] == [run.id]
    full.unlink()
    process = train(run)
    wait_for(lambda: run.status()["state"] == "running" or process.poll() is not None)
    control.stop(run)
    process.communicate(timeout=240)
    assert run.status()["state"] == "stopped" and run.reports()[-1]["step"] >= step


@pytest.mark.slow
def test_a_folder_deleted_underneath_ends_the_training_and_does_not_come_back(tmp_path: Path) -> None:
    run = make_run(tmp_path, steps=1_000_000, report_every=20)
    other = make_run(tmp_path, seed=1)
    process = train(run)
    wait_for(lambda: len(run.reports()) > 2 or process.poll() is not None)
    while run.folder.exists():
        with contextlib.suppress(OSError):  # a file came while it was being emptied
            shutil.rmtree(run.folder)
    _, said = process.communicate(timeout=240)
    assert process.returncode == 1 and b"is gone" in said and b"Traceback" not in said, said.decode()[-2000:]
    assert not run.folder.exists() and [entry["id"] for entry in runlist.runs_list(Settings(runs=tmp_path))] == [other.id]


@pytest.mark.slow
def test_started_twice_the_second_refuses_at_once_and_a_death_before_the_first_step_is_noticed(tmp_path: Path) -> None:
    run = make_run(tmp_path, steps=1_000_000)
    runs.launch(run)
    assert run.held() and run.status()["state"] == "starting"
    with pytest.raises(RunError, match="being trained by another process"):
        runs.launch(run)
    second = train(run)
    _, said = second.communicate(timeout=240)
    assert second.returncode == 1 and b"being trained by another process" in said
    pid = _process_of(run)
    assert os.getpriority(os.PRIO_PROCESS, pid) >= runs.NICENESS, "it takes its time after the page"
    group = Path(f"/proc/{pid}/autogroup")
    assert not group.exists() or f"nice {runs.NICENESS}" in group.read_text(), "and so does its group, which counts first"
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not run.held(), 20)
    assert run.status()["state"] == "interrupted" and "Resume" in run.status()["reason"]
    run.set_status("starting", launched=True)
    assert run.status()["state"] == "interrupted", "not a minute of waiting for a process that is dead"


def _process_of(run: runs.Run) -> int:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if str(run.folder).encode() in path.read_bytes().split(b"\0"):
                return int(path.parent.name)
    raise AssertionError("no process trains it")


def test_a_run_of_another_format_is_refused_by_training_and_left_as_it_is(tmp_path: Path) -> None:
    import json

    run = make_run(tmp_path)
    config = {**json.loads((run.folder / "config.json").read_text()), "format": 2}
    (run.folder / "config.json").write_text(json.dumps(config))
    before = sorted((path.name, path.stat().st_mtime_ns) for path in run.folder.iterdir())
    with pytest.raises(RunError, match="has format 2; this version reads format 1"):
        trainer.Trainer(run)
    assert sorted((path.name, path.stat().st_mtime_ns) for path in run.folder.iterdir()) == before
    entry = runlist.runs_list(Settings(runs=tmp_path))[0]
    assert entry["state"] == "failed" and "format 2" in entry["reason"]
