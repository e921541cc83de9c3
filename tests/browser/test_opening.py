"""The first second of the page: a picture with the first bytes, the instrument before Gradio, and no trace of either in the way later."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from conftest import Server
from playwright.sync_api import Browser, Page, Route, expect

from browser.conftest import (
    PATIENCE,
    SEED,
    USUAL,
    Visit,
    choose_model,
    digit,
    drag,
    drawn_in_python,
    eventually,
    exact,
    expect_picture,
    pixels,
    place_on,
    shown,
    to_the_tabs,
    type_into,
)  # fmt: skip

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
VIEWS = {
    "phone": PHONE,
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "projector": {"viewport": {"width": 1920, "height": 1080}},
}
OPENING = """async () => {
  const image = document.getElementById("gan-opening");
  await image.decode();
  const canvas = new OffscreenCanvas(28, 28);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return Array.from({ length: 784 }, (_, i) => canvas.getContext("2d").getImageData(0, 0, 28, 28).data[4 * i]);
}"""


class Held:
    """Answers that wait until somebody lets them go."""

    def __init__(self, page: Page, *patterns: str) -> None:
        self.waiting: list[Route] = []
        self.free = False
        for pattern in patterns:
            page.route(pattern, lambda route: self.answer(route))

    def answer(self, route: Route) -> None:
        if self.free:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        self.free = True
        while self.waiting:
            self.waiting.pop(0).continue_()


@pytest.fixture
def fresh(chromium: Browser) -> Any:
    """Pages that nobody has opened yet, so that answers can be held back from the first on."""
    contexts = []

    def fresh(**options: Any) -> Page:
        contexts.append(chromium.new_context(**{**USUAL, **options}))
        contexts[-1].set_default_timeout(PATIENCE)
        return contexts[-1].new_page()

    yield fresh
    for context in contexts:
        context.close()


def opening(page: Page) -> np.ndarray:
    return np.array(page.evaluate(OPENING), np.float32).reshape(28, 28) / 255


def arrived(page: Page, asked: bool = True) -> None:
    """Waits for Gradio's page; where nobody has `asked` for it, it comes when the page has been at rest for a while."""
    if asked:
        to_the_tabs(page)
    expect(page.locator("#gan-boot")).to_have_count(0)
    expect(digit(page)).to_have_accessible_name(re.compile("drawn by"))


def test_a_picture_stands_there_before_any_weights_and_is_the_later_one(fresh: Any, server: Server, explorers: Any) -> None:
    page = fresh()
    weights, modules = Held(page, "**/*.safetensors"), Held(page, "**/boot.js")
    page.goto(server.url, wait_until="commit")
    expect(page.locator("#gan-opening")).to_be_visible()
    first = opening(page)
    explorer = explorers("dcgan-mnist")
    assert np.abs(first - explorer.generate(explorer.sample_z(1, SEED))[0]).max() <= 1 / 255
    modules.let_go()
    canvas = page.locator("canvas.gan-digit")
    expect(canvas).to_be_visible()
    assert (pixels(canvas) == first).all()  # the canvas took it over: nothing is drawn yet
    expect(canvas).to_have_accessible_name("No digit yet")
    assert len(weights.waiting) >= 1
    weights.let_go()
    arrived(page, asked=False)
    expect_picture(page, digit(page), first)


@pytest.mark.parametrize("view", [pytest.param(view, marks=() if view == "phone" else pytest.mark.slow) for view in VIEWS])
def test_nothing_jumps_when_the_page_takes_over(fresh: Any, server: Server, view: str) -> None:
    page = fresh(**VIEWS[view])
    modules, gradio = Held(page, "**/boot.js"), Held(page, "**/assets/index-*.js")
    page.goto(server.url, wait_until="commit")

    def places() -> list[list[float]]:
        return page.evaluate("""() => ["h1", "[role=tab]", ".gan-digit"].map((name) => {
            const seen = [...document.querySelectorAll(name)].find((one) => one.checkVisibility({ visibilityProperty: true }));
            const { left, top, width } = seen.getBoundingClientRect();
            return [left, top, width];
        })""")

    expect(page.locator("#gan-opening")).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => true)")  # the title's letters come by themselves
    first = places()
    modules.let_go()
    expect(page.locator("canvas.gan-digit")).to_have_accessible_name(re.compile("drawn by"))
    early = places()
    gradio.let_go()
    arrived(page)
    expect(page.get_by_role("tab", name="Explore")).to_be_visible()
    assert np.abs(np.array(first) - places()).max() <= 1.01
    assert np.abs(np.array(early) - places()).max() <= 1.01


def test_the_instrument_works_before_gradio_is_there_and_keeps_what_was_done(fresh: Any, server: Server, explorers: Any) -> None:
    page = fresh()
    gradio = Held(page, "**/assets/index-*.js")
    page.goto(server.url, wait_until="commit")
    expect(digit(page)).to_have_accessible_name(re.compile("drawn by"))
    type_into(exact(page, "Direction 2"), "2.5")
    slider = page.get_by_role("slider", name="Direction 1", exact=True)
    drag(page, place_on(slider, 0.5), place_on(slider, 0.9), release=False)
    to_the_tabs(page)
    gradio.let_go()
    expect(page.locator("gradio-app .gan-island").first).to_be_attached()
    page.wait_for_timeout(500)
    expect(page.locator("#gan-boot")).to_have_count(1)  # not out of somebody's hand
    page.mouse.up()
    arrived(page)
    assert abs(float(slider.input_value()) - 2.4) < 0.2
    assert float(exact(page, "Direction 2").input_value()) == pytest.approx(2.5, abs=0.01)
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    page.get_by_role("button", name="Undo").click()
    expect(exact(page, "Direction 2")).to_have_value("2.50")


