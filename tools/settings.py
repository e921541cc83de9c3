"""Writes what is made from the settings of gan_core/config.py: `python tools/settings.py`, after a setting was added or changed.

docs/settings.md has the table for people; ui/static/runs/settings.js is what the page knows of those that can be changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.config import ModelConfig, TrainConfig  # noqa: E402 (a script's own project)
from gan_core.settings import Setting, described, names  # noqa: E402

TABLE = ROOT / "docs" / "settings.md"
MODULE = ROOT / "ui" / "static" / "runs" / "settings.js"
CONFIGS = (ModelConfig, TrainConfig)

_TABLE = """# Settings

Made from the fields of `ModelConfig` and `TrainConfig` in `gan_core/config.py` by `python tools/settings.py`; a test compares them.
A preset is a named set of them; `python -m gan_core list` shows the presets, `python -m gan_core train --help` the options.
To add a setting, add a field with `setting(...)` there and run the command above. What it says is where the setting shows:

- **form**: in the Train tab, under its label, which has its Korean in `ui/words.py`;
- **in flight**: can be changed while a run trains, **branching**: where a run goes on from an earlier moment;
- **timed**: a change of it needs another measurement before the time of a training can be told;
- **duel**: only models with a discriminator have it.

| Setting | Option | Default | Range | What it is | Where and how |
|---|---|---|---|---|---|
"""
_MODULE = """/** The settings that can be changed while a run trains or when it branches. Made from gan_core/config.py by `python tools/settings.py`. */

import { t } from "../i18n/i18n.js";

/**
 * @typedef {object} Setting
 * @property {string} label
 * @property {"bool"|"int"|"float"|"str"} kind
 * @property {number} low
 * @property {number} high both ends of a number's range
 * @property {string[]} choices of a text
 * @property {boolean} offered whether the page offers it to everybody while a run trains
 * @property {boolean} duel whether only a model with a discriminator has it
 */

/** @type {Record<string, Setting>} */
export const ABOUT = {
"""


def table(configs: tuple[type, ...] = CONFIGS) -> str:
    """docs/settings.md."""
    return _TABLE + "".join(_row(setting) for config in configs for setting in described(config).values())


def _row(setting: Setting) -> str:
    default = f"`{'on' if setting.default else 'off'}`" if setting.kind is bool else f"`{setting.default}`"
    about = [word for word, holds in (
        (f'form: "{setting.label}"', setting.form), ("in flight", setting.in_flight), ("branching", setting.branching),
        ("timed", setting.timed), ("duel", setting.duel)) if holds]  # fmt: skip
    options = ", ".join(f"`{option}`" for option in (setting.option(), *setting.aliases)) if setting.command else ""
    unit = f" {setting.unit}" if setting.unit else ""
    return f"| `{setting.name}` | {options} | {default} | {setting.range()}{unit} | {setting.help} | {', '.join(about)} |\n"


def module(configs: tuple[type, ...] = CONFIGS) -> str:
    """ui/static/runs/settings.js."""
    changed = [described(config)[name] for config in configs for name in names(config, "in_flight", "branching")]
    return _MODULE + "".join(f"  {setting.name}: {_entry(setting)},\n" for setting in changed) + "};\n"


def _entry(setting: Setting) -> str:
    fields = {
        "label": f"t({json.dumps(setting.label)})",
        "kind": json.dumps(setting.kind.__name__),
        "low": f"{setting.low:.15g}",
        "high": f"{setting.high:.15g}",
        "choices": json.dumps(list(setting.choices)),
        "offered": json.dumps(setting.in_flight and setting.offered),
        "duel": json.dumps(setting.duel),
    }
    return "{ " + ", ".join(f"{name}: {value}" for name, value in fields.items()) + " }"


if __name__ == "__main__":
    TABLE.write_text(table())
    MODULE.write_text(module())
