"""Interpolate: a walk through key points, played in the browser and taken home as a file."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable

import av
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from browser.conftest import (
    SEED,
    Visit,
    choose_model,
    digit,
    downloaded,
    drawn_in_python,
    eventually,
    exact,
    expect_picture,
    open_tab,
    pixels,
    shown,
    type_into,
)
from gan_core.model.explorer import Explorer, Walk

Explorers = Callable[[str], Explorer]


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page on its Interpolate tab, the DCGAN in hand."""
    return visit("Interpolate")


def keys(page: Page) -> Locator:
    return page.get_by_role("list", name="Key points").get_by_role("listitem")


def seeds(page: Page) -> list[int]:
    """The seeds that the list of key points tells."""
    return [int(re.search(r"seed (\d+)", text)[1]) for text in keys(page).all_inner_texts()]


def add_seed(page: Page, seed: int | str) -> None:
    page.get_by_role("textbox", name="Seed", exact=True).fill(str(seed))
    page.get_by_role("button", name="Add", exact=True).click()


def walk_to(page: Page, position: float) -> None:
    type_into(exact(page, "Along the path"), str(position))


def expect_film(page: Page, walk: Walk) -> None:
    """Waits until the film strip shows every frame of the walk."""
    strip = page.get_by_role("img", name=f"Film strip of {len(walk.images)} frames")
    expect(strip).to_be_visible()

    def same() -> bool:
        film = pixels(strip)
        return all(np.abs(film[:, 30 * i : 30 * i + 28] - image).max() < 0.006 for i, image in enumerate(walk.images))

    eventually(page, same, "the frames of the walk")


def test_the_walk_is_the_one_of_python(page: Page, explorers: Explorers) -> None:
    explorer = explorers("dcgan-mnist")
    expect(keys(page)).to_have_count(2)
    assert seeds(page)[0] == SEED
    points = explorer.points(seeds(page))
    for name in ("Spherical", "Linear"):
        page.get_by_role("radio", name=name).check()
        walk = explorer.walk(points, 5, path=name.lower())
        for i in range(5):
            walk_to(page, i / 4)
            expect_picture(page, digit(page), walk.images[i])
        expect_film(page, explorer.walk(points, 24, path=name.lower()))
    for i in range(2):
        expect_picture(page, keys(page).nth(i).locator("canvas"), walk.images[4 * i])


def test_key_points_are_added_moved_and_removed(page: Page, explorers: Explorers) -> None:
    first, second = seeds(page)
    add_seed(page, 3)
    expect(keys(page)).to_have_count(3)
    for wrong in ("-1", str(2**40), "seven"):
        add_seed(page, wrong)
        expect(page.get_by_role("status").filter(has_text="Type a whole number from 0 to 4294967295")).to_be_visible()
    expect(keys(page)).to_have_count(3)
    open_tab(page, "Explore")
    type_into(page.get_by_role("textbox", name="Seed", exact=True), "11")
    type_into(exact(page, "Direction 1"), "2.5")
    looked_at, bent = drawn_in_python(explorers, shown(page)), shown(page)["z"]
    expect_picture(page, digit(page), looked_at)
    open_tab(page, "Interpolate")
    page.get_by_role("button", name="Use the picture I am looking at").click()
    expect(keys(page)).to_have_count(4)
    expect(keys(page).nth(3)).to_contain_text("seed 11, changed")
    expect_picture(page, keys(page).nth(3).locator("canvas"), looked_at)
    assert seeds(page) == [first, second, 3, 11]
    explorer = explorers("dcgan-mnist")
    expect_film(page, explorer.walk(np.concatenate([explorer.points([first, second, 3]), bent]), 24))

    page.get_by_role("button", name="Move up: key point 4").click()
    page.get_by_role("button", name="Move down: key point 1").click()
    eventually(page, lambda: seeds(page) == [second, first, 11, 3], "the new order")
    expect(page.get_by_role("button", name="Move up: key point 1")).to_be_disabled()
    expect(page.get_by_role("button", name="Move down: key point 4")).to_be_disabled()
    expect_film(page, explorer.walk(np.concatenate([explorer.points([second, first]), bent, explorer.points([3])]), 24))
    page.get_by_role("button", name="Remove: key point 2").click()
    page.get_by_role("button", name="Remove: key point 1").click()
    eventually(page, lambda: seeds(page) == [11, 3], "two left")
    for i in (1, 2):
        expect(page.get_by_role("button", name=f"Remove: key point {i}")).to_be_disabled()
    expect_film(page, explorer.walk(np.concatenate([bent, explorer.points([3])]), 24))


