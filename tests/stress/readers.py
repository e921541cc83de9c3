"""The readers of strangers' files, each with good inputs, a way to change one, and a way to read it as the product does.

Reading says whether the input was taken; a refusal is a `GanCoreError` or a line in a list of problems, and anything else that is raised is a fault.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from conftest import ROOT, make_checkpoint, random_program
from PIL import Image, ImageDraw

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import photos
from gan_core.data.own import load_own
from gan_core.errors import GanCoreError
from gan_core.imaging import pixels
from gan_core.model import checkpoints, program
from gan_core.model.checkpoints import Checkpoint
from gan_core.runs.run import Run
from stress import mutations
from ui.server import library
from ui.settings import Settings
from ui.site import listing, replay
from ui.site.first_sight import Opening


@dataclass(frozen=True)
class Reader:
    """One kind of file: inputs that are in order, `change` makes one that is not, `read` says whether it was taken."""

    name: str
    seeds: list[bytes]
    change: Callable[[random.Random, bytes], bytes]
    read: Callable[[bytes], bool]


def all_readers(folder: Path) -> list[Reader]:
    """Every reader, with files of its own below `folder`."""
    made = [checkpoint_config, metrics, program_file, npz, picture, link, run_folder, recording, folder_of_links]
    found = []
    for make in made:
        own = folder / make.__name__
        own.mkdir(parents=True)
        found.append(make(own))
    return found


def _json(chance: random.Random, data: bytes) -> bytes:
    """Something odd in the JSON, or in its bytes; what is no JSON any more gets more of the latter."""
    if chance.random() < 0.7:
        try:
            return mutations.dumps(mutations.odd_json(chance, json.loads(data), chance.choice((1, 1, 2, 4))))
        except (ValueError, RecursionError, OverflowError):
            pass
    return mutations.odd_bytes(chance, data, chance.choice((1, 2, 5)))


def _bytes(chance: random.Random, data: bytes) -> bytes:
    return mutations.odd_bytes(chance, data, chance.choice((1, 1, 2, 5)))


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

    return Reader("checkpoint config", [seed, mutations.dumps(changed)], _json, read)


def metrics(folder: Path) -> Reader:
    """`metrics.json` of a checkpoint, which is never a reason to lose it."""
    made = Checkpoint(_models(folder))
    seeds = [path.read_bytes() for path in sorted((ROOT / "checkpoints").glob("*/metrics.json"))]

    def read(data: bytes) -> bool:
        (made.folder / "metrics.json").write_bytes(data)
        json.dumps(listing.model_entry(made), allow_nan=False)
        return not made.metrics().problem

    return Reader("metrics", seeds, _json, read)


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
            return _bytes(chance, data)

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


def npz(folder: Path) -> Reader:
    """A person's own data."""
    path, random = folder / "x.npz", np.random.default_rng(0)
    seeds = []
    for save in (np.savez, np.savez_compressed):
        for dtype in (np.uint8, np.float32):
            buffer = io.BytesIO()
            save(buffer, images=(random.random((12, 8, 8)) * (255 if dtype == np.uint8 else 1)).astype(dtype), labels=np.arange(12) % 3)
            seeds.append(buffer.getvalue())

    def read(data: bytes) -> bool:
        path.write_bytes(data)
        return _taken(lambda: load_own(path, "train"))

    return Reader("npz", seeds, mutations.odd_npz, read)


def picture(folder: Path) -> Reader:
    """A person's picture of a digit, and the picture of a recording."""
    drawn = Image.new("RGB", (90, 120), "white")
    ImageDraw.Draw(drawn).line([(20, 20), (60, 20), (30, 90)], fill="black", width=8)
    seeds = []
    for kind, mode in (
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
        ("BMP", "RGB"),
    ):
        buffer = io.BytesIO()
        drawn.convert(mode).save(buffer, kind)
        seeds.append(buffer.getvalue())

    def read(data: bytes) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, on what it could still read
            return _taken(lambda: photos.read_picture(data))

    return Reader("picture", seeds, mutations.odd_picture, read)


def _taken(read: Callable[[], object]) -> bool:
    try:
        read()
    except GanCoreError:
        return False
    return True


