import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import { eigen } from "../../../ui/static/autodiff/eigen.js";
import { Blur, Grasp, products, productsBy, pulled, solve, within } from "../../../ui/static/autodiff/grasp.js";
import { Memory, loadKernels } from "../../../ui/static/autodiff/memory.js";
import { Network } from "../../../ui/static/autodiff/network.js";
import { networkOf, placeIn } from "../../../ui/static/autodiff/program.js";
import { followed, SlopePenalty } from "../../../ui/static/autodiff/slope.js";
import { Engine } from "../../../ui/static/engine/engine.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";

const HERE = new URL("../../../ui/static/autodiff/", import.meta.url);
const CHECKPOINTS = new URL("../../../checkpoints/", import.meta.url);
const kernels = await loadKernels((name) => readFile(new URL(name, HERE)));

let state = 1;
const random = () => ((state = (state * 48271) % 2147483647) / 2147483647) * 2 - 1;
const numbers = (count) => Float32Array.from({ length: count }, random);
const close = (ours, theirs, tolerance) => ours.length === theirs.length && ours.every((value, i) => Math.abs(value - theirs[i]) <= tolerance * Math.max(1, Math.abs(theirs[i])));

const files = [];
for (const model of await readdir(CHECKPOINTS))
  for (const role of ["generator", "discriminator", "encoder"]) {
    const bytes = await readFile(new URL(`${model}/${role}.safetensors`, CHECKPOINTS)).catch(() => null);
    if (bytes) files.push({ name: `${model} ${role}`, buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) });
  }

for (const { name, buffer } of files)
  test(`${name}: a batch forwards is the engine's pictures, backwards is what small differences say`, () => {
    const { metadata, tensors } = parseSafetensors(buffer);
    const program = JSON.parse(metadata.program);
    const network = networkOf(program, tensors, kernels, 3);
    const engine = new Engine(buffer);
    const classes = program.num_classes ?? 0;
    const x = numbers(2 * network.inputSize);
    const labels = classes ? Float32Array.from({ length: 2 * classes }, (_, i) => Number(i % classes === 3)) : null;
    const batch = { size: 2, labels, training: false };
    const run = (input) => network.forward(network.input(input), batch).slice(0, 2 * network.outputSize);
    const ours = run(x);
    const theirs = engine.runBatch(x, labels);
    assert.ok(close(ours, theirs, 2e-4), `${ours.subarray(0, 5)} and ${theirs.subarray(0, 5)}`);

    const weights = numbers(ours.length);
    run(x);
    const slope = network.backward(network.slopes(weights), batch, { onward: true, learn: false }).slice(0, x.length);
    // along directions, the middle one of them, as a unit may change its side between the two points, and near enough for one step at least: between two
    // digits the pictures bend within a long one, and of many pixels a short one is lost in 32 bits
    const errors = [2e-3, 5e-4, 1e-4].map((step) => {
      const off = Array.from({ length: 5 }, () => {
        const direction = numbers(x.length);
        const at = (way) => run(x.map((value, i) => value + way * direction[i])).reduce((sum, value, i) => sum + value * weights[i], 0);
        const expected = slope.reduce((sum, value, i) => sum + value * direction[i], 0);
        return Math.abs((at(step) - at(-step)) / (2 * step) - expected) / Math.hypot(...slope);
      });
      return off.sort((a, b) => a - b)[2];
    });
    assert.ok(Math.min(...errors) < 0.02, `${errors}`);
  });

