"""Holding a picture by its ink: pull a stroke and find the z whose picture follows; give a picture and find the z that draws it.

Both move z so that the generator's picture comes near a wanted one, within what the prior calls likely: the picture stays one of the model's.
Source: Zhu et al. 2016, Generative Visual Manipulation on the Natural Image Manifold, https://arxiv.org/abs/1609.03552; Pan et al. 2023,
    Drag Your GAN, https://arxiv.org/abs/2305.10973. The browser does the same (ui/static/autodiff/grasp.js).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gan_core.arrays import Floats
from gan_core.classes import even, weights
from gan_core.imaging import pixels, plots
from gan_core.mnist import SIDE
from gan_core.model.gradient import gradient
from gan_core.model.latent import Prior
from gan_core.model.program import Program

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# All lengths are in pixels of a picture of MNIST's size; larger pictures have longer ones (`_length`).
REACH = 3.5  # pixels: how far from the finger the ink comes along (sigma of a Gaussian)
NEAR = 5.0  # pixels: how far from the finger the picture has to follow
FAR_WEIGHT = 0.2  # of what lies farther: it may give way, or nothing would move
BLUR = 1.0  # pixels: both pictures are blurred so much before they are compared, so that a stroke that is near feels where to go
STEP = 0.1  # of each coordinate of z, in units of the prior's spread: so a pixel that is cut off at black feels what lies behind
DAMPING = 0.05  # of a Gauss-Newton step, in units of the prior's spread
LONGEST_STEP = 0.7  # of z in one step
CANDIDATES, CANDIDATES_OF_A_CLASS = 256, 40  # drawn before a search, to start from the nearest
STARTS_OF_A_CLASS = 2  # where the class is looked for, too
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # of red, green and blue (ITU-R BT.601), as Pillow makes grey
FARTHEST = 1.15  # |z| at most, in units of the prior's usual length, sqrt(latent_dim)


@functools.lru_cache(maxsize=8)
def _blur_matrix(size: int, sigma: float) -> Floats:
    """A Gaussian blur of one axis, `[size, size]`; black lies around a picture."""
    places = np.arange(size)
    weights = np.exp(-((places[:, None] - places) ** 2) / (2 * sigma**2)) / (sigma * np.sqrt(2 * np.pi))
    return np.asarray(weights, np.float32)


def _length(pixels: float, picture: Floats) -> float:
    """A length on a picture `[..., h, w]`, given as it is on MNIST's."""
    height, width = picture.shape[-2:]
    return float(pixels * min(height, width) / SIDE)


def blurred(pictures: Floats) -> Floats:
    """Pictures `[..., h, w]` blurred by a Gaussian of a 28th of a side (MNIST: one pixel)."""
    (height, width), sigma = pictures.shape[-2:], _length(BLUR, pictures)
    return np.asarray(_blur_matrix(height, sigma) @ pictures @ _blur_matrix(width, sigma).T, np.float32)


def pulled(picture: Floats, start: tuple[float, float], end: tuple[float, float]) -> Floats:
    """The picture `[h, w]` with the ink at `start` pulled to `end`, (x, y) in pixels; what lies farther from `end` comes along less.

    Every pixel takes the ink from where it lay: p - (end - start) * exp(-|p - end|^2 / (2 reach^2)), between pixels by linear interpolation.
    """
    (height, width), reach = picture.shape, _length(REACH, picture)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    share = np.exp(-((x - end[0]) ** 2 + (y - end[1]) ** 2) / (2 * reach**2))
    return _between_pixels(picture, x - (end[0] - start[0]) * share, y - (end[1] - start[1]) * share)


def _between_pixels(picture: Floats, x: Floats, y: Floats) -> Floats:
    """The picture at places `x`, `y` of any shape, bilinear; black outside."""
    padded = np.pad(picture, 1)
    x, y = np.clip(x + 1, 0, padded.shape[1] - 1.001), np.clip(y + 1, 0, padded.shape[0] - 1.001)
    column, row = x.astype(int), y.astype(int)
    right, down = x - column, y - row
    above = (1 - right) * padded[row, column] + right * padded[row, column + 1]
    below = (1 - right) * padded[row + 1, column] + right * padded[row + 1, column + 1]
    return np.asarray((1 - down) * above + down * below, np.float32)


