"""What still gives the shipped models away: `GAN_DATA=... python studies/two_sample.py checkpoints/*-mnist --sheet worst.png`.

A row a model: the accuracy of a fresh network that was trained to tell its pictures from real ones (0.5: it cannot), a column for each number of
pictures that it learnt from; the share that the project's classifier is unsure of; recall, distance and specks. The first row has training pictures
in the place of generated ones. `--spread 0.9 1.0 1.1 1.2` draws each model wider or narrower: 1 is as z were drawn while it was trained, whatever
its `spread` makes of them. `--sheet` draws the 64 worst of the pictures that were asked about: those the classifier is least sure of, and those the
network is surest of, with those of the real ones that it is surest of beside them.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.data import catalog  # noqa: E402
from gan_core.errors import GanCoreError  # noqa: E402
from gan_core.imaging import pixels  # noqa: E402
from gan_core.metrics import figures, two_sample  # noqa: E402
from gan_core.metrics.comparing import K, unit  # noqa: E402
from gan_core.metrics.scorecard import unsure  # noqa: E402
from gan_core.model import digit_reader  # noqa: E402
from gan_core.model.digit_reader import Reading  # noqa: E402
from gan_core.model.explorer import Explorer  # noqa: E402
from gan_core.training.two_sample import learn  # noqa: E402

SIDE = 8  # of a tile of the sheet
DATA = "mnist"


@dataclass(frozen=True)
class Drawn:
    """Pictures uint8 `[n, h, w]` of one source, to be asked about and to learn from, and the digits that were asked for."""

    name: str
    asked: np.ndarray
    learnt: np.ndarray
    requested: np.ndarray | None = None


def drawn(explorer: Explorer, n: int, seed: int, spread: float | None) -> Drawn:
    """`n` pictures of `seed` and of the seed after it, as the model is shipped or with z of this spread inside of it."""
    own = float(explorer.checkpoint.model.widths.get("spread", 1.0))
    psi = 1.0 if spread is None else spread / own
    requested = explorer.even_labels(n) if explorer.num_classes else None
    sets = [pixels.to_uint8(explorer.generate(explorer.sample_z(n, each, psi), requested)) for each in (seed, seed + 1)]
    return Drawn(f"{explorer.name} {own if spread is None else spread:.2f}", sets[0], sets[1], requested)


class Study:
    """The real pictures, what the classifier sees in them, and the tiles of the sheet."""

    def __init__(self, n: int, counts: list[int]) -> None:
        self.n, self.counts = n, counts
        training = catalog.load(DATA)
        self.known, self.others = two_sample.halves(training.images, training.labels)
        self.classifier = digit_reader.load()
        self.real = self.read(catalog.load(DATA, split="test").images)
        self.tiles: list[np.ndarray] = []
        self.labels: list[str] = []

    def read(self, pictures: np.ndarray) -> Reading:
        """What the classifier sees in uint8 pictures."""
        return digit_reader.read(self.classifier, unit(pictures))

    def floor(self) -> Drawn:
        """Training pictures in the place of generated ones: the last of each half, as the first are the real ones."""
        return Drawn("training pictures", self.others[0][-self.n :], self.known[0][-self.n :])

    def row(self, source: Drawn) -> str:
        """Measure one source, and add its tiles."""
        judged = two_sample.paired(*self.others, source.asked, source.requested)
        learnt = two_sample.paired(*self.known, source.learnt, source.requested)
        chance = np.random.default_rng(0).permutation(len(learnt[0]))
        verdicts = [two_sample.verdict((learnt[0][chance[:n]], learnt[1][chance[:n]]), judged, learn) for n in self.counts]
        seen = self.read(source.asked)
        near = figures.neighbourhood(self.real.features, seen.features, K)
        last = verdicts[-1]
        if last is not None:
            self._add(source.asked[np.argsort(seen.probabilities.max(axis=1), kind="stable")], f"{source.name}: unsure")
            self._add(judged[1][np.argsort(-last.generated, kind="stable")], f"{source.name}: told")
            self._add(judged[0][np.argsort(last.real, kind="stable")], "real: told")
        numbers = [
            *(f"{one.accuracy:.3f} +-{_half_width(one.right):.3f}" if one else "-" for one in verdicts),
            f"{100 * float(unsure(seen).mean()):.1f} %",
            f"{near.recall:.3f}",
            f"{near.precision:.3f}",
            f"{near.coverage:.3f}",
            f"{figures.frechet_distance(self.real.features, seen.features):.2f}",
            f"{100 * float(figures.specked(unit(source.asked)).mean()):.1f} %",
        ]
        return _line(source.name, numbers)

    def head(self) -> str:
        """The names of the columns."""
        return _line("", [*(f"told, of {n:,}" for n in self.counts), "unsure", "recall", "precision", "coverage", "distance", "specks"])

    def _add(self, pictures: np.ndarray, label: str) -> None:
        self.tiles.append(pixels.grid(pictures[: SIDE * SIDE], SIDE, 1))
        self.labels.append(label)

    def sheet(self) -> bytes:
        """The tiles as a PNG file, three a row, a row a source."""
        return pixels.contact_sheet(self.tiles, self.labels, columns=3, scale=2)


def _half_width(right: np.ndarray) -> float:
    """Half the width of the 95 % interval of a share."""
    return 1.96 * float(np.sqrt(right.mean() * (1 - right.mean()) / len(right)))


def _line(name: str, numbers: list[str]) -> str:
    return f"{name:24}" + "".join(f"{number:>16}" for number in numbers)


def main() -> None:
    """Measure, print a row at once, write the sheet at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--n", type=int, default=10_000, help="pictures asked about (default: 10000)")
    parser.add_argument("--seed", type=int, default=0, help="of the samples; those that are learnt from have the next (default: 0)")
    parser.add_argument("--learn", type=int, nargs="+", metavar="N", help="how many pictures of each kind are learnt from (default: --n)")
    parser.add_argument("--spread", type=float, nargs="+", metavar="X", help="of z inside of the model (default: as it is shipped)")
    parser.add_argument("--no-floor", action="store_true", help="without the row of training pictures")
    parser.add_argument("--sheet", type=Path, help="a picture of the 64 worst of each, to write")
    options = parser.parse_args()
    study = Study(options.n, options.learn or [options.n])
    print(study.head(), flush=True)
    if not options.no_floor:
        print(study.row(study.floor()), flush=True)
    for folder in options.checkpoints:
        explorer = Explorer.open(folder)
        if explorer.family.has_encoder:
            continue
        for spread in options.spread or [None]:
            print(study.row(drawn(explorer, options.n, options.seed, spread)), flush=True)
    if options.sheet:
        options.sheet.write_bytes(study.sheet())


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
