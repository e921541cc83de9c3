"""Explore: a digit in hand, and everything that bends it."""

from __future__ import annotations

import io
import itertools
import re
import shutil
from collections.abc import Callable

import numpy as np
import pytest
from conftest import Server, make_checkpoint
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from browser.conftest import (
    MODELS,
    PHONE,
    PIXEL,
    SEED,
    Visit,
    asked_of,
    choose_model,
    digit,
    dock,
    drag,
    drawn_in_python,
    eventually,
    exact,
    expect_changed,
    expect_picture,
    expect_read,
    open_tab,
    pixels,
    place_on,
    sample_of,
    shown,
    to_the_middle,
    touch_drag,
    type_into,
)
from gan_core.model.explorer import Explorer
from ui.site import first_sight

Explorers = Callable[[str], Explorer]


def seed_field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Seed", exact=True)


def seeded(explorers: Explorers, name: str, seed: int, psi: float = 1.0) -> np.ndarray:
    """The sample of a seed as Python draws it; a conditional model is asked for what the page asks it for first, of digits a 3."""
    explorer = explorers(name)
    asked = first_sight.Opening.read("").asking(explorer.kind.classes, explorer.kind.groups).digit
    return explorer.generate(explorer.sample_z(1, seed, psi), [asked] if explorer.num_classes else None)[0]


def test_the_page_opens_on_the_dcgan_with_a_digit(page: Page, explorers: Explorers) -> None:
    expect(page).to_have_title("GAN in your hands")
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value("dcgan-mnist")
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", SEED))
    assert pixels(digit(page)).max() > 0.5


def test_a_drag_asks_nothing_of_the_server_and_its_last_position_arrives(page: Page, explorers: Explorers) -> None:
    slider = page.get_by_role("slider", name="Direction 1", exact=True)
    before = pixels(digit(page))
    expect(page.get_by_role("meter")).to_be_visible()  # the discriminator has come: nothing is on its way any more
    page.wait_for_load_state("networkidle")
    requests = asked_of(page)
    start = place_on(slider, (float(slider.input_value()) + 3) / 6)
    page.mouse.move(*start)
    page.mouse.down()
    pictures = []
    for part in (0.7, 0.8, 0.9, 0.4, 0.1):
        page.mouse.move(*place_on(slider, part), steps=6)
        pictures.append(expect_changed(page, digit(page), pictures[-1] if pictures else before))
    page.mouse.up()
    page.wait_for_timeout(300)
    assert requests == []
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    assert float(slider.input_value()) == pytest.approx(-3 + 6 * 0.1, abs=0.06)
    expect(exact(page, "Direction 1")).to_have_value(f"{float(slider.input_value()):.2f}")
    assert (shown(page)["z"] @ explorers("dcgan-mnist").directions()[1].T)[0, 0] == pytest.approx(float(slider.input_value()), abs=0.01)


@pytest.mark.slow
def test_nothing_jumps_while_dragging(page: Page) -> None:
    choose_model(page, "cgan-mnist")
    expect(page.get_by_role("meter")).to_be_visible()
    parts = page.get_by_role("region")

    def boxes() -> list[dict | None]:
        return [part.bounding_box() for part in parts.all()]

    before = boxes()
    assert len(before) >= 6 and None not in before
    for name in ("Direction 1", "Spread", "Blend"):
        slider = page.get_by_role("slider", name=name, exact=True)
        slider.scroll_into_view_if_needed()
        before = boxes()
        place = (float(slider.input_value()) - float(slider.get_attribute("min"))) / (
            float(slider.get_attribute("max")) - float(slider.get_attribute("min"))
        )
        page.mouse.move(*place_on(slider, place))
        page.mouse.down()
        for part in (0.0, 1.0, 0.5, 0.93):
            page.mouse.move(*place_on(slider, part), steps=4)
            page.wait_for_timeout(100)
            assert boxes() == before, f"{name} at {part}"
        page.mouse.up()
        page.wait_for_timeout(200)
        assert boxes() == before, f"after {name}"


