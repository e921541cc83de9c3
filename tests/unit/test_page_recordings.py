"""The page reads a person's recordings as gan_core does: the same windows, classes and split; no file breaks it; and its vibration is of our kind."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT
from test_recordings import save, tone

from gan_core.data import recordings, vibration

SCRIPT = ROOT / "tests" / "unit" / "js" / "recordings.mjs"
LENGTH = 512


def page(*asked: object) -> dict[str, Any]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node: the page's modules run in it")
    done = subprocess.run([node, SCRIPT, *map(str, asked)], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def folders(at: Path) -> Path:
    """Classes as folders: two recordings of one, one of the other, and something that is none."""
    for inner, seed, width, channels in (("healthy/b.wav", 1, 2, 1), ("healthy/a.wav", 2, 3, 2), ("worn/c.wav", 3, 1, 1)):
        (at / inner).parent.mkdir(parents=True, exist_ok=True)
        save(at / inner, (1 + seed) / 4 * tone(0.9, seed), width, channels)
    (at / "worn" / "readme.txt").write_text("the worn one")
    return at


def loose(at: Path) -> Path:
    """A class a file, none of which says its rate."""
    at.mkdir()
    for name, seed, width in (("one.npy", 1, 0), ("two.csv", 2, 0), ("three.mat", 3, 1), ("four.mat", 4, 2)):
        save(at / name, tone(0.8, seed), width)
    return at


@pytest.mark.parametrize(("made", "prepare"), [(folders, ""), (folders, "by-file,hold-20"), (loose, "rate-25600")])
def test_the_windows_are_those_of_gan_core(made: Any, prepare: str, tmp_path: Path) -> None:
    path = made(tmp_path / "bearings")
    told = page("windows", path, prepare, LENGTH)
    ours, test = recordings._read(path, LENGTH, recordings.Preparation.of(prepare))
    theirs = np.frombuffer(base64.b64decode(told["images"]), np.uint8).reshape(-1, LENGTH)
    assert theirs.shape == ours.signals.shape and np.abs(theirs.astype(int) - ours.signals).max() <= 1
    assert (tuple(told["classes"]), told["rate"], told["problem"]) == (ours.classes, ours.rate, "")
    assert told["labels"] == ours.labels.tolist() and told["heldOut"] == test.tolist()
    sheet, known = told["sheet"], ours.sheet
    assert (sheet["recordings"], sheet["train"], sheet["test"], tuple(sheet["of_class"])) == (
        known.recordings, known.train, known.test, known.of_class)  # fmt: skip
    assert sheet["seconds"] == pytest.approx(known.seconds) and sheet["rate_is_told"] == known.rate_is_told
    assert told["kind"] == "signal" and bool(sheet["left_out"]) == (made is folders)


@pytest.mark.parametrize("name", ["a.wav", "a.npy", "a.mat", "a.csv"])
def test_no_file_breaks_it(name: str, tmp_path: Path) -> None:
    told = page("mutated", save(tmp_path / name, tone(0.05), 2), 120)
    assert told["wrong"] == [] and told["read"] + told["refused"] == 120 and told["refused"] > 0


def test_its_vibration_is_of_our_kind() -> None:
    count = 240
    told = page("vibration", count)
    assert tuple(told["classes"]) == vibration.CLASSES and told["length"] == vibration.LENGTH
    theirs = np.frombuffer(base64.b64decode(told["images"]), np.uint8).reshape(count, -1) / 127.5 - 1
    ours = vibration.simulate(count).signals
    struck = np.abs(theirs[np.arange(count) % 12 // 3 == 2]).mean(axis=0)
    assert struck[vibration.TRIGGER + np.arange(10)].mean() > 1.5 * struck[vibration.TRIGGER - np.arange(8, 28)].mean(), "it triggers"
    for label in range(len(vibration.CLASSES)):
        mine, other = ours[label::12], theirs[label::12]
        assert other.std() == pytest.approx(mine.std(), rel=0.15), vibration.CLASSES[label]
        bands = [np.log((np.abs(np.fft.rfft(each)) ** 2).mean(axis=0)[1:].reshape(32, -1).mean(axis=1)) for each in (mine, other)]
        assert np.corrcoef(*bands)[0, 1] > 0.97, vibration.CLASSES[label]
        frequency = vibration.fault_frequency(vibration.CLASSES[label])
        if frequency:
            envelope = np.abs(other)
            heights = np.abs(np.fft.rfft(envelope - envelope.mean(axis=1, keepdims=True), 8192)).mean(axis=0)
            near = heights[round(frequency / vibration.RATE * 8192) + np.arange(-6, 7)].max()
            assert near > 2 * np.median(heights[:400]), vibration.CLASSES[label]
