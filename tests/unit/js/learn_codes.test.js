/** The lesson's autoencoders: run by their stages, with fewer numbers of a code, on damaged pictures; what was measured is there. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { MEASURED } from "../../../ui/static/learn/codes/measured.js";
import { damaged, errorOf, greyOf, stages, through } from "../../../ui/static/learn/codes/nets.js";
import { toBytes } from "../../../ui/static/trainer/files.js";

const NETS = new URL("../../../ui/static/learn/codes/nets/", import.meta.url);

const numbers = (shape, scale = 1) => ({ shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => scale * Math.sin(i + 1)) });
const program = (role, input, output, ops, tensors) => new Engine(toBytes(tensors, { program: JSON.stringify({ format: 1, role, num_classes: 0, step: 0, input, output, ops }) }));

test("each stage of a stacked autoencoder draws by the layers outside of it", () => {
  const images = { name: "images", shape: [28, 28, 1], range: [0, 1] };
  const dense = (index, activation) => [{ op: "dense", kernel: `${index}.k`, bias: `${index}.b` }, { op: "activation", kind: activation }];
  const layer = (index, from, to) => ({ [`${index}.k`]: numbers([from, to], 0.05), [`${index}.b`]: numbers([to], 0.1) });
  const tensors = { ...layer("a", 784, 12), ...layer("b", 12, 5) };
  const back = { ...layer("c", 5, 12), ...layer("d", 12, 784) };
  const encoder = program("encoder", images, { name: "z", shape: [5] }, [{ op: "reshape", shape: [784] }, ...dense("a", "relu"), ...dense("b", "relu")], tensors);
  const generator = program("generator", { name: "z", shape: [5] }, images, [...dense("c", "relu"), ...dense("d", "sigmoid"), { op: "reshape", shape: [28, 28, 1] }], back);
  const pixels = Float32Array.from({ length: 784 }, (_, i) => (i % 7) / 7);
  const found = stages({ encoder, generator }, pixels);
  assert.deepEqual(found.map(({ size }) => size), [12, 5]);
  const outer = program("generator", { name: "z", shape: [12] }, images, [...dense("d", "sigmoid"), { op: "reshape", shape: [28, 28, 1] }], layer("d", 12, 784));
  encoder.run(pixels);
  const code = Float32Array.from(encoder.outcomes[1].values);
  assert.ok(errorOf(found[0].pixels, outer.run(code)) < 1e-12);
  assert.ok(errorOf(found[1].pixels, through({ encoder, generator }, pixels)) < 1e-12);
});

test("fewer numbers of a code are the first of them", () => {
  const images = { name: "images", shape: [28, 28, 1], range: [0, 1] };
  const encoder = program("encoder", images, { name: "z", shape: [3] }, [{ op: "reshape", shape: [784] }, { op: "dense", kernel: "k" }], { k: numbers([784, 3]) });
  const generator = program("generator", { name: "z", shape: [3] }, images, [{ op: "dense", kernel: "k" }, { op: "reshape", shape: [28, 28, 1] }], { k: numbers([3, 784]) });
  const pixels = new Float32Array(784).fill(0.5);
  const code = Float32Array.from(encoder.run(pixels));
  const expected = generator.run([code[0], 0, 0]).map((value) => Math.min(1, Math.max(0, value)));
  assert.ok(errorOf(through({ encoder, generator }, pixels, 1), expected) < 1e-12);
});

test("a damaged picture is noisy, cut off and blank in its half; grey is counted on the ink", () => {
  const pixels = new Float32Array(784).fill(0.9);
  const noise = Float32Array.from({ length: 784 }, (_, i) => (i % 2 ? 1 : -1));
  const left = damaged(pixels, noise, 0.5, "left");
  assert.deepEqual([left[0], left[13], left[14], left[15]].map((value) => Number(value.toFixed(3))), [0, 0, 0.4, 1]);
  assert.deepEqual(Array.from(damaged(pixels, noise, 0, "none")), Array.from(pixels));
  assert.equal(greyOf([0, 0, 0.5, 1]), 0.5);
  assert.equal(greyOf([0, 0]), 0);
});

test("what was measured has its networks, a longer code a smaller error, and none is worse than as many principal components", () => {
  const { codes, denoising, stacked } = MEASURED;
  const names = ["pca", ...codes.map(({ size }) => `code-${size}`), ...(denoising ? ["denoising"] : []), ...(stacked ? ["stacked"] : [])];
  for (const name of names) for (const role of ["encoder", "generator"]) assert.ok(existsSync(new URL(`${name}.${role}.safetensors`, NETS)), name);
  assert.ok(codes.length >= 3);
  codes.slice(1).forEach(({ code }, i) => assert.ok(code.mse < codes[i].code.mse && code.read >= codes[i].code.read));
  for (const { size, code, pca } of codes.filter(({ size }) => size < 128)) assert.ok(code.mse < pca.mse, String(size));
});