def test_sliders_by_keyboard(page: Page, explorers: Explorers) -> None:
    slider, field = page.get_by_role("slider", name="Direction 2", exact=True), exact(page, "Direction 2")
    slider.focus()
    page.keyboard.press("Home")
    expect(field).to_have_value("-3.00")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(field).to_have_value("-2.95")
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    page.keyboard.press("End")
    expect(field).to_have_value("3.00")
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    field.focus()
    page.keyboard.press("ArrowDown")
    expect(field).to_have_value("2.99")


def test_equalizer_by_keyboard_mouse_and_number(page: Page, explorers: Explorers) -> None:
    page.get_by_role("button", name="z goes in").click()
    bars, value = page.get_by_role("slider", name="Latent vector z", exact=True), exact(page, "Value")
    z = explorers("dcgan-mnist").sample_z(1, SEED)[0]
    bars.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    coordinate = page.get_by_role("spinbutton", name="Coordinate", exact=True)
    expect(coordinate).to_have_value("3")
    expect(bars).to_have_attribute("aria-valuetext", f"coordinate 3 of 64: {z[2]:.2f}")
    page.keyboard.press("ArrowUp")
    expect(value).to_have_value(f"{z[2] + 0.1:.3f}")
    page.keyboard.press("Delete")
    expect(value).to_have_value("0.000")
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(value).to_have_value(f"{max(-4, z[63] - 1):.3f}")
    type_into(coordinate, "12")
    type_into(value, "-1.5")
    wanted = z.copy()
    wanted[[2, 63, 11]] = 0, max(-4, z[63] - 1), -1.5
    assert shown(page)["z"][0] == pytest.approx(wanted, abs=1e-5)
    expect_picture(page, digit(page), explorers("dcgan-mnist").generate(wanted[None])[0])
    type_into(coordinate, "65")
    expect(page.get_by_role("status").filter(has_text="Coordinate 65 does not exist")).to_be_visible()

    bars.scroll_into_view_if_needed()
    box = bars.bounding_box()
    assert box is not None
    drag(page, (box["x"] + 3, box["y"] + 0.25 * box["height"]), (box["x"] + box["width"] - 3, box["y"] + 0.25 * box["height"]), steps=9)
    drawn = shown(page)["z"][0]
    assert drawn == pytest.approx(np.full(64, 2), abs=0.15), "a stroke across sets every bar, also those between two events"
    expect_picture(page, digit(page), explorers("dcgan-mnist").generate(drawn[None])[0])
    page.mouse.dblclick(box["x"] + box["width"] * 10.5 / 64, box["y"] + 10)
    eventually(page, lambda: shown(page)["z"][0][10] == 0, "zero by a double click")


def test_exact_values_are_typed_and_wrong_ones_are_told(page: Page, explorers: Explorers) -> None:
    field, slider = exact(page, "Direction 3"), page.get_by_role("slider", name="Direction 3", exact=True)
    type_into(field, "1.5")
    expect(slider).to_have_value("1.5")
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    for wrong in ("99", "much", "", "1e9", "NaN", "--1"):
        type_into(field, wrong)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("status").filter(has_text="is not a number from -3 to 3")).to_be_visible()
        expect(slider).to_have_value("1.5")
    type_into(field, "−0,5")
    expect(slider).to_have_value("-0.5")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("status").filter(has_text="is not a number")).to_have_count(0)


def test_a_wrong_seed_is_told_and_the_page_lives_on(page: Page, explorers: Explorers) -> None:
    for good, wrong in enumerate(["-1", str(2**40), "seven", "1.5", "", "٣", "<b>7</b>", "9" * 500]):
        before = pixels(digit(page))
        type_into(seed_field(page), wrong)
        expect(page.get_by_role("status").filter(has_text="Type a whole number from 0 to 4294967295")).to_be_visible()
        expect(seed_field(page)).to_have_attribute("aria-invalid", "true")
        assert (pixels(digit(page)) == before).all()
        type_into(seed_field(page), f" {good} ")
        expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", good))
        expect(seed_field(page)).not_to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("status").filter(has_text="Type a whole number")).to_have_count(0)


