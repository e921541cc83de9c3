"""A hall that votes while a GAN trains: are votes lost, how long do they take, and how much slower does the training get?

    python benchmarks/hall.py --phones 300 --seconds 120

Starts the real app and a real training, opens a hall and begins a round every `--round` seconds, as the lecturer's page does it. Each phone listens
on one connection and, on another, fetches the pictures of a round and votes on four of them, as people do: a look, a tap, a look. The phones are
processes of their own. The training is timed without phones, with them, and with nothing but as much CPU burnt as the phones took: on a machine
of two cores their own work, which belongs to three hundred other machines, is most of what they cost. Linux only (/proc).
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import random
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import viewers  # noqa: E402

ITEMS, LOOKS = 16, 4
GRACE = 6.0


@dataclass
class Voted:
    """What the phones of one process have done: votes sent and counted, seconds that one took, when they heard of each round."""

    sent: int = 0
    counted: int = 0
    late: int = 0
    seconds: list[float] = field(default_factory=list)
    heard: dict[int, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class PhoneLine(viewers.Line):
    """A phone's other connection, which also sends: one thing at a time, as a late round may still be voted on when the next one comes."""

    def __init__(self, port: int, address: str) -> None:
        super().__init__(port, address)
        self.turn = asyncio.Lock()

    async def picture(self, path: str, seen: viewers.Seen) -> int:
        """Status of an answer."""
        async with self.turn:
            return (await self.get(path, seen))[0]

    async def post(self, path: str, body: bytes) -> tuple[int, Any]:
        """Status and JSON of an answer; sent again on a new connection where the server has closed an idle one."""
        async with self.turn:
            return await self._post(path, body)

    async def _post(self, path: str, body: bytes) -> tuple[int, Any]:
        for again in (False, True):
            try:
                self.streams = self.streams or await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.address, 0))
                reader, writer = self.streams
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                writer.write(head.encode() + body)
                answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next(int(line[16:]) for line in answer.lower().split("\r\n") if line.startswith("content-length: "))
                return int(answer.split(" ", 2)[1]), json.loads(await reader.readexactly(length))
            except (OSError, asyncio.IncompleteReadError):
                self.streams = None
                if again:
                    raise
        raise AssertionError("not reached")


