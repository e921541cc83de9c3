"""A room of viewers on one live training: does everybody get every report in time, and what does it cost?

    python benchmarks/viewers.py --viewers 300 --seconds 600

Starts the real app and a real training that reports about once a second; then V viewers, each as a browser does it: one connection with
server-sent events, another that fetches the new picture after each report and the list of runs every six seconds. The viewers are processes
of their own; their CPU time is reported apart. The training is timed without viewers, with them, and with nothing but processes that burn
as much CPU as the viewers did: what it loses beyond that is the price of serving them. Linux only (/proc).

With `--attacked 100` as many strangers make the attacks of `tests/stress/attacks.py` beside the room, one attack after the other.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from stress.attacks import ATTACKS  # noqa: E402

from gan_core import families, runs  # noqa: E402
from gan_core.runs import control  # noqa: E402
from gan_core.storage import files  # noqa: E402

LIST_SECONDS = 6.0
MODEL = "dcgan-mnist"  # that strangers ask for
GRACE = 8.0  # what was written last is still on its way, on a busy machine for some time
TICK = os.sysconf("SC_CLK_TCK")


# ---- one viewer


@dataclass
class Seen:
    """What the viewers of one process have seen: times of reception by step, errors, bytes."""

    at: dict[int, list[float]] = field(default_factory=dict)
    left_with: list[int] = field(default_factory=list)  # how many reports each viewer had at the end
    errors: list[str] = field(default_factory=list)
    pictures: int = 0
    bytes: int = 0


async def watch(port: int, address: str, run: str, seen: Seen, end: float) -> None:
    """One viewer at an address of this machine, until `end` (monotonic)."""
    await asyncio.sleep(random.uniform(0, 2))  # people do not come in step
    newest: asyncio.Queue[int] = asyncio.Queue()
    count = None
    side = asyncio.create_task(fetch_pictures(Line(port, address), run, newest, seen, end))
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24, local_addr=(address, 0))
        writer.write(f"GET /gan/runs/{run}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            seen.errors.append(head.split(b"\r\n", 1)[0].decode())
            return
        while (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(min(left, 20)):
                    line = await reader.readline()
            except TimeoutError:
                if end - time.monotonic() > 0.1:
                    seen.errors.append("nothing for 20 s, not even a heartbeat")
                break
            if not line:
                seen.errors.append("the stream ended")
                break
            seen.bytes += len(line)
            if line.startswith(b"data: {"):
                count = take(json.loads(line[6:]), count, seen, newest)
    except OSError as error:
        seen.errors.append(repr(error))
    finally:
        seen.left_with.append(count or 0)
        side.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await side
        with contextlib.suppress(Exception):
            writer.close()


def take(data: dict[str, Any], count: int | None, seen: Seen, newest: asyncio.Queue[int]) -> int:
    """Notes an event; `count` is how many reports this viewer had, None at first. Returns how many it has."""
    now = time.monotonic()
    if count is not None:
        if data["first"] != count:
            seen.errors.append(f"a gap: had {count} reports, the next event begins at {data['first']}")
        for report in data["reports"]:
            seen.at.setdefault(report["step"], []).append(now)
    if data["reports"]:
        newest.put_nowait(data["reports"][-1]["step"])
    return data["next"]


async def fetch_pictures(line: Line, run: str, newest: asyncio.Queue[int], seen: Seen, end: float) -> None:
    """The other connection of a viewer: the picture of each report, the list of runs from time to time."""
    listed, tag = time.monotonic() + random.uniform(0, LIST_SECONDS), ""
    while time.monotonic() < end:
        try:
            async with asyncio.timeout(1):
                step = await newest.get()
        except TimeoutError:
            pass
        else:
            status, _ = await line.get(f"/gan/runs/{run}/snapshots/{step:07d}.png", seen)
            seen.pictures += status == 200
            if status != 200:
                seen.errors.append(f"picture {step}: {status}")
        if time.monotonic() > listed:
            listed = time.monotonic() + LIST_SECONDS
            status, tag = await line.get("/gan/runs.json", seen, tag)
            if status not in (200, 304):
                seen.errors.append(f"runs.json: {status}")


class Line:
    """A connection that stays open, and is opened again when the server has closed it, as an idle one is after 5 s; browsers do the same."""

    def __init__(self, port: int, address: str) -> None:
        self.port, self.address, self.streams = port, address, None

    async def get(self, path: str, seen: Seen, tag: str = "") -> tuple[int, str]:
        """Status and tag of an answer."""
        known = self.streams is not None
        try:
            return await self._get(path, seen, tag)
        except (OSError, asyncio.IncompleteReadError):
            self.streams = None
            if not known:
                raise
            return await self._get(path, seen, tag)

    async def _get(self, path: str, seen: Seen, tag: str) -> tuple[int, str]:
        self.streams = self.streams or await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
        reader, writer = self.streams
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{f'If-None-Match: {tag}' if tag else 'X-A: b'}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.split("\r\n")[1:])}
        length = int(headers.get("content-length", 0))
        if length:
            await reader.readexactly(length)
        seen.bytes += length + len(head)
        return int(head.split(" ", 2)[1]), headers.get("etag", "")


def viewers(port: int, run: str, number: int, end: float, told: Any) -> None:
    """A process with `number` viewers; tells what they have seen and the CPU seconds they took."""

    async def all_of_them() -> Seen:
        seen, places = Seen(), [f"127.2.{os.getpid() % 250}.{1 + i % 250}" for i in range(number)]
        done = await asyncio.gather(*(watch(port, place, run, seen, end) for place in places), return_exceptions=True)
        seen.errors += [repr(error) for error in done if isinstance(error, Exception)]
        return seen

    seen = asyncio.run(all_of_them())
    told.put((seen, sum(os.times()[:2])))


def strangers(port: int, run: str, clients: int, names: list[str], end: float) -> None:
    """A process in which so many make one attack after the other, each for the same time, until `end` (monotonic).

    They would bring machines of their own; here what they need of the processor comes after what the server and the viewers need.
    """
    os.nice(10)
    from stress.client import crowd

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/gan/models.json", timeout=30) as answer:
        large = next(model["files"]["generator"] for model in json.load(answer)["models"] if model["id"] == MODEL)
    for number, name in enumerate(names):
        seconds = (end - time.monotonic()) / (len(names) - number)
        came = crowd(ATTACKS[name], clients, port, run, large, MODEL, seconds, together=False)
        print(f"{name:16} {' '.join(f'{status}:{count}' for status, count in sorted(came.items()))}", flush=True)


def burn(share: float, end: float) -> None:
    """Use this share of a core."""
    while time.monotonic() < end:
        stop = time.monotonic() + 0.02 * share
        while time.monotonic() < stop:
            pass
        time.sleep(0.02 * (1 - share))


# ---- the machine


def cpu_seconds(pid: int) -> float:
    """CPU time of a process with all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def rss_mb(pid: int) -> float:
    """Memory that a process has now, in MB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


class Watch:
    """Notes when each report appears in the run's file, the memory of the web process, and both processes' CPU time."""

    def __init__(self, run: runs.Run, web: int, trainer: int) -> None:
        self.run, self.web, self.trainer = run, web, trainer
        self.written: dict[int, float] = {}
        self.memory: list[float] = []
        self.size = 0

    def until(self, end: float) -> dict[str, float]:
        """Look until `end`; the CPU use of both in cores, and training speed in steps/s."""
        began, web, trainer = time.monotonic(), cpu_seconds(self.web), cpu_seconds(self.trainer)
        noted = 0.0
        while time.monotonic() < end:
            self.look()
            if time.monotonic() - noted > 5:
                noted = time.monotonic()
                self.memory.append(rss_mb(self.web))
            time.sleep(0.005)
        seconds = time.monotonic() - began
        steps = sorted(step for step, at in self.written.items() if at > began)
        speed = (steps[-1] - steps[0]) / (self.written[steps[-1]] - self.written[steps[0]]) if len(steps) > 1 else float("nan")
        return {"web": (cpu_seconds(self.web) - web) / seconds, "trainer": (cpu_seconds(self.trainer) - trainer) / seconds, "steps": speed}

    def look(self) -> None:
        """Note the reports that are new."""
        path = self.run.folder / "progress.jsonl"
        size = path.stat().st_size
        if size == self.size:
            return
        now = time.monotonic()
        with open(path, "rb") as file:
            file.seek(self.size)
            data = file.read()
        whole = data[: data.rfind(b"\n") + 1]
        self.size += len(whole)
        for line in whole.splitlines():
            self.written[json.loads(line)["step"]] = now


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def start_app(root: Path, log: Any) -> tuple[subprocess.Popen, int]:
    """The web process, answering."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--port", str(port)], cwd=ROOT, env={**os.environ, "GAN_RUNS": str(root)}, stdout=log, stderr=log
    )
    for _ in range(600):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/gan/runs.json", timeout=5):
            return process, port
        time.sleep(0.2)
    process.kill()
    raise RuntimeError("the app did not start")


