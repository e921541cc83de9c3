"""The walls of the house: packages import only from floors below their own, families do not know each other, TensorFlow stays in two rooms."""

import ast
import re
from pathlib import Path

import pytest
from conftest import ROOT

from gan_core import families

# From the ground up; what stands on one floor does not know its neighbours.
CORE = [
    {"errors", "arrays"},
    {"checks", "environment"},
    {"settings", "kind", "preparation", "classes"},
    {"mnist"},
    {"config"},
    {"storage"},
    {"imaging"},
    {"data"},
    {"families"},
    {"model"},
    {"metrics", "nn"},
    {"runs"},
    {"exchange", "training"},
    {"commands"},
    {"__main__"},
]
UI = [{"settings", "allocator"}, {"words"}, {"components", "theme"}, {"site", "train"}, {"server"}, {"page"}, {"notebook", "widget"}]
HEAVY = ("tensorflow", "keras", "torch")
TENSORFLOW_ROOMS = ("gan_core.nn", "gan_core.training")
FILES = sorted(path for top in ("gan_core", "ui") for path in (ROOT / top).rglob("*.py"))


def imported(path: Path, everywhere: bool = True) -> set[str]:
    """Dotted names imported in a file, anywhere or at module level only."""
    tree = ast.parse(path.read_text())
    found: set[str] = set()
    for node in ast.walk(tree) if everywhere else tree.body:
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def place(dotted: str) -> tuple[str, str] | None:
    """House and room of a dotted name: ('gan_core', 'storage') of gan_core.storage.files; None for what is neither ours nor in a room."""
    house, _, rest = dotted.partition(".")
    room = rest.partition(".")[0]
    known = {"gan_core": CORE, "ui": UI}.get(house, [])
    return (house, room) if any(room in floor for floor in known) else None


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def floor(house: str, room: str) -> int:
    return next(i for i, floor in enumerate({"gan_core": CORE, "ui": UI}[house]) if room in floor)


@pytest.mark.parametrize("house, floors", [("gan_core", CORE), ("ui", UI)])
def test_every_room_has_its_floor(house: str, floors: list[set[str]]) -> None:
    there = {path.stem for path in (ROOT / house).iterdir() if path.name not in ("__init__.py", "__pycache__", "static", "py.typed")}
    assert there == set().union(*floors)


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_imports_run_one_way(path: Path) -> None:
    own = place(dotted(path))
    if own is None:
        return  # the front door of a house, which hands names on
    for name in imported(path):
        other = place(name)
        if other is None or other == own:
            continue
        if own == ("gan_core", "families") and other == ("gan_core", "nn"):
            assert name not in imported(path, everywhere=False), "a family builds its layers inside its functions"
            continue
        if own[0] == other[0]:
            assert floor(*other) < floor(*own), f"{dotted(path)} imports {name}"
        else:
            assert own[0] == "ui" or own == ("gan_core", "commands"), f"{dotted(path)} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if not dotted(path).startswith(TENSORFLOW_ROOMS)], ids=dotted)
def test_tensorflow_stays_in_its_two_rooms(path: Path) -> None:
    def heavy(names: set[str]) -> set[str]:
        return {name for name in names if name.split(".")[0] in HEAVY or name.startswith(TENSORFLOW_ROOMS)}

    assert not heavy(imported(path, everywhere=False))
    if dotted(path).startswith("ui"):
        assert not heavy(imported(path))


@pytest.mark.parametrize("path", sorted((ROOT / "gan_core" / "families").glob("*.py")), ids=lambda path: path.stem)
def test_families_do_not_import_each_other(path: Path) -> None:
    siblings = {other.stem for other in path.parent.glob("*.py")} - {"base", "__init__"}
    assert not [name for name in imported(path) if name.startswith("gan_core.families.") and name.split(".")[2] in siblings]


def test_no_script_asks_for_a_family_by_name() -> None:
    asking = re.compile(rf"""[!=]==?\s*["'`]({"|".join(families.names())})["'`]""")
    scripts = [path for path in (ROOT / "ui" / "static").rglob("*.js") if "i18n" not in path.relative_to(ROOT).parts]
    assert scripts and [f"{path.name}: {found[0]}" for path in scripts if (found := asking.search(path.read_text()))] == []


def test_nobody_asks_for_a_family_by_name() -> None:
    for path in FILES:
        if path.parent.name == "families":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Compare):
                constants = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
                assert not set(families.names()) & set(map(str, constants)) or "'op'" in ast.unparse(node) or "kind" in ast.unparse(node), (
                    f"{path.name}:{node.lineno}: {ast.unparse(node)}"
                )


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.name == "__init__.py" and path.parent.name not in ("ui", "commands")], ids=dotted
)
def test_every_package_says_what_is_in_it_and_gives_its_public_names(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    listed = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
    assert listed, f"{dotted(path)} has no __all__"
    given = ast.literal_eval(listed[0])
    made = {name.asname or name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for name in node.names}
    made |= {node.target.id for node in tree.body if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)}
    made |= {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    made |= {target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)}
    assert given and set(given) <= made


# A type that the checker does not look behind stands in these files only. The rest of the house has types of its own, `object` for what is not
# known yet and is checked first, and Keras' and TensorFlow's names for what these give, which no checker knows.
SAY_ANY = {
    "gan_core.arrays": "an array of whatever dtype, as numpy itself says it",
    "gan_core.config": "a family's own widths, of which only its file knows what they are",
}


@pytest.mark.parametrize("path", FILES, ids=dotted)
def test_any_is_said_where_there_is_a_reason(path: Path) -> None:
    says = any("Any" in (getattr(node, "id", ""), getattr(node, "attr", "")) for node in ast.walk(ast.parse(path.read_text())))
    assert says == (dotted(path) in SAY_ANY), f"{dotted(path)}: say what it is, `object` where it is checked first, or give a reason"
