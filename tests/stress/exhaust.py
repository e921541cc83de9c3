"""Strangers against the web process: memory, another visitor's page and a live training's reports while they attack, memory a minute later.

    python tests/stress/exhaust.py --seconds 60 --rest 60
    python tests/stress/exhaust.py --only picture pages --seconds 10 --rest 10

Starts the real app with `--control token` on folders of its own, and a run that reports twice a second. First it is used as people use it
(`usage.py`: everything once, a hall of 300, twenty notebooks that draw), as memory that is needed anyway is no trace of an attack; then each
attack of `attacks.py` is made by a hundred clients without a key, at addresses of their own (127.1.x.y). Exits 1 where the web process came over
600 MB, somebody waited for over 2 s, or memory did not come back to within 10 % of what it was after that use. Only this machine is asked; an app
that reaches `--kill-at` MB is ended and started again; an attack that fails itself is a row that says so. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks.viewers import cpu_seconds, free_port, rss_mb  # noqa: E402
from gan_core import families, runs  # noqa: E402
from gan_core.storage import files  # noqa: E402
from stress.attacks import ATTACKS  # noqa: E402
from stress.client import Work, crowd  # noqa: E402
from stress.usage import fetch, try_all, visit  # noqa: E402

MOST_MB, MOST_SECONDS, BACK = 600, 2.0, 1.1
HALL, CLASS, USED_SECONDS, SETTLED_SECONDS = 300, 20, 20, 12  # people, notebooks, seconds of ordinary use, until what it left is given back
REPORT_SECONDS = 0.5


@dataclass
class Row:
    """What one attack did."""

    name: str
    used: float  # MB after ordinary use
    before: float
    most: float = 0.0
    after: float = 0.0
    page: list[float] = field(default_factory=list)
    reports: list[float] = field(default_factory=list)
    came: Counter[int] = field(default_factory=Counter)
    cores: float = 0.0  # of the machine that the web process got
    missed: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def held(self) -> bool:
        """Whether all that is promised was kept."""
        waited = max([*self.page, *self.reports], default=99.0)
        return not self.note and self.most < MOST_MB and waited <= MOST_SECONDS and self.after <= BACK * max(self.used, 1)

    def told(self) -> str:
        """As a line of the table."""
        statuses = " ".join(f"{status}:{n}" for status, n in sorted(self.came.items()))
        page, reports = (f"{max(times, default=float('nan')):6.2f}" for times in (self.page, self.reports))
        return (
            f"{self.name:16}{self.before:7.0f}{self.most:8.0f}{self.after:7.0f}{page:>8}{reports:>8}{self.cores:7.2f}"
            f"  {'held' if self.held else 'FELL':5} {statuses} {self.note}"
            f"{f' the visitor got no answer {len(self.missed)} times: {self.missed[0]}' if self.missed else ''}"
        )


class Here:
    """The app, a run that reports, and somebody who looks at both."""

    def __init__(self, folder: Path, code: Path, kill_at: float) -> None:
        self.folder, self.code, self.kill_at = folder, code, kill_at
        chosen = families.get("dense")
        self.run = runs.create(folder / "runs", chosen.model_config("live"), chosen.train_config("live", dataset="digits", steps=10**7))
        self.lock = self.run.hold()
        self.ended = threading.Event()
        self.row: Row | None = None
        self.used = 0.0  # MB after ordinary use
        self.app: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Here:
        self.lock.__enter__()
        self.run.set_status("running", pid=os.getpid())
        threading.Thread(target=self._report, daemon=True).start()
        self.start()
        for work in (self._follow, self._visit, self._weigh):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.stop()
        self.lock.__exit__(None, None, None)

    def start(self) -> None:
        """The app, answering, and used as people use it."""
        self.port = free_port()
        command = [sys.executable, "app.py", "--port", str(self.port), "--control", "token"]
        log = open(self.folder / "app.log", "ab")  # noqa: SIM115
        environment = {**os.environ, "GAN_RUNS": str(self.folder / "runs"), "GRADIO_TEMP_DIR": str(self.folder / "uploads")}
        self.app = subprocess.Popen(command, cwd=self.code, env=environment, stdout=log, stderr=log)
        for _ in range(600):
            with contextlib.suppress(OSError, http.client.HTTPException):
                self.get("/gan/models.json")
                break
            time.sleep(0.2)
        self._crowd(try_all, 1, 1)
        self._crowd(visit, HALL, USED_SECONDS)
        self._crowd(fetch, CLASS, USED_SECONDS)
        self.ended.wait(SETTLED_SECONDS)
        self.used = self.rss()

    def _crowd(self, work: Work, clients: int, seconds: float, together: bool = False) -> Counter[int]:
        """Many at once, in a process of their own; how often each status came."""
        listed = json.loads(self.get("/gan/models.json"))["models"]
        large = next(model["files"]["generator"] for model in listed if model["id"] == "dcgan-mnist")
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            return pool.submit(crowd, work, clients, self.port, self.run.id, large, "dcgan-mnist", seconds, together).result(seconds + 240)

    def stop(self) -> None:
        """End the app."""
        if self.app is not None:
            self.app.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.app.wait(10)
            self.app.kill()
            self.app.wait(20)

    def get(self, path: str, seconds: float = 60) -> bytes:
        """The body of an answer. Raises OSError or HTTPException."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            data = answer.read()
            if answer.status != 200:
                raise OSError(f"{path}: {answer.status}")
            return data
        finally:
            connection.close()

    def rss(self) -> float:
        """Memory of the web process in MB; 0 where it is gone."""
        with contextlib.suppress(OSError, StopIteration):
            return rss_mb(self.app.pid) if self.app else 0.0
        return 0.0

    def cpu(self) -> float:
        """CPU seconds of the web process; 0 where it is gone."""
        with contextlib.suppress(OSError):
            return cpu_seconds(self.app.pid) if self.app else 0.0
        return 0.0

    # ---- what goes on beside the attack

    def _report(self) -> None:
        for step in range(10**7):
            if self.ended.wait(REPORT_SECONDS):
                return
            if step % 10 == 0 and step < 600:
                files.write_bytes(self.run.snapshot(step, "png"), PICTURE)
            self.run.append(
                {"step": step, "epoch": 0.0, "seconds": 1.0, "g_loss": 0.7, "d_loss": 0.7, "d_real": 0.5, "written": time.time()}
            )

    def _follow(self) -> None:
        while not self.ended.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("GET", f"/gan/runs/{self.run.id}/events")
                answer, first = connection.getresponse(), True
                while line := answer.readline():
                    if line.startswith(b"data: {"):
                        reports = json.loads(line[6:])["reports"]
                        if self.row is not None and not first:
                            self.row.reports += [time.time() - report["written"] for report in reports]
                        first = False
            self.ended.wait(0.5)

    def _visit(self) -> None:
        paths = ("/?tab=explore", "/gan/models.json", "/gan/runs.json", "/gan/access.json")
        for number in range(10**7):
            if self.ended.wait(0.3):
                return
            began, row = time.monotonic(), self.row
            try:
                self.get(paths[number % len(paths)], 30)
            except (OSError, http.client.HTTPException) as error:
                if row is not None and not row.note:
                    row.page.append(max(MOST_SECONDS + 1, time.monotonic() - began))
                    row.missed.append(repr(error)[:80])
            else:
                if row is not None:
                    row.page.append(time.monotonic() - began)

    def _weigh(self) -> None:
        while not self.ended.wait(0.1):
            row = self.row
            if row is None:
                continue
            row.most = max(row.most, self.rss())
            if row.most > self.kill_at and not row.note and self.app is not None:
                row.note = f"(ended at {row.most:.0f} MB)"
                self.app.kill()

    # ---- one attack

    def attack(self, name: str, clients: int, seconds: float, rest: float, together: bool) -> Row:
        """Make it, wait, and say what it did."""
        row = self.row = Row(name, self.used, self.rss())
        began, used = time.monotonic(), self.cpu()
        try:
            row.came = self._crowd(ATTACKS[name], clients, seconds, together)
        except Exception as error:  # the other attacks go on
            row.note = row.note or f"(the attack itself failed: {error!r:.100})"
        self.row = None
        row.cores = (self.cpu() - used) / (time.monotonic() - began)
        if not row.note:
            self.ended.wait(rest)
            row.after = self.rss()
        if row.note or self.app is None or self.app.poll() is not None:
            row.note = row.note or "(the app has ended)"
            self.stop()
            self.start()
        return row


