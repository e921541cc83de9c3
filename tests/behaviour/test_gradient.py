"""Gradients of programs: every operation and every shipped network against TensorFlow, and by small differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from gan_core.errors import ConfigError
from gan_core.model import gradient, program, rules

RANDOM = np.random.default_rng(3)
CLASSES = 3
PICTURE, FLAT = [6, 5, 4], [7]


def normal(*shape: int) -> np.ndarray:
    return RANDOM.normal(0, 0.5, shape).astype(np.float32)


def weighted(op: str, kernel: tuple[int, ...], **fields: Any) -> tuple[dict, dict[str, np.ndarray]]:
    return {"op": op, "kernel": "k", "bias": "b", **fields}, {"k": normal(*kernel), "b": normal(kernel[-1])}


def transposed(side: int, **fields: Any) -> tuple[dict, dict[str, np.ndarray]]:
    return {"op": "conv_transpose", "kernel": "k", "bias": "b", **fields}, {"k": normal(side, side, 3, 4), "b": normal(3)}


# an operation, its tensors, the shape of what goes in
CASES: dict[str, tuple[dict, dict[str, np.ndarray], list[int]]] = {
    "dense": (*weighted("dense", (7, 5)), FLAT),
    "affine": ({"op": "affine", "scale": "s", "shift": "t"}, {"s": normal(4), "t": normal(4)}, PICTURE),
    "reshape": ({"op": "reshape", "shape": [30, 4]}, {}, PICTURE),
    "concat_labels": ({"op": "concat_labels"}, {}, FLAT),
    "label_planes": ({"op": "label_planes"}, {}, PICTURE),
    "any_score": ({"op": "any_score"}, {}, FLAT),
    "label_score": ({"op": "label_score"}, {}, [1 + CLASSES]),
    "pool": ({"op": "pool", "size": 2}, {}, PICTURE),
    "global_pool": ({"op": "global_pool"}, {}, PICTURE),
    "depth_to_space": ({"op": "depth_to_space", "size": 2}, {}, PICTURE),
    **{f"conv {k} {stride} {padding}": (*weighted("conv", (k, k, 4, 3), stride=stride, padding=padding), PICTURE)
       for k in (1, 3, 4, 5) for stride in (1, 2) for padding in ("same", "valid")},
    **{f"upconv {k} {padding}": (*weighted("upconv", (k, k, 4, 3), padding=padding), PICTURE) for k in (3, 5) for padding in ("same", "valid")},
    **{f"conv_transpose {k} {stride} {padding}": (*transposed(k, stride=stride, padding=padding), PICTURE)
       for k in (1, 3, 4, 5) for stride in (1, 2) for padding in ("same", "valid")},
    **{kind: ({"op": "activation", "kind": kind, "alpha": 0.2}, {}, PICTURE) for kind in ("relu", "leaky_relu", "tanh", "sigmoid", "softmax")},
}  # fmt: skip


def one_operation(name: str) -> program.Program:
    op, tensors, shape = CASES[name]
    classes = CLASSES if "label" in name else 0
    after = rules.outcome(op, tuple(shape), tensors, classes).shape
    ends = {"name": "images", "shape": shape, "range": [0, 1]}, {"name": "z", "shape": list(after)}
    made = program.Program("encoder", *ends, [op], tensors, classes)
    return program.check(made, name)


def in_tensorflow(net: program.Program, x: Any, tensors: dict[str, Any], labels: Any) -> Any:
    """The same network by TensorFlow's own operations."""
    import tensorflow as tf

    for op in net.ops:
        kind = op["op"]
        if kind == "dense":
            x = x @ tensors[op["kernel"]] + (tensors[op["bias"]] if "bias" in op else 0.0)
        elif kind in ("conv", "upconv"):
            if kind == "upconv":
                x = tf.repeat(tf.repeat(x, 2, axis=1), 2, axis=2)
            x = tf.nn.conv2d(x, tensors[op["kernel"]], op.get("stride", 1), op["padding"].upper()) + (
                tensors[op["bias"]] if "bias" in op else 0.0
            )
        elif kind == "conv_transpose":
            kernel, stride = tensors[op["kernel"]], op["stride"]
            sides = [rules.transposed_side(length, kernel.shape[0], stride, op["padding"]) for length in x.shape[1:3]]
            shape = [x.shape[0], *sides, kernel.shape[2]]
            x = tf.nn.conv2d_transpose(x, kernel, shape, stride, op["padding"].upper()) + (tensors[op["bias"]] if "bias" in op else 0.0)
        elif kind == "affine":
            x = x * tensors[op["scale"]] + tensors[op["shift"]]
        elif kind == "reshape":
            x = tf.reshape(x, [-1, *op["shape"]])
        elif kind == "concat_labels":
            x = tf.concat([x, labels], 1)
        elif kind == "label_planes":
            x = tf.concat([x, tf.broadcast_to(labels[:, None, None], [*x.shape[:3], labels.shape[1]])], 3)
        elif kind == "any_score":
            x = tf.reduce_logsumexp(x, 1, keepdims=True)
        elif kind == "label_score":
            x = x[:, :1] + tf.reduce_sum(x[:, 1:] * labels, 1, keepdims=True)
        elif kind == "pool":
            x = tf.nn.max_pool2d(x, 2, 2, "SAME")
        elif kind == "depth_to_space":
            x = tf.nn.depth_to_space(x, op["size"])
        elif kind == "global_pool":
            x = tf.reduce_mean(x, [1, 2])
        elif op["kind"] == "leaky_relu":
            x = tf.nn.leaky_relu(x, op["alpha"])
        else:
            x = {"relu": tf.nn.relu, "tanh": tf.tanh, "sigmoid": tf.sigmoid, "softmax": tf.nn.softmax}[op["kind"]](x)
    return x


