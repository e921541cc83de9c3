"""Starting and controlling trainings from the page: form, estimate, line of runs, who may do what."""

from ui.train.access import Forbidden
from ui.train.estimate import Estimates

__all__ = ["Estimates", "Forbidden"]
