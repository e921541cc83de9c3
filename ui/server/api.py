"""Named endpoints for programs, besides the page: `gradio_client.Client(url).predict(..., api_name="/generate")`."""

# no `from __future__ import annotations` here: Gradio makes the endpoints' documentation from the annotations themselves
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypedDict, TypeVar

import gradio as gr
import numpy as np
import numpy.typing as npt
from gradio.block_function import BlockFunction
from gradio.state_holder import SessionState

from gan_core.config import check_choice, check_integer, check_name
from gan_core.errors import ConfigError, GanCoreError
from gan_core.model.explorer import Explorer
from gan_core.model.latent import PATHS
from ui.server import library
from ui.server.discreet import without_folders
from ui.server.events import ENDPOINTS
from ui.settings import Settings
from ui.site.listing import ModelEntry

MOST_IMAGES = 64  # Gradio still walks through every number of a result once, while nobody else is served
# The numbers of pictures are 0.0000 to 1.0000: one float object for each, to which the lists of a result point, instead of 24 bytes a pixel.
_SHADES = np.array([round(i / 10_000, 4) for i in range(10_001)], object)


P = ParamSpec("P")
T = TypeVar("T")


class Page(gr.Blocks):
    """Blocks that hand on what an endpoint returns: Gradio walks through it twice for files, a fifth of a second in which nobody else is served."""

    async def postprocess_data(
        self, block_fn: BlockFunction, predictions: list[object] | dict[object, object], state: SessionState | None
    ) -> list[object]:
        """What goes out, one for each output."""
        if block_fn.concurrency_id == ENDPOINTS:
            return [predictions]
        return list(await super().postprocess_data(block_fn, predictions, state))


class Model(TypedDict):
    """A model that can be asked for pictures."""

    id: str
    title: str
    family: str
    latent_dim: int
    num_classes: int
    step: int
    steps: list[int]


class Pictures(TypedDict):
    """Pictures `[n][height][width]` in [0, 1], of colours `[n][height][width][3]`, their latents, and class ids, class weights or null."""

    images: list[object]
    z: list[list[float]]
    labels: list[object] | None


def add(settings: Settings) -> None:
    """Add the endpoints to the Blocks being built."""
    endpoints = Endpoints(settings)
    for function in (endpoints.models, endpoints.generate, endpoints.interpolate, endpoints.reconstruct):
        gr.api(_told(function), api_name=function.__name__, concurrency_limit=2, concurrency_id=ENDPOINTS)