const LAYERS = {
  "dense": [[7], { layer: "dense", units: 5, bias: true }],
  "conv same 2": [[6, 5, 3], { layer: "conv", filters: 4, size: 5, stride: 2, padding: "same", bias: true }],
  "conv valid 1": [[6, 5, 3], { layer: "conv", filters: 4, size: 3, stride: 1, padding: "valid", bias: false }],
  "conv of one row": [[1, 12, 3], { layer: "conv", filters: 4, size: [1, 5], stride: 1, padding: "same", bias: true }],
  "upconv same": [[4, 3, 3], { layer: "upconv", filters: 2, size: 5, padding: "same", bias: true }],
  "upconv valid": [[4, 3, 3], { layer: "upconv", filters: 2, size: 3, padding: "valid", bias: true }],
  "conv_transpose same 2": [[4, 3, 3], { layer: "conv_transpose", filters: 2, size: 4, stride: 2, padding: "same", bias: true }],
  "conv_transpose valid 2": [[3, 2, 3], { layer: "conv_transpose", filters: 2, size: 3, stride: 2, padding: "valid", bias: false }],
  "batch_norm": [[4, 3, 3], { layer: "batch_norm", momentum: 0.9, epsilon: 1e-3 }],
  "leaky_relu": [[12], { layer: "leaky_relu", alpha: 0.2 }],
  "tanh": [[12], { layer: "activation", kind: "tanh" }],
  "sigmoid": [[12], { layer: "activation", kind: "sigmoid" }],
  "pool": [[5, 4, 3], { layer: "pool" }],
  "depth_to_space": [[3, 2, 8], { layer: "depth_to_space" }],
  "global_pool": [[5, 4, 3], { layer: "global_pool" }],
  "affine": [[5, 4, 3], { layer: "affine" }],
  "concat_labels": [[6], { layer: "concat_labels" }],
  "label_planes": [[3, 4, 2], { layer: "label_planes" }],
  "any_score": [[4], { layer: "any_score" }],
  "label_score": [[5], { layer: "label_score" }],
  "logit_and_classes": [[5], { layer: "logit_and_classes" }],
  "dropout": [[9], { layer: "dropout", rate: 0.3 }],
  "rescale": [[6], { layer: "rescale", factor: 1.2 }],
};

for (const [name, [shape, layer]] of Object.entries(LAYERS))
  test(`${name}: gradients by input and parameters are those of small differences`, () => {
    state = 11; // no two of four so near each other that a small difference changes which is the largest
    const size = 3;
    const about = { role: "generator", input: shape, classes: 4, layers: [layer] };
    const network = new Network(about, placeIn(new Memory(kernels, 4e6), size));
    for (const { value } of network.variables) value.set(numbers(value.length));
    const batch = { size, labels: name === "any_score" ? null : Float32Array.from({ length: size * 4 }, (_, i) => Number(i % 4 === 1)), training: true, lot: { seed: 5, runs: [[0, size]] } };
    const x = numbers(size * network.inputSize);
    const weights = numbers(size * network.outputSize);
    const total = () => network.forward(network.input(x), batch).subarray(0, weights.length).reduce((sum, value, i) => sum + value * weights[i], 0);
    total();
    const slope = network.backward(network.slopes(weights), batch, { onward: true }).slice(0, x.length);
    const kept = network.learned.map((variable) => variable.slope.slice());
    const difference = (place, i) => {
      const before = place[i];
      const [high, low] = [2e-3, -2e-3].map((step) => ((place[i] = before + step), total()));
      place[i] = before;
      return (high - low) / 4e-3;
    };
    for (let i = 0; i < x.length; i += 1) assert.ok(Math.abs(difference(x, i) - slope[i]) < 2e-2, `input ${i}: ${difference(x, i)} and ${slope[i]}`);
    network.learned.forEach(({ value }, v) => {
      for (let i = 0; i < value.length; i += 1) assert.ok(Math.abs(difference(value, i) - kept[v][i]) < 3e-2, `${network.learned[v].name} ${i}`);
    });
  });

const kinks = { layer: "leaky_relu", alpha: 0.2 };
const FLATTENED = {
  "planes, convolutions": [[5, 4, 2], [{ layer: "label_planes" }, { layer: "conv", filters: 3, size: 3, stride: 2, padding: "same", bias: true }, kinks, { layer: "flatten" }, { layer: "dense", units: 1, bias: true }]],
  "tanh before, scores behind": [[16, 1], [{ layer: "rescale", factor: 1.5, offset: 0.2 }, { layer: "activation", kind: "tanh" }, { layer: "reshape", shape: [1, 4, 4] }, { layer: "conv", filters: 3, size: [1, 3], stride: 1, padding: "same", bias: true }, kinks,
    { layer: "flatten" }, { layer: "dense", units: 6, bias: true }, { layer: "activation", kind: "relu" }, { layer: "dense", units: 5, bias: true }, { layer: "label_score" }]],
};

