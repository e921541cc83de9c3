"""What the page says of itself."""

from __future__ import annotations

from pathlib import Path

from starlette.testclient import TestClient

from gan_core import __version__
from ui.server import routes
from ui.settings import Settings
from ui.site import about


def copy(root: Path) -> Path:
    for file in ("app.py", "gan_core/a.py", "ui/static/b.js"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text("1")
    return root


def test_what_was_tested_is_known_until_the_code_is_another(tmp_path: Path) -> None:
    root = copy(tmp_path)
    assert about.about(root) == {"version": __version__, "tested": None}
    about.note(812, root)
    told = about.about(root)["tested"]
    assert told and told["tests"] == 812 and told["same"] and told["when"] > 1.7e9
    (root / "README.md").write_text("no code")
    assert about.about(root)["tested"] == told
    (root / "ui/static/b.js").write_text("2")
    assert about.about(root)["tested"] == {**told, "same": False}
    (root / about.TESTED).write_text("{")
    assert about.about(root)["tested"] is None


def test_the_server_tells_its_version(tmp_path: Path) -> None:
    answer = TestClient(routes.application(Settings(tmp_path, tmp_path))).get("/about.json")
    assert answer.json()["version"] == __version__ and set(answer.json()) == {"version", "tested"}
