"""Readers of models: a checkpoint's config and score card, its networks, and a folder in which files are links and pipes."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import numpy as np
from conftest import ROOT, make_checkpoint, random_program

from gan_core.errors import GanCoreError
from gan_core.model import checkpoints, program
from gan_core.model.checkpoints import Checkpoint
from stress import mutations
from stress.reader import Reader, in_bytes, in_json
from ui.site import listing


def _look(root: Path) -> bool:
    """What the page, the command line and the static build do with a folder of models; whether all of them can be used."""
    found, unusable = checkpoints.list_checkpoints(root)
    problems = listing.problems_of(found, unusable)
    json.dumps([listing.model_entry(one) for one in found] + problems, allow_nan=False).encode()
    assert "good" in [one.name for one in found], "one bad folder hides a good one"
    assert len(unusable) <= 1 and all(0 < len(problem["message"]) < 1000 and "\n" not in problem["message"] for problem in problems)
    for one in found:
        if one.name != "good":
            try:
                one.check_networks()
                one.describe().encode()
            except GanCoreError:
                return False
    return not problems


def _models(folder: Path) -> Path:
    make_checkpoint(folder / "models" / "good", "dense", latent_dim=3)
    return make_checkpoint(folder / "models" / "x", "autoencoder", latent_dim=3).folder


def checkpoint_config(folder: Path) -> Reader:
    """`config.json` of a checkpoint."""
    made = _models(folder)
    seed = (made / "config.json").read_bytes()
    changed = json.loads(seed)
    changed["changes"] = [{"step": 3, "settings": {"g_learning_rate": [0.1, 0.2]}, "from": "dense-digits-1"}]

    def read(data: bytes) -> bool:
        (made / "config.json").write_bytes(data)
        return _look(made.parent)

    return Reader("checkpoint config", [seed, mutations.dumps(changed)], in_json, read)


def metrics(folder: Path) -> Reader:
    """`metrics.json` of a checkpoint, which is never a reason to lose it."""
    made = Checkpoint(_models(folder))
    seeds = [path.read_bytes() for path in sorted((ROOT / "checkpoints").glob("*/metrics.json"))]

    def read(data: bytes) -> bool:
        (made.folder / "metrics.json").write_bytes(data)
        json.dumps(listing.model_entry(made), allow_nan=False)
        return not made.metrics().problem

    return Reader("metrics", seeds, in_json, read)


def program_file(folder: Path) -> Reader:
    """A network: read, checked, run once, written again."""
    made = [random_program(role, num_classes=classes) for role in ("generator", "discriminator", "encoder") for classes in (0, 10)]
    seeds = [program.to_bytes(one, dtype) for one in made for dtype in ("float16", "int8")] + [program.to_bytes(_with_pictures())]

    def read(data: bytes) -> bool:
        try:
            found = program.from_bytes(data, "x")
        except GanCoreError:
            return False
        weights = np.eye(found.num_classes, dtype=np.float32)[:1] if found.num_classes else None
        with np.errstate(all="ignore"):
            found.run(np.zeros((1, *found.input["shape"]), np.float32), weights)
        return True

    def change(chance: random.Random, data: bytes) -> bytes:
        try:
            return mutations.odd_safetensors(chance, data)
        except (ValueError, KeyError, TypeError, RecursionError, OverflowError, AttributeError):  # one that was changed before
            return in_bytes(chance, data)

    return Reader("program", seeds, change, read)


def _with_pictures() -> program.Program:
    """A generator with every operation that has pictures."""
    random = np.random.default_rng(0)
    tensors = {"d": (3, 98), "k": (5, 5, 2, 4), "c": (3, 3, 4, 4), "s": (4,), "t": (4,), "b": (4,), "o": (3, 3, 4, 1)}
    ops: list[dict[str, Any]] = [
        {"op": "dense", "kernel": "d"}, {"op": "reshape", "shape": [7, 7, 2]}, {"op": "upconv", "kernel": "k", "bias": "b", "padding": "same"},
        {"op": "affine", "scale": "s", "shift": "t"}, {"op": "activation", "kind": "leaky_relu", "alpha": 0.2},
        {"op": "conv", "kernel": "c", "bias": "b", "stride": 2, "padding": "same"}, {"op": "pool", "size": 2}, {"op": "global_pool"},
        {"op": "reshape", "shape": [1, 1, 4]}, {"op": "conv", "kernel": "o", "stride": 1, "padding": "same"}, {"op": "activation", "kind": "tanh"},
    ]  # fmt: skip
    return program.Program(
        "generator", {"name": "z", "shape": [3]}, {"name": "images", "shape": [1, 1, 1], "range": [-1, 1]}, ops,
        {name: random.normal(size=shape).astype(np.float32) for name, shape in tensors.items()},
    )  # fmt: skip


def folder_of_links(folder: Path) -> Reader:
    """A checkpoint in whose folder files are links, pipes, folders, devices, or gone: the input says which is what."""
    made = _models(folder)
    whole = folder / "whole"
    shutil.copytree(made, whole)
    files = sorted(path.relative_to(whole).as_posix() for path in whole.rglob("*") if path.is_file())
    targets = [
        "/dev/zero",
        "/dev/full",
        "/proc/self/mem",
        ".",
        "..",
        "x" * 300,
        "config.json",
        "/etc/hostname",
        str(whole / "config.json"),
        "loop",
    ]

    def read(data: bytes) -> bool:
        shutil.rmtree(made)
        shutil.copytree(whole, made)
        for place, kind in zip(data[::2], data[1::2], strict=False):
            path = made / files[place % len(files)]
            path.unlink(missing_ok=True) if path.is_symlink() or not path.is_dir() else shutil.rmtree(path)
            if kind % 4 == 0:
                path.symlink_to(targets[kind // 4 % len(targets)])
            elif kind % 4 == 1:
                os.mkfifo(path)
            elif kind % 4 == 2:
                path.mkdir()
        return _look(made.parent)

    return Reader(
        "links and pipes", [bytes([3, 255]), bytes([0, 0, 1, 4])], lambda chance, _: chance.randbytes(chance.choice((2, 2, 4))), read
    )
