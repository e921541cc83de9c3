"""A hall that follows a live training while strangers attack the server: does everybody still get every report in time?

    python tests/stress/hall.py --viewers 300 --seconds 180
    python tests/stress/hall.py --viewers 300 --seconds 60 --only streams picture

The viewers of `benchmarks/viewers.py` on a run that reports once a second, and beside them the attacks of `attacks.py`, one after the other, each
by `--clients` strangers at addresses of their own. Exits 1 where a report was missed or 95 % did not have it within half a second. Viewers and
strangers take processors, too: on two cores their own work is part of the delay. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks import viewers  # noqa: E402
from stress.attacks import ATTACKS  # noqa: E402
from stress.client import crowd  # noqa: E402

SOON = 0.5  # seconds in which 95 % have a report
MODEL = "dcgan-mnist"


def attack_in_turn(names: list[str], clients: int, port: int, run: str, end: float) -> list[str]:
    """All attacks, sharing the time that is left; those that were made."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/gan/models.json", timeout=30) as answer:
        listed = json.loads(answer.read())["models"]
    large = next(model["files"]["generator"] for model in listed if model["id"] == MODEL)
    made = []
    for number, name in enumerate(names):
        seconds = (end - time.monotonic()) / (len(names) - number)
        if seconds < 1:
            break
        arguments = (ATTACKS[name], clients, port, run, large, MODEL, seconds, False)
        process = multiprocessing.get_context("spawn").Process(target=crowd, args=arguments, daemon=True)
        process.start()
        process.join(seconds + 10)
        process.kill()
        made.append(name)
    return made


def measure(options: argparse.Namespace, root: Path) -> dict[str, Any]:
    """The delays of the hall while it is attacked."""
    with open(root / "app.log", "wb") as log:
        app, port = viewers.start_app(root / "runs", log)
        run, trainer = viewers.start_pretending(root / "runs")
        try:
            look = viewers.Watch(run, app.pid, trainer)
            look.until(time.monotonic() + 3)
            end, made = time.monotonic() + options.seconds, []
            thread = threading.Thread(target=lambda: made.extend(attack_in_turn(options.only, options.clients, port, run.id, end)))
            thread.start()
            seen, _, during = viewers.with_viewers(options, look, port, run)
            thread.join(60)
        finally:
            viewers.end_training(run)
            app.terminate()
            app.wait(20)
    written = {step: at for step, at in look.written.items() if during["end"] - options.seconds + 6 < at <= during["end"]}
    delays = sorted(at - written[step] for one in seen for step, times in one.at.items() if step in written for at in times)
    total = sum(at <= during["end"] for at in look.written.values())
    errors = [error for one in seen for error in one.errors]
    return {
        "attacks": ", ".join(made),
        "reports received": len(delays),
        "reports missed": sum(max(0, total - had) for one in seen for had in one.left_with),
        "delay s, 50 % / 95 % / 99 % / worst": [
            round(delays[min(len(delays) - 1, int(share * len(delays)))], 3) if delays else float("inf") for share in (0.5, 0.95, 0.99, 1)
        ],
        "errors": len(errors),
        "first errors": errors[:5],
        "web process MB, most": round(max(look.memory)),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=180, help="default: 180")
    parser.add_argument("--clients", type=int, default=100, help="strangers at a time (default: 100)")
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS), metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--processes", type=int, default=2, help="processes that the viewers are spread over (default: 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gan-hall-", ignore_cleanup_errors=True) as folder:
        numbers = measure(options, Path(folder))
    for name, value in numbers.items():
        print(f"{name:40} {value}", flush=True)
    return 0 if not numbers["reports missed"] and numbers["delay s, 50 % / 95 % / 99 % / worst"][1] <= SOON else 1


if __name__ == "__main__":
    sys.exit(main())
