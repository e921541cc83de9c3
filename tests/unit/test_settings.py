"""One setting, one place: checks, normal forms and lists are made from the fields of the two configurations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as often
from hypothesis import strategies as st

from gan_core.checks import shown
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError
from gan_core.runs import control, timing
from gan_core.settings import Setting, Settings, described, names, setting
from tools import settings as tools

MANY = often(max_examples=150, derandomize=True, deadline=None)
EVERY = [(config, name) for config in (TrainConfig, ModelConfig) for name in described(config)]
WHOLE = [(config, name) for config, name in EVERY if described(config)[name].kind is int]
NUMBERS = [(config, name) for config, name in EVERY if described(config)[name].kind in (int, float)]
HUGE = st.sampled_from([400, 5000]).map(lambda digits: 10**digits)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.binary(max_size=9) | HUGE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def made(config: type[Settings], values: dict[Any, Any]) -> Any:
    return config.from_dict({"family": "dense", **values} if config is ModelConfig else values)


@MANY
@given(st.sampled_from(WHOLE), st.integers(-(10**9), 10**9))
def test_a_whole_float_is_kept_as_the_int_it_means_or_refused(field: tuple[type[Settings], str], value: int) -> None:
    config, name = field
    about = described(config)[name]
    if about.low <= value <= about.high:
        kept = getattr(made(config, {name: float(value)}), name)
        assert kept == value and type(kept) is int
    else:
        with pytest.raises(ConfigError, match=f"{name} is"):
            made(config, {name: float(value)})


@MANY
@given(
    st.sampled_from(NUMBERS),
    st.sampled_from([float("nan"), float("inf"), float("-inf"), True, False, "5", [], [5], {}, None, 10**400, 10**5000]),
)
def test_what_is_no_number_in_range_is_refused_by_name(field: tuple[type[Settings], str], value: object) -> None:
    config, name = field
    with pytest.raises(ConfigError, match=rf"^{name} is .*; expected"):
        made(config, {name: value})


@MANY
@given(st.sampled_from(EVERY), ANYTHING)
def test_whatever_comes_is_kept_in_the_settings_own_type_or_refused(field: tuple[type[Settings], str], value: object) -> None:
    config, name = field
    try:
        kept = made(config, {name: value})
    except ConfigError as error:
        assert len(str(error)) < 2000
    else:
        assert type(getattr(kept, name)) is described(config)[name].kind
        assert made(config, json.loads(json.dumps(kept.to_dict()))) == kept


@MANY
@given(st.sampled_from([TrainConfig, ModelConfig]), ANYTHING)
def test_whatever_object_comes_is_a_configuration_or_refused(config: type[Settings], values: Any) -> None:
    with pytest.raises(ConfigError):
        made(config, {"nobody's": 1, **values}) if isinstance(values, dict) else config.from_dict(values)
    for name in ("family", "preset", "widths", "image_shape"):
        try:
            ModelConfig(**{"family": "dense", name: values})
        except ConfigError:
            continue
        assert isinstance(values, dict if name == "widths" else str)


def test_a_number_too_long_to_print_can_be_named() -> None:
    assert shown(10**5000) == "a int too large to print" and shown("x" * 500).endswith("...") and shown(7) == "7"


def test_the_configurations_share_no_name() -> None:
    assert not set(described(TrainConfig)) & set(described(ModelConfig))


@pytest.mark.parametrize(("config", "name"), EVERY)
def test_a_setting_is_told_completely(config: type[Settings], name: str) -> None:
    about = described(config)[name]
    assert about.help and not about.help.endswith(".") and about.check(about.default) == about.default
    assert about.kind in (bool, str) or about.low < about.high
    assert about.label or not (about.form or about.in_flight or about.branching), "what a page shows has a name"


@dataclass(frozen=True)
class Wider(TrainConfig):
    sparkle: int = setting(3, "how much it sparkles", low=1, high=9, label="Sparkle", form=True, in_flight=True, timed=False, duel=True)
    depth: float = setting(0.5, "how deep", low=0.0, high=1.0)


def test_a_setting_is_found_wherever_it_says() -> None:
    assert described(Wider)["sparkle"] == Setting(
        "sparkle", int, 3, "how much it sparkles", 1, 9, label="Sparkle", form=True, in_flight=True, timed=False, duel=True
    )
    assert Wider(sparkle=4.0).sparkle == 4 and Wider.from_dict(Wider().to_dict()) == Wider()
    with pytest.raises(ConfigError, match="sparkle is 10; expected a whole number from 1 to 9"):
        Wider(sparkle=10)
    assert names(Wider, "in_flight") == (*control.IN_FLIGHT, "sparkle") and "sparkle" not in names(Wider, "in_flight", duel=False)
    assert "sparkle" not in names(Wider, "timed") and "depth" in names(Wider, "timed")
    assert names(Wider, "form")[-1] == "sparkle" and "depth" not in names(Wider, "form")


def test_what_is_made_from_the_settings_is_what_they_give() -> None:
    for path, made in ((tools.TABLE, tools.table()), (tools.MODULE, tools.module())):
        assert path.read_text() == made, f"{path.name} is not what the settings give: run python tools/settings.py"
    assert tools.table((Wider,)).splitlines()[-2:] == [
        '| `sparkle` | `--sparkle` | `3` | 1 to 9 | how much it sparkles | form: "Sparkle", in flight, duel |',
        "| `depth` | `--depth` | `0.5` | 0 to 1 | how deep | timed |",
    ]
    assert 'sparkle: { label: t("Sparkle"), kind: "int", low: 1, high: 9, choices: [], offered: true, duel: true }' in tools.module(
        (Wider,)
    )


def test_what_can_be_changed_is_what_it_has_always_been() -> None:
    """Links, recorded changes and pages of today name these."""
    assert set(control.IN_FLIGHT) == {
        "g_learning_rate", "d_learning_rate", "d_steps", "loss", "label_smoothing", "batch_size", "z_scale", "random_labels"}  # fmt: skip
    assert set(control.WHEN_BRANCHING) == {*control.IN_FLIGHT, "beta_1", "r1_gamma", "one_stage"}
    assert set(names(TrainConfig, "in_flight", duel=False)) == {"g_learning_rate", "batch_size"}


@pytest.mark.parametrize("name", described(TrainConfig))
def test_a_calibration_is_asked_again_for_what_takes_time(name: str) -> None:
    other = {
        "dataset": "digits", "optimizer": "sgd", "loss": "hinge", "precision": "float32", "xla": "off", "one_stage": True, "share_fakes": True,
        "show_at": "7", "prepare": "invert", "relativistic": True,
    }.get(name, described(TrainConfig)[name].low + 0.5 if described(TrainConfig)[name].kind is float else 7)  # fmt: skip
    if name == "label_smoothing":
        other = 0.25
    same = timing.key(ModelConfig("dense"), TrainConfig()) == timing.key(ModelConfig("dense"), TrainConfig(**{name: other}))
    assert same is not described(TrainConfig)[name].timed
