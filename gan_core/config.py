"""Settings of a model and of a training: frozen, checked when made, to and from JSON."""

from __future__ import annotations

import dataclasses
import re
import typing
from dataclasses import dataclass, field
from typing import Any, Self

from gan_core.errors import ConfigError

LOSSES = ("non_saturating", "minimax", "least_squares", "hinge", "wasserstein")
ONE_STAGE_LOSSES = ("non_saturating", "minimax")  # where D's and G's gradients on a fake differ by a factor that is never 0 / 0
OPTIMIZERS = ("adam", "sgd", "soap")
PRECISIONS = ("auto", "float32", "bfloat16")
XLA = ("auto", "on", "off")
MAX_SEED = 2**32 - 1
NAME_RULE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def check_integer(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int in [low, high].

    Raises: ConfigError that names the setting, what came and the range.
    """
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not low <= value <= high:  # type: ignore[operator]
        raise ConfigError(f"{name} is {value!r}; expected a whole number from {low:,} to {high:,}.")
    return int(value)  # type: ignore[call-overload]


def check_number(name: str, value: object, low: float, high: float) -> float:
    """`value` as a finite float in [low, high].

    Raises: ConfigError that names the setting, what came and the range.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:  # NaN is in no range
        raise ConfigError(f"{name} is {value!r}; expected a number from {low:g} to {high:g}.")
    return float(value)


def check_choice(name: str, value: object, choices: typing.Iterable[str]) -> str:
    """`value` if it is one of `choices`.

    Raises: ConfigError that lists the choices.
    """
    listed = list(choices)
    if not isinstance(value, str) or value not in listed:
        raise ConfigError(f"{name} is {value!r}; expected one of: {', '.join(listed)}.")
    return value


def check_seed(value: object) -> int:
    """A seed, 0 ... 2^32 - 1. Raises ConfigError."""
    return check_integer("seed", value, 0, MAX_SEED)


def check_name(name: object, what: str = "name") -> str:
    """A name that can be a folder's: a-z, 0-9, '-' and '_', at most 64. Raises ConfigError."""
    if not isinstance(name, str) or not NAME_RULE.fullmatch(name):
        raise ConfigError(f"{what} is {name!r}; expected 1 to 64 of a-z, 0-9, '-' and '_', beginning with a letter or digit.")
    return name


class _Settings:
    """JSON in and out for a frozen dataclass; unknown names are an error, never ignored."""

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        if not isinstance(values, dict):
            raise ConfigError(f"{cls.__name__} is {type(values).__name__}; expected an object with named settings.")
        known = {entry.name for entry in dataclasses.fields(cls)}  # type: ignore[arg-type]
        unknown = sorted(set(values) - known)
        if unknown:
            raise ConfigError(f"unknown setting {', '.join(map(repr, unknown))}; expected some of: {', '.join(sorted(known))}.")
        try:
            return cls(**values)
        except TypeError as error:
            raise ConfigError(f"{cls.__name__} is not complete: {error}.") from error

    def to_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)  # type: ignore[call-overload]


@dataclass(frozen=True)
class ModelConfig(_Settings):
    """What a network is: enough to build it again.

    `widths` holds the family's own hyper-parameters (numbers of channels and the like), known to its file only.
    """

    family: str
    preset: str = "reference"
    latent_dim: int = 100
    num_classes: int = 0
    image_shape: tuple[int, int, int] = (28, 28, 1)
    widths: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("family", "preset"):
            if not isinstance(getattr(self, name), str):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; expected a name.")
        check_integer("latent_dim", self.latent_dim, 1, 1024)
        check_integer("num_classes", self.num_classes, 0, 1000)
        if tuple(self.image_shape) != (28, 28, 1):
            raise ConfigError(f"image_shape is {self.image_shape!r}; expected [28, 28, 1], the only size the networks are made for.")
        object.__setattr__(self, "image_shape", (28, 28, 1))
        if not isinstance(self.widths, dict):
            raise ConfigError(f"widths is {self.widths!r}; expected an object.")


