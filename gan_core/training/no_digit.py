"""The classifier learns what is no digit, and forgets nothing: what it sees in a digit stays as it was, weight for weight.

Beside the channels of each of its convolutions come BESIDE more, which read those as well and are read by none of them, beside the last hidden
layer EXTRA units, and beside the ten outputs one more, "no digit": an outlier class, as in Outlier Exposure (Hendrycks, Mazeika, Dietterich 2019.
https://arxiv.org/abs/1812.04606), with background classes of one's own. Channels made for digits alone see too little of what is none.
"""

from __future__ import annotations

import dataclasses
import functools

import keras
import numpy as np
import numpy.typing as npt
from keras import layers
from PIL import Image, ImageDraw

from gan_core.arrays import Floats
from gan_core.data import catalog, no_digits, pen_shapes
from gan_core.errors import CheckpointError
from gan_core.mnist import SIDE
from gan_core.model import digit_reader
from gan_core.model.operations import End, Operation
from gan_core.model.program import Program
from gan_core.storage.fields import MAX_STEPS, Fields

BESIDE = (12, 16, 24, 32, 40, 48)  # channels, of each convolution in turn
EXTRA = 40
HEAD = 4  # last operations: dense, relu, dense, softmax
SHOWN = 96_000  # pictures that are no digit
KEPT_BACK = 8_000  # digits by which the last bias is set
LOST = 0.0014  # of them that may be taken for no digit; of the test digits, by other people, 0.2 % are lost then
BATCH = 256
ANEW = 4  # of so many digits one is shown as another pen draws it, too
Pictures = npt.NDArray[np.uint8]


def learn(classifier: Program, digits: catalog.Dataset, epochs: int = 9, seed: int = 0, shown: int = SHOWN) -> Program:
    """The classifier with one more class.

    Args:
        classifier: as `classifier.train` makes it, or one that has the class already, which is then learnt anew.
        digits: that it was trained on, uint8 images `[n, h, w]` and labels.
        shown: how many pictures that are no digit it is shown.
    """
    keras.utils.set_random_seed(seed)
    plain = forget(classifier)
    assert digits.labels is not None
    order = np.random.default_rng(seed).permutation(len(digits.images))
    back, known = order[: min(KEPT_BACK, len(order) // 4)], order[min(KEPT_BACK, len(order) // 4) :]
    batches = _Batches(digits.images[known], digits.labels[known], no_digits.sample(shown, seed), plain.output["shape"][0], seed)
    model, learnt = _network(plain)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(batches))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.AdamW(rate, weight_decay=1e-3), loss, jit_compile=False)
    model.fit(batches, epochs=epochs, verbose=2)
    return _set_bias(_with_class(plain, learnt), digits.images[back])


