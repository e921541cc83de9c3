"""The ink of the large digit in the hand: mouse, finger and arrow keys pull it, z follows, one undo takes it back."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Visit, choose_model, digit, drag, drawn_in_python, eventually, expect_picture, pixels, shown, touch_drag

MODELS = ("dcgan-mnist", "cgan-mnist", "dense-mnist", "autoencoder-mnist")


def outermost_ink(canvas: Locator) -> tuple[float, float]:
    """The place on the screen of the ink farthest from the middle."""
    seen = pixels(canvas)
    rows, columns = np.nonzero(seen > 0.6)
    far = int(np.argmax((rows - 13.5) ** 2 + (columns - 13.5) ** 2))
    box = canvas.bounding_box()
    assert box is not None
    scale = box["width"] / 28
    return box["x"] + (columns[far] + 0.5) * scale, box["y"] + (rows[far] + 0.5) * scale


def inwards(page: Page, by: float = 4, canvas: Locator | None = None) -> tuple[tuple[float, float], tuple[float, float]]:
    """From the outermost ink `by` pixels of the picture towards the middle."""
    canvas = canvas or digit(page)
    canvas.scroll_into_view_if_needed()
    x, y = outermost_ink(canvas)
    box = canvas.bounding_box()
    assert box is not None
    middle = np.array([box["x"] + box["width"] / 2, box["y"] + box["height"] / 2])
    way = middle - (x, y)
    end = np.array([x, y]) + way / np.linalg.norm(way) * by * box["width"] / 28
    return (x, y), (float(end[0]), float(end[1]))


QUICK = {"dcgan-mnist", "cgan-mnist", "faces"}


@pytest.mark.parametrize("model", [pytest.param(name, marks=() if name in QUICK else pytest.mark.slow) for name in MODELS])
def test_a_stroke_is_pulled_and_everything_follows(page: Page, explorers, model: str) -> None:
    if model != "dcgan-mnist":
        choose_model(page, model)
    before = shown(page)
    start, end = inwards(page)
    drag(page, start, end, steps=10, release=False)
    eventually(page, lambda: np.abs(shown(page)["z"] - before["z"]).max() > 0.05, "z follows the hand")
    page.mouse.up()
    after = shown(page)
    expect_picture(page, digit(page), drawn_in_python(explorers, after), tolerance=0.02)
    assert np.linalg.norm(after["z"]) <= 1.16 * np.sqrt(after["z"].size) or model == "autoencoder-mnist"
    page.get_by_role("button", name="Undo").click()
    eventually(page, lambda: np.array_equal(shown(page)["z"], before["z"]), "one undo takes the pull back")


def test_arrow_keys_pull_it_too(page: Page) -> None:
    before = shown(page)
    digit(page).focus()
    expect(digit(page)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    eventually(page, lambda: np.abs(shown(page)["z"] - before["z"]).max() > 0.02, "z follows the keys")


def test_a_finger_pulls_and_the_page_stays(visit: Visit) -> None:
    page = visit(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True)
    digit(page).scroll_into_view_if_needed()
    before, scrolled = shown(page), page.evaluate("scrollY")
    start, end = inwards(page, 6)
    touch_drag(page, start, end, steps=25)
    eventually(page, lambda: np.abs(shown(page)["z"] - before["z"]).max() > 0.02, "z follows the finger")
    assert page.evaluate("scrollY") == scrolled


def test_a_press_without_a_pull_changes_nothing(page: Page) -> None:
    before = shown(page)
    x, y = outermost_ink(digit(page))
    page.mouse.click(x, y)
    page.wait_for_timeout(500)
    assert np.abs(shown(page)["z"] - before["z"]).max() < 1e-3


@pytest.mark.slow
def test_a_walk_and_a_code_are_pulled_too(page: Page) -> None:
    page.get_by_role("tab", name="Interpolate", exact=True).click()
    walk = page.locator(".gan-interpolate-page canvas.gan-digit")
    points = page.get_by_role("list", name="Key points").get_by_role("listitem")
    expect(points).to_have_count(2)
    expect(walk).to_have_accessible_name(re.compile("drawn by"))
    along = page.get_by_role("slider", name="Along the path", exact=True)
    along.fill("0.5")
    before = pixels(walk)
    drag(page, *inwards(page, canvas=walk), steps=10)
    eventually(page, lambda: np.abs(pixels(walk) - before).max() > 0.2, "the digit on the path follows")
    expect(points).to_have_count(3)  # what was pulled between two is a key point now
    pulled = pixels(walk)
    page.get_by_role("button", name="Go to key point 1").click()
    expect(along).to_have_value("0")
    page.get_by_role("button", name="Go to key point 2").click()
    expect_picture(page, walk, pulled)
    page.keyboard.press("Control+z")
    expect(points).to_have_count(2)
    expect_picture(page, walk, before, tolerance=0.02)

    page.get_by_role("tab", name="Autoencode", exact=True).click()
    drawn = page.get_by_role("img", name="Reconstruction", exact=True)
    eventually(page, lambda: pixels(drawn).max() > 0.6, "the first picture is there")
    before = pixels(drawn)
    back = page.get_by_role("button", name="As the encoder says")
    expect(back).to_be_disabled()
    drag(page, *inwards(page, canvas=drawn), steps=10)
    eventually(page, lambda: np.abs(pixels(drawn) - before).max() > 0.1, "the reconstruction follows")
    expect(back).to_be_enabled()
