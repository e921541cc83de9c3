"""The contract of every family, discovered and not listed: shapes, ranges, folding, labels that matter, weights that move and weights that rest."""

import dataclasses
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import data_of, drawing, make_run, tiny_model, tiny_widths

from gan_core import classes, families
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.mnist import KIND
from gan_core.model import program
from gan_core.model.explorer import Explorer
from gan_core.nn import losses
from gan_core.nn.fold import fold
from gan_core.nn.layers import Chain, LabelPlanes, UpsampleConv2D
from gan_core.runs import keeping
from gan_core.training import objectives, trainer
from gan_core.training.adversarial import Pictures
from gan_core.training.objective import Objective

NAMES = families.names()
ADVERSARIAL = [name for name in NAMES if families.get(name).has_discriminator]


def build(name: str, preset: str = "reference", **changes: Any) -> dict:
    keras.utils.set_random_seed(1)
    networks = families.get(name).build(families.get(name).model_config(preset, **changes))
    random = np.random.default_rng(0)
    for network in networks.values():  # moving statistics as after a training, else folding would be tested on the identity
        for variable in network.variables:
            if "moving" in variable.path or "gamma" in variable.path:
                variable.assign(random.uniform(0.5, 1.5, variable.shape))
            elif "beta" in variable.path:
                variable.assign(random.normal(size=variable.shape))
    return networks


@pytest.mark.parametrize(("name", "preset"), [(name, preset) for name in NAMES for preset in families.get(name).presets])
def test_the_folded_program_is_the_keras_network(name: str, preset: str) -> None:
    family = families.get(name)
    for role, network in build(name, preset).items():
        x = np.random.default_rng(1).normal(size=(5, *network.sample_shape)).astype(np.float32)
        labels = np.eye(network.num_classes, dtype=np.float32)[:5] if network.num_classes else None
        expected = np.asarray(network(x, labels, training=False))
        folded = program.from_bytes(program.to_bytes(fold(network, family.pixel_range), "float32"))
        assert folded.role == role and np.abs(folded.run(x, labels if folded.num_classes else None) - expected).max() < 1e-4
        rounded = program.from_bytes(program.to_bytes(fold(network, family.pixel_range)))
        if role == "generator":
            low, high = family.pixel_range
            assert expected.shape == (5, *family.model_config(preset).image_shape) and expected.min() >= low and expected.max() <= high
            assert np.abs(rounded.run(x, labels if folded.num_classes else None) - expected).max() < 2e-2 * (high - low)
            assert folded.multiply_adds() <= (20_000_000 if family.model_config(preset).image_shape == KIND.shape else 60_000_000)


GREY_COLOUR_SIGNAL = [("picture", (32, 32, 1)), ("picture", (48, 32, 3)), ("signal", (320, 1))]


@pytest.mark.parametrize(("name", "shape"), [(name, shape) for kind, shape in GREY_COLOUR_SIGNAL for name in drawing(kind)])
def test_every_family_draws_other_sizes_of_its_kinds(name: str, shape: tuple[int, ...]) -> None:
    family = families.get(name)
    size: dict[str, Any] = {"latent_dim": 96} if family.has_encoder else {}  # of a code with rows and columns a multiple of both
    size |= {"rate": 8000.0} if len(shape) == 2 else {}
    networks = build(name, **{**family.tiny, **size, "image_shape": shape})
    for network in networks.values():
        x = np.random.default_rng(1).normal(size=(2, *network.sample_shape)).astype(np.float32)
        labels = np.eye(network.num_classes, dtype=np.float32)[:2] if network.num_classes else None
        folded = program.from_bytes(program.to_bytes(fold(network, family.pixel_range), "float32"))
        expected = np.asarray(network(x, labels, training=False))
        assert np.abs(folded.run(x, labels if folded.num_classes else None) - expected).max() < 1e-4
    drawn, seen = networks["generator"].output_size, next(one for role, one in networks.items() if role != "generator").sample_shape
    assert tuple(drawn) == tuple(seen) == shape


