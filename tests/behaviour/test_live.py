"""Following a run: events and polling say the same, in order, once; rewound, deleted and damaged runs are told as what they are."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import http.client
import json
import os
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Server
from starlette.testclient import TestClient

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.runs import control
from gan_core.storage import files, locks
from ui.server import routes, runlist, watching
from ui.server.live import PIECE, Hub
from ui.settings import Settings


class Trainer:
    """Does to a run's folder what a training process does, without training."""

    def __init__(self, root: Path) -> None:
        self.run = runs.create(root, ModelConfig("dense"), TrainConfig(dataset="digits", steps=1000))
        self.lock = locks.take(self.run.folder / "lock")
        self.run.set_status("running", step=0)

    def report(self, *steps: int) -> None:
        for step in steps:
            self.run.append({"step": step, "epoch": step / 10, "seconds": float(step), "g_loss": 0.7})
            self.run.set_status("running", step=step)

    def end(self, state: str = "finished") -> None:
        self.run.set_status(state)
        self.die()

    def die(self) -> None:
        """As the kernel does for a killed process."""
        if self.lock is not None:
            os.close(self.lock)
        self.lock = None


class Viewer:
    """A browser's EventSource: one connection, events read one at a time."""

    def __init__(self, server: Server, run: runs.Run, query: str = "", **headers: str) -> None:
        self.connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
        self.connection.request("GET", f"/gan/runs/{run.id}/events{query}", headers=headers)
        self.answer = self.connection.getresponse()
        self.id = ""

    def event(self) -> tuple[str, dict]:
        """The next event that is no heartbeat: its name and its data."""
        while True:
            name, data = "message", None
            while line := self.answer.readline().rstrip(b"\n"):
                field, _, value = line.partition(b": ")
                if field == b"event":
                    name = value.decode()
                elif field == b"data":
                    data = json.loads(value)
                elif field == b"id":
                    self.id = value.decode()
            assert data is not None, "the stream ended"
            if name != "beat":
                return name, data

    def steps(self, known: list[int], until: int) -> list[int]:
        """Reads events until step `until` has come; the steps known then."""
        while not known or known[-1] != until:
            _, data = self.event()
            assert data["first"] <= len(known) and data["next"] == data["first"] + len(data["reports"])
            known = known[: data["first"]] + [report["step"] for report in data["reports"]]
        return known

    def close(self) -> None:
        self.connection.close()


@pytest.fixture
def trainer(server: Server) -> Iterator[Trainer]:
    server.runs.mkdir(exist_ok=True)
    made = Trainer(server.runs)
    yield made
    with contextlib.suppress(OSError, RunError):
        made.end()
    shutil.rmtree(made.run.folder, ignore_errors=True)


def progress(server: Server, run: runs.Run, query: str = "") -> dict:
    with urllib.request.urlopen(f"{server.url}/gan/runs/{run.id}/progress.json{query}", timeout=30) as answer:
        return json.loads(answer.read())


def test_every_viewer_gets_every_report_once_and_in_order(server: Server, trainer: Trainer) -> None:
    trainer.report(0)
    early, late = Viewer(server, trainer.run), Viewer(server, trainer.run)
    assert early.answer.status == 200 and early.answer.headers["content-type"].startswith("text/event-stream")
    known = early.steps([], 0)
    for step in (10, 20, 30):
        trainer.report(step)
        known = early.steps(known, step)
    assert known == [0, 10, 20, 30] == late.steps([], 30)
    trainer.end()
    while early.event()[1]["status"]["state"] != "finished":
        pass
    asked = progress(server, trainer.run)
    assert [report["step"] for report in asked["reports"]] == known and asked["first"] == 0 and asked["next"] == 4
    for viewer in (early, late):
        viewer.close()


