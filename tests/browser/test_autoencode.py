"""Autoencode: a digit, its code and what is drawn from it, all of it computed in the browser."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable

import numpy as np
import pytest
from conftest import Server, find_mnist, make_checkpoint
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    PHONE,
    Visit,
    asked_of,
    drag,
    eventually,
    exact,
    expect_changed,
    expect_picture,
    open_tab,
    pixels,
    to_the_middle,
    touch_drag,
    type_into,
)
from gan_core.data import catalog
from gan_core.model.explorer import Explorer

Explorers = Callable[[str], Explorer]
NAME = "autoencoder-mnist"
DRAWN = 0.03  # a drawing's own greys are finer than the 8 bits in which a canvas shows them


def open_autoencoder(visit: Visit, **options: object) -> Page:
    page = visit("Autoencode", **options)
    page.get_by_role("combobox", name="Autoencoder", exact=True).select_option(NAME)
    eventually(page, lambda: pixels(plate(page, "Picture")).max() > 0.5, "the first test picture")
    return page


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page on its Autoencode tab."""
    return open_autoencoder(visit)


def plate(page: Page, name: str) -> Locator:
    return page.get_by_role("img", name=name, exact=True)


def told(page: Page, plate: str, name: str) -> float:
    """The number that is written under a picture."""
    text = page.get_by_role("figure").filter(has=page.get_by_role("img", name=plate, exact=True)).inner_text()
    found = re.search(rf"{name} ([\d.]+)", text)
    assert found, text
    return float(found[1])


def expect_reconstruction(page: Page, explorer: Explorer, picture: np.ndarray, tolerance: float = 1 / 255) -> None:
    """Waits until picture, input, reconstruction and error are those of `picture`."""
    drawn = explorer.reconstruct(picture[None])[0]
    expect_picture(page, plate(page, "Reconstruction"), drawn, tolerance)
    assert told(page, "Reconstruction", "MSE") == pytest.approx(np.square(drawn - picture).mean(), abs=max(1e-4, tolerance / 10))
    p = np.clip(drawn, 1e-7, 1 - 1e-7)
    bce = -(picture * np.log(p) + (1 - picture) * np.log1p(-p)).mean()
    assert told(page, "Reconstruction", "BCE") == pytest.approx(bce, abs=max(2e-3, tolerance / 10))


def pad(page: Page, name: str = "Draw") -> Locator:
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("application", name="Drawing pad")


def upload(page: Page, name: str, data: bytes) -> None:
    page.get_by_role("tab", name="Upload", exact=True).click()
    page.get_by_label("Choose a picture of one digit").set_input_files({"name": name, "mimeType": "image/png", "buffer": data})


def paper(ink: bool = True) -> bytes:
    """A photograph's worth of white paper, with a seven on it."""
    sheet = Image.new("L", (300, 400), 250)
    if ink:
        ImageDraw.Draw(sheet).line([(80, 90), (220, 90), (130, 320)], fill=20, width=24)
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_test_picture_is_reconstructed_as_in_python(page: Page, explorers: Explorers) -> None:
    data = catalog.load("mnist" if find_mnist() else "digits", split="test", data_dir=find_mnist())
    expect(page.get_by_text("From MNIST's 10,000 test pictures" if find_mnist() else "From scikit-learn's small digits")).to_be_visible()
    for digit, number in ((7, 5), (0, 28)):
        page.get_by_role("radio", name=f"Digit {digit}").click()
        type_into(exact(page, "Number"), str(number))
        wanted = data.images[data.labels == digit][number].astype(np.float32) / 255
        expect_picture(page, plate(page, "Picture"), wanted, 1e-6)
        expect_picture(page, plate(page, "Input"), wanted, 1e-6)
        expect_reconstruction(page, explorers(NAME), wanted)
    shelf = page.get_by_role("group", name="Test pictures of this digit").get_by_role("button")
    shelf.nth(2).click()
    expect_picture(page, plate(page, "Picture"), data.images[data.labels == 0][26].astype(np.float32) / 255, 1e-6)
    page.get_by_role("radio", name="Digit 0").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Digit 1")).to_be_checked()
    type_into(exact(page, "Number"), "100000")
    expect(page.get_by_role("status").filter(has_text="is not a number from 0 to")).to_be_visible()
    before = pixels(plate(page, "Picture"))
    page.get_by_role("button", name="Another").click()
    expect_changed(page, plate(page, "Picture"), before)


