"""Does it copy, and is anything missing? Faces whose every attribute is known: `python studies/faces.py CHECKPOINT FACES OTHERS`.

FACES is the folder of `tools/faces.mjs` that it was trained on, OTHERS one of another seed, which it has never seen. Two tables:

- distance to the nearest picture of the training set (root of the mean square over pixels of 0 ... 1), of generated pictures and of OTHERS: where the
  generated ones are nearer than faces that nobody copied, it copies;
- how often each colour of ground, of skin and of hair is there, in FACES and as generated. Colours are read off the pixels, at places where FACES'
  own attributes say that the reading is right; how often it is, on OTHERS, stands beside it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.imaging import pixels  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402

ATTRIBUTES = {"ground": "primaryBackgroundColor", "skin": "skinColor", "hair": "hairColor"}
ROWS = 500  # pictures compared at a time
NEAR = 60.0  # of a pixel to a colour, in steps of 255: beyond it, the pixel is of something else


def nearest(pictures: np.ndarray, training: np.ndarray) -> np.ndarray:
    """Of each picture uint8 `[n, h, w, 3]`: root mean square to the nearest of `training`, 0 ... 1."""
    flat = training.reshape(len(training), -1).astype(np.float32) / 255
    squares = (flat**2).sum(1)
    squares_apart = []
    for start in range(0, len(pictures), ROWS):
        some = pictures[start : start + ROWS].reshape(-1, flat.shape[1]).astype(np.float32) / 255
        squares_apart.append(np.maximum((some**2).sum(1)[:, None] - 2 * some @ flat.T + squares, 0).min(1))
    return np.asarray(np.sqrt(np.concatenate(squares_apart) / flat.shape[1]))


class Reader:
    """Reads a colour off a picture: of which of `colours` most pixels are, among those where that attribute shows."""

    def __init__(self, images: np.ndarray, said: list[str]) -> None:
        self.names = sorted(set(said))
        self.colours = np.array([[int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in self.names], np.float32)
        right = np.array([self.names.index(name) for name in said])
        shows = np.stack([(self._of(images[i : i + ROWS]) == right[i : i + ROWS, None, None]).sum(0) for i in range(0, len(images), ROWS)])
        self.where = shows.sum(0) > 0.5 * len(images)  # in most pictures this place has the attribute's colour
        if not self.where.any():
            self.where = shows.sum(0) >= np.sort(shows.sum(0), axis=None)[-40]

    def _of(self, images: np.ndarray) -> np.ndarray:
        """Index of the nearest colour of each pixel; -1 where none is near."""
        away = np.sqrt(((images[..., None, :].astype(np.float32) - self.colours) ** 2).sum(-1))
        return np.where(away.min(-1) < NEAR, away.argmin(-1), -1)

    def read(self, images: np.ndarray) -> list[str]:
        """The colour of each picture's attribute; `none` where no place shows any of them."""
        names = []
        for start in range(0, len(images), ROWS):
            for place in self._of(images[start : start + ROWS])[:, self.where]:
                counts = np.bincount(place[place >= 0], minlength=len(self.names))
                names.append(self.names[int(counts.argmax())] if counts.any() else "none")
        return names


def faces(folder: Path, most: int) -> tuple[np.ndarray, list[dict[str, str]]]:
    """Pictures uint8 `[n, 64, 64, 3]` and the attributes of each."""
    images = np.load(folder / "faces.npy", mmap_mode="r")[:most]
    return np.asarray(images), [json.loads(line) for line in (folder / "attributes.jsonl").read_text().splitlines()[: len(images)]]


def main() -> int:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("faces", type=Path, help="folder of the faces that it was trained on")
    parser.add_argument("others", type=Path, help="folder of faces of another seed")
    parser.add_argument("--n", type=int, default=2000, help="pictures generated (default: 2000)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    explorer = Explorer.open(options.checkpoint)
    parts = [explorer.generate(explorer.sample_z(ROWS, options.seed + i)) for i in range(-(-options.n // ROWS))]
    generated = pixels.to_uint8(np.concatenate(parts)[: options.n])
    (training, said), (others, others_said) = faces(options.faces, 10**9), faces(options.others, options.n)

    print("distance to the nearest training picture   1 %   50 %   99 %")
    for name, pictures in (("generated", generated), ("faces it has never seen", others)):
        print(f"{name:40}" + "".join(f"{value:7.3f}" for value in np.percentile(nearest(pictures, training), (1, 50, 99))))
    for what, key in ATTRIBUTES.items():
        reader = Reader(training[:4000], [one[key] for one in said[:4000]])
        right = np.mean([a == b[key] for a, b in zip(reader.read(others), others_said, strict=True)])
        there, drawn = Counter(one[key] for one in said), Counter(reader.read(generated))
        print(f"\n{what}, read right in {right:.1%} of the others\n{'':10}{'training':>10}{'generated':>11}")
        for name in [*reader.names, "none"]:
            print(f"{name:10}{there[name] / len(said):10.1%}{drawn[name] / len(generated):11.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
