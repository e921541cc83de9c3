"""What a visitor's run may cost: a stranger whom the owner lets train gets one run, of bounded size and bounded time."""

from __future__ import annotations

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.errors import RunError
from gan_core.runs import learned
from ui.settings import Settings

# The largest of what the shipped presets take; memory and the time of one step go with them, and a stop waits for a step.
MOST = {"batch_size": 256, "latent_dim": 256, "d_steps": 5}
MOST_REPORTS = 200  # each has pictures and networks on the disk


def check(settings: Settings, model: ModelConfig, train: TrainConfig) -> None:
    """The limits of a run that is not its owner's. Raises RunError."""
    if train.steps > settings.visitor_steps:
        raise RunError(f"steps is {train.steps:,}; a visitor's run has at most {settings.visitor_steps:,} here. Choose fewer.")
    if model.latent_dim > MOST["latent_dim"]:
        raise RunError(
            f"the latent size is {model.latent_dim:,}; a visitor's run has at most {MOST['latent_dim']} here. Choose a smaller one."
        )
    check_settings(train)
    if not learned.came_along(settings.runs, train.dataset):  # theirs, as the form or the run that names it has made sure
        check_data(train.dataset)
    if train.report_every and train.steps / train.report_every > MOST_REPORTS:
        raise RunError(
            f"it would report {train.steps // train.report_every:,} times; a visitor's run does so {MOST_REPORTS} times at most."
        )


def check_settings(train: TrainConfig) -> None:
    """The limits of what can also be changed in flight. Raises RunError."""
    if train.batch_size > MOST["batch_size"]:
        raise RunError(
            f"the batch size is {train.batch_size:,}; a visitor's run has at most {MOST['batch_size']} here. Choose a smaller one."
        )
    if train.d_steps > MOST["d_steps"]:
        raise RunError(f"the discriminator steps are {train.d_steps}; a visitor's run has at most {MOST['d_steps']} here. Choose fewer.")


def check_data(dataset: str) -> None:
    """A visitor names no paths and has nothing downloaded; the answer does not tell whether a path is there. Raises RunError."""
    if dataset not in catalog.DATASETS or not catalog.available(dataset):
        there = ", ".join(name for name in catalog.names() if catalog.available(name))
        raise RunError(f"the data set is {dataset[:60]!r}; a visitor's run takes one that is on this machine: {there}.")


def check_time(run: runs.Run) -> None:
    """Whether a run with a limit may still train: what it has used is counted in the run, whoever stops and resumes it. Raises RunError."""
    ticket = run.ticket()
    if ticket and ticket["minutes"] is not None and run.used() >= 60 * ticket["minutes"]:
        raise RunError(
            f"{run.id} has trained for its {ticket['minutes']:g} minutes, which is all that a visitor's run has here. Start a new run."
        )


def check_only(theirs: list[runs.Run]) -> None:
    """One run each, resumed and waiting ones included. Raises RunError."""
    if theirs:
        raise RunError("You have a run that trains or waits already; expected one at a time. Stop that one first.")
