"""How good generated pictures are: distances, precision and recall, handwriting, the score card."""

from gan_core.metrics.card import compare
from gan_core.metrics.figures import frechet_distance, neighbourhood
from gan_core.metrics.scorecard import evaluate

__all__ = ["compare", "evaluate", "frechet_distance", "neighbourhood"]
