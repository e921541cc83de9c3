"""The saved state of a training: weights, optimizers, random state and where the loop stood, in a file that is whole or not there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from gan_core.errors import RunError
from gan_core.runs import branching
from gan_core.runs.run import Run
from gan_core.storage import files

LOOP = "loop/"  # begins the names of what is no variable


@dataclass(frozen=True)
class Saved:
    """A state as it was read.

    Args:
        variables: by the names of `Objective.state`.
        step, seconds, shown: of the training so far; `shown` are real pictures, None where an earlier version did not count them.
        sums, count: metrics since the last report.
        damage: what is wrong with a newer state, in whose place this one was taken; "" where nothing is.
    """

    variables: dict[str, np.ndarray]
    step: int
    seconds: float
    shown: int | None
    sums: np.ndarray
    count: int
    damage: str = ""


def write(run: Run, saved: Saved) -> None:
    """Save it as the run's newest state. Raises OSError."""
    tensors = {**saved.variables, "loop/step": np.array(saved.step), "loop/seconds": np.array(saved.seconds), "loop/sums": saved.sums,
               "loop/count": np.array(saved.count), "loop/shown": np.array(saved.shown or 0)}  # fmt: skip
    folder = run.folder / "state"
    folder.mkdir(exist_ok=True)
    files.write_bytes(folder / "state.safetensors", save_tensors(tensors), make_folders=False)


def newest(run: Run) -> Saved | None:
    """The state to go on from: the newest, or where that is damaged the newest kept one; None for a run that has none yet.

    Raises: RunError when there are some and none can be read.
    """
    damage = ""
    kept = [run.folder / "states" / f"{step:07d}.safetensors" for step in reversed(branching.kept_steps(run))]
    for path in [run.folder / "state" / "state.safetensors", *kept]:
        try:
            return _read(path, damage)
        except FileNotFoundError:
            continue
        except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
            damage = damage or f"{path.name} cannot be read ({error})"
    if damage:
        raise RunError(f"the state of run {run.id!r} is damaged: {damage}, and no kept one can be. Start a new run.")
    return None


def _read(path: Path, damage: str) -> Saved:
    tensors = load_tensors(path.read_bytes())
    loop = {name.removeprefix(LOOP): tensors.pop(name) for name in list(tensors) if name.startswith(LOOP)}
    shown = int(loop["shown"]) if "shown" in loop else None
    step, seconds, count = int(loop["step"]), float(loop["seconds"]), int(loop["count"])
    if step < 0 or not np.isfinite(seconds):
        raise ValueError(f"it stands at step {step} after {seconds} seconds")
    return Saved(tensors, step, seconds, shown, loop["sums"], count, damage)
