"""What is done to a person's own pictures before they are learned, and that a run keeps to the pictures it began with."""

import shutil
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gan_core import families, runs
from gan_core.data import catalog
from gan_core.data.own import examine, load_own, look_at
from gan_core.errors import ConfigError, DataError, RunError
from gan_core.preparation import WORDS, Preparation
from gan_core.runs import branching, learned

CORNER = np.zeros((12, 28, 28), np.uint8)  # a bright block in the upper left corner, and one pixel that tells the pictures apart
CORNER[:, 2:8, 4:14] = 255
CORNER[np.arange(12), 20, np.arange(12)] = 9


def saved(path, images=CORNER, **more):
    np.savez(path, images=images, **more)
    return path


@given(st.lists(st.sampled_from([word for words in WORDS.values() for word in words]), unique=True))
def test_words_are_read_in_any_order_and_two_of_a_kind_are_refused(words):
    kinds = [kind for word in words for kind, known in WORDS.items() if word in known]
    if len(set(kinds)) < len(kinds):
        with pytest.raises(ConfigError, match="expected some of pad or crop"):
            Preparation.of(",".join(words))
    else:
        read = Preparation.of(" , ".join(words))
        assert sorted(filter(None, str(read).split(","))) == sorted(words) and Preparation.of(str(read)) == read


@pytest.mark.parametrize("text", ["turn-45", "pad crop", "x" * 100, 3, None, "hold-0"])
def test_what_is_no_preparation_is_refused(text):
    with pytest.raises(ConfigError, match="prepare "):
        Preparation.of(text)
    with pytest.raises(ConfigError, match="prepare "):
        families.get("dense").configs("live", prepare=text)


def test_files_of_settings_say_nothing_of_a_preparation_that_is_none():
    _, train = families.get("dense").configs("live")
    assert "prepare" not in train.to_dict()
    changed = type(train).from_dict({**train.to_dict(), "prepare": "invert,pad"})
    assert changed.to_dict()["prepare"] == "pad,invert" and type(train).from_dict(changed.to_dict()) == changed


@pytest.mark.parametrize(
    "prepare, made",
    [
        ("invert", lambda pictures: 255 - pictures),
        ("bright-ink", lambda pictures: pictures),
        ("turn-90", lambda pictures: pictures[:, ::-1].swapaxes(1, 2)),
        ("turn-180", lambda pictures: pictures[:, ::-1, ::-1]),
        ("turn-270", lambda pictures: pictures.swapaxes(1, 2)[:, ::-1]),
        ("transpose", lambda pictures: pictures.swapaxes(1, 2)),
        ("transpose,turn-90,invert", lambda pictures: 255 - pictures.swapaxes(1, 2)[:, ::-1].swapaxes(1, 2)),
    ],
)
def test_arrays_and_files_of_pictures_are_prepared_alike(tmp_path, prepare, made):
    path = saved(tmp_path / "x.npz")
    for number, picture in enumerate(CORNER):
        (tmp_path / "pictures").mkdir(exist_ok=True)
        Image.fromarray(picture).save(tmp_path / "pictures" / f"{number:02}.png")
    for source in (path, tmp_path / "pictures"):
        np.testing.assert_array_equal(load_own(source, "train", prepare=prepare).images, np.delete(made(CORNER), 9, axis=0))
        assert examine(source, prepare=prepare).prepare == prepare if "," not in prepare else "invert,turn-90,transpose"


def test_dark_ink_alone_is_made_bright(tmp_path):
    mixed = np.where(np.arange(12)[:, None, None] % 2, 255 - CORNER, CORNER)
    path = saved(tmp_path / "x.npz", mixed)
    assert examine(path).ink == "both" and examine(path, prepare="bright-ink").ink == "bright on dark"
    np.testing.assert_array_equal(load_own(path, "test", prepare="bright-ink").images, CORNER[9:10])


def test_pictures_of_other_shapes_are_padded_or_cropped_where_that_is_asked_for(tmp_path):
    for number in range(12):
        pixels = np.zeros((40, 20) if number % 2 else (20, 40), np.uint8)
        pixels[:10], pixels[10:20, 10:20] = 200, 100
        Image.fromarray(pixels).save(tmp_path / f"{number:02}.png")
    with pytest.raises(DataError, match="--prepare pad, or crop"):
        examine(tmp_path)
    assert examine(tmp_path, prepare="pad").count == examine(tmp_path, prepare="crop").count == 12
    cropped = load_own(tmp_path, "test", prepare="crop").images[0]  # of 20 x 40 the rows 10 to 30
    assert abs(int(cropped[3, 20]) - 100) < 12 and abs(int(cropped[25, 5])) < 12 and cropped.max() < 130


def test_turning_comes_before_the_size(tmp_path):
    tall = np.zeros((12, 64, 32), np.uint8)
    tall[:, :8] = 255
    wide = load_own(saved(tmp_path / "x.npz", tall), "train", (32, 64, 1), "turn-90").images
    assert wide.shape[1:] == (32, 64) and (wide[:, :, -7:] == 255).all() and (wide[:, :, :50] == 0).all()


