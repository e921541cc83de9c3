"""What runs for as long as the server does meets an error that nobody foresaw, tells of it once, and goes on."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gan_core import families, runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import RunError
from gan_core.storage import locks
from ui.server import live, lookout
from ui.server.hotfiles import HotFiles
from ui.server.shared import Shared
from ui.settings import Settings
from ui.train import loops, scheduler
from ui.train.estimate import Estimates


class Unforeseen(Exception):
    """Of no kind that any of our code names."""


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it did not go on"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    monkeypatch.setattr(loops, "_told", set())
    with caplog.at_level(logging.ERROR):
        yield caplog


def test_the_scheduler_goes_on_after_any_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture) -> None:
    looks: list[int] = []

    def tick(settings: Settings) -> None:
        if settings.runs != tmp_path:
            return  # the thread of a server that another test has left behind
        looks.append(1)
        if len(looks) <= 6:
            raise (Unforeseen, RecursionError, MemoryError)[len(looks) % 3]("a bad day")
        raise SystemExit  # the end of the test

    monkeypatch.setattr(scheduler, "tick", tick)
    monkeypatch.setattr(scheduler, "LOOK_SECONDS", 0.01)
    with pytest.raises(SystemExit):
        scheduler._keep_going(Settings(runs=tmp_path))
    assert len(looks) == 7
    assert sum("the scheduler: Unforeseen" in record.message for record in told.records) == 1, "told once, though it came again"
    assert {record.exc_info[0] for record in told.records if record.exc_info} == {Unforeseen, RecursionError, MemoryError}


def test_a_broken_folder_does_not_keep_the_others_from_their_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, launched = Settings(runs=tmp_path, max_runs=9), list[str]()
    monkeypatch.setattr(runs, "launch", lambda run: launched.append(run.id))
    ticket = {"owner": "", "minutes": None}
    made = [runs.create(tmp_path, ModelConfig("dense"), TrainConfig(dataset="digits"), {"number": number, **ticket}) for number in range(8)]  # type: ignore[typeddict-item]
    for run, text in zip(
        made, (b"[" * 100_000, b"null", b"\xff", b'{"state": "queued", "updated": 1e999}', b'{"a":' * 50_000), strict=False
    ):
        (run.folder / "status.json").write_bytes(text)
    (made[5].folder / "ticket.json").write_bytes(b"[" * 100_000)
    scheduler.tick(settings)
    assert set(launched) == {run.id for run in made[5:]}


def test_those_who_follow_a_run_hear_of_it_after_any_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    run = runs.create(tmp_path, ModelConfig("dense"), TrainConfig(dataset="digits", steps=100))
    lock = locks.take(run.folder / "lock")
    assert lock is not None
    run.set_status("running")
    run.append({"step": 0, "epoch": 0.0, "seconds": 0.0})
    monkeypatch.setattr(lookout, "AFTER_AN_ERROR", 0.01)
    monkeypatch.setattr(live, "ALL_SECONDS", 0.01)
    feed = live.Feed(Settings(runs=tmp_path), run.id)
    real, bad = feed._look, [Unforeseen("x"), RecursionError(), OSError(24, "Too many open files"), ValueError("y")]

    def look() -> live.Known:
        if bad and feed.known.lines:
            raise bad.pop()
        return real()

    async def follow() -> list[bytes]:
        feed._look = look  # type: ignore[method-assign]
        events = feed.follow(0, None)
        first = await anext(events)
        run.append({"step": 10, "epoch": 1.0, "seconds": 1.0})
        while b'"step":10' not in (event := await anext(events)):
            assert event.startswith((b"event: beat", b"id: "))
        await events.aclose()
        return [first, event]

    assert b'"step":0' in asyncio.run(follow())[0] and not bad
    assert sum("a watcher" in record.message for record in told.records) == 3


def test_where_there_is_no_thread_for_the_lookout_the_next_heartbeat_finds_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: pytest.LogCaptureFixture
) -> None:
    run = runs.create(tmp_path, ModelConfig("dense"), TrainConfig(dataset="digits", steps=100))
    run.append({"step": 0, "epoch": 0.0, "seconds": 0.0})
    monkeypatch.setattr(live, "IDLE_SECONDS", 0.01)
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    feed, start, refused = live.Feed(Settings(runs=tmp_path), run.id), threading.Thread.start, list[str]()

    def no_more(thread: threading.Thread) -> None:
        if thread.name == "lookout" and len(refused) < 2:
            refused.append(thread.name)
            raise RuntimeError("can't start new thread")
        start(thread)

    async def follow() -> None:
        monkeypatch.setattr(threading.Thread, "start", no_more)
        events = feed.follow(0, None)
        await anext(events)
        run.append({"step": 10, "epoch": 1.0, "seconds": 1.0})
        while b'"step":10' not in await anext(events):
            pass
        await events.aclose()

    asyncio.run(asyncio.wait_for(follow(), 60))
    assert len(refused) == 2 and sum("the lookout" in record.message for record in told.records) == 1
    until(lambda: not any(thread.name == "lookout" for thread in threading.enumerate()))


def test_what_trains_is_looked_at_before_hundreds_that_do_not() -> None:
    class One:
        def __init__(self, active: bool) -> None:
            self.active, self.looks = active, 0

        def look_again(self) -> float:
            self.looks += 1
            time.sleep(0.001)
            return 0.0

    where, one, many = lookout.Lookout(), One(True), [One(False) for _ in range(300)]
    for each in (one, *many):
        where.follow(each)
    until(lambda: one.looks >= 100)
    assert not any(each.looks for each in many), "they are due as well, but it always is"
    where.leave(one)
    until(lambda: all(each.looks for each in many))
    for each in many:
        where.leave(each)
    until(lambda: where._thread is None)


def test_a_list_that_failed_once_is_made_again_for_the_next_who_asks() -> None:
    answers: list[Exception | bytes] = [Unforeseen("x"), MemoryError(), b"well"]

    def compute() -> bytes:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask() -> list[object]:
        shared = Shared(compute, 0.0)
        failed = [type(error) for _ in range(2) for error in await asyncio.gather(shared.get(), return_exceptions=True)]
        return [*failed, await shared.get()]

    assert asyncio.run(ask()) == [Unforeseen, MemoryError, b"well"]


def test_an_estimate_that_breaks_is_told_and_the_next_one_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    estimates = Estimates(Settings(runs=tmp_path))
    model, train = families.get("dense").configs("live", dataset="digits")
    monkeypatch.setattr(Estimates, "_calibrate", lambda self, question: (_ for _ in ()).throw(Unforeseen("x")))
    assert estimates._answer(model, train, True) == {"state": "measuring"}
    until(lambda: estimates._measuring is None)
    with pytest.raises(RunError, match="could not be measured"):
        estimates._answer(model, train, True)
    other = TrainConfig(dataset="digits", batch_size=17)
    monkeypatch.setattr(threading.Thread, "start", lambda self: (_ for _ in ()).throw(RuntimeError("can't start new thread")))
    with pytest.raises(RunError, match="much else to do"):
        estimates._answer(model, other, True)
    monkeypatch.undo()
    monkeypatch.setattr(Estimates, "_calibrate", lambda self, question: None)  # a run began meanwhile: asked again, it begins anew
    assert estimates._answer(model, other, True) == {"state": "measuring"}
    until(lambda: estimates._measuring is None)
    assert estimates._answer(model, other, False) == {"state": "unknown"}


def test_a_file_that_could_not_be_read_is_read_for_the_next_who_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"well")

    async def read() -> tuple[list[type], bytes]:
        hot = HotFiles()
        with monkeypatch.context() as broken:
            broken.setattr(asyncio, "to_thread", _failing)
            failed = [type(error) for error in await asyncio.gather(hot.read(path), hot.read(path), return_exceptions=True)]
        return failed, (await hot.read(path))[0]

    assert asyncio.run(read()) == ([MemoryError, MemoryError], b"well")


async def _failing(read: object) -> bytes:
    raise MemoryError
