"""Draws what a shared link shows: `python tools/sharing.py` writes the PNG files of ui/static/shell/icons/ from icon.svg and the shipped DCGAN."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from browser_speed import CHROMIUM  # noqa: E402 (a script's neighbour)

from gan_core.imaging.pixels import to_uint8  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402
from ui.site.sharing import PICTURE_SIZE, TITLE  # noqa: E402

ICONS = ROOT / "ui" / "static" / "shell" / "icons"
COLUMNS, ROWS = 8, 2
SEEDS = (3, 7, 25)  # a walk between three digits, and back
CARD = """<style>
  body {{ margin: 0; width: {width}px; height: {height}px; font-family: system-ui, "DejaVu Sans", sans-serif; background: #14161b; color: #eef0f4; }}
  main {{ box-sizing: border-box; height: 100%; padding: 0 64px; display: grid; gap: 30px; align-content: center; }}
  h1 {{ margin: 0; font-size: 68px; line-height: 1.1; display: flex; gap: 28px; align-items: center; }}
  h1 img {{ width: 92px; }}
  p {{ margin: 0; font-size: 32px; line-height: 1.35; color: #aab0bc; }}
  .digits {{ display: grid; grid-template-columns: repeat({columns}, 1fr); gap: 10px; }}
  .digits img {{ width: 100%; border-radius: 10px; image-rendering: auto; }}
</style><main><h1><img src="{icon}">{title}</h1>
<p>Take hold of a neural network that learned to write digits.</p><div class="digits">{digits}</div></main>"""


def address(data: bytes, kind: str) -> str:
    """The bytes as an address that a page can show."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def digits() -> str:
    """Pictures of a closed walk of the shipped DCGAN, as elements of the card."""
    explorer = Explorer.open(ROOT / "checkpoints" / "dcgan-mnist")
    walk = explorer.walk(explorer.points(list(SEEDS)), COLUMNS * ROWS, closed=True)
    made = []
    for picture in walk.images:
        held = io.BytesIO()
        Image.fromarray(to_uint8(picture)).resize((112, 112), Image.Resampling.BICUBIC).save(held, "PNG")
        made.append(f'<img src="{address(held.getvalue(), "image/png")}">')
    return "".join(made)


def shot(browser: Browser, content: str, size: tuple[int, int], name: str) -> None:
    """Write the page as a PNG with as few colours as it needs."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_content(content)
    page.wait_for_load_state("networkidle")
    drawn = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    flat = drawn.convert("RGBA") if drawn.getextrema()[-1][0] < 255 else drawn.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    flat.save(ICONS / name, optimize=True)
    page.close()
    print(f"{name}: {(ICONS / name).stat().st_size:,} bytes")


def main() -> None:
    """All of them."""
    source = (ICONS / "icon.svg").read_bytes()
    # a system that cuts its own shape wants the ground to reach the edge and the digit to stay in the middle
    whole = source.replace(b'rx="14"', b"").replace(b'viewBox="0 0 64 64"', b'viewBox="-10 -10 84 84" style="background:#14161b"')
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(path for path in CHROMIUM if Path(path).exists()), args=["--no-sandbox"])
        for size, name, drawn in ((180, "icon-180.png", whole), (192, "icon-192.png", source), (512, "icon-512.png", source),
                                  (512, "maskable-512.png", whole)):  # fmt: skip
            image = f'<img src="{address(drawn, "image/svg+xml")}" style="position:fixed;inset:0;width:100%;height:100%">'
            shot(browser, image, (size, size), name)
        card = CARD.format(width=PICTURE_SIZE[0], height=PICTURE_SIZE[1], columns=COLUMNS, icon=address(source, "image/svg+xml"), title=TITLE,
                           digits=digits())  # fmt: skip
        shot(browser, card, PICTURE_SIZE, "share.png")
        browser.close()


if __name__ == "__main__":
    main()
