"""Families with an encoder: the codes of their pictures are spread as the prior that z are drawn from, and what layers ask for counts."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from tiny import tiny_model

from gan_core import families
from gan_core.data import catalog
from gan_core.metrics import figures
from gan_core.runs import keeping
from gan_core.training import objectives
from gan_core.training.reconstruction import Reconstruction

WITH_ENCODER = [name for name in families.names() if families.get(name).has_encoder]
STEPS = 400
MOST = 0.5  # of the prior's own variance, between it and the codes


def trained(name: str) -> Reconstruction:
    family = families.get(name)
    settings = {"dataset": "digits", "steps": STEPS, "batch_size": 32, "precision": "float32", "g_learning_rate": 5e-3, "optimizer": "adam"}
    made = objectives.make(family, tiny_model(name), family.train_config(**settings), catalog.load("digits"))
    assert isinstance(made, Reconstruction)
    step, order = tf.function(made.step), tf.range(1501)
    for i in range(STEPS):
        step(tf.constant(i), tf.constant(i % 46), order)
    return made


def misfit(made: Reconstruction) -> float:
    """How far the codes that the decoder learned on are from what z of the declared prior are, as a share of the prior's variance."""
    codes = np.asarray(made.networks["encoder"](made.held_out, training=True))
    z = keeping._prior(made.programs(STEPS), made.model, made.train).sample(2000, seed=1)
    return figures.frechet_distance(z, codes) / float(z.var(axis=0).sum())


@pytest.mark.parametrize("name", WITH_ENCODER)
def test_codes_are_spread_as_the_declared_prior(name: str) -> None:
    assert misfit(trained(name)) < MOST


def test_codes_that_do_not_fit_the_declared_prior_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a variational autoencoder was before layers' own losses counted: an autoencoder with codes of any size under N(0, 1)."""
    monkeypatch.setattr(Reconstruction, "_own_losses", lambda self: 0.0)
    assert misfit(trained("vae")) > 2 * MOST
