import assert from "node:assert/strict";
import test from "node:test";

import { FARTHEST, breathe, breathes, offsets, turnAt, walkedTo } from "../../../ui/static/explore/alive.js";

const turns = Array.from({ length: 1001 }, (_, i) => i / 1000);
const length = (/** @type {number[]} */ values) => Math.hypot(...values);

test("the walk is closed, goes through the seed, and stays near it", () => {
  assert.deepEqual(offsets(0), offsets(0).map(() => 0));
  for (const [i, end] of offsets(1).entries()) assert.ok(Math.abs(end - offsets(0)[i]) < 1e-9);
  const away = turns.map((turn) => length(offsets(turn)));
  assert.ok(Math.max(...away) <= FARTHEST && Math.max(...away) > 0.8 * FARTHEST, "it goes somewhere, and not too far");
});

test("it walks evenly: no step of a thousandth of a turn is a leap", () => {
  const steps = turns.slice(1).map((turn, i) => length(offsets(turn).map((value, j) => value - offsets(turns[i])[j])));
  assert.ok(Math.max(...steps) < 0.012);
});

test("it begins slowly, never goes back, and a turn takes 24 s", () => {
  const times = Array.from({ length: 300 }, (_, i) => i * 50).map(turnAt);
  for (const [i, turn] of times.entries()) assert.ok(i === 0 || turn > times[i - 1]);
  assert.ok(times[1] - times[0] < 0.1 * (times[200] - times[199]), "from rest");
  assert.ok(Math.abs(turnAt(10_000 + 24_000) - turnAt(10_000)) < 1e-9);
});

test("a place of the walk is the seed's z moved along the first directions", () => {
  const directions = [Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)];
  const model = {
    directions,
    directionValues: (/** @type {Float32Array} */ z) => [...z.slice(0, 2)],
    moveTo: (/** @type {Float32Array} */ z, /** @type {number} */ i, /** @type {number} */ value) => z.with(i, value),
  };
  const z = Float32Array.of(0.5, -1, 7);
  assert.deepEqual(walkedTo(model, z, 0), z);
  const [first, second] = offsets(0.2);
  assert.deepEqual([...walkedTo(model, z, 0.2)].map((value) => value.toFixed(5)), [0.5 + first, -1 + second, 7].map((value) => value.toFixed(5)));
});

test("nothing moves for who wants less of that, nor where a link gave a pose", (context) => {
  context.after(() => delete globalThis.matchMedia);
  globalThis.matchMedia = (query) => ({ matches: query === "(prefers-reduced-motion: reduce)" });
  const nothing = new Proxy({}, { get: (_, name) => assert.fail(`${String(name)} was asked for`) });
  breathe(nothing, nothing, nothing)();
  globalThis.matchMedia = () => ({ matches: false });
  breathe(nothing, nothing, nothing, { wanted: false })();
  assert.equal(breathes(), false);
  assert.throws(() => breathe(nothing, nothing, nothing), "else it asks");
});
