"""What a training does besides the plain step: which parts a preset uses, and those parts that no other test holds to their formula."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from test_families import objective
from tiny import tiny_model

from gan_core import families
from gan_core.config import TrainConfig
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.nn import losses
from gan_core.training import objectives
from gan_core.training.adversarial import Adversarial, Pictures
from gan_core.training.objective import Setup
from gan_core.training.parts import chosen, with_parts

USED = {
    ("dense", "reference"): [], ("dense", "live"): ["OneStage", "Naming", "Votes"],
    ("dense", "studio"): ["OneStage", "Relativistic", "R1", "SpeckPenalty", "Naming", "Votes"],
    ("dcgan", "reference"): [], ("dcgan", "live"): ["OneStage", "Naming", "Votes"],
    ("dcgan", "studio"): ["OneStage", "R1", "SpeckPenalty", "Naming", "Votes"],
    ("cgan", "reference"): [], ("cgan", "live"): ["OneStage", "Naming"], ("cgan", "studio"): ["OneStage", "R1", "SpeckPenalty", "Naming"],
    ("dcgan", "minutes"): ["OneStage", "Relativistic", "R1", "SpeckPenalty", "Naming", "Votes"],
    ("dcgan", "finish"): ["OneStage", "Relativistic", "R1", "SpeckPenalty", "Naming", "Votes"],
    ("cgan", "finish"): ["OneStage", "Relativistic", "R1", "SpeckPenalty", "Naming"],
    ("dense", "sketch"): [], ("dense", "paper"): [], ("dcgan", "lsgan"): [],
    ("sgan", "reference"): ["SemiSupervised"], ("sgan", "live"): ["SharedFakes", "SemiSupervised"],
    ("acgan", "reference"): ["AuxiliaryClassifier"], ("acgan", "live"): ["SharedFakes", "AuxiliaryClassifier"],
}  # fmt: skip


@pytest.mark.parametrize(("name", "preset"), list(USED))
def test_a_preset_uses_the_parts_it_asks_for(name: str, preset: str) -> None:
    family = families.get(name)
    setup = Setup.of(family, family.model_config(preset), family.train_config(preset, dataset="digits"), catalog.load("digits"))
    assert [part.__name__ for part in chosen(setup)] == USED[name, preset]
    if not USED[name, preset]:
        assert with_parts(setup) is Adversarial, "a student who opens its step sees the algorithm and nothing else"


def test_a_fine_discriminator_sees_every_pixel_and_ends_in_a_dense_layer_more() -> None:
    model = families.get("dcgan").model_config("finish")
    judging = families.get("dcgan").build(model)["discriminator"].steps
    convolutions = [(one.kernel_size, one.strides) for one in judging if isinstance(one, keras.layers.Conv2D)]
    assert convolutions == [((3, 3), (1, 1)), ((3, 3), (2, 2)), ((3, 3), (2, 2))]
    assert [one.units for one in judging if isinstance(one, keras.layers.Dense)] == [64, 10]
    plain = families.get("dcgan").build(families.get("dcgan").model_config("studio"))["discriminator"].steps
    assert {one.kernel_size for one in plain if isinstance(one, keras.layers.Conv2D)} == {(5, 5)}, "the course's kind is left alone"


def test_the_dense_studio_refines_pictures_and_judges_them_by_convolutions_and_a_signal_by_neither() -> None:
    dense = families.get("dense")
    shapes = {"picture": {"image_shape": (28, 28, 1)}, "signal": {"image_shape": (256, 1), "rate": 8000.0}}
    made = {kind: dense.build(dense.model_config("studio", **shape)) for kind, shape in shapes.items()}
    convolutions = {
        kind: [sum(isinstance(one, keras.layers.Conv2D) for one in networks[role].steps) for role in ("generator", "discriminator")]
        for kind, networks in made.items()
    }
    assert convolutions == {"picture": [2, 3], "signal": [0, 0]}
    drawn = made["picture"]["generator"](np.zeros((2, 64), np.float32)).numpy()
    assert drawn.shape == (2, 28, 28, 1) and drawn.min() >= 0 and drawn.max() <= 1


def linear(**settings: float) -> tuple[Adversarial, list[list[np.ndarray]]]:
    """A dense GAN whose D is w . x, and the list that the gradients given to D's optimizer go to."""
    made = objective("dense", **settings)
    made.networks["discriminator"] = made.family.build(made.family.model_config(widths={"generator": [4], "discriminator": []}))[
        "discriminator"
    ]
    made.d_variables = made.networks["discriminator"].trainable_variables
    taken: list[list[np.ndarray]] = []
    made.optimizers["d_optimizer"] = SimpleNamespace(apply=lambda gradients, variables: taken.append([each.numpy() for each in gradients]))
    return made, taken


