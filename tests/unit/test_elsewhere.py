"""Systems that lack what POSIX has, above all Windows: what they lack is blocked here, or stood in for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from gan_core.errors import RunError
from gan_core.storage import locks

BLOCKED = """
import os, signal, sys
import matplotlib, PIL.Image, numpy, gradio  # libraries have ways of their own on Windows
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"fcntl", "resource", "pwd", "grp", "termios", "tensorflow", "keras"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
for name in ("fcntl", "resource"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Block())
for name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "setpriority", "getpriority", "fork", "killpg", "getuid"):
    delattr(os, name)
del signal.pause
"""
USE = """
import tempfile
from pathlib import Path
from gan_core import Explorer
from gan_core.errors import GanCoreError
from gan_core.runs import list_runs
from gan_core.storage import locks
explorer = Explorer.open("checkpoints/dense-mnist")
assert explorer.generate(explorer.sample_z(2, seed=7)).max() > 0.5
import app
from ui.page import build
from ui.settings import Settings
app._allow_many_connections()
runs = Path(tempfile.mkdtemp())
blocks = build(Settings(runs=runs))
assert blocks.blocks and not list_runs(runs)
assert not locks.is_taken(runs / "lock")
try:
    locks.take(runs / "lock")
    raise SystemExit("a lock without a way to lock")
except GanCoreError as error:
    assert "exploring works" in str(error)
assert not any(name in sys.modules for name in ("fcntl", "resource", "tensorflow"))
print("drawn and built")
"""


def test_exploring_and_the_page_need_nothing_that_windows_lacks() -> None:
    # files are read as what they are, whatever this system takes text for
    plain = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    said = subprocess.run([sys.executable, "-c", BLOCKED + USE], cwd=ROOT, env=plain, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stderr[-3000:]
    assert "drawn and built" in said.stdout


class Windows:
    """`msvcrt.locking` over real descriptors: a byte belongs to the descriptor that locked it, until that unlocks it or is closed."""

    LK_NBLCK, LK_UNLCK = 2, 0

    def __init__(self) -> None:
        self.holders: dict[tuple[int, int], int] = {}

    def locking(self, descriptor: int, mode: int, count: int) -> None:
        assert count == 1
        assert os.lseek(descriptor, 0, os.SEEK_CUR) == 0, "the byte is counted from where the file stands"
        found = os.fstat(descriptor)
        file = (found.st_dev, found.st_ino)
        if mode == self.LK_UNLCK:
            if self.holders.get(file) != descriptor:
                raise OSError("not locked")
            del self.holders[file]
        elif file in self.holders:
            raise OSError("locked")
        else:
            self.holders[file] = descriptor


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> Windows:
    windows = Windows()
    monkeypatch.setattr(locks, "_fcntl", None)
    monkeypatch.setattr(locks, "_msvcrt", windows)
    monkeypatch.setattr(locks, "CAN_HAND_OVER", False)
    return windows


def test_a_lock_of_windows_is_held_until_it_is_given_back(windows: Windows, tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not locks.is_taken(path)
    assert not path.exists(), "looking makes no file"
    lock = locks.take(path)
    assert lock is not None
    assert locks.is_taken(path)
    assert locks.take(path) is None
    locks.release(lock)
    assert not locks.is_taken(path)
    assert not windows.holders, "who looks gives it back"
    with locks.holding(path, 0, RunError("busy")), pytest.raises(RunError, match="busy"), locks.holding(path, 0, RunError("busy")):
        pass
    assert not windows.holders


def test_a_look_of_windows_is_not_taken_for_a_holder(windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    other = locks.take(path)
    assert other is not None

    def looks_away(_: float) -> None:
        if windows.holders:
            locks.release(other)

    monkeypatch.setattr(locks.time, "sleep", looks_away)
    assert not locks.is_taken(path)


def test_where_a_lock_cannot_be_handed_over_the_process_takes_it_itself(windows: Windows, tmp_path: Path) -> None:
    lock = locks.take(tmp_path / "lock")
    assert lock is not None
    assert locks.handing_over(lock) == {}
    locks.release(lock)


def test_where_it_can_the_process_is_told_which_one_it_has(tmp_path: Path) -> None:
    lock = locks.take(tmp_path / "lock")
    assert lock is not None
    told = locks.handing_over(lock)
    assert told["pass_fds"] == (lock,)
    assert told["env"][locks.HANDED] == str(lock)
    locks.release(lock)
