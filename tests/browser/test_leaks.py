"""Who changes models all day finds the page as it was: heap, listeners, workers and the networks' memory do not grow with the switches."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page, expect

from browser.conftest import MODELS, open_tab

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


def test_changing_models_leaves_nothing_behind(page: Page) -> None:
    rounds = 5
    before, after = switched(page, rounds * len(MODELS))
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value(MODELS[-1])
    what = f"{before}\n{after}"
    assert after.listeners <= before.listeners + 20, what
    assert after.nodes <= before.nodes + 2400, what  # the pad keeps up to 1,200 tiles, each twice
    assert after.workers == before.workers, what
    assert after.memories <= before.memories + 3 and after.memories <= 48, what
    assert after.kept <= 32 and after.kept_bytes <= 128e6, what
    assert after.heap <= before.heap + 3e6, what
