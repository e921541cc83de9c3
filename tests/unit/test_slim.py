"""Modules as they travel: shorter, and the same code."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT

from ui.site import slim

STATIC = ROOT / "ui" / "static"

CODE = r"""
/** What it is. */
import { a } from "./a.js"; // why
    const url = "https://example.org/*no*/", re = /[/"'`*]\/\/*/g, half = a.b / 2 /* two
    lines */
    const said = 'it\'s // here', text = `  // stays ${ { x: `in ${a /* goes */ }`, y: "}" }.x }  /* stays */ \` \${
      ${a}`;

return a ? /a b/ : (1) / 2 / 3;
"""
SHORT = r"""import { a } from "./a.js";
const url = "https://example.org/*no*/", re = /[/"'`*]\/\/*/g, half = a.b / 2
const said = 'it\'s // here', text = `  // stays ${ { x: `in ${a }`, y: "}" }.x }  /* stays */ \` \${
      ${a}`;
return a ? /a b/ : (1) / 2 / 3;
"""


def test_comments_and_indentation_go_and_nothing_else() -> None:
    assert slim.module(CODE) == SHORT
    assert slim.module(SHORT) == SHORT


@pytest.mark.parametrize("code", ['a = "b', "a = `b ${c}", "a = 'b\n'"])
def test_what_has_no_end_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no end"):
        slim.module(code)


def test_every_module_is_two_thirds_as_long_and_still_one(tmp_path: Path) -> None:
    modules = sorted(STATIC.rglob("*.js"))
    shorter = {path: slim.module(path.read_text(encoding="utf-8")) for path in modules}
    assert sum(map(len, shorter.values())) < 0.72 * sum(path.stat().st_size for path in modules)
    assert all(slim.module(text) == text for text in shorter.values())
    if not (node := shutil.which("node")):
        pytest.skip("needs node, to read the modules")
    for path, text in shorter.items():
        there = tmp_path / path.relative_to(STATIC)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(text, encoding="utf-8")
    reads = """import { readFileSync, readdirSync } from "node:fs";
        import { SourceTextModule } from "node:vm";
        for (const name of readdirSync(".", { recursive: true }))
            if (name.endsWith(".js")) new SourceTextModule(readFileSync(name, "utf8"), { identifier: name });"""
    command = [node, "--experimental-vm-modules", "--no-warnings", "--input-type=module", "-e", reads]
    subprocess.run(command, cwd=tmp_path, check=True)


def test_a_style_keeps_its_rules() -> None:
    text = '/* why */\n.a {\n  content: "/* stays */";\n}\n\n.b { color: red; } /* goes */\n'
    assert slim.style(text) == '.a {\ncontent: "/* stays */";\n}\n.b { color: red; }\n'
