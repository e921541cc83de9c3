"""The documentation's screenshots: `python tools/pictures.py` opens the app and writes docs/*.png.

`train.png` and `train-projector.png` show the newest run of `GAN_RUNS` (default: runs), so train one first; without any they are left out.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from browser_speed import CHROMIUM, app  # noqa: E402 (a script's neighbour)

from gan_core.runs.run import list_runs  # noqa: E402

REST_MS = 3000  # until everything that is drawn in the background is there


def visit(browser: Browser, address: str, width: int, height: int, tab: str = "Explore", **options: Any) -> Page:
    """The page at that size, at rest on a tab."""
    page = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", **options).new_page()
    page.goto(address)
    page.wait_for_selector("#gan-boot", state="detached", timeout=60_000)
    page.get_by_role("tab", name=tab, exact=True).click()
    page.wait_for_timeout(REST_MS)
    return page


def main() -> None:
    """All of them."""
    with app(training=True) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(path for path in CHROMIUM if Path(path).exists()), args=["--no-sandbox"])

        def save(page: Page, name: str) -> None:
            page.screenshot(path=DOCS / name)
            page.context.close()
            print(f"docs/{name}: {(DOCS / name).stat().st_size:,} bytes")

        save(visit(browser, address, 1280, 1000), "explore.png")
        save(visit(browser, address, 1280, 860, "Interpolate"), "interpolate.png")
        save(visit(browser, address, 1280, 720, "Autoencode", color_scheme="dark"), "autoencode-dark.png")
        save(visit(browser, address, 360, 760, has_touch=True, is_mobile=True), "phone.png")
        save(visit(browser, f"{address}?v=1&m=cgan-mnist", 1920, 1080), "projector.png")
        if list_runs(os.environ.get("GAN_RUNS", "runs")):
            save(visit(browser, address, 1280, 720, "Train"), "train.png")
            save(visit(browser, address, 1920, 1080, "Train"), "train-projector.png")
        browser.close()


if __name__ == "__main__":
    main()
