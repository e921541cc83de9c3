"""One Chromium for all tests here, a fresh visitor for each, and what their hands and eyes do."""

from __future__ import annotations

import contextlib
import functools
import http.server
import io
import itertools
import os
import pickle
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, Server
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect, sync_playwright

from gan_core.data import packed
from gan_core.model.explorer import Explorer
from gan_core.storage import files
from ui.site import build
from ui.site.first_sight import opening_seed

MODELS = tuple(sorted(config.parent.name for config in ROOT.glob("checkpoints/*/config.json")))
PIXEL = 1 / 255
PATIENCE = 60_000
SEED = opening_seed()  # that the page opens on
PREFIX = "/deep/er/gan/"  # of the static build
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
expect.set_options(timeout=PATIENCE)

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    What fails in the browser is tried once more, and told as a rerun in the closing line. Hands, eyes, server and Chromium share two cores with
    the other tests here: one test of three hundred fails once in many runs, another one each time, and none of them twice. A fault fails twice.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


def chromium_program() -> str:
    """Where it lies. Its headless shell first: without windows to keep, a new visitor costs a sixth of the time."""
    found = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
    if found is None:
        pytest.skip("needs Debian's Chromium: apt install chromium-headless-shell (or chromium)")
    return found


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which can reach this machine only."""
    program = chromium_program()
    arguments = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()


USUAL = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "reduced_motion": "reduce"}


@pytest.fixture(scope="package")
def usual(chromium: Browser) -> Iterator[BrowserContext]:
    """The usual visitor of all tests, who has the page's files already: opening it costs a quarter less."""
    context = chromium.new_context(**USUAL)
    yield context
    context.close()


def forget(context: BrowserContext, origin: str) -> None:
    """Ends what a test has left with the usual visitor: all but the files that the browser keeps for itself."""
    context.unroute_all(behavior="ignoreErrors")
    context.set_offline(False)
    context.clear_cookies()
    context.clear_permissions()
    page = context.new_page()
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    for each in context.pages:
        each.close()


@pytest.fixture
def visit(chromium: Browser, usual: BrowserContext, server: Server) -> Iterator[Visit]:
    """Opens the page as a new visitor; at the end: no script failed, no event was held up in vain, and nothing was asked of another host."""
    contexts: list[BrowserContext] = []
    requests: list[str] = []
    failures: list[str] = []
    heard = {
        "request": lambda request: requests.append(request.url),
        "weberror": lambda error: failures.append(str(error.error)),
        "console": lambda message: failures.append(message.text) if "preventDefault inside passive" in message.text else None,
    }

    def visit(tab: str = "Explore", address: str = "/", *, cold: bool = False, **options: Any) -> Page:
        """`cold`: with nothing of the page in the browser's cache; whoever comes second in a test is another visitor."""
        context = chromium.new_context(**{**USUAL, **options}) if cold or options or contexts else usual
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        for event, hear in heard.items():
            context.on(event, hear)  # type: ignore[call-overload]
        page = context.new_page()
        page.goto(server.url + address)
        to_the_tabs(page)
        expect(page.locator("#gan-boot")).to_have_count(0)  # Gradio's page has taken over from the layer that is there at once
        expect(digit(page)).to_have_accessible_name(re.compile("A digit drawn by|모델이 그린 숫자"))
        if tab != "Explore":
            open_tab(page, tab)
        return page

    yield visit
    for context in contexts:
        for event, hear in heard.items():
            context.remove_listener(event, hear)
        if context is usual:
            forget(context, server.url)
        else:
            context.close()
    assert [url for url in requests if not url.startswith((f"{server.url}/", f"blob:{server.url}/", "data:"))] == []
    assert failures == []
    assert server.process.poll() is None


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page on its Explore tab, a digit painted."""
    return visit()


@pytest.fixture(scope="package")
def explorers(server: Server) -> Callable[[str], Explorer]:
    """The same models in Python."""
    opened: dict[str, Explorer] = {}

    def explorer(name: str) -> Explorer:
        return opened.setdefault(name, Explorer.open(server.checkpoints / name))

    return explorer


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Python's own server of files, without its log."""

    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Served:
    """A built site behind python's own http.server, below a prefix."""

    url: str
    made: build.Site


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The static build of the shipped models and recordings: that of the process which was first to want it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    root, told = shared / "www", shared / "www.pickle"
    try:
        root.mkdir()
    except FileExistsError:
        end = time.monotonic() + 600
        while not told.exists():
            assert time.monotonic() < end, f"{told} never came: the process that makes the static build has failed"
            time.sleep(0.2)
    else:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(packed, "OFFERED", ("digits",))  # what is there on every machine: the pages shall look the same
            made = build.build(root / PREFIX.strip("/"), ROOT / "checkpoints", ROOT / "recordings")
        files.write_bytes(told, pickle.dumps(made))
    with serving_folder(root) as url:
        yield Served(f"{url}{PREFIX}", pickle.loads(told.read_bytes()))


