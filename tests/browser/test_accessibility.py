"""Every tab, in the light and in the dark: axe-core finds nothing serious, and the keyboard reaches every control."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import Visit, choose_model, open_tab

TABS = ("Learn", "Explore", "Interpolate", "Train", "Autoencode")


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core (MPL 2.0), from npm; nothing of it is kept."""
    folder = tmp_path_factory.mktemp("axe")
    if shutil.which("npm") is None:
        pytest.skip("needs npm, to fetch axe-core")
    command = ["npm", "install", "axe-core@4", "--no-audit", "--no-fund", "--silent", "--no-save", "--prefix", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("npm's registry did not answer within two minutes: no axe-core")
    script = Path(folder / "node_modules" / "axe-core" / "axe.min.js")
    if done.returncode or not script.is_file():
        pytest.skip(f"npm could not fetch axe-core: {done.stderr.strip()[:200]}")
    return script.read_text()


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe-core calls serious or critical, one line each; of these rules alone, where they are given."""
    found = page.evaluate(
        """async (rules) => (await axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) })).violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => ({ id, target: target.join(" "), failureSummary })))""",
        rules,
    )
    return [f"{one['id']}: {one['target']}: {' '.join(one['failureSummary'].split())[:300]}" for one in found]


def open_folds(page: Page) -> None:
    """Everything that is folded away: the pad with its heat layer, tools, models side by side."""
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.get_by_role("combobox", name="Map of").select_option(label="Two directions")
    page.get_by_role("checkbox", name="D's opinion").check()
    page.get_by_role("group", name="Models side by side").get_by_role("button", name=re.compile("Dense GAN")).click()
    expect(page.get_by_role("img", name=re.compile("The same z drawn by"))).to_be_visible()


@pytest.mark.parametrize("theme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_serious(visit: Visit, axe: str, theme: str) -> None:
    page = visit(color_scheme=theme, reduced_motion="reduce")  # a colour half-way between two is not looked at
    page.evaluate(axe)
    choose_model(page, "cgan-mnist")
    rules = ["color-contrast"] if theme == "dark" else None  # all that a theme changes
    found = {}
    for tab in TABS:
        open_tab(page, tab)
        if tab != "Train":  # which asks for news every few seconds
            page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1000)
        if tab == "Train":
            page.get_by_role("button", name=re.compile("More settings")).click()
        if tab == "Explore":
            open_folds(page)
        if tab == "Autoencode":  # the map comes when it is near
            page.get_by_role("application", name="Map of codes").scroll_into_view_if_needed()
            expect(page.get_by_text(re.compile("encoded here"))).to_be_visible()
        found[tab] = violations(page, rules)
        if tab == "Autoencode":
            for source in ("Draw", "Upload"):
                page.get_by_role("tab", name=source, exact=True).click()
                found[source] = violations(page, rules)
    open_tab(page, "Explore")
    for button in ("Talk mode", "Keys", "QR code"):
        page.get_by_role("button", name=button, exact=True).first.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[button] = violations(page, rules)
        page.keyboard.press("Escape")
    told = [f"{tab}: {line}" for tab, lines in found.items() for line in lines]
    assert not told, "\n".join(told)


# What a person can use, named so that a failure can be read; one of a group that arrow keys walk through stands for the others.
CONTROLS = """() => {
    const group = (one) => one.closest("[role=radiogroup], [role=tablist], .gan-mosaic, .ae-shelf");
    const name = (one) => group(one)?.ariaLabel ?? group(one)?.getAttribute("aria-labelledby")
        ?? (one.type === "radio" ? one.name : `${one.tagName} ${one.type ?? ""} ${one.ariaLabel ?? one.labels?.[0]?.textContent ?? one.textContent}`);
    window.controlName = (one) => name(one)?.trim().replace(/\\s+/g, " ").slice(0, 80) ?? one.outerHTML.slice(0, 80);
    const wanted = "button, select, input, textarea, a[href], summary, [role=slider], [role=application]";
    return [...document.querySelectorAll(`main :is(${wanted})`)]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !one.disabled && one.getBoundingClientRect().width > 1)
        .map(window.controlName);
}"""


@pytest.mark.parametrize("tab", [pytest.param(tab, marks=pytest.mark.slow if tab in ("Interpolate", "Autoencode") else ()) for tab in TABS])
def test_every_control_is_reached_by_keyboard(visit: Visit, tab: str) -> None:
    page = visit()
    if tab in ("Explore", "Interpolate"):
        choose_model(page, "cgan-mnist")
    open_tab(page, tab)
    page.wait_for_timeout(500)
    wanted = set(page.evaluate(CONTROLS))
    assert len(wanted) > 12
    page.evaluate("document.activeElement.blur()")
    reached, hidden = set(), []
    for _ in range(150):
        page.keyboard.press("Tab")
        here = page.evaluate("""() => {
            const one = document.activeElement;
            if (!one || one === document.body) return null;
            const { outlineStyle, boxShadow, borderColor } = getComputedStyle(one);
            return { name: controlName(one), ring: outlineStyle !== "none" || boxShadow !== "none", ours: Boolean(one.closest(".gan-root")) };
        }""")
        if here is None:
            if wanted <= reached:
                break
            continue
        reached.add(here["name"])
        if here["ours"] and not here["ring"]:
            hidden.append(here["name"])
        if wanted <= reached:
            break
    assert wanted - reached == set()
    assert hidden == [], "each shows that it has the focus"