def start_training(root: Path, family: str, dataset: str, report_every: int) -> tuple[runs.Run, int]:
    """A run of the live preset that does not end, and the id of its process once it reports."""
    chosen = families.get(family)
    run = runs.create(
        root, chosen.model_config("live"), chosen.train_config("live", dataset=dataset, steps=10_000_000, report_every=report_every)
    )
    runs.launch(run)
    while len(run.reports()) < 8:
        state = run.status()
        if state["state"] not in runs.ACTIVE:
            raise RuntimeError(f"the training does not run: {state}\n{(run.folder / 'log.txt').read_text()[-2000:]}")
        time.sleep(0.2)
    return run, run.status()["pid"]


def pretend(folder: str) -> None:
    """Write a report and a picture a second, as a training does, but learn nothing."""
    run = runs.Run(folder)
    with run.hold():
        run.set_status("running", pid=os.getpid())
        for step in range(10_000_000):
            files.write_bytes(run.snapshot(step, "png"), random.randbytes(12_000))
            run.append({"step": step, "epoch": 0.0, "seconds": float(step), "g_loss": 0.7, "d_loss": 0.7, "d_real": 0.5, "d_fake": 0.5})
            run.set_status("running", step=step)
            time.sleep(1)
            if control.read(run).stop:
                break
        run.set_status("stopped")


