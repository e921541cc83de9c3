"""The command `completion`: a script by which a shell completes the others, made from what they take."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator

from gan_core import families
from gan_core.commands import options as shared

PROGRAM = "gan-core"
_BASH = """# Completion of gan-core for {shell}. {how}
{first}_gan_core() {{
  local now="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" command="${{COMP_WORDS[1]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words={commands}
  else
    case "$command $before" in
{values}      *) case "$command" in
{options}      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$now"))
}}
complete -o default -F _gan_core gan-core
"""


def add(commands: shared.Commands[argparse.ArgumentParser], parser: Callable[[], argparse.ArgumentParser]) -> None:
    """Add this command.

    Args:
        parser: makes the whole command line, whose names and options are completed.
    """
    text = "Print what completes these commands in a shell."
    made = shared.command(commands, "completion", lambda given: _print(given, parser()), text, "completion bash >> ~/.bashrc")
    made.add_argument("shell", choices=("bash", "zsh", "fish"), help="whose script")


def _print(given: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    print(_fish(parser) if given.shell == "fish" else _bash(parser, given.shell), end="")
    return 0


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Each command's own parser, by name."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _bash(parser: argparse.ArgumentParser, shell: str) -> str:
    commands = commands_of(parser)
    options = "".join(f"        {name}) words={shlex.quote(' '.join(_words(one)))} ;;\n" for name, one in commands.items())
    values = "".join(
        f"      {shlex.quote(f'{name} {option}')}) words={shlex.quote(' '.join(choices))} ;;\n"
        for name, one in commands.items() for option, choices in _choices(one)
    )  # fmt: skip
    first = "autoload -U +X bashcompinit && bashcompinit\n" if shell == "zsh" else ""
    how = f'Load it with: eval "$({PROGRAM} completion {shell})"'
    return _BASH.format(shell=shell, how=how, first=first, commands=shlex.quote(" ".join(commands)), values=values, options=options)


def _words(parser: argparse.ArgumentParser) -> list[str]:
    """All options of a command, and what may stand in the place of a name."""
    names = [name for action in parser._actions for name in action.option_strings if name.startswith("--")]
    positional = [choice for action in parser._actions if not action.option_strings for choice in _taken(action)]
    return positional + names


def _choices(parser: argparse.ArgumentParser) -> Iterator[tuple[str, list[str]]]:
    """Options that take one of a few values, each with these."""
    for action in parser._actions:
        for name in action.option_strings:
            if taken := _taken(action):
                yield name, taken


def _taken(action: argparse.Action) -> list[str]:
    """The values that may stand there, where they are few; families and presets are told apart by the settings, not by the parser."""
    if action.dest == "family":
        return list(families.names())
    if action.dest == "preset":
        return sorted({preset for name in families.names() for preset in families.get(name).presets})
    return [str(choice) for choice in action.choices or ()]


def _fish(parser: argparse.ArgumentParser) -> str:
    commands = commands_of(parser)
    lines = [f"# Completion of {PROGRAM} for fish. Load it with: {PROGRAM} completion fish | source",
             f"complete -c {PROGRAM} -n __fish_use_subcommand -f -a {shlex.quote(' '.join(commands))}"]  # fmt: skip
    for name, one in commands.items():
        here = f"complete -c {PROGRAM} -n '__fish_seen_subcommand_from {name}'"
        for action in one._actions:
            taken = f" -x -a {shlex.quote(' '.join(_taken(action)))}" if _taken(action) else ""
            description = f" -d {shlex.quote((action.help or '').split('(')[0].replace('%%', '%').strip())}"
            lines += [f"{here} -l {option[2:]}{taken}{description}" for option in action.option_strings if option.startswith("--")]
            lines += [f"{here}{taken}"] if not action.option_strings and taken else []
    return "\n".join(lines) + "\n"
