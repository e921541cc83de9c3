"""The readers of a run's files: whatever bytes lie there, a typed record (`records.py`), or ValueError; in bounded time and memory.

What decides (the state, a step) must be right; a figure or a sentence that is none of what it should be is left out, as the rest is still
worth showing.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar, cast

from gan_core.runs.records import Alarm, Change, Hand, Milestone, Report, RunConfig, Session, Setting, Status, Ticket
from gan_core.storage import files

STATES = ("queued", "starting", "running", "paused", "stopped", "finished", "failed")
SMALL = 256_000  # bytes of a file that holds one object
LONGEST_LINE = 200_000  # bytes of a report; 500 to 3,000 are usual, more where much was changed since the one before
MOST_BYTES = 256 * 2**20  # of a file of lines: what comes after is not read
LONGEST_TEXT = 2000
MOST_ENTRIES = 200  # of a list or an object inside of a record
MAX_WHOLE = 10**12

_Record = TypeVar("_Record")


# ---- files


def small(path: Path) -> dict[str, object]:
    """The JSON of a file that holds one object. Raises OSError, ValueError."""
    return _object(files.read_json(path, SMALL, inside=path.parent), path.name)


def lines(path: Path, record: Callable[[object], _Record]) -> Iterator[_Record]:
    """The records in a file of lines, in order: those lines that are one. A line still being written is left for the next time.

    Nothing where the file is not there; one record is held at a time.
    """
    try:
        files.check_regular(path, sys.maxsize, inside=path.parent)
        with open(path, "rb") as file:
            while file.tell() < MOST_BYTES and (line := file.readline(LONGEST_LINE)):
                whole = line.endswith(b"\n")
                while not line.endswith(b"\n") and (line := file.readline(LONGEST_LINE)):
                    pass  # the rest of a line that is too long
                if whole and (read := one_line(line, record)) is not None:
                    yield read
    except (OSError, ValueError):
        return


def one_line(line: bytes, record: Callable[[object], _Record]) -> _Record | None:
    """The record in a line of JSON; None where there is none."""
    try:
        return record(files.parse_json(line)) if len(line) <= LONGEST_LINE else None
    except ValueError:
        return None


# ---- records: each takes any JSON value and raises ValueError where it is none


def report(value: object) -> Report:
    """One report: a step, and what else of it can be read."""
    given = _object(value, "a report")
    known: dict[str, object] = {"step": _step(given)}
    for name, entry in list(given.items())[:MOST_ENTRIES]:
        if name in _LISTS:
            if isinstance(entry, list) and (read := [part for part in map(_LISTS[name], entry[:MOST_ENTRIES]) if part is not None]):
                known[name] = read
        elif name != "step" and (entry is None or _number(entry) is not None):
            known[name] = entry
    if isinstance(known.get("digits"), list) and len(cast(list[float], known["digits"])) != 10:
        del known["digits"]
    return cast(Report, known)


def change(value: object) -> Change:
    """One change of settings."""
    given = _object(value, "a change")
    settings: dict[str, list[Setting]] = {}
    for name, pair in list(_object(given.get("settings"), "settings").items())[:MOST_ENTRIES]:
        if not isinstance(pair, list) or len(pair) != 2 or any(_setting(one) is None for one in pair):
            raise ValueError(f"the change of {name[:60]!r} is no [before, after]")
        settings[name] = pair
    read: Change = {"step": _step(given), "settings": settings}
    if isinstance(given.get("from"), str):
        read["from"] = text(given["from"])
    return read


def alarm(value: object) -> Alarm:
    """One alarm."""
    given = _object(value, "an alarm")
    numbers = {name: entry for name, entry in _entries(given.get("numbers")) if entry is None or _number(entry) is not None}
    last_good = given.get("last_good")
    return {"kind": text(given.get("kind")), "accuses": given.get("accuses") is True, "since": whole(given.get("since")) or 0,
            "numbers": cast(dict[str, float | None], numbers), "settings": settings(given.get("settings")),
            "last_good": whole(last_good)}  # fmt: skip


def milestone(value: object) -> Milestone:
    """One row of `reached.json`."""
    given = _object(value, "a row")
    after, seconds = _number(given.get("after")), _number(given.get("seconds"))
    if after is None or seconds is None:
        raise ValueError("the row has no 'after' or no 'seconds'")
    return cast(Milestone, {"after": given["after"], **report(given), "seconds": given["seconds"]})


def status(value: object) -> Status:
    """`status.json` as it lies there."""
    given = _object(value, "the status")
    state, updated = given.get("state"), _number(given.get("updated"))
    if state not in STATES or updated is None:
        raise ValueError(
            f"it says state {str(state)[:40]!r}, updated {str(given.get('updated'))[:40]!r}; expected one of {', '.join(STATES)}"
        )
    step, steps = whole(given.get("step", 0)), whole(given.get("steps", 0))
    if step is None or steps is None:
        raise ValueError(f"it says step {str(given.get('step'))[:40]!r} of {str(given.get('steps'))[:40]!r}; expected whole numbers")
    alarms = given.get("alarms")
    return {
        "state": str(state), "step": step, "steps": steps, "reason": text(given.get("reason")),
        "updated": updated, "pid": whole(given.get("pid")), "started": _number(given.get("started")), "launched": given.get("launched") is True,
        "used": max(0.0, _number(given.get("used")) or 0.0),
        "phases": {name: when for name, entry in _entries(given.get("phases")) if (when := _number(entry)) is not None},
        "hand": _hand(given.get("hand")), "checkpoint": None,
        "alarms": [one for one in map(_or_none(alarm), alarms[:MOST_ENTRIES]) if one is not None] if isinstance(alarms, list) else [],
    }  # fmt: skip


def config(value: object) -> RunConfig:
    """`config.json`, but for its format, which whoever reads it compares first."""
    given = _object(value, "the config")
    model, train = _object(given.get("model"), "model"), _object(given.get("train"), "train")
    for name in ("family", "preset"):
        if not isinstance(model.get(name), str):
            raise ValueError(f"model has no {name!r}")
    if not isinstance(train.get("dataset"), str):
        raise ValueError("train has no 'dataset'")
    read: RunConfig = {
        "format": whole(given.get("format")) or 0,
        "id": text(given.get("id")),
        "model": model,
        "train": train,
        "created": _number(given.get("created")) or 0.0,
    }
    parent, recorded = given.get("parent"), given.get("recorded")
    if isinstance(parent, dict):
        read["parent"] = {"run": text(parent.get("run")), "step": whole(parent.get("step")) or 0}
    if begun := text(given.get("begun")):
        read["begun"] = begun
    if isinstance(recorded, dict):
        cores = whole(recorded.get("cores"))
        read["recorded"] = {"failure": text(recorded.get("failure")), "cured_at": whole(recorded.get("cured_at")), "cores": cores}
    return read


def ticket(value: object) -> Ticket:
    """`ticket.json`; a number that is none is the first, minutes that are none are no limit."""
    given = _object(value, "the ticket")
    return {"number": whole(given.get("number")) or 0, "owner": text(given.get("owner")), "minutes": _number(given.get("minutes"))}


def session(value: object) -> Session:
    """One line of `sessions.jsonl`."""
    given = _object(value, "a session")
    versions = {name: text(version) for name, version in _entries(given.get("versions"))}
    return {"step": _step(given), "machine": text(given.get("machine")), "versions": versions}


# ---- values


def text(value: object) -> str:
    """A text of bounded length that can be written as UTF-8; "" for what is none."""
    return value[:LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """A whole number that is not negative; None for what is none."""
    number = _number(value)
    return int(number) if number is not None and 0 <= number <= MAX_WHOLE and number == int(number) else None


def settings(value: object) -> dict[str, Setting]:
    """Settings by name; what can be none is left out."""
    return {name: setting for name, entry in _entries(value) if (setting := _setting(entry)) is not None}


def _number(value: object) -> float | None:
    """A finite number; None for what is none. A whole one of thousands of digits is none either: no float holds it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e300 < value < 1e300:
        return None
    return float(value) if math.isfinite(value) else None


