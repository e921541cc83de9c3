"""Train: a run is started from the page, watched, stopped, resumed, taken home and kept."""

from __future__ import annotations

import io
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import Server
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    PATIENCE,
    SEED,
    Visit,
    choose_model,
    digit,
    downloaded,
    drawn_in_python,
    eventually,
    exact,
    expect_curves,
    expect_picture,
    open_tab,
    pixels,
    shown,
    type_into,
)
from gan_core import runs
from gan_core.model.explorer import Explorer
from gan_core.runs import control

LONG = 400_000  # a training process needs up to a minute to load its libraries on a busy machine


@pytest.fixture(autouse=True)
def stopped(server: Server) -> Iterator[None]:
    """No training goes on after a test: only one may run at a time."""
    yield
    for run in runs.list_runs(server.runs):
        if run.status()["state"] in runs.ACTIVE:
            control.stop(run)
            for _ in range(1200):
                if run.status()["state"] not in runs.ACTIVE:
                    break
                time.sleep(0.1)


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page on its Train tab."""
    return visit("Train")


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    """Chooses in one of Gradio's lists."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=isinstance(option, str)).click()


def fill_form(page: Page, steps: int, dataset: str = "digits", family: str = "Dense GAN") -> None:
    if page.get_by_role("combobox", name="Family", exact=True).input_value() != family:
        steps_field = page.get_by_role("spinbutton", name="How long")
        former = steps_field.input_value()
        choose(page, "Family", family)
        expect(page.get_by_role("combobox", name="Family", exact=True)).to_have_value(family)
        expect(steps_field).not_to_have_value(former)  # the family's own preset has come
    choose(page, "Data set", re.compile(f"^{dataset}, "))
    page.get_by_role("spinbutton", name="How long").fill(str(steps))


def start(page: Page) -> str:
    """Presses Start; the id of the run that was started."""
    page.get_by_role("button", name="Start", exact=True).click()
    told = page.get_by_role("status").filter(has_text=re.compile(r"^Started [\w-]+\.$"))
    expect(told).to_be_visible()
    return told.inner_text().removeprefix("Started ").removesuffix(".")


