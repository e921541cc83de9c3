"""Cuts the page's display face out of a whole font: `python tools/display.py bricolage-grotesque-latin-700-normal.woff2` writes kit/display.woff2.

The whole one is the file of that name in npm's package @fontsource/bricolage-grotesque (OFL 1.1, docs/licences/bricolage-grotesque.txt).
Needs fonttools and brotli.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

OUT = Path(__file__).resolve().parent.parent / "ui" / "static" / "kit" / "display.woff2"
LETTERS = "U+0020-007E,U+00A0,U+00B7,U+00D7,U+2013,U+2212"  # titles and numbers; anything else is drawn by the visitor's own font


def main() -> None:
    """One file, read and written."""
    subset.main([sys.argv[1], f"--unicodes={LETTERS}", "--layout-features=kern,tnum,ccmp", "--flavor=woff2", f"--output-file={OUT}"])
    print(f"{OUT.name}: {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
