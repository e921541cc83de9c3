"""Random bodies against every POST route, random queries against every route of a run: never a 500, never a stack trace, always a sentence.

    python tests/stress/fuzz.py --times 10000

Starts the real app on a folder of its own, with a run that has ended and one that seems to train. The same seed sends the same bodies.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from gan_core import runs  # noqa: E402
from gan_core.config import ModelConfig, TrainConfig  # noqa: E402
from gan_core.storage import locks  # noqa: E402

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 2, 0.5, -0.0, 1e308, 1e-320, 10**30, -(10**30), float("nan"), float("inf"), "", " ", "a", "0", "null", "\0", "\ud800", "é" * 50,
    "x" * 3000, "../../etc/passwd", "run:", "run:../x", "dcgan-mnist", "gif", "npz", "both", "stop", [], {}, [[]], [None], [[None]], [[1e999]], [[0.0] * 64],
    [[0.0] * 64] * 65, [0] * 3000, {"a": {"b": []}}, {"do": "stop"}, {"g_learning_rate": "x"}, {"batch_size": 10**9}, {"loss": 5}, {"__proto__": 1},
]  # fmt: skip
GOOD: dict[str, dict[str, Any]] = {
    "export": {
        "model": "dcgan-mnist",
        "kind": "png",
        "z": [[0.0] * 64] * 2,
        "labels": None,
        "epoch": None,
        "fps": 12,
        "scale": 1,
        "loop": False,
    },
    "draw": {"model": "dcgan-mnist", "z": [[0.0] * 64], "labels": None, "epoch": None},
    "control": {"do": "change", "rate": 1.0, "part": "both", "settings": {"g_learning_rate": 0.001}},
    "branch": {"step": 10, "settings": {"g_learning_rate": 0.001}},
    "picture": {},
    "estimate": {
        "family": "dense", "preset": "live", "dataset": "digits", "amount": 10, "unit": "steps", "batch_size": 16, "latent_dim": 8,
        "g_learning_rate": 1e-3, "d_learning_rate": 1e-3, "beta_1": 0.5, "d_steps": 1, "loss": "non_saturating", "seed": 0, "measure": True,
    },
}  # fmt: skip
ACTIONS = ("pause", "resume", "slow", "step", "change", "stop")


def body(chance: random.Random, route: str) -> bytes:
    """A body for a route: a good one with something odd in it, an odd value, or bytes."""
    kind = chance.random()
    if kind < 0.1:
        return chance.randbytes(chance.choice((0, 1, 7, 300, 5000)))
    if kind < 0.15:
        return chance.choice(
            (
                b"{",
                b"[" * 20_000,
                b'{"a":' * 5000,
                b"\xff\xfe{}",
                b"{}" * 3,
                b'{"do": "stop"',
                b"NaN",
                b"1" * 5000,
                b'"\\ud800"',
                b"\xef\xbb\xbf{}",
            )
        )
    if kind < 0.3:
        return dumps(chance.choice(ODD))
    fields = dict(GOOD[route])
    if route == "control":
        fields = {"do": chance.choice(ACTIONS), **{name: fields[name] for name in ("rate", "part", "settings") if chance.random() < 0.4}}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choice([*fields, "extra"]) if fields else "extra"
        if chance.random() < 0.15:
            fields.pop(name, None)
        elif isinstance(fields.get(name), dict) and chance.random() < 0.6:
            fields[name] = {
                **fields[name],
                chance.choice(("d_steps", "batch_size", "loss", "label_smoothing", "beta_1", "nothing")): chance.choice(ODD),
            }
        else:
            fields[name] = chance.choice(ODD)
    return dumps(fields)


def dumps(value: Any) -> bytes:
    """JSON, or nearly: NaN and lone surrogates go out as Python writes them."""
    return json.dumps(value).encode("utf-8", "surrogatepass")


def request(chance: random.Random, names: list[str]) -> tuple[str, str, bytes, dict[str, str]]:
    """Method, path, body and headers of the next request."""
    name = chance.choice([*names, *names, *names, "nothing", "..", "x" * 80, "A", "%00", "é"])
    headers = {"Content-Type": chance.choice(("application/json", "text/plain", "multipart/form-data; boundary=x", "x" * 50))}
    if chance.random() < 0.3:
        headers["x-gan-control"] = chance.choice(("", "x", "x" * 5000, "\xe9\xff", "0" * 32))
    if chance.random() < 0.2:
        query = "&".join(
            f"{chance.choice(('since', 'mark', 'x'))}={quote(str(chance.choice(ODD))[:200], errors='replace')}" for _ in range(2)
        )
        file = chance.choice(
            (
                "progress.json",
                "snapshots/0000000.png",
                "snapshots/%2e%2e",
                "snapshots/" + "9" * 300,
                "contact-sheet.png",
                "steps.gif",
                "nothing",
            )
        )
        return "GET", f"/gan/runs/{quote(name)}/{file}?{query}", b"", headers
    route = chance.choice(list(GOOD))
    path = f"/gan/runs/{quote(name)}/{route}" if route in ("control", "branch") else f"/gan/{route}"
    return "POST", path, body(chance, route), headers


def fuzz(port: int, names: list[str], times: int, seed: int) -> tuple[list[str], dict[int, int], float]:
    """What went wrong, how often each status came, and the longest answer's seconds."""
    chance, problems, statuses, longest = random.Random(seed), [], dict[int, int](), 0.0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for number in range(times):
        method, path, data, headers = request(chance, names)
        began = time.monotonic()
        try:
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status, text = 0, repr(error).encode()
        longest = max(longest, time.monotonic() - began)
        statuses[status] = statuses.get(status, 0) + 1
        if problem := wrong(status, text):
            problems.append(f"number {number}: {method} {path[:120]} {data[:200]!r} -> {status} {problem}: {text[:200]!r}")
    return problems, statuses, longest


