"""`POST gan/export`: the latent vectors of some frames in, a file to take home out. Everything that comes is checked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_core.config import check_choice, check_integer, check_number
from gan_core.errors import ConfigError
from gan_core.imaging import animation, pixels
from gan_core.imaging import exports as files
from gan_core.model.program import Program
from ui.server import generators
from ui.settings import Settings

KINDS = {
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
    "mp4": ("mp4", "video/mp4"),
    "strip": ("png", "image/png"),
    "png": ("png", "image/png"),
    "npz": ("npz", "application/octet-stream"),
}
FIELDS = ("model", "kind", "z", "labels", "epoch", "fps", "scale", "loop")
MAX_FRAMES = 240
MAX_COORDINATE = 1e3
BATCH = 16  # a DCGAN holds 2 MB for each picture while it draws


@dataclass(frozen=True)
class Wish:
    """A checked request."""

    model: str
    kind: str
    z: np.ndarray
    labels: np.ndarray | None
    fps: float
    scale: int
    loop: bool


def make(settings: Settings, body: object) -> tuple[str, str, bytes]:
    """The file that `body` asks for.

    Returns: name, media type, bytes.
    Raises: ConfigError or CheckpointError.
    """
    if not isinstance(body, dict) or not set(body) <= set(FIELDS):
        raise ConfigError(f"The request is {_short(body)}; expected an object with some of: {', '.join(FIELDS)}.")
    generator = generators.generator(settings, body.get("model"), body.get("epoch"))
    wish = check(body, generator, generators.groups(settings, str(body["model"])))
    data = encode(wish, generator)
    ending, media_type = KINDS[wish.kind]
    return f"{wish.model.replace(':', '-')}.{ending}", media_type, data


def check(body: dict[str, object], generator: Program, groups: tuple[int, ...] = ()) -> Wish:
    """The request, for this generator, whose classes stand in these groups. Raises ConfigError."""
    z = _rows("z", body.get("z"), int(generator.input["shape"][0]), -MAX_COORDINATE)
    labels = None
    if generator.num_classes:
        labels = _rows("labels", body.get("labels"), generator.num_classes, 0.0)
        of_group = np.split(labels, np.cumsum(groups)[:-1].astype(int), axis=1)
        sums = [each.sum(axis=1, keepdims=True) for each in of_group]
        if len(labels) != len(z) or not np.allclose(sums, 1, atol=1e-3):
            raise ConfigError(
                f"{len(labels)} labels for {len(z)} frames; expected a row of class weights a frame, with sum 1{' in each group' if groups else ''}."
            )
        labels = np.concatenate([each / total for each, total in zip(of_group, sums, strict=True)], axis=1)
    elif body.get("labels") is not None:
        raise ConfigError("labels came for a model without classes; expected null.")
    loop = body.get("loop", False)
    if not isinstance(loop, bool):
        raise ConfigError(f"loop is {_short(loop)}; expected true or false.")
    return Wish(
        model=str(body["model"]),
        kind=check_choice("kind", body.get("kind"), KINDS),
        z=z,
        labels=labels,
        fps=check_number("fps", body.get("fps", 12), 1, animation.MAX_FPS),
        scale=check_integer("scale", body.get("scale", 8), 1, 16),
        loop=loop,
    )


def _rows(name: str, value: object, width: int, low: float) -> np.ndarray:
    """A list of lists of numbers as float32 `[n, width]`. Raises ConfigError."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_FRAMES:
        raise ConfigError(f"{name} is {_short(value)}; expected a list of 1 to {MAX_FRAMES} frames.")
    for number, row in enumerate(value):
        if not isinstance(row, list) or len(row) != width:
            raise ConfigError(f"frame {number} of {name} is {_short(row)}; expected a list of {width} numbers.")
        if not all(type(entry) in (int, float) and low <= entry <= MAX_COORDINATE for entry in row):  # NaN is in no range
            raise ConfigError(f"frame {number} of {name} holds something else than numbers from {low:g} to {MAX_COORDINATE:g}.")
    return np.array(value, np.float32)


def _short(value: object) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return repr(value)[:60] if not isinstance(value, dict) else f"an object with {', '.join(map(repr, list(value)[:8]))}"[:200]


def draw(generator: Program, z: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
    """Pictures in [0, 1] `[n, h, w, ...]`, a few at a time: what a network holds in between grows with their number."""
    rows = [slice(start, start + BATCH) for start in range(0, len(z), BATCH)]
    drawn = [pixels.to_unit(generator.run(z[few], None if labels is None else labels[few]), generator.output["range"]) for few in rows]
    return np.concatenate(drawn)


def encode(wish: Wish, generator: Program) -> bytes:
    """The bytes of the file."""
    drawn = draw(generator, wish.z, wish.labels)
    return files.encode(wish.kind, drawn, {"z": wish.z, "labels": wish.labels}, wish.fps, wish.scale, wish.loop)
