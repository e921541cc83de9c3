"""A stranger's model becomes a checkpoint here: the files that its config lists, each of its size and hash, every network read once, or nothing."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from gan_core.errors import CheckpointError
from gan_core.model import checkpoint_config, checkpoints
from gan_core.model.checkpoint_config import CheckpointConfig
from gan_core.model.checkpoints import Checkpoint
from gan_core.storage import files

BESIDE = {
    "metrics.json": checkpoint_config.METRICS_BYTES,
    "README.md": 200_000,
    "progress.png": 4_000_000,
}  # may be there, and their bounds

Read = Callable[[str, int], bytes]  # a file's bytes by its name, at most so many; OSError or ValueError where it cannot be had


def receive(whose: str, config: CheckpointConfig, read: Read, folder: Path, again: str, **more: object) -> Checkpoint:
    """The new checkpoint `folder`.

    Args:
        whose: the model as errors name it.
        again: what to do where a file is not what the config says.
        more: what its config says besides.
    Raises: CheckpointError; the folder is not there then.
    """
    contents = {}
    for file, entry in config.files.items():
        with files.refusing(CheckpointError, f"{whose}: {file}", again):
            contents[file] = read(file, entry.bytes)
            if hashlib.sha256(contents[file]).hexdigest() != entry.sha256:
                raise ValueError("its sha256 is not the one in config.json")
    for file, most in BESIDE.items():
        with contextlib.suppress(OSError, ValueError):
            contents[file] = read(file, most)
    entries = {key: value for key, value in config.to_dict().items() if key not in ("format", "name", "files", "hub")}
    made = checkpoints.write(folder, {**entries, **more}, contents)
    try:
        made.check_networks()
    except CheckpointError:
        shutil.rmtree(folder)
        raise
    return made
