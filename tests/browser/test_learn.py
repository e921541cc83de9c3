"""The lesson: every card by keyboard in the Gradio app, and what a link, a phone and a talk make of it in the static build."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.conftest import PATIENCE, Served, Visit, eventually, open_tab, touch_drag

# each card with the keys that complete it
CARDS = """async () => {
    const { CARDS } = await import(new URL("gan/static/learn/registry.js", document.baseURI).href);
    return Promise.all(CARDS.map(async ({ id, load }) => ({ id, walk: (await load()).card.walk ?? ["Enter"] })));
}"""
MOST_PRESSES = 40


def stage(page: Page, card: str) -> Locator:
    """The stage of that card, once it stands."""
    return page.locator(f".learn-stage[data-card={card}]")


def answer(page: Page) -> None:
    question = page.get_by_role("group", name="What do you expect?")
    question.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(question).to_have_attribute("data-answered", "true")
    expect(question.get_by_role("status")).to_have_text(re.compile(r"^(Right\.|Not quite\.) .{20,}"))


def act(page: Page, card: dict[str, Any]) -> None:
    """Does the card's task by its own keys."""
    control = stage(page, card["id"]).locator("[data-learn-act]:not(:disabled)").first
    task = page.locator(".learn-task")
    expect(task).to_have_attribute("data-done", "false")
    expect(control).to_be_visible()
    for press in range(MOST_PRESSES):
        if not page.evaluate("document.activeElement?.matches('[data-learn-act]') ?? false"):  # arrows may have led to its neighbour
            control.focus()
        page.keyboard.press(card["walk"][press % len(card["walk"])])
        if task.get_attribute("data-done") == "true":
            break
        page.wait_for_timeout(20)
    expect(task, card["id"]).to_have_attribute("data-done", "true")


def test_every_card_by_keyboard(visit: Visit) -> None:
    page = visit()
    open_tab(page, "Learn")
    cards = page.evaluate(CARDS)
    for number, card in enumerate(cards):
        expect(stage(page, card["id"])).to_be_visible()
        answer(page)
        act(page, card)
        expect(stage(page, card["id"]).get_by_role("alert")).to_have_count(0)
        assert page.evaluate("document.querySelectorAll('.learn-board').length") <= 8, "only the shown card has a stage"
        if number + 1 < len(cards):
            page.keyboard.press(".")
    dots = page.get_by_role("tablist", name="Cards").get_by_role("tab", name=re.compile(", done$"))
    expect(dots).to_have_count(len(cards))
    eventually(page, lambda: f"card={cards[-1]['id']}" in page.url, "a link to the card")
    page.reload()  # the link opens the card, and what was done is remembered
    expect(page.get_by_role("heading", level=2, name=re.compile(rf"^{len(cards)}\. "))).to_be_visible()
    expect(dots).to_have_count(len(cards))


@pytest.fixture
def phone(chromium: Browser, served: Served) -> Any:
    """Opens the static build on a phone; nothing is asked of another host, no script fails."""
    context = chromium.new_context(viewport={"width": 375, "height": 800}, has_touch=True, is_mobile=True, service_workers="block")
    context.set_default_timeout(PATIENCE)
    requests: list[str] = []
    failures: list[str] = []
    context.on("request", lambda request: requests.append(request.url))
    context.on("weberror", lambda error: failures.append(str(error.error)))

    def phone(address: str) -> Page:
        page = context.new_page()
        page.goto(served.url + address)
        return page

    yield phone
    context.close()
    assert [url for url in requests if not url.startswith((served.url, "data:", "blob:"))] == []
    assert failures == []


def test_a_link_a_finger_and_a_clicker(phone: Any) -> None:
    page = phone("?tab=learn&card=line&cards=line,plane&set=line.k:4,line.data:two,line.d:9&lang=ko&talk=1")
    line = stage(page, "line")
    expect(line.get_by_role("radio", name="봉우리 둘", exact=True)).to_have_attribute("aria-checked", "true")
    expect(line.locator("input[type=range]")).to_have_value("4")
    expect(page.locator(".learn-dot")).to_have_count(2)
    page.get_by_role("button", name="바로 보기").tap()
    held = line.get_by_role("slider").first
    held.scroll_into_view_if_needed()
    box = held.bounding_box()
    assert box is not None
    low = box["y"] + box["height"] - 18
    touch_drag(page, (box["x"] + 0.35 * box["width"], low), (box["x"] + 0.7 * box["width"], low))
    expect(page.locator(".learn-task")).to_have_attribute("data-done", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.keyboard.press("PageDown")
    expect(stage(page, "plane")).to_be_visible()
    expect(page.locator(".learn-title")).to_have_text(re.compile(r"^2\. "))
    page.keyboard.press("PageUp")
    expect(stage(page, "line")).to_be_visible()
    eventually(page, lambda: "set=line.k:4" in page.url and "cards=line,plane" in page.url, "what the lecturer set stays")
