"""What a family is: its name, paper, presets and the functions that build its networks."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain


@dataclass(frozen=True)
class Preset:
    """A complete set of settings a person can choose by name.

    Args:
        model, train: what differs from the defaults of ModelConfig and TrainConfig.
        latent_multiple: what latent_dim is a multiple of (a code with a height and a width).
    """

    title: str
    model: dict[str, object] = field(default_factory=dict)
    train: dict[str, object] = field(default_factory=dict)
    latent_multiple: int = 1


@dataclass(frozen=True)
class Family:
    """One kind of generative model.

    Args:
        roles: of its networks, 'generator' and either 'discriminator' (they are trained against each other) or 'encoder' (they are trained to
            give a picture back). The generator always draws a picture from z, so a decoder is one.
        pixel_range: range of the pixels its networks see and draw.
        conditional: whether the digit is given to the networks.
        xla: whether its training step is compiled by XLA on a CPU; chosen by measurement (DESIGN.md section 5).
        sides: what height and width of its pictures, or the length of its signals, are a multiple of.
        kinds: what it can draw, of 'picture' and 'signal'.
        bfloat16: whether its layers compute in bfloat16 where the processor has it and nobody asks otherwise; chosen by measurement.
        opening: whether the page opens on it, where a checkpoint of it is there.
        order: place in lists, simplest family first.
        tiny: what its smallest model has otherwise than its preset `reference`: a latent_dim and widths. Every test of all families uses it.
        build: ModelConfig -> a Chain for each of its roles.
    """

    name: str
    title: str
    summary: str
    paper: str
    pixel_range: tuple[float, float]
    presets: dict[str, Preset]
    build: Callable[[ModelConfig], dict[str, Chain]]
    tiny: dict[str, object]
    roles: tuple[str, ...] = ("generator", "discriminator")
    conditional: bool = False
    xla: bool = False
    bfloat16: bool = False
    sides: int = 1
    kinds: tuple[str, ...] = ("picture",)
    opening: bool = False
    order: int = 100

    @property
    def has_discriminator(self) -> bool:
        """Whether its generator is trained against a discriminator."""
        return "discriminator" in self.roles

    @property
    def has_encoder(self) -> bool:
        """Whether it makes a code of a picture."""
        return "encoder" in self.roles

    def preset(self, name: object) -> Preset:
        """The preset called `name`. Raises ConfigError that lists the presets."""
        if not isinstance(name, str) or name not in self.presets:
            raise ConfigError(f"{self.name} has no preset {name!r}; expected one of: {', '.join(self.presets)}.")
        return self.presets[name]

    def model_config(self, preset: object = "reference", **changes: object) -> ModelConfig:
        """The preset's model with `changes` on top. Raises ConfigError."""
        model = ModelConfig.from_dict({"family": self.name, "preset": preset, **self.preset(preset).model, **changes})
        if model.kind.name not in self.kinds:
            raise ConfigError(f"the data are {model.kind}; expected a {' or a '.join(self.kinds)}, which is what {self.title} draws.")
        if any(side % self.sides for side in model.kind.shape[:-1]):
            sides = "sides that are multiples" if model.kind.name == "picture" else "a length that is a multiple"
            raise ConfigError(f"the {model.kind.name}s are {model.kind}; expected {sides} of {self.sides} for {self.title}.")
        multiple = self.preset(preset).latent_multiple
        if model.latent_dim % multiple:
            raise ConfigError(f"latent_dim is {model.latent_dim}; expected a multiple of {multiple} for {self.title}, preset {preset}.")
        return model

    def configs(self, preset: object = "reference", **changes: object) -> tuple[ModelConfig, TrainConfig]:
        """The preset's model and training with `changes` on top, each to the one whose setting it is. Raises ConfigError."""
        fields = {field.name for field in dataclasses.fields(ModelConfig)}
        of_model = {name: value for name, value in changes.items() if name in fields}
        of_training = {name: value for name, value in changes.items() if name not in of_model}
        return self.model_config(preset, **of_model), self.train_config(preset, **of_training)

    def train_config(self, preset: object = "reference", **changes: object) -> TrainConfig:
        """The preset's training with `changes` on top. Raises ConfigError."""
        return TrainConfig.changed(self.preset(preset).train, changes)