def _grid() -> bytes:
    import numpy as np

    from gan_core.imaging import pixels

    return pixels.encode_png(np.random.default_rng(0).integers(0, 255, (224, 224), np.uint8))


PICTURE = _grid()


def main() -> int:
    """Attack and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="of each attack (default: 60)")
    parser.add_argument("--rest", type=float, default=60, help="seconds after it, until memory is looked at again (default: 60)")
    parser.add_argument("--clients", type=int, default=100, help="default: 100")
    parser.add_argument("--together", action="store_true", help="the strangers come from the visitor's own address, as behind one router")
    parser.add_argument("--only", nargs="+", choices=ATTACKS, default=list(ATTACKS), metavar="NAME", help=", ".join(ATTACKS))
    parser.add_argument("--code", type=Path, default=ROOT, help="run the app of this checkout instead, to compare")
    parser.add_argument("--out", type=Path, help="write the table into this file as well, row by row")
    parser.add_argument("--kill-at", type=float, default=4000, help="MB at which the app is ended (default: 4000)")
    options = parser.parse_args()
    rows = []
    folder = Path(tempfile.mkdtemp(prefix="gan-exhaust-"))

    def tell(line: str) -> None:
        print(line, flush=True)
        if options.out:
            with open(options.out, "a") as out:
                out.write(line + "\n")

    try:
        with Here(folder, options.code.resolve(), options.kill_at) as here:
            time.sleep(3)
            tell(f"after ordinary use the web process has {here.used:.0f} MB; load {os.getloadavg()}")
            tell(f"{'attack':16}{'MB':>7}{'most':>8}{'after':>7}{'page s':>8}{'report s':>9}{'cores':>6}       statuses")
            for name in options.only:
                rows.append(here.attack(name, options.clients, options.seconds, options.rest, options.together))
                tell(rows[-1].told())
        log = (folder / "app.log").stat().st_size
        tell(f"{sum(row.held for row in rows)} of {len(rows)} held; the app's log has {log / 1024:.0f} KB; load {os.getloadavg()}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0 if all(row.held for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
