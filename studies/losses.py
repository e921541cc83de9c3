"""Every adversarial loss and variant on real MNIST, and the first loss's gradient going out: `GAN_DATA=... python studies/losses.py`.

The dense GAN, preset `live`, is trained with each loss, then with two steps of D a step and with the first paper's optimizer; then an ACGAN.
10,000 samples of the last snapshot are scored by the project's classifier. `--rates` compares losses and not rates: each loss is trained at every
pair of RATES first, and its best pair once more from another seed, whose figure is the one to compare. Then the
demonstration that the original minimax loss saturates: D gets a head start against a fixed G, and both losses go on from there for 100 steps,
with the length of G's gradient measured at each. Source: Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import samples  # noqa: E402

from gan_core import families, runs  # noqa: E402
from gan_core.config import LOSSES  # noqa: E402
from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.metrics import figures  # noqa: E402
from gan_core.model import digit_reader  # noqa: E402

FAMILY = "dense"
OWN = {"wasserstein": {"gradient_penalty": 10.0}}  # settings that a loss cannot do without
VARIANTS: dict[str, tuple[str, dict[str, Any]]] = {
    **{loss: (FAMILY, {"loss": loss, **OWN.get(loss, {})}) for loss in LOSSES},
    "k = 2": (FAMILY, {"d_steps": 2}),
    "sgd, momentum": (FAMILY, {"optimizer": "sgd", "beta_1": 0.5, "g_learning_rate": 0.1, "d_learning_rate": 0.1}),
    "acgan": ("acgan", {}),
}
SAMPLES = 10_000
SEED, OTHER_SEED = 0, 1
RATES = [(g, d) for g in (1e-3, 3e-3, 9e-3) for d in (2e-4, 5e-4, 1e-3, 2e-3)]  # of G and of D; the preset's are 3e-3 and 5e-4


def train(variant: str, steps: int, folder: str, seed: int = SEED, rates: tuple[float, float] | None = None) -> runs.Run:
    """A finished run of the live preset, changed as the variant says."""
    from gan_core.training import trainer

    name, changes = VARIANTS[variant]
    family = families.get(name)
    own = {"g_learning_rate": rates[0], "d_learning_rate": rates[1]} if rates else {}
    settings = family.train_config("live", dataset="mnist", steps=steps, seed=seed, **changes | own)
    run = runs.create(folder, family.model_config("live"), settings)
    state = trainer.train(run)
    if state != "finished":
        raise SystemExit(f"{variant}: {state}: {run.status()['reason']}")
    return run


def milliseconds_a_step(run: runs.Run) -> float:
    """From the first report after the compilation to the last."""
    reports = run.reports()
    first, last = next(report for report in reports if report["step"] >= 100), reports[-1]
    return 1000 * (last["seconds"] - first["seconds"]) / (last["step"] - first["step"])


def score(run: runs.Run, real: np.ndarray) -> tuple[float, np.ndarray]:
    """Frechet distance to test pictures with these features, and the share of each digit among the samples."""
    shown = samples.draw(run, SAMPLES, SEED)
    seen = digit_reader.read(digit_reader.load(), shown)
    return figures.frechet_distance(real, seen.features), figures.digit_histogram(seen.digits)


def best_rates(variant: str, steps: int, real: np.ndarray, folder: str) -> dict[str, Any]:
    """The distance at every pair of RATES, the best pair, and its distance from another seed."""
    tried = {rates: score(train(variant, steps, folder, rates=rates), real)[0] for rates in RATES}
    best = min(tried, key=lambda rates: tried[rates])
    again = score(train(variant, steps, folder, OTHER_SEED, best), real)[0]
    return {"tried": [[*rates, distance] for rates, distance in tried.items()], "best": best, "frechet": tried[best], "again": again}


def compare_at_best(variants: list[str], steps: int, real: np.ndarray, folder: str) -> dict[str, Any]:
    """`best_rates` of each, printed as they come."""
    print(f"{'at its best rates':18}{'G':>8}{'D':>8}{'Frechet':>9}{'other seed':>12}   all pairs, D's rates rising in each of G's")
    found = {}
    for variant in variants:
        found[variant] = one = best_rates(variant, steps, real, folder)
        pairs = " ".join(f"{distance:.0f}" for *_, distance in one["tried"])
        print(f"{variant:18}{one['best'][0]:8.0e}{one['best'][1]:8.0e}{one['frechet']:9.1f}{one['again']:12.1f}   {pairs}", flush=True)
    return found


def saturation(loss: str, head_start: int, steps: int) -> dict[str, float]:
    """G's gradient while D, trained alone for `head_start` steps, is far ahead.

    Returns: its length at the first step and the mean over `steps`, and D(G(z)) at the first and at the last.
    """
    import tensorflow as tf

    from gan_core.training import objectives
    from gan_core.training.adversarial import Pictures
    from gan_core.training.turns import Phases

    family = families.get(FAMILY)
    settings = family.train_config("live", dataset="mnist", loss=loss, seed=SEED)
    data = catalog.load("mnist", split="train")
    objective: Any = objectives.make(family, family.model_config("live"), settings, data)
    phases = Phases(objective)
    order = tf.constant(np.random.default_rng(SEED).permutation(len(data.images)).astype(np.int32))

    @tf.function
    def gradient_length(z: Any) -> Any:
        labels = objective.fake_labels(z, tf.zeros([len(z), objective.classes]))  # for votes, what z itself asks for
        with tf.GradientTape() as tape:
            fakes = objective.generator(z, labels)
            g_loss = objective.g_objective(Pictures(fakes, labels, fakes, labels))  # none of these losses looks at the real ones
        return tf.linalg.global_norm(tape.gradient(g_loss, [variable.value for variable in objective.g_variables]))

    for number in range(head_start):
        phases.d(number, number, order)
    lengths, beliefs = [], []
    for number in range(head_start, head_start + steps):
        phases.d(number, number, order)
        lengths.append(float(gradient_length(objective.z(tf.constant(number), 1)[0])))
        beliefs.append(phases.g(number, number, order)["d_fake_before"])
    return {"first": lengths[0], "mean": float(np.mean(lengths)), "d_fake_first": beliefs[0], "d_fake_last": beliefs[-1]}


def compare(variants: list[str], steps: int, real: np.ndarray, folder: str) -> dict[str, Any]:
    """The distance of each with the preset's own rates, printed as they come."""
    print(f"{'variant':16}{'Frechet':>9}{'ms a step':>11}   share of each digit 0 ... 9, per cent")
    found = {}
    for variant in variants:
        run = train(variant, steps, folder)
        (distance, shares), took = score(run, real), milliseconds_a_step(run)
        found[variant] = {"frechet": distance, "milliseconds": took, "shares": shares.round(4).tolist()}
        print(f"{variant:16}{distance:9.1f}{took:11.2f}   {' '.join(f'{100 * share:4.1f}' for share in shares)}", flush=True)
    return found


