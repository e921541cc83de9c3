"""A ready Hugging Face Space, as a folder: `static`, the static build, free for everyone; or `gradio`, the whole app.

https://huggingface.co/docs/hub/spaces-config-reference
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from gan_core.config import check_choice
from gan_core.errors import ConfigError
from gan_core.storage import files
from ui.site import build, sharing

KINDS = ("static", "gradio")
PARTS = ("app.py", "gan_core", "ui", "requirements.txt", "LICENSE", "README.md")  # of a copy of the project, what its Space needs
LEFT_OUT = ("__pycache__", ".pyc")
COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")
MARK = build.MARK


@dataclass(frozen=True)
class Space:
    """What was written: the folder, its kind and how many bytes it has."""

    folder: Path
    kind: str
    bytes: int


def write(out: Path, kind: str, checkpoints: Path, recordings: Path | None = None, title: str = sharing.TITLE) -> Space:
    """Write the folder of a Space; a former one, or a former build, is replaced.

    Raises: ConfigError for another kind or where `out` holds something else, CheckpointError where there is no model, OSError.
    """
    if check_choice("kind", kind, KINDS) == "static":
        made = build.build(out, checkpoints, recordings, title)
        check_front_matter(out)
        return Space(out, kind, made.bytes)
    build.check_target(out)
    contents = {name: data for part in PARTS for name, data in _files(build.ROOT / part, part)}
    contents |= dict(_files(checkpoints, "checkpoints")) | (
        dict(_files(recordings, "recordings")) if recordings and recordings.is_dir() else {}
    )
    contents["README.md"] = _titled(contents["README.md"].decode(), title).encode()
    contents[MARK] = files.to_line({"made by": "python -m gan_core space"})
    build.write(out, contents)
    check_front_matter(out)
    return Space(out, kind, sum(map(len, contents.values())))


def _files(path: Path, name: str) -> list[tuple[str, bytes]]:
    paths = [path] if path.is_file() else sorted(path.rglob("*"))
    kept = [
        one
        for one in paths
        if one.is_file() and not any(part.endswith(LEFT_OUT) or part.startswith(".") for part in one.relative_to(path).parts)
    ]
    return [(name if one == path else f"{name}/{one.relative_to(path).as_posix()}", one.read_bytes()) for one in kept]


def _titled(readme: str, title: str) -> str:
    return re.sub(r"^title: .*$", lambda _: f"title: {files.to_line(title).decode().strip()}", readme, count=1, flags=re.M)


def front_matter(folder: Path) -> dict[str, str]:
    """What the Hub reads of a Space: the flat `name: value` lines before its README.md. Raises ConfigError where there are none."""
    match = re.match(r"---\n(.*?)\n---\n", (folder / "README.md").read_text(encoding="utf-8"), re.S)
    if not match:
        raise ConfigError(f"{folder / 'README.md'} has no front matter; expected lines of the form sdk: static between two ---.")
    return dict(re.findall(r"^(\w+): (.+)$", match[1], re.M))


def check_front_matter(folder: Path) -> None:
    """Raises ConfigError for what the Hub would not take, or what would start another app than this one."""
    front = {name: value.strip('"') for name, value in front_matter(folder).items()}
    wrong = [name for name in ("colorFrom", "colorTo") if front.get(name) not in COLOURS]
    wrong += [] if front.get("sdk") in KINDS else ["sdk"]
    wrong += [] if 0 < len(front.get("short_description", "")) <= 60 else ["short_description"]
    wrong += [] if (folder / front.get("app_file", "app.py")).is_file() else ["app_file"]
    if front.get("sdk") == "gradio":
        wanted = re.search(r"^gradio==([\d.]+)\.\*$", (folder / "requirements.txt").read_text(encoding="utf-8"), re.M)
        wrong += [] if wanted and front.get("sdk_version", "").startswith(f"{wanted[1]}.") else ["sdk_version"]
        oldest = tomllib.loads((build.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"].removeprefix(">=")
        wrong += (
            [] if tuple(map(int, front.get("python_version", "0").split("."))) >= tuple(map(int, oldest.split("."))) else ["python_version"]
        )
    if wrong:
        raise ConfigError(f"{folder / 'README.md'} has a front matter that the Hub does not take: {', '.join(wrong)}.")