async def phone(port: int, address: str, hall: str, voted: Voted, end: float) -> None:
    """One phone until `end` (monotonic)."""
    await asyncio.sleep(random.uniform(0, 3))  # people do not come in step
    word, line, seen = random.randbytes(16).hex(), PhoneLine(port, address), viewers.Seen()
    voting: asyncio.Task[None] | None = None
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(f"GET /gan/halls/{hall}/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        while (left := end - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(min(left, 20)):
                    event = await reader.readline()
            except TimeoutError:
                break
            if not event:
                voted.errors.append("the stream ended")
                break
            if event.startswith(b"data: {"):
                now = json.loads(event[6:])
                if now.get("open"):
                    voted.heard.setdefault(now["round"], []).append(time.monotonic())
                    voting = asyncio.create_task(vote(line, hall, word, now, voted, seen))
        if voting is not None:
            await voting
    except OSError as error:
        voted.errors.append(repr(error))
    finally:
        writer.close()


async def vote(line: PhoneLine, hall: str, word: str, now: dict[str, Any], voted: Voted, seen: viewers.Seen) -> None:
    """The looks of one phone in one round."""
    try:
        status = await line.picture(f"/gan/halls/{hall}/{now['round']}.png", seen)
        if status != 200:
            voted.errors.append(f"pictures: {status}")
        for item in random.sample(range(now["items"]), LOOKS):
            await asyncio.sleep(random.uniform(0.7, 2.0))
            body = json.dumps({"phone": word, "round": now["round"], "votes": [[item, random.random() < 0.5]]}).encode()
            began = time.monotonic()
            status, answer = await line.post(f"/gan/halls/{hall}/votes", body)
            voted.seconds.append(time.monotonic() - began)
            voted.sent += 1
            voted.counted += answer.get("counted", 0) if status == 200 else 0
            voted.late += status == 409
            if status not in (200, 409):
                voted.errors.append(f"{status} {answer.get('error', '')[:80]}")
    except (OSError, asyncio.IncompleteReadError) as error:
        voted.errors.append(repr(error))


def phones(port: int, hall: str, number: int, end: float, told: Any) -> None:
    """A process with `number` phones; tells what they have done and the CPU seconds they took."""

    async def all_of_them() -> Voted:
        voted, places = Voted(), [f"127.2.{os.getpid() % 250}.{1 + i % 250}" for i in range(number)]
        done = await asyncio.gather(*(phone(port, place, hall, voted, end) for place in places), return_exceptions=True)
        voted.errors += [repr(error) for error in done if isinstance(error, Exception)]
        return voted

    voted = asyncio.run(all_of_them())
    told.put((voted, sum(os.times()[:2])))


class Lecturer:
    """What the page on the projector asks of the server."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/gan/halls"
        self.hall = str(self._post("", {})["hall"])
        self.began: dict[int, float] = {}

    def _post(self, path: str, body: object) -> dict[str, Any]:
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return dict(json.loads(answer.read()))

    def round(self, step: int) -> None:
        """Sixteen pictures, half of them real."""
        real = random.sample([True, False] * (ITEMS // 2), ITEMS)
        images = base64.urlsafe_b64encode(random.randbytes(ITEMS * 784)).decode().rstrip("=")
        at = time.monotonic()
        body = {"do": "begin", "step": step, "cells": 1, "real": real, "judge": [20, 24, 4, 24], "images": images}
        self.began[int(self._post(f"/{self.hall}", body)["round"])] = at

    def close(self) -> None:
        """Nobody votes any more."""
        self._post(f"/{self.hall}", {"do": "close"})

    def state(self) -> dict[str, Any]:
        """As the projector asks for it, about once a second."""
        with urllib.request.urlopen(f"{self.url}/{self.hall}/state.json?since=0", timeout=30) as answer:
            return dict(json.loads(answer.read()))


def lecture(lecturer: Lecturer, look: viewers.Watch, end: float, seconds: float) -> None:
    """Rounds until `end`, while `look` is asked elsewhere."""
    while time.monotonic() + seconds < end:
        lecturer.round(max(look.written, default=0))
        until = time.monotonic() + seconds - 1.5
        while time.monotonic() < until:
            time.sleep(0.7)
            with contextlib.suppress(OSError):
                lecturer.state()
        lecturer.close()
        time.sleep(1.5)


def measure(options: argparse.Namespace, root: Path) -> dict[str, Any]:
    """All phases; the numbers of the report."""
    with open(root / "app.log", "wb") as log:
        every = options.report_every or viewers.calibrate(root / "trial", options.family, options.dataset)
        app, port = viewers.start_app(root / "runs", log)
        run, trainer = viewers.start_training(root / "runs", options.family, options.dataset, every)
        try:
            look = viewers.Watch(run, app.pid, trainer)
            look.look()
            look.until(time.monotonic() + 5)  # caches and the clock of the processor settle
            alone = [look.until(time.monotonic() + options.alone)]
            lecturer = Lecturer(port)
            voted, cost, during = with_phones(options, look, port, lecturer)
            alone.append(look.until(time.monotonic() + options.alone))
            burnt = viewers.with_burners(options, look, cost)
            alone.append(look.until(time.monotonic() + options.alone))
            counts = sum(one["votes"] for one in lecturer.state()["rounds"])
        finally:
            viewers.end_training(run)
            app.terminate()
            app.wait(20)
    return result(options, lecturer, voted, cost, alone, during, burnt, counts)


def with_phones(
    options: argparse.Namespace, look: viewers.Watch, port: int, lecturer: Lecturer
) -> tuple[list[Voted], float, dict[str, float]]:
    """The phase with the hall full; what was voted, the cores that the phones took, the use of the server's processes."""
    context = multiprocessing.get_context("spawn")
    queue, end = context.Queue(), time.monotonic() + options.seconds
    shares = [options.phones // options.processes + (i < options.phones % options.processes) for i in range(options.processes)]
    processes = [context.Process(target=phones, args=(port, lecturer.hall, share, end + GRACE, queue)) for share in shares]
    for process in processes:
        process.start()
    look.until(time.monotonic() + 4)  # all have come
    thread = threading.Thread(target=lecture, args=(lecturer, look, end, options.round))
    thread.start()
    during = look.until(end)
    look.until(end + GRACE)
    thread.join(30)
    answers = [queue.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    return [voted for voted, _ in answers], sum(cpu for _, cpu in answers) / (options.seconds + GRACE), during


def result(options: argparse.Namespace, lecturer: Lecturer, voted: list[Voted], cost: float, alone: list[dict[str, float]],
           during: dict[str, float], burnt: dict[str, float], counts: int) -> dict[str, Any]:  # fmt: skip
    """The numbers, with what the target says beside them."""
    seconds = sorted(one for each in voted for one in each.seconds)
    heard = sorted(
        at - lecturer.began[number] for each in voted for number, times in each.heard.items() if number in lecturer.began for at in times
    )
    base = sum(phase["steps"] for phase in alone) / len(alone)
    sent, counted, late = (sum(getattr(each, name) for each in voted) for name in ("sent", "counted", "late"))
    errors = [error for each in voted for error in each.errors]

    def percentiles(values: list[float]) -> list[float]:
        return [
            round(values[min(len(values) - 1, int(share * len(values)))], 3) if values else float("nan") for share in (0.5, 0.95, 0.99, 1)
        ]

    return {
        "phones": options.phones, "seconds": options.seconds, "rounds": len(lecturer.began), "family": options.family,
        "votes sent": sent, "votes counted, as the phones were told": counted, "votes in the server's sums": counts,
        "votes lost (sent in time, not counted)": sent - late - counted, "votes too late": late,
        "a vote takes s, 50 % / 95 % / 99 % / worst": percentiles(seconds),
        "a round is heard of after s, 50 % / 95 % / 99 % / worst": percentiles(heard),
        "errors": len(errors), "first errors": errors[:5],
        "steps/s alone (each phase)": [round(phase["steps"], 2) for phase in alone],
        "steps/s with the hall": round(during["steps"], 2),
        "steps/s with as much CPU burnt as the phones took": round(burnt["steps"], 2),
        "slowed by the hall and its phones on this machine, %": round(100 * (1 - during["steps"] / base), 1),
        "slowed by the phones' own CPU alone, %": round(100 * (1 - burnt["steps"] / base), 1),
        "slowed by serving them, %": round(100 * (1 - during["steps"] / burnt["steps"]), 1),
        "cores used: trainer alone / with the hall": [round(alone[0]["trainer"], 2), round(during["trainer"], 2)],
        "cores used: web process alone / with the hall": [round(alone[0]["web"], 3), round(during["web"], 3)],
        "cores used by the phones": round(cost, 3), "cores of the machine": os.cpu_count(), "load of the machine": os.getloadavg(),
    }  # fmt: skip


def main() -> int:
    """Measure and print; 1 where a vote was lost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=120, help="how long they vote (default: 120)")
    parser.add_argument("--round", type=float, default=12, help="seconds of a round (default: 12)")
    parser.add_argument("--alone", type=float, default=20, help="seconds of each phase without phones (default: 20)")
    parser.add_argument("--family", default="dcgan", help="the live preset of this family is trained (default: dcgan)")
    parser.add_argument("--dataset", default="mnist", help="default: mnist (GAN_DATA)")
    parser.add_argument("--report-every", type=int, default=0, help="steps between two reports (default: about a second's)")
    parser.add_argument("--processes", type=int, default=2, help="processes that the phones are spread over (default: 2)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gan-hall-", ignore_cleanup_errors=True) as folder:
        numbers = measure(options, Path(folder))
    for name, value in numbers.items():
        print(f"{name:58} {value}", flush=True)
    return 0 if not numbers["votes lost (sent in time, not counted)"] and not numbers["errors"] else 1


if __name__ == "__main__":
    sys.exit(main())
