"""The command that looks at a person's own data before anything trains: data."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from gan_core.checks import check_integer
from gan_core.commands import options as shared
from gan_core.kind import LENGTHS, shape_of_text, text_of_shape
from gan_core.mnist import KIND
from gan_core.preparation import EXPECTED

COLUMNS = 8  # of the pictures that --show writes
UNIT = (0.0, 1.0)


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add this command."""
    text = "Say what is understood of your own pictures or recordings: how many, which classes, sizes and ink, what is left out and why."
    data = shared.command(commands, "data", _data, text, "data my-pictures/ --image-shape 64x64x3 --show first.png")
    data.add_argument(
        "path", help="a folder or .zip of pictures or recordings (sub-folders are classes), an .npz, .npy, .csv or idx file, a .wav or .mat"
    )
    shared.add_shape(data, text_of_shape(KIND.shape))
    data.add_argument("--signal", type=int, metavar="LENGTH", help="they are recordings, to be cut into windows of so many samples")
    data.add_argument("--prepare", default="", help=f"what is done to them first: {EXPECTED}")
    data.add_argument("--show", metavar="FILE.png", help="write the first 64, of every class in turn, as they will be learned")
    data.add_argument("--most", type=int, help="refuse more pictures than this")
    data.add_argument("--memory", type=int, metavar="MB", help="give up where reading them takes more memory")


def _data(options: argparse.Namespace) -> int:
    shape = KIND.shape if options.image_shape is None else shape_of_text(options.image_shape)
    if options.signal is not None:
        shape = (check_integer("signal", options.signal, *LENGTHS), 1)
    if options.memory is not None:
        _bound_memory(check_integer("memory", options.memory, 64, 1_000_000))
    from gan_core.data import catalog

    most = None if options.most is None else check_integer("most", options.most, 10, 1_000_000)
    seen = catalog.look_at(options.path, shape, options.prepare, most)
    facts = seen.sheet.to_dict()
    if options.show:
        from gan_core.imaging import exports, pixels, waveforms

        shown = seen.images if options.signal is None else waveforms.painted(pixels.to_unit(pixels.to_model(seen.images, UNIT), UNIT))
        exports.write(Path(options.show), pixels.encode_png(pixels.grid(shown, COLUMNS)))
        facts["shown"] = {"columns": COLUMNS, "labels": None if seen.labels is None else seen.labels.tolist(), "count": len(seen.images)}
    shared.say(options, str(seen.sheet), **facts)
    return 0


def _bound_memory(megabytes: int) -> None:
    """From here on this process gets no more memory than that; nothing where the system has no such bound (Windows)."""
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
