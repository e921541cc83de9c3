"""The widget in JupyterLab itself, with a kernel. It is none of the project's packages; where it is installed (`pip install jupyterlab ipywidgets`), this runs."""

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

pytest.importorskip("jupyterlab")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipywidgets")
pytestmark = pytest.mark.slow

CELL = f"""import sys; sys.path.insert(0, {str(ROOT)!r})
import gan_core
widget = gan_core.widget({str(ROOT / "checkpoints" / "cgan-mnist")!r}, seed=7)
first = widget.z.copy()
widget"""


@contextmanager
def lab(folder: Path, page: Page) -> Iterator[str]:
    """JupyterLab with a notebook of one cell; its address."""
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)], metadata={"kernelspec": python}), folder / "nb.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=told", f"--notebook-dir={folder}"]
    with open(folder / "log", "w") as log:
        server = subprocess.Popen([sys.executable, "-m", "jupyterlab", *told], stdout=log, stderr=log)
    try:
        eventually(page, lambda: "is running at" in (folder / "log").read_text(), "JupyterLab")
        yield f"http://127.0.0.1:{port}/lab/tree/nb.ipynb?token=told&reset"
    finally:
        server.terminate()
        server.wait(30)


def run(page: Page, code: str) -> str:
    """What a new cell at the end prints; the widget is in view again."""
    cells = page.locator(".jp-Cell")
    cells.last.click(position={"x": 5, "y": 5})
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")
    text = cells.last.locator(".jp-OutputArea-output").inner_text()
    digit(page).scroll_into_view_if_needed()
    return text.strip()


def test_z_goes_both_ways_in_jupyterlab(chromium: Browser, tmp_path: Path) -> None:
    failures: list[str] = []
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
    with lab(tmp_path, page) as address:
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.set_default_timeout(60_000)
        page.goto(address)
        expect(page.get_by_text("| Idle")).to_be_visible(timeout=60_000)
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        canvas = digit(page)
        expect(canvas).to_be_visible(timeout=60_000)

        track, stands = drag_first_direction(page)
        assert float(run(page, "print(float(abs(widget.z - first).max()))")) > 0.1

        before = pixels(canvas)
        assert run(page, "widget.z = -widget.z; print('set')") == "set"
        expect_changed(page, canvas, before)
        assert float(track.input_value()) == pytest.approx(-stands, abs=0.011)
        assert run(page, "widget.digit = 4; print(widget.digit)") == "4"
        expect(canvas).to_have_accessible_name("A digit drawn by Conditional GAN, 10 digits, learned from MNIST, asked for a 4")
        page.close()
    assert failures == []
