import assert from "node:assert/strict";
import test from "node:test";

import { Blur, brightness, pulled } from "../../../ui/static/autodiff/grasp.js";
import { heldByKeys, heldNear } from "../../../ui/static/parts/holdplaces.js";

/** A bright dot on a black picture. @param {number} side @param {number} x @param {number} y */
const dot = (side, x, y) => Float32Array.from({ length: side * side }, (_, i) => (i % side === x && Math.floor(i / side) === y ? 1 : 0));

test("a grey picture is held by its ink, as near as the picture is large", () => {
  assert.deepEqual(heldNear(dot(28, 10, 12), [28, 28, 1], [11, 12.5]), [10, 12]);
  assert.equal(heldNear(dot(28, 10, 12), [28, 28, 1], [15, 12]), null);
  assert.deepEqual(heldNear(dot(64, 10, 12), [64, 64, 1], [15, 12]), [10, 12], "5 of 64 pixels are 2 of 28");
  assert.deepEqual(heldByKeys(dot(28, 3, 12), [28, 28, 1]), [3, 12]);
});

test("one in colours is held where it was pressed, but its rim is left to a finger that scrolls", () => {
  const grey = new Float32Array(64 * 64);
  assert.deepEqual(heldNear(grey, [64, 64, 3], [30, 20.5]), [30, 20.5]);
  assert.equal(heldNear(grey, [64, 64, 3], [2, 30]), null);
  const [x, y] = heldByKeys(dot(64, 40, 20), [64, 64, 3]);
  assert.ok(Math.hypot(x - 40, y - 20) <= 1.01, "keys take an edge");
});

test("of colours a hand holds how bright they are; a grey picture is itself", () => {
  const grey = dot(4, 1, 1);
  assert.equal(brightness(grey, 1), grey);
  const [red, white] = brightness(Float32Array.of(1, 0, 0, 1, 1, 1), 3);
  assert.ok(Math.abs(red - 0.299) < 1e-6 && Math.abs(white - 1) < 1e-6);
});

test("lengths grow with the picture: the same pull of a larger one is the larger pull", () => {
  const small = Float32Array.from({ length: 28 * 28 }, (_, i) => Math.exp(-((((i % 28) - 14) / 3) ** 2) - ((Math.floor(i / 28) - 14) / 3) ** 2));
  const large = Float32Array.from({ length: 56 * 56 }, (_, i) => Math.exp(-((((i % 56) - 28) / 6) ** 2) - ((Math.floor(i / 56) - 28) / 6) ** 2));
  const [few, many] = [pulled(small, 28, [14, 14], [17, 14]), pulled(large, 56, [28, 28], [34, 28])];
  const [near, wide] = [new Blur(28, 28).of(few), new Blur(56, 56).of(many)];
  for (let y = 4; y < 24; y += 1) for (let x = 4; x < 24; x += 1) {
    assert.ok(Math.abs(few[y * 28 + x] - many[2 * y * 56 + 2 * x]) < 0.03);
    assert.ok(Math.abs(near[y * 28 + x] - wide[2 * y * 56 + 2 * x]) < 0.03);
  }
});
