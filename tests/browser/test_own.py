"""A person's own pictures in the page: dropped, looked at as they will be learned, prepared, trained on, deleted."""

from __future__ import annotations

import base64
import io
import os
import re
import wave
import zipfile
from pathlib import Path

import numpy as np
import pytest
from behaviour.tiny import make_run
from conftest import Server
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from browser.conftest import PATIENCE, Visit, eventually, pixels
from gan_core import runs
from ui.train import brought

NAMES = ("cat 고양이", "dog")


def picture(level: int) -> bytes:
    """Dark ink on white, a block of a grey of its own."""
    pixels = np.full((28, 28), 255, np.uint8)
    pixels[6:22, 8:20] = level
    made = io.BytesIO()
    Image.fromarray(pixels).save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    path = tmp_path / "letters.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(NAMES):
            for each in range(12):
                archive.writestr(f"letters/{name}/{each}.png", picture(60 * number + each))
        archive.writestr("letters/dog/bad.png", b"no picture")
    return path


@pytest.fixture
def painted(tmp_path: Path) -> Path:
    """Red and blue squares on white, in colours, wider than high; each class in a folder of its name."""
    path = tmp_path / "painted.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, ink in zip(NAMES, ((220, 30, 20), (20, 40, 210)), strict=True):
            for each in range(12):
                pixels = np.full((20, 30, 3), 255, np.uint8)
                pixels[5:15, 8 + each % 3 : 18] = ink
                made = io.BytesIO()
                Image.fromarray(pixels).save(made, "PNG")
                archive.writestr(f"painted/{name}/{each}.png", made.getvalue())
        archive.writestr("painted/dog/bad.png", b"no picture")
    return path


def opened(page: Page) -> Locator:
    own = page.locator("#gan-owndata")
    own.get_by_text("Your own data", exact=True).click()
    return own


