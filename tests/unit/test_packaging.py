"""What is installed with the package is what the code imports, and the three places that name a version or a requirement say the same."""

from __future__ import annotations

import ast
import re
import sys
import tomllib

import pytest
import yaml  # comes with Gradio
from conftest import ROOT
from packaging.requirements import Requirement

import gan_core
from gan_core.model import digit_reader

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# import name -> name on PyPI, where they differ; Gradio brings Starlette and pins the range that it works with
ON_PYPI = {
    "PIL": "pillow",
    "sklearn": "scikit-learn",
    "tensorflow": "tensorflow-cpu",
    "huggingface_hub": "huggingface-hub",
    "starlette": "gradio",
    "google": "onnx",  # protobuf, which its files are
}


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


@pytest.mark.parametrize(("folder", "extras"), [("gan_core", ("train", "onnx", "hub", "track")), ("ui", ("app", "hub", "notebook"))])
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


def test_the_workflow_runs_what_a_person_runs_and_pins_its_actions_by_hash() -> None:
    text = (ROOT / ".github" / "workflows" / "checks.yml").read_text()
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", use) for use in used)
    assert jobs["tests"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13"]
    assert ".ci/run" in [step.get("run") for step in jobs["tests"]["steps"]]


def test_ci_ends_with_the_test_command_of_the_readme() -> None:
    (command,) = [line.strip() for line in lines_of("README.md") if "-m pytest" in line]
    last = lines_of(".ci/run")[-1]
    assert "README.md" in last and "-m pytest" in last and command.endswith("-m pytest -n 3 --dist loadfile")


def test_constraints_name_one_release_of_every_requirement_with_its_hashes() -> None:
    text = (ROOT / "constraints.txt").read_text()
    pinned = dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.M))
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    assert len(blocks) > 80 and all("--hash=sha256:" in block for block in blocks)
    for line in [*PROJECT["dependencies"], *EXTRAS["train"], *EXTRAS["app"], *EXTRAS["dev"][1:]]:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[requirement.name]), line
