"""What the page needs to train a preset itself: described networks, names and settings (ui/static/trainer/recipes.json)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gan_core import families
from gan_core.errors import ConfigError
from gan_core.families import Family
from gan_core.mnist import KIND
from gan_core.nn.description import describe
from gan_core.nn.layers import AnyScore

# The page has MNIST's pictures only, so a preset for others is none of its recipes.
MOST_STEPS = 6000  # of a preset that may train in the page: what a phone has patience for
UNKNOWN_PARTS = ("r1_gamma", "gradient_penalty", "speck_penalty")  # of a training, which the page's step has not (trainer/implemented.js)


def recipe(family: Family, preset: str, **changes: Any) -> dict[str, Any] | None:
    """All that the page needs to train this preset with `changes`, as JSON (ui/static/trainer/protocol.js, Recipe); None where it cannot."""
    model, train = family.configs(preset, **changes)
    if model.image_shape != KIND.shape or train.steps > MOST_STEPS or any(getattr(train, part) for part in UNKNOWN_PARTS):
        return None
    networks = family.build(model)
    try:
        described = {role: describe(network) for role, network in networks.items()}
    except ConfigError:
        return None
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
        "networks": described,
        "variables": {role: [variable.name for variable in network.variables] for role, network in networks.items()},
    }


def recipes() -> list[dict[str, Any]]:
    """Those of every family and preset that the page can train."""
    found = [recipe(family, preset) for family in map(families.get, families.names()) for preset in family.presets]
    return [one for one in found if one]
