"""Commands about what is there: list, info, keep, evaluate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core import environment, families
from gan_core.commands import options as shared
from gan_core.errors import ConfigError, GanCoreError

if TYPE_CHECKING:
    from gan_core.metrics.discriminant import Labels
    from gan_core.metrics.features import Features
    from gan_core.metrics.two_sample import Judge, Pictures

LEFT_OUT = "The two-sample accuracy is left out: a network is trained for it, which needs TensorFlow and Keras (pip install '.[train]')."


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add these commands."""
    listing = shared.command(commands, "list", _list, "List families with presets, checkpoints and runs.", "list")
    shared.add_folder(listing, "checkpoints", "folder of the models")
    shared.add_folder(listing, "runs", "folder of the runs")
    info = shared.command(commands, "info", _info, "Show what a checkpoint is.", "info checkpoints/dcgan-mnist")
    info.add_argument("checkpoint", help="its folder, or its name in GAN_CHECKPOINTS")
    _add_keep(commands)
    _add_evaluate(commands)


# ---- list, info


def _list(options: argparse.Namespace) -> int:
    sections = {
        "families": _families(),
        "checkpoints": _checkpoints(shared.folder(options, "checkpoints")),
        "runs": _runs(shared.folder(options, "runs")),
    }
    if options.json or options.quiet:
        tables = {
            title: {"rows": rows, "problems": [problem.strip() for problem in problems]} for title, (rows, problems) in sections.items()
        }
        shared.say(options, "", **tables)
        return 0
    for title, (rows, problems) in sections.items():
        print(f"{title}:" if rows else f"{title}: none")
        print(table(rows), end="", flush=True)
        for problem in problems:
            print(problem, file=sys.stderr, flush=True)
    return 0


Rows = tuple[list[tuple[str, ...]], list[str]]  # of a table, and what is wrong with those that are not in it


def table(rows: list[tuple[str, ...]]) -> str:
    """Rows as lines, their columns one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join("  " + "  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def _families() -> Rows:
    rows: list[tuple[str, ...]] = []
    for family in map(families.get, families.names()):
        rows.append((family.name, "", family.summary))
        rows += [("", f"--preset {name}", preset.title) for name, preset in family.presets.items()]
    return rows, []


def _checkpoints(root: Path) -> Rows:
    from gan_core.model import checkpoints

    known, problems = checkpoints.list_checkpoints(root)
    rows: list[tuple[str, ...]] = [(str(each.folder), each.title, f"step {each.config.step:,}") for each in known]
    return rows, [f"  {root / name}  UNUSABLE: {message}" for name, message in problems]


def _runs(root: Path) -> Rows:
    from gan_core import runs

    rows: list[tuple[str, ...]] = []
    problems = []
    for run in runs.list_runs(root):
        try:
            status = run.status()
            rows.append((str(run.folder), str(status["state"]), f"step {status['step']:,} of {status['steps']:,}"))
        except (GanCoreError, KeyError, TypeError, ValueError) as error:
            problems.append(f"  {run.folder}  UNREADABLE: {error}")
    return rows, problems


def _info(options: argparse.Namespace) -> int:
    from gan_core.model.checkpoints import Checkpoint

    checkpoint = Checkpoint(shared.checkpoint(options.checkpoint))
    shared.say(options, checkpoint.describe(), folder=checkpoint.folder, **checkpoint.config.to_dict(), score=checkpoint.metrics().score)
    return 0


# ---- keep, evaluate


def _add_keep(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    example = "keep runs/dcgan-digits-20260101-120000 checkpoints/my-dcgan"
    keep = shared.command(commands, "keep", _keep, "Keep a run as a checkpoint.", example)
    keep.add_argument("run", help="the run's folder, or its id in GAN_RUNS")
    keep.add_argument("out", nargs="?", help="the new checkpoint's folder (default: one of the run's id in GAN_CHECKPOINTS)")
    keep.add_argument("--step", type=int, help="the snapshot to keep (default: the last)")


def _keep(options: argparse.Namespace) -> int:
    from gan_core.runs import keeping

    if options.out:
        shared.check_free(Path(options.out))
    run = shared.run(options.run, environment.runs())
    folder = Path(options.out) if options.out else environment.checkpoints() / run.id
    shared.check_free(folder)
    kept = keeping.keep(run, folder, options.step)
    shared.say(options, f"kept as {kept.folder}", run=run.id, step=kept.config.step, folder=kept.folder)
    return 0


def _add_evaluate(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Score checkpoints, or an .npz of samples, against their data."
    evaluate = shared.command(commands, "evaluate", _evaluate, text, "evaluate checkpoints/dcgan-mnist --n 10000")
    evaluate.add_argument("source", nargs="*", help="checkpoint (folder, or name in GAN_CHECKPOINTS) or .npz; several make one table")
    evaluate.add_argument("--compare", nargs="+", metavar="SOURCE", default=[], help="the same, for a command that says so")
    evaluate.add_argument("--n", type=int, default=10000, help="number of samples (default: 10000)")
    evaluate.add_argument("--seed", type=int, default=0, help="seed of the samples (default: 0)")
    evaluate.add_argument(
        "--data", default="mnist", help="what an .npz is compared with, or where the own pictures of a checkpoint lie (default: mnist)"
    )
    evaluate.add_argument("--write", action="store_true", help="store the score card in the checkpoint (metrics.json, README.md)")


def _evaluate(options: argparse.Namespace) -> int:
    from gan_core.metrics import card, scorecard
    from gan_core.model.checkpoints import Checkpoint
    from gan_core.runs import keeping, needs

    sources = [shared.checkpoint(source) for source in (*options.source, *options.compare)]
    if not sources:
        raise ConfigError("nothing to evaluate; expected checkpoint folders or .npz files.")
    cards = []
    learn, learn_classes = (_learn, _learn_classes) if needs.can_train() else (None, None)
    for source in sources:
        cards.append(scorecard.evaluate(source, options.n, options.seed, options.write, options.data, learn, learn_classes))
        if options.write and source.suffix != ".npz":
            keeping.rewrite_card(Checkpoint(source), card.as_text(cards[-1]))
    left_out = "" if learn else f"\n\n{LEFT_OUT}"
    shared.say(options, (card.compare(cards) if len(cards) > 1 else card.as_text(cards[0])) + left_out, cards=cards)
    return 0


def _learn(real: Pictures, generated: Pictures) -> Judge:
    """The network of the two-sample test; TensorFlow is loaded when one is wanted."""
    from gan_core.training import two_sample

    return two_sample.learn(real, generated)


def _learn_classes(images: Pictures, labels: Labels, classes: int) -> Features:
    """The classifier of a data set's own classes, in whose features its pictures are compared; TensorFlow is loaded when one is wanted."""
    from gan_core.training import class_features

    return class_features.learn(images, labels, classes)
