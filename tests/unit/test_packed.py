"""Pictures packed for a browser: all that went in comes out, with their attribution."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from gan_core.data import catalog, packed
from gan_core.errors import DataError
from ui.server import routes
from ui.settings import Settings


def unpack(data: bytes) -> tuple[dict, np.ndarray, np.ndarray]:
    """Header, labels and pictures, as ui/static/device/pictures.js reads them."""
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    body = np.frombuffer(zlib.decompress(data[4 + length :]), np.uint8)
    count = header["train"] + header["held_out"]
    return header, body[:count], body[count:].reshape(count, 28, 28)


def test_scikit_learns_digits_are_packed_without_a_loss() -> None:
    header, labels, images = unpack(packed.pack("digits").data)
    splits = [catalog.load("digits", split=split) for split in ("train", "test")]
    assert (header["train"], header["held_out"]) == (1501, 296) and header["train"] + header["held_out"] == 1797
    assert np.array_equal(images, np.concatenate([split.images for split in splits]))
    assert np.array_equal(labels, np.concatenate([split.labels for split in splits]))
    assert "CC BY 4.0" in header["attribution"]


def test_mnist_is_its_first_pictures_and_says_whose_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    if not catalog.available("mnist"):
        pytest.skip("needs MNIST (GAN_DATA)")
    monkeypatch.setattr(packed, "MOST", 300)  # of 20,000, which take their seconds to pack
    header, labels, images = unpack(packed.pack.__wrapped__("mnist").data)
    train = catalog.load("mnist", split="train")
    assert np.array_equal(images[:300], train.images[:300]) and np.array_equal(labels[:300], train.labels[:300])
    assert (header["train"], header["held_out"]) == (300, 500)
    assert all(name in header["attribution"] for name in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0"))


def test_what_is_not_offered_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("fashion_mnist", "/etc/passwd"):
        with pytest.raises(DataError, match="expected mnist or digits"):
            packed.pack(name)
    monkeypatch.setattr(catalog, "available", lambda name: name == "digits")
    assert packed.available() == ["digits"]


def test_the_server_gives_them_at_an_address_that_changes_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "available", lambda name: name == "digits")
    client = TestClient(routes.application(Settings()))
    (entry,) = client.get("/pictures.json").json()["sets"]
    assert entry["train"] == 1501 and entry["attribution"]
    answer = client.get("/" + entry["url"].removeprefix("gan/"))
    assert answer.content == packed.pack("digits").data and len(answer.content) == entry["bytes"]
    assert "immutable" in answer.headers["cache-control"]
    again = client.get("/" + entry["url"].removeprefix("gan/"), headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    for wrong in ("/pictures/digits/0000000000000000/pictures.bin", "/pictures/mnist/x/pictures.bin", "/pictures/nothing/x/pictures.bin"):
        assert client.get(wrong).status_code == 404
