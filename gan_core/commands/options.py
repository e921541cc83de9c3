"""What several commands share: how one is added, the options that the settings give, folders by path or by name."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gan_core import environment, families
from gan_core.config import ModelConfig, TrainConfig, check_name
from gan_core.errors import ConfigError
from gan_core.kind import shape_of_text
from gan_core.settings import Setting, described, names

if TYPE_CHECKING:
    from gan_core.runs import Run

Commands = argparse._SubParsersAction  # the type has no public name
CONFIGS = (ModelConfig, TrainConfig)


def command(
    commands: Commands[argparse.ArgumentParser], name: str, run: Callable[[argparse.Namespace], int], text: str, example: str
) -> argparse.ArgumentParser:
    """Add a command that `run` carries out; returns its parser, for its options."""
    made = commands.add_parser(name, help=text, description=text, epilog=f"example: python -m gan_core {example}")
    made.set_defaults(command=run)
    output = made.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="what was done as one object of JSON on standard output, for programs")
    output.add_argument("--quiet", action="store_true", help="tell nothing but errors")
    return made


def say(options: argparse.Namespace, text: str, **facts: object) -> None:
    """What a command has done: `text` for people, or `facts` as JSON, or nothing, as the options ask."""
    if options.json:
        print(json.dumps(facts, default=str), flush=True)
    elif not options.quiet:
        print(text, flush=True)


TRACK = "also in trackio's database on this machine: trackio show --project gan-in-your-hands"

# ---- a training's settings


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Family, preset and an option for every setting of ModelConfig and TrainConfig that the command line has."""
    parser.add_argument("family", nargs="?", help=f"one of: {', '.join(families.names())}")
    parser.add_argument("--preset", help="named settings; `list` shows them (default: reference)")
    parser.add_argument("--epochs", type=float, help="passes over the data, instead of --steps")
    add_shape(parser, "the preset's")
    group = parser.add_argument_group("settings", "each is the preset's unless it is given here")
    for config in CONFIGS:
        for name in names(config, "command"):
            add_option(group, described(config)[name])


def add_shape(parser: argparse.ArgumentParser, default: str) -> None:
    """The option that says how large pictures are learned, and in which colours."""
    text = f"of a picture as it is learned: height, width and channels, such as 64x64x3, or 64x64 of grey ones (default: {default})"
    parser.add_argument("--image-shape", metavar="HxWxC", help=text)


def add_option(parser: argparse._ActionsContainer, setting: Setting) -> None:
    """The option that a setting gives."""
    flags, dest = (setting.option(), *setting.aliases), setting.name
    if setting.kind is bool:
        parser.add_argument(*flags, dest=dest, help=setting.help, action=argparse.BooleanOptionalAction)
    elif setting.choices:
        parser.add_argument(*flags, dest=dest, help=setting.help, choices=setting.choices)
    elif setting.kind is str:
        parser.add_argument(*flags, dest=dest, help=setting.help)
    else:
        help_text = f"{setting.help} ({setting.range()})".replace("%", "%%")
        parser.add_argument(*flags, dest=dest, help=help_text, type=setting.kind, metavar="N" if setting.kind is int else "X")


def given(options: argparse.Namespace) -> dict[str, object]:
    """The settings that were given, by name."""
    known = [name for config in CONFIGS for name in names(config, "command")]
    shape = {} if options.image_shape is None else {"image_shape": shape_of_text(options.image_shape)}
    return {name: value for name in known if (value := getattr(options, name)) is not None} | shape


def check_nothing_given(options: argparse.Namespace, why: str) -> None:
    """What goes on has its settings already. Raises ConfigError that names those that were given all the same."""
    words = [f"--{name}" for name in ("preset", "epochs") if getattr(options, name) is not None]
    words += ["--from"] if getattr(options, "begun", None) is not None else []
    words += ["--image-shape"] if options.image_shape is not None else []
    words += [described(config)[name].option() for config in CONFIGS for name in names(config, "command") if name in given(options)]
    if options.family is not None:
        words.insert(0, f"the family {options.family!r}")
    if words:
        raise ConfigError(f"{why}, so it takes no {', '.join(words)}. Leave that out, or start a new run without --resume.")


def configs(options: argparse.Namespace) -> tuple[ModelConfig, TrainConfig]:
    """Model and training asked for: the preset, with what was given on top. Raises ConfigError, DataError."""
    from gan_core.runs import creating

    if options.family is None:
        raise ConfigError(f"which family? expected one of: {', '.join(families.names())} (or --resume RUN).")
    return creating.configs(options.family, options.preset or "reference", options.epochs, given(options))


# ---- folders


def add_folder(parser: argparse.ArgumentParser, name: str, what: str) -> None:
    """An option for one of the folders that the environment may name, too: 'runs', 'checkpoints' or 'recordings'."""
    variable = f"GAN_{name.upper()}"
    parser.add_argument(f"--{name}", metavar="FOLDER", help=f"{what} (default: {variable}, else {name})")


def folder(options: argparse.Namespace, name: str) -> Path:
    """The folder that `add_folder`'s option, the environment or neither names."""
    value = getattr(options, name)
    return Path(value) if value else environment.folder(f"GAN_{name.upper()}", name)


def checkpoint(name: str) -> Path:
    """A checkpoint's folder, by its path or by its name among the models."""
    return environment.found(name, environment.checkpoints())


def run(name: str, among: Path) -> Run:
    """A run by its folder or by its id among those of a folder. Raises RunError, ConfigError."""
    from gan_core import runs

    path = environment.found(name, among)
    return runs.find(path.parent, path.name) if path.is_dir() else runs.find(among if len(path.parts) == 1 else path.parent, path.name)


def check_free(folder: Path) -> None:
    """A new checkpoint takes nobody's place. Raises ConfigError."""
    check_name(folder.name, "the checkpoint's name")
    if folder.exists():
        raise ConfigError(f"{folder} is there already; choose another name for it, or remove that one.")
