"""The command line: help with an example, exit codes 0, 1, 2, files that hold what they promise."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from PIL import Image

from gan_core.__main__ import main
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.explorer import Explorer

COMMANDS = ("train", "calibrate", "record", "sample", "interpolate", "evaluate", "train-classifier", "list", "info", "keep", "site")


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
    (["train", "vae"], "dense, dcgan, cgan, autoencoder"),
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


def test_list_and_info(checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkpoint.folder.parent / "broken").mkdir()
    assert main(["list", "--checkpoints", str(checkpoint.folder.parent), "--runs", str(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "dcgan" in printed.out and "tiny" in printed.out and "UNUSABLE" in printed.err
    assert main(["info", str(checkpoint.folder)]) == 0 and "Dense GAN" in capsys.readouterr().out


def test_the_disk_does_not_take_it(checkpoint: Checkpoint, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sample", str(checkpoint.folder), "--out", "/proc/nothing/x.npz"]) == 1
    assert "cannot write" in capsys.readouterr().err
