"""The Turing test: alone by keyboard in both builds, and a hall of a projector and a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import Server
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from browser.conftest import PATIENCE, PHONE, Served

CARD = "/?tab=learn&card=turing"


@pytest.fixture
def contexts(chromium: Browser) -> Iterator[list[BrowserContext]]:
    """Visitors whose scripts must not fail."""
    opened: list[BrowserContext] = []
    yield opened
    for context in opened:
        context.close()


def arrive(chromium: Browser, contexts: list[BrowserContext], url: str, failures: list[str], **options: object) -> Page:
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options})
    contexts.append(context)
    context.set_default_timeout(PATIENCE)
    context.on("weberror", lambda error: failures.append(str(error.error)))
    page = context.new_page()
    page.goto(url)
    return page


def group(page: Page) -> Locator:
    return page.get_by_role("group", name=re.compile("Turing test: the left and right"))


def play(page: Page) -> None:
    """Ten looks by the arrow keys."""
    test = group(page)
    expect(test.get_by_role("img", name="A picture: real or fake?")).to_be_visible()
    expect(test).to_contain_text("1 of 10")
    test.focus()
    for place in range(2, 11):
        page.keyboard.press("ArrowLeft" if place % 2 else "ArrowRight")
        expect(test).to_contain_text(f"{place} of 10")
        expect(test.get_by_role("status")).to_contain_text(re.compile(r"(Right|Wrong)\. It was (a fake|real)\. D said \d+ % real\."))
    page.keyboard.press("ArrowLeft")
    expect(test.get_by_role("button", name="Once more")).to_be_visible()
    expect(test).to_contain_text(re.compile(r"\d+ of 10 right\. d' = −?\d\.\d\d, and with 95 % it lies between"))
    expect(test.get_by_role("table")).to_contain_text("D, the discriminator")


def test_a_game_alone_and_a_hall_of_a_projector_and_a_phone(chromium: Browser, server: Server, contexts: list[BrowserContext]) -> None:
    failures: list[str] = []
    page = arrive(chromium, contexts, server.url + CARD, failures)
    play(page)
    page.get_by_text("With the whole hall").click()
    page.get_by_label("The hall votes on").select_option(label="pictures of its own on every phone")
    page.get_by_label("Seconds for each").select_option("20")
    page.get_by_role("button", name="Open a hall").click()
    link = page.locator(".hall-link")
    expect(link).to_have_text(re.compile(r"^http://127\.0\.0\.1:\d+/gan/halls/[2-9A-Z]{5}$"))

    phone = arrive(chromium, contexts, str(link.text_content()), failures, **PHONE)
    expect(phone.get_by_role("status")).to_have_text("You are in. The first picture comes when the lecturer begins.")
    page.get_by_role("button", name="Begin").click()
    real = phone.get_by_role("button", name="Real")
    for _ in range(4):
        expect(real).to_be_enabled()
        real.tap()
    expect(phone.get_by_role("status")).to_have_text(re.compile("Voted|of 4 right"))
    expect(page.locator(".hall-people")).to_contain_text("Votes in this round: 4.")
    page.get_by_role("button", name="Show the answer").click()
    expect(page.locator(".hall-told")).to_contain_text("% of 4 votes were right.")
    expect(phone.get_by_role("status")).to_contain_text("of 4 right")
    page.get_by_role("button", name="Pause").click()
    late = arrive(chromium, contexts, str(link.text_content()), failures, **PHONE)  # one that comes late, and one that was away
    phone.reload()
    for one in (late, phone):
        expect(one.get_by_role("status")).to_have_text(re.compile("Did somebody write this|The next round comes|This round is over"))
    page.get_by_role("button", name="End the hall").click()
    for one in (late, phone):
        expect(one.get_by_role("status")).to_have_text("The hall is over.")
    assert failures == []


def test_without_a_server_the_test_is_for_one_and_says_so(chromium: Browser, served: Served, contexts: list[BrowserContext]) -> None:
    failures: list[str] = []
    page = arrive(chromium, contexts, served.url + CARD[1:], failures)
    expect(page.get_by_text(re.compile("This copy has none, so here the test is for one person"))).to_be_visible()
    expect(page.get_by_text(re.compile("scikit-learn's digits, 8x8 made 28x28"))).to_be_visible()
    play(page)
    assert failures == []
