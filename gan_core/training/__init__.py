"""The training process: objectives and their steps, reports, alarms, recordings. Needs TensorFlow."""

from gan_core.training.trainer import Trainer, train

__all__ = ["Trainer", "train"]
