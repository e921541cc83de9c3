"""Adversarial losses as pure functions of logits, in nats. D ends in logits: D(x) = sigmoid(logit)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tensorflow as tf
from keras import ops


def cross_entropy_d_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor, label_smoothing: float = 0.0) -> tf.Tensor:
    """Discriminator loss, -mean log D(x) - mean log(1 - D(G(z))).

    Args:
        real_logits: D's logits on data, float `[batch, 1]`.
        fake_logits: D's logits on G(z), float `[batch, 1]`.
        label_smoothing: s in [0, 0.5]: real pictures are to be called real with probability 1 - s only (one-sided, Salimans et al. 2016).
    Returns: scalar; 2 ln 2 when D is undecided.
    Source: Goodfellow et al. 2014, equation 1. https://arxiv.org/abs/1406.2661
    """
    real = ops.mean(ops.softplus(-real_logits)) + label_smoothing * ops.mean(real_logits)
    return real + ops.mean(ops.softplus(fake_logits))


CENTRE = 0.1  # weight of the square of the real logits' mean: a comparison leaves open where both stand, and D(x) is to read as one half when undecided


def relativistic_d_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor, label_smoothing: float = 0.0) -> tf.Tensor:
    """Loss of a discriminator that compares, -mean log sigmoid(D(x) - D(G(z))), plus CENTRE * (mean D(x))^2.

    Args:
        real_logits: D's logits on data, float `[batch, 1]`.
        fake_logits: D's logits on G(z), float `[batch, 1]`, each against the real one in its row.
        label_smoothing: has no meaning for a comparison; 0.
    Returns: scalar; ln 2 when D is undecided about both.
    Source: Jolicoeur-Martineau 2018, equation 3. https://arxiv.org/abs/1807.00734; the centre is ours
    """
    return ops.mean(ops.softplus(fake_logits - real_logits)) + CENTRE * ops.square(ops.mean(real_logits))


def non_saturating_g_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """Non-saturating generator loss, -mean log D(G(z)) = mean softplus(-logit).

    Args:
        fake_logits: D's logits on G(z), float `[batch, 1]`.
    Returns: scalar; ln 2 when D is undecided. Its gradient stays large while D wins.
    Source: Goodfellow et al. 2014, section 3. https://arxiv.org/abs/1406.2661
    """
    return ops.mean(ops.softplus(-fake_logits))


def minimax_g_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """The original generator loss, mean log(1 - D(G(z))) = -mean softplus(logit).

    Args:
        fake_logits: D's logits on G(z), float `[batch, 1]`.
    Returns: scalar; -ln 2 when D is undecided. Its gradient vanishes while D wins, which is what this loss is here to show.
    Source: Goodfellow et al. 2014, equation 1. https://arxiv.org/abs/1406.2661
    """
    return -ops.mean(ops.softplus(fake_logits))


def least_squares_d_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor, label_smoothing: float = 0.0) -> tf.Tensor:
    """Least-squares discriminator loss, mean (D(x) - 1)^2 / 2 + mean D(G(z))^2 / 2, on raw outputs.

    Args:
        real_logits, fake_logits: D's raw outputs, float `[batch, 1]`.
        label_smoothing: s: the target for real pictures is 1 - s.
    Returns: scalar.
    Source: Mao et al. 2017, equation 9. https://arxiv.org/abs/1611.04076
    """
    return 0.5 * ops.mean(ops.square(real_logits - (1 - label_smoothing))) + 0.5 * ops.mean(ops.square(fake_logits))


def least_squares_g_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """Least-squares generator loss, mean (D(G(z)) - 1)^2 / 2, on raw outputs.

    Args:
        fake_logits: D's raw outputs on G(z), float `[batch, 1]`.
    Returns: scalar.
    Source: Mao et al. 2017, equation 9. https://arxiv.org/abs/1611.04076
    """
    return 0.5 * ops.mean(ops.square(fake_logits - 1))


def hinge_d_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor, label_smoothing: float = 0.0) -> tf.Tensor:
    """Hinge discriminator loss, mean max(0, 1 - D(x)) + mean max(0, 1 + D(G(z))), on raw outputs.

    Args:
        real_logits, fake_logits: D's raw outputs, float `[batch, 1]`.
        label_smoothing: s: the margin asked of real pictures is 1 - s.
    Returns: scalar; 2 when D is undecided. Pictures beyond the margin no longer count.
    Source: Lim and Ye 2017, section 3. https://arxiv.org/abs/1705.02894
    """
    return ops.mean(ops.relu(1 - label_smoothing - real_logits)) + ops.mean(ops.relu(1 + fake_logits))


def wasserstein_d_loss(real_logits: tf.Tensor, fake_logits: tf.Tensor, label_smoothing: float = 0.0) -> tf.Tensor:
    """Critic loss, mean D(G(z)) - mean D(x): minus an estimate of the Wasserstein distance, as long as D's slope is held near 1.

    Args:
        real_logits, fake_logits: the critic's scores, float `[batch, 1]`.
        label_smoothing: has no meaning for scores; 0.
    Returns: scalar of any sign.
    Source: Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875; with the gradient penalty of Gulrajani et al. 2017,
        https://arxiv.org/abs/1704.00028
    """
    return ops.mean(fake_logits) - ops.mean(real_logits)


def score_g_loss(fake_logits: tf.Tensor) -> tf.Tensor:
    """Generator loss of the hinge and the Wasserstein objective, -mean D(G(z)).

    Args:
        fake_logits: D's raw outputs on G(z), float `[batch, 1]`.
    Returns: scalar of any sign.
    Source: as theirs.
    """
    return -ops.mean(fake_logits)


def naming_loss(labels: tf.Tensor, scores: tf.Tensor, groups: tuple[int, ...] = ()) -> tf.Tensor:
    """Mean cross-entropy of the classes named: a softmax over each group of classes, summed over the groups.

    Args:
        labels: class weights, float `[batch, classes]`, 1 in each group.
        scores: logits of the classes, float `[batch, classes]`.
        groups: their sizes in turn; () for one group of all.
    Returns: scalar; the sum of the groups' ln(size) while all scores are equal.
    Source: Odena et al. 2017, section 3, for each group by itself. https://arxiv.org/abs/1610.09585
    """
    sizes = list(groups or labels.shape[-1:])
    pairs = zip(tf.split(labels, sizes, axis=-1), tf.split(scores, sizes, axis=-1), strict=True)
    return tf.add_n([tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(one, named)) for one, named in pairs])


def isolation(pictures: tf.Tensor, low: float) -> tf.Tensor:
    """How far every pixel stands over all of the 16 that are two pixels away from it, in their square ring: what a lone spot has.

    Args:
        pictures: float `[n, h, w, 1]`.
        low: the value of black, which is also what lies around a picture.
    Returns: `[n, h, w, 1]`, 0 where one of the ring is as bright. The ring counts as given: no gradient passes through it.
    Source: ours. A spot of up to 2x2 pixels counts with all its brightness, one of 3x3 with its middle, a stroke of five or longer hardly.
    """
    padded = ops.pad(ops.stop_gradient(pictures), [[0, 0], [2, 2], [2, 2], [0, 0]], constant_values=low)
    rows, columns = ops.max_pool(padded, (1, 5), strides=1), ops.max_pool(padded, (5, 1), strides=1)
    above_below, beside = ops.maximum(rows[:, :-4], rows[:, 4:]), ops.maximum(columns[:, :, :-4], columns[:, :, 4:])
    return ops.relu(pictures - ops.stop_gradient(ops.maximum(above_below, beside)))


LEAST_PUSH = 1e-12  # slope of D's loss that every fake keeps in one stage: nothing to D, but what G's slope can be told from


def pushed(d_loss: tf.Tensor, fake_logits: tf.Tensor) -> tf.Tensor:
    """D's loss with a slope of at least LEAST_PUSH / batch at every fake.

    In float32 the slope sigmoid(logit) is 0 from -104 on, and what is 0 cannot be scaled to be G's slope. The push is below the rounding of
    any logit over -11, and of D's gradient wherever D is not sure of everything.
    """
    return d_loss + LEAST_PUSH * ops.mean(fake_logits)


def non_saturating_ratio(fake_logits: tf.Tensor) -> tf.Tensor:
    """Slope of `non_saturating_g_loss` at each fake over that of the `pushed` cross-entropy, `[batch, 1]`.

    It is -exp(-logit) but for the push, which bounds it by 1 / LEAST_PUSH: finite for every logit, and exact, as the push is in both.
    Source: Shen et al. 2021, section 3.2. https://arxiv.org/abs/2103.00430
    """
    return -ops.sigmoid(-fake_logits) / (ops.sigmoid(fake_logits) + LEAST_PUSH)


def minimax_ratio(fake_logits: tf.Tensor) -> tf.Tensor:
    """Slope of `minimax_g_loss` at each fake over that of the `pushed` cross-entropy, `[batch, 1]`: -1 but for the push. Source: as above."""
    slope = ops.sigmoid(fake_logits)
    return -slope / (slope + LEAST_PUSH)


@dataclass(frozen=True)
class AdversarialLoss:
    """The pair of losses of one objective, and how D's raw output reads as the probability of being real.

    Args:
        names: whether D's scores of the classes may also name digits (TrainConfig.naming): not where they are to be 0 and 1 and no more.
        ratio: fake logits -> G's slope at each over D's `pushed` one, finite for all of them; None where no such ratio exists
            (a slope of D's loss is 0 where G's is not). config.ONE_STAGE_LOSSES are those that have one.
    """

    d_loss: Callable[..., tf.Tensor]
    g_loss: Callable[[tf.Tensor], tf.Tensor]
    probability: Callable[[tf.Tensor], tf.Tensor]
    names: bool = True
    ratio: Callable[[tf.Tensor], tf.Tensor] | None = None


def _clipped(raw: tf.Tensor) -> tf.Tensor:
    return ops.clip(raw, 0.0, 1.0)  # least squares regresses the label itself, 0 for fake and 1 for real


ADVERSARIAL = {
    "non_saturating": AdversarialLoss(cross_entropy_d_loss, non_saturating_g_loss, ops.sigmoid, ratio=non_saturating_ratio),
    "minimax": AdversarialLoss(cross_entropy_d_loss, minimax_g_loss, ops.sigmoid, ratio=minimax_ratio),
    "least_squares": AdversarialLoss(least_squares_d_loss, least_squares_g_loss, _clipped, names=False),
    "hinge": AdversarialLoss(hinge_d_loss, score_g_loss, ops.sigmoid),  # its boundary is at 0, as a logit's
    "wasserstein": AdversarialLoss(wasserstein_d_loss, score_g_loss, ops.sigmoid),  # scores have no zero: only their order is meant
}
