"""One-stage training while the discriminator is sure of everything: G's slope comes out right where D's is nothing."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from test_families import objective, steps

from gan_core.config import ONE_STAGE_LOSSES
from gan_core.nn import losses

SURE = np.array([-200, -110, -104, -88, -50, -30, -11, -1, 0, 1, 11, 30, 50, 88, 104, 200], np.float64)[:, None]


def sigmoid(x: np.ndarray) -> np.ndarray:
    """In float64, where neither end of SURE is out of reach."""
    return np.exp(-np.logaddexp(0, -x))


G_SLOPES = {"non_saturating": lambda logits: -sigmoid(-logits), "minimax": lambda logits: -sigmoid(logits)}


def test_the_losses_of_one_stage_are_those_that_have_a_ratio() -> None:
    assert set(ONE_STAGE_LOSSES) == {name for name, loss in losses.ADVERSARIAL.items() if loss.ratio} == set(G_SLOPES)


@pytest.mark.parametrize("xla", [False, True])
@pytest.mark.parametrize("smoothing", [0.0, 0.3])
@pytest.mark.parametrize("name", ONE_STAGE_LOSSES)
def test_gs_slope_through_ds_is_that_of_float64_however_sure_d_is(name: str, smoothing: float, xla: bool) -> None:
    """D here is three times a fake of one pixel, so G's slope at a fake is 3 g'(D(fake)) / batch."""
    loss = losses.ADVERSARIAL[name]

    @tf.function(jit_compile=xla)
    def slopes(fakes: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            tape.watch(fakes)
            logits = 3 * fakes
            d_loss = losses.pushed(loss.d_loss(tf.ones_like(logits), logits, smoothing), logits)
        return loss.ratio(logits) * tape.gradient(d_loss, fakes)

    found = np.asarray(slopes(tf.constant(SURE / 3, tf.float32)), np.float64)
    assert found == pytest.approx(3 * G_SLOPES[name](SURE) / len(SURE), rel=2e-5, abs=1e-30)


@pytest.mark.parametrize("xla", ["off", pytest.param("on", marks=pytest.mark.slow)])
@pytest.mark.parametrize("loss", ONE_STAGE_LOSSES)
def test_a_discriminator_that_learns_far_too_fast_leaves_numbers(loss: str, xla: str) -> None:
    made = objective("dense", preset="live", loss=loss, xla=xla, d_learning_rate=0.02)
    assert made.train.one_stage
    told = steps(made, 50)
    assert np.isfinite(told).all()
    assert all(np.isfinite(variable.numpy()).all() for network in made.networks.values() for variable in network.variables)
