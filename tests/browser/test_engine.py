"""The browser's engine against NumPy and against Keras: every network that is shipped, in Chromium and in Node, with both kernels."""

from __future__ import annotations

import base64
import functools
import json
import math
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT, Server
from playwright.sync_api import Browser
from safetensors.numpy import load_file

from gan_core import classes, families
from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.model import program
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.program import Program

SAMPLES = 24
CHECKPOINTS = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json"))
NETWORKS = [
    pytest.param(folder / f"{role}.safetensors", id=f"{folder.name} {role}")
    for folder in CHECKPOINTS
    for role in program.ROLES
    if (folder / f"{role}.safetensors").is_file()
]
Run = Callable[[Path, str, np.ndarray, "np.ndarray | None"], np.ndarray]

# The same function in both: a job {url or file, kernel, x, weights} in base64, the outputs of all rows back.
RUN = """async ({ base, file, kernel, x, weights }, read) => {
    const floats = (text) => text && new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    const { Engine } = await import(base + "engine/engine.js");
    const { plain, simdBackend } = await import(base + "engine/kernel.js");
    const backend = kernel === "plain" ? plain : simdBackend(await read(base + "engine/kernel.wasm"));
    const engine = new Engine(await read(file), backend);
    if (engine.backend !== kernel) throw new Error(`it is ${engine.backend}, not ${kernel}`);
    const out = engine.runBatch(floats(x), floats(weights));
    let text = "";
    for (const byte of new Uint8Array(out.buffer)) text += String.fromCharCode(byte);
    return btoa(text);
}"""
IN_CHROMIUM = f"(job) => ({RUN})(job, async (url) => (await fetch(url)).arrayBuffer())"
IN_NODE = f"""
import {{ readFile }} from "node:fs/promises";
const read = async (url) => Uint8Array.from(await readFile(new URL(url))).buffer;
let job = "";
for await (const part of process.stdin) job += part;
process.stdout.write(await ({RUN})(JSON.parse(job), read));
"""


def packed(array: np.ndarray | None) -> str | None:
    return None if array is None else base64.b64encode(np.ascontiguousarray(array, np.float32).tobytes()).decode()


def job(base: str, file: str, kernel: str, x: np.ndarray, weights: np.ndarray | None) -> dict:
    return {"base": base, "file": file, "kernel": kernel, "x": packed(x), "weights": packed(weights)}


def unpacked(text: str, network: Program) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), np.float32).reshape(-1, *network.output["shape"])


