"""Settings from the environment have one home."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from conftest import ROOT

from gan_core import environment
from gan_core.errors import ConfigError

READERS = {"gan_core/environment.py", "gan_core/nn/__init__.py", "ui/__init__.py"}  # the latter two only set what libraries read
HANDED_ON = {
    "gan_core/storage/locks.py",
    "gan_core/nn/distributed.py",
    "gan_core/runs/launching.py",
    "ui/allocator.py",
}  # between a process and its child


def test_nobody_else_reads_the_environment() -> None:
    for path in [ROOT / "app.py", *(ROOT / "gan_core").rglob("*.py"), *(ROOT / "ui").rglob("*.py")]:
        uses = [
            node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
        ]
        assert not uses or str(path.relative_to(ROOT)) in READERS | HANDED_ON, f"{path}: ask gan_core.environment"


def test_every_variable_of_ours_is_told_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for name in environment.VARIABLES:
        assert f"`{name}`" in readme or not name.startswith("GAN_"), f"the README's table has no {name}"
    with pytest.raises(KeyError, match="GAN_NOBODY"):
        environment.text("GAN_NOBODY")


def test_folders_are_the_environments_then_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, folder in (
        ("GAN_RUNS", environment.runs),
        ("GAN_CHECKPOINTS", environment.checkpoints),
        ("GAN_RECORDINGS", environment.recordings),
    ):
        monkeypatch.delenv(name, raising=False)
        assert folder("mine") == Path("mine")
        monkeypatch.setenv(name, "  ")
        assert folder("mine") == Path("mine")
        monkeypatch.setenv(name, "~/x")
        assert folder("mine") == Path.home() / "x"


def test_a_switch_is_on_or_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_TRAINING", raising=False)
    assert environment.switch("GAN_TRAINING", True) and not environment.switch("GAN_TRAINING", False)
    monkeypatch.setenv("GAN_TRAINING", " Off ")
    assert not environment.switch("GAN_TRAINING", True)
    monkeypatch.setenv("GAN_TRAINING", "1")
    with pytest.raises(ConfigError, match="expected 'on' or 'off'"):
        environment.switch("GAN_TRAINING", True)


def test_a_folder_is_found_by_path_or_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "all" / "one").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)
    assert environment.found("one", tmp_path / "all") == tmp_path / "all" / "one"
    assert environment.found("here", tmp_path / "all") == Path("here"), "what lies here goes first"
    for name in ("x/one", "two", "..", str(tmp_path)):
        assert environment.found(name, tmp_path / "all") == Path(name)
