"""What gradients in the browser are for beside the ink in the hand: a drawing finds its z, and D says what it wants otherwise."""

from __future__ import annotations

import re

import numpy as np
from playwright.sync_api import Page, expect

from .conftest import choose_model, digit, eventually, pixels, shown

SEVEN = ((8, 7), (19, 7), (16, 13), (13, 21))


def test_a_drawing_finds_its_z_and_d_says_what_it_wants(page: Page) -> None:
    choose_model(page, "cgan-mnist")
    before = shown(page)
    page.get_by_role("heading", name="Paint and find").click()
    pad = page.get_by_role("region", name="Paint and find").get_by_role("application")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    places = [(box["x"] + (x + 0.5) * box["width"] / 28, box["y"] + (y + 0.5) * box["width"] / 28) for x, y in SEVEN]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=4)
    page.mouse.up()
    expect(page.locator(".gan-find-result > .gan-hidden")).to_contain_text("of the ink is elsewhere")
    drawn, nearest = (pixels(page.get_by_role("img", name=name, exact=True)) for name in ("Your picture", "Nearest in this model"))
    assert drawn.sum() > 40
    assert np.square(nearest - drawn).sum() < 0.25 * np.square(drawn).sum()
    # it is in the hand, its digit too, and one undo takes it back
    assert shown(page)["weights"].argmax() == 7
    eventually(page, lambda: np.abs(pixels(digit(page)) - nearest).max() < 0.02, "the found picture is in the hand")
    page.get_by_role("button", name="Undo", exact=True).first.click()
    eventually(page, lambda: np.array_equal(shown(page)["z"], before["z"]), "one undo takes the search back")
    page.get_by_role("button", name="Take it in hand").click()
    eventually(page, lambda: shown(page)["weights"].argmax() == 7, "the found one is taken again")

    page.get_by_role("heading", name="What D tells G").click()
    said = page.locator(".gan-wish-opinion")
    expect(said).to_have_text(re.compile(r"D: \d+ % real$"))
    wish = page.get_by_role("img", name="Where D wants it otherwise")
    colours = wish.evaluate("(canvas) => [...canvas.getContext('2d').getImageData(0, 0, 28, 28).data]")
    red, _, blue, _ = np.array(colours, int).reshape(784, 4).T
    assert (red - blue > 60).any() and (blue - red > 60).any()
    for way, end in (("The picture in hand: move z", "still a picture of this model"), ("My picture: move its pixels", "adversarial")):
        page.get_by_role("radio", name=way).check()
        before = shown(page)
        page.get_by_role("button", name="Follow it").click()
        expect(page.locator(".gan-wish-tools [role=status]")).to_contain_text(end)
        low, high = map(int, re.findall(r"\d+", said.inner_text()))
        assert high > low
        assert np.array_equal(shown(page)["z"], before["z"]) == (way.startswith("My"))
    page.get_by_role("button", name="Back to before").click()
    expect(said).to_have_text(re.compile(r"D: \d+ % real$"))