def test_a_size_that_a_family_cannot_draw_says_which_it_can() -> None:
    with pytest.raises(ConfigError, match="the pictures are 30 x 30 grey; expected sides that are multiples of 4"):
        families.get("dcgan").model_config(image_shape=(30, 30, 1))
    with pytest.raises(ConfigError, match="multiples of 16"):
        families.get("dcgan64").model_config(image_shape=(40, 64, 3))
    with pytest.raises(ConfigError, match="the signals are 1,000 samples at 12,000 Hz; expected a length that is a multiple of 64"):
        families.get("wave").model_config(image_shape=(1000, 1))


@pytest.mark.parametrize("name", NAMES)
def test_a_kind_that_a_family_does_not_draw_is_refused_by_a_sentence(name: str) -> None:
    shapes: dict[str, dict[str, Any]] = {
        "picture": {"image_shape": (32, 32, 1), "rate": 0.0},
        "signal": {"image_shape": (512, 1), "rate": 8000.0},
    }
    size = {"latent_dim": 64} if families.get(name).has_encoder else {}
    for kind, shape in shapes.items():
        if kind in families.get(name).kinds:
            assert families.get(name).model_config(**size, **shape).kind.name == kind
        else:
            with pytest.raises(ConfigError, match=r"the data are .*; expected a "):
                families.get(name).model_config(**size, **shape)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [3, 5])
def test_the_upsampling_layer_is_keras_own_two_layers_in_outputs_and_gradients(size: int, padding: str) -> None:
    ours = UpsampleConv2D(6, size, padding=padding)
    x = tf.random.normal([3, 7, 5, 4], seed=1)
    plain = keras.Sequential([keras.layers.UpSampling2D(), keras.layers.Conv2D(6, size, padding=padding)])
    ours(x), plain(x)
    plain.set_weights(ours.get_weights())

    def gradients(layer: keras.layers.Layer) -> list:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
            loss = tf.reduce_sum(tf.sin(y))
        return [y, *tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)])]

    for a, b in zip(gradients(ours), gradients(plain), strict=True):
        assert np.abs(a - b).max() < 1e-4


def test_label_planes_are_convolved_without_being_made() -> None:
    conv = keras.layers.Conv2D(6, 5, strides=2, padding="same")
    chain = Chain("discriminator", [LabelPlanes(), conv, keras.layers.Flatten(), keras.layers.Dense(1)], (28, 28, 1), 10)
    x, labels = tf.random.normal([4, 28, 28, 1], seed=1), tf.random.uniform([4, 10], seed=2)

    def gradients(training: bool) -> list:
        with tf.GradientTape() as tape:
            tape.watch([x, labels])
            y = chain(x, labels, training=training)
            loss = tf.reduce_sum(tf.sin(y))
        return [y, *tape.gradient(loss, [x, labels, *(v.value for v in chain.trainable_variables)])]

    for a, b in zip(gradients(training=True), gradients(training=False), strict=True):
        assert np.abs(a - b).max() < 1e-4 * max(1, np.abs(b).max())


@pytest.mark.parametrize("name", [name for name in NAMES if families.get(name).conditional])
def test_labels_matter_to_both_networks(name: str) -> None:
    networks = build(name)
    wide, own = networks["generator"].num_classes, catalog.DATASETS[families.get(name).train_config().dataset]
    assert wide == len(own.classes)
    for network in [network for network in networks.values() if network.num_classes]:
        x = np.random.default_rng(0).normal(size=(1, *network.sample_shape)).astype(np.float32)
        three, four = (np.asarray(network(x, classes.weights([label], wide, own.groups), training=False)) for label in (3, 4))
        assert np.abs(three - four).max() > 1e-5