def dropped(page: Page, path: Path) -> None:
    """A file dropped on the tab, as a browser tells of it; a script can make the event, though not the hand."""
    page.get_by_role("heading", name="Contact sheet").evaluate(
        """(target, [name, base64]) => {
          const files = new DataTransfer();
          files.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
          target.dispatchEvent(new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: files}));
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )


def first(own: Locator) -> np.ndarray:
    """The pixels of the first pictures."""
    address = own.get_by_role("img", name="The first pictures, as they will be learned").get_attribute("src") or ""
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))))


def choose_family(page: Page, title: str) -> None:
    steps = page.get_by_role("spinbutton", name="How long")
    former = steps.input_value()
    page.get_by_role("combobox", name="Family", exact=True).click()
    page.get_by_role("option", name=title, exact=True).click()
    expect(steps).not_to_have_value(former)  # the family's own preset has come


def test_a_zip_of_two_named_classes_on_the_server_and_on_this_device(visit: Visit, server: Server, letters: Path, painted: Path) -> None:
    page = visit("Train")
    choose_family(page, "Conditional GAN")
    own = page.locator("#gan-owndata")
    dropped(page, letters)
    expect(own.get_by_text("24: 22 to learn from, 2 held out")).to_be_visible()
    expect(own.get_by_text("2: cat 고양이 (12), dog (12)")).to_be_visible()
    expect(own.get_by_text(re.compile("^Left out: letters/dog/bad.png: "))).to_be_visible()
    assert first(own)[0, 0] == 255
    own.get_by_label("Black and white").select_option(label="inverted")
    eventually(page, lambda: int(first(own)[0, 0]) == 0, "the inverted pictures")
    busy = make_run(server.runs, "dense")
    with busy.hold():  # so that the new one waits: what it is can be looked at without training
        busy.set_status("running", step=1)
        own.get_by_role("button", name="Train on these").click()
        told = page.get_by_role("status").filter(has_text=re.compile(r"^cgan-letters-[\w-]+ waits: next in line\.$"))
        expect(told).to_be_visible()
        run = runs.find(server.runs, told.inner_text().split()[0])
        model, train = run.model_config(), run.config()["train"]
        assert (model.classes, model.image_shape, train["dataset"], train["prepare"]) == (NAMES, (28, 28, 1), "own/letters.zip", "invert")
        page.get_by_role("button", name="Stop", exact=True).click()
        expect(page.get_by_role("status").filter(has_text="is out of the line")).to_be_visible()
        busy.set_status("stopped")
    expect(page.get_by_role("combobox", name="Data set", exact=True)).to_have_value("letters.zip")
    on_this_device(page, painted)


def heard(path: Path) -> Path:
    """Two recordings of two seconds, each in the folder of its class."""
    with zipfile.ZipFile(path, "w") as archive:
        for seed, name in enumerate(("healthy", "worn")):
            made = io.BytesIO()
            with wave.open(made, "wb") as opened:
                opened.setnchannels(1), opened.setsampwidth(2), opened.setframerate(8000)
                opened.writeframes(np.random.default_rng(seed).normal(0, 3000, 17_000).astype("<i2").tobytes())
            archive.writestr(f"bearings/{name}/1.wav", made.getvalue())
    return path


def on_this_device(page: Page, painted: Path) -> None:
    """The same sheet where the page itself reads and trains: in colours, of another size than MNIST's."""
    here = page.get_by_role("region", name="Train on this device")
    here.get_by_text("Train on this device", exact=True).click()
    network = here.get_by_label("Network", exact=True)
    network.select_option(label="cgan, live")
    here.get_by_label("Pictures", exact=True).select_option(label="Your own pictures")
    brought = here.get_by_label("Your pictures or recordings")
    brought.set_input_files(heard(painted.with_name("bearings.zip")))
    expect(network.locator("option:checked")).to_have_text("wave, live")  # recordings are for networks that draw signals
    expect(here.get_by_text(re.compile(r"^2: healthy \(1\d\), worn \(1\d\)$"))).to_be_visible()
    expect(here.get_by_text("8,000 Hz", exact=True).first).to_be_visible()
    expect(here.get_by_role("img", name="The first windows, as they will be learned")).to_be_visible()
    network.select_option(label="cgan, live")
    brought.set_input_files(painted)
    expect(here.get_by_text("24: 22 to learn from, 2 held out")).to_be_visible()
    expect(here.get_by_text("2: cat 고양이 (12), dog (12)")).to_be_visible()
    expect(here.get_by_text(re.compile("^Left out: painted/dog/bad.png: "))).to_be_visible()
    eventually(
        page,
        lambda: first(here).shape[1] == 8 * 28 and bool((first(here)[..., 0] == first(here)[..., 2]).all()),
        "in grey, as the preset says",
    )
    here.get_by_label("Size", exact=True).select_option("16x16")
    here.get_by_label("Colours", exact=True).select_option(label="in colour")
    expect(here.get_by_text("16 × 16, in colour", exact=False).first).to_be_visible()
    eventually(page, lambda: np.abs(first(here)[8, 7].astype(int) - [220, 30, 20, 255]).max() < 20, "the red ink")
    here.get_by_label("Black and white").select_option(label="inverted")
    eventually(page, lambda: first(here)[0, 0].tolist() == [0, 0, 0, 255], "the inverted pictures")
    start = here.get_by_role("button", name="Start on this device")
    network.select_option(label="cgan, reference")
    here.get_by_label("Size", exact=True).select_option("64x64")
    expect(here.get_by_role("status").filter(has_text="64 × 64, in colour; a page takes at most 400")).to_be_visible()
    expect(start).to_be_disabled()
    network.select_option(label="cgan, live")
    here.get_by_label("Size", exact=True).select_option("16x16")
    expect(here.get_by_text(re.compile(r"never leave this device\. About .* on this device\."))).to_be_visible()
    here.get_by_label("Steps", exact=True).fill("3")
    start.click()
    expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("data-state", "finished", timeout=PATIENCE)
    picture = page.get_by_role("img", name=re.compile("drawn at step 3"))
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [2 * 16, 8 * 16], "two columns, one for each class"
    page.get_by_role("button", name="Explore it").click()
    expect(page.get_by_role("radio", name="cat 고양이")).to_be_visible()
    drawn = page.get_by_role("figure").get_by_role("img").first
    eventually(page, lambda: pixels(drawn, colours=True).shape == (16, 16, 3), "drawn as large as it was learned")


@pytest.mark.slow
def test_a_conditional_model_learns_them_and_has_their_names(visit: Visit, server: Server, letters: Path) -> None:
    page = visit("Train")
    choose_family(page, "Conditional GAN")
    own = opened(page)
    own.get_by_label("Choose files").set_input_files(letters)
    own.get_by_label("Size", exact=True).select_option("32x32")
    expect(own.get_by_text("32 × 32, grey")).to_be_visible()
    page.get_by_role("spinbutton", name="How long").fill("20")
    own.get_by_role("button", name="Train on these").click()
    expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("data-state", "finished", timeout=400_000)
    run = runs.list_runs(server.runs)[0]
    model = run.model_config()
    assert (run.id[:13], model.classes, model.image_shape) == ("cgan-letters-", NAMES, (32, 32, 1))
    own.get_by_text("Your own data", exact=True).click()
    here = len(os.listdir(server.runs / brought.FOLDER))
    own.get_by_role("button", name="Delete them from the server").click()
    expect(own.get_by_text("They are deleted.")).to_be_visible()
    assert len(os.listdir(server.runs / brought.FOLDER)) == here - 1 and (run.folder / "own" / "letters.zip").is_file()
    page.get_by_role("button", name="Delete the pictures that it learned from").click()
    page.get_by_role("button", name="Delete them for good: the run cannot go on without").click()
    eventually(page, lambda: not (run.folder / "own").exists(), "the pictures of the run are gone")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="these pictures are not here (any more)")).to_be_visible()
    page.get_by_role("button", name="Explore it").click()
    expect(page.get_by_role("radio", name="cat 고양이")).to_be_visible()


