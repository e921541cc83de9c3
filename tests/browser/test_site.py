"""The static build in a browser: from any prefix, without a request elsewhere, without network after one visit."""

from __future__ import annotations

import functools
import io
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
import pytest
from conftest import ROOT
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from browser.conftest import (
    PATIENCE,
    SEED,
    USUAL,
    Served,
    digit,
    downloaded,
    eventually,
    expect_changed,
    expect_curves,
    expect_picture,
    pixels,
    serving_folder,
    to_the_middle,
)
from gan_core import runs
from gan_core.model import program
from gan_core.model.explorer import Explorer
from ui.site import shipped

FIRST_VIEW = 1_200_000  # bytes, without compression, asked for before the network has drawn its first digit

# the files that this page, not its workers, asked for by then, with what they weigh
ASKED_FIRST = """() => {
    const [{ startTime: first }] = performance.getEntriesByName("gan-first-digit");
    const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    return files.filter(({ startTime }) => startTime < first).map(({ name, encodedBodySize }) => [name, encodedBodySize]);
}"""

# who asks, while `watching`, where something lies or how it looks: after a change that makes the browser lay the page out at once
WATCH_LAYOUT = """() => {
    Object.assign(window, { watching: false, asked: [] });
    const note = (name) => watching && asked.push(`${name} ${new Error().stack.split("\\n").slice(3, 5).join(" ")}`);
    for (const [owner, names] of [[HTMLElement.prototype, ["offsetWidth", "offsetHeight", "offsetTop", "offsetLeft"]],
            [Element.prototype, ["clientWidth", "clientHeight", "scrollWidth", "scrollHeight", "scrollTop"]]])
        for (const name of names) {
            const { get, set } = Object.getOwnPropertyDescriptor(owner, name);
            Object.defineProperty(owner, name, { configurable: true, set, get() { note(name); return get.call(this); } });
        }
    for (const [owner, name] of [[Element.prototype, "getBoundingClientRect"], [window, "getComputedStyle"]]) {
        const real = owner[name];
        owner[name] = function (...rest) { note(name); return real.apply(this, rest); };
    }
}"""


@dataclass
class Visitor:
    """What the browser asked for and what went wrong."""

    context: BrowserContext
    page: Page
    sizes: dict[str, int] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


@pytest.fixture
def arrive(chromium: Browser, served: Served) -> Iterator[Callable[..., Visitor]]:
    """Opens the site as a new visitor; at the end nothing was missing, failed or asked of another host."""
    visitors: list[Visitor] = []

    def arrive(query: str = "", **options: object) -> Visitor:
        context = chromium.new_context(**{**USUAL, **options})
        context.set_default_timeout(PATIENCE)
        visitor = Visitor(context, context.new_page())
        visitors.append(visitor)

        def note(response: object) -> None:
            if response.status >= 400 or not response.url.startswith((served.url, "blob:", "data:")):
                visitor.failures.append(f"{response.status} {response.url}")
            visitor.sizes[response.url] = int(response.headers.get("content-length", 0))

        context.on("response", note)
        context.on("weberror", lambda error: visitor.failures.append(str(error.error)))
        visitor.page.goto(served.url + query)
        return visitor

    yield arrive
    for visitor in visitors:
        visitor.context.close()
    assert [failure for visitor in visitors for failure in visitor.failures] == []


def looked(page: Page, tab: str) -> None:
    """Waits until a tab shows what it is about."""
    if tab == "train":
        expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()
        page.get_by_role("combobox", name="Run").select_option(label="Recording: Discriminator too weak")  # with losses and figures
        expect(page.get_by_role("figure", name="Losses")).to_be_visible()
    elif tab == "learn":
        expect(page.get_by_role("region", name="Stage", exact=True).locator("canvas").first).to_be_visible()
    elif tab == "autoencode":
        eventually(page, lambda: pixels(page.locator("canvas.ae-canvas").first).max() > 0.9, "a digit on the pad")
    else:
        expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))


def kept(page: Page) -> None:
    expect(page.get_by_role("contentinfo").get_by_role("status")).to_contain_text("works without network")


