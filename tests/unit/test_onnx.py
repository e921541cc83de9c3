"""Programs as ONNX, run by onnxruntime: the same numbers for every operation, names and shapes that a user expects."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from operations_zoo import inputs, zoo

from gan_core.__main__ import main
from gan_core.exchange import Model, to_onnx
from gan_core.model import operations
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.program import Program

onnxruntime = pytest.importorskip("onnxruntime")
SHIPPED = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json"))


def test_every_operation_and_activation_has_its_line() -> None:
    assert set(to_onnx.NODES) == set(operations.KINDS) and set(to_onnx.ACTIVATIONS) == set(operations.ACTIVATIONS)
    ops = [op for network in zoo().values() for op in network.ops]
    assert {op["op"] for op in ops} == set(operations.KINDS), "the zoo lacks an operation"
    assert {op["kind"] for op in ops if op["op"] == "activation"} == set(operations.ACTIVATIONS)


def run(data: bytes, network: Program, n: int) -> tuple[np.ndarray, np.ndarray]:
    """What onnxruntime and what the program make of the same batch."""
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    x, weights = inputs(network, n)
    given = {network.input["name"]: x, **({"class_weights": weights} if weights is not None else {})}
    assert [one.name for one in session.get_inputs()] == list(given)
    (out,) = session.get_outputs()
    assert out.name == network.output["name"] and out.shape == ["n", *network.output["shape"]]
    return session.run(None, given)[0], network.run(x, weights)


@pytest.mark.parametrize("name", zoo())
def test_onnxruntime_computes_what_the_program_does(name: str) -> None:
    network = zoo()[name]
    got, expected = run(to_onnx.to_onnx(network), network, 7)
    assert got.shape == expected.shape and np.abs(got - expected).max() < 1e-5


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_shipped_networks_on_64_inputs(folder: Path) -> None:
    model = Model.open(folder)
    for role in model.family.roles:
        got, expected = run(model.onnx(role), model.program(role), 64)
        assert np.abs(got - expected).max() < 1e-4 * max(1, np.abs(expected).max())


def test_export_writes_files_that_others_read(checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", str(checkpoint.folder), "--to", "onnx"]) == 0
    model = Model.open(checkpoint.folder)
    z = model.sample_z(3, 5)
    session = onnxruntime.InferenceSession(str(tmp_path / "tiny-generator.onnx"))
    meta = session.get_modelmeta()
    assert meta.custom_metadata_map == {"role": "generator", "step": "0", "images_range": "[0, 1]"} and meta.producer_name == "gan_core"
    assert np.abs(session.run(["images"], {"z": z})[0][..., 0] - model.generate(z)).max() < 1e-5
    assert main(["export", str(checkpoint.folder), "--to", "npz", "--role", "discriminator", "--out", "d.npz"]) == 0
    held = np.load("d.npz")
    assert '"op": "dense"' in str(held["program"]) and np.array_equal(
        held["01.kernel"], model.program("discriminator").tensors["01.kernel"]
    )
    assert main(["export", str(checkpoint.folder), "--to", "png", "--n", "4", "--step", "10"]) == 0
    assert (tmp_path / "tiny-generator-step-10.png").read_bytes()[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--to", "caffe"], "expected one of: keras, onnx"),
        (["--to", "onnx", "--role", "encoder"], "has no encoder"),
        (["--to", "onnx", "--step", "7"], "no generator of step 7"),
    ],
)
def test_what_cannot_be_exported_is_told(
    checkpoint: Checkpoint, options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", str(checkpoint.folder), *options]) == 2
    assert words in capsys.readouterr().err
