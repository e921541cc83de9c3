"""The command that looks at a person's own data before anything trains: data."""

from __future__ import annotations

import argparse

from gan_core.commands import options as shared
from gan_core.kind import shape_of_text, text_of_shape
from gan_core.mnist import KIND
from gan_core.preparation import EXPECTED


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add this command."""
    text = "Say what is understood of your own pictures: how many, which classes, sizes and ink, what is left out and why."
    data = shared.command(commands, "data", _data, text, "data my-pictures/ --image-shape 64x64x3")
    data.add_argument("path", help="a folder or .zip of pictures (sub-folders are classes), an .npz, .npy, .csv or idx file")
    shared.add_shape(data, text_of_shape(KIND.shape))
    data.add_argument("--prepare", default="", help=f"what is done to them first: {EXPECTED}")


def _data(options: argparse.Namespace) -> int:
    shape = KIND.shape if options.image_shape is None else shape_of_text(options.image_shape)
    from gan_core.data import catalog

    sheet = catalog.examine(options.path, shape, options.prepare)
    shared.say(options, str(sheet), **sheet.to_dict())
    return 0
