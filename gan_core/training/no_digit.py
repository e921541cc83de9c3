"""The classifier learns what is no digit, and forgets nothing: what it sees in a digit stays as it was, bit for bit.

Its convolutions are kept. Beside the last hidden layer come EXTRA units, and beside the ten outputs one more, "no digit", that reads both: an
outlier class, as in Outlier Exposure (Hendrycks, Mazeika, Dietterich 2019. https://arxiv.org/abs/1812.04606), with background classes of one's own.
"""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf
from keras import layers
from PIL import Image

from gan_core.data import catalog, no_digits
from gan_core.mnist import SIDE
from gan_core.model import digit_reader
from gan_core.model.operations import End
from gan_core.model.program import Program
from gan_core.storage.fields import MAX_STEPS, Fields
from gan_core.training.monitor import forward

EXTRA = 64
HEAD = 4  # last operations, after which only the flattened convolutions are left: dense, relu, dense, softmax
SHOWN = 120_000  # pictures that are no digit
KEPT_BACK = 8_000  # digits by which the last bias is set
LOST = 0.0005  # of them that may be taken for no digit; a threshold is always better for the pictures that it was set by
BATCH = 512


def learn(classifier: Program, digits: catalog.Dataset, epochs: int = 12, seed: int = 0, shown: int = SHOWN) -> Program:
    """The classifier with one more class.

    Args:
        classifier: as `classifier.train` makes it, or one that has the class already, which is then learnt anew.
        digits: that it was trained on, uint8 images `[n, h, w]` and labels.
        shown: how many pictures that are no digit it is shown.
    """
    keras.utils.set_random_seed(seed)
    plain = forget(classifier)
    assert digits.labels is not None
    random = np.random.default_rng(seed)
    order = random.permutation(len(digits.images))
    back, known = order[: min(KEPT_BACK, len(order) // 4)], order[min(KEPT_BACK, len(order) // 4) :]
    classes = plain.output["shape"][0]
    pictures = [digits.images[known], moved(digits.images[known], seed), no_digits.sample(shown, seed)]
    labels = np.concatenate([digits.labels[known], digits.labels[known], np.full(len(pictures[2]), classes)])
    model, none = _network(plain)
    seen = np.concatenate([_trunk(plain, part) for part in pictures])
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(seen) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    model.fit(seen, labels, batch_size=BATCH, epochs=epochs, verbose=2)
    made = _with_class(plain, none)
    return _set_bias(made, digits.images[back])


def forget(classifier: Program) -> Program:
    """The classifier without the class "no digit", where it has that."""
    extra = classifier.extra
    if "classes" not in extra:
        return classifier
    about = Fields(extra, "what is written with the classifier")
    classes, features = about.whole("classes", 1, MAX_STEPS), about.whole("features", 1, MAX_STEPS)
    tensors, (dense, _, head, _) = dict(classifier.tensors), classifier.ops[-HEAD:]
    for name in (dense["kernel"], dense["bias"]):
        tensors[name] = tensors[name][..., :features]
    tensors[head["kernel"]] = tensors[head["kernel"]][:features, :classes]
    tensors[head["bias"]] = tensors[head["bias"]][:classes]
    return dataclasses.replace(classifier, tensors=tensors, output={"name": "probabilities", "shape": [classes]}, extra={})


def moved(images: npt.NDArray[np.uint8], seed: int) -> npt.NDArray[np.uint8]:
    """Each digit once more, a little turned, slanted, scaled and moved, some with a finer or a broader pen: as other people write."""
    random = np.random.default_rng([seed, 2])
    made = np.empty_like(images)
    for i, image in enumerate(images):
        turn, slant, size = random.uniform(-0.2, 0.2), random.uniform(-0.25, 0.25), random.uniform(0.85, 1.2, 2)
        matrix = np.array([[np.cos(turn), np.sin(turn) + slant], [-np.sin(turn), np.cos(turn)]]) * size[:, None]
        shift = 13.5 - matrix @ np.array([13.5, 13.5]) + random.uniform(-1.5, 1.5, 2)
        page = Image.fromarray(image).transform(
            (SIDE, SIDE), Image.Transform.AFFINE, [*matrix[0], shift[0], *matrix[1], shift[1]], Image.Resampling.BICUBIC
        )
        made[i] = _pen(np.asarray(page), int(random.integers(4)))
    return made


def _pen(image: npt.NDArray[np.uint8], kind: int) -> npt.NDArray[np.uint8]:
    """As drawn with a broader pen (0), a finer one (1), or the same."""
    if kind > 1:
        return image
    across = np.pad(image, 1)
    near = np.stack([across[1:-1, 1:-1], across[:-2, 1:-1], across[2:, 1:-1], across[1:-1, :-2], across[1:-1, 2:]]).astype(np.float32)
    far = near.max(axis=0) if kind == 0 else near.min(axis=0)
    return np.asarray((image + far) / 2, np.uint8)


def _trunk(classifier: Program, images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float16]:
    """What the convolutions make of pictures, `[n, 1024]`, in half precision: there are hundreds of thousands."""
    see = tf.function(lambda pictures: forward(classifier, pictures, HEAD))
    parts = range(0, len(images), BATCH)
    return np.concatenate([see(tf.constant(images[i : i + BATCH, ..., None] / np.float32(255))).numpy().astype(np.float16) for i in parts])


def _network(plain: Program) -> tuple[keras.Model, list[layers.Dense]]:
    """The last layers, those of the digits fixed, and what is to be learnt: the extra units, and the output that reads all units."""
    dense, _, head, _ = plain.ops[-HEAD:]
    seen = keras.Input((plain.tensors[dense["kernel"]].shape[0],))
    features = layers.Dense(plain.tensors[dense["kernel"]].shape[1], activation="relu", trainable=False, name="features")
    digits = layers.Dense(plain.output["shape"][0], trainable=False, name="digits")
    extra, none = layers.Dense(EXTRA, activation="relu", name="extra"), layers.Dense(1, name="none")
    known, more = features(seen), extra(layers.Dropout(0.3)(seen))
    both = layers.Concatenate()([known, layers.Dropout(0.3)(more)])
    model = keras.Model(seen, layers.Concatenate()([digits(known), none(both)]))
    features.set_weights([plain.tensors[dense[name]] for name in ("kernel", "bias")])
    digits.set_weights([plain.tensors[head[name]] for name in ("kernel", "bias")])
    return model, [extra, none]


def _with_class(plain: Program, learnt: list[layers.Dense]) -> Program:
    dense, _, head, _ = plain.ops[-HEAD:]
    (more, more_bias), (none, none_bias) = (layer.get_weights() for layer in learnt)
    classes, features = plain.output["shape"][0], plain.tensors[dense["kernel"]].shape[1]
    above = np.concatenate([plain.tensors[head["kernel"]], np.zeros((EXTRA, classes), np.float32)])
    tensors = plain.tensors | {
        dense["kernel"]: np.concatenate([plain.tensors[dense["kernel"]], more], axis=1),
        dense["bias"]: np.concatenate([plain.tensors[dense["bias"]], more_bias]),
        head["kernel"]: np.concatenate([above, none], axis=1),
        head["bias"]: np.concatenate([plain.tensors[head["bias"]], none_bias]),
    }
    output: End = {"name": "probabilities", "shape": [classes + 1]}
    return dataclasses.replace(plain, tensors=tensors, output=output, extra={"classes": classes, "features": features})


def _set_bias(classifier: Program, digits: npt.NDArray[np.uint8]) -> Program:
    """The bias of "no digit" such that LOST of these digits are read with under a half where they were not before."""
    head = classifier.ops[-digit_reader.HEAD]
    hidden = np.concatenate(
        [classifier.run(part[..., None] / np.float32(255), leave_out=digit_reader.HEAD) for part in np.array_split(digits, 40)]
    )
    logits = (hidden @ classifier.tensors[head["kernel"]]).astype(np.float64) + classifier.tensors[head["bias"]]
    known = logits[:, :-1]
    top = known.max(axis=1)
    rest = 2 - np.exp(known - top[:, None]).sum(axis=1)  # over 0 where a digit is read with over a half
    room = top[rest > 0] + np.log(rest[rest > 0]) - logits[rest > 0, -1]  # by which "no digit" may rise
    bias = classifier.tensors[head["bias"]].copy()
    bias[-1] += np.quantile(room, LOST)
    return dataclasses.replace(classifier, tensors=classifier.tensors | {head["bias"]: bias})
