"""Runs: repeatable, stopped and resumed, killed and resumed, failing loudly; always readable from outside."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from tiny import make_run

from gan_core import runs, training
from gan_core.errors import ConfigError, DataError, RunError
from gan_core.metrics import scorecard
from gan_core.model import program
from gan_core.runs import control, keeping

LOSSES = ("loss", "g_loss", "d_loss", "d_real", "d_fake")
ROUNDING = 1e-6


def numbers(run: runs.Run) -> np.ndarray:
    return np.array([[report[name] for name in ("step", *LOSSES) if name in report] for report in run.reports()[1:]])


def start(run: runs.Run) -> subprocess.Popen:
    command = [sys.executable, "-m", "gan_core", "train", "--resume", str(run.folder), "--quiet"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def wait_for(condition, seconds: float = 90) -> None:
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "it did not happen in time"
        time.sleep(0.05)


def test_the_same_seed_gives_the_same_losses_and_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (make_run(tmp_path, "dcgan", seed=seed, steps=20) for seed in (1, 1, 2))
    for run in (first, again, other):
        training.train(run)
    # a busy machine cuts a sum into other pieces than an idle one, which turns a last bit
    assert np.abs(numbers(first) - numbers(again)).max() < ROUNDING
    assert np.abs(first.picture(20).astype(int) - again.picture(20).astype(int)).max() <= 1
    assert np.abs(numbers(first) - numbers(other))[:, 1:].max() > 1000 * ROUNDING


@pytest.mark.parametrize("kills", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_killed_at_any_moment_it_resumes_with_the_losses_of_an_uninterrupted_run(tmp_path: Path, kills: int) -> None:
    settings = {"steps": 200, "report_every": 10, "ema_decay": 0.9, "r1_gamma": 0.1}
    whole, killed = make_run(tmp_path, "dense", **settings), make_run(tmp_path, "dense", **settings)
    assert training.train(whole) == "finished"
    delays = random.Random(5)
    for _ in range(kills):
        process = start(killed)
        # what the one before left says "running", too, until this one has loaded its libraries
        mine = process.pid
        wait_for(
            lambda mine=mine, gone=process.poll: (
                (killed.status().get("pid") == mine and killed.status()["state"] == "running") or gone() is not None
            )
        )
        time.sleep(delays.uniform(0.2, 2.5))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        for step in killed.snapshot_steps():
            program.read(killed.snapshot(step))  # whatever is listed can be read
        if killed.status()["state"] == "finished":
            break
        assert killed.status()["state"] == "interrupted" and "Resume" in killed.status()["reason"]
    process = start(killed)
    assert process.wait(120) == 0, process.stderr and process.stderr.read().decode()
    assert killed.status()["state"] == "finished"
    assert killed.snapshot_steps() == whole.snapshot_steps() == [report["step"] for report in killed.reports()]
    assert np.abs(numbers(killed) - numbers(whole)).max() < 1e-4


@pytest.mark.parametrize(
    ("family", "optimizer"),
    [("dense", "adam"), *(pytest.param(*one, marks=pytest.mark.slow) for one in (("dcgan", "adam"), ("autoencoder", "soap")))],
)
def test_stop_and_resume_inside_of_a_report_interval(family: str, optimizer: str, tmp_path: Path) -> None:
    settings = {"steps": 60, "report_every": 30, "optimizer": optimizer}
    whole, stopped = make_run(tmp_path, family, **settings), make_run(tmp_path, family, **settings)
    training.train(whole)
    trainer = training.Trainer(stopped)
    advance = trainer.advance

    def stop_at_41(target: int) -> None:
        advance(min(target, 41))
        trainer.asked_to_stop = target > 41

    trainer.advance = stop_at_41  # type: ignore[method-assign]
    assert trainer.go() == "stopped"
    stopped.set_status("stopped", step=trainer.step)
    assert trainer.step == 41 and stopped.reports()[-1]["step"] == 30
    assert training.train(stopped) == "finished"
    assert np.abs(numbers(stopped) - numbers(whole)).max() < 1e-5


@pytest.mark.slow
def test_a_request_to_stop_is_obeyed_and_the_run_goes_on_later(tmp_path: Path) -> None:
    run = make_run(tmp_path, steps=200_000, report_every=100)
    process = start(run)
    wait_for(lambda: len(run.reports()) > 3)
    assert run.held() and run.status()["state"] == "running"
    with pytest.raises(RunError, match="being trained by another process"), run.hold():
        pass
    second = start(run)
    assert second.wait(60) == 1 and b"being trained by another process" in (second.stderr.read() if second.stderr else b"")
    assert run.status()["state"] == "running", "the refused second trainer must not touch the first one's status"
    control.stop(run)
    assert process.wait(60) == 0
    assert run.status()["state"] == "stopped" and run.status()["step"] >= run.reports()[-1]["step"] and not run.held()


@pytest.mark.parametrize(
    "when", [pytest.param("before the steps", marks=pytest.mark.slow), "in the last of them"]
)  # then the losses are still numbers
def test_infinite_losses_or_weights_stop_the_run_and_keep_the_last_good_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    run = make_run(tmp_path, "dcgan", steps=40)
    advance = training.Trainer.advance

    def blow_up_at_20(trainer: training.Trainer, target: int) -> None:
        blows_up, late = trainer.step == 20, when != "before the steps"
        if blows_up and late:
            advance(trainer, target)
        if blows_up:
            for network in (trainer.objective.networks["generator"], trainer.objective.best("generator")):
                network.trainable_variables[0].assign(network.trainable_variables[0].value * np.float32(np.inf))
        if not (blows_up and late):
            advance(trainer, target)

    monkeypatch.setattr(training.Trainer, "advance", blow_up_at_20)
    assert training.train(run) == "failed"
    assert run.status()["state"] == "failed" and "not a number" in run.status()["reason"]
    assert [alarm["kind"] for alarm in run.status()["alarms"]] == ["not_finite"]
    assert run.snapshot_steps()[-1] == run.reports()[-1]["step"] == 20
    assert all(np.isfinite(tensor).all() for tensor in program.read(run.snapshot(20)).tensors.values())
    monkeypatch.undo()
    assert training.train(run) == "finished", "the last good state is there to go on from"


def test_small_data_and_wrong_data(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 255, (12, 28, 28), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", images=images)
    assert training.train(make_run(tmp_path / "runs", dataset=str(tmp_path / "own.npz"), batch_size=32, steps=8)) == "finished"
    kept = keeping.keep(runs.list_runs(tmp_path / "runs")[0], tmp_path / "kept")
    texts = [path.read_text() for path in kept.folder.iterdir() if path.suffix in (".json", ".md")]
    assert kept.train.dataset == "own.npz" and len(texts) == 3 and not [text for text in texts if str(tmp_path) in text]
    with pytest.raises(DataError, match=r"own pictures, 'own\.npz'; give their folder or \.npz with --data"):
        scorecard.evaluate(kept.folder, n=100)
    np.savez(tmp_path / "three.npz", images=images[:3])
    run = make_run(tmp_path / "runs", dataset=str(tmp_path / "three.npz"))
    with pytest.raises(DataError, match="3 "):
        training.train(run)
    assert run.status()["state"] == "failed" and "3 " in run.status()["reason"]
    run = make_run(tmp_path / "runs", "cgan", dataset=str(tmp_path / "own.npz"))
    with pytest.raises(RunError, match="labels"):
        training.train(run)


def test_keeping_an_earlier_moment_and_refusals(tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs")
    training.train(run)
    kept = keeping.keep(run, tmp_path / "kept", step=20)
    assert kept.config.step == 20 and "weights.safetensors" not in kept.config.files
    assert (kept.folder / "generator.safetensors").read_bytes() == run.snapshot(20).read_bytes()
    with pytest.raises(RunError, match="no snapshot of step 21"):
        keeping.keep(run, tmp_path / "other", step=21)
    with pytest.raises(ConfigError, match="name"):
        keeping.keep(run, tmp_path / "Bad Name")


def test_damaged_run_folders_are_reported(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    (run.folder / "progress.jsonl").write_bytes(b'{"step": 0}\n{"step": 1')
    assert run.reports() == [{"step": 0}]
    config = json.loads((run.folder / "config.json").read_text())
    (run.folder / "config.json").write_text(json.dumps({**config, "format": 0}))
    with pytest.raises(RunError, match="format 0"):
        run.config()
    (run.folder / "config.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        run.config()
    (run.folder / "status.json").unlink()
    with pytest.raises(RunError, match="no readable status"):
        run.status()
    with pytest.raises(ConfigError):
        runs.find(tmp_path, "../etc")
    assert runs.list_runs(tmp_path / "nothing") == []


def test_frames_of_a_checkpoint_are_log_spaced() -> None:
    assert keeping.frame_steps([0]) == [0]
    frames = keeping.frame_steps(list(range(0, 4001, 40)))
    assert frames[0] == 0 and frames[-1] == 4000 and 8 <= len(frames) <= 11
    gaps = np.diff(frames)
    assert (np.diff(gaps) >= -40).all()


def test_a_large_network_has_its_moments_in_8_bits_and_the_last_one_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(tmp_path / "runs")
    training.train(run)
    drawing = program.read(run.snapshot(max(run.snapshot_steps())))
    small = keeping.keep(run, tmp_path / "small")
    monkeypatch.setattr(keeping, "LARGE_MOMENT", 100)
    large = keeping.keep(run, tmp_path / "large")
    z = np.random.default_rng(0).normal(size=(8, drawing.input["shape"][0])).astype(np.float32)
    last = {kept.folder.name: program.read(kept.folder / kept.config.epochs[-1].file).run(z) for kept in (small, large)}
    assert np.array_equal(last["small"], last["large"])
    first = {kept.folder.name: kept.folder / kept.config.epochs[0].file for kept in (small, large)}
    assert first["large"].stat().st_size < first["small"].stat().st_size
    assert np.abs(program.read(first["large"]).run(z) - program.read(first["small"]).run(z)).max() < 0.02