@contextlib.contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """The files of a folder at this address, by python's own http.server."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


# ---- what the eyes see


def digit(page: Page) -> Locator:
    """The large digit of the tab that is open."""
    return page.get_by_role("figure").get_by_role("img").first


def pixels(canvas: Locator, colours: bool = False) -> np.ndarray:
    """What is painted, `[height, width]` in [0, 1], or `[height, width, 3]` with its colours."""
    found = canvas.evaluate(
        """(canvas, channels) => {
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        return { width, height, data: Array.from({ length: width * height * channels }, (_, i) => data[4 * Math.floor(i / channels) + (i % channels)]) };
    }""",
        3 if colours else 1,
    )
    shape = (found["height"], found["width"], 3) if colours else (found["height"], found["width"])
    return np.array(found["data"], np.float32).reshape(shape) / 255


def painted(canvas: Locator) -> bool:
    """Is anything on it, in whatever colour?"""
    return bool(
        canvas.evaluate("""canvas => {
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value, i) => i % 4 === 3 && value > 128);
    }""")
    )


def asked_of(page: Page) -> list[str]:
    """Fills with what the page asks the server from now on; its own modules and networks, which come when they are first needed, are none."""
    asked: list[str] = []
    page.on("request", lambda request: None if re.search("/(static|files)/", request.url) else asked.append(request.url))
    return asked


def eventually(page: Page, check: Callable[[], Any], what: str = "") -> Any:
    """Asks until the answer is true, as `expect` does."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end:
        if answer := check():
            return answer
        page.wait_for_timeout(100)
    raise AssertionError(f"in {PATIENCE // 1000} s it never came: {what}")


def steady(page: Page, read: Callable[[], Any]) -> Any:
    """What it is when it has not changed for a second: what follows a hand in idle time has come."""
    last, since = read(), time.monotonic()
    while time.monotonic() < since + 1:
        page.wait_for_timeout(100)
        if (now := read()) != last:
            last, since = now, time.monotonic()
    return last


def expect_picture(page: Page, canvas: Locator, expected: np.ndarray, tolerance: float = PIXEL) -> None:
    """Waits until the canvas shows `expected` `[h, w]` or `[h, w, 3]` in [0, 1]."""
    expect_read(page, lambda: pixels(canvas, expected.ndim == 3), expected, tolerance)


