"""Files of the command line lead back to the page: they stay whole, and the page's own modules read the view that was drawn."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT
from PIL import Image

from gan_core.__main__ import main
from gan_core.imaging import linked
from gan_core.model.checkpoints import Checkpoint

READ = """
import { readFileSync } from "node:fs";
import { queryIn } from "./ui/static/share/linkedpicture.js";
import { decodeView } from "./ui/static/state/link.js";
const said = [];
for (const path of process.argv.slice(1)) said.push(decodeView(await queryIn(new Blob([readFileSync(path)]))));
console.log(JSON.stringify(said));
"""


def read_by_the_page(*files: Path) -> list[dict]:
    """What the page opens where these files are dropped on it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    done = subprocess.run([node, "--input-type=module", "-e", READ, "--", *map(str, files)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_walk_s_files_open_its_path(conditional: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [tmp_path / f"walk.{ending}" for ending in ("png", "gif", "webp", "mp4")]
    wanted = [
        "interpolate",
        str(conditional.folder),
        "--seeds",
        "3",
        "9",
        "--digits",
        "4",
        "7",
        "--steps",
        "6",
        "--fps",
        "5",
        "--psi",
        "0.5",
    ]
    for file in files:
        assert main([*wanted, "--closed", "--scale", "1", "--out", str(file)]) == 0
    for view in read_by_the_page(*files):
        assert view["layout"]["tab"] == "interpolate"
        path = view["path"]
        assert (path["closed"], path["spherical"], path["steps"], path["framesPerSecond"]) == (True, True, 6, 5)
        assert [key["seed"] for key in path["keys"]] == [3, 9]
    assert Image.open(files[1]).n_frames == 6 and Image.open(files[2]).n_frames == 6 and Image.open(files[0]).size == (6 * 28, 28)
    import av

    with av.open(io.BytesIO(files[3].read_bytes())) as film:
        assert sum(1 for _ in film.decode(video=0)) == 6
    capsys.readouterr()
    assert main([*wanted, "--json", "--out", str(files[0])]) == 0
    assert "p=s3~4.s9~7" in json.loads(capsys.readouterr().out)["link"]


def test_samples_open_their_seed_digit_and_step(conditional: Checkpoint, tmp_path: Path) -> None:
    out = tmp_path / "x.png"
    assert (
        main(["sample", str(conditional.folder), "--n", "4", "--seed", "12", "--digit", "8", "--epoch-step", "0", "--out", str(out)]) == 0
    )
    (view,) = read_by_the_page(out)
    assert (view["state"]["seed"], view["state"]["digit"], view["state"]["epoch"]) == (12, 8, 0)
    assert view["state"]["model"] == conditional.name


def test_other_files_stay_as_they_are() -> None:
    assert linked.with_link(b"PK\x03\x04", linked.link_of_samples("m", 0)) == b"PK\x03\x04"
