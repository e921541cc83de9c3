"""A training as a folder: what was asked, how far it is, what it said; controlled, branched from, kept, judged by alarms, timed."""

from gan_core.runs.creating import create
from gan_core.runs.launching import NICENESS, launch
from gan_core.runs.run import ACTIVE, QUEUED, Run, find, list_runs

__all__ = ["ACTIVE", "NICENESS", "QUEUED", "Run", "create", "find", "launch", "list_runs"]
