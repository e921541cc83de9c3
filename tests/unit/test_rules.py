"""A program from a stranger: every field it is run by is checked, and none takes more time or memory than a page has."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, random_program
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save
from stress import mutations

from gan_core.errors import CheckpointError
from gan_core.model import operations, program, rules
from gan_core.model.program import Program

SHIPPED = sorted((ROOT / "checkpoints").rglob("*generator*.safetensors")) + sorted((ROOT / "checkpoints").rglob("epochs/*.safetensors"))


def file_of(ops: Any, tensors: dict[str, np.ndarray], **changed: Any) -> bytes:
    """A generator's file, said to be in order."""
    header = {"format": 1, "role": "generator", "num_classes": 0, "step": 0, "input": {"name": "z", "shape": [4]},
              "output": {"name": "images", "shape": [28, 28, 1], "range": [0, 1]}, "ops": ops, **changed}  # fmt: skip
    return save(tensors, metadata={"program": json.dumps(header)})


def image(tensors: dict[str, np.ndarray], *ops: Any) -> bytes:
    """z through a dense layer to a small picture, then `ops`, then whatever shape: only the way there is looked at."""
    first = [{"op": "dense", "kernel": "d"}, {"op": "reshape", "shape": [2, 2, 1]}]
    return file_of([*first, *ops], {"d": np.ones((4, 4), np.float32), "k": np.ones((3, 3, 1, 1), np.float32), **tensors})


