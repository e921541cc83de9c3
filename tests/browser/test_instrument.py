"""The pad and models side by side: what they draw is what Python draws, by mouse, finger and keyboard, with nothing asked of the server."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    PHONE,
    Visit,
    choose_model,
    digit,
    drag,
    drawn_in_python,
    eventually,
    exact,
    expect_changed,
    expect_picture,
    pixels,
    shown,
    to_the_middle,
    touch_drag,
    type_into,
)  # fmt: skip
from gan_core.model.explorer import Explorer
from gan_core.model.latent import seed_plane

Explorers = Callable[[str], Explorer]


# how many places of the map show no digit yet
WITHOUT_INK = """async (pad) => {
    const { tilesIn } = await import(new URL("gan/static/explore/tiles.js", document.baseURI).href);
    const canvas = pad.querySelector("canvas");
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const side = Math.round(Math.min(64, Math.max(44, width / 16)));
    const dark = ({ left, top }) => {
        for (let y = Math.max(0, Math.round(top)); y < Math.min(height, top + side); y += 1)
            for (let x = Math.max(0, Math.round(left)); x < Math.min(width, left + side); x += 1) if (data[4 * (y * width + x)] > 40) return false;
        return true;
    };
    const seen = (start, length) => Math.min(length, start + side) - Math.max(0, start) > 0.4 * side;
    const tiles = tilesIn({ x: 0, y: 0 }, { width, height }, side, 0.5).filter(({ left, top }) => seen(left, width) && seen(top, height));
    return tiles.length < 50 ? -1 : tiles.filter(dark).length;
}"""


def pad_of(page: Page) -> Locator:
    pad = page.get_by_role("slider", name="Pad", exact=True)
    to_the_middle(pad)
    return pad


def point(pad: Locator, x: float, y: float) -> tuple[float, float]:
    box = pad.bounding_box()
    assert box is not None
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def place(pad: Locator) -> tuple[float, float]:
    """Where the mark is told to be; up is more there."""
    found = re.fullmatch(r"(-?[\d.]+), (-?[\d.]+)", pad.get_attribute("aria-valuetext") or "")
    assert found, pad.get_attribute("aria-valuetext")
    return float(found[1]), -float(found[2])


def test_a_place_of_the_pad_is_that_of_python_s_plane(page: Page, explorers: Explorers) -> None:
    pad, explorer = pad_of(page), explorers("dcgan-mnist")
    expect(pad).to_have_attribute("aria-valuetext", "not on this map")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    before = pixels(digit(page))
    drag(page, point(pad, 0.5, 0.5), point(pad, 0.75, 0.3), steps=30)
    expect_changed(page, digit(page), before)
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    eventually(page, lambda: place(pad) != (0.0, 0.0), "the mark is told")
    page.wait_for_timeout(300)
    assert np.abs(shown(page)["z"][0] - seed_plane(explorer.prior, *place(pad))).max() < 0.2  # the place is told with two decimals
    assert [url for url in asked if "/draw" in url or "gradio_api" in url] == []
    page.get_by_role("button", name="Undo", exact=True).click()
    expect_picture(page, digit(page), before)
    expect(pad).to_have_attribute("aria-valuetext", "not on this map")


def test_the_pad_by_keyboard(page: Page, explorers: Explorers) -> None:
    pad, explorer = pad_of(page), explorers("dcgan-mnist")
    pad.focus()
    page.keyboard.press("Home")
    expect(pad).to_have_attribute("aria-valuetext", re.compile(r"^0\.00, -?0\.00$"))
    expect_picture(page, digit(page), explorer.generate(seed_plane(explorer.prior, 0, 0)[None])[0])
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    eventually(page, lambda: place(pad) == (0.5, 0.5), "half a step each way")
    expect_picture(page, digit(page), explorer.generate(seed_plane(explorer.prior, 0.5, 0.5)[None])[0])
    page.keyboard.press("+")
    page.keyboard.press("Shift+ArrowLeft")
    eventually(page, lambda: place(pad) == (0.25, 0.5), "steps are smaller when it is nearer")


def test_the_pad_lays_two_directions_through_the_digit(page: Page) -> None:
    pad = pad_of(page)
    page.get_by_role("combobox", name="Map of").select_option(label="Two directions")
    page.get_by_role("combobox", name="up", exact=True).select_option(label="4")
    to_the_middle(pad)
    pad.focus()
    page.keyboard.press("Home")
    expect(exact(page, "Direction 1")).to_have_value(re.compile(r"^-?0\.00$"))
    expect(exact(page, "Direction 4")).to_have_value(re.compile(r"^-?0\.00$"))
    other = exact(page, "Direction 2").input_value()
    page.keyboard.press("Shift+ArrowUp")
    expect(exact(page, "Direction 4")).to_have_value("0.50")
    expect(exact(page, "Direction 2")).to_have_value(other)


def test_the_discriminator_s_opinion_is_a_layer(page: Page) -> None:
    pad = pad_of(page)
    eventually(page, lambda: pad.evaluate(WITHOUT_INK) == 0, "a whole map")
    plain = pad.locator(".gan-pad-map").evaluate("canvas => canvas.toDataURL()")
    page.get_by_role("checkbox", name="D's opinion").check()
    colour = """canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        let most = 0;
        for (let i = 0; i < data.length; i += 4) most = Math.max(most, Math.abs(data[i] - data[i + 2]));
        return most;
    }"""
    eventually(page, lambda: pad.locator(".gan-pad-map").evaluate(colour) > 40, "colours over the map")
    page.get_by_role("checkbox", name="Where it breaks").check()
    expect(page.get_by_role("checkbox", name="D's opinion")).not_to_be_checked()
    expect(page.get_by_role("img", name="Legend: the share of random pictures")).to_be_visible()
    orange = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((red, i, all) => i % 4 === 0 && red > all[i + 2] + 60)"
    eventually(page, lambda: pad.locator(".gan-pad-map").evaluate(orange), "where it breaks")
    page.get_by_role("checkbox", name="keep out of it").check()
    page.get_by_role("checkbox", name="Where it breaks").uncheck()
    expect(page.get_by_role("checkbox", name="keep out of it")).to_be_hidden()
    eventually(page, lambda: pad.locator(".gan-pad-map").evaluate("canvas => canvas.toDataURL()") == plain, "the map as it was")
    choose_model(page, "autoencoder-mnist")
    expect(page.get_by_role("checkbox", name="D's opinion")).to_be_disabled()


@pytest.mark.slow
def test_the_pad_by_finger(visit: Visit, explorers: Explorers) -> None:
    page = visit(**PHONE)
    page.get_by_role("heading", name="Pad", exact=True).tap()
    pad = pad_of(page)
    before, top = pixels(digit(page)), page.evaluate("scrollY")
    touch_drag(page, point(pad, 0.5, 0.5), point(pad, 0.8, 0.7))
    expect_changed(page, digit(page), before)
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    assert page.evaluate("scrollY") == top
    sample = page.get_by_role("button", name="Sample 3", exact=True)
    to_the_middle(sample)
    sample.tap()
    expect(sample).to_have_attribute("aria-pressed", "true")


def test_models_side_by_side_move_together(page: Page, explorers: Explorers) -> None:
    page.get_by_role("heading", name="Side by side", exact=True).click()
    group = page.get_by_role("group", name="Models side by side")
    for title in ("Conditional GAN, 10 digits", "Dense GAN, 10 digits", "Autoencoder, 10 digits"):
        group.get_by_role("button", name=re.compile(title)).click()
    panes = page.get_by_role("img", name=re.compile("The same z drawn by"))
    expect(panes).to_have_count(3)
    to_the_middle(panes.first)

    def pane(title: str) -> Locator:
        return page.get_by_role("img", name=re.compile(f"The same z drawn by {title}"))

    one_hot = np.eye(10, dtype=np.float32)[[3]]
    for value in (None, "2"):
        if value:
            type_into(exact(page, "Direction 1"), value)
            to_the_middle(panes.first)  # they draw while they are in sight
        z = shown(page)["z"]
        expect_picture(page, pane("Conditional GAN"), explorers("cgan-mnist").generate(z, one_hot)[0])
        expect_picture(page, pane("Dense GAN"), explorers("dense-mnist").generate(z)[0])
    type_into(page.get_by_role("textbox", name="Seed", exact=True), "11")
    to_the_middle(panes.first)
    autoencoder = explorers("autoencoder-mnist")  # its z has another size: the seed is what is the same
    expect_picture(page, pane("Autoencoder, 10 digits"), autoencoder.generate(autoencoder.sample_z(1, 11))[0])
    eventually(page, lambda: "compare=" in page.url and "s=11" in page.url, "the link knows them")
    page.reload()
    expect(page.locator("#gan-boot")).to_have_count(0)
    expect(panes).to_have_count(3)
    to_the_middle(panes.first)
    expect_picture(page, pane("Autoencoder, 10 digits"), autoencoder.generate(autoencoder.sample_z(1, 11))[0])
    group.get_by_role("button", name=re.compile("Dense GAN")).click()
    expect(panes).to_have_count(2)
