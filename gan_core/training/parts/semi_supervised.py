"""The semi-supervised discriminator: K + 1 classes, of which the last is 'fake'; few real pictures have a label."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.imaging import pixels
from gan_core.model.program import Program
from gan_core.nn.layers import AnyClass, AnyScore
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts.part import Part

TESTED = 1000  # held-out pictures behind `test_accuracy`


class SemiSupervised(Part):
    """D names the pictures whose labels it is given (TrainConfig.labelled) and tells all others from fakes. For a D that ends in AnyClass.

    The labelled pictures come beside the batch, as many again, so that few of them are seen often; G sees nothing of them.
    Source: Odena 2016, Semi-Supervised Learning with Generative Adversarial Networks, https://arxiv.org/abs/1606.01583, with the K + 1
        classes of Salimans et al. 2016, section 5, https://arxiv.org/abs/1606.03498
    """

    @classmethod
    def wanted(cls, setup: Setup) -> bool:
        """Where D names classes, G takes no label and the data have labels. Raises ConfigError for what it cannot be had with."""
        last = setup.networks["discriminator"].steps[-1]
        wanted = setup.classes > 0 and isinstance(last, AnyClass) and not isinstance(last, AnyScore)
        if wanted and setup.train.gradient_penalty:
            raise ConfigError(
                "gradient_penalty is on; expected 0 for a semi-supervised discriminator, which is shown more real pictures than fakes."
            )
        if wanted and 0 < setup.train.labelled < setup.classes:
            raise ConfigError(
                f"labelled is {setup.train.labelled}; expected at least {setup.classes}, one picture of each class, or 0 for all."
            )
        return wanted

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        labels = np.asarray(self.data.labels)  # there are some, or this part would not be wanted
        self.known = tf.constant(labelled_rows(labels, self.train.labelled, self.classes, self.train.seed), tf.int32)
        held_out = catalog.load(self.train.dataset, split="test", shape=self.model.image_shape, prepare=self.train.prepare)
        rows = np.linspace(0, len(held_out.images) - 1, min(TESTED, len(held_out.images))).astype(int)
        pictures = tf.constant(pixels.to_model(held_out.images[rows], self.family.pixel_range))
        self.tested = None if held_out.labels is None else held_out.labels[rows]
        self.named = tf.function(lambda: self.scores(pictures, training=False))

    def batch(self, number: tf.Tensor, order: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The batch, whose labels are nobody's business (zeros), and after it as many labelled pictures with theirs."""
        pictures, labels = super().batch(number, order)
        rows = tf.slice(order, [number * self.train.batch_size], [self.train.batch_size])
        seed = tf.stack([tf.constant(self.train.seed, tf.int64), tf.cast(rows[0], tf.int64)])
        drawn = tf.random.stateless_uniform([self.train.batch_size], seed, 0, len(self.known), tf.int32)
        named, named_labels = super().batch(tf.constant(0), tf.gather(self.known, drawn))
        return tf.concat([pictures, named], 0), tf.concat([tf.zeros_like(labels), named_labels], 0)

    def fake_labels(self, z: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """None: a row of zeros for each z."""
        return labels[: tf.shape(z)[0]] * 0

    def scores(self, pictures: tf.Tensor, training: bool = True) -> tf.Tensor:
        """D's scores of the classes, float32 `[b, classes]`; that of 'fake' is 0."""
        return tf.cast(self.networks["discriminator"](pictures, None, training=training, leave_out=1), tf.float32)

    def d_objective(self, shown: Pictures) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """The adversarial loss on pictures without labels, plus the cross-entropy of the classes of those with one."""
        count = tf.shape(shown.fakes)[0]
        scores = self.scores(tf.concat([shown.real, shown.fakes], 0))
        logits = self.networks["discriminator"].steps[-1](scores)
        real_logits, fake_logits = logits[:count], logits[-count:]
        naming = tf.nn.softmax_cross_entropy_with_logits(shown.labels[count:], scores[count:-count])
        adversarial = self.loss.d_loss(real_logits, fake_logits, self.train.label_smoothing)
        return adversarial + tf.reduce_mean(naming), real_logits, fake_logits

    def extra_metrics(self, programs: dict[str, Program]) -> dict[str, float]:
        """`test_accuracy`: the share of held-out pictures whose class D names."""
        more = super().extra_metrics(programs)
        if self.tested is None:
            return more
        return {**more, "test_accuracy": float(np.mean(self.named().numpy().argmax(axis=1) == self.tested))}


def labelled_rows(labels: np.ndarray, count: int, classes: int, seed: int) -> np.ndarray:
    """Places of `count` pictures (0 for all), as many of each class as of any other or one more, drawn by `seed`."""
    if not count:
        return np.arange(len(labels))
    random = np.random.default_rng(seed)
    each = [random.permutation(np.flatnonzero(labels == label))[: count // classes + (label < count % classes)] for label in range(classes)]
    return np.concatenate(each)
