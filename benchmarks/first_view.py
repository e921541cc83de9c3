"""What a first visit to the static build fetches until its first digit, from a host that does not compress: `python benchmarks/first_view.py`.

A fresh profile of Chromium opens the page over a line as Lighthouse's phone has it (1.6 Mbit/s, 150 ms), without the service worker, which fetches
the rest of the page later. Counted are the bytes of every file asked for before the network has drawn the large digit. With `--before COMMIT` the
build of another commit is measured in the same run.

Lighthouse's own score, with Node's package of that name, which is no dependency of this project:

    python -m gan_core site /tmp/site && python -m http.server --directory /tmp/site 8000
    CHROME_PATH=/usr/bin/chromium npx lighthouse http://127.0.0.1:8000/ --only-categories=performance --view
"""

from __future__ import annotations

import argparse
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from browser_speed import CHROMIUM
from hand import checked_out
from hold import site
from playwright.sync_api import Browser, sync_playwright

LIMIT = 1_200_000
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
PHONE = {"viewport": {"width": 412, "height": 823}, "is_mobile": True, "has_touch": True, "device_scale_factor": 1.75}
DRAWN = "document.querySelector('canvas.gan-digit')?.getAttribute('aria-label').includes('drawn by')"
# of the page's own clock: when each file was asked for
ASKED = "performance.getEntriesByType('resource').map(({name, startTime}) => [name, startTime])"
FIRST = "performance.getEntriesByName('gan-first-digit')[0]?.startTime ?? performance.now()"  # builds without the mark: when it is seen


def kind(url: str) -> str:
    """What a file is, for the table."""
    path = urlsplit(url).path
    ends = {".js": "modules", ".css": "styles", ".safetensors": "networks", ".wasm": "kernels", ".json": "lists", "/": "page"}
    return next((name for end, name in ends.items() if path.endswith(end)), "pictures")


def visit(browser: Browser, address: str) -> tuple[Counter[str], float]:
    """Bytes by kind of what was asked for before the first digit, and ms until that."""
    page = browser.new_context(**PHONE, service_workers="block", locale="en-GB", bypass_csp=True).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    urls: dict[str, str] = {}
    sizes: Counter[str] = Counter()
    session.on("Network.requestWillBeSent", lambda sent: urls.update({sent["requestId"]: sent["request"]["url"]}))
    session.on("Network.loadingFinished", lambda done: sizes.update({urls.get(done["requestId"], address): int(done["encodedDataLength"])}))
    page.goto(address, timeout=120_000)
    page.wait_for_function(DRAWN, timeout=120_000)
    first = float(page.evaluate(FIRST))
    requested_at = dict(page.evaluate(ASKED))
    page.context.close()
    early = Counter[str]()
    for url, size in sizes.items():
        if url.startswith(address) and requested_at.get(url, 0.0) < first:
            early[kind(url)] += size
    return early, first


def main() -> None:
    """Build, visit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", help="a commit to compare with")
    parser.add_argument("--url", help="measure a page that runs already")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    with ExitStack() as stack:
        builds = {}
        if options.before:
            builds["before"] = stack.enter_context(site(stack.enter_context(checked_out(options.before))))
        builds["now"] = options.url or stack.enter_context(site())
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=binary)
        for build, address in builds.items():
            early, first = visit(browser, address)
            verdict = "ok" if early.total() < LIMIT else "MISS"
            print(
                f"{build}: {early.total():,} bytes until the first digit ({verdict}, below {LIMIT:,} are wanted), which came after {first / 1000:.1f} s"
            )
            print("  " + ", ".join(f"{name} {size:,}" for name, size in early.most_common()))
        browser.close()


if __name__ == "__main__":
    main()
