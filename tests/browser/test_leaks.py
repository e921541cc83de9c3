"""What comes goes again: models that are changed all day, and parts of the page that are ended, leave no listener, worker or memory behind."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from conftest import Server
from playwright.sync_api import Browser, CDPSession, Page, expect

from browser.conftest import MODELS, PATIENCE, open_tab

# shows that model, with an earlier epoch of it, and waits until both are drawn
SWITCH = """async (id) => {
    const load = async (name) => import(new URL(`gan/static/${name}`, document.baseURI).href);
    const [{ held }, { view }] = [await load("state/held.js"), await load("state/view.js")];
    const until = async (check) => { while (!check()) await new Promise((resolve) => setTimeout(resolve, 20)); };
    view.commit({ model: id, epoch: null });
    await until(() => held.ready && !held.error);
    const [epoch] = held.model.info.epochs;
    if (epoch) {
        view.commit({ epoch: epoch.step });
        await until(() => held.model.hasEpoch(epoch.step));
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
}"""
# the page's networks, by their memory: how many and how many bytes
KEPT = """async () => {
    const { engines } = await import(new URL("gan/static/engine/programs.js", document.baseURI).href);
    return [engines.values.size, engines.bytes];
}"""


@dataclass(frozen=True)
class Held:
    """What the page holds after a collection of garbage."""

    heap: float
    listeners: int
    nodes: int
    memories: int
    workers: int
    kept: int
    kept_bytes: int


def held(page: Page, session: CDPSession) -> Held:
    for _ in range(3):
        page.wait_for_timeout(300)
        session.send("HeapProfiler.collectGarbage")
    numbers = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    prototype = session.send("Runtime.evaluate", {"expression": "WebAssembly.Memory.prototype"})["result"]["objectId"]
    found = session.send("Runtime.queryObjects", {"prototypeObjectId": prototype, "objectGroup": "memories"})["objects"]["objectId"]
    count = session.send("Runtime.callFunctionOn", {"objectId": found, "functionDeclaration": "function () { return this.length; }"})
    session.send("Runtime.releaseObjectGroup", {"objectGroup": "memories"})
    session.send("Runtime.releaseObject", {"objectId": prototype})
    kept, kept_bytes = page.evaluate(KEPT)
    return Held(
        numbers["JSHeapUsedSize"], int(numbers["JSEventListeners"]), int(numbers["Nodes"]), count["result"]["value"], len(page.workers), kept, kept_bytes
    )  # fmt: skip


def switched(page: Page, switches: int) -> tuple[Held, Held]:
    """What the page holds before and after so many changes of models, once every model has been there."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.enable")
    open_tab(page, "Autoencode")
    open_tab(page, "Explore")
    for name in (*MODELS, *MODELS):
        page.evaluate(SWITCH, name)
    before = held(page, session)
    for i in range(switches):
        page.evaluate(SWITCH, MODELS[i % len(MODELS)])
    return before, held(page, session)


@pytest.mark.slow
def test_changing_models_leaves_nothing_behind(page: Page) -> None:
    rounds = 3
    before, after = switched(page, rounds * len(MODELS))
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value(MODELS[-1])
    what = f"{before}\n{after}"
    assert after.listeners <= before.listeners + 15, what
    assert after.nodes <= before.nodes + 2400, what  # the pad keeps up to 1,200 tiles, each twice
    # the pool's second worker comes when the first is busy, the ink's when the engine is idle; 21 changes that each left one would be seen
    assert after.workers <= before.workers + 2, what
    assert after.memories <= before.memories + 3 and after.memories <= 48, what
    assert after.kept <= 32 and after.kept_bytes <= 128e6, what
    assert after.heap <= before.heap + 3e6, what


