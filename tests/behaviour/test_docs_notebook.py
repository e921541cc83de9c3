"""docs/notebook.ipynb, cell by cell, with a tiny training and folders of its own."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from conftest import ROOT
from tiny import tiny_widths

import gan_core
from ui.settings import Settings

TINY = {"preset": "reference", "quiet": True, "widths": tiny_widths("dense"), "latent_dim": 6, "batch_size": 8}
CELLS = json.loads((ROOT / "docs" / "notebook.ipynb").read_text())["cells"]


def test_every_cell_runs_and_the_page_may_stand_in_the_notebooks_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    matplotlib.use("agg")
    shutil.copytree(ROOT / "checkpoints" / "dcgan-mnist", tmp_path / "checkpoints" / "dcgan-mnist")
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path / "checkpoints"))
    monkeypatch.setenv("GAN_RUNS", str(tmp_path / "runs"))
    monkeypatch.chdir(ROOT)
    plain = gan_core.train
    monkeypatch.setattr(gan_core, "train", lambda *names, **more: plain(*names, **{**more, **TINY}))
    names: dict[str, Any] = {}
    for cell in CELLS:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            assert not cell["outputs"] and cell["execution_count"] is None, "the notebook is kept without what it showed"
            tags = cell["metadata"].get("tags", [])
            text = "STEPS = 6\nFRAMES = 4" if "parameters" in tags else text.replace('ROOT / "checkpoints"', "CHECKPOINTS")
            names["CHECKPOINTS"] = tmp_path / "checkpoints"
            exec(compile(text, f"cell {cell['id']}", "exec"), names)
    page = names["page"]
    try:
        assert names["mine"].generate(names["mine"].sample_z(2, seed=1)).shape == (2, 28, 28)
        assert f'<iframe src="{page.url}"' in page._repr_html_()
        with urllib.request.urlopen(page.url, timeout=60) as answer:
            policy = answer.headers["content-security-policy"]
            assert "http://localhost:*" in policy and answer.headers["x-frame-options"] is None
        with urllib.request.urlopen(f"{page.url}gan/models.json", timeout=60) as answer:
            assert {one["id"] for one in json.load(answer)["models"]} >= {"dcgan-mnist", names["kept"].name}
    finally:
        page.close()


def test_a_hub_leads_to_the_page_through_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    from ui import notebook

    assert notebook._address("http://127.0.0.1:7861/", 7861) == "http://127.0.0.1:7861/"
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/anna/")
    assert notebook._address("http://127.0.0.1:7861/", 7861) == "/user/anna/proxy/7861/"
    assert not Settings().frames, "elsewhere nobody's page shows this one unless its owner says so"
