"""Programs: every operation against a plain loop, the upsampling fold, and files that are not what they say."""

import json

import numpy as np
import pytest
from conftest import random_program
from safetensors.numpy import load, save

from gan_core.errors import CheckpointError, ConfigError
from gan_core.model import program, rules
from gan_core.model.program import Program


def naive_conv(x: np.ndarray, kernel: np.ndarray, stride: int, padding: str) -> np.ndarray:
    """Convolution as a loop over outputs and taps."""
    sizes = kernel.shape[:2]
    if padding == "same":
        out = [-(-length // stride) for length in x.shape[:2]]
        before = [max((n - 1) * stride + size - length, 0) // 2 for n, size, length in zip(out, sizes, x.shape[:2], strict=True)]
    else:
        out, before = [(length - size) // stride + 1 for size, length in zip(sizes, x.shape[:2], strict=True)], [0, 0]
    y = np.zeros((*out, kernel.shape[3]))
    for i in range(out[0]):
        for j in range(out[1]):
            for a in range(sizes[0]):
                for b in range(sizes[1]):
                    r, c = i * stride + a - before[0], j * stride + b - before[1]
                    if 0 <= r < x.shape[0] and 0 <= c < x.shape[1]:
                        y[i, j] += x[r, c] @ kernel[a, b]
    return y


def one_op(op: dict, shape: tuple, tensors: dict, classes: int = 0) -> Program:
    """A program of one operation whose ends fit."""
    made = Program("encoder", {"name": "images", "shape": list(shape), "range": [0, 1]}, {"name": "z", "shape": []}, [op], tensors, classes)
    made.output["shape"] = list(rules.outcome(op, shape, tensors, classes).shape)
    return program.from_bytes(program.to_bytes(made, "float32"))


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize(
    ("size", "shape"), [((5, 5), (7, 8, 3)), ((3, 3), (6, 6, 2)), ((4, 4), (9, 7, 1)), ((1, 9), (1, 16, 3)), ((2, 3), (5, 6, 2))]
)
def test_conv_is_the_plain_loop(padding: str, stride: int, size: tuple, shape: tuple) -> None:
    random = np.random.default_rng(size)
    x, kernel, bias = random.normal(size=(2, *shape)), random.normal(size=(*size, shape[2], 4)), random.normal(size=4)
    op = {"op": "conv", "kernel": "k", "bias": "b", "stride": stride, "padding": padding}
    y = one_op(op, shape, {"k": kernel, "b": bias}).run(x)
    for one, expected in zip(y, x, strict=True):
        assert one == pytest.approx(naive_conv(expected, kernel, stride, padding) + bias, abs=1e-4)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_upconv_is_upsampling_and_then_conv(padding: str, size: int) -> None:
    random = np.random.default_rng(size)
    x, kernel = random.normal(size=(1, 5, 4, 3)), random.normal(size=(size, size, 3, 2))
    y = one_op({"op": "upconv", "kernel": "k", "padding": padding}, (5, 4, 3), {"k": kernel}).run(x)
    assert y[0] == pytest.approx(naive_conv(x[0].repeat(2, 0).repeat(2, 1), kernel, 1, padding), abs=1e-4)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("size", [1, 3, 4, 5])
def test_a_transposed_convolution_adds_up_patches(padding: str, stride: int, size: int) -> None:
    random = np.random.default_rng(size)
    x, kernel, bias = random.normal(size=(2, 3, 4, 3)), random.normal(size=(size, size, 2, 3)), random.normal(size=2)
    made = one_op(
        {"op": "conv_transpose", "kernel": "k", "bias": "b", "stride": stride, "padding": padding}, (3, 4, 3), {"k": kernel, "b": bias}
    )
    beyond = max(size - stride, 0)
    sides = [stride * length + (beyond if padding == "valid" else 0) for length in (3, 4)]
    cut = beyond // 2 if padding == "same" else 0
    expected = np.zeros((2, *sides, 2)) + bias
    for n, row, column, a, b in np.ndindex(2, 3, 4, size, size):
        i, j = row * stride + a - cut, column * stride + b - cut
        if 0 <= i < sides[0] and 0 <= j < sides[1]:
            expected[n, i, j] += kernel[a, b] @ x[n, row, column]
    assert made.run(x) == pytest.approx(expected, abs=1e-5)
    assert made.multiply_adds() == 12 * size * size * 6  # none with a zero between the pixels


def test_the_fold_needs_a_third_of_the_arithmetic() -> None:
    made = one_op({"op": "upconv", "kernel": "k", "padding": "same"}, (7, 7, 8), {"k": np.zeros((5, 5, 8, 4))})
    assert made.multiply_adds() == 49 * 36 * 8 * 4  # unfolded: 14 * 14 * 25 * 8 * 4
    assert (
        one_op({"op": "upconv", "kernel": "k", "padding": "same"}, (7, 7, 8), {"k": np.zeros((3, 3, 8, 4))}).multiply_adds()
        == 49 * 16 * 8 * 4
    )


def test_the_small_operations() -> None:
    x = np.array([[[[1.0, -2.0], [3.0, 0.5]], [[-4.0, 7.0], [2.0, 2.0]], [[9.0, 0.0], [-1.0, -1.0]]]])  # [1, 3, 2, 2]
    assert one_op({"op": "pool", "size": 2}, (3, 2, 2), {}).run(x).tolist() == [[[[3, 7]], [[9, 0]]]]
    assert one_op({"op": "global_pool"}, (3, 2, 2), {}).run(x)[0] == pytest.approx(x[0].mean(axis=(0, 1)))
    deep = np.arange(48.0).reshape(1, 2, 3, 8)
    wide = one_op({"op": "depth_to_space", "size": 2}, (2, 3, 8), {}).run(deep)
    for y, column in np.ndindex(4, 6):
        start = (y % 2) * 4 + (column % 2) * 2
        assert wide[0, y, column].tolist() == deep[0, y // 2, column // 2, start : start + 2].tolist()
    affine = one_op({"op": "affine", "scale": "s", "shift": "t"}, (3, 2, 2), {"s": np.array([2.0, 0.5]), "t": np.array([1.0, 0.0])})
    assert affine.run(x)[0, 0, 0].tolist() == [3, -1]
    for kind, expected in {
        "relu": [1, 0],
        "tanh": np.tanh([1, -2]),
        "sigmoid": 1 / (1 + np.exp([-1, 2])),
        "softmax": np.exp([1, -2]) / np.exp([1, -2]).sum(),
    }.items():
        assert one_op({"op": "activation", "kind": kind}, (3, 2, 2), {}).run(x)[0, 0, 0] == pytest.approx(expected, abs=1e-6)
    assert one_op({"op": "activation", "kind": "leaky_relu", "alpha": 0.2}, (3, 2, 2), {}).run(x)[0, 0, 0] == pytest.approx([1, -0.4])
    labels = np.array([[0.25, 0.75, 0]])
    planes = one_op({"op": "label_planes"}, (3, 2, 2), {}, 3).run(x, labels)
    assert planes.shape == (1, 3, 2, 5) and planes[0, 2, 1].tolist() == [-1, -1, 0.25, 0.75, 0]
    assert one_op({"op": "concat_labels"}, (4,), {}, 3).run(np.ones((1, 4)), labels)[0].tolist() == [1, 1, 1, 1, 0.25, 0.75, 0]
    assert one_op({"op": "any_score"}, (3,), {}).run(np.array([[0.0, 0, 800]]))[0, 0] == 800
    assert one_op({"op": "any_score"}, (3,), {}).run(np.array([[1.0, 1, 1]]))[0, 0] == pytest.approx(1 + np.log(3))
    assert one_op({"op": "label_score"}, (4,), {}, 3).run(np.array([[5.0, 4, 8, 100]]), labels).tolist() == [[5 + 1 + 6]]


def test_sigmoid_does_not_overflow() -> None:
    with np.errstate(all="raise"):
        assert one_op({"op": "activation", "kind": "sigmoid"}, (2,), {}).run(np.array([[-1000.0, 1000.0]])).tolist() == [[0, 1]]


def test_float16_files_come_back_as_rounded() -> None:
    made = random_program("generator")
    again = program.from_bytes(program.to_bytes(made))
    assert again.ops == made.ops and again.tensors["00.kernel"].dtype == np.float32
    assert np.array_equal(again.tensors["00.kernel"], made.tensors["00.kernel"].astype(np.float16).astype(np.float32))


def test_int8_files_round_each_column_by_its_own_scale() -> None:
    made = random_program("generator")
    made.tensors["00.kernel"][:, 1] *= 1000  # one large output costs the others nothing
    made.tensors["00.kernel"][:, 2] = 0
    data = program.to_bytes(made, "int8")
    again = program.from_bytes(data)
    assert again.ops == made.ops and set(again.tensors) == set(made.tensors)
    kernel, rounded = made.tensors["00.kernel"], again.tensors["00.kernel"]
    assert (
        rounded.dtype == np.float32
        and (np.abs(rounded - kernel) <= np.abs(kernel).max(axis=0) / 253).all()
        and not (rounded == kernel).all()
    )
    tensors = load(data)
    for broken, words in (({"00.kernel.scale": None}, "no scale"), ({"00.kernel.scale": np.ones(3, np.float32)}, "shape")):
        kept = {key: value for key, value in (tensors | broken).items() if value is not None}
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
        with pytest.raises(CheckpointError, match=words):
            program.from_bytes(save(kept, metadata=header))


def test_mixed_files_keep_what_is_small_and_round_what_is_large_to_sixteen_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    made = random_program("generator")
    kernel = made.tensors["00.kernel"]
    for limit, exact in ((kernel.size, True), (kernel.size - 1, False)):
        monkeypatch.setitem(program.LARGE, "generator", limit)
        again = program.from_bytes(program.to_bytes(made, "mixed"))
        assert set(again.tensors) == set(made.tensors) and np.array_equal(again.tensors["00.kernel"], kernel) is exact
        assert (np.abs(again.tensors["00.kernel"] - kernel) <= np.abs(kernel).max(axis=0) / 65_000).all()
        assert np.array_equal(again.tensors["00.bias"], made.tensors["00.bias"])


def test_inputs_that_do_not_fit_say_what_is_expected() -> None:
    with pytest.raises(ConfigError, match=r"shape \[2, 5\]; expected \[n, 6\]"):
        random_program("generator").run(np.zeros((2, 5)))
    with pytest.raises(ConfigError, match=r"expected \[2, 10\]"):
        random_program("generator", num_classes=10).run(np.zeros((2, 6)))


def damaged(change: str) -> bytes:
    made = random_program("generator")
    data = program.to_bytes(made)
    header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    inner = json.loads(header["__metadata__"]["program"])
    tensors = {key: value.astype(np.float16) for key, value in made.tensors.items()}
    match change:
        case "text":
            return b"this is a text file"
        case "empty":
            return b""
        case "cut":
            return data[:-100]
        case "3 GB header":
            return (3 * 2**30).to_bytes(8, "little") + data[8:]
        case "no program":
            return save(tensors)
        case "nan":
            tensors["00.kernel"][0, 0] = np.nan
        case "wrong shape":
            tensors["00.kernel"] = tensors["00.kernel"][:, :100].copy()
        case "missing tensor":
            del tensors["00.kernel"]
        case "unknown op":
            inner["ops"][0]["op"] = "exec"
        case "newer format":
            inner["format"] = 99
        case "unknown role":
            inner["role"] = "king"
        case "wrong output":
            inner["output"]["shape"] = [14, 14, 1]
        case "ops no list":
            inner["ops"] = {"a": 1}
        case "huge reshape":
            inner["ops"][-1]["shape"] = [2**40, 2**40]
        case "header no object":
            return save(tensors, metadata={"program": "[1]"})
    return save(tensors, metadata={"program": json.dumps(inner)})


@pytest.mark.parametrize(
    "change",
    ["text", "empty", "cut", "3 GB header", "no program", "nan", "wrong shape", "missing tensor", "unknown op", "newer format", "unknown role", "wrong output",
     "ops no list", "huge reshape", "header no object"],
)  # fmt: skip
def test_damaged_files_are_refused_by_name(change: str) -> None:
    with pytest.raises(CheckpointError, match=r"generator\.safetensors"):
        program.from_bytes(damaged(change), "generator.safetensors")


def test_a_missing_file_is_refused(tmp_path) -> None:
    with pytest.raises(CheckpointError, match="cannot be read"):
        program.read(tmp_path / "generator.safetensors")