class Grasp:
    """A hand on the ink of one picture, from the press to the release.

    Args:
        generator, prior: of the model.
        z: `[latent_dim]`, where the hand took hold.
        class_weights: `[num_classes]` of a conditional model.
        start: (x, y) in pixels, where the ink was taken.
    """

    def __init__(self, generator: Program, prior: Prior, z: Floats, class_weights: Floats | None, start: tuple[float, float]) -> None:
        self.generator, self.prior, self.z, self.start = generator, prior, z, start
        self.class_weights = class_weights
        self.picture = self._pictures(z[None])[0]  # as it was at the press
        self.scale = spread_of(prior)

    def pull(self, end: tuple[float, float], steps: int = 1) -> Floats:
        """Let the ink follow to `end` by Gauss-Newton steps; returns the new z `[latent_dim]`.

        A step solves (J^T W J + damping) dz = J^T W (wanted - drawn): J the Jacobian of the blurred picture by z, by small differences, W
        the weights of the pixels.
        """
        wanted = blurred(pulled(self.picture, self.start, end))
        weights = self._weights(end).ravel()
        for _ in range(steps):
            drawn, slopes = self._felt()
            system = (slopes * weights) @ slopes.T + DAMPING * np.eye(len(self.z), dtype=np.float32)
            step = np.linalg.solve(system, (slopes * weights) @ (wanted - blurred(drawn)).ravel()).astype(np.float32)
            step *= min(1, LONGEST_STEP / max(float(np.linalg.norm(step)), 1e-9))
            self.z = within(self.prior, self.z + step * self.scale)
        return self.z

    def _felt(self) -> tuple[Floats, Floats]:
        """The picture, and how its blurred self changes with every coordinate of z, `[latent_dim, pixels]`, in units of the prior's spread."""
        moved = self.z + STEP * np.diag(self.scale)
        drawn, *there = self._pictures(np.concatenate([self.z[None], moved]))
        return drawn, (blurred(np.stack(there) - drawn) / np.float32(STEP)).reshape(len(self.z), -1)

    def _weights(self, end: tuple[float, float]) -> Floats:
        (height, width), reach = self.picture.shape, _length(NEAR, self.picture)
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        near = [np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / (2 * reach**2)) for place in (self.start, end)]
        return np.asarray(FAR_WEIGHT + (1 - FAR_WEIGHT) * np.maximum(*near), np.float32)

    def _pictures(self, z: Floats) -> Floats:
        weights = None if self.class_weights is None else np.repeat(self.class_weights[None], len(z), axis=0)
        return brightness(drawn_pictures(self.generator, z, weights), self.generator)


def spread_of(prior: Prior) -> Floats:
    """Standard deviation of each coordinate under the prior, `[latent_dim]`."""
    if prior.factor is None:
        return np.ones(prior.latent_dim, np.float32)
    return np.asarray(np.sqrt((prior.factor**2).sum(axis=1)) + 1e-6, np.float32)


def within(prior: Prior, z: Floats) -> Floats:
    """z `[..., latent_dim]` pulled in to where the prior's mass lies: at most FARTHEST times the usual length, codes not negative."""
    if prior.kind == "rectified_normal":
        return np.asarray(np.maximum(z, 0), np.float32)
    length = np.linalg.norm(z, axis=-1, keepdims=True)
    return np.asarray(z * np.minimum(1, FARTHEST * np.sqrt(prior.latent_dim) / np.maximum(length, 1e-9)), np.float32)


@dataclass(frozen=True)
class Inversion:
    """What was found for pictures.

    Attributes:
        z: `[n, latent_dim]`.
        images: what they draw, `[n, h, w]` or `[n, h, w, 3]` in [0, 1].
        error: the root mean square error `[n]` of each.
        class_weights: what a conditional model is asked for, `[n, num_classes]`; None for another.
    """

    z: Floats
    images: Floats
    error: Floats
    class_weights: Floats | None = None

    def figure(self) -> Figure:
        """The pictures that were found, each with its error, as a matplotlib figure."""
        captions = [f"RMSE {error:.3f}" for error in self.error]
        return plots.film(self.images, captions, title="Nearest pictures, and how far they are in [0, 1]")

    def _repr_png_(self) -> bytes:
        """What a notebook shows of it."""
        return plots.png(self.figure())


