import assert from "node:assert/strict";
import test from "node:test";

globalThis.document ??= /** @type {any} */ ({ baseURI: "http://page/", documentElement: { lang: "en" } });
const { openFromHub, queryOfModel } = await import("../../../ui/static/share/fromhub.js");

/** What a page at that query asks, says and opens. @param {string} search @param {any} answer */
async function opened(search, answer) {
  const seen = { /** @type {any[]} */ asked: [], /** @type {any[]} */ said: [], /** @type {string[]} */ went: [] };
  globalThis.fetch = /** @type {any} */ (async (/** @type {string} */ url, /** @type {any} */ options) => (seen.asked.push([String(url), options.body]), (place.search = "?v=1&m=first"), answer));
  /** @type {{search: string, hash: string, replace: (to: any) => void}} */
  const place = { search, hash: "#x", replace: (/** @type {any} */ to) => void seen.went.push(String(to)) };
  await openFromHub((text, kind) => seen.said.push([text, kind]), place);
  return seen;
}

test("an address that names no model of the Hub asks for none", async () => {
  assert.deepEqual(await opened("?v=1&m=dcgan-mnist", null), { asked: [], said: [], went: [] });
});

test("the page is opened anew with the model that came, and with what else was asked for", async () => {
  const seen = await opened("?model=somebody/Tiny.1&s=7&tab=interpolate", new Response('{"model": "somebody--tiny-1"}'));
  assert.deepEqual(seen.asked, [["http://page/gan/hub", '{"repo":"somebody/Tiny.1"}']]);
  assert.deepEqual(seen.went, ["?s=7&tab=interpolate&v=1&m=somebody--tiny-1#x"]);
  assert.equal(queryOfModel("?v=1&m=other&model=a/b", "mine"), "v=1&m=mine");
});

test("what the server refuses is said, and the page stays", async () => {
  const seen = await opened("?model=a/b", new Response('{"error": "Its owner does not allow it."}', { status: 403 }));
  assert.deepEqual(seen.went, []);
  assert.deepEqual(seen.said.at(-1), ["a/b cannot be opened from the Hugging Face Hub. Its owner does not allow it.", "error"]);
});
