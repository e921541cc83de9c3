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
NEAR = 0.95  # of the digits are nearer to another digit than what counts as far from all of them
LOOKED_AT = 20_000  # digits among which the nearest is looked for
KNOTS = (0, 7, 14, 21, 28)  # pixels at which a digit is bent
BENT = 0.8  # pixels, the deviation

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
    shown_none = shown_none[~like_digits(shown_none, digits.images[known])]
    labels = np.concatenate([*3 * [digits.labels[known]], np.full(2 * len(shown_none), classes)])
    model, learnt = _network(plain)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * -(-len(labels) // BATCH))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=False)
    for epoch in range(epochs):
        lot = 10 * seed + epoch  # moved otherwise every time: strange digits are rare, and the more of them it has seen, the fewer it loses
        parts = [
            digits.images[known],
            moved(digits.images[known], 2 * lot),
            moved(digits.images[known], 2 * lot + 1),
            shown_none,
            moved(shown_none, lot),
        ]
        seen = [np.concatenate(of_all) for of_all in zip(*(_seen(plain, part) for part in parts), strict=True)]
        model.fit(_Batches(seen, labels, lot), epochs=1, verbose=2)
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


def like_digits(pictures: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """
    Which pictures have a digit's shape, whatever they were drawn as: nearer to one of the digits than NEAR of the digits are to another one. A reader
    that refuses a slash refuses the 1s that look like it, and to lose no more of them it takes more of everything else.

    Args: uint8 `[n, h, w]` and `[m, h, w]`. Returns: `[n]`.
    """
    known, others = digits[:LOOKED_AT], digits[LOOKED_AT : LOOKED_AT + LOOKED_AT // 10]
    return _nearest(pictures, known) < np.quantile(_nearest(others, known), NEAR)


def _nearest(pictures: npt.NDArray[np.uint8], digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The distance to the nearest of the digits, `[n]`; each pixel the mean of nine, as a stroke may lie a pixel off."""
    known = _soft(digits)
    squares = (known**2).sum(axis=1)
    found = [np.zeros(0, np.float32)]
    for start in range(0, len(pictures), BATCH):
        seen = _soft(pictures[start : start + BATCH])
        found.append(np.sqrt(np.maximum((squares - 2 * seen @ known.T).min(axis=1) + (seen**2).sum(axis=1), 0)))
    return np.concatenate(found)


def _soft(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    wide = np.pad(pictures.astype(np.float32) / 255, ((0, 0), (1, 1), (1, 1)))
    height, width = pictures.shape[1:]
    return np.asarray(sum(wide[:, y : y + height, x : x + width] for y in range(3) for x in range(3)) / np.float32(9)).reshape(
        len(pictures), -1
    )


def moved(images: npt.NDArray[np.uint8], seed: int) -> npt.NDArray[np.uint8]:
    """Each digit once more, a little turned, slanted, scaled and moved, half of them bent, some with a finer or a broader pen: as other people write."""
    random = np.random.default_rng([seed, 2])
    made = np.empty_like(images)
    corners = np.stack(np.meshgrid(KNOTS, KNOTS), axis=-1)  # of the pieces that a picture is bent by, `[y, x, 2]`
    pieces = [(KNOTS[x], KNOTS[y], KNOTS[x + 1], KNOTS[y + 1]) for y in range(len(KNOTS) - 1) for x in range(len(KNOTS) - 1)]
    for i, image in enumerate(images):
        turn, slant, size = random.uniform(-0.2, 0.2), random.uniform(-0.25, 0.25), random.uniform(0.85, 1.2, 2)
        matrix = np.array([[np.cos(turn), np.sin(turn) + slant], [-np.sin(turn), np.cos(turn)]]) * size[:, None]
        places = (corners - SIDE / 2) @ matrix.T + SIDE / 2 + random.uniform(-1.5, 1.5, 2)
        places += random.normal(0, BENT * random.integers(2), places.shape)
        # each piece's corners in the picture that it comes from: top left, bottom left, bottom right, top right
        from_where = np.concatenate([places[:-1, :-1], places[1:, :-1], places[1:, 1:], places[:-1, 1:]], axis=-1).reshape(len(pieces), 8)
        mesh = list(zip(pieces, from_where.tolist(), strict=True))
        made[i] = _pen(
            np.asarray(Image.fromarray(image).transform((SIDE, SIDE), Image.Transform.MESH, mesh, Image.Resampling.BICUBIC)),
            int(random.integers(4)),
        )
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