class Endpoints:
    """What the endpoints do; their words are the documentation that Gradio shows."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def models(self) -> list[Model]:
        """The models that the other endpoints take.

        Returns: for each its `id`, `title`, `family`, `latent_dim`, `num_classes` (0: cannot be asked for a digit), `step` and the
        `steps` of training at which earlier generators were kept.
        """
        listed = [model for model in library.models(self.settings)["models"] if model["kind"] == "checkpoint"]
        return [_described(model) for model in listed]

    def generate(
        self, model: str, n: int = 16, seed: int = 0, psi: float = 1.0, digit: int | None = None, step: int | None = None
    ) -> Pictures:
        """Draw `n` pictures from a seed; the same seed gives the same pictures as on the page.

        Args:
            model: an `id` of /models.
            n: 1 ... 64.
            seed: 0 ... 2^32 - 1.
            psi: spread of z, 0 ... 2; below 1 safer and more alike, above 1 wilder.
            digit: 0 ... 9 for a conditional model, of classes in groups their label (0 ... 11,171 for Hangul: the code point minus 44,032);
                all in turn where it is not given.
            step: the generator as it was at this step of its training, one of the model's `steps`.
        Returns: `images` floats in [0, 1] `[n][height][width]`, `z` `[n][latent_dim]`, `labels` `[n]` or null.
        """
        explorer = self._open(model)
        z = explorer.sample_z(check_integer("n", n, 1, MOST_IMAGES), seed, psi)
        labels = _labels(explorer, len(z), digit)
        return _answer(explorer.generate(z, labels, step=step), z, labels)

    def interpolate(
        self,
        model: str,
        seeds: list[int],
        steps: int = 16,
        path: str = "spherical",
        psi: float = 1.0,
        digits: list[int] | None = None,
        closed: bool = False,
    ) -> Pictures:
        """Walk through key points, given by their seeds.

        Args:
            model: an `id` of /models.
            seeds: two or more seeds.
            steps: number of pictures, 2 ... 64.
            path: spherical or linear.
            psi: spread of z, 0 ... 2.
            digits: for a conditional model, the digit at each key point; the label moves along.
            closed: come back to the first point.
        Returns: `images` floats in [0, 1] `[steps][height][width]`, `z` `[steps][latent_dim]`, `labels` class weights `[steps][10]` or null.
        """
        explorer = self._open(model)
        points = explorer.points(_seeds(seeds), psi)
        if digits is not None and (not explorer.num_classes or len(digits) != len(seeds)):
            raise ConfigError(f"{len(digits)} digits for {len(seeds)} seeds; expected one a seed, and only for a conditional model.")
        labels = (digits or [0] * len(points)) if explorer.num_classes else None
        steps = check_integer("steps", steps, 2, MOST_IMAGES)
        walked = explorer.walk(points, steps, labels, path=check_choice("path", path, PATHS), closed=closed)
        return _answer(walked.images, walked.z, walked.labels)

    def reconstruct(self, model: str, images: list[list[list[float]]]) -> Pictures:
        """Encode pictures with an autoencoder and draw them again from their codes.

        Args:
            model: the `id` of an autoencoder.
            images: floats in [0, 1] `[n][height][width]`, as the model's own, at most 64.
        Returns: `images` floats in [0, 1] `[n][height][width]`, their codes `z` `[n][128]`, `labels` null.
        """
        pictures = _pictures(images)
        explorer = self._open(model)
        z = explorer.encode(pictures)
        return _answer(explorer.generate(z), z, None)

    def _open(self, model: str) -> Explorer:
        folder = self.settings.checkpoints / check_name(model, "model")
        if not folder.is_dir():
            raise ConfigError(f"{model!r} is no checkpoint here; expected an `id` of /models.")
        return Explorer.open(folder)


def _told(function: Callable[P, T]) -> Callable[P, T]:
    """The same function, its mistakes told to the caller in words."""

    @wraps(function)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except GanCoreError as error:
            raise gr.Error(without_folders(str(error)), print_exception=False) from error

    return told


def _described(model: ModelEntry) -> Model:
    return Model(
        id=model["id"],
        title=model["title"],
        family=model["family"],
        latent_dim=model["latent_dim"],
        num_classes=model["num_classes"],
        step=model["step"],
        steps=[epoch["step"] for epoch in model["epochs"]],
    )


def _labels(explorer: Explorer, n: int, digit: int | None) -> npt.ArrayLike | None:
    if not explorer.num_classes:
        if digit is not None:
            raise ConfigError(f"digit is {digit!r}, but {explorer.name} cannot be asked for one; expected null or a conditional model.")
        return None
    return explorer.even_labels(n) if digit is None else [check_integer("digit", digit, 0, explorer.labels - 1)] * n


def _seeds(seeds: object) -> list[int]:
    if not isinstance(seeds, list) or not 2 <= len(seeds) <= MOST_IMAGES:
        raise ConfigError(f"seeds is {str(seeds)[:60]}; expected a list of 2 to {MOST_IMAGES} whole numbers.")
    return seeds


def _pictures(images: object) -> np.ndarray:
    try:
        pictures = np.array(images, np.float32)
    except (TypeError, ValueError, OverflowError) as error:
        raise ConfigError("images is not an array of numbers; expected [n][height][width] floats in [0, 1].") from error
    if pictures.ndim not in (3, 4) or not 1 <= len(pictures) <= MOST_IMAGES:
        raise ConfigError(f"images has shape {list(pictures.shape)}; expected [n][height][width] with n from 1 to {MOST_IMAGES}.")
    if not np.all((pictures >= 0) & (pictures <= 1)):
        raise ConfigError("images holds values outside [0, 1]; expected floats from 0 (black) to 1 (white).")
    return pictures


def _answer(images: npt.ArrayLike, z: npt.ArrayLike, labels: npt.ArrayLike | None) -> Pictures:
    shades = np.rint(np.clip(np.asarray(images, np.float64), 0, 1) * 10_000).astype(np.intp)
    return {
        "images": _SHADES[shades].tolist(),
        "z": np.asarray(z, np.float64).tolist(),
        "labels": None if labels is None else np.asarray(labels).tolist(),
    }
