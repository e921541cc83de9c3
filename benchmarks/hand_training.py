"""How a hand on a slider fares while this page trains, in headless Chromium on the static build: `python benchmarks/hand_training.py`.

The live DCGAN trains on scikit-learn's digits with no, one and two workers, each in a fresh page; meanwhile a hand moves a slider of the Explore
tab in every frame. Printed are the frames and the distinct pictures a second, the longest task of the page's thread, and the steps a second that
the training takes during the drag. The machine's load is printed: on a busy one every number is worse. `--ahead` puts the page's threads before
whatever else runs, which needs the right to.
"""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path

from browser_speed import CHROMIUM, DRAG, WATCH
from browser_training import ahead
from hold import site
from playwright.sync_api import Browser, Page, sync_playwright

WANTED = 60.0  # frames a second
FRAME_LOST = 3.0  # a second
VIEWPORT = {"width": 1280, "height": 800}

# Workers are one fewer than the cores that the page is told of, of which it leaves itself one.
CORES = "Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', {{get: () => {cores}}})"
REACHED = """async () => {
  const {attend} = await import(new URL('gan/static/device/source.js', document.baseURI).href);
  return (await attend()).session?.record.status.step ?? 0;
}"""


def dragged(browser: Browser, address: str, workers: int, seconds: float, first: bool) -> dict[str, float]:
    """A drag in a fresh page that trains with so many workers; `steps` a second beside what browser_speed.DRAG gives."""
    page = browser.new_context(viewport=VIEWPORT, bypass_csp=True, reduced_motion="reduce").new_page()
    page.set_default_timeout(90_000)
    page.add_init_script(WATCH)
    page.add_init_script(CORES.format(cores=max(2, workers + 1)))
    page.goto(f"{address}?tab=train")
    with ahead(browser) if first else contextlib.nullcontext():
        if workers:
            begin(page)
        page.get_by_role("tab", name="Explore").click()
        control = page.get_by_role("slider", name="Direction 1", exact=True)
        control.evaluate("(control) => control.closest('details:not([open])')?.setAttribute('open', '')")
        control.scroll_into_view_if_needed()
        page.wait_for_function("window.bench?.first !== null")
        page.wait_for_timeout(4000)
        control.evaluate(DRAG, 1.0)  # what the browser runs for the first time is slow
        before = page.evaluate(REACHED)
        seen: dict[str, float] = control.evaluate(DRAG, seconds)
        after = page.evaluate(REACHED)
    page.context.close()
    return {**seen, "steps": (after - before) / seconds}


def begin(page: Page) -> None:
    """Starts the training, and waits until it has taken steps."""
    page.get_by_label("Network", exact=True).select_option(label="dcgan, live")
    page.get_by_label("Pictures", exact=True).select_option("digits")
    page.get_by_role("button", name="Start on this device").click()
    page.locator(".train-grid img").first.wait_for()


def main() -> None:
    """Build, serve, train, drag, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=6.0, help="of a drag (default: 6)")
    parser.add_argument("--workers", type=int, nargs="+", default=(0, 1, 2), help="of a training, 0 for none (default: 0 1 2)")
    parser.add_argument("--url", help="measure a page that runs already")
    parser.add_argument("--ahead", action="store_true", help="the page's threads come before what else runs here (needs the right to)")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    print(f"{os.cpu_count()} cores, load {', '.join(f'{one:.1f}' for one in os.getloadavg())}; {WANTED:g} frames a second are wanted")
    with contextlib.ExitStack() as stack:
        address = options.url or stack.enter_context(site())
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=binary)
        for workers in options.workers:
            seen = dragged(browser, address, workers, options.seconds, options.ahead)
            print(
                f"  {'ok  ' if seen['frames'] >= WANTED - FRAME_LOST else 'MISS'} {workers} workers: {seen['frames']:5.1f} frames and "
                f"{seen['rate']:5.1f} distinct pictures a second, longest task {seen['longest']:4.0f} ms, {seen['steps']:5.1f} steps a second"
            )
        browser.close()
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
