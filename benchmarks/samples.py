"""What a finished run draws, and the test pictures it is held against: shared by the benchmarks that compare trainings."""

from __future__ import annotations

import numpy as np

from gan_core import classifier_program, datasets, families, images, program, runs
from gan_core.evaluation import unit
from gan_core.latent import Prior

CHUNK = 500


def real_features() -> np.ndarray:
    """The classifier's features of the test pictures, `[10000, features]`."""
    return classifier_program.read(classifier_program.load(), unit(datasets.load("mnist", split="test").images)).features


def draw(run: runs.Run, count: int, seed: int) -> np.ndarray:
    """Pictures of the last snapshot, `[count, 28, 28]` in [0, 1]; a conditional model is asked for its classes in turn."""
    generator, model = program.read(run.snapshot(max(run.snapshot_steps()))), run.model_config()
    z = Prior.normal(model.latent_dim).sample(count, seed)
    asked = np.eye(model.num_classes, dtype=np.float32)[np.arange(count) % model.num_classes] if model.num_classes else None
    parts = [slice(i, i + CHUNK) for i in range(0, count, CHUNK)]
    pictures = np.concatenate([generator.run(z[part], None if asked is None else asked[part]) for part in parts])
    return images.to_unit(pictures, families.get(model.family).pixel_range).reshape(-1, 28, 28)
