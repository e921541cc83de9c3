"""Where the web process finds its folders and what it allows, read once from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import ConfigError

ROOT = Path(__file__).resolve().parent.parent
STATIC = Path(__file__).resolve().parent / "static"


@dataclass(frozen=True)
class Settings:
    """Folders of checkpoints and runs, and whether a visitor may train."""

    checkpoints: Path = ROOT / "checkpoints"
    runs: Path = ROOT / "runs"
    training: bool = True

    @staticmethod
    def from_environment() -> Settings:
        """GAN_CHECKPOINTS, GAN_RUNS and GAN_TRAINING (on or off; off by default on a Hugging Face Space).

        Raises: ConfigError when GAN_TRAINING is neither.
        """
        default = "off" if os.environ.get("SPACE_ID") else "on"
        training = os.environ.get("GAN_TRAINING", default).strip().lower()
        if training not in ("on", "off"):
            raise ConfigError(f"GAN_TRAINING is {training!r}; expected 'on' or 'off'.")
        return Settings(
            checkpoints=Path(os.environ.get("GAN_CHECKPOINTS", Settings.checkpoints)),
            runs=Path(os.environ.get("GAN_RUNS", Settings.runs)),
            training=training == "on",
        )