def invert(
    generator: Program,
    prior: Prior,
    images: Floats,
    class_weights: Floats | None = None,
    starts: int = 4,
    steps: int = 150,
    pull: float = 1e-3,
    seed: int = 0,
) -> Inversion:
    """The z whose pictures are nearest to `images`: Adam from several starts, with the prior as a weight.

    Args:
        images: `[n, h, w]` or `[n, h, w, 3]` in [0, 1].
        class_weights: `[n, num_classes]` of a conditional model; None there: the class is found, too.
        starts: how many of the drawn pictures, those nearest to each image, are started from: of 256, or of 40 of each class and then at most two
            of one class, so that a digit which looks like another does not take all places.
        pull: weight of |z|^2 / latent_dim beside the mean square error, in the search and in the choice between what the starts have found.
    """
    z, labels = _starts(generator, prior, images, class_weights, starts, seed)
    each = len(z) // len(images)
    wanted = np.repeat(images, each, axis=0)
    z = _adam(generator, prior, z, labels, wanted, steps, pull)
    drawn = drawn_pictures(generator, z, labels)
    squared = ((drawn - wanted) ** 2).mean(axis=tuple(range(1, drawn.ndim)))
    # by what was searched for, and not by the error alone: at the prior's edge a 2 comes as near to a painted 7 as the likely 7 does
    missed = squared + pull * (((z - prior.mean) / spread_of(prior)) ** 2).mean(axis=1)
    best = np.arange(len(images)) * each + missed.reshape(-1, each).argmin(axis=1)
    return Inversion(z[best], drawn[best], np.sqrt(squared[best]), None if labels is None else labels[best])


def _starts(
    generator: Program, prior: Prior, images: Floats, class_weights: Floats | None, starts: int, seed: int
) -> tuple[Floats, Floats | None]:
    """Of drawn z those whose pictures are nearest, `[n * starts, latent_dim]`, and the class weights of each."""
    classes = generator.num_classes if class_weights is None else 0
    drawn_z = prior.sample(classes * CANDIDATES_OF_A_CLASS or CANDIDATES, seed)
    labels = weights(even(len(drawn_z), classes), classes) if classes else None
    chosen_z, chosen_labels = [], []
    for i, image in enumerate(images):
        if class_weights is not None:
            labels = np.repeat(class_weights[i : i + 1], len(drawn_z), axis=0)
        if i == 0 or class_weights is not None:
            seen = _compared(drawn_pictures(generator, drawn_z, labels), generator)
        nearest = ((seen - _compared(image, generator)) ** 2).reshape(len(seen), -1).sum(axis=1).argsort()
        if classes:  # places in the order of distance, without the third and later ones of a class
            of_class = nearest % classes
            earlier = np.tril(of_class[:, None] == of_class, -1).sum(axis=1)
            nearest = nearest[earlier < STARTS_OF_A_CLASS]
        chosen = nearest[:starts]
        chosen_z.append(drawn_z[chosen])
        if labels is not None:
            chosen_labels.append(labels[chosen])
    return np.concatenate(chosen_z), np.concatenate(chosen_labels) if chosen_labels else None


def _compared(images: Floats, generator: Program) -> Floats:
    """Pictures as they are compared, by blurred ink; signals by their samples."""
    return images if len(generator.output["shape"]) == 2 else blurred(brightness(images, generator))


def _adam(generator: Program, prior: Prior, z: Floats, labels: Floats | None, wanted: Floats, steps: int, pull: float) -> Floats:
    """Adam (Kingma & Ba 2015) on the mean square error of the pictures plus the prior's pull; the rate falls to nothing."""
    low, high = generator.output["range"]
    scale = spread_of(prior)
    mean, square = np.zeros_like(z), np.zeros_like(z)
    for step in range(1, steps + 1):
        drawn = drawn_pictures(generator, z, labels)
        by_picture = (drawn - wanted)[..., None] * np.float32(2 / wanted[0].size / (high - low))
        slope = gradient(generator, z, by_picture.reshape(len(z), *generator.output["shape"]), labels).by_input * scale
        slope += np.float32(2 * pull / prior.latent_dim) * (z - prior.mean) / scale
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        rate = 0.15 * (1 - step / (steps + 1))
        moved = rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        z = within(prior, (z - moved * scale).astype(np.float32))
    return z


def drawn_pictures(generator: Program, z: Floats, class_weights: Floats | None) -> Floats:
    """What the generator draws, `[n, h, w]` or `[n, h, w, 3]` in [0, 1]."""
    return np.asarray(pixels.to_unit(generator.run(z, class_weights), generator.output["range"]), np.float32)


def brightness(pictures: Floats, generator: Program) -> Floats:
    """Pictures `[..., h, w]` of those the generator draws: of colours how bright they are, which is what a hand holds."""
    return pictures if generator.output["shape"][2] == 1 else pictures @ LUMINANCE
