import assert from "node:assert/strict";
import test from "node:test";

import { parseSafetensors } from "../../../ui/static/engine/safetensors.js";
import { fileOf, makeFile } from "./files.js";

const one = (entry, bytes = 4) => fileOf({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...entry } }, [new Uint8Array(bytes)]);

test("float32 and metadata come out as they went in", () => {
  const file = makeFile({ a: { shape: [2, 1], data: Float32Array.of(1.5, -2) }, b: { shape: [], data: Float32Array.of(7) } }, { program: "{}" });
  const { metadata, tensors } = parseSafetensors(file);
  assert.deepEqual(metadata, { program: "{}" });
  assert.deepEqual(tensors.a, { shape: [2, 1], data: Float32Array.of(1.5, -2) });
  assert.deepEqual(Array.from(tensors.b.data), [7]);
});

test("float16: normal, subnormal, largest, zero and negative", () => {
  const words = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x0000, 0x3555, 0x0400);
  const file = fileOf({ x: { dtype: "F16", shape: [8], data_offsets: [0, 16] } }, [new Uint8Array(words.buffer)]);
  const expected = [1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, 0, 0.333251953125, 2 ** -14];
  assert.deepEqual(Array.from(parseSafetensors(file).tensors.x.data), expected);
});

test("whole numbers are multiplied by the scale of their column", () => {
  const header = { k: { dtype: "I8", shape: [2, 3], data_offsets: [0, 6] }, "k.scale": { dtype: "F32", shape: [3], data_offsets: [6, 18] } };
  const numbers = new Uint8Array(Int8Array.of(1, -2, 127, 0, 5, -127).buffer);
  const scale = Float32Array.of(0.5, 2, 0.25);
  const { tensors } = parseSafetensors(fileOf(header, [numbers, new Uint8Array(scale.buffer)]));
  assert.deepEqual(Object.keys(tensors), ["k"]);
  assert.deepEqual(tensors.k, { shape: [2, 3], data: Float32Array.of(0.5, -4, 31.75, 0, 10, -31.75) });
});

test("whole numbers of two bytes are, too", () => {
  const header = { k: { dtype: "I16", shape: [1, 2], data_offsets: [0, 4] }, "k.scale": { dtype: "F32", shape: [2], data_offsets: [4, 12] } };
  const { tensors } = parseSafetensors(fileOf(header, [new Uint8Array(Int16Array.of(-32767, 256).buffer), new Uint8Array(Float32Array.of(0.5, 2).buffer)]));
  assert.deepEqual(tensors, Object.assign(Object.create(null), { k: { shape: [1, 2], data: Float32Array.of(-16383.5, 512) } }));
});

test("a damaged file is refused with the reason", () => {
  const huge = makeFile({});
  new DataView(huge).setBigUint64(0, 3n * 2n ** 30n, true);
  const cases = [
    [new ArrayBuffer(3), /too short/],
    [huge, /header claims 3221225472 bytes/],
    [fileOf("{not json"), /not JSON/],
    [fileOf("[1, 2]"), /not a JSON object/],
    [one({ dtype: "F64" }), /dtype "F64"/],
    [one({ dtype: "toString" }), /dtype "toString"/],
    [one({ shape: [-1] }), /shape \[-1\]/],
    [one({ shape: [2] }), /needs 8 bytes, it has 4/],
    [one({ shape: [2 ** 40, 2 ** 40] }), /needs/],
    [one({ data_offsets: [0, 400] }), /outside its 4 bytes/],
    [one({ data_offsets: [4, 0] }), /outside/],
    [one({}, 8), /end at byte 4 of 8/],
    [fileOf({ x: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, y: { dtype: "F32", shape: [1], data_offsets: [0, 4] } }, [new Uint8Array(4)]), /overlap/],
    [one({ dtype: "I8", data_offsets: [0, 1] }, 1), /"x" has no scale that fits it/],
    [fileOf({ x: { dtype: "I8", shape: [4], data_offsets: [0, 4] }, "x.scale": { dtype: "F32", shape: [1], data_offsets: [4, 8] } }, [new Uint8Array(8)]), /no scale that fits/],
    [makeFile({ x: { shape: [2], data: Float32Array.of(1, NaN) } }), /"x" holds NaN at 1/],
    [makeFile({ x: { shape: [1], data: Float32Array.of(Infinity) } }), /holds Infinity/],
    [new TextEncoder().encode("<!doctype html><p>not a weight file").buffer, /header claims/],
  ];
  for (const [file, reason] of cases) assert.throws(() => parseSafetensors(file), reason);
});

test("every cut of a good file is refused", () => {
  const file = makeFile({ a: { shape: [3], data: Float32Array.of(1, 2, 3) } });
  for (let length = 0; length < file.byteLength; length += 1) assert.throws(() => parseSafetensors(file.slice(0, length)), /damaged/);
});
