import assert from "node:assert/strict";
import test from "node:test";

import { pngOf } from "../../../ui/static/device/png.js";
import { openDropped } from "../../../ui/static/share/dropped.js";
import { queryIn, withLink } from "../../../ui/static/share/linkedpicture.js";

const LINK = `https://example.org/gan/?v=1&m=dcgan-mnist&s=7&z=${"A".repeat(700)}`;
const QUERY = new URL(LINK).search;
const gif = () => new Blob([Uint8Array.from([...new TextEncoder().encode("GIF89a"), 1, 0, 1, 0, 0, 0, 0, 0x3b])]);
const png = async () => new Blob([await pngOf(Uint8Array.of(0, 128, 255, 9), 2)]);

test("a PNG holds its link, is still a PNG, and gives the query back", async () => {
  const made = await withLink(await png(), LINK);
  const [bytes, plain] = await Promise.all([made, await png()].map(async (blob) => new Uint8Array(await blob.arrayBuffer())));
  assert.deepEqual([...bytes.subarray(0, 33)], [...plain.subarray(0, 33)]);
  assert.deepEqual([...bytes.subarray(-(plain.length - 33))], [...plain.subarray(33)]);
  assert.equal(await queryIn(made), QUERY);
});

test("a GIF holds it in a comment before its end", async () => {
  const made = await withLink(gif(), LINK);
  const bytes = new Uint8Array(await made.arrayBuffer());
  assert.equal(bytes.at(-1), 0x3b);
  assert.equal(await queryIn(made), QUERY);
});

test("other files stay as they are, and what holds no link or a damaged one gives none", async () => {
  const film = new Blob(["\0\0\0\x18ftypmp42"]);
  assert.equal(await withLink(film, LINK), film);
  const none = [film, await png(), gif(), new Blob([]), await withLink(await png(), "no address"), await withLink(await png(), "https://example.org/"),
    await withLink(await png(), `https://example.org/?${"x".repeat(9000)}`), new Blob([(await (await withLink(await png(), LINK)).arrayBuffer()).slice(0, 60)])];
  for (const blob of none) assert.equal(await queryIn(blob), null);
});

test("a picture that is dropped on the page opens what it shows", async () => {
  /** @type {Object<string, Function>} */
  const listeners = {};
  /** @type {string[]} */
  const opened = [];
  openDropped(/** @type {any} */ ({ addEventListener: (/** @type {string} */ name, /** @type {Function} */ act) => (listeners[name] = act) }), (query) => opened.push(query));
  let kept = 0;
  const drop = (/** @type {Blob[]} */ files) => listeners.drop({ dataTransfer: { files, items: files.map(() => ({ kind: "file" })) }, preventDefault: () => (kept += 1) });
  await drop([await withLink(await png(), LINK)]);
  await drop([gif()]);
  await drop([]);
  assert.deepEqual([opened, kept], [[QUERY], 2]);
});
