import assert from "node:assert/strict";
import test from "node:test";

/** A browser's storage, or one that refuses. */
function storage(works = true) {
  const kept = new Map();
  const refuse = () => { throw new DOMException("no storage", "SecurityError"); };
  return works ? { kept, getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => void kept.set(name, String(value)) } : { getItem: refuse, setItem: refuse };
}

/** Opens a page at this address; the module as that page has it, and the address it shows then. */
async function open(search, works = true, kept = {}) {
  const shown = [];
  globalThis.location = { search, pathname: "/app/", hash: "#x" };
  globalThis.history = { state: null, replaceState: (_, __, url) => shown.push(url) };
  globalThis.sessionStorage = kept.session ?? storage(works);
  globalThis.localStorage = kept.local ?? storage(works);
  const module = await import(`../../../ui/static/runs/access.js?${Math.random()}`);
  return { ...module, shown };
}

test("the token leaves the address at once, everything else stays as it was written", async () => {
  const opened = await open("?v=1&p=s1~3.z-_&control=abc%2Bdef&lang=ko");
  assert.deepEqual(opened.shown, ["/app/?v=1&p=s1~3.z-_&lang=ko#x"]);
  assert.equal(opened.key(), "abc+def");
  assert.deepEqual(opened.controlHeaders(), { "x-gan-control": "abc+def" });
  assert.deepEqual((await open("?control=abc")).shown, ["/app/#x"]);
});

test("an address without a token is not touched, a damaged token is none", async () => {
  for (const search of ["", "?v=1&&m=x", "?controls=1&x=control=2"]) assert.deepEqual((await open(search)).shown, [], search);
  const damaged = await open("?control=%E0%A4%A");
  assert.deepEqual(damaged.shown, ["/app/#x"]);
  assert.match(damaged.key(), /^[0-9a-f]{32}$/);
});

test("a token outlives a reload, a visitor is the same one in every tab", async () => {
  const kept = { session: storage(), local: storage() };
  await open("?control=abcdefgh", true, kept);
  assert.equal((await open("", true, kept)).key(), "abcdefgh");
  const visitor = (await open("", true, { session: storage(), local: kept.local })).key();
  assert.notEqual(visitor, "abcdefgh");
  assert.equal((await open("", true, { session: storage(), local: kept.local })).key(), visitor);
});

test("a browser that keeps nothing still has its token and one key for as long as the page lives", async () => {
  const opened = await open("?control=abcdefgh", false);
  assert.equal(opened.key(), "abcdefgh");
  const visitor = await open("", false);
  assert.equal(visitor.key(), visitor.key());
  visitor.remember("dense-digits-1");
  assert.ok(visitor.isMine("dense-digits-1") && !visitor.isMine("dense-digits-2") && !visitor.isMine(""));
});

test("runs of one's own are remembered, the oldest forgotten", async () => {
  const opened = await open("");
  for (let i = 0; i < 60; i += 1) opened.remember(`run-${i}`);
  opened.remember("run-59");
  assert.deepEqual([9, 10, 59].map((i) => opened.isMine(`run-${i}`)), [false, true, true]);
});

test("the server says what may be done; where it does not answer, the buttons stay and it refuses by itself", async () => {
  globalThis.GAN_BASE = "http://host.test/";
  const opened = await open("?control=abcdefgh");
  globalThis.fetch = async () => { throw new TypeError("network"); };
  assert.equal((await opened.access()).start, true);
  let headers;
  globalThis.fetch = async (url, options) => {
    headers = options.headers;
    return new Response(JSON.stringify({ control: false, start: false, why: "No.", visitors: null }));
  };
  assert.equal((await opened.access()).why, "No.");
  assert.equal(headers["x-gan-control"], "abcdefgh");
  assert.match(opened.limits({ steps: 5000, minutes: 3 }), /5,000 steps and 3 minutes/);
});
