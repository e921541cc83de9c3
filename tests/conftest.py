"""Shared by all tests: where MNIST is, small checkpoints with random weights, and a quiet TensorFlow."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
if platform.machine().lower() in ("x86_64", "amd64"):
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")  # as gan_core/nn, which some tests import after TensorFlow

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

from gan_core.config import ModelConfig, TrainConfig
from gan_core.model import checkpoints, program
from gan_core.model.directions import leading_directions
from gan_core.model.latent import Prior

ROOT = Path(__file__).parents[1]


def find_mnist() -> Path | None:
    """A folder that holds the real mnist.npz, if there is one."""
    places = (os.environ.get("GAN_DATA"), ROOT.parent / "shared" / "data", Path.home() / ".keras" / "datasets", ROOT / "data")
    return next((Path(folder) for folder in places if folder and (Path(folder) / "mnist.npz").is_file()), None)


@pytest.fixture(scope="session")
def mnist_folder() -> Path:
    """A folder that holds the real mnist.npz."""
    folder = find_mnist()
    if folder is None:
        pytest.skip("needs the real MNIST: put mnist.npz in a folder and name it with GAN_DATA")
    return folder


def random_program(role: str, latent_dim: int = 6, num_classes: int = 0, seed: int = 0) -> program.Program:
    """A small network of that role with random weights."""
    random = np.random.default_rng(seed)
    pictures = {"name": "images", "shape": [28, 28, 1], "range": [0, 1]}
    ops: list[dict] = []
    tensors: dict[str, np.ndarray] = {}

    def dense(size_in: int, size_out: int) -> None:
        key = f"{len(ops):02d}"
        tensors[f"{key}.kernel"] = random.normal(0, size_in**-0.5, (size_in, size_out)).astype(np.float32)
        tensors[f"{key}.bias"] = np.zeros(size_out, np.float32)
        ops.append({"op": "dense", "kernel": f"{key}.kernel", "bias": f"{key}.bias"})

    if role == "generator":
        if num_classes:
            ops.append({"op": "concat_labels"})
        dense(latent_dim + num_classes, 784)
        ops += [{"op": "activation", "kind": "sigmoid"}, {"op": "reshape", "shape": [28, 28, 1]}]
        return program.Program(role, {"name": "z", "shape": [latent_dim]}, pictures, ops, tensors, num_classes)
    ops.append({"op": "reshape", "shape": [784]})
    if num_classes:
        ops.append({"op": "concat_labels"})
    if role == "encoder":
        dense(784 + num_classes, latent_dim)
        ops.append({"op": "activation", "kind": "relu"})
        return program.Program(role, pictures, {"name": "z", "shape": [latent_dim]}, ops, tensors, num_classes)
    dense(784 + num_classes, 1)
    return program.Program(role, pictures, {"name": "logits", "shape": [1]}, ops, tensors, num_classes)


def make_checkpoint(folder: Path, family: str = "dense", latent_dim: int = 6, num_classes: int = 0) -> checkpoints.Checkpoint:
    """A valid checkpoint with random weights."""
    generator = random_program("generator", latent_dim, num_classes)
    second = "encoder" if family == "autoencoder" else "discriminator"
    prior = Prior.normal(latent_dim)
    contents = {
        "generator.safetensors": program.to_bytes(generator),
        f"{second}.safetensors": program.to_bytes(random_program(second, latent_dim, num_classes)),
    }
    if family == "autoencoder":
        prior = Prior.of_codes(np.abs(np.random.default_rng(0).normal(size=(50, latent_dim))).astype(np.float32))
        contents["prior.safetensors"] = save_tensors({"mean": prior.mean, "factor": np.ascontiguousarray(prior.factor)})
    directions, duals = leading_directions(generator, prior, samples=2)
    contents["directions.safetensors"] = save_tensors({"directions": directions, "duals": duals})
    epochs = []
    for step in (0, 10):
        contents[f"epochs/{step:04d}.safetensors"] = program.to_bytes(random_program("generator", latent_dim, num_classes, seed=step + 1))
        epochs.append({"step": step, "epoch": step / 10, "file": f"epochs/{step:04d}.safetensors"})
    model = ModelConfig(family, latent_dim=latent_dim, num_classes=num_classes)
    config = {"model": model.to_dict(), "train": TrainConfig(dataset="digits").to_dict(), "prior": {"kind": prior.kind}, "step": 10, "epoch": 1.0,
              "seconds": 1.0, "versions": {}, "epochs": epochs}  # fmt: skip
    return checkpoints.write(folder, config, contents)


@pytest.fixture
def checkpoint(tmp_path: Path) -> checkpoints.Checkpoint:
    """An unconditional one."""
    return make_checkpoint(tmp_path / "checkpoints" / "tiny")


@pytest.fixture
def conditional(tmp_path: Path) -> checkpoints.Checkpoint:
    """One that takes digits."""
    return make_checkpoint(tmp_path / "checkpoints" / "tiny-conditional", "cgan", num_classes=10)


@pytest.fixture
def autoencoder(tmp_path: Path) -> checkpoints.Checkpoint:
    """One with an encoder and codes that are never negative."""
    return make_checkpoint(tmp_path / "checkpoints" / "tiny-autoencoder", "autoencoder")


@dataclass(frozen=True)
class Server:
    """A real web process: `python app.py` on its own copy of the shipped checkpoints."""

    url: str
    checkpoints: Path
    runs: Path
    process: subprocess.Popen


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as a user starts it, with folders of its own."""
    with serving(tmp_path_factory.mktemp("server")) as started:
        yield started


@contextlib.contextmanager
def serving(folder: Path, *options: str, **changes: str) -> Iterator[Server]:
    """Starts the app with its checkpoints and runs in `folder` and `changes` in its environment; stops it at the end."""
    shutil.copytree(ROOT / "checkpoints", folder / "checkpoints")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "GAN_CHECKPOINTS": str(folder / "checkpoints"), "GAN_RUNS": str(folder / "runs"), "GAN_TRAINING": "on"}
    if mnist := find_mnist():
        environment["GAN_DATA"] = str(mnist)
    with open(folder / "log.txt", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), *options], cwd=ROOT, env={**environment, **changes}, stdout=log, stderr=log
        )
    try:
        url, end = f"http://127.0.0.1:{port}", time.time() + 120
        while True:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/gan/models.json", timeout=5):
                break
            assert process.poll() is None and time.time() < end, (folder / "log.txt").read_text()
            time.sleep(0.2)
        yield Server(url, folder / "checkpoints", folder / "runs", process)
    finally:
        process.terminate()
        process.wait(60)


def pytest_configure(config: pytest.Config) -> None:
    """Side by side, files begin in the order of their folders, those that train and browse first: the short ones fill what is left at the end."""
    config.option.loadscopereorder = False


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """All of the tests have passed, not a choice of them: the page may say so (ui/site/about.py)."""
    chosen = (
        session.config.getoption("keyword")
        or session.config.getoption("lf", False)
        or session.config.args != session.config.getini("testpaths")
    )
    if exitstatus == 0 and not chosen and not hasattr(session.config, "workerinput"):
        from ui.site import about

        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        passed = len(reporter.stats.get("passed", [])) if reporter else session.testscollected
        if passed > 1000:  # else some of it could not run here
            about.note(passed)
