#!/usr/bin/env python3
"""The project's tasks, the same for a person and for CI: `python tasks.py NAME ...`, without a name the list of them.

Plain Python and no Makefile, because everybody here has Python, and make is missing on Windows and on a fresh Mac. Each task is a
function below; it uses `.venv` where there is one, else the Python that runs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TYPES_LEFT = ROOT / "tools" / "tsc_left.json"
CONSTRAINTS = ROOT / "constraints.txt"
# From PyPI and npm, by name and version, into folders outside the repository: the page itself needs nothing of them.
PYTHON_TOOLS = {"uv": "uv==0.13.9", "pip-audit": "pip-audit==2.10.1"}
NPM_PACKAGES = ("eslint@9.39.5", "typescript@5.9.3", "wabt@1.0.39")


def run(*command: str | Path, cwd: Path = ROOT, environment: dict[str, str] | None = None) -> None:
    """Shows the command and runs it; an error ends everything with its status."""
    print("+", *(os.path.relpath(part, ROOT) if isinstance(part, Path) else part for part in command), flush=True)
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(environment or {})}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def python() -> Path:
    """The interpreter that has what requirements-dev.txt names."""
    inside = ROOT / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return inside if inside.exists() else Path(sys.executable)


def readme_test_command() -> str:
    """The one line of the README that sets everything up and runs the tests."""
    return next(line.strip() for line in (ROOT / "README.md").read_text().splitlines() if "-m pytest" in line)


def setup() -> None:
    """Makes .venv and installs what the app and its tests need: the README's own line."""
    run("bash", "-c", readme_test_command().rpartition(" && ")[0])


def locked() -> None:
    """Makes .venv with exactly what constraints.txt names, each file by its hash; setup then finds everything there."""
    if not (ROOT / ".venv").exists():
        run(sys.executable, "-m", "venv", ROOT / ".venv")
    run(python(), "-m", "pip", "install", "-q", "--require-hashes", "-r", CONSTRAINTS)


def constraints() -> None:
    """Writes constraints.txt: the newest releases that requirements-dev.txt allows, for every system and Python, with their hashes."""
    options = ["--quiet", "--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    run(python_tool("uv"), "pip", "compile", *options, "--custom-compile-command", "python tasks.py constraints", "-o", "constraints.txt",
        "requirements-dev.txt")  # fmt: skip


def audit() -> None:
    """Asks PyPI whether holes are known in what constraints.txt names; fails where one is, or where it cannot be asked."""
    run(python_tool("pip-audit"), "--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-r", CONSTRAINTS)


def python_tool(name: str) -> Path:
    """A program of PYTHON_TOOLS, in an environment of its own."""
    folder = cache() / PYTHON_TOOLS[name].replace("==", "-")
    program = folder / ("Scripts" if os.name == "nt" else "bin") / name
    if not program.exists():
        run(sys.executable, "-m", "venv", folder)
        run(program.with_name("python"), "-m", "pip", "install", "-q", PYTHON_TOOLS[name])
    return program


def cache() -> Path:
    """Where this file keeps the tools it installs."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-in-your-hands"


def lint() -> None:
    """Python's style and formatting, and white space in every text file."""
    run(python(), "-m", "ruff", "check", ".")
    run(python(), "-m", "ruff", "format", "--check", ".")
    run("git", "diff", "--check", git_empty_tree(), "--", ".", ":!*.wat", ":!*.wasm")


def git_empty_tree() -> str:
    """The tree without files: a difference to it is everything there is."""
    return subprocess.run(
        ["git", "hash-object", "-t", "tree", os.devnull], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def types() -> None:
    """Python's types."""
    run(python(), "-m", "mypy")


def js() -> None:
    """The browser's modules: their tests, ESLint, types by tsc, and kernel.wasm against its source."""
    if not shutil.which("node"):
        print("js: skipped, there is no node here (https://nodejs.org, 20 or later).")
        return
    run("node", "--test", "tests/unit/js/")
    if shutil.which("clang-19") and shutil.which("wasm-ld-19"):
        run("bash", ROOT / "ui/static/autodiff/kernels.build.sh", "--check")
    else:
        print("js: kernels.wasm was not checked against kernels.c: there is no clang-19 and lld-19 (Debian's packages of that name).")
    tools = npm_tools()
    if tools is None:
        print(f"js: ESLint, tsc and kernel.wasm were not checked: npm could not install {' '.join(NPM_PACKAGES)}.")
        return
    run("node", tools / "node_modules/eslint/bin/eslint.js", ".")
    tsc(tools)
    run("node", ROOT / "ui/static/engine/kernel.build.mjs", "--check", cwd=tools)


def npm_tools() -> Path | None:
    """A folder with the packages; None where npm or its registry does not answer, which is no fault of the project."""
    folder = cache() / "-".join(NPM_PACKAGES).replace("@", "-")
    if (folder / "complete").exists():
        return folder
    if not (npm := shutil.which("npm")):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "install", "--silent", "--no-save", "--no-audit", "--no-fund", "--prefix", str(folder), *NPM_PACKAGES]
    try:
        subprocess.run(command, check=True, timeout=180)
    except (OSError, subprocess.SubprocessError):
        return None
    (folder / "complete").touch()
    return folder


