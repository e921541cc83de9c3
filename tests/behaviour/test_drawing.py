"""`POST gan/draw` and the classifier's address: the server's rung of the ladder, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from starlette.testclient import TestClient

from gan_core.model.explorer import Explorer
from ui.server import library, routes
from ui.settings import Settings

NAME = "cgan-mnist"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(routes.application(Settings(checkpoints=ROOT / "checkpoints", runs=ROOT / "no-runs")), raise_server_exceptions=False)


def test_the_server_draws_what_the_explorer_draws(client: TestClient) -> None:
    explorer = Explorer.open(ROOT / "checkpoints" / NAME)
    z = explorer.sample_z(2, seed=5)
    labels = np.eye(10)[[3, 8]]
    answer = client.post("/draw", json={"model": NAME, "z": z.tolist(), "labels": labels.tolist(), "epoch": None})
    assert answer.status_code == 200
    assert np.abs(np.array(answer.json()["images"]).reshape(2, 28, 28) - explorer.generate(z, labels)).max() < 1e-4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "nobody"}, "no checkpoint"),
        ({"z": [[0.0] * 3]}, "64 numbers"),
        ({"z": [[float("1e9")] * 64]}, "numbers from"),
        ({"z": [[0.0] * 64] * 65}, "at most 64"),
        ({"labels": None}, "labels"),
        ({"epoch": 7}, "no epoch at step 7"),
        ({"kind": "gif"}, "expected an object"),
    ],
)
def test_what_cannot_be_drawn_is_told(client: TestClient, change: dict[str, Any], said: str) -> None:
    body = {"model": NAME, "z": [[0.0] * 64], "labels": np.eye(10)[:1].tolist(), "epoch": None}
    answer = client.post("/draw", json={**body, **change})
    assert answer.status_code == 400
    assert said in answer.json()["error"]


def test_the_classifier_has_a_versioned_address(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "classifier.safetensors"
    monkeypatch.setattr(library.digit_reader, "CLASSIFIER", file)
    assert client.get("/models.json").json()["classifier"] is None
    file.write_bytes(b"a program")
    url = client.get("/models.json").json()["classifier"].removeprefix("gan")
    answer = client.get(url)
    assert answer.content == b"a program"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(url.replace("classifier.safetensors", "config.json")).status_code == 404
    file.write_bytes(b"another")
    assert client.get(url).status_code == 404
