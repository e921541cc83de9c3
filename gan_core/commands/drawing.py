"""Commands that draw with a checkpoint: sample, interpolate."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core.commands import options as shared
from gan_core.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gan_core.model.explorer import Explorer


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add these commands."""
    _add_sample(commands)
    _add_interpolate(commands)


def _add_sample(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    example = "sample checkpoints/dcgan-mnist --n 10000 --seed 0 --out x.npz"
    sample = shared.command(commands, "sample", _sample, "Draw samples: .npz, PNG grid, GIF, WebP or MP4.", example)
    sample.add_argument("checkpoint", help="its folder, or its name in GAN_CHECKPOINTS")
    sample.add_argument("--n", type=int, default=64, help="number of samples (default: 64)")
    sample.add_argument("--seed", type=int, default=0, help="seed, 0 ... 2^32 - 1 (default: 0)")
    sample.add_argument("--psi", type=float, default=1.0, help="spread of z, 0 ... 2 (default: 1)")
    sample.add_argument("--digit", type=int, help="only this digit (conditional models)")
    sample.add_argument("--epoch-step", type=int, help="the generator as it was at this step of its training")
    sample.add_argument(
        "--out", required=True, help="x.npz (images, labels, z, seed), x.png (a grid), or one sample after the other as .gif, .webp or .mp4"
    )


def _sample(options: argparse.Namespace) -> int:
    import numpy as np

    from gan_core.imaging import exports, linked
    from gan_core.model.explorer import Explorer

    kind = exports.kind_of(Path(options.out), png="png")
    explorer = Explorer.open(shared.checkpoint(options.checkpoint))
    z = explorer.sample_z(options.n, options.seed, options.psi)
    labels = _labels(explorer, options.n, options.digit)
    drawn = explorer.generate(z, labels, step=options.epoch_step)
    arrays = {"images": drawn, "labels": None if labels is None else np.asarray(labels, np.int64), "z": z, "seed": np.array(options.seed)}
    address = linked.link_of_samples(explorer.name, options.seed, options.psi, options.digit, options.epoch_step)
    exports.write(Path(options.out), linked.with_link(exports.encode(kind, drawn, arrays, scale=2), address))
    text = f"{options.n:,} samples of {explorer.name} in {options.out}"
    shared.say(options, text, checkpoint=explorer.name, n=options.n, seed=options.seed, out=options.out, link=address)
    return 0


def _labels(explorer: Explorer, n: int, digit: int | None) -> npt.NDArray[np.int64] | list[int] | None:
    if explorer.num_classes == 0:
        if digit is not None:
            raise ConfigError(f"--digit {digit} was given, but {explorer.name} cannot be asked for a digit; choose a conditional model.")
        return None
    return explorer.even_labels(n) if digit is None else [digit] * n


def _add_interpolate(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text, example = "Walk between seeds: GIF, WebP, MP4, PNG strip or .npz.", "--seeds 3 7 12 --steps 60 --out walk.gif"
    walk = shared.command(commands, "interpolate", _interpolate, text, f"interpolate checkpoints/dcgan-mnist {example}")
    walk.add_argument("checkpoint", help="its folder, or its name in GAN_CHECKPOINTS")
    walk.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="two or more key points (default: 0 1)")
    walk.add_argument("--digits", type=int, nargs="+", help="the digit at each key point (conditional models)")
    walk.add_argument("--steps", type=int, default=30, help="number of frames, 2 ... 1,000 (default: 30)")
    walk.add_argument("--path", default="spherical", help="spherical or linear (default: spherical)")
    walk.add_argument("--closed", action="store_true", help="come back to the first point")
    walk.add_argument("--psi", type=float, default=1.0, help="spread of z, 0 ... 2 (default: 1)")
    walk.add_argument("--fps", type=int, default=12, help="pictures a second (default: 12)")
    walk.add_argument("--scale", type=int, default=8, help="screen pixels a pixel (default: 8)")
    walk.add_argument("--out", required=True, help="walk.gif, .webp, .mp4, .png (a strip) or .npz (the latents)")


def _interpolate(options: argparse.Namespace) -> int:
    from gan_core.imaging import exports, linked
    from gan_core.model.explorer import Explorer

    kind = exports.kind_of(Path(options.out), png="strip")
    explorer = Explorer.open(shared.checkpoint(options.checkpoint))
    if options.digits and not explorer.num_classes:
        raise ConfigError(f"--digits were given, but {explorer.name} cannot be asked for a digit; choose a conditional model.")
    if options.digits and len(options.digits) != len(options.seeds):
        raise ConfigError(f"{len(options.digits)} digits for {len(options.seeds)} seeds; expected one digit a seed.")
    points = explorer.points(options.seeds, options.psi)
    labels = (options.digits or [0] * len(points)) if explorer.num_classes else None
    walked = explorer.walk(points, options.steps, labels, path=options.path, closed=options.closed)
    data = exports.encode(kind, walked.images, {"z": walked.z, "labels": walked.labels}, options.fps, options.scale)
    way = {"spherical": options.path == "spherical", "closed": options.closed}
    address = linked.link_of_walk(explorer.name, options.seeds, options.digits, options.steps, options.fps, options.psi, **way)
    exports.write(Path(options.out), linked.with_link(data, address))
    text = f"{options.steps} frames of {explorer.name} in {options.out}"
    shared.say(options, text, checkpoint=explorer.name, steps=options.steps, seeds=options.seeds, out=options.out, link=address)
    return 0