def _setting(value: object) -> Setting | None:
    return value if isinstance(value, bool | str) or _number(value) is not None else None  # type: ignore[return-value]


def _object(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError(f"{what} is {type(value).__name__}; expected an object")
    return value


def _entries(value: object) -> list[tuple[str, object]]:
    return list(value.items())[:MOST_ENTRIES] if isinstance(value, dict) else []


def _step(given: dict[str, object]) -> int:
    step = whole(given.get("step"))
    if step is None:
        raise ValueError("it has no step")
    return step


def _hand(value: object) -> Hand | None:
    if not isinstance(value, dict) or not isinstance(value.get("mode"), str):
        return None
    read: Hand = {"mode": text(value["mode"]), "step": whole(value.get("step")) or 0, "settings": settings(value.get("settings"))}
    if (rate := _number(value.get("rate"))) is not None:
        read["rate"] = rate
    if isinstance(value.get("part"), str):
        read["part"] = text(value["part"])
        turns = {turn: dict(_entries(numbers)) for turn, numbers in _entries(value.get("numbers"))}
        read["numbers"] = {
            turn: {name: number for name, one in numbers.items() if (number := _number(one)) is not None} for turn, numbers in turns.items()
        }
    return read


def _or_none(record: Callable[[object], _Record]) -> Callable[[object], _Record | None]:
    def read(value: object) -> _Record | None:
        try:
            return record(value)
        except ValueError:
            return None

    return read


_LISTS: dict[str, Callable[[object], object]] = {"digits": _number, "changes": _or_none(change), "alarms": _or_none(alarm)}
