"""A hall that votes: bounds, rates, expiry, what phones are told and when; the routes answer with sentences."""

from __future__ import annotations

import asyncio
import base64
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from gan_core.errors import ConfigError, GanCoreError
from ui.server import hall, halls, routes, table
from ui.server.hall import Hall, Late, TooOften, checked
from ui.server.table import Right
from ui.settings import Settings

PHONE = "0123456789abcdef"


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def round_of(real: list[bool], cells: int = 1, step: int = 7, **more: Any) -> hall.Round:
    return checked({"step": step, "cells": cells, "real": real, **more}, bytes(len(real) * cells * 784))


def vote(where: Hall, number: int, votes: list[list[Any]], phone: str = PHONE, address: str = "1.2.3.4 ") -> int:
    return where.vote(address, {"phone": phone, "round": number, "votes": votes})


# ---- votes


def test_a_vote_counts_once_and_what_is_real_is_told_after_the_round() -> None:
    clock = Clock()
    where = Hall("ABCDE", clock)
    assert where.begin(round_of([True, False, False])) == 1
    assert vote(where, 1, [[0, True], [1, True]]) == 2
    assert vote(where, 1, [[1, False], [2, False]]) == 1, "the second vote on item 1 does not count"
    assert vote(where, 1, [[0, False]], phone="f" * 16) == 1
    (open_round,) = where.state()["rounds"]  # type: ignore[misc]
    assert open_round["votes"] == 4 and "real" not in open_round and "counts" not in open_round
    where.close()
    (closed,) = where.state()["rounds"]  # type: ignore[misc]
    assert closed["real"] == [True, False, False]
    assert (closed["said_real"], closed["said_fake"], closed["counts"]) == ([1, 1, 0], [1, 0, 1], [1, 1, 1, 1])
    with pytest.raises(Late, match="over"):
        vote(where, 1, [[2, False]], phone="f" * 16)


def test_a_vote_for_another_round_than_the_open_one_is_late() -> None:
    where = Hall("ABCDE", Clock())
    with pytest.raises(Late):
        vote(where, 1, [[0, True]])
    where.begin(round_of([True]))
    where.begin(round_of([False]))
    assert where.rounds[0].open is False, "a new round closes the one before"
    with pytest.raises(Late):
        vote(where, 1, [[0, True]])
    assert vote(where, 2, [[0, True]]) == 1
    where.end()
    with pytest.raises(Late):
        vote(where, 2, [[0, True]], phone="a" * 16)


@pytest.mark.parametrize(
    "asked",
    [
        {"phone": "short", "round": 1, "votes": [[0, True]]},
        {"phone": "x" * 41, "round": 1, "votes": [[0, True]]},
        {"phone": "0123456789abcde!", "round": 1, "votes": [[0, True]]},
        {"phone": 5, "round": 1, "votes": [[0, True]]},
        {"phone": PHONE, "round": "1", "votes": [[0, True]]},
        {"phone": PHONE, "round": 1, "votes": []},
        {"phone": PHONE, "round": 1, "votes": [[0, True]] * 33},
        {"phone": PHONE, "round": 1, "votes": [[2, True]]},
        {"phone": PHONE, "round": 1, "votes": [[-1, True]]},
        {"phone": PHONE, "round": 1, "votes": [[0, 1]]},
        {"phone": PHONE, "round": 1, "votes": [[0]]},
        {"phone": PHONE, "round": 1, "votes": "0"},
        {"phone": PHONE, "round": 1},
    ],
)
def test_nonsense_is_refused_with_a_sentence_and_counts_nothing(asked: dict[str, Any]) -> None:
    where = Hall("ABCDE", Clock())
    where.begin(round_of([True, False]))
    with pytest.raises(ConfigError, match="expected"):
        where.vote("1.2.3.4 ", asked)
    assert where.state()["rounds"][0]["votes"] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"step": 1, "cells": 1, "real": []}, 0),
        ({"step": 1, "cells": 1, "real": [True] * 33}, 33 * 784),
        ({"step": 1, "cells": 1, "real": [1]}, 784),
        ({"step": 1, "cells": 4, "real": [True]}, 4 * 784),
        ({"step": -1, "cells": 1, "real": [True]}, 784),
        ({"step": 1, "cells": 9, "real": [True]}, 784),
        ({"step": 1, "cells": 1, "real": [True], "judge": [1, 2, 3]}, 784),
        ({"step": 1, "cells": 1, "real": [True], "judge": [3, 2, 0, 2]}, 784),
    ],
)
def test_a_round_is_checked_before_it_begins(asked: dict[str, Any], size: int) -> None:
    with pytest.raises(ConfigError, match="expected"):
        checked(asked, bytes(size))