@pytest.mark.slow
def test_recordings_are_shown_as_waves_with_switches_of_their_own_and_trained_on(visit: Visit, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "bearing.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for loud, name in enumerate(("healthy", "worn"), 1):
            made = io.BytesIO()
            np.save(made, loud * np.random.default_rng(loud).normal(size=40_000))
            archive.writestr(f"bearing/{name}/a.npy", made.getvalue())
        archive.writestr("bearing/worn/broken.wav", b"RIFF")
    page = visit("Train")
    choose_family(page, "Signals")
    own = page.locator("#gan-owndata")
    dropped(page, path)
    expect(own.get_by_text("2, 6.7 s together")).to_be_visible()
    expect(own.get_by_text("12,000 Hz, which the files do not say")).to_be_visible()
    expect(own.get_by_text(re.compile(r"^2: healthy \(\d+\), worn \(\d+\)$"))).to_be_visible()
    expect(own.get_by_text(re.compile("^Left out: bearing/worn/broken.wav: "))).to_be_visible()
    expect(own.get_by_label("Black and white")).to_be_hidden()
    expect(own.get_by_role("img", name="The first windows, as they will be learned")).to_be_visible()
    own.get_by_label("Rate, where files do not say it").select_option(label="48,000 Hz")
    expect(own.get_by_text("2, 1.7 s together")).to_be_visible()
    choose_family(page, "Conditional GAN")
    expect(own.get_by_role("status").filter(has_text="holds two files of the same name")).to_be_visible()
    expect(own.get_by_label("Black and white")).to_be_visible()
    expect(own.get_by_label("A class is")).to_be_hidden()
    choose_family(page, "Signals")
    expect(own.get_by_text("2, 1.7 s together")).to_be_visible()
    page.get_by_role("spinbutton", name="How long").fill("1")
    own.get_by_role("button", name="Train on these").click()
    expect(page.get_by_role("progressbar", name="Training progress")).to_have_attribute("data-state", "finished", timeout=400_000)
    run = runs.list_runs(server.runs)[0]
    assert (run.model_config().classes, run.model_config().rate) == (("healthy", "worn"), 48_000)
