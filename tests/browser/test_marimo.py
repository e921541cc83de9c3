"""The widget in marimo itself. It is none of the project's packages; where it is installed (`pip install marimo`), this runs."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect

from .conftest import digit, drag_first_direction, eventually, expect_changed, pixels

pytest.importorskip("marimo")
pytestmark = pytest.mark.slow

NOTEBOOK = f"""import marimo
app = marimo.App()

@app.cell
def _():
    import sys
    sys.path.insert(0, {str(ROOT)!r})
    import marimo as mo
    import gan_core
    made = gan_core.widget({str(ROOT / "checkpoints" / "cgan-mnist")!r}, seed=7)
    first = made.z.copy()
    widget = mo.ui.anywidget(made)
    turn = mo.ui.button(label="turn z round", on_click=lambda _: setattr(made, "z", -made.z))
    return first, made, mo, turn, widget

@app.cell
def _(widget):
    widget
    return

@app.cell
def _(turn):
    turn
    return

@app.cell
def _(first, made, mo, widget):
    widget.value
    mo.md(f"moved by {{abs(made.z - first).max():.3f}}")
    return

if __name__ == "__main__":
    app.run()
"""


@contextmanager
def served(folder: Path, page: Page) -> Iterator[str]:
    """marimo with that notebook as an app; its address."""
    (folder / "notebook.py").write_text(NOTEBOOK)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = ["run", str(folder / "notebook.py"), "--headless", "--no-token", f"--port={port}"]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "marimo", *told], stdout=log, stderr=log, cwd=folder)
    try:
        eventually(page, lambda: str(port) in (folder / "log").read_text(), "marimo")
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        server.wait(30)


def test_z_goes_both_ways_in_marimo(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.set_default_timeout(60_000)
    with served(tmp_path, page) as address:
        page.goto(address)
        canvas = digit(page)
        expect(canvas).to_be_visible()
        expect(page.get_by_text("moved by 0.000")).to_be_visible()
        track, stands = drag_first_direction(page)
        expect(page.get_by_text("moved by")).not_to_have_text("moved by 0.000")  # Python has it
        before = pixels(canvas)
        page.get_by_role("button", name="turn z round").click()
        expect_changed(page, canvas, before)
        assert float(track.input_value()) == pytest.approx(-stands, abs=0.011)
        page.close()
    assert failures == []