def test_a_drawing_by_mouse(page: Page, explorers: Explorers) -> None:
    board = pad(page)
    expect_picture(page, plate(page, "Picture"), np.zeros((28, 28)))
    expect(page.get_by_role("button", name="Use as key point")).to_be_disabled()
    expect_reconstruction(page, explorers(NAME), np.zeros((28, 28), np.float32))

    def at(x: float, y: float) -> tuple[float, float]:
        box = board.bounding_box()  # a click on a button below may have scrolled it
        assert box is not None
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    drag(page, at(0.3, 0.25), at(0.7, 0.25))
    drag(page, at(0.7, 0.25), at(0.45, 0.8))
    eventually(page, lambda: pixels(plate(page, "Picture"))[7, 10:18].min() > 0.9, "the first stroke")
    drawing = pixels(plate(page, "Picture"))
    assert drawing[22, 12] > 0.5 and drawing[:3].max() == 0 and 40 < drawing.sum() < 130
    expect_reconstruction(page, explorers(NAME), drawing, DRAWN)
    page.get_by_role("button", name="Undo", exact=True).click()
    eventually(page, lambda: pixels(plate(page, "Picture"))[22, 12] == 0, "the second stroke is gone")
    page.get_by_role("button", name="Eraser").click()
    drag(page, at(0.3, 0.25), at(0.5, 0.25))
    eventually(page, lambda: pixels(plate(page, "Picture"))[7, 9:13].max() < 0.1, "half of the first stroke is rubbed out")
    page.get_by_role("button", name="Clear").click()
    expect_picture(page, plate(page, "Picture"), np.zeros((28, 28)))


def test_a_drawing_by_keyboard(page: Page, explorers: Explorers) -> None:
    pad(page).focus()
    page.keyboard.press("Space")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    eventually(page, lambda: pixels(plate(page, "Picture"))[14:20, 14].min() > 0.9, "a stroke down from the middle")
    expect_reconstruction(page, explorers(NAME), pixels(plate(page, "Picture")), DRAWN)
    page.keyboard.press("Control+z")
    expect_picture(page, plate(page, "Picture"), np.zeros((28, 28)))


@pytest.mark.slow
def test_a_drawing_by_finger_on_a_phone(visit: Visit, explorers: Explorers) -> None:
    page = open_autoencoder(visit, **PHONE)
    board = pad(page)
    board.evaluate("element => element.scrollIntoView({ block: 'center' })")
    box, top = board.bounding_box(), page.evaluate("scrollY")
    assert box is not None and box["width"] >= 200
    middle = box["x"] + box["width"] / 2
    touch_drag(page, (middle, box["y"] + 0.2 * box["height"]), (middle, box["y"] + 0.8 * box["height"]))
    eventually(page, lambda: pixels(plate(page, "Picture"))[8:20, 13:15].min() > 0.8, "a one")
    assert page.evaluate("scrollY") == top, "the finger draws, it does not scroll"
    expect_reconstruction(page, explorers(NAME), pixels(plate(page, "Picture")), DRAWN)


def test_uploads_are_read_or_refused(page: Page, explorers: Explorers) -> None:
    upload(page, "seven.png", paper())
    expect(page.get_by_role("status").filter(has_text="seven.png, as the models see it.")).to_be_visible()
    seven = pixels(plate(page, "Picture"))
    assert seven.max() > 0.8 and seven[0].max() < 0.1 and seven[7:9, 9:18].max() > 0.5
    expect_reconstruction(page, explorers(NAME), seven)
    for name, data, words in (
        ("text.png", b"this is a text file", "."),
        ("cut.png", paper()[:200], "."),
        ("white.png", paper(ink=False), "."),
        ("nothing.png", b"", "."),
    ):
        upload(page, name, data)
        refusal = page.get_by_role("tabpanel", name="Upload").get_by_role("status")
        expect(refusal).to_have_class(re.compile("error"))
        expect(refusal).to_have_text(re.compile(f"{words}{{25}}"))
        assert (pixels(plate(page, "Picture")) == seven).all()
    upload(page, "again.png", paper())
    expect(page.get_by_role("status").filter(has_text="again.png, as the models see it.")).to_be_visible()


