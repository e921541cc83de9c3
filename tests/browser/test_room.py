"""What a room sees of a training, and hands on it: real processes, a real server, a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from conftest import Server
from playwright.sync_api import Page, expect

from browser.conftest import Visit, eventually
from gan_core import control, families, runs

LONG = 300_000
TINY = {"generator": [32], "discriminator": [32]}


@pytest.fixture(autouse=True)
def stopped(server: Server) -> Iterator[None]:
    """No training goes on after a test."""
    yield
    for run in runs.list_runs(server.runs):
        if run.status()["state"] in (*runs.ACTIVE, runs.QUEUED):
            run.request("stop")
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
    return runs.start(server.runs, dense.model_config("reference", widths=TINY, latent_dim=16), dense.train_config("reference", **settings))


def watch(visit: Visit, run: runs.Run) -> Page:
    page = visit("Train")
    chooser = page.get_by_role("combobox", name="Run", exact=True)
    eventually(page, lambda: chooser.locator(f"option[value={run.id}]").count(), "the run in the list")
    chooser.select_option(run.id)
    expect(page.get_by_text(re.compile(r"^step [\d,]+ of 400,000"))).to_be_visible(timeout=LONG)
    patiently(page, lambda: run.status()["state"] != "starting", "a process that trains")
    assert run.status()["state"] in ("running", "paused"), run.status()
    return page


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


def test_a_change_in_flight_is_marked_for_everybody(visit: Visit, server: Server) -> None:
    run = begin(server)
    page, other = watch(visit, run), watch(visit, run)
    page.get_by_text("Change settings while it trains").click()
    panel = page.get_by_role("region", name="Hands on the run")
    eventually(page, lambda: run.status()["state"] == "running" and run.reports(), "reports")
    panel.get_by_role("spinbutton", name="k, discriminator steps").fill("2")
    panel.get_by_role("combobox", name="Loss").select_option("minimax")
    panel.get_by_role("button", name="Apply").click()
    expect(panel.get_by_role("status")).to_have_text(re.compile("Asked for: k, discriminator steps 2 · Loss minimax"))
    eventually(page, lambda: control.settings_now(run).d_steps == 2, "the change")
    assert control.settings_now(run).loss == "minimax"
    for viewer in (page, other):
        expect(viewer.get_by_text(re.compile(r"step [\d,]+: .*k, discriminator steps 1 to 2"))).to_be_visible(timeout=LONG)
    panel.get_by_role("spinbutton", name="Batch size").fill("1")
    panel.get_by_role("button", name="Apply").click()  # the field itself says what is possible
    assert control.settings_now(run).batch_size == 50


def test_an_alarm_is_said_with_numbers_and_leads_back(visit: Visit, server: Server) -> None:
    run = begin(server, d_learning_rate=3e-3, g_learning_rate=1e-6, d_steps=3)
    page = watch(visit, run)
    alarms = page.get_by_role("region", name="Alarms")
    expect(alarms.get_by_role("heading", name=re.compile("The discriminator has won"))).to_be_visible(timeout=LONG)
    expect(alarms).to_contain_text(re.compile(r"right about [\d.]+ % of real and [\d.]+ % of drawn"))
    expect(page.get_by_text(re.compile("^The discriminator is winning: it calls"))).to_be_visible()
    expect(page.get_by_role("list").filter(has_text="100 %").first).to_be_visible()
    alarms.get_by_role("button", name=re.compile("Go back to step")).first.click()
    eventually(page, lambda: len(runs.list_runs(server.runs)) and runs.list_runs(server.runs)[0].config().get("parent"), "a branch")
    child = runs.list_runs(server.runs)[0]
    assert child.config()["parent"]["run"] == run.id
    expect(page.get_by_role("combobox", name="Run", exact=True)).to_have_value(child.id)
    patiently(page, lambda: child.reports()[-1]["step"] > child.config()["parent"]["step"], "the training of the branch")
    assert run.status()["state"] == "stopped"
    assert control.settings_now(child).d_learning_rate < 3e-3
    expect(page.get_by_text(re.compile(f"gone on from {run.id}"))).to_be_visible(timeout=LONG)


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
