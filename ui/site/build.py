"""The static build: the page's own modules, the shipped models and their recorded training, as a folder that any web server serves.

Addresses below `gan/` are those of docs/formats.md, section 5, so the modules cannot tell the difference.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import html
import json
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import CheckpointError, ConfigError
from gan_core.model.checkpoints import Checkpoint, list_checkpoints
from gan_core.runs.records import RunEntry
from gan_core.storage import files
from ui.site import about, document, packs, replay, sharing, shipped
from ui.site.listing import problems_of

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "ui" / "static"
MARK = "site.json"  # tells a former build from a folder of somebody's own
SPARE = 300_000  # for the lists, the service worker and the opening picture, which are made last
FIRST_VISIT = 20_000_000  # bytes kept for use without network at once; what is beyond it is kept as it is looked at, or when asked for
LARGE = ("gan/files/", "gan/runs/", "gan/static/learn/codes/nets/")  # what a visitor who saves data does not get before it is asked for
TEXTS = (".html", ".js", ".css", ".json", ".svg", ".wasm", ".webmanifest")  # what grows much smaller when packed


@dataclass(frozen=True)
class Site:
    """What was written: its folder, the bytes of all files, those kept for use without network at the first visit, and what is left out."""

    folder: Path
    bytes: int
    core_bytes: int
    models: list[str]
    left_out: list[str]
    problems: list[tuple[str, str]]


def build(
    out: Path, checkpoints: Path, recordings: Path | None = None, title: str = sharing.TITLE, url: str = "", *, packed: bool = False
) -> Site:
    """Write the static build to `out`, complete before it can be seen; a former build there is replaced.

    Args:
        checkpoints: folder of the models to ship.
        recordings: folder of run directories to replay; a model without one is shown by its kept epochs.
        url: where the folder will be served, so that shared links carry a picture everywhere (ui/site/sharing.py).
        packed: also a `.gz` beside each text, for servers that send those to browsers that take them (nginx' gzip_static, Caddy's precompressed).
    Raises: ConfigError when `out` holds something else, CheckpointError when there is no model that can be used, OSError.
    """
    check_target(out)
    usable, problems = _usable(checkpoints)
    if not usable:
        raise CheckpointError(f"there is no usable checkpoint in {checkpoints}. Train one, or name another folder with --checkpoints.")
    sketch, small = shipped.in_eight_bits(shipped.first_model(usable), "generator.safetensors")
    runs = replay.files_of(usable, recordings)
    core, rest = _at_first(document.files_of() | {sketch: small}, usable, runs)
    earlier, left_out = shipped.fitting(usable, sum(map(len, (core | rest).values())) + SPARE)
    rest |= {address: data for steps in earlier.values() for own in steps.values() for address, data in own.values()}
    pictures = {packs.address(pack): pack.data for pack in packs.found()}
    rest |= pictures
    core["gan/pictures.json"] = files.to_line(packs.listed())
    folders = {checkpoint.name: shipped.beside_networks(checkpoint, earlier[checkpoint.name]) for checkpoint in usable}
    rest |= {address: data for own in folders.values() for address, data in own.values()}
    core["gan/about.json"] = files.to_line(about.about())
    core["gan/models.json"] = files.to_line(
        {"models": shipped.listed(usable, earlier, folders, sketch), "problems": [], "classifier": shipped.classifier()[0]}
    )
    core["index.html"] = document.complete(core["index.html"], usable, sketch).replace(
        b"<!-- SHARING -->", sharing.tags(_checked(url), title).encode()
    )
    core["index.html"] = document.alone(core["index.html"], core)
    core[sharing.MANIFEST] = sharing.manifest(core[sharing.MANIFEST], title)
    version = _version(core | rest)
    core["index.html"] = core["index.html"].replace(b"__VERSION__", version.encode()).replace(b"__TITLE__", html.escape(title).encode())
    core["sw.js"] = _worker(core, rest, version, sketch)
    extra = {
        "README.md": _readme(title),
        MARK: files.to_line({"made by": "python -m gan_core site", "version": version, "created": time.time()}),
    }
    contents = core | rest | extra
    if packed:
        contents |= _packed(contents)
    size = sum(map(len, contents.values()))
    counted = size - sum(map(len, pictures.values()))
    if counted > shipped.LIMIT:
        raise ConfigError(f"the site has {counted:,} bytes; expected at most {shipped.LIMIT:,}. Ship fewer checkpoints or recordings.")
    write(out, contents)
    return Site(out, size, sum(map(len, core.values())), [checkpoint.name for checkpoint in usable], left_out, problems)


def _usable(checkpoints: Path) -> tuple[list[Checkpoint], list[tuple[str, str]]]:
    """The checkpoints whose networks can all be read, and what is wrong with the others and with score cards."""
    listed, problems = list_checkpoints(checkpoints)
    usable = []
    for checkpoint in listed:
        try:
            checkpoint.check_networks()
        except CheckpointError as error:
            problems.append((checkpoint.name, str(error)))
        else:
            usable.append(checkpoint)
    return usable, [(problem["name"], problem["message"]) for problem in problems_of(usable, problems)]


def _checked(url: str) -> str:
    if url and not re.fullmatch(r"https?://[\w.:\[\]-]+(/[^\s\"'<>?#]*)?", url):
        raise ConfigError(f"--url is {url!r}; expected the whole address of the page's folder, such as https://example.org/gan/.")
    return f"{url.rstrip('/')}/" if url else ""


def check_target(out: Path) -> None:
    """Raises ConfigError where `out` is neither new nor empty nor a former build."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise ConfigError(f"{out} is no folder; expected a new one, an empty one or a former build.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise ConfigError(f"{out} holds files that are no former build (it has no {MARK}); choose another folder or empty it.")