def objective(name: str, widths: dict | None = None, preset: str = "reference", **train: object) -> Objective:
    """An objective of tiny networks on `digits`, or of signals on `vibration`; with the widths of the preset itself where that is another than `reference`."""
    family = families.get(name)
    base = tiny_widths(name) if preset == "reference" else family.model_config(preset).widths
    size = {} if family.has_encoder else {"latent_dim": 16}
    model = tiny_model(name, preset, widths={**base, **(widths or {})}, **size)
    settings = family.train_config(preset, dataset=data_of(name), steps=10, batch_size=16, **{"precision": "float32", **train})
    return objectives.make(family, model, settings, catalog.load(data_of(name), shape=model.image_shape))


def steps(objective: Objective, count: int = 3) -> np.ndarray:
    order = tf.range(1501)
    return np.array([objective.step(tf.constant(i), tf.constant(i % 15), order).numpy() for i in range(count)])


def weights(network: keras.Model, trainable: bool = True) -> list[np.ndarray]:
    return [v.numpy().copy() for v in (network.trainable_variables if trainable else network.non_trainable_variables)]


@pytest.mark.parametrize(
    "name", [name if name in ("dense", "cgan") else pytest.param(name, marks=pytest.mark.slow) for name in ADVERSARIAL]
)
def test_the_g_step_leaves_d_alone_and_the_d_step_leaves_g_alone(name: str) -> None:
    made = objective(name, d_learning_rate=0.0, g_learning_rate=1e-2)
    before = weights(made.networks["discriminator"]), weights(made.networks["generator"])
    steps(made)
    assert all(np.array_equal(a, b) for a, b in zip(before[0], weights(made.networks["discriminator"]), strict=True))  # bitwise
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before[1], weights(made.networks["generator"]), strict=True))
    made = objective(name, d_learning_rate=1e-2, g_learning_rate=1e-7)
    before = weights(made.networks["discriminator"]), weights(made.networks["generator"])
    steps(made)
    assert all(np.abs(a - b).max() < 1e-6 for a, b in zip(before[1], weights(made.networks["generator"]), strict=True))
    assert all(np.abs(a - b).max() > 1e-4 for a, b in zip(before[0], weights(made.networks["discriminator"]), strict=True))


@pytest.mark.parametrize("name", ["dcgan", "cgan"])
def test_batch_norm_statistics_move_in_training(name: str) -> None:
    made = objective(name)
    before = [v.numpy().copy() for v in made.networks["generator"].variables if "moving" in v.path]
    steps(made)
    after = [v.numpy().copy() for v in made.networks["generator"].variables if "moving" in v.path]
    assert len(before) == 4 and all(np.abs(a - b).max() > 1e-6 for a, b in zip(before, after, strict=True))


def test_the_class_scores_of_a_discriminator_learn_to_name_real_pictures() -> None:
    family = families.get("cgan")
    model = family.model_config(widths={**tiny_widths("cgan"), "discriminator": [8, 16], "label_score": True, "dropout": 0.0}, latent_dim=8)
    data = catalog.load("digits")

    def cross_entropy(naming: float) -> float:
        settings = family.train_config(dataset="digits", steps=100, batch_size=64, naming=naming, one_stage=True, d_learning_rate=5e-3)
        made = objectives.make(family, model, settings, data)
        steps(made, 100 if naming else 0)
        pictures, labels = made.batch(tf.constant(0), tf.range(1501))
        scores = made.networks["discriminator"](pictures, None, leave_out=1)[:, 1:]
        return float(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, scores)))

    assert cross_entropy(1.0) < 0.7 * cross_entropy(0.0)
    with pytest.raises(ConfigError, match="scores of the classes"):
        objective("cgan", naming=1.0)


