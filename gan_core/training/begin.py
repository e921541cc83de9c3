"""Training for whoever calls it from Python or the command line: a run with its data, its progress told, in this process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gan_core import environment
from gan_core.data.catalog import Dataset
from gan_core.errors import RunError
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs import Run, creating
from gan_core.runs.progress import Progress
from gan_core.runs.records import Report
from gan_core.training import trainer


def train(
    family: str | Run,
    preset: str,
    epochs: float | None,
    begin_with: Path | str | None,
    root: Path | str | None,
    quiet: bool,
    settings: dict[str, object],
) -> Run:
    """As `gan_core.train`, whose arguments these are."""
    if isinstance(family, Run):
        beside = [*settings, *(["epochs"] if epochs is not None else []), *(["begin_with"] if begin_with is not None else [])]
        if beside:
            raise RunError(f"{family.id} goes on with its own settings, so it takes no {', '.join(beside)}. Start a new run.")
        run, data = family, None
    else:
        folder = environment.runs() if root is None else Path(root)
        model = None if begin_with is None else Checkpoint(environment.found(begin_with, environment.checkpoints()))
        run, data = creating.begin(folder, *creating.configs(family, preset, epochs, settings), model)
    state = told(run, data, quiet)
    if not quiet:
        print(ending(run, state))
    return run


def told(run: Run, data: Dataset | None = None, quiet: bool = False, also: Callable[[Report], None] | None = None) -> str:
    """Train `run` and tell its folder and how far it is, each report to `also`, too; the state it ends in. Raises GanCoreError."""
    if quiet:
        return trainer.train(run, also, data)
    print(f"run {run.folder}", flush=True)
    with Progress(run.train_config().steps) as progress:

        def tell(report: Report) -> None:
            progress(report)
            if also:
                also(report)

        return trainer.train(run, tell, data)


def ending(run: Run, state: str) -> str:
    """How it has ended, in a line."""
    status = run.status()
    return f"{state} at step {status['step']:,}" + (f": {status['reason']}" if status["reason"] else "")
