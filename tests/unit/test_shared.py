"""What many ask for at once: computed once, never older than the question; files kept in a bounded memory."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from ui.server import hotfiles
from ui.server.hotfiles import HotFiles
from ui.server.shared import Shared, to_json


def test_many_askers_share_few_computations_and_none_gets_an_older_answer_than_its_question() -> None:
    begun = []

    def compute() -> float:
        begun.append(time.monotonic())
        time.sleep(0.02)
        return begun[-1]

    async def ask(shared: Shared[float], after: float) -> None:
        await asyncio.sleep(after)
        asked = time.monotonic()
        assert await shared.get() >= asked

    async def everybody() -> None:
        shared = Shared(compute, 0.05)
        await asyncio.gather(*(ask(shared, number / 2000) for number in range(400)))

    asyncio.run(everybody())
    assert 2 <= len(begun) <= 40


def test_a_failure_is_everybodys_and_the_next_one_is_tried_again() -> None:
    answers = iter([ValueError("not now"), 5])

    def compute() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def ask() -> None:
        shared = Shared(compute, 0.0)
        failed = await asyncio.gather(shared.get(), shared.get(), return_exceptions=True)
        assert [str(error) for error in failed] == ["not now", "not now"]
        gone = asyncio.create_task(shared.get())
        await asyncio.sleep(0)
        gone.cancel()  # who leaves takes nothing from the others
        assert await shared.get() == 5

    asyncio.run(ask())


def test_files_are_read_once_seen_when_they_change_and_forgotten_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hotfiles, "MOST_BYTES", 1000)
    monkeypatch.setattr(hotfiles, "LARGEST", 400)
    (tmp_path / "a").write_bytes(b"1" * 300)

    async def read() -> None:
        files = HotFiles()
        (data, tag), (again, same) = await asyncio.gather(files.read(tmp_path / "a"), files.read(tmp_path / "a"))
        assert data is again and tag == same and len(data) == 300
        (tmp_path / "a").write_bytes(b"2" * 300)
        os.utime(tmp_path / "a", ns=(1, 1))
        changed, other = await files.read(tmp_path / "a")
        assert changed == b"2" * 300 and other != tag
        for number in range(10):
            (tmp_path / f"b{number}").write_bytes(b"x" * 300)
            await files.read(tmp_path / f"b{number}")
            assert files.size <= 1000
        (tmp_path / "large").write_bytes(b"y" * 500)
        assert len((await files.read(tmp_path / "large"))[0]) == 500 and files.size <= 1000
        for missing in ("nothing", "."):
            with pytest.raises(OSError, match=r"No such file|Is a directory"):
                await files.read(tmp_path / missing)
        await files.read(tmp_path / "b9")

    asyncio.run(read())


def test_numbers_that_json_does_not_have_become_null() -> None:
    assert to_json({"a": [1, 0.5]}) == b'{"a":[1,0.5]}'
    assert json.loads(to_json({"a": [float("nan"), (float("inf"), 2)], "b": "NaN"})) == {"a": [None, [None, 2]], "b": "NaN"}
    long = {"images": [[i / 7, -i] for i in range(20)], "named": {"many": list(range(9)), "ä": '"'}, "none": None}
    assert json.loads(to_json(long)) == long and b" " not in to_json(long)
    assert json.loads(to_json([*range(30), float("inf")])) == [*range(30), None]