def the_run(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Run", exact=True)


def state(page: Page, wanted: str) -> None:
    expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("data-state", wanted, timeout=LONG)


def grid(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("^Grid of digits drawn at step"))


def step(page: Page) -> int:
    """How far the panel says the run has come."""
    found = re.search(r"step ([\d,]+) of", page.get_by_text(re.compile(r"^step [\d,]+ of [\d,]+")).inner_text())
    assert found
    return int(found[1].replace(",", ""))


def fetched(page: Page, link: str) -> Image.Image:
    _, data = downloaded(page, lambda: page.get_by_role("link", name=link).click())
    return Image.open(io.BytesIO(data))


def test_a_run_from_start_to_explore(page: Page, server: Server) -> None:
    fill_form(page, 100)
    name = start(page)
    expect(the_run(page)).to_have_value(name)
    expect(grid(page)).to_be_visible(timeout=LONG)

    page.reload()  # the address keeps the tab
    expect(page.get_by_role("tab", name="Train", exact=True)).to_have_attribute("aria-selected", "true")
    expect(the_run(page)).to_have_value(name)
    state(page, "finished")
    expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("aria-valuenow", "100")
    expect(page.get_by_text(re.compile(r"^step 100 of 100 · [\d,]+ images/s · (\d+ min )?\d+ s of training$"))).to_be_visible(
        timeout=3 * PATIENCE
    )
    expect(page.get_by_role("status").filter(has_text="Finished. Keep it as a checkpoint")).to_be_visible()

    run = runs.find(server.runs, name)
    last = run.reports()[-1]
    for title, key, label in (
        ("What D believes", "d_real", "D(x), real pictures"),
        ("What D believes", "d_fake", "D(G(z)), drawn ones"),
        ("Losses", "d_loss", "discriminator"),
        ("Losses", "g_loss", "generator"),
    ):
        chart = page.get_by_role("figure", name=title).get_by_role("img")
        expect(chart).to_have_accessible_name(re.compile(rf"At step 100: .*{re.escape(label)} {last[key]:.3}"))
        assert len(np.unique(pixels(chart))) > 10, "a curve is drawn"

    moment = page.get_by_role("slider", name="Moment")
    expect(grid(page)).to_have_accessible_name(re.compile("step 100,"))
    moment.focus()
    page.keyboard.press("Home")
    expect(grid(page)).to_have_accessible_name(re.compile("step 0,"))
    assert grid(page).evaluate("image => [image.naturalWidth, image.naturalHeight]") == [224, 224]
    first = fetched(page, "This grid (PNG)")
    assert (np.asarray(first) == np.asarray(Image.open(run.snapshot(0, "png")))).all()
    page.get_by_role("region", name="Contact sheet").get_by_role("button", name="step 100").click()
    expect(grid(page)).to_have_accessible_name(re.compile("step 100,"))
    moment.focus()
    page.keyboard.press("ArrowLeft")
    expect(grid(page)).not_to_have_accessible_name(re.compile("step 100,"))
    page.get_by_role("button", name="Newest").click()
    expect(grid(page)).to_have_accessible_name(re.compile("step 100,"))
    sheet = fetched(page, "Contact sheet (PNG)")
    assert sheet.width > 2 * 224 and np.asarray(sheet).std() > 10
    expect_curves(page, name)
    moving = fetched(page, "All steps (GIF)")
    assert moving.n_frames >= 5
    name_of_film, data = downloaded(page, lambda: page.get_by_role("link", name="All steps (MP4)").click())
    with av.open(io.BytesIO(data)) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
    assert name_of_film == f"{name}.mp4" and len(frames) == moving.n_frames
    moving.seek(moving.n_frames - 1)
    assert np.abs(frames[-1].astype(float) - np.asarray(moving.convert("L"))).mean() < 12, "the same last picture"

    for wrong in ("Bad Name", "", "dcgan-mnist", "../x"):
        page.get_by_role("textbox", name="Name of the checkpoint").fill(wrong)
        page.get_by_role("button", name="Keep as checkpoint").click()
        # its own answer: a press while the one before is on its way does nothing
        told = "dcgan-mnist.* is there already" if wrong == "dcgan-mnist" else f"{re.escape(repr(wrong))}; expected 1 to 64 of"
        expect(page.get_by_role("status").filter(has_text=re.compile(told))).to_be_visible()
        page.get_by_role("textbox", name="Name of the checkpoint").fill("x")
    folder = server.checkpoints / "kept-by-a-test"
    try:
        page.get_by_role("textbox", name="Name of the checkpoint").fill(folder.name)
        page.get_by_role("button", name="Keep as checkpoint").click()
        expect(page.get_by_role("status").filter(has_text=f"Kept as {folder.name}")).to_be_visible()
        open_tab(page, "Explore")
        choose_model(page, folder.name)
        explorer = Explorer.open(folder)
        expect_picture(page, digit(page), explorer.generate(explorer.sample_z(1, SEED))[0])
        type_into(exact(page, "Direction 1"), "2")
        expect_picture(page, digit(page), drawn_in_python(lambda _: explorer, shown(page)))
        choose_model(page, f"run:{name}")
        expect_picture(page, digit(page), explorer.generate(shown(page)["z"])[0])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_stop_and_resume(page: Page, server: Server) -> None:
    stop, resume = page.get_by_role("button", name="Stop", exact=True), page.get_by_role("button", name="Resume", exact=True)
    fill_form(page, 100_000)
    name = start(page)
    state(page, "running")
    expect(resume).to_be_disabled()
    eventually(page, lambda: step(page) > 0, "the first steps")
    page.get_by_role("button", name="Start", exact=True).click()
    told = page.get_by_role("status").filter(has_text=re.compile(r"^[\w-]+ waits: next in line\.$"))
    expect(told).to_be_visible()
    state(page, "queued")
    stop.click()
    expect(page.get_by_role("status").filter(has_text="is out of the line")).to_be_visible()
    state(page, "stopped")
    the_run(page).select_option(name)
    state(page, "running")
    stop.click()
    expect(page.get_by_role("status").filter(has_text="Stopping")).to_be_visible()
    state(page, "stopped")
    expect(page.get_by_role("status").filter(has_text="Stopped at step")).to_be_visible()
    expect(stop).to_be_disabled()
    there = runs.find(server.runs, name).status()["step"]
    eventually(page, lambda: step(page) == there, "where it stopped")
    resume.click()
    state(page, "running")
    eventually(page, lambda: step(page) > there, "steps after those before")
    stop.click()
    state(page, "stopped")
    steps = [report["step"] for report in runs.find(server.runs, name).reports()]
    assert steps == sorted(set(steps)) and steps[0] == 0, "every report once, in order"


def test_wrong_values_are_told_and_nothing_starts(page: Page, server: Server) -> None:
    before = len(runs.list_runs(server.runs))
    page.get_by_role("button", name=re.compile("More settings")).click()
    choose(page, "Data set", re.compile("^digits, "))
    for label, wrong, good, words in (
        ("How long", "0", "200", "steps is 0; expected"),
        ("How long", "", "200", "steps is None; expected"),
        ("Seed", "-1", "0", "seed is -1; expected"),
        ("Seed", str(2**40), "0", "seed is 1099511627776; expected"),
        ("Batch size", "0", "64", "batch_size is 0; expected"),
        ("Latent size", "0", "64", "latent_dim is 0; expected"),
        ("Learning rate, generator", "5", "0.001", "g_learning_rate is 5; expected"),
        ("beta_1 or momentum", "1.5", "0.5", "beta_1 is 1.5; expected"),
        ("k, discriminator steps", "0", "1", "d_steps is 0; expected"),
    ):
        field = page.get_by_role("spinbutton", name=label)
        field.fill(wrong)
        field.press("Tab")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()
        field.fill(good)
        field.press("Tab")
    for wrong in ("/nowhere/at/all", "nothing-of-this-name"):
        data = page.get_by_role("combobox", name="Data set", exact=True)
        data.fill(wrong)
        data.press("Enter")
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_role("status").filter(has_text=wrong)).to_be_visible(timeout=LONG)
    assert len([run for run in runs.list_runs(server.runs) if run.status()["state"] in runs.ACTIVE]) == 0
    assert len(runs.list_runs(server.runs)) == before
    open_tab(page, "Explore")
    expect(digit(page)).to_be_visible()


@pytest.mark.slow
def test_a_short_training_on_the_real_mnist(page: Page, server: Server, mnist_folder: Path) -> None:
    fill_form(page, 30, "mnist", "DCGAN")
    name = start(page)
    assert name.startswith("dcgan-mnist-")
    state(page, "finished")
    reports = runs.find(server.runs, name).reports()
    assert reports[-1]["step"] == 30 and reports[-1]["epoch"] == pytest.approx(30 * 64 / 60_000, rel=0.5)
    assert all(np.isfinite(reports[-1][key]) for key in ("g_loss", "d_loss", "d_real", "d_fake"))
    expect(grid(page)).to_have_accessible_name(re.compile("step 30,"))
    open_tab(page, "Explore")
    choose_model(page, f"run:{name}")
    assert pixels(digit(page)).shape == (28, 28)
