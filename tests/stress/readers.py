"""The readers of strangers' files, all of them; here those of data, pictures and links."""

from __future__ import annotations

import gzip
import io
import random
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from conftest import make_checkpoint
from PIL import Image, ImageDraw

from gan_core.data import photos
from gan_core.data.own import load_own
from stress import mutations
from stress.model_readers import checkpoint_config, folder_of_links, metrics, program_file
from stress.reader import Reader, in_bytes, is_taken
from stress.run_readers import recording, run_folder
from ui.site.first_sight import Opening


def all_readers(folder: Path) -> list[Reader]:
    """Every reader, with files of its own below `folder`."""
    made = [
        checkpoint_config,
        metrics,
        program_file,
        npz,
        own_zip,
        own_table,
        own_idx,
        picture,
        link,
        run_folder,
        recording,
        folder_of_links,
    ]
    found = []
    for make in made:
        own = folder / make.__name__
        own.mkdir(parents=True)
        found.append(make(own))
    return found


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
        return is_taken(lambda: load_own(path, "train"))

    return Reader("npz", seeds, mutations.odd_npz, read)


def own_zip(folder: Path) -> Reader:
    """A person's own pictures in a zip: its list, its members and the pictures in them."""
    path, random, seeds = folder / "x.zip", np.random.default_rng(1), []
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", packing) as archive:
            for number in range(12):
                drawn = io.BytesIO()
                Image.fromarray(random.integers(0, 256, (9, 9), np.uint8)).save(drawn, "PNG")
                archive.writestr(f"own/{'ab'[number % 2]}/{number}.png", drawn.getvalue())
        seeds.append(whole.getvalue())
    seeds.append(_zip_of_arrays(random))
    return _own("own zip", path, seeds, mutations.odd_npz)


def _zip_of_arrays(random: np.random.Generator) -> bytes:
    """As people zip an `.npz` with a table beside it."""
    arrays, whole = io.BytesIO(), io.BytesIO()
    np.savez(arrays, images=random.integers(0, 256, (12, 9, 9), np.uint8))
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("own/train.npz", arrays.getvalue())
        archive.writestr("own/sample.csv", "id,label")
    return whole.getvalue()


def own_table(folder: Path) -> Reader:
    """A person's own pictures as rows of a CSV."""
    random = np.random.default_rng(2)
    rows = [",".join(map(str, [number % 3, *random.integers(0, 256, 25)])) for number in range(12)]
    head = "label," + ",".join(f"p{i}" for i in range(25))
    return _own("own table", folder / "x.csv", ["\n".join(some).encode() for some in (rows, [head, *rows])], in_bytes)


def own_idx(folder: Path) -> Reader:
    """A person's own pictures as MNIST's came, plain and zipped, and as one array."""
    images = np.random.default_rng(3).integers(0, 256, (12, 9, 9), np.uint8)
    plain = b"\0\0\x08\x03" + b"".join(side.to_bytes(4, "big") for side in images.shape) + images.tobytes()
    return _own("own idx", folder / "train-images-idx3-ubyte", [plain, gzip.compress(plain)], in_bytes)


def _own(name: str, path: Path, seeds: list[bytes], change: Callable[[random.Random, bytes], bytes]) -> Reader:
    def read(data: bytes) -> bool:
        path.write_bytes(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's and zipfile's, on what they could still read
            return is_taken(lambda: load_own(path, "train"))

    return Reader(name, seeds, change, read)


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
            return is_taken(lambda: photos.read_picture(data))

    return Reader("picture", seeds, mutations.odd_picture, read)


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
            return is_taken(lambda: Opening.read(query).png(generator, prior))

    return Reader("link", [text.encode() for text in LINKS], in_bytes, read)
