"""Makes a large checkpoint small enough to ship: `python tools/lighten.py KEPT OUT --steps 110 550 2420 11000 --data "what it learned from"`.

OUT has KEPT's networks as they are; its earlier moments in 8 bits, those of `--steps` only, and a picture of them; no `weights.safetensors`, which only
a training reads that goes on from it. Shipped so:

    node tools/faces.mjs FACES --style lorelei --count 20000 --seed 1
    gan-core train dcgan64 --preset studio --batch-size 32 --steps 11000 --dataset FACES/faces.npy --out KEPT/dcgan64-faces
    python tools/lighten.py KEPT/dcgan64-faces checkpoints/faces --steps 110 550 2420 11000 --data "20,000 drawn faces, ..."

    gan-core train wave --preset studio --seed 1 --out KEPT/vibration
    python tools/lighten.py KEPT/vibration checkpoints/vibration --steps 0 90 315 1170 4500
    gan-core evaluate checkpoints/vibration --n 2400 --write

    python tools/hangul.py FONTS DATA
    GAN_DATA=DATA gan-core train cgan64 --preset studio --seed 1 --out KEPT/hangul
    python tools/lighten.py KEPT/hangul checkpoints/hangul --steps 128 540 1440 18000
    GAN_DATA=DATA gan-core evaluate checkpoints/hangul --n 2350 --write
    python studies/hangul.py DATA/hangul.npz checkpoints/hangul

    gan-core train vae --preset map --out KEPT/map
    python tools/lighten.py KEPT/map checkpoints/map --steps 0 64 468 3276 23400
    gan-core evaluate checkpoints/map --write
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core import classes  # noqa: E402
from gan_core.imaging import pixels, waveforms  # noqa: E402
from gan_core.model import checkpoints, program  # noqa: E402
from gan_core.model.checkpoints import Checkpoint  # noqa: E402
from gan_core.model.latent import normal  # noqa: E402
from gan_core.runs import keeping  # noqa: E402

COLUMNS = 12  # pictures of one z through the training
WHOLE = ("generator.safetensors", "discriminator.safetensors", "encoder.safetensors", "directions.safetensors", "prior.safetensors")


def drawn(network: program.Program, groups: tuple[int, ...]) -> np.ndarray:
    """The pictures of the same z whatever the network, uint8 `[COLUMNS, h, w, ...]`; of a conditional one a z as one class after the other."""
    size, count = network.input["shape"][0], network.num_classes
    seeds = np.zeros(COLUMNS, int) if count else np.arange(COLUMNS)
    labels = classes.weights(classes.even(COLUMNS, count, groups), count, groups) if count else None
    return waveforms.painted(pixels.to_unit(network.run(normal(seeds, size), labels), network.output["range"]))


def palette(image: np.ndarray) -> bytes:
    """A PNG of 256 colours."""
    out = io.BytesIO()
    Image.fromarray(image).quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def lighten(source: Checkpoint, out: Path, steps: list[int], data: str) -> Checkpoint:
    """Raises: CheckpointError where `out` is there already; SystemExit for a step that was not kept."""
    config = source.config.to_dict()
    kept = {epoch["step"]: epoch for epoch in config["epochs"]}
    if missing := sorted(set(steps) - set(kept)):
        raise SystemExit(f"{source.folder} has no moment of step {missing[0]}; expected some of {', '.join(map(str, sorted(kept)))}.")
    config["epochs"] = [kept[step] for step in sorted(steps)]
    earlier = {epoch["file"]: program.from_bytes(source.bytes(epoch["file"]), epoch["file"]) for epoch in config["epochs"]}
    whole = [name for name in WHOLE if source.has(name)]
    contents = {name: source.bytes(name) for name in whole}
    encoders = [epoch.encoder_file for epoch in source.config.epochs if epoch.step in steps and source.has(epoch.encoder_file)]
    moments = earlier | {file: program.from_bytes(source.bytes(file), file) for file in encoders}
    contents |= {name: program.to_bytes(network, "int8") for name, network in moments.items()}
    contents["progress.png"] = palette(
        pixels.grid(np.concatenate([drawn(network, source.model.groups) for network in earlier.values()]), COLUMNS)
    )
    contents["metrics.json"] = (source.folder / "metrics.json").read_bytes()
    card = keeping.model_card(out.name, config).replace("a person's own pictures", data)
    contents["README.md"] = card.encode()
    for name in ("format", "name"):
        config.pop(name, None)
    return checkpoints.write(out, config, contents)


def main() -> None:
    """Lighten, and say what it weighs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kept", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, nargs="+", required=True)
    parser.add_argument("--data", default="a person's own pictures", help="what it learned from, for its card, where the data have no name")
    options = parser.parse_args()
    made = lighten(Checkpoint(options.kept), options.out, options.steps, options.data)
    size = sum(path.stat().st_size for path in made.folder.rglob("*") if path.is_file())
    print(f"{made.folder}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
