"""What is installed with the package is what the code imports, and the three places that name a version or a requirement say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

import pytest
from conftest import ROOT
from packaging.requirements import Requirement

import gan_core
from gan_core.model import digit_reader

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# import name -> name on PyPI, where they differ; Gradio brings Starlette and pins the range that it works with
ON_PYPI = {"PIL": "pillow", "sklearn": "scikit-learn", "tensorflow": "tensorflow-cpu", "starlette": "gradio"}


def wanted(lines: list[str]) -> set[str]:
    """Requirements in one spelling, without what refers to another list."""
    kept = [line.partition("#")[0].strip() for line in lines]
    return {str(Requirement(line)) for line in kept if line and not line.startswith(("-r", "gan-in-your-hands"))}


def lines_of(name: str) -> list[str]:
    return (ROOT / name).read_text().splitlines()


def test_the_requirements_files_say_what_pyproject_says() -> None:
    assert wanted(lines_of("requirements.txt")) == wanted([*PROJECT["dependencies"], *EXTRAS["train"], *EXTRAS["app"]])
    assert wanted(lines_of("requirements-dev.txt")) == wanted(EXTRAS["dev"])


def test_every_requirement_has_a_floor_and_a_ceiling() -> None:
    for line in [*PROJECT["dependencies"], *(one for extra in EXTRAS.values() for one in extra)]:
        operators = {part.operator for part in Requirement(line).specifier}
        assert operators in ({">=", "<"}, {"=="}) or line.startswith("gan-in-your-hands"), line


def third_party(folder: str) -> set[str]:
    """Names on PyPI of what is imported anywhere in a folder."""
    found: set[str] = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return {ON_PYPI.get(name, name) for name in found - set(sys.stdlib_module_names) - {"gan_core", "ui"}}


@pytest.mark.parametrize(("folder", "extras"), [("gan_core", ("train",)), ("ui", ("app",))])
def test_what_is_imported_is_required_and_the_other_way_round(folder: str, extras: tuple[str, ...]) -> None:
    extra = {Requirement(line).name for name in extras for line in EXTRAS[name]}
    base = {Requirement(line).name for line in PROJECT["dependencies"]}
    imported = third_party(folder)
    assert imported <= base | extra
    if folder == "gan_core":
        assert base <= imported and extra - {"tensorflow"} <= imported  # tensorflow: the same under another name


def test_one_version_everywhere() -> None:
    newest = re.search(r"^## \[(\d+\.\d+\.\d+)\]", (ROOT / "CHANGELOG.md").read_text(), re.M)
    cited = re.search(r"^version: (\S+)$", (ROOT / "CITATION.cff").read_text(), re.M)
    assert newest and cited and newest[1] == cited[1] == gan_core.__version__


def test_the_package_carries_its_classifier() -> None:
    package = ROOT / "gan_core"
    assert digit_reader.CLASSIFIER.is_relative_to(package) and digit_reader.CLASSIFIER.is_file()
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["*"]
    carried = {path for pattern in patterns for path in package.rglob(pattern)}
    others = {path for path in package.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")}
    assert others == carried