@pytest.mark.slow
def test_steps_and_a_closed_loop(page: Page, explorers: Explorers) -> None:
    explorer = explorers("dcgan-mnist")
    add_seed(page, 5)
    expect(keys(page)).to_have_count(3)
    points = explorer.points(seeds(page))
    for steps in (2, 9):
        type_into(exact(page, "Steps"), str(steps))
        expect_film(page, explorer.walk(points, steps))
    page.get_by_role("checkbox", name="Closed loop").check()
    closed = explorer.walk(points, 9, closed=True)
    expect_film(page, closed)
    for position in (0, 1):
        walk_to(page, position)
        expect_picture(page, digit(page), closed.images[0])
    box = page.get_by_role("img", name="Film strip of 9 frames").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 4.5 / 9, box["y"] + box["height"] / 2)
    expect_picture(page, digit(page), closed.images[4])
    for wrong in ("1", "121", "many"):
        type_into(exact(page, "Steps"), wrong)
        expect(page.get_by_role("status").filter(has_text="is not a number from 2 to 120")).to_be_visible()


@pytest.mark.parametrize("closed", [pytest.param(False, marks=pytest.mark.slow), True])
def test_play_and_pause(page: Page, closed: bool) -> None:
    page.get_by_role("checkbox", name="Closed loop").set_checked(closed)
    type_into(exact(page, "Speed"), "30")
    play = page.get_by_role("region", name="Path").get_by_role("button", name=re.compile("^(Play|Pause)$"))
    along = page.get_by_role("slider", name="Along the path")
    expect(play).to_have_text("Play")
    play.click()
    expect(play).to_have_text("Pause")
    expect(play).to_have_attribute("aria-pressed", "true")
    seen = [float(along.input_value())]
    before = pixels(digit(page))

    def turned() -> bool:
        seen.append(float(along.input_value()))
        return any(later < earlier for earlier, later in itertools.pairwise(seen)) and max(seen) > 0.5

    eventually(page, turned, "the end of the path, and back")
    assert np.abs(pixels(digit(page)) - before).max() > 0.02 or len(set(seen)) > 3
    play.click()
    expect(play).to_have_text("Play")
    page.wait_for_timeout(300)  # the frame that was begun
    rest = along.input_value()
    page.wait_for_timeout(500)
    expect(along).to_have_value(rest)
    along.focus()
    page.keyboard.press("Home")
    expect(exact(page, "Along the path")).to_have_value("0.000")
    page.keyboard.press("ArrowRight")
    expect(exact(page, "Along the path")).to_have_value("0.001")


@pytest.mark.slow
def test_the_label_moves_along_with_the_conditional_gan(page: Page, explorers: Explorers) -> None:
    choose_model(page, "cgan-mnist")
    explorer = explorers("cgan-mnist")
    add_seed(page, 5)
    expect(keys(page)).to_have_count(3)
    for i, wanted in enumerate((4, 9, 0)):
        page.get_by_role("combobox", name=f"Digit of key point {i + 1}").select_option(str(wanted))
    walk = explorer.walk(explorer.points(seeds(page)), 9, [4, 9, 0])
    for i in (0, 2, 4, 5, 8):
        walk_to(page, i / 8)
        expect_picture(page, digit(page), walk.images[i])
    type_into(exact(page, "Steps"), "9")
    expect_film(page, walk)
    name, data = downloaded(page, lambda: page.get_by_role("button", name="Download Latents .npz").click())
    assert name.endswith(".npz")
    saved = np.load(io.BytesIO(data))
    assert saved["labels"] == pytest.approx(walk.labels, abs=1e-5) and saved["z"] == pytest.approx(walk.z, abs=1e-5)


def test_key_points_are_dropped_from_explore(visit: Visit) -> None:
    page = visit()
    page.keyboard.press("k")
    expect(page.get_by_role("status").filter(has_text="The first key point of this model's path.")).to_be_visible()
    page.keyboard.press("d")
    box = page.get_by_role("textbox", name="Seed", exact=True)
    expect(box).not_to_have_value(str(SEED))
    seed = box.input_value()
    page.get_by_role("button", name="Use as key point").click()
    expect(page.get_by_role("status").filter(has_text="2 key points on this model's path")).to_be_visible()
    open_tab(page, "Interpolate")
    assert seeds(page) == [SEED, int(seed)]
    eventually(page, lambda: f"p=s{SEED}.s{seed}" in page.url, "short in the link")


