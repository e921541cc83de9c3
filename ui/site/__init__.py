"""What both builds serve: first sight, lists of models, recorded trainings, sharing; and the static build."""

from ui.site.build import Site
from ui.site.first_sight import Opening

__all__ = ["Opening", "Site"]
