"""Which objective a family is trained by: that of its networks."""

from __future__ import annotations

from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.families import Family
from gan_core.training.layerwise import LayerByLayer
from gan_core.training.objective import Objective, Setup
from gan_core.training.parts import with_parts
from gan_core.training.reconstruction import Reconstruction


def make(family: Family, model: ModelConfig, train: TrainConfig, data: catalog.Dataset) -> Objective:
    """The networks of `model`, ready to be trained. Raises ConfigError where the settings do not fit each other."""
    setup = Setup.of(family, model, train, data)
    if family.has_discriminator:
        return with_parts(setup)(setup)
    return (LayerByLayer if setup.networks["encoder"].stages else Reconstruction)(setup)
