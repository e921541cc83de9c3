"""How few labels a semi-supervised discriminator needs, beside a classifier on the same labels: `GAN_DATA=... python studies/few_labels.py`.

The family SGAN, preset `live`, is trained on MNIST with so many labelled pictures, as many of each digit; all others are known to be real, no
more. Beside it the same network (its discriminator, with dropout) learns from the labelled pictures alone, as many updates, batches, rate.
Both name the 10,000 test pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core import families  # noqa: E402 (a script's own project)
from gan_core.data import catalog  # noqa: E402
from gan_core.imaging import pixels  # noqa: E402


def accuracy(objective: Any) -> float:
    """Share of the test pictures that D names rightly."""
    test = catalog.load("mnist", split="test")
    pictures = pixels.to_model(test.images, objective.family.pixel_range)
    scores = np.concatenate([objective.scores(some, training=False).numpy() for some in np.array_split(pictures, 20)])
    return float((scores.argmax(axis=1) == test.labels).mean())


def trained(labels: int, seed: int, steps: int, alone: bool) -> float:
    """Accuracy after `steps` updates: of the semi-supervised discriminator, or `alone` of the classifier on the labelled pictures only."""
    import tensorflow as tf

    from gan_core.training import objectives

    family = families.get("sgan")
    model, train = family.configs("live", dataset="mnist", labelled=labels, seed=seed, steps=steps)
    data = catalog.load("mnist")
    objective: Any = objectives.make(family, model, train, data)
    batch, samples = train.batch_size, len(data.images)
    optimizer = objective.optimizers["d_optimizer"]

    both = tf.function(objective.step)

    @tf.function
    def learn(number: Any, order: Any) -> None:
        """One update of D by the labelled pictures that its step would show it."""
        pictures, named = objective.batch(number, order)
        with tf.GradientTape() as tape:
            scores = objective.scores(pictures[batch:])
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(named[batch:], scores))
        variables = [variable.value for variable in objective.d_variables]
        optimizer.apply(tape.gradient(loss, variables), objective.d_variables)

    for number in range(steps):
        epoch, in_epoch = divmod(number, samples // batch)
        if in_epoch == 0:
            order = tf.constant(np.random.default_rng([seed, epoch]).permutation(samples), tf.int32)
        if alone:
            learn(tf.constant(in_epoch), order)
        else:
            both(tf.constant(number), tf.constant(in_epoch), order)
    return accuracy(objective)


PAGE = ROOT / "ui" / "static" / "learn" / "labels" / "measured.js"
HEAD = """/** How many of MNIST's test pictures are named rightly, by how many labels: written by `python studies/few_labels.py --page`. */

/** @type {import("./rows.js").Row[]} */
export const MEASURED = """


def main() -> None:
    """A line a number of labels."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, nargs="+", default=[20, 50, 100, 1000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--page", action="store_true", help="write what is found into the lesson's card on labels")
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for labels in options.labels:
        rows.append({"labels": labels, "steps": options.steps})
        for name, alone in (("sgan", False), ("classifier", True)):
            accuracies = rows[-1][name] = [trained(labels, seed, options.steps, alone) for seed in options.seeds]
            print(
                f"{labels:5} labels, {name:10} {np.mean(accuracies):.2%} of the test pictures, seeds: {' '.join(f'{one:.2%}' for one in accuracies)}",
                flush=True,
            )
    if options.page:
        PAGE.write_text(f"{HEAD}{json.dumps(rows, indent=2)};\n", encoding="utf-8")


if __name__ == "__main__":
    main()