def tsc_errors(tools: Path) -> list[str]:
    """What `tsc --checkJs --strict` says of ui/static, a line each, in the page's modules and in its workers."""
    lines: list[str] = []
    for project in ("tsconfig.json", "tsconfig.workers.json"):
        command = ["node", str(tools / "node_modules/typescript/bin/tsc"), "-p", project, "--pretty", "false"]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if said.returncode and "error TS" not in said.stdout:
            sys.exit(f"tsc did not run: {said.stdout}{said.stderr}")
        lines += [line for line in said.stdout.splitlines() if re.match(r"\S.*error TS", line) and line not in lines]
    return lines


def tsc(tools: Path) -> None:
    """Fails where a folder of ui/static has more type errors than `tools/tsc_left.json` allows; what is not in there allows none."""
    lines = tsc_errors(tools)
    left = Counter("/".join(line.split("/")[:3]) for line in lines)
    allowed: dict[str, int] = json.loads(TYPES_LEFT.read_text()) if TYPES_LEFT.exists() else {}
    print(
        f"tsc: {sum(left.values())} type errors",
        *(f"{folder} {n} (allowed {allowed.get(folder, 0)})" for folder, n in sorted(left.items())),
    )
    worse = [folder for folder, n in left.items() if n > allowed.get(folder, 0)]
    if worse:
        print(*(line for line in lines if line.startswith(tuple(f"{folder}/" for folder in worse))), sep="\n")
        sys.exit(f"tsc: more type errors than before in {', '.join(worse)}")


def tsc_lower() -> None:
    """Writes down how many type errors each folder of ui/static has left, where there are fewer than before."""
    tools = npm_tools() or sys.exit("npm does not answer")
    left = Counter("/".join(line.split("/")[:3]) for line in tsc_errors(tools))
    before: dict[str, int] = json.loads(TYPES_LEFT.read_text()) if TYPES_LEFT.exists() else dict(left)
    fewer = {folder: min(n, left.get(folder, 0)) for folder, n in sorted(before.items()) if left.get(folder, 0)}
    TYPES_LEFT.write_text(json.dumps(fewer, indent=2) + "\n")
    print(json.dumps(fewer))


def test() -> None:
    """All tests, as the README runs them."""
    run("bash", "-c", readme_test_command())


def slow() -> None:
    """The tests that CI leaves out for their time: marked `slow`."""
    run(python(), "-m", "pytest", "-m", "slow")


def pictures() -> None:
    """Draws what the docs and shared links show: screenshots, icons, the picture of the architecture."""
    for script in ("pictures.py", "sharing.py", "architecture.py"):
        run(python(), ROOT / "tools" / script)


def looks() -> None:
    """Takes the pictures anew that tests/browser/test_looks.py compares the page with: look at them before you commit them."""
    run(python(), "-m", "pytest", "-q", "-m", "slow or not slow", "tests/browser/test_looks.py", environment={"GAN_LOOKS": "write"})


def site() -> None:
    """The static build, in site/."""
    run(python(), "-m", "gan_core", "site", "site")


TASKS: dict[str, Callable[[], None]] = {
    "setup": setup,
    "locked": locked,
    "lint": lint,
    "types": types,
    "js": js,
    "test": test,
    "slow": slow,
    "looks": looks,
    "site": site,
    "pictures": pictures,
    "constraints": constraints,
    "audit": audit,
    "tsc-lower": tsc_lower,
}


def main(names: list[str]) -> None:
    """Runs the named tasks, one after the other."""
    if not names or set(names) - set(TASKS):
        print(__doc__.splitlines()[0], *(f"  {name:12} {(task.__doc__ or '').splitlines()[0]}" for name, task in TASKS.items()), sep="\n")
        sys.exit(0 if set(names) <= {"-h", "--help"} else f"There is no task {', '.join(sorted(set(names) - set(TASKS)))}.")
    for name in names:
        TASKS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
