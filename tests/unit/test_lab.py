"""The failure lab: every failure can be made, and every cure can be given in flight."""

from __future__ import annotations

import pytest

from gan_core.errors import ConfigError
from gan_core.runs import control, lab


@pytest.mark.parametrize("name", lab.FAILURES)
def test_a_failure_is_a_training_that_its_cure_changes(name: str) -> None:
    model, train = lab.configs(name, "digits")
    cure = lab.FAILURES[name].cure
    assert model.family == lab.FAILURES[name].family and train.dataset == "digits"
    assert set(cure) <= set(control.IN_FLIGHT)
    cured = control.merged(train, cure)
    assert all(getattr(cured, key) == value != getattr(train, key) for key, value in cure.items())


def test_an_unknown_failure_is_told_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="d_too_strong"):
        lab.configs("everything", "digits")
    assert [entry["name"] for entry in lab.entries()] == list(lab.FAILURES)
