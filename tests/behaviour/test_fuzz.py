"""A thousand random requests, and random values in every handler of the Train tab: sentences, never a stack trace (tests/stress/fuzz.py sends 10,000)."""

from __future__ import annotations

import os
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Server
from stress import fuzz

from gan_core import runs
from ui.settings import Settings
from ui.train import form, tab


def test_a_thousand_random_requests(server: Server) -> None:
    names, lock = fuzz.make_runs(server.runs)
    try:
        problems, statuses, _ = fuzz.fuzz(int(server.url.rsplit(":", 1)[1]), names, 1000, seed=20261122)
        assert problems == []
        assert statuses[400] > 300 and statuses[404] > 50 and statuses[200] > 3, statuses
        assert server.process.poll() is None
    finally:
        os.close(lock)
        for run in runs.list_runs(server.runs):
            if run.status()["state"] == runs.QUEUED:
                run.set_status("stopped")
        for name in names:
            shutil.rmtree(server.runs / name, ignore_errors=True)


def test_answers_that_are_wrong_are_noticed() -> None:
    assert (
        fuzz.wrong(500, b'{"error": "Something went wrong"}')
        and fuzz.wrong(0, b"")
        and fuzz.wrong(404, b"Not Found")
        and fuzz.wrong(400, b"[]")
    )
    assert fuzz.wrong(200, b'Traceback (most recent call last):\n  File "x"')
    assert not fuzz.wrong(400, b'{"error": "z is missing; expected a list."}') and not fuzz.wrong(200, b"anything")


@pytest.mark.parametrize("control", ["anyone", "token", "nobody"])
def test_random_values_in_the_handlers_of_the_train_tab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, control: str) -> None:
    monkeypatch.setattr(runs, "launch", lambda run: run.set_status("starting"))
    settings = Settings(tmp_path / "checkpoints", tmp_path / "runs", control=control, token="x" * 20, visitors=True, max_queue=3)
    names, lock = fuzz.make_runs(settings.runs)
    chance = random.Random(7)
    fields = {**form.preset_values("dense", "live"), "family": "dense", "preset": "live", "dataset": "digits", "amount": 10}
    good = ["", *(fields[name] for name in form.FIELDS)]
    starter, handlers = tab._starter(settings), (tab._stopper(settings), tab._resumer(settings))
    keeper = tab._keeper(replace(settings, checkpoints=tmp_path / "kept"))
    for _ in range(300):
        values = [chance.choice(fuzz.ODD) if chance.random() < 0.2 else value for value in good]
        panel = chance.choice([{"run": chance.choice([*names, *fuzz.ODD]), "step": chance.choice(fuzz.ODD)}, *fuzz.ODD])
        key, name = chance.choice(["", "x" * 20, *fuzz.ODD]), chance.choice(["kept", *fuzz.ODD])
        told = [starter(*values), *(handler(key, panel) for handler in handlers), keeper(key, panel, name)]
        assert all(notice["kind"] in ("ok", "error") and len(notice["text"]) > 8 for _, notice in told)
    os.close(lock)
