"""Every tab of both builds, light and dark, on a desktop and on a phone, looks as its picture in `looks/`; a style that is lost is seen.

After a change that is meant, `python tasks.py looks` takes the pictures anew: look at them before you commit them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, serving
from playwright.sync_api import Browser, BrowserContext, Page, expect

from browser import looks
from browser.conftest import PATIENCE, digit, eventually, painted, pixels, steady
from gan_core import runs

WRITE = os.environ.get("GAN_LOOKS") == "write"
SIZES = {"desktop": {"viewport": {"width": 1280, "height": 720}},
         "phone": {"viewport": {"width": 375, "height": 800}, "has_touch": True, "is_mobile": True}}  # fmt: skip
TABS = {"learn": "Learn", "explore": "Explore", "interpolate": "Interpolate", "train": "Train", "autoencode": "Autoencode"}
SCREENS = 2  # how far down a picture reaches
REST_MS = 400
RECORDING = "d_too_weak"  # has losses, alarms and figures: what the Train tab draws in colours
LAST = runs.find(ROOT / "recordings", RECORDING).status()["steps"]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, whose folders hold the same on every machine: the shipped models, one run, and no MNIST that can be read."""
    folder = tmp_path_factory.mktemp("looks")
    (folder / "data").mkdir()
    (folder / "data" / "mnist.npz").touch()
    shutil.copytree(ROOT / "recordings" / RECORDING, folder / "runs" / RECORDING)
    with serving(folder, GAN_DATA=str(folder / "data")) as server:
        yield f"{server.url}/"


@pytest.fixture
def opened(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Open]:
    """Opens a build at rest on its Explore tab."""
    contexts: list[BrowserContext] = []

    def opened(host: str, size: str = "desktop", scheme: str = "light", without: str = "", first: str = "") -> Page:
        context = chromium.new_context(
            **SIZES[size], locale="en-GB", timezone_id="UTC", color_scheme=scheme, reduced_motion="reduce", service_workers="block"
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if without:
            context.route(f"**/{without}", lambda route: route.fulfill(body="", content_type="text/css"))
        page = context.new_page()
        if first:
            page.add_init_script(first)
        page.goto(request.getfixturevalue("app") if host == "app" else request.getfixturevalue("served").url)
        if host == "app":
            expect(page.locator("#gan-boot")).to_have_count(0)
        expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))
        return page

    yield opened
    for context in contexts:
        context.close()


def go(page: Page, host: str, tab: str) -> None:
    """To a tab, with everything there that comes later."""
    page.get_by_role("tab", name=TABS[tab], exact=True).click()
    if tab in ("explore", "interpolate"):
        expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))
    if tab == "learn":  # its first card, before anybody has answered: nothing moves there
        expect(page.get_by_role("region", name="Stage", exact=True).locator("canvas").first).to_be_visible()
    if tab == "autoencode":
        pad = page.locator("canvas.ae-canvas").first
        eventually(page, lambda: pad.count() and pixels(pad).max() > 0.9, "a digit on the pad")
        bars = page.locator("canvas.gan-equalizer").filter(visible=True)
        if bars.count():  # drawn when they come near; what is drawn stays
            bars.first.scroll_into_view_if_needed()
            eventually(page, lambda: painted(bars.first), "the bars of its code")
            page.evaluate("scrollTo(0, 0)")
    strips = page.locator(".gan-film-track canvas").filter(visible=True)
    for _ in range(50):  # they come when the page has time; whether they are there is for the comparison to say
        blank = next((strip for strip in strips.all() if not painted(strip)), None)
        if blank is None:
            break
        blank.scroll_into_view_if_needed()
        page.wait_for_timeout(200)
    page.evaluate("scrollTo(0, 0)")
    if tab == "train":
        if host == "static":  # the app has this run alone
            page.get_by_role("combobox", name="Run", exact=True).select_option(label="Recording: Discriminator too weak")
        moment, last = page.get_by_role("slider", name="Moment"), page.get_by_role("img", name=re.compile(f"drawn at step {LAST:,}"))
        # its reports come one after the other, so the end is gone to until it is there
        for _ in range(2):  # a recording that has just come begins at its beginning
            eventually(page, lambda: last.count() or moment.fill(moment.get_attribute("max") or "0"), "the end of the recording")
            steady(page, moment.input_value)


