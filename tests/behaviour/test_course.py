"""The course's networks and what goes with them: few labels, layer by layer, damaged pictures, the steps of a slide."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tiny import make_run, tiny_model

from gan_core import families
from gan_core.data import catalog
from gan_core.errors import ConfigError
from gan_core.nn.layers import Damage
from gan_core.training import objectives, recording, trainer
from gan_core.training.layerwise import LayerByLayer
from gan_core.training.parts.semi_supervised import SemiSupervised, labelled_rows
from ui.site import replay


def made(family: str, preset: str, data: catalog.Dataset | None = None, **settings: Any) -> Any:
    """An objective of tiny networks on `digits`."""
    found = families.get(family)
    model = tiny_model(family) if preset == "live" else found.model_config(preset, latent_dim=4, widths={"stack": [32, 12]})
    train = found.train_config(preset, **{"dataset": "digits", "steps": 8, "batch_size": 16, "precision": "float32", **settings})
    return objectives.make(found, model, train, data or catalog.load("digits"))


# ---- the semi-supervised discriminator


def test_few_labels_are_as_many_of_each_class_and_the_same_every_time() -> None:
    labels = catalog.load("digits").labels
    assert labels is not None
    rows = labelled_rows(labels, 25, 10, seed=3)
    assert len(set(rows)) == 25 and np.array_equal(rows, labelled_rows(labels, 25, 10, seed=3))
    assert np.bincount(labels[rows]).tolist() == [3] * 5 + [2] * 5
    assert np.array_equal(labelled_rows(labels, 0, 10, seed=3), np.arange(len(labels)))


def test_only_the_few_labels_reach_the_discriminator() -> None:
    """The labels of all other pictures may be anything: no batch, no loss and no step changes."""
    data = catalog.load("digits")
    assert data.labels is not None
    known = labelled_rows(data.labels, 20, 10, seed=0)
    wrong = (data.labels + 1) % 10
    wrong[known] = data.labels[known]
    told = []
    for labels in (data.labels, wrong):
        objective = made("sgan", "live", catalog.Dataset("digits", data.images, labels, ""), labelled=20)
        objective.known = tf.constant(known, tf.int32)
        assert isinstance(objective, SemiSupervised)
        pictures, shown = objective.batch(tf.constant(1), tf.range(1501))
        assert pictures.shape == (32, 28, 28, 1) and not np.any(shown[:16]) and np.all(np.sum(shown[16:], axis=1) == 1)
        told.append([objective.step(tf.constant(i), tf.constant(i), tf.range(1501)).numpy() for i in range(4)])
    assert np.array_equal(told[0], told[1])


def test_its_logit_is_that_of_a_classifier_of_ten_classes_and_fake() -> None:
    objective = made("sgan", "live", labelled=20)
    pictures = objective.batch(tf.constant(0), tf.range(64))[0]
    scores = objective.scores(pictures, training=False).numpy()
    exponentials = np.concatenate([np.exp(scores), np.ones((len(scores), 1))], axis=1)
    real = 1 - exponentials[:, -1] / exponentials.sum(axis=1)
    logits = objective.networks["discriminator"](pictures, None, training=False)
    assert np.asarray(tf.sigmoid(logits))[:, 0] == pytest.approx(real, abs=1e-5)


def test_it_learns_to_name_digits_from_few_labels() -> None:
    objective = made("sgan", "live", labelled=100, d_learning_rate=5e-3, steps=150)
    before = objective.extra_metrics({})["test_accuracy"]
    step = tf.function(objective.step)
    for i in range(150):
        step(tf.constant(i), tf.constant(i % 90), tf.range(1501))
    assert objective.extra_metrics({})["test_accuracy"] > max(0.3, before + 0.15)


def test_what_it_cannot_be_had_with_is_said() -> None:
    with pytest.raises(ConfigError, match="labelled is 5; expected at least 10"):
        made("sgan", "live", labelled=5)
    with pytest.raises(ConfigError, match="gradient_penalty is on"):
        made("sgan", "live", gradient_penalty=1.0, share_fakes=False)


# ---- layer by layer


def test_each_stage_moves_its_own_layers_only_and_at_last_all_move() -> None:
    objective = made("autoencoder", "stacked", steps=8)
    assert isinstance(objective, LayerByLayer) and len(objective.moved) == 4
    encoder, generator = objective.networks["encoder"], objective.networks["generator"]
    layers = [encoder.steps[1], encoder.steps[2], encoder.steps[3], generator.steps[0], generator.steps[1], generator.steps[2]]
    expected = [{0, 5}, {1, 4}, {2, 3}, {0, 1, 2, 3, 4, 5}]
    for number in range(8):
        before = [layer.kernel.numpy().copy() for layer in layers]
        objective.step(tf.constant(number), tf.constant(number), tf.range(1501))
        moved = {i for i, layer in enumerate(layers) if np.abs(layer.kernel.numpy() - before[i]).max() > 0}
        assert moved <= expected[number // 2] and (moved or number > 2), number
    assert objective.turn(7) == int(objective.turn(tf.constant(7))) == 3


def test_a_stage_gives_a_picture_back_through_the_layers_outside_of_it() -> None:
    objective = made("autoencoder", "stacked")
    pictures = tf.constant(objective.held_out[:3])
    encoder, generator = objective.networks["encoder"], objective.networks["generator"]
    code = encoder.steps[1](encoder.steps[0](pictures))
    outermost = generator.steps[-1](generator.steps[-2](code))
    assert np.allclose(objective.reconstructed(0, pictures), outermost, atol=1e-6)
    assert np.allclose(objective.reconstructed(2, pictures), generator(encoder(pictures)), atol=1e-6)


# ---- damaged pictures


def test_damage_is_for_training_only_and_differs_from_picture_to_picture() -> None:
    keras.utils.set_random_seed(1)
    layer, grey = Damage(0.6, 0.5), tf.fill([400, 28, 28, 1], 0.5)
    assert np.array_equal(layer(grey, training=False), grey)
    damaged = np.asarray(layer(grey, training=True))
    assert damaged.min() >= 0 and damaged.max() <= 1
    halves = np.stack(
        [damaged[:, :14], damaged[:, 14:], damaged[:, :, :14].transpose(0, 2, 1, 3), damaged[:, :, 14:].transpose(0, 2, 1, 3)]
    )
    blanked = (halves == 0).all(axis=(2, 3, 4))  # [half, picture]
    assert 0.4 < blanked.any(axis=0).mean() < 0.6 and (blanked.sum(axis=1) > 25).all(), "each of the four halves"
    strength = damaged[~blanked.any(axis=0)].std(axis=(1, 2, 3))
    assert strength.min() < 0.05 < 0.3 < strength.max(), "some are left nearly clean"
    assert not np.array_equal(damaged, np.asarray(layer(grey, training=True)))
    with pytest.raises(ConfigError, match="blank"):
        Damage(0.1, 1.5)


# ---- recordings


def test_the_steps_that_a_training_names_are_recorded(tmp_path: Path) -> None:
    run = make_run(tmp_path, "dense", steps=40, report_every=20, show_at="3,17")
    trainer.train(run)
    assert {3, 17, 20} < set(run.snapshot_steps())
    kept = recording.prune(run, tmp_path / "out" / "course_dense", "course_dense", recording.COURSE_LIMIT)
    assert {0, 3, 17, 40} <= set(kept.snapshot_steps()) <= {report["step"] for report in kept.reports()}
    listed = replay.laboratory(tmp_path / "out")
    assert listed["course"] == [
        {"name": "course_dense", "title": "The course's dense GAN", "family": "dense", "preset": "reference", "recording": "course_dense"}
    ]
    assert not any(failure["recording"] for failure in listed["failures"]) and replay.laboratory(None)["course"] == []
