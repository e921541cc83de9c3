"""Files made from a run for people to take home: contact sheet, moving picture, the curves as a table."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_core.errors import GanCoreError, RunError
from gan_core.exchange.curves import to_csv
from gan_core.imaging import animation, pixels
from gan_core.runs.run import Run
from ui.server import discreet

MOST_TILES = 12
MOST_FRAMES = 60  # a few MB
CAPTION = 30  # pixels below the grid, for the step


def spread(n: int, most: int) -> list[int]:
    """At most `most` of the indexes 0 ... n-1: every 1st, 2nd, 4th ..., and the last; the same choice as `spread` of filmroll.js."""
    stride = 1
    while -(-(n - 1) // stride) + 1 > most:
        stride *= 2
    return [*range(0, n - 1, stride), n - 1] if n else []


def _snapshots(run: Run, most: int) -> list[tuple[int, np.ndarray]]:
    """Steps and grids uint8 `[h, w]`, or `[h, w, 3]` of colours. Raises RunError when there is none."""
    steps = run.snapshot_steps()
    if not steps:
        raise RunError(f"{run.id} has no picture yet; wait for its first report.")
    return [(steps[index], run.picture(steps[index])) for index in spread(len(steps), most)]


def _title(run: Run) -> str:
    try:
        config = run.config()
        return f"{config['model']['family']}, {config['model']['preset']}, {discreet.name_of(config['train']['dataset'])}, seed {config['train']['seed']}"
    except (GanCoreError, KeyError, TypeError):
        return run.id


def curves(run: Run) -> bytes:
    """The figures of all reports as a table, CSV. Raises RunError."""
    return to_csv(run.reports())


def contact_sheet(run: Run) -> bytes:
    """At most twelve moments side by side, "step 0", "step 400" ..., as a PNG. Raises RunError."""
    snapshots = _snapshots(run, MOST_TILES)
    return pixels.contact_sheet([grid for _, grid in snapshots], [f"step {step:,}" for step, _ in snapshots], title=_title(run))


def steps(run: Run, kind: str = "gif") -> bytes:
    """The grid through all steps, each frame with its step written under it, as a GIF or MP4 that rests on the last. Raises RunError."""
    snapshots = _snapshots(run, MOST_FRAMES)
    frames = [_captioned(grid, f"step {step:,}") for step, grid in snapshots]
    frames += [frames[-1]] * 12
    return animation.encode_animation(np.stack(frames), kind, fps=8, scale=1)


def _captioned(grid: np.ndarray, text: str) -> np.ndarray:
    large = pixels.enlarged(grid, 2)
    page = Image.new("L" if large.ndim == 2 else "RGB", (large.shape[1], large.shape[0] + CAPTION), 0)
    page.paste(Image.fromarray(large), (0, 0))
    ImageDraw.Draw(page).text((8, large.shape[0] + CAPTION // 2), text, fill="white", font=ImageFont.load_default(16), anchor="lm")
    return np.asarray(page)
