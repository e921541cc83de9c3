"""One line adds a setting: in a copy of the project it is written into TrainConfig, and found wherever settings are."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT

LINE = '    sparkle: int = setting(3, "how much it sparkles", low=1, high=9, label="Sparkle", form=True, in_flight=True, timed=False)\n'
LOOK = """
import contextlib, io, json
import gradio as gr
from gan_core import families, runs
from gan_core.__main__ import main
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError
from gan_core.runs import control, keeping, timing
from tools import settings as tools
from ui.train import fields, form

dense = families.get("dense")
printed = io.StringIO()
with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
    main(["train", "--help"])
with gr.Blocks():
    controls = dict(zip(form.FIELDS, fields.build()))
filled = {"family": "dense", "preset": "live", "dataset": "digits", **form.preset_values("dense", "live"), "sparkle": 5.0}
model, train = form.configs(filled, own_data=True)
run = runs.create("runs", model, train)
run.set_status("running", step=0, steps=9)
with run.hold():
    run.set_status("running")
    wish = control.ask(run, {"do": "change", "settings": {"sparkle": 6}})
try:
    TrainConfig(sparkle=10)
except ConfigError as error:
    refused = str(error)
print(json.dumps({
    "help": " ".join(printed.getvalue().split()),
    "control": [controls["sparkle"].label, controls["sparkle"].value, controls["sparkle"].precision],
    "started": run.train_config().sparkle,
    "wish": wish.settings,
    "refused": refused,
    "same time": timing.key(model, train) == timing.key(model, dense.train_config("live", dataset="digits")),
    "table": tools.table(),
    "module": tools.module(),
    "command": keeping.command({"model": model.to_dict(), "train": train.to_dict()}, "x"),
    "usage": main(["train", "dense", "--dataset", "digits", "--sparkle", "12"]),
}))
"""


def test_one_line_adds_a_setting_everywhere(tmp_path: Path) -> None:
    without = shutil.ignore_patterns("__pycache__", "classifier")
    for name in ("gan_core", "ui", "tools"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=without)
    config = tmp_path / "gan_core" / "config.py"
    text = config.read_text()
    place = text.index("    def __post_init__", text.index("class TrainConfig"))
    config.write_text(text[:place] + LINE + text[place:])
    done = subprocess.run([sys.executable, "-c", LOOK], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert "--sparkle N how much it sparkles (1 to 9)" in found["help"]
    assert found["control"] == ["Sparkle", 3, 0]
    assert found["started"] == 5 and found["wish"] == {"sparkle": 6} and found["same time"]
    assert found["refused"] == "sparkle is 10; expected a whole number from 1 to 9."
    assert '| `sparkle` | `--sparkle` | `3` | 1 to 9 | how much it sparkles | form: "Sparkle", in flight |' in found["table"]
    assert 'sparkle: { label: t("Sparkle"), kind: "int", low: 1, high: 9,' in found["module"]
    assert "--sparkle 5 " in found["command"] and found["usage"] == 2 and "sparkle is 12" in done.stderr
