"""How long a training takes, from what a calibration has measured."""

from __future__ import annotations

import json

import pytest

from gan_core import families
from gan_core.config import TrainConfig
from gan_core.errors import RunError
from gan_core.runs import timing
from gan_core.runs.timing import Timing

MEASURED = Timing(start=6.0, compile=2.0, step=0.01, report=0.05, look=0.1, state=0.02, share=0.05, measured_steps=200)


def test_every_part_of_a_run_is_counted() -> None:
    train = TrainConfig(steps=1000, report_every=100)
    reports = len(train.report_steps())
    assert MEASURED.seconds(train) == pytest.approx(6 + 2 + 10 + reports * 0.05 + 0.5 + 0.2 + 10 / 5 * 0.02)
    assert MEASURED.seconds(TrainConfig(steps=2000, report_every=200)) > MEASURED.seconds(train) + 10


def test_looks_never_take_more_than_one_a_report() -> None:
    train = TrainConfig(steps=100_000, report_every=50_000)
    reports = len(train.report_steps())
    assert MEASURED.seconds(train) == pytest.approx(8 + 1000 + reports * 0.15 + 1000 / 5 * 0.02)


def test_the_same_network_is_measured_once() -> None:
    dense = families.get("dense")
    model, train = dense.model_config("live"), dense.train_config("live")
    same = dense.train_config("live", steps=7, seed=3, g_learning_rate=1e-5, report_every=3)
    assert timing.key(model, train) == timing.key(model, same)
    for other in ({"batch_size": 128}, {"loss": "hinge"}, {"d_steps": 2}, {"dataset": "digits"}, {"r1_gamma": 1.0}):
        assert timing.key(model, train) != timing.key(model, dense.train_config("live", **other))
    assert timing.key(model, train) != timing.key(dense.model_config("live", latent_dim=3), train)
    assert timing.key(model, train) != timing.key(dense.model_config("reference"), train)


def test_it_goes_through_json() -> None:
    printed = b"some library said something\n" + json.dumps({"seconds": 1, "timing": MEASURED.to_dict()}).encode() + b"\n"
    assert timing.answer(printed) == MEASURED
    for wrong in (b"", b"{}", b"7", b"[]", b'{"timing": {}}', b'{"timing": {"format": 2}}', b'{"timing": null}'):
        with pytest.raises(RunError, match="calibration"):
            timing.answer(wrong)
