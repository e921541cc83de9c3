"""Trains the small autoencoders of the lesson and measures them: `GAN_DATA=... python tools/lesson.py [--only NAME ...]` (minutes on two cores).

Each is a preset of the autoencoder's (gan_core/families/autoencoder.py) trained on MNIST by gan_core's own trainer. What the page shows of them
are the files in `ui/static/learn/codes/nets/`, with kernels in 8 bits, and `measured.js` beside: every figure there is of those very files, on
`TESTED` test pictures spread evenly over the ten thousand.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core import families, runs  # noqa: E402 (a script's own project)
from gan_core.data import catalog  # noqa: E402
from gan_core.metrics import figures  # noqa: E402
from gan_core.model import digit_reader, program  # noqa: E402
from gan_core.model.program import Program  # noqa: E402

HOME = ROOT / "ui" / "static" / "learn" / "codes"
MEASURED = HOME / "measured.js"
HEAD = """/** What the lesson's autoencoders give on test pictures, written by `python tools/lesson.py`. */

/** @type {import("./nets.js").Measured} */
export const MEASURED = """
SIZES = (2, 8, 32, 128)
TRAININGS: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"code-{size}": ("compression", {"latent_dim": size}) for size in SIZES},
    "denoising": ("denoising", {}),
    "stacked": ("stacked", {}),
}
PCA = "pca"
TESTED = 500
RARELY = 468  # steps, an epoch: of these trainings nobody watches the steps between
PCA_PICTURES = 20_000
NOISES = (0.0, 0.2, 0.4)
HALVES = {"left": np.s_[:, :, :14], "right": np.s_[:, :, 14:], "top": np.s_[:, :14], "bottom": np.s_[:, 14:]}


def train(name: str, folder: str) -> dict[str, Program]:
    """The finished networks of a training, as their files will hold them."""
    from gan_core.training import trainer

    preset, changes = TRAININGS[name]
    model, settings = families.get("autoencoder").configs(preset, dataset="mnist", **changes, report_every=RARELY)
    run = runs.create(folder, model, settings)
    state = trainer.train(run, lambda report: print(name, report["step"], report.get("val_loss"), flush=True))
    if state != "finished":
        raise SystemExit(f"{name}: {state}: {run.status()['reason']}")
    last = run.network_steps()[-1]
    return {"encoder": program.read(run.snapshot(last, "encoder.safetensors")), "generator": program.read(run.snapshot(last))}


def shipped(name: str) -> dict[str, Program]:
    """Those that lie in the page's folder."""
    return {role: program.read(HOME / "nets" / f"{name}.{role}.safetensors") for role in ("encoder", "generator")}


def principal(learned: np.ndarray, size: int) -> dict[str, Program]:
    """The first `size` principal components of pictures, as an encoder and what draws from its code; fewer are the first of them.

    Source: Pearson 1901; the eigenvectors of the covariance.
    """
    mean, covariance = figures.gaussian(learned.reshape(len(learned), -1))
    directions = np.linalg.eigh(covariance)[1][:, ::-1][:, :size].astype(np.float32)  # [784, size], the largest first
    mean = mean.astype(np.float32)
    code, images = {"name": "z", "shape": [size]}, {"name": "images", "shape": [28, 28, 1], "range": [0.0, 1.0]}
    encode = [{"op": "reshape", "shape": [784]}, {"op": "dense", "kernel": "01.kernel", "bias": "01.bias"}]
    draw = [{"op": "dense", "kernel": "00.kernel", "bias": "00.bias"}, {"op": "reshape", "shape": [28, 28, 1]}]
    return {
        "encoder": Program("encoder", images, code, encode, {"01.kernel": directions, "01.bias": -mean @ directions}),
        "generator": Program("generator", code, images, draw, {"00.kernel": np.ascontiguousarray(directions.T), "00.bias": mean}),
    }


def write(name: str, networks: dict[str, Program]) -> None:
    """Their files, with kernels in 8 bits."""
    for role, network in networks.items():
        (HOME / "nets" / f"{name}.{role}.safetensors").write_bytes(program.to_bytes(network, "int8"))


def test_pictures() -> tuple[np.ndarray, np.ndarray]:
    """`[TESTED, 28, 28, 1]` in [0, 1], and their digits."""
    test = catalog.load("mnist", split="test")
    rows = np.linspace(0, len(test.images) - 1, TESTED).astype(int)
    assert test.labels is not None
    return test.images[rows].astype(np.float32)[..., None] / 255, test.labels[rows]


