"""Hands on a run: what a person asks of the training process, and what has been changed in flight (docs/formats.md, section 4).

`control.json` says how the run should be, not what to do next, so reading it twice does no harm and a lost reading loses nothing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
from dataclasses import dataclass, field
from typing import Any

from gan_core import families
from gan_core.config import TrainConfig, check_choice, check_number, shown
from gan_core.errors import ConfigError, GanCoreError, RunError
from gan_core.runs.run import ACTIVE, Run
from gan_core.settings import described, names
from gan_core.storage import files, locks

FORMAT = 1
MODES = ("run", "pause", "slow")
PARTS = ("both", "d", "g")
ACTIONS = ("pause", "resume", "slow", "step", "change", "stop")
IN_FLIGHT = names(TrainConfig, "in_flight")
WHEN_BRANCHING = names(TrainConfig, "in_flight", "branching")
SLOWEST, FASTEST = 0.1, 20.0  # steps a second in slow motion


@dataclass(frozen=True)
class Wish:
    """How the run should be now.

    Args:
        rate: steps a second in mode 'slow'.
        taps: steps by hand asked for so far, by part; the training process takes the ones it has not taken yet.
        settings: fields of TrainConfig that were asked for in flight.
    """

    stop: bool = False
    mode: str = "run"
    rate: float = 2.0
    taps: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    settings: dict[str, Any] = field(default_factory=dict)


def read(run: Run) -> Wish:
    """What lies in `control.json`; the plain wish to train where there is nothing that can be read."""
    with contextlib.suppress(OSError, ValueError, AttributeError, TypeError, GanCoreError):
        found = files.read_json(run.folder / "control.json")
        if found.get("request") == "stop":
            return Wish(stop=True)
        if found.get("format") == FORMAT:
            taps = {part: int(found.get("taps", {}).get(part, 0)) for part in PARTS}
            mode = check_choice("mode", found.get("mode", "run"), MODES)
            return Wish(False, mode, check_number("rate", found.get("rate", 2.0), SLOWEST, FASTEST), taps, dict(found.get("settings", {})))
    return Wish()


def ask(run: Run, request: Any) -> Wish:
    """Leave a wish for the training process of `run`.

    Args:
        request: `{"do": one of ACTIONS}`, for 'slow' with `rate`, for 'step' with `part`, for 'change' with `settings`.
    Returns: what is wished for now.
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
    state = run.status()["state"]
    if state not in ACTIVE:
        raise RunError(f"{run.id} is not training (it is {state}); nobody is there to {action}. Resume it first, or start a new run.")
    try:
        lock = locks.take(run.folder / "control.lock", seconds=5)  # a tap more is read, counted and written
        if lock is None:
            raise RunError(f"{run.id} is being controlled by somebody else at this moment. Try again.")
        try:
            wish = _with(run, read(run), action, request)
            _write(run, wish)
        finally:
            os.close(lock)
    except OSError as error:
        run.check_there()
        raise RunError(
            f"{run.id} cannot be told to {action} ({error.strerror}); it goes on as before. Free some disk space, then try again."
        ) from error
    return wish


def _with(run: Run, wish: Wish, action: str, request: dict[str, Any]) -> Wish:
    if action == "stop" or wish.stop:
        return Wish(stop=True)
    if action in ("pause", "resume"):
        return dataclasses.replace(wish, mode="pause" if action == "pause" else "run")
    if action == "slow":
        return dataclasses.replace(wish, mode="slow", rate=check_number("rate", request.get("rate", wish.rate), SLOWEST, FASTEST))
    if action == "step":
        part = check_choice("part", request.get("part", "both"), PARTS)
        if part != "both" and not adversarial(run):
            raise ConfigError(f"part is {part!r}; this model has no discriminator, expected 'both'.")
        return dataclasses.replace(wish, mode="pause", taps={**wish.taps, part: wish.taps[part] + 1})
    asked = check_settings(run, request.get("settings"), IN_FLIGHT)
    merged(settings_now(run), {**wish.settings, **asked})
    return dataclasses.replace(wish, settings={**wish.settings, **asked})


def _write(run: Run, wish: Wish) -> None:
    content = {"format": FORMAT, "request": "stop" if wish.stop else None, **dataclasses.asdict(wish)}
    content.pop("stop")
    files.write_json(run.folder / "control.json", content, make_folders=False)


def adversarial(run: Run) -> bool:
    """Whether the run has a discriminator."""
    return families.get(run.model_config().family).objective != "reconstruction"


def check_settings(run: Run, settings: Any, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Settings that may be changed, as TrainConfig keeps them. Raises ConfigError."""
    duel = adversarial(run)
    possible = [name for name in allowed if duel or not described(TrainConfig)[name].duel]
    if not isinstance(settings, dict) or not settings:
        raise ConfigError(f"settings is {shown(settings)}; expected an object with some of: {', '.join(possible)}.")
    for name in settings:
        check_choice("the setting to change", name, possible)
    return {name: described(TrainConfig)[name].check(value) for name, value in settings.items()}


def merged(train: TrainConfig, settings: dict[str, Any]) -> TrainConfig:
    """`train` with `settings` on top; a step in one stage becomes one in two where the settings need that. Raises ConfigError."""
    return TrainConfig.changed(train.to_dict(), settings)


# ---- what has been changed: one line a change in `changes.jsonl`, written before it takes effect


def changes(run: Run) -> list[dict[str, Any]]:
    """`[{"step", "settings": {name: [before, after]}}]`, in order; a line that was never finished is left out."""
    try:
        lines = (run.folder / "changes.jsonl").read_bytes().split(b"\n")[:-1]
    except OSError:
        return []
    found = []
    for line in lines:
        with contextlib.suppress(ValueError):
            found.append(json.loads(line))
    return found


def difference(step: int, before: TrainConfig, after: TrainConfig) -> dict[str, Any]:
    """The change from one to the other, as it is recorded and shown."""
    old, new = before.to_dict(), after.to_dict()
    return {"step": step, "settings": {name: [old[name], new[name]] for name in new if new[name] != old[name]}}


def record(run: Run, change: dict[str, Any]) -> None:
    """Add a change to the run's record."""
    with open(run.folder / "changes.jsonl", "ab") as file:
        file.write(json.dumps(change, allow_nan=False).encode() + b"\n")


def rewind(run: Run, step: int) -> None:
    """Forget the changes after `step`: they are asked for again, or not."""
    kept = [change for change in changes(run) if change["step"] <= step]
    if (run.folder / "changes.jsonl").exists():
        lines = b"".join(json.dumps(change).encode() + b"\n" for change in kept)
        files.write_bytes(run.folder / "changes.jsonl", lines, make_folders=False)


def settings_now(run: Run) -> TrainConfig:
    """How the run is trained now: what its config asked for, and every change since. Raises RunError or ConfigError."""
    train = run.train_config()
    for change in changes(run):
        train = merged(train, {name: after for name, (_, after) in change["settings"].items()})
    return train
