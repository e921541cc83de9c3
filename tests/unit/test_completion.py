"""The scripts that `gan-core completion` prints, in the shells that there are here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gan_core import commands
from gan_core.commands.completing import commands_of


def script(shell: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    assert commands.main(["completion", shell]) == 0
    path = tmp_path / f"completion.{shell}"
    path.write_text(capsys.readouterr().out)
    return path


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["ev"], {"evaluate"}), (["train", "dc"], {"dcgan", "dcgan64"}),
        (["train", "--preset", "ref"], {"reference"}), (["train", "dcgan", "--prec"], {"--precision"}),
        (["train", "--loss", "hi"], {"hinge"}), (["completion", "z"], {"zsh"}), (["sample", "--nothing"], set()),
    ],
)  # fmt: skip
def test_bash_completes_what_the_command_line_takes(
    typed: list[str], offered: set[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = script("bash", tmp_path, capsys)
    words = " ".join(["gan-core", *typed])
    told = subprocess.run(["bash", "-c", f"source {path}; COMP_WORDS=({words}); COMP_CWORD={len(typed)}; _gan_core; echo ${{COMPREPLY[@]}}"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert set(told.stdout.split()) == offered and told.stderr == ""


def test_zsh_and_fish_have_every_command_and_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    zsh, fish = (script(shell, tmp_path, capsys).read_text() for shell in ("zsh", "fish"))
    assert "bashcompinit" in zsh
    for name, parser in commands_of(commands.parser()).items():
        assert f"__fish_seen_subcommand_from {name}'" in fish
        for option in (option for action in parser._actions for option in action.option_strings if option.startswith("--")):
            assert option in zsh and f" -l {option[2:]}" in fish
