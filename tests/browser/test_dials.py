"""Classes in groups: a dial for each part of a syllable, the same z with every class of one of them, whole syllables typed, and paths between them."""

from __future__ import annotations

import numpy as np
from playwright.sync_api import Page, expect

from browser.conftest import Visit, choose_model, digit, eventually, offer_model, open_tab, pixels
from gan_core import classes
from gan_core.data import hangul
from gan_core.model import program

SIDE, SIZE = 16, 4
GROUPS, COUNT = hangul.GROUPS, len(hangul.CLASSES)


def made() -> bytes:
    """A generator that lights the pixel of each class it is asked for; z of 4 numbers does nothing."""
    kernel = np.zeros((SIZE + COUNT, SIDE * SIDE), np.float32)
    kernel[SIZE:, :COUNT] = 2 * np.eye(COUNT)
    tensors = {"kernel": kernel, "bias": np.full(SIDE * SIDE, -1, np.float32)}
    ops = [{"op": "concat_labels"}, {"op": "dense", "kernel": "kernel", "bias": "bias"}, {"op": "reshape", "shape": [SIDE, SIDE, 1]}]
    ends = {"name": "z", "shape": [SIZE]}, {"name": "images", "shape": [SIDE, SIDE, 1], "range": [-1, 1]}
    return program.to_bytes(program.Program("generator", *ends, ops, tensors, COUNT), "float32")


def offer(page: Page) -> None:
    """Makes the list of models longer by one, whose generator is that."""
    about = {
        "family": "cgan64",
        "latent_dim": SIZE,
        "num_classes": COUNT,
        "image_shape": [SIDE, SIDE, 1],
        "groups": list(GROUPS),
        "classes": list(hangul.CLASSES),
    }
    offer_model(page, about, made())


def asked(page: Page) -> np.ndarray:
    """What the large picture says that its generator was asked for: class weights `[COUNT]`."""
    return pixels(digit(page)).ravel()[:COUNT]


def expect_asked(page: Page, syllable: str, other: str = "", share: float = 0.0) -> None:
    own, second = classes.weights([ord(syllable) - hangul.FIRST, ord(other or syllable) - hangul.FIRST], COUNT, GROUPS)
    eventually(page, lambda: np.abs(asked(page) - (1 - share) * own - share * second).max() < 0.02, f"asked for {syllable} {other}")


def test_a_syllable_is_dialled_typed_picked_blended_and_walked_to(visit: Visit) -> None:
    page = visit()
    offer(page)
    page.get_by_role("button", name="Refresh", exact=True).click()
    expect(page.get_by_role("combobox", name="Model", exact=True).locator("option[value=made]")).to_have_count(1)
    choose_model(page, "made")
    initial, medial, final = (page.get_by_role("combobox", name=f"Class: {name}", exact=True) for name in ("Initial", "Medial", "Final"))
    field = page.get_by_role("textbox", name="Syllable", exact=True)

    # typed whole; the dials and the picture's name follow
    field.fill("글")
    expect_asked(page, "글")
    assert [one.evaluate("list => list.selectedOptions[0].text") for one in (initial, medial, final)] == ["ㄱ", "ㅡ", "ㄹ"]
    expect(digit(page)).to_have_accessible_name("A picture drawn by Made, asked for 글")
    field.fill("a")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect_asked(page, "글")

    # one part dialled, by choice and by the wheel: the rest stays, and the field says what it is now
    initial.select_option(label="ㅎ")
    expect_asked(page, "흘")
    expect(field).to_have_value("흘")
    medial.focus()
    medial.hover()
    page.mouse.wheel(0, 10)
    expect_asked(page, "흴")
    page.keyboard.press("ArrowUp")
    expect_asked(page, "흘")

    # the ways that the chosen dial can be turned, as pictures
    ways = page.get_by_role("radiogroup", name="Medial", exact=True)
    expect(ways.get_by_role("radio")).to_have_count(GROUPS[1])
    final.focus()
    ways = page.get_by_role("radiogroup", name="Final", exact=True)
    ways.get_by_role("radio", name="ㄺ", exact=True).click()
    expect_asked(page, "흙")
    page.keyboard.press("ArrowRight")
    expect_asked(page, "흚")
    expect(ways.get_by_role("radio", name="ㄻ", exact=True)).to_be_checked()
    ways.get_by_role("radio", name="none", exact=True).click()
    expect_asked(page, "흐")
    page.keyboard.press("2")  # a number key turns the first dial
    expect_asked(page, "느")
    page.keyboard.press("u")
    expect_asked(page, "흐")

    # a blend of two, and a link that says all of it
    for name, part in (("Initial", "ㄴ"), ("Medial", "ㅏ"), ("Final", "ㅁ")):
        page.get_by_role("combobox", name=f"Blend with: {name}", exact=True).select_option(label=part)
    page.get_by_role("slider", name="Blend", exact=True).fill("0.25")
    expect_asked(page, "흐", "남", 0.25)
    label = ord("흐") - hangul.FIRST
    eventually(page, lambda: f"d={label}" in page.url and "b=0.25" in page.url, "the link")

    # a path from here: each key point has its parts, and in the middle both are half asked for
    page.get_by_role("slider", name="Blend", exact=True).fill("0")
    open_tab(page, "Interpolate")
    first, second = (page.get_by_role("combobox", name=f"Class of key point {number}: Initial", exact=True) for number in (1, 2))
    first.select_option(label="ㄱ")
    second.select_option(label="ㅁ")
    expect(page.get_by_role("combobox", name="Class of key point 2: Final", exact=True)).to_have_count(1)
    expect(first).to_have_value("0")
    expect(second).to_have_value("6")
