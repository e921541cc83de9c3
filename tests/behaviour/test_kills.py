"""The kill script, three times: the training, the web server, both (tests/stress/kills.py does it fifty times)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT


@pytest.mark.slow
def test_three_kills_lose_nothing() -> None:
    command = [sys.executable, "tests/stress/kills.py", "--times", "3", "--seed", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kills (training 1, web 1, both 1)" in done.stdout and "every run resumed" in done.stdout
