import assert from "node:assert/strict";
import test from "node:test";

import { fetchEngine } from "../../../ui/static/engine/programs.js";
import { Held } from "../../../ui/static/state/held.js";
import { OPENING } from "../../../ui/static/state/opening.js";
import { addKeyPoint, Path, pathHistory, pathOf } from "../../../ui/static/state/paths.js";
import { Store } from "../../../ui/static/state/store.js";
import { View, view } from "../../../ui/static/state/view.js";
import { makeProgram, tensorOf } from "./files.js";

test("a gesture is one step back, whatever came in between", () => {
  const store = new Store({ a: 0, b: 0 });
  for (const a of [1, 2, 3]) store.set({ a });
  store.commit();
  store.commit({ b: 5 });
  store.undo();
  assert.deepEqual(store.state, { a: 3, b: 0 });
  store.undo();
  assert.deepEqual([store.state, store.canUndo, store.canRedo], [{ a: 0, b: 0 }, false, true]);
  store.redo();
  store.redo();
  assert.deepEqual(store.state, { a: 3, b: 5 });
  assert.throws(() => (store.state.a = 1), TypeError);
});

test("where one is, is no step: undo does not move there, and moving does not end a gesture", () => {
  const store = new Store({ keys: 1, place: 0 }, ["place"]);
  store.set({ place: 0.5 });
  store.commit();
  assert.equal(store.canUndo, false);
  store.commit({ keys: 2 });
  store.set({ place: 0.9 });
  store.undo();
  assert.deepEqual(store.state, { keys: 1, place: 0.9 });
  store.redo();
  assert.deepEqual(store.state, { keys: 2, place: 0.9 });
});

const key = (value) => ({ title: "", z: Float32Array.of(value), classWeights: null });

test("key points can be taken back, those that were there to begin with stay", () => {
  const path = new Path();
  path.start({ keys: [key(1), key(2)] });
  path.add(key(3));
  path.move(0, 1);
  path.set({ position: 0.4 });
  path.undo();
  assert.deepEqual(path.keys.map(({ z }) => z[0]), [1, 2, 3]);
  path.undo();
  assert.deepEqual([path.keys.length, path.canUndo, path.position], [2, false, 0.4]);
});

test("on the path's tab undo is of the path in view, then of the view", () => {
  view.start({ model: "m" });
  pathOf("m").start({ keys: [key(1), key(2)] });
  view.commit({ seed: 9 });
  addKeyPoint({ z: [3], title: "three" });
  pathHistory.undo();
  assert.deepEqual([pathOf("m").keys.length, view.state.seed], [2, 9]);
  pathHistory.undo();
  assert.equal(view.state.seed, OPENING.seed);
  pathHistory.redo();
  assert.equal(pathOf("m").keys.length, 3);
});

// ---- what comes late

globalThis.GAN_BASE = "http://host.test/";
const answers = new Map();
/** Answers when the test says so. */
globalThis.fetch = (url) => {
  const name = new URL(url).pathname.slice(1);
  if (name.endsWith("kernel.wasm")) return Promise.resolve(new Response("", { status: 404 }));
  return new Promise((resolve) => answers.set(name, resolve));
};
const network = () => new Response(makeProgram({
  input: { name: "z", shape: [3] }, output: { name: "images", shape: [28, 28, 1], range: [-1, 1] }, ops: [{ op: "dense", kernel: "k" }, { op: "reshape", shape: [28, 28, 1] }],
}, { k: tensorOf([3, 784]) }));
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));
const answer = async (name, response) => {
  while (!answers.has(name)) await soon();
  answers.get(name)(response);
  answers.delete(name);
  await soon();
};

test("an error that an epoch brings late is not told of another one, nor of the finished model", async () => {
  const own = new View();
  const held = new Held(own);
  const epochs = [4, 5].map((step) => ({ step, epoch: 1, url: `late${step}` }));
  held.offer([{ id: "a", kind: "checkpoint", title: "a", family: "dcgan", latent_dim: 3, num_classes: 0, image_shape: [28, 28, 1], prior: { kind: "normal" }, step: 9, epochs, files: { generator: "whole" } }]);
  own.start({ model: "a" });
  await answer("whole", network());
  while (!held.ready) await soon();
  const gone = () => new Response(JSON.stringify({ error: "gone" }), { status: 404 });
  own.commit({ epoch: 4 });
  own.commit({ epoch: 5 });
  await answer("late4", gone());
  assert.equal(held.error, null);
  await answer("late5", gone());
  assert.equal(held.error.message, "gone");
  own.commit({ epoch: null });
  assert.equal(held.error, null);
  held.destroy();
});

test("who asks for a network while it comes gets the same one, and one that failed is asked for again", async () => {
  const [first, second] = [fetchEngine("http://host.test/once"), fetchEngine("http://host.test/once")];
  await answer("once", network());
  assert.equal(await first, await second);
  const lost = assert.rejects(fetchEngine("http://host.test/never"), /missing|gone/);
  await answer("never", new Response("", { status: 404 }));
  await lost;
  const again = fetchEngine("http://host.test/never");
  await answer("never", network());
  assert.equal((await again).outputLength, 784);
});
