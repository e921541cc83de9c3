"""kill -9 of the training, of the web server, of both, at random moments, many times in a row: nothing may be lost or wrong.

    python tests/stress/kills.py --times 50

Two runs share one place (`--max-runs 1`), so one trains and one waits. Each round kills, starts the web server again if it was hit, looks at
everything that lies there, then goes on with whatever was interrupted and waits until it has learned more. After each kill: every snapshot
that is listed can be read, reports are in order and have their pictures, the saved state is whole, the server's list says what is, at most
one process trains. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402
from safetensors.numpy import load_file  # noqa: E402

from gan_core import families, runs  # noqa: E402
from gan_core.errors import RunError  # noqa: E402
from gan_core.model import program  # noqa: E402
from ui.settings import Settings  # noqa: E402
from ui.train import scheduler  # noqa: E402

VICTIMS = ("training", "web", "both")
PATIENCE = 300.0
READ_AGAIN = 6  # of the snapshots that were read in an earlier round


class Session:
    """The folder, the web process on it, and the two runs."""

    def __init__(self, root: Path, family: str) -> None:
        self.settings, self.checked = Settings(runs=root / "runs"), set[Path]()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = open(root / "app.log", "ab")  # noqa: SIM115
        self.web: subprocess.Popen | None = None
        self.start_web()
        chosen = families.get(family)
        for seed in (0, 1):
            train = chosen.train_config("live", dataset="digits", steps=10_000_000, report_every=40, seed=seed)
            scheduler.start(self.settings, chosen.model_config("live"), train, "")

    def start_web(self) -> None:
        """The web server on its old port, answering."""
        environment = {**os.environ, "GAN_RUNS": str(self.settings.runs)}
        self.web = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(self.port)], cwd=ROOT, env=environment, stdout=self.log, stderr=self.log
        )
        wait(lambda: self.listed() is not None, "the web server answers")

    def listed(self) -> dict[str, dict] | None:
        """The runs as the web server lists them, by id; None while it does not answer."""
        with (
            contextlib.suppress(OSError, ValueError),
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/gan/runs.json", timeout=10) as answer,
        ):
            return {entry["id"]: entry for entry in json.loads(answer.read())["runs"]}
        return None

    def runs(self) -> list[runs.Run]:
        """Both runs."""
        return runs.list_runs(self.settings.runs)

    def trainers(self) -> dict[int, str]:
        """Process ids of trainings of our runs, with the run's id."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().split(b"\0")
                folder = next((Path(os.fsdecode(word)) for word in words if os.fsdecode(word).startswith(str(self.settings.runs))), None)
                if folder is not None and b"--resume" in words:
                    found[int(path.parent.name)] = folder.name
        return found

    def kill(self, victim: str) -> None:
        """kill -9."""
        if victim != "training" and self.web is not None:
            self.web.kill()
            self.web.wait()
            self.web = None
        if victim != "web":
            for pid in self.trainers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def look(self) -> None:
        """Everything that lies there is whole and says what is. Raises AssertionError."""
        trainers = self.trainers()
        assert len(trainers) <= 1, f"{len(trainers)} trainings at once: {trainers}"
        assert len(self.runs()) == 2, "a run was lost"
        for run in self.runs():
            run.model_config(), run.train_config()
            self.look_at_snapshots(run)
            steps = [report["step"] for report in run.reports()]
            assert steps == sorted(set(steps)), f"reports out of order: {steps}"
            missing = set(steps) - set(run.snapshot_steps())
            assert not missing, f"reports without a picture: {missing}"
            if (state := run.folder / "state" / "state.safetensors").exists():
                assert "loop/step" in load_file(state)
        self.look_at_list()

    def look_at_snapshots(self, run: runs.Run) -> None:
        """Every one that is listed is read: the new ones, and a few that were read before."""
        steps = run.snapshot_steps()
        again = set(random.sample(steps, min(READ_AGAIN, len(steps))))
        for step in steps:
            picture = run.snapshot(step, "png")
            if picture in self.checked and step not in again:
                continue
            with contextlib.suppress(FileNotFoundError):  # forgotten by a resuming process since the list was read
                with Image.open(picture) as image:
                    image.load()
                for role in ("safetensors", "discriminator.safetensors"):
                    program.read(run.snapshot(step, role))
                self.checked.add(picture)

    def look_at_list(self) -> None:
        """The server's list comes to agree with the folders and with the processes there are."""

        def agrees() -> bool:
            listed, trained = self.listed() or {}, set(self.trainers().values())
            states = {run.id: run.status()["state"] for run in self.runs()}
            told = {name: entry["state"] for name, entry in listed.items()}
            return told == states and {name for name, state in states.items() if state in runs.ACTIVE} == trained

        wait(agrees, "the list agrees with what is")

    def go_on(self) -> None:
        """Resume what was interrupted, and wait until it has learned more."""
        before = {run.id: max(run.snapshot_steps(), default=-1) for run in self.runs()}
        for run in self.runs():
            with contextlib.suppress(RunError):  # it waits or trains already
                scheduler.resume(self.settings, run, "")

        def learned() -> bool:
            states = {run.id: run.status() for run in self.runs()}
            failed = [status for status in states.values() if status["state"] not in (*runs.ACTIVE, "queued")]
            assert not failed, f"not resumed: {failed}"
            return any(states[run.id]["state"] == "running" and run.reports() and run.reports()[-1]["step"] > 0 and self.newer(run, before)
                       for run in self.runs())  # fmt: skip

        wait(learned, "the resumed run learns")

    def newer(self, run: runs.Run, before: dict[str, int]) -> bool:
        """Whether it has come further; a resumed one goes over the steps since its last saved state again."""
        return max(run.snapshot_steps(), default=-1) > before[run.id] or before[run.id] < 0

    def end(self) -> None:
        """No process of ours is left."""
        self.kill("both")
        self.log.close()


def wait(condition, what: str) -> None:
    """Until it is true. Raises AssertionError after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"in {PATIENCE:.0f} s it never came: {what}"
        time.sleep(0.1)


def main() -> None:
    """Kill and look, as often as asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=50, help="number of kills (default: 50)")
    parser.add_argument("--seed", type=int, default=0, help="of the moments and the victims (default: 0)")
    parser.add_argument("--family", default="dense", help="the live preset of this family is trained (default: dense)")
    options = parser.parse_args()
    chance, began, killed = random.Random(options.seed), time.monotonic(), Counter[str]()
    with tempfile.TemporaryDirectory(prefix="gan-kills-") as folder:
        session = Session(Path(folder), options.family)
        try:
            for number in range(options.times):
                victim = VICTIMS[number] if number < len(VICTIMS) else chance.choice(VICTIMS)
                time.sleep(chance.uniform(0, 4))
                session.kill(victim)
                killed[victim] += 1
                if session.web is None:
                    session.start_web()
                session.look()
                if chance.random() < 0.75:  # else the next kill hits while it is still loading
                    session.go_on()
                steps = {run.id: max(run.snapshot_steps(), default=0) for run in session.runs()}
                print(
                    f"{number + 1}/{options.times}: {victim} killed; {len(session.checked):,} snapshots read so far; at step {steps}",
                    flush=True,
                )
            session.go_on()
            session.look()
        finally:
            session.end()
    hit = ", ".join(f"{name} {times}" for name, times in killed.items())
    print(
        f"{options.times} kills ({hit}) in {time.monotonic() - began:.0f} s: every snapshot readable, every list right, every run resumed"
    )


if __name__ == "__main__":
    main()
