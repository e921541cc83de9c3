"""Hands on a run, against real training processes: pause, steps by hand, slow motion, changes in flight, and going back."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from safetensors.numpy import load as load_tensors
from tiny import make_run

from gan_core import runs, training
from gan_core.errors import ConfigError, RunError
from gan_core.runs import branching, control, keeping
from gan_core.runs.records import DesiredState
from gan_core.training.steering import Hands

FOREVER = 500_000


def wait_for(condition: Callable[[], object], seconds: float = 120) -> None:
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., runs.Run]]:
    """Starts a tiny run in a process of its own and waits until it trains; all are killed at the end."""
    processes: list[subprocess.Popen] = []

    def begin(run: runs.Run) -> runs.Run:
        command = [sys.executable, "-m", "gan_core", "train", "--resume", str(run.folder), "--quiet"]
        processes.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        run.process = processes[-1]  # type: ignore[attr-defined]
        wait_for(lambda: run.status()["state"] in ("running", "paused") or processes[-1].poll() is not None)
        return run

    yield begin
    for process in processes:
        process.kill()
        process.wait()


def hand(run: runs.Run) -> dict:
    return run.status().get("hand") or {}


def test_a_paused_run_stands_still_steps_as_asked_and_goes_on(started, tmp_path: Path) -> None:
    run = started(make_run(tmp_path, "dense", steps=FOREVER, report_every=1000))
    control.ask(run, {"do": "pause"})
    wait_for(lambda: run.status()["state"] == "paused")
    still = run.status()["step"]
    wait_for(lambda: run.reports()[-1]["step"] == still)  # the room sees the moment at which it stands
    time.sleep(0.5)
    assert run.status()["step"] == still
    for part, count in (("both", 2), ("d", 1), ("g", 1)):
        for _ in range(count):
            control.ask(run, {"do": "step", "part": part})
        wait_for(lambda part=part: hand(run).get("part") == part)
    wait_for(lambda: run.status()["step"] == still + 4)
    wait_for(lambda: run.reports()[-1]["step"] == still + 4)
    assert run.status()["state"] == "paused"
    assert set(hand(run)["numbers"]) == {"g"} and hand(run)["numbers"]["g"]["d_fake_after"] > 0
    assert run.snapshot(still + 4).is_file()
    both = next(report for report in run.reports() if report["step"] == still + 1)
    assert both["d_loss"] > 0 and both["g_loss"] > 0 and both["images_per_second"] is None
    control.ask(run, {"do": "resume"})
    wait_for(lambda: run.status()["state"] == "running" and run.status()["step"] > still + 100)


@pytest.mark.slow
def test_a_step_of_one_network_moves_only_that_network(started, tmp_path: Path) -> None:
    run = started(make_run(tmp_path, "dense", steps=FOREVER, report_every=1000))
    control.ask(run, {"do": "pause"})
    wait_for(lambda: run.status()["state"] == "paused" and hand(run).get("mode") == "pause")

    def weights(step: int) -> dict[str, bytes]:
        wait_for(lambda: run.snapshot(step, "png").is_file())
        return {
            role: run.snapshot(step, kind).read_bytes()[-2000:] for role, kind in (("g", "safetensors"), ("d", "discriminator.safetensors"))
        }

    step = run.status()["step"]
    for part, other in (("d", "g"), ("g", "d")):
        before = weights(step)
        control.ask(run, {"do": "step", "part": part})
        step += 1
        after = weights(step)
        assert after[part] != before[part] and after[other] == before[other], part


@pytest.mark.slow
def test_slow_motion_names_the_phase_and_shows_its_numbers(started, tmp_path: Path) -> None:
    run = started(make_run(tmp_path, "dense", steps=FOREVER, report_every=1000))
    control.ask(run, {"do": "slow", "rate": 2})
    wait_for(lambda: hand(run).get("mode") == "slow")
    seen: set[str] = set()
    wait_for(lambda: seen.add(hand(run).get("part")) or {"d", "g"} <= seen)
    began, step = time.time(), run.status()["step"]
    wait_for(lambda: run.status()["step"] >= step + 4)
    assert time.time() - began > 1.2  # four steps at two a second, less what the machine was late
    numbers = hand(run)["numbers"]["d"]
    assert {"d_loss", "d_real_before", "d_real_after", "d_fake_before", "d_fake_after"} <= set(numbers)


def test_a_change_in_flight_is_recorded_and_kept_over_a_kill(started, tmp_path: Path) -> None:
    run = started(make_run(tmp_path, "dense", steps=FOREVER, report_every=200))
    control.ask(run, {"do": "change", "settings": {"g_learning_rate": 1e-5, "d_steps": 2}})
    control.ask(run, {"do": "change", "settings": {"batch_size": 24}})
    wait_for(lambda: len(control.changes(run)) >= 1 and control.settings_now(run).batch_size == 24)
    now = control.settings_now(run)
    assert (now.g_learning_rate, now.d_steps, now.batch_size) == (1e-5, 2, 24)
    wait_for(lambda: any("changes" in report for report in run.reports()))
    told = [change for report in run.reports() for change in report.get("changes", [])]
    assert told == control.changes(run)[: len(told)] and told[0]["settings"]["g_learning_rate"][1] == 1e-5
    step = run.status()["step"]
    wait_for(lambda: load_tensors((run.folder / "state" / "state.safetensors").read_bytes())["loop/step"] >= step)
    os.kill(run.process.pid, signal.SIGKILL)  # type: ignore[attr-defined]
    run.process.wait()  # type: ignore[attr-defined]
    control.clear(run)
    trainer = training.Trainer(run)
    assert trainer.train == now and trainer.load_state()
    assert float(trainer.objective.optimizers["g_optimizer"].learning_rate) == pytest.approx(1e-5)
    assert trainer.batch == 48


@pytest.mark.parametrize(
    "change",
    [
        {"d_steps": 3},
        *(
            pytest.param(other, marks=pytest.mark.slow)
            for other in ({"batch_size": 20}, {"loss": "least_squares"}, {"label_smoothing": 0.2}, {"d_learning_rate": 1e-6})
        ),
    ],
)
def test_every_setting_can_be_changed_and_the_weights_stay(change: dict, tmp_path: Path) -> None:
    run = make_run(tmp_path, "dcgan", steps=40, one_stage=True)
    trainer = training.Trainer(run)
    trainer.hands = Hands(trainer)
    trainer.advance(5)
    before = [np.asarray(v) for v in trainer.objective.networks["generator"].weights]
    trainer.hands.change(change)
    after = [np.asarray(v) for v in trainer.objective.networks["generator"].weights]
    assert all(np.array_equal(old, new) for old, new in zip(before, after, strict=True))
    assert all(getattr(trainer.train, name) == value for name, value in change.items())
    trainer.advance(10)
    assert trainer.step == 10 and np.isfinite(trainer.sums).all()


@pytest.mark.slow
def test_a_falling_rate_goes_on_where_it_was_with_another_k(tmp_path: Path) -> None:
    trainer = training.Trainer(make_run(tmp_path, "dense", steps=40, final_lr_fraction=0.1, g_learning_rate=1e-3, d_learning_rate=1e-3))
    trainer.hands = Hands(trainer)
    trainer.advance(10)
    trainer.hands.change({"d_steps": 3})
    trainer.advance(20)
    rates = {name: float(optimizer.learning_rate) for name, optimizer in trainer.objective.optimizers.items()}
    expected = pytest.approx(1e-3 * (1 - 0.9 * 20 / 40))
    assert rates == {"g_optimizer": expected, "d_optimizer": expected}


@pytest.mark.slow
def test_a_branch_has_the_past_of_its_parent_and_another_future(tmp_path: Path) -> None:
    parent = make_run(tmp_path, "dense", steps=60)
    training.train(parent)
    kept = branching.kept_steps(parent)
    assert kept[0] == 0 and kept[-1] == 60
    child = branching.branch(tmp_path, parent, 45, {"d_learning_rate": 1e-5, "beta_1": 0.5})
    at = max(step for step in kept if step <= 45)
    assert child.config()["parent"] == {"run": parent.id, "step": at}
    assert [report["step"] for report in child.reports()] == [report["step"] for report in parent.reports() if report["step"] <= at]
    before = parent.snapshot(0).read_bytes()
    assert training.train(child) == "finished"
    assert child.reports()[-1]["step"] == 60 and control.settings_now(child).d_learning_rate == 1e-5
    told = [change for report in child.reports() for change in report.get("changes", [])]
    assert told[0]["from"] == parent.id and told[0]["settings"]["beta_1"] == [0.9, 0.5]
    assert child.snapshot(60).read_bytes() != parent.snapshot(60).read_bytes()
    kept_as = keeping.keep(child, tmp_path / "kept")
    assert kept_as.config.more["changes"] == control.changes(child)
    assert f"Changed at step {at}: " in (tmp_path / "kept" / "README.md").read_text()
    assert parent.snapshot(0).read_bytes() == before and parent.reports()[-1]["step"] == 60  # the parent is as it was


def test_kept_states_are_few_and_spread(tmp_path: Path) -> None:
    steps: list[int] = []
    for step in range(0, 5000, 50):
        steps.append(step)
        for surplus in branching.thinned(steps):
            steps.remove(surplus)
    assert len(steps) == branching.MOST_STATES and steps[0] == 0 and steps[-2:] == [4900, 4950]
    assert max((b + 1) / (a + 1) for a, b in itertools.pairwise(steps[1:])) < 8


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (None, "expected an object"),
        ([], "expected an object"),
        ({}, "expected one of"),
        ({"do": "explode"}, "expected one of"),
        ({"do": {"a": 1}}, "expected one of"),
        ({"do": "pause", "now": True}, "unknown field"),
        ({"do": "slow", "rate": "fast"}, "from 0.1 to 20"),
        ({"do": "slow", "rate": float("nan")}, "from 0.1 to 20"),
        ({"do": "step", "part": "everything"}, "expected one of"),
        ({"do": "change"}, "expected an object"),
        ({"do": "change", "settings": {"steps": 1}}, "expected one of"),
        ({"do": "change", "settings": {"g_learning_rate": -1}}, "expected a number"),
        ({"do": "change", "settings": {"batch_size": 2.5}}, "whole number"),
        ({"do": "change", "settings": {"loss": None}}, "expected one of"),
    ],
)
def test_what_cannot_be_asked_is_said(request_: object, words: str, tmp_path: Path) -> None:
    run = make_run(tmp_path, "dense")
    with run.hold():
        run.set_status("running", step=1)
        with pytest.raises(ConfigError, match=words):
            control.ask(run, request_)
        assert not (run.folder / "control.json").exists()


def test_an_autoencoder_has_no_turns_and_no_discriminators_settings(tmp_path: Path) -> None:
    run = make_run(tmp_path, "autoencoder")
    with run.hold():
        run.set_status("running", step=1)
        with pytest.raises(ConfigError, match="no discriminator"):
            control.ask(run, {"do": "step", "part": "d"})
        with pytest.raises(ConfigError, match="expected one of: batch_size, g_learning_rate"):
            control.ask(run, {"do": "change", "settings": {"d_learning_rate": 1e-3}})


def test_nobody_is_asked_where_nobody_trains(tmp_path: Path) -> None:
    run = make_run(tmp_path, "dense", steps=5)
    training.train(run)
    with pytest.raises(RunError, match="not training"):
        control.ask(run, {"do": "pause"})


@pytest.mark.parametrize("content", ["", "{", "[]", "7", '{"format": 9}', '{"format": 1, "mode": "dance"}', '{"format": 1, "taps": 5}'])
def test_a_damaged_control_file_is_the_plain_wish_to_train(content: str, tmp_path: Path) -> None:
    run = make_run(tmp_path, "dense")
    (run.folder / "control.json").write_text(content)
    assert control.read(run) == DesiredState()
    (run.folder / "control.json").write_text(json.dumps({"request": "stop"}))
    assert control.read(run).stop