UP = {"op": "upconv", "kernel": "k", "padding": "same"}
CONV = {"op": "conv", "kernel": "k", "stride": 1, "padding": "same"}
WIDE = {"d": np.zeros((4, 4), np.float16), "w": np.zeros((1, 1, 1, 4096), np.float16)}
BOMBS = {
    "12 upconvs": image({}, *[UP] * 12),
    "11 upconvs and 11 pools": image({}, *[UP] * 11, *[{"op": "pool", "size": 2}] * 11),
    "wide": image(WIDE, *[UP] * 6, {"op": "conv", "kernel": "w", "stride": 1, "padding": "same"}),
    "long": image({}, *[{"op": "activation", "kind": "tanh"}] * 501),
    "long and wide": image({}, *[UP] * 9, *[{"op": "activation", "kind": "tanh"}] * 400),
    "12 transposed convolutions": image({}, *[CONV | {"op": "conv_transpose", "stride": 2}] * 12),
    "transposed and hungry": image(
        {"k64": np.zeros((3, 3, 64, 1), np.float16), "k2": np.zeros((5, 5, 64, 64), np.float16)},
        *[UP] * 7,
        CONV | {"op": "conv_transpose", "kernel": "k64"},
        *[CONV | {"op": "conv_transpose", "kernel": "k2"}] * 2,
    ),
    "hungry": image(
        {"k64": np.zeros((3, 3, 1, 64), np.float16), "k2": np.zeros((5, 5, 64, 64), np.float16)},
        *[UP] * 7,
        {"op": "conv", "kernel": "k64", "stride": 1, "padding": "same"},
        *[{"op": "conv", "kernel": "k2", "stride": 1, "padding": "same"}] * 2,
    ),
    "large kernel": image({"k": np.zeros((99, 99, 1, 1), np.float16)}, {"op": "conv", "kernel": "k", "stride": 1, "padding": "same"}),
    "many tensors": save({f"{number}": np.zeros(1, np.float16) for number in range(100_000)}, metadata={"program": "{}"}),
    "many numbers": save({"k": np.zeros((17_000, 1000), np.int8)}, metadata={"program": "{}"}),
    "many classes": file_of([], {"k": np.zeros(1, np.float32)}, num_classes=10**9),
    "large input": file_of([], {"k": np.zeros(1, np.float32)}, input={"name": "z", "shape": [2**24, 2**24]}),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_that_asks_for_much_is_refused(bomb: str) -> None:
    with pytest.raises(CheckpointError, match=r"^x\.safetensors cannot be read: .*expected .*(at most|to 1,000)"):
        program.from_bytes(BOMBS[bomb], "x.safetensors")


KERNELS = {"k12": np.ones((3, 3, 1, 2), np.float32), "k23": np.ones((3, 3, 2, 1), np.float32), "b3": np.ones(1, np.float32)}
OPS: dict[str, Any] = {
    "conv without stride": {name: value for name, value in CONV.items() if name != "stride"},
    "conv without padding": {name: value for name, value in CONV.items() if name != "padding"},
    "conv without kernel": {name: value for name, value in CONV.items() if name != "kernel"},
    "stride true": CONV | {"stride": True},
    "stride 1.5": CONV | {"stride": 1.5},
    "stride 3": CONV | {"stride": 3},
    "kernel a list": CONV | {"kernel": ["k"]},
    "conv_transpose without stride": {name: value for name, value in CONV.items() if name != "stride"} | {"op": "conv_transpose"},
    "conv_transpose of stride 3": CONV | {"op": "conv_transpose", "stride": 3},
    "conv_transpose with a bias of the other side": CONV | {"op": "conv_transpose", "kernel": "k23", "bias": "b3"},
    "conv_transpose whose kernel is turned": CONV | {"op": "conv_transpose", "kernel": "k12"},
    "kernel unknown": CONV | {"kernel": "q"},
    "bias a number": CONV | {"bias": 5},
    "leaky_relu without alpha": {"op": "activation", "kind": "leaky_relu"},
    "leaky_relu of a text": {"op": "activation", "kind": "leaky_relu", "alpha": "0.2"},
    "activation without kind": {"op": "activation"},
    "affine without shift": {"op": "affine", "scale": "d"},
    "reshape without shape": {"op": "reshape"},
    "reshape to nothing": {"op": "reshape", "shape": []},
    "reshape to fractions": {"op": "reshape", "shape": [2.0, 2, 1]},
    "reshape to a negative": {"op": "reshape", "shape": [-2, -2, 1]},
    "pool of 3": {"op": "pool", "size": 3},
    "labels without classes": {"op": "label_planes"},
    "no operation": {},
    "a text": "relu",
    "null": None,
    "op a list": {"op": ["relu"]},
}


@pytest.mark.parametrize("name", OPS)
def test_what_an_operation_is_run_by_must_be_there(name: str) -> None:
    with pytest.raises(CheckpointError, match="operation 2 cannot be run"):
        program.from_bytes(image(KERNELS, OPS[name]), "x")


def test_a_stride_of_a_whole_float_is_that_stride() -> None:
    """JSON does not tell 2.0 from 2, and the browser's engine runs both; NumPy's slices take only the latter."""
    ops = [{"op": "conv", "kernel": "k", "stride": 2.0, "padding": "same"}, {"op": "pool", "size": 2.0}]
    data = file_of(ops, {"k": np.ones((3, 3, 1, 1), np.float32)}, role="encoder", input={"name": "images", "shape": [28, 28, 1], "range": [0, 1]},
                   output={"name": "z", "shape": [7, 7, 1]})  # fmt: skip
    assert program.from_bytes(data, "x").run(np.ones((1, 28, 28, 1))).shape == (1, 7, 7, 1)


@pytest.mark.parametrize("words", ["Infinity", "1e999", "NaN", "9" * 400])
def test_a_number_that_no_shape_has_is_no_traceback(words: str) -> None:
    data = image({}, {"op": "reshape", "shape": ["HERE"]})
    with pytest.raises(CheckpointError, match="x cannot be read"):
        program.from_bytes(data.replace(b'\\"HERE\\"', words[:8].encode().ljust(8)), "x")


@pytest.mark.parametrize(
    "changed",
    [
        {"output": {"name": "images", "shape": [28, 28, 1]}},
        {"output": {"shape": [28, 28, 1], "range": [0, 1]}},
        {"output": {"name": "images", "shape": [28, 28, 1], "range": [0, 7]}},
        {"output": {"name": "images", "shape": [28, 28, 1], "range": 1}},
        {"input": {"name": "images", "shape": [4], "range": [0, 1]}},
        {"input": {"name": "z"}},
        {"input": []},
        {"role": ["generator"]},
        {"num_classes": -1},
        {"num_classes": True},
        {"step": 1e300},
        {"ops": {"a": 1}},
        {"format": "1"},
    ],
    ids=str,
)
def test_what_a_program_is_used_by_must_be_there(changed: dict[str, Any]) -> None:
    ops = [{"op": "dense", "kernel": "d"}, {"op": "reshape", "shape": [28, 28, 1]}]
    tensors = {"d": np.ones((4, 784), np.float32)}
    assert program.from_bytes(file_of(ops, tensors)).run(np.ones((1, 4))).shape == (1, 28, 28, 1)
    with pytest.raises(CheckpointError, match=r"^x"):
        program.from_bytes(file_of(changed.pop("ops", ops), tensors, **changed), "x")


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.integers(0, 2**32 - 1).map(random.Random), st.sampled_from(["generator", "discriminator", "encoder"]), st.sampled_from([0, 10]))
def test_a_changed_file_is_a_program_that_runs_or_is_refused(chance: random.Random, role: str, classes: int) -> None:
    data = mutations.odd_safetensors(chance, program.to_bytes(random_program(role, num_classes=classes)))
    try:
        made = program.from_bytes(data, "x")
    except CheckpointError as error:
        assert str(error).startswith("x") and len(str(error)) < 700
    else:
        weights = np.eye(made.num_classes)[:1] if made.num_classes else None
        drawn = made.run(np.zeros((1, *made.input["shape"])), weights)
        assert drawn.shape == (1, *made.output["shape"])
        assert program.from_bytes(program.to_bytes(made)).ops == made.ops


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(CheckpointError):
        program.from_bytes(data, "x")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_shipped_programs_are_far_from_the_bounds(path: Path) -> None:
    made = program.read(path)
    found = rules.outcomes(made.ops, tuple(made.input["shape"]), made.tensors, made.num_classes)
    assert made.multiply_adds() < rules.MAX_MULTIPLY_ADDS / 30 and sum(one.work for one in found) < rules.MAX_WORK / 20


