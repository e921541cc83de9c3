"""The command line: help with an example, exit codes 0, 1, 2, files that hold what they promise."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

import gan_core
from gan_core import runs
from gan_core.__main__ import main
from gan_core.config import ModelConfig, TrainConfig
from gan_core.imaging import exports, linked
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer
from gan_core.settings import Settings, described

COMMANDS = (
    "train",
    "calibrate",
    "record",
    "sample",
    "interpolate",
    "evaluate",
    "train-classifier",
    "list",
    "info",
    "keep",
    "export",
    "push",
    "pull",
    "curves",
    "site",
    "space",
    "completion",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert stopped.value.code == 0 and f"example: python -m gan_core {command}" in text


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, gan_core.__main__ as m\n"
        "try: m.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('tensorflow', 'keras', 'numpy', 'gradio', 'sklearn')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_sample_writes_images_latents_and_seed(checkpoint: Checkpoint, tmp_path: Path) -> None:
    out = tmp_path / "x.npz"
    assert main(["sample", str(checkpoint.folder), "--n", "20", "--seed", "3", "--out", str(out)]) == 0
    held = np.load(out)
    assert (
        held["images"].shape == (20, 28, 28)
        and held["images"].dtype == np.float32
        and 0 <= held["images"].min() <= held["images"].max() <= 1
    )
    explorer = Explorer.open(checkpoint.folder)
    assert np.array_equal(held["z"], explorer.sample_z(20, 3)) and np.array_equal(held["images"], explorer.generate(held["z"]))
    assert int(held["seed"]) == 3 and "labels" not in held


def test_sample_draws_labels_evenly_or_one_digit(conditional: Checkpoint, tmp_path: Path) -> None:
    out = tmp_path / "x.npz"
    assert main(["sample", str(conditional.folder), "--n", "40", "--out", str(out)]) == 0
    assert np.bincount(np.load(out)["labels"]).tolist() == [4] * 10
    assert main(["sample", str(conditional.folder), "--n", "4", "--digit", "7", "--out", str(out)]) == 0
    assert np.load(out)["labels"].tolist() == [7] * 4


def test_sample_as_a_grid(checkpoint: Checkpoint, tmp_path: Path) -> None:
    assert main(["sample", str(checkpoint.folder), "--n", "9", "--out", str(tmp_path / "x.png")]) == 0
    assert Image.open(tmp_path / "x.png").size == (3 * 28 * 2, 3 * 28 * 2)


@pytest.mark.parametrize("ending", ["gif", "webp", "mp4", "png", "npz"])
def test_interpolate_in_every_format(conditional: Checkpoint, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"walk.{ending}"
    assert (
        main(
            [
                "interpolate",
                str(conditional.folder),
                "--seeds",
                "1",
                "2",
                "--digits",
                "3",
                "8",
                "--steps",
                "6",
                "--scale",
                "2",
                "--out",
                str(out),
            ]
        )
        == 0
    )
    match ending:
        case "npz":
            held = np.load(out)
            assert held["z"].shape == (6, 6) and held["labels"][0, 3] == 1 and held["labels"][-1, 8] == 1
        case "png":
            assert Image.open(out).size == (6 * 28 * 2, 28 * 2)
        case "mp4":
            import av

            with av.open(io.BytesIO(out.read_bytes())) as film:
                assert sum(1 for _ in film.decode(video=0)) == 6
        case _:
            assert Image.open(out).n_frames == 6


WRONG = [
    (["train", "gpt"], "dense, dcgan, cgan, autoencoder"),
    (["train"], "which family"),
    (["train", "dense", "--preset", "best"], "reference"),
    (["train", "dense", "--steps", "0"], "steps is 0"),
    (["train", "dense", "--seed", "-1"], "seed is -1"),
    (["train", "dense", "--seed", str(2**40)], "seed is"),
    (["train", "dense", "--dataset", "digits", "--steps", "5", "--epochs", "5"], "one of them"),
    (["train", "dense", "--dataset", "digits", "--epochs", "-2"], "epochs is -2"),
    (["train", "autoencoder", "--latent-dim", "100"], "multiple of 16"),
    (["sample", "CHECKPOINT", "--n", "0", "--out", "x.npz"], "n is 0"),
    (["sample", "CHECKPOINT", "--digit", "3", "--out", "x.npz"], "cannot be asked for a digit"),
    (["sample", "CHECKPOINT", "--seed", "-1", "--out", "x.npz"], "seed is -1"),
    (["sample", "CHECKPOINT", "--out", "x.bmp"], "gif, webp, mp4, png, npz"),
    (["sample", "CHECKPOINT", "--psi", "9", "--out", "x.npz"], "truncation_psi"),
    (["interpolate", "CHECKPOINT", "--seeds", "1", "--out", "x.gif"], "at least 2"),
    (["interpolate", "CHECKPOINT", "--steps", "1", "--out", "x.gif"], "steps is 1"),
    (["interpolate", "CHECKPOINT", "--path", "round", "--out", "x.gif"], "spherical, linear"),
    (["interpolate", "CHECKPOINT", "--digits", "3", "--out", "x.gif"], "cannot be asked for a digit"),
    (["evaluate", "CHECKPOINT", "--n", "1"], "n is 1"),
]


@pytest.mark.parametrize(("arguments", "expected"), WRONG, ids=[" ".join(arguments)[:50] for arguments, _ in WRONG])
def test_wrong_values_say_what_was_expected_and_exit_with_2(
    arguments: list[str],
    expected: str,
    checkpoint: Checkpoint,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([str(checkpoint.folder) if word == "CHECKPOINT" else word for word in arguments]) == 2
    said = capsys.readouterr().err
    assert expected in said and "Traceback" not in said
    assert not (tmp_path / "runs").exists(), "a refused training leaves nothing behind"


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", "nowhere"],
        ["sample", "nowhere", "--out", "x.npz"],
        ["train", "--resume", "nowhere"],
        ["keep", "runs/nowhere", "here"],
        ["evaluate", "nowhere"],
    ],
)
def test_what_is_not_there_exits_with_1(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 1 and "nowhere" in capsys.readouterr().err


def test_unknown_options_are_usage_errors() -> None:
    done = subprocess.run([sys.executable, "-m", "gan_core", "sample", "--frobnicate"], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 2


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0 and capsys.readouterr().out == f"gan_core {gan_core.__version__}\n"


@pytest.mark.parametrize("config", [TrainConfig, ModelConfig])
def test_every_setting_of_the_command_line_is_an_option_with_its_help(config: type[Settings], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for setting in described(config).values():
        assert (setting.option() in text and " ".join(setting.help.split()[:4]) in text) is setting.command


def make_run(root: Path) -> runs.Run:
    return runs.create(root, ModelConfig("dense", latent_dim=6), TrainConfig(dataset="digits", steps=9))


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        (["--steps", "5"], "--steps"),
        (["--preset", "live", "--epochs", "2"], "--preset, --epochs"),
        (["--no-one-stage"], "--one-stage"),
        (["--latent-dim", "3", "--data", "digits"], "--latent-dim, --dataset"),
    ],
)
def test_what_goes_on_takes_no_other_settings(extra: list[str], named: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = make_run(tmp_path)
    assert main(["train", "--resume", str(run.folder), *extra]) == 2
    assert f"takes no {named}." in capsys.readouterr().err and run.status()["state"] == "starting"
    assert main(["train", "dense", "--resume", str(run.folder)]) == 2
    assert "the family 'dense'" in capsys.readouterr().err


def test_folders_of_the_environment_hold_for_every_command(
    checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = make_run(tmp_path / "here")
    monkeypatch.setenv("GAN_RUNS", str(tmp_path / "here"))
    monkeypatch.setenv("GAN_CHECKPOINTS", str(checkpoint.folder.parent))
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    printed = capsys.readouterr().out
    assert run.id in printed and str(checkpoint.folder) in printed
    assert main(["info", checkpoint.name]) == 0 and main(["sample", checkpoint.name, "--n", "4", "--out", "x.npz"]) == 0
    assert main(["interpolate", checkpoint.name, "--steps", "3", "--out", "x.npz"]) == 0
    assert main(["list", "--runs", str(tmp_path / "nowhere")]) == 0
    assert run.id not in capsys.readouterr().out, "an option goes first"
    assert main(["keep", run.id]) == 1
    assert run.id in capsys.readouterr().err, "it was found, and has nothing to keep"
    assert main(["train", "--resume", run.id, "--steps", "3"]) == 2
    assert gan_core.load(checkpoint.name).name == checkpoint.name


def test_a_wrong_data_set_leaves_no_run_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GAN_RUNS", str(tmp_path / "runs"))
    np.savez(tmp_path / "own.npz", images=np.arange(40 * 28 * 28).reshape(40, 28, 28).astype(np.uint8))
    assert main(["train", "dense", "--dataset", str(tmp_path / "nowhere")]) == 1 and "nowhere" in capsys.readouterr().err
    assert main(["train", "cgan", "--dataset", str(tmp_path / "own.npz")]) == 1 and "no labels" in capsys.readouterr().err
    (tmp_path / "there").mkdir()
    assert main(["train", "dense", "--dataset", "digits", "--out", str(tmp_path / "there")]) == 2
    assert "there already" in capsys.readouterr().err and not (tmp_path / "runs").exists()


def test_a_run_that_cannot_be_read_hides_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, broken, odd = (make_run(tmp_path) for _ in range(3))
    (broken.folder / "status.json").write_text("{")
    (odd.folder / "status.json").write_text('{"state": "stopped", "updated": 1, "step": "many", "steps": null}')
    assert main(["list", "--runs", str(tmp_path), "--checkpoints", str(tmp_path / "none")]) == 0
    printed = capsys.readouterr()
    assert whole.id in printed.out and "checkpoints: none" in printed.out
    for each in (broken, odd):
        assert f"{each.folder}  UNREADABLE: " in printed.err and each.id + "  " not in printed.out
    rows = printed.out.split("families:")[1].split("checkpoints")[0].splitlines()
    assert len({line.index("--preset") for line in rows if "--preset" in line}) == 1, "columns stand one below the other"


def test_list_and_info(checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkpoint.folder.parent / "broken").mkdir()
    assert main(["list", "--checkpoints", str(checkpoint.folder.parent), "--runs", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "dcgan" in printed.out and "tiny" in printed.out and "UNUSABLE" in printed.err
    assert main(["info", str(checkpoint.folder)]) == 0 and "Dense GAN" in capsys.readouterr().out


def test_the_disk_does_not_take_it(checkpoint: Checkpoint, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", str(checkpoint.folder), "--out", "/proc/nothing/x.npz"]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_json_for_programs_and_silence(checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, folder = str(tmp_path / "x.npz"), str(checkpoint.folder)
    known = ["--checkpoints", str(checkpoint.folder.parent), "--runs", str(tmp_path)]
    (tmp_path / "site").mkdir()
    commands = {
        "sample": [folder, "--n", "3", "--out", out],
        "interpolate": [folder, "--steps", "3", "--out", out],
        "export": [folder, "--to", "npz", "--out", out],
        "info": [folder],
        "list": known,
        "curves": [str(ROOT / "recordings" / "no_noise")],
        "site": [str(tmp_path / "site"), *known[:2], "--recordings", str(tmp_path)],
    }
    told = {}
    for name, arguments in commands.items():
        assert main([name, *arguments, "--json"]) == 0
        told[name] = json.loads(capsys.readouterr().out)
        assert main([name, *arguments, "--quiet"]) == 0
        assert capsys.readouterr().out == ""
    link = linked.link_of_samples("tiny", 0)
    assert told["sample"] == {"checkpoint": "tiny", "n": 3, "seed": 0, "out": out, "link": link} and told["export"]["format"] == "npz"
    assert told["info"]["model"]["family"] == "dense" and told["info"]["step"] == 10
    assert told["list"]["checkpoints"]["rows"][0][0] == folder and told["curves"]["reports"][0]["step"] == 0
    assert told["site"]["models"] == ["tiny"]


def test_the_help_of_sample_names_every_format_that_it_writes(
    checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["sample", "--help"])
    text = capsys.readouterr().out
    for ending in set(exports.KINDS) - {"strip"}:
        assert f".{ending}" in text
        assert main(["sample", str(checkpoint.folder), "--n", "2", "--out", str(tmp_path / f"x.{ending}")]) == 0


@pytest.mark.parametrize("command", [["list"], ["list", "--json"]])
def test_who_has_read_enough_hears_no_error(command: list[str]) -> None:
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run([sys.executable, "-m", "gan_core", *command], cwd=ROOT, stdout=writes, stderr=subprocess.PIPE, check=False)
    os.close(writes)
    assert (done.returncode, done.stderr) == (1, b"")
