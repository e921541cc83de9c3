/** Files that somebody else may have made: whatever is in them, the engine says what is wrong with a plain sentence, soon. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

import { Engine } from "../../../ui/static/engine/engine.js";
import { MAX_ELEMENTS, MAX_OPS, MAX_TENSORS } from "../../../ui/static/engine/limits.js";
import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { fileOf, makeFile, makeProgram, tensorOf } from "./files.js";

const CHECKPOINTS = new URL("../../../checkpoints/", import.meta.url);
const PROGRAMS = ["generator", "discriminator", "encoder"];
/** Small ones, so that many can be tried. */
const programs = readdirSync(CHECKPOINTS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  .flatMap(({ name }) => PROGRAMS.map((role) => new URL(`${name}/${role}.safetensors`, CHECKPOINTS)))
  .flatMap((url) => {
    try {
      return [readFileSync(url)];
    } catch {
      return [];
    }
  }).sort((a, b) => a.length - b.length).slice(0, 4);

/** Numbers in [0, 1) that are the same every time. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

const VALUES = [null, true, -1, 0, 0.5, 3, 1e6, 2 ** 40, 1e308, "", "x", "__proto__", "constructor", [], [1], [-1], [2 ** 20, 2 ** 20], {}, { op: "dense" }];

/** One place of a JSON value, chosen evenly, becomes another value, goes, or comes twice. */
function mutated(value, random) {
  const places = [];
  const walk = (holder) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      if (typeof holder[key] === "object" && holder[key] !== null) walk(holder[key]);
    }
  };
  const root = { value: structuredClone(value) };
  walk(root);
  const [holder, key] = places[Math.floor(random() * places.length)];
  const kind = random();
  if (kind < 0.2) delete holder[key];
  else if (kind < 0.35 && Array.isArray(holder)) holder.push(structuredClone(holder[key]));
  else if (kind < 0.6 && typeof holder[key] === "number") holder[key] = Math.floor(holder[key] * [2, 1000, -1, 0.5][Math.floor(random() * 4)]);
  else holder[key] = VALUES[Math.floor(random() * VALUES.length)];
  return root.value;
}

/** The file opens, or a plain Error says why it does not: no other kind, which would mean that the browser is to blame. */
function refusedOrRun(buffer, what) {
  try {
    const engine = new Engine(buffer);
    assert.ok(engine.outputLength > 0);
    return "opens";
  } catch (error) {
    assert.equal(error.constructor, Error, `${what}: ${error.stack}`);
    assert.ok(error.message.length > 20 && error.message.length < 600, `${what}: ${error.message}`);
    return "refused";
  }
}

function taken(file) {
  const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.length);
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  return { buffer, header, body: new Uint8Array(buffer, 8 + length) };
}

test("programs of real checkpoints with one thing changed in their operations", () => {
  assert.equal(programs.length, 4);
  const found = { opens: 0, refused: 0 };
  programs.forEach((file, place) => {
    const { header, body } = taken(file);
    const random = randomOf(100 + place);
    for (let i = 0; i < 60; i += 1) {
      const program = mutated(JSON.parse(header.__metadata__.program), random);
      found[refusedOrRun(fileOf({ ...header, __metadata__: { program: JSON.stringify(program) } }, [body]), JSON.stringify(program).slice(0, 300))] += 1;
    }
  });
  assert.ok(found.refused > 80, JSON.stringify(found));
});

test("and with one thing changed in the header, in a byte, or in their length", () => {
  const found = { opens: 0, refused: 0 };
  programs.forEach((file, place) => {
    const { buffer, header, body } = taken(file);
    const random = randomOf(200 + place);
    for (let i = 0; i < 25; i += 1) {
      found[refusedOrRun(fileOf(mutated(header, random), [body]), "a header")] += 1;
      const bytes = new Uint8Array(buffer.slice(0));
      bytes[Math.floor(random() * Math.min(bytes.length, 4000))] ^= 1 << Math.floor(random() * 8);
      found[refusedOrRun(bytes.buffer, "a byte")] += 1;
      found[refusedOrRun(buffer.slice(0, Math.floor(random() * buffer.byteLength)), "a cut")] += 1;
    }
  });
  assert.ok(found.refused > 150, JSON.stringify(found));
});

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
