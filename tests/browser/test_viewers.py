"""Two people on one run: the one with the control link trains, the other watches; both see the same, whatever happens to their pages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from conftest import Server, serving
from playwright.sync_api import Browser, Locator, Page, expect

from browser.conftest import USUAL
from browser.test_train import LONG, fill_form, grid, start, state, step, the_run
from gan_core import runs
from ui.settings import Settings
from ui.train import scheduler

TOKEN = "the-token-of-this-test"
LIMITS = "at most 60 steps and 30 minutes"


@pytest.fixture(scope="module")
def owned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as on a public address: control by token, visitors may train for a short time."""
    folder = tmp_path_factory.mktemp("owned")
    options = ["--control", "token", "--visitors", "--visitor-steps", "60", "--visitor-minutes", "30", "--on-exit", "stop"]
    with serving(folder, *options, GAN_CONTROL_TOKEN=TOKEN) as started:
        yield started
    assert f"?control={TOKEN}" in (folder / "log.txt").read_text()
    going = [run.id for run in runs.list_runs(folder / "runs") if run.status()["state"] in runs.ACTIVE]
    assert not going, "--on-exit stop has ended every training"


@pytest.fixture
def enter(chromium: Browser, owned: Server) -> Iterator[Callable[..., Page]]:
    """Opens the Train tab as somebody new."""
    contexts = []

    def enter(query: str = "", **options: object) -> Page:
        context = chromium.new_context(**{**USUAL, **options})
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{owned.url}/?tab=train{query}")
        expect(the_run(page)).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
    settings = Settings(runs=owned.runs)
    for run in runs.list_runs(owned.runs):
        if run.status()["state"] in (*runs.ACTIVE, runs.QUEUED):
            scheduler.stop(settings, run)
    for _ in range(600):
        if not any(run.status()["state"] in runs.ACTIVE for run in runs.list_runs(owned.runs)):
            break
        time.sleep(0.1)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.slow
def test_one_trains_and_a_room_watches(enter: Callable[..., Page]) -> None:
    owner, viewer = enter(f"&control={TOKEN}"), enter()
    assert "control" not in owner.url and TOKEN not in owner.url
    expect(button(owner, "Start")).to_be_enabled()
    fill_form(owner, 100_000)
    name = start(owner)
    for page in (owner, viewer):
        expect(the_run(page)).to_have_value(name, timeout=LONG)
        state(page, "running")
        expect(grid(page)).to_be_visible(timeout=LONG)
    expect(button(owner, "Stop")).to_be_enabled()
    expect(button(viewer, "Stop")).to_be_disabled()
    expect(button(viewer, "Keep as checkpoint")).to_be_disabled()

    viewer.reload()
    expect(the_run(viewer)).to_have_value(name)
    state(viewer, "running")
    seen = step(viewer)
    expect(viewer.get_by_text(re.compile(r"^step [\d,]+ of"))).not_to_have_text(re.compile(rf"^step {seen:,} of"), timeout=LONG)

    owner.reload()  # the token is remembered, and still not in the address
    expect(button(owner, "Stop")).to_be_enabled()
    assert TOKEN not in owner.url
    button(owner, "Stop").click()
    for page in (owner, viewer):
        state(page, "stopped")
    expect(button(owner, "Resume")).to_be_enabled()
    expect(button(viewer, "Resume")).to_be_disabled()
    second = start(owner)
    expect(the_run(viewer)).to_have_value(second)  # who only watches is taken along to what trains now


@pytest.mark.slow
def test_a_visitor_trains_within_limits_and_waits_in_line(enter: Callable[..., Page], owned: Server) -> None:
    owner, viewer = enter(f"&control={TOKEN}"), enter(viewport={"width": 360, "height": 740})
    expect(viewer.get_by_text(LIMITS)).to_be_visible()
    assert viewer.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out on a phone"
    expect(button(viewer, "Start")).to_be_enabled()
    fill_form(owner, 100_000)
    first = start(owner)
    fill_form(viewer, 61)
    button(viewer, "Start").click()
    expect(viewer.get_by_role("status").filter(has_text="at most 60 here")).to_be_visible()
    fill_form(viewer, 60)
    button(viewer, "Start").click()
    told = viewer.get_by_role("status").filter(has_text=re.compile(r"^[\w-]+ waits: next in line\.$"))
    expect(told).to_be_visible()
    own = told.inner_text().split(" ")[0]
    expect(the_run(viewer)).to_have_value(own)
    state(viewer, "queued")
    expect(viewer.get_by_text("Waiting for its turn: it is the next one.")).to_be_visible()
    expect(button(viewer, "Stop")).to_be_enabled()
    button(viewer, "Stop").click()
    state(viewer, "stopped")
    button(viewer, "Resume").click()
    state(viewer, "queued")
    expect(the_run(owner)).to_have_value(first)
    state(owner, "running")
    button(owner, "Stop").click()
    state(viewer, "finished")
    assert runs.find(owned.runs, own).status()["step"] == 60
