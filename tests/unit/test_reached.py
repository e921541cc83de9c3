"""What was reached after so many seconds: the last look before each mark, none that the run has not come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.runs import milestones


def report(step: int, seconds: float, distance: float | None = None) -> dict:
    figures = {} if distance is None else {"distance": distance, "confident": 0.5, "digits": [0.1] * 10}
    return {"step": step, "epoch": 0.0, "seconds": seconds, "d_loss": 1.0, **figures}


def test_the_last_look_before_each_mark() -> None:
    reports = [report(0, 0.0, 900), report(10, 6.0, 500), report(15, 9.0), report(20, 12.0, 300), report(50, 29.9, 200), report(60, 31.0)]
    found = milestones.reached(reports)
    assert [(row["after"], row["step"], row["distance"]) for row in found] == [(10, 10, 500), (20, 20, 300), (30, 50, 200)]
    assert found[0]["seconds"] == 6.0 and found[0]["confident"] == 0.5 and "d_loss" not in found[0] and "label_accuracy" not in found[0]


def test_nothing_is_said_of_what_was_not_reached_or_not_looked_at() -> None:
    assert milestones.reached([]) == []
    assert milestones.reached([report(0, 0.0, 900), report(9, 9.99, 500)]) == []
    assert milestones.reached([report(5, 5.0), report(11, 11.0)]) == []
    autoencoder = [{"step": 4, "seconds": 4.0, "val_loss": 0.2}, {"step": 12, "seconds": 12.0, "val_loss": 0.1}]
    assert milestones.reached(autoencoder) == [{"after": 10, "step": 4, "seconds": 4.0, "val_loss": 0.2}]


def test_it_lies_in_the_run_and_a_damaged_file_is_nothing(tmp_path: Path) -> None:
    run = runs.create(tmp_path, ModelConfig("dense"), TrainConfig(dataset="digits"))
    reports = [report(0, 0.0, 900), report(11, 11.0, 300)]
    milestones.write(run, reports)
    assert milestones.read(run) == milestones.reached(reports) != []
    for damaged in ("", "[]", '{"format": 2, "reached": [1]}', '{"format": 1, "reached": 7}'):
        (run.folder / "reached.json").write_text(damaged)
        assert milestones.read(run) == []
    milestones.write(run, reports)
    assert milestones.read(run) == milestones.reached(reports)
    gone = runs.Run(tmp_path / "nowhere")
    with pytest.raises(RunError, match="is gone"):
        milestones.write(gone, reports)