def compare_saturation(head_start: int) -> dict[str, Any]:
    """The length of G's gradient with the two losses of the first paper, printed."""
    print(
        f"\nG's gradient after D trained {head_start} steps alone\n{'loss':16}{'first':>10}{'mean':>10}   D(G(z)) first ... after 100 steps"
    )
    found = {}
    for loss in ("non_saturating", "minimax"):
        found[loss] = one = saturation(loss, head_start, 100)
        print(f"{loss:16}{one['first']:10.2e}{one['mean']:10.2e}   {one['d_fake_first']:.5f} ... {one['d_fake_last']:.5f}", flush=True)
    larger = {name: found["non_saturating"][name] / found["minimax"][name] for name in ("first", "mean")}
    print(f"the non-saturating gradient is {larger['first']:,.0f} times as long at the first step, {larger['mean']:,.0f} times in the mean")
    return found


def main() -> None:
    """Print the tables, and JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500, help="training steps a loss (default: 1500)")
    parser.add_argument("--only", action="append", choices=list(VARIANTS), help="only this loss or variant")
    parser.add_argument("--rates", action="store_true", help=f"only the losses, each at the best of {len(RATES)} pairs of rates")
    parser.add_argument("--head-start", type=int, default=300, help="steps that D trains alone for the demonstration (default: 300)")
    parser.add_argument("--json", help="also write the figures to this file")
    options = parser.parse_args()
    real = samples.real_features()
    with tempfile.TemporaryDirectory() as folder:
        if options.rates:
            results = {"best": compare_at_best(options.only or list(LOSSES), options.steps, real, folder)}
        else:
            results = {"losses": compare(options.only or list(VARIANTS), options.steps, real, folder),
                       "saturation": compare_saturation(options.head_start)}  # fmt: skip
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
