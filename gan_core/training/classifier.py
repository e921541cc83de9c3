"""The project's own digit classifier: trained here, shipped as a program, used to read what a generator draws."""

from __future__ import annotations

import time
from pathlib import Path

import keras
import numpy as np
from keras import layers

from gan_core.data import catalog, no_digits
from gan_core.imaging import pixels
from gan_core.mnist import KIND
from gan_core.model import digit_reader, program
from gan_core.nn.fold import fold
from gan_core.nn.layers import Chain
from gan_core.storage import files
from gan_core.storage.fields import Fields
from gan_core.training import no_digit

FEATURES = 64  # width of the layer before the last: what distances between sets of pictures are measured in


def build(num_classes: int = 10) -> Chain:
    """A small convolutional classifier of MNIST's pictures `[n, h, w, 1]` in [0, 1] -> probabilities `[n, num_classes]`; about 3 million multiply-adds."""
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
    return Chain("classifier", blocks + head, KIND.shape)


def train(out: Path, epochs: int = 12, seed: int = 0, dataset: str = "mnist") -> float:
    """Train the classifier on slightly moved, turned and scaled digits, teach it what is no digit, and write program and test accuracy below `out`.

    Returns: accuracy on the test pictures, 0 ... 1, of the program that is written.
    Raises: DataError when the data is not there.
    """
    keras.utils.set_random_seed(seed)
    began = time.time()
    data, held_out = catalog.load(dataset, split="train", download=True), catalog.load(dataset, split="test")
    assert data.labels is not None and held_out.labels is not None  # named sets all have labels
    network = build(len(data.classes))
    shown = keras.Input(KIND.shape)
    moved = layers.RandomZoom(0.12, fill_mode="constant")(layers.RandomRotation(0.03, fill_mode="constant")(shown))
    model = keras.Model(shown, network(layers.RandomTranslation(0.08, 0.08, fill_mode="constant")(moved)))
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(data.images) // 128))
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    model.fit(pixels.to_model(data.images, (0, 1)), data.labels, batch_size=128, epochs=epochs, verbose=2)
    made = no_digit.learn(fold(network, (0.0, 1.0)), data, seed=seed)
    return _write(out, made, held_out, {"dataset": dataset, "epochs": epochs, "seed": seed, "seconds": round(time.time() - began)})


def learn_no_digit(out: Path, seed: int = 0, dataset: str = "mnist") -> float:
    """Teach the classifier below `out` anew what is no digit; what it sees in digits stays as it is. Half an hour on two cores, where `train` takes a little more.

    Returns, raises: as `train`, and CheckpointError where there is none.
    """
    data, held_out = catalog.load(dataset, split="train", download=True), catalog.load(dataset, split="test")
    made = no_digit.learn(program.read(out / digit_reader.CLASSIFIER.name), data, seed=seed)
    path = out / "metrics.json"
    return _write(out, made, held_out, Fields(files.read_json(path), path.name).values() if path.exists() else {})


def _write(out: Path, made: program.Program, held_out: catalog.Dataset, about: dict[str, object]) -> float:
    """The program as it will be read, and its figures; returns its accuracy."""
    data = program.to_bytes(made)
    shipped = program.from_bytes(data, "classifier")
    reading = digit_reader.read(shipped, held_out.images / np.float32(255))
    plain = digit_reader.read(no_digit.forget(shipped), held_out.images / np.float32(255))
    accuracy = float(np.mean(reading.digits == held_out.labels))
    lost = float(np.mean((plain.probabilities.max(axis=1) > 0.5) & (reading.probabilities.max(axis=1) <= 0.5)))
    taken = {name: _over_half(shipped, pictures) for name, pictures in no_digits.held_out(2000).items()}
    files.write_bytes(out / digit_reader.CLASSIFIER.name, data)
    files.write_json(out / "metrics.json", {**about, "test_accuracy": accuracy, "lost_digits": lost, "taken_for_digits": taken})
    return accuracy


def _over_half(classifier: program.Program, pictures: np.ndarray) -> float:
    """The share of pictures that are read as a digit with over a half."""
    return float(np.mean(digit_reader.read(classifier, pictures / np.float32(255)).probabilities.max(axis=1) > 0.5))
