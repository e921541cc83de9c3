"""The README's moving picture: `python tools/record.py` opens the app, drags two directions and writes docs/drag.webp."""

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
FRAMES_A_SECOND = 15
WIDTH = 760  # pixels of the picture; the page is recorded larger
# Screenshots show no pointer, so the page gets one.
POINTER = """() => {
  const dot = document.body.appendChild(document.createElement("div"));
  dot.id = "recorded-pointer";
  dot.style = "position:fixed;z-index:9999;width:26px;height:26px;margin:-13px;border-radius:50%;border:3px solid #fff;"
    + "background:rgb(79 70 229/70%);box-shadow:0 0 0 1px #0006;pointer-events:none";
  document.addEventListener("pointermove", ({clientX, clientY}) => (dot.style.transform = `translate(${clientX}px, ${clientY}px)`), true);
}"""


def drag(page: Page, name: str, ways: list[float], seconds: float) -> list[Image.Image]:
    """One slider by hand, through `ways` (shares of its range), a frame at a time."""
    slider = page.get_by_role("slider", name=name, exact=True)
    box, value = slider.bounding_box(), float(slider.input_value())
    assert box is not None
    thumb = box["width"] / 7

    def at(share: float) -> tuple[float, float]:
        return box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2

    places = [(value + 3) / 6, *ways]
    page.mouse.move(*at(places[0]))
    page.mouse.down()
    frames = []
    count = round(seconds * FRAMES_A_SECOND / (len(places) - 1))
    for start, end in itertools.pairwise(places):
        for i in range(count):
            share = 0.5 - 0.5 * math.cos(math.pi * (i + 1) / count)
            page.mouse.move(*at(start + share * (end - start)))
            page.wait_for_timeout(60)  # the strips of the other directions follow in a worker
            frames.append(shot(page))
    page.mouse.up()
    return frames


def shot(page: Page) -> Image.Image:
    """The digit and the directions."""
    box = page.locator(".gan-at-digit").bounding_box()
    other = page.locator(".gan-at-directions").bounding_box()
    assert box is not None and other is not None
    clip = {"x": box["x"] - 8, "y": box["y"] - 8, "width": other["x"] + other["width"] - box["x"] + 16, "height": box["height"] + 16}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB")
    return picture.resize((WIDTH, round(WIDTH * picture.height / picture.width)), Image.Resampling.LANCZOS)


def main() -> None:
    """Record, then write the largest quality that fits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "drag.webp")
    options = parser.parse_args()
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=binary)
        page = browser.new_page(viewport={"width": 1180, "height": 900}, locale="en-GB")
        page.goto(address)
        page.locator("#gan-boot").wait_for(state="detached")
        page.wait_for_timeout(3000)
        page.evaluate(POINTER)
        frames = drag(page, "Direction 1", [0.97, 0.03, 0.5], 5) + drag(page, "Direction 3", [0.05, 0.9], 3)
        browser.close()
    for quality in (80, 65, 50, 35):
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
