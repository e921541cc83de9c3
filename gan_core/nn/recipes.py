"""What the page needs to train a preset itself: described networks, names and settings (ui/static/trainer/recipes.json)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gan_core import families
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError
from gan_core.families import Family
from gan_core.nn.description import describe
from gan_core.nn.layers import AnyScore, Chain

MOST_STEPS = 6000  # of a preset that may train in the page: what a phone has patience for
# Parts of a training that the page's step has not (trainer/implemented.js), with why: a penalty of a slope has a gradient of a gradient.
UNKNOWN_PARTS = {"gradient_penalty": "slope", "r2_gamma": "slope_of_drawn", "relativistic": "pairs", "speck_penalty": "specks"}
# R1 alone is done there, of a discriminator that is linear but for kinks from its first kernel on (ui/static/autodiff/slope.js, followed).
WEIGHTED = ("dense", "conv")
FOLLOWED = (*WEIGHTED, "leaky_relu", "activation", "rescale", "label_planes", "reshape", "flatten", "label_score", "logit_and_classes")


@dataclass(frozen=True)
class Looked:
    """What was found out of a preset: `why` the page does not train it, by the names of device/recipes.js, or all that the page needs for that."""

    family: str
    preset: str
    steps: int
    why: list[str]
    recipe: dict[str, object] | None


def look(family: Family, preset: str, **changes: object) -> Looked:
    """Build the networks of this preset with `changes`, and see what the page can do with them (ui/static/trainer/protocol.js, Recipe)."""
    model, train = family.configs(preset, **changes)
    networks = family.build(model)
    described, why = _described(networks)
    unsupported = ["steps"] if train.steps > MOST_STEPS else []
    unsupported += ["groups"] if model.groups else []
    unsupported += dict.fromkeys(word for part, word in UNKNOWN_PARTS.items() if getattr(train, part))
    unsupported += why
    if described and train.r1_gamma and not _followed(described["discriminator"]):
        unsupported.append("slope")
    made = None if unsupported else _recipe(family, preset, model, train, networks, described)
    return Looked(family.name, preset, train.steps, unsupported, made)


def _described(networks: Mapping[str, Chain]) -> tuple[dict[str, dict[str, object]], list[str]]:
    """Each network as the page builds it, or nothing and why."""
    if any(network.stages for network in networks.values()):
        return {}, ["layerwise"]
    try:
        return {role: describe(network) for role, network in networks.items()}, []
    except ConfigError:
        return {}, ["layers"]


def _followed(discriminator: Mapping[str, object]) -> bool:
    """Whether the page can have R1 of this discriminator: as `followed` there."""
    layers = discriminator["layers"]
    assert isinstance(layers, list)
    first = next(i for i, one in enumerate(layers) if one["layer"] in WEIGHTED)
    return all(
        one["layer"] in FOLLOWED and (one["layer"] != "activation" or one["kind"] == "relu" or i < first) for i, one in enumerate(layers)
    )


def _recipe(
    family: Family,
    preset: str,
    model: ModelConfig,
    train: TrainConfig,
    networks: Mapping[str, Chain],
    described: Mapping[str, Mapping[str, object]],
) -> dict[str, object]:
    """All that the page needs to train these networks, as JSON."""
    last = networks["discriminator"].steps[-1] if family.has_discriminator else None
    if last and not hasattr(last, "of_classes"):
        train = replace(train, naming=0.0)  # other widths than the preset's may leave no scores that name a digit
    return {
        "family": family.name,
        "preset": preset,
        "title": family.preset(preset).title,
        "range": list(family.pixel_range),
        "votes": last.classes if isinstance(last, AnyScore) else 0,
        "model": model.to_dict(),
        "train": train.to_dict(),
        "latent": family.has_discriminator,
        "sides": 0 if _code_is_a_grid(described["generator"]) else family.sides,
        "networks": described,
        "variables": {role: [variable.name for variable in network.variables] for role, network in networks.items()},
    }


def _code_is_a_grid(generator: Mapping[str, object]) -> bool:
    """Whether z is itself a small picture: of how many numbers depends on the size of the large one, so the page builds it for that size only."""
    layers = generator["layers"]
    return isinstance(layers, list) and layers[0]["layer"] == "reshape"


def of_every_preset() -> list[Looked]:
    """One of each preset of each family."""
    return [look(family, preset) for family in map(families.get, families.names()) for preset in family.presets]