def look(page: Page) -> bytes:
    """What the page shows, small and packed, when it has come to rest: three looks in a row that are the same, and nothing on its way."""
    page.evaluate("document.fonts.ready")
    page.mouse.move(0, 0)
    size = page.viewport_size
    assert size is not None
    before: np.ndarray | None = None
    still = 0
    for _ in range(PATIENCE // REST_MS):
        high = min(page.evaluate("document.documentElement.scrollHeight"), SCREENS * size["height"])
        clip = {"x": 0, "y": 0, "width": size["width"], "height": high}
        now = looks.small(page.screenshot(full_page=True, clip=clip, animations="disabled", caret="hide", scale="css"))
        still = still + 1 if before is not None and before.shape == now.shape and np.abs(before - now).max() < 0.02 else 0
        if still == 2:
            return looks.packed(now)
        before = now
        page.wait_for_timeout(REST_MS)
    raise AssertionError("the page never came to rest")


def path_of(host: str, tab: str, size: str, scheme: str) -> Path:
    return looks.FOLDER / f"{host}-{tab}-{size}-{scheme}.webp"


def difference(path: Path, now: bytes) -> looks.Difference:
    """Of what a page shows now from its stored picture; printed, so that a failure elsewhere can be judged (`pytest -rP`)."""
    assert path.exists(), f"{path.name} is not there: python tasks.py looks"
    found = looks.difference(looks.unpacked(path.read_bytes()), looks.unpacked(now))
    print(f"{path.name}: {found.share:.1%}")
    return found


QUICK = [
    pytest.param("static", "phone", "light", tuple(TABS), id="static-phone-light"),
    # what Gradio's page draws otherwise than the static build
    pytest.param("app", "desktop", "dark", ("explore", "train"), id="app-desktop-dark-two"),
]
ALL = [
    pytest.param(host, size, scheme, tuple(TABS), id=f"{host}-{size}-{scheme}", marks=pytest.mark.slow)
    for host in ("app", "static") for size in SIZES for scheme in ("light", "dark") if (host, size, scheme) != ("static", "phone", "light")
]  # fmt: skip


@pytest.mark.parametrize(("host", "size", "scheme", "tabs"), [*QUICK, *ALL])
def test_every_tab_looks_as_it_should(opened: Open, host: str, size: str, scheme: str, tabs: tuple[str, ...], tmp_path: Path) -> None:
    page = opened(host, size, scheme)
    told = {}
    for tab in tabs:
        go(page, host, tab)
        now, path = look(page), path_of(host, tab, size, scheme)
        if WRITE:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(now)
            continue
        found = difference(path, now)
        if found.seen:
            (tmp_path / path.name).write_bytes(now)
            told[tab] = f"{found.share:.0%} of {path.name} differ, at {found.places[:6]}; it looks like {tmp_path / path.name} now"
    assert not told, f"{json.dumps(told, indent=2)}\nIf that is meant: python tasks.py looks"


# Each style sheet, and the tab that cannot do without it.
SHEETS = [
    pytest.param("app", "gan/static/kit/tokens.css", "explore", marks=pytest.mark.slow),  # all colours
    pytest.param("app", "gan/static/kit/style.css", "explore", marks=pytest.mark.slow),
    pytest.param("app", "gan/static/training/training.css", "train", marks=pytest.mark.slow),
    pytest.param("app", "gan/static/autoencode/autoencode.css", "autoencode", marks=pytest.mark.slow),
    pytest.param("static", "gan/static/kit/tokens.css", "train", marks=pytest.mark.slow),
    pytest.param("static", "gan/static/kit/style.css", "interpolate", marks=pytest.mark.slow),
    pytest.param("static", "gan/static/shell/site/site.css", "explore", marks=pytest.mark.slow),
    pytest.param("static", "gan/static/training/training.css", "train", marks=pytest.mark.slow),
    pytest.param("static", "gan/static/autoencode/autoencode.css", "autoencode", marks=pytest.mark.slow),
]


@pytest.mark.skipif(WRITE, reason="pictures are taken, not compared")
@pytest.mark.parametrize(("host", "sheet", "tab"), SHEETS, ids=lambda value: Path(value).name)
def test_a_style_sheet_that_is_lost_is_seen(opened: Open, host: str, sheet: str, tab: str) -> None:
    page = opened(host, without=sheet)
    page.evaluate("(sheet) => document.querySelector(`style[data-href='${sheet}']`)?.remove()", sheet)  # where it stands in the page itself
    go(page, host, tab)
    assert difference(path_of(host, tab, "desktop", "light"), look(page)).seen
