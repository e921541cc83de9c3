import assert from "node:assert/strict";
import { test } from "node:test";

import { changes, EDGE, felt, keptOut, shareBelow, usualOf, waysOf } from "../../../ui/static/explore/breaks.js";
import { norm, seedPlane } from "../../../ui/static/state/latent.js";

test("a place is felt along the same few directions, each a step long", () => {
  const ways = waysOf(32);
  assert.deepEqual(ways, waysOf(32));
  const [z, ...near] = felt(new Float32Array(32).fill(0.5), ways, 0.25);
  for (const one of near) assert.ok(Math.abs(norm(one.map((value, i) => value - z[i])) - 0.25) < 1e-6);
  assert.equal(new Set(near.map(String)).size, ways.length);
});

test("the change is the root of the mean of the squared distances, of each group for itself", () => {
  const ways = waysOf(4).length;
  const still = new Float32Array(2 * (1 + ways)).fill(0.3);
  const moving = Float32Array.from({ length: 2 * (1 + ways) }, (_, i) => (i < 2 ? 0 : i % 2 ? 4 : 3));
  const [none, five] = changes(Float32Array.from([...still, ...moving]), 2);
  assert.equal(none, 0);
  assert.ok(Math.abs(five - 5) < 1e-6);
});

test("a change is told as the share of usual ones that are smaller", () => {
  const sorted = [1, 2, 3, 5, 9];
  assert.deepEqual([0, 1, 2.5, 4, 9, 12].map((value) => shareBelow(value, sorted)), [0, 0, 0.375, 0.625, 1, 1]);
});

test("usual pictures are far from each other on the plane of seeds", () => {
  const rows = usualOf((x, y) => seedPlane(x, y, 16, { kind: "normal", mean: null, std: null }));
  assert.equal(new Set(rows.map(String)).size, rows.length);
});

test("a hand is kept out of where pictures break: along the edge where that leads on, and out of it again; what is unknown is free", () => {
  const wall = (x) => (x > 1 ? EDGE + 0.05 : 0.2);
  assert.deepEqual(keptOut({ x: 0, y: 0 }, { x: 0.9, y: 3 }, wall), { x: 0.9, y: 3 });
  assert.deepEqual(keptOut({ x: 0, y: 0 }, { x: 2, y: 3 }, wall), { x: 0, y: 3 });
  assert.deepEqual(keptOut({ x: 0, y: 0 }, { x: 2, y: 0 }, wall), { x: 0, y: 0 });
  assert.deepEqual(keptOut({ x: 2, y: 0 }, { x: 3, y: 1 }, wall), { x: 3, y: 1 }, "no worse than where it is");
  assert.deepEqual(keptOut({ x: 2, y: 0 }, { x: 0, y: 1 }, wall), { x: 0, y: 1 });
  assert.deepEqual(keptOut({ x: 0, y: 0 }, { x: 5, y: 5 }, () => NaN), { x: 5, y: 5 });
});
