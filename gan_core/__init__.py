"""Train, load and explore small generative models of handwritten digits.

For a notebook: `Explorer.open(folder)` or `load(folder)` to hold a model, `train(run)` to train one, `__version__`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"
__all__ = ["Explorer", "__version__", "load", "train"]

if TYPE_CHECKING:
    from gan_core.model.explorer import Explorer
    from gan_core.training.trainer import train


def __getattr__(name: str) -> Any:
    """Imported when first asked for: `import gan_core` stays quick, and only `train` brings TensorFlow."""
    if name == "Explorer":
        from gan_core.model.explorer import Explorer

        return Explorer
    if name == "load":
        from gan_core.model.explorer import Explorer

        return Explorer.open
    if name == "train":
        from gan_core.training.trainer import train

        return train
    raise AttributeError(f"module 'gan_core' has no attribute {name!r}")
