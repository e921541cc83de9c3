"""The curves of a run as a PNG, drawn with Pillow: the same charts as `charts.js`, for a slide or a report."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from gan_core.runs.records import Report, figure

WIDTH, HEIGHT, SCALE = 900, 330, 2
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 64, 40
BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#D9DDE3", "#333B46"


@dataclass(frozen=True)
class Chart:
    """One chart: curves by report key, with their labels; a fixed range of y or None to fit."""

    title: str
    curves: dict[str, str]
    span: tuple[float, float] | None = None
    reference: float | None = None


CHARTS = (
    Chart("What the discriminator believes", {"d_real": "D(x), real pictures", "d_fake": "D(G(z)), drawn ones"}, (0, 1), 0.5),
    Chart("Distance to real pictures (lower is better)", {"distance": "distance"}),
    Chart("Clear and varied?", {"confident": "classifier is sure", "evenness": "evenness of the digits"}, (0, 1)),
    Chart("How often the discriminator is right", {"d_accuracy_real": "on real pictures", "d_accuracy_fake": "on drawn ones"}, (0, 1), 0.5),
    Chart("Losses", {"d_loss": "discriminator", "g_loss": "generator"}),
    Chart("Reconstruction loss", {"loss": "training pictures", "val_loss": "pictures it never saw"}),
)


def draw(reports: list[Report], title: str) -> bytes:
    """Every chart that the reports have numbers for, one below the other."""
    shown = [chart for chart in CHARTS if any(_points(reports, key) for key in chart.curves)]
    page = Image.new("RGB", (WIDTH * SCALE, (40 + HEIGHT * len(shown)) * SCALE), "white")
    pen = ImageDraw.Draw(page)
    pen.text((LEFT * SCALE, 24 * SCALE), title, fill=INK, font=_font(15), anchor="lm")
    for number, chart in enumerate(shown):
        _draw_chart(pen, chart, reports, 40 + HEIGHT * number)
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    return buffer.getvalue()


def ticks(low: float, high: float, count: int) -> list[float]:
    """About `count` round numbers from low to high."""
    raw = (high - low) / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= raw * 0.999)
    return [round(n * step, 10) for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def _font(size: int) -> Any:
    return ImageFont.load_default(size * SCALE)


def _points(reports: list[Report], key: str) -> list[tuple[float, float]]:
    return [(report["step"], value) for report in reports if (value := figure(report, key)) is not None and math.isfinite(value)]


def _span(chart: Chart, values: list[float]) -> tuple[float, float]:
    if chart.span:
        return chart.span
    typical = sorted(values)[int((len(values) - 1) * 0.95)]  # one outburst must not flatten the rest
    high = min(max(values), 3 * max(typical, 1e-3)) * 1.05
    return min(0.0, *values), high if high > 0 else 1.0


def _draw_chart(pen: ImageDraw.ImageDraw, chart: Chart, reports: list[Report], top: float) -> None:
    curves = {key: _points(reports, key) for key in chart.curves}
    low, high = _span(chart, [value for points in curves.values() for _, value in points])
    last = max(1, reports[-1]["step"])

    def at(step: float, value: float) -> tuple[float, float]:
        share = (min(max(value, low), high) - low) / (high - low)
        x = LEFT + step / last * (WIDTH - LEFT - RIGHT)
        return x * SCALE, (top + HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)) * SCALE

    for value in ticks(low, high, 5):
        pen.line([at(0, value), at(last, value)], fill=GREY, width=SCALE)
        x, y = at(0, value)
        pen.text((x - 8 * SCALE, y), f"{value:g}", fill=INK, font=_font(12), anchor="rm")
    for step in ticks(0, last, 8):
        x, y = at(step, low)
        pen.text((x, y + 8 * SCALE), f"{step:,.0f}", fill=INK, font=_font(12), anchor="mt")
    pen.text((at(last, low)[0], at(last, low)[1] + 24 * SCALE), "step", fill=INK, font=_font(12), anchor="rt")
    if chart.reference is not None:
        pen.line([at(0, chart.reference), at(last, chart.reference)], fill=INK, width=SCALE)
        # beside the title, where no curve can run through it
        pen.text((at(last, low)[0], (top + 18) * SCALE), f"{chart.reference:g}: cannot tell", fill=INK, font=_font(12), anchor="rm")
    x = LEFT
    pen.text((x * SCALE, (top + 18) * SCALE), chart.title, fill=INK, font=_font(15), anchor="lm")
    for (key, label), colour in zip(chart.curves.items(), (BLUE, ORANGE), strict=False):
        pen.line([at(*point) for point in curves[key]], fill=colour, width=2 * SCALE, joint="curve")
        pen.line([(x * SCALE, (top + 44) * SCALE), ((x + 24) * SCALE, (top + 44) * SCALE)], fill=colour, width=3 * SCALE)
        pen.text(((x + 32) * SCALE, (top + 44) * SCALE), label, fill=INK, font=_font(13), anchor="lm")
        x += 250
