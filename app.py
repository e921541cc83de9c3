"""Open the page: `python app.py`, then http://127.0.0.1:7860. On a Hugging Face Space this file is the `app_file`."""

import argparse
import sys

from gan_core.errors import GanCoreError
from ui.page import launch
from ui.settings import Settings


def main() -> int:
    """Read the options and serve until stopped."""
    parser = argparse.ArgumentParser(description="Open the page: explore, interpolate, train and autoencode handwritten digits.")
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 lets other machines in (default: this machine only)")
    parser.add_argument("--port", type=int, help="port (default: 7860, or the next free one)")
    options = parser.parse_args()
    try:
        launch(Settings.from_environment(), host=options.host, port=options.port)
    except (GanCoreError, OSError) as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
