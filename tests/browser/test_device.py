"""A training of this device, in the build that has no server: begun, watched, changed, reloaded, explored, taken home and opened by gan_core."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from safetensors.numpy import load_file

from browser.conftest import Served, digit, eventually
from gan_core.exchange.curves import to_csv
from gan_core.model import program
from gan_core.runs import control
from gan_core.runs.run import Run


def step_of(page: Page) -> int:
    """How far the shown run is."""
    found = re.match(r"step ([\d,]+) of", page.locator(".train-numbers").inner_text())
    return int(found[1].replace(",", "")) if found else -1


def reports_of(page: Page) -> int:
    return int(page.get_by_role("slider", name="Moment", exact=True).get_attribute("max") or 0)


def pictures_of(page: Page) -> int:
    """How many grids of the device's only run are kept."""
    kept: int = page.evaluate("""async () => {
        const { openStore } = await import(new URL("gan/static/device/store.js", document.baseURI).href);
        const store = await openStore();
        const [run] = await store.runs();
        return run ? [...(await store.paths(run)).keys()].filter((path) => path.endsWith(".png")).length : 0;
    }""")
    return kept


def test_a_training_of_this_device_from_its_start_to_gan_core(chromium: Browser, served: Served, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(60_000)
    failures: list[str] = []
    context.on("weberror", lambda error: failures.append(str(error.error)))
    page = context.new_page()
    page.goto(f"{served.url}?tab=train")
    page.get_by_label("Network", exact=True).select_option(label="dense, reference")
    page.get_by_label("Pictures", exact=True).select_option("digits")
    page.get_by_label("Steps", exact=True).fill("6000")
    page.get_by_role("button", name="Start on this device").click()
    state = page.locator(".train-state")
    expect(state).to_have_text("running")
    expect(page.locator(".train-grid img").first).to_be_visible()
    expect(page.get_by_role("button", name="Start on this device")).to_be_hidden()  # there is something to look at now
    eventually(page, lambda: reports_of(page) >= 4, "reports come")
    expect(page.locator(".train-charts canvas").first).to_be_visible()

    page.get_by_text("Change settings while it trains").click()
    rate = page.get_by_label("Learning rate, generator")
    rate.fill("0.0005")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator(".train-changes li")).to_contain_text("Learning rate, generator 0.001 to 0.0005")
    changed = step_of(page)
    page.reload()
    expect(state).to_have_text("running")  # by itself
    eventually(page, lambda: step_of(page) > changed, "it goes on from where it was")
    expect(page.locator(".train-changes li")).to_contain_text("0.0005")
    eventually(page, lambda: pictures_of(page) >= 4, "what was not kept yet is seen again, and more")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(state).to_have_text("stopped")
    stopped = step_of(page)

    page.get_by_role("button", name="Explore it").click()
    expect(page.locator(".gan-chooser select").first).to_have_value(re.compile("run:device-dense-digits-"))
    expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))
    page.get_by_role("tab", name="Train").click()
    for label, name in (("All steps (GIF)", "steps.gif"), ("Curves (CSV)", "curves.csv")):
        with page.expect_download() as coming:
            page.get_by_role("button", name=label).click()
        coming.value.save_as(tmp_path / name)

    def whole() -> bool:
        """The end of a training is told at once, what it takes to explore its networks comes after."""
        with page.expect_download() as coming:
            page.get_by_role("button", name="Download the run (zip)").click()
        coming.value.save_as(tmp_path / "run.zip")
        with zipfile.ZipFile(tmp_path / "run.zip") as packed:
            return any(name.endswith(".directions.safetensors") for name in packed.namelist())

    eventually(page, whole, "the directions of the last networks")
    context.close()
    assert failures == []

    with zipfile.ZipFile(tmp_path / "run.zip") as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path / "runs")
    (folder,) = (tmp_path / "runs").iterdir()
    run = Run(folder)
    reports, status = run.reports(), run.status()
    assert (status["state"], status["step"]) == ("stopped", stopped) and run.config()["id"] == folder.name
    assert control.settings_now(run).g_learning_rate == 0.0005 and len(control.changes(run)) == 1
    pictured = [step for step in run.snapshot_steps() if run.snapshot(step, "png").is_file()]
    assert pictured[0] == 0 and len(pictured) >= 4 and {*pictured} <= {report["step"] for report in reports} and reports[0]["digits"]
    assert run.picture(0).shape == (224, 224)
    assert (tmp_path / "curves.csv").read_bytes() == to_csv(reports)
    with Image.open(tmp_path / "steps.gif") as film:
        assert film.size == (448, 448 + 28) and 4 <= getattr(film, "n_frames", 1) <= 60
    kept = [step for step in run.snapshot_steps() if run.snapshot(step).is_file()]
    assert load_file(run.snapshot(kept[-1], "directions.safetensors"))["directions"].shape == (8, 100)
    drawn = program.read(run.snapshot(kept[-1])).run(np.zeros((2, 100), np.float32))
    assert drawn.shape == (2, 28, 28, 1) and np.isfinite(drawn).all()
    kept_state = load_file(run.folder / "state" / "state.safetensors")
    assert int(kept_state["loop/step"]) == stopped and kept_state["generator/000.kernel"].shape == (100, 256)