@pytest.mark.parametrize(("loss", "named"), [("non_saturating", True), ("hinge", True), ("least_squares", False)])
def test_scores_that_are_to_be_0_and_1_are_not_trained_to_name_digits(loss: str, named: bool) -> None:
    family = families.get("cgan")
    model = family.model_config(widths={**tiny_widths("cgan"), "discriminator": [8, 16], "label_score": True, "dropout": 0.0}, latent_dim=8)

    def d_loss(naming: float) -> float:
        settings = family.train_config(dataset="digits", steps=10, batch_size=64, naming=naming, loss=loss)
        made: Any = objectives.make(family, model, settings, catalog.load("digits"))
        pictures, labels = made.batch(tf.constant(0), tf.range(64))
        return float(made.d_objective(Pictures(pictures, labels, tf.zeros_like(pictures), labels))[0])

    assert d_loss(1.0) - d_loss(0.0) == pytest.approx(np.log(10) if named else 0, abs=0.3 if named else 1e-6)


def test_dropout_is_on_in_the_discriminator_while_it_trains() -> None:
    made = objective("dcgan")
    pictures, labels = tf.ones([1, 28, 28, 1]), tf.zeros([1, 0])
    assert abs(float(made.discriminator(pictures, labels)[0, 0] - made.discriminator(pictures, labels)[0, 0])) > 1e-6


@pytest.mark.parametrize("loss", ["non_saturating", "minimax"])
def test_one_stage_gives_the_generators_own_gradient(loss: str) -> None:
    made = objective("cgan", loss=loss)
    made.model = dataclasses.replace(made.model, widths={**made.model.widths, "dropout": 0.0})
    made.networks = made.family.build(made.model)
    variables = [v.value for v in made.networks["generator"].trainable_variables]
    z, labels = tf.random.normal([16, made.model.latent_dim], seed=1), tf.one_hot(tf.range(16) % 10, 10)
    with tf.GradientTape() as g_tape:
        fakes = made.generator(z, labels)
    with tf.GradientTape() as tape:
        tape.watch(fakes)
        logits = made.discriminator(fakes, labels)
        d_loss = losses.pushed(made.loss.d_loss(tf.ones_like(logits), logits), logits)
    shared = g_tape.gradient(fakes, variables, made.loss.ratio(logits)[..., None, None] * tape.gradient(d_loss, fakes))
    with tf.GradientTape() as plain:
        g_loss = made.loss.g_loss(made.discriminator(made.generator(z, labels), labels))
    for a, b in zip(shared, plain.gradient(g_loss, variables), strict=True):
        assert np.abs(a - b).max() < 1e-6 + 1e-4 * np.abs(b).max()


def test_losses_at_zero_and_by_hand() -> None:
    zero = np.zeros((4, 1), np.float32)
    real, fake = (np.array([values], np.float32).T for values in ([-5, 1.4, 12.5, 2.7], [10, 4.4, -5.5, 3.6]))
    assert float(losses.non_saturating_g_loss(zero)) == pytest.approx(np.log(2), abs=1e-6)
    assert float(losses.minimax_g_loss(zero)) == pytest.approx(-np.log(2), abs=1e-6)
    assert float(losses.cross_entropy_d_loss(zero, zero)) == pytest.approx(2 * np.log(2), abs=1e-6)
    assert float(losses.least_squares_d_loss(zero, zero)) == 0.5 and float(losses.least_squares_g_loss(zero)) == 0.5
    assert float(losses.non_saturating_g_loss(fake)) == pytest.approx(1.38582, abs=1e-5)
    assert float(losses.cross_entropy_d_loss(real, fake)) == pytest.approx(5.83387, abs=1e-5)
    assert float(losses.least_squares_g_loss(fake)) == pytest.approx((81 + 11.56 + 42.25 + 6.76) / 8, abs=1e-4)
    assert float(losses.cross_entropy_d_loss(real, fake, 0.1)) == pytest.approx(5.83387 + 0.1 * real.mean(), abs=1e-5)


