"""Explorer: one model held in the hand, by NumPy alone.

from gan_core import Explorer
e = Explorer.open("checkpoints/dcgan-mnist")
images = e.generate(e.sample_z(16, seed=7))          # float32 [16, h, w] in [0, 1], [16, h, w, 3] of colours
walk = e.walk(e.points([3, 7]), steps=30)            # walk.images [30, h, w]
e.judge(images)                                      # D(x) of each, 0 ... 1
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from gan_core import classes
from gan_core.arrays import Floats
from gan_core.config import check_integer, check_number, check_seed
from gan_core.errors import ConfigError
from gan_core.imaging import pixels as pictures
from gan_core.imaging import plots
from gan_core.model import grasp, latent
from gan_core.model.checkpoint_config import Epoch
from gan_core.model.checkpoints import Checkpoint
from gan_core.model.gradient import gradient
from gan_core.model.program import Program

BATCH = 32  # pictures at once: bounds the memory of the largest layer, 2 MB a picture for a DCGAN

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Walk:
    """A way through the latent space: latents `[n, latent_dim]`, class weights `[n, num_classes]` or None, pictures `[n, *kind.outer]`."""

    z: Floats
    labels: Floats | None
    images: Floats

    def figure(self) -> Figure:
        """The pictures on the way, numbered, as a matplotlib figure."""
        return plots.film(self.images, [str(i) for i in range(len(self.images))], title=f"A walk of {len(self.images)} pictures")

    def _repr_png_(self) -> bytes:
        """What a notebook shows of it."""
        return plots.png(self.figure())


class Explorer:
    """Draws, walks, encodes and judges with the networks of one checkpoint.

    Labels are class ids (whole numbers, one or `[n]`) or class weights `[n, num_classes]`; a model without classes takes None.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self.checkpoint, self.config, self.name = checkpoint, checkpoint.config, checkpoint.name
        self.family, self.latent_dim, self.num_classes = checkpoint.family, checkpoint.model.latent_dim, checkpoint.model.num_classes
        self.kind = checkpoint.model.kind
        self.steps = [epoch.step for epoch in checkpoint.config.epochs]
        self.prior = checkpoint.prior()
        self._programs: dict[str, Program] = {}

    @classmethod
    def open(cls, folder: Path | str) -> Self:
        """The explorer of a checkpoint folder. Raises CheckpointError."""
        return cls(Checkpoint(folder))

    def _program(self, file: str, role: str) -> Program:
        if file not in self._programs:
            self._programs[file] = self.checkpoint.epoch_program(file, role)
        return self._programs[file]

    def _network(self, role: str) -> Program:
        if not self.checkpoint.has(f"{role}.safetensors"):
            raise ConfigError(
                f"{self.name} has no {role}; expected a model of another family ({self.family.title} has {' and '.join(self.family.roles)})."
            )
        return self._program(f"{role}.safetensors", role)

    def _generator(self, step: int | None) -> Program:
        if step is None:
            return self._program("generator.safetensors", "generator")
        return self._program(self._epoch(step).file, "generator")

    def _epoch(self, step: int) -> Epoch:
        epoch = self.config.epoch_of(step)
        if epoch is None:
            raise ConfigError(f"{self.name} has no generator of step {step!r}; expected one of: {', '.join(map(str, self.steps))}.")
        return epoch

    def sample_z(self, n: int, seed: int = 0, truncation_psi: float = 1.0) -> Floats:
        """`n` latent vectors `[n, latent_dim]` from the prior; the same seed gives the same vectors as in the browser. Raises ConfigError."""
        return self.prior.sample(n, seed, truncation_psi)

    def points(self, seeds: list[int], truncation_psi: float = 1.0) -> Floats:
        """The latent vectors `[k, latent_dim]` of `k` seeds. Raises ConfigError."""
        return np.concatenate([self.prior.sample(1, check_seed(seed), truncation_psi) for seed in seeds])

    @property
    def labels(self) -> int:
        """How many labels it can be asked for: as many as classes, or the product of its groups."""
        return classes.count(self.num_classes, self.kind.groups)

    def even_labels(self, n: int) -> npt.NDArray[np.int64]:
        """Class ids `[n]` in turn, so that every class has its share. Raises ConfigError when the model has none."""
        if not self.num_classes:
            raise ConfigError(f"{self.name} has no classes; expected a conditional model.")
        return classes.even(n, self.num_classes, self.kind.groups)

    def class_weights(self, labels: npt.ArrayLike | None, n: int) -> Floats | None:
        """Labels of any accepted kind as weights `[n, num_classes]` that sum to 1, in each group of classes. Raises ConfigError."""
        if not self.num_classes:
            if labels is not None:
                raise ConfigError(f"labels were given, but {self.name} cannot be asked for a digit; expected None.")
            return None
        try:
            given = np.asarray(0 if labels is None else labels, np.float64)
        except (TypeError, ValueError) as error:
            raise ConfigError(f"labels are {labels!r}; expected class ids or weights.") from error
        if labels is None or given.ndim < 2:
            return self._one_hot(labels, given, n)
        if (
            given.shape != (n, self.num_classes)
            or not np.isfinite(given).all()
            or (given < 0).any()
            or any(np.abs(part.sum(axis=1) - 1).max() > 1e-3 for part in np.split(given, np.cumsum(self.kind.groups)[:-1], axis=1))
        ):
            where = " in each group" if self.kind.groups else ""
            raise ConfigError(
                f"the class weights have shape {list(given.shape)}; expected [{n}, {self.num_classes}], not negative, each row summing to 1{where}."
            )
        return given.astype(np.float32)

    def _one_hot(self, labels: npt.ArrayLike | None, given: npt.NDArray[np.float64], n: int) -> Floats:
        last = self.labels - 1
        if labels is None:
            raise ConfigError(
                f"{self.name} needs labels; expected {'labels' if self.kind.groups else 'class ids'} 0 ... {last}, one or {n}."
            )
        if given.ndim == 1 and len(given) != n:
            raise ConfigError(f"{len(given)} labels for {n} latent vectors; expected one or {n}.")
        ids = [check_integer("label", float(value), 0, last) for value in np.broadcast_to(given, n)]
        return classes.weights(ids, self.num_classes, self.kind.groups)

    def generate(self, z: npt.ArrayLike, labels: npt.ArrayLike | None = None, step: int | None = None) -> Floats:
        """Draw.

        Args:
            z: latent vectors `[n, latent_dim]`.
            labels: class ids or weights for a conditional model, else None.
            step: the generator as it was at this step of its training, one of `self.steps`.
        Returns: float32 `[n, *kind.outer]` in [0, 1]: `[n, h, w]`, of colours `[n, h, w, 3]`; MNIST's strokes are white on black.
        Raises: ConfigError, CheckpointError.
        """
        z = np.asarray(z, np.float32)
        if z.ndim != 2 or z.shape[1] != self.latent_dim or not len(z) or not np.isfinite(z).all():
            raise ConfigError(f"z has shape {list(z.shape)}; expected finite numbers [n, {self.latent_dim}], n at least 1.")
        weights, generator = self.class_weights(labels, len(z)), self._generator(step)
        return pictures.to_unit(self._batched(generator, z, weights), generator.output["range"])

    @staticmethod
    def _batched(network: Program, x: Floats, labels: Floats | None) -> Floats:
        starts = range(0, len(x), BATCH)
        return np.concatenate([network.run(x[i : i + BATCH], None if labels is None else labels[i : i + BATCH]) for i in starts])

    def walk(
        self, points: npt.ArrayLike, steps: int, labels: npt.ArrayLike | None = None, path: str = "spherical", closed: bool = False
    ) -> Walk:
        """Walk through key points; a label given at each moves along with them.

        Args:
            points: `[k, latent_dim]`, k at least 2.
            steps: number of pictures, 2 ... 1,000.
            labels: for a conditional model: one class id, or one at each key point.
            path: 'spherical' or 'linear'.
            closed: come back to the first point.
        Raises: ConfigError.
        """
        keys = np.asarray(points, np.float32)
        z = latent.walk(keys, steps, path, closed)
        if self.codes_are_rectified:
            z = np.maximum(z, 0)
        weights = self.class_weights(labels, len(keys))
        moved = None if weights is None else latent.walk(weights, steps, "linear", closed)
        return Walk(z, moved, self.generate(z, moved))

    @property
    def codes_are_rectified(self) -> bool:
        """Whether z are codes that are never negative."""
        return self.prior.kind == "rectified_normal"

    def plane(self, x: float, y: float, columns: int = 8, rows: int = 8, zoom: float = 0.5, labels: npt.ArrayLike | None = None) -> Floats:
        """Pictures `[rows * columns, *kind.outer]` of the plane of seeds around (x, y), `zoom` apart, row by row. Raises ConfigError."""
        check_number("zoom", zoom, 1e-3, 10)
        places = [
            (x + zoom * column, y + zoom * row)
            for row in range(check_integer("rows", rows, 1, 64))
            for column in range(check_integer("columns", columns, 1, 64))
        ]
        return self.generate(np.stack([latent.seed_plane(self.prior, *place) for place in places]), labels)

    def encode(self, images: npt.ArrayLike) -> Floats:
        """Codes `[n, latent_dim]` of pictures `[n, *kind.outer]` in [0, 1]. Raises ConfigError for a family without an encoder."""
        encoder = self._network("encoder")
        return self._batched(encoder, pictures.unit_to_model(self._checked(images), encoder.input["range"]), None)

    def reconstruct(self, images: npt.ArrayLike, step: int | None = None) -> Floats:
        """Pictures `[n, *kind.outer]` through the code and back, as at `step` of the training. Raises ConfigError."""
        if step is None:
            return self.generate(self.encode(images))
        generator = self._generator(step)
        self._network("encoder")
        encoder = self._program(self._epoch(step).encoder_file, "encoder")
        code = self._batched(encoder, pictures.unit_to_model(self._checked(images), encoder.input["range"]), None)
        return pictures.to_unit(self._batched(generator, code, None), generator.output["range"])

    def judge(self, images: npt.ArrayLike, labels: npt.ArrayLike | None = None) -> Floats:
        """D(x), the discriminator's probability `[n]` that each picture `[n, *kind.outer]` is real. Raises ConfigError for an autoencoder."""
        discriminator, shown = self._network("discriminator"), self._checked(images)
        weights = self.class_weights(labels, len(shown)) if discriminator.num_classes else None
        logits = self._batched(discriminator, pictures.unit_to_model(shown, discriminator.input["range"]), weights)[:, 0]
        return np.clip(logits, 0, 1) if discriminator.output.get("probability") == "clip" else 0.5 * (np.tanh(0.5 * logits) + 1)

    def drag(
        self, z: npt.ArrayLike, start: tuple[float, float], end: tuple[float, float], labels: npt.ArrayLike | None = None, steps: int = 10
    ) -> Walk:
        """Take the ink at `start` and pull it to `end`: the z whose picture follows, and how it came there.

        Args:
            z: one latent vector `[latent_dim]` or `[1, latent_dim]`.
            start, end: (x, y) in pixels from the top left one's middle; the way between is taken in `steps` steps, 1 ... 1,000.
            labels: as for `generate`, of one picture.
        Returns: the walk `[steps + 1]` from `z` on.
        Raises: ConfigError.
        """
        if self.kind.name != "picture":
            raise ConfigError(f"{self.name} draws {self.kind}; expected pictures, whose ink can be taken hold of.")
        point = np.asarray(z, np.float32).reshape(1, -1)
        first = self.generate(point, labels)[0]
        for name, place in (("start", start), ("end", end)):
            for axis, length in zip("xy", (first.shape[1], first.shape[0]), strict=True):
                check_number(f"{axis} of {name}", place[axis == "y"], -length, 2 * length)
        weights = self.class_weights(labels, 1)
        hand = grasp.Grasp(self._generator(None), self.prior, point[0], None if weights is None else weights[0], start)
        way = [point[0]]
        for share in np.arange(1, check_integer("steps", steps, 1, 1000) + 1) / steps:
            way.append(hand.pull((start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))))
        walked = np.stack(way)
        moved = None if weights is None else np.repeat(weights, len(walked), axis=0)
        return Walk(walked, moved, self.generate(walked, moved))

    def invert(
        self, images: npt.ArrayLike, labels: npt.ArrayLike | None = None, starts: int = 4, steps: int = 150, seed: int = 0
    ) -> grasp.Inversion:
        """The z whose pictures are nearest to these: a GAN has no encoder, so they are searched for, from several starts.

        Args:
            images: `[n, *kind.outer]` in [0, 1].
            labels: as for `generate`; without them a conditional model's digit is found, too; of several groups of classes they must be given.
            starts, steps: how many searches for each picture, 1 ... 64 (1 ... 20 where digits are found), and how long each is, 1 ... 10,000.
        Returns: z, what they draw, the root mean square error of each, and the class weights that were found or given.
        Raises: ConfigError.
        """
        shown = self._checked(images)
        if labels is None and self.kind.groups:
            raise ConfigError(f"labels are None, and {self.name} has too many to try; expected the label of each picture.")
        weights = None if labels is None else self.class_weights(labels, len(shown))
        most = 64 if labels is not None or not self.num_classes else grasp.STARTS_OF_A_CLASS * self.num_classes
        return grasp.invert(
            self._generator(None), self.prior, shown, weights, check_integer("starts", starts, 1, most),
            check_integer("steps", steps, 1, 10_000), seed=check_seed(seed),
        )  # fmt: skip

    def wish(self, images: npt.ArrayLike, labels: npt.ArrayLike | None = None) -> Floats:
        """What the discriminator tells the generator: the gradient of its logit by the pixels, of the pictures' shape; above 0: brighter there.

        Args: as for `judge`.
        Raises: ConfigError for an autoencoder.
        """
        discriminator, shown = self._network("discriminator"), self._checked(images)
        weights = self.class_weights(labels, len(shown)) if discriminator.num_classes else None
        low, high = discriminator.input["range"]
        inside = pictures.unit_to_model(shown, (low, high))
        slopes = gradient(discriminator, inside, np.ones((len(shown), 1), np.float32), weights).by_input
        return slopes.reshape(shown.shape) * np.float32(high - low)

    def figure(self, n: int = 20, seed: int = 0) -> Figure:
        """A sample as a matplotlib figure, each picture with the seed that draws it alone; of a conditional model the digits in turn."""
        z, seeds = self.sample_z(n, seed), latent.child_seeds(check_seed(seed), n)
        captions = [str(one) for one in seeds]
        labels = self.even_labels(n) if self.num_classes else None
        return plots.film(self.generate(z, labels), captions, title=f"{self.name}, {n} samples of seed {seed}, each with its own seed")

    def figure_of_directions(self, seed: int = 0, reach: float = 3.0, steps: int = 7, labels: npt.ArrayLike | None = None) -> Figure:
        """What the leading directions do to one picture: a row each, from `reach` standard deviations down to as many up. Raises ConfigError."""
        z, (directions, _) = self.sample_z(1, seed), self.directions()
        amounts = np.linspace(-check_number("reach", reach, 0, 10), reach, check_integer("steps", steps, 2, 20))
        moved = np.concatenate([z + np.float32(amount) * direction for direction in directions for amount in amounts])
        if self.codes_are_rectified:
            moved = np.maximum(moved, 0)
        labels = 0 if labels is None and self.num_classes else labels
        captions = [f"{amount:+.1f} sd" for _ in directions for amount in amounts]
        title = f"{self.name}, seed {seed}: its {len(directions)} leading directions, from top to bottom"
        return plots.film(self.generate(moved, labels), captions, columns=steps, title=title)

    def _repr_png_(self) -> bytes:
        """What a notebook shows of it."""
        return plots.png(self.figure())

    def directions(self) -> tuple[Floats, Floats]:
        """Leading directions and their duals, `[8, latent_dim]` each (see gan_core.directions). Raises CheckpointError."""
        return self.checkpoint.directions()

    def _checked(self, images: npt.ArrayLike) -> Floats:
        shown, outer = np.asarray(images, np.float32), self.kind.outer
        if shown.shape[1:] != outer or not len(shown) or not ((shown >= 0) & (shown <= 1)).all():
            raise ConfigError(f"images have shape {list(shown.shape)}; expected [n, {str(outer)[1:-1]}] with values in [0, 1].")
        return shown
