"""The README's moving picture: `python tools/record.py` opens the app, pulls the ink, drags a direction and writes docs/drag.webp."""

from __future__ import annotations

import argparse
import io
import itertools
import math
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from browser_speed import CHROMIUM, app  # noqa: E402 (a script's neighbour)

MOST = 1_000_000  # bytes that a README may cost
FRAMES_A_SECOND = 12
WIDTH = 720  # pixels of the picture; the page is recorded larger
# Where the ink farthest from the middle lies on the screen, and how wide the picture is.
INK = """() => {
  const canvas = document.querySelector("canvas.gan-digit");
  const {data, width, height} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [far, at] = [-1, [width / 2, height / 2]];
  for (let i = 0; i < width * height; i += 1) {
    const [x, y] = [i % width, Math.floor(i / width)];
    const distance = Math.hypot(x - width / 2, y - height / 2);
    if (data[4 * i] > 200 && distance > far) [far, at] = [distance, [x, y]];
  }
  const box = canvas.getBoundingClientRect();
  return [box.left + (at[0] + 0.5) / width * box.width, box.top + (at[1] + 0.5) / height * box.height, box.width];
}"""
# Screenshots show no pointer, so the page gets one.
POINTER = """() => {
  const dot = document.body.appendChild(document.createElement("div"));
  dot.id = "recorded-pointer";
  dot.style = "position:fixed;z-index:9999;width:26px;height:26px;margin:-13px;border-radius:50%;border:3px solid #fff;"
    + "background:rgb(217 143 0/75%);box-shadow:0 0 0 1px #0006;pointer-events:none";
  document.addEventListener("pointermove", ({clientX, clientY}) => (dot.style.transform = `translate(${clientX}px, ${clientY}px)`), true);
}"""


Place = tuple[float, float]  # on the screen, in CSS pixels


def moved(page: Page, start: Place, end: Place, seconds: float) -> list[Image.Image]:
    """The pointer from one place to another, slowly at both ends, a frame at a time."""
    frames, count = [], round(seconds * FRAMES_A_SECOND)
    for i in range(count):
        share = 0.5 - 0.5 * math.cos(math.pi * (i + 1) / count)
        page.mouse.move(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
        page.wait_for_timeout(60)  # the strips of the directions follow in a worker
        frames.append(shot(page))
    return frames


def pulled(page: Page, way: list[Place], seconds: float) -> list[Image.Image]:
    """The ink that lies farthest from the middle, through places that are told from it in shares of the picture."""
    x, y, side = page.evaluate(INK)
    places = [(x + side * right, y + side * down) for right, down in [(0.0, 0.0), *way]]
    frames = moved(page, (x + side / 3, y - side / 6), places[0], 1)
    page.wait_for_timeout(800)
    page.mouse.down()
    for start, end in itertools.pairwise(places):
        frames += moved(page, start, end, seconds / len(way))
    page.mouse.up()
    return frames


def dragged(page: Page, name: str, ways: list[float], seconds: float) -> list[Image.Image]:
    """One slider by hand, through `ways` (shares of its range)."""
    slider = page.get_by_role("slider", name=name, exact=True)
    box, value = slider.bounding_box(), float(slider.input_value())
    assert box is not None
    thumb, (left, width, middle) = box["width"] / 7, (box["x"], box["width"], box["y"] + box["height"] / 2)
    places = [(left + thumb / 2 + share * (width - thumb), middle) for share in [(value + 3) / 6, *ways]]
    page.mouse.move(*places[0])
    page.mouse.down()
    frames = [frame for start, end in itertools.pairwise(places) for frame in moved(page, start, end, seconds / len(ways))]
    page.mouse.up()
    return frames


def shot(page: Page) -> Image.Image:
    """The page as it is shown, smaller."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)


def main() -> None:
    """Record, then write the largest quality that fits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "drag.webp")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=binary)
        page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB")
        page.goto(address)
        page.locator("#gan-boot").wait_for(state="detached")
        page.wait_for_timeout(3000)
        page.evaluate(POINTER)
        frames = pulled(page, [(0.22, -0.02), (-0.12, -0.1), (0.0, 0.0)], 5) + dragged(page, "Direction 1", [0.95, 0.05, 0.5], 4)
        browser.close()
    for quality in (70, 50, 35):
        buffer = io.BytesIO()
        frames[0].save(
            buffer, "WEBP", save_all=True, append_images=frames[1:], duration=1000 // FRAMES_A_SECOND, loop=0, quality=quality, method=6
        )
        if len(buffer.getvalue()) < MOST:
            break
    else:
        raise SystemExit(
            f"{len(frames)} frames take {len(buffer.getvalue()):,} bytes; expected under {MOST:,}. Record fewer or smaller ones."
        )
    options.out.write_bytes(buffer.getvalue())
    print(f"{options.out}: {len(frames)} frames, {frames[0].width}x{frames[0].height}, {len(buffer.getvalue()):,} bytes, quality {quality}")


if __name__ == "__main__":
    main()
