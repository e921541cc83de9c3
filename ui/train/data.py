"""What the Train tab knows about data sets."""

from __future__ import annotations

from gan_core.data import catalog


def dataset_choices() -> list[tuple[str, str]]:
    """(label, name) of the named data sets; the label tells where one would have to be downloaded."""

    def label(name: str) -> str:
        return f"{name}, {catalog.DATASETS[name].train:,} pictures" + ("" if catalog.available(name) else " (is downloaded)")

    return [(label(name), name) for name in catalog.names()]


def default_dataset() -> str:
    """MNIST where it is on this machine, else the built-in digits."""
    return "mnist" if catalog.available("mnist") else "digits"


def training_pictures(name: str) -> int:
    """Number of training pictures. Raises DataError."""
    if name in catalog.DATASETS:
        return catalog.DATASETS[name].train
    return len(catalog.load(name, split="train").images)
