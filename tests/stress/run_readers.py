"""Readers of runs and recordings: one of their files is changed, the lists and the followers look at all of them."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from conftest import ROOT, random_program

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.imaging import pixels
from gan_core.runs.run import Run
from stress.reader import Reader, in_json, is_taken
from ui.server import library, runlist
from ui.settings import Settings
from ui.site import replay


def _split(data: bytes, names: list[str]) -> tuple[str, bytes]:
    """Which file of a folder an input is for, by its first byte, and what it holds."""
    return names[(data[0] if data else 0) % len(names)], data[1:]


def _in_folder(chance: random.Random, data: bytes) -> bytes:
    return data[:1] + in_json(chance, data[1:])


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
    entries = {entry["id"]: entry for entry in runlist.runs_list(settings)}
    assert good in entries, "one bad run hides a good one"
    told = library.models(settings)
    json.dumps([list(entries.values()), told], allow_nan=False).encode()
    return is_taken(lambda: (runlist.progress_head(settings, run.id), list(run.each_report()), run.owner())) and not told["problems"]


def recording(folder: Path) -> Reader:
    """One file of a recording, as the static build replays it; its first picture among them."""
    made = folder / "recordings" / "d_too_strong"
    shutil.copytree(ROOT / "recordings" / "d_too_strong", made)
    first = sorted((made / "snapshots").glob("*.png"))[0].relative_to(made).as_posix()
    lines = (made / "progress.jsonl").read_bytes().splitlines(keepends=True)
    names = ("config.json", "status.json", "reached.json", "changes.jsonl", first)
    files = {name: (made / name).read_bytes() for name in names} | {"progress.jsonl": b"".join(lines[:3])}
    return Reader("recording", *_of_files(files, made, lambda: is_taken(lambda: replay.files_of([], made.parent))))
