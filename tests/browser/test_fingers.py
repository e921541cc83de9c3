"""Two fingers, and a finger whose touch the browser takes away: on everything that is dragged, only the first finger draws, and it draws on."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    PHONE,
    Visit,
    dock,
    eventually,
    open_tab,
    pixels,
    shown,
    steady,
    to_the_middle,
    touch_drag,
    two_fingers,
)  # fmt: skip


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit(**PHONE)


@pytest.fixture
def autoencode(page: Page) -> Page:
    open_tab(page, "Autoencode")
    eventually(page, lambda: pixels(plate(page, "Picture")).max() > 0.5, "the first test picture")
    return page


def plate(page: Page, name: str) -> Locator:
    return page.get_by_role("img", name=name, exact=True)


def points(element: Locator, *parts: tuple[float, float]) -> list[tuple[float, float]]:
    """Places in parts of its width and height, on the screen."""
    box = element.bounding_box()
    assert box is not None
    return [(box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in parts]


def line(start: tuple[float, float], end: tuple[float, float], count: int = 12) -> list[tuple[float, float]]:
    return [tuple(np.array(start) + (np.array(end) - start) * i / (count - 1)) for i in range(count)]


@pytest.mark.slow
def test_bars_follow_the_first_finger_alone(page: Page) -> None:
    dock(page, "z")
    bars = page.get_by_role("slider", name="Latent vector z", exact=True)
    to_the_middle(bars)
    before = shown(page)["z"][0]
    size = len(before)
    first = points(bars, *line((0.02, 0.25), (0.2, 0.25)))
    second = points(bars, *line((0.9, 0.9), (0.6, 0.9), 10))
    two_fingers(page, first, second)
    eventually(page, lambda: np.abs(shown(page)["z"][0][size // 10] - 2) < 0.2, "the first finger's bars")
    after = shown(page)["z"][0]
    changed = np.flatnonzero(after != before)
    assert changed.max() <= 0.2 * size + 1, "no bar of the second finger, and none between the two"
    dock(page, "Dice")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()


def test_a_swipe_up_scrolls_and_changes_nothing_wherever_it_starts(page: Page) -> None:
    page.get_by_role("heading", name="Pad", exact=True).tap()
    digit = page.locator("canvas.gan-digit")
    starts = {
        "a film strip": (page.get_by_role("slider", name="Direction 2", exact=True), (0.3, 0.5)),
        "the bars": (page.get_by_role("slider", name="Latent vector z", exact=True), (0.5, 0.6)),
        "the pad": (page.get_by_role("slider", name="Pad", exact=True), (0.5, 0.6)),
        "beside the ink": (digit, (0.03, 0.5)),
    }
    panels = {"a film strip": "Directions", "the bars": "z"}
    befores: list[np.ndarray] = []
    for name, (element, place) in starts.items():
        if name in panels:
            dock(page, panels[name])
        to_the_middle(element)
        at = page.evaluate("scrollY")
        ((x, y),) = points(element, place)

        def scrolls(x: float = x, y: float = y, at: float = at) -> bool:
            """
            Whether a swipe has; a busy machine may make one so slow that it is a finger at rest, and then it is done again. That finger took hold,
            and may have pulled the ink to where the swipe begins: what it did is undone, or no swipe would ever begin beside the ink again.
            """
            if befores and (shown(page)["z"] != befores[-1]).any():
                page.keyboard.press("Control+z")
                eventually(page, lambda: (shown(page)["z"] == befores[-1]).all(), "what the finger at rest did is undone")
            befores.append(shown(page)["z"])
            touch_drag(page, (x, y), (x + 9, y - 160), steps=20)  # a thumb goes a little to the side
            return bool(page.evaluate("scrollY") > at + 60)

        eventually(page, scrolls, f"a page that scrolls from {name}")
        steady(page, lambda: page.evaluate("scrollY"))  # a tap on a page that still glides stops that, and does nothing else
        assert (shown(page)["z"] == befores[-1]).all(), name


@pytest.mark.slow
def test_a_tap_after_a_drag_is_heard(page: Page) -> None:
    dock(page, "z")
    bars = page.get_by_role("slider", name="Latent vector z", exact=True)
    for number in range(10, 14):
        to_the_middle(bars)
        touch_drag(page, *points(bars, (0.02, 0.3), (0.98, 0.3)))
        sample = page.get_by_role("button", name=f"Sample {number}", exact=True)
        to_the_middle(sample)
        sample.tap()
        expect(sample).to_have_attribute("aria-pressed", "true")


def test_a_touch_that_the_browser_takes_away_ends_the_gesture(page: Page) -> None:
    dock(page, "z")
    bars = page.get_by_role("slider", name="Latent vector z", exact=True)
    to_the_middle(bars)
    session = page.context.new_cdp_session(page)
    places, still = points(bars, *line((0.1, 0.3), (0.3, 0.3), 5)), bars.element_handle()  # which is there when its panel is put away
    for i, (x, y) in enumerate(places):
        session.send("Input.dispatchTouchEvent", {"type": "touchMove" if i else "touchStart", "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchCancel", "touchPoints": []})
    dock(page, "Dice")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    reached = shown(page)["z"]
    still.dispatch_event("pointermove", {"pointerType": "mouse", "pointerId": 1, "clientX": places[0][0], "clientY": places[0][1] + 60})
    assert (shown(page)["z"] == reached).all()


def test_the_pad_follows_the_first_finger_alone(page: Page) -> None:
    page.get_by_role("heading", name="Pad", exact=True).tap()
    pad = page.get_by_role("slider", name="Pad", exact=True)
    to_the_middle(pad)
    touch_drag(page, *points(pad, (0.3, 0.5), (0.45, 0.5)))
    eventually(page, lambda: "on this map" not in (pad.get_attribute("aria-valuetext") or ""), "a place")
    alone = steady(page, lambda: pad.get_attribute("aria-valuetext"))
    two_fingers(page, points(pad, *line((0.3, 0.5), (0.45, 0.5))), points(pad, *line((0.8, 0.8), (0.7, 0.8), 10)))
    assert steady(page, lambda: pad.get_attribute("aria-valuetext")) == alone


@pytest.mark.slow
def test_a_drawing_is_of_the_first_finger_alone(autoencode: Page) -> None:
    page = autoencode
    page.get_by_role("tab", name="Draw", exact=True).tap()
    board = page.get_by_role("application", name="Drawing pad, 28 by 28", exact=True)
    to_the_middle(board)
    two_fingers(page, points(board, *line((0.2, 0.2), (0.2, 0.8))), points(board, *line((0.8, 0.2), (0.8, 0.8), 10)))
    picture = plate(page, "Picture")
    eventually(page, lambda: pixels(picture)[8:20, 5:7].min() > 0.8, "the stroke of the first finger")
    assert pixels(picture)[:, 9:].max() == 0, "nothing across the sheet"


@pytest.mark.slow
def test_a_blank_part_is_of_the_first_finger_alone(autoencode: Page) -> None:
    page = autoencode
    seen = plate(page, "Input")
    to_the_middle(seen)
    two_fingers(page, points(seen, *line((0.05, 0.05), (0.3, 0.3))), points(seen, *line((0.9, 0.9), (0.95, 0.95), 10)))
    expect(page.get_by_role("button", name="Undamaged", exact=True)).to_be_enabled()
    noise = page.get_by_role("slider", name="Noise", exact=True)
    noise.fill("1")  # what is blank stays black
    eventually(page, lambda: (pixels(seen) > 0).mean() > 0.3, "noise")
    blank = pixels(seen) == 0
    assert blank[2:8, 2:8].all()
    assert not blank[10:, 10:].all()


@pytest.mark.slow
def test_the_code_map_follows_the_first_finger_alone(autoencode: Page) -> None:
    page = autoencode
    field = page.get_by_role("application", name="Map of codes", exact=True)
    to_the_middle(field)
    eventually(page, lambda: page.get_by_text("encoded here").count(), "the map")
    ring = field.locator(".ae-map-mark")
    touch_drag(page, *points(field, (0.4, 0.5), (0.5, 0.5)))
    alone = steady(page, lambda: ring.get_attribute("style"))
    two_fingers(page, points(field, *line((0.4, 0.5), (0.5, 0.5))), points(field, *line((0.8, 0.8), (0.9, 0.8), 10)))
    assert steady(page, lambda: ring.get_attribute("style")) == alone
