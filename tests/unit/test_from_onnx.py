"""Generators as other libraries export them, run by onnxruntime and taken over as programs: the same pictures, or a sentence that says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from operations_zoo import zoo

import gan_core
from gan_core.errors import ConfigError, GanCoreError
from gan_core.exchange import Model, own, to_onnx
from gan_core.exchange.from_onnx import program_of
from gan_core.model.program import Program

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
SHIPPED = sorted(path.parent for path in (ROOT / "checkpoints").glob("*/config.json"))


class Graph:
    """A chain of nodes as PyTorch exports it, channels first, with random numbers as after a training."""

    def __init__(self, *z: int) -> None:
        self.nodes: list[Any] = []
        self.tensors: list[Any] = []
        self.random = np.random.default_rng(5)
        self.value, self.z = "z", z
        self.batch: str | int = "n"
        self.more: list[str] = []  # inputs besides

    def constant(self, values: Any, dtype: Any = np.float32) -> str:
        name = f"t{len(self.tensors)}"
        self.tensors.append(onnx.numpy_helper.from_array(np.asarray(values, dtype), name))
        return name

    def weights(self, *shape: int) -> str:
        return self.constant(self.random.normal(size=shape) / max(1, np.prod(shape[1:])) ** 0.5)

    def then(self, kind: str, *inputs: str, of: str = "", **fields: Any) -> str:
        """A node after the last one, or of another value; gives the name of what it makes."""
        out = f"v{len(self.nodes)}"
        self.nodes.append(onnx.helper.make_node(kind, [of or self.value, *inputs], [out], **fields))
        self.value = self.value if of else out
        return out

    def linear(self, inputs: int, outputs: int) -> None:
        self.then("Gemm", self.weights(outputs, inputs), self.weights(outputs), transB=1)

    def conv(self, inputs: int, outputs: int, size: int, **fields: Any) -> None:
        self.then("Conv", self.weights(outputs, inputs, size, size), self.weights(outputs), **fields)

    def transposed(self, inputs: int, outputs: int, size: int, **fields: Any) -> None:
        self.then("ConvTranspose", self.weights(inputs, outputs, size, size), **fields)

    def norm(self, width: int, activation: str = "Relu") -> None:
        parts = [self.constant(self.random.uniform(0.5, 1.5, width)) for _ in range(4)]
        self.then("BatchNormalization", *parts, epsilon=1e-5)
        self.then(activation)

    def shape(self, *shape: int) -> None:
        self.then("Reshape", self.constant(shape, np.int64))

    def viewed(self, *shape: int) -> None:
        """`x.view(x.size(0), *shape)` as it is traced: the size is computed in the file."""
        size = self.then("Gather", self.constant(0, np.int64), of=self.then("Shape", of=self.value))
        first = self.then("Unsqueeze", self.constant([0], np.int64), of=size)
        rest = [self.constant([side], np.int64) for side in shape]
        self.then("Reshape", self.then("Concat", *rest, of=first, axis=0))

    def file(self, opset: int = 17) -> bytes:
        self.nodes.append(onnx.helper.make_node("Identity", [self.value], ["pictures"]))
        ends = [
            onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
            for name, shape in (("pictures", None), ("z", [self.batch, *self.z]), *((name, ["n"]) for name in self.more))
        ]
        graph = onnx.helper.make_graph(self.nodes, "generator", ends[1:], ends[:1], self.tensors)
        return bytes(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)], ir_version=8).SerializeToString())


def dense() -> bytes:
    graph = Graph(8)
    graph.linear(8, 16)
    graph.then("LeakyRelu", alpha=0.2)
    graph.linear(16, 24)
    graph.norm(24)
    graph.then("Dropout")
    graph.then("MatMul", graph.weights(24, 784))
    graph.then("Add", graph.weights(784))
    graph.then("Tanh")
    graph.viewed(1, 28, 28)
    return graph.file()


def dcgan() -> bytes:
    """The layers of PyTorch's DCGAN tutorial, and the sizes by which people come to 28 pixels."""
    graph = Graph(8, 1, 1)
    graph.transposed(8, 6, 4, strides=[1, 1], pads=[0, 0, 0, 0])  # 4
    graph.norm(6)
    graph.transposed(6, 5, 3, strides=[2, 2], pads=[1, 1, 1, 1])  # 7
    graph.norm(5)
    graph.transposed(5, 4, 4, strides=[2, 2], pads=[1, 1, 1, 1])  # 14
    graph.norm(4)
    graph.transposed(4, 4, 3, strides=[1, 1], pads=[1, 1, 1, 1])
    graph.norm(4, "Sigmoid")
    graph.transposed(4, 1, 5, strides=[2, 2], pads=[2, 2, 2, 2], output_padding=[1, 1])  # 28
    graph.then("Tanh")
    return graph.file()


