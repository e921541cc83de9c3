"""The notebook's widget in a real browser: its one module and its style as Python gives them, beside a stand-in of the model that anywidget gives it."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from playwright.sync_api import Browser, expect

import gan_core

from .conftest import (
    PATIENCE,
    digit,
    drag,
    eventually,
    exact,
    expect_changed,
    expect_picture,
    painted,
    pixels,
    place_on,
    serving_folder,
)

pytest.importorskip("anywidget")
# `saved` is what Python has: what was set before the last save_changes. A set is heard at once by whoever listens, as in anywidget.
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A cell</title><link rel="icon" href="data:,"><link rel="stylesheet" href="widget.css">
<body><div id="cell"></div><script type="module">
import widget from "./widget.js";
const state = await (await fetch("state.json")).json();
const bytesOf = (text) => new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
state._files = Object.fromEntries(Object.entries(state._files).map(([role, text]) => [role, bytesOf(text)]));
const listeners = new Map();
const pending = {};
window.saved = {};
window.saves = 0;
const of = (event) => listeners.get(event) ?? listeners.set(event, new Set()).get(event);
window.model = {
  get: (name) => state[name],
  set(name, value) {
    state[name] = pending[name] = value;
    for (const listener of [...of(`change:${name}`)]) listener();
  },
  save_changes() {
    Object.assign(window.saved, pending);
    window.saves += 1;
  },
  on: (event, listener) => void of(event).add(listener),
  off: (event, listener) => void of(event).delete(listener),
  heard: () => [...listeners.values()].reduce((sum, all) => sum + all.size, 0),
};
window.end = await widget.render({ model: window.model, el: document.getElementById("cell") });
</script></body></html>
"""


def test_z_goes_both_ways_between_the_page_and_python(chromium: Browser, tmp_path: Path) -> None:
    model = gan_core.load(ROOT / "checkpoints" / "cgan-mnist")
    widget = gan_core.widget(model, seed=7)
    state = {name: value for name, value in widget.get_state().items() if name not in ("_esm", "_css")}
    files = {role: base64.b64encode(data).decode() for role, data in state["_files"].items()}
    (tmp_path / "state.json").write_text(json.dumps({**state, "_files": files}, default=str))
    (tmp_path / "widget.js").write_text(widget.get_state()["_esm"])
    (tmp_path / "widget.css").write_text(widget.get_state()["_css"])
    (tmp_path / "index.html").write_text(PAGE)
    asked: list[str] = []
    failures: list[str] = []
    with serving_folder(tmp_path) as url:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(url)

        canvas, first = digit(page), exact(page, "Direction 1")
        expect(canvas).to_have_accessible_name(re.compile("asked for a 0"))
        expect_picture(page, canvas, widget.image)

        # the hand: Python has the z that the page draws, and not before a change
        assert page.evaluate("saves") == 0
        track = page.get_by_role("slider", name="Direction 1", exact=True)
        before = pixels(canvas)
        drag(page, place_on(track, 0.5), place_on(track, 0.9))
        expect_changed(page, canvas, before)
        duals = model.checkpoint.tensors("directions.safetensors")["duals"]

        def told() -> list[float] | None:
            """The z that Python has, once it is where the slider stands."""
            z = page.evaluate("saved.z")
            stands = float(track.input_value())
            return z if z and stands > 1 and abs(float(duals[0] @ np.array(z)) - stands) < 0.011 else None

        moved = eventually(page, told, "a z for Python")
        widget.set_state({"z": moved})
        expect_picture(page, canvas, widget.image)

        # Python: picture and sliders follow
        widget.z = model.sample_z(1, 21)
        page.evaluate("z => model.set('z', z)", widget.z.tolist())
        expect_picture(page, canvas, widget.image)
        stands = float(duals[0] @ widget.z)
        eventually(page, lambda: abs(float(track.input_value()) - max(-3, min(3, stands))) < 0.011, "the slider where z is")
        expect(first).to_have_value(f"{stands:.2f}")

        # digit keys, undo, and the workers that draw what each direction does
        canvas.press("7")
        eventually(page, lambda: page.evaluate("saved.digit") == 7, "the digit for Python")
        widget.set_state({"digit": 7})
        expect(canvas).to_have_accessible_name(re.compile("asked for a 7"))
        expect_picture(page, canvas, widget.image)
        canvas.press("Control+z")
        eventually(page, lambda: page.evaluate("saved.digit") == 0, "the digit before")
        strip = page.locator(".gan-film-track canvas").first
        eventually(page, lambda: painted(strip) and float(np.ptp(pixels(strip))) > 0.5, "a strip drawn by a worker")

        # an end leaves nothing
        page.evaluate("end()")
        assert page.evaluate("[document.getElementById('cell').childElementCount, model.heard()]") == [0, 0]
        context.close()
    assert [one for one in asked if not one.startswith((f"{url}/", f"blob:{url}/", "data:"))] == [] and failures == []
    assert [one for one in asked if one.startswith(url)] == [f"{url}/{name}" for name in ("", "widget.css", "widget.js", "state.json")]
