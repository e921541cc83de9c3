"""`POST gan/runs/<id>/control` and `branch`: real requests to the real web process, and whatever else may come."""

from __future__ import annotations

import json
import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Server
from tiny import make_run

from gan_core import runs
from gan_core.runs import control
from gan_core.runs.records import DesiredState
from gan_core.training import trainer


def post(server: Server, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}/gan/{path}", data=data, method="POST", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture(scope="module")
def finished(server: Server) -> runs.Run:
    run = make_run(server.runs, "dense", steps=40)
    trainer.train(run)
    return run


@pytest.fixture
def held(server: Server) -> Iterator[runs.Run]:
    """A run that seems to be training, so that what is asked lies there to be looked at."""
    run = make_run(server.runs, "dense")
    with run.hold():
        run.set_status("running", step=1)
        yield run
        run.set_status("stopped")


def test_a_wish_reaches_the_runs_folder(server: Server, held: runs.Run) -> None:
    code, answer = post(server, f"runs/{held.id}/control", {"do": "slow", "rate": 5})
    assert (code, answer["wish"]["mode"], answer["wish"]["rate"]) == (200, "slow", 5.0)
    for _ in range(3):
        post(server, f"runs/{held.id}/control", {"do": "step", "part": "g"})
    post(server, f"runs/{held.id}/control", {"do": "change", "settings": {"loss": "minimax"}})
    assert control.read(held) == DesiredState(False, "pause", 5.0, {"both": 0, "d": 0, "g": 3}, {"loss": "minimax"})
    code, _ = post(server, f"runs/{held.id}/control", {"do": "stop"})
    assert code == 200 and control.read(held).stop


def test_who_may_not_is_told_so(server: Server, held: runs.Run) -> None:
    code, answer = post(server, f"runs/{held.id}/control", {"do": "pause"}, {"Sec-Fetch-Site": "cross-site"})
    assert code == 403 and "another site" in answer["error"]
    assert control.read(held).mode == "run"


def test_a_branch_is_a_run_of_its_own(server: Server, finished: runs.Run) -> None:
    code, answer = post(server, f"runs/{finished.id}/branch", {"step": 40, "settings": {"g_learning_rate": 1e-4}})
    assert code == 200, answer
    child = runs.find(server.runs, answer["run"])
    assert child.config()["parent"] == {"run": finished.id, "step": answer["step"]}
    assert control.settings_now(child).g_learning_rate == 1e-4
    for _ in range(600):
        if child.status()["state"] == "finished":
            break
        __import__("time").sleep(0.2)
    assert child.status()["state"] == "finished" and child.reports()[-1]["step"] == 40


def test_a_branch_that_cannot_be_made_leaves_the_run_alone(server: Server, held: runs.Run) -> None:
    code, answer = post(server, f"runs/{held.id}/branch", {"step": 40, "settings": {"g_learning_rate": 1e-4}})
    assert code == 400 and "keeps no state" in answer["error"]
    assert control.read(held) == DesiredState(), "it was not asked to stop"


BODIES = [
    b"", b"{", b"null", b"[]", b"7", b'"stop"', b"\xff\xfe", b'{"do": "pause", "x": 1}', b'{"do": []}', b'{"do": "slow", "rate": 1e999}',
    b'{"do": "change", "settings": {"g_learning_rate": NaN}}', b'{"do": "change", "settings": []}', b'{"do": "step", "part": {"a": "b"}}',
    b"[" * 100_000, json.dumps({"do": "change", "settings": {f"k{i}": i for i in range(5000)}}).encode(),
    b'{"do": "change", "settings": {"batch_size": 123456789012345678901234567890}}', b'{"step": -1}', b'{"step": 1e99, "settings": {}}',
    b'{"step": 0, "settings": {"steps": 9}}', b'{"step": 0, "settings": {"dataset": "/etc/passwd"}}', b'{"step": true}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_nonsense_is_refused_with_a_sentence(server: Server, held: runs.Run, body: bytes) -> None:
    for path in ("control", "branch"):
        code, answer = post(server, f"runs/{held.id}/{path}", body)
        assert 400 <= code < 500 and "Traceback" not in answer["error"] and len(answer["error"]) < 1000, (path, body[:80], answer)
    assert control.read(held) == DesiredState()


def test_random_requests_never_break_the_server(server: Server, held: runs.Run) -> None:
    draw = random.Random(7)
    values = [None, True, -1, 0, 1, 2.5, 1e308, "", "d", "pause", "x" * 3000, [], [1], {}, {"do": "stop"}, "\ud800", "non_saturating"]
    keys = ["do", "rate", "part", "settings", "step", "", "g_learning_rate", "loss", "batch_size", "__class__"]

    def value(depth: int) -> Any:
        if depth and draw.random() < 0.4:
            return {draw.choice(keys): value(depth - 1) for _ in range(draw.randrange(4))}
        return draw.choice([*values, *control.ACTIONS])

    for _ in range(300):
        body = {"do": draw.choice([*control.ACTIONS[:-1], "x"]), **{draw.choice(keys): value(2) for _ in range(draw.randrange(3))}}
        if body.get("do") == "stop":
            continue
        code, answer = post(server, f"runs/{held.id}/control", body)
        assert code in (200, 400), (body, answer)
        control.read(held)
    assert post(server, "runs/no-such-run/control", {"do": "pause"})[0] == 404
    assert post(server, "runs/..%2f..%2fetc/control", {"do": "pause"})[0] == 404
    assert server.process.poll() is None


def test_a_run_that_does_not_train_says_so(server: Server, finished: runs.Run) -> None:
    code, answer = post(server, f"runs/{finished.id}/control", {"do": "pause"})
    assert code == 400 and "not training" in answer["error"]
    assert not (Path(finished.folder) / "control.json").exists()


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"failure": []}', b'{"failure": "x"}', b'{"failure": "no_noise", "steps": 1}'])
def test_only_what_the_lab_knows_can_be_provoked(server: Server, body: bytes) -> None:
    before = len(runs.list_runs(server.runs))
    code, answer = post(server, "lab", body)
    assert code == 400 and len(runs.list_runs(server.runs)) == before
    if body.startswith(b'{"failure"') and b"steps" not in body:
        assert "d_too_strong" in answer["error"]
