/** Cards 5 and 9 without a page: a step in slow motion, four sets and what figures see of them, arithmetic of z. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { loadKernels } from "../../../ui/static/autodiff/memory.js";
import { combined, extremes, meanOf, MOST, possible } from "../../../ui/static/learn/quality/arithmetic.js";
import { COUNT, distanceOf, latentsOf, nearestOf, nearestTo, noisy, within } from "../../../ui/static/learn/quality/sets.js";
import { SlowTraining } from "../../../ui/static/learn/sees/slow.js";
import { norm, sample } from "../../../ui/static/state/latent.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const kernels = await loadKernels((name) => readFile(new URL(`autodiff/${name}`, STATIC)));
const recipes = JSON.parse(await readFile(new URL("trainer/recipes.json", STATIC), "utf8"));
const images = Uint8Array.from({ length: 64 * 784 }, (_, i) => ((i * 2654435761) >>> 24) * Number(i % 28 > 8 && i % 28 < 20));

function slow() {
  const recipe = structuredClone(recipes.find(({ family, preset }) => family === "dense" && preset === "reference"));
  for (const { layers } of Object.values(recipe.networks)) for (const layer of layers) if (layer.units > 16 && layer.units !== 784) layer.units = 16;
  return new SlowTraining(kernels, recipe, { images, labels: null }, { batch: 8, seed: 1 });
}

/** Points of a plane, spread by `spread` around the middle. */
const cloud = (seed, n, spread = 1, middle = [0, 0]) => Array.from({ length: n }, (_, i) => sample(seed * 1000 + i, 2).map((value, axis) => middle[axis] + spread * value));

test("the course's network has nothing between training and looking: neither batch normalisation nor dropout", () => {
  const { networks, train } = recipes.find(({ family, preset }) => family === "dense" && preset === "reference");
  const layers = Object.values(networks).flatMap((network) => network.layers.map(({ layer }) => layer));
  assert.ok(layers.length > 5);
  assert.deepEqual(layers.filter((layer) => ["batch_norm", "dropout"].includes(layer)), []);
  assert.deepEqual([train.one_stage, train.ema_decay, train.d_steps], [false, 0, 1]);
});

test("what is looked at is what the training computes: the means of its turns, before and after", async () => {
  const training = slow();
  for (let i = 0; i < 3; i += 1) {
    const mean = ({ opinions }) => opinions.reduce((sum, one) => sum + one, 0) / opinions.length;
    const [real, fake] = [mean(training.reals(8)), mean(training.fakes("d", 8))];
    await training.turnOfD();
    const { d } = training.numbers;
    assert.ok(Math.abs(d.d_real_before - real) < 1e-5 && Math.abs(d.d_fake_before - fake) < 1e-5, JSON.stringify([d, real, fake]));
    assert.ok(Math.abs(d.d_real_after - mean(training.reals(8))) < 1e-5 && Math.abs(d.d_fake_after - mean(training.fakes("d", 8))) < 1e-5);
    const before = training.fakes("g", 8);
    await training.turnOfG();
    const after = training.fakes("g", 8);
    const { g } = training.numbers;
    assert.ok(Math.abs(g.d_fake_before - mean(before)) < 1e-5 && Math.abs(g.d_fake_after - mean(after)) < 1e-5);
    assert.ok(mean(after) > mean(before), "G's step pleases the D that is held fixed");
    await training.finish();
    assert.equal(training.step, i + 1);
  }
});

test("of the real size, too, there is room to look at everything", async () => {
  const recipe = recipes.find(({ family, preset }) => family === "dense" && preset === "reference");
  const training = new SlowTraining(kernels, recipe, { images, labels: null }, { batch: 16, seed: 1 });
  await training.run(1);
  training.reals(6);
  training.wish(training.fakes("g", 6).pictures[0]);
  await training.turnOfD();
  assert.equal(training.fakes("d", 16).pictures.length, 16);
});

test("slow motion and plain steps are the same training", async () => {
  const [turns, plain] = [slow(), slow()];
  for (let i = 0; i < 2; i += 1) {
    turns.fakes("d", 4);
    turns.reals(4);
    await turns.turnOfD();
    turns.wish(turns.fakes("g", 4).pictures[0]);
    await turns.turnOfG();
    await turns.finish();
    await plain.run(1);
  }
  assert.deepEqual(turns.fakes("d", 4).pictures[0], plain.fakes("d", 4).pictures[0]);
  assert.deepEqual(turns.reals(4).opinions, plain.reals(4).opinions);
});