def test_damage_and_repair(page: Page, explorers: Explorers) -> None:
    clean = pixels(plate(page, "Picture"))
    assert clean.max() > 0.5
    whole = told(page, "Reconstruction", "MSE")
    undamaged = page.get_by_role("button", name="Undamaged")
    expect(undamaged).to_be_disabled()
    type_into(exact(page, "Noise"), "0.5")
    noisy = expect_changed(page, plate(page, "Input"), clean, 0.3)
    assert 0.1 < np.abs(noisy - clean).mean() < 0.6
    assert (pixels(plate(page, "Picture")) == clean).all()
    assert told(page, "Input", "MSE") == pytest.approx(np.square(noisy - clean).mean(), abs=2e-3)
    expect_picture(page, plate(page, "Reconstruction"), explorers(NAME).reconstruct(noisy[None])[0], DRAWN)
    assert told(page, "Reconstruction", "MSE") > whole
    page.get_by_role("button", name="Other noise").click()
    expect_changed(page, plate(page, "Input"), noisy, 0.3)
    undamaged.click()
    expect_picture(page, plate(page, "Input"), clean, 1e-6)
    halves = {"left": np.s_[:, :14], "right": np.s_[:, 14:], "top": np.s_[:14], "bottom": np.s_[14:]}
    for name, half in halves.items():
        page.get_by_role("radiogroup", name="Blank half").get_by_role("radio", name=name).click()
        blanked = clean.copy()
        blanked[half] = 0
        expect_picture(page, plate(page, "Input"), blanked, 1e-6)
        expect_picture(page, plate(page, "Reconstruction"), explorers(NAME).reconstruct(blanked[None])[0])
    page.get_by_role("radiogroup", name="Blank half").get_by_role("radio", name="none").click()
    box = plate(page, "Input").bounding_box()
    assert box is not None
    side = box["width"] / 28
    drag(page, (box["x"] + 8.3 * side, box["y"] + 5.3 * side), (box["x"] + 19.7 * side, box["y"] + 15.7 * side))
    blanked = clean.copy()
    blanked[5:16, 8:20] = 0
    expect_picture(page, plate(page, "Input"), blanked, 1e-6)


def test_the_code_is_moved(page: Page, explorers: Explorers) -> None:
    explorer, clean = explorers(NAME), pixels(plate(page, "Picture"))
    code, directions = explorer.encode(clean[None]), explorer.directions()[0]
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(code)[0])
    type_into(exact(page, "Direction 1"), "2")
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(np.maximum(0, code + 2 * directions[0]))[0])
    type_into(exact(page, "Direction 4"), "-1.5")
    moved = np.maximum(0, code + 2 * directions[0] - 1.5 * directions[3])
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(moved)[0])
    page.get_by_role("button", name="Back to the code").click()
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(code)[0])
    expect(exact(page, "Direction 1")).to_have_value("0.00")


@pytest.mark.slow
def test_the_picture_through_the_training(page: Page, explorers: Explorers) -> None:
    clean, explorer = pixels(plate(page, "Picture")), explorers(NAME)
    row = page.get_by_role("region", name="Reconstruction through training").get_by_role("img")
    eventually(page, lambda: row.count() >= 5, "earlier moments")
    for i in (0, row.count() // 2, row.count() - 1):
        name = row.nth(i).get_attribute("aria-label")
        assert name is not None
        step = int(name.removeprefix("step ").replace(",", ""))
        expect_picture(page, row.nth(i), explorer.reconstruct(clean[None], step=step)[0])


@pytest.mark.slow
def test_codes_become_key_points(page: Page, explorers: Explorers) -> None:
    drawn = []
    for digit in (3, 8):
        page.get_by_role("radio", name=f"Digit {digit}").click()
        expect(page.get_by_text(f"{digit}, test 0")).to_be_visible()
        drawn.append(explorers(NAME).reconstruct(pixels(plate(page, "Picture"))[None])[0])
        expect_picture(page, plate(page, "Reconstruction"), drawn[-1])
        page.get_by_role("button", name="Use as key point").click()
    expect(page.get_by_role("status").filter(has_text="2 key points on this model's path")).to_be_visible()
    open_tab(page, "Interpolate")
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value(NAME)
    keys = page.get_by_role("list", name="Key points").get_by_role("listitem")
    expect(keys).to_have_count(2)
    for i, name in enumerate(("3, test 0", "8, test 0")):
        expect(keys.nth(i)).to_contain_text(name)
        expect_picture(page, keys.nth(i).locator("canvas"), drawn[i])


# ---- the code as bars, and the map of codes


def reconstructed(page: Page, explorer: Explorer) -> np.ndarray:
    return explorer.encode(pixels(plate(page, "Picture"))[None])


@pytest.mark.slow
def test_the_code_is_an_equalizer(page: Page, explorers: Explorers) -> None:
    explorer = explorers(NAME)
    bars = page.get_by_role("region", name="Code values")
    code = reconstructed(page, explorer)
    type_into(bars.get_by_role("spinbutton", name="Coordinate"), "40")
    value = bars.get_by_role("spinbutton", name="Value, exact value")
    eventually(page, lambda: abs(float(value.input_value()) - code[0, 39]) < 2e-3, "the encoder's own number")
    type_into(value, "3.5")
    changed = code.copy()
    changed[0, 39] = 3.5
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(changed)[0])
    expect(bars.get_by_text(re.compile(r"length [\d.]+, expected [\d.]+"))).to_be_visible()
    slider = bars.get_by_role("slider", name="Code values")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageUp")
    before = changed.copy()
    changed[0, 40] += 1
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(changed)[0])
    page.keyboard.press("Control+z")
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(before)[0])
    bars.get_by_role("button", name="Redo: Code values").click()
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(changed)[0])
    # the change stays while the picture is another
    page.get_by_role("radio", name="Digit 7").click()
    expect(page.get_by_text("7, test 0")).to_be_visible()
    other = reconstructed(page, explorer)
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(np.maximum(0, other + changed - code))[0])
    page.get_by_role("button", name="Back to the code").click()
    expect_picture(page, plate(page, "Reconstruction"), explorer.generate(other)[0])
    expect(page.get_by_role("button", name="As the encoder says")).to_be_disabled()
    to_the_middle(page.get_by_role("application", name="Map of codes"))  # it comes with two requests of its own, once
    expect(page.get_by_text(re.compile("encoded here"))).to_be_visible()
    to_the_middle(slider)
    box = slider.bounding_box()
    assert box is not None
    asked = asked_of(page)
    drag(page, (box["x"] + 2, box["y"] + 20), (box["x"] + box["width"] - 2, box["y"] + 20), steps=40)
    expect_changed(page, plate(page, "Reconstruction"), explorer.generate(other)[0], 0.2)
    assert asked == []