def sample_of(page: Page, index: int, columns: int = 8, gap: int = 2) -> np.ndarray:
    """Sample `index` of Explore, `[height, width]`: all of them are painted on one canvas, with half a gap around each."""
    sheet = pixels(page.get_by_role("group", name="Samples", exact=True).locator("canvas"))
    side = sheet.shape[1] // columns
    row, column = divmod(index, columns)
    return sheet[row * side :, column * side :][gap // 2 : side - gap // 2, gap // 2 : side - gap // 2]


def expect_read(page: Page, read: Callable[[], np.ndarray], expected: np.ndarray, tolerance: float = PIXEL) -> None:
    for _ in range(PATIENCE // 100):
        now = read()
        difference = np.abs(now - expected).max() if now.shape == expected.shape else np.inf
        if difference <= tolerance:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the picture differs by {difference:.4f} at most, expected up to {tolerance:.4f}")


def expect_changed(page: Page, canvas: Locator, before: np.ndarray, by: float = 0.02) -> np.ndarray:
    """Waits until the canvas shows something else."""
    return eventually(page, lambda: (now := [pixels(canvas)]) and np.abs(now[0] - before).max() > by and now, "another picture")[0]


def shown(page: Page) -> dict[str, Any]:
    """What the page holds: its z with the spread applied, class weights, and the step of an earlier generator."""
    pose = page.evaluate("""async () => {
        const { held } = await import(new URL("gan/static/state/held.js", document.baseURI).href);
        const { model, z, classWeights, epoch } = held.pose();
        return { model: model.id, z: [...z], weights: classWeights && [...classWeights], step: epoch };
    }""")
    z, weights = np.array([pose["z"]], np.float32), pose["weights"]
    return {**pose, "z": z, "weights": None if weights is None else np.array([weights], np.float32)}


def drawn_in_python(explorers: Callable[[str], Explorer], pose: dict[str, Any]) -> np.ndarray:
    """The picture that the same network draws from `shown(page)`."""
    return explorers(pose["model"]).generate(pose["z"], pose["weights"], step=pose["step"])[0]


# ---- what the hands do


def to_the_tabs(page: Page) -> None:
    """As a mouse that comes to the row of tabs: what they need is asked for, which otherwise waits for a moment without a hand on the page."""
    page.evaluate("document.querySelector('[role=tablist]')?.dispatchEvent(new PointerEvent('pointerenter'))")


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()
    expect(page.get_by_role("tab", name=name, exact=True)).to_have_attribute("aria-selected", "true")
    if name == "Learn":
        expect(page.get_by_role("region", name="Stage", exact=True).locator("canvas").first).to_be_visible()
        return
    ready = {"Explore": "Model", "Interpolate": "Model", "Train": "Run", "Autoencode": "Autoencoder"}[name]
    expect(page.get_by_role("combobox", name=ready, exact=True)).to_be_visible()


def dock(page: Page, name: str) -> None:
    """On a phone's Explore tab: what stands above the row under the thumb."""
    tab = page.get_by_role("tablist", name="Controls").get_by_role("tab", name=name, exact=True)
    tab.tap()
    expect(tab).to_have_attribute("aria-selected", "true")


def offer_model(page: Page, about: dict[str, Any], generator: bytes) -> None:
    """Makes the list of models longer by one called `made`, whose generator is the program in these bytes; `about`: what its entry says beside that."""
    file = "gan/files/made.safetensors"
    usual = {
        "id": "made",
        "kind": "checkpoint",
        "title": "Made",
        "prior": {"kind": "normal"},
        "step": 1,
        "epochs": [],
        "files": {"generator": file},
    }

    def longer(route: Route) -> None:
        models = route.fetch().json()
        route.fulfill(json={**models, "models": [*models["models"], {**usual, **about}]})

    page.route("**/gan/models.json", longer)
    page.route(f"**/{file}", lambda route: route.fulfill(body=generator))


def choose_model(page: Page, name: str) -> None:
    """Chooses a model by its id and waits until it is there."""
    chooser = page.get_by_role("combobox", name="Model", exact=True)
    chooser.select_option(value=name)
    expect(digit(page)).to_have_accessible_name(re.compile(f"drawn by {re.escape(chooser.locator('option:checked').inner_text())}"))


def exact(page: Page, label: str) -> Locator:
    """The field beside a slider in which its value is read and typed."""
    return page.get_by_role("spinbutton", name=f"{label}, exact value", exact=True)


def type_into(field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")


def to_the_middle(control: Locator) -> None:
    """Scrolls it to where nothing that sticks to an edge lies over it, and waits until it stands still there, as a hand does."""
    control.evaluate("""async element => {
        let [place, still] = ["", 0];
        while (still < 6) {
            element.scrollIntoView({ block: "center" });
            await new Promise(requestAnimationFrame);
            const { x, y, width, height } = element.getBoundingClientRect();
            const now = [x, y, width, height].join();
            still = now === place ? still + 1 : 0;
            place = now;
        }
    }""")
    # a finger touches what the screen shows, and a slow machine shows a scroll late: a touch before that goes by the old places
    control.page.screenshot()


def place_on(slider: Locator, part: float) -> tuple[float, float]:
    """The point of a slider where its value is `part` of the way; its thumb is 22 pixels wide, a direction's as wide as one of its pictures."""
    box = slider.bounding_box()
    assert box is not None
    thumb = box["width"] / 7 if slider.evaluate("(range) => range.closest('.gan-film-track') !== null") else 22
    return box["x"] + thumb / 2 + part * (box["width"] - thumb), box["y"] + box["height"] / 2


def drag_first_direction(page: Page) -> tuple[Locator, float]:
    """The digit changes as the first direction is dragged up; its slider, and where that stands now."""
    canvas, track = digit(page), page.get_by_role("slider", name="Direction 1", exact=True)
    track.scroll_into_view_if_needed()
    before, stood = pixels(canvas), float(track.input_value())
    drag(page, place_on(track, 0.5), place_on(track, 0.9))
    expect_changed(page, canvas, before)
    stands = float(track.input_value())
    assert stands > stood + 0.5
    return track, stands


def drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 12, release: bool = True) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    if release:
        page.mouse.up()


def touch_drag(page: Page, start: tuple[float, float], end: tuple[float, float], steps: int = 10) -> None:
    """A finger from here to there; Playwright itself can only tap."""
    session = page.context.new_cdp_session(page)
    with heard(page):
        for i in range(steps + 1):
            point = {"x": start[0] + (end[0] - start[0]) * i / steps, "y": start[1] + (end[1] - start[1]) * i / steps}
            session.send("Input.dispatchTouchEvent", {"type": "touchMove" if i else "touchStart", "touchPoints": [point]})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


@contextlib.contextmanager
def heard(page: Page) -> Iterator[None]:
    """Waits until the page has heard the fingers leave and has drawn: a busy one is behind them."""
    page.evaluate("""() => {
        window.fingersLeft = new Promise((resolve) => {
            const left = ({ type, touches }) => (type === "touchcancel" || !touches.length) && resolve();
            for (const type of ["touchend", "touchcancel"]) addEventListener(type, left, { capture: true, passive: true });
        });
    }""")
    yield
    page.evaluate(
        "() => window.fingersLeft.then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))"
    )


def two_fingers(page: Page, first: list[tuple[float, float]], second: list[tuple[float, float]]) -> None:
    """A finger goes along `first`; half-way another one comes and goes along `second`, alone at its end, and both leave together."""
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    half = len(first) // 2
    with heard(page):
        touch("touchStart", first[0])
        for place in first[1:half]:
            touch("touchMove", place)
        touch("touchStart", first[half - 1], second[0])
        for one, other in itertools.zip_longest(first[half:], second[1:], fillvalue=first[-1]):
            touch("touchMove", one, other)
        touch("touchEnd")
    session.detach()


def downloaded(page: Page, press: Callable[[], None]) -> tuple[str, bytes]:
    """The name and the bytes of the file that comes when `press` is done."""
    with page.expect_download(timeout=PATIENCE) as coming:
        press()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def expect_curves(page: Page, run: str) -> None:
    """The curves that are taken home: every chart of the page, on white and in the light page's colours also where the page is dark."""
    charts = page.locator("figure.gan-chart:visible").count()
    changes = page.locator(".train-changes li").count()

    def taken() -> bytes:
        name, data = downloaded(page, page.get_by_role("button", name="Curves (PNG)").click)
        assert name == f"{run}-curves.png"
        return data

    data = taken()
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "PNG" and picture.width == 1800
    # head and foot, and of each chart a title, one or two lines of legend, and the chart
    lowest, highest = (2 * (100 + charts * chart + changes * note) for chart, note in ((326, 22), (348, 77)))
    assert charts and lowest <= picture.height <= highest, (charts, changes, picture.size)
    colours = {colour: times for times, colour in picture.convert("RGB").getcolors(2**24)}
    assert max(colours, key=colours.__getitem__) == (255, 255, 255)
    assert colours.get((0, 121, 92), 0) > 500 * charts, "the green curve of each"
    assert colours.get((0, 104, 168), 0) > 500 and len(colours) > 20
    was = page.evaluate("document.body.className")
    for dark in ("true", "false"):
        page.evaluate(f"document.body.classList.toggle('dark', {dark})")
        assert taken() == data
    page.evaluate("(was) => { document.body.className = was; }", was)
    expect(page.locator("html > .gan-root")).to_have_count(0)
