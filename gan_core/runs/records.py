"""What the files of a run hold, as types: reports, changes, alarms, status, settings, ticket (docs/formats.md, section 4). `reading` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NotRequired, Required, TypedDict

Setting = bool | int | float | str  # the value of a field of TrainConfig
PARTS = ("both", "d", "g")  # of a step by hand

# One line of `changes.jsonl`; `settings` has [before, after] by name, `from` the parent where the change began a branch.
Change = TypedDict("Change", {"step": int, "settings": dict[str, list[Setting]], "from": NotRequired[str]})


class Alarm(TypedDict):
    """What is going wrong (`alarms.py`): since which step, by which figures, what usually helps, and the kept step to go back to."""

    kind: str
    accuses: bool
    since: int
    numbers: dict[str, float | None]
    settings: dict[str, Setting]
    last_good: int | None


class Report(TypedDict, total=False):
    """One line of `progress.jsonl`. A figure is None where there was nothing to measure, missing where it does not apply or was not looked at.

    A family may measure more than is named here: `figure` reads any of them.
    """

    step: Required[int]
    epoch: float
    seconds: float  # of training
    g_loss: float | None
    d_loss: float | None
    d_real: float | None
    d_fake: float | None
    d_accuracy_real: float | None
    d_accuracy_fake: float | None
    loss: float | None
    val_loss: float | None
    digits: list[float]  # shares of the ten
    confident: float | None
    evenness: float | None
    variety: float | None
    distance: float | None
    label_accuracy: float | None
    look_seconds: float | None
    images_per_second: float | None
    seconds_left: float | None
    changes: list[Change]
    alarms: list[Alarm]


def figure(report: Report | Milestone, name: str) -> float | None:
    """The figure of that name, None where the report has none."""
    value: object = report.get(name)
    return float(value) if isinstance(value, int | float) else None


class Milestone(TypedDict, total=False):
    """One row of `reached.json`: the figures at the last look before `after` seconds of training."""

    after: Required[float]
    step: Required[int]
    seconds: Required[float]
    distance: float | None
    confident: float | None
    evenness: float | None
    variety: float | None
    label_accuracy: float | None
    digits: list[float]
    val_loss: float | None


class Hand(TypedDict, total=False):
    """What a person's hand in a training shows: how it goes, the turns that were taken last, the settings of now."""

    mode: Required[str]
    step: Required[int]
    rate: float
    part: str
    numbers: dict[str, dict[str, float]]
    settings: dict[str, Setting]


class Status(TypedDict):
    """`status.json`, with state 'interrupted' where it says active and no process holds the run."""

    state: str
    step: int
    steps: int
    reason: str
    updated: float  # unix seconds
    pid: int | None
    started: float | None  # unix seconds
    launched: bool  # its process had the lock from the first instant on
    used: float  # seconds in which a process held it, of all its processes together
    phases: dict[str, float]  # when each part of its start began, unix seconds (`startup.py`)
    alarms: list[Alarm]
    hand: Hand | None
    checkpoint: str | None  # what it was kept as
    place: NotRequired[int]  # in line, told by the web process


class Parent(TypedDict):
    """Where a branch begins."""

    run: str
    step: int


class Recorded(TypedDict):
    """Of a recording: the failure of the lab, and when it was cured (None where the cure begins another run)."""

    failure: str
    cured_at: int | None
    cores: int | None


class RunConfig(TypedDict):
    """`config.json` of a run: what was asked for. `model` and `train` are checked when they become ModelConfig and TrainConfig."""

    format: int
    id: str
    model: dict[str, object]
    train: dict[str, object]
    created: float  # unix seconds
    parent: NotRequired[Parent]
    begun: NotRequired[str]  # the model whose networks it began with
    recorded: NotRequired[Recorded]


class Session(TypedDict):
    """One line of `sessions.jsonl`: from which step on which machine trained it with which versions."""

    step: int
    machine: str
    versions: dict[str, str]


class Ticket(TypedDict):
    """`ticket.json` of a run that was started from a page: its number in the queue, a hash of its owner's key, how long it may train in all."""

    number: int
    owner: str
    minutes: float | None


class RunEntry(TypedDict):
    """A run as the browser's list names it (section 5)."""

    id: str
    state: str
    step: int
    steps: int
    family: str
    preset: str
    dataset: str
    created: float
    reason: str
    checkpoint: str | None
    place: NotRequired[int]
    recording: NotRequired[bool]
    failure: NotRequired[str]  # of the lab that a recording shows


@dataclass(frozen=True)
class DesiredState:
    """How a run should be now, as `control.json` says it.

    Args:
        mode: 'run', 'pause' or 'slow', at `rate` steps a second.
        taps: steps by hand asked for so far, by part; the training process takes the ones it has not taken yet.
        settings: fields of TrainConfig that were asked for in flight.
    """

    stop: bool = False
    mode: str = "run"
    rate: float = 2.0
    taps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    settings: dict[str, Setting] = field(default_factory=dict)
