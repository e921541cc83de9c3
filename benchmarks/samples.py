"""What a finished run draws, and the test pictures it is held against: shared by the benchmarks that compare trainings."""

from __future__ import annotations

import numpy as np

from gan_core import families, runs
from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.metrics.comparing import unit
from gan_core.model import digit_reader, program
from gan_core.model.checkpoint_config import standard_prior

CHUNK = 500


def real_features() -> np.ndarray:
    """The classifier's features of the test pictures, `[10000, features]`."""
    return digit_reader.read(digit_reader.load(), unit(catalog.load("mnist", split="test").images)).features


def draw(run: runs.Run, count: int, seed: int) -> np.ndarray:
    """Pictures of the last snapshot, `[count, 28, 28]` in [0, 1]; a conditional model is asked for its classes in turn."""
    generator, model = program.read(run.snapshot(max(run.snapshot_steps()))), run.model_config()
    z = standard_prior(model, run.train_config()).sample(count, seed)
    labels = np.eye(model.num_classes, dtype=np.float32)[np.arange(count) % model.num_classes] if model.num_classes else None
    parts = [slice(i, i + CHUNK) for i in range(0, count, CHUNK)]
    pictures = np.concatenate([generator.run(z[part], None if labels is None else labels[part]) for part in parts])
    return pixels.to_unit(pictures, families.get(model.family).pixel_range).reshape(-1, 28, 28)
