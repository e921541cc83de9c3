"""Changed files against every reader of strangers' files: never a traceback, never late, never much memory.

    python tests/stress/mutate.py --times 100000

Guided by coverage where atheris is installed (`pip install atheris`), else changed at random; the same seed makes the same changes then.
Each reader runs in a process of its own; what went wrong is kept in --keep, to be given to a test.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NAMES = (
    "checkpoint config",
    "metrics",
    "program",
    "npz",
    "own zip",
    "own table",
    "own idx",
    "picture",
    "link",
    "run",
    "recording",
    "links and pipes",
)
LATE = 2.0  # seconds of the processor, which others on the machine do not lengthen
HANGS = 60  # seconds of the clock
LARGE = 300  # MB
TOLD_EVERY = 500
BACK_TO_SEED = 0.5  # how often a change begins with a good input and not with one that was changed before


class Hangs(BaseException):
    """A reader that has not come back; nothing catches it on the way."""


@dataclass
class Result:
    """What came of one reader's inputs."""

    reader: str
    inputs: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_ms: float = 0.0
    largest_mb: float = 0.0
    guided: bool = False
    faults: dict[str, int] = field(default_factory=dict)  # the last lines of each traceback, how often


class Trial:
    """One reader, and what it made of every input so far, told in a file now and then; after `seconds` of the clock SIGALRM comes, 0: never."""

    def __init__(self, reader: Any, keep: Path | None, seconds: int = 0, told: Path | None = None) -> None:
        self.reader, self.keep, self.seconds, self.told, self.result = reader, keep, seconds, told, Result(reader.name)
        self.before = _memory("VmHWM")

    def __call__(self, data: bytes) -> None:
        result = self.result
        result.inputs += 1
        if result.guided:  # atheris keeps what its watch has compared, so that a process grows whose readers do not: each input for itself
            self.before = _forget_the_most()
        began = time.process_time()
        signal.alarm(self.seconds)
        try:
            if self.reader.read(data):
                result.accepted += 1
            else:
                result.refused += 1
        except (Exception, Hangs) as error:
            self._fault(data, _where(error))
        finally:
            signal.alarm(0)
        seconds = time.process_time() - began
        result.slowest_ms = max(result.slowest_ms, 1000 * seconds)
        result.largest_mb = max(result.largest_mb, _memory("VmHWM") - self.before)
        if seconds > LATE:
            self._fault(data, f"took {seconds:.1f} s")
        if result.inputs % TOLD_EVERY == 0:
            self.tell()

    def tell(self) -> None:
        """Write what came so far, so that whoever ends it early has that."""
        if self.told:
            self.told.write_text(json.dumps(asdict(self.result)))

    def _fault(self, data: bytes, what: str) -> None:
        first = what not in self.result.faults
        self.result.faults[what] = self.result.faults.get(what, 0) + 1
        if first and self.keep:
            self.keep.mkdir(parents=True, exist_ok=True)
            name = f"{self.reader.name.replace(' ', '_')}-{hashlib.sha256(what.encode()).hexdigest()[:8]}"
            (self.keep / f"{name}.input").write_bytes(data)
            (self.keep / f"{name}.txt").write_text(what)


def _memory(which: str) -> float:
    """Memory of this process in MB: 'VmRSS' now, 'VmHWM' the most that it had."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(which))
    return int(line.split()[1]) / 1024


def _forget_the_most() -> float:
    """Begin to look for the most anew; what there is now, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    return _memory("VmRSS")


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    text = str(error).encode("ascii", "backslashreplace").decode().splitlines()
    return f"{type(error).__name__} in {Path(last.filename).name}:{last.lineno}: {text[0][:100] if text else ''}"


def at_random(trial: Trial, times: int, seed: int) -> Result:
    """Change good inputs, and inputs that were changed before."""
    chance = random.Random(seed)
    data = trial.reader.seeds[0]
    for seed_input in trial.reader.seeds:
        trial(seed_input)
    while trial.result.inputs < times:
        if chance.random() < BACK_TO_SEED or len(data) > 500_000:
            data = chance.choice(trial.reader.seeds)
        data = trial.reader.change(chance, data)
        trial(data)
    return trial.result