@dataclass(frozen=True)
class TrainConfig(_Settings):
    """How it is trained. Times are in steps; a step is one update of the generator and `d_steps` of the discriminator."""

    dataset: str = "mnist"
    steps: int = 5000
    batch_size: int = 64
    g_learning_rate: float = 1e-3
    d_learning_rate: float = 1e-3
    optimizer: str = "adam"
    beta_1: float = 0.9
    loss: str = "non_saturating"
    d_steps: int = 1
    one_stage: bool = False
    share_fakes: bool = False
    precision: str = "auto"  # of the layers' arithmetic, variables and losses are float32; auto: bfloat16 where it pays (hardware.settled)
    xla: str = "auto"  # whether XLA compiles the step; auto is what was measured to be faster for the family on a CPU
    label_smoothing: float = 0.0
    r1_gamma: float = 0.0
    r1_every: int = 8
    gradient_penalty: float = 0.0
    naming: float = 0.0  # weight of the loss by which the discriminator's class scores also name real pictures
    speck_penalty: float = 0.0  # weight of the sum of squares by which the drawn pictures' lone spots stand out
    z_scale: float = 1.0  # 0: every z is the same, so there is nothing to draw differently from
    random_labels: float = 0.0  # share of labels that are drawn by lot while training
    ema_decay: float = 0.0
    final_lr_fraction: float = 1.0
    seed: int = 0
    report_every: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, str) or not self.dataset:
            raise ConfigError(f"dataset is {self.dataset!r}; expected a name such as 'mnist' or 'digits', or the path of your own.")
        check_integer("steps", self.steps, 1, 10_000_000)
        check_integer("batch_size", self.batch_size, 2, 4096)
        check_number("g_learning_rate", self.g_learning_rate, 1e-7, 1.0)
        check_number("d_learning_rate", self.d_learning_rate, 0.0, 1.0)
        check_choice("optimizer", self.optimizer, OPTIMIZERS)
        check_number("beta_1", self.beta_1, 0.0, 0.999)
        check_choice("loss", self.loss, LOSSES)
        check_integer("d_steps", self.d_steps, 1, 20)
        check_choice("precision", self.precision, PRECISIONS)
        check_choice("xla", self.xla, XLA)
        for name in ("one_stage", "share_fakes"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; expected true or false.")
        if self.one_stage and (self.d_steps != 1 or self.loss not in ONE_STAGE_LOSSES):
            raise ConfigError("one_stage needs d_steps 1 and the loss non_saturating or minimax: it takes both gradients from one pass.")
        check_number("label_smoothing", self.label_smoothing, 0.0, 0.5)
        check_number("r1_gamma", self.r1_gamma, 0.0, 1000.0)
        check_integer("r1_every", self.r1_every, 1, 1000)
        check_number("gradient_penalty", self.gradient_penalty, 0.0, 1000.0)
        if self.loss == "wasserstein" and not self.gradient_penalty:
            raise ConfigError("gradient_penalty is 0; the loss wasserstein needs one, or the critic's scores run away (10 in the paper).")
        if self.loss == "wasserstein" and self.label_smoothing:
            raise ConfigError(
                f"label_smoothing is {self.label_smoothing!r}; expected 0 for the loss wasserstein, whose scores are no labels."
            )
        check_number("naming", self.naming, 0.0, 100.0)
        check_number("speck_penalty", self.speck_penalty, 0.0, 100.0)
        check_number("z_scale", self.z_scale, 0.0, 2.0)
        check_number("random_labels", self.random_labels, 0.0, 1.0)
        check_number("ema_decay", self.ema_decay, 0.0, 0.99999)
        check_number("final_lr_fraction", self.final_lr_fraction, 0.0, 1.0)
        check_seed(self.seed)
        check_integer("report_every", self.report_every, 0, 10_000_000)

    @classmethod
    def changed(cls, values: dict[str, Any], changes: dict[str, Any]) -> Self:
        """`values` with `changes` on top; a step in one stage becomes one in two where the changes need that. Raises ConfigError."""
        merged = {**values, **changes}
        if "one_stage" not in changes and (
            merged.get("d_steps", 1) != 1 or merged.get("loss", ONE_STAGE_LOSSES[0]) not in ONE_STAGE_LOSSES
        ):
            merged["one_stage"] = False
        return cls.from_dict(merged)

    def steps_of_epochs(self, epochs: object, samples: int) -> int:
        """Steps that make `epochs` passes over `samples` pictures with this batch size. Raises ConfigError."""
        passes = check_number("epochs", epochs, 1e-4, 100_000)
        return max(1, round(passes * max(1, samples // (self.batch_size * self.d_steps))))

    def report_steps(self) -> list[int]:
        """The steps at which a report and a snapshot are written, first 0, last `steps`.

        A generator changes most at the beginning, so the first reports come at doubling distances until they are `report_every` apart
        (by default a hundredth of the run).
        """
        every = self.report_every or max(1, self.steps // 100)
        steps, step = [0], 1
        while step < min(every, self.steps):
            if step * 16 >= every:
                steps.append(step)
            step *= 2
        steps.extend(range(every, self.steps, every))
        return sorted({*steps, self.steps})