@pytest.fixture(scope="module")
def in_chromium(chromium: Browser, server: Server):
    page = chromium.new_page()
    page.goto(f"{server.url}/gan/models.json")

    def run(path: Path, kernel: str, x: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        url = f"{server.url}/engine-test/{path.parent.name}/{path.name}"
        page.route(url, lambda route: route.fulfill(body=path.read_bytes()))
        return unpacked(page.evaluate(IN_CHROMIUM, job(f"{server.url}/gan/static/", url, kernel, x, weights)), program.read(path))

    yield run
    page.close()


@pytest.fixture(scope="module")
def in_node() -> Run:
    if shutil.which("node") is None:
        pytest.skip("needs node 18 or newer")

    def run(path: Path, kernel: str, x: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
        task = job((ROOT / "ui" / "static").as_uri() + "/", path.as_uri(), kernel, x, weights)
        command = ["node", "--input-type=module", "--eval", IN_NODE]
        done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return unpacked(done.stdout, program.read(path))

    return run


def inputs(network: Program, path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """SAMPLES fixed z of the model's prior, or as many pictures; and labels, the last ten of them blends."""
    if network.input["name"] == "z":
        x = Checkpoint(path.parent).prior().sample(SAMPLES, 2026)
    else:
        shape = tuple(network.input["shape"])
        pictures = catalog.load("digits" if len(shape) == 3 else "vibration", split="test", shape=shape).images[:SAMPLES]
        x = pixels.to_model(pictures, network.input["range"])
    if not network.num_classes:
        return x, None
    groups = Checkpoint(path.parent).model.groups
    weights = classes.weights(classes.even(SAMPLES, network.num_classes, groups), network.num_classes, groups)
    weights[-10:] = 0.3 * weights[-10:] + 0.7 * weights[-11:-21:-1]
    return x, weights


def scaled(network: Program, outputs: np.ndarray) -> np.ndarray:
    """Outputs on the scale of the tolerance: pictures in [-1, 1], a logit as a probability in [-1, 1], codes over the largest."""
    if network.role == "generator":
        return 2 * pixels.to_unit(outputs, network.output["range"]) - 1
    if network.role == "discriminator":
        return np.tanh(outputs / 2)
    return outputs / np.abs(outputs).max()


PLAIN = (
    "dcgan-mnist",
    "autoencoder-mnist encoder",
    "dense-mnist discriminator",
)  # between them all kernels; without SIMD the others take half a minute
KERNELS = [
    pytest.param(
        *case.values,
        kernel,
        id=f"{case.id}-{kernel}",
        marks=() if kernel == "simd" or str(case.id).startswith(PLAIN) else pytest.mark.slow,
    )
    for case in NETWORKS
    for kernel in ("simd", "plain")
]


@pytest.mark.parametrize(("path", "kernel"), KERNELS)
def test_the_engine_is_the_numpy_interpreter(path: Path, kernel: str, in_chromium: Run, in_node: Run) -> None:
    network = program.read(path)
    x, weights = inputs(network, path)
    if (
        network.multiply_adds() > 2e7 or math.prod(network.output["shape"]) > 2000
    ):  # plain JavaScript takes its time, and NumPy with large pictures
        x, weights = x[::8], None if weights is None else weights[::8]
    expected = network.run(x, weights)
    assert expected.std() > 0.01
    for run in (in_chromium, in_node):
        assert run(path, kernel, x, weights) == pytest.approx(expected, abs=1e-4, rel=1e-4), run.__qualname__


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("folder", CHECKPOINTS, ids=lambda folder: folder.name)
def test_earlier_generators_run_too(folder: Path, every: int, in_chromium: Run) -> None:
    for path in sorted((folder / "epochs").iterdir())[::every]:
        network = program.read(path)
        x, weights = inputs(network, folder / "generator.safetensors")
        few = x[:3], None if weights is None else weights[-3:]
        assert in_chromium(path, "simd", *few) == pytest.approx(network.run(*few), abs=1e-4, rel=1e-4), path.name


@functools.cache
def trained(folder: Path, role: str):
    """The Keras network itself, with its float32 weights."""
    checkpoint = Checkpoint(folder)
    chain = families.get(checkpoint.model.family).build(checkpoint.model)[role]
    tensors = load_file(folder / "weights.safetensors")
    owner = f"{role}_ema/" if any(name.startswith(f"{role}_ema/") for name in tensors) else f"{role}/"
    variables = [variable for variable in chain.variables if "seed" not in variable.name]
    for variable, name in zip(variables, sorted(name for name in tensors if name.startswith(owner)), strict=True):
        variable.assign(tensors[name])
    return chain


@pytest.mark.parametrize(("dtype", "tolerance"), [pytest.param("float32", 1e-4, marks=pytest.mark.slow), ("shipped", 2e-3)])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(*case.values, id=case.id, marks=() if str(case.id).startswith(("dcgan", "autoencoder")) else pytest.mark.slow)
        for case in NETWORKS
        if (case.values[0].parent / "weights.safetensors").is_file()
    ],
)
def test_the_engine_is_keras(path: Path, dtype: str, tolerance: float, in_chromium: Run, in_node: Run, tmp_path: Path) -> None:
    shipped = program.read(path)
    chain = trained(path.parent, path.stem)
    x, weights = inputs(shipped, path)
    labels = np.zeros((len(x), 0), np.float32) if weights is None else weights
    expected = np.asarray(chain(x, labels, training=False)).reshape(len(x), *shipped.output["shape"])
    if dtype == "float32":
        from gan_core.nn.fold import fold

        picture = shipped.output if shipped.role == "generator" else shipped.input
        path = tmp_path / path.name
        path.write_bytes(program.to_bytes(fold(chain, picture["range"]), "float32"))
    for run in (in_chromium, in_node):
        assert scaled(shipped, run(path, "simd", x, weights)) == pytest.approx(scaled(shipped, expected), abs=tolerance), run.__qualname__