def test_r1_of_a_linear_critic_is_known_and_comes_every_few_steps() -> None:
    """D(x) = w . x has slope w everywhere: penalty gamma / 2 |w|^2, gradient gamma w, eight times as strong in every eighth step."""
    made, taken = linear(r1_gamma=0.3, r1_every=8)
    shown = Pictures(tf.zeros([16, 28, 28, 1]), tf.zeros([16, 0]), tf.ones([16, 28, 28, 1]), tf.zeros([16, 0]))
    ones = [tf.ones_like(variable.value) for variable in made.d_variables]
    for number in (0, 1, 7, 8):
        made.train_d(ones, shown, tf.constant(number))
    penalty = 8 * 0.3 * made.d_variables[0].numpy()
    for (kernel, bias), due in zip(taken, (True, False, False, True), strict=True):
        assert np.abs(kernel - (1 + penalty * due)).max() < 1e-5 * np.abs(penalty).max() + 1e-6
        assert (bias == 1).all()


def test_r2_is_the_same_at_drawn_pictures() -> None:
    """Of a linear critic the slope is the same everywhere, so R1 and R2 add up; where D bends, each is its own pictures'."""
    shown = Pictures(tf.zeros([16, 28, 28, 1]), tf.zeros([16, 0]), tf.ones([16, 28, 28, 1]), tf.zeros([16, 0]))
    found = {}
    for r1, r2 in ((0.3, 0.0), (0.0, 0.2), (0.3, 0.2)):
        made, taken = linear(r1_gamma=r1, r2_gamma=r2, r1_every=4)
        made.train_d([tf.zeros_like(variable.value) for variable in made.d_variables], shown, tf.constant(0))
        found[r1, r2] = taken[0][0] / made.d_variables[0].numpy()
    for (r1, r2), shrunk in found.items():
        assert shrunk == pytest.approx(np.full_like(shrunk, 4 * (r1 + r2)), rel=1e-4)
    first, other = tf.zeros([16, 28, 28, 1]), tf.random.normal([16, 28, 28, 1], seed=2)
    bent = []
    for settings, real, fakes in (({"r1_gamma": 1.0}, other, first), ({"r2_gamma": 1.0}, first, other), ({"r2_gamma": 1.0}, other, first)):
        made = objective("dcgan", widths={"dropout": 0.0}, **settings)
        made.optimizers["d_optimizer"] = SimpleNamespace(
            apply=lambda gradients, variables: bent.append([each.numpy() for each in gradients])
        )
        made.train_d([tf.zeros_like(v.value) for v in made.d_variables], Pictures(real, shown.labels, fakes, shown.labels), tf.constant(0))
    of_r1, swapped, of_r2 = bent
    assert all(one == pytest.approx(two, abs=1e-6) for one, two in zip(of_r1, swapped, strict=True)), "R1 at what R2 is at"
    assert max(np.abs(one - two).max() for one, two in zip(of_r1, of_r2, strict=True)) > 1e-4


@pytest.mark.parametrize("shares", ["one_stage", "share_fakes", ""])
def test_in_pairs_each_fake_is_held_against_the_real_picture_beside_it(shares: str) -> None:
    """D and G take the steps that plain gradients of -log sigmoid(+-(D(x) - D(G(z)))) give; in one pass too, where D has not moved before G does."""
    settings = {
        "relativistic": True,
        **({shares: True} if shares else {}),
        "optimizer": "sgd",
        "beta_1": 0.0,
        "g_learning_rate": 1.0,
        "d_learning_rate": 1.0 if shares == "one_stage" else 0.0,
    }
    made, by_hand = (objective("dense", **settings) for _ in range(2))
    assert isinstance(by_hand, Adversarial)
    order = tf.range(1501)
    real, labels = made.batch(tf.constant(0), order)
    assert isinstance(made, Adversarial)
    z, _ = made.latents(tf.constant(0), [labels] * (1 if shares else 2))[-1]
    told = dict(zip(made.metric_names, np.asarray(made.step(tf.constant(0), tf.constant(0), order)), strict=True))
    with tf.GradientTape(persistent=True) as tape:
        ahead = by_hand.discriminator(real, labels) - by_hand.discriminator(by_hand.generator(z, labels), labels)
        g_loss, compared = tf.reduce_mean(tf.nn.softplus(ahead)), tf.reduce_mean(tf.nn.softplus(-ahead))
        d_loss = compared + losses.CENTRE * tf.reduce_mean(by_hand.discriminator(real, labels)) ** 2
    assert told["g_loss"] == pytest.approx(float(g_loss), abs=1e-5)
    assert told["d_loss"] == pytest.approx(float(d_loss), abs=1e-5) or not shares, "on other fakes where G has its own"
    for role, loss in (("generator", g_loss), ("discriminator", d_loss))[: 2 if shares == "one_stage" else 1]:
        variables = by_hand.networks[role].trainable_variables
        slopes = tape.gradient(loss, [variable.value for variable in variables])
        assert max(float(tf.abs(slope).numpy().max()) for slope in slopes) > 1e-4
        for moved, before, slope in zip(made.networks[role].trainable_variables, variables, slopes, strict=True):
            assert moved.numpy() == pytest.approx((before - slope).numpy(), abs=1e-5)


