"""How soon the digits are good: distance over seconds, the classic loop and our live presets: `python benchmarks/time_to_quality.py`.

Every contender trains alone, one after the other; the clock counts its training, the compilation of the step included, and stands still
while samples are scored. Distance: Frechet, in the features of the project's classifier, of samples of one fixed seed against the test
pictures. The classic DCGAN loop takes 600 to 900 s of an idle machine with 2 cores; `--classic JSON` takes its numbers from an earlier run.

`--long` goes on where the live presets end: the DCGAN's `minutes` in 5 and in 20 minutes, each with rates that fall over as many steps as fit into
that time here. So near to the floor the distance is that of the model cards, of 10,000 samples: fewer are farther off, whoever drew them.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import samples as shared  # noqa: E402

from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.metrics import figures  # noqa: E402
from gan_core.model import digit_reader  # noqa: E402

if TYPE_CHECKING:
    from gan_core.config import ModelConfig, TrainConfig
    from gan_core.families.base import Family
    from gan_core.training.objective import Objective

CLASSIC_STEPS, CLASSIC_BATCH = 4001, 32
SEED = 20261122  # of the scored samples, chosen before looking
READABLE = (0.05, 0.17)  # between which shares of the samples every digit is to be
WARM, TRIED = 256, 20.0  # steps after which nothing is compiled any more, and seconds after those by which the rate is known
LONG = {"5 min": (300.0, 2.0), "20 min": (1200.0, 1.2)}  # seconds, and the distance that is wanted then
Point = dict[str, Any]


class Scorer:
    """Samples -> distance, shares of the digits, label accuracy."""

    def __init__(self, samples: int) -> None:
        self.samples, self.classifier = samples, digit_reader.load()
        self.real = shared.real_features()

    def floor(self) -> float:
        """The distance of as many training pictures."""
        images = catalog.load("mnist", split="train").images[: self.samples]
        return figures.frechet_distance(self.real, digit_reader.read(self.classifier, images / np.float32(255)).features)

    def __call__(self, drawn: np.ndarray, conditional: bool) -> Point:
        """`drawn` are `[samples, 28, 28]` in [0, 1]; a conditional model's are the digits 0-9 in turn."""
        reading = digit_reader.read(self.classifier, drawn)
        shares = figures.digit_histogram(reading.digits, 10)
        point = {"distance": figures.frechet_distance(self.real, reading.features), "shares": [round(float(share), 4) for share in shares]}
        if conditional:
            point["label_accuracy"] = figures.label_accuracy(reading.digits, np.arange(len(drawn)) % 10)
        return point


