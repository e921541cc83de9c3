"""The static build: the page's own modules, the shipped models and their recorded training, as a folder that any web server serves.

Addresses below `gan/` are those of docs/formats.md, section 5, so the modules cannot tell the difference.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import html
import json
import math
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from gan_core.errors import CheckpointError, ConfigError
from gan_core.model import digit_reader, program
from gan_core.model.checkpoints import Checkpoint, file_entries, list_checkpoints
from gan_core.runs.records import RunEntry
from gan_core.storage import files
from ui.site import about, first_sight, packs, replay, sharing, slim
from ui.site.listing import ROLES, EpochEntry, ModelEntry, beside, epoch_entry, model_entry, problems_of, url_of

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "ui" / "static"
MARK = "site.json"  # tells a former build from a folder of somebody's own
LIMIT = 60_000_000  # bytes in all, but for the pictures that a page trains on
SPARE = 300_000  # for the lists, the service worker and the opening picture, which are made last
FIRST_VISIT = 20_000_000  # bytes kept for use without network at once; what is beyond it is kept as it is looked at, or when asked for
FEWEST_EPOCHS = 2
LARGE = ("gan/files/", "gan/runs/", "gan/static/learn/codes/nets/")  # what a visitor who saves data does not get before it is asked for
ELSEWHERE = "notebook/"  # modules that travel in a cell of a notebook
NOT_SERVED = (".wat", ".mjs", ".c", ".sh")
TEXTS = (".html", ".js", ".css", ".json", ".svg", ".wasm", ".webmanifest")  # what grows much smaller when packed
_MODULE = re.compile(r"[\w./-]+")


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
    found, problems = _usable(checkpoints)
    if not found:
        raise CheckpointError(f"there is no usable checkpoint in {checkpoints}. Train one, or name another folder with --checkpoints.")
    sketch, small = _in_eight_bits(_first(found), "generator.safetensors")
    runs = replay.runs(found, recordings)
    core, rest = _at_first(_page() | {sketch: small}, found, runs)
    earlier, left_out = _fitting(found, sum(map(len, (core | rest).values())) + SPARE)
    rest |= {address: data for steps in earlier.values() for own in steps.values() for address, data in own.values()}
    pictures = {packs.address(pack): pack.data for pack in packs.found()}
    rest |= pictures
    core["gan/pictures.json"] = files.to_line(packs.listed())
    folders = {checkpoint.name: _folder(checkpoint, earlier[checkpoint.name]) for checkpoint in found}
    rest |= {address: data for own in folders.values() for address, data in own.values()}
    core["gan/about.json"] = files.to_line(about.about())
    core["gan/models.json"] = files.to_line(
        {"models": _listed(found, earlier, folders, sketch), "problems": [], "classifier": _classifier()[0]}
    )
    core["index.html"] = _complete(core["index.html"], found, sketch).replace(
        b"<!-- SHARING -->", sharing.tags(_checked(url), title).encode()
    )
    core["index.html"] = _styled(core["index.html"], core)
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
    if counted > LIMIT:
        raise ConfigError(f"the site has {counted:,} bytes; expected at most {LIMIT:,}. Ship fewer checkpoints or recordings.")
    write(out, contents)
    return Site(out, size, sum(map(len, core.values())), [checkpoint.name for checkpoint in found], left_out, problems)


def _usable(checkpoints: Path) -> tuple[list[Checkpoint], list[tuple[str, str]]]:
    """The checkpoints whose networks can all be read, and what is wrong with the others and with score cards."""
    listed, problems = list_checkpoints(checkpoints)
    found = []
    for checkpoint in listed:
        try:
            checkpoint.check_networks()
        except CheckpointError as error:
            problems.append((checkpoint.name, str(error)))
        else:
            found.append(checkpoint)
    return found, [(problem["name"], problem["message"]) for problem in problems_of(found, problems)]


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


def _page() -> dict[str, bytes]:
    """The plain page and every module of ui/static/, modules and styles without their comments."""
    own = {"index.html": (STATIC / "shell" / "site" / "index.html").read_bytes()}
    for path in sorted(STATIC.rglob("*")):
        name = path.relative_to(STATIC).as_posix()
        shell = path.suffix in (".html", ".md") or name in ("shell/site/sw.js", "shell/boot.js", "shell/boot.css")
        shell |= name.startswith(ELSEWHERE)
        if path.is_file() and not path.name.startswith(".") and path.suffix not in NOT_SERVED and not shell and _MODULE.fullmatch(name):
            own[f"gan/static/{name}"] = _travelling(path)
    return own


def _travelling(path: Path) -> bytes:
    """A file of ui/static/ as it goes to visitors."""
    shorter = {".js": slim.module, ".css": slim.style}.get(path.suffix)
    return shorter(path.read_text(encoding="utf-8")).encode() if shorter else path.read_bytes()


def _first(found: list[Checkpoint]) -> Checkpoint:
    """The model that the page opens on, as `firstModel` of models.js."""
    return next((one for one in found if one.family.opening), found[0])


def _complete(page: bytes, found: list[Checkpoint], sketch: str) -> bytes:
    """The page with the digit it opens on, and with what the browser shall fetch at once: `sketch` is the generator that draws first."""
    first = _first(found)
    generator = first.epoch_program("generator.safetensors")
    image = first_sight.image(first_sight.Opening.read("").png(generator, first.prior()))
    modules = dict.fromkeys(first_sight.modules(STATIC, "shell/site/shell.js") + first_sight.modules(STATIC, "explore/explore.js"))
    addresses = ["gan/models.json", "gan/static/engine/kernel.wasm", sketch]
    links = [f'<link rel="modulepreload" href="gan/static/{name}">' for name in modules]
    links += [f'<link rel="preload" as="fetch" crossorigin="anonymous" href="{address}">' for address in addresses]
    page = page.replace(b"<!-- FETCHED -->", "".join(links).encode())
    return page.replace(b"<!-- FIRST -->", first_sight.skeleton(STATIC, image).encode())


_STYLE = re.compile(rb'<link rel="stylesheet" href="([^"]+)">')


_BESIDE = re.compile(rb"""url\((["']?)(?!["']?(?:data:|#))""")


def _moved(style: bytes, name: bytes) -> bytes:
    """What lies beside a style's own file, as it is addressed from the page."""
    return _BESIDE.sub(lambda found: b"url(" + found[1] + name.rpartition(b"/")[0] + b"/", style)


def _at_first(page: dict[str, bytes], found: list[Checkpoint], runs: dict[str, bytes]) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """What is kept at the first visit, so that every tab works without network after it, and what only when it is looked at or asked for.

    In their order: the page, the models of the kind it opens with, the trainings to look back on, models of another kind. Whole models and whole
    trainings, as many as fit in FIRST_VISIT; the first of each in any case.
    """
    kind = _first(found).config.model.kind.shape
    alike = [checkpoint for checkpoint in found if checkpoint.config.model.kind.shape == kind]
    models = [_models([checkpoint]) for checkpoint in alike]
    others = [_models([checkpoint]) for checkpoint in found if checkpoint not in alike]
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


def _styled(page: bytes, contents: dict[str, bytes]) -> bytes:
    """The page with its styles in itself, so that its first paint waits for no other file; its policy names them by their hashes.

    `useStyle` (kit/dom.js) knows them by `data-href` and fetches none again.
    """
    styles = {name: _moved(contents[name.decode()], name) for name in _STYLE.findall(page)}
    hashes = [base64.b64encode(hashlib.sha256(style).digest()).decode() for style in styles.values()]
    page = _STYLE.sub(lambda link: b'<style data-href="' + link[1] + b'">' + styles[link[1]] + b"</style>", page)
    return page.replace(b"style-src 'self'", "".join(["style-src 'self'", *(f" 'sha256-{digest}'" for digest in hashes)]).encode(), 1)


def _models(found: list[Checkpoint]) -> dict[str, bytes]:
    """The finished networks of every model, and the classifier."""
    path, data = _classifier()
    own = {path: data} if path else {}
    for checkpoint in found:
        for role in ROLES:
            address = url_of(checkpoint, f"{role}.safetensors")
            if address:
                own[address] = checkpoint.bytes(f"{role}.safetensors")
    return own


def _classifier() -> tuple[str | None, bytes]:
    try:
        data = digit_reader.CLASSIFIER.read_bytes()
    except OSError:
        return None, b""
    return f"gan/files/classifier/{hashlib.sha256(data).hexdigest()[:16]}/{digit_reader.CLASSIFIER.name}", data


Earlier = dict[int, dict[str, tuple[str, bytes]]]  # by step: "url" and, of an autoencoder, "encoder", each an address and what lies there


def _earlier(checkpoint: Checkpoint) -> Earlier:
    """The earlier networks of a model, in 8 bits, so that twice as many fit. Not those of the finished step, which are there already."""
    steps: Earlier = {}
    for epoch in checkpoint.config.epochs:
        if epoch.step != checkpoint.config.step:
            names = {"url": epoch.file, "encoder": epoch.encoder_file}
            steps[epoch.step] = {role: _in_eight_bits(checkpoint, name) for role, name in names.items() if checkpoint.has(name)}
    return steps


def _in_eight_bits(checkpoint: Checkpoint, name: str) -> tuple[str, bytes]:
    data = program.to_bytes(program.from_bytes(checkpoint.bytes(name), name), "int8")
    return f"gan/files/checkpoints/{checkpoint.name}/{hashlib.sha256(data).hexdigest()[:16]}/{name}", data


def _fitting(found: list[Checkpoint], taken: int) -> tuple[dict[str, Earlier], list[str]]:
    """As many earlier networks as fit beside `taken` bytes; those closest to their neighbours are left out, largest model first."""
    earlier = {checkpoint.name: _earlier(checkpoint) for checkpoint in found}
    ends = {checkpoint.name: checkpoint.config.step for checkpoint in found}
    size = {name: {step: sum(len(data) for _, data in own.values()) for step, own in steps.items()} for name, steps in earlier.items()}
    kept = {name: sorted(steps) for name, steps in earlier.items()}
    left_out = []
    while taken + sum(size[name][step] for name, steps in kept.items() for step in steps) > LIMIT:
        candidates = [name for name, steps in kept.items() if len(steps) > FEWEST_EPOCHS]
        if not candidates:
            break
        name = max(candidates, key=lambda name: sum(size[name][step] for step in kept[name]))
        step = _closest([*kept[name], ends[name]])
        kept[name].remove(step)
        left_out.append(f"{name} step {step:,}")
    return {name: {step: earlier[name][step] for step in steps} for name, steps in kept.items()}, left_out


def _closest(steps: list[int]) -> int:
    """The step, neither the first nor the finished one, that is missed least: its neighbours are nearest to each other in log(step + 100).

    Digits grow by the logarithm of the steps, but not in the first hundred.
    """
    inner = range(1, len(steps) - 1)
    return steps[min(inner, key=lambda i: math.log(steps[i + 1] + 100) - math.log(steps[i - 1] + 100))]


def _folder(checkpoint: Checkpoint, earlier: Earlier) -> dict[str, tuple[str, bytes]]:
    """What lies in the folder of a model that is taken home from here, beside its networks: address and bytes. Its config lists what the site has."""
    config = checkpoint.config
    shipped = {path: checkpoint.bytes(path) for path in (f"{role}.safetensors" for role in ROLES) if checkpoint.has(path)}
    shipped |= {address.split("/", 5)[5]: data for own in earlier.values() for address, data in own.values()}
    epochs = [{"step": epoch.step, "epoch": epoch.epoch, "file": epoch.file if epoch.step in earlier else "generator.safetensors"}
              for epoch in config.epochs if epoch.step in earlier or epoch.step == config.step]  # fmt: skip
    contents = {
        "config.json": files.to_json({**json.loads(beside(checkpoint, "config.json")), "epochs": epochs, "files": file_entries(shipped)})
    }
    for file in ("metrics.json", "README.md"):
        with contextlib.suppress(OSError, ValueError):
            contents[file] = beside(checkpoint, file)
    return {
        file: (f"gan/files/checkpoints/{checkpoint.name}/{hashlib.sha256(data).hexdigest()[:16]}/{file}", data)
        for file, data in contents.items()
    }


def _listed(
    found: list[Checkpoint], earlier: dict[str, Earlier], folders: dict[str, dict[str, tuple[str, bytes]]], sketch: str = ""
) -> list[ModelEntry]:
    """The models of `models.json`, with the epochs that are there; the finished step's are the finished networks.

    The page opens with a `sketch`, its first generator in 8 bits, and exchanges it when the page is quiet: that is what a first view waits for.
    """
    entries = list(map(model_entry, found))
    if sketch:
        entries[found.index(_first(found))]["files"]["sketch"] = sketch
    for entry in entries:
        entry["folder"] = {file: address for file, (address, _) in folders[entry["id"]].items()}
        there = {step: {role: address for role, (address, _) in own.items()} for step, own in earlier[entry["id"]].items()}
        there[entry["step"]] = {"url": entry["files"]["generator"] or "", "encoder": entry["files"]["encoder"] or ""}
        entry["epochs"] = [_shipped(epoch, there[epoch["step"]]) for epoch in entry["epochs"] if epoch["step"] in there]
    return entries


def _shipped(epoch: EpochEntry, addresses: dict[str, str]) -> EpochEntry:
    return epoch_entry(epoch["step"], epoch["epoch"], addresses["url"], addresses.get("encoder") if "encoder" in epoch else None)


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