def guided(trial: Trial, times: int, seed: int) -> None:
    """The same by libFuzzer, which keeps what reaches new lines of ours; it never comes back, so the process ends here."""
    import atheris

    corpus = Path(tempfile.mkdtemp(prefix="gan-corpus-"))
    for number, data in enumerate(trial.reader.seeds):
        (corpus / str(number)).write_bytes(data)
    trial.result.guided = True

    def one(data: bytes) -> None:
        trial(data)
        if trial.result.inputs >= times:
            trial.tell()
            shutil.rmtree(corpus, ignore_errors=True)
            os._exit(0)

    def change(data: bytes, most: int, number: int) -> bytes:
        chance = random.Random(number)
        begin = data if data and chance.random() > 0.1 else chance.choice(trial.reader.seeds)
        changed: bytes = trial.reader.change(chance, begin)
        return changed[:most]

    arguments = [
        sys.argv[0],
        f"-seed={seed + 1}",
        "-max_len=200000",
        "-timeout=0",
        "-rss_limit_mb=0",
        "-verbosity=0",
        "-runs=-1",
        f"-artifact_prefix={corpus}/",  # else what it finds slow is left in the folder one stands in
        str(corpus),
    ]
    atheris.Setup(arguments, one, custom_mutator=change)
    atheris.Fuzz()


def _child(name: str, times: int, seed: int, plain: bool, keep: Path | None, told: Path) -> None:
    """One reader, in this process."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.nice(19 - os.nice(0))

    def hangs(_signal: int, _frame: FrameType | None) -> None:
        raise Hangs(f"no answer within {HANGS} s")

    signal.signal(signal.SIGALRM, hangs)
    with tempfile.TemporaryDirectory(prefix="gan-mutate-") as folder:
        reader, instrumented = _reader(name, Path(folder), plain)
        trial = Trial(reader, keep, HANGS, told)
        if instrumented:
            guided(trial, times, seed)
        else:
            at_random(trial, times, seed)
            trial.tell()


def _reader(name: str, folder: Path, plain: bool) -> tuple[Any, bool]:
    """The reader of that name, its modules watched by atheris where it is there."""
    try:
        if plain:
            raise ImportError
        import atheris
    except ImportError:
        from stress import readers

        return readers.all_readers(folder)[NAMES.index(name)], False
    with atheris.instrument_imports(include=["gan_core", "ui"]):
        from stress import readers
    return readers.all_readers(folder)[NAMES.index(name)], True


def run(names: list[str], times: int, seed: int, plain: bool, keep: Path | None) -> list[Result]:
    """Every reader in turn, each in a process of its own; one that dies is a fault."""
    results = []
    for name in names:
        with tempfile.TemporaryDirectory(prefix="gan-told-") as folder:
            told = Path(folder) / "result.json"
            command = [sys.executable, __file__, "--child", name, "--times", str(times), "--seed", str(seed), "--told", str(told)]
            command += ["--plain"] * plain + (["--keep", str(keep)] if keep else [])
            ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
            if told.exists():
                results.append(Result(**json.loads(told.read_text())))
            else:
                last = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
                results.append(Result(name, faults={f"the process died with {ended.returncode}: {' '.join(last)[:200]}": 1}))
            print(row(results[-1]), flush=True)
    return results


def row(result: Result) -> str:
    """A line of the table."""
    numbers = f"{result.inputs:>9,} {result.accepted:>9,} {result.refused:>9,} {sum(result.faults.values()):>7,}"
    return (
        f"{result.reader:18} {numbers} {result.slowest_ms:>11,.0f} {result.largest_mb:>11,.0f}  {'coverage' if result.guided else 'chance'}"
    )


def main() -> int:
    """Change, read, and say what came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100_000, help="inputs a reader (default: 100,000)")
    parser.add_argument("--seed", type=int, default=0, help="default: 0")
    parser.add_argument("--readers", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--plain", action="store_true", help="without atheris, even where it is there")
    parser.add_argument("--keep", type=Path, help="folder for the inputs that went wrong")
    parser.add_argument("--child", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--told", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child, options.times, options.seed, options.plain, options.keep, options.told)
        return 0
    print(f"{'reader':18} {'inputs':>9} {'accepted':>9} {'refused':>9} {'faults':>7} {'slowest ms':>11} {'largest MB':>11}  guided by")
    results = run(options.readers, options.times, options.seed, options.plain, options.keep)
    for result in results:
        for what, count in result.faults.items():
            print(f"{result.reader}: {count} times {what}")
    return 1 if any(result.faults or result.largest_mb > LARGE for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
