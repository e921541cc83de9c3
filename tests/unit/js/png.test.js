/** PNG files that Pillow has written, read without a canvas (made by ../golden_pngs.py); and what tells that a canvas lies. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { inflateSync } from "node:zlib";

import { pixelsOf, tells } from "../../../ui/static/kit/pixels.js";
import { decodePng } from "../../../ui/static/kit/pngread.js";

const cases = JSON.parse(readFileSync(new URL("../golden_pngs.json", import.meta.url), "utf8")).map((one) => ({
  ...one, png: new Uint8Array(Buffer.from(one.png, "base64")), pixels: new Uint8Array(inflateSync(Buffer.from(one.pixels, "base64"))),
}));
const [sample] = cases;

/** Where a chunk begins. */
const chunkAt = (png, name) => Buffer.from(png).indexOf(name) - 4;

for (const { name, png, pixels, width, height } of cases)
  test(`a PNG file has the pixels that Pillow reads in it: ${name}`, async () => {
    const read = await decodePng(png);
    assert.deepEqual([read.width, read.height], [width, height]);
    assert.deepEqual(new Uint8Array(read.data), pixels);
  });

test("the files are of every kind: each colour type, each filter", () => {
  assert.deepEqual([...new Set(cases.map(({ png }) => png[25]))].sort(), [0, 2, 3, 4, 6]);
  const filters = cases.flatMap(({ png, height }) => {
    const at = chunkAt(png, "IDAT");
    const rows = inflateSync(png.subarray(at + 8, at + 8 + new DataView(png.buffer).getUint32(at)));
    return Array.from({ length: height }, (_, y) => rows[(y * rows.length) / height]);
  });
  assert.deepEqual([...new Set(filters)].sort(), [0, 1, 2, 3, 4]);
});

test("its data may come in several chunks", async () => {
  const at = chunkAt(sample.png, "IDAT");
  const length = new DataView(sample.png.buffer).getUint32(at);
  const chunk = (data) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write("IDAT", 4);
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const data = sample.png.subarray(at + 8, at + 8 + length);
  const split = Buffer.concat([sample.png.subarray(0, at), chunk(data.subarray(0, 9)), chunk(data.subarray(9)), sample.png.subarray(at + 12 + length)]);
  assert.deepEqual(new Uint8Array((await decodePng(new Uint8Array(split))).data), sample.pixels);
});

test("what is damaged is refused: cut off, of another size, interlaced, huge", async () => {
  const changed = (change) => {
    const png = sample.png.slice();
    change(png, new DataView(png.buffer));
    return decodePng(png);
  };
  await assert.rejects(decodePng(sample.png.slice(0, 50)), RangeError);
  await assert.rejects(decodePng(new Uint8Array(40)), RangeError);
  await assert.rejects(changed((_, view) => view.setUint32(20, 99)), RangeError);
  await assert.rejects(changed((_, view) => view.setUint32(20, 2)), RangeError);
  await assert.rejects(changed((png) => (png[28] = 1)), RangeError);
  await assert.rejects(changed((_, view) => view.setUint32(16, 1e7)), RangeError);
});

/** A canvas that gives back what was painted, as `lie` would have it. */
function canvas(lie) {
  const data = new Uint8ClampedArray(16 * 16 * 4);
  return {
    fillStyle: "",
    fillRect(x, y) {
      data.set([...this.fillStyle.match(/\d+/g).map(Number), 255], 4 * (16 * y + x));
    },
    getImageData: () => ({ data: lie(data) }),
  };
}

test("a canvas is believed when it gives back what was painted, and in no other case", () => {
  assert.ok(tells(canvas((data) => data)));
  assert.ok(!tells(canvas((data) => data.fill(255))), "white, as some browsers say");
  assert.ok(!tells(canvas((data) => data.map((value, i) => (i % 3 ? value : (i * 89) % 256)))), "stripes");
  assert.ok(!tells(canvas((data) => data.map((value, i) => (i === 500 ? value ^ 1 : value)))), "one bit of one pixel");
});

test("where the canvas lies a PNG is read all the same, and another file is refused with a word on why", async (context) => {
  const page = { createElement: () => Object.assign(new EventTarget(), { style: {}, setAttribute() {}, append() {}, getContext: () => canvas((data) => data.fill(7)) }) };
  globalThis.document = page;
  context.after(() => delete globalThis.document);
  const { width, data } = await pixelsOf(new Blob([sample.png]), { exact: true });
  assert.equal(width, sample.width);
  assert.deepEqual(new Uint8Array(data), sample.pixels);
  await assert.rejects(pixelsOf(new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])])), /only PNG/);
  await assert.rejects(pixelsOf(new Blob([sample.png.slice(0, 60)])), /damaged/);
});
