"""A person's own recordings: every format gives the samples that were saved, windows begin before what is loudest, and no file breaks it."""

import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.io import savemat

from gan_core.data import catalog, recording_files, recordings, vibration
from gan_core.errors import ConfigError, DataError, GanCoreError

RATE = 8000


def tone(seconds: float = 1.0, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    time = np.arange(int(RATE * seconds)) / RATE
    return 0.5 * np.sin(2 * np.pi * 440 * time) + 0.05 * random.normal(size=len(time))


def save(path: Path, x: np.ndarray, width: int = 2, channels: int = 1) -> Path:
    """In the format that the name ends in."""
    if path.suffix == ".wav":
        whole = np.rint(np.clip(x, -1, 1) * (2.0 ** (8 * width - 1) - 1)).astype("<i8")
        whole = whole + 128 if width == 1 else whole
        frames = np.repeat(whole[:, None], channels, axis=1).view(np.uint8).reshape(len(x), channels, 8)[..., :width]
        with wave.open(str(path), "wb") as opened:
            opened.setnchannels(channels), opened.setsampwidth(width), opened.setframerate(RATE)
            opened.writeframes(frames.tobytes())
    elif path.suffix == ".npy":
        np.save(path, x)
    elif path.suffix == ".mat":
        savemat(path, {"X097_FE_time": np.zeros((len(x) + 5, 1)), "X097_DE_time": x[:, None], "X097RPM": 1796}, do_compression=width == 2)
    else:
        path.write_text("time,acceleration\n" + "".join(f"{i / RATE},{value:.9g}\n" for i, value in enumerate(x)))
    return path


@pytest.mark.parametrize(("name", "width", "channels"), [
    ("a.wav", 1, 1), ("a.wav", 2, 2), ("a.wav", 3, 1), ("a.wav", 4, 1), ("a.npy", 0, 1), ("a.mat", 1, 1), ("a.mat", 2, 1), ("a.csv", 0, 1),
])  # fmt: skip
def test_every_format_gives_the_samples_that_were_saved(tmp_path: Path, name: str, width: int, channels: int) -> None:
    x = tone()
    found = recording_files.read(save(tmp_path / name, x, width, channels))
    assert found.samples == pytest.approx(x - x.mean(), abs=1e-2 if width == 1 and name == "a.wav" else 1e-4)
    assert found.rate == (RATE if name == "a.wav" else 0)


def test_windows_do_not_overlap_and_begin_shortly_before_what_is_loudest() -> None:
    x = np.zeros(6000)
    x[[500, 1700, 3300, 4800]] = [1, -2, 1.5, 1]
    cuts = recordings.cut(x, 1024)
    assert [int(np.argmax(np.abs(one))) for one in cuts] == [vibration.TRIGGER] * len(cuts) and len(cuts) == 4
    assert recordings.cut(np.zeros(1000), 1024).shape == (0, 1024)


def test_folders_or_files_are_classes_and_the_end_of_each_is_for_testing(tmp_path: Path) -> None:
    for name, loud in (("healthy", 0.1), ("worn", 1.0)):
        (tmp_path / name).mkdir()
        for number in range(2):
            save(tmp_path / name / f"{number}.wav", loud * tone(2, seed=number))
    data = catalog.load(str(tmp_path), shape=(512, 1))
    held_out = catalog.load(str(tmp_path), split="test", shape=(512, 1))
    assert data.classes == ("healthy", "worn") and data.rate == RATE and data.kind.shape == (512, 1) and len(held_out.images) >= 4
    loudness = [data.images[data.labels == label].astype(float).std() for label in (0, 1)]
    assert loudness[1] == pytest.approx(10 * loudness[0], rel=0.05), "how loud a class is belongs to it"
    assert 100 < np.abs(data.images.astype(float) - 127.5).max() <= 127.5
    flat = tmp_path / "flat"
    flat.mkdir()
    for name in ("ball", "normal"):
        save(flat / f"{name}.npy", tone(2))
    assert catalog.load(str(flat), shape=(512, 1)).classes == ("ball", "normal")
    assert catalog.load(str(flat / "ball.npy"), shape=(512, 1)).classes == ("ball",)


def zipped(path: Path, folder: Path, below: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, f"{below}{file.relative_to(folder)}")
    return path


def test_a_zip_is_the_folder_it_was_made_of_and_a_sheet_says_what_was_understood(tmp_path: Path) -> None:
    folder = tmp_path / "bearings"
    for name in ("healthy", "worn"):
        (folder / name).mkdir(parents=True)
        save(folder / name / "a.wav", tone(2)), save(folder / name / "b.wav", tone(1, seed=2))
    (folder / "worn" / "broken.wav").write_text("RIFF")
    (folder / "notes.txt").write_text("of 2026")
    seen = catalog.look_at(str(folder), (512, 1))
    told = seen.sheet.to_dict()
    assert told["kind"].items() >= {"name": "signal", "shape": (512, 1), "classes": ("healthy", "worn"), "rate": RATE}.items()
    assert (told["recordings"], told["seconds"], told["rate_is_told"], told["source"]) == (4, 6, True, "folder")
    assert told["count"] == sum(told["of_class"]) == told["train"] + told["test"] and told["left_out_count"] == 1
    assert told["left_out"][0]["name"] == "worn/broken.wav" and "cannot be read" in told["left_out"][0]["why"]
    assert seen.images.shape[1:] == (512,) and sorted(set(seen.labels)) == [0, 1]
    for below in ("", "bearings/", "a/b/"):
        again = catalog.look_at(str(zipped(tmp_path / "bearings.zip", folder, below)), (512, 1))
        assert again.sheet.fingerprint == told["fingerprint"] and again.sheet.kind.classes == ("healthy", "worn"), below
    assert "healthy (" in str(seen.sheet) and "4, 6.0 s at 8,000 Hz" in str(seen.sheet)
    with pytest.raises(DataError, match="5 recordings, which a family of signals learns"):
        catalog.look_at(str(folder), (28, 28, 1))
    with pytest.raises(DataError, match="at most 5"):
        catalog.look_at(str(folder), (512, 1), most=5)
    flat = tmp_path / "flat"
    flat.mkdir()
    save(flat / "one.npy", tone(2)), save(flat / "two.npy", tone(2))
    assert catalog.look_at(str(zipped(tmp_path / "flat.zip", flat, "flat/")), (512, 1)).sheet.kind.classes == ("one", "two")


def test_switches_say_what_is_a_class_what_is_held_out_and_the_rate(tmp_path: Path) -> None:
    (tmp_path / "healthy").mkdir()
    save(tmp_path / "healthy" / "a.npy", tone(3)), save(tmp_path / "healthy" / "b.npy", tone(3, seed=1))
    plain = catalog.look_at(str(tmp_path), (512, 1)).sheet
    assert plain.kind.classes == ("healthy",) and plain.kind.rate == vibration.RATE and "12,000 are taken" in plain.notes[0]
    chosen = catalog.look_at(str(tmp_path), (512, 1), "by-file,rate-48000,hold-20").sheet
    assert chosen.kind.classes == ("a", "b") and chosen.kind.rate == 48_000 and not chosen.notes
    assert chosen.test > plain.test and chosen.fingerprint != plain.fingerprint and chosen.prepare == "hold-20,by-file,rate-48000"
    loaded = catalog.load(str(tmp_path), shape=(512, 1), prepare="by-file,rate-48000,hold-20")
    assert loaded.sheet == chosen and len(loaded.images) == chosen.train and loaded.rate == 48_000
    with pytest.raises(ConfigError, match="of signals expected 'by-file'"):
        catalog.look_at(str(tmp_path), (512, 1), "pad,by-file")
    with pytest.raises(ConfigError, match="of pictures expected 'pad'"):
        catalog.look_at(str(tmp_path), (28, 28, 1), "pad,by-file")
    with pytest.raises(DataError, match=r"a\.wav.*is a recording; choose a family of signals"):
        catalog.look_at(str(save(tmp_path / "a.wav", tone())), (28, 28, 1))


def test_a_zip_that_leads_elsewhere_or_is_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = save(tmp_path / "a.wav", tone(2)).read_bytes()
    with zipfile.ZipFile(tmp_path / "odd.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escaped.wav", content), archive.writestr("fine.wav", content)
    sheet = catalog.look_at(str(tmp_path / "odd.zip"), (512, 1)).sheet
    assert sheet.left_out[0].name == "../../escaped.wav" and sheet.kind.classes == ("fine",) and not list(tmp_path.parent.glob("escaped*"))
    for number in range(3):
        (tmp_path / "bad").mkdir(exist_ok=True)
        (tmp_path / "bad" / f"{number}.wav").write_bytes(content if number == 0 else b"RIFF")
    with pytest.raises(DataError, match="2 of 3 recordings cannot be read, such as"):
        catalog.look_at(str(tmp_path / "bad"), (512, 1))
    monkeypatch.setattr(recordings, "MAX_FILES", 2)
    with pytest.raises(DataError, match="holds 3 recordings; expected 1 to 2"):
        catalog.look_at(str(zipped(tmp_path / "bad.zip", tmp_path / "bad")), (512, 1))


def test_what_is_no_recording_is_refused_by_a_sentence(tmp_path: Path) -> None:
    for name, write, words in (
        ("hdf.mat", lambda path: path.write_bytes(b"MATLAB 7.3 MAT-file".ljust(512, b" ")), "version 7.3; save it with save"),
        ("cells.mat", lambda path: savemat(path, {"c": np.array([np.zeros(3), "x"], object)}), "no array of numbers"),
        ("objects.npy", lambda path: np.save(path, np.array([{}, 1], object), allow_pickle=True), "expected numbers"),
        ("words.csv", lambda path: path.write_text("a\nb\nc\n"), "could not convert"),
        ("text.wav", lambda path: path.write_text("RIFF"), "cannot be read"),
        ("nan.npy", lambda path: np.save(path, np.array([1.0, np.nan])), "no numbers"),
        ("a.txt", lambda path: path.write_text("1"), "is no recording; expected .wav, .csv, .npy, .mat"),
    ):
        write(tmp_path / name)
        with pytest.raises(DataError, match=words):
            recording_files.read(tmp_path / name)
    save(tmp_path / "one.wav", tone()), save(tmp_path / "silent.npy", np.zeros(9000))
    with pytest.raises(DataError, match="nothing but silence"):
        recordings.load(tmp_path / "silent.npy", "train", 512)
    with pytest.raises(DataError, match="expected 10 or more"):
        recordings.load(tmp_path / "one.wav", "train", 2048)
    with pytest.raises(DataError, match="holds 0 recordings"):
        (tmp_path / "empty").mkdir()
        recordings.load(tmp_path / "empty", "train", 512)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("saved")
    return {ending: save(folder / f"a{ending}", tone(0.05)).read_bytes() for ending in recording_files.READERS}


@given(data=st.data(), ending=st.sampled_from(list(recording_files.READERS)))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mutated_file_is_read_or_refused(tmp_path: Path, saved: dict[str, bytes], data: st.DataObject, ending: str) -> None:
    content = bytearray(saved[ending])
    for place in data.draw(st.lists(st.integers(0, min(len(content), 300) - 1) | st.integers(0, len(content) - 1), max_size=6)):
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path / f"mutated{ending}"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    try:
        found = recording_files.read(path)
    except GanCoreError as error:
        assert "mutated" in str(error) and "\n" not in str(error)
    else:
        assert np.isfinite(found.samples).all() and 2 <= found.samples.size <= recording_files.MAX_SAMPLES