def test_the_map_decodes_what_lies_under_the_pointer(page: Page, explorers: Explorers) -> None:
    explorer = explorers(NAME)
    region = page.get_by_role("region", name="Map of codes")
    chart = region.get_by_role("application", name="Map of codes")
    to_the_middle(chart)
    expect(region.get_by_text(re.compile("[0-9]+ (MNIST test digits|of scikit-learn's small digits), encoded here"))).to_be_visible()
    under = region.get_by_role("img", name="Under the pointer")
    reconstruction = explorer.generate(reconstructed(page, explorer))[0]
    expect_picture(page, under, reconstruction)  # nobody points: what is in hand
    asked = asked_of(page)
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    hovered = expect_changed(page, under, reconstruction, 0.2)
    expect(region.get_by_text(re.compile("reads as [0-9]"))).to_be_visible()
    expect_picture(page, plate(page, "Reconstruction"), reconstruction)  # pointing takes nothing
    page.mouse.down()
    expect_picture(page, plate(page, "Reconstruction"), hovered)
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 0.4 * box["height"], steps=10)
    moved = expect_changed(page, plate(page, "Reconstruction"), hovered, 0.2)
    page.mouse.up()
    page.mouse.move(5, 5)
    expect_picture(page, under, moved)
    assert asked == []
    chart.focus()
    page.keyboard.press("Shift+ArrowDown")
    expect_changed(page, plate(page, "Reconstruction"), moved, 0.1)
    page.get_by_role("button", name="Back to the code").click()
    expect_picture(page, plate(page, "Reconstruction"), reconstruction)


@pytest.mark.slow
def test_the_ring_follows_the_pen(page: Page) -> None:
    mark = page.locator(".ae-map-mark")
    to_the_middle(page.get_by_role("application", name="Map of codes"))
    expect(mark).to_be_visible()
    board = pad(page)
    before = mark.get_attribute("style")
    to_the_middle(board)
    box = board.bounding_box()
    assert box is not None
    drag(
        page,
        (box["x"] + 0.5 * box["width"], box["y"] + 0.2 * box["height"]),
        (box["x"] + 0.5 * box["width"], box["y"] + 0.8 * box["height"]),
        release=False,
    )
    to_the_middle(page.get_by_role("application", name="Map of codes"))  # out of sight it rests
    eventually(page, lambda: mark.get_attribute("style") != before, "the ring has moved while the pen is down")
    page.mouse.up()


