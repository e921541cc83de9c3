"""What a room sees of a training, and hands on it: real processes, a real server, a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from conftest import Server
from playwright.sync_api import Page, expect

from browser.conftest import PIXEL, Visit, drag, eventually, place_on, shown, to_the_middle
from gan_core import families, runs
from gan_core.model import program
from gan_core.runs import branching, control

LONG = 300_000
TINY = {"generator": [32], "discriminator": [32]}


@pytest.fixture(autouse=True)
def stopped(server: Server) -> Iterator[None]:
    """No training goes on after a test."""
    yield
    for run in runs.list_runs(server.runs):
        if run.status()["state"] in (*runs.ACTIVE, runs.QUEUED):
            control.stop(run)
            for _ in range(1200):
                if run.status()["state"] not in (*runs.ACTIVE, runs.QUEUED):
                    break
                time.sleep(0.1)


def patiently(page: Page, check: Callable[[], object], what: str) -> None:
    """`eventually`, for what a process must first load its libraries for."""
    for _ in range(LONG // 200):
        if check():
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"in {LONG // 1000} s it never came: {what}")


def begin(server: Server, **train: object) -> runs.Run:
    """A run on MNIST's small sister, long enough to be played with."""
    dense = families.get("dense")
    settings = {"dataset": "digits", "steps": 400_000, "report_every": 50, **train}
    model, train = dense.model_config("reference", widths=TINY, latent_dim=16), dense.train_config("reference", **settings)
    run = runs.create(server.runs, model, train)
    runs.launch(run)
    return run


def watch(visit: Visit, run: runs.Run) -> Page:
    page = visit("Train")
    chooser = page.get_by_role("combobox", name="Run", exact=True)
    eventually(page, lambda: chooser.locator(f"option[value={run.id}]").count(), "the run in the list")
    chooser.select_option(run.id)
    expect(page.get_by_text(re.compile(r"^step [\d,]+ of 400,000"))).to_be_visible(timeout=LONG)
    patiently(page, lambda: run.status()["state"] != "starting", "a process that trains")
    assert run.status()["state"] in ("running", "paused"), run.status()
    return page


@pytest.mark.slow
def test_pause_one_step_and_slow_motion_from_the_page(visit: Visit, server: Server) -> None:
    run = begin(server)
    page = watch(visit, run)
    page.get_by_role("button", name="Pause", exact=True).click(timeout=LONG)
    eventually(page, lambda: run.status()["state"] == "paused", "a pause")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    step = run.status()["step"]
    page.get_by_role("button", name="Generator's turn").click()
    eventually(page, lambda: run.status()["step"] == step + 1, "one step")
    turns = page.get_by_role("group", name=f"Step {step + 1:,}, turn by turn")
    expect(turns).to_contain_text(re.compile(r"Generator's turnD\(G\(z\)\) 0\.\d+ → 0\.\d+"))
    page.get_by_role("button", name="Both turns").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name=f"Step {step + 2:,}, turn by turn")).to_contain_text(re.compile(r"D\(x\) 0\.\d+ → 0\.\d+"))
    page.get_by_role("button", name="Slow motion").click()
    expect(page.get_by_role("button", name="Slow motion")).to_have_attribute("aria-pressed", "true")
    eventually(page, lambda: run.status()["step"] > step + 3, "slow steps")
    page.get_by_role("button", name="Go on").click()
    eventually(page, lambda: run.status()["step"] > step + 200, "training at full speed")


def in_hand(page: Page) -> tuple[int, np.ndarray]:
    """The step of the networks in hand and what they have painted, both of one moment."""
    step, painted = page.evaluate("""async () => {
        const { held } = await import(new URL("gan/static/state/held.js", document.baseURI).href);
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        const { data } = document.querySelector(".gan-at-digit canvas").getContext("2d").getImageData(0, 0, 28, 28);
        return [held.view.state.epoch ?? held.model.info.step, Array.from({ length: 784 }, (_, i) => data[4 * i])];
    }""")
    return step, np.reshape(painted, (28, 28)) / 255


