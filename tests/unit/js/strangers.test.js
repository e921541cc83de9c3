/** Files that somebody else may have made: whatever is in them, the page says what is wrong with a plain sentence, soon. */

import assert from "node:assert/strict";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { MAX_ELEMENTS, MAX_OPS, MAX_TENSORS } from "../../../ui/static/engine/limits.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { fileOf, makeFile, makeProgram, tensorOf } from "./files.js";
import { isTaken, programs, randomOf, readers } from "./odd.js";

const TIMES = { program: 240, safetensors: 300, link: 2000, recording: 500 };

for (const [place, reader] of readers().entries()) {
  test(`${reader.name}: what is in order is taken, and with one thing changed it is taken or refused in a sentence`, () => {
    for (const seed of reader.seeds) assert.ok(reader.read(seed));
    const random = randomOf(100 + place);
    const found = { taken: 0, refused: 0 };
    for (let i = 0; i < TIMES[reader.name]; i += 1) found[isTaken(reader, reader.change(random, reader.seeds[i % reader.seeds.length])) ? "taken" : "refused"] += 1;
    assert.ok(found.taken > TIMES[reader.name] / 50 && found.refused > TIMES[reader.name] / 50, JSON.stringify(found));
  });
}

test("four real networks are among them", () => assert.equal(programs.length, 4));

const ENDS = { input: { shape: [4, 4, 1] }, output: { shape: [4, 4, 1] } };

test("what would grow without end is refused before it is made", () => {
  const k = { k: tensorOf([1, 1, 64, 64]) };
  const doubling = Array.from({ length: 20 }, () => ({ op: "upconv", kernel: "k", padding: "same" }));
  assert.throws(() => new Engine(makeProgram({ input: { shape: [4, 4, 64] }, output: { shape: [1] }, ops: doubling }, k)), /Operation \d+ needs [\d,]+ numbers; at most/);
  const planes = Array.from({ length: 100 }, () => ({ op: "label_planes" }));
  const labelled = (num_classes) => makeProgram({ input: { shape: [256, 256, 1] }, output: { shape: [1] }, num_classes, ops: planes }, {});
  assert.throws(() => new Engine(labelled(2)), /numbers with those before it; at most/);
  assert.throws(() => new Engine(labelled(1000)), /numbers; at most/);
  const many = Array.from({ length: MAX_OPS + 1 }, () => ({ op: "activation", kind: "tanh" }));
  assert.throws(() => new Engine(makeProgram({ ...ENDS, ops: many }, {})), /501 operations; at most 500/);
  assert.throws(() => new Engine(makeProgram({ input: { shape: [MAX_ELEMENTS + 1] }, output: { shape: [1] }, ops: [] }, {})), /input has shape/);
});

test("so are multiplications", () => {
  const ops = Array.from({ length: 40 }, () => ({ op: "conv", kernel: "k", stride: 1, padding: "same" }));
  const program = makeProgram({ input: { shape: [16, 16, 500] }, output: { shape: [16, 16, 500] }, ops }, { k: tensorOf([1, 1, 500, 500]) });
  assert.throws(() => new Engine(program), /multiplications with those before it; at most/);
});

test("a header of too many tensors, and JSON that is nested too deeply, are refused", () => {
  const none = { dtype: "F32", shape: [0], data_offsets: [0, 0] };
  assert.throws(() => parseSafetensors(fileOf(Object.fromEntries(Array.from({ length: MAX_TENSORS + 1 }, (_, i) => [`t${i}`, none])))), /2001 tensors, at most 2000/);
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  for (const program of [deep, `{"format": ${deep}}`, `{"format": 1, "role": "generator", "input": {"shape": ${deep}}}`])
    assert.throws(() => new Engine(makeFile({}, { program })), (error) => error.constructor === Error && error.message.length < 400);
  assert.throws(() => parseSafetensors(fileOf(`{"a": ${deep}}`)), (error) => error.constructor === Error && /damaged/.test(error.message));
});
