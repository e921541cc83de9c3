"""Whatever bytes lie in a run's files: a good answer or a GanCoreError, in bounded time and memory, and no other run is hidden."""

from __future__ import annotations

import json
import os
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError, GanCoreError, RunError
from gan_core.runs import alarms, branching, control, keeping, milestones, provenance
from ui.server import generators, library, runlist
from ui.server.live import Feed
from ui.server.shared import to_json
from ui.settings import Settings
from ui.site import replay

FILES = (
    "status.json",
    "config.json",
    "progress.jsonl",
    "changes.jsonl",
    "control.json",
    "reached.json",
    "ticket.json",
    "kept.json",
    "sessions.jsonl",
)
NAMES = ("step", "steps", "state", "updated", "reason", "format", "model", "train", "family", "preset", "dataset", "created", "recorded", "failure",
         "parent", "request", "mode", "rate", "taps", "settings", "both", "reached", "after", "seconds", "epoch", "digits", "distance", "alarms",
         "changes", "kind", "since", "numbers", "last_good", "number", "owner", "minutes", "checkpoint", "hand", "d_real", "evenness", "machine")  # fmt: skip
ODD = st.sampled_from(
    [1, "running", "stopped", "queued", "slow", 10**40, -1, 1e308, float("nan"), float("inf"), "\ud800", "\0", "x" * 5000, True, 0.5]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | ODD,
    lambda inner: st.lists(inner, max_size=12) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=8),
    max_leaves=30,
)


