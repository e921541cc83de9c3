"""The training step of the page beside ours: the same weights, pictures and z give the same losses, averages and weights."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from safetensors.numpy import save_file

from gan_core import families
from gan_core.data import catalog, vibration

STEPS = 20
SCRIPT = ROOT / "tests" / "behaviour" / "autodiff_replay.mjs"


def bearings(length: int) -> catalog.Dataset:
    """A few windows of so many samples."""
    made = vibration.simulate(480, length)
    signals = np.rint((made.signals + 1) * 127.5).astype(np.uint8)
    return catalog.Dataset("vibration", signals, made.labels, "", vibration.CLASSES, rate=vibration.RATE)


def record(folder: Path, family: str, preset: str, **changes: Any) -> list[list[float]]:
    """Train for STEPS steps here and write down all that the page's step needs; the losses of each step."""
    import tensorflow as tf

    from gan_core.nn.description import describe
    from gan_core.training import objectives

    chosen = families.get(family)
    signals = "picture" not in chosen.kinds
    model, train = chosen.configs(preset, dataset="vibration" if signals else "digits", precision="float32", xla="off", **changes)
    data = bearings(model.image_shape[0]) if signals else catalog.load("digits", split="train", shape=model.image_shape)
    objective = objectives.make(chosen, model, train, data)
    tensors: dict[str, np.ndarray] = {}

    def keep(prefix: str, networks: dict[str, Any]) -> None:
        for role, network in networks.items():
            for i, variable in enumerate(v for v in network.variables if "seed" not in v.name):
                tensors[f"{prefix}{role}/{i:03d}.{variable.name}"] = np.ascontiguousarray(variable.numpy())

    keep("before/", objective.networks)
    order = tf.constant(np.random.default_rng(0).permutation(len(data.images)))
    losses = []
    for number in range(STEPS):
        batches = [
            objective.batch((number * train.d_steps + i) % (len(data.images) // train.batch_size), order) for i in range(train.d_steps)
        ]
        labels = [labels for _, labels in batches]
        step = tf.constant(number, tf.int64)
        latents = objective.latents(step, [*labels, labels[-1]] if objective.draws_for_g else labels)
        for i, (images, weights) in enumerate(batches):
            tensors[f"x/{number}/{i}"] = images.numpy().reshape(len(images), -1)
            if weights.shape[1]:
                tensors[f"y/{number}/{i}"] = weights.numpy().argmax(axis=1).astype(np.int32)
        tensors[f"z/{number}"] = np.stack([z.numpy() for z, _ in latents])
        losses.append([float(value) for value in objective.update(step, batches, latents)])
    keep("average/", objective.averages)
    save_file(tensors, folder / "tensors.safetensors")
    about = {"networks": {role: describe(network) for role, network in objective.networks.items()}, "train": train.to_dict(),
             "model": model.to_dict(), "votes": 0 if model.num_classes else objective.classes, "steps": STEPS}  # fmt: skip
    (folder / "about.json").write_text(json.dumps(about))
    return losses


# Rounding grows from step to step, the faster the higher the rate: at the live DCGAN's, weights changed by 1e-7 give losses 1e-3 apart after
# seven steps in TensorFlow itself. So the convolutional ones are also compared at a lower rate, and the first steps only where the loss is steep.
SLIM = {"generator": [16, 8], "discriminator": [8, 16]}
SHORT = {"mapping": [8], "generator": [8, 8, 6, 4], "discriminator": [6, 8, 8], "judging": 8, "kernel": 5, "ringing": 7}
CASES = {
    "dense live": ("dense", "live", {}, STEPS),
    "dense reference": ("dense", "reference", {}, STEPS),
    "dense least squares": ("dense", "live", {"loss": "least_squares", "g_learning_rate": 3e-4}, 6),
    "dense minimax, k 2": ("dense", "reference", {"loss": "minimax", "d_steps": 2}, STEPS),
    "dense, shared fakes": ("dense", "reference", {"share_fakes": True}, STEPS),
    "dcgan slow": ("dcgan", "live", {"g_learning_rate": 1e-4, "d_learning_rate": 1e-4}, STEPS),
    "cgan slow": ("cgan", "live", {"g_learning_rate": 1e-4, "d_learning_rate": 1e-4}, STEPS),
    "acgan slow": ("acgan", "live", {"g_learning_rate": 1e-4, "d_learning_rate": 1e-4, "widths": {**SLIM, "dropout": 0.0}}, STEPS),
    # with R1: every eighth step, and every third in two stages
    "wave slow": ("wave", "live", {"g_learning_rate": 1e-4, "d_learning_rate": 1e-4, "ema_decay": 0.9, "image_shape": [256, 1], "widths": SHORT}, STEPS),
    "cgan, R1": ("cgan", "live", {"g_learning_rate": 1e-4, "d_learning_rate": 1e-4, "r1_gamma": 0.5, "r1_every": 3, "one_stage": False, "naming": 0.0,
                                  "widths": {**SLIM, "dropout": 0.0}}, STEPS),
}  # fmt: skip
SELDOM = ("dense least squares", "dense minimax, k 2", "cgan slow", "acgan slow", "wave slow", "cgan, R1")


@pytest.mark.parametrize("case", [pytest.param(case, marks=pytest.mark.slow) if case in SELDOM else case for case in CASES])
def test_the_page_trains_as_we_do(case: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: the page's modules run in it")
    family, preset, changes, alike = CASES[case]
    expected = np.array(record(tmp_path, family, preset, **changes))
    done = subprocess.run([node, SCRIPT, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ours = json.loads(done.stdout)
    assert np.array(ours["losses"])[:alike, :2] == pytest.approx(expected[:alike, :2], abs=1e-3)
    assert np.array(ours["losses"])[:alike, 2:] == pytest.approx(
        expected[:alike, 2:], abs=0.04
    )  # one picture more or less on the right side
    if alike == STEPS:
        assert ours["average"] < 5e-3
