import assert from "node:assert/strict";
import test from "node:test";

import { npy, svgOf } from "../../../ui/static/interpolate/localexport.js";
import { digitOf } from "../../../ui/static/kit/digitof.js";

test("latents are written as NumPy writes them", () => {
  const file = npy(Float32Array.of(1, -2.5, 3, 4, 5, 6), [2, 3]);
  const text = new TextDecoder("latin1").decode(file.subarray(0, file.length - 24));
  assert.match(text, /^\x93NUMPY\x01\x00v\x00\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3,\), \} +\n$/);
  assert.equal(text.length % 64, 0);
  assert.deepEqual([...new Float32Array(file.buffer.slice(-24))], [1, -2.5, 3, 4, 5, 6]);
});

test("a strip as SVG covers each pixel of ink once, as dark as it is", () => {
  const picture = Float32Array.from({ length: 784 }, (_, i) => (i % 28 === 3 ? 1 : i === 30 ? 0.4 : i === 700 ? 0.02 : 0));
  const text = svgOf([picture, new Float32Array(784)], 8);
  assert.match(text, /^<svg xmlns="[^"]+" width="448" height="224" viewBox="0 0 56 28"/);
  const covered = new Float32Array(784);
  for (const [, opacity, path] of text.matchAll(/fill-opacity="([\d.]+)" d="([^"]+)"/g))
    for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) for (let i = 0; i < Number(width); i += 1) covered[28 * y + Number(x) + i] += Number(opacity);
  covered.forEach((value, i) => assert.ok(Math.abs(value - picture[i]) <= 0.5 / 15 + 0.005, String(i)));
});

function page(width, height, paper, ink, isInk) {
  return { width, height, data: Float32Array.from({ length: width * height }, (_, i) => (isInk(i % width, Math.floor(i / width)) ? ink : paper(i % width))) };
}

test("dark ink on shaded paper becomes white on black, 20 high, centred by mass", () => {
  const bar = (x, y) => x >= 60 && x < 80 && y >= 20 && y < 140;
  const digit = digitOf(page(200, 160, (x) => 200 + x / 8, 40, bar));
  const rows = Array.from({ length: 28 }, (_, y) => Math.max(...digit.subarray(28 * y, 28 * y + 28)));
  assert.deepEqual([rows.findIndex((value) => value > 0.5), rows.findLastIndex((value) => value > 0.5)], [4, 23]);
  const mass = digit.reduce((a, b) => a + b);
  const centre = [0, 1].map((axis) => digit.reduce((sum, value, i) => sum + value * (axis ? Math.floor(i / 28) : i % 28), 0) / mass);
  for (const place of centre) assert.ok(Math.abs(place - 14) <= 0.51, String(centre));
  assert.equal(digit[0], 0);
});

test("bright ink on dark gives the same digit, a finished one is taken as it is, an empty sheet is refused", () => {
  const bar = (x, y) => x >= 60 && x < 80 && y >= 20 && y < 140;
  const [dark, bright] = [digitOf(page(200, 160, () => 255, 0, bar)), digitOf(page(200, 160, () => 0, 255, bar))];
  assert.deepEqual(dark, bright);
  const ready = page(28, 28, () => 0, 255, (x, y) => x > 10 && x < 15 && y > 5 && y < 22);
  assert.deepEqual(digitOf(ready), ready.data.map((value) => value / 255));
  assert.throws(() => digitOf(page(50, 50, () => 200, 210, (x) => x > 20 && x < 30)), /one even grey/);
});
