/** What the service worker of the static build fetches at the first visit. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const BUILD = { version: "1", page: ["index.html", "a.js"], core: { "gan/big.safetensors": 12e6 }, rest: { "gan/epoch.safetensors": 5e6 } };
const source = readFileSync(new URL("../../../ui/static/shell/site/sw.js", import.meta.url), "utf8").replace("/* BUILD */ null", JSON.stringify(BUILD));
const SCOPE = "https://example.org/gan/";

/** Its listeners by name, and what it has fetched, below its scope. */
function begun({ script = "sw.js", connection, now = Date.now, wait = setTimeout } = {}) {
  const [listeners, fetched, kept] = [{}, [], new Map()];
  const cache = { keys: async () => [...kept.keys()].map((url) => ({ url })), put: async (url, response) => void kept.set(url, response), match: async (url) => kept.get(url) };
  const self = { registration: { scope: SCOPE }, location: new URL(script, SCOPE), navigator: { connection }, clients: { claim: async () => {} },
    addEventListener: (name, listener) => (listeners[name] = listener) };
  const fetch = async (url) => (fetched.push(url.slice(SCOPE.length)), { status: 200 });
  vm.runInNewContext(source, { self, URL, fetch, Promise, Date: { now }, setTimeout: wait, caches: { open: async () => cache, keys: async () => [] } });
  /** @param {Object<string, any>} [event] */
  const send = async (name, event = {}) => {
    const told = [];
    let done;
    listeners[name]({ ...event, source: { postMessage: (said) => told.push(said) }, waitUntil: (promise) => (done = promise) });
    await done;
    return told;
  };
  return { send, fetched };
}

test("after one visit every tab works without network", async () => {
  const { send, fetched } = begun();
  await send("install");
  assert.deepEqual(fetched, ["", "a.js", "gan/big.safetensors"]);
});

for (const [name, options] of [["the page says so", { script: "sw.js?saves" }], ["the browser tells its worker", { connection: { saveData: true } }]])
  test(`who saves data gets the page alone, where ${name}, and the rest when asked for`, async () => {
    const { send, fetched } = begun(options);
    await send("install");
    assert.deepEqual(fetched, ["", "a.js"]);
    const [told] = await send("message", { data: "state" });
    assert.deepEqual([told.core, told.bytes], [false, 17e6]);
    const last = (await send("message", { data: "keep" })).at(-1);
    assert.deepEqual(fetched.slice(2), ["gan/big.safetensors", "gan/epoch.safetensors"]);
    assert.deepEqual([last.whole, last.bytes], [true, 0]);
  });

test("a hand whose frames come late holds up what is fetched ahead, and not for ever", async () => {
  let time = 1000;
  const waits = [];
  const { send, fetched } = begun({ now: () => time, wait: (go, ms) => {
    waits.push(ms);
    time += ms;
    assert.deepEqual(fetched, []);
    go();
  } });
  await send("message", { data: { wait: 400 } });
  await send("install");
  assert.deepEqual([waits.length, fetched.length], [4, 3]);

  let asked = 0;
  const busy = begun({ now: () => 0, wait: (go) => {
    asked += 1;
    go();
  } });
  await busy.send("message", { data: { wait: 400 } });
  await busy.send("install");
  assert.equal(busy.fetched.length, 3);
  assert.ok(asked > 50 && asked < 1000);
});
