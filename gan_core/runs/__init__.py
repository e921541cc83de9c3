"""A training as a folder: what was asked, how far it is, what it said; controlled, branched from, kept, judged by alarms, timed."""

from gan_core.runs.run import ACTIVE, QUEUED, Run, find, list_runs
from gan_core.runs.starting import NICENESS, create, launch

__all__ = ["ACTIVE", "NICENESS", "QUEUED", "Run", "create", "find", "launch", "list_runs"]