def test_naming_is_a_softmax_in_each_group_of_classes() -> None:
    groups, scores = (2, 3), np.array([[1.0, 3.0, 0.5, 0.0, -1.0], [0.0, 0.0, 0.0, 0.0, 0.0]], np.float32)
    labels = classes.weights([4, 2], 5, groups)  # second and second; first and third
    by_hand = [np.log(1 + np.exp(-2)) + np.log(np.exp(0.5) + 1 + np.exp(-1)), np.log(2) + np.log(3)]
    assert float(losses.naming_loss(labels, scores, groups)) == pytest.approx(np.mean(by_hand), abs=1e-6)
    one_group = classes.weights([3, 0], 5)
    exact = np.log(np.exp(scores).sum(axis=1)) - (scores * one_group).sum(axis=1)
    assert float(losses.naming_loss(one_group, scores)) == pytest.approx(exact.mean(), abs=1e-6)


def test_a_training_gives_one_class_of_each_group() -> None:
    """Its labels as class weights, what D is asked to name, the pictures that are shown of it: all from labels that the data have."""
    family, groups = families.get("cgan64"), (2, 3)
    model = family.model_config(**{**family.tiny, "num_classes": 5, "groups": groups})
    train = family.train_config("live", dataset="own", steps=10, batch_size=4, precision="float32", r1_gamma=0.0, ema_decay=0.0)
    labels = np.array([5, 0, 3, 5, 3, 0, 5, 3])
    data = catalog.Dataset("own", np.random.default_rng(0).integers(0, 256, (8, 32, 32), np.uint8), labels, "", groups=groups)
    made = objectives.make(family, model, train, data)
    _, weights = made.batch(tf.constant(0), tf.range(8))
    assert weights.numpy().tolist() == classes.weights(labels[:4], 5, groups).tolist() and set(made.shown_labels(20)) <= set(labels)
    before = [v.numpy() for v in made.d_variables]
    assert np.isfinite(made.step(tf.constant(1), tf.constant(0), tf.range(8)).numpy()).all()
    assert all((v.numpy() != old).any() for v, old in zip(made.d_variables, before, strict=True))


@pytest.mark.parametrize("loss", list(losses.ADVERSARIAL))
def test_every_loss_gives_g_a_gradient_towards_what_d_calls_real(loss: str) -> None:
    logits = tf.Variable([[-0.5], [0.5]])
    with tf.GradientTape() as tape:
        value = losses.ADVERSARIAL[loss].g_loss(logits)
    assert (tape.gradient(value, logits).numpy() < 0).all()


QUICK = ("dense", "dcgan", "autoencoder", "wave")  # what the others draw is kept and explored in the same way


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES])
def test_train_keep_and_explore(name: str, tmp_path: Path) -> None:
    run = make_run(tmp_path / "runs", name, ema_decay=0.9)
    reports: list[dict] = []
    assert trainer.train(run, reports.append) == "finished"
    assert [report["step"] for report in reports] == run.train_config().report_steps() == run.snapshot_steps()
    assert all(np.all(np.isfinite(value)) for report in reports[1:] for value in report.values() if value is not None)
    assert run.snapshot(40, "directions.safetensors").exists()  # a finished run can be explored like a checkpoint
    kept = keeping.keep(run, tmp_path / "checkpoints" / f"my-{name}")
    explorer = Explorer.open(kept.folder)
    z = explorer.sample_z(3, seed=1)
    labels = [1, 2, 3] if explorer.num_classes else None
    assert explorer.generate(z, labels).shape == (3, *explorer.kind.outer)
    assert np.abs(explorer.generate(z, labels) - explorer.generate(z, labels, step=0)).max() > 1e-3
    assert len(explorer.directions()[0]) == 8 and run.status()["checkpoint"] == f"my-{name}"
    for file in ("weights.safetensors", "progress.png", "metrics.json", "README.md"):
        assert (kept.folder / file).stat().st_size > 100
    assert f"train {name}" in (kept.folder / "README.md").read_text()
