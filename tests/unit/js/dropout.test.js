/** What is dropped by lot: how much, by whose lots, and alike whoever has which part of a batch. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { loadKernels, Memory } from "../../../ui/static/autodiff/memory.js";
import { Network } from "../../../ui/static/autodiff/network.js";
import { placeIn } from "../../../ui/static/autodiff/program.js";
import { word } from "../../../ui/static/state/latent.js";

const kernels = await loadKernels((name) => readFile(new URL(`../../../ui/static/autodiff/${name}`, import.meta.url)));
const [RATE, EACH] = [0.3, 1001];
const layers = [{ layer: "dropout", rate: RATE }];
const made = (more = []) => new Network({ role: "discriminator", input: [EACH], classes: 0, layers: [...more, ...layers] }, placeIn(new Memory(kernels, 4e6), 64));
const ones = (size) => new Float32Array(size * EACH).fill(1);
const run = (network, seed, runs, training = true) => {
  const size = runs.reduce((sum, [, samples]) => sum + samples, 0);
  return network.forward(network.input(ones(size)), { size, labels: null, training, lot: { seed, runs } }).slice(0, size * EACH);
};

test("a share of the numbers is 0 and the others are larger by it, so that the mean stays; by the lots of the seed", () => {
  const y = run(made(), 7, [[0, 60]]);
  const least = Math.round(RATE * 65536);
  const kept = Math.fround(65536 / (65536 - least));
  y.forEach((value, i) => assert.equal(value, word(7, i) >>> 16 < least ? 0 : kept));
  const off = 4 * Math.sqrt((RATE * (1 - RATE)) / y.length); // four standard deviations
  assert.ok(Math.abs(y.filter((value) => !value).length / y.length - RATE) < off);
  assert.ok(Math.abs(y.reduce((sum, value) => sum + value, 0) / y.length - 1) < off / (1 - RATE));
});

test("parts of a batch are dropped as the whole is, real pictures and fakes behind them each at their place", () => {
  const whole = run(made(), 9, [[0, 12]]);
  const part = run(made(), 9, [[2, 4], [8, 4]]); // 2 ... 5 of the first six, and 8 ... 11 of all
  assert.deepEqual(part, Float32Array.from([...whole.subarray(2 * EACH, 6 * EACH), ...whole.subarray(8 * EACH)]));
});

test("another seed and another layer have other lots; the way back has those of the way there; nothing is dropped when not training", () => {
  const network = made();
  const there = run(network, 1, [[0, 2]]);
  const batch = { size: 2, labels: null, training: true, lot: { seed: 1, runs: [[0, 2]] } };
  assert.notDeepEqual(run(network, 2, [[0, 2]]), there);
  assert.notDeepEqual(run(made([{ layer: "flatten" }]), 1, [[0, 2]]), there);
  assert.deepEqual(network.layers[0].backward(network.slopes(ones(2)), batch, true, true).slice(), there);
  assert.deepEqual(run(network, 1, [[0, 2]], false), ones(2));
  assert.throws(() => network.forward(network.input(ones(2)), { ...batch, lot: undefined }), /drops numbers by lot, and no seed came/);
});
