"""How fast a training step is: the classic Keras loop, PyTorch eager and ours, side by side: `python benchmarks/train_speed.py`.

Same networks, same batch, same data, one process each; they take turns, so that a busy machine is busy for all, and every ratio is of
neighbours in time. PyTorch is optional: `pip install torch==2.13.0`, or `--torch-python PATH` for an interpreter that has it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from gan_core.errors import GanCoreError  # noqa: E402

BATCH = {"dense": 50, "dcgan": 64, "cgan": 64, "autoencoder": 128}
TARGETS = {"dense": (30, 1.5), "dcgan": (3, 3.2), "cgan": (3, 3), "autoencoder": (1.3, 1.5)}  # against classic, against PyTorch
TURN_SECONDS = 3.0
Steps = Callable[[int], Any]


# ---- the contenders, each in a process of its own


def _data() -> tuple[Any, Any]:
    import numpy as np

    with np.load(os.environ["GAN_BENCH_DATA"]) as held:
        return held["x_train"], held["y_train"]


def classic(family: str, batch: int) -> Steps:
    """The loop of `classic.py`."""
    from classic import ClassicAutoencoder, ClassicGAN

    pictures, labels = _data()
    if family == "autoencoder":
        return ClassicAutoencoder(pictures, batch).steps
    loop = ClassicGAN(family, pictures, labels, batch)
    return lambda count: [loop.step() for _ in range(count)]


def eager(family: str, batch: int, bfloat16: bool = False) -> Steps:
    """The loop of `eager_torch.py`."""
    from eager_torch import stepper

    return stepper(family, *_data(), batch, bfloat16)


def ours(family: str, batch: int, **changes: Any) -> Steps:
    """The reference preset as `python -m gan_core train` runs it, G learning on the fakes that D has just seen (`--share-fakes`)."""
    import tensorflow as tf

    from gan_core import families
    from gan_core.data import catalog
    from gan_core.training import objectives

    chosen = families.get(family)
    train = chosen.train_config("reference", batch_size=batch, **{"share_fakes": True, "optimizer": "adam", **changes})
    data = catalog.load("mnist", split="train")
    objective = objectives.make(chosen, chosen.model_config("reference"), train, data)

    @tf.function
    def many(first: Any, count: Any, order: Any) -> Any:
        sums = tf.zeros([len(objective.metric_names)])
        for i in tf.range(count):
            sums += objective.step(first + i, i, order)
        return sums

    order = tf.range(len(data.images))
    at = 0

    def steps(count: int) -> None:
        nonlocal at
        longest = len(data.images) // batch - 1
        while count > 0:
            now = min(count, longest)
            many(tf.constant(at), tf.constant(now), order).numpy()
            at, count = at + now, count - now

    return steps


CONTENDERS: dict[str, Callable[..., Steps]] = {
    "classic": classic,
    "torch": eager,
    "torch, bfloat16": lambda family, batch: eager(family, batch, bfloat16=True),
    "ours": ours,  # bfloat16 for the convolutional GANs where the processor has it
    "ours, one stage": lambda family, batch: ours(family, batch, one_stage=True),
    "ours, float32": lambda family, batch: ours(family, batch, precision="float32"),
    "ours, float32, fresh z": lambda family, batch: ours(family, batch, precision="float32", share_fakes=False),
    "ours, float32, one stage": lambda family, batch: ours(family, batch, precision="float32", one_stage=True),
}


def work(contender: str, family: str) -> None:
    """Answer each line on stdin, a number of steps, with the seconds they took."""
    steps = CONTENDERS[contender](family, BATCH[family])
    steps(2)
    steps(4)
    print("ready", flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        steps(int(line))
        print(time.perf_counter() - began, flush=True)


# ---- the measurement


class Contender:
    """A process that takes steps when it is asked."""

    def __init__(self, name: str, family: str, python: str, data: Path) -> None:
        self.name = name
        command = [python, __file__, "--work", name, "--family", family]
        environment = {**os.environ, "GAN_BENCH_DATA": str(data), "GAN_DATA": str(data.parent), "CUDA_VISIBLE_DEVICES": ""}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.turn, self.times = 0, list[float]()
        if self._line() != "ready":
            raise RuntimeError(f"{name} did not start; see its message above")

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def take(self, count: int) -> float:
        """Milliseconds a step over `count` steps."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        return 1000 * float(self._line()) / count

    def prepare(self) -> None:
        """Find how many steps a turn has."""
        self.turn = max(2, int(1000 * TURN_SECONDS / self.take(3)))

    def close(self) -> int:
        """End the process; its peak memory in bytes."""
        status = Path(f"/proc/{self.process.pid}/status")
        text = status.read_text() if status.exists() else ""
        peak = next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("VmHWM")), 0)
        self.process.terminate()
        self.process.wait()
        return peak


