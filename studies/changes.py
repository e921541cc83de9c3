"""What each change of the live DCGAN gives, alone: `GAN_DATA=... python studies/changes.py`.

The preset `live` is trained as it is, and once for every change with that one thing taken away or added, all for the same number of steps.
10,000 samples of the last snapshot are scored in the features of the project's classifier, against the test pictures.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import samples  # noqa: E402

from gan_core import families, runs  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.metrics import figures  # noqa: E402
from gan_core.model import digit_reader  # noqa: E402

FAMILY, PRESET = "dcgan", "live"
SAMPLES = 10_000
# name -> what is different in the model's widths, and in the training; None takes a width away
CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "as it is": ({}, {}),
    "float32": ({}, {"precision": "float32"}),
    "bfloat16": ({}, {"precision": "bfloat16"}),
    "two stages": ({}, {"one_stage": False}),
    "no averaging": ({}, {"ema_decay": 0.0}),
    "no votes, no naming": ({"votes": None}, {"naming": 0.0}),
    "no naming": ({}, {"naming": 0.0}),
    "no mapping": ({"mapping": []}, {}),
    "beta_1 0.9": ({}, {"beta_1": 0.9}),
    "R1 0.05": ({}, {"r1_gamma": 0.05}),
    "rates of 6e-4": ({}, {"g_learning_rate": 6e-4, "d_learning_rate": 6e-4}),
    "rates that stay": ({}, {"final_lr_fraction": 1.0}),
    "SOAP": ({}, {"optimizer": "soap"}),
    "layer at 28x28": ({"generator": [64, 32, 16]}, {}),
    "saturated pixels": ({"margin": 0.04}, {}),
    "speck penalty 0.5": ({}, {"speck_penalty": 0.5}),
    "both against specks": ({"margin": 0.04}, {"speck_penalty": 0.5}),
}
FIGURES = ("frechet", "precision", "recall", "specks", "haze", "rarest digit")


def train(change: str, steps: int, seed: int, folder: str) -> runs.Run:
    """A finished run of the preset with this change."""
    from gan_core.training import trainer

    family = families.get(FAMILY)
    widths, settings = CHANGES[change]
    kept = {key: value for key, value in {**family.model_config(PRESET).widths, **widths}.items() if value is not None}
    run = runs.create(folder, family.model_config(PRESET, widths=kept), family.train_config(PRESET, steps=steps, seed=seed, **settings))
    if (state := trainer.train(run)) != "finished":
        raise SystemExit(f"{change}: {state}: {run.status()['reason']}")
    return run


def score(run: runs.Run, real: np.ndarray) -> dict[str, float]:
    """The figures of 10,000 samples; haze is the share of pixels that are neither black nor over a twentieth of white."""
    shown = samples.draw(run, SAMPLES, 0)
    seen = digit_reader.read(digit_reader.load(), shown)
    near = figures.neighbourhood(real, seen.features)
    row = (
        figures.frechet_distance(real, seen.features),
        near.precision,
        near.recall,
        figures.specked(shown).mean(),
        ((shown > 1 / 255) & (shown < 0.05)).mean(),
        figures.digit_histogram(seen.digits).min(),
    )
    return {name: float(value) for name, value in zip(FIGURES, row, strict=True)}


def main() -> None:
    """Print a row for every change: the median over the seeds, and the range of the distance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1500, help="training steps each (default: 1500)")
    parser.add_argument("--seeds", type=int, default=1, help="runs of each change, seeds 0, 1, ... (default: 1)")
    parser.add_argument("--only", action="append", choices=list(CHANGES), help="only this one")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    real = samples.real_features()
    scores: dict[str, list[dict[str, float]]] = {}
    print(f"{FAMILY}, preset {PRESET}, {options.steps} steps\n{'':22}{''.join(name.rjust(14) for name in FIGURES)}")
    with tempfile.TemporaryDirectory() as folder:
        for change in options.only or CHANGES:
            scores[change] = [score(train(change, options.steps, seed, folder), real) for seed in range(options.seeds)]
            medians = (statistics.median(each[name] for each in scores[change]) for name in FIGURES)
            distances = sorted(each["frechet"] for each in scores[change])
            spread = f"   {distances[0]:.2f} ... {distances[-1]:.2f}" if options.seeds > 1 else ""
            print(f"{change:22}{''.join(f'{value:14.3f}' for value in medians)}{spread}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(scores, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
