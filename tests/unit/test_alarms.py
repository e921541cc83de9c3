"""The alarms on made-up reports: each failure is said within a few reports, and what is well is left alone."""

from __future__ import annotations

from typing import Any

import pytest

from gan_core.config import LOSSES, TrainConfig
from gan_core.runs import alarms

TRAIN = TrainConfig(steps=2000)
WELL = {
    "g_loss": 1.2, "d_loss": 1.1, "d_real": 0.6, "d_fake": 0.4, "d_accuracy_real": 0.7, "d_accuracy_fake": 0.72, "evenness": 0.95,
    "variety": 0.8, "confident": 0.8, "distance": 60.0, "digits": [0.1] * 10,
}  # fmt: skip


def told(reports: list[dict[str, Any]], train: TrainConfig = TRAIN, kept: tuple[int, ...] = (0, 400, 900)) -> dict[str, dict[str, Any]]:
    return {alarm["kind"]: alarm for alarm in alarms.alarms(reports, train, kept)}


def run(*parts: tuple[int, dict[str, Any]], every: int = 20, loss: str = "non_saturating") -> list[dict[str, Any]]:
    """Reports of a run: so many with these figures, then so many with those; the distance falls while all is well."""
    reports: list[dict[str, Any]] = []
    for count, figures in parts:
        for _ in range(count):
            step = len(reports) * every
            reports.append({"step": step, **WELL, "distance": 60 + 20_000 / (step + 50), **figures})
    return reports


BROKEN: dict[str, tuple[dict[str, Any], TrainConfig]] = {
    "d_won": ({"d_accuracy_real": 1.0, "d_accuracy_fake": 0.998, "d_real": 0.99, "d_fake": 0.005, "g_loss": 7.5}, TRAIN),
    "saturated": (
        {"d_accuracy_real": 1.0, "d_accuracy_fake": 1.0, "d_fake": 0.004, "g_loss": -0.004},
        TrainConfig(steps=2000, loss="minimax"),
    ),
    "d_blind": ({"d_accuracy_real": 0.5, "d_accuracy_fake": 0.52, "d_real": 0.5, "d_fake": 0.5, "distance": 700.0}, TRAIN),
    "collapse": ({"evenness": 0.1, "variety": 0.3, "digits": [0, 0, 0, 0, 0, 0, 0, 0, 0.98, 0.02]}, TRAIN),
    "exploding": ({"d_loss": 900.0, "g_loss": 4000.0}, TRAIN),
    "labels_ignored": ({"label_accuracy": 0.11}, TRAIN),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_each_failure_is_said_within_a_few_reports_with_the_way_back(kind: str) -> None:
    figures, train = BROKEN[kind]
    well = run((40, {"label_accuracy": 0.9} if kind == "labels_ignored" else {}))
    assert not told(well, train)
    for broken in range(1, 9):
        reports = run((40, {}), (broken, figures))
        if kind in (found := told(reports, train)):
            break
    assert alarms.PATIENCE <= broken <= 8, "neither at the first outlier nor after many"
    alarm = found[kind]
    assert alarm["accuses"] and 800 <= alarm["since"] <= 800 + broken * 20
    assert alarm["last_good"] == 400 or alarm["since"] > 900
    assert alarm["settings"] and TrainConfig.from_dict({**train.to_dict(), **alarm["settings"]}) != train
    assert alarm["numbers"]


def test_an_outlier_accuses_nobody() -> None:
    figures, _ = BROKEN["collapse"]
    assert not told(run((40, {}), (2, figures), (1, {}), (2, figures), (1, {})))


@pytest.mark.parametrize("loss", LOSSES)
def test_a_run_that_is_well_is_left_alone(loss: str) -> None:
    train = TrainConfig(steps=2000, loss=loss, gradient_penalty=10.0 if loss == "wasserstein" else 0.0)
    reports = run((100, {"g_loss": -0.7 if loss == "minimax" else 0.9}))
    for n in range(len(reports)):
        assert not told(reports[: n + 1], train)


def test_the_beginning_is_nobodys_fault() -> None:
    figures = {**BROKEN["d_won"][0], **BROKEN["collapse"][0]}
    assert not told(run((30, figures), every=3))


def test_pictures_that_only_begin_to_become_digits_are_no_collapse() -> None:
    early = [(1, {"evenness": min(0.95, 0.06 * i), "variety": 0.1 + 0.03 * i}) for i in range(20)]
    reports = run((8, {"evenness": 0.0, "variety": 0.1}), *early)
    for n in range(len(reports)):
        assert not told(reports[: n + 1])


def test_a_duel_that_is_even_because_the_pictures_are_good_is_no_failure() -> None:
    assert not told(run((60, {"d_accuracy_real": 0.51, "d_accuracy_fake": 0.53})))


def test_a_plateau_is_a_note_and_leads_back_to_the_best_moment() -> None:
    reports = run((30, {})) + [{**report, "step": 600 + 20 * i, "distance": 95.0} for i, report in enumerate(run((70, {})))]
    alarm = told(reports)["plateau"]
    assert not alarm["accuses"] and alarm["numbers"]["best_step"] <= 600 and alarm["last_good"] == 400
    assert "plateau" not in told(reports[:50])


def test_missing_figures_and_other_models_are_no_failure() -> None:
    assert alarms.alarms([], TRAIN) == []
    assert alarms.alarms([{"step": 10, "loss": 0.2, "val_loss": 0.2}] * 9, TRAIN) == []
    bare = [
        {key: value for key, value in report.items() if key in ("step", "d_real", "d_fake", "d_loss", "g_loss")} for report in run((40, {}))
    ]
    assert alarms.alarms(bare, TRAIN) == []  # a run of an earlier version
    empty = [{key: None if key != "step" else value for key, value in report.items()} for report in run((40, {}))]
    assert alarms.alarms(empty, TRAIN) == []


def test_a_loss_that_is_no_number_goes_back_to_before_the_newest_state() -> None:
    (alarm,) = alarms.not_finite(950, TRAIN, (0, 400, 900))
    assert alarm["last_good"] == 400 and alarm["settings"]["g_learning_rate"] < TRAIN.g_learning_rate
    assert alarms.not_finite(5, TRAIN, ())[0]["last_good"] is None