def test_the_first_view_is_small_and_the_whole_fits(arrive: Callable[..., Visitor], served: Served) -> None:
    visitor = arrive()
    expect(digit(visitor.page)).to_have_accessible_name(re.compile("A digit drawn by DCGAN"))
    first = dict(visitor.page.evaluate(ASKED_FIRST))
    numbers = sum(values.size for values in program.read(ROOT / "checkpoints" / "dcgan-mnist" / "generator.safetensors").tensors.values())
    assert sum(size for url, size in first.items() if url.endswith(".safetensors")) > numbers, "the network is among them, a byte a number"
    assert sum(first.values()) < FIRST_VIEW, sorted(first.items(), key=lambda file: -file[1])[:12]
    visitor.page.wait_for_timeout(1000)
    pictures = sum(path.stat().st_size for path in served.made.folder.rglob("pictures.bin"))  # fetched when a training wants them
    assert served.made.bytes - pictures < shipped.LIMIT
    assert not [url for url in visitor.sizes if "/gan/pictures/" in url or "/static/device/" in url or "/static/trainer/" in url]


def test_the_finished_generator_takes_the_place_of_the_first_one(arrive: Callable[..., Visitor]) -> None:
    visitor = arrive()
    explorer = Explorer.open(ROOT / "checkpoints" / "dcgan-mnist")
    expect_picture(visitor.page, digit(visitor.page), explorer.generate(explorer.sample_z(1, SEED))[0])
    # the finished one comes once the page is quiet
    eventually(visitor.page, lambda: sum(url.endswith("generator.safetensors") for url in visitor.sizes) == 2, "the finished generator")


def test_a_drag_asks_for_no_layout(arrive: Callable[..., Visitor]) -> None:
    page = arrive().page
    expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by DCGAN"))
    page.evaluate(WATCH_LAYOUT)
    for name in ("Direction 1", "Pad", "Latent vector z"):
        control = page.get_by_role("slider", name=name, exact=True)
        to_the_middle(control)
        expect_changed(page, digit(page), np.zeros((28, 28)))
        before, box = pixels(digit(page)), control.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.mouse.down()
        page.evaluate("watching = true")
        for step in range(12):
            page.mouse.move(box["x"] + (0.5 + 0.03 * step) * box["width"], box["y"] + (0.5 + 0.02 * step) * box["height"])
        expect_changed(page, digit(page), before)
        asked = page.evaluate("() => { watching = false; return asked.splice(0); }")
        page.mouse.up()
        assert len(asked) < 3, (name, asked)  # a timer may ask once; twelve moves may not


def test_it_draws_what_python_draws(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?v=1&m=cgan-mnist&s=5&d=4&psi=0.7").page
    expect(digit(page)).to_have_accessible_name(re.compile("asked for a 4"))
    explorer = Explorer.open(ROOT / "checkpoints" / "cgan-mnist")
    expect_picture(page, digit(page), explorer.generate(explorer.sample_z(1, 5, 0.7), [4])[0])


def test_tabs_are_tabs_by_mouse_and_by_key(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=interpolate").page
    tab = functools.partial(page.get_by_role, "tab", exact=True)
    expect(tab(name="Interpolate")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("tabpanel", name="Interpolate")).to_be_visible()
    tab(name="Interpolate").focus()
    page.keyboard.press("ArrowLeft")
    expect(tab(name="Explore")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Explore")).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Interpolate")).to_have_count(0)
    expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))


def test_recorded_training_is_looked_back_on(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=train").page
    expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()
    page.get_by_role("combobox", name="Run").select_option(value="cgan-mnist")  # a recording plays at first
    page.get_by_role("slider", name="Moment").fill("0")
    expect(page.get_by_role("img", name=re.compile("drawn at step 0"))).to_be_visible()
    expect(page.get_by_role("combobox", name="Run").locator("option")).to_have_count(
        len(list((ROOT / "checkpoints").glob("*/config.json"))) + len(runs.list_runs(ROOT / "recordings"))
    )
    links = page.get_by_role("tabpanel").get_by_role("link")
    expect(links).to_have_count(2 + 1)  # the numbers of its curves, too
    for i in range(2):
        name, data = downloaded(page, links.nth(i).click)
        assert name.endswith(".png") and data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "label", [pytest.param("Recording: Discriminator too weak", marks=pytest.mark.slow), "Recording: Learning rate too high"]
)
def test_the_curves_of_a_recording_are_taken_home(arrive: Callable[..., Visitor], label: str) -> None:
    page = arrive("?tab=train").page
    expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()
    page.get_by_role("combobox", name="Run").select_option(label=label)
    expect(page.get_by_role("figure", name="Losses")).to_be_visible()
    page.get_by_role("slider", name="Moment").press("End")
    expect_curves(page, page.get_by_role("combobox", name="Run").input_value())


