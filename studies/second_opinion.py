"""The shipped models judged by a classifier that is not in the repository: `python studies/second_opinion.py checkpoints/*-mnist`.

It is trained here and now (a plain LeNet-like network, no augmentation, another seed than anything that ships), then thrown away. Its features
are others than the shipped classifier's, so a model that only pleases that one would show. Distances are given beside their floor.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.metrics import figures  # noqa: E402
from gan_core.metrics.comparing import K  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402


def trained(epochs: int, seed: int) -> tuple[Any, Any, float]:
    """Pictures -> features `[n, 128]`, pictures -> digits, and the accuracy on the test pictures."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    seen = keras.Input((28, 28, 1))
    x = layers.MaxPooling2D()(layers.Conv2D(32, 5, padding="same", activation="relu")(seen))
    x = layers.MaxPooling2D()(layers.Conv2D(64, 5, padding="same", activation="relu")(x))
    features = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    model = keras.Model(seen, layers.Dense(10)(layers.Dropout(0.5)(features)))
    rate = keras.optimizers.schedules.CosineDecay(1e-3, epochs * 600)
    model.compile(keras.optimizers.Adam(rate), keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    train, test = (catalog.load("mnist", split=split) for split in ("train", "test"))
    model.fit(shown(train.images), train.labels, batch_size=100, epochs=epochs, verbose=2)
    inner = keras.Model(seen, features)
    accuracy = float(np.mean(model.predict(shown(test.images), 500, 0).argmax(1) == test.labels))
    return lambda pictures: inner.predict(pictures, 500, 0), lambda pictures: model.predict(pictures, 500, 0).argmax(1), accuracy


def shown(pictures: np.ndarray) -> np.ndarray:
    """uint8 `[n, 28, 28]` as the network sees them."""
    return pictures[..., None].astype(np.float32) / 255


def main() -> None:
    """Train, judge, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0, help="of the samples (default: 0)")
    parser.add_argument("--epochs", type=int, default=4)
    options = parser.parse_args()
    features, digits, accuracy = trained(options.epochs, 987_654)
    train, test = (catalog.load("mnist", split=split) for split in ("train", "test"))
    real = features(shown(test.images))
    others = features(shown(train.images[: options.n]))
    near = figures.neighbourhood(real, others, K)
    print(f"second classifier: {100 * accuracy:.2f} % on the test pictures; n {options.n}, seed {options.seed}")
    print(f"{'training pictures':18} distance {figures.frechet_distance(real, others):7.2f}   precision {near.precision:.2f} "
          f"recall {near.recall:.2f} coverage {near.coverage:.2f}", flush=True)  # fmt: skip
    for folder in options.checkpoints:
        explorer = Explorer.open(folder)
        if explorer.family.has_encoder:
            continue
        labels = explorer.even_labels(options.n) if explorer.num_classes else None
        drawn = explorer.generate(explorer.sample_z(options.n, options.seed), labels)[..., None]
        drawn_features = features(drawn)
        near, named = figures.neighbourhood(real, drawn_features, K), digits(drawn)
        shares = np.bincount(named, minlength=10) / len(named)
        label = f"   asked digit {100 * np.mean(named == labels):.2f} %" if labels is not None else ""
        print(f"{explorer.name:18} distance {figures.frechet_distance(real, drawn_features):7.2f}   precision {near.precision:.2f} recall {near.recall:.2f} "
              f"coverage {near.coverage:.2f}   digits {100 * shares.min():.1f} ... {100 * shares.max():.1f} %{label}", flush=True)  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
