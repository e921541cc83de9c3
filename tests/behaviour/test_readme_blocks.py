"""What the README shows is run as it stands there: its blocks of Python, and its commands with small numbers in the place of large ones."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

import gan_core
from gan_core import commands

pytestmark = pytest.mark.slow  # a minute in all; tests/unit/test_readme.py looks at every command
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [line.strip().partition("  #")[0] for line in re.findall(r"^    (?:gan-core|python -m gan_core) .*", README, re.MULTILINE)]
# Options that make a command small, by what it begins with; None where another test runs it: it needs other machines, or the Hub.
SMALL: dict[str, str | None] = {
    "train --resume runs/ID": "train --resume {run}", "train dcgan --strategy multi-worker": None, "train": "--steps 2 --dataset digits",
    "calibrate": "--seconds 0.1 --dataset digits", "record": None, "sample": "--n 20", "interpolate": "--steps 3", "evaluate": "--n 60", "export": "",
    "push": None, "pull": None, "curves runs/ID": "curves {run} --csv curves.csv", "space": None, "site": "", "list": "",
}  # fmt: skip
NEEDS_TENSORFLOW = ("train", "calibrate", "curves")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a copy of the project is one for whoever types these commands."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "checkpoints", folder / "checkpoints")
    (folder / "recordings").mkdir()
    return folder


def small(line: str) -> list[str] | None:
    """The command's arguments, made small; None where it is run elsewhere."""
    words = re.sub(r"^(?:gan-core|python -m gan_core) ", "", line).strip()
    rule = next(rule for beginning, rule in SMALL.items() if words.startswith(beginning))
    if rule is None:
        return None
    if "{run}" in rule:
        return shlex.split(rule)
    kept = [*shlex.split(words), *shlex.split(rule)]
    named = [option for option in kept if option.startswith("--")]
    for option in {option for option in named if named.count(option) > 1}:  # ours stands last and is taken: the README's goes
        at = kept.index(option)
        del kept[at : at + 2]
    return kept


def run(line: str, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = small(line)
    if arguments is None:
        pytest.skip("run by a test of its own")
    monkeypatch.chdir(project)
    for name in ("CHECKPOINTS", "RUNS", "RECORDINGS"):
        monkeypatch.setenv(f"GAN_{name}", str(project / name.lower()))
    if "{run}" in arguments:
        made = sorted((project / "runs").iterdir())[0]
        arguments = [str(made) if word == "{run}" else word for word in arguments]
    assert commands.main(arguments) == 0, arguments


@pytest.mark.parametrize(
    "line", [line for line in LINES if line.split(" ")[1 if line.startswith("gan-core") else 3] not in NEEDS_TENSORFLOW]
)
def test_a_command_does_what_it_says(
    line: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], mnist_folder: Path
) -> None:
    monkeypatch.setenv("GAN_DATA", str(mnist_folder))
    run(line, project, monkeypatch)
    told = capsys.readouterr().out
    assert told.strip() and "Traceback" not in told


def test_the_commands_that_train(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [line for line in LINES if line.split(" ")[1 if line.startswith("gan-core") else 3] in NEEDS_TENSORFLOW]
    assert len(lines) >= 5
    for line in sorted(lines, key=lambda line: "runs/ID" in line):  # first those that make a run
        if small(line) is not None:
            run(line, project, monkeypatch)
    assert (project / "checkpoints" / "my-gan" / "config.json").is_file() and (project / "curves.csv").read_bytes().startswith(b"step,")


def test_the_blocks_of_python_run(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("GAN_CHECKPOINTS", str(project / "checkpoints"))
    pushed: list[tuple[Any, ...]] = []
    monkeypatch.setattr(gan_core, "push_to_hub", lambda *told: pushed.append(told))
    import keras

    from gan_core.exchange import from_keras, to_onnx
    from gan_core.exchange.own import Told

    own = keras.Sequential([keras.Input((5,)), keras.layers.Dense(784, activation="tanh"), keras.layers.Reshape((28, 28, 1))])
    names: dict[str, Any] = {"own_generator": own}
    (project / "generator.onnx").write_bytes(to_onnx.to_onnx(from_keras.program_of(own, Told())))
    assert len(BLOCKS) == 3
    for block in BLOCKS:
        exec(compile(block, "README.md", "exec"), names)
    assert names["images"].shape == (16, 28, 28) and names["walk"].images.shape == (30, 28, 28) and names["wish"].shape == (16, 28, 28)
    assert names["found"].z.shape == (2, 64) and names["found"].error.max() < 0.02
    assert names["pulled"].images.shape[1:] == (28, 28) and names["slopes"].shape == (28, 28, 1, 64) and names["brighter"].shape == (1, 64)
    assert names["onnx"].startswith(b"\x08") and names["generator"].count_params() > 100_000
    assert all((project / "checkpoints" / name / "config.json").is_file() for name in ("mine", "theirs"))
    assert pushed == [("dcgan-mnist", "user/name")]