def test_a_broken_connection_goes_on_where_it_was(server: Server, trainer: Trainer) -> None:
    trainer.report(0, 10)
    viewer = Viewer(server, trainer.run)
    known = viewer.steps([], 10)
    viewer.close()
    trainer.report(20)
    again = Viewer(server, trainer.run, **{"Last-Event-ID": viewer.id})
    name, data = again.event()
    assert (name, data["first"], [report["step"] for report in data["reports"]]) == ("message", 2, [20])
    assert known == [0, 10]
    again.close()
    answer = progress(server, trainer.run, f"?since=2&mark={viewer.id.split('.')[1]}")
    assert answer["first"] == 2 and len(answer["reports"]) == 1


def test_a_rewound_run_is_told_as_such_to_who_follows_and_to_who_comes_back(server: Server, trainer: Trainer) -> None:
    trainer.report(0, 10, 20, 30)
    follows, away = Viewer(server, trainer.run), Viewer(server, trainer.run)
    known = follows.steps([], 30)
    assert away.steps([], 30) == known
    away.close()
    trainer.run.rewind(10)
    trainer.report(15, 25, 35)  # another future, and as long as the one before
    known = follows.steps(known, 35)
    assert known == [0, 10, 15, 25, 35]
    count, mark = away.id.split(".")
    answer = progress(server, trainer.run, f"?since={count}&mark={mark}")
    assert answer["first"] == 2 and [report["step"] for report in answer["reports"]] == [15, 25, 35]
    assert progress(server, trainer.run, "?since=3&mark=1")["first"] == 0, "who had something never heard of reads all"
    assert progress(server, trainer.run, "?since=90")["first"] == 0
    follows.close()


def test_states_are_told_without_a_report(server: Server, trainer: Trainer) -> None:
    viewer = Viewer(server, trainer.run)
    assert viewer.event()[1]["status"]["state"] == "running"
    trainer.run.set_status("paused")
    assert viewer.event()[1]["status"]["state"] == "paused"
    trainer.die()
    _, data = viewer.event()
    assert data["status"]["state"] == "interrupted" and "Resume" in data["status"]["reason"]
    viewer.close()


