"""Settings refuse what cannot be, and come back from JSON as they went."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from gan_core import families, runs
from gan_core.config import ModelConfig, TrainConfig, check_integer, check_seed
from gan_core.errors import ConfigError
from gan_core.runs import hardware


@pytest.mark.parametrize("seed", [-1, 2**32, 2**40, "seven", None, 1.5, True, float("nan")])
def test_bad_seeds_are_named_with_the_range(seed: object) -> None:
    with pytest.raises(ConfigError, match=r"seed is .*expected a whole number from 0 to 4,294,967,295"):
        check_seed(seed)


def test_whole_floats_are_whole_numbers() -> None:
    assert check_integer("n", 5.0, 0, 10) == 5 and check_seed(2**32 - 1) == 2**32 - 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("steps", 0), ("batch_size", 1), ("g_learning_rate", 0.0), ("g_learning_rate", float("nan")), ("beta_1", 1.0), ("loss", "hope"), ("d_steps", 0),
     ("dataset", ""), ("ema_decay", 1.0), ("one_stage", "yes"), ("steps", "many")],
)  # fmt: skip
def test_training_refuses(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"{name} is"):
        TrainConfig.from_dict({name: value})


def test_one_stage_needs_one_discriminator_step() -> None:
    with pytest.raises(ConfigError, match="one_stage needs"):
        TrainConfig(one_stage=True, d_steps=2)
    with pytest.raises(ConfigError, match="one_stage needs"):
        TrainConfig(one_stage=True, loss="least_squares")


def test_unknown_settings_are_an_error_and_not_ignored() -> None:
    with pytest.raises(ConfigError, match="'learning_rat'"):
        TrainConfig.from_dict({"learning_rat": 1.0})
    with pytest.raises(ConfigError, match="named settings"):
        ModelConfig.from_dict(["dense"])  # type: ignore[arg-type]


def test_every_preset_is_valid_and_survives_json() -> None:
    for family in map(families.get, families.names()):
        for name in family.presets:
            model, train = family.model_config(name), family.train_config(name)
            assert ModelConfig.from_dict(json.loads(json.dumps(model.to_dict()))) == model
            assert TrainConfig.from_dict(json.loads(json.dumps(train.to_dict()))) == train


@pytest.mark.parametrize(("flags", "able"), [("fpu avx512_bf16 sse", True), ("fpu amx_bf16", True), ("fpu avx512f avx512_bf16x", False)])
def test_precision_auto_is_settled_by_what_the_processor_has(
    flags: str, able: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "cpuinfo"
    told.write_text(f"processor : 0\nflags\t\t: {flags}\nbugs : none\n")
    assert hardware.has_bfloat16(told) is able and hardware.has_bfloat16(tmp_path / "missing") is False
    monkeypatch.setattr(hardware, "has_bfloat16", lambda: able)
    wanted = {"dcgan": "bfloat16" if able else "float32", "dense": "float32"}
    for name, precision in wanted.items():
        family = families.get(name)
        run = runs.create(tmp_path / "runs", family.model_config("live"), family.train_config("live"))
        assert run.train_config().precision == precision, "the run goes on elsewhere as it began here"
    asked = families.get("dcgan").train_config("live", precision="float32")
    assert hardware.settled(asked, True) is asked


def test_families_are_discovered_in_order_and_an_unknown_one_lists_them() -> None:
    assert families.names()[:4] == ["dense", "dcgan", "cgan", "autoencoder"]
    with pytest.raises(ConfigError, match="dense, dcgan, cgan, autoencoder"):
        families.get("gpt")
    with pytest.raises(ConfigError, match="reference"):
        families.get("dense").preset("best")


@pytest.mark.parametrize("steps", [1, 2, 7, 100, 5000, 12345])
def test_reports_begin_at_0_end_at_the_last_step_and_come_often_at_first(steps: int) -> None:
    reports = TrainConfig(steps=steps).report_steps()
    assert reports[0] == 0 and reports[-1] == steps and reports == sorted(set(reports)) and len(reports) < 120
    gaps = [b - a for a, b in pairwise(reports)]
    assert max(gaps) <= max(1, steps // 100)
    assert TrainConfig(steps=100, report_every=400).report_steps()[-1] == 100


def test_a_preset_in_one_stage_goes_in_two_where_a_change_needs_it() -> None:
    live = families.get("dcgan").train_config
    assert live("live").one_stage and live("live", loss="minimax").one_stage
    assert not live("live", d_steps=2).one_stage and not live("live", loss="hinge").one_stage
    with pytest.raises(ConfigError, match="one_stage needs"):
        live("live", loss="hinge", one_stage=True)


def test_reference_presets_are_the_course_networks() -> None:
    dense, dcgan, auto = families.get("dense"), families.get("dcgan"), families.get("autoencoder")
    assert dense.model_config().latent_dim == 100 and dense.model_config().widths == {"generator": [256], "discriminator": [256]}
    assert dense.train_config().steps == 5000 and dense.train_config().batch_size == 50
    assert dcgan.model_config().widths["generator"] == [128, 64] and dcgan.model_config().widths["discriminator"] == [64, 128]
    assert dcgan.train_config().steps == 4000
    assert auto.train_config().batch_size == 128 and auto.train_config().steps == 50 * (60000 // 128)