def wrong(status: int, text: bytes) -> str:
    """What is wrong with an answer, or ""."""
    if b"Traceback" in text or b'File "' in text:
        return "a stack trace"
    if status < 200 or status >= 500:
        return "no answer that a client can use"
    if status >= 400:
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return "" if len(json.loads(text)["error"]) > 8 else "no sentence"
        return "no JSON with an error"
    return ""


def make_runs(root: Path) -> tuple[list[str], int]:
    """A run that has ended and one that seems to train, as its lock is held; their ids and the lock."""
    ended, trains = (runs.create(root, ModelConfig("dense"), TrainConfig(dataset="digits", steps=100)) for _ in range(2))
    ended.set_status("stopped", step=10)
    lock = locks.take(trains.folder / "lock")
    assert lock is not None
    trains.set_status("running", step=5)
    return [ended.id, trains.id], lock


def main() -> int:
    """Fuzz and say what came."""
    from benchmarks.viewers import start_app

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10_000, help="number of requests (default: 10,000)")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="gan-fuzz-") as folder, open(Path(folder) / "app.log", "wb") as log:
        names, lock = make_runs(Path(folder) / "runs")
        app, port = start_app(Path(folder) / "runs", log)
        began = time.monotonic()
        try:
            problems, statuses, longest = fuzz(port, names, options.times, options.seed)
            alive = app.poll() is None
        finally:
            app.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                app.wait(20)
            os.close(lock)
        traces = (Path(folder) / "app.log").read_text(errors="replace").count("Traceback")
    print(
        f"{options.times:,} requests in {time.monotonic() - began:.0f} s, longest {longest:.2f} s, statuses {dict(sorted(statuses.items()))}"
    )
    print(f"{len(problems)} wrong answers, {traces} stack traces in the server's log, server {'alive' if alive else 'DEAD'}")
    print("\n".join(problems[:20]))
    return 1 if problems or traces or not alive else 0


if __name__ == "__main__":
    sys.exit(main())