def test_a_tab_that_is_asked_for_too_early_opens_later(fresh: Any, server: Server) -> None:
    page = fresh()
    gradio = Held(page, "**/assets/index-*.js")
    page.goto(server.url, wait_until="commit")
    expect(digit(page)).to_have_accessible_name(re.compile("drawn by"))
    page.get_by_role("tab", name="Autoencode").click()
    expect(page.get_by_role("tab", name="Autoencode")).to_have_attribute("aria-busy", "true")
    gradio.let_go()
    expect(page.get_by_role("combobox", name="Autoencoder", exact=True)).to_be_visible()
    expect(page.get_by_role("tab", name="Autoencode")).to_have_attribute("aria-selected", "true")


@pytest.mark.slow
def test_the_picture_is_that_of_the_link(visit: Visit, fresh: Any, server: Server, explorers: Any) -> None:
    page = visit()
    choose_model(page, "cgan-mnist")
    type_into(exact(page, "Direction 3"), "-2")
    type_into(exact(page, "Spread"), "0.7")
    page.keyboard.press("5")
    type_into(exact(page, "Blend"), "0.4")
    eventually(page, lambda: "z=" in page.url and "b=0.4" in page.url, "the address")
    dense = explorers("dense-mnist")
    step = dense.steps[2]
    earlier = dense.generate(dense.sample_z(1, 99, 1.5), step=step)[0]
    for address, wanted in ((page.url, pixels(digit(page))), (f"{server.url}/?v=1&m=dense-mnist&s=99&e={step}&psi=1.5", earlier)):
        other = fresh()
        weights = Held(other, "**/*.safetensors")
        other.goto(address, wait_until="commit")
        expect_picture(other, other.locator("canvas.gan-digit"), wanted)
        expect(other.locator("canvas.gan-digit")).to_have_accessible_name("No digit yet")
        weights.let_go()
        arrived(other)
        expect_picture(other, digit(other), wanted)


@pytest.mark.parametrize(
    "broken", ["shell/boot.js", *(pytest.param(other, marks=pytest.mark.slow) for other in ("kit/move.js", "explore/explore.js"))]
)
def test_a_script_that_fails_strands_nobody(fresh: Any, server: Server, broken: str) -> None:
    page = fresh()
    page.route(
        f"**/static/{broken}", lambda route: route.fulfill(status=200, content_type="text/javascript", body="throw new Error('broken');")
    )
    page.goto(server.url)
    expect(page.locator("#gan-boot")).not_to_be_visible()
    expect(page.get_by_role("tab", name="Train")).to_have_count(1)
    if broken == "shell/boot.js":
        expect(digit(page)).to_have_accessible_name(re.compile("drawn by"))
    else:
        expect(page.get_by_role("alert")).to_contain_text("could not start")
    page.get_by_role("tab", name="Train").click()
    expect(page.get_by_role("combobox", name="Run", exact=True)).to_be_visible()


def test_in_a_frame_of_another_page(fresh: Any, server: Server, explorers: Any) -> None:
    page = fresh()

    def outer(route: Route) -> None:
        route.fulfill(
            content_type="text/html", body=f'<iframe src="{server.url}/" style="width: 1000px; height: 800px; border: 0"></iframe>'
        )

    page.route("**/outer.html", outer)
    page.goto(f"{server.url}/outer.html")
    inside = page.frame_locator("iframe")
    expect(inside.locator("#gan-boot")).to_have_count(0)
    canvas = inside.get_by_role("figure").get_by_role("img").first
    expect(canvas).to_have_accessible_name(re.compile("drawn by"))
    explorer = explorers("dcgan-mnist")
    expect_picture(page, canvas, explorer.generate(explorer.sample_z(1, SEED))[0])


@pytest.mark.parametrize(
    ("query", "language", "word"),
    [
        ("/?lang=ko", "en-GB", "탐색"),
        *(pytest.param(*other, marks=pytest.mark.slow) for other in (("/?lang=en", "ko-KR", "Explore"), ("/", "ko-KR", "탐색"))),
    ],
)
def test_gradio_s_own_words_follow_the_link(visit: Visit, query: str, language: str, word: str) -> None:
    page = visit(address=query, locale=language)
    expect(page.get_by_role("tab", name=word, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("tab", name={"탐색": "학습", "Explore": "Train"}[word], exact=True).click()
    expect(page.get_by_role("button", name={"탐색": "시작", "Explore": "Start"}[word], exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == ("ko" if word == "탐색" else "en") or query == "/"


def test_what_stands_in_the_page_is_not_moved_to_a_place_that_is_gone(fresh: Any, server: Server) -> None:
    """Gradio's page may be there before the layer's own script asks for the instrument, where the browser has the files already."""
    page = fresh()
    page.goto(f"{server.url}/gan/models.json")
    stands = page.evaluate("""async (address) => {
        const { moveTo } = await import(address);
        const [element, page, layer, later] = Array.from({ length: 4 }, () => document.createElement("div"));
        document.body.append(page, later);
        await moveTo(element, page);
        await moveTo(element, layer);
        const kept = element.parentElement === page;
        await moveTo(element, later);
        return [kept, element.parentElement === later];
    }""", f"{server.url}/gan/static/kit/move.js")  # fmt: skip
    assert stands == [True, True]