LINKS = [
    "v=1&m=dense-mnist&s=3&psi=0.8&d=4&o=7&b=0.25&e=400&px=1", "v=1&s=4294967295&z=e.AAAAAIA_AgAAAAA-", "v=1&z=" + "AACAPwAAgD8AAIA_", "", "v=1",
    "v=1&p=s1~3.s2~4&pc=1&ps=1&pn=30&am=autoencoder-mnist&ap=m3.4&tab=explore&lang=ko",
]  # fmt: skip


def link(folder: Path) -> Reader:
    """The query of the page's address, drawn as its first sight."""
    made = make_checkpoint(folder / "models" / "good", "cgan", latent_dim=3, num_classes=10)
    generator, prior = made.epoch_program("generator.safetensors", "generator"), made.prior()

    def read(data: bytes) -> bool:
        query = data.decode("utf-8", "replace")
        with np.errstate(all="ignore"):
            return _taken(lambda: Opening.read(query).png(generator, prior))

    return Reader("link", [text.encode() for text in LINKS], _bytes, read)


def _split(data: bytes, names: list[str]) -> tuple[str, bytes]:
    """Which file of a folder an input is for, by its first byte, and what it holds."""
    return names[(data[0] if data else 0) % len(names)], data[1:]


def _in_folder(chance: random.Random, data: bytes) -> bytes:
    return data[:1] + _json(chance, data[1:])


def run_folder(folder: Path) -> Reader:
    """One file of a run, as the lists and the followers of a run see it."""
    settings = Settings(folder / "models", folder / "runs", recordings=folder / "none")
    run = runs.create(settings.runs, ModelConfig("dense", latent_dim=3), TrainConfig(dataset="digits", steps=20))
    good = runs.create(settings.runs, ModelConfig("dense", latent_dim=3), TrainConfig(dataset="digits", steps=20))
    for step in (0, 10):
        run.append({"step": step, "epoch": 0.5, "seconds": 1.0, "d_loss": 1.3, "g_loss": 0.7, "digits": [0.1] * 10})
        run.write_snapshot(step, pixels.encode_png(np.zeros((28, 28), np.uint8)), {"generator": random_program("generator", 3)})
    run.set_status("stopped", step=10)
    files = {
        "config.json": (run.folder / "config.json").read_bytes(),
        "status.json": (run.folder / "status.json").read_bytes(),
        "progress.jsonl": (run.folder / "progress.jsonl").read_bytes(),
        "ticket.json": b'{"number": 1, "owner": "abc", "minutes": 3.0}',
        "kept.json": b'{"checkpoint": "good"}',
        "changes.jsonl": b'{"step": 3, "settings": {"g_learning_rate": [0.1, 0.2]}, "from": "dense-digits-1"}\n',
        "reached.json": b'{"format": 1, "reached": [{"after": 10, "step": 3, "seconds": 9.5, "distance": 3.0}]}',
    }
    return Reader("run", *_of_files(files, run.folder, lambda: _look_at_run(settings, run, good.id)))


def _of_files(files: dict[str, bytes], folder: Path, look: Callable[[], bool]) -> tuple[list[bytes], Any, Callable[[bytes], bool]]:
    names = list(files)

    def read(data: bytes) -> bool:
        for name, content in files.items():
            path = folder / name
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        name, content = _split(data, names)
        (folder / name).write_bytes(content)
        return look()

    return [bytes([number]) + content for number, content in enumerate(files.values())], _in_folder, read


def _look_at_run(settings: Settings, run: Run, good: str) -> bool:
    entries = {entry["id"]: entry for entry in library.runs_list(settings)}
    assert good in entries, "one bad run hides a good one"
    told = library.models(settings)
    json.dumps([list(entries.values()), told], allow_nan=False).encode()
    return _taken(lambda: (library.progress_head(settings, run.id), list(run.each_report()), run.owner())) and not told["problems"]


def recording(folder: Path) -> Reader:
    """One file of a recording, as the static build replays it; its first picture among them."""
    made = folder / "recordings" / "d_too_strong"
    shutil.copytree(ROOT / "recordings" / "d_too_strong", made)
    first = sorted((made / "snapshots").glob("*.png"))[0].relative_to(made).as_posix()
    lines = (made / "progress.jsonl").read_bytes().splitlines(keepends=True)
    names = ("config.json", "status.json", "reached.json", "changes.jsonl", first)
    files = {name: (made / name).read_bytes() for name in names} | {"progress.jsonl": b"".join(lines[:3])}
    return Reader("recording", *_of_files(files, made, lambda: _taken(lambda: replay.runs([], made.parent))))


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