def classic(score: Scorer, family: str) -> Iterator[Point]:
    """The classic loop, scored at doubling distances and at its end."""
    from classic import ClassicGAN

    data = catalog.load("mnist", split="train")
    clock = Clock()
    loop = ClassicGAN(family, data.images, data.labels, CLASSIC_BATCH)
    marks = {CLASSIC_STEPS, *(CLASSIC_STEPS // 2**power for power in range(1, 6))}
    for step in range(1, CLASSIC_STEPS + 1):
        loop.step()
        if step in marks:
            with clock.stopped():
                yield {"step": step, "seconds": clock.seconds(), **score(loop.draw(score.samples, SEED), family == "cgan")}


def ours(score: Scorer, family: str, seconds: float, changes: dict[str, Any], preset: str = "live") -> Iterator[Point]:
    """A preset for `seconds`, scored at doubling distances and at the end. Any but `live` learns in as many steps as fit into that time."""
    from gan_core import families
    from gan_core.imaging import pixels
    from gan_core.model.checkpoint_config import standard_prior

    chosen = families.get(family)
    widths = changes.pop("widths", {})
    model = chosen.model_config(preset, widths={**chosen.model_config(preset).widths, **widths})
    train = chosen.train_config(preset, **changes)
    data = catalog.load("mnist", split="train")
    if preset != "live":
        train = dataclasses.replace(train, steps=fitting(chosen, model, train, data, seconds))
    clock = Clock()
    z = standard_prior(model, train).sample(score.samples, SEED)
    labels = np.eye(10, dtype=np.float32)[np.arange(score.samples) % 10] if model.num_classes else None
    goal = seconds / 16
    for step, objective in trained(chosen, model, train, data):
        if clock.seconds() >= goal or step >= train.steps:
            with clock.stopped():
                program = objective.programs(step)["generator"]
                drawn = np.concatenate([program.run(z[i : i + 500], None if labels is None else labels[i : i + 500])
                                        for i in range(0, len(z), 500)])  # fmt: skip
                shown = pixels.to_unit(drawn, chosen.pixel_range).reshape(-1, 28, 28)
                yield {"step": step, "seconds": clock.seconds(), **score(shown, bool(model.num_classes))}
            if clock.seconds() >= seconds:
                return
            goal = min(seconds, max(goal * 1.5, clock.seconds() + 1))


def trained(family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> Iterator[tuple[int, Objective]]:
    """The training itself: how many steps were taken, and the networks, after every few."""
    import tensorflow as tf

    from gan_core.training import objectives

    objective = objectives.make(family, model, train, data)

    @tf.function
    def many(first: Any, in_epoch: Any, count: Any, order: Any) -> Any:
        for i in tf.range(count):
            objective.step(first + i, in_epoch + i, order)
        return count

    random, steps_an_epoch = np.random.default_rng(train.seed), len(data.images) // train.batch_size
    step, chunk = 0, 1
    order = tf.constant(random.permutation(len(data.images)).astype(np.int32))
    while step < train.steps:
        in_epoch = step % steps_an_epoch
        if step and not in_epoch:
            order = tf.constant(random.permutation(len(data.images)).astype(np.int32))
        count = min(chunk, train.steps - step, steps_an_epoch - in_epoch)
        many(tf.constant(step), tf.constant(in_epoch), tf.constant(count), order).numpy()
        step, chunk = step + count, min(2 * chunk, 32)
        yield step, objective


def fitting(family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset, seconds: float) -> int:
    """How many steps this machine takes in `seconds`, compiling included, by a training that is thrown away."""
    began, warm = time.perf_counter(), None
    for step, _ in trained(family, model, train, data):
        now = time.perf_counter()
        if warm is None and step >= WARM:
            warm = (step, now)
        elif warm and now - warm[1] > TRIED:
            rate = (step - warm[0]) / (now - warm[1])
            return int(rate * (seconds - (warm[1] - began)) + warm[0])
    return train.steps


class Clock:
    """Seconds of training."""

    def __init__(self) -> None:
        self.began, self.paused = time.perf_counter(), 0.0

    def seconds(self) -> float:
        """Since the beginning, less what it was stopped for."""
        return (
            self._stopped_at - self.began - self.paused if hasattr(self, "_stopped_at") else time.perf_counter() - self.began - self.paused
        )

    def stopped(self) -> Clock:
        """For a `with`: it stands still inside."""
        return self

    def __enter__(self) -> None:
        self._stopped_at = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.paused += time.perf_counter() - self._stopped_at
        del self._stopped_at


def follow(name: str, points: Iterator[Point]) -> list[Point]:
    """All points of a contender, each printed as it comes."""
    followed = []
    for point in points:
        followed.append(point)
        accuracy = f"   asked digit {100 * point['label_accuracy']:.1f} %" if "label_accuracy" in point else ""
        shares = f"digits {100 * min(point['shares']):.0f} ... {100 * max(point['shares']):.0f} %"
        print(
            f"  {name:14} {point['step']:6,} steps {point['seconds']:7.1f} s   distance {point['distance']:7.2f}   {shares}{accuracy}",
            flush=True,
        )
    return followed


def reached(points: list[Point], distance: float) -> float | None:
    """Seconds after which `distance` was reached, straight between two points; None when it never was."""
    before: Point | None = None
    for point in points:
        if point["distance"] <= distance:
            if before is None:
                return point["seconds"]
            share = (before["distance"] - distance) / (before["distance"] - point["distance"])
            return before["seconds"] + share * (point["seconds"] - before["seconds"])
        before = point
    return None


def verdict(name: str, points: list[Point], bar: float) -> str:
    """One line: when it reached the classic loop's end, and where it stands at its own."""
    when, last = reached(points, bar), points[-1]
    even = all(READABLE[0] <= share <= READABLE[1] for share in last["shares"])
    accuracy = f", asked digit {100 * last['label_accuracy']:.1f} %" if "label_accuracy" in last else ""
    return (f"{name}: the classic DCGAN's {bar:.1f} after {f'{when:.1f} s' if when else 'more than it had'}; "
            f"after {last['seconds']:.0f} s {100 * last['distance'] / bar:.0f} % of it{accuracy}; "
            f"every digit between 5 % and 17 %: {'yes' if even else 'no'}")  # fmt: skip


def plot(curves: dict[str, list[Point]], path: Path, floor: float | None = None) -> None:
    """Distance over seconds, both logarithmic, and of long runs what was wanted and what training pictures have."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5), dpi=110)
    for name, points in curves.items():
        axes.plot([point["seconds"] for point in points], [point["distance"] for point in points], marker="o", label=name)
    if floor is not None:
        axes.axhline(floor, color="grey", linestyle="--", label="training pictures")
        axes.plot(*zip(*(LONG[name] for name in curves), strict=True), "kx", label="wanted")
    axes.set(xscale="log", yscale="log", xlabel="seconds of training", ylabel="Fréchet distance, our classifier's features")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def main() -> None:
    """Train, score, print, plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each live preset (default: 60)")
    parser.add_argument("--samples", type=int, help="scored at a time (default: 5,000, with --long 10,000)")
    parser.add_argument("--families", nargs="*", default=["dcgan", "dense", "cgan"])
    parser.add_argument("--classic", type=Path, help="JSON of an earlier run, whose classic loop is taken")
    parser.add_argument("--long", nargs="*", choices=LONG, help="only the DCGAN's `minutes` in these times (default: all)")
    parser.add_argument("--set", type=json.loads, default={}, help="JSON of settings that differ from the live preset's, to try them")
    parser.add_argument("--out", type=Path, help="folder for the curves, JSON and PNG")
    parser.add_argument("--name", default="time_to_quality", help="of the two files (default: time_to_quality)")
    options = parser.parse_args()
    score = Scorer(options.samples or (5000 if options.long is None else 10_000))
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    curves = compare_long(score, options.long or list(LONG), options.set) if options.long is not None else compare_live(score, options)
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / f"{options.name}.json").write_text(json.dumps(curves, indent=1))
        plot(curves, options.out / f"{options.name}.png", None if options.long is None else score.floor())


def compare_live(score: Scorer, options: argparse.Namespace) -> dict[str, list[Point]]:
    """The classic loop and the live presets, printed."""
    curves: dict[str, list[Point]] = {}
    if options.classic:
        curves["classic DCGAN"] = json.loads(options.classic.read_text())["classic DCGAN"]
    else:
        curves["classic DCGAN"] = follow("classic DCGAN", classic(score, "dcgan"))
    runs: dict[str, Callable[[], Iterator[Point]]] = {
        f"{family}, live": lambda family=family: ours(score, family, options.seconds, dict(options.set)) for family in options.families
    }
    for name, run in runs.items():
        curves[name] = follow(name, run())
    bar = curves["classic DCGAN"][-1]["distance"]
    print("\n".join(verdict(name, curves[name], bar) for name in runs))
    return curves


def compare_long(score: Scorer, names: list[str], changes: dict[str, Any]) -> dict[str, list[Point]]:
    """The DCGAN's `minutes` in so long, printed, and when it was as good as wanted."""
    print(f"as many training pictures, the floor: {score.floor():.2f}")
    curves = {name: follow(f"dcgan, {name}", ours(score, "dcgan", LONG[name][0], dict(changes), "minutes")) for name in names}
    for name, points in curves.items():
        when = reached(points, LONG[name][1])
        print(f"{name}: {LONG[name][1]} {f'after {when:.0f} s' if when else 'was not reached'}; {points[-1]['distance']:.2f} at its end")
    return curves


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