def test_many_pictures_of_a_wide_program_are_drawn_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = program.from_bytes(program.to_bytes(random_program("generator", num_classes=10)))
    z, labels = np.random.default_rng(0).normal(size=(7, 6)), np.eye(10)[np.arange(7)]
    expected = whole.run(z, labels)
    monkeypatch.setattr(program, "AT_ONCE", 2000)
    seen: list[int] = []
    monkeypatch.setattr(Program, "_run", lambda self, x, *rest, _run=Program._run: seen.append(len(x)) or _run(self, x, *rest))
    assert whole.run(z, labels) == pytest.approx(expected, abs=1e-6) and seen == [2, 2, 2, 1]


@pytest.mark.parametrize(("stride", "padding"), [(1, "same"), (2, "same"), (1, "valid"), (2, "valid")])
def test_a_convolution_in_strips_is_the_whole_one(monkeypatch: pytest.MonkeyPatch, stride: int, padding: str) -> None:
    random = np.random.default_rng(0)
    x, kernel = random.normal(size=(2, 13, 9, 3)).astype(np.float32), random.normal(size=(3, 3, 3, 4)).astype(np.float32)
    whole = operations.conv(x, kernel, stride, padding)
    monkeypatch.setattr(operations, "AT_ONCE", 2000)
    assert operations.conv(x, kernel, stride, padding) == pytest.approx(whole, abs=1e-5)


def test_the_fold_is_a_plain_upsampling() -> None:
    kernel = np.random.default_rng(0).normal(size=(5, 5, 2, 3)).astype(np.float32)
    taps = operations.upsampling_taps(5)
    expected = np.einsum("pta,qsb,abio->tsipqo", taps, taps, kernel).reshape(3, 3, 2, 12)
    assert np.array_equal(operations.fold_upsampling(kernel), expected)