@pytest.mark.slow
def test_the_networks_in_hand_go_on_learning(visit: Visit, server: Server) -> None:
    run = begin(server, report_every=400)
    page = watch(visit, run)
    page.get_by_role("button", name="Explore it").click(timeout=LONG)
    line = page.get_by_text(re.compile(r"^Training now: step [\d,]+ of 400,000"))
    expect(line).to_be_visible()
    bars = page.get_by_role("slider", name="Latent vector z", exact=True)
    to_the_middle(bars)
    box = bars.bounding_box()
    assert box is not None
    first, _ = in_hand(page)
    drag(page, (box["x"] + 2, box["y"] + 20), (box["x"] + box["width"] / 2, box["y"] + 20), release=False)
    eventually(page, lambda: in_hand(page)[0] > first, "newer networks under a hand that draws")
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 20, steps=9)
    page.mouse.up()
    z = shown(page)["z"]
    assert z.min() > 1, "one stroke over all bars"
    for _ in range(2):
        before, _ = in_hand(page)
        eventually(page, lambda before=before: in_hand(page)[0] > before, "newer networks")
    assert (shown(page)["z"] == z).all()

    def painted_by_its_own_step() -> bool:
        step, painted = in_hand(page)
        drawn = program.read(run.snapshot(step)).run(z).reshape(28, 28)
        return bool(np.abs(drawn - painted).max() <= PIXEL)

    eventually(page, painted_by_its_own_step, "what the newest networks draw from this z")
    moments = page.get_by_role("slider", name="Training so far")
    moments.focus()
    page.keyboard.press("Home")
    eventually(page, lambda: in_hand(page)[0] == 0 and painted_by_its_own_step(), "the first moment")
    length = int(moments.get_attribute("max") or 0)
    eventually(page, lambda: int(moments.get_attribute("max") or 0) > length, "a longer past")
    assert in_hand(page)[0] == 0 and painted_by_its_own_step(), "who looks back is left there"
    control.stop(run)
    expect(line).to_be_hidden(timeout=LONG)
    slider = page.get_by_role("slider", name="Direction 1", exact=True)
    expect(slider).to_be_visible(timeout=LONG)  # directions come at the end
    assert (shown(page)["z"] == z).all() and shown(page)["step"] == 0
    to_the_middle(slider)
    drag(page, place_on(slider, 0.5), place_on(slider, 0.9))
    eventually(page, lambda: bool((shown(page)["z"] != z).any()), "another z")


@pytest.mark.slow
def test_a_change_in_flight_is_marked_for_everybody(visit: Visit, server: Server) -> None:
    run = begin(server)
    page, other = watch(visit, run), watch(visit, run)
    page.get_by_text("Change settings while it trains").click()
    panel = page.get_by_role("region", name="Change and go on")
    eventually(page, lambda: run.status()["state"] == "running" and run.reports(), "reports")
    panel.get_by_role("spinbutton", name="k, discriminator steps").fill("2")
    panel.get_by_role("combobox", name="Loss").select_option("minimax")
    panel.get_by_role("button", name="Apply").click()
    expect(panel.get_by_role("status")).to_have_text(re.compile("Asked for: Loss minimax · k, discriminator steps 2"))
    eventually(page, lambda: control.settings_now(run).d_steps == 2, "the change")
    assert control.settings_now(run).loss == "minimax"
    for viewer in (page, other):
        expect(viewer.get_by_text(re.compile(r"step [\d,]+: .*k, discriminator steps 1 to 2"))).to_be_visible(timeout=LONG)
    expect(panel.get_by_role("status")).to_be_empty()  # what was asked for is there, so it is no longer said
    panel.get_by_role("spinbutton", name="Batch size").fill("1")
    panel.get_by_role("button", name="Apply").click()  # the field itself says what is possible
    assert control.settings_now(run).batch_size == 50