# what lives on though nothing on the page shows it: listeners of the page as a whole, observers, beats, streams; each as words
WATCH = """(() => {
    const alive = globalThis.alive = new Map();
    const count = (what, by) => alive.set(what, (alive.get(what) ?? 0) + by);
    const shared = (target) => target === window || target === document || target instanceof MediaQueryList;
    const known = new Map();
    const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
    EventTarget.prototype.removeEventListener = function (name, listener, options) {
        if (known.get(this)?.get(listener)?.delete(name)) count(`${this.constructor.name} hears ${name}`, -1);
        return remove.call(this, name, listener, options);
    };
    EventTarget.prototype.addEventListener = function (name, listener, options) {
        if (shared(this) && listener) {
            if (!known.has(this)) known.set(this, new Map());
            const names = known.get(this).get(listener) ?? new Set();
            known.get(this).set(listener, names);
            if (!names.has(name)) count(`${this.constructor.name} hears ${name}`, 1);
            names.add(name);
            if (options?.signal) add.call(options.signal, "abort", () => this.removeEventListener(name, listener, options));
        }
        return add.call(this, name, listener, options);
    };
    for (const kind of ["ResizeObserver", "IntersectionObserver", "MutationObserver"]) {
        globalThis[kind] = class extends globalThis[kind] {
            observe(...all) { if (!this.active) count(kind, 1); this.active = true; return super.observe(...all); }
            disconnect() { if (this.active) count(kind, -1); this.active = false; return super.disconnect(); }
        };
    }
    const beats = new Set();
    const [set, clear] = [setInterval, clearInterval];
    globalThis.setInterval = (...all) => { const beat = set(...all); beats.add(beat); count("setInterval", 1); return beat; };
    globalThis.clearInterval = (beat) => { if (beats.delete(beat)) count("setInterval", -1); clear(beat); };
    globalThis.EventSource = class extends EventSource {
        constructor(...all) { super(...all); count("EventSource", 1); }
        close() { if (this.readyState !== 2) count("EventSource", -1); super.close(); }
    };
})();"""
# draws an island, lets it work, ends it; what lives then, and how many wait for news of what the page holds
ROUND = """async (name) => {
    const load = (path) => import(new URL(`gan/static/${path}`, document.baseURI).href);
    const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const place = document.body.appendChild(document.createElement("div"));
    const { mount } = await load(name);
    const part = await mount(place, { props: { value: { controls: true, form: {} } }, watch() {}, trigger() {} });
    const [{ held }, { view }, { permalink }, { pathOf }] = await Promise.all(
        ["state/held.js", "state/view.js", "share/permalink.js", "state/paths.js"].map(load));
    for (let i = 0; i < 200 && !held.ready && place.querySelector(".gan-digit"); i += 1) await rest(20);
    await rest(300);
    const drawn = place.querySelectorAll("*").length;
    const then = [...alive.values()].reduce((sum, count) => sum + count, 0);
    part.destroy();
    await rest(300);
    const waiting = { held: held.listeners.size, view: view.listeners.size, link: permalink.listeners.size, path: pathOf(view.state.model).listeners.size };
    const left = place.childNodes.length;
    place.remove();
    return { drawn, then, left, waiting, alive: Object.fromEntries([...alive].filter(([, count]) => count)), watching: document.documentElement.className };
}"""
# of modules, for as long as the page lives: who presses what (kit/move.js), as the view has its reader (state/held.js) and a path itself
ALWAYS = {f"HTMLDocument hears {name}": 1 for name in ("pointerdown", "pointerup", "pointercancel")}


def test_a_part_that_is_ended_leaves_nothing_behind(chromium: Browser, server: Server) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.set_default_timeout(PATIENCE)
    page.add_init_script(WATCH)
    page.route("**/empty", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><body></body>"))
    page.goto(f"{server.url}/empty")
    islands = (
        "explore/explore",
        "learn/learn",
        "interpolate/interpolate",
        "training/training",
        "training/estimate",
        "autoencode/autoencode",
    )
    for name in islands:
        found = page.evaluate(ROUND, f"{name}.js")
        workers = len(page.workers)
        again = page.evaluate(ROUND, f"{name}.js")
        for told in (found, again):
            assert told["drawn"] >= 3 and told["then"] >= len(ALWAYS), (name, told)
            assert told["left"] == 0 and told["alive"] == ALWAYS, (name, told)
            assert told["waiting"] == {"held": 0, "view": 1, "link": 0, "path": 1}, (name, told)
        assert len(page.workers) == workers <= 2, name  # the pool's, which all parts share
    assert failures == []
    page.close()
