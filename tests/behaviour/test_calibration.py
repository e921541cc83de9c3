"""How long will it take: a real calibration, and the route that asks for one."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from tiny import make_run, tiny_widths

from gan_core import families, runs
from gan_core.errors import ConfigError, DataError, RunError
from gan_core.runs import timing
from gan_core.training import calibration
from ui.settings import Settings
from ui.train import access
from ui.train.estimate import Estimates

FORM = {"family": "dense", "preset": "reference", "dataset": "digits", "amount": 300, "unit": "steps", "batch_size": 16, "latent_dim": 8,
        "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.5, "d_steps": 1, "loss": "non_saturating", "seed": 0, "optimizer": "adam"}  # fmt: skip


def asking(key: str = "", **headers: str) -> Any:
    """A request from this machine."""
    return SimpleNamespace(headers={access.HEADER: key, **headers}, client=SimpleNamespace(host="127.0.0.1"))


@pytest.mark.parametrize("family", ["dense", "autoencoder"])
def test_what_is_measured_is_the_real_step(family: str, tmp_path: Path) -> None:
    run = make_run(tmp_path, family, steps=600, report_every=100)
    model, train = run.model_config(), run.train_config()
    measured = calibration.calibrate(model, train, seconds=0.5)
    assert measured.measured_steps > 5 and measured.step > 0 and measured.compile > 0 and measured.report > 0 and measured.state > 0
    assert (measured.look > 0) == (family != "autoencoder") == (measured.share > 0)


def test_settings_that_explode_can_be_timed_too() -> None:
    dense = families.get("dense")
    train = dense.train_config("reference", dataset="digits", g_learning_rate=1.0, d_learning_rate=1.0, optimizer="sgd")
    measured = calibration.calibrate(dense.model_config("reference", widths=tiny_widths("dense")), train, seconds=0.5)
    assert measured.step > 0


@pytest.mark.slow
def test_the_command_prints_one_line_of_json_and_leaves_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gan_core", "calibrate", "dense", "--dataset", "digits", "--steps", "500", "--seconds", "0.3"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    printed = json.loads(done.stdout.strip().splitlines()[-1])
    assert printed["steps"] == 500 and printed["seconds"] > 500 * printed["timing"]["step"]
    assert not list(tmp_path.glob("gan-calibrate-*"))
    wrong = subprocess.run([*timing.command()], cwd=ROOT, input=b'{"model": {}}', capture_output=True, check=False)
    assert wrong.returncode == 2 and b"'family'" in wrong.stderr


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    (tmp_path / "runs").mkdir()
    yield Settings(tmp_path / "checkpoints", tmp_path / "runs")


def wait(estimates: Estimates, body: dict[str, Any]) -> dict[str, Any]:
    end = time.monotonic() + 180
    while (found := estimates.ask(asking(), body))["state"] in ("measuring", "waiting"):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


@pytest.mark.slow
def test_it_is_measured_once_when_asked_for(settings: Settings) -> None:
    estimates = Estimates(settings)
    assert estimates.ask(asking(), FORM) == {"state": "unknown"}
    assert estimates.ask(asking(), {**FORM, "measure": True}) == {"state": "measuring"}
    assert estimates.ask(asking(), {**FORM, "batch_size": 32, "measure": True}) == {"state": "waiting"}, "one at a time"
    found = wait(estimates, FORM)
    assert found["state"] == "known" and found["steps"] == 300 and found["seconds"] > 300 * found["step_seconds"] and not found["busy"]
    longer = estimates.ask(asking(), {**FORM, "amount": 30_000})
    assert longer["state"] == "known" and longer["seconds"] > found["seconds"], "another number of steps needs no other measurement"
    assert estimates.ask(asking(), {**FORM, "batch_size": 32}) == {"state": "unknown"}
    assert runs.list_runs(settings.runs) == [] and estimates._measuring is None, "it is no run, and it is over"


def test_a_run_is_not_disturbed(settings: Settings) -> None:
    estimates = Estimates(settings)
    run = make_run(settings.runs, "dense")
    with run.hold():
        run.set_status("running", step=1)
        assert estimates.ask(asking(), {**FORM, "measure": True}) == {"state": "busy"}
        run.set_status("stopped")
    assert estimates.ask(asking(), {**FORM, "measure": True}) == {"state": "measuring"}
    with run.hold():
        run.set_status("running", step=1)  # one begins meanwhile: the measurement makes room
        assert wait(estimates, FORM) == {"state": "busy"}
        run.set_status("stopped")
    assert estimates.ask(asking(), FORM) == {"state": "unknown"}


def test_only_who_may_start_a_run_may_ask(settings: Settings) -> None:
    with pytest.raises(access.Forbidden, match="another site"):
        Estimates(settings).ask(asking(**{"sec-fetch-site": "cross-site"}), FORM)
    locked = dataclasses.replace(settings, control="token", token="x" * 20)
    with pytest.raises(access.Forbidden, match="control link"):
        Estimates(locked).ask(asking("y" * 20), FORM)
    assert Estimates(locked).ask(asking("x" * 20), FORM) == {"state": "unknown"}
    guests = Estimates(dataclasses.replace(locked, visitors=True, visitor_steps=100))
    assert guests.ask(asking("guest"), {**FORM, "amount": 50}) == {"state": "unknown"}
    with pytest.raises(RunError, match="at most 100"):
        guests.ask(asking("guest"), FORM)
    with pytest.raises(RunError, match="a visitor's run takes one that is on this machine"):
        guests.ask(asking("guest"), {**FORM, "amount": 50, "dataset": "/etc"})
    with pytest.raises(access.Forbidden, match="switched off"):
        Estimates(dataclasses.replace(settings, training=False)).ask(asking(), FORM)


@pytest.mark.parametrize("body", [None, [], {}, {"family": "dense"}, {**FORM, "extra": 1}, {**FORM, "steps": 5}])
def test_a_body_that_is_no_form_is_refused(settings: Settings, body: Any) -> None:
    with pytest.raises(ConfigError, match="expected an object with family, preset"):
        Estimates(settings).ask(asking(), body)


@pytest.mark.parametrize(
    ("field", "value"),
    [("family", []), ("preset", {}), ("dataset", 7), ("dataset", "/nowhere"), ("amount", None), ("amount", "9"), ("unit", "years"), ("batch_size", 1e9),
     ("latent_dim", 0), ("loss", None), ("seed", -1), ("g_learning_rate", float("nan"))],
)  # fmt: skip
def test_wrong_values_are_told(settings: Settings, field: str, value: Any) -> None:
    with pytest.raises((ConfigError, DataError)):
        Estimates(settings).ask(asking(), {**FORM, field: value, "measure": True})


def test_whether_to_measure_is_yes_or_no(settings: Settings) -> None:
    with pytest.raises(ConfigError, match="measure is 1; expected true or false"):
        Estimates(settings).ask(asking(), {**FORM, "measure": 1})


def test_a_field_that_a_request_leaves_out_is_the_presets(settings: Settings) -> None:
    few = {name: FORM[name] for name in ("family", "preset", "dataset", "amount", "unit")}
    estimates = Estimates(settings)
    estimates._known[timing.key(families.get("dense").model_config(), families.get("dense").train_config(dataset="digits"))] = (
        timing.Timing(1, 1, 0.01, 0.1, 0.1, 0.1, 0.1, 10)
    )
    assert estimates.ask(asking(), few)["state"] == "known"
    assert estimates.ask(asking(), {**few, "batch_size": 7})["state"] == "unknown"


@pytest.mark.slow
def test_what_cannot_be_trained_is_said_once_it_was_tried(settings: Settings, tmp_path: Path) -> None:
    np.savez(
        tmp_path / "own.npz", images=np.arange(40 * 28 * 28).reshape(40, 28, 28).astype(np.uint8)
    )  # no labels, which a conditional model needs
    body = {**FORM, "family": "cgan", "dataset": str(tmp_path / "own.npz"), "measure": True}
    with pytest.raises(RunError, match=r"could not be tried: .* no labels"):
        wait(Estimates(settings), body)
