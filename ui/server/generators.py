"""The generators that the server draws with: of a checkpoint or a run, now or at an earlier step, kept in memory while few others are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gan_core import runs
from gan_core.config import check_name
from gan_core.errors import CheckpointError, ConfigError, RunError
from gan_core.model import checkpoints, program
from ui.server import library, runlist
from ui.settings import Settings

MOST_NUMBERS = 16_000_000  # of the programs that are kept in memory: 64 MB
_programs: dict[tuple[str, int], program.Program] = {}


def generator(settings: Settings, model: object, step: object = None) -> program.Program:
    """The generator of a model of `models.json`, now or as it was at `step` of its training.

    Raises: ConfigError when there is no such model or step; CheckpointError when its file is damaged.
    """
    if not isinstance(model, str) or len(model) > 80:
        raise ConfigError(f"model is {str(model)[:80]!r}; expected the id of a model in gan/models.json.")
    if step is not None and (not isinstance(step, int) or isinstance(step, bool)):
        raise ConfigError(f"epoch is {step!r}; expected a step of the model's epochs, or null.")
    if model.startswith("run:"):
        run = runlist.run(settings, model.removeprefix("run:"))
        return _remembered(_snapshot(run, step), lambda path: _of_run(run, path))
    folder = settings.checkpoints / check_name(model, "model")
    if not folder.is_dir():
        raise ConfigError(f"{model!r} is no checkpoint here; expected the id of a model in gan/models.json.")
    checkpoint = library.opened(folder)
    file = _file_of(checkpoint, step)
    return _remembered(checkpoint.path(file), lambda _: checkpoint.epoch_program(file, "generator"))


def groups(settings: Settings, model: str) -> tuple[int, ...]:
    """The groups in which the classes of a model stand that `generator` knows (gan_core/classes.py); () for one group."""
    if model.startswith("run:"):
        return runlist.run(settings, model.removeprefix("run:")).model_config().groups
    return library.opened(settings.checkpoints / check_name(model, "model")).model.groups


def _file_of(checkpoint: checkpoints.Checkpoint, step: int | None) -> str:
    if step is None:
        return "generator.safetensors"
    if epoch := checkpoint.config.epoch_of(step):
        return epoch.file
    steps = ", ".join(str(epoch.step) for epoch in checkpoint.config.epochs)
    raise ConfigError(f"{checkpoint.name} has no epoch at step {step}; expected one of: {steps}.")


def _snapshot(run: runs.Run, step: int | None) -> Path:
    steps = run.network_steps()
    if not steps:
        raise RunError(f"{run.id} has no snapshot yet; wait for its first report.")
    if step is not None and step not in steps:
        raise ConfigError(
            f"{run.id} has no snapshot of step {step}; expected one of the steps that its networks are kept of, such as {steps[-1]}."
        )
    return run.snapshot(steps[-1] if step is None else step)


def _of_run(run: runs.Run, path: Path) -> program.Program:
    return checkpoints.check_fits(program.read(path), run.model_config(), f"{run.id}: {path.name}", "generator")


def _remembered(path: Path, read: Callable[[Path], program.Program]) -> program.Program:
    """The program in a file, kept while few others were asked for. Raises as `read`, CheckpointError too when the file is missing."""
    try:
        key = (str(path), path.stat().st_mtime_ns)
    except OSError as error:
        raise CheckpointError(f"{path.name} is missing ({error.strerror}); expected the program of a generator.") from error
    network = _programs.get(key)
    if network is None:
        network = _programs[key] = read(path)
        while len(_programs) > 1 and sum(map(_numbers, list(_programs.values()))) > MOST_NUMBERS:
            _programs.pop(next(iter(_programs)), None)
    return network


def _numbers(network: program.Program) -> int:
    return sum(tensor.size for tensor in network.tensors.values())