@pytest.mark.parametrize("other", [{"loss": "minimax"}, {"label_smoothing": 0.1}])
def test_pairs_need_a_loss_of_differences(other: dict[str, object]) -> None:
    settings: dict[str, object] = {"relativistic": True}
    with pytest.raises(ConfigError, match="relativistic needs the loss non_saturating and label_smoothing 0"):
        TrainConfig.from_dict({**settings, **other})
    assert TrainConfig.from_dict(settings).relativistic
    assert not TrainConfig.changed(settings, other).relativistic, "a change by hand that cannot be in pairs ends them"
    assert TrainConfig.changed(settings, {"d_steps": 2}).relativistic


@pytest.mark.parametrize("family", ["acgan", "sgan"])
def test_a_discriminator_that_names_what_it_sees_judges_each_picture_by_itself(family: str) -> None:
    with pytest.raises(ConfigError, match="relativistic is on; expected off for a discriminator that also names"):
        objective(family, relativistic=True)


def test_penalties_add_up() -> None:
    shown = Pictures(tf.zeros([16, 28, 28, 1]), tf.zeros([16, 0]), tf.ones([16, 28, 28, 1]), tf.zeros([16, 0]))
    found = {}
    for name, settings in (
        ("both", {"r1_gamma": 0.3, "gradient_penalty": 2.0}),
        ("r1", {"r1_gamma": 0.3}),
        ("gp", {"gradient_penalty": 2.0}),
    ):
        made, taken = linear(**settings)
        made.train_d([tf.zeros_like(variable.value) for variable in made.d_variables], shown, tf.constant(0))
        found[name] = taken[0][0]
    assert np.abs(found["r1"]).max() > 1e-3 < np.abs(found["gp"]).max()
    assert found["both"] == pytest.approx(found["r1"] + found["gp"], abs=1e-5)


def test_the_largest_of_zs_first_coordinates_votes_for_the_digit_that_d_expects() -> None:
    family = families.get("dcgan")
    model = tiny_model("dcgan", latent_dim=16, widths={**family.tiny["widths"], "votes": 10, "dropout": 0.0})
    made = objectives.make(family, model, family.train_config(dataset="digits", batch_size=16, precision="float32"), catalog.load("digits"))
    assert isinstance(made, Adversarial) and made.classes == 10
    [(z, fake_labels)] = made.latents(tf.constant(5), [tf.one_hot(tf.zeros(16, tf.int32), 10)])
    assert np.array_equal(fake_labels, np.eye(10)[np.asarray(z)[:, :10].argmax(axis=1)]), "whatever the real pictures beside them are"
    pictures = made.generator(z, fake_labels)
    scores = np.asarray(made.networks["discriminator"](pictures, None, leave_out=1))
    assert np.asarray(made.discriminator(pictures, fake_labels))[:, 0] == pytest.approx(
        (scores * np.asarray(fake_labels)).sum(axis=1), abs=1e-5
    )


def test_data_without_labels_leave_nothing_to_vote_for() -> None:
    family, data = families.get("dcgan"), catalog.load("digits")
    unlabelled = catalog.Dataset("own", data.images, None, "")
    setup = Setup.of(family, family.model_config("live"), family.train_config("live"), unlabelled)
    assert setup.classes == 0 and [part.__name__ for part in chosen(setup)] == ["OneStage"]
