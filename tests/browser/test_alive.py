"""The digit breathes until somebody touches the page: a touch of anything else gives back what the seed gives, a hand that takes it has it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from playwright.sync_api import Page

from browser.conftest import SEED, Visit, digit, drag, drawn_in_python, eventually, expect_picture, shown
from browser.test_hold import inwards
from gan_core.model.explorer import Explorer

MOVING = {"reduced_motion": "no-preference"}


def frames(page: Page, count: int = 30) -> None:
    """Lets so many pictures of the screen go by: one that breathes has moved by then, however slow the machine is."""
    page.evaluate("async (count) => { for (; count > 0; count--) await new Promise(requestAnimationFrame); }", count)


def at_rest(page: Page) -> np.ndarray:
    """The z that is shown, once it stays the same."""

    def same() -> list[np.ndarray]:
        before = shown(page)["z"]
        frames(page)
        now = shown(page)["z"]
        return [now] if np.array_equal(before, now) else []

    return eventually(page, same, "it rests")[0]


def test_the_digit_breathes_until_a_hand_takes_it(visit: Visit, explorers: Callable[[str], Explorer]) -> None:
    explorer = explorers(shown(still := visit())["model"])
    seed = explorer.sample_z(1, SEED)
    assert np.array_equal(at_rest(still), seed), "nothing moves for who wants less of that"

    page = visit(**MOVING)
    eventually(page, lambda: np.abs(shown(page)["z"] - seed).max() > 0.05, "it breathes")
    page.keyboard.press("Shift")  # a touch of nothing in particular
    assert np.array_equal(at_rest(page), seed)
    expect_picture(page, digit(page), explorer.generate(seed)[0])

    page = visit(**MOVING)
    eventually(page, lambda: np.abs(shown(page)["z"] - seed).max() > 0.05, "it breathes")
    drag(page, *inwards(page), steps=6)
    taken = at_rest(page)
    assert np.abs(taken - seed).max() > 0.05, "it stays with the hand that took it"
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)), tolerance=0.02)
