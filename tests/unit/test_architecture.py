"""The layers of STYLE.md: modules import only from above, families do not know each other, TensorFlow stays below the line."""

import ast
from pathlib import Path

import pytest
from conftest import ROOT

# From the top down; a module imports only from rows above its own. Everything from `losses` on may import TensorFlow.
ROWS = [
    "errors", "config", "hardware", "files", "locks", "images", "animation", "pictures", "npz", "digits", "own_data", "datasets", "latent", "program",
    "classifier_program", "metrics", "style", "families", "runs", "reached", "alarms", "control", "branching", "lab", "timing", "checkpoints", "directions",
    "explorer", "exports", "keeping", "listing", "recorded", "opening", "site", "losses", "distributed", "layers", "fold", "classifier", "optimizers", "objective",
    "adversarial", "reconstruction", "objectives", "monitor", "phases", "hands", "training", "calibration", "recording", "evaluation", "__main__",
]  # fmt: skip
LINE = ROWS.index("losses")
HEAVY = ("tensorflow", "keras", "torch")


def imports(path: Path, everywhere: bool = True) -> set[str]:
    """Names of modules imported in a file, anywhere or at module level only."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else iter(tree.body)
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module}
    return found


def row(module: str) -> int | None:
    """Row of a dotted name, None for what is no module of gan_core."""
    parts = module.split(".")
    return ROWS.index(parts[1]) if parts[0] == "gan_core" and len(parts) > 1 and parts[1] in ROWS else None


def test_every_module_has_its_row() -> None:
    there = {
        path.stem if path.is_file() else path.name
        for path in (ROOT / "gan_core").iterdir()
        if path.name not in ("__init__.py", "__pycache__")
    }
    assert there == set(ROWS)


@pytest.mark.parametrize("module", [name for name in ROWS if name not in ("families", "__main__")])
def test_modules_import_from_above_only(module: str) -> None:
    own = ROWS.index(module)
    upward = {name for name in imports(ROOT / "gan_core" / f"{module}.py") if (found := row(name)) is not None and found >= own}
    assert not upward
    assert not any(name.split(".")[0] in ("ui", "gradio", "app") for name in imports(ROOT / "gan_core" / f"{module}.py"))


@pytest.mark.parametrize("path", sorted((ROOT / "gan_core" / "families").glob("*.py")), ids=lambda path: path.stem)
def test_families_do_not_import_each_other_or_keras_at_the_top(path: Path) -> None:
    siblings = {f"gan_core.families.{other.stem}" for other in path.parent.glob("*.py")} - {
        "gan_core.families.base",
        "gan_core.families.__init__",
    }
    assert not siblings & imports(path)
    assert not any(name.split(".")[0] in HEAVY for name in imports(path, everywhere=False))


ABOVE = [
    ROOT / "app.py",
    *sorted((ROOT / "ui").glob("*.py")),
    *(ROOT / "gan_core" / f"{name}.py" for name in ROWS[:LINE] if name != "families"),
]


@pytest.mark.parametrize("path", ABOVE, ids=lambda path: path.stem)
def test_tensorflow_stays_below_the_line(path: Path) -> None:
    names = imports(path)
    assert not any(name.split(".")[0] in HEAVY for name in names)
    assert not any((found := row(name)) is not None and LINE <= found < ROWS.index("__main__") for name in names)


def test_nobody_asks_for_a_family_by_name() -> None:
    for path in [*(ROOT / "gan_core").glob("*.py"), *(ROOT / "ui").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                assert (
                    not {"dense", "dcgan", "cgan", "autoencoder"} & set(map(str, constants))
                    or "'op'" in ast.unparse(node)
                    or "kind" in ast.unparse(node)
                ), f"{path.name}:{node.lineno}: {ast.unparse(node)}"
