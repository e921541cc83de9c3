"""The class "no digit" is learnt beside what the classifier sees in digits, which stays."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from gan_core.data import catalog
from gan_core.errors import CheckpointError
from gan_core.model import digit_reader
from gan_core.training import no_digit


def test_what_is_learnt_is_read_beside_the_digits_and_can_be_forgotten() -> None:
    shipped, pictures = digit_reader.load(), np.random.default_rng(0).integers(0, 256, (8, 28, 28)).astype(np.uint8)
    plain = no_digit.forget(shipped)
    model, learnt = no_digit._network(plain)
    random = np.random.default_rng(1)
    for _, normalization in learnt[:-1]:
        normalization.set_weights([random.uniform(0.5, 1.5, weights.shape) for weights in normalization.get_weights()])
    learnt[-1][1].bias.assign([3.0])
    made = no_digit._with_class(plain, learnt)
    logits = model.predict(pictures[..., None] / np.float32(255), verbose=0)
    expected = np.exp(logits - logits.max(axis=1, keepdims=True))
    reading, before = digit_reader.read(made, pictures / 255), digit_reader.read(plain, pictures / 255)
    assert reading.no_digit == pytest.approx((expected / expected.sum(axis=1, keepdims=True))[:, -1], abs=1e-4)
    assert reading.features == pytest.approx(before.features, abs=1e-4) and reading.given_digits == pytest.approx(
        before.probabilities, abs=1e-4
    )
    again = no_digit.forget(made)
    assert again.ops == plain.ops and again.output == plain.output and again.extra == plain.extra == {}
    assert all(np.array_equal(again.tensors[name], tensor) for name, tensor in plain.tensors.items())


def test_a_digit_that_another_pen_drew_is_the_same_digit() -> None:
    digit = catalog.load("digits", split="train").images[:200]
    again = no_digit.drawn_anew(digit, 0)
    assert again.shape == digit.shape and again.dtype == np.uint8 and np.array_equal(again, no_digit.drawn_anew(digit, 0))
    shipped = digit_reader.load()
    seen, seen_again = (digit_reader.read(shipped, pictures / 255).digits for pictures in (digit, again))
    assert not np.array_equal(digit, again) and np.mean(seen == seen_again) >= 0.85


def test_a_reader_that_was_taught_otherwise_is_refused_by_a_sentence() -> None:
    shipped = digit_reader.load()
    older = dataclasses.replace(shipped, extra={name: value for name, value in shipped.extra.items() if name != "beside"})
    with pytest.raises(CheckpointError, match="expected `beside`"):
        no_digit.forget(older)
