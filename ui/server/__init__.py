"""What the web process answers, and the walls around it: routes, lists, live reports, downloads, the named API."""

from ui.server.boot import FirstSight
from ui.server.routes import application
from ui.server.walls import Walls

__all__ = ["FirstSight", "Walls", "application"]
