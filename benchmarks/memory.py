"""Peak memory of a training, every family and preset: `python benchmarks/memory.py` (or `python benchmarks/memory.py dcgan`).

Each is `python -m gan_core train FAMILY --preset PRESET --steps N` in a process of its own; the figure is the largest resident size that the
kernel has seen of it, as `/usr/bin/time -v` prints it. The target is 1.5 GB for a DCGAN.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core import families  # noqa: E402

LIMIT = 1500  # MB


def peak(family: str, preset: str, dataset: str, steps: int) -> float:
    """Megabytes (10^6 bytes) that the training of so many steps had resident at most."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as said:
        command = [sys.executable, "-m", "gan_core", "train", family, "--preset", preset, "--dataset", dataset, "--steps", str(steps),
                   "--runs", folder, "--quiet"]  # fmt: skip
        process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said.read().decode()[-2000:]}")
    return usage.ru_maxrss * 1024 / 1e6


def main() -> None:
    """Print a line a preset; exit code 1 where a DCGAN takes more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("family", nargs="*", default=families.names(), help="families (default: all)")
    parser.add_argument("--preset", action="append", help="only this preset")
    parser.add_argument("--dataset", default="mnist", help="data set (default: mnist)")
    parser.add_argument("--steps", type=int, default=60, help="training steps (default: 60)")
    options = parser.parse_args()
    over = False
    for name in options.family:
        for preset in families.get(name).presets:
            if not options.preset or preset in options.preset:
                megabytes = peak(name, preset, options.dataset, options.steps)
                over |= name == "dcgan" and megabytes > LIMIT
                print(f"{name:12} {preset:10} {megabytes:7,.0f} MB", flush=True)
    sys.exit(1 if over else 0)


if __name__ == "__main__":
    main()
