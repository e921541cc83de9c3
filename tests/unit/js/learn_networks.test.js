/** The lesson's networks: layers of a program and their pictures. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { inUnit, isDrawn, layersOf, mapsOf, parametersOf } from "../../../ui/static/learn/networks/layers.js";

const ROOT = new URL("../../../", import.meta.url);
const shipped = (name, role) => {
  const { buffer, byteOffset, byteLength } = readFileSync(new URL(`checkpoints/${name}/${role}.safetensors`, ROOT));
  return new Engine(buffer.slice(byteOffset, byteOffset + byteLength));
};

test("the layers of the shipped generators end in the picture, and their parameters are all of the file's", () => {
  for (const name of ["dense-mnist", "dcgan-mnist", "cgan-mnist"]) {
    const engine = shipped(name, "generator");
    engine.run(new Float32Array(64).fill(0.3), Float32Array.from({ length: 10 }, (_, i) => Number(i === 3)));
    const layers = layersOf(engine.outcomes);
    const last = layers[layers.length - 1];
    assert.deepEqual(last.shape, [28, 28, 1], name);
    assert.deepEqual(Array.from(last.values), Array.from(engine.output), name);
    assert.equal(parametersOf(layers), engine.outcomes.reduce((sum, { op, learned }) => sum + (op.op === "affine" && op === engine.outcomes[0].op ? 0 : learned), 0));
    assert.equal(layers.filter(({ kind }) => kind === "labels").length, name === "cgan-mnist" ? 1 : 0);
    assert.equal(layers.filter(({ kind }) => kind === "finish").length, name === "dense-mnist" ? 1 : 0);
    assert.deepEqual(layers.map(isDrawn), layers.map((layer) => layer === last), `${name}: of what is left before the end nothing is pixels`);
    assert.ok(layers.every(({ values, shape }) => values.length === shape.reduce((a, b) => a * b, 1)));
  }
  const convolutional = layersOf(shipped("dcgan-mnist", "generator").outcomes).filter(({ kind }) => kind === "upconv");
  assert.ok(convolutional.length >= 2 && convolutional.every(({ size }) => size === 5));
});

test("feature maps lie side by side, white for positive and blue for negative; numbers without a place are a square", () => {
  const maps = mapsOf([2, 2, 3], [1, -1, 0, 0, 0, 0, 0, 0, 0, 0.5, 0, 0]);
  assert.deepEqual([maps.columns, maps.width, maps.height, maps.shown], [2, 5, 5, 3]);
  const at = (x, y) => Array.from(maps.bytes.subarray(4 * (y * maps.width + x), 4 * (y * maps.width + x) + 4));
  assert.deepEqual(at(0, 0), [255, 255, 255, 255]);
  assert.deepEqual(at(1, 1), [128, 128, 128, 255]);
  const [red, , blue] = at(3, 0); // the second channel stands beside the first, a pixel apart
  assert.ok(blue === 255 && red < 100);
  assert.deepEqual(at(2, 0), [0, 0, 0, 0], "the gap is nothing");
  const square = mapsOf([10], Array(10).fill(1));
  assert.deepEqual([square.width, square.height, square.shown], [4, 3, 1]);
  assert.equal(mapsOf([2, 2, 9], Array(36).fill(1), 4).shown, 4);
  assert.deepEqual(Array.from(inUnit(Float32Array.from([-1, 0, 1]))), [0, 1, 2], "black at -1 is black");
  assert.deepEqual(Array.from(inUnit(Float32Array.from([0.5, 1]))), [0.5, 1]);
});

test("a network goes on from given numbers as if its layers had left them", () => {
  const generator = shipped("dcgan-mnist", "generator");
  const whole = Float32Array.from(generator.run(new Float32Array(64).fill(0.2)));
  const place = generator.outcomes.findIndex(({ op }) => op.op === "upconv");
  const left = Float32Array.from(generator.outcomes[place - 1].values); // after its activation, which works in place
  generator.run(new Float32Array(64).fill(-1));
  assert.notDeepEqual(Float32Array.from(generator.output), whole);
  assert.deepEqual(Float32Array.from(generator.runFrom(place, left)), whole);
});
