"""The classifier learns what is no digit, and forgets nothing: what it sees in a digit stays as it was, weight for weight.

Beside the channels of its last two convolutions come BESIDE more, which read the others and are read by none of them, beside the last hidden
layer EXTRA units, and beside the ten outputs one more, "no digit": an outlier class, as in Outlier Exposure (Hendrycks, Mazeika, Dietterich 2019.
https://arxiv.org/abs/1812.04606), with background classes of one's own. Channels made for digits alone see too little of what is none.
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

BESIDE = (16, 24)  # channels
EXTRA = 24
CONVS = (
    9,
    7,
    5,
)  # last operations, without which there is what the convolution before the last two sees, what the first of these does, the second
HEAD = 4  # and without which only that is left, flattened: dense, relu, dense, softmax
SHOWN = 64_000  # pictures that are no digit, each also turned and slanted
KEPT_BACK = 8_000  # digits by which the last bias is set
LOST = 0.002  # of them that may be taken for no digit: other digits are lost as often, they are as new to it as these
BATCH = 256

Seen = list[
    npt.NDArray[np.float16]
]  # what the last three convolutions see, `[n, h, w, c]` each, in half precision: of hundreds of thousands


def learn(classifier: Program, digits: catalog.Dataset, epochs: int = 6, seed: int = 0, shown: int = SHOWN) -> Program:
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
    shown_none = no_digits.sample(shown, seed)
    parts = [digits.images[known], *(moved(digits.images[known], seed + i) for i in (0, 1)), shown_none, moved(shown_none, seed)]
    labels = np.concatenate([*3 * [digits.labels[known]], np.full(2 * len(shown_none), classes)])
    model, learnt = _network(plain)
    seen = [np.concatenate(of_all) for of_all in zip(*(_seen(plain, part) for part in parts), strict=True)]
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(labels) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    model.fit(_Batches(seen, labels, seed), epochs=epochs, verbose=2)
    return _set_bias(_with_class(plain, learnt), digits.images[back])


class _Batches(keras.utils.PyDataset):
    """What was seen, in a new order every epoch."""

    def __init__(self, seen: Seen, labels: npt.NDArray[np.int64], seed: int) -> None:
        super().__init__()
        self.seen, self.labels, self.random = seen, labels, np.random.default_rng([seed, 3])
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self.labels) // BATCH)

    def __getitem__(self, index: int) -> tuple[tuple[npt.NDArray[np.float32], ...], npt.NDArray[np.int64]]:
        one = np.sort(self.order[index * BATCH : (index + 1) * BATCH])
        return tuple(part[one].astype(np.float32) for part in self.seen), self.labels[one]

    def on_epoch_end(self) -> None:
        self.order = self.random.permutation(len(self.labels))


def forget(classifier: Program) -> Program:
    """The classifier without the class "no digit", where it has that."""
    extra = classifier.extra
    if "classes" not in extra:
        return classifier
    about = Fields(extra, "what is written with the classifier")
    classes, features = about.whole("classes", 1, MAX_STEPS), about.whole("features", 1, MAX_STEPS)
    beside = about.whole("beside_first", 0, MAX_STEPS, 0), about.whole("beside_last", 0, MAX_STEPS, 0)
    tensors, ops = dict(classifier.tensors), list(classifier.ops)
    first, last, (dense, _, head, _) = ops[-CONVS[0]], ops[-CONVS[1]], ops[-HEAD:]
    widths = [tensors[conv["bias"]].shape[0] - more for conv, more in zip((first, last), beside, strict=True)]
    tensors[last["kernel"]] = tensors[last["kernel"]][:, :, : widths[0]]
    for conv, width in zip((first, last), widths, strict=True):
        tensors[conv["kernel"]], tensors[conv["bias"]] = tensors[conv["kernel"]][..., :width], tensors[conv["bias"]][:width]
    units = tensors[dense["kernel"]].reshape(-1, widths[1] + beside[1], tensors[dense["kernel"]].shape[1])[:, : widths[1], :features]
    tensors[dense["kernel"]], tensors[dense["bias"]] = units.reshape(-1, features), tensors[dense["bias"]][:features]
    tensors[head["kernel"]] = tensors[head["kernel"]][:features, :classes]
    tensors[head["bias"]] = tensors[head["bias"]][:classes]
    ops[-HEAD - 1] = {**ops[-HEAD - 1], "shape": [units.shape[0] * units.shape[1]]}
    return dataclasses.replace(classifier, ops=ops, tensors=tensors, output={"name": "probabilities", "shape": [classes]}, extra={})


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


def _seen(classifier: Program, images: npt.NDArray[np.uint8]) -> Seen:
    """What the last three convolutions make of pictures."""

    @tf.function(input_signature=[tf.TensorSpec([None, SIDE, SIDE, 1], tf.float32)])
    def see(pictures: tf.Tensor) -> list[tf.Tensor]:
        return [forward(classifier, pictures, leave_out) for leave_out in CONVS]

    starts = range(0, len(images), BATCH)
    parts = [
        [part.numpy().astype(np.float16) for part in see(tf.constant(images[i : i + BATCH, ..., None] / np.float32(255)))] for i in starts
    ]
    return [np.concatenate(of_one) for of_one in zip(*parts, strict=True)]


def _network(plain: Program) -> tuple[keras.Model, list[layers.Layer]]:
    """The last layers, those of the digits fixed, and what is to be learnt: channels, units, and the output that reads all units."""
    dense, _, head, _ = plain.ops[-HEAD:]
    first, last = plain.ops[-CONVS[0]], plain.ops[-CONVS[1]]
    start, middle, end = (plain.tensors[conv["kernel"]].shape[axis] for conv, axis in ((first, 2), (first, 3), (last, 3)))
    features = layers.Dense(plain.tensors[dense["kernel"]].shape[1], activation="relu", trainable=False, name="features")
    digits = layers.Dense(plain.output["shape"][0], trainable=False, name="digits")
    beside = [layers.Conv2D(width, 3, strides=conv["stride"], padding="same", activation="relu", kernel_initializer="he_normal")
              for width, conv in zip(BESIDE, (first, last), strict=True)]  # fmt: skip
    extra, none = layers.Dense(EXTRA, activation="relu", kernel_initializer="he_normal"), layers.Dense(1)
    seen = [keras.Input((None, None, start)), keras.Input((None, None, middle)), keras.Input((*_size(plain, end), end))]
    more = beside[1](layers.Concatenate()([seen[1], beside[0](seen[0])]))
    more = layers.Reshape((*_size(plain, end), BESIDE[1]))(more)
    known = features(layers.Flatten()(seen[2]))
    units = extra(layers.Dropout(0.3)(layers.Flatten()(layers.Concatenate()([seen[2], more]))))
    model = keras.Model(seen, layers.Concatenate()([digits(known), none(layers.Concatenate()([known, layers.Dropout(0.3)(units)]))]))
    features.set_weights([plain.tensors[dense[name]] for name in ("kernel", "bias")])
    digits.set_weights([plain.tensors[head[name]] for name in ("kernel", "bias")])
    return model, [*beside, extra, none]


def _size(plain: Program, channels: int) -> tuple[int, int]:
    """Of what the last convolution sees, which is square."""
    side = round(float(np.sqrt(plain.tensors[plain.ops[-HEAD]["kernel"]].shape[0] / channels)))
    return side, side


def _with_class(plain: Program, learnt: list[layers.Layer]) -> Program:
    """The classifier with what was learnt beside what it has: no old channel or unit reads a new one."""
    (dense, _, head, _), first, last = plain.ops[-HEAD:], plain.ops[-CONVS[0]], plain.ops[-CONVS[1]]
    tensors, weights = dict(plain.tensors), [layer.get_weights() for layer in learnt]
    classes, features = plain.output["shape"][0], plain.tensors[dense["kernel"]].shape[1]
    channels, units = plain.tensors[last["bias"]].shape[0], plain.tensors[dense["kernel"]]
    old = np.pad(units.reshape(-1, channels, features), ((0, 0), (0, BESIDE[1]), (0, 0))).reshape(-1, features)
    old_last = np.pad(plain.tensors[last["kernel"]], ((0, 0), (0, 0), (0, BESIDE[0]), (0, 0)))
    old_head = np.pad(plain.tensors[head["kernel"]], ((0, EXTRA), (0, 0)))
    for op, kernel, (more, more_bias) in zip(
        (first, last, dense, head), (tensors[first["kernel"]], old_last, old, old_head), weights, strict=True
    ):
        tensors[op["kernel"]] = np.concatenate([kernel, more], axis=-1)
        tensors[op["bias"]] = np.concatenate([tensors[op["bias"]], more_bias])
    ops = list(plain.ops)
    ops[-HEAD - 1] = {**ops[-HEAD - 1], "shape": [len(old)]}
    output: End = {"name": "probabilities", "shape": [classes + 1]}
    extra: dict[str, object] = {"classes": classes, "features": features, "beside_first": BESIDE[0], "beside_last": BESIDE[1]}
    return dataclasses.replace(plain, ops=ops, tensors=tensors, output=output, extra=extra)


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
