"""What this machine may lack: a training needs TensorFlow, the page Gradio; exploring, evaluating and exporting need neither."""

from __future__ import annotations

import importlib.util

from gan_core.errors import RunError

TRAINING = ("tensorflow", "keras")
MISSING_TRAINING = (
    "Training needs TensorFlow and Keras, which are not installed here; everything else works without them. "
    "To install them, in the project's folder: pip install '.[train]' (or pip install -r requirements.txt), then try again."
)
_OTHERS = {
    "huggingface_hub": "The Hugging Face Hub is talked to by the package huggingface_hub, which is not installed here. "
    "In the project's folder: pip install '.[hub]'.",
    "onnx": "ONNX files are written and read with the package onnx, which is not installed here. In the project's folder: pip install '.[onnx]'.",
    "trackio": "--track writes with the package trackio, which is not installed here. In the project's folder: pip install '.[track]'.",
    "gradio": "The page needs Gradio, which is not installed here. In the project's folder: pip install '.[app]' (or pip install -r requirements.txt).",
    "anywidget": "A widget is shown in a notebook by the package anywidget, which is not installed here. "
    "In the project's folder: pip install '.[notebook]', then restart the notebook's kernel.",
    "ui": "The page's files are not part of the installed package; `python -m gan_core site OUT/` and `gan_core.widget` work in a copy of the whole project.",
}


def can_train() -> bool:
    """Whether the libraries of a training are there. Nothing is imported; what is installed meanwhile is seen at the next call."""
    return all(_is_there(name) for name in TRAINING)


def check_training() -> None:
    """Raises RunError, with how to install what is missing, where nothing can be trained."""
    if not can_train():
        raise RunError(MISSING_TRAINING)


def check(package: str) -> None:
    """Raises RunError, with how to install it, where a package is missing that only some wish needs."""
    if not _is_there(package):
        raise RunError(_OTHERS[package])


def explained(error: ModuleNotFoundError) -> str | None:
    """How to mend an import that failed, for the command line; None where the missing module is none that a person may leave out."""
    name = (error.name or "").partition(".")[0]
    return MISSING_TRAINING if name in TRAINING else _OTHERS.get(name)


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
