"""The command line: train | data | calibrate | record | train-classifier | sample | interpolate | list | info | keep | evaluate | export |
push | pull | curves | site | space | completion.

Exit codes: 0 done, 1 failed, 2 wrong usage. What a command needs is imported inside it, so that --help answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys

import gan_core
from gan_core.commands import completing, data, drawing, exchanging, models, publishing, training
from gan_core.errors import ConfigError, GanCoreError

__all__ = ["main", "parser"]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    options = parser().parse_args(arguments)
    try:
        code = int(options.command(options))
        sys.stdout.flush()
        return code
    except ConfigError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # who read has enough, as `head` does; nothing more is printed, at the end neither
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        return 1
    except (GanCoreError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        from gan_core.runs import needs

        if (explanation := needs.explained(error)) is None:
            raise
        print(f"error: {explanation}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1


def parser() -> argparse.ArgumentParser:
    """What the command line takes."""
    made = argparse.ArgumentParser("python -m gan_core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--version", action="version", version=f"gan_core {gan_core.__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for group in (training, data, drawing, models, exchanging, publishing):
        group.add(commands)
    completing.add(commands, parser)
    return made
