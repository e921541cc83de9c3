"""The command line: `python -m gan_core COMMAND`, which `gan_core/commands` is made of."""

from __future__ import annotations

import sys

from gan_core.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
