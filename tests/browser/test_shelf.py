"""A model goes home as a zip file, and one that is brought comes among the models: by the page's own dialog."""

from __future__ import annotations

import io
import re
import shutil
import zipfile

import pytest
from conftest import Server
from playwright.sync_api import Page, expect

from browser.conftest import digit, downloaded, drawn_in_python, expect_picture, shown

OPEN = "Download a model, or bring one in"
NAME = "Brought in.zip"


@pytest.mark.slow
def test_a_model_is_taken_home_and_brought_in_again(page: Page, server: Server, explorers) -> None:
    page.get_by_role("button", name=OPEN, exact=True).click()
    dialog, chooser = page.get_by_role("dialog", name="Models"), page.get_by_role("combobox", name="Model", exact=True)
    model = shown(page)["model"]
    title = chooser.locator("option:checked").inner_text()
    name, data = downloaded(page, dialog.get_by_role("button", name=f"Download {title}", exact=True).click)
    assert name == f"{model}.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        folder = server.checkpoints / model
        assert {"config.json", "generator.safetensors", "README.md"} <= {path.removeprefix(f"{model}/") for path in packed.namelist()}
        for path in packed.namelist():
            assert packed.read(path) == (folder / path.removeprefix(f"{model}/")).read_bytes(), path
    field = dialog.get_by_label("Bring in a model: the zip of a checkpoint folder")
    field.set_input_files({"name": NAME, "mimeType": "application/zip", "buffer": data[:-100]})
    expect(dialog.get_by_role("status").filter(has_text=re.compile("no zip file"))).to_be_visible()
    expect(field).to_be_enabled()
    made = server.checkpoints / "brought-in"
    try:
        field.set_input_files({"name": NAME, "mimeType": "application/zip", "buffer": data})
        expect(dialog).to_have_count(0)
        expect(chooser).to_have_value(made.name)
        own = chooser.locator("option:checked").inner_text()
        assert own != title, "two that would be called the same are told apart"
        expect(digit(page)).to_have_accessible_name(re.compile(f"drawn by {re.escape(own)}"))
        expect_picture(page, digit(page), drawn_in_python(explorers, {**shown(page), "model": model}))
    finally:
        shutil.rmtree(made, ignore_errors=True)
