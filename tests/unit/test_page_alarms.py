"""The page judges its own trainings by the same rules: generated runs, told by Python and by ui/static/device, report by report."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable
from typing import Any, cast

import pytest
from conftest import ROOT

from gan_core.config import LOSSES, TrainConfig
from gan_core.runs import alarms, branching, milestones
from gan_core.runs.records import Report

NODE = shutil.which("node")

BAD: dict[str, Callable[[float], dict[str, Any]]] = {  # what the reports say once it goes wrong, with some noise
    "exploding": lambda wobble: {"d_loss": 400 * wobble},
    "saturated": lambda wobble: {"d_fake": 0.01},
    "d_blind": lambda wobble: {"d_accuracy_real": 0.5, "d_accuracy_fake": 0.52, "distance": 400.0},
    "d_won": lambda wobble: {"d_accuracy_real": 0.999, "d_accuracy_fake": 0.999, "g_loss": 7.0 * wobble},
    "collapse": lambda wobble: {"evenness": 0.2, "digits": [0.9, 0.1] + [0.0] * 8},
    "lost": lambda wobble: {"evenness": 0.55},
    "alike": lambda wobble: {"variety": 0.1},
    "labels": lambda wobble: {"label_accuracy": 0.1},
    "plateau": lambda wobble: {"distance": 90 * wobble},
}


def run(way: str, seed: int) -> list[dict[str, Any]]:
    """Reports of a training that goes one way, with noise."""
    draw = random.Random(f"{way} {seed}")
    reports = []
    for i in range(40):
        wobble = draw.uniform(0.97, 1.03)
        bad = i > draw.choice((8, 15))
        digits = [0.1] * 10
        report: dict[str, Any] = {
            "step": 20 * i, "epoch": i / 2, "seconds": 3.1 * i, "d_real": 0.6, "d_fake": 0.4, "d_loss": 1.2 * wobble, "g_loss": 0.9 * wobble,
            "d_accuracy_real": 0.7 * wobble, "d_accuracy_fake": 0.7, "digits": digits, "confident": 0.7, "evenness": 0.95, "variety": 0.9,
            "distance": 900 / (1 + i) * wobble, "label_accuracy": 0.9,
        }  # fmt: skip
        if bad:
            report |= BAD[way](wobble) if way in BAD else {}
        if way == "gaps":
            report = {name: value for name, value in report.items() if name in ("step", "seconds") or draw.random() < 0.7}
            if draw.random() < 0.2:
                report["g_loss"] = None
        reports.append(report)
    return reports


def cases() -> list[dict[str, Any]]:
    made = []
    for way in (*BAD, "well", "gaps"):
        for seed in range(4):
            loss = "minimax" if way == "saturated" else LOSSES[seed] if seed else "non_saturating"
            train = TrainConfig(
                steps=800, loss=loss, gradient_penalty=1.0 if loss == "wasserstein" else 0.0, beta_1=0.5 if seed % 2 else 0.9,
                g_learning_rate=(1e-3, 5e-4, 3.3e-5, 0.05)[seed], d_learning_rate=(1e-3, 5e-4, 0.0, 0.05)[seed], z_scale=float(seed != 2),
                random_labels=float(seed == 3),
            )  # fmt: skip
            made.append({"reports": run(way, seed), "train": train.to_dict(), "kept": [0, 100, 220, 400][: seed + 1]})
    return made


@pytest.mark.skipif(NODE is None, reason="needs node")
def test_both_judge_the_same_reports_alike() -> None:
    steps = [[sorted(random.Random(n).sample(range(1000), n)), most] for n in (3, 9, 20) for most in (4, 8)]
    asked = json.dumps({"cases": cases(), "steps": steps})
    answer = subprocess.run([str(NODE), str(ROOT / "tests/unit/js/alarms.mjs")], input=asked, capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)
    kinds = set()
    for case, theirs in zip(cases(), told["judged"], strict=True):
        train, reports = TrainConfig.from_dict(case["train"]), cast(list[Report], case["reports"])
        for i, heard in enumerate(theirs["told"], 1):
            raised = alarms.alarms(reports[:i], train, case["kept"])
            if raised:
                reports[i - 1]["alarms"] = raised
            assert near(heard) == near(raised)
            kinds |= {alarm["kind"] for alarm in raised}
        assert near(theirs["end"]) == near(alarms.not_finite(reports[-1]["step"], train, case["kept"]))
        assert near(theirs["reached"]) == near(milestones.reached(reports))
    assert kinds == set(alarms.RULES), "every rule has been tried"
    assert told["thinned"] == [branching.thinned(all_of_them, most) for all_of_them, most in steps]


def near(value: Any) -> Any:
    """JSON with its numbers to ten digits: the order of a sum is nobody's business."""
    if isinstance(value, dict):
        return {name: near(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [near(entry) for entry in value]
    return float(f"{value:.10g}") if isinstance(value, int | float) and not isinstance(value, bool) else value
