"""A training that does not begin with random weights: the networks of a finished model, in their places in a new run's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gan_core.arrays import Array
from gan_core.errors import RunError
from gan_core.model.checkpoint_config import MAX_EPOCHS
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs.run import Run
from gan_core.storage import files, tensors
from gan_core.storage.fields import MAX_STEPS, Fields

FILE = "begin.safetensors"  # in a run's folder: what it begins with, as the checkpoint's weights.safetensors
PAST = "begin"  # in a run's folder: the moments of that model's own training, and `past.json`, which lists them
WEIGHTS = "weights.safetensors"  # of a checkpoint
PAST_BYTES = 100_000


@dataclass(frozen=True)
class Past:
    """The training before this one: how long it was, and its moments, by step the passes over the data.

    Args:
        folder: where the networks of those moments are, under the names that a checkpoint gives them.
    """

    step: int = 0
    epoch: float = 0.0
    seconds: float = 0.0
    moments: Mapping[int, float] = field(default_factory=dict)
    folder: Path = Path()


def moment_file(step: int, role: str = "generator") -> str:
    """What the network of a moment is called among the others, in a run's past as in a checkpoint."""
    return f"{step:04d}.safetensors" if role == "generator" else f"{step:04d}.{role}.safetensors"


def filling(checkpoint: Checkpoint) -> Callable[[Path], None]:
    """Puts a finished model's weights and the moments of its training into a new run's folder. Raises RunError where it has kept no weights."""
    if not checkpoint.has(WEIGHTS):
        raise RunError(
            f"{checkpoint.name} has kept no weights to begin with ({WEIGHTS}); expected a model that was trained here or is shipped."
        )
    checkpoint.tensors(WEIGHTS)  # its own error where it is damaged
    data, config = checkpoint.bytes(WEIGHTS), checkpoint.config
    networks = {moment_file(epoch.step): checkpoint.bytes(epoch.file) for epoch in config.epochs}
    networks |= {
        moment_file(epoch.step, "encoder"): checkpoint.bytes(epoch.encoder_file)
        for epoch in config.epochs
        if checkpoint.has(epoch.encoder_file)
    }
    past = {"step": config.step, "epoch": config.epoch, "seconds": config.seconds,
            "moments": [{"step": epoch.step, "epoch": epoch.epoch} for epoch in config.epochs]}  # fmt: skip

    def fill(folder: Path) -> None:
        files.write_bytes(folder / FILE, data)
        for name, network in networks.items():
            files.write_bytes(folder / PAST / name, network)
        files.write_json(folder / PAST / "past.json", past)

    return fill


def past(run: Run) -> Past:
    """The training before this one; of a run that began at random, or whose past cannot be read, one of no steps."""
    folder = run.folder / PAST
    try:
        stored = Fields(files.read_json(folder / "past.json", PAST_BYTES, inside=run.folder), "past.json")
        moments = {each.whole("step", 0, MAX_STEPS): each.number("epoch", 0, 1e9) for each in stored.objects("moments", MAX_EPOCHS)}
        there = {step: epoch for step, epoch in moments.items() if (folder / moment_file(step)).is_file()}
        return Past(stored.whole("step", 0, MAX_STEPS), stored.number("epoch", 0, 1e9), stored.number("seconds", 0, 1e12), there, folder)
    except (OSError, ValueError):
        return Past()


def placed(run: Run, variables: dict[str, tuple[int, ...]]) -> dict[str, Array]:
    """What variables a run begins with, of those of its networks that are as they were; {} where it begins at random.

    Args:
        variables: shapes of those that it has, by role, place and kind: `generator/000.kernel`.
    Returns: values by those names, of whole networks: one that differs in any shape begins at random. A network's average, which is what a
        checkpoint keeps of one that has an average, is where both the network and its average begin.
    Raises: RunError where not even the generator is as it was.
    """
    path = run.folder / FILE
    if not path.is_file():
        return {}
    stored, _ = tensors.parse(files.read_bytes(path, tensors.MAX_FILE, inside=run.folder))
    kept: dict[str, Array] = {}
    for owner in {name.split("/")[0] for name in variables}:
        role = owner.removesuffix("_ema")
        source = next((each for each in (f"{role}_ema", role) if any(name.startswith(f"{each}/") for name in stored)), role)
        wanted = {
            name: f"{source}/{name.split('/')[1]}"
            for name in variables
            if name.startswith(f"{owner}/") and "seed" not in name  # where its random draws are is no part of a model
        }
        if all(other in stored and stored[other].shape == variables[name] for name, other in wanted.items()):
            kept |= {name: np.asarray(stored[other]) for name, other in wanted.items()}
        elif role == "generator":
            raise RunError(f"the generator of {run.id} is another one than that of the model it is to begin with; expected one of the same "
                           "family, preset, latent size and picture size.")  # fmt: skip
    return kept