def _at_first(page: dict[str, bytes], checkpoints: list[Checkpoint], runs: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What is kept at the first visit, so that every tab works without network after it, and what only when it is looked at or asked for.

    In their order: the page, the models of the kind it opens with, the trainings to look back on, models of another kind. Whole models and whole
    trainings, as many as fit in FIRST_VISIT; the first of each in any case.
    """
    kind = shipped.first_model(checkpoints).config.model.kind.shape
    alike = [checkpoint for checkpoint in checkpoints if checkpoint.config.model.kind.shape == kind]
    models = [shipped.networks([checkpoint]) for checkpoint in alike]
    others = [shipped.networks([checkpoint]) for checkpoint in checkpoints if checkpoint not in alike]
    texts = {path: data for path, data in runs.items() if path.endswith(".json")}
    trainings = _by_training({path: data for path, data in runs.items() if path not in texts}, json.loads(runs["gan/runs.json"])["runs"])
    first, rest = page | texts | models[0] | trainings[0], dict[str, bytes]()
    for part in (*models[1:], *trainings[1:], *others):
        fits = sum(map(len, (first | part).values())) <= FIRST_VISIT
        (first if fits else rest).update(part)
    return first, {path: data for path, data in rest.items() if path not in first}


def _by_training(pictures: dict[str, bytes], entries: list[RunEntry]) -> list[dict[str, bytes]]:
    """The files of each training, recorded ones first: the Train tab opens on one of them."""
    recorded = sorted(entries, key=lambda entry: "recording" not in entry)
    return [{path: data for path, data in pictures.items() if path.startswith(f"gan/runs/{entry['id']}/")} for entry in recorded]


def _version(contents: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for path, data in sorted(contents.items()):
        digest.update(path.encode() + b"\0" + hashlib.sha256(data).digest())
    digest.update((STATIC / "shell" / "site" / "sw.js").read_bytes())
    return digest.hexdigest()[:16]


def _worker(core: dict[str, bytes], rest: dict[str, bytes], version: str, opening: str | None) -> bytes:
    """The service worker with its version and its three lists written in: what opens the page, what works after one visit, what is kept when asked for."""
    large = {path for path in core if path.startswith(LARGE) and path != opening and not path.endswith(".json")}
    sizes = {path: len(data) for path, data in sorted((core | rest).items())}
    stamp = {
        "version": version,
        "page": sorted(core.keys() - large),
        "core": {path: size for path, size in sizes.items() if path in large},
        "rest": {path: size for path, size in sizes.items() if path in rest},
    }
    text = (STATIC / "shell" / "site" / "sw.js").read_text(encoding="utf-8")
    if text.count("/* BUILD */ null") != 1:
        raise ConfigError("ui/static/shell/site/sw.js has no place for the build's lists (/* BUILD */ null); restore it.")
    return text.replace("/* BUILD */ null", json.dumps(stamp, separators=(",", ":"))).encode()


def _packed(contents: dict[str, bytes]) -> dict[str, bytes]:
    """A `.gz` for each text that is worth it, the same bytes for the same text."""
    texts = {path: data for path, data in contents.items() if path.endswith(TEXTS) and path not in ("README.md", MARK)}
    smaller = {f"{path}.gz": gzip.compress(data, mtime=0) for path, data in texts.items()}
    return {path: data for path, data in smaller.items() if len(data) < 0.9 * len(texts[path.removesuffix(".gz")])}


def _readme(title: str) -> bytes:
    return (
        (STATIC / "shell" / "site" / "README.md")
        .read_text(encoding="utf-8")
        .replace("__TITLE__", json.dumps(title, ensure_ascii=False))
        .encode()
    )


def write(out: Path, contents: dict[str, bytes]) -> None:
    """All files into a folder beside `out`, then two renames: a visitor sees the old site or the new one."""
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary, old = (out.absolute().parent / f".tmp-{secrets.token_hex(6)}" for _ in range(2))
    try:
        for path, data in contents.items():
            files.write_bytes(temporary / path, data)
        check_target(out)
        temporary.chmod(0o755)
        if out.exists():
            out.rename(old)
        try:
            temporary.rename(out)
        except OSError:
            with contextlib.suppress(OSError):
                old.rename(out)
            raise
    finally:
        for folder in (temporary, old):
            shutil.rmtree(folder, ignore_errors=True)