def family_table(family: str, contenders: list[tuple[str, str]], data: Path, rounds: int) -> dict[str, Any]:
    """Milliseconds a step of each contender, round by round."""
    racing = [Contender(name, family, python, data) for name, python in contenders]
    for contender in racing:
        contender.prepare()
    for _ in range(rounds):
        for contender in racing:
            contender.times.append(contender.take(contender.turn))
    return {contender.name: {"times": contender.times, "peak": contender.close()} for contender in racing}


def arithmetic(family: str) -> float:
    """Billion multiply-adds that one step of the reference networks needs after folding: forward 1, backward 2, each for what must pass."""
    from gan_core import families
    from gan_core.nn.fold import fold
    from gan_core.nn.layers import LabelPlanes

    chosen = families.get(family)
    model = chosen.model_config("reference")
    networks = chosen.build(model)
    cost = {role: fold(network, chosen.pixel_range, 0).multiply_adds() / 1e9 for role, network in networks.items()}
    if chosen.has_encoder:
        return 3 * BATCH[family] * sum(cost.values())
    if isinstance(networks["discriminator"].steps[0], LabelPlanes):  # they are convolved once a class, not once a picture
        cost["discriminator"] -= 14 * 14 * 5 * 5 * model.num_classes * model.widths["discriminator"][0] / 1e9
    # G draws once; D learns from real and drawn pictures, then judges the drawn ones again, and G learns through it (D's weights are held)
    return BATCH[family] * (3 * cost["generator"] + 8 * cost["discriminator"])


def peak_rate(threads: int = 0) -> float:
    """Billion multiply-adds a second of a float32 product of two 1536 x 1536 matrices, the best of ten."""
    import tensorflow as tf

    a = tf.random.normal([1536, 1536])
    times = []
    for _ in range(10):
        began = time.perf_counter()
        tf.matmul(a, a).numpy()
        times.append(time.perf_counter() - began)
    return 1536**3 / 1e9 / min(times)


def show(family: str, found: dict[str, Any], rate: float) -> list[str]:
    """The rows of one family."""
    need = arithmetic(family)
    lines = [
        f"matrix product: {rate:.0f} billion multiply-adds a second",
        f"{family}, batch {BATCH[family]}: {need:.2f} billion multiply-adds a step, {1000 * need / rate:.1f} ms at the machine's peak",
    ]
    for name, measured in found.items():
        step = statistics.median(measured["times"])
        share = f"{100 * 1000 * need / rate / step:5.1f} % of peak" if name == "ours, float32" else ""
        lines.append(f"  {name:24} {step:9.2f} ms a step   {measured['peak'] / 2**20:6.0f} MB   {share}")
    for other, target in zip(("classic", "torch", "torch, bfloat16"), (*TARGETS[family], None), strict=True):
        if other not in found:
            continue
        for mine in [name for name in found if name.startswith("ours")]:
            ratios = sorted(theirs / own for theirs, own in zip(found[other]["times"], found[mine]["times"], strict=True))
            goal = f"   target {target} x" if target and mine in ("ours", "ours, float32") else ""
            lines.append(f"  {mine} against {other}: {statistics.median(ratios):.2f} x ({ratios[0]:.2f} ... {ratios[-1]:.2f}){goal}")
    return lines


def _worth_a_row(contender: str, family: str) -> bool:
    """Whether it differs from another row: an autoencoder has one stage, and only convolutional GANs compute in bfloat16 unasked."""
    if family in ("dcgan", "cgan"):
        return True
    return contender in ("classic", "torch", "ours", *(["ours, one stage"] if family == "dense" else []))


def main() -> None:
    """Measure every family and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", nargs="+", choices=list(BATCH), default=list(BATCH))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--torch-python", default=sys.executable, help="an interpreter that has torch (default: this one)")
    parser.add_argument("--out", type=Path, help="also write every number here, as JSON")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--family", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.family)
        return
    from gan_core.data import catalog

    data = catalog.fetch("mnist")[0]
    has_torch = subprocess.run([options.torch_python, "-c", "import torch"], capture_output=True, check=False).returncode == 0
    if not has_torch:
        print("without PyTorch: `pip install torch==2.13.0`, or name an interpreter that has it with --torch-python")
    print(f"{os.cpu_count()} cores, load {', '.join(f'{load:.1f}' for load in os.getloadavg())}")
    rate, everything = 0.0, {}
    for family in options.families:
        names = [name for name in CONTENDERS if _worth_a_row(name, family)]
        contenders = [(name, options.torch_python if name.startswith("torch") else sys.executable) for name in names]
        contenders = [each for each in contenders if has_torch or not each[0].startswith("torch")]
        rate = max(rate, peak_rate())  # other guests of the machine can only make it look slower
        everything[family] = family_table(family, contenders, data, options.rounds)
        rate = max(rate, peak_rate())
        print("\n".join(show(family, everything[family], rate)), flush=True)
    if options.out:
        options.out.write_text(json.dumps({"rate": rate, "families": everything}, indent=1))


if __name__ == "__main__":
    try:
        main()
    except GanCoreError as error:
        sys.exit(f"error: {error}")
