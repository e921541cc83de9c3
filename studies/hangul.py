"""Does a model draw the syllables that it is asked for, and those that its training never saw? A reader of the fonts' pictures counts.

    python tools/hangul.py FONTS DATA
    python studies/hangul.py DATA/hangul.npz checkpoints/hangul

The reader is a convolutional network with a softmax over initials, medials and finals, trained on pictures of all 2,350 syllables in all fonts,
those that no generator has seen too (else it would be worse at just these); a twentieth of the pictures is kept from it, and what it names
of those is the ceiling. `--reader FILE` keeps it. Moved by up to two pixels while it learns, as a generator has no font's exact place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core import classes  # noqa: E402
from gan_core.data import hangul  # noqa: E402
from gan_core.data.npz import read_npz  # noqa: E402

OUTSIDE = 1000  # pictures of syllables that are in no data: those that the dials can make besides
KEPT_BACK = 20  # one picture of so many is never shown to the reader
BATCH, EPOCHS, MOVED = 128, 4, 2
WIDTHS = (24, 48, 96, 128)
PARTS = ("initial", "medial", "final")


def build():
    """Pictures `[n, 64, 64, 1]` in [0, 1] -> scores `[n, 68]` of all classes of the three groups."""
    import keras
    from keras import layers

    stack = [keras.Input((hangul.SIDE, hangul.SIDE, 1))]
    for width in WIDTHS:
        stack += [layers.Conv2D(width, 5 if width < 48 else 3, strides=2, padding="same"), layers.BatchNormalization(), layers.ReLU()]
    stack += [layers.Flatten(), layers.Dropout(0.2), layers.Dense(256, activation="relu"), layers.Dense(len(hangul.CLASSES))]
    return keras.Sequential(stack)


def train(pictures: np.ndarray, labels: np.ndarray):
    """The reader of these pictures uint8 `[n, 64, 64]`."""
    import keras
    import tensorflow as tf

    from gan_core.nn import losses

    keras.utils.set_random_seed(1)
    model = build()
    steps = EPOCHS * (len(pictures) // BATCH)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(2e-3, steps, 0.01))
    optimizer.build(model.trainable_variables)
    weights = tf.constant(classes.weights(np.arange(classes.count(0, hangul.GROUPS)), len(hangul.CLASSES), hangul.GROUPS))

    @tf.function
    def step(batch: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = losses.naming_loss(tf.gather(weights, ids), model(batch, training=True), hangul.GROUPS)
        optimizer.apply(tape.gradient(loss, [v.value for v in model.trainable_variables]), model.trainable_variables)
        return loss

    random = np.random.default_rng(1)
    for epoch in range(EPOCHS):
        order = random.permutation(len(pictures))
        for start in range(0, len(order) - BATCH + 1, BATCH):
            rows = order[start : start + BATCH]
            down, right = random.integers(-MOVED, MOVED + 1, 2)
            batch = np.roll(pictures[rows], (down, right), (1, 2))[..., None].astype(np.float32) / 255
            loss = step(tf.constant(batch), tf.constant(labels[rows]))
        print(f"reader, epoch {epoch + 1}: loss {float(loss):.3f}", flush=True)
    return model


def named(reader, pictures: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Which parts the reader names rightly, bool `[n, 3]`, of pictures `[n, 64, 64]` in [0, 1]."""
    scores = np.concatenate(
        [reader(part[..., None], training=False).numpy() for part in np.array_split(pictures, max(1, len(pictures) // 500))]
    )
    groups = np.split(scores, np.cumsum(hangul.GROUPS)[:-1], axis=1)
    return np.stack(
        [group.argmax(axis=1) == part for group, part in zip(groups, classes.parts(labels, hangul.GROUPS), strict=True)], axis=1
    )


def line(what: str, right: np.ndarray) -> str:
    """One line of the table."""
    each = ", ".join(f"{name} {share:.1%}" for name, share in zip(PARTS, right.mean(axis=0), strict=True))
    return f"{what:42} {right.all(axis=1).mean():6.1%} of {len(right):,}   ({each})"


def main(argv: list[str]) -> int:
    """Train or load the reader, print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--reader", type=Path, help="a .npz of its weights: read where it is there, else written")
    parser.add_argument("--each", type=int, default=4, help="z for each syllable (default 4)")
    options = parser.parse_args(argv)
    arrays = read_npz(options.data, ("pictures", "labels"))
    pictures, labels = arrays["pictures"], arrays["labels"].astype(np.int64)
    kept = np.random.default_rng(0).permutation(len(labels)) % KEPT_BACK == 0
    if options.reader and options.reader.is_file():
        reader = build()
        with np.load(options.reader) as held:
            reader.set_weights([held[str(i)] for i in range(len(held.files))])
    else:
        reader = train(pictures[~kept], labels[~kept])
        if options.reader:
            np.savez(options.reader, **{str(i): weight for i, weight in enumerate(reader.get_weights())})
    print(line("fonts' pictures kept from the reader", named(reader, pictures[kept].astype(np.float32) / 255, labels[kept])))

    from gan_core.model.explorer import Explorer

    every = np.array(hangul.syllables())
    unseen = np.isin(every, sorted(hangul.held_out()))
    outside = np.setdiff1d(np.arange(classes.count(0, hangul.GROUPS)), every)
    others = np.random.default_rng(0).choice(outside, OUTSIDE // options.each)
    for folder in options.models:
        explorer = Explorer.open(folder)
        for what, asked in (
            ("seen in training", every[~unseen]),
            ("never seen in training", every[unseen]),
            ("outside of KS X 1001", others),
        ):
            asked = np.repeat(asked, options.each)
            z = explorer.sample_z(len(asked), seed=16)
            drawn = np.concatenate([explorer.generate(z[i : i + 200], asked[i : i + 200]) for i in range(0, len(asked), 200)])
            print(line(f"{folder.name}: {what}", named(reader, drawn, asked)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
