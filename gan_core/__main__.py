"""The command line: python -m gan_core train | calibrate | record | sample | interpolate | evaluate | list | info | keep | site | train-classifier.

Exit codes: 0 done, 1 failed, 2 wrong usage. What a command needs is imported inside it, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from gan_core import families
from gan_core.config import LOSSES, OPTIMIZERS, PRECISIONS, XLA, TrainConfig
from gan_core.errors import ConfigError, GanCoreError

OVERRIDES = {
    "steps": (int, "number of training steps"),
    "batch_size": (int, "pictures a step"),
    "g_learning_rate": (float, "learning rate of the generator (of the whole network for an autoencoder)"),
    "d_learning_rate": (float, "learning rate of the discriminator"),
    "beta_1": (float, "Adam's beta_1, or the momentum of sgd"),
    "d_steps": (int, "discriminator steps a generator step (k)"),
    "label_smoothing": (float, "one-sided label smoothing"),
    "final_lr_fraction": (float, "share of the learning rates that is left at the last step; they fall linearly"),
    "speck_penalty": (float, "weight of the penalty on lone spots in drawn pictures"),
    "r1_every": (int, "steps between two applications of the R1 penalty"),
    "r1_gamma": (float, "weight of the R1 gradient penalty, 0 for none"),
    "gradient_penalty": (float, "weight of the penalty on slopes other than 1 between real and drawn pictures (WGAN-GP), 0 for none"),
    "ema_decay": (float, "decay of the averaged generator, 0 for none"),
    "report_every": (int, "steps between two reports (default: a hundredth of the run)"),
    "seed": (int, "seed of every random draw, 0 ... 2^32 - 1"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except (GanCoreError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        from gan_core.runs import needs

        if (told := needs.explained(error)) is None:
            raise
        print(f"error: {told}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m gan_core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, function: Any, text: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text, epilog=f"example: python -m gan_core {example}")
        made.set_defaults(command=function)
        return made

    train = command("train", _train, "Train a family, or go on with a run.", "train dcgan --preset live --dataset digits --steps 500")
    _add_settings(train)
    train.add_argument("--runs", default="runs", help="folder of the runs (default: runs)")
    train.add_argument("--out", help="also keep the result as this checkpoint folder, such as checkpoints/my-dcgan")
    train.add_argument("--resume", metavar="RUN", help="go on with this run (its id or folder)")
    train.add_argument(
        "--strategy", choices=("mirrored", "multi-worker"), help="all GPUs of this machine, or the workers of TF_CONFIG (README)"
    )
    train.add_argument("--quiet", action="store_true", help="no progress bar")

    calibrate = command("calibrate", _calibrate, "Say how long a training would take here, from two seconds of it; one line of JSON.",
                        "calibrate dcgan --preset live --dataset mnist")  # fmt: skip
    _add_settings(calibrate)
    calibrate.add_argument("--seconds", type=float, default=2.0, help="of training that are measured (default: 2)")
    calibrate.add_argument(
        "--config", metavar="FILE", help='{"model": {}, "train": {}} in JSON instead of the options above; - for standard input'
    )

    record = command("record", _record, "Record failures of the lab: each goes wrong, is cured half way, and becomes a small folder to replay.",
                     "record --failure no_noise")  # fmt: skip
    record.add_argument("--failure", nargs="+", metavar="NAME", help="which (default: all of them)")
    record.add_argument("--dataset", "--data", dest="dataset", default="mnist", help="what they are trained on (default: mnist)")
    record.add_argument(
        "--out", default="recordings", help="folder of the recordings (default: recordings); one of the same name is replaced"
    )
    record.add_argument("--seed", type=int, help="seed of the trainings (default: the lab's)")

    sample = command(
        "sample", _sample, "Draw samples to an .npz or a .png.", "sample checkpoints/dcgan-mnist --n 10000 --seed 0 --out x.npz"
    )
    sample.add_argument("checkpoint")
    sample.add_argument("--n", type=int, default=64, help="number of samples (default: 64)")
    sample.add_argument("--seed", type=int, default=0, help="seed, 0 ... 2^32 - 1 (default: 0)")
    sample.add_argument("--psi", type=float, default=1.0, help="spread of z, 0 ... 2 (default: 1)")
    sample.add_argument("--digit", type=int, help="only this digit (conditional models)")
    sample.add_argument("--epoch-step", type=int, help="the generator as it was at this step of its training")
    sample.add_argument("--out", required=True, help="x.npz (images, labels, z, seed) or x.png (a grid)")

    walk = command("interpolate", _interpolate, "Walk between seeds: GIF, WebP, MP4, PNG strip or .npz.",
                   "interpolate checkpoints/dcgan-mnist --seeds 3 7 12 --steps 60 --out walk.gif")  # fmt: skip
    walk.add_argument("checkpoint")
    walk.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="two or more key points (default: 0 1)")
    walk.add_argument("--digits", type=int, nargs="+", help="the digit at each key point (conditional models)")
    walk.add_argument("--steps", type=int, default=30, help="number of frames, 2 ... 1,000 (default: 30)")
    walk.add_argument("--path", default="spherical", help="spherical or linear (default: spherical)")
    walk.add_argument("--closed", action="store_true", help="come back to the first point")
    walk.add_argument("--psi", type=float, default=1.0, help="spread of z, 0 ... 2 (default: 1)")
    walk.add_argument("--fps", type=int, default=12, help="pictures a second (default: 12)")
    walk.add_argument("--scale", type=int, default=8, help="screen pixels a pixel (default: 8)")
    walk.add_argument("--out", required=True, help="walk.gif, .webp, .mp4, .png (a strip) or .npz (the latents)")

    evaluate = command(
        "evaluate", _evaluate, "Score checkpoints, or an .npz of samples, against their data.", "evaluate checkpoints/dcgan-mnist --n 10000"
    )
    evaluate.add_argument("source", nargs="*", help="checkpoint folder or .npz; several make one table")
    evaluate.add_argument("--compare", nargs="+", metavar="SOURCE", default=[], help="the same, for a command that says so")
    evaluate.add_argument("--n", type=int, default=10000, help="number of samples (default: 10000)")
    evaluate.add_argument("--seed", type=int, default=0, help="seed of the samples (default: 0)")
    evaluate.add_argument("--data", default="mnist", help="what an .npz is compared with (default: mnist)")
    evaluate.add_argument("--write", action="store_true", help="store the score card in the checkpoint (metrics.json, README.md)")

    classifier = command(
        "train-classifier",
        _train_classifier,
        "Train the digit classifier that scores the models.",
        "train-classifier --out gan_core/model/classifier",
    )
    classifier.add_argument(
        "--out",
        default=str(Path(__file__).parent / "model" / "classifier"),
        help="folder of the result (default: where the shipped one lies)",
    )
    classifier.add_argument("--epochs", type=int, default=12, help="passes over the data (default: 12)")
    classifier.add_argument("--seed", type=int, default=0, help="seed (default: 0)")

    listing = command("list", _list, "List families with presets, checkpoints and runs.", "list")
    listing.add_argument("--checkpoints", default="checkpoints")
    listing.add_argument("--runs", default="runs")

    info = command("info", _info, "Show what a checkpoint is.", "info checkpoints/dcgan-mnist")
    info.add_argument("checkpoint")

    keep = command("keep", _keep, "Keep a run as a checkpoint.", "keep runs/dcgan-digits-20260101-120000 checkpoints/my-dcgan")
    keep.add_argument("run", help="the run's folder")
    keep.add_argument("out", help="the new checkpoint's folder")
    keep.add_argument("--step", type=int, help="the snapshot to keep (default: the last)")

    site = command("site", _site, "Write the page as static files, for any web server or a Static Space.", "site OUT/")
    site.add_argument("out", help="the folder; a former build there is replaced")
    site.add_argument("--checkpoints", default="checkpoints", help="models to ship (default: checkpoints)")
    site.add_argument("--recordings", default="recordings", help="run directories to replay in the Training tab (default: recordings)")
    site.add_argument("--url", default="", help="where it will be served, so that shared links show its picture everywhere")
    site.add_argument("--title", default="GAN in your hands", help="of the page and of the Space")
    return parser


def _add_settings(command: argparse.ArgumentParser) -> None:
    """What a training is asked for with."""
    command.add_argument("family", nargs="?", help=f"one of: {', '.join(families.names())}")
    command.add_argument("--preset", default=None, help="named settings; `list` shows them (default: reference)")
    command.add_argument(
        "--dataset", "--data", dest="dataset", help="mnist, fashion_mnist, digits, or the path of a folder of pictures or an .npz"
    )
    command.add_argument("--epochs", type=float, help="passes over the data, instead of --steps")
    command.add_argument("--loss", choices=LOSSES, help="adversarial loss (default: the preset's)")
    command.add_argument(
        "--optimizer", choices=OPTIMIZERS, help="adam, sgd with momentum as in the first paper, or soap (default: the preset's)"
    )
    command.add_argument("--latent-dim", type=int, help="size of z")
    for name, (kind, text) in OVERRIDES.items():
        command.add_argument(f"--{name.replace('_', '-')}", type=kind, help=text)
    command.add_argument("--one-stage", action=argparse.BooleanOptionalAction, help="both updates from one pass through the networks")
    command.add_argument(
        "--share-fakes", action=argparse.BooleanOptionalAction, help="the generator's step takes the fakes of the discriminator's"
    )
    command.add_argument(
        "--precision", choices=PRECISIONS, help="of the layers' arithmetic (default: auto, bfloat16 where it pays and the processor has it)"
    )
    command.add_argument("--xla", choices=XLA, help="compile the step with XLA (default: auto, what is faster on a CPU; try on with a GPU)")


def _settings(options: argparse.Namespace) -> tuple[Any, TrainConfig]:
    """Model and training asked for: the preset, with what was given on top."""
    if options.family is None:
        raise ConfigError(f"which family? expected one of: {', '.join(families.names())} (or --resume RUN).")
    family, preset = families.get(options.family), options.preset or "reference"
    changes = {
        name: value
        for name in ("dataset", "loss", "optimizer", "one_stage", "share_fakes", "precision", "xla", *OVERRIDES)
        if (value := getattr(options, name)) is not None
    }
    model = family.model_config(preset, **({"latent_dim": options.latent_dim} if options.latent_dim is not None else {}))
    if options.epochs is not None:
        if options.steps is not None:
            raise ConfigError("both --steps and --epochs were given; expected one of them.")
        from gan_core.data import catalog

        train = family.train_config(preset, **changes)
        samples = len(catalog.load(train.dataset, split="train", download=True).images)
        changes["steps"] = train.steps_of_epochs(options.epochs, samples)
    return model, family.train_config(preset, **changes)


def _train(options: argparse.Namespace) -> int:
    if not options.strategy:
        return _lead(options)
    from gan_core.nn import distributed

    try:
        with distributed.scope(options.strategy):
            return _lead(options) if distributed.leads() else _follow()
    except distributed.PeerLost as error:
        print(f"{error} Start it again with its command; this one waits for it.", file=sys.stderr, flush=True)
        known = ["--resume", options.resume] if options.resume and "--resume" not in sys.orig_argv else []
        distributed.start_again([sys.executable, *sys.orig_argv[1:], *known])


def _follow() -> int:
    from gan_core.training.trainer import follow

    reason = follow()
    print(f"the chief has ended: {reason}" if reason else "done; the chief has the run")
    return 1 if reason else 0


def _lead(options: argparse.Namespace) -> int:
    from gan_core import runs
    from gan_core.runs import needs

    needs.check_training()  # before a run folder is made that nothing would train
    if options.resume:
        folder = Path(options.resume) if Path(options.resume).is_dir() else Path(options.runs) / options.resume
        run = runs.find(folder.parent, folder.name)
    else:
        run = runs.create(options.runs, *_settings(options))
    if options.out:
        _check_free(Path(options.out))
    options.resume = str(run.folder)  # what goes on should a worker be lost
    if not options.quiet:
        print(f"run {run.folder}", flush=True)
    state = _with_bar(run, options.quiet)
    status = run.status()
    print(f"{state} at step {status['step']:,}" + (f": {status['reason']}" if status["reason"] else ""))
    if options.out and state == "finished":
        from gan_core.runs import keeping

        print(f"kept as {keeping.keep(run, Path(options.out)).folder}")
    return 1 if state == "failed" else 0


def _calibrate(options: argparse.Namespace) -> int:
    began = time.perf_counter()
    from gan_core.config import check_number
    from gan_core.training import calibration

    model, train = _settings(options) if options.config is None else _configs_of(options.config)
    timing = calibration.calibrate(model, train, check_number("seconds", options.seconds, 0.1, 60), began)
    print(json.dumps({"seconds": round(timing.seconds(train), 1), "steps": train.steps, "timing": timing.to_dict()}))
    return 0


def _configs_of(path: str) -> tuple[Any, TrainConfig]:
    from gan_core.config import ModelConfig

    try:
        given = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text())
        return ModelConfig.from_dict(given["model"]), TrainConfig.from_dict(given["train"])
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"--config {path} cannot be read ({error}); expected {{'model': {{}}, 'train': {{}}}} in JSON.") from error


def _record(options: argparse.Namespace) -> int:
    from gan_core.config import check_choice
    from gan_core.runs import lab
    from gan_core.training import recording

    names = [check_choice("failure", name, lab.FAILURES) for name in options.failure or lab.FAILURES]
    for name in names:
        print(recording.record(name, Path(options.out), options.dataset, options.seed), flush=True)
    return 0


def _check_free(folder: Path) -> None:
    from gan_core.config import check_name

    check_name(folder.name, "the checkpoint's name")
    if folder.exists():
        raise ConfigError(f"{folder} is there already; choose another name for --out, or remove it.")


def _with_bar(run: Any, quiet: bool) -> str:
    from tqdm import tqdm

    from gan_core.training.trainer import train

    steps = run.train_config().steps
    with tqdm(total=steps, unit="step", disable=quiet, smoothing=0.1) as bar:

        def show(report: dict[str, Any]) -> None:
            bar.update(report["step"] - bar.n)
            numbers = {
                name: report[name] for name in ("g_loss", "d_loss", "d_real", "d_fake", "loss", "val_loss") if report.get(name) is not None
            }
            bar.set_postfix({name: f"{value:.3f}" for name, value in numbers.items()})

        return train(run, show)


def _labels(explorer: Any, n: int, digit: int | None) -> Any:
    if explorer.num_classes == 0:
        if digit is not None:
            raise ConfigError(f"--digit {digit} was given, but {explorer.name} cannot be asked for a digit; choose a conditional model.")
        return None
    return explorer.even_labels(n) if digit is None else [digit] * n


def _sample(options: argparse.Namespace) -> int:
    import numpy as np

    from gan_core.imaging import exports
    from gan_core.model.explorer import Explorer

    kind = exports.kind_of(Path(options.out), png="png")
    explorer = Explorer.open(options.checkpoint)
    z = explorer.sample_z(options.n, options.seed, options.psi)
    labels = _labels(explorer, options.n, options.digit)
    drawn = explorer.generate(z, labels, step=options.epoch_step)
    arrays = {"images": drawn, "labels": None if labels is None else np.asarray(labels, np.int64), "z": z, "seed": np.array(options.seed)}
    exports.write(Path(options.out), exports.encode(kind, drawn, arrays, scale=2))
    print(f"{options.n:,} samples of {explorer.name} in {options.out}")
    return 0


def _interpolate(options: argparse.Namespace) -> int:
    from gan_core.imaging import exports
    from gan_core.model.explorer import Explorer

    kind = exports.kind_of(Path(options.out), png="strip")
    explorer = Explorer.open(options.checkpoint)
    if options.digits and not explorer.num_classes:
        raise ConfigError(f"--digits were given, but {explorer.name} cannot be asked for a digit; choose a conditional model.")
    if options.digits and len(options.digits) != len(options.seeds):
        raise ConfigError(f"{len(options.digits)} digits for {len(options.seeds)} seeds; expected one digit a seed.")
    points = explorer.points(options.seeds, options.psi)
    labels = (options.digits or [0] * len(points)) if explorer.num_classes else None
    walked = explorer.walk(points, options.steps, labels, path=options.path, closed=options.closed)
    data = exports.encode(kind, walked.images, {"z": walked.z, "labels": walked.labels}, options.fps, options.scale)
    exports.write(Path(options.out), data)
    print(f"{options.steps} frames of {explorer.name} in {options.out}")
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from gan_core.metrics import scorecard
    from gan_core.model.checkpoints import Checkpoint
    from gan_core.runs import keeping

    sources = [Path(source) for source in (*options.source, *options.compare)]
    if not sources:
        raise ConfigError("nothing to evaluate; expected checkpoint folders or .npz files.")
    cards = []
    for source in sources:
        cards.append(scorecard.evaluate(source, options.n, options.seed, options.write, options.data))
        if options.write and source.suffix != ".npz":
            keeping.rewrite_card(Checkpoint(source), scorecard.as_text(cards[-1]))
    print(scorecard.compare(cards) if len(cards) > 1 else scorecard.as_text(cards[0]))
    return 0


def _train_classifier(options: argparse.Namespace) -> int:
    from gan_core.config import check_integer, check_seed
    from gan_core.training import classifier

    accuracy = classifier.train(Path(options.out), check_integer("epochs", options.epochs, 1, 1000), check_seed(options.seed))
    print(f"{accuracy:.2%} of the test pictures are read correctly; kept in {options.out}")
    return 0


def _list(options: argparse.Namespace) -> int:
    from gan_core import runs
    from gan_core.model import checkpoints

    for name in families.names():
        family = families.get(name)
        print(f"{name}: {family.summary}")
        for preset_name, preset in family.presets.items():
            print(f"    --preset {preset_name:10} {preset.title}")
    found, problems = checkpoints.list_checkpoints(options.checkpoints)
    for checkpoint in found:
        print(f"{checkpoint.folder}  {checkpoint.title}, step {checkpoint.config['step']:,}")
    for name, message in problems:
        print(f"{Path(options.checkpoints) / name}  UNUSABLE: {message}", file=sys.stderr)
    for run in runs.list_runs(options.runs):
        status = run.status()
        print(f"{run.folder}  {status['state']} at step {status['step']:,} of {status['steps']:,}")
    return 0


def _info(options: argparse.Namespace) -> int:
    from gan_core.model.checkpoints import Checkpoint

    print(Checkpoint(options.checkpoint).describe())
    return 0


def _keep(options: argparse.Namespace) -> int:
    from gan_core import runs
    from gan_core.runs import keeping

    _check_free(Path(options.out))
    folder = Path(options.run)
    print(f"kept as {keeping.keep(runs.find(folder.parent, folder.name), Path(options.out), options.step).folder}")
    return 0


def _site(options: argparse.Namespace) -> int:
    from ui.site import build

    made = build.build(Path(options.out), Path(options.checkpoints), Path(options.recordings), options.title, options.url)
    for name, message in made.problems:
        print(f"{Path(options.checkpoints) / name}  LEFT OUT: {message}", file=sys.stderr)
    if made.left_out:
        print(f"left out to stay under {build.LIMIT / 1e6:.0f} MB: {', '.join(made.left_out)}")
    print(
        f"{made.bytes / 1e6:.1f} MB in {made.folder}, {made.core_bytes / 1e6:.1f} MB of it kept at the first visit: {', '.join(made.models)}"
    )
    print(f"look at it: python -m http.server --directory {made.folder} 8000")
    return 0


def _exit() -> NoReturn:
    sys.exit(main())


if __name__ == "__main__":
    _exit()