def start_pretending(root: Path) -> tuple[runs.Run, int]:
    """A run that `pretend` writes, and the id of its process."""
    run = runs.create(
        root, families.get("dense").model_config("live"), families.get("dense").train_config("live", dataset="digits", steps=10_000_000)
    )
    process = multiprocessing.get_context("spawn").Process(target=pretend, args=(str(run.folder),), daemon=True)
    process.start()
    while len(run.reports()) < 2:
        time.sleep(0.1)
    return run, int(process.pid or 0)


def end_training(run: runs.Run) -> None:
    """Stop it and wait."""
    control.stop(run)
    while run.status()["state"] in runs.ACTIVE:
        time.sleep(0.1)


def calibrate(root: Path, family: str, dataset: str) -> int:
    """Steps between two reports for about one report a second."""
    run, _ = start_training(root, family, dataset, 50)
    before, began = run.reports()[-1]["step"], time.monotonic()
    time.sleep(8)
    steps = (run.reports()[-1]["step"] - before) / (time.monotonic() - began)
    end_training(run)
    return max(1, round(steps))


# ---- the measurement


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All phases; the numbers of the report."""
    with tempfile.TemporaryDirectory(prefix="gan-viewers-", ignore_cleanup_errors=True) as folder:  # ten minutes leave 2 GB
        return measure_in(Path(folder), options)


def measure_in(root: Path, options: argparse.Namespace) -> dict[str, Any]:
    """As `measure`, with all files in `root`."""
    with open(root / "app.log", "wb") as log:
        every = 1 if options.pretend else options.report_every or calibrate(root / "trial", options.family, options.dataset)
        app, port = start_app(root / "runs", log)
        start = functools.partial(start_training, root / "runs", options.family, options.dataset, every)
        run, trainer = start_pretending(root / "runs") if options.pretend else start()
        try:
            look = Watch(run, app.pid, trainer)
            look.look()
            look.until(time.monotonic() + 5)  # caches and the clock of the processor settle
            options.alone = max(5.0, options.alone)  # a speed needs two reports
            alone = [look.until(time.monotonic() + options.alone)]
            seen, cost, during = with_viewers(options, look, port, run)
            alone.append(look.until(time.monotonic() + options.alone))
            burnt = with_burners(options, look, cost)
            alone.append(look.until(time.monotonic() + options.alone))
        finally:
            end_training(run)
            app.terminate()
            app.wait(20)
    return result(options, look, every, seen, cost, during, alone, burnt)


def with_viewers(options: argparse.Namespace, look: Watch, port: int, run: runs.Run) -> tuple[list[Seen], float, dict[str, float]]:
    """The phase with the room full; what was seen, the cores that the viewers took, and the use of the server's processes."""
    end, context = time.monotonic() + options.seconds, multiprocessing.get_context("spawn")
    queue = context.Queue()
    shares = [options.viewers // options.processes + (i < options.viewers % options.processes) for i in range(options.processes)]
    processes = [context.Process(target=viewers, args=(port, run.id, share, end + GRACE, queue)) for share in shares]
    if options.attacked:
        processes.append(context.Process(target=strangers, args=(port, run.id, options.attacked, options.attacks, end)))
    for process in processes:
        process.start()
    during = look.until(end)
    look.until(end + GRACE)
    answers = [queue.get(timeout=60) for _ in shares]
    for process in processes:
        process.join()
    return [seen for seen, _ in answers], sum(cpu for _, cpu in answers) / (options.seconds + GRACE), {**during, "end": end}


def with_burners(options: argparse.Namespace, look: Watch, cost: float) -> dict[str, float]:
    """The phase with as much CPU burnt as the viewers took, and nobody watching."""
    end, context = time.monotonic() + max(20, options.alone), multiprocessing.get_context("spawn")
    processes = [context.Process(target=burn, args=(min(0.99, cost / options.processes), end)) for _ in range(options.processes)]
    for process in processes:
        process.start()
    time.sleep(2)
    use = look.until(end)
    for process in processes:
        process.join()
    return use


def result(options: argparse.Namespace, look: Watch, every: int, seen: list[Seen], cost: float, during: dict[str, float],
           alone: list[dict[str, float]], burnt: dict[str, float]) -> dict[str, Any]:  # fmt: skip
    """The numbers, with what the target says beside them."""
    began = during["end"] - options.seconds
    # everybody has come after 2 s, and with a loaded machine 4
    steps = [step for step, at in look.written.items() if began + 6 < at <= during["end"]]
    received = {step: [at for one in seen for at in one.at.get(step, [])] for step in steps}
    delays = sorted(at - look.written[step] for step, times in received.items() for at in times)
    # events come in order and without gaps (a gap is an error), so who had all of them at the end has had every one
    total = sum(at <= during["end"] for at in look.written.values())
    missing = sum(max(0, total - had) for one in seen for had in one.left_with)
    errors = [error for one in seen for error in one.errors]
    base = sum(phase["steps"] for phase in alone) / len(alone)

    def percentile(share: float) -> float:
        return round(delays[min(len(delays) - 1, int(share * len(delays)))], 3) if delays else float("nan")

    def by_attack() -> dict[str, float]:
        """Delay of 95 % while each attack was made: they follow each other, for the same time each."""
        if not options.attacked:
            return {}
        each: dict[str, list[float]] = {name: [] for name in options.attacks}
        for step, times in received.items():
            which = int((look.written[step] - began) / options.seconds * len(options.attacks))
            each[options.attacks[which]] += [at - look.written[step] for at in times]
        return {name: round(sorted(delays)[int(0.95 * len(delays))], 2) for name, delays in each.items() if delays}

    batch = look.run.train_config().batch_size
    return {
        "viewers": options.viewers, "strangers": options.attacked, "seconds": options.seconds,
        "family": options.family, "dataset": options.dataset, "steps a report": every,
        "reports written": len(steps), "reports received": len(delays), "reports missing": missing,
        "delay s, 50 % / 95 % / 99 % / worst": [percentile(0.5), percentile(0.95), percentile(0.99), percentile(1)],
        "delay s, 95 %, by attack": by_attack(),
        "pictures fetched": sum(one.pictures for one in seen), "errors": len(errors), "first errors": errors[:5],
        "MB sent": round(sum(one.bytes for one in seen) / 2**20, 1),
        "web process MB, first / last / most": [round(look.memory[0], 1), round(look.memory[-1], 1), round(max(look.memory), 1)],
        "web process MB, every 5 s": [round(mb, 1) for mb in look.memory],
        "images/s alone (each phase)": [round(phase["steps"] * batch) for phase in alone],
        "images/s with viewers": round(during["steps"] * batch),
        "images/s with as much CPU burnt as the viewers took": round(burnt["steps"] * batch),
        "slowed by viewers and serving, %": round(100 * (1 - during["steps"] / base), 1),
        "slowed by the viewers' own CPU alone, %": round(100 * (1 - burnt["steps"] / base), 1),
        "slowed by serving them, %": round(100 * (1 - during["steps"] / burnt["steps"]), 1),
        "cores used: trainer alone / with viewers": [round(alone[0]["trainer"], 2), round(during["trainer"], 2)],
        "cores used: web process alone / with viewers": [round(alone[0]["web"], 2), round(during["web"], 2)],
        "cores used by the viewers": round(cost, 2), "cores of the machine": os.cpu_count(), "load of the machine": os.getloadavg(),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=600, help="how long they watch (default: 600)")
    parser.add_argument("--alone", type=float, default=30, help="seconds of each phase without viewers (default: 30)")
    parser.add_argument("--family", default="dcgan", help="the live preset of this family is trained (default: dcgan)")
    parser.add_argument("--dataset", default="mnist", help="default: mnist (GAN_DATA)")
    parser.add_argument("--report-every", type=int, default=0, help="steps between two reports (default: about a second's)")
    parser.add_argument(
        "--pretend", action="store_true", help="no training: a process that writes a report a second, to see the serving alone"
    )
    parser.add_argument("--processes", type=int, default=2, help="processes that the viewers are spread over (default: 2)")
    parser.add_argument("--attacked", type=int, default=0, metavar="CLIENTS", help="strangers who attack meanwhile (default: 0)")
    parser.add_argument("--attacks", nargs="*", choices=list(ATTACKS), default=list(ATTACKS), help="which attacks (default: all, in turn)")
    parser.add_argument("--out", type=Path, help="write the numbers to this JSON file as well")
    options = parser.parse_args()
    numbers = measure(options)
    for name, value in numbers.items():
        print(f"{name:52} {value}")
    if options.out:
        options.out.write_text(json.dumps(numbers, indent=1))


if __name__ == "__main__":
    main()