def test_a_phone_that_votes_faster_than_a_thumb_has_to_wait() -> None:
    clock = Clock()
    where = Hall("ABCDE", clock)
    where.begin(round_of([True] * 16))
    for item in range(int(hall.BURST)):
        assert vote(where, 1, [[item, True]]) == 1
    with pytest.raises(TooOften):
        vote(where, 1, [[15, True]])
    assert vote(where, 1, [[0, True]], phone="b" * 16) == 1, "another phone at the same address is not kept waiting"
    clock.now += 1
    assert vote(where, 1, [[15, True]]) == 1
    clock.now += 1e6
    for item in range(int(hall.BURST)):  # what it did not send is not saved up
        vote(where, 1, [[item, True]])
    with pytest.raises(TooOften):
        vote(where, 1, [[14, True]])


def test_a_flood_of_made_up_phones_takes_places_from_its_own_address_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "MOST_PHONES", 20)
    where = Hall("ABCDE", Clock())
    where.begin(round_of([True, False]))
    assert vote(where, 1, [[0, True]], address="10.0.0.1 ") == 1
    refused = 0
    for number in range(100):
        try:
            vote(where, 1, [[0, True]], phone=f"{number:016d}", address="6.6.6.6 ")
        except TooOften:
            refused += 1
    assert refused >= 80 and where.crowd.n == 20 and len(where.phones) <= 41
    assert vote(where, 1, [[1, True]], address="10.0.0.1 ") == 1, "who was here before still votes"
    assert vote(where, 1, [[0, True]], address="10.0.0.2 ") == 1, "who comes from elsewhere gets in"


def test_rounds_are_bounded_and_old_pictures_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "MOST_ROUNDS", 4)
    where = Hall("ABCDE", Clock())
    for _ in range(4):
        where.begin(round_of([True, False], cells=9))
    assert [bool(one.sheet) for one in where.rounds] == [False, False, True, True]
    with pytest.raises(Late, match="4 rounds"):
        where.begin(round_of([True]))


def test_the_sheet_has_an_item_a_row() -> None:
    images = np.zeros((2, 9, 28, 28), np.uint8)
    images[1, 8] = 200
    new = checked({"step": 0, "cells": 9, "real": [True, False]}, images.tobytes())
    shown = np.asarray(Image.open(io.BytesIO(new.sheet)))
    assert shown.shape == (56, 9 * 28) and (shown[28:, 8 * 28 :] == 200).all() and shown.sum() == 200 * 784


# ---- who follows


def test_phones_are_told_of_every_change_and_late_ones_how_it_stands() -> None:
    async def follow() -> list[dict[str, Any]]:
        where = Hall("ABCDE", Clock())
        events, told = where.follow(), []

        async def next_told(stream: Any) -> dict[str, Any]:
            async with asyncio.timeout(5):
                event = await anext(stream)
            return dict(json.loads(event.partition(b"data: ")[2]))

        told.append(await next_told(events))
        where.begin(round_of([True, False]))
        told.append(await next_told(events))
        late = where.follow()
        assert await next_told(late) == told[-1]
        where.close()
        told.append(await next_told(events))
        where.end()
        told.append(await next_told(events))
        with pytest.raises(StopAsyncIteration):
            await anext(events)
        await late.aclose()
        return told

    before, opened, closed, ended = asyncio.run(follow())
    assert before == {"round": 0, "over": False}
    assert opened == {"round": 1, "step": 7, "cells": 1, "items": 2, "open": True, "over": False}
    assert closed == {**opened, "open": False, "real": [True, False]}
    assert ended == {"round": 0, "over": True}


# ---- halls


def test_halls_expire_give_way_and_are_found_in_small_letters() -> None:
    clock = Clock()
    all_ = halls.Halls(clock)
    first = all_.begin()
    assert all_.find(first.name.lower()) is first
    clock.now += halls.IDLE_SECONDS - 1
    assert all_.find(first.name) is first
    first.begin(round_of([True]))  # a round keeps it
    clock.now += halls.IDLE_SECONDS - 1
    assert all_.find(first.name) is first
    clock.now += 2
    with pytest.raises(halls.NoSuchHall):
        all_.find(first.name)
    assert first.over, "who still listens hears that it is over"
    opened = [all_.begin() for _ in range(halls.MOST_HALLS + 1)]
    assert opened[0].over and [one.over for one in opened[1:]] == [False] * halls.MOST_HALLS
    assert len({one.name for one in opened}) == len(opened)


