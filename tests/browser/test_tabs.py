"""Which tab is open is read in one place (`ui/static/kit/tabs.js`), from what Gradio's page and the plain one say of their tabs."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PATIENCE, Served, Visit
from ui.words import TABS

# opens every tab by its id; what is open then, what the listener was told, and how many rows of tabs are on screen
ROUND = """async (ids) => {
    const { ROW, currentTab, onTabChange, openTab } = await import(new URL("gan/static/kit/tabs.js", document.baseURI).href);
    const told = [];
    const stop = onTabChange(() => told.push(currentTab()));
    const found = [];
    for (const id of ids) {
        found.push(openTab(id));
        await new Promise((resolve) => setTimeout(resolve, 400));
    }
    stop();
    const rows = [...document.querySelectorAll(ROW)].filter((row) => row.offsetWidth > 0).length;
    return { found, told, rows, unknown: openTab("nowhere") };
}"""


@pytest.fixture(params=["app", "static"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Page:
    """The page, in either build."""
    if request.param == "app":
        visit: Visit = request.getfixturevalue("visit")
        return visit()
    served: Served = request.getfixturevalue("served")
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    request.addfinalizer(page.close)
    page.set_default_timeout(PATIENCE)
    page.goto(served.url)
    expect(page.get_by_role("region", name="Digit in hand")).to_be_visible()  # its modules come when its first picture is on the screen
    return page


def test_the_page_knows_its_tabs(page: Page) -> None:
    ids = [name.lower() for name in TABS]
    assert page.evaluate(ROUND, ids) == {"found": [True] * len(ids), "told": ids, "rows": 1, "unknown": False}
    for name in ids:  # and a hand that opens one is heard, too
        page.locator(f"[role=tab][data-tab-id={name}]").click()
        opened = "async () => (await import(new URL('gan/static/kit/tabs.js', document.baseURI).href)).currentTab()"
        assert page.evaluate(opened) == name
