"""What this machine's processor can do, and the settings that follow from it."""

from __future__ import annotations

import dataclasses
import os
import platform
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from gan_core.config import TrainConfig

CPU_FLAGS = Path("/proc/cpuinfo")
BFLOAT16_FLAGS = {"avx512_bf16", "amx_bf16"}  # as Linux names them; oneDNN multiplies in bfloat16 with either


@cache
def has_bfloat16(flags: Path = CPU_FLAGS) -> bool:
    """Whether the processor multiplies bfloat16 itself. False where the system does not tell (anything but Linux on x86)."""
    try:
        lines = flags.read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    named = next((line for line in lines if line.startswith("flags")), "")
    return bool(BFLOAT16_FLAGS & set(named.split()))


def settled(train: TrainConfig, pays: bool) -> TrainConfig:
    """`train` with `precision` auto made what it comes to here: bfloat16 where it `pays` (Family.bfloat16) and the processor has it."""
    if train.precision != "auto":
        return train
    return dataclasses.replace(train, precision="bfloat16" if pays and has_bfloat16() else "float32")


def describe(accelerators: Sequence[str] = (), flags: Path = CPU_FLAGS) -> str:
    """This machine as a model card names it: processor, number of cores, accelerators.

    Args:
        accelerators: names of what TensorFlow trains on besides the processor.
    """
    cores = os.cpu_count() or 1
    try:
        lines = flags.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "") or platform.processor()
    processor = f"{named or platform.machine() or 'an unknown processor'}, {cores} core{'s' if cores > 1 else ''}"
    return " and ".join([processor, *accelerators])
