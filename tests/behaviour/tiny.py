"""Small runs for the behaviour tests: real data (`digits`), real networks, few steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gan_core import families, runs
from gan_core.config import ModelConfig


def drawing(kind: str = "picture") -> list[str]:
    """Names of the families that draw pictures, or signals."""
    return [name for name in families.names() if kind in families.get(name).kinds]


def data_of(family: str) -> str:
    """A data set that is always there, of what the family draws."""
    return "digits" if "picture" in families.get(family).kinds else "vibration"


def tiny_widths(family: str) -> dict[str, Any]:
    """The widths of the family's smallest networks, as its file gives them."""
    return dict(families.get(family).tiny["widths"])


def tiny_model(family: str, preset: str = "reference", **changes: Any) -> ModelConfig:
    """The family's smallest model, with `changes` on top."""
    found = families.get(family)
    return found.model_config(preset, **{**found.tiny, **changes})


def make_run(root: Path, family: str = "dense", widths: dict | None = None, **train: object) -> runs.Run:
    """A run directory of a tiny network of that family, not started yet."""
    model = tiny_model(family, **({"widths": widths} if widths else {}))
    settings = {"dataset": data_of(family), "steps": 40, "batch_size": 16, "report_every": 10, "precision": "float32", **train}
    return runs.create(root, model, families.get(family).train_config(**settings))