class _Batches(keras.utils.PyDataset):
    """Digits and what is none, in a new order every epoch and moved anew: digits as they are, moved, and drawn anew with another pen; half of the rest moved."""

    def __init__(self, digits: Pictures, labels: npt.NDArray[np.int64], none: Pictures, classes: int, seed: int) -> None:
        super().__init__()
        self.digits, self.none, self.seed, self.epoch = digits, none, seed, 0
        self.redrawn = drawn_anew(digits[::ANEW], seed)
        self.labels = np.concatenate([labels, labels, labels[::ANEW], np.full(len(none), classes)])
        self._next()

    def __len__(self) -> int:
        return -(-len(self.labels) // BATCH)

    def __getitem__(self, index: int) -> tuple[Floats, npt.NDArray[np.int64]]:
        one = self.order[index * BATCH : (index + 1) * BATCH]
        return np.asarray(self.pictures[one, ..., None] / 255, np.float32), self.labels[one]

    def on_epoch_end(self) -> None:
        self.epoch += 1
        self._next()

    def _next(self) -> None:
        random, new = np.random.default_rng([self.seed, self.epoch, 3]), 10 * self.epoch + self.seed
        some, none = random.random(len(self.none)) < 0.5, self.none.copy()
        none[some] = moved(none[some], new)
        self.pictures = np.concatenate([self.digits, moved(self.digits, new + 1), self.redrawn, none])
        self.order = random.permutation(len(self.labels))


def forget(classifier: Program) -> Program:
    """The classifier without the class "no digit", where it has that. Raises CheckpointError for one that was taught it otherwise."""
    extra = classifier.extra
    if "classes" not in extra:
        return classifier
    about = Fields(extra, "what is written with the classifier")
    classes, features = about.whole("classes", 1, MAX_STEPS), about.whole("features", 1, MAX_STEPS)
    if "beside" not in about:
        raise CheckpointError(
            "the classifier does not say which channels are for what is no digit; expected `beside`. Train it as a whole, without --no-digit."
        )
    beside = about.wholes("beside", MAX_STEPS, 0)
    tensors, ops = dict(classifier.tensors), list(classifier.ops)
    dense, _, head, _ = ops[-HEAD:]
    width = 1  # of what a convolution reads
    for conv, more in zip(_convolutions(classifier), beside, strict=True):
        kernel, bias = tensors[conv["kernel"]], tensors[conv["bias"]]
        tensors[conv["kernel"]], tensors[conv["bias"]] = kernel[:, :, :width, : len(bias) - more], bias[: len(bias) - more]
        width = len(bias) - more
    units = tensors[dense["kernel"]].reshape(-1, width + beside[-1], tensors[dense["kernel"]].shape[1])[:, :width, :features]
    tensors[dense["kernel"]], tensors[dense["bias"]] = units.reshape(-1, features), tensors[dense["bias"]][:features]
    tensors[head["kernel"]] = tensors[head["kernel"]][:features, :classes]
    tensors[head["bias"]] = tensors[head["bias"]][:classes]
    ops[-HEAD - 1] = {**ops[-HEAD - 1], "shape": [units.shape[0] * units.shape[1]]}
    return dataclasses.replace(classifier, ops=ops, tensors=tensors, output={"name": "probabilities", "shape": [classes]}, extra={})


def _convolutions(classifier: Program) -> list[Operation]:
    return [op for op in classifier.ops if op["op"] == "conv"]


def moved(images: Pictures, seed: int) -> Pictures:
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


def _pen(image: Pictures, kind: int) -> Pictures:
    """As drawn with a broader pen (0), a finer one (1), or the same."""
    if kind > 1:
        return image
    across = np.pad(image, 1)
    near = np.stack([across[1:-1, 1:-1], across[:-2, 1:-1], across[2:, 1:-1], across[1:-1, :-2], across[1:-1, 2:]]).astype(np.float32)
    far = near.max(axis=0) if kind == 0 else near.min(axis=0)
    return np.asarray((image + far) / 2, np.uint8)


def drawn_anew(images: Pictures, seed: int) -> Pictures:
    """Each digit as the pen of `pen_shapes` would have left it: what is told is to be its shape, not whose scanner or which canvas it came from."""
    random, side = np.random.default_rng([seed, 4]), 5 * pen_shapes.CANVAS // 7
    corner = (pen_shapes.CANVAS - side) // 2
    made = np.empty_like(images)
    for i, image in enumerate(images):
        large = np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC), np.float32)
        sharp = Image.fromarray(np.clip(8 * (large - 128) + 128, 0, 255).astype(np.uint8))
        made[i] = pen_shapes.on_canvas(functools.partial(ImageDraw.ImageDraw.bitmap, xy=(corner, corner), bitmap=sharp, fill=255), random)
    return made


