"""Commands that take models elsewhere and bring them in: export, push, pull, curves."""

from __future__ import annotations

import argparse
from pathlib import Path

from gan_core.commands import options as shared
from gan_core.errors import ConfigError


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add these commands."""
    text = "Write a network for another program: keras, onnx, tflite, savedmodel, npz (its numbers) or png (samples)."
    export = shared.command(commands, "export", _export, text, "export checkpoints/dcgan-mnist --to onnx")
    export.add_argument("checkpoint", help="its folder, or its name in GAN_CHECKPOINTS")
    export.add_argument("--to", required=True, metavar="FORMAT", help="keras, onnx, tflite, savedmodel, png or npz")
    export.add_argument("--role", default="generator", help="generator, discriminator or encoder (default: generator)")
    export.add_argument("--step", type=int, help="the generator as it was at this step of its training")
    export.add_argument("--n", type=int, default=64, help="of a png: how many samples (default: 64)")
    export.add_argument("--seed", type=int, default=0, help="of a png: seed of the samples (default: 0)")
    export.add_argument("--out", help="file, or folder of a savedmodel (default: checkpoint, network and format, here)")
    _add_push(commands)
    _add_pull(commands)
    _add_curves(commands)


def _export(options: argparse.Namespace) -> int:
    from gan_core.exchange import Model, export

    if options.to not in export.FORMATS:
        raise ConfigError(f"--to is {options.to!r}; expected one of: {', '.join(export.FORMATS)}.")
    model = Model.open(shared.checkpoint(options.checkpoint))
    wanted = export.Wanted(options.role, options.step, options.n, options.seed)
    out = export.export(model, options.to, Path(options.out or export.file_name(model, options.to, wanted)), wanted)
    text = f"{model.name}: {export.FORMATS[options.to].about} in {out}"
    shared.say(options, text, checkpoint=model.name, format=options.to, role=options.role, out=out)
    return 0


def _add_push(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Send a checkpoint to the Hugging Face Hub, with a model card."
    push = shared.command(commands, "push", _push, text, "push checkpoints/my-dcgan somebody/my-dcgan")
    push.add_argument("checkpoint", help="its folder, or its name in GAN_CHECKPOINTS")
    push.add_argument("repo", help="user/name on the Hub; made where there is none")
    push.add_argument(
        "--private", action=argparse.BooleanOptionalAction, help="whether a new repository is private (default: as the account has it)"
    )
    push.add_argument("--licence", "--license", default="mit", help="of the model, as the Hub spells it (default: mit)")
    push.add_argument("--message", default="", help="of the commit")
    push.add_argument("--pr", action="store_true", help="propose it to the repository's owner")


def _push(options: argparse.Namespace) -> int:
    from gan_core.exchange import hub
    from gan_core.model.checkpoints import Checkpoint

    checkpoint = Checkpoint(shared.checkpoint(options.checkpoint))
    done = hub.push(
        checkpoint, options.repo, licence=options.licence, private=options.private, message=options.message, create_pr=options.pr
    )
    text = f"{checkpoint.name} is {done.repo} at {done.commit}: {done.url}"
    shared.say(options, text, checkpoint=checkpoint.name, repo=done.repo, commit=done.commit, url=done.url)
    return 0


def _add_pull(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    pull = shared.command(commands, "pull", _pull, "Take a model from the Hugging Face Hub as a checkpoint.", "pull somebody/my-dcgan")
    pull.add_argument("repo", help="user/name on the Hub")
    pull.add_argument("out", nargs="?", help="the new checkpoint's folder (default: user--name in GAN_CHECKPOINTS)")
    pull.add_argument("--revision", help="branch, tag or commit (default: main)")
    pull.add_argument("--offline", action="store_true", help="only what was fetched before, as with HF_HUB_OFFLINE=1")


def _pull(options: argparse.Namespace) -> int:
    from gan_core.exchange import hub

    made = hub.pull(options.repo, Path(options.out) if options.out else None, options.revision, local_files_only=options.offline)
    commit = made.config.hub[1]
    shared.say(options, f"{options.repo} at {commit} is {made.folder}", repo=options.repo, commit=commit, folder=made.folder)
    return 0


def _add_curves(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Write the figures of a run: a table (CSV), or for TensorBoard or trackio."
    curves = shared.command(commands, "curves", _curves, text, "curves runs/ID --csv curves.csv")
    curves.add_argument("run", help="the run's folder, or its id in GAN_RUNS")
    curves.add_argument("--csv", metavar="FILE", help="a row for each report (default: to standard output)")
    curves.add_argument("--tensorboard", metavar="FOLDER", help="an event file in this folder: tensorboard --logdir FOLDER")
    curves.add_argument("--track", action="store_true", help=shared.TRACK)


def _curves(options: argparse.Namespace) -> int:
    from gan_core import environment
    from gan_core.exchange import curves
    from gan_core.imaging import exports

    run = shared.run(options.run, environment.runs())
    began, reports = curves.of_run(run)
    if options.tensorboard:
        file = curves.EventFile(Path(options.tensorboard), began)
        file.add_all(reports)
        shared.say(options, f"{len(reports)} reports of {run.id} in {file.path}", run=run.id, reports=len(reports), out=file.path)
    if options.csv:
        exports.write(Path(options.csv), curves.to_csv(reports))
        shared.say(options, f"{len(reports)} reports of {run.id} in {options.csv}", run=run.id, reports=len(reports), out=options.csv)
    if options.track:
        tracker = curves.Tracker(run, goes_on=False)
        for report in reports:
            tracker.add(report)
        tracker.end()
        shared.say(options, f"{len(reports)} reports of {run.id} in trackio: trackio show --project {curves.PROJECT}", run=run.id,
                   reports=len(reports), project=curves.PROJECT)  # fmt: skip
    if not options.csv and not options.tensorboard and not options.track:
        shared.say(options, curves.to_csv(reports).decode().rstrip("\n"), run=run.id, reports=reports)
    return 0
