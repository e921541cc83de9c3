import assert from "node:assert/strict";
import test from "node:test";

import { weightsOf } from "../../../ui/static/state/held.js";
import { child } from "../../../ui/static/state/latent.js";
import { CHECKS, OPENED, START, View } from "../../../ui/static/state/view.js";

const DIGITS = { numClasses: 10, groups: [] };

test("a gesture is many sets and one commit: undo takes it back as a whole", () => {
  const view = new View();
  for (const psi of [0.9, 0.8, 0.7]) view.set({ psi });
  view.commit();
  view.commit({ digit: 5 });
  view.undo();
  assert.deepEqual([view.state.psi, view.state.digit], [0.7, 3]);
  view.undo();
  assert.deepEqual(view.state, OPENED);
  assert.equal(view.canUndo, false);
  view.redo();
  view.redo();
  assert.deepEqual([view.state.psi, view.state.digit, view.canRedo], [0.7, 5, false]);
});

test("undo ends a gesture that goes on, a new change forgets what was undone", () => {
  const view = new View();
  view.set({ psi: 0.5 });
  view.undo();
  assert.equal(view.state.psi, 1);
  view.commit({ psi: 0.2 });
  assert.equal(view.canRedo, false);
});

test("listeners hear the state and the one before, until they stop; nothing is told where nothing changed", () => {
  const view = new View();
  const heard = [];
  const stop = view.subscribe((state, before) => heard.push([before.seed, state.seed]));
  view.set({ seed: OPENED.seed });
  view.set({ seed: 8 });
  stop();
  view.set({ seed: 9 });
  assert.deepEqual(heard, [[OPENED.seed, 8]]);
});

test("a digit of the grid is held by its own seed, the grid stays", () => {
  const view = new View();
  view.set({ z: Float32Array.of(1) });
  view.hold(12);
  assert.deepEqual([view.state.seed, view.state.gridSeed, view.state.z], [child(OPENED.seed, 12), OPENED.seed, null]);
  view.roll(99);
  assert.deepEqual([view.state.seed, view.state.gridSeed], [99, 99]);
});

test("the start of the page cannot be undone", () => {
  const view = new View();
  view.start({ model: "dcgan-mnist" });
  assert.deepEqual([view.state.model, view.canUndo], ["dcgan-mnist", false]);
});

test("every field of a view has its check, which takes what can stand there and nothing else", () => {
  assert.deepEqual(Object.keys(CHECKS).sort(), Object.keys(START).sort());
  const right = { model: "cgan-mnist", seed: 4294967295, psi: 0.3, z: [0.1, -1.2345678, 3e-9, 1 / 3], epoch: null, smooth: true, compare: "a b", digit: 9 };
  for (const [field, value] of Object.entries(right)) assert.equal(CHECKS[field](value), true, field);
  const wrong = [["seed", -1], ["seed", 2 ** 40], ["psi", 3], ["psi", "1"], ["z", ["a"]], ["z", []], ["z", [NaN]], ["blend", 2], ["digit", 1.5], ["smooth", 1], ["compare", 0]];
  for (const [field, value] of wrong) assert.equal(CHECKS[field](value), false, `${field} ${value}`);
});

test("class weights blend two digits and sum to one", () => {
  const weights = weightsOf({ digit: 3, other: 8, blend: 0.25 }, DIGITS);
  assert.deepEqual([weights[3], weights[8], weights.reduce((a, b) => a + b)], [0.75, 0.25, 1]);
  assert.equal(weightsOf({ digit: 3, other: 3, blend: 0.4 }, DIGITS)[3], Math.fround(Math.fround(0.6) + 0.4));
  assert.equal(weightsOf({ digit: 3, other: 8, blend: 0 }, { numClasses: 0, groups: [] }), null);
});
