"""Train without training: a recorded failure is watched, and the time that a training will take is told before it starts."""

from __future__ import annotations

import re
import shutil

import pytest
from conftest import Server
from PIL import Image
from playwright.sync_api import Page, expect

from browser.conftest import Visit, eventually, open_tab
from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.runs import lab
from gan_core.storage import files
from ui.settings import Settings
from ui.site import replay

RECORDED = replay.of_failures(Settings.recordings)
LONG = 200_000  # a process that measures must first load its libraries, on a busy machine too


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page on its Train tab."""
    return visit("Train")


def step(page: Page) -> int:
    found = re.search(r"step ([\d,]+) of", page.get_by_text(re.compile(r"^step [\d,]+ of [\d,]+")).inner_text())
    assert found
    return int(found[1].replace(",", ""))


def test_a_recorded_failure_is_watched_and_nothing_trains(page: Page, server: Server) -> None:
    before = [run.id for run in runs.list_runs(server.runs)]
    page.get_by_text("Failure lab: make it go wrong").click()
    for name in lab.FAILURES:
        title = lab.FAILURES[name].title
        expect(page.get_by_role("button", name=f"Start: {title}", exact=True)).to_be_enabled()
        watch = page.get_by_role("button", name=f"Watch the recording: {title}", exact=True)
        expect(watch).to_have_count(1 if name in RECORDED else 0)
    page.get_by_role("button", name="Watch the recording: No noise", exact=True).click()
    bar = page.get_by_role("progressbar", name="Training progress")
    expect(bar).to_have_attribute("data-state", "recorded")
    expect(page.get_by_role("combobox", name="Run", exact=True).locator("option:checked")).to_have_text("Recording: No noise")
    expect(page.get_by_role("status").filter(has_text=re.compile(r"^A recording of .*: No noise, on purpose\."))).to_be_visible()
    first = step(page)
    eventually(page, lambda: step(page) > first, "it plays by itself")
    alarms = page.get_by_role("region", name="Alarms")
    expect(alarms.get_by_role("alert")).to_have_text("No noise, on purpose")
    shown = alarms.get_by_text(re.compile(r"^Modes are being lost\."))
    expect(shown).to_be_visible()
    expect(alarms.get_by_text("Change: Spread of z 1.")).to_be_visible()  # one diagnosis, and the advice is its cure
    page.get_by_role("button", name="Stop playing").click()
    there = step(page)
    page.wait_for_timeout(500)
    assert step(page) == there
    slider, grid = page.get_by_role("slider", name="Moment"), page.get_by_role("img", name=re.compile("^Grid of digits drawn at step"))
    run = runs.find(Settings.recordings, "no_noise")
    place = "(element) => element.getBoundingClientRect().top + scrollY"
    with_alarms = slider.evaluate(place)
    slider.focus()
    page.keyboard.press("End")
    expect(grid).to_have_accessible_name(re.compile(f"step {run.status()['steps']:,},"))
    assert step(page) == run.status()["steps"]
    expect(shown).to_have_count(0)
    expect(alarms.get_by_text("Nothing is wrong at this moment.")).to_be_visible()
    assert slider.evaluate(place) == with_alarms, "what is under a hand does not move when alarms come and go"
    page.keyboard.press("Home")
    expect(grid).to_have_accessible_name(re.compile("step 0,"))
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    drawn = [picture for picture in run.snapshot_steps() if picture <= run.reports()[5]["step"]][-1]
    expect(grid).to_have_accessible_name(re.compile(f"step {drawn:,},"))  # the last picture that was kept
    cured = next(change for report in run.reports() for change in report.get("changes", []))
    expect(page.get_by_role("listitem").filter(has_text=f"step {cured['step']:,}: Spread of z 0 to 1")).to_be_visible()
    sheet = page.get_by_role("region", name="Contact sheet")
    sheet.get_by_role("button").last.click()
    expect(grid).to_have_accessible_name(re.compile(f"step {run.snapshot_steps()[-1]:,},"))
    reached = page.get_by_role("region", name="What was reached when")
    expect(reached.get_by_role("row")).to_have_count(
        1 + len(page.request.get(f"{server.url}/gan/runs/no_noise/progress.json").json()["reached"])
    )
    expect(reached.get_by_role("rowheader", name="10 s")).to_be_visible()
    for name in ("Stop", "Resume", "Keep as checkpoint"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    page.get_by_text("Go on from here, with a change").click()
    expect(page.get_by_role("region", name="Change and go on").get_by_text(re.compile("^This is a recording"))).to_be_visible()
    assert [run.id for run in runs.list_runs(server.runs)] == before


@pytest.mark.slow
def test_in_a_talk_the_pictures_and_the_duel_fill_the_screen(visit: Visit) -> None:
    page = visit("Train", viewport={"width": 1920, "height": 1080})
    page.get_by_text("Failure lab: make it go wrong").click()
    page.get_by_role("button", name="Watch the recording: Discriminator too weak", exact=True).click()
    duel, start = page.get_by_role("figure", name="What D believes"), page.get_by_role("button", name="Start", exact=True)
    page.get_by_role("button", name="Stop playing").click()
    page.get_by_role("slider", name="Moment").fill("0")  # nothing is wrong with it yet
    expect(start).to_be_visible()
    page.locator("body").press("p")
    expect(page.get_by_role("button", name="Stop playing")).to_be_visible()
    page.locator("body").press("p")
    page.get_by_role("slider", name="Moment").fill("0")
    page.locator("body").press("t")
    expect(start).to_be_hidden()
    grid = page.get_by_role("img", name=re.compile("^Grid of digits drawn at step"))
    for part in (grid, duel, page.get_by_role("progressbar", name="Training progress")):
        expect(part).to_be_in_viewport(ratio=1)
    left, right = grid.bounding_box(), duel.bounding_box()
    assert left and right and left["width"] > 650 and right["width"] > 900 and left["x"] + left["width"] < right["x"]
    assert duel.get_by_role("listitem").first.evaluate("(item) => parseFloat(getComputedStyle(item).fontSize)") > 25
    page.locator("body").press("t")
    expect(start).to_be_visible()


@pytest.mark.slow
def test_a_run_that_is_deleted_is_told_as_such_and_stays_to_be_looked_at(page: Page, server: Server) -> None:
    run = runs.create(server.runs, ModelConfig("dense"), TrainConfig(dataset="digits", steps=1000))
    with run.hold():
        run.set_status("running", step=10)
        for number in (0, 10):
            Image.new("L", (224, 224), 9 * number).save(run.snapshot(number, "png"))
            run.append(
                {
                    "step": number,
                    "epoch": 0.1 * number,
                    "seconds": float(number),
                    "g_loss": 0.7,
                    "d_loss": 0.7,
                    "d_real": 0.6,
                    "d_fake": 0.4,
                }
            )
        chooser = page.get_by_role("combobox", name="Run", exact=True)
        eventually(page, lambda: chooser.locator(f"option[value={run.id}]").count(), "the run in the list")
        chooser.select_option(run.id)
        bar = page.get_by_role("progressbar", name="Training progress")
        expect(bar).to_have_attribute("data-state", "running")
        grid = page.get_by_role("img", name=re.compile("^Grid of digits drawn at step 10,"))
        expect(grid).to_be_visible()  # what was never seen cannot stay
        shutil.rmtree(run.folder)
        expect(bar).to_have_attribute("data-state", "gone")
    expect(
        page.get_by_role("status").filter(has_text=re.compile(r"^Its folder was deleted\. What was seen of it stays here"))
    ).to_be_visible()
    expect(chooser.locator("option:checked")).to_have_text(f"{run.id} · deleted")
    expect(grid).to_be_visible()
    for name in ("Stop", "Resume", "Keep as checkpoint"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()


def test_a_run_that_cannot_be_read_is_told_as_such(page: Page, server: Server) -> None:
    run = runs.create(server.runs, ModelConfig("dense"), TrainConfig(dataset="digits", steps=1000))
    try:
        files.write_json(run.folder / "config.json", {**run.config(), "format": 0})
        chooser = page.get_by_role("combobox", name="Run", exact=True)
        eventually(page, lambda: chooser.locator(f"option[value={run.id}]").count(), "the run in the list")
        chooser.select_option(run.id)
        expect(
            page.get_by_role("status").filter(has_text=re.compile(r"^Run .* has format 0; this version reads format 1\."))
        ).to_be_visible()
        expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("data-state", "failed")
        expect(chooser.locator("option:checked")).to_have_text(f"{run.id} · failed")
        expect(page.get_by_role("button", name="Pause", exact=True)).to_have_count(0)
    finally:
        shutil.rmtree(run.folder)


@pytest.mark.slow
def test_who_may_only_watch_finds_the_recordings(visit: Visit) -> None:
    page = visit()
    page.route("**/gan/access.json", lambda route: route.fulfill(json={"control": False, "start": False, "why": "", "visitors": None}))
    page.reload()
    expect(page.locator("#gan-boot")).to_have_count(0)
    open_tab(page, "Train")
    page.get_by_text("Failure lab: make it go wrong").click()
    expect(page.get_by_role("button", name=re.compile("^Watch the recording: "))).to_have_count(len(RECORDED))
    expect(page.get_by_role("button", name=re.compile("^Start: "))).to_have_count(0)
    expect(page.get_by_role("button", name="How long will it take?")).to_have_count(0)


@pytest.mark.slow
def test_the_time_it_will_take_is_told_before_it_starts(page: Page, server: Server) -> None:
    before = len(runs.list_runs(server.runs))
    page.get_by_role("combobox", name="Data set", exact=True).click()
    page.get_by_role("option", name=re.compile("^digits, ")).click()
    amount = page.get_by_role("spinbutton", name="How long")
    amount.fill("1000")
    amount.press("Tab")
    page.get_by_role("button", name="How long will it take?").click()
    said = page.get_by_role("status").filter(has_text=re.compile(r"^About .* on this machine\.$"))
    expect(said).to_be_visible(timeout=LONG)
    first = said.inner_text()
    amount.fill("1000000")
    amount.press("Tab")
    eventually(page, lambda: said.count() == 1 and said.inner_text() != first, "the time of so many more steps, without another press")
    assert re.search(r"\d min", said.inner_text())
    amount.fill("0")
    amount.press("Tab")
    expect(page.get_by_role("status").filter(has_text="steps is 0; expected")).to_be_visible()
    assert len(runs.list_runs(server.runs)) == before
