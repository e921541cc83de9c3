"""Commands that need TensorFlow: train, calibrate, record, train-classifier."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.commands import options as shared
from gan_core.config import ModelConfig, TrainConfig, check_choice, check_integer, check_number, check_seed
from gan_core.errors import ConfigError

if TYPE_CHECKING:
    from gan_core.data.catalog import Dataset
    from gan_core.runs import Run
    from gan_core.runs.records import Report


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add these commands."""
    _add_train(commands)
    _add_calibrate(commands)
    _add_record(commands)
    _add_classifier(commands)


# ---- train


def _add_train(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    example = "train dcgan --preset live --dataset digits --steps 500"
    train = shared.command(commands, "train", _train, "Train a family, or go on with a run.", example)
    shared.add_settings(train)
    shared.add_folder(train, "runs", "folder of the runs")
    train.add_argument("--out", metavar="FOLDER", help="also keep the result as this checkpoint, such as checkpoints/my-dcgan")
    train.add_argument("--resume", metavar="RUN", help="go on with this run (its id or folder)")
    train.add_argument(
        "--from",
        dest="begun",
        metavar="MODEL",
        help="begin with the networks of this checkpoint (its name or folder) in the place of random ones, where they are built alike",
    )
    train.add_argument("--again", metavar="RUN", help=argparse.SUPPRESS)  # a worker that starts anew goes on with its run
    train.add_argument(
        "--strategy", choices=("mirrored", "multi-worker"), help="all GPUs of this machine, or the workers of TF_CONFIG (README)"
    )
    train.add_argument("--tensorboard", metavar="FOLDER", help="also write each report for tensorboard --logdir FOLDER")
    train.add_argument("--track", action="store_true", help=shared.TRACK)


def _train(options: argparse.Namespace) -> int:
    from gan_core.runs import needs

    needs.check_training()  # before a run folder is made that nothing would train
    if options.track:
        needs.check("trackio")
    if options.out:
        shared.check_free(Path(options.out))
    if not options.strategy:
        return _lead(options, *_run_of(options))
    from gan_core.nn import distributed

    try:
        with distributed.scope(options.strategy):
            if not distributed.leads():
                return _follow()
            with distributed.failure_told():  # a run that cannot begin, too
                run, data = _run_of(options)
            return _lead(options, run, data)
    except distributed.PeerLost as error:
        print(f"{error} Start it again with its command; this one waits for it.", file=sys.stderr, flush=True)
        known = ["--again", options.again] if options.again and "--again" not in sys.orig_argv else []
        distributed.start_again([sys.executable, *sys.orig_argv[1:], *known])


def _follow() -> int:
    from gan_core.training.trainer import follow

    reason = follow()
    print(f"the chief has ended: {reason}" if reason else "done; the chief has the run")
    return 1 if reason else 0


def _lead(options: argparse.Namespace, run: Run, data: Dataset | None) -> int:
    from gan_core.training import begin

    options.again = str(run.folder)
    with _elsewhere(options, run) as also:
        state = begin.told(run, data, options.quiet or options.json, also)
    if not options.json:
        print(begin.ending(run, state))  # with --quiet too, as the one line of a log
    kept: Path | None = None
    if options.out and state == "finished":
        from gan_core.runs import keeping

        kept = keeping.keep(run, Path(options.out)).folder
    if options.json or kept:
        facts = {"run": run.id, "folder": run.folder, "state": state, "step": run.status()["step"], "checkpoint": kept}
        shared.say(options, f"kept as {kept}", **facts)
    return 1 if state == "failed" else 0


@contextlib.contextmanager
def _elsewhere(options: argparse.Namespace, run: Run) -> Iterator[Callable[[Report], None]]:
    """Takes each report to the programs that are asked for."""
    from gan_core.exchange import curves

    takers: list[Callable[[Report], None]] = []

    def take(report: Report) -> None:
        for one in takers:
            one(report)

    with contextlib.ExitStack() as ends:
        if options.tensorboard:
            takers.append(curves.EventFile(Path(options.tensorboard) / run.id, curves.of_run(run)[0]).add)
        if options.track:
            tracker = curves.Tracker(run, goes_on=True)
            ends.callback(tracker.end)
            takers.append(tracker.add)
        yield take


def _run_of(options: argparse.Namespace) -> tuple[Run, Dataset | None]:
    """The run to train, and its data where it is a new one."""
    root = shared.folder(options, "runs")
    if options.again:
        return shared.run(options.again, root), None
    if options.resume:
        shared.check_nothing_given(options, f"--resume {options.resume} goes on with that run's own settings")
        return shared.run(options.resume, root), None
    from gan_core.model.checkpoints import Checkpoint
    from gan_core.runs import creating

    return creating.begin(root, *shared.configs(options), Checkpoint(shared.checkpoint(options.begun)) if options.begun else None)


# ---- the others


def _add_calibrate(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Say how long a training would take here, from two seconds of it; one line of JSON."
    calibrate = shared.command(commands, "calibrate", _calibrate, text, "calibrate dcgan --preset live --dataset mnist")
    shared.add_settings(calibrate)
    calibrate.add_argument("--seconds", type=float, default=2.0, help="of training that are measured (default: 2)")
    calibrate.add_argument(
        "--config", metavar="FILE", help='{"model": {}, "train": {}} in JSON instead of the options above; - for standard input'
    )


def _calibrate(options: argparse.Namespace) -> int:
    began = time.perf_counter()
    model, train = shared.configs(options) if options.config is None else _configs_of(options.config)
    seconds = check_number("seconds", options.seconds, 0.1, 60)
    from gan_core.training import calibration

    timing = calibration.calibrate(model, train, seconds, began)
    print(json.dumps({"seconds": round(timing.seconds(train), 1), "steps": train.steps, "timing": timing.to_dict()}))
    return 0


def _configs_of(path: str) -> tuple[ModelConfig, TrainConfig]:
    try:
        given = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8"))
        return ModelConfig.from_dict(given["model"]), TrainConfig.from_dict(given["train"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ConfigError(f"--config {path} cannot be read ({error}); expected {{'model': {{}}, 'train': {{}}}} in JSON.") from error


def _add_record(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Record failures of the lab, each of which goes wrong and is cured half way, or the course's networks: small folders to replay."
    record = shared.command(commands, "record", _record, text, "record --failure no_noise")
    what = record.add_mutually_exclusive_group()
    what.add_argument("--failure", nargs="+", metavar="NAME", help="which failures (default: all of them)")
    what.add_argument("--course", nargs="*", metavar="NAME", help="the course's networks instead, those named or all of them")
    record.add_argument("--dataset", "--data", dest="dataset", default="mnist", help="what they are trained on (default: mnist)")
    record.add_argument("--out", "--recordings", dest="recordings", metavar="FOLDER",
                        help="folder of the recordings (default: GAN_RECORDINGS, else recordings); one of the same name is replaced")  # fmt: skip
    record.add_argument("--seed", type=int, help="seed of the trainings (default: their own)")


def _record(options: argparse.Namespace) -> int:
    from gan_core.runs import course, lab

    kind, known = ("failure", lab.FAILURES) if options.course is None else ("course", course.COURSE)
    names = [check_choice(kind, name, known) for name in getattr(options, kind) or known]
    from gan_core.training import recording

    record = recording.record if kind == "failure" else recording.record_course
    for name in names:
        made = record(name, shared.folder(options, "recordings"), options.dataset, options.seed)
        shared.say(options, str(made), **{kind: name}, told=str(made))
    return 0


def _add_classifier(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Train the digit classifier that scores the models."
    example = "train-classifier --out gan_core/model/classifier"
    classifier = shared.command(commands, "train-classifier", _train_classifier, text, example)
    shipped = Path(__file__).parents[1] / "model" / "classifier"
    classifier.add_argument("--out", default=str(shipped), help="folder of the result (default: where the shipped one lies)")
    classifier.add_argument("--epochs", type=int, default=12, help="passes over the data (default: 12)")
    classifier.add_argument("--seed", type=int, default=0, help="seed (default: 0)")
    classifier.add_argument(
        "--no-digit", action="store_true", help="only teach the one there anew what is no digit; what it sees in digits stays"
    )


def _train_classifier(options: argparse.Namespace) -> int:
    epochs, seed = check_integer("epochs", options.epochs, 1, 1000), check_seed(options.seed)
    from gan_core.training import classifier

    out = Path(options.out)
    accuracy = classifier.learn_no_digit(out, seed) if options.no_digit else classifier.train(out, epochs, seed)
    text = f"{accuracy:.2%} of the test pictures are read correctly; kept in {options.out}"
    shared.say(options, text, accuracy=accuracy, out=options.out)
    return 0
