"""How fast the page trains and how soon its digits are good, in headless Chromium: `python benchmarks/browser_training.py`.

Steps a second of the live presets with one worker and with two, beside `python -m gan_core train` on the same machine and beside the best
rate of a matrix product in the page; then runs whose generators are kept as they train and scored afterwards, outside of the clock: seconds
from Start to the classic loop's distance and to ten readable digits, the digit asked for of the conditional model, and all of that with a
quarter of the processor. On a busy machine every number is worse; its load is printed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.server
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from browser_speed import CHROMIUM, ROOT
from playwright.sync_api import Browser, Page, sync_playwright
from time_to_quality import READABLE, SEED, Scorer

from gan_core import families, runs
from gan_core.data import catalog
from gan_core.imaging import pixels
from gan_core.model import program
from gan_core.model.latent import Prior

PICTURES = 20_000  # that a page packs
CLASSIC = 117.5  # distance of the classic loop at its end (benchmarks/time_to_quality.py)
SPEED = {("dense", 1): 45.0, ("dense", 2): 75.0, ("dcgan", 1): 12.0, ("dcgan", 2): 20.0}  # steps a second that are wanted
SHARE = 0.6  # of the best matrix rate that is wanted inside a step
TURN = 0.02  # seconds of one turn of the throttle

# Trains for so many seconds; what was told, each with its time, and the generators' places on the server where they are kept.
TRAIN = """async ({family, workers, seconds, keep}) => {
  const recipes = await (await fetch('/static/trainer/recipes.json')).json();
  const recipe = recipes.find((one) => one.family === family && one.preset === 'live');
  const [images, labels] = await Promise.all(['images', 'labels'].map(async (name) => new Uint8Array(await (await fetch(`/${name}.bin`)).arrayBuffer())));
  const worker = new Worker('/static/trainer/trainworker.js', {type: 'module'});
  const told = [];
  const began = performance.now();
  let next = 0;
  const done = new Promise((resolve, reject) => (worker.onmessage = ({data}) => {
    const wall = (performance.now() - began) / 1000;
    if (data.kind === 'error') reject(new Error(data.message));
    else if (data.kind === 'standing') told.push({wall, workers: data.workers, shared: data.shared});
    else if (data.kind === 'report') {
      const place = keep && wall >= next ? `${family}-${data.report.step}` : null;
      if (place) {
        fetch(`/keep/${place}`, {method: 'POST', body: data.files.generator});
        next = Math.max(1.1 * wall, wall + 1);
      }
      told.push({wall, place, ...data.report});
    }
    if (wall > seconds || data.kind === 'ended') resolve();
  }));
  worker.postMessage({do: 'start', recipe, data: {images, labels}, workers, state: null, train: keep ? {} : {report_every: 20}});
  await done;
  worker.terminate();
  return told;
}"""

# Billions of floating point operations a second of the best matrix product, and of those in one step.
KERNELS = """async (family) => {
  const load = (name) => import(`/static/${name}`);
  const [{fetchKernels}, {Memory}, {Training}] = await Promise.all(['autodiff/kernels.js', 'autodiff/memory.js', 'trainer/training.js'].map(load));
  const kernels = await fetchKernels();
  const memory = new Memory(kernels, 8e6);
  let best = 0;
  for (const n of [128, 256, 384]) {
    const [a, b, c] = [0, 1, 2].map(() => memory.numbers(n * n).byteOffset);
    const room = memory.numbers(memory.kernels.room(n)).byteOffset;
    for (const end = performance.now() + 500; performance.now() < end;) {
      const began = performance.now();
      for (let i = 0; i < 8; i += 1) memory.kernels.multiply(a, n, 1, b, n, 1, c, n, n, n, 0, room);
      best = Math.max(best, (16 * n ** 3) / (performance.now() - began) / 1e6);
    }
  }
  const recipes = await (await fetch('/static/trainer/recipes.json')).json();
  const recipe = recipes.find((one) => one.family === family && one.preset === 'live');
  const data = {images: new Uint8Array(128 * 784), labels: new Uint8Array(128)};
  const training = new Training({kernels, recipe, model: recipe.model, train: recipe.train, data, state: null});
  const own = training.memory.kernels;
  let operations = 0;
  training.memory.kernels = {...own, multiply: (...all) => { operations += 2 * all[7] * all[8] * all[9]; return own.multiply(...all); }};
  await training.perform({do: 'use', train: recipe.train});
  await training.perform({do: 'steps', count: 1});
  return {best, operations: operations / 1e9};
}"""


@contextmanager
def served(folder: Path, isolated: bool) -> Iterator[str]:
    """The page's modules, the data and what is kept, in `folder`; with shared memory where the page is `isolated`."""
    (folder / "kept").mkdir(exist_ok=True)
    (folder / "page.html").write_text("<!doctype html><title>training</title>")
    if not (folder / "static").exists():
        (folder / "static").symlink_to(ROOT / "ui" / "static")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def end_headers(self) -> None:
            if isolated:
                self.send_header("Cross-Origin-Opener-Policy", "same-origin")
                self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            super().end_headers()

        def do_POST(self) -> None:
            (folder / "kept" / Path(self.path).name).write_bytes(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/page.html"
    finally:
        server.shutdown()


def processes(browser: Browser, *kinds: str) -> list[int]:
    """Ids of the browser's processes of these kinds."""
    running = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return [one["id"] for one in running if one["type"] in kinds]


@contextmanager
def in_turns(work: Callable[[], None]) -> Iterator[None]:
    """`work` again and again beside what is done inside."""
    over = threading.Event()

    def turns() -> None:
        while not over.is_set():
            work()

    thread = threading.Thread(target=turns)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def a_quarter(browser: Browser) -> contextlib.AbstractContextManager[None]:
    """The pages' processes may run a quarter of the time, workers included, which Chromium's own throttling leaves alone."""
    pids = processes(browser, "renderer")

    def turn() -> None:
        for number, share in ((signal.SIGSTOP, 0.75), (signal.SIGCONT, 0.25)):
            for pid in pids:
                os.kill(pid, number)
            time.sleep(share * TURN)

    return in_turns(turn)


def ahead(browser: Browser) -> contextlib.AbstractContextManager[None]:
    """The pages' threads, and what puts their frames together, come before what else runs: Chromium gives them priorities of its own."""
    pids = processes(browser, "renderer", "GPU", "browser")

    def look() -> None:
        for pid in pids:
            for thread in os.listdir(f"/proc/{pid}/task"):
                with contextlib.suppress(OSError):
                    os.setpriority(os.PRIO_PROCESS, int(thread), -19)
        time.sleep(0.3)

    return in_turns(look)


def rate(told: list[dict[str, Any]], since: float) -> float:
    """Steps a second from `since` seconds on, reports included."""
    reports = [one for one in told if "step" in one and one["wall"] >= since]
    return (reports[-1]["step"] - reports[0]["step"]) / (reports[-1]["wall"] - reports[0]["wall"])


def of_gan_core(family: str, steps: int) -> float:
    """Steps a second of `python -m gan_core train`, without its start and its looks."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "gan_core",
            "train",
            family,
            "--preset",
            "live",
            "--steps",
            str(steps),
            "--runs",
            folder,
            "--quiet",
        ]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        [run] = [runs.Run(path) for path in Path(folder).iterdir() if path.is_dir()]
        reports = run.reports()
        half = next(report for report in reports if report["step"] >= steps // 2)
        return (reports[-1]["step"] - half["step"]) / (reports[-1]["seconds"] - half["seconds"])


def verdict(good: bool) -> str:
    """What a line begins with."""
    return "ok  " if good else "MISS"


def speeds(page: Page, seconds: float, isolated: bool) -> None:
    """Steps a second, beside what is wanted, gan_core's and the kernels' best."""
    for family, steps in (("dense", 1500), ("dcgan", 200)):
        best = page.evaluate(KERNELS, family)
        theirs = of_gan_core(family, steps)
        for workers in (1, 2):
            messages = page.evaluate(TRAIN, {"family": family, "workers": workers, "seconds": seconds, "keep": False})
            ours, wanted = rate(messages, seconds / 4), SPEED[family, workers]
            share = ours * best["operations"] / best["best"]
            words = f"{share:.0%} of the best rate ({best['best']:.1f} GFLOP/s)" if workers == 1 else f"{share:.2f} times the best of one"
            print(
                f"  {verdict(ours >= wanted)} {family:6} {workers} worker{'s' * (workers > 1)}{', shared memory' * (isolated and workers > 1)}: {ours:5.1f} "
                f"steps a second (wanted {wanted:g}), {ours / theirs:.2f} of gan_core's {theirs:.1f}, {words}",
                flush=True,
            )
            if workers == 1:
                print(f"  {verdict(share >= SHARE)} {family:6} kernels inside of a step: wanted {SHARE:.0%}")


def quality(page: Page, folder: Path, score: Scorer, family: str, workers: int, seconds: float, goals: dict[str, float]) -> None:
    """A run of so many seconds, and when it reached what: `goals` by name, in seconds."""
    messages = page.evaluate(TRAIN, {"family": family, "workers": workers, "seconds": seconds, "keep": True})
    chosen = families.get(family)
    model = chosen.model_config("live")
    z = Prior.normal(model.latent_dim).sample(score.samples, SEED)
    labels = np.eye(10, dtype=np.float32)[np.arange(score.samples) % 10] if model.num_classes else None
    reached: dict[str, float] = {}
    kept = [one for one in messages if one.get("place")]
    for one in kept:
        drawn = program.from_bytes((folder / "kept" / one["place"]).read_bytes()).run(z, labels)
        point = score(pixels.to_unit(drawn, chosen.pixel_range).reshape(-1, 28, 28), bool(model.num_classes))
        readable = READABLE[0] <= min(point["shares"]) and max(point["shares"]) <= READABLE[1]
        for name, good in (
            ("distance", point["distance"] <= CLASSIC),
            ("ten digits", readable),
            ("label", point.get("label_accuracy", 0) >= 0.95),
        ):
            if good:
                reached.setdefault(name, one["wall"])
        last = f"distance {point['distance']:.1f}" + (f", asked digit {point['label_accuracy']:.1%}" if model.num_classes else "")
        if all(name in reached for name in goals) and one is not kept[-1]:
            break
    for name, wanted in goals.items():
        at = reached.get(name, float("inf"))
        stood = f"{last} at step {one['step']:,}, {one['wall']:.1f} s"
        print(f"  {verdict(at <= wanted)} {family:6} {workers} workers: {name} after {at:.1f} s (wanted {wanted:g}); {stood}", flush=True)


def main() -> None:
    """Serve, train, score, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=12, help="of a measurement of speed (default: 12)")
    parser.add_argument("--samples", type=int, default=10_000, help="scored at each moment (default: 10,000)")
    parser.add_argument("--only", choices=("speed", "quality", "throttled"), nargs="+", default=("speed", "quality", "throttled"))
    parser.add_argument("--ahead", action="store_true", help="the page's threads come before what else runs here (needs the right to)")
    parser.add_argument("--alone", action="store_true", help="a page that shares no memory between workers")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    data = catalog.load("mnist", split="train")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright, served(Path(name), not options.alone) as address:
        (Path(name) / "images.bin").write_bytes(data.images[:PICTURES].tobytes())
        (Path(name) / "labels.bin").write_bytes(np.asarray(data.labels)[:PICTURES].astype(np.uint8).tobytes())
        browser = playwright.chromium.launch(executable_path=next((path for path in CHROMIUM if Path(path).exists()), None))
        page = browser.new_page()
        page.goto(address)
        score = Scorer(options.samples) if {"quality", "throttled"} & set(options.only) else None
        with ahead(browser) if options.ahead else contextlib.nullcontext():
            if "speed" in options.only:
                speeds(page, options.seconds, not options.alone)
            if score and "quality" in options.only:
                quality(page, Path(name), score, "dense", 2, 40, {"distance": 40, "ten digits": 40})
                quality(page, Path(name), score, "dcgan", 2, 42, {"distance": 40, "ten digits": 30})
                quality(page, Path(name), score, "cgan", 2, 92, {"label": 90})
            if score and "throttled" in options.only:
                with a_quarter(browser):
                    quality(page, Path(name), score, "dense", 1, 120, {"ten digits": 180})
        browser.close()
    print(f"load after: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")


if __name__ == "__main__":
    main()
