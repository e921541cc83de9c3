"""The web process from outside: named endpoints by gradio_client, routes, and every kind of bad request."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Server
from gradio_client import Client
from PIL import Image

from gan_core.model.explorer import Explorer

MODELS = ("autoencoder-mnist", "cgan-mnist", "dcgan-mnist", "dense-mnist")


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return Client(server.url, verbose=False)


def get(server: Server, path: str) -> tuple[int, bytes, dict]:
    try:
        with urllib.request.urlopen(f"{server.url}/{path}", timeout=30) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, error.read(), dict(error.headers)


def post(server: Server, path: str, body: bytes | dict) -> tuple[int, bytes]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(f"{server.url}/{path}", data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_models(client: Client) -> None:
    models = client.predict(api_name="/models")
    assert {model["id"] for model in models} >= set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_generate_draws_what_the_explorer_draws(name: str, client: Client, server: Server) -> None:
    answer = client.predict(name, 4, 7, api_name="/generate")
    explorer = Explorer.open(server.checkpoints / name)
    labels = explorer.even_labels(4) if explorer.num_classes else None
    assert np.array(answer["images"]) == pytest.approx(explorer.generate(explorer.sample_z(4, seed=7), labels), abs=1e-3)
    assert np.array(answer["z"]).shape == (4, explorer.latent_dim)


def test_interpolate_and_reconstruct(client: Client) -> None:
    walk = client.predict("cgan-mnist", [1, 2], 5, digits=[3, 8], api_name="/interpolate")
    assert np.array(walk["images"]).shape == (5, 28, 28) and walk["labels"][0][3] == 1 and walk["labels"][4][8] == 1
    picture = np.zeros((1, 28, 28))
    picture[0, 6:22, 13:16] = 1
    again = np.array(client.predict("autoencoder-mnist", picture.tolist(), api_name="/reconstruct")["images"])
    assert np.square(again - picture).mean() < 0.5 * np.square(picture).mean()


@pytest.mark.parametrize(
    ("arguments", "endpoint", "expected"),
    [
        (("vae", 4, 7), "/generate", "is no checkpoint"),
        (("../secret", 4, 7), "/generate", "expected 1 to 64"),
        (("dcgan-mnist", 0, 7), "/generate", "n is 0"),
        (("dcgan-mnist", 4, -1), "/generate", "seed is -1"),
        (("dcgan-mnist", 4, 2**40), "/generate", "seed is"),
        (("dcgan-mnist", 4, "seven"), "/generate", "seed is 'seven'"),
        (("dcgan-mnist", 4, 7, 1.0, 3), "/generate", "cannot be asked"),
        (("dcgan-mnist", [1], 5), "/interpolate", "2 to"),
        (("autoencoder-mnist", [[1]]), "/reconstruct", "expected"),
    ],
)
def test_bad_arguments_are_told_in_words(client: Client, arguments: tuple, endpoint: str, expected: str) -> None:
    with pytest.raises(Exception, match=expected):
        client.predict(*arguments, api_name=endpoint)


def test_files_are_immutable_by_version_and_nothing_else_is_served(server: Server) -> None:
    listed = json.loads(get(server, "gan/models.json")[1])["models"]
    model = next(entry for entry in listed if entry["id"] == "dcgan-mnist")
    status, data, headers = get(server, model["files"]["generator"])
    assert status == 200 and data == (server.checkpoints / "dcgan-mnist" / "generator.safetensors").read_bytes()
    assert "immutable" in {key.lower(): value for key, value in headers.items()}["cache-control"]
    version = model["files"]["generator"].split("/")[4]
    for path in (
        "gan/files/checkpoints/dcgan-mnist/0000000000000000/generator.safetensors",
        f"gan/files/checkpoints/dcgan-mnist/{version}/config.json",
        f"gan/files/checkpoints/dcgan-mnist/{version}/../config.json",
        f"gan/files/checkpoints/..%2f..%2fapp.py/{version}/x",
        f"gan/files/checkpoints/dcgan-mnist/{version}/%2e%2e%2f%2e%2e%2fapp.py",
        "gan/static/../routes.py",
        "gan/static/..%2froutes.py",
        "gan/runs/nothing/progress.json",
        "gan/runs/..%2f/progress.json",
        "gan/testset/mnist/11.png",
        "gan/testset/secret/1.png",
        "gradio_api/file=app.py",
        "gradio_api/file=/etc/passwd",
    ):
        status, data, _ = get(server, path)
        assert 400 <= status < 500, path
        assert b"Traceback" not in data and b"root:" not in data


def test_exports_in_every_format_and_bad_ones(server: Server) -> None:
    z = Explorer.open(server.checkpoints / "dense-mnist").sample_z(5, 1).tolist()
    body = {"model": "dense-mnist", "z": z, "labels": None, "epoch": None, "fps": 10, "scale": 2, "loop": True}
    for kind in ("gif", "webp"):
        status, data = post(server, "gan/export", {**body, "kind": kind})
        assert status == 200 and Image.open(io.BytesIO(data)).n_frames == 5
    status, data = post(server, "gan/export", {**body, "kind": "strip"})
    assert status == 200 and Image.open(io.BytesIO(data)).size == (280, 56)
    status, data = post(server, "gan/export", {**body, "kind": "mp4"})
    assert status == 200 and data[4:8] == b"ftyp"
    status, data = post(server, "gan/export", {**body, "kind": "npz"})
    assert status == 200 and np.load(io.BytesIO(data))["z"] == pytest.approx(np.array(z), abs=1e-6)
    bad: list[bytes | dict] = [
        b"", b"[]", b"{", b"null", b'"x"', b"\xff\xfe", b"[" * 50_000, {}, {**body, "kind": "exe"}, {**body, "kind": "gif", "model": "nope"},
        {**body, "kind": "gif", "z": [[1, 2]]}, {**body, "kind": "gif", "z": [[1e9] * 64]}, {**body, "kind": "gif", "z": [["a"] * 64]},
        {**body, "kind": "gif", "z": z * 100}, {**body, "kind": "gif", "labels": [[1] * 10] * 5}, {**body, "kind": "gif", "fps": "fast"},
        {**body, "kind": "gif", "epoch": 3.5}, {**body, "kind": "gif", "scale": 10**9}, {**body, "kind": "gif", "extra": 1}, b'{"z": NaN}',
    ]  # fmt: skip
    for wrong in bad:
        status, data = post(server, "gan/export", wrong)
        assert 400 <= status < 500 and len(json.loads(data)["error"]) > 15, (wrong, status, data)
    assert server.process.poll() is None


def test_pictures_are_read_or_refused(server: Server) -> None:
    def send(data: bytes) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{server.url}/gan/picture", data, {"Content-Type": "application/octet-stream"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    page = Image.new("L", (200, 300), 255)
    page.paste(0, (90, 60, 110, 240))
    buffer = io.BytesIO()
    page.save(buffer, "PNG")
    status, data = send(buffer.getvalue())
    digit = np.asarray(Image.open(io.BytesIO(data)))
    assert status == 200 and digit.shape == (28, 28) and digit[14, 13:15].max() > 150 and digit[0].max() == 0
    huge = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")
    empty = io.BytesIO()
    Image.new("L", (100, 100), 255).save(empty, "PNG")
    for wrong in (b"", b"this is text", huge.getvalue(), empty.getvalue(), buffer.getvalue()[:100]):
        status, data = send(wrong)
        assert 400 <= status < 500 and len(json.loads(data)["error"]) > 15


def test_one_bad_checkpoint_does_not_hide_the_good_ones(server: Server) -> None:
    bad = server.checkpoints / "bad"
    shutil.copytree(server.checkpoints / "dense-mnist", bad)
    (bad / "generator.safetensors").write_bytes(b"this is a text file")
    try:
        listed = json.loads(get(server, "gan/models.json")[1])
        assert {model["id"] for model in listed["models"]} >= set(MODELS)
        assert [problem["name"] for problem in listed["problems"]] == ["bad"] and "bytes" in listed["problems"][0]["message"]
    finally:
        shutil.rmtree(bad)


def test_it_says_so_when_the_port_is_taken(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "app.py", "--port", server.url.rsplit(":", 1)[1]],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr and server.url.rsplit(":", 1)[1] in done.stderr


def test_its_memory_is_the_c_librarys_and_that_of_a_training_pythons_own(server: Server) -> None:
    """So that it can be given back page by page; whoever names an allocator keeps it."""
    begun = Path(f"/proc/{server.process.pid}/environ")
    if not begun.exists():
        pytest.skip("needs Linux, which shows what a process was begun with")
    assert b"PYTHONMALLOC=malloc" in begun.read_bytes().split(b"\0")
    told = "import os; from ui import allocator; allocator.of_c_library(); print(os.environ.get('PYTHONMALLOC'), os.environ.get('GAN_BEGUN_ANEW'))"
    for named, expected in ({}, "None None"), ({"PYTHONMALLOC": "pymalloc"}, "pymalloc None"):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONMALLOC"} | named
        done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected
