"""How fast the large digit follows a hand, before and after, in one run: `python benchmarks/hand.py --before HEAD~20`.

The static build of this working tree and of another commit are served side by side. In fresh pages of both, in turns, a hand moves a slider, the
pad and the equalizer in every frame, with the page's thread as it is and slowed down four times (Chromium's own throttling, which leaves workers
alone). Printed are distinct pictures of the digit a second, their ratio, and how often the page was laid out a frame. The machine's load is
printed with it, and what a page gets here that has nothing but one picture and a slider: on a machine that is busy, or that draws its screen
without a graphics card, every number is worse, and the ratios are the message.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from browser_speed import CHROMIUM, DRAG, ROOT, WATCH
from hold import site
from playwright.sync_api import Browser, sync_playwright

CONTROLS = ("Direction 1", "Pad", "Latent vector z")
WANTED = {1: 60.0, 4: 30.0}  # distinct pictures a second, by how many times the page is slowed down
FRAME_LOST = 3.0  # a second: a screen of 60 frames gives a few fewer pictures
VIEWPORT = {"width": 1280, "height": 800}


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """The files of a commit, in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "before"
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(place), revision], cwd=ROOT, check=True)
        try:
            yield place
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(place)], cwd=ROOT, check=True)


def moved(browser: Browser, address: str, name: str, slower: int, seconds: float) -> dict[str, float]:
    """A drag in a fresh page, as `browser_speed.drag` makes it; `layouts` and `styles` a frame beside what that gives."""
    page = browser.new_context(viewport=VIEWPORT, bypass_csp=True).new_page()
    page.add_init_script(WATCH)
    page.goto(address)
    page.wait_for_function("window.bench?.first !== null", timeout=90_000)
    page.wait_for_timeout(2500)
    control = page.get_by_role("slider", name=name, exact=True)
    control.evaluate("(control) => control.closest('details:not([open])')?.setAttribute('open', '')")
    control.scroll_into_view_if_needed()
    page.wait_for_timeout(1500)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    box = control.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    counts = ("LayoutCount", "RecalcStyleCount")
    before = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    seen: dict[str, float] = control.evaluate(DRAG, seconds)
    after = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    page.mouse.up()
    page.context.close()
    layouts, styles = ((after[count] - before[count]) / max(1.0, seen["frames"] * seconds) for count in counts)
    return {**seen, "layouts": layouts, "styles": styles}


# As large as the digit of the first screen, and another picture with every input.
BARE = """<canvas class="gan-digit" width="28" height="28" style="width: 430px; height: 430px; display: block"></canvas>
<input type="range" aria-label="Bare" min="0" max="1" step="any"><script>
const pen = document.querySelector('canvas').getContext('2d'), image = pen.createImageData(28, 28);
let drawn = 0;
document.querySelector('input').addEventListener('input', () => {
  drawn += 1;
  for (let i = 0; i < image.data.length; i += 1) image.data[i] = i % 4 === 3 ? 255 : (i * drawn) % 251;
  pen.putImageData(image, 0, 0);
});
pen.putImageData(image, 0, 0);
</script>"""


def bare(browser: Browser, slower: int, seconds: float) -> float:
    """Distinct pictures a second of a page that does nothing else: what this machine has to give."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    page.add_init_script(WATCH)
    page.route("http://bare/", lambda route: route.fulfill(body=BARE, content_type="text/html"))
    page.goto("http://bare/")
    page.wait_for_timeout(500)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    seen: dict[str, float] = page.get_by_role("slider", name="Bare").evaluate(DRAG, seconds)
    page.context.close()
    return seen["rate"]


def main() -> None:
    """Build, serve, drag in turns, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--before", help="a commit to compare with")
    parser.add_argument("--seconds", type=float, default=3.0, help="of a drag (default: 3)")
    parser.add_argument("--times", type=int, default=3, help="drags of each control in each build; the median is told (default: 3)")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    print(f"{os.cpu_count()} cores, load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    with ExitStack() as stack:
        builds = {"after": stack.enter_context(site())}
        if options.before:
            builds = {"before": stack.enter_context(site(stack.enter_context(checked_out(options.before)))), **builds}
        browser = stack.enter_context(sync_playwright()).chromium.launch(executable_path=binary)
        for slower, wanted in WANTED.items():
            print(
                f"page's thread {f'{slower} times slower' if slower > 1 else 'as it is'}; {wanted:g} distinct pictures a second are wanted"
            )
            most = statistics.median(bare(browser, slower, options.seconds) for _ in range(options.times))
            print(f"       a page with nothing but a picture {most:5.1f} distinct pictures a second")
            for name in CONTROLS:
                drags = [
                    (build, moved(browser, builds[build], name, slower, options.seconds)) for _ in range(options.times) for build in builds
                ]
                told(name, wanted, {build: [seen for which, seen in drags if which == build] for build in builds})
        browser.close()
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


def told(name: str, wanted: float, drags: dict[str, list[dict[str, float]]]) -> None:
    """A line for each build, and the ratio."""
    rates = {build: statistics.median(one["rate"] for one in seen) for build, seen in drags.items()}
    for build, seen in drags.items():
        middle = {key: statistics.median(one[key] for one in seen) for key in seen[0]}
        verdict = "" if build == "before" else "ok  " if rates[build] >= wanted - FRAME_LOST else "MISS"
        print(
            f"  {verdict:4} {name:16} {build:7} {rates[build]:5.1f} distinct pictures in {middle['frames']:5.1f} frames a second, "
            f"longest task {middle['longest']:4.0f} ms, {middle['layouts']:.2f} layouts and {middle['styles']:.2f} styles a frame"
        )
    if "before" in rates:
        print(f"       {name:16} {rates['after'] / max(0.1, rates['before']):.2f} times as many")


if __name__ == "__main__":
    main()