@pytest.mark.parametrize("split, test", [("", 2), ("hold-5", 1), ("hold-10", 2), ("hold-20", 4)])
def test_more_or_fewer_can_be_held_out(tmp_path, split, test):
    assert examine(saved(tmp_path / "x.npz", np.arange(20 * 784, dtype=np.uint16).reshape(20, 28, 28)), prepare=split).test == test


def test_the_first_of_every_class_are_shown(tmp_path):
    path = saved(tmp_path / "x.npz", np.repeat(CORNER, 20, axis=0), labels=np.repeat([4, 7, 9], 80))
    seen = look_at(path)
    assert np.bincount(seen.labels).tolist() == [22, 21, 21] and seen.images.shape == (64, 28, 28)
    assert seen.sheet.kind.classes == ("4", "7", "9")


def test_more_pictures_than_are_allowed_are_refused(tmp_path):
    for number, picture in enumerate(CORNER):
        Image.fromarray(picture).save(tmp_path / f"{number:02}.png")
    with pytest.raises(DataError, match="expected 10 to 11"):
        look_at(tmp_path, most=11)


def test_a_zip_or_a_folder_of_one_file_of_arrays_is_that_file(tmp_path):
    labels = np.arange(12) % 2
    saved(tmp_path / "train.npz", labels=labels)
    (tmp_path / "sample.csv").write_text("id,label\n1,2\n")
    with zipfile.ZipFile(tmp_path / "given.zip", "w") as archive:
        for name in ("train.npz", "sample.csv"):
            archive.write(tmp_path / name, f"kaggle/{name}")
    (tmp_path / "given.zip").rename(tmp_path.parent / "given.zip")
    for source in (tmp_path, tmp_path.parent / "given.zip"):
        sheet = examine(source)
        assert sheet.of_class == (6, 6) and [one.name for one in sheet.left_out] == ["sample.csv"]
    saved(tmp_path / "train2.npz")
    with pytest.raises(DataError, match=r"expected one file with the pictures.*Give that file alone"):
        examine(tmp_path)


def test_other_pictures_labels_or_splits_have_another_fingerprint(tmp_path):
    labels, other = np.arange(12) % 2, CORNER.copy()
    other[3, 3, 3] ^= 1
    made = [
        examine(saved(tmp_path / f"{number}.npz", **arrays), prepare=prepare).fingerprint
        for number, (arrays, prepare) in enumerate(
            [({}, ""), ({"images": other}, ""), ({"labels": labels}, ""), ({"labels": labels[::-1]}, ""), ({}, "hold-20"), ({}, "invert")]
        )
    ]
    assert len(set(made)) == len(made) and made[0] == examine(saved(tmp_path / "again.npz")).fingerprint and len(made[0]) == 32


def run_of(root, path, **settings):
    return runs.create(root, *families.get("dense").configs("live", dataset=str(path), **settings))


def test_a_run_goes_on_with_the_pictures_it_began_with_and_no_others(tmp_path):
    run = run_of(tmp_path / "runs", saved(tmp_path / "x.npz"))
    train, model = run.train_config(), run.model_config()
    learned.check_same(run, learned.load(train, model))
    learned.check_same(run, learned.load(train, model))
    saved(tmp_path / "x.npz", CORNER[::-1])
    with pytest.raises(RunError, match=r"learned from other pictures: 'x.npz' .*start a new run"):
        learned.check_same(run, learned.load(train, model))


def test_named_data_need_no_fingerprint(tmp_path):
    run = run_of(tmp_path, "digits")
    learned.check_same(run, catalog.load("digits"))
    assert not (run.folder / learned.FILE).exists()


def test_what_was_brought_comes_along_into_the_run_which_names_no_folder_of_this_machine(tmp_path):
    root = tmp_path / "runs"
    brought = root / ".brought" / "1" / learned.OWN
    brought.mkdir(parents=True)
    run = run_of(root, saved(brought / "letters.npz"))
    assert run.config()["train"]["dataset"] == "own/letters.npz" and str(tmp_path) not in (run.folder / "config.json").read_text()
    shutil.rmtree(root / ".brought")
    assert learned.load(run.train_config(), run.model_config()).kind.shape == (28, 28, 1)
    (run.folder / "states").mkdir()
    (run.folder / "states" / "0000000.safetensors").write_bytes(b"state")
    learned.check_same(run, learned.load(run.train_config(), run.model_config()))
    child = branching.branch(root, run, 0)
    moved = tmp_path / "elsewhere"
    child.folder.rename(moved)
    child = runs.Run(moved)
    assert (
        child.train_config().dataset == str(moved / "own" / "letters.npz") and learned.fingerprint(child) == learned.fingerprint(run) != ""
    )


@pytest.mark.parametrize("name", ["own/..", "own/../x", "own\\x", "own/", "/own/x"])
def test_a_run_of_a_stranger_leads_nowhere_else(tmp_path, name):
    (tmp_path / "x").write_text("secret")
    _, train = families.get("dense").configs("live", dataset=name)
    assert learned.at_home(tmp_path, train) is train


def test_a_path_elsewhere_on_the_machine_is_not_copied(tmp_path):
    (tmp_path / "own").mkdir()
    run = run_of(tmp_path / "runs", saved(tmp_path / "own" / "x.npz"))
    assert not (run.folder / "own").exists() and run.train_config().dataset == str(tmp_path / "own" / "x.npz")
