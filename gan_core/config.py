"""Settings of a model and of a training: frozen, checked when made, to and from JSON.

A setting is one line here. The form of the Train tab, the options of the command line, what may be changed in flight or when branching,
what a calibration must measure again and the table in docs/settings.md are made from it (`gan_core/settings.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from gan_core.checks import (
    MAX_SEED,
    NAME_RULE,
    check_boolean,
    check_choice,
    check_integer,
    check_name,
    check_number,
    check_seed,
    shown,
)
from gan_core.errors import ConfigError
from gan_core.kind import Kind
from gan_core.mnist import KIND
from gan_core.preparation import EXPECTED, Preparation
from gan_core.settings import Settings, setting

__all__ = [
    "LOSSES",
    "MAX_SEED",
    "MAX_STEPS",
    "NAME_RULE",
    "ONE_STAGE_LOSSES",
    "ModelConfig",
    "TrainConfig",
    "Widths",
    "check_boolean",
    "check_choice",
    "check_integer",
    "check_name",
    "check_number",
    "check_seed",
    "shown",
]

LOSSES = ("non_saturating", "minimax", "least_squares", "hinge", "wasserstein")
ONE_STAGE_LOSSES = ("non_saturating", "minimax")  # where D's and G's gradients on a fake differ by a factor that is never 0 / 0
MAX_STEPS = 10_000_000
Widths = dict[str, Any]  # a family's own numbers by name; only its file knows of what kind each is
MOST_SHOWN = 64  # steps that a training can name to be shown


@dataclass(frozen=True)
class ModelConfig(Settings):
    """What a network is: enough to build it again.

    `widths` holds the family's own hyper-parameters (numbers of channels and the like), known to its file only.
    `image_shape`, `classes`, `rate` and `groups` are those of `kind`; a file that lacks the latter three is one of pictures whose classes have no
    names and are one group.
    """

    family: str
    preset: str = "reference"
    latent_dim: int = setting(100, "size of z, the vector that a picture is drawn from", low=1, high=1024, label="Latent size", form=True)
    num_classes: int = setting(0, "classes that a conditional model can be asked for", low=0, high=1000, command=False)
    image_shape: tuple[int, ...] = KIND.shape
    widths: Widths = field(default_factory=dict)
    classes: tuple[str, ...] = ()
    rate: float = 0.0
    groups: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("family", "preset"):
            if not isinstance(getattr(self, name), str):
                raise ConfigError(f"{name} is {shown(getattr(self, name))}; expected a name.")
        kind = self.kind
        for name, value in (("image_shape", kind.shape), ("classes", kind.classes), ("rate", kind.rate), ("groups", kind.groups)):
            object.__setattr__(self, name, value)
        if self.num_classes and kind.classes and len(kind.classes) != self.num_classes:
            raise ConfigError(f"classes has {len(kind.classes)} names; expected {self.num_classes}, one for each of num_classes.")
        if kind.groups and sum(kind.groups) != self.num_classes:
            raise ConfigError(f"groups is {shown(kind.groups)} and num_classes {self.num_classes}; expected their sum to be num_classes.")
        if not isinstance(self.widths, dict):
            raise ConfigError(f"widths is {shown(self.widths)}; expected an object.")

    @property
    def kind(self) -> Kind:
        """What it draws."""
        return Kind.of(self.image_shape, self.classes, self.rate, self.groups)

    def class_name(self, label: int) -> str:
        """What class `label` is called; its number where the data did not name it."""
        return self.classes[label] if label < len(self.classes) else str(label)

    def to_dict(self) -> dict[str, object]:
        """As in a file: without names, a rate and groups where there are none, so that files of grey digits stay as they are."""
        values = super().to_dict()
        return {name: value for name, value in values.items() if name not in ("classes", "rate", "groups") or value}


def _pairs(values: Mapping[str, object]) -> bool:
    """Whether a training with these settings can hold each fake against a real picture (`relativistic`)."""
    return values.get("loss", LOSSES[0]) == LOSSES[0] and not values.get("label_smoothing")


@dataclass(frozen=True)
class TrainConfig(Settings):
    """How it is trained. Times are in steps; a step is one update of the generator and `d_steps` of the discriminator."""

    dataset: str = setting(
        "mnist", "what it learns to draw: mnist, fashion_mnist, digits, vibration, hangul, or the path of a folder of pictures or .npz, of recordings for signals",
        aliases=("--data",),
        expected="a name such as 'mnist' or 'digits', or the path of your own")  # fmt: skip
    prepare: str = setting(
        "", "what is done to your own pictures first: pad or crop, invert or bright-ink, turn-90, transpose, hold-20 and others", expected=EXPECTED,
        timed=False)  # fmt: skip
    steps: int = setting(5000, "number of training steps", low=1, high=MAX_STEPS, timed=False)
    batch_size: int = setting(
        64, "pictures in one step", low=2, high=4096, unit="pictures", label="Batch size", form=True, in_flight=True)  # fmt: skip
    g_learning_rate: float = setting(
        1e-3, "learning rate of the generator (of the whole network for an autoencoder)", low=1e-7, high=1.0,
        label="Learning rate, generator", form=True, by=0.0001, in_flight=True, timed=False)  # fmt: skip
    d_learning_rate: float = setting(
        1e-3, "learning rate of the discriminator", low=0.0, high=1.0, label="Learning rate, discriminator", form=True, by=0.0001,
        in_flight=True, timed=False, duel=True)  # fmt: skip
    optimizer: str = setting(
        "adam", "adam, sgd with momentum as in the first paper, or soap", choices=("adam", "sgd", "soap"), label="Optimizer",
        form=True)  # fmt: skip
    beta_1: float = setting(
        0.9, "share of the former direction that an update keeps: Adam's beta_1, or the momentum of sgd", low=0.0, high=0.999,
        label="beta_1 or momentum", form=True, by=0.05, branching=True, timed=False)  # fmt: skip
    loss: str = setting(
        "non_saturating", "adversarial loss", choices=LOSSES, label="Loss", form=True, in_flight=True, duel=True)  # fmt: skip
    d_steps: int = setting(
        1, "discriminator steps in a generator step (k)", low=1, high=20, unit="steps", label="k, discriminator steps", form=True,
        in_flight=True, duel=True)  # fmt: skip
    one_stage: bool = setting(
        False, "both updates from one pass through the networks", label="Both updates from one pass", branching=True, duel=True)  # fmt: skip
    relativistic: bool = setting(
        False,
        "the discriminator says which of a real and a drawn picture is the real one, in the place of judging each by itself",
        duel=True,
    )
    share_fakes: bool = setting(False, "the generator's step takes the fakes of the discriminator's", duel=True)
    precision: str = setting(
        "auto", "of the layers' arithmetic, variables and losses are float32; auto is bfloat16 where it pays and the processor has it",
        choices=("auto", "float32", "bfloat16"))  # fmt: skip
    xla: str = setting(
        "auto", "whether XLA compiles the step; auto is what is faster for the family on a CPU, try on with a GPU",
        choices=("auto", "on", "off"))  # fmt: skip
    label_smoothing: float = setting(
        0.0, "one-sided label smoothing: how far below 1 the target of real pictures is", low=0.0, high=0.5, label="Label smoothing",
        in_flight=True, timed=False, duel=True)  # fmt: skip
    r1_gamma: float = setting(
        0.0, "weight of the R1 penalty on the discriminator's gradient, 0 for none", low=0.0, high=1000.0, label="R1 penalty",
        branching=True, duel=True)  # fmt: skip
    r2_gamma: float = setting(0.0, "weight of the same penalty at drawn pictures (R2), 0 for none", low=0.0, high=1000.0, duel=True)
    r1_every: int = setting(8, "steps between two applications of the R1 penalty, and of R2", low=1, high=1000, unit="steps", duel=True)
    gradient_penalty: float = setting(
        0.0, "weight of the penalty on slopes other than 1 between real and drawn pictures (WGAN-GP), 0 for none", low=0.0, high=1000.0,
        duel=True)  # fmt: skip
    naming: float = setting(
        0.0, "weight of the loss by which the discriminator's class scores also name real pictures", low=0.0, high=100.0, duel=True
    )
    speck_penalty: float = setting(
        0.0, "weight of the sum of squares by which the drawn pictures' lone spots stand out", low=0.0, high=100.0, duel=True
    )
    z_scale: float = setting(
        1.0, "spread of z; with 0 every z is the same, so there is nothing to draw differently from", low=0.0, high=2.0, label="Spread of z",
        in_flight=True, offered=False, timed=False, duel=True)  # fmt: skip
    random_labels: float = setting(
        0.0, "share of the labels that are drawn by lot while training", low=0.0, high=1.0, label="Share of labels by lot", in_flight=True,
        offered=False, timed=False, duel=True)  # fmt: skip
    ema_decay: float = setting(0.0, "decay of the averaged generator, 0 for none", low=0.0, high=0.99999)
    final_lr_fraction: float = setting(
        1.0, "share of the learning rates that is left at the last step; they fall linearly", low=0.0, high=1.0, timed=False
    )
    seed: int = setting(
        0, "seed of every random draw", low=0, high=MAX_SEED, label="Seed", hint="same seed, same machine: same losses", form=True,
        timed=False)  # fmt: skip
    report_every: int = setting(
        0, "steps between two reports; 0 is a hundredth of the run", low=0, high=MAX_STEPS, unit="steps", timed=False
    )
    show_at: str = setting(
        "", "steps that are shown whatever else is: a report and a picture of each, '400,800,1600'",
        expected="whole numbers with commas between, or nothing", timed=False)  # fmt: skip
    labelled: int = setting(
        0, "pictures whose labels a discriminator that names the classes is given, as many of each class; 0 for all of them", low=0,
        high=1_000_000, unit="pictures", duel=True)  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "prepare", str(Preparation.of(self.prepare)))
        self.shown_steps()
        if self.one_stage and (self.d_steps != 1 or self.loss not in ONE_STAGE_LOSSES):
            raise ConfigError("one_stage needs d_steps 1 and the loss non_saturating or minimax: it takes both gradients from one pass.")
        if self.relativistic and not _pairs(self.values()):
            raise ConfigError(
                "relativistic needs the loss non_saturating and label_smoothing 0: it asks which of two pictures is the real one."
            )
        if self.loss == "wasserstein" and not self.gradient_penalty:
            raise ConfigError("gradient_penalty is 0; the loss wasserstein needs one, or the critic's scores run away (10 in the paper).")
        if self.loss == "wasserstein" and self.label_smoothing:
            raise ConfigError(
                f"label_smoothing is {self.label_smoothing!r}; expected 0 for the loss wasserstein, whose scores are no labels."
            )

    def to_dict(self) -> dict[str, object]:
        """As in a file: without `prepare` where nothing is done to the pictures, so that files of named data sets stay as they are."""
        values = super().to_dict()
        return {name: value for name, value in values.items() if name != "prepare" or value}

    @classmethod
    def changed(cls, values: Mapping[str, object], changes: Mapping[str, object]) -> Self:
        """`values` with `changes` on top. Where the changes need that, a step in one stage becomes one in two, and one in pairs judges each
        picture by itself. Raises ConfigError."""
        merged = {**values, **changes}
        if "one_stage" not in changes and (
            merged.get("d_steps", 1) != 1 or merged.get("loss", ONE_STAGE_LOSSES[0]) not in ONE_STAGE_LOSSES
        ):
            merged["one_stage"] = False
        if "relativistic" not in changes and not _pairs(merged):
            merged["relativistic"] = False
        return cls.from_dict(merged)

    def steps_of_epochs(self, epochs: object, samples: int) -> int:
        """Steps that make `epochs` passes over `samples` pictures with this batch size. Raises ConfigError."""
        passes = check_number("epochs", epochs, 1e-4, 100_000)
        return max(1, round(passes * max(1, samples // (self.batch_size * self.d_steps))))

    def shown_steps(self) -> list[int]:
        """The steps of `show_at`, those within the run. Raises ConfigError for a text that names no steps."""
        parts = [part.strip() for part in self.show_at.split(",")] if self.show_at.strip() else []
        if len(parts) > MOST_SHOWN or not all(part.isascii() and part.isdigit() and len(part) <= len(str(MAX_STEPS)) for part in parts):
            raise ConfigError(f"show_at is {shown(self.show_at)}; expected at most {MOST_SHOWN} whole numbers with commas between, "
                              "such as '400,800,1600'.")  # fmt: skip
        return sorted({int(part) for part in parts if int(part) <= self.steps})

    def report_steps(self) -> list[int]:
        """The steps at which a report and a snapshot are written, first 0, last `steps`.

        A generator changes most at the beginning, so the first reports come at doubling distances until they are `report_every` apart
        (by default a hundredth of the run); those of `show_at` come besides.
        """
        every = self.report_every or max(1, self.steps // 100)
        steps, step = [0], 1
        while step < min(every, self.steps):
            if step * 16 >= every:
                steps.append(step)
            step *= 2
        steps.extend(range(every, self.steps, every))
        return sorted({*steps, *self.shown_steps(), self.steps})