for (const [name, [input, layers]] of Object.entries(FLATTENED))
  test(`R1 (${name}): its gradients are those of small differences, of the first pictures alone, and come on top`, () => {
    state = 7;
    const [size, strength] = [3, 0.7];
    const memory = new Memory(kernels, 8e6);
    const discriminator = new Network({ role: "discriminator", input, classes: 4, layers }, placeIn(memory, 2 * size));
    for (const { value } of discriminator.variables) value.set(numbers(value.length));
    const penalty = new SlopePenalty(placeIn(memory, size), discriminator);
    const labels = Float32Array.from({ length: 2 * size * 4 }, (_, i) => Number(i % 4 === 1));
    const batch = { size: 2 * size, labels, training: true };
    const x = numbers(2 * size * discriminator.inputSize);
    const total = () => {
      discriminator.forward(discriminator.input(x), batch);
      const slope = discriminator.backward(discriminator.slopes(new Float32Array(2 * size).fill(1)), batch, { onward: true, learn: false });
      return slope.subarray(0, size * discriminator.inputSize).reduce((sum, value) => sum + (strength / 2) * value * value, 0);
    };
    assert.ok(followed(layers));
    total();
    for (const { slope } of discriminator.learned) slope.fill(1);
    penalty.learn(size, labels, strength);
    discriminator.learned.forEach(({ name: called, value, slope }, v) => {
      let steep = 0;
      for (let i = 0; i < value.length; i += 1) {
        const before = value[i];
        const [high, low] = [2e-3, -2e-3].map((step) => ((value[i] = before + step), total()));
        value[i] = before;
        steep = Math.max(steep, Math.abs(high - low));
        assert.ok(Math.abs((high - low) / 4e-3 - (slope[i] - 1)) < 1e-2, `${v} ${called} ${i}: ${(high - low) / 4e-3} and ${slope[i] - 1}`);
      }
      assert.ok(called === "bias" || steep > 0, `${v} ${called} matters`);
    });
  });

test("R1 is not had of a discriminator that bends", () => {
  const dense = { layer: "dense", units: 1, bias: true };
  for (const bent of ["batch_norm", "any_score", "dropout", "pool"]) assert.ok(!followed([dense, { layer: bent }]), bent);
  assert.ok(!followed([dense, { layer: "activation", kind: "tanh" }, dense]));
});

/** Symmetric matrices that a training has: of a gradient with itself, of fewer ranks than sides, nothing yet, and with values that are alike. */
const SYMMETRIC = {
  "of one side": [1, () => 3],
  "full": [37, (rows, i, j) => rows[i].reduce((sum, value, k) => sum + value * rows[j][k], 0)],
  "of rank 3": [24, (rows, i, j) => rows[i].slice(0, 3).reduce((sum, value, k) => sum + value * rows[j][k], 0)],
  "zeros": [5, () => 0],
  "alike": [9, (_, i, j) => Number(i === j) * 2],
  "of small numbers": [16, (rows, i, j) => 1e-9 * rows[i].reduce((sum, value, k) => sum + value * rows[j][k], 0)],
};

for (const [name, [n, at]] of Object.entries(SYMMETRIC))
  test(`eigenvectors of a matrix (${name}): the kernel's are upright, turn it into their values, and are eigen.js's`, () => {
    const memory = new Memory(kernels, 1e6);
    const [matrix, vectors, room] = [memory.numbers(n * n), memory.numbers(n * n), memory.numbers(memory.kernels.eigen_room(n))];
    const rows = Array.from({ length: n }, () => [...numbers(2 * n)]);
    for (let i = 0; i < n; i += 1) for (let j = 0; j < n; j += 1) matrix[i * n + j] = at(rows, i, j);
    memory.kernels.eigen(matrix.byteOffset, n, vectors.byteOffset, room.byteOffset);
    const { values } = eigen(matrix, n);
    const size = Math.max(...values.map(Math.abs));
    /** @param {number} i @param {number} j */
    const along = (i, j, of = (k) => vectors[k * n + j]) => Array.from({ length: n }, (_, k) => vectors[k * n + i] * of(k)).reduce((sum, value) => sum + value, 0);
    for (let j = 0; j < n; j += 1) {
      const turned = Array.from({ length: n }, (_, k) => Array.from({ length: n }, (_, l) => matrix[k * n + l] * vectors[l * n + j]).reduce((sum, value) => sum + value, 0));
      for (let i = 0; i <= j; i += 1) {
        assert.ok(Math.abs(along(i, j) - Number(i === j)) < 1e-6, `vectors ${i} and ${j}: ${along(i, j)}`);
        assert.ok(Math.abs(along(i, j, (k) => turned[k]) - (i === j ? values[j] : 0)) <= 1e-6 * size, `values ${i} and ${j}`);
      }
    }
  });