def upsampling() -> bytes:
    graph = Graph(8)
    graph.linear(8, 5 * 7 * 7)
    graph.viewed(5, 7, 7)
    graph.norm(5)
    for inputs, outputs, size in ((5, 4, 3), (4, 3, 5)):
        graph.then(
            "Resize", "", graph.constant([1, 1, 2, 2]), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"
        )
        graph.conv(inputs, outputs, size, pads=[size // 2] * 4)
        graph.norm(outputs, "LeakyRelu")
    graph.conv(3, 3, 4, pads=[2, 2, 1, 1])  # an even kernel, more before than behind
    graph.conv(3, 1, 3, pads=[1, 1, 1, 1])
    graph.then("Sigmoid")
    return graph.file()


def odd_ways() -> bytes:
    """Pictures to a row and back, shuffled pixels, cut edges, numbers by which pictures are multiplied, colours."""
    graph = Graph(6)
    graph.then("Unsqueeze", graph.constant([2, 3], np.int64))
    graph.transposed(6, 4, 5, strides=[2, 2], pads=[0, 0, 0, 0])
    graph.then("Mul", graph.weights(4, 1, 1))
    graph.then("Flatten")
    graph.then("Mul", graph.weights(1, 100))
    graph.linear(100, 3 * 4 * 6 * 6)
    graph.then("Relu")
    graph.shape(-1, 12, 6, 6)
    graph.conv(12, 12, 3, pads=[1, 1, 1, 1])
    graph.then("DepthToSpace", blocksize=2, mode="CRD")
    graph.then("Resize", "", "", graph.constant([5, 3, 24, 24], np.int64), mode="nearest")
    graph.conv(3, 3, 3, pads=[0, 0, 0, 0])
    graph.then("Slice", *(graph.constant(ends, np.int64) for ends in ([1, 1], [-1, -1], [2, 3])))
    graph.then("Sub", graph.constant(0.25))
    graph.then("Tanh")
    graph.then("Div", graph.constant(2.0))
    graph.then("Add", graph.constant([0.5]))
    return graph.file()


def colours() -> bytes:
    graph = Graph(6)
    graph.linear(6, 3 * 16 * 16)
    graph.then("Tanh")
    graph.shape(-1, 3, 16, 16)
    return graph.file()


def last_in_a_row() -> bytes:
    """As TensorFlow's exporter writes it: channels last outside, turned where a convolution comes."""
    graph = Graph(6)
    graph.then("MatMul", graph.weights(6, 14 * 14 * 2))
    graph.shape(-1, 14, 14, 2)
    graph.then("Transpose", perm=[0, 3, 1, 2])
    graph.transposed(2, 1, 4, strides=[2, 2], pads=[1, 1, 1, 1])
    graph.then("Transpose", perm=[0, 2, 3, 1])
    graph.then("Tanh")
    return graph.file()


def traced() -> bytes:
    """What PyTorch's two exporters write besides layers: sizes computed from sizes (`Unflatten`, `F.interpolate(size=)`), kernels under spectral
    and weight normalization, how many pictures it was traced with, one slope for all."""
    graph = Graph(6)
    kernel, row, column = graph.weights(24, 6), graph.weights(24), graph.weights(6)
    sigma = graph.then("MatMul", graph.then("MatMul", column, of=kernel), of=row)
    graph.then("Gemm", graph.then("Div", sigma, of=kernel), graph.weights(24), transB=1)
    graph.then("PRelu", graph.constant([0.25]))
    long = graph.weights(3 * 7 * 7, 24)
    norm = graph.then("ReduceL2", graph.constant([1], np.int64), of=long, keepdims=1)
    graph.then("Gemm", graph.then("Mul", graph.then("Div", norm, of=graph.weights(3 * 7 * 7, 1)), of=long), transB=1)
    modulo = graph.then("Mod", graph.constant(2, np.int64), of=graph.constant(3, np.int64))
    cut = graph.then("Reshape", graph.constant([1], np.int64), of=modulo)
    sides = graph.then("Slice", graph.constant([0], np.int64), cut, of=graph.then("Shape", of=graph.value))
    graph.then("Reshape", graph.then("Concat", graph.constant([3, 7, 7], np.int64), of=sides, axis=0))
    first = graph.then("Shape", of=graph.value, start=0, end=2)
    sizes = graph.then("Concat", graph.constant([14, 14], np.int64), of=first, axis=0)
    graph.then("Resize", "", "", sizes, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    graph.conv(3, 4, 3, auto_pad="SAME_UPPER")
    graph.shape(5, -1)
    graph.linear(4 * 14 * 14, 28 * 28)
    graph.then("Sigmoid")
    graph.shape(5, 1, 28, 28)
    return graph.file(20)


MADE: dict[str, tuple[Callable[[], bytes], own.Told]] = {
    "dense": (dense, own.Told()), "dcgan": (dcgan, own.Told()), "upsampling": (upsampling, own.Told()),
    "odd ways": (odd_ways, own.Told(pixel_range=(0, 1))), "colours": (colours, own.Told()), "channels last": (last_in_a_row, own.Told()),
    "traced": (traced, own.Told()),
}  # fmt: skip


def differs(data: bytes, network: Program, channels_first: bool = True) -> float:
    """By how much onnxruntime and the program differ, on some z."""
    (size,) = network.input["shape"]
    z = np.random.default_rng(1).normal(size=(5, size)).astype(np.float32)
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    (taken,) = session.get_inputs()
    expected = session.run(None, {taken.name: z.reshape(5, *(side for side in taken.shape[1:]))})[0]
    if channels_first and expected.ndim == 4:
        expected = expected.transpose(0, 2, 3, 1)
    got = network.run(z)
    assert got.std() > 0.01 and got.size == expected.size
    return float(np.abs(got - expected.reshape(got.shape)).max())


@pytest.mark.parametrize("name", MADE)
def test_the_program_draws_what_onnxruntime_does(name: str) -> None:
    make, told = MADE[name]
    data = make()
    network = program_of(data, name, told)
    assert differs(data, network, name != "channels last") < 1e-4
    if name == "upsampling":
        assert [op["op"] for op in network.ops].count("upconv") == 2, "an upsampling and its convolution are one"


def test_our_own_files_come_back() -> None:
    network = zoo()["transposed"]
    data = to_onnx.to_onnx(network)
    assert differs(data, program_of(data, "zoo", own.Told(pixel_range=(-1, 1))), False) < 1e-4


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_the_shipped_generators_come_back(folder: Path) -> None:
    model = Model.open(folder)
    network = model.program()
    if network.num_classes:
        with pytest.raises(ConfigError, match="expected one input z"):
            program_of(model.onnx(), folder.name, own.Told())
    else:
        back = program_of(model.onnx(), folder.name, own.Told())
        assert differs(model.onnx(), back, False) < 1e-4 and back.output == network.output


@pytest.mark.parametrize("low", [-1, 0])
def test_our_own_export_comes_back_with_its_range(low: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last operation is linear and tells nothing; the file does, and what its owner tells goes before."""
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path))
    network = program_of(changed(lambda graph: None), "linear", own.Told(pixel_range=(low, 1)))
    data = to_onnx.to_onnx(network)
    gan_core.from_onnx(data, "back")
    z = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    came = gan_core.load("back").program()
    assert came.output["range"] == [low, 1] and np.abs(came.run(z) - network.run(z)).max() < 1e-5
    assert program_of(data, "told", own.Told(pixel_range=(-1 - low, 1))).output["range"] == [-1 - low, 1]


def with_range(text: str) -> bytes:
    model = onnx.load_from_string(changed(lambda graph: None))
    onnx.helper.set_model_props(model, {"images_range": text})
    return bytes(model.SerializeToString())


def test_a_file_becomes_a_checkpoint_that_is_in_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path))
    (tmp_path / "g.onnx").write_bytes(dcgan())
    folder = gan_core.from_onnx(tmp_path / "g.onnx", "from-torch", step=7)
    model = gan_core.load("from-torch")
    assert folder == tmp_path / "from-torch" and model.config.step == 7 and model.config.more["imported"] == "onnx"
    z = model.sample_z(3, 9)
    session = onnxruntime.InferenceSession(dcgan(), providers=["CPUExecutionProvider"])
    expected = session.run(None, {"z": z.reshape(3, 8, 1, 1)})[0][:, 0] / 2 + 0.5
    assert np.abs(model.generate(z) - expected).max() < 1e-4
    with pytest.raises(ConfigError, match="cannot be read"):
        gan_core.from_onnx(tmp_path / "missing.onnx", "other")


def test_its_numbers_may_lie_in_a_file_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `torch.onnx.export` puts them; never elsewhere."""
    monkeypatch.setenv("GAN_CHECKPOINTS", str(tmp_path / "models"))
    file = tmp_path / "g.onnx"
    onnx.save(onnx.load_from_string(dcgan()), file, save_as_external_data=True, location="g.onnx.data", size_threshold=0)
    assert (tmp_path / "g.onnx.data").stat().st_size > 1000
    came = gan_core.load(gan_core.from_onnx(file, "beside")).program()
    assert differs(dcgan(), came) < 1e-4
    model = onnx.load(file, load_external_data=False)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "linked").symlink_to(tmp_path / "g.onnx.data")
    for folder, location, words in (
        (tmp_path, "../g.onnx.data", "expected the name of a file beside it"), (tmp_path, "/etc/hostname", "expected the name"),
        (tmp_path, "gone", "cannot be read"), (tmp_path / "elsewhere", "linked", "cannot be read"), (tmp_path, "g.onnx", "lies at"),
    ):  # fmt: skip
        for tensor in model.graph.initializer:
            next(entry for entry in tensor.external_data if entry.key == "location").value = location
        with pytest.raises(ConfigError, match=words):
            program_of(model.SerializeToString(), "theirs", own.Told(), folder)


def changed(change: Callable[[Graph], object]) -> bytes:
    graph = Graph(6)
    graph.linear(6, 784)
    change(graph)
    return graph.file()


def outside(graph: Graph) -> None:
    graph.tensors[0].data_location = onnx.TensorProto.EXTERNAL


WRONG: dict[str, Callable[[], bytes]] = {
    "it is no ONNX file": lambda: b"\x0a\xff\xff\xff\xff hello",
    "expected one of: Gemm, MatMul": lambda: changed(lambda graph: graph.then("Elu")),
    "say with pixel_range": lambda: changed(lambda graph: None),
    "the size told": lambda: changed(lambda graph: setattr(graph, "z", ()) or graph.nodes.clear() or graph.tensors.clear()),
    "expected a chain": lambda: changed(lambda graph: graph.then("Add", graph.value)),
    "which is neither known": lambda: changed(lambda graph: graph.then("Relu", of="z") and setattr(graph, "value", "v1")),
    "in a file beside it": lambda: changed(outside),
    "does not fit": lambda: changed(lambda graph: graph.linear(9, 9)),
    "it takes pictures": lambda: changed(lambda graph: graph.conv(1, 1, 3)),
    "a picture again": lambda: changed(
        lambda graph: (graph.shape(-1, 4, 14, 14), graph.conv(4, 4, 1), graph.shape(-1, 784), graph.shape(-1, 1, 28, 28))
    ),
    "no dilation": lambda: changed(lambda graph: (graph.shape(-1, 4, 14, 14), graph.conv(4, 4, 3, strides=[2, 2], dilations=[2, 2]))),
    "pads 0 to 32": lambda: changed(lambda graph: (graph.shape(-1, 4, 14, 14), graph.conv(4, 4, 3, pads=[10**9] * 4))),
    "pads is 0.5; expected a whole number": lambda: changed(
        lambda graph: (graph.shape(-1, 4, 14, 14), graph.conv(4, 4, 3, pads=[0.5] * 4))
    ),
    "perm is 0.5; expected a whole number": lambda: changed(
        lambda graph: (graph.shape(-1, 4, 14, 14), graph.then("Transpose", perm=[0.5] * 4))
    ),
    "nearest": lambda: changed(
        lambda graph: (graph.shape(-1, 4, 14, 14), graph.then("Resize", "", graph.constant([1, 1, 2, 2]), mode="linear"))
    ),
    "or 4, or 8": lambda: changed(
        lambda graph: (graph.shape(-1, 4, 14, 14), graph.then("Resize", "", graph.constant([1, 1, 1e6, 1e6]), mode="nearest"))
    ),
    "training mode": lambda: changed(lambda graph: graph.then("Dropout", graph.constant(0.5), graph.constant(True, bool))),
    "cannot be computed": lambda: changed(
        lambda graph: graph.then("Unsqueeze", graph.constant([2**62], np.int64), of=graph.constant([1.0]))
    ),
    "its property images_range is '\\[0, 255\\]'": lambda: with_range("[0, 255]"),
    "its property images_range is '\\[\\[": lambda: with_range("[" * 10**5),
    "takes 'z, labels'": lambda: changed(lambda graph: setattr(graph, "more", ["labels"])),
    "Mul of a number that is not known": lambda: changed(
        lambda graph: graph.then("Mul", graph.then("Shape", of=graph.value), of=graph.constant([2, 2], np.int64))
    ),
    "Mod by zero": lambda: changed(lambda graph: graph.then("Mod", graph.constant([0], np.int64), of=graph.constant([2], np.int64))),
    "a matrix and a row": lambda: changed(lambda graph: graph.then("MatMul", graph.weights(1, 9000), of=graph.weights(9000, 1))),
    "Add makes 81,000,000": lambda: changed(lambda graph: graph.then("Add", graph.weights(1, 9000), of=graph.weights(9000, 1))),
    "one slope": lambda: changed(lambda graph: graph.then("PRelu", graph.constant([0.1] * 784))),
    "it shapes as \\[3, 1, 28, 28\\]": lambda: changed(lambda graph: setattr(graph, "batch", 2) or graph.shape(3, 1, 28, 28)),
    "no numbers": lambda: changed(lambda graph: (graph.then("Mul", graph.constant(np.nan)), graph.then("Tanh"))),
}


@pytest.mark.parametrize("words", WRONG)
def test_what_is_not_taken_is_told(words: str) -> None:
    with pytest.raises(GanCoreError, match=words):
        program_of(WRONG[words](), "theirs", own.Told())


def test_a_damaged_file_is_refused_or_read_and_never_breaks_anything() -> None:
    random = np.random.default_rng(0)
    files = [make() for make, _ in MADE.values()]
    refused = 0
    for number in range(240):
        data = bytearray(files[number % len(files)])
        headers = np.flatnonzero(random.random(len(data)) < 3 / len(data)).tolist() or [0]
        for place in headers:
            data[place] = int(random.integers(256))
        data = data[: len(data) - int(random.integers(2) * random.integers(len(data)))]
        try:
            program_of(bytes(data), "damaged", own.Told(pixel_range=(-1, 1)))
        except GanCoreError as error:
            refused += 1
            assert len(str(error)) < 900
    assert refused > 60
