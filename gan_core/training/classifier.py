"""The project's own digit classifier: trained here, shipped as a program, used to read what a generator draws."""

from __future__ import annotations

import time
from pathlib import Path

import keras
import numpy as np
from keras import layers

from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.model import program
from gan_core.model.digit_reader import read
from gan_core.nn.fold import fold
from gan_core.nn.layers import Chain
from gan_core.storage import files

FEATURES = 64  # width of the layer before the last: what distances between sets of pictures are measured in


def build(num_classes: int = 10) -> Chain:
    """A small convolutional classifier, `[n, 28, 28, 1]` in [0, 1] -> probabilities `[n, num_classes]`; about 3 million multiply-adds."""
    blocks: list[keras.layers.Layer] = []
    for width, stride in ((16, 1), (16, 2), (32, 1), (32, 2), (64, 1), (64, 2)):
        blocks += [
            layers.Conv2D(width, 3, strides=stride, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.Activation("relu"),
        ]
    head = [
        layers.Flatten(),
        layers.Dropout(0.3),
        layers.Dense(FEATURES, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(num_classes, activation="softmax"),
    ]
    return Chain("classifier", blocks + head, (28, 28, 1))


def train(out: Path, epochs: int = 12, seed: int = 0, dataset: str = "mnist") -> float:
    """Train the classifier on slightly moved, turned and scaled digits, and write its program and its test accuracy below `out`.

    Returns: accuracy on the test pictures, 0 ... 1, of the program that is written.
    Raises: DataError when the data is not there.
    """
    keras.utils.set_random_seed(seed)
    began = time.time()
    data, held_out = catalog.load(dataset, split="train", download=True), catalog.load(dataset, split="test")
    assert data.labels is not None and held_out.labels is not None  # named sets all have labels
    network = build(len(data.classes))
    shown = keras.Input((28, 28, 1))
    moved = layers.RandomZoom(0.12, fill_mode="constant")(layers.RandomRotation(0.03, fill_mode="constant")(shown))
    model = keras.Model(shown, network(layers.RandomTranslation(0.08, 0.08, fill_mode="constant")(moved)))
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(data.images) // 128))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(pixels.to_model(data.images, (0, 1)), data.labels, batch_size=128, epochs=epochs, verbose=2)
    made = program.from_bytes(program.to_bytes(fold(network, (0.0, 1.0))), "classifier")
    accuracy = float(np.mean(read(made, pixels.to_unit(pixels.to_model(held_out.images, (0, 1)), (0, 1))).digits == held_out.labels))
    files.write_bytes(out / "classifier.safetensors", program.to_bytes(made))
    files.write_json(
        out / "metrics.json",
        {"dataset": dataset, "test_accuracy": accuracy, "epochs": epochs, "seed": seed, "seconds": round(time.time() - began)},
    )
    return accuracy