def written(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


LINES = st.lists(VALUES.map(written) | st.binary(max_size=40), max_size=6).map(lambda lines: b"\n".join(lines) + b"\n")
BYTES = st.binary(max_size=200) | VALUES.map(written) | LINES


def real(root: Path) -> runs.Run:
    """A run with something in every file."""
    run = runs.create(root, ModelConfig("dense"), TrainConfig(dataset="digits", steps=100), {"number": 1, "owner": "me", "minutes": 3.0})
    looks = {"distance": 300.0, "variety": 0.5, "evenness": 0.9, "digits": [0.1] * 10}
    losses = {"g_loss": 0.7, "d_loss": 0.7, "d_real": 0.5, "d_fake": 0.5, "d_accuracy_real": 0.9, "d_accuracy_fake": 0.9}
    with run.hold():
        for step in (0, 10, 200, 300, 400):
            run.append({"step": step, "epoch": step / 10, "seconds": float(step), **looks, **losses})
        control.record(run, {"step": 10, "settings": {"g_learning_rate": [1e-3, 1e-4]}})
        provenance.begin(run, 0, "a machine")
        milestones.write(run, run.reports())
        run.set_status("stopped", step=400)
    run.mark_kept("mine")
    return run


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """A real file with a piece cut out, doubled or replaced."""

    def change(place: tuple[int, int, bytes]) -> bytes:
        start, length, piece = place
        return data[:start] + piece + data[start + length :]

    return st.tuples(st.integers(0, len(data)), st.integers(0, 20), st.binary(max_size=6)).map(change)


def read_everything(run: runs.Run) -> None:
    """All that is read of a run, by training, page and command line; only a GanCoreError may come of it."""
    readers: list[Callable[[], Any]] = [
        run.config, run.model_config, run.train_config, run.status, run.ticket, run.owner, run.reports, run.snapshot_steps, run.used,
        lambda: control.read(run), lambda: control.changes(run), lambda: control.settings_now(run), lambda: milestones.read(run),
        lambda: provenance.sessions(run), lambda: branching.kept_steps(run), lambda: replay.of_failures(run.folder.parent),
        lambda: alarms.alarms(run.reports(), TrainConfig()), lambda: milestones.reached(run.reports()),
    ]  # fmt: skip
    where = Settings(checkpoints=run.folder.parent / "none", runs=run.folder.parent)
    feed = Feed(where, run.id)
    readers += [lambda: runlist.runs_list(where), lambda: library.models(where), lambda: runlist.progress_head(where, run.id), feed._look]
    for reader in readers:
        try:
            result = reader()
        except GanCoreError as error:
            assert len(str(error)) > 8 and str(run.folder.parent) not in str(error), "a sentence, without the path to it"
        else:
            if isinstance(result, dict | list):
                to_json(result).decode()
    if feed.known.version:
        json.loads(b"".join(feed.answer(feed.known, 0)))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> runs.Run:
    return real(tmp_path_factory.mktemp("runs"))


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_bytes_in_a_file_are_an_answer_or_a_sentence(name: str, data: st.DataObject, run: runs.Run) -> None:
    path = run.folder / name
    before = path.read_bytes() if path.exists() else None
    try:
        path.write_bytes(data.draw(BYTES if before is None else BYTES | mutated(before)))
        read_everything(run)
    finally:
        path.unlink() if before is None else path.write_bytes(before)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_nested_or_endless_is_an_answer_or_a_sentence(name: str, run: runs.Run, tmp_path: Path) -> None:
    copy = runs.Run(tmp_path / run.id)
    shutil.copytree(run.folder, copy.folder)
    path = copy.folder / name
    deep = b"[" * 200_000
    contents: list[Callable[[], object]] = [
        lambda: path.write_bytes(deep), lambda: path.write_bytes(b'{"a":' * 100_000), lambda: path.write_bytes(deep + b"\n{}\n"),
        lambda: path.write_bytes(b" " * 30_000_000), lambda: path.write_bytes(b"1" * 5000), lambda: path.mkdir(),
        lambda: os.mkfifo(path), lambda: path.symlink_to("/dev/zero"), lambda: path.symlink_to(path), lambda: path.symlink_to("/nowhere"),
    ]  # fmt: skip
    for make in contents:
        if path.is_dir() and not path.is_symlink():
            path.rmdir()
        else:
            path.unlink(missing_ok=True)
        make()
        read_everything(copy)


def test_a_run_with_more_pictures_than_networks_is_kept_as_of_its_last_network(tmp_path: Path) -> None:
    run = runs.Run(Path(shutil.copytree(Path(__file__).parent.parent / "fixtures" / "run-0.1.0", tmp_path / "run")))
    last = run.snapshot_steps()[-1]
    for path in (run.folder / "snapshots").glob(f"{last:07d}.*safetensors"):
        path.unlink()
    networks = run.network_steps()
    assert networks and networks[-1] < last
    with pytest.raises(RunError, match=rf"a picture of step {last}, but no network; choose one of .*{networks[-1]}\."):
        keeping.keep(run, tmp_path / "kept", last)
    assert not (tmp_path / "kept").exists()
    kept = keeping.keep(run, tmp_path / "kept")
    assert kept.config.step == networks[-1] and [epoch.step for epoch in kept.config.epochs] == networks
    assert generators._snapshot(run, None) == run.snapshot(networks[-1])
    with pytest.raises(ConfigError, match="its networks are kept of"):
        generators._snapshot(run, last)


def test_a_broken_run_hides_no_other(run: runs.Run, tmp_path: Path) -> None:
    for number, (name, text) in enumerate(
        (name, text) for name in FILES for text in (b"[" * 100_000, b"null", b"7", b'{"step": 1e400}', b"\xff")
    ):
        broken = tmp_path / f"{run.id}-{number}"
        shutil.copytree(run.folder, broken)
        (broken / name).write_bytes(text)
    whole = tmp_path / run.id
    shutil.copytree(run.folder, whole)
    listed = {entry["id"]: entry for entry in runlist.runs_list(Settings(runs=tmp_path))}
    assert len(listed) == 1 + 5 * len(FILES) and listed[run.id]["state"] == "stopped" and listed[run.id]["step"] == 400
    library.models(Settings(checkpoints=tmp_path / "none", runs=tmp_path))


def test_lines_that_are_no_reports_are_left_out_for_everybody(tmp_path: Path) -> None:
    run = real(tmp_path)
    good = run.reports()
    lines = (run.folder / "progress.jsonl").read_bytes().splitlines()
    for odd in (
        b"null",
        b"7",
        b"[1]",
        b'{"epoch": 3}',
        b'{"step": "x"}',
        b'{"step": -1}',
        b"",
        b"\xff",
        b'{"step": NaN}',
        b"x" * 300_000,
        b"[" * 99_000,
    ):
        (run.folder / "progress.jsonl").write_bytes(b"\n".join([odd, lines[0], odd, *lines[1:], odd]) + b'\n{"step": 5')
        assert run.reports() == good
        assert len(Feed(Settings(runs=tmp_path), run.id)._look().lines) == len(good)
        run.rewind(200)
        assert [report["step"] for report in run.reports()] == [0, 10, 200]
    (run.folder / "progress.jsonl").write_bytes(
        b'{"step": 5, "g_loss": "x", "digits": [1, 2], "alarms": 7, "changes": [{}], "kl": 2, "distance": 9}\n'
    )
    assert run.reports() == [{"step": 5, "kl": 2, "distance": 9}], "what is right of a report stays, also what a family measures of its own"


@pytest.mark.slow
def test_a_hundred_thousand_reports_are_read_in_bounded_memory(tmp_path: Path) -> None:
    run = real(tmp_path)
    one = (run.folder / "progress.jsonl").read_bytes().splitlines()[2]
    with open(run.folder / "progress.jsonl", "wb") as file:
        for step in range(100_000):
            file.write(one.replace(b'"step": 200', b'"step": %d' % step) + b"\n")
    assert sum(1 for _ in run.each_report()) == 100_000
    tracemalloc.start()
    for report in run.each_report():
        if report["step"] > 3000:
            break
    assert tracemalloc.get_traced_memory()[1] < 1_000_000, "one report at a time"
    tracemalloc.stop()
    (run.folder / "progress.jsonl").write_bytes(b'{"step": 1, "x": "' + b"y" * 50_000_000)
    tracemalloc.start()
    assert run.reports() == []
    assert tracemalloc.get_traced_memory()[1] < 2_000_000, "a line without an end is passed over, not held"
    tracemalloc.stop()


@pytest.mark.parametrize("name", ["recordings", "fixture"])
def test_what_an_earlier_version_wrote_is_read_as_it_was(name: str) -> None:
    folder = Settings.recordings if name == "recordings" else Path(__file__).parents[1] / "fixtures"
    found = [runs.Run(path.parent) for path in sorted(folder.glob("*/progress.jsonl"))]
    assert found
    for each in found:
        assert each.reports() == [json.loads(line) for line in (each.folder / "progress.jsonl").read_bytes().splitlines()]
        stored = json.loads((each.folder / "config.json").read_text())
        assert (
            each.config() == stored and each.model_config().to_dict() | stored["model"] == each.model_config().to_dict() | stored["model"]
        )
        assert control.changes(each) == [json.loads(line) for line in (each.folder / "changes.jsonl").read_bytes().splitlines()]
        assert milestones.read(each) == json.loads((each.folder / "reached.json").read_text())["reached"]
        noted = each.folder / provenance.FILE  # which the earliest versions did not write
        assert provenance.sessions(each) == ([json.loads(line) for line in noted.read_bytes().splitlines()] if noted.exists() else [])
        assert each.status()["used"] == 0.0
