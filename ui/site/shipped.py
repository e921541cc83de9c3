"""The models of the static build: their networks, as many earlier ones as fit, what lies beside them, and their list."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math

from gan_core.model import digit_reader, program
from gan_core.model.checkpoints import Checkpoint, file_entries
from gan_core.storage import files
from ui.site.listing import PARTS, EpochEntry, ModelEntry, beside, epoch_entry, model_entry, url_of

LIMIT = 60_000_000  # bytes of the build in all, but for the pictures that a page trains on
FEWEST_EPOCHS = 2


def first_model(found: list[Checkpoint]) -> Checkpoint:
    """The model that the page opens on, as `firstModel` of models.js."""
    return next((one for one in found if one.family.opening), found[0])


def networks(found: list[Checkpoint]) -> dict[str, bytes]:
    """The finished networks of every model, and the classifier."""
    path, data = classifier()
    own = {path: data} if path else {}
    for checkpoint in found:
        for role in PARTS:
            address = url_of(checkpoint, f"{role}.safetensors")
            if address:
                own[address] = checkpoint.bytes(f"{role}.safetensors")
    return own


def classifier() -> tuple[str | None, bytes]:
    """The address of the reader of digits and its bytes; None where there is none."""
    try:
        data = digit_reader.CLASSIFIER.read_bytes()
    except OSError:
        return None, b""
    return f"gan/files/classifier/{hashlib.sha256(data).hexdigest()[:16]}/{digit_reader.CLASSIFIER.name}", data


Earlier = dict[int, dict[str, tuple[str, bytes]]]  # by step: "url" and, of an autoencoder, "encoder", each an address and what lies there


def _earlier(checkpoint: Checkpoint) -> Earlier:
    """The earlier networks of a model, in 8 bits, so that twice as many fit. Not those of the finished step, which are there already."""
    steps: Earlier = {}
    for epoch in checkpoint.config.epochs:
        if epoch.step != checkpoint.config.step:
            names = {"url": epoch.file, "encoder": epoch.encoder_file}
            steps[epoch.step] = {role: in_eight_bits(checkpoint, name) for role, name in names.items() if checkpoint.has(name)}
    return steps


def in_eight_bits(checkpoint: Checkpoint, name: str) -> tuple[str, bytes]:
    """A network of a model in 8 bits: its address and its bytes."""
    data = program.to_bytes(program.from_bytes(checkpoint.bytes(name), name), "int8")
    return f"gan/files/checkpoints/{checkpoint.name}/{hashlib.sha256(data).hexdigest()[:16]}/{name}", data


def fitting(found: list[Checkpoint], taken: int) -> tuple[dict[str, Earlier], list[str]]:
    """As many earlier networks as fit beside `taken` bytes; those closest to their neighbours are left out, largest model first."""
    earlier = {checkpoint.name: _earlier(checkpoint) for checkpoint in found}
    ends = {checkpoint.name: checkpoint.config.step for checkpoint in found}
    size = {name: {step: sum(len(data) for _, data in own.values()) for step, own in steps.items()} for name, steps in earlier.items()}
    kept = {name: sorted(steps) for name, steps in earlier.items()}
    left_out = []
    while taken + sum(size[name][step] for name, steps in kept.items() for step in steps) > LIMIT:
        candidates = [name for name, steps in kept.items() if len(steps) > FEWEST_EPOCHS]
        if not candidates:
            break
        name = max(candidates, key=lambda name: sum(size[name][step] for step in kept[name]))
        step = _closest([*kept[name], ends[name]])
        kept[name].remove(step)
        left_out.append(f"{name} step {step:,}")
    return {name: {step: earlier[name][step] for step in steps} for name, steps in kept.items()}, left_out


def _closest(steps: list[int]) -> int:
    """The step, neither the first nor the finished one, that is missed least: its neighbours are nearest to each other in log(step + 100).

    Digits grow by the logarithm of the steps, but not in the first hundred.
    """
    inner = range(1, len(steps) - 1)
    return steps[min(inner, key=lambda i: math.log(steps[i + 1] + 100) - math.log(steps[i - 1] + 100))]


def beside_networks(checkpoint: Checkpoint, earlier: Earlier) -> dict[str, tuple[str, bytes]]:
    """What lies in the folder of a model that is taken home from here, beside its networks: address and bytes. Its config lists what the site has."""
    config = checkpoint.config
    shipped = {path: checkpoint.bytes(path) for path in (f"{role}.safetensors" for role in PARTS) if checkpoint.has(path)}
    shipped |= {address.split("/", 5)[5]: data for own in earlier.values() for address, data in own.values()}
    epochs = [{"step": epoch.step, "epoch": epoch.epoch, "file": epoch.file if epoch.step in earlier else "generator.safetensors"}
              for epoch in config.epochs if epoch.step in earlier or epoch.step == config.step]  # fmt: skip
    contents = {
        "config.json": files.to_json({**json.loads(beside(checkpoint, "config.json")), "epochs": epochs, "files": file_entries(shipped)})
    }
    for file in ("metrics.json", "README.md"):
        with contextlib.suppress(OSError, ValueError):
            contents[file] = beside(checkpoint, file)
    return {
        file: (f"gan/files/checkpoints/{checkpoint.name}/{hashlib.sha256(data).hexdigest()[:16]}/{file}", data)
        for file, data in contents.items()
    }


def listed(
    found: list[Checkpoint], earlier: dict[str, Earlier], folders: dict[str, dict[str, tuple[str, bytes]]], sketch: str = ""
) -> list[ModelEntry]:
    """The models of `models.json`, with the epochs that are there; the finished step's are the finished networks.

    The page opens with a `sketch`, its first generator in 8 bits, and exchanges it when the page is quiet: that is what a first view waits for.
    """
    entries = list(map(model_entry, found))
    if sketch:
        entries[found.index(first_model(found))]["files"]["sketch"] = sketch
    for entry in entries:
        entry["folder"] = {file: address for file, (address, _) in folders[entry["id"]].items()}
        there = {step: {role: address for role, (address, _) in own.items()} for step, own in earlier[entry["id"]].items()}
        there[entry["step"]] = {"url": entry["files"]["generator"] or "", "encoder": entry["files"]["encoder"] or ""}
        entry["epochs"] = [_shipped(epoch, there[epoch["step"]]) for epoch in entry["epochs"] if epoch["step"] in there]
    return entries


def _shipped(epoch: EpochEntry, addresses: dict[str, str]) -> EpochEntry:
    return epoch_entry(epoch["step"], epoch["epoch"], addresses["url"], addresses.get("encoder") if "encoder" in epoch else None)
