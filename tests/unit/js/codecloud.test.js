import assert from "node:assert/strict";
import test from "node:test";

import { Cloud, principalAxes } from "../../../ui/static/state/codecloud.js";
import { CodeHand } from "../../../ui/static/state/codehand.js";
import { dot, normal } from "../../../ui/static/state/latent.js";

/** Codes that differ most along one axis, less along another, hardly elsewhere. */
function codes(count, d = 12) {
  return Array.from({ length: count }, (_, i) => {
    const noise = normal(i + 1, d);
    return noise.map((value, j) => 5 + value * (j === 3 ? 6 : j === 7 ? 3 : 0.2));
  });
}

const near = (a, b, by = 1e-3) => assert.ok(Math.abs(a - b) < by, `${a} is not ${b}`);

test("the axes are those along which codes differ most, at right angles, of length 1, never flipped", () => {
  const all = codes(200);
  const { mean, axes } = new Cloud(all, new Uint8Array(200), -Infinity);
  near(dot(axes[0], axes[0]), 1);
  near(dot(axes[1], axes[1]), 1);
  near(dot(axes[0], axes[1]), 0);
  assert.ok(axes[0][3] > 0.99 && axes[1][7] > 0.99);
  assert.deepEqual(principalAxes(all, mean), axes);
});

test("at the place of a code lies that code, and every place projects to itself", () => {
  const all = codes(60);
  const cloud = new Cloud(all, new Uint8Array(60), -Infinity);
  all.slice(0, 5).forEach((code, i) => cloud.zAt(...cloud.places[i]).forEach((value, j) => near(value, code[j], 0.02)));
  for (const place of [[0, 0], [3.5, -2], [-40, 30]]) cloud.project(cloud.zAt(...place)).forEach((value, axis) => near(value, place[axis], 1e-3));
  const [left, right, top, bottom] = cloud.bounds;
  assert.ok(cloud.places.every(([x, y]) => x > left && x < right && y > top && y < bottom));
});

test("codes that are never negative stay so; a code of two numbers is the plane itself", () => {
  const cloud = new Cloud(codes(30).map((code) => code.map((value) => Math.max(0, value))), new Uint8Array(30), 0);
  assert.ok(cloud.zAt(-60, -60).every((value) => value >= 0));
  const flat = new Cloud(codes(30, 2), new Uint8Array(30), -Infinity);
  assert.deepEqual([...flat.zAt(1.5, -2.25)], [1.5, -2.25]);
  assert.deepEqual(flat.project(Float32Array.of(0.5, 4)), [0.5, 4]);
});

test("changes of a code stay while the encoder says something else, and go at once", () => {
  const told = [];
  const hand = new CodeHand(() => told.push([...hand.z]));
  const model = { prior: { kind: "rectified_normal" } };
  assert.equal(hand.ready, false);
  hand.follow(model, Float32Array.of(1, 2, 0));
  hand.take(Float32Array.of(1, 5, 0));
  hand.settle();
  assert.deepEqual(told, [[1, 5, 0]]);
  assert.deepEqual([...hand.follow(model, Float32Array.of(4, 1, 1))], [4, 4, 1]);
  hand.take(Float32Array.of(0, 4, 1));
  assert.deepEqual([...hand.follow(model, Float32Array.of(1, 1, 1))], [0, 4, 1]);
  assert.ok(hand.changed);
  hand.reset();
  assert.deepEqual([[...hand.z], hand.changed], [[1, 1, 1], false]);
  hand.take(Float32Array.of(9, 9, 9));
  assert.deepEqual([...hand.follow({ ...model }, Float32Array.of(1, 1, 1))], [1, 1, 1]);
});

test("changes of a code are undone as differences, also when the picture is another by then", () => {
  const hand = new CodeHand(() => {});
  const model = { prior: { kind: "rectified_normal" } };
  hand.follow(model, Float32Array.of(1, 2, 0));
  for (const z of [[1, 5, 0], [1, 5, 7]]) hand.settle(Float32Array.from(z));
  hand.follow(model, Float32Array.of(2, 2, 2));
  assert.deepEqual([...hand.z], [2, 5, 9]);
  hand.history.undo();
  assert.deepEqual([[...hand.z], [...hand.change]], [[2, 5, 2], [0, 3, 0]]);
  hand.history.undo();
  assert.deepEqual([[...hand.z], hand.changed, hand.history.canUndo], [[2, 2, 2], false, false]);
  hand.history.redo();
  assert.deepEqual([...hand.z], [2, 5, 2]);
  hand.follow({ ...model }, Float32Array.of(3, 3)); // another model: nothing of this one's can come back
  assert.deepEqual([[...hand.z], hand.history.canUndo, hand.history.canRedo], [[3, 3], false, false]);
});

test("a change that a link brought is there with the first code, and goes where it does not fit", () => {
  for (const [change, expected] of [[[0, 1, -9], [1, 3, 0]], [[1, 1], [1, 2, 0]]]) {
    const hand = new CodeHand(() => {});
    hand.start(Float32Array.from(change));
    assert.deepEqual([...hand.follow({ prior: { kind: "rectified_normal" } }, Float32Array.of(1, 2, 0))], expected);
  }
});