def _network(plain: Program) -> tuple[keras.Model, list[tuple[layers.Layer, layers.Layer]]]:
    """The classifier with its layers fixed, and what is to be learnt beside them: pairs of a layer and its normalization, then units and an output."""
    dense, _, head, _ = plain.ops[-HEAD:]
    picture = keras.Input((SIDE, SIDE, 1))
    digits, fixed, learnt = picture, [], []
    both = picture
    for conv, width in zip(_convolutions(plain), BESIDE, strict=True):
        shape = {"kernel_size": plain.tensors[conv["kernel"]].shape[:2], "strides": conv["stride"], "padding": conv["padding"]}
        old = layers.Conv2D(plain.tensors[conv["kernel"]].shape[-1], activation="relu", trainable=False, **shape)
        pair = layers.Conv2D(width, use_bias=False, kernel_initializer="he_normal", **shape), layers.BatchNormalization(momentum=0.9)
        digits, both = old(digits), layers.Concatenate()([old(digits), layers.ReLU()(pair[1](pair[0](both)))])
        fixed.append((old, conv))
        learnt.append(pair)
    features = layers.Dense(plain.tensors[dense["kernel"]].shape[1], activation="relu", trainable=False)
    named = layers.Dense(plain.output["shape"][0], trainable=False)
    extra, none = layers.Dense(EXTRA, activation="relu", kernel_initializer="he_normal"), layers.Dense(1)
    known = features(layers.Flatten()(digits))
    units = layers.Dropout(0.3)(extra(layers.Dropout(0.3)(layers.Flatten()(both))))
    model = keras.Model(picture, layers.Concatenate()([named(known), none(layers.Concatenate()([known, units]))]))
    for layer, op in [*fixed, (features, dense), (named, head)]:
        layer.set_weights([plain.tensors[op[name]] for name in ("kernel", "bias")])
    return model, [*learnt, (extra, none)]


def _with_class(plain: Program, learnt: list[tuple[layers.Layer, layers.Layer]]) -> Program:
    """The classifier with what was learnt beside what it has: no old channel or unit reads a new one."""
    dense, _, head, _ = plain.ops[-HEAD:]
    tensors, ops, beside = dict(plain.tensors), list(plain.ops), [0, *BESIDE[:-1]]
    for conv, more, (layer, normalization) in zip(_convolutions(plain), beside, learnt[:-1], strict=True):
        kernel, bias = _folded(layer, normalization)
        old = np.pad(plain.tensors[conv["kernel"]], ((0, 0), (0, 0), (0, more), (0, 0)))
        tensors[conv["kernel"]] = np.concatenate([old, kernel], axis=-1)
        tensors[conv["bias"]] = np.concatenate([plain.tensors[conv["bias"]], bias])
    (units, units_bias), (output, output_bias) = (layer.get_weights() for layer in learnt[-1])
    classes, features = plain.output["shape"][0], plain.tensors[dense["kernel"]].shape[1]
    channels = len(plain.tensors[_convolutions(plain)[-1]["bias"]])
    old = np.pad(plain.tensors[dense["kernel"]].reshape(-1, channels, features), ((0, 0), (0, BESIDE[-1]), (0, 0))).reshape(-1, features)
    tensors[dense["kernel"]] = np.concatenate([old, units], axis=1)
    tensors[dense["bias"]] = np.concatenate([plain.tensors[dense["bias"]], units_bias])
    tensors[head["kernel"]] = np.concatenate([np.pad(plain.tensors[head["kernel"]], ((0, EXTRA), (0, 0))), output], axis=1)
    tensors[head["bias"]] = np.concatenate([plain.tensors[head["bias"]], output_bias])
    ops[-HEAD - 1] = {**ops[-HEAD - 1], "shape": [len(old)]}
    end: End = {"name": "probabilities", "shape": [classes + 1]}
    extra: dict[str, object] = {"classes": classes, "features": features, "beside": list(BESIDE)}
    return dataclasses.replace(plain, ops=ops, tensors=tensors, output=end, extra=extra)


def _folded(layer: layers.Layer, normalization: layers.Layer) -> tuple[Floats, Floats]:
    """Kernel and bias of a convolution with the normalization after it in them."""
    gamma, beta, mean, variance = normalization.get_weights()
    scale = gamma / np.sqrt(variance + normalization.epsilon)
    return layer.get_weights()[0] * scale, beta - mean * scale


def _set_bias(classifier: Program, digits: Pictures) -> Program:
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