def test_a_code_of_two_numbers_is_its_own_map(visit: Visit, server: Server) -> None:
    folder = server.checkpoints / "two-numbers"
    make_checkpoint(folder, "autoencoder", latent_dim=2)
    try:
        page = visit("Autoencode")
        page.get_by_role("combobox", name="Autoencoder", exact=True).select_option("two-numbers")
        region = page.get_by_role("region", name="Map of codes")
        to_the_middle(region)
        expect(region.get_by_text("The plane is the code itself: two numbers.")).to_be_visible()
        expect(page.get_by_text("2 numbers", exact=True)).to_be_visible()
        explorer = Explorer.open(folder)
        chart = region.get_by_role("application")
        box = chart.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.3 * box["height"])
        page.mouse.down()
        page.mouse.up()
        bars = page.get_by_role("region", name="Code values")
        code = []
        for number in ("1", "2"):
            type_into(bars.get_by_role("spinbutton", name="Coordinate"), number)
            page.wait_for_timeout(300)
            code.append(float(bars.get_by_role("spinbutton", name="Value, exact value").input_value()))
        expect_picture(page, plate(page, "Reconstruction"), explorer.generate([code])[0], 0.01)
    finally:
        shutil.rmtree(folder)


# ---- links


@pytest.mark.slow
def test_a_link_opens_the_same_drawing_code_and_reconstruction(page: Page) -> None:
    board = pad(page)
    box = board.bounding_box()
    assert box is not None
    x, y, side = box["x"], box["y"], box["width"]
    drag(page, (x + 0.3 * side, y + 0.3 * side), (x + 0.7 * side, y + 0.3 * side))
    eventually(page, lambda: pixels(plate(page, "Picture")).max() > 0.9, "a stroke")
    type_into(exact(page, "Noise"), "0.3")
    page.get_by_role("radiogroup", name="Blank half").get_by_role("radio", name="bottom").click()
    type_into(exact(page, "Direction 1"), "1.5")
    type_into(page.get_by_role("region", name="Code values").get_by_role("spinbutton", name="Value, exact value"), "3.25")
    eventually(
        page, lambda: all(f"&{key}=" in page.url for key in ("tab", "an", "ab", "ao", "ac")) and "ap=d" in page.url, "a link with all of it"
    )
    page.wait_for_timeout(800)
    seen = {name: plate(page, name) for name in ("Picture", "Input", "Reconstruction")} | {
        "Code": page.get_by_role("img", name=re.compile("^Code: 128"))
    }
    link, shown = page.url, {name: pixels(canvas) for name, canvas in seen.items()}
    page.goto("about:blank")
    page.goto(link)
    for name, canvas in seen.items():
        eventually(page, lambda canvas=canvas, name=name: np.array_equal(pixels(canvas), shown[name]), name)
    expect(page.get_by_role("tab", name="Draw", exact=True)).to_have_attribute("aria-selected", "true")
    page.get_by_role("region", name="Move the code").get_by_role("button", name="Back to the code").click()
    eventually(page, lambda: "ac=" not in page.url and "ao=" not in page.url and "ap=d" in page.url, "the link follows")
    page.get_by_role("tab", name="Explore", exact=True).click()
    eventually(page, lambda: "ap=" not in page.url and "tab=" not in page.url, "elsewhere it is not said")


@pytest.mark.slow
def test_a_test_picture_is_linked_and_one_that_is_not_here_is_told(page: Page) -> None:
    page.get_by_role("radio", name="Digit 7").click()
    type_into(exact(page, "Number"), "5")
    eventually(page, lambda: re.search(r"ap=[mk]7\.5", page.url), "the picture's name in the link")
    wanted, link = pixels(plate(page, "Picture")), page.url
    page.goto("about:blank")
    page.goto(link)
    expect_picture(page, plate(page, "Picture"), wanted, 0)
    expect(exact(page, "Number")).to_have_value("5")
    page.goto(link.replace("7.5", "7.99999"))
    expect(page.get_by_role("region", name="Share").get_by_role("status")).to_contain_text("Its test picture is not on this machine.")
    expect(page.get_by_text("3, test 0")).to_be_visible()


@pytest.mark.slow
def test_without_a_list_of_test_pictures_the_rest_works(visit: Visit, explorers: Explorers) -> None:
    page = visit()
    page.route("**/gan/testset.json", lambda route: route.fulfill(status=500, json={"error": "The test pictures are on holiday."}))
    open_tab(page, "Autoencode")
    expect(page.get_by_text("on holiday")).to_be_visible()
    page.get_by_role("radio", name="Digit 7").click()
    page.get_by_role("button", name="Another").click()
    page.get_by_role("tab", name="Draw", exact=True).click()
    pad(page).press("Space")
    pad(page).press("ArrowDown")
    eventually(page, lambda: pixels(plate(page, "Picture")).max() > 0.9, "a dot")
    expect_reconstruction(page, explorers(NAME), pixels(plate(page, "Picture")), DRAWN)
