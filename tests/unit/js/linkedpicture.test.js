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

const bytesOf = async (/** @type {Blob} */ blob) => new Uint8Array(await blob.arrayBuffer());
/** Of each, what players and viewers read: boxes of an MP4 (one of 64 bits), chunks of a WebP (one of odd length), and an SVG. */
const film = () => new Blob([Uint8Array.of(0, 0, 0, 12), "ftypmp42", Uint8Array.of(0, 0, 0, 1), "mdat", Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 19, 7, 7, 7)], { type: "video/mp4" });
const webp = () => new Blob(["RIFF", Uint8Array.of(24, 0, 0, 0), "WEBPVP8X", Uint8Array.of(3, 0, 0, 0, 1, 2, 3, 0)], { type: "image/webp" });
const svg = () => new Blob(['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><g/></svg>\n'], { type: "image/svg+xml" });

test("an MP4 and a WebP hold it behind all they had, an SVG in its metadata", async () => {
  for (const make of [film, webp, svg]) {
    for (const link of [LINK, `${LINK}A`]) {
      const made = await withLink(make(), link);
      assert.deepEqual([await queryIn(made), made.type], [new URL(link).search, make().type]);
    }
  }
  const [before, after] = await Promise.all([film(), await withLink(film(), LINK)].map(bytesOf));
  assert.deepEqual([...after.subarray(0, before.length)], [...before]);
  assert.equal(new DataView(after.buffer).getUint32(before.length), after.length - before.length, "a box of its own");
  const whole = await bytesOf(await withLink(webp(), `${LINK}A`));
  assert.equal(new DataView(whole.buffer).getUint32(4, true), whole.length - 8, "the file says how long it is");
  assert.equal(whole.length % 2, 0);
  assert.match(await (await withLink(svg(), LINK)).text(), /^<svg [^>]*><metadata>gan-link https:[^<]*&amp;s=7&amp;[^<]*<\/metadata><g\/><\/svg>\n$/);
});

test("other files stay as they are, and what holds no link or a damaged one gives none", async () => {
  const numbers = new Blob(["\x93NUMPY"]);
  assert.equal(await withLink(numbers, LINK), numbers);
  const none = [numbers, await png(), gif(), film(), webp(), svg(), new Blob(["\0\0\0\x18ftypmp42"]), new Blob([]), await withLink(await png(), "no address"), await withLink(await png(), "https://example.org/"),
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
