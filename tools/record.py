"""The README's moving pictures: `python tools/record.py` opens the app, pulls the ink, drags a direction and writes docs/drag.webp.

`python tools/record.py --lesson` goes through the lesson from its first card to its last, as somebody does who reads: answers each question, does what
each card asks for, lets it run for a while; it says how long that took and writes docs/lesson.webp.
"""

from __future__ import annotations

import argparse
import io
import itertools
import math
import sys
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))

from browser_speed import CHROMIUM, app  # noqa: E402 (a script's neighbour)

MOST = 1_000_000  # bytes that a README may cost
FRAMES_A_SECOND = 12
READING_MS, RUNNING_MS = 6_000, 8_000  # of a card of the lesson: its text and its question, and what comes of what was done
LESSON_MS = 1_500  # that a picture of it is shown
MOST_PRESSES = 40
CARDS = """async () => {
  const {CARDS} = await import(new URL("gan/static/learn/registry.js", document.baseURI).href);
  return Promise.all(CARDS.map(async ({id, load}) => ({id, walk: (await load()).card.walk ?? ["Enter"]})));
}"""
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


def instrument(page: Page) -> list[Image.Image]:
    """The ink is pulled, then a direction is dragged."""
    page.evaluate(POINTER)
    return pulled(page, [(0.22, -0.02), (-0.12, -0.1), (0.0, 0.0)], 5) + dragged(page, "Direction 1", [0.95, 0.05, 0.5], 4)


def lesson(page: Page) -> list[Image.Image]:
    """Every card by its own keys (`walk` in its module, which the tests use, too): asked, answered, done."""
    page.get_by_role("tab", name="Learn").click()
    cards, frames, began = page.evaluate(CARDS), [], time.monotonic()
    for number, card in enumerate(cards):
        page.locator(f".learn-stage[data-card={card['id']}]").wait_for()
        page.wait_for_timeout(READING_MS)
        page.get_by_role("group", name="What do you expect?").get_by_role("button").first.click()
        page.wait_for_timeout(READING_MS)
        frames.append(shot(page))
        control = page.locator(f".learn-stage[data-card={card['id']}] [data-learn-act]:not(:disabled)").first
        task = page.locator(".learn-task")
        for press in range(MOST_PRESSES):
            if task.get_attribute("data-done") == "true":
                break
            if not page.evaluate("document.activeElement?.matches('[data-learn-act]') ?? false"):  # arrows may have led to its neighbour
                control.focus()
            page.keyboard.press(card["walk"][press % len(card["walk"])])
            page.wait_for_timeout(100)
        else:
            raise SystemExit(
                f"The card {card['id']!r} is not done after {MOST_PRESSES} presses of {card['walk']}; its `walk` leads nowhere."
            )
        page.wait_for_timeout(RUNNING_MS)
        frames.append(shot(page))
        if number + 1 < len(cards):
            page.keyboard.press(".")
    print(f"{len(cards)} cards in {time.monotonic() - began:.0f} s")
    return frames


def main() -> None:
    """Record, then write the largest quality that fits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lesson", action="store_true", help="the lesson, not the instrument")
    parser.add_argument("--out", type=Path, help="default: docs/drag.webp, or docs/lesson.webp")
    options = parser.parse_args()
    out = options.out or ROOT / "docs" / ("lesson.webp" if options.lesson else "drag.webp")
    binary = next((path for path in CHROMIUM if Path(path).exists()), None)
    with sync_playwright() as playwright, app() as address:
        browser = playwright.chromium.launch(executable_path=binary)
        page = browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB")
        page.goto(address)
        page.locator("#gan-boot").wait_for(state="detached")
        page.wait_for_timeout(3000)
        frames = (lesson if options.lesson else instrument)(page)
        browser.close()
    for quality in (70, 50, 35, 28):
        buffer = io.BytesIO()
        frames[0].save(
            buffer,
            "WEBP",
            save_all=True,
            append_images=frames[1:],
            duration=LESSON_MS if options.lesson else 1000 // FRAMES_A_SECOND,
            loop=0,
            quality=quality,
            method=6,
        )
        if len(buffer.getvalue()) < MOST:
            break
    else:
        raise SystemExit(
            f"{len(frames)} frames take {len(buffer.getvalue()):,} bytes; expected under {MOST:,}. Record fewer or smaller ones."
        )
    out.write_bytes(buffer.getvalue())
    print(f"{out}: {len(frames)} frames, {frames[0].width}x{frames[0].height}, {len(buffer.getvalue()):,} bytes, quality {quality}")


if __name__ == "__main__":
    main()
