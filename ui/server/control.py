"""Hands on a run from a page: pause, slow motion, steps by hand, changes in flight, and going back with a change (docs/formats.md, section 5)."""

from __future__ import annotations

import dataclasses

from gan_core import runs
from gan_core.config import check_choice, check_integer
from gan_core.errors import ConfigError
from gan_core.runs import branching, control, lab
from ui.server import runlist
from ui.settings import Settings
from ui.site import replay
from ui.train import access, brought, data, scheduler, visitors


def obey(settings: Settings, request: access.Asks, name: str, body: object) -> dict[str, object]:
    """`POST gan/runs/<id>/control`: leave the wish in the run's folder, for its training process to read.

    Args:
        request: whose headers say who asks.
        body: the JSON of the request, which may be anything.
    Returns: `{"run", "wish"}`: how the run is wished to be now.
    Raises: Forbidden, ConfigError, RunError.
    """
    run = _theirs(settings, request, name)
    if access.has_control(settings, access.key_of(settings, request)):
        desired = control.ask(run, body)
    else:
        desired = control.ask(run, body, visitors.check_settings)
    return {"run": run.id, "wish": dataclasses.asdict(desired)}


def branch(settings: Settings, request: access.Asks, name: str, body: object) -> dict[str, object]:
    """`POST gan/runs/<id>/branch`: a new run that goes on from an earlier moment of this one with changed settings.

    The run itself is asked to stop where it still trains, as the new one takes its place.
    Args:
        body: `{"step": where to go back to, "settings": {name: value}}`; the last kept state at or before the step is taken.
    Returns: `{"run": id of the new one, "step": where it begins, "place": its place in line, 0 when it starts at once}`.
    Raises: Forbidden, ConfigError, RunError.
    """
    parent = _theirs(settings, request, name)
    if not isinstance(body, dict):
        raise ConfigError(f"the request is {type(body).__name__}; expected an object with 'step' and 'settings'.")
    for field in body:
        check_choice("a field of the request", field, ("step", "settings"))
    step = check_integer("step", body.get("step"), 0, 10_000_000)
    changed = body.get("settings") or {}
    train = control.settings_now(parent)
    if changed:
        train = control.merged(train, control.check_settings(parent, changed, control.WHEN_BRANCHING))
    run, place = scheduler.enter(
        settings,
        access.key_of(settings, request),
        parent.model_config(),
        train,
        lambda ticket: branching.branch(settings.runs, parent, step, changed, ticket),
        instead_of=parent,
    )
    begins = run.config().get("parent")
    return {"run": run.id, "step": begins["step"] if begins else step, "place": place}


def forget(settings: Settings, request: access.Asks, name: str, body: object) -> dict[str, object]:
    """`POST gan/runs/<id>/own`, as `brought.forget`. Raises Forbidden, ConfigError, RunError."""
    return brought.forget(_theirs(settings, request, name), body)


def _theirs(settings: Settings, request: access.Asks, name: str) -> runs.Run:
    """The run, for who may control it; anybody else gets the same answer whether it is there or not. Raises Forbidden, RunError, ConfigError."""
    try:
        run = runlist.run(settings, name)
    except runlist.NoSuchRun:
        access.may_control(settings, request)
        raise
    access.may_control(settings, request, run.owner())
    return run


def failures(settings: Settings) -> dict[str, object]:
    """`GET gan/lab.json`."""
    return replay.laboratory(settings.recordings)


def provoke(settings: Settings, request: access.Asks, body: object) -> dict[str, object]:
    """`POST gan/lab`: start a run that goes wrong on purpose, on MNIST where it is on this machine.

    Args:
        body: `{"failure": name}`.
    Returns: `{"run", "place"}`.
    Raises: Forbidden, ConfigError, RunError.
    """
    if not isinstance(body, dict) or set(body) != {"failure"}:
        raise ConfigError("the request has no 'failure', or more than that; expected {'failure': one of gan/lab.json}.")
    model, train = lab.configs(body["failure"], data.default_dataset())
    access.may_start_by(settings, request)
    run, place = scheduler.start(settings, model, train, access.key_of(settings, request))
    return {"run": run.id, "place": place}