@pytest.mark.slow
def test_a_number_can_be_typed_while_the_walk_goes_on(page: Page) -> None:
    field = exact(page, "Along the path")
    page.get_by_role("button", name="Play", exact=True).click()
    eventually(page, lambda: field.input_value() != "0.000", "the walk goes on")
    field.focus()
    taken = field.input_value()
    page.wait_for_timeout(500)  # in which the walk has moved several times what it would write here
    assert field.input_value() == taken
    assert page.evaluate("getSelection().toString()") == taken  # so what is typed now takes its place
    page.get_by_role("button", name="Pause", exact=True).press("Enter")
    eventually(page, lambda: field.input_value() != taken, "left alone, it tells the place again")
    page.get_by_role("button", name="Play", exact=True).press("Enter")
    field.focus()
    page.wait_for_timeout(300)
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    expect(field).to_have_value("0.500")
    expect(page.get_by_role("status").filter(has_text="is not a number")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["autoencoder-mnist", pytest.param("dense-mnist", marks=pytest.mark.slow)])
def test_the_other_models_walk_too(page: Page, explorers: Explorers, name: str) -> None:
    choose_model(page, name)
    expect(keys(page)).to_have_count(2)
    walk = explorers(name).walk(explorers(name).points(seeds(page)), 24)
    expect_film(page, walk)
    walk_to(page, 0.5)
    expect_picture(page, digit(page), explorers(name).walk(explorers(name).points(seeds(page)), 3).images[1])


def test_downloads_are_what_they_say(page: Page, explorers: Explorers) -> None:
    explorer, steps = explorers("dcgan-mnist"), 7
    type_into(exact(page, "Steps"), str(steps))
    page.get_by_role("combobox", name="Size").select_option("4")
    walk = explorer.walk(explorer.points(seeds(page)), steps)
    grey = np.round(255 * walk.images)
    files = {}
    for label, ending in (("GIF", "gif"), ("MP4", "mp4"), ("WebP", "webp"), ("PNG strip", "png"), ("Latents .npz", "npz"),
                          ("PNG, transparent", "png"), ("PNG, white", "png"), ("SVG", "svg")):  # fmt: skip
        name, files[label] = downloaded(page, lambda label=label: page.get_by_role("button", name=f"Download {label}", exact=True).click())
        assert re.fullmatch(rf"dcgan-mnist[\w-]*\.{ending}", name)
        expect(page.get_by_role("status").filter(has_text=f"{name} is made.")).to_be_visible()
    for label in ("GIF", "WebP"):
        moving = Image.open(io.BytesIO(files[label]))
        assert (moving.n_frames, moving.size) == (steps, (112, 112))
        for i in range(steps):
            moving.seek(i)
            frame = np.asarray(moving.convert("L"), np.float32)[2::4, 2::4]
            assert np.abs(frame - grey[i]).mean() < 3, f"frame {i} of the {label}"
    with av.open(io.BytesIO(files["MP4"])) as film:
        assert len(list(film.decode(video=0))) == steps
    strip = np.asarray(Image.open(io.BytesIO(files["PNG strip"])).convert("L"), np.float32)
    assert strip.shape == (112, steps * 112) and np.abs(strip[::4, ::4] - np.concatenate(list(grey), axis=1)).max() <= 1
    clear = np.asarray(Image.open(io.BytesIO(files["PNG, transparent"])), np.float32)
    assert clear.shape == (112, steps * 112, 4) and clear[..., :3].max() == 0
    assert np.abs(clear[::4, ::4, 3] - np.concatenate(list(grey), axis=1)).max() <= 1
    white = np.asarray(Image.open(io.BytesIO(files["PNG, white"])).convert("L"), np.float32)
    assert np.abs(255 - white[::4, ::4] - np.concatenate(list(grey), axis=1)).max() <= 1
    assert files["SVG"].startswith(b"<svg") and files["SVG"].count(b"<g ") == steps
    assert np.load(io.BytesIO(files["Latents .npz"]))["z"] == pytest.approx(walk.z, abs=1e-5)
