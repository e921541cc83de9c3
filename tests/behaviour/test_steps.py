"""The parts of the training step against Keras' plain ones, and the losses and penalties against hand-made numbers."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from test_families import objective, steps, weights

from gan_core import families
from gan_core.config import TrainConfig
from gan_core.errors import ConfigError
from gan_core.model.checkpoint_config import standard_prior
from gan_core.nn import layers, losses, optimizers
from gan_core.nn.fold import fold
from gan_core.training.adversarial import Pictures

RANDOM = np.random.default_rng(3)


def test_fused_adam_takes_the_steps_of_keras_adam() -> None:
    start, gradients = RANDOM.normal(size=(3, 5)).astype(np.float32), RANDOM.normal(size=(40, 3, 5)).astype(np.float32)

    def after(made: keras.optimizers.Optimizer) -> list[np.ndarray]:
        variable = keras.Variable(start)
        made.build([variable])
        step = tf.function(lambda gradient: made.apply([gradient], [variable]))
        for gradient in gradients:
            step(tf.constant(gradient))
        return [variable.numpy(), *(np.asarray(each) for each in made.variables)]

    ends = [after(made) for made in (optimizers.make(TrainConfig(), 1e-2, 40), keras.optimizers.Adam(1e-2))]
    assert isinstance(optimizers.make(TrainConfig(), 1e-2, 40), optimizers.FusedAdam)
    for ours, plain in zip(*ends, strict=True):
        assert np.abs(ours - plain).max() < 1e-6
    assert np.abs(ends[0][0] - start).max() > 0.05


def by_the_soap_paper(weights: np.ndarray, gradients: np.ndarray, rate: float, sides: tuple[bool, bool]) -> np.ndarray:
    """Algorithm 3 of the paper written out, with the eigenvectors found after every update; a side that is False has no basis."""
    length = weights.shape
    products, first, second = [np.zeros((n, n)) for n in length], np.zeros(length), np.zeros(length)
    left, right = (np.eye(n) for n in length)
    for count, gradient in enumerate(gradients.astype(np.float64), 1):
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * (left.T @ gradient @ right) ** 2
        moved = (left.T @ first @ right / (1 - 0.9**count)) / np.sqrt(second / (1 - 0.999**count))
        weights = weights - rate * left @ moved @ right.T
        products = [0.95 * mean + 0.05 * new for mean, new in zip(products, (gradient @ gradient.T, gradient.T @ gradient), strict=True)]
        left, right = (np.linalg.eigh(mean)[1] if has else np.eye(len(mean)) for mean, has in zip(products, sides, strict=True))
    return weights


@pytest.mark.parametrize(("shape", "sides"), [((2, 2, 1, 4), (True, True)), ((5, 5, 11, 4), (False, True)), ((3, 300), (True, False))])
def test_soap_takes_the_steps_of_the_paper_and_a_bias_those_of_adam(shape: tuple[int, ...], sides: tuple[bool, bool]) -> None:
    start, bias = RANDOM.normal(size=shape).astype(np.float32), RANDOM.normal(size=shape[-1]).astype(np.float32)
    # directions of very different strength, so that none of them is another's equal; of full rank, so that all of them are there
    tilt = np.diag(np.geomspace(1, 4, shape[-1])) if sides[1] else np.eye(shape[-1])
    lean = np.diag(np.geomspace(1, 4, np.prod(shape[:-1]))) if sides[0] else np.eye(int(np.prod(shape[:-1])))
    gradients = lean @ RANDOM.normal(size=(8, lean.shape[0], shape[-1])) @ tilt
    made = optimizers.make(TrainConfig(optimizer="soap"), 1e-2, 8)
    variables = [keras.Variable(start), keras.Variable(bias)]
    made.build(variables)
    plain, alone = keras.optimizers.Adam(1e-2, epsilon=made.epsilon), keras.Variable(bias)
    plain.build([alone])
    step = tf.function(lambda *each: made.apply(each, variables))
    for gradient in gradients.astype(np.float32):
        step(tf.reshape(gradient, shape), tf.constant(gradient[0]))
        plain.apply([tf.constant(gradient[0])], [alone])
    expected = by_the_soap_paper(start.reshape(gradients.shape[1:]).astype(np.float64), gradients, 1e-2, sides).reshape(shape)
    assert np.abs(variables[0].numpy() - expected).max() < 1e-5 < np.abs(start - expected).max() / 1000
    assert np.abs(variables[1].numpy() - alone.numpy()).max() < 1e-6


def test_soap_finds_its_bases_every_tenth_update_once_it_has_begun() -> None:
    made, variable = optimizers.make(TrainConfig(optimizer="soap"), 1e-3, 40), keras.Variable(np.zeros((4, 3), np.float32))
    made.build([variable])
    bases, gradients = [], RANDOM.normal(size=(40, 4, 3)).astype(np.float32)
    for gradient in gradients:
        made.apply([tf.constant(gradient)], [variable])
        bases.append(made.sides[0][0][1].numpy())
    changed = [i for i in range(1, 40) if not np.array_equal(bases[i], bases[i - 1])]
    assert changed == [*range(1, 11), 20, 30]
    assert np.abs(bases[-1].T @ bases[-1] - np.eye(4)).max() < 1e-5


def test_soap_survives_a_gradient_that_is_no_number_so_that_the_run_can_say_so() -> None:
    made, variable = optimizers.make(TrainConfig(optimizer="soap"), 1e-3, 40), keras.Variable(np.zeros((4, 3), np.float32))
    made.build([variable])
    made.apply([tf.constant(np.full((4, 3), np.nan, np.float32))], [variable])
    assert not np.isfinite(variable.numpy()).any()


def test_soap_takes_no_endless_step_where_a_turned_basis_meets_no_second_moment() -> None:
    """A direction wakes in the very update after which the bases are found anew, gets another place in them, and its gradient is gone."""
    moved = []
    for place in (1, 2):  # in which order directions without any gradient stand is the eigensolver's choice: one of these changes its place
        made, variable = optimizers.make(TrainConfig(optimizer="soap"), 1e-3, 40), keras.Variable(np.zeros((3, 3), np.float32))
        made.build([variable])
        often, once = np.zeros((2, 3, 3), np.float32)
        often[0, 0], once[place, place] = 1, 1
        for gradient in [often] * 20 + [once] + [0 * once] * 20:
            before = variable.numpy()
            made.apply([tf.constant(gradient)], [variable])
            moved.append(np.abs(variable.numpy() - before).max())
    assert 0.1 < max(moved) / (1e-3 * made.MOST_RATES) < 1, "the limit, less Adam's correction of the first updates"


def test_widths_that_would_divide_by_nothing_are_refused() -> None:
    for make, name in ((lambda: layers.Dropout(1.0), "dropout"), (lambda: layers.Saturate(0.0, 1.0, 0.5), "margin"),
                       (lambda: layers.spread_out({"spread": 0}), "spread")):  # fmt: skip
        with pytest.raises(ConfigError, match=f"{name} is .*expected a number from"):
            make()


def test_sgd_is_that_of_the_first_paper() -> None:
    made, variable = optimizers.make(TrainConfig(optimizer="sgd", beta_1=0.5), 0.1, 10), keras.Variable(np.zeros(1, np.float32))
    made.build([variable])
    for _ in range(3):
        made.apply([tf.constant([1.0])], [variable])
    velocities = [-0.1, -0.15, -0.175]  # v = 0.5 v - 0.1 g
    assert variable.numpy()[0] == pytest.approx(sum(velocities), abs=1e-6)


def test_the_rate_falls_to_its_final_share() -> None:
    made = optimizers.make(TrainConfig(final_lr_fraction=0.1), 1e-2, 100)
    variable = keras.Variable(np.zeros(1, np.float32))
    made.build([variable])
    for _ in range(100):
        made.apply([tf.constant([1.0])], [variable])
    assert float(made.learning_rate) == pytest.approx(1e-3, rel=1e-3)


@pytest.mark.parametrize("rate", [0.3, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(rate: float) -> None:
    made, x = layers.Dropout(rate, seed=1), tf.ones([64, 101, 31])
    once, again = made(x, training=True).numpy(), made(x, training=True).numpy()
    assert set(np.unique(once)) == {0.0, np.unique(once).max()} and np.unique(once).max() == pytest.approx(1 / (1 - rate), rel=1e-4)
    assert (once == 0).mean() == pytest.approx(rate, abs=0.004) and once.mean() == pytest.approx(1, abs=0.006)
    assert (once != again).mean() == pytest.approx(2 * rate * (1 - rate), abs=0.01)  # another draw each time, independent of the last
    assert np.abs(np.corrcoef(once[:, :-1, 0].ravel() > 0, once[:, 1:, 0].ravel() > 0)[0, 1]) < 0.05
    assert np.array_equal(made(x, training=False), x)


@pytest.mark.parametrize("shape", [(8, 5, 5, 4), (40, 4)])
def test_batch_normalisation_is_keras_own(shape: tuple[int, ...]) -> None:
    x = tf.constant(RANDOM.normal(2, 3, size=shape).astype(np.float32))
    found = []
    for made in (layers.BatchNormalization(momentum=0.9), keras.layers.BatchNormalization(momentum=0.9)):
        made.build(x.shape)
        made.gamma.assign(np.linspace(0.5, 2, 4))
        made.beta.assign(np.linspace(-1, 1, 4))
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = made(x, training=True)
            loss = tf.reduce_sum(tf.sin(y))
        found.append([y, *tape.gradient(loss, [x, made.gamma.value, made.beta.value]), made.moving_mean, made.moving_variance,
                      made(x, training=False)])  # fmt: skip
    for ours, plain in zip(*found, strict=True):
        assert np.abs(np.asarray(ours) - np.asarray(plain)).max() < 1e-4


SCORES = {"cgan": {"label_score": True, "dropout": 0.0}, "dcgan": {"votes": 10, "dropout": 0.0}}


CAST = [*((name, False) for name in families.names()), ("cgan", True), ("dcgan", True)]
QUICK = (("dense", False), ("autoencoder", False), ("dcgan", True))  # of the others the layers are the same ones


@pytest.mark.parametrize(("name", "scores"), [case if case in QUICK else pytest.param(*case, marks=pytest.mark.slow) for case in CAST])
def test_in_bfloat16_a_step_goes_the_same_way(name: str, scores: bool) -> None:
    """Variables stay float32, and what a step changes points where it does in float32."""
    changes = []
    for precision in ("float32", "bfloat16"):
        named = {"one_stage": True, "naming": 1.0, "r1_gamma": 0.05, "widths": SCORES[name]} if scores else {}
        made = objective(name, precision=precision, optimizer="sgd", beta_1=0.0, g_learning_rate=0.1, **named)
        variables = [v for network in made.networks.values() for v in network.trainable_variables]
        assert {v.dtype for v in variables} == {"float32"}
        before = [v.numpy() for v in variables]
        assert np.isfinite(steps(made, 1)).all()
        changes.append(np.concatenate([(v.numpy() - old).ravel() for v, old in zip(variables, before, strict=True)]))
    exact, rough = changes
    assert exact @ rough / np.linalg.norm(exact) / np.linalg.norm(rough) > 0.98
    assert (exact != rough).any(), "it really computes in bfloat16"
    assert keras.config.dtype_policy().name == "float32", "nothing else does"


@pytest.mark.parametrize("name", ["dense", pytest.param("dcgan", marks=pytest.mark.slow)])
def test_xla_takes_the_same_steps(name: str) -> None:
    """Switched on by hand or off, whatever is chosen for the family; a GPU is where it may pay for convolutions."""
    losses_of = {}
    for xla in ("on", "off"):
        made = objective(name, xla=xla, widths={"dropout": 0.0}, optimizer="sgd", beta_1=0.0, g_learning_rate=0.1)
        assert made.xla == (xla == "on")
        losses_of[xla] = np.asarray(steps(made, 3))
    assert np.abs(losses_of["on"] - losses_of["off"]).max() < 1e-3
    with pytest.raises(ConfigError, match="xla is 'yes'; expected one of: auto, on, off"):
        TrainConfig(xla="yes")


def test_a_shared_pass_gives_g_the_gradient_of_ds_own_fakes() -> None:
    """With D held (rate 0), one step on shared fakes moves G as plain Adam on those fakes does."""
    shared, by_hand = (objective("dense", share_fakes=True, d_learning_rate=0.0, g_learning_rate=1e-2) for _ in range(2))
    steps(shared, 1)
    z = by_hand.z(tf.constant(0), 1)[0]
    variables = by_hand.networks["generator"].trainable_variables
    with tf.GradientTape() as tape:
        loss = by_hand.loss.g_loss(by_hand.discriminator(by_hand.generator(z, tf.zeros([16, 0])), tf.zeros([16, 0])))
    keras.optimizers.Adam(1e-2, beta_1=by_hand.train.beta_1).apply(tape.gradient(loss, [v.value for v in variables]), variables)
    for ours, plain in zip(weights(shared.networks["generator"]), weights(by_hand.networks["generator"]), strict=True):
        assert np.abs(ours - plain).max() < 1e-4


@pytest.mark.parametrize("name", ["dcgan", "cgan"])
def test_a_generator_with_a_spread_is_trained_on_narrower_z_and_draws_them_wider(name: str) -> None:
    wide, plain = (objective(name, widths=widths) for widths in ({"spread": 1.25}, {}))
    z = wide.z(tf.constant(3), 2)
    assert np.abs(np.asarray(z) * 1.25 - np.asarray(plain.z(tf.constant(3), 2))).max() < 1e-6
    for ours, other in zip(wide.networks["generator"].variables, plain.networks["generator"].variables, strict=True):
        other.assign(ours)
    x, labels = RANDOM.normal(size=(4, 16)).astype(np.float32), np.eye(10, dtype=np.float32)[[1, 2, 3, 4]]
    drawn = [np.asarray(made.networks["generator"](z, labels, training=False)) for made, z in ((wide, x), (plain, x * 1.25))]
    assert np.abs(drawn[0] - drawn[1]).max() < 1e-5
    folded = fold(wide.networks["generator"], (-1.0, 1.0))
    assert np.abs(folded.run(x, labels if folded.num_classes else None) - drawn[0]).max() < 1e-4


def test_a_generator_with_a_lead_is_never_trained_where_two_votes_meet() -> None:
    led, plain = (
        objective("dcgan", widths=widths)
        for widths in ({**SCORES["dcgan"], "lead": 0.4, "spread": 2.0}, {**SCORES["dcgan"], "spread": 2.0})
    )
    z, other = (np.asarray(made.z(tf.constant(3), 2)) for made in (led, plain))
    votes = np.sort(z[..., :10], axis=-1)
    assert (votes[..., -1] - votes[..., -2]).min() > 0.24 - 1e-6, "a fifth more than the prior's 0.4, and all of it half as wide"
    assert np.array_equal(z[..., 10:], other[..., 10:]) and np.array_equal(z[..., :10].argmax(-1), other[..., :10].argmax(-1))
    assert (led.prior().votes, led.prior().lead) == (10, 0.4) == (standard_prior(led.model, led.train).votes, 0.4)
    assert objective("cgan", widths={**SCORES["cgan"], "lead": 0.4}).prior().lead == 0, "where none vote there is no lead"


def test_hinge_and_wasserstein_by_hand() -> None:
    zero = np.zeros((4, 1), np.float32)
    real, fake = (np.array([values], np.float32).T for values in ([-5, 1.4, 12.5, 2.7], [10, 4.4, -5.5, 3.6]))
    assert float(losses.hinge_d_loss(zero, zero)) == 2.0
    assert float(losses.hinge_d_loss(real, fake)) == pytest.approx((6 + 11 + 5.4 + 4.6) / 4, abs=1e-5)
    assert float(losses.wasserstein_d_loss(real, fake)) == pytest.approx((12.5 - 11.6) / 4, abs=1e-5)
    assert float(losses.score_g_loss(fake)) == pytest.approx(-12.5 / 4, abs=1e-5)


def test_only_what_stands_alone_is_isolated() -> None:
    shown = np.zeros((3, 28, 28, 1), np.float32)
    shown[0, 10:12, 10:12] = 0.5  # a spot of 2x2
    shown[1, 10, 3:20] = 1.0  # a stroke, and a paler pixel near it
    shown[1, 12, 8] = 0.4
    shown[2, 0, 0] = 0.25  # in the corner: around a picture all is black
    for low, span in ((0.0, 1.0), (-1.0, 2.0)):
        found = np.asarray(losses.isolation(tf.constant(shown * span + low), low))
        assert found.sum(axis=(1, 2, 3)) == pytest.approx([2 * span, 0, 0.25 * span])


@pytest.mark.parametrize("one_stage", [True, pytest.param(False, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["dense", pytest.param("cgan", marks=pytest.mark.slow)])
def test_the_speck_penalty_is_the_mean_sum_of_squared_isolation(name: str, one_stage: bool) -> None:
    """What it adds to a plain gradient step of G is that mean's gradient, in [0, 1] whatever the model's range."""
    plain = {"optimizer": "sgd", "beta_1": 0.0, "g_learning_rate": 0.1, "d_learning_rate": 0.0, "share_fakes": True, "one_stage": one_stage}
    without, with_it, by_hand = (objective(name, speck_penalty=weight, **plain) for weight in (0.0, 3.0, 0.0))
    low, high = by_hand.family.pixel_range
    labels, variables = by_hand.batch(tf.constant(0), tf.range(1501))[1], by_hand.g_variables
    with tf.GradientTape() as tape:
        drawn = (by_hand.generator(by_hand.z(tf.constant(0), 1)[0], labels) - low) / (high - low)
        penalty = 3.0 * tf.reduce_mean(tf.reduce_sum(losses.isolation(drawn, 0.0) ** 2, axis=[1, 2, 3]))
    expected = [np.zeros(v.shape) if each is None else each.numpy()
                for each, v in zip(tape.gradient(penalty, [v.value for v in variables]), variables, strict=True)]  # fmt: skip
    steps(without, 1)
    steps(with_it, 1)
    moved = [(a.numpy() - b.numpy()) / -0.1 for a, b in zip(with_it.g_variables, without.g_variables, strict=True)]
    largest = max(np.abs(each).max() for each in expected)
    assert largest > 1e-3
    for ours, autodiff in zip(moved, expected, strict=True):
        assert np.abs(ours - autodiff).max() < 1e-3 * largest + 1e-6


def test_saturated_pixels_reach_black_and_can_come_back() -> None:
    made, x = layers.Saturate(-1.0, 1.0, 0.05), tf.constant([-0.99, -0.9, 0.0, 0.45, 0.95])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = made(x)
    assert y.numpy() == pytest.approx([-1, -1, 0, 0.5, 1], abs=1e-6)
    assert tape.gradient(y, x).numpy() == pytest.approx(np.ones(5))


def test_the_gradient_penalty_of_a_linear_critic_is_known() -> None:
    """D(x) = w . x has slope w everywhere: penalty lambda (|w| - 1)^2, gradient 2 lambda (|w| - 1) w / |w|."""
    made = objective("dense", loss="wasserstein", gradient_penalty=10.0)
    made.networks["discriminator"] = made.family.build(made.family.model_config(widths={"generator": [4], "discriminator": []}))[
        "discriminator"
    ]
    made.d_variables = made.networks["discriminator"].trainable_variables
    kernel = made.d_variables[0].numpy()
    real, fakes, labels = tf.zeros([16, 28, 28, 1]), tf.ones([16, 28, 28, 1]), tf.zeros([16, 0])
    taken: list[np.ndarray] = []
    made.optimizers["d_optimizer"] = SimpleNamespace(apply=lambda gradients, variables: taken.extend(each.numpy() for each in gradients))
    nothing = [tf.zeros_like(v.value) for v in made.d_variables]
    made.train_d(nothing, Pictures(real, labels, fakes, labels), tf.constant(0))
    found = taken[0]
    length = np.linalg.norm(kernel)
    assert np.abs(found - 20 * (length - 1) * kernel / length).max() < 1e-3 * np.abs(found).max()


@pytest.mark.parametrize("settings", [{"loss": "hinge"}, *(pytest.param(other, marks=pytest.mark.slow) for other in (
    {"loss": "wasserstein", "gradient_penalty": 10.0, "d_steps": 2},
    {"optimizer": "sgd", "beta_1": 0.5, "g_learning_rate": 0.1, "d_learning_rate": 0.1}))])  # fmt: skip
def test_every_variant_trains_both_networks(settings: dict) -> None:
    made = objective("dcgan", **settings)
    before = {role: weights(network) for role, network in made.networks.items()}
    assert np.isfinite(steps(made)).all()
    for role, network in made.networks.items():
        moved = [np.abs(a - b).max() > 0 for a, b in zip(before[role], weights(network), strict=True) if a.ndim > 1]
        assert moved and all(moved), role  # kernels; the bias of a critic cancels out of its loss


def test_an_acgans_discriminator_learns_to_name_the_digits() -> None:
    made = objective("acgan", d_learning_rate=3e-3)
    pictures, labels = made.batch(tf.constant(0), tf.range(1501))

    def named() -> float:
        return float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, made.opinion(pictures)[1])))

    before = named()
    for _ in range(60):
        made.step(tf.constant(0), tf.constant(0), tf.range(1501))
    assert named() < 0.3 * before
    with pytest.raises(ConfigError, match="one_stage is on"):
        objective("acgan", one_stage=True)