def test_the_training_has_its_colours(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=train").page
    expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()
    page.get_by_role("combobox", name="Run").select_option(label="Recording: Discriminator too weak")  # with losses and figures
    page.get_by_role("slider", name="Moment").press("End")
    last = runs.find(ROOT / "recordings", "d_too_weak").status()["steps"]
    expect(page.get_by_role("img", name=re.compile(f"drawn at step {last:,}"))).to_be_visible()

    def looks(selector: str, name: str) -> tuple[list[int], float]:
        """The computed colour of the first such element in the panel and how high it is drawn."""
        element = page.locator(f"#panel-train {selector}").first
        rgb = element.evaluate(f"(one) => getComputedStyle(one).{name}.match(/[\\d.]+/g).map(Number)")
        return rgb, element.evaluate("(one) => one.getBoundingClientRect().height")

    curve = looks(".gan-chart-swatch", "borderTopColor")[0]
    assert curve == [0, 104, 168]  # the blue of every discriminator
    for bar in (".train-bar10-fill", ".train-bar-fill"):
        rgb, height = looks(bar, "backgroundColor")
        assert len(rgb) == 3 and max(rgb) - min(rgb) > 60 and height > 0, (bar, rgb, height)
    canvas = page.locator("#panel-train .gan-chart-canvas").first
    canvas.scroll_into_view_if_needed()
    drawn = canvas.evaluate(
        "(one) => [...one.getContext('2d').getImageData(0, 0, one.width, one.height).data].filter((_, i, d) => i % 4 === 2 && d[i] > d[i - 2] + 60).length"
    )
    assert drawn > 50  # points of the curve that are blue, and not grey


def test_a_recorded_failure_is_played_back(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=train").page
    page.get_by_text("Failure lab: make it go wrong").click()
    expect(page.get_by_role("button", name=re.compile("^Start: "))).to_have_count(0)
    page.get_by_role("button", name="Watch the recording: Discriminator too weak", exact=True).click()
    expect(page.get_by_role("combobox", name="Run").locator("option:checked")).to_have_text("Recording: Discriminator too weak")
    expect(page.get_by_role("alert").filter(has_text="Discriminator too weak, on purpose")).to_be_visible()
    expect(page.get_by_text(re.compile("^The discriminator does not judge"))).to_be_visible()
    page.get_by_role("button", name="Stop playing").click()
    page.get_by_role("slider", name="Moment").press("End")
    last = runs.find(ROOT / "recordings", "d_too_weak").status()["steps"]
    expect(page.get_by_role("img", name=re.compile(f"drawn at step {last:,}"))).to_be_visible()
    expect(page.get_by_role("tabpanel").get_by_role("link")).to_have_count(2)  # this grid, and the numbers of its curves


def test_drawing_and_upload_go_through_the_autoencoder(arrive: Callable[..., Visitor], tmp_path: Path) -> None:
    from PIL import Image, ImageDraw

    picture = Image.new("L", (200, 260), 235)
    ImageDraw.Draw(picture).line([(50, 40), (150, 40), (80, 220)], fill=20, width=22)
    picture.save(tmp_path / "seven.png")
    page = arrive("?tab=autoencode").page
    expect(page.get_by_role("tab", name="Test picture")).to_have_count(0)
    first = page.locator("canvas.ae-canvas").first
    eventually(page, lambda: pixels(first).max() > 0.9, "a digit stands on the pad, so that nobody meets a black square")
    page.get_by_role("tab", name="Upload", exact=True).click()
    page.get_by_label("Choose a picture of one digit").set_input_files(tmp_path / "seven.png")
    expect(page.get_by_text("seven.png, as the models see it.")).to_be_visible()
    eventually(page, lambda: pixels(first).max() > 0.9 and pixels(first)[:3].max() == 0, "the digit as MNIST has them")


def test_keys_pass_over_the_test_pictures_that_are_not_there(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=autoencode").page
    draw = page.get_by_role("tab", name="Draw", exact=True)
    expect(draw).to_have_attribute("aria-selected", "true")
    draw.focus()
    for key, name in (("ArrowLeft", "Upload"), ("ArrowRight", "Draw"), ("Home", "Draw"), ("ArrowRight", "Upload")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("tab", name=name, exact=True)).to_be_focused()


def test_downloads_are_made_here(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=interpolate").page
    expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))
    name, data = downloaded(page, page.get_by_role("button", name="Download PNG strip").click)
    assert name == "dcgan-mnist-path.png" and data.startswith(b"\x89PNG")
    name, data = downloaded(page, page.get_by_role("button", name="Download Latents .npy").click)
    (target := Path(page.evaluate("'/tmp'")) / "gan-test-latents.npy").write_bytes(data)
    latents = np.load(target)
    target.unlink()
    assert latents.shape == (24, 64) and latents.dtype == np.float32
    assert np.allclose(latents[0], Explorer.open(ROOT / "checkpoints" / "dcgan-mnist").sample_z(1, SEED)[0], atol=1e-6)
    name, data = downloaded(page, page.get_by_role("button", name="Download GIF").click)
    with Image.open(io.BytesIO(data)) as moving:
        assert (name, moving.n_frames, moving.size) == ("dcgan-mnist-path.gif", 24, (224, 224))
        first = np.asarray(moving.convert("L"), np.float32)
    name, data = downloaded(page, page.get_by_role("button", name="Download MP4").click)
    with av.open(io.BytesIO(data)) as film:
        frames = [frame.to_ndarray(format="gray") for frame in film.decode(video=0)]
        assert (name, len(frames), frames[0].shape) == ("dcgan-mnist-path.mp4", 24, (224, 224)) and film.duration == 24 * 83_000
    assert np.abs(frames[0] - first).mean() < 6 and np.abs(frames[-1] - first).mean() > 6
    assert b"gan-link" in data, "the link of the page that made it"
    expect(page.get_by_role("button", name="WebP")).to_have_count(0)


def test_after_one_visit_it_works_without_network(arrive: Callable[..., Visitor], served: Served) -> None:
    visitor = arrive("?tab=autoencode")  # where no digit of Explore is waited for
    kept(visitor.page)
    visitor.page.close()
    visitor.context.set_offline(True)
    page = visitor.context.new_page()
    page.goto(f"{served.url}?v=1&m=dense-mnist&s=11")
    expect(digit(page)).to_have_accessible_name(re.compile("drawn by Dense GAN"))
    explorer = Explorer.open(ROOT / "checkpoints" / "dense-mnist")
    expect_picture(page, digit(page), explorer.generate(explorer.sample_z(1, 11))[0])
    for name in ("Interpolate", "Autoencode"):
        page.get_by_role("tab", name=name, exact=True).click()
        expect(page.get_by_role("tabpanel", name=name).get_by_role("combobox").first).to_be_visible()


@pytest.mark.slow
def test_the_epochs_are_kept_when_asked_for(arrive: Callable[..., Visitor], served: Served) -> None:
    visitor = arrive()
    page = visitor.page
    kept(page)
    page.get_by_role("button", name=re.compile("Keep the epochs too")).click()
    expect(page.get_by_role("contentinfo").get_by_role("status")).to_have_text("This page works without network, all of it.")
    visitor.context.set_offline(True)
    page.goto(f"{served.url}?v=1&m=dcgan-mnist&e=0")  # a link that names no seed means 25
    explorer = Explorer.open(ROOT / "checkpoints" / "dcgan-mnist")
    expect_picture(page, digit(page), explorer.generate(explorer.sample_z(1, 25), step=0)[0])
    page.get_by_role("tab", name="Train", exact=True).click()
    expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()


@pytest.mark.slow
def test_offline_the_training_is_there_after_one_visit(arrive: Callable[..., Visitor], served: Served) -> None:
    visitor = arrive()
    kept(visitor.page)
    visitor.page.close()
    visitor.context.set_offline(True)
    page = visitor.context.new_page()
    page.goto(f"{served.url}?tab=train")
    expect(page.get_by_role("img", name=re.compile("Grid of digits drawn at"))).to_be_visible()
    page.get_by_role("slider", name="Moment").fill("0")
    expect(page.get_by_role("img", name=re.compile("drawn at step 0"))).to_be_visible()
    frames = page.get_by_role("region", name="Contact sheet").get_by_role("button").locator("img")
    eventually(
        page, lambda: frames.count() > 3 and frames.evaluate_all("(all) => all.every((image) => image.naturalWidth > 0)"), "its pictures"
    )


@pytest.mark.slow
def test_who_saves_data_gets_no_more_than_asked_for(chromium: Browser, served: Served, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(served.made.folder, site)
    saves = 'Object.defineProperty(WorkerNavigator.prototype, "connection", { get: () => ({ saveData: true }) });\n'
    (site / "sw.js").write_text(saves + (site / "sw.js").read_text())
    with serving_folder(site) as url:
        context = chromium.new_context(locale="en-GB", reduced_motion="reduce")
        page = context.new_page()
        page.goto(f"{url}/")
        status = page.get_by_role("contentinfo").get_by_role("status")
        expect(status).to_have_text("Your browser saves data, so only what is looked at is fetched.", timeout=PATIENCE)
        kept_here = """async () => {
            const caches_here = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
            return (await Promise.all(caches_here.map((cache) => cache.keys()))).flat().map(({ url }) => url);
        }"""
        networks = [address for address in page.evaluate(kept_here) if address.endswith(".safetensors")]
        looked_at = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
        assert set(networks) <= set(looked_at), "a network that nobody has looked at"
        assert not [address for address in page.evaluate(kept_here) if address.endswith(".png") and "/runs/" in address]
        page.get_by_role("button", name=re.compile(r"^Keep all of it \([\d.]+ MB\)$")).click()
        expect(status).to_have_text("This page works without network, all of it.", timeout=PATIENCE)
        context.close()


TABS = ("learn", "explore", "interpolate", "train", "autoencode")


@pytest.mark.parametrize("tab", TABS)
def test_nothing_of_the_page_is_against_its_own_policy(arrive: Callable[..., Visitor], served: Served, tab: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', (served.made.folder / "index.html").read_text())
    assert (
        policy
        and re.search(
            r"script-src 'self'( 'sha256-[\w+/=]{44}'){2} 'wasm-unsafe-eval';", policy[1]
        )  # the scripts that stand in the page, and no others
        and re.search(r"style-src 'self'( 'sha256-[\w+/=]{44}'){4};", policy[1])  # the styles that stand in the page, and no others
        and "unsafe-inline" not in policy[1]
    )
    page = arrive().page
    page.add_init_script("""globalThis.violations = [];
        addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => violations.push([violatedDirective, blockedURI]));""")
    page.goto(f"{served.url}?tab={tab}")
    looked(page, tab)
    page.get_by_role("button", name="QR code").click()  # draws into the page
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.keyboard.press("t")
    expect(page.locator("html.gan-talk")).to_have_count(1)
    assert page.evaluate("document.adoptedStyleSheets.length") == 1  # what hides parts
    assert page.evaluate("violations") == []
    # the listener would have heard one
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { color: red }' }))")
    eventually(page, lambda: page.evaluate("violations.length") == 1, "a violation that is heard")


def test_nothing_is_cut_off_at_320_pixels_and_at_200_percent(arrive: Callable[..., Visitor]) -> None:
    page = arrive().page
    for tab in TABS:
        page.locator(f"[role=tab][data-tab-id={tab}]").click()
        looked(page, tab)
        page.locator("main details").evaluate_all("(all) => all.forEach((one) => (one.open = true))")
        for width, height in ((320, 640), (640, 360)):  # the latter is 1280x720 at 200 %
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(300)
            assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0, f"{tab} at {width}"
            out = page.evaluate("""() => [...document.querySelectorAll("main :is(input, select, button)")].filter((one) => {
                const panel = one.closest(".gan-part, .train-part");
                return panel && one.checkVisibility() && one.getBoundingClientRect().right > panel.getBoundingClientRect().right + 1
                    && !one.closest("[class*=film], .ae-shelf, .train-frames, .gan-hidden");
            }).map((one) => one.outerHTML.slice(0, 90))""")
            assert out == [], f"{tab} at {width}: beyond their panel"


def test_on_paper_are_the_digit_the_grid_and_the_score_card_in_black_on_white(arrive: Callable[..., Visitor]) -> None:
    page = arrive(color_scheme="dark").page
    looked(page, "explore")
    page.emulate_media(media="print")
    expect(page.get_by_role("group", name="Samples", exact=True)).to_be_visible()
    expect(page.locator(".gan-score")).to_be_visible()
    assert page.locator(".gan-score").evaluate("(one) => one.getBoundingClientRect().height") > 60, "open, also where it was shut"
    for name in ("QR code", "Other samples"):
        expect(page.get_by_role("button", name=name)).to_be_hidden()
    for slider in ("Pad", "Latent vector z"):
        expect(page.get_by_role("slider", name=slider, exact=True)).to_be_hidden()
    colours = page.evaluate(
        "() => [getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.querySelector('.gan-score')).color]"
    )
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


@pytest.mark.parametrize("scheme", [pytest.param("light", marks=pytest.mark.slow), "dark"])
@pytest.mark.parametrize("tab", TABS)
def test_in_the_visitor_s_own_colours_what_is_pressed_and_filled_can_be_told(arrive: Callable[..., Visitor], tab: str, scheme: str) -> None:
    page = arrive(f"?tab={tab}", forced_colors="active", color_scheme=scheme, reduced_motion="reduce").page
    looked(page, tab)
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    page.mouse.move(2, 2)
    found = page.evaluate("""() => {
        const attributes = ["aria-pressed", "aria-selected", "aria-checked"];
        const look = (element) => {
            const { color, backgroundColor, borderColor, outlineColor, outlineStyle } = getComputedStyle(element);
            return [color, backgroundColor, borderColor, outlineStyle === "none" ? "" : outlineColor].join();
        };
        const seen = [...document.querySelectorAll(attributes.map((name) => `[${name}]`).join())].filter((one) => one.offsetWidth && !one.disabled);
        const groups = new Map();
        for (const element of seen) {
            const name = attributes.find((one) => element.hasAttribute(one));
            const key = `${element.className.split(" ")[0]} ${name}`;
            const group = groups.get(key) ?? groups.set(key, { true: new Set(), false: new Set() }).get(key);
            group[element.getAttribute(name)].add(look(element));
        }
        const fills = [".gan-meter-fill", ".gan-reading-fill", ".train-bar-fill", ".train-bar10-fill"].flatMap((name) => {
            const fill = document.querySelector(name);
            return fill?.offsetWidth ? [[name, getComputedStyle(fill).backgroundColor, getComputedStyle(fill.parentElement).backgroundColor]] : [];
        });
        return { groups: [...groups].map(([name, { true: on, false: off }]) => [name, [...on], [...off]]), fills };
    }""")
    both = [(name, on, off) for name, on, off in found["groups"] if on and off]
    assert any("aria-selected" in name for name, _, _ in both)
    for name, on, off in both:
        assert not set(on) & set(off), f"{name} looks the same, pressed or not"
    for name, fill, track in found["fills"]:
        assert fill != track, f"{name} cannot be told from its track"
    assert found["fills"] or tab in ("autoencode", "learn")


@pytest.mark.slow
def test_switching_between_runs_leaves_nothing_behind(arrive: Callable[..., Visitor]) -> None:
    page = arrive("?tab=train", service_workers="block").page
    looked(page, "train")
    chooser = page.get_by_role("combobox", name="Run")
    listed = [option for option in chooser.locator("option").all_inner_texts() if option.startswith("Recording: ")]
    recordings = [option for option in listed if "autoencoder" not in option][:5]  # which has no two losses
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def there(runs: list[str]) -> dict[str, float]:
        """What the page holds after a garbage collection, once it has shown these runs, and the first recording last."""
        for run in [*runs, recordings[0]]:
            chooser.select_option(label=run)
            expect(page.get_by_role("figure", name="Losses").get_by_role("img")).to_have_accessible_name(re.compile("At step"))
        page.mouse.move(2, 2)
        page.wait_for_timeout(1000)
        for _ in range(4):
            session.send("HeapProfiler.collectGarbage")
        metrics = {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}
        return {
            **{name: metrics[name] for name in ("JSEventListeners", "Nodes", "JSHeapUsedSize")},
            "canvases": page.locator("canvas").count(),
        }

    before = there(recordings * 2)
    after = there(recordings * 4)
    assert after["canvases"] == before["canvases"]
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 2, (before, after)
    assert after["Nodes"] <= before["Nodes"] + 40, (before, after)
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] + 400_000, (before, after)


def test_a_phone_sees_all_of_it(arrive: Callable[..., Visitor]) -> None:
    page = arrive(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).page
    expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by"))
    for name in ("Learn", "Explore", "Interpolate", "Train", "Autoencode"):
        page.get_by_role("tab", name=name, exact=True).tap()
        page.wait_for_timeout(400)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_korean_by_the_browser_s_language(arrive: Callable[..., Visitor]) -> None:
    page = arrive(locale="ko-KR").page
    expect(page.get_by_role("tab", name="탐색", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_a_tab_that_is_asked_for_before_the_modules_are_there_is_shown_when_they_are(chromium: Browser, served: Served) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    held: list[Route] = []
    page.route("**/shell.js", lambda route: held.append(route))
    page.goto(served.url, wait_until="commit")  # a page is not loaded before a module that it has asked for already
    page.get_by_role("tab", name="Interpolate").click()
    assert page.locator(".gan-skeleton").is_visible()
    eventually(page, lambda: bool(held), "the modules are asked for")
    held[0].continue_()
    expect(page.get_by_role("tab", name="Interpolate")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#panel-interpolate canvas").first).to_be_visible()
    context.close()
