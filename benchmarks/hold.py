"""How well ink follows the hand, measured in headless Chromium on the static build: `python benchmarks/hold.py`.

In a fresh page a pointer comes and presses on the ink farthest from the middle of the large digit, then moves in every frame for some seconds.
Counted are the distinct pictures from the press to the release, so what the start takes is in it. Each model once as the machine is, and once
with the page's thread slowed down four times (Chromium's own throttling, which leaves workers alone). The machine's load is printed: on a busy
one every number is worse.
"""

from __future__ import annotations

import argparse
import functools
import http.server
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser_speed import CHROMIUM, ROOT, WATCH
from playwright.sync_api import Browser, Page, sync_playwright

MODELS = ("dcgan-mnist", "cgan-mnist", "dense-mnist", "autoencoder-mnist")
WANTED = {1: 30.0, 4: 15.0}  # distinct pictures a second, by how many times the page is slowed down
VIEWPORTS = {"width": 1280, "height": 800}

# Where the outermost ink lies on the screen, and the size of one of its pixels.
INK = """(canvas) => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, 28, 28);
  let [far, at] = [-1, [14, 14]];
  for (let i = 0; i < 784; i += 1) {
    const [x, y] = [i % 28, Math.floor(i / 28)];
    const distance = Math.hypot(x - 13.5, y - 13.5);
    if (data[4 * i] > 200 && distance > far) [far, at] = [distance, [x, y]];
  }
  const box = canvas.getBoundingClientRect();
  const one = box.width / 28;
  return {x: box.left + (at[0] + 0.5) * one, y: box.top + (at[1] + 0.5) * one, inwards: [Math.sign(13.5 - at[0]), Math.sign(13.5 - at[1])], one};
}"""

# The press is a real one and comes when this waits; the moves are made in the page, one a frame, because a test's mouse is slower than a hand.
HAND = """(canvas, {ink, seconds}) => new Promise((done) => {
  canvas.addEventListener('pointerdown', async () => {
    bench.paints.length = bench.tasks.length = 0;
    const start = performance.now();
    let [frames, now] = [0, start];
    while ((now = await new Promise(requestAnimationFrame)) - start < 1000 * seconds) {
      const turn = (now - start) / 400;
      const [x, y] = [3 * (1 - Math.cos(turn)) * ink.inwards[0], 1.5 * Math.sin(turn) * ink.inwards[1]];
      canvas.dispatchEvent(new PointerEvent('pointermove', {pointerId: 1, buttons: 1, clientX: ink.x + x * ink.one, clientY: ink.y + y * ink.one, bubbles: true}));
      frames += 1;
    }
    const spent = (now - start) / 1000;
    const paints = bench.paints.filter((at) => at > start);
    const gaps = [start, ...paints].slice(1).map((paint, i) => paint - (i ? paints[i - 1] : start)).slice(1).sort((a, b) => a - b);
    done({rate: paints.length / spent, frames: frames / spent, start: (paints[0] ?? now) - start, gap: gaps[Math.floor(0.95 * gaps.length)] ?? 0});
  }, {once: true});
})"""


@contextmanager
def site(root: Path = ROOT) -> Iterator[str]:
    """The static build of a working tree, served; gives its address."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "gan_core", "site", folder], cwd=root, check=True, stdout=subprocess.DEVNULL)
        handler = functools.partial(_Quiet, directory=folder)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def gesture(page: Page, seconds: float) -> dict[str, float]:
    """One pull by a pointer that comes over the picture as a hand does, in a third of a second.

    Returns: distinct pictures (`rate`) and frames a second, ms from the press to the first picture (`start`), 95th percentile between two (`gap`).
    """
    digit = page.locator("canvas.gan-digit").first
    ink = digit.evaluate(INK)
    page.evaluate(f"window.pull = ({HAND})(document.querySelector('canvas.gan-digit'), {{ink: {ink}, seconds: {seconds}}}), undefined")
    for left in (7, 5, 3, 1, 0):
        page.mouse.move(ink["x"] - left * ink["one"] * ink["inwards"][0], ink["y"])
        page.wait_for_timeout(65)
    page.mouse.down()
    seen: dict[str, float] = page.evaluate("window.pull")
    page.mouse.up()
    return seen


def measure(browser: Browser, address: str, model: str, slower: int, seconds: float) -> list[dict[str, float]]:
    """Two pulls in a fresh page, a second of rest between them."""
    page = browser.new_context(viewport=VIEWPORTS, bypass_csp=True).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}?v=1&s=8&m={model}&d=2")
    page.wait_for_function("document.querySelector('canvas.gan-digit')?.getAttribute('aria-label').includes('drawn by')", timeout=90_000)
    page.wait_for_timeout(2000)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    pulls = []
    for _ in range(2):
        pulls.append(gesture(page, seconds))
        page.wait_for_timeout(1000)
    page.context.close()
    return pulls


def main() -> None:
    """Build the page, pull, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=3.0, help="of a pull (default: 3)")
    parser.add_argument("--models", nargs="+", default=MODELS, help="ids of checkpoints")
    parser.add_argument("--url", help="measure a page that runs already")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    print(f"{os.cpu_count()} cores, load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    with sync_playwright() as playwright, _address(options.url) as address:
        browser = playwright.chromium.launch(executable_path=binary)
        for slower, wanted in WANTED.items():
            print(
                f"page's thread {f'{slower} times slower' if slower > 1 else 'as it is'}; at least {wanted:g} distinct pictures a second are wanted"
            )
            for model in options.models:
                for name, seen in zip(("first pull", "second"), measure(browser, address, model, slower, options.seconds), strict=True):
                    verdict = "ok  " if seen["rate"] >= wanted else "MISS"
                    print(
                        f"  {verdict} {model:20} {name:10} {seen['rate']:5.1f} distinct pictures in {seen['frames']:5.1f} frames a second, "
                        f"the first after {seen['start']:4.0f} ms, 95 % within {seen['gap']:3.0f} ms of the one before"
                    )
        browser.close()
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


@contextmanager
def _address(url: str | None) -> Iterator[str]:
    if url:
        yield url
    else:
        with site() as address:
            yield address


if __name__ == "__main__":
    main()
