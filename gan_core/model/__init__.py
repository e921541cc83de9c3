"""A trained network without TensorFlow: checkpoints, programs and their gradients, latent space, directions, the explorer."""

from gan_core.model.checkpoints import Checkpoint, list_checkpoints
from gan_core.model.explorer import Explorer, Walk
from gan_core.model.gradient import Gradients, jacobian
from gan_core.model.latent import Prior
from gan_core.model.program import Program

__all__ = ["Checkpoint", "Explorer", "Gradients", "Prior", "Program", "Walk", "jacobian", "list_checkpoints"]
