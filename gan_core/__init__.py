"""Train, load and explore small generative models of handwritten digits.

For a notebook:

    import gan_core
    run = gan_core.train("dcgan", preset="live", dataset="digits", steps=500)   # TensorFlow, minutes
    model = gan_core.load("dcgan-mnist")                                        # NumPy alone
    model                                                                       # shows itself; so do walks, runs and score cards
    images = model.generate(model.sample_z(16, seed=7))                         # float32 [16, h, w] in [0, 1]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.2.0"
__all__ = ["Explorer", "Model", "__version__", "from_keras", "from_onnx", "from_pretrained", "load", "push_to_hub", "train", "widget"]

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Unpack

    import keras

    from gan_core.exchange import Model
    from gan_core.exchange.hub import Fetching, Pushed, Pushing
    from gan_core.exchange.own import Options
    from gan_core.model.explorer import Explorer
    from gan_core.runs import Run
    from ui.widget import Widget


def train(
    family: str | Run,
    *,
    preset: str = "reference",
    epochs: float | None = None,
    begin_with: Path | str | None = None,
    runs: Path | str | None = None,
    quiet: bool = False,
    **settings: object,
) -> Run:
    """Train a family, or go on with a run, in this process, and tell how far it is.

    Args:
        family: such as "dcgan"; `gan_core.families.names()` has them all. Or a Run, which goes on from where it stands.
        preset: named settings of the family, such as "live".
        epochs: passes over the data, instead of `steps`.
        begin_with: a finished model, as for `load`, whose networks it begins with in the place of random ones, where they are built alike.
        runs: folder that gets the run's folder (default: GAN_RUNS, else "runs").
        quiet: tell nothing.
        settings: fields of TrainConfig and ModelConfig, such as dataset, steps, batch_size, seed, latent_dim (docs/settings.md).
    Returns: the run: `run.status()`, `run.reports()`, `run.folder`; `gan_core.runs.keeping.keep(run, folder)` makes it a checkpoint.
        Interrupted (Ctrl-C, the notebook's stop) it saves where it stands and is returned, too.
    Raises: ConfigError for a setting, DataError for the data, RunError for a folder that cannot be used, settings beside a Run or a model to
        begin with whose generator is another one, CheckpointError for that model.
    """
    from gan_core.training.begin import train

    return train(family, preset, epochs, begin_with, runs, quiet, settings)


def load(name: Path | str) -> Model:
    """A model to draw, walk, encode and judge with, and to take elsewhere: `.keras()`, `.onnx()`.

    Args:
        name: a checkpoint's folder, or its name among the models (GAN_CHECKPOINTS, else "checkpoints").
    Raises: CheckpointError.
    """
    from gan_core import environment
    from gan_core.exchange import Model

    return Model.open(environment.found(name, environment.checkpoints()))


def from_keras(model: keras.Model, name: Path | str, **options: Unpack[Options]) -> Path:
    """A person's own Keras generator as a checkpoint: it is in the page at once; options and errors as for `exchange.from_keras.from_keras`."""
    from gan_core.exchange.from_keras import from_keras

    return from_keras(model, name, **options)


def from_onnx(source: Path | str | bytes, name: Path | str, **options: Unpack[Options]) -> Path:
    """A person's own generator in an ONNX file, as PyTorch exports it, as a checkpoint; options and errors as for `exchange.from_onnx.from_onnx`."""
    from gan_core.exchange.from_onnx import from_onnx

    return from_onnx(source, name, **options)


def from_pretrained(name: Path | str, **options: Unpack[Fetching]) -> Model:
    """A model of the Hugging Face Hub ("user/name"), or of a folder; options and errors as for `Model.from_pretrained`."""
    from gan_core.exchange import Model

    return Model.from_pretrained(name, **options)


def push_to_hub(name: Path | str, repo: str, **options: Unpack[Pushing]) -> Pushed:
    """Send a checkpoint to the Hugging Face Hub.

    Args:
        name: as for `load`.
        repo: "user/name"; made where there is none.
        options: as for `Model.push_to_hub`, such as private, licence, token.
    Raises: CheckpointError, ConfigError.
    """
    return load(name).push_to_hub(repo, **options)


def widget(model: Path | str | Explorer, seed: int = 0) -> Widget:
    """The instrument in a notebook: the digit, its directions and its z, both ways (`widget.z`); Jupyter, Colab, VS Code, marimo.

    Args:
        model: as for `load`, or one that is loaded.
        seed: of the z at the beginning.
    Raises: CheckpointError, ConfigError; ConfigError, too, where `anywidget` is not installed, or the page's modules are not there.
    """
    from gan_core.errors import ConfigError
    from gan_core.model.explorer import Explorer
    from gan_core.runs import needs

    try:
        from ui.widget import Widget
    except ModuleNotFoundError as error:
        if (explanation := needs.explained(error)) is None:
            raise
        raise ConfigError(explanation) from error
    return Widget(model if isinstance(model, Explorer) else load(model), seed)


def __getattr__(name: str) -> type[Explorer]:
    """Imported when first asked for, so that `import gan_core` stays quick."""
    if name == "Model":
        from gan_core.exchange import Model

        return Model
    if name == "Explorer":
        from gan_core.model.explorer import Explorer

        return Explorer
    raise AttributeError(f"module 'gan_core' has no attribute {name!r}")
