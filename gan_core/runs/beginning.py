"""A training that does not begin with random weights: the networks of a finished model, in their places in a new run's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """The training before this one: how long it was, and of its moments the step, the passes over the data and the file of the generator."""

    step: int = 0
    epoch: float = 0.0
    seconds: float = 0.0
    moments: tuple[tuple[int, float, Path], ...] = ()


def filling(checkpoint: Checkpoint) -> Callable[[Path], None]:
    """Puts a finished model's weights and the moments of its training into a new run's folder. Raises RunError where it has kept no weights."""
    if not checkpoint.has(WEIGHTS):
        raise RunError(
            f"{checkpoint.name} has kept no weights to begin with ({WEIGHTS}); expected a model that was trained here or is shipped."
        )
    checkpoint.tensors(WEIGHTS)  # its own error where it is damaged
    data, config = checkpoint.bytes(WEIGHTS), checkpoint.config
    moments = {epoch: checkpoint.bytes(epoch.file) for epoch in config.epochs}
    past = {"step": config.step, "epoch": config.epoch, "seconds": config.seconds,
            "moments": [{"step": epoch.step, "epoch": epoch.epoch} for epoch in moments]}  # fmt: skip

    def fill(folder: Path) -> None:
        files.write_bytes(folder / FILE, data)
        for epoch, network in moments.items():
            files.write_bytes(folder / PAST / f"{epoch.step}.safetensors", network)
        files.write_json(folder / PAST / "past.json", past)

    return fill


def past(run: Run) -> Past:
    """The training before this one; of a run that began at random, or whose past cannot be read, one of no steps."""
    folder = run.folder / PAST
    try:
        stored = Fields(files.read_json(folder / "past.json", PAST_BYTES, inside=run.folder), "past.json")
        moments = [(each.whole("step", 0, MAX_STEPS), each.number("epoch", 0, 1e9)) for each in stored.objects("moments", MAX_EPOCHS)]
        return Past(
            stored.whole("step", 0, MAX_STEPS), stored.number("epoch", 0, 1e9), stored.number("seconds", 0, 1e12),
            tuple((step, epoch, path) for step, epoch in moments if (path := folder / f"{step}.safetensors").is_file()),
        )  # fmt: skip
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