test("a system of equations is solved", () => {
  const n = 12;
  const a = numbers(n * n);
  const matrix = Float64Array.from({ length: n * n }, (_, i) => {
    const [r, c] = [Math.floor(i / n), i % n];
    return Array.from({ length: n }, (_, k) => a[r * n + k] * a[c * n + k]).reduce((sum, value) => sum + value) + Number(r === c);
  });
  const x = numbers(n);
  const right = Float64Array.from({ length: n }, (_, r) => x.reduce((sum, value, c) => sum + matrix[r * n + c] * value, 0));
  assert.ok(close(solve(matrix.slice(), right), x, 1e-5));
});

test("the kernel's scalar products of rows are the plain ones, of few rows and of more", () => {
  const multiply = productsBy(kernels);
  for (const [count, length] of [[13, 784], [1, 784], [64, 784], [5, 30]]) {
    const rows = numbers(count * length);
    const [ours, plain] = [new Float64Array(count * count), new Float64Array(count * count)];
    multiply(rows, count, length, ours);
    products(rows, count, length, plain);
    for (let i = 0; i < count; i += 1) for (let j = 0; j <= i; j += 1) assert.ok(Math.abs(ours[i * count + j] - plain[i * count + j]) < 1e-3, `${count} rows: ${i}, ${j}`);
  }
});

test("pulled ink is where the finger is, and the rest stays", () => {
  const picture = new Float32Array(784);
  for (let y = 8; y < 20; y += 1) picture[y * 28 + 14] = 1;
  const moved = pulled(picture, 28, [14, 10], [18, 10]);
  assert.ok(moved[10 * 28 + 18] > 0.99 && moved[10 * 28 + 14] < 0.5 && moved[19 * 28 + 14] > 0.9);
  assert.deepEqual(pulled(picture, 28, [14, 10], [14, 10]), picture);
});

test("a z too long comes back, a code below nothing too", () => {
  const far = within(new Float32Array(64).fill(3), { kind: "normal", mean: null, std: new Float32Array(64).fill(1) });
  assert.ok(Math.abs(Math.hypot(...far) - 1.15 * 8) < 1e-4);
  assert.deepEqual([...within(Float32Array.of(-1, 2), { kind: "rectified_normal", mean: null, std: new Float32Array(2) })], [0, 2]);
});

test("the ink of a shipped digit follows the finger and stays in the prior", () => {
  const { buffer } = files.find(({ name }) => name === "cgan-mnist generator");
  const { metadata, tensors } = parseSafetensors(buffer);
  const program = JSON.parse(metadata.program);
  const network = networkOf(program, tensors, kernels, 65);
  const spread = { kind: "normal", mean: null, std: new Float32Array(64).fill(1) };
  const labels = (size) => Float32Array.from({ length: size * 10 }, (_, i) => Number(i % 10 === 2));
  const draw = (zs) => network.forward(network.input(Float32Array.from(zs.flatMap((z) => [...z]))), { size: zs.length, labels: labels(zs.length), training: false })
    .slice(0, zs.length * 784).map((value) => (value + 1) / 2);
  state = 5;
  let z = Float32Array.from({ length: 64 }, () => random() + random() + random());
  const first = draw([z]);
  const start = first.reduce((best, value, i) => (value > 0.9 && Math.floor(i / 28) > Math.floor(best / 28) ? i : best), 0); // the lowest ink
  const [x, y] = [start % 28, Math.floor(start / 28)];
  const grasp = new Grasp(first, 28, [x, y], spread);
  const end = [x, y - 4];
  const blur = new Blur(28, 28);
  const missing = (picture) => blur.of(picture).reduce((sum, value, i) => sum + (value - blur.of(pulled(first, 28, [x, y], end))[i]) ** 2, 0);
  for (let k = 0; k < 6; k += 1) {
    const all = draw([z, ...Array.from({ length: 64 }, (_, c) => z.map((value, i) => value + (i === c ? 0.1 : 0)))]);
    const rows = new Float32Array(64 * 784);
    for (let c = 0; c < 64; c += 1) blur.of(Float32Array.from({ length: 784 }, (_, p) => (all[(c + 1) * 784 + p] - all[p]) / 0.1), rows.subarray(c * 784, (c + 1) * 784));
    grasp.feel(rows);
    z = grasp.pull(z, all.subarray(0, 784), end);
  }
  assert.ok(missing(draw([z])) < 0.6 * missing(first), `${missing(draw([z]))} of ${missing(first)}`);
  assert.ok(Math.hypot(...z) <= 1.151 * 8);
});
