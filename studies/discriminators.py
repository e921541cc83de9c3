"""What a discriminator can tell at all: `GAN_DATA=... python studies/discriminators.py checkpoints/dcgan-mnist`.

Each kind learns for 1,500 steps of 64 real and 64 drawn pictures while the generator rests, and is asked about 4,000 others of each: the share it is
right about, 0.5 where it tells nothing. A generator cannot learn from D what D does not see, so this says which one to train against: the course's
5x5 kernels of stride 2, the same with 3x3 kernels, the first of stride 1, and a dense layer before the last (`fine`), each with R1 and with less.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.imaging import pixels  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402
from gan_core.nn import losses  # noqa: E402
from gan_core.nn.layers import convolutional_discriminator  # noqa: E402

LEARNT, ASKED, BATCH, R1_EVERY = 20_000, 4_000, 64, 8
RANGE = (-1.0, 1.0)
KINDS = {"5x5, as the course's": ([48, 96], 0), "3x3, fine": ([32, 48, 96], 64)}


def told(real: np.ndarray, drawn: np.ndarray, kind: str, gamma: float, steps: int) -> float:
    """The share of the last ASKED of each, float32 `[n, h, w, 1]` in [-1, 1], that a fresh discriminator is right about after `steps`."""
    keras.utils.set_random_seed(0)
    widths, fine = KINDS[kind]
    judge = keras.Sequential([keras.Input(real.shape[1:]), *convolutional_discriminator(widths, 0.0, fine=fine)])
    optimizer = keras.optimizers.Adam(6e-4, beta_1=0.5)
    optimizer.build(judge.trainable_variables)

    @tf.function
    def step(real: tf.Tensor, drawn: tf.Tensor, penalised: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = losses.cross_entropy_d_loss(*tf.split(judge(tf.concat([real, drawn], 0), training=True), 2))
            if penalised:
                with tf.GradientTape() as inner:
                    inner.watch(real)
                    logits = judge(real, training=True)
                slopes = tf.reduce_sum(inner.gradient(logits, real) ** 2, axis=[1, 2, 3])
                loss += 0.5 * gamma * R1_EVERY * tf.reduce_mean(slopes)
        optimizer.apply(tape.gradient(loss, judge.trainable_variables), judge.trainable_variables)

    chance = np.random.default_rng(1)
    for number in range(steps):
        rows = chance.integers(0, len(real) - ASKED, (2, BATCH))
        step(tf.constant(real[rows[0]]), tf.constant(drawn[rows[1]]), tf.constant(gamma > 0 and number % R1_EVERY == 0))
    right = [judge.predict(real[-ASKED:], 500, verbose=0) > 0, judge.predict(drawn[-ASKED:], 500, verbose=0) < 0]
    return float(np.mean(right))


def main() -> None:
    """A row a kind and a weight of R1, a column a model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--gamma", type=float, nargs="+", default=[0.05, 0.005], help="weights of R1 (default: 0.05 0.005)")
    parser.add_argument("--steps", type=int, default=1500)
    options = parser.parse_args()
    images = catalog.load("mnist").images
    chosen = np.random.default_rng(0).permutation(len(images))[: LEARNT + ASKED]
    real = pixels.to_model(images[chosen], RANGE)
    models = [Explorer.open(folder) for folder in options.checkpoints]
    shown = [pixels.to_model(pixels.to_uint8(one.generate(one.sample_z(LEARNT + ASKED, 5, 1.0))), RANGE) for one in models]
    print(f"{'':36}" + "".join(f"{one.name:>16}" for one in models), flush=True)
    for kind in KINDS:
        for gamma in options.gamma:
            row = [told(real, drawn, kind, gamma, options.steps) for drawn in shown]
            print(f"{f'{kind}, R1 {gamma:g}':36}" + "".join(f"{share:16.3f}" for share in row), flush=True)


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
