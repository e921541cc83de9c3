"""Links, keys and talk mode: an address opens the same picture to the pixel, a bad one says why, a lecturer needs no mouse."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    SEED,
    Visit,
    choose_model,
    digit,
    eventually,
    expect_changed,
    open_tab,
    pixels,
    place_on,
    to_the_middle,
    type_into,
)


def address(page: Page) -> str:
    return page.evaluate("location.search")


def settled(page: Page) -> str:
    """The address after the hand has rested."""
    page.wait_for_timeout(900)
    return address(page)


def commit(page: Page, change: str) -> None:
    page.evaluate(
        f"async () => {{ const {{ view }} = await import(new URL('gan/static/state/view.js', document.baseURI).href); view.commit({change}); }}"
    )


def share_button(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name="Share").get_by_role("button", name=name, exact=True)


def expect_same_pixels(page: Page, wanted: np.ndarray) -> None:
    eventually(page, lambda: np.array_equal(pixels(digit(page)), wanted), "the same picture to the pixel")


@pytest.mark.slow
def test_an_untouched_page_keeps_its_plain_address(page: Page) -> None:
    assert settled(page) == ""
    page.keyboard.press("d")
    assert re.fullmatch(r"\?v=1&m=dcgan-mnist&s=\d+", settled(page))
    page.keyboard.press("u")
    assert settled(page) == ""


VIEWS = {
    "edited z": ("dcgan-mnist", "{ seed: 12, psi: 0.83, z: Float32Array.from({ length: 64 }, (_, i) => Math.sin(i) * 1.3) }"),
    "blend": ("cgan-mnist", "{ seed: 4294967295, digit: 4, other: 9, blend: 0.37, smooth: true }"),
    "codes": ("autoencoder-mnist", "{ seed: 77, psi: 1.4 }"),
    "no z of its own": ("dense-mnist", "{ seed: 5, gridSeed: 9 }"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(VIEWS))
def test_the_address_opens_the_same_picture_to_the_pixel(visit: Visit, name: str) -> None:
    model, change = VIEWS[name]
    first = visit()
    choose_model(first, model)
    commit(first, change)
    query = settled(first)
    wanted = pixels(digit(first))
    second = visit(address=f"/{query}")
    expect_same_pixels(second, wanted)
    expect(second.get_by_role("combobox", name="Model", exact=True)).to_have_value(model)
    assert settled(second) == query


def test_an_earlier_epoch_and_one_changed_coordinate_are_linked(visit: Visit) -> None:
    first = visit()
    step = first.evaluate("""async () => {
        const { held } = await import(new URL('gan/static/state/held.js', document.baseURI).href);
        const { view } = await import(new URL('gan/static/state/view.js', document.baseURI).href);
        const z = Float32Array.from(held.z);
        z[5] = -2.5;
        const { step } = held.model.info.epochs.at(-3);
        await held.model.ensureEpoch(step);
        view.commit({ z, epoch: step });
        return step;
    }""")
    query = settled(first)
    assert f"&e={step}" in query and "z=e." in query and len(query) < 70
    wanted = pixels(digit(first))
    expect_same_pixels(visit(address=f"/{query}"), wanted)


@pytest.mark.slow
def test_a_path_with_its_key_points_is_linked(visit: Visit) -> None:
    first = visit("Interpolate")
    seed = first.get_by_role("tabpanel").get_by_role("textbox", name="Seed")
    type_into(seed, "123")
    type_into(seed, "456")
    first.get_by_label("Closed loop").check()
    first.get_by_role("slider", name="Along the path", exact=True).fill("0.4")
    query = settled(first)
    assert f"p=s{SEED}.s" in query and "s123.s456" in query and "pc=1" in query and "pp=0.4" in query and "tab=interpolate" in query
    wanted = pixels(digit(first))
    second = visit(address=f"/{query}", tab="Interpolate")
    expect(second.get_by_role("tab", name="Interpolate", exact=True)).to_have_attribute("aria-selected", "true")
    expect(second.get_by_role("list", name="Key points").get_by_role("listitem")).to_have_count(4)
    expect_same_pixels(second, wanted)
    assert settled(second) == query


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("v=1&m=dcgan-mnist&psi=9", 'psi is "9"; expected a number from 0 to 2'),
        pytest.param("v=7&m=dcgan-mnist", 'version "7"', marks=pytest.mark.slow),
        ("v=1&m=no-such-model", 'There is no model "no-such-model" here'),
        ("v=1&m=dcgan-mnist&z=AACAPwAAgD8", "Its z has 2 numbers; DCGAN, 10 digits, learned from MNIST takes 64"),
        pytest.param("v=1&m=dcgan-mnist&z=e.__8AAIA_", "It changes a coordinate that", marks=pytest.mark.slow),
        pytest.param("v=1&m=dcgan-mnist&e=5", "has no epoch at step 5", marks=pytest.mark.slow),
        pytest.param("v=1&m=cgan-mnist&d=11", "knows the digits 0 to 9", marks=pytest.mark.slow),
        pytest.param("v=1&m=dcgan-mnist&p=s1~3.s2", "A key point asks for a digit", marks=pytest.mark.slow),
        ("v=1&m=%3Cimg%20src=x%20onerror=alert(1)%3E", "There is no model"),
        ("v=1&z=" + "A" * 9000, "at most 8000 are read"),
    ],
)
def test_a_bad_link_opens_the_page_as_ever_and_says_why(visit: Visit, query: str, reason: str) -> None:
    page = visit(address=f"/?{query}")
    expect(page.get_by_role("region", name="Share").get_by_role("status")).to_contain_text(reason)
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value("dcgan-mnist")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value(str(SEED))


@pytest.mark.slow
def test_parameters_of_others_stay_in_the_address(visit: Visit) -> None:
    page = visit(address="/?kernel=plain&__theme=dark")
    page.keyboard.press("d")
    assert settled(page).endswith("&kernel=plain&__theme=dark")


@pytest.mark.slow
def test_while_a_slider_is_dragged_the_address_rests(page: Page) -> None:
    page.evaluate("""() => { window.__writes = 0; const old = history.replaceState.bind(history);
        history.replaceState = (...all) => { window.__writes += 1; return old(...all); }; }""")
    slider = page.get_by_role("slider", name="Spread", exact=True)
    slider.evaluate("slider => slider.scrollIntoView({ block: 'end' })")  # further up the digit, which stays in sight, would lie over it
    before = pixels(digit(page))
    for i in range(20):
        x, y = place_on(slider, 0.5 - i / 50)
        if i == 0:
            page.mouse.move(x, y)
            page.mouse.down()
        page.mouse.move(x, y)
        page.wait_for_timeout(50)
    expect_changed(page, digit(page), before)
    assert page.evaluate("window.__writes") == 0
    page.mouse.up()
    assert "psi=" in settled(page) and page.evaluate("window.__writes") <= 2


def test_the_link_is_copied_and_a_browser_that_refuses_shows_it(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.keyboard.press("d")
    share_button(page, "Copy link").click()
    expect(page.get_by_role("region", name="Share").get_by_role("status")).to_contain_text("The link is copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.wait_for_timeout(900)
    assert copied == page.evaluate("location.href")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    page.keyboard.press("c")
    field = page.get_by_role("dialog", name="Copy this link").get_by_role("textbox", name="Link")
    expect(field).to_have_value(copied)
    assert field.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == copied


def test_the_code_holds_the_link(page: Page) -> None:
    share_button(page, "QR code").click()
    dialog = page.get_by_role("dialog", name="Scan to open this picture")
    code = dialog.get_by_role("img", name="QR code of the link")
    box = code.bounding_box()
    assert box is not None and box["width"] > 500
    expect(dialog).to_contain_text("?v=1&m=dcgan-mnist")
    drawn = page.evaluate("""async () => {
        const { encode, svgPath } = await import(new URL('gan/static/kit/qr.js', document.baseURI).href);
        const { permalink } = await import(new URL('gan/static/share/permalink.js', document.baseURI).href);
        return svgPath(encode(permalink.current())) === document.querySelector('.gan-code path').getAttribute('d');
    }""")
    assert drawn
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


# ---- keys


def test_keys_do_what_their_list_says(page: Page) -> None:
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    for words in ("Dice: another digit", "Undo", "Play or pause", "Next model", "Full screen", "Talk mode on and off"):
        expect(dialog).to_contain_text(words)
    expect(dialog.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("d")  # keys rest under a dialog
    page.keyboard.press("Escape")
    seed = page.get_by_role("textbox", name="Seed", exact=True)
    expect(seed).to_have_value(str(SEED))
    page.keyboard.press("d")
    expect(seed).not_to_have_value(str(SEED))
    other = seed.input_value()
    page.keyboard.press("u")
    expect(seed).to_have_value(str(SEED))
    page.keyboard.press("r")
    expect(seed).to_have_value(other)
    page.keyboard.press("Control+z")
    expect(seed).to_have_value(str(SEED))
    page.keyboard.press("Control+Shift+Z")
    expect(seed).to_have_value(other)


def test_one_press_of_undo_takes_one_change_back(page: Page) -> None:
    seeds = [page.get_by_role("textbox", name="Seed", exact=True).input_value()]
    for _ in range(2):
        page.keyboard.press("d")
        eventually(page, lambda: page.get_by_role("textbox", name="Seed", exact=True).input_value() != seeds[-1], "another seed")
        seeds.append(page.get_by_role("textbox", name="Seed", exact=True).input_value())
    page.keyboard.press("Control+z")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).to_have_value(seeds[1])


@pytest.mark.slow
def test_models_and_digits_by_key(page: Page) -> None:
    chooser = page.get_by_role("combobox", name="Model", exact=True)
    page.keyboard.press("b")
    expect(chooser).to_have_value("cgan-mnist")
    expect(digit(page)).to_have_accessible_name(re.compile("asked for a 3"))
    page.keyboard.press("8")
    expect(digit(page)).to_have_accessible_name(re.compile("asked for a 8"))
    page.keyboard.press("n")
    expect(chooser).to_have_value("dcgan-mnist")


@pytest.mark.slow
def test_play_by_key(page: Page) -> None:
    play = page.get_by_role("button", name="Play", exact=True)
    to_the_middle(play)
    page.keyboard.press("p")
    pause = page.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Play", exact=True)).to_have_attribute("aria-pressed", "false")


def test_keys_are_silent_while_somebody_types_or_when_switched_off(page: Page) -> None:
    seed = page.get_by_role("textbox", name="Seed", exact=True)
    seed.focus()
    page.keyboard.press("d")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    seed.blur()
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use single keys").uncheck()
    page.keyboard.press("Escape")
    before = address(page)
    page.keyboard.press("d")
    assert settled(page) == before
    page.keyboard.press("?")
    expect(page.get_by_role("checkbox", name="Use single keys")).not_to_be_checked()


def test_keys_work_on_a_korean_keyboard(page: Page) -> None:
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ㅇ', code: 'KeyD', bubbles: true, cancelable: true }))")
    expect(page.get_by_role("textbox", name="Seed", exact=True)).not_to_have_value(str(SEED))


# ---- talk mode


def letter_height(page: Page, locator: Locator) -> float:
    return locator.evaluate("element => parseFloat(getComputedStyle(element).fontSize)")


def test_talk_mode_is_large_bare_and_left_by_escape(visit: Visit) -> None:
    page = visit(viewport={"width": 1920, "height": 1080})
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_hidden()
    expect(page.get_by_role("tab", name="Train", exact=True)).to_be_hidden()
    expect(page.get_by_role("region", name="Samples")).to_be_hidden()
    expect(page.get_by_role("heading", name="Leading directions")).to_be_visible()
    assert letter_height(page, page.get_by_text("Direction 1", exact=True)) >= 24
    frame = digit(page).bounding_box()
    assert frame is not None and frame["height"] > 600 and frame["y"] + frame["height"] < 1080
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "talk=1" in settled(page)
    eventually(page, lambda: page.evaluate("document.fullscreenElement === document.documentElement"), "full screen")
    for key, tab in (
        ("PageDown", "interpolate"),
        ("PageDown", "train"),
        ("PageUp", "interpolate"),
        ("[", "explore"),
        ("PageUp", "learn"),
        ("]", "explore"),  # there the clicker turns cards
        ("ArrowRight", "interpolate"),
        ("ArrowLeft", "explore"),
    ):
        page.keyboard.press(key)  # as a clicker sends them, while the tabs cannot be seen
        expect(page.locator(f"[role=tab][data-tab-id={tab}]").last).to_have_attribute("aria-selected", "true")
    black = page.get_by_role("status", name="The screen is black")
    for key, is_black in ((".", True), ("PageDown", False), ("b", True), ("b", False)):  # what brings the page back does nothing else
        page.keyboard.press(key)
        expect(black).to_have_count(int(is_black))
    expect(page.locator("[role=tab][data-tab-id=explore]").last).to_have_attribute("aria-selected", "true")
    page.evaluate("document.exitFullscreen()")  # what Escape does; a headless browser has no Escape of its own
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_visible()
    assert "talk" not in settled(page)


def test_a_lecturer_prepares_a_page_for_students(visit: Visit) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    share_button(page, "Talk mode").click()
    dialog = page.get_by_role("dialog", name="Talk mode")
    for name in ("Samples", "Latent vector"):
        dialog.get_by_role("checkbox", name=name, exact=True).check()
    dialog.get_by_role("checkbox", name="Leading directions", exact=True).uncheck()
    expect(page.get_by_role("region", name="Leading directions", include_hidden=True)).to_be_hidden()
    dialog.get_by_role("button", name="Copy link for students").click()
    expect(dialog.get_by_role("status")).to_contain_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "hide=" in link and "directions" in link and "talk=1" not in link
    dialog.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_hidden()
    page.keyboard.press("t")
    for back in (page.get_by_role("heading", name="GAN in your hands"), page.get_by_role("tab", name="Train", exact=True),
                 page.get_by_role("combobox", name="Model", exact=True), page.get_by_role("heading", name="Leading directions")):  # fmt: skip
        expect(back).to_be_visible()
    assert "hide=" not in settled(page)
    student = visit(address="/" + link.split("/", 3)[3])
    expect(student.get_by_role("region", name="Samples")).to_be_visible()
    expect(student.get_by_role("region", name="Leading directions")).to_have_count(0)


def test_a_link_opens_in_talk_mode_with_the_chosen_parts(visit: Visit) -> None:
    page = visit(
        address="/?v=1&m=cgan-mnist&d=4&hide=directions,equalizer,pad,compare,chooser,head,tabs&talk=1",
        viewport={"width": 1920, "height": 1080},
    )
    expect(page.get_by_role("region", name="Samples")).to_be_visible()
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_hidden()
    page.get_by_role("button", name="Leave talk mode").click()
    page.get_by_role("button", name="Leave talk mode").click() if page.evaluate("document.documentElement.matches('.gan-talk')") else None
    expect(share_button(page, "Copy link")).to_be_visible()
    expect(page.get_by_role("heading", name="GAN in your hands")).to_be_visible()
    expect(page.get_by_role("tab", name="Train", exact=True)).to_be_visible()


def test_the_bar_speaks_korean_when_asked(visit: Visit) -> None:
    page = visit(address="/?lang=ko")
    expect(page.get_by_role("button", name="링크 복사", exact=True)).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="단축키")).to_contain_text("되돌리기")


@pytest.mark.slow
def test_the_bar_is_on_the_other_tabs_too(page: Page) -> None:
    for tab in ("Interpolate", "Autoencode"):
        open_tab(page, tab)
        expect(share_button(page, "Copy link")).to_be_visible()
    damage, chart = page.get_by_role("region", name="Damage", exact=True), page.get_by_role("region", name="Map of codes", exact=True)
    page.keyboard.press("t")
    expect(damage).to_be_hidden()
    expect(chart).to_be_visible()
    page.evaluate("document.exitFullscreen()")
    expect(damage).to_be_visible()
    share_button(page, "Talk mode").click()
    page.get_by_role("dialog", name="Talk mode").get_by_role("checkbox", name="Map of codes", exact=True).uncheck()
    expect(chart).to_be_hidden()