def test_dice_reset_undo_redo(page: Page, explorers: Explorers) -> None:
    undo, redo, reset = (page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Redo", "Reset"))
    for button in (undo, redo, reset):
        expect(button).to_be_disabled()
    page.get_by_role("button", name="Dice").click()
    expect(seed_field(page)).not_to_have_value(str(SEED))
    seed = int(seed_field(page).input_value())
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", seed))
    type_into(exact(page, "Direction 1"), "2")
    type_into(exact(page, "Spread"), "0.5")
    bent = shown(page)["z"]
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    reset.click()
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", seed))
    expect(exact(page, "Spread")).to_have_value("1.00")
    expect(reset).to_be_disabled()
    undo.click()
    assert shown(page)["z"] == pytest.approx(bent, abs=1e-6)
    for _ in range(3):
        undo.click()
    expect(seed_field(page)).to_have_value(str(SEED))
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", SEED))
    expect(undo).to_be_disabled()
    redo.click()
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", seed))
    digit(page).click()
    page.keyboard.press("Control+Shift+z")
    expect(exact(page, "Direction 1")).to_have_value("2.00")
    page.keyboard.press("Control+z")
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", seed))


@pytest.mark.slow
def test_spread(page: Page, explorers: Explorers) -> None:
    for name, psi in itertools.product(("dcgan-mnist", "autoencoder-mnist"), (0.0, 0.4, 2.0, 1.0)):
        choose_model(page, name)
        type_into(exact(page, "Spread"), str(psi))
        expect_picture(page, digit(page), seeded(explorers, name, SEED, psi))


# the numbers of what is in the hand: a signal is painted as its waveform, as large as its place is
NUMBERS = """async () => {
    const { held } = await import(new URL("gan/static/state/held.js", document.baseURI).href);
    const pose = held.pose();
    return pose && [...pose.model.generate(pose.z, pose.classWeights, pose.epoch)];
}"""


def expect_drawn(page: Page, explorers: Explorers, name: str, expected: np.ndarray) -> None:
    """Waits until the page shows that sample; of a signal, until it holds those numbers and there is a waveform."""
    if explorers(name).kind.name == "picture":
        expect_picture(page, digit(page), expected)
        return
    eventually(page, lambda: np.abs(np.array(page.evaluate(NUMBERS)) - expected.ravel()).max() < PIXEL, "that signal")
    assert pixels(digit(page)).max() == 1


@pytest.mark.parametrize(
    "names", [("dense-mnist", "faces", "vibration"), pytest.param(MODELS, marks=pytest.mark.slow)], ids=("some", "all")
)
def test_models_can_be_chosen_and_draw_as_in_python(page: Page, explorers: Explorers, names: tuple[str, ...]) -> None:
    for name in names:
        choose_model(page, name)
        for seed in (7, 2**32 - 1):
            type_into(seed_field(page), str(seed))
            expect_drawn(page, explorers, name, seeded(explorers, name, seed))
        type_into(exact(page, f"Direction {len(explorers(name).directions()[0])}"), "-2.5")
        expect_drawn(page, explorers, name, drawn_in_python(explorers, shown(page)))


def test_a_model_of_two_numbers_is_its_own_map(page: Page, server: Server) -> None:
    made = server.checkpoints / "two-numbers"
    make_checkpoint(made, latent_dim=2)
    try:
        page.get_by_role("button", name="Refresh", exact=True).click()
        kind = page.get_by_role("combobox", name="Map of", exact=True)
        expect(kind).to_have_value("seeds")
        choose_model(page, made.name)
        expect(kind).to_have_value("directions")
        kind.select_option("seeds")
        choose_model(page, "dcgan-mnist")
        choose_model(page, made.name)
        expect(kind).to_have_value("directions")
        choose_model(page, "dcgan-mnist")
        expect(kind).to_have_value("seeds")
    finally:
        shutil.rmtree(made)


def test_the_conditional_gan_draws_the_digit_that_is_asked_for(page: Page, explorers: Explorers) -> None:
    choose_model(page, "cgan-mnist")
    explorer, keys = explorers("cgan-mnist"), page.get_by_role("radiogroup", name="Digit").get_by_role("radio")
    z = explorer.sample_z(1, SEED)
    expect(keys).to_have_count(10)
    ten = explorer.generate(np.repeat(z, 10, axis=0), range(10))
    for i in range(10):
        expect_picture(page, keys.nth(i).locator("canvas"), ten[i])
    keys.nth(5).click()
    expect(keys.nth(5)).to_be_checked()
    expect_picture(page, digit(page), ten[5])
    page.keyboard.press("ArrowRight")
    expect(keys.nth(6)).to_be_checked()
    expect_picture(page, digit(page), ten[6])
    for i in (0, 9):
        page.keyboard.press(str(i))
        expect(keys.nth(i)).to_be_checked()
        expect_picture(page, digit(page), ten[i])
    page.get_by_role("combobox", name="with", exact=True).select_option("4")
    type_into(exact(page, "Blend"), "0.5")
    weights = np.zeros((1, 10))
    weights[0, [9, 4]] = 0.5
    expect_picture(page, digit(page), explorer.generate(z, weights)[0])
    type_into(exact(page, "Blend"), "1")
    expect_picture(page, digit(page), ten[4])
    type_into(exact(page, "Direction 1"), "3")
    moved = explorer.generate(np.repeat(shown(page)["z"], 10, axis=0), range(10))
    for i in range(10):
        expect_picture(page, keys.nth(i).locator("canvas"), moved[i])
    choose_model(page, "autoencoder-mnist")
    expect(page.get_by_role("radiogroup", name="Digit")).to_have_count(0)


@pytest.mark.slow
def test_a_gan_whose_first_bars_vote_draws_the_digit_that_is_asked_for(page: Page, explorers: Explorers) -> None:
    explorer, keys = explorers("dcgan-mnist"), page.get_by_role("radiogroup", name="Digit").get_by_role("radio")
    z = explorer.sample_z(1, SEED)
    first, ten = z[0, :10].argmax(), np.repeat(z, 10, axis=0)
    for i in range(10):
        ten[i, [first, i]] = z[0, [i, first]]  # the highest vote changes places with that digit's
    pictures = explorer.generate(ten)
    expect(keys).to_have_count(10)
    expect(keys.nth(first)).to_be_checked()
    for i in range(10):
        expect_picture(page, keys.nth(i).locator("canvas"), pictures[i])
    keys.nth(5).click()
    expect(keys.nth(5)).to_be_checked()
    expect_picture(page, digit(page), pictures[5])
    page.keyboard.press("8")
    expect(keys.nth(8)).to_be_checked()
    expect_picture(page, digit(page), explorer.generate(shown(page)["z"])[0])
    for _ in range(2):
        page.get_by_role("button", name="Undo", exact=True).click()
    expect_picture(page, digit(page), pictures[first])
    before = pixels(keys.nth(5).locator("canvas"))
    type_into(exact(page, "Direction 1"), "2.5")
    expect_changed(page, keys.nth(5).locator("canvas"), before)


@pytest.mark.slow
def test_the_same_z_through_the_training(page: Page, explorers: Explorers) -> None:
    explorer = explorers("dcgan-mnist")
    z, slider = explorer.sample_z(1, SEED), page.get_by_role("slider", name="Training so far")
    for place in (0, 3, len(explorer.steps) - 2):
        slider.fill(str(place))
        expect(slider).to_have_attribute("aria-valuetext", re.compile(rf"^step {explorer.steps[place]}, epoch"))
        expect_picture(page, digit(page), explorer.generate(z, step=explorer.steps[place])[0])
        expect(seed_field(page)).to_have_value(str(SEED))
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^finished"))
    expect_picture(page, digit(page), explorer.generate(z)[0])
    page.get_by_role("region", name="Training so far").get_by_role("button", name="Play").click()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^step"))
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^finished"))
    expect_picture(page, digit(page), explorer.generate(z)[0])
    expect(page.get_by_role("region", name="Training so far").get_by_role("button", name="Play")).to_have_attribute("aria-pressed", "false")


def test_a_sample_is_taken_in_hand_and_its_seed_draws_it_alone(page: Page, explorers: Explorers) -> None:
    explorer = explorers("dcgan-mnist")
    grid = explorer.generate(explorer.sample_z(64, seed=SEED))
    samples = page.get_by_role("group", name="Samples").get_by_role("button")
    expect(samples).to_have_count(64)
    for i in (0, 11, 37, 63):
        expect_read(page, lambda i=i: sample_of(page, i), grid[i])
    for i in (11, 63):
        samples.nth(i).click()
        expect(samples.nth(i)).to_have_attribute("aria-pressed", "true")
        expect_picture(page, digit(page), grid[i])
        seed = int(seed_field(page).input_value())
        assert explorer.generate(explorer.sample_z(1, seed))[0] == pytest.approx(grid[i], abs=1e-5)
        expect_read(page, lambda: sample_of(page, 37), grid[37])
    page.keyboard.press("ArrowLeft")
    expect(samples.nth(62)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect_picture(page, digit(page), grid[54])
    page.get_by_role("button", name="Other samples").click()
    eventually(page, lambda: np.abs(sample_of(page, 11) - grid[11]).max() > 0.02, "other samples")
    expect_picture(page, digit(page), grid[54])


def test_the_meter_is_what_the_discriminator_says(page: Page, explorers: Explorers) -> None:
    meter = page.get_by_role("meter", name=re.compile("discriminator"))
    for name, seed in (("cgan-mnist", 7), ("dcgan-mnist", 1), ("dcgan-mnist", 3), ("dense-mnist", 7)):
        explorer = explorers(name)
        choose_model(page, name)
        type_into(seed_field(page), str(seed))
        labels = [3] if explorer.num_classes else None
        picture = seeded(explorers, name, seed)
        expect_picture(page, digit(page), picture)
        expected = 100 * float(explorer.judge(picture[None], labels)[0])
        eventually(
            page, lambda wanted=expected: abs(float(meter.get_attribute("aria-valuenow") or -1) - wanted) <= 0.6, f"{expected:.1f} %"
        )
        expect(page.get_by_text(re.compile(rf"{meter.get_attribute('aria-valuenow')} % real"))).to_be_visible()
    choose_model(page, "autoencoder-mnist")
    expect(meter).to_be_hidden()


def test_a_bad_checkpoint_is_named_and_the_good_ones_work(visit: Visit, server: Server, explorers: Explorers) -> None:
    bad = server.checkpoints / "very-bad"
    shutil.copytree(server.checkpoints / "dense-mnist", bad)
    (bad / "generator.safetensors").write_bytes(b"this is a text file")
    try:
        page = visit()
        expect(page.get_by_role("status").filter(has_text="very-bad")).to_be_visible()
        choose_model(page, "dense-mnist")
        expect_picture(page, digit(page), seeded(explorers, "dense-mnist", SEED))
        expect(page.get_by_role("combobox", name="Model", exact=True).locator("option[value=very-bad]")).to_have_count(0)
    finally:
        shutil.rmtree(bad)
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("status").filter(has_text="very-bad")).to_have_count(0)


@pytest.mark.slow
def test_a_weight_file_that_breaks_after_it_was_listed_is_told(visit: Visit, server: Server, explorers: Explorers) -> None:
    folder = server.checkpoints / "soon-broken"
    shutil.copytree(server.checkpoints / "dense-mnist", folder)
    config = (folder / "config.json").read_text()
    (folder / "config.json").write_text(config.replace('"dense-mnist"', '"soon-broken"'))
    try:
        page = visit()
        chooser = page.get_by_role("combobox", name="Model", exact=True)
        expect(chooser.locator("option[value=soon-broken]")).to_have_count(1)
        data = (folder / "generator.safetensors").read_bytes()
        (folder / "generator.safetensors").write_bytes(data[: len(data) // 2])
        chooser.select_option(value="soon-broken")
        expect(page.get_by_role("region", name="Model").get_by_role("status")).to_have_text(re.compile(r"cannot be opened\. .{20}"))
        choose_model(page, "cgan-mnist")
        expect_picture(page, digit(page), seeded(explorers, "cgan-mnist", SEED))
        (folder / "generator.safetensors").write_bytes(data)
        choose_model(page, "soon-broken")
        expect_picture(page, digit(page), seeded(explorers, "dense-mnist", SEED))
    finally:
        shutil.rmtree(folder)


def cut(data: bytes) -> bytes:
    return data[:-1000]


def no_numbers(data: bytes) -> bytes:
    return data[:-64] + b"\xff" * 64


def long_header(data: bytes) -> bytes:
    return (3 * 2**30).to_bytes(8, "little") + data[8:]


def test_weights_damaged_on_the_way_are_told(page: Page, server: Server, explorers: Explorers) -> None:
    whole = (server.checkpoints / "cgan-mnist" / "generator.safetensors").read_bytes()
    for damage in (cut, no_numbers, long_header, lambda data: b"<html>a proxy's page</html>", lambda data: b""):

        def answer(route: Route, *, body: bytes = damage(whole)) -> None:
            route.fulfill(status=200, body=body)

        page.route("**/cgan-mnist/*/generator.safetensors", answer)
        page.get_by_role("combobox", name="Model", exact=True).select_option(value="cgan-mnist")
        expect(page.get_by_role("region", name="Model").get_by_role("status")).to_have_text(re.compile(r"cannot be opened\. .{20}"))
        page.unroute("**/cgan-mnist/*/generator.safetensors")
        choose_model(page, "dcgan-mnist")
        expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", SEED))
    choose_model(page, "cgan-mnist")
    expect_picture(page, digit(page), seeded(explorers, "cgan-mnist", SEED))


@pytest.mark.slow
def test_a_slow_line_shows_how_much_of_the_weights_is_here(visit: Visit, explorers: Explorers) -> None:
    page = visit(cold=True)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": 1_500_000, "uploadThroughput": -1})
    page.get_by_role("combobox", name="Model", exact=True).select_option(value="dense-mnist")
    bar = page.get_by_role("progressbar", name="Weights")
    expect(bar).to_be_visible()
    expect(bar).to_have_attribute("aria-valuetext", re.compile(r"^[0-3]\.\d of [34]\.\d MB$"))
    expect(bar).to_be_hidden()
    expect_picture(page, digit(page), seeded(explorers, "dense-mnist", SEED))


@pytest.mark.slow
def test_plain_javascript_where_there_is_no_simd(visit: Visit, explorers: Explorers) -> None:
    page = visit(address="/?kernel=plain")
    expect_picture(page, digit(page), seeded(explorers, "dcgan-mnist", SEED))
    slider = page.get_by_role("slider", name="Direction 1", exact=True)
    drag(page, place_on(slider, 0.5), place_on(slider, 0.9), steps=20)
    expect(page.locator(".gan-engine").first).to_have_text(", plain JavaScript")  # which only a wider page has the place for
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))


# ---- a phone, and the dark


def test_on_a_phone_nothing_scrolls_sideways(visit: Visit) -> None:
    page = visit(**PHONE)
    choose_model(page, "cgan-mnist")
    for tab in ("Learn", "Explore", "Interpolate", "Train", "Autoencode"):
        open_tab(page, tab)
        page.wait_for_timeout(500)
        wide = page.evaluate("""() => [...document.querySelectorAll("main *")]
            .filter(one => one.checkVisibility() && !one.closest(".gan-strip, .train-frames, .ae-strip"))
            .filter(one => one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 80))""")
        assert wide == [], tab
        cut = page.evaluate("""() => [...document.querySelectorAll("main .gan-button")]
            .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)""")
        assert cut == [], tab
        assert page.evaluate("[document.documentElement.scrollWidth, visualViewport.width]") == [360, 360], tab


def test_on_a_phone_fingers_work(visit: Visit, explorers: Explorers) -> None:
    page = visit(**PHONE)
    page.get_by_role("button", name="Dice").tap()
    expect(seed_field(page)).not_to_have_value(str(SEED))
    dock(page, "Directions")
    slider = page.get_by_role("slider", name="Direction 1", exact=True)
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    to_the_middle(slider)
    before = pixels(digit(page))
    away = 0.5 if float(slider.input_value()) < -1 else 0.1  # a fingertip misses the thumb
    touch_drag(page, place_on(slider, away), place_on(slider, 0.95))
    eventually(page, lambda: abs(float(slider.input_value()) - 2.7) < 0.15, "the slider follows the finger")
    expect_changed(page, digit(page), before)
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    expect(digit(page)).to_be_in_viewport()  # it stays in sight while its sliders are moved
    finger = {"pointerType": "touch", "isPrimary": True, "bubbles": True}  # made by a script, so a browser's own slider does not move
    for event, part in (("pointerdown", 0.7), ("pointermove", 0.6), ("pointermove", 0.25), ("pointerup", 0.25)):
        slider.dispatch_event(event, {**finger, "clientX": place_on(slider, part)[0]})
    eventually(
        page, lambda: abs(float(slider.input_value()) + 1.5) < 0.15, "the slider follows where a browser moves it by its thumb alone"
    )
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    dock(page, "z")
    bars = page.get_by_role("slider", name="Latent vector z", exact=True)
    to_the_middle(bars)
    box = bars.bounding_box()
    assert box is not None
    high = box["y"] + box["height"] * 0.25
    touch_drag(page, (box["x"] + 2, high), (box["x"] + box["width"] - 2, high))
    eventually(page, lambda: np.abs(shown(page)["z"] - 2).max() < 0.2, "bars follow the finger")
    expect_picture(page, digit(page), drawn_in_python(explorers, shown(page)))
    digits = page.get_by_role("tablist", name="Controls").get_by_role("tab", name="Digits", exact=True)
    dock(page, "Digits")
    choose_model(page, "autoencoder-mnist")  # which has no digits to choose from
    expect(digits).to_be_hidden()
    expect(page.get_by_role("tablist", name="Controls").get_by_role("tab", selected=True)).to_have_text("Dice")
    sample = page.get_by_role("button", name="Sample 10", exact=True)
    to_the_middle(sample)
    sample.tap()  # the drag that went before ended quickly: no fling of it may swallow this tap
    expect(sample).to_have_attribute("aria-pressed", "true")


def luminance(red: float, green: float, blue: float) -> float:
    linear = [c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_follows_the_visitors_theme(visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme)
    for tab in ("Learn", "Explore", "Interpolate", "Train", "Autoencode"):
        open_tab(page, tab)
        heading = page.get_by_role("heading", level=1)
        screen = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), np.float32)
        corner = luminance(*screen[5, 5])
        assert corner < 0.05 if theme == "dark" else corner > 0.8, tab
        box = heading.bounding_box()
        assert box is not None
        ink = screen[int(box["y"]) : int(box["y"] + box["height"]), int(box["x"]) : int(box["x"] + 220)].reshape(-1, 3)
        far = max((luminance(*colour) for colour in np.unique(ink, axis=0)), key=lambda one: abs(one - corner))
        assert (max(far, corner) + 0.05) / (min(far, corner) + 0.05) > 7, tab


def test_the_range_of_grey_is_the_networks_own(page: Page) -> None:
    """What is painted is rounded, not shifted: 0 stays black, and no grey is half a level too bright."""
    painted = page.evaluate("""async () => {
        const { paint } = await import(new URL("gan/static/kit/dom.js", document.baseURI).href);
        const canvas = new OffscreenCanvas(28, 28);
        const context = canvas.getContext("2d");
        paint(context, Float32Array.from({ length: 784 }, (_, i) => (i % 256) / 255));
        return [...context.getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0);
    }""")
    assert painted == [i % 256 for i in range(784)]