@pytest.mark.slow
def test_an_alarm_is_said_with_numbers_and_leads_back(visit: Visit, server: Server) -> None:
    run = begin(server, d_learning_rate=3e-3, g_learning_rate=1e-6, d_steps=3)
    page = watch(visit, run)
    alarms = page.get_by_role("region", name="Alarms")
    expect(alarms.get_by_role("heading", name=re.compile("The discriminator has won"))).to_be_visible(timeout=LONG)
    expect(alarms).to_contain_text(re.compile(r"right about [\d.]+\s% of real and [\d.]+\s% of drawn"))
    expect(page.get_by_text(re.compile("^The discriminator is winning: it calls"))).to_be_visible()
    drawn = page.get_by_role("region", name="What is being drawn").get_by_role("listitem")
    expect(drawn).to_have_text([re.compile(rf"^\d+{digit}$") for digit in range(10)])
    assert abs(sum(int(text[:-1]) for text in drawn.all_text_contents()) - 100) <= 5
    alarms.get_by_role("button", name=re.compile("Go back to step")).first.click()
    eventually(page, lambda: len(runs.list_runs(server.runs)) and runs.list_runs(server.runs)[0].config().get("parent"), "a branch")
    child = runs.list_runs(server.runs)[0]
    assert child.config()["parent"]["run"] == run.id
    expect(page.get_by_role("combobox", name="Run", exact=True)).to_have_value(child.id)
    patiently(page, lambda: child.reports()[-1]["step"] > child.config()["parent"]["step"], "the training of the branch")
    assert run.status()["state"] == "stopped"
    assert control.settings_now(child).d_learning_rate < 3e-3
    expect(page.get_by_text(re.compile(f"gone on from {run.id}"))).to_be_visible(timeout=LONG)


@pytest.mark.slow
def test_two_moments_side_by_side_and_the_best_one(visit: Visit, server: Server) -> None:
    run = begin(server, steps=600, report_every=100)
    page = visit("Train")
    patiently(page, lambda: run.status()["state"] == "finished", "the end")
    page.get_by_role("combobox", name="Run", exact=True).select_option(run.id)
    page.get_by_role("slider", name="Moment").fill("0")
    expect(page.get_by_text("step 0, epoch 0.0", exact=True)).to_be_visible()
    page.get_by_role("button", name="Keep beside").click()
    page.get_by_role("button", name="Best moment").click()
    grids = page.get_by_role("img", name=re.compile("^Grid of digits drawn at"))
    expect(grids).to_have_count(2)
    best = min((report for report in run.reports() if "distance" in report), key=lambda report: report["distance"])
    expect(grids.first).to_have_accessible_name(re.compile(f"step {best['step']:,}, "))
    expect(grids.last).to_have_accessible_name(re.compile("step 0, "))
    page.get_by_role("button", name="Keep beside").click()
    expect(grids).to_have_count(1)
    # and on from an earlier one, with a change
    page.get_by_role("slider", name="Moment").fill("3")
    kept = [kept for kept in branching.kept_steps(run) if kept <= 300][-1]
    panel = page.get_by_role("region", name="Change and go on")
    panel.get_by_text("Go on from here, with a change").click()
    panel.get_by_role("spinbutton", name="Learning rate, discriminator").fill("0.0002")
    panel.get_by_role("button", name=f"Go on from step {kept:,}", exact=True).click()
    children = lambda: [one for one in runs.list_runs(server.runs) if one.config().get("parent") == {"run": run.id, "step": kept}]  # noqa: E731
    eventually(page, lambda: len(children()) == 1, "a run that goes on from there")
    assert control.settings_now(children()[0]).d_learning_rate == 2e-4 and run.status()["state"] == "finished"
    expect(page.get_by_role("combobox", name="Run", exact=True)).to_have_value(children()[0].id)