def expect_equal(net: program.Program, x: np.ndarray, labels: np.ndarray | None) -> None:
    """Output, gradients by input and tensors, and the Jacobian are TensorFlow's, in double precision.

    In single precision oneDNN's gradient by the kernel of a transposed convolution narrower than its stride is wrong on processors without
    AVX-512 (TensorFlow 2.21, by a third); Eigen's, which TensorFlow takes for doubles, is right.
    """
    import tensorflow as tf

    weights = normal(len(x), *net.output["shape"])
    tensors = {name: tf.constant(value, tf.float64) for name, value in net.tensors.items()}
    given = tf.constant(x, tf.float64)
    labels_there = None if labels is None else tf.constant(labels, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([given, *tensors.values()])
        output = in_tensorflow(net, given, tensors, labels_there)
        total = tf.reduce_sum(output * weights)
    by_input, by_tensor = tape.gradient(total, [given, tensors])
    ours = gradient.gradient(net, x, weights, labels, tensors=True)
    assert ours.output == pytest.approx(output.numpy(), abs=1e-4)
    assert close(ours.by_input, by_input)
    assert set(ours.by_tensor) == set(tensors)
    assert all(close(ours.by_tensor[name], by_tensor[name]) for name in tensors)


def close(ours: np.ndarray, theirs: Any) -> bool:
    theirs = np.asarray(theirs)
    return ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) <= 1e-4 * max(1.0, float(np.abs(theirs).max()))


def weights_of_classes(n: int, classes: int) -> np.ndarray | None:
    return np.eye(classes, dtype=np.float32)[np.arange(n) % classes] if classes else None


@pytest.mark.parametrize("name", CASES)
def test_every_operation_is_tensorflows(name: str) -> None:
    net = one_operation(name)
    expect_equal(net, normal(2, *CASES[name][2]), weights_of_classes(2, net.num_classes))


@pytest.mark.parametrize("name", CASES)
def test_the_jacobian_is_the_gradients_of_every_output(name: str) -> None:
    net = one_operation(name)
    flat = int(np.prod(CASES[name][2]))
    first = {"op": "reshape", "shape": CASES[name][2]}
    net = program.Program(net.role, {"shape": [flat]}, net.output, [first, *net.ops], net.tensors, net.num_classes)
    x, labels = normal(flat), weights_of_classes(1, net.num_classes)
    output, changes = gradient.jacobian(net, x, None if labels is None else labels[0])
    outputs = output.size
    every = np.eye(outputs, dtype=np.float32).reshape(outputs, *output.shape)
    rows = gradient.gradient(net, np.repeat(x[None], outputs, 0), every, None if labels is None else np.repeat(labels, outputs, 0)).by_input
    assert changes.reshape(outputs, flat) == pytest.approx(rows, abs=1e-5)


@pytest.mark.parametrize("file", sorted(ROOT.glob("checkpoints/*/*.safetensors")), ids=lambda path: f"{path.parent.name} {path.stem}")
def test_shipped_networks_are_tensorflows(file: Any) -> None:
    if file.stem not in ("generator", "discriminator", "encoder"):
        pytest.skip("no network")
    net = program.read(file)
    expect_equal(net, normal(2, *net.input["shape"]), weights_of_classes(2, net.num_classes))


def test_small_differences_agree() -> None:
    net = program.read(ROOT / "checkpoints" / "dcgan-mnist" / "generator.safetensors")
    z, change = np.random.default_rng(5).normal(0, 0.5, (2, net.input["shape"][0])).astype(np.float32)  # whatever is drawn before
    _, changes = gradient.jacobian(net, z)
    step = 1e-3
    seen = (net.run((z + step * change)[None]) - net.run((z - step * change)[None]))[0] / (2 * step)
    expected = changes @ change
    kinks = np.abs(seen - expected) > 0.02 * np.abs(expected).max()  # where a unit changes its side between the two
    assert kinks.mean() < 0.02


def test_what_does_not_fit_is_told() -> None:
    net = one_operation("dense")
    with pytest.raises(ConfigError, match=r"the weights have shape \[2, 4\]; expected the output's, \[2, 5\]"):
        gradient.gradient(net, normal(2, 7), normal(2, 4))
    with pytest.raises(ConfigError, match="the encoder's input has shape"):
        gradient.gradient(net, normal(2, 8), normal(2, 5))