def test_only_whoever_has_control_opens_a_hall_and_begins_rounds() -> None:
    for path in ("/gan/halls", "/gan/halls/ABCDE"):
        rule = table.find("POST", path)
        assert rule is not None and rule.right is Right.CONTROL
    votes = table.find("POST", "/gan/halls/ABCDE/votes")
    assert votes is not None and votes.right is Right.ANYONE and votes.limit <= 4096
    assert (events := table.find("GET", "/gan/halls/ABCDE/events")) and events.stream


def ask(client: TestClient, path: str, body: Any) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, content=json.dumps(body))
    return answer.status_code, answer.json()


def test_the_routes_from_the_opening_to_the_end(tmp_path: Path) -> None:
    client = TestClient(routes.application(Settings(checkpoints=tmp_path, runs=tmp_path)))
    name = ask(client, "/halls", {})[1]["hall"]
    assert len(name) == halls.NAME and set(name) <= set(halls.LETTERS)
    page = client.get(f"/halls/{name}")
    assert page.headers["content-type"].startswith("text/html") and f'data-hall="{name}"' in page.text
    assert "<script>" not in client.get("/halls/<script>").text
    images = base64.urlsafe_b64encode(bytes([9]) * 2 * 784).decode().rstrip("=")
    begin = {"do": "begin", "step": 3, "cells": 1, "real": [True, False], "judge": [1, 2, 0, 2], "images": images}
    assert ask(client, f"/halls/{name}", begin) == (200, {"round": 1})
    assert client.get(f"/halls/{name}/1.png").content.startswith(b"\x89PNG")
    assert ask(client, f"/halls/{name}/votes", {"phone": PHONE, "round": 1, "votes": [[0, True]]}) == (200, {"counted": 1})
    assert ask(client, f"/halls/{name}", {"do": "close"}) == (200, {"hall": name})
    state = client.get(f"/halls/{name}/state.json").json()
    assert state["rounds"][0]["counts"] == [1, 0, 0, 0] and state["rounds"][0]["judge"] == [1, 2, 0, 2] and state["phones"] == 1
    assert client.get(f"/halls/{name}/state.json?since=9").json()["rounds"] == []
    for path, body, status in (
        (f"/halls/{name}/votes", {"phone": PHONE, "round": 1, "votes": [[1, True]]}, 409),
        (f"/halls/{name}/votes", [], 400),
        (f"/halls/{name}", {"do": "dance"}, 400),
        (f"/halls/{name}", {**begin, "images": "!"}, 400),
        ("/halls/ZZZZZ/votes", {}, 404),
        ("/halls/ZZZZZ", {"do": "close"}, 404),
    ):
        came, told = ask(client, path, body)
        assert came == status and len(told["error"]) > 15, (path, told)
    for path in (f"/halls/{name}/2.png", f"/halls/{name}/x.png", "/halls/ZZZZZ/1.png", "/halls/ZZZZZ/state.json", "/halls/ZZZZZ/events"):
        assert client.get(path).status_code in (400, 404)
    assert ask(client, f"/halls/{name}", {"do": "end"})[0] == 200
    assert client.get(f"/halls/{name}/state.json").status_code == 404


def test_too_many_requests_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hall, "A_SECOND", 0.0)  # however long the requests take
    client = TestClient(routes.application(Settings(checkpoints=tmp_path, runs=tmp_path)))
    name = ask(client, "/halls", {})[1]["hall"]
    answers = [ask(client, f"/halls/{name}/votes", {"phone": PHONE, "round": 1, "votes": [[0, True]]})[0] for _ in range(8)]
    assert answers == [409] * 6 + [429] * 2


def test_nobody_opens_a_hall_where_nobody_has_control(tmp_path: Path) -> None:
    client = TestClient(routes.application(Settings(checkpoints=tmp_path, runs=tmp_path, control="token", token="a-secret-token")))
    assert ask(client, "/halls", {})[0] == 403
    assert client.post("/halls", content="{}", headers={"x-gan-control": "a-secret-token"}).status_code == 200


def test_errors_of_a_hall_are_a_persons_to_mend() -> None:
    assert all(issubclass(one, GanCoreError) for one in (Late, TooOften, halls.NoSuchHall))