def test_a_run_deleted_underneath_is_gone_for_everybody(server: Server, trainer: Trainer) -> None:
    trainer.report(0)
    viewer = Viewer(server, trainer.run)
    viewer.event()
    shutil.rmtree(trainer.run.folder)
    name, data = viewer.event()
    assert name == "gone" and trainer.run.id in data["error"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        progress(server, trainer.run)
    assert refused.value.code == 404
    for write in (lambda: trainer.report(10), lambda: trainer.run.set_status("running"), lambda: control.stop(trainer.run)):
        with pytest.raises((RunError, FileNotFoundError), match=r"is gone|No such file"):
            write()
    assert not trainer.run.folder.exists(), "nothing of it comes back"


def test_a_viewer_that_does_not_read_keeps_nobody_waiting(server: Server, trainer: Trainer) -> None:
    trainer.report(0)
    host, port = server.url.removeprefix("http://").split(":")
    deaf = [socket.create_connection((host, int(port))) for _ in range(20)]
    for one in deaf:
        one.sendall(f"GET /gan/runs/{trainer.run.id}/events HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    viewer = Viewer(server, trainer.run)
    known = viewer.steps([], 0)
    for number in range(1, 6):
        for step in range(number * 1000, number * 1000 + 1000, 2):
            trainer.run.append({"step": step, "words": "x" * 200})
        known = viewer.steps(known, number * 1000 + 998)
    assert len(known) == 1 + 5 * 500
    for one in deaf:
        one.close()
    viewer.close()


def test_damaged_files_of_a_run_leave_the_rest_readable(server: Server, trainer: Trainer) -> None:
    with open(trainer.run.folder / "progress.jsonl", "ab") as file:
        file.write(b'{"step": 0}\nnothing\n{"step": 5, "g_loss": NaN}\n[1]\n\n{"step": 10}\n{"step": 20')
    answer = progress(server, trainer.run)
    assert [report["step"] for report in answer["reports"]] == [0, 10] and answer["next"] == 2
    files.write_bytes(trainer.run.folder / "status.json", b'{"state": "running", "updated": 1, "step": 5, "hand": 7, "alarms": {}}')
    status = progress(server, trainer.run)["status"]
    assert (status["step"], status["steps"], status["hand"], status["alarms"]) == (5, 0, None, []), "what does not decide may be missing"
    for text in (b"", b"[]", b"{}", b'{"state": 5}', b"\xff", b'{"state": "running", "updated": "soon"}', b"[" * 100_000,
                 b'{"state": "running", "updated": NaN, "step": NaN, "steps": 10}', b'{"state": "dancing", "updated": 1}',
                 b'{"state": "running", "updated": 1, "step": "x"}'):  # fmt: skip
        files.write_bytes(trainer.run.folder / "status.json", text)
        with pytest.raises(urllib.error.HTTPError) as refused:
            progress(server, trainer.run)
        assert refused.value.code == 400 and "status" in json.loads(refused.value.read())["error"]
        with urllib.request.urlopen(f"{server.url}/gan/runs.json", timeout=30) as answer:
            entry = next(entry for entry in json.loads(answer.read())["runs"] if entry["id"] == trainer.run.id)
        assert entry["state"] == "failed" and "status" in entry["reason"]


def test_a_run_of_another_format_is_listed_with_what_to_do(server: Server, trainer: Trainer) -> None:
    config = json.loads((trainer.run.folder / "config.json").read_text())
    for version in (0, 2, "new"):
        files.write_json(trainer.run.folder / "config.json", {**config, "format": version})
        with pytest.raises(urllib.error.HTTPError) as refused:
            progress(server, trainer.run)
        assert "this version reads format 1" in json.loads(refused.value.read())["error"]


def test_a_clock_that_jumps_changes_no_state(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path)
    for jump in (-(10**9), -3600, 3600, 10**9):
        files.write_json(trainer.run.folder / "status.json", {"state": "running", "updated": time.time() + jump, "step": 1, "steps": 9})
        assert trainer.run.status()["state"] == "running"
    trainer.end("starting")
    files.write_json(trainer.run.folder / "status.json", {"state": "starting", "updated": time.time() + 3600})
    assert trainer.run.status()["state"] == "interrupted", "a clock set back does not make it start for an hour"


def test_lists_are_not_sent_twice(server: Server, trainer: Trainer) -> None:
    for path in ("runs.json", "models.json", "static/runs/runfeed.js"):
        with urllib.request.urlopen(f"{server.url}/gan/{path}", timeout=30) as answer:
            tag = answer.headers["etag"]
        with pytest.raises(urllib.error.HTTPError) as same:
            urllib.request.urlopen(urllib.request.Request(f"{server.url}/gan/{path}", headers={"If-None-Match": tag}), timeout=30)
        assert same.value.code == 304
    trainer.run.set_status("paused")
    with urllib.request.urlopen(f"{server.url}/gan/runs.json", timeout=30) as answer:
        assert trainer.run.id in answer.read().decode(), "what has just changed is in the next answer"


def test_a_list_is_compressed_for_those_who_take_that(server: Server, trainer: Trainer) -> None:
    for path in ("runs.json", "models.json"):
        with urllib.request.urlopen(f"{server.url}/gan/{path}", timeout=30) as answer:
            plain, tag = answer.read(), answer.headers["etag"]
        asked = urllib.request.Request(f"{server.url}/gan/{path}", headers={"Accept-Encoding": "br, gzip"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            assert answer.headers["content-encoding"] == "gzip" and answer.headers["vary"] == "Accept-Encoding"
            assert gzip.decompress(answer.read()) == plain and answer.headers["etag"] == tag


def test_a_recording_made_anew_is_told_anew(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path / "recordings")
    settings = Settings(runs=tmp_path / "runs", recordings=tmp_path / "recordings")
    trainer.report(0)
    before = runlist.recordings_list(settings)
    assert runlist.recordings_list(settings) == before and before[0]["step"] == 0
    trainer.report(7)
    trainer.end()
    assert [(entry["step"], entry["state"]) for entry in runlist.recordings_list(settings)] == [(7, "finished")]
    files.write_json(trainer.run.folder / "status.json", {"state": 5})
    assert runlist.recordings_list(settings)[0]["state"] == "failed"
    (trainer.run.folder / "status.json").unlink()
    runlist.recordings_list(settings)
    shutil.rmtree(trainer.run.folder)
    assert runlist.recordings_list(settings) == []


def test_lists_keep_no_report_waiting(tmp_path: Path) -> None:
    trainer, release = Trainer(tmp_path / "runs"), threading.Event()
    trainer.report(0)
    hub = Hub(Settings(runs=tmp_path / "runs"))
    hub.runs.compute = hub.models.compute = lambda: b"" if release.wait(20) else b"late"

    async def everything() -> tuple[Iterator[bytes], bytes, bytes]:
        lists = asyncio.gather(hub.runs.get(), hub.models.get())
        report = await asyncio.wait_for(hub.feed(trainer.run.id).poll(0, None), 10)
        release.set()
        return (report, *await lists)

    report, *lists = asyncio.run(everything())
    assert json.loads(b"".join(report))["next"] == 1 and lists == [b"", b""]
    trainer.end()


def test_a_day_s_reports_come_in_pieces_and_a_few_are_made_once_for_all(tmp_path: Path) -> None:
    trainer = Trainer(tmp_path / "runs")
    trainer.report(0)
    with open(trainer.run.folder / "progress.jsonl", "ab") as file:
        file.write(b"".join(b'{"step": %d}\n' % step for step in range(1, 2 * PIECE + 5)))
    feed = Hub(Settings(runs=tmp_path / "runs")).feed(trainer.run.id)

    async def told(since: int) -> tuple[list[bytes], list[bytes]]:
        events, pieces = feed.follow(since, None), []
        while not pieces or not pieces[-1].endswith(b"\n\n"):
            pieces.append(await anext(events))
        await events.aclose()
        return list(await feed.poll(since, None)), pieces

    async def asked() -> list[tuple[list[bytes], list[bytes]]]:
        return [await told(since) for since in (0, PIECE + 5, PIECE + 5)]

    (answer, event), *few = asyncio.run(asked())
    assert len(answer) == len(event) == 5, "a head, three times reports, an end"
    data = b"".join(event).split(b"data: ")[1]
    assert json.loads(data) == json.loads(b"".join(answer))
    assert [report["step"] for report in json.loads(data)["reports"]] == list(range(2 * PIECE + 5))
    assert max(piece.count(b'"step"') for piece in event[1:]) == PIECE
    for first, second in zip(*few, strict=True):
        assert len(first) == len(second) == 1 and first[0] is second[0], "the same bytes, not equal ones: hundreds ask for them"
    trainer.end()


def test_more_viewers_than_there_is_room_for_are_sent_to_polling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(tmp_path / "runs")
    trainer.report(0)
    monkeypatch.setattr(watching, "MOST_STREAMS", 0)
    with TestClient(routes.application(Settings(runs=tmp_path / "runs"))) as client:
        refused = client.get(f"/runs/{trainer.run.id}/events")
        assert refused.status_code == 503 and "asks from time to time" in refused.json()["error"] and refused.headers["retry-after"]
        assert client.get(f"/runs/{trainer.run.id}/progress.json").json()["next"] == 1
    trainer.end()


@pytest.mark.parametrize(
    "query", ["?since=-1", "?since=x", "?since=1e3", "?since=" + "9" * 30, "?since=0&mark=-1", "?mark=%00", "?since=²"]
)
def test_a_place_that_is_none_is_refused(server: Server, trainer: Trainer, query: str) -> None:
    for path in ("progress.json", "events"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.url}/gan/runs/{trainer.run.id}/{path}{query.replace('²', '%C2%B2')}", timeout=30)
        assert refused.value.code == 400 and "expected" in json.loads(refused.value.read())["error"]
