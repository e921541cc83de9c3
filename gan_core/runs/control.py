"""Hands on a run: what a person asks of the training process, and what has been changed in flight (docs/formats.md, section 4).

`control.json` says how the run should be, not what to do next, so reading it twice does no harm and a lost reading loses nothing. It is
written here and nowhere else: each change is read, made and written under `control.lock`, so two who ask at once lose nothing either.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from collections.abc import Callable

from gan_core import families
from gan_core.config import TrainConfig, check_choice, check_number, shown
from gan_core.errors import ConfigError, GanCoreError, RunError
from gan_core.runs import reading
from gan_core.runs.records import PARTS, Change, DesiredState, Setting
from gan_core.runs.run import ACTIVE, Run
from gan_core.settings import described, names
from gan_core.storage import files, locks

FORMAT = 1
MODES = ("run", "pause", "slow")
ACTIONS = ("pause", "resume", "slow", "step", "change", "stop")
IN_FLIGHT = names(TrainConfig, "in_flight")
WHEN_BRANCHING = names(TrainConfig, "in_flight", "branching")
SLOWEST, FASTEST = 0.1, 20.0  # steps a second in slow motion
MOST_TAPS = 1_000_000


def read(run: Run) -> DesiredState:
    """What lies in `control.json`; the plain wish to train where there is nothing that can be read."""
    with contextlib.suppress(OSError, ValueError, GanCoreError):
        stored = reading.small(run.folder / "control.json")
        if stored.get("request") == "stop":
            return DesiredState(stop=True)
        if stored.get("format") == FORMAT:
            counted = stored.get("taps")
            counts = counted if isinstance(counted, dict) else {}
            taps = {part: min(reading.whole(counts.get(part)) or 0, MOST_TAPS) for part in PARTS}
            mode = check_choice("mode", stored.get("mode", "run"), MODES)
            rate = check_number("rate", stored.get("rate", 2.0), SLOWEST, FASTEST)
            return DesiredState(False, mode, rate, taps, reading.settings(stored.get("settings")))
    return DesiredState()


def ask(run: Run, request: object, check: Callable[[TrainConfig], None] = lambda train: None) -> DesiredState:
    """Leave word for the training process of `run`.

    Args:
        request: `{"do": one of ACTIONS}`, for 'slow' with `rate`, for 'step' with `part`, for 'change' with `settings`.
        check: raises for settings that whoever asks may not have the run trained with.
    Returns: how it should be now.
    Raises: ConfigError for what cannot be asked for; RunError when the run is not training.
    """
    if not isinstance(request, dict):
        raise ConfigError(f"the request is {type(request).__name__}; expected an object with 'do': {', '.join(ACTIONS)}.")
    action = check_choice("do", request.get("do"), ACTIONS)
    extra = {"slow": {"rate"}, "step": {"part"}, "change": {"settings"}}.get(action, set())
    unknown = sorted(map(str, set(request) - {"do"} - extra))
    if unknown:
        expected = ", ".join(sorted(extra)) or "nothing more"
        raise ConfigError(f"unknown field {unknown[0][:60]!r} in the request to {action}; expected {expected}.")
    run.check_there()
    busy = RunError(f"{run.id} is being controlled by somebody else at this moment. Try again.")
    try:
        with locks.holding(run.folder / "control.lock", 5, busy):
            state = run.status()["state"]  # in the lock: a process that ends takes away what lies there, and nothing comes after it
            if state not in ACTIVE:
                raise RunError(
                    f"{run.id} is not training (it is {state}); nobody is there to {action}. Resume it first, or start a new run."
                )
            desired = _with(run, read(run), action, request, check)
            _write(run, desired)
    except OSError as error:
        run.check_there()
        raise RunError(
            f"{run.id} cannot be told to {action} ({error.strerror}); it goes on as before. Free some disk space, then try again."
        ) from error
    return desired


def stop(run: Run) -> None:
    """Ask the training of `run` to save and end. Raises RunError when it is not training."""
    ask(run, {"do": "stop"})


def clear(run: Run) -> None:
    """Take away what lies there: it has been obeyed, came too late, or was meant for a process that is gone. Raises OSError, RunError."""
    path = run.folder / "control.json"
    if not path.exists():
        return  # where nobody has asked for anything there need be no lock either
    run.check_there()
    lock = locks.take(run.folder / "control.lock", 5)
    try:
        path.unlink(missing_ok=True)
    finally:
        if lock is not None:
            os.close(lock)


def clear_stale(run: Run, launched: bool) -> None:
    """Take away what was asked of an earlier process; whoever holds the run does this before it looks at anything.

    Args:
        launched: this process was started with the run's lock; who launched it has cleared, so what lies there is meant for this process.
    """
    mine = launched
    with contextlib.suppress(RunError):  # a damaged status is of an earlier process, too
        status = run.status()
        mine |= status["state"] == "starting" and status["pid"] == os.getpid()
    if not mine:
        clear(run)


def _with(run: Run, desired: DesiredState, action: str, request: dict[str, object], check: Callable[[TrainConfig], None]) -> DesiredState:
    if action == "stop" or desired.stop:
        return DesiredState(stop=True)
    if action in ("pause", "resume"):
        return dataclasses.replace(desired, mode="pause" if action == "pause" else "run")
    if action == "slow":
        return dataclasses.replace(desired, mode="slow", rate=check_number("rate", request.get("rate", desired.rate), SLOWEST, FASTEST))
    if action == "step":
        part = check_choice("part", request.get("part", "both"), PARTS)
        if part != "both" and not adversarial(run):
            raise ConfigError(f"part is {part!r}; this model has no discriminator, expected 'both'.")
        return dataclasses.replace(desired, mode="pause", taps={**desired.taps, part: desired.taps[part] + 1})
    requested = check_settings(run, request.get("settings"), IN_FLIGHT)
    check(merged(settings_now(run), {**desired.settings, **requested}))
    return dataclasses.replace(desired, settings={**desired.settings, **requested})


def _write(run: Run, desired: DesiredState) -> None:
    content = {"format": FORMAT, "request": "stop" if desired.stop else None, **dataclasses.asdict(desired)}
    content.pop("stop")
    files.write_json(run.folder / "control.json", content, make_folders=False)


def adversarial(run: Run) -> bool:
    """Whether the run has a discriminator."""
    return families.get(run.model_config().family).has_discriminator


def check_settings(run: Run, settings: object, allowed: tuple[str, ...]) -> dict[str, Setting]:
    """Settings that may be changed, as TrainConfig keeps them. Raises ConfigError."""
    duel = adversarial(run)
    possible = [name for name in allowed if duel or not described(TrainConfig)[name].duel]
    if not isinstance(settings, dict) or not settings:
        raise ConfigError(f"settings is {shown(settings)}; expected an object with some of: {', '.join(possible)}.")
    for name in settings:
        check_choice("the setting to change", name, possible)
    return {name: described(TrainConfig)[name].check(value) for name, value in settings.items()}


def merged(train: TrainConfig, settings: dict[str, Setting]) -> TrainConfig:
    """`train` with `settings` on top; a step in one stage becomes one in two where the settings need that. Raises ConfigError."""
    return TrainConfig.changed(train.to_dict(), settings)


# ---- what has been changed: one line a change in `changes.jsonl`, written before it takes effect


def changes(run: Run) -> list[Change]:
    """The changes in order; a line that is none, or was never finished, is left out."""
    return list(reading.lines(run.folder / "changes.jsonl", reading.change))


def difference(step: int, before: TrainConfig, after: TrainConfig) -> Change:
    """The change from one to the other, as it is recorded and shown."""
    old, new = before.values(), after.values()
    return {"step": step, "settings": {name: [old[name], new[name]] for name in new if new[name] != old[name]}}


def record(run: Run, change: Change) -> None:
    """Add a change to the run's record; the state of its step is saved before, so that no resume stands earlier than what is recorded."""
    with open(run.folder / "changes.jsonl", "ab") as file:
        file.write(json.dumps(change, allow_nan=False).encode() + b"\n")


def rewind(run: Run, step: int) -> None:
    """Forget the changes after `step`: they are asked for again, or not."""
    if (run.folder / "changes.jsonl").exists():
        lines = b"".join(json.dumps(change).encode() + b"\n" for change in changes(run) if change["step"] <= step)
        files.write_bytes(run.folder / "changes.jsonl", lines, make_folders=False)


def settings_now(run: Run, step: int | None = None) -> TrainConfig:
    """How the run is trained now, or was after `step` steps: what its config asks for, and every change until then.

    Raises: RunError or ConfigError.
    """
    train = run.train_config()
    for change in changes(run):
        if step is None or change["step"] <= step:
            train = merged(train, {name: after for name, (_, after) in change["settings"].items()})
    return train


def time_is_up(minutes: float) -> str:
    """The sentence of a run that has trained for as long as a visitor's may."""
    return f"A visitor's run has {minutes:g} minutes here; they were up."