test("D's wish is its gradient: a small move along it raises the opinion", () => {
  const training = slow();
  const { pictures, opinions } = training.reals(1);
  const slope = training.wish(pictures[0]);
  assert.equal(slope.length, 784);
  const network = training.training.objective.networks.discriminator;
  const length = Math.hypot(...slope);
  const moved = pictures[0].map((value, i) => value + (0.05 * slope[i]) / length);
  const [logit] = network.forward(network.input(moved), { size: 1, labels: null, training: false });
  assert.ok(1 / (1 + Math.exp(-logit)) > opinions[0]);
});

test("precision and recall: a collapsed set is precise and recalls nothing, a noisy one the other way round, a copy is perfect", () => {
  const real = cloud(1, 100);
  const [good, collapsed, wide, copy] = [cloud(2, 100), cloud(3, 100, 0.05, [0.5, 0.5]), cloud(4, 100, 0.3, [9, 9]), real];
  assert.ok(within(good, real) > 0.85 && within(real, good) > 0.85);
  assert.ok(within(collapsed, real) > 0.95 && within(real, collapsed) < 0.1);
  assert.ok(within(wide, real) < 0.05);
  assert.deepEqual([within(copy, real), within(real, copy)], [1, 1]);
  assert.ok(distanceOf(real, copy) < 1e-9);
  assert.ok(distanceOf(real, good) < distanceOf(real, collapsed) && distanceOf(real, collapsed) < distanceOf(real, wide));
  assert.equal(nearestOf(copy, real), 0);
  assert.ok(nearestOf(good, real) > 0);
});

test("four sets: fresh z for each, and a collapsed generator whose z are as long as the others", () => {
  const z = latentsOf((seed) => sample(seed, 64), 7);
  assert.deepEqual(Object.values(z).map(({ length }) => length), [COUNT, COUNT, COUNT, COUNT]);
  assert.equal(new Set(Object.values(z).flat().map((one) => one[0])).size, 4 * COUNT);
  const mean = (rows) => rows.reduce((sum, one) => sum + norm(one), 0) / rows.length;
  assert.ok(Math.abs(mean(z.collapsed) / mean(z.good) - 1) < 0.1);
  const apart = (rows) => norm(rows[0].map((value, i) => value - rows[1][i]));
  assert.ok(apart(z.collapsed) < 0.6 * apart(z.good));
  const noise = noisy(new Float32Array(784).fill(0.5), 3);
  assert.ok(noise.every((value) => value >= 0 && value <= 1) && new Set(noise).size > 700);
});

test("the nearest training pictures are found in order, a copy at distance 0", () => {
  const stored = new Uint8Array(4 * 784);
  for (let i = 0; i < 784; i += 1) [stored[i], stored[784 + i], stored[2 * 784 + i], stored[3 * 784 + i]] = [0, 100, 255, 90];
  const found = nearestTo(new Float32Array(784).fill(100 / 255), stored, 3);
  assert.deepEqual(found.map(({ place }) => place), [1, 3, 0]);
  assert.ok(found[0].distance < 1e-6 && Math.abs(found[1].distance - 10 / 255) < 1e-6);
});

test("arithmetic takes the thickest and thinnest that are surely that digit, and averages their z", () => {
  const drawn = Array.from({ length: 40 }, (_, i) => ({ z: Float32Array.of(i, 1), picture: new Float32Array(1), digit: i % 2, sure: i === 38 ? 0.5 : 0.95, ink: i / 100 }));
  assert.deepEqual(possible(drawn), [0, 1]);
  // 19 even ones are sure: a fifth of them, the three thickest, are oddities
  assert.deepEqual(extremes(drawn, 0, true).map(({ ink }) => ink).slice(0, 2), [0.3, 0.28]);
  assert.ok(!extremes(drawn.slice(20), 0, true).some(({ sure }) => sure < 0.8), "an unsure one is left out");
  assert.equal(extremes(drawn.slice(20), 0, true).length, MOST, "where there are few, none is passed over");
  assert.equal(extremes(drawn, 1, false).length, MOST);
  assert.deepEqual([...meanOf(extremes(drawn, 1, false), 2)], [10, 1]);
  assert.deepEqual([...combined(Float32Array.of(5, 5), Float32Array.of(1, 2), Float32Array.of(10, 10))], [14, 13]);
});