def through(networks: dict[str, Program], pictures: np.ndarray, stage: int | None = None) -> np.ndarray:
    """Pictures encoded and drawn again; of a stacked one by the layers outside of and up to `stage` (0 is the outermost)."""
    if stage is not None:
        networks = {role: part(network, stage) for role, network in networks.items()}
    drawn = [networks["generator"].run(networks["encoder"].run(some)) for some in np.array_split(pictures, max(1, len(pictures) // 250))]
    return np.concatenate(drawn).reshape(pictures.shape)


def part(network: Program, stage: int) -> Program:
    """The operations of a stacked network's stage: its dense layers, each with what follows it, as far as that stage or from it on."""
    starts = [place for place, op in enumerate(network.ops) if op["op"] == "dense"]
    if network.role == "encoder":
        end = starts[stage + 1] if stage + 1 < len(starts) else len(network.ops)
        kept, size = network.ops[:end], network.tensors[network.ops[starts[stage]]["kernel"]].shape[1]
        return Program(network.role, network.input, {"name": "z", "shape": [size]}, kept, network.tensors)
    begin = starts[len(starts) - 1 - stage]
    size = network.tensors[network.ops[begin]["kernel"]].shape[0]
    return Program(network.role, {"name": "z", "shape": [size]}, network.output, network.ops[begin:], network.tensors)


def of_code(name: str, size: int, clean: np.ndarray, digits: np.ndarray) -> dict[str, Any]:
    """Ratio, errors, the share of pictures that are still read rightly, and the same of as many principal components."""
    first = np.where(np.arange(SIZES[-1]) < size, 1, 0).astype(np.float32)
    pca = shipped(PCA)
    rebuilt = pca["generator"].run(pca["encoder"].run(clean) * first).reshape(clean.shape).clip(0, 1)
    return {"size": size, "ratio": 784 / size, "bytes": _bytes(name), "code": _figures(clean, digits, through(shipped(name), clean)),
            "pca": _figures(clean, digits, rebuilt)}  # fmt: skip


def _figures(clean: np.ndarray, digits: np.ndarray, drawn: np.ndarray) -> dict[str, float]:
    read = digit_reader.read(digit_reader.load(), drawn[..., 0]).digits
    return {"mse": figures.mse(clean, drawn), "bce": figures.bce(clean, drawn), "read": float((read == digits).mean())}


def of_damage(networks: dict[str, Program], clean: np.ndarray) -> dict[str, Any]:
    """Mean squared error between what comes out and the clean picture, for noise of each strength and each blanked half."""
    random = np.random.default_rng(0)
    noisy = {f"{noise:g}": np.clip(clean + noise * random.standard_normal(clean.shape), 0, 1).astype(np.float32) for noise in NOISES}
    halves = {}
    for name, half in HALVES.items():
        halves[name] = clean.copy()
        halves[name][half] = 0
    cases = {"noise": noisy, "blank": halves}
    return {
        kind: {name: figures.mse(clean, through(networks, pictures)) for name, pictures in some.items()} for kind, some in cases.items()
    } | {"untouched": {kind: {name: figures.mse(clean, pictures) for name, pictures in some.items()} for kind, some in cases.items()}}


def _bytes(name: str) -> int:
    return sum(path.stat().st_size for path in (HOME / "nets").glob(f"{name}.*"))


def rounded(value: Any) -> Any:
    """Figures with five digits."""
    if isinstance(value, dict):
        return {key: rounded(entry) for key, entry in value.items()}
    return [rounded(entry) for entry in value] if isinstance(value, list) else float(f"{value:.5g}") if isinstance(value, float) else value


def measure() -> dict[str, Any]:
    """All figures of the files that are there."""
    clean, digits = test_pictures()
    there = [name for name in TRAININGS if (HOME / "nets" / f"{name}.encoder.safetensors").exists()]
    made: dict[str, Any] = {
        "tested": TESTED,
        "read": _figures(clean, digits, clean)["read"],
        "codes": [of_code(f"code-{size}", size, clean, digits) for size in SIZES if f"code-{size}" in there],
    }
    if "denoising" in there:
        plain = ROOT / "checkpoints" / "autoencoder-mnist"
        ordinary = {role: program.read(plain / f"{role}.safetensors") for role in ("encoder", "generator")}
        made["denoising"] = {"trained": of_damage(shipped("denoising"), clean), "plain": of_damage(ordinary, clean)}
    if "stacked" in there:
        networks = shipped("stacked")
        widths = [networks["encoder"].tensors[op["kernel"]].shape[1] for op in networks["encoder"].ops if op["op"] == "dense"]
        made["stacked"] = [
            {"size": width, "mse": figures.mse(clean, through(networks, clean, stage))} for stage, width in enumerate(widths)
        ]
    return made


def main() -> None:
    """Train those asked for, then measure all that are there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(TRAININGS), help="train these (default: all; none: measure only)")
    options = parser.parse_args()
    (HOME / "nets").mkdir(parents=True, exist_ok=True)
    for name in TRAININGS if options.only is None else options.only:
        with tempfile.TemporaryDirectory(prefix="gan-lesson-") as folder:
            write(name, train(name, folder))
    write(PCA, principal(catalog.load("mnist", split="train").images[:PCA_PICTURES].astype(np.float32) / 255, SIZES[-1]))
    MEASURED.write_text(f"{HEAD}{json.dumps(rounded(measure()), indent=2)};\n", encoding="utf-8")


if __name__ == "__main__":
    main()
