import assert from "node:assert/strict";
import test from "node:test";

import { addKeyPoint, Path, pathOf } from "../../../ui/static/state/paths.js";
import { view } from "../../../ui/static/state/view.js";

const key = (z, classWeights = null) => ({ title: "", z: Float32Array.from(z), classWeights: classWeights && Float32Array.from(classWeights) });
const near = (got, expected) => got.forEach((x, i) => assert.ok(Math.abs(x - expected[i]) < 1e-6, `${got}, expected ${expected}`));

function path(patch = {}) {
  const made = new Path();
  made.set({ keys: [key([2, 0], [1, 0]), key([0, 2], [0, 1]), key([-2, 0], [1, 0])], ...patch });
  return made;
}

test("an open path goes from the first to the last key point, a closed one comes back", () => {
  near(path().at(0).z, [2, 0]);
  near(path().at(0.5).z, [0, 2]);
  near(path().at(1).z, [-2, 0]);
  near(path({ closed: true }).at(1).z, [2, 0]);
  near(path({ closed: true }).at(2 / 3).z, [-2, 0]);
});

test("linear cuts the corner, spherical keeps the length; labels move along", () => {
  near(path({ spherical: false }).at(0.25).z, [1, 1]);
  near(path().at(0.25).z, [Math.SQRT2, Math.SQRT2]);
  near(path().at(0.25).classWeights, [0.5, 0.5]);
});

test("frames: the ends are frames of an open path, a closed one does not show its start twice", () => {
  const open = path({ steps: 5 });
  assert.deepEqual([0, 2, 4].map((i) => open.positionOf(i)), [0, 0.5, 1]);
  const closed = path({ steps: 4, closed: true });
  assert.deepEqual([0, 1, 3].map((i) => closed.positionOf(i)), [0, 0.25, 0.75]);
  closed.set({ position: 1 });
  assert.equal(closed.frame, 0);
});

test("key points are added, moved, changed and removed; moving along is no change of the path", () => {
  const walk = path();
  walk.move(0, 1);
  near(walk.at(0).z, [0, 2]);
  walk.remove(0);
  assert.equal(walk.keys.length, 2);
  walk.change(0, { title: "new" });
  assert.equal(walk.keys[0].title, "new");
  const { version } = walk;
  walk.set({ position: 0.3 });
  assert.equal(walk.version, version);
  walk.set({ steps: 3 });
  assert.notEqual(walk.version, version);
});

test("what is dropped from elsewhere takes the place of the first points, on its own model's path", () => {
  const walk = pathOf("autoencoder-mnist");
  walk.set({ keys: [{ ...key([0]), automatic: true }, { ...key([1]), automatic: true }] });
  const counts = [5, 6, 7].map((value) => addKeyPoint({ z: [value], title: `code ${value}`, model: "autoencoder-mnist" }));
  assert.deepEqual(walk.keys.map(({ z }) => z[0]), [5, 6, 7]);
  assert.deepEqual(counts, [1, 2, 3]);
  assert.equal(view.state.model, "autoencoder-mnist");
});
