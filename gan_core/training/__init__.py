"""The training process: objectives and their steps, reports, alarms, recordings. Needs TensorFlow."""

import gan_core.nn  # noqa: F401  first, as it sets up TensorFlow
from gan_core.training.loop import Trainer
from gan_core.training.trainer import train

__all__ = ["Trainer", "train"]
