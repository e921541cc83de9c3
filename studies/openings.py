"""Which digit the page opens on, and which walk the Interpolate tab: `python studies/openings.py`, a look, then `--write 5`.

A seed is good where the shipped reader is sure of its digit, the discriminator takes it for real, and that in every model that draws from seeds,
since the seed stays when the model is changed. A walk is good where that holds all along it: no frame between two digits may be a smear. What is
best of both is listed; an eye chooses from that, as a digit the reader is sure of can still have a foot too many, and the choice is written where the
page and the static build read it (ui/static/state/opening.js).
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.model import digit_reader  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402
from gan_core.model.latent import child_seeds  # noqa: E402

HOME = ROOT / "ui" / "static" / "state" / "opening.js"
FIRST, OTHERS = "dcgan-mnist", ("cgan-mnist", "dense-mnist")  # the model that the page opens on, and those that the seed is kept for
ASKED = 3  # the digit that a conditional model is asked for when the page opens (START of ui/static/state/view.js)
SEEDS, SECONDS = 400, 10  # first keys looked at, and second keys for each of those that are fine
FRAMES = 24
LISTED = 12
# Of MNIST's test digits: how grey their ink is (the sum of 4 p (1 - p) by that of p; 0.73 is the third quartile, 1.2 is a smear), and how much ink
# they have (the quartiles are 72 and 113, 46 and 149 the 5 % at either end, thin lines and blobs).
GREY, INK = (0.73, 1.2), (46, 72, 113, 149)


READER = digit_reader.load()


def child(seed: int, number: int) -> int:
    """The seed of a row of a seed's grid, as the page has it."""
    return int(child_seeds(seed, number + 1)[number])


def clear(explorer: Explorer, z: np.ndarray, digit: int | None = None) -> np.ndarray:
    """How fine each picture of z `[n, d]` is, 0 ... 1.

    The reader's certainty, of `digit` where one is asked for; D's opinion, up to a half; black or white and not grey; neither thin nor a blob.
    """
    labels = None if digit is None else [digit] * len(z)
    images = explorer.generate(z, labels)
    sure = digit_reader.read(READER, images).probabilities
    certainty = sure.max(axis=1) if digit is None else sure[:, digit]
    ink = images.sum(axis=(1, 2))
    grey = (4 * images * (1 - images)).sum(axis=(1, 2)) / np.maximum(ink, 1e-6)
    sharp = np.interp(grey, GREY, (1, 0))
    return certainty * np.minimum(1, 2 * np.asarray(explorer.judge(images, labels)).ravel()) * sharp * np.interp(ink, INK, (0, 1, 1, 0))


def fine_seeds(explorers: dict[str, Explorer], count: int) -> list[tuple[float, int]]:
    """The best `count` seeds and their scores: the geometric mean over the models, in which the first counts most."""
    total = np.ones(SEEDS)
    for name, explorer in explorers.items():
        z = np.concatenate([explorer.sample_z(1, seed) for seed in range(1, SEEDS + 1)])
        total *= clear(explorer, z, ASKED if explorer.num_classes else None) ** (0.6 if name == FIRST else 0.2)
    return [(float(total[i]), int(i) + 1) for i in np.argsort(-total)[:count]]


def walk_of(explorer: Explorer, seed: int, second: int) -> np.ndarray:
    """How clear each frame of the walk from a seed's digit to its child's is."""
    return clear(explorer, explorer.walk(explorer.points([seed, child(seed, second)]), steps=FRAMES).z)


def main() -> None:
    """Look at seeds, then at walks from the best of them, and say or write what is best."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--write", type=int, metavar="N", help=f"write the N-th of the list to {HOME.relative_to(ROOT)}")
    options.add_argument(
        "--best", type=int, default=12, help="how many of the best seeds are tried as the beginning of a walk (default: 12)"
    )
    given = options.parse_args()
    if given.write is not None and not 1 <= given.write <= LISTED:
        options.error(f"--write takes a place of the list, 1 ... {LISTED}, not {given.write}")
    explorers = {name: Explorer.open(ROOT / "checkpoints" / name) for name in (FIRST, *OTHERS)}
    first = explorers[FIRST]
    candidates = []
    for score, seed in fine_seeds(explorers, given.best):
        start = int(digit_reader.read(READER, first.generate(first.sample_z(1, seed))).digits[0])
        for second in range(1, SECONDS + 1):
            end = int(digit_reader.read(READER, first.generate(first.sample_z(1, child(seed, second)))).digits[0])
            frames = walk_of(first, seed, second)
            if end != start:  # a walk that goes somewhere
                candidates.append((score * float(frames.min()), seed, second, start, end, score, float(frames.min()), float(frames.mean())))
    candidates.sort(reverse=True)
    print("     both    seed second  from to  digit  worst frame  mean frame")
    for place, (both, seed, second, start, end, score, worst, mean) in enumerate(candidates[:LISTED], 1):
        print(f"{place:3}  {both:.3f} {seed:6} {second:6}  {start:4} {end:2}  {score:.3f}  {worst:11.3f}  {mean:10.3f}")
    frames = walk_of(first, 25, 1)
    print(
        f"the former: seed 25, digit {clear(first, first.sample_z(1, 25))[0]:.3f}, its walk's worst frame {frames.min():.3f}, mean {frames.mean():.3f}"
    )
    if given.write:
        _, seed, second, *_ = candidates[given.write - 1]
        text = re.sub(r"seed: \d+, second: \d+", f"seed: {seed}, second: {second}", HOME.read_text())
        HOME.write_text(text)


if __name__ == "__main__":
    main()
