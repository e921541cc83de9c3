"""Settings from the environment, all of them: what the page, the command line and Python find here holds for all three.

Not here: what a process hands to its child (`storage/locks.py`), and what belongs to libraries (TF_CONFIG, CUDA_VISIBLE_DEVICES).
"""

from __future__ import annotations

import os
from pathlib import Path

from gan_core.errors import ConfigError

VARIABLES = {
    "GAN_DATA": "folder that holds `mnist.npz`",
    "GAN_CHECKPOINTS": "folder of models (default: `checkpoints`)",
    "GAN_RUNS": "folder of runs (default: `runs`)",
    "GAN_RECORDINGS": "folder of recorded trainings (default: `recordings`)",
    "GAN_TRAINING": "`on` or `off`: whether the page may start trainings (default: on; off on a Hugging Face Space)",
    "GAN_CONTROL": "who may start, stop and change trainings: `token`, `anyone` or `nobody`; as `--control`",
    "GAN_CONTROL_TOKEN": "the control token, 8 to 200 characters (default: a new random one at each start)",
    "GAN_HUB": "`on` or `off`: whether the page opens public models of the Hugging Face Hub by `?model=user/name`; as `--hub` (default: off)",
    "GAN_PUBLIC_URL": "addresses under which a proxy leads to the page, apart by blanks",
    "GAN_FRAMES": "origins whose pages may show this one in a frame, apart by blanks (default: Hugging Face's on a Space)",
    "GRADIO_ROOT_PATH": "path or address under which a proxy leads to the page, as Gradio reads it",
    "GRADIO_SHARE": "`true`: Gradio opens a tunnel from the internet",
    "COLAB_RELEASE_TAG": "set by Google Colab, where Gradio opens one by itself",
    "KAGGLE_KERNEL_RUN_TYPE": "set by Kaggle, where Gradio opens one by itself",
    "JUPYTERHUB_SERVICE_PREFIX": "set by JupyterHub: where a notebook's own pages begin",
    "GRADIO_SERVER_NAME": "address that the page listens on, as Gradio reads it; as `--host`",
    "KERAS_HOME": "Keras' own folder, whose `datasets` are looked in for MNIST (default: `~/.keras`)",
    "XDG_CACHE_HOME": "folder of caches, where models from the Hub are and an installed project keeps what it downloads (default: `~/.cache`)",
    "SPACE_ID": "set by Hugging Face: this is a Space",
}


def text(name: str) -> str:
    """The value of a variable, "" where it is not set or only blanks.

    Raises: KeyError for one that has no line in VARIABLES.
    """
    if name not in VARIABLES:
        raise KeyError(f"{name} is not in environment.VARIABLES; give it a line there")
    return os.environ.get(name, "").strip()


def switch(name: str, default: bool) -> bool:
    """A variable that is 'on' or 'off'. Raises ConfigError."""
    value = text(name).lower() or ("on" if default else "off")
    if value not in ("on", "off"):
        raise ConfigError(f"{name} is {value!r}; expected 'on' or 'off'.")
    return value == "on"


def words(name: str) -> tuple[str, ...]:
    """The words of a variable that holds several."""
    return tuple(text(name).split())


def folder(name: str, default: Path | str) -> Path:
    """The folder that a variable names, else `default`."""
    return Path(os.path.expanduser(text(name) or default))


def checkpoints(default: Path | str = "checkpoints") -> Path:
    """The folder of models."""
    return folder("GAN_CHECKPOINTS", default)


def runs(default: Path | str = "runs") -> Path:
    """The folder of runs."""
    return folder("GAN_RUNS", default)


def recordings(default: Path | str = "recordings") -> Path:
    """The folder of recorded trainings."""
    return folder("GAN_RECORDINGS", default)


def cache() -> Path:
    """The folder of what may be fetched again."""
    return folder("XDG_CACHE_HOME", Path.home() / ".cache") / "gan-in-your-hands"


def data_folders() -> list[Path]:
    """Where data sets may lie already: GAN_DATA, then Keras' cache."""
    named = [folder("GAN_DATA", "")] if text("GAN_DATA") else []
    return [*named, folder("KERAS_HOME", Path.home() / ".keras") / "datasets"]


def on_space() -> bool:
    """Whether this is a Hugging Face Space."""
    return bool(text("SPACE_ID"))


def is_shared() -> bool:
    """Whether Gradio opens a tunnel from the internet to this server, which it does by itself in a hosted notebook."""
    return text("GRADIO_SHARE").lower() == "true" or any(text(name) for name in ("COLAB_RELEASE_TAG", "KAGGLE_KERNEL_RUN_TYPE"))


def found(name: Path | str, among: Path) -> Path:
    """The folder that a person means by a path, or by a name among the ones in `among`; as it came where there is neither."""
    path = Path(name)
    return among / path if len(path.parts) == 1 and not path.exists() and (among / path).is_dir() else path
