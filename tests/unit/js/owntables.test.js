/** Arrays and tables of a person in the page: the files that NumPy writes, told as gan_core/data/own tells them, and changed ones refused with a sentence. */

import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync } from "node:zlib";

import { readIdx, readNpy } from "../../../ui/static/device/npy.js";
import { opened, readGiven } from "../../../ui/static/device/ownread.js";
import { found, readTables, TABLES } from "../../../ui/static/device/owntables.js";
import { zipOf } from "../../../ui/static/device/zip.js";

/** As numpy.save writes it. @param {string} descr @param {number[]} shape @param {ArrayBufferView} data */
function npy(descr, shape, data, fortran = "False", version = 1) {
  const head = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const start = version === 1 ? 10 : 12;
  const padded = head.padEnd(64 * Math.ceil((head.length + start + 1) / 64) - start - 1) + "\n";
  const made = new Uint8Array(start + padded.length + data.byteLength);
  made.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(made.buffer);
  if (version === 1) view.setUint16(8, padded.length, true);
  else view.setUint32(8, padded.length, true);
  made.set(new TextEncoder().encode(padded), start);
  made.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + padded.length);
  return made;
}
const ramp = (count, side = 5) => Uint8Array.from({ length: count * side * side }, (_, i) => (i * 7) % 256);
const given = (path, bytes) => ({ path, file: new Blob([bytes]) });
const table = (path, bytes) => ({ path, bytes: async () => bytes });
const idx = (shape, data, type = 8) => Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((side) => [side >>> 24, (side >>> 16) & 255, (side >>> 8) & 255, side & 255]), ...data]);

test("numbers of every type and order are those that were saved", () => {
  for (const [descr, data] of [["|u1", Uint8Array.of(1, 2, 3, 4, 5, 6)], ["<i2", Int16Array.of(1, 2, 3, 4, 5, 6)], ["<f4", Float32Array.of(1, 2, 3, 4, 5, 6)], ["<f8", Float64Array.of(1, 2, 3, 4, 5, 6)], ["<i8", BigInt64Array.of(1n, 2n, 3n, 4n, 5n, 6n)]])
    for (const version of [1, 2]) assert.deepEqual([...readNpy(npy(descr, [2, 3], data, "False", version)).data], [1, 2, 3, 4, 5, 6], descr);
  const big = new DataView(new ArrayBuffer(4));
  big.setFloat32(0, 0.5);
  assert.deepEqual([...readNpy(npy(">f4", [1], big)).data], [0.5]);
  assert.deepEqual([...readNpy(npy("|u1", [2, 3], Uint8Array.of(1, 4, 2, 5, 3, 6), "True")).data], [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(readNpy(npy("<U2", [2], Uint32Array.of(0xac00, 0, 97, 98))).data, ["가", "ab"]);
});

test("levels are told from what is there", () => {
  const level = (data) => [...found({ shape: [10, 4, 4], data: Array.from({ length: 160 }, (_, i) => data[i % data.length]) }, null, 10).bitmaps[0].data].slice(0, data.length).map(Math.round);
  assert.deepEqual(level([0, 1]), [0, 255]);
  assert.deepEqual(level([-1, 0, 1]), [0, 128, 255]);
  assert.deepEqual(level([0, 16]), [0, 255]);
  assert.deepEqual(level([0, 200.5]), [0, 201]);
  assert.deepEqual(level([0, 4095]), [0, 255]);
  for (const wrong of [[0, 1.2], [-3, 3], [0, 70_000]]) assert.throws(() => level(wrong), /it runs from/);
  assert.throws(() => level([7]), /same number in every place/);
  assert.throws(() => level([0, NaN]), /NaN or infinity/);
});

test("axes are told: flat squares, channels first and last", () => {
  const data = ramp(10, 6);
  const plain = found({ shape: [10, 6, 6], data }, null, 10).bitmaps;
  for (const shape of [[10, 36], [10, 1, 6, 6], [10, 6, 6, 1]]) assert.deepEqual(found({ shape, data }, null, 10).bitmaps, plain, String(shape));
  const colours = Float64Array.from({ length: 10 * 75 }, (_, i) => i % 256);
  const [first] = found({ shape: [10, 3, 5, 5], data: colours }, null, 10).bitmaps;
  assert.deepEqual([first.channels, ...first.data.subarray(0, 6)], [3, 0, 25, 50, 1, 26, 51]);
  const [last] = found({ shape: [10, 5, 5, 3], data: colours }, null, 10).bitmaps;
  assert.deepEqual([last.channels, [...last.data]], [3, [...colours.subarray(0, 75)]]);
  for (const shape of [[360], [10, 35], [10, 2, 18, 1], [10, 2, 18]]) assert.throws(() => found({ shape, data }, null, 10), /it has the shape/, String(shape));
});

test("labels become classes with names, of any of their ways", () => {
  const images = { shape: [12, 5, 5], data: ramp(12) };
  const named = (labels) => found(images, labels, 12);
  assert.deepEqual(named({ shape: [12], data: Array.from({ length: 12 }, (_, i) => [10, 2, 30][i % 3]) }).classes, ["2", "10", "30"]);
  assert.deepEqual(named({ shape: [12, 1], data: Array(12).fill(1) }).labels, Array(12).fill(0));
  assert.deepEqual(named({ shape: [12], data: Array.from({ length: 12 }, (_, i) => ["나", "가"][i % 2]) }).classes, ["가", "나"]);
  assert.deepEqual(named({ shape: [12, 2], data: Array.from({ length: 24 }, (_, i) => Number(i % 4 === 0 || i % 4 === 3)) }).labels, Array.from({ length: 12 }, (_, i) => i % 2));
  for (const wrong of [{ shape: [11], data: Array(11).fill(0) }, { shape: [12], data: Array(12).fill(0.5) }, { shape: [12, 2], data: Array(24).fill(1) }]) assert.throws(() => named(wrong), /its labels have the shape/);
  assert.deepEqual(found(images, { shape: [12], data: Array.from({ length: 12 }, (_, i) => i) }, 4).labels, [0, 3, 6, 9], "of many from everywhere, each with its own label");
});

test("an npz, a CSV, and idx files with their labels are read as what they are, zipped or not", async () => {
  const pixels = ramp(12);
  const labels = Uint8Array.from({ length: 12 }, (_, i) => i % 2);
  const npz = new Uint8Array(await zipOf([{ path: "x_train.npy", bytes: npy("|u1", [12, 5, 5], pixels) }, { path: "y_train.npy", bytes: npy("|u1", [12], labels) }]).arrayBuffer());
  const csv = ["label," + Array.from({ length: 25 }, (_, i) => `p${i}`).join(","), ...Array.from({ length: 12 }, (_, n) => [labels[n], ...pixels.slice(25 * n, 25 * n + 25)].join(",")), "broken,row"].join("\r\n");
  const pair = [given("train-images-idx3-ubyte.gz", gzipSync(idx([12, 5, 5], pixels))), given("train-labels-idx1-ubyte.gz", gzipSync(idx([12], labels)))];
  const zipped = given("mine.zip", await zipOf([{ path: "a/train.csv", bytes: new TextEncoder().encode(csv) }]).arrayBuffer());
  for (const files of [[given("a.npz", npz)], [given("a.csv", csv)], pair, [zipped]]) {
    const { pictures, classes } = await readGiven((await opened(files)).files);
    assert.deepEqual([pictures.length, classes, pictures[3].label, Math.round(pictures[3].bitmap.data[1])], [12, ["0", "1"], 1, pixels[76]], files[0].path);
  }
  const more = await zipOf(["x_train", "y_train", "x_test"].map((name) => ({ path: `${name}.npy`, bytes: name[0] === "x" ? npy("|u1", [12, 5, 5], pixels) : npy("|u1", [12], labels) }))).arrayBuffer();
  assert.deepEqual((await readGiven([given("b.npz", new Uint8Array(more))])).leftOut.map(({ name }) => name), ["x_test"], "what is not read is named");
  for (const name of ["a.npz", "b.NPY", "t10k-labels-idx1-ubyte", "x.idx3-ubyte.gz", "y.csv"]) assert.ok(TABLES.test(name), name);
  for (const name of ["a.png", "idx.txt", "x.pkl", "a.npz.txt"]) assert.ok(!TABLES.test(name), name);
});

test("files that are cut, changed or lie about their size are refused with a sentence, and quickly", async () => {
  const random = (() => {
    let state = 1;
    return (most) => (state = (state * 48271) % 2147483647) % most;
  })();
  const whole = npy("<f4", [12, 5, 5], Float32Array.from(ramp(12), (value) => value / 255));
  const seeds = [["a.npy", whole], ["images-idx3-ubyte", idx([12, 5, 5], ramp(12))], ["images-idx3-ubyte.gz", new Uint8Array(gzipSync(idx([12, 5, 5], ramp(12))))],
    ["a.npz", new Uint8Array(await zipOf([{ path: "images.npy", bytes: whole }]).arrayBuffer())], ["a.csv", new TextEncoder().encode(Array.from({ length: 12 }, (_, n) => [...ramp(12).slice(25 * n, 25 * n + 25)].join(",")).join("\n"))]];
  let refused = 0;
  for (const [path, bytes] of seeds) {
    assert.equal((await readTables([table(path, bytes)], 100)).bitmaps.length, 12, path);
    for (let i = 0; i < 40; i += 1) {
      const changed = bytes.slice(0, i % 3 ? bytes.length : random(bytes.length));
      for (let j = 0; j < 3 && changed.length; j += 1) changed[random(Math.min(changed.length, i % 2 ? 200 : changed.length))] = random(256);
      await readTables([table(path, changed)], 100).catch((error) => {
        assert.match(error.message, /^[\w.-]+: \S/, `${path}: ${error.stack}`);
        assert.ok(!/undefined|is not|Cannot read|Invalid|out of/.test(error.message), error.stack);
        refused += 1;
      });
    }
  }
  assert.ok(refused > 40);
  const objects = npy("|O", [12], new Uint8Array(12));
  assert.throws(() => readNpy(objects), /objects in the place of numbers/);
  assert.throws(() => readNpy(npy("|u1", [1e9], new Uint8Array(4))), /too much for a page/);
  await assert.rejects(readIdx(new Uint8Array(gzipSync(new Uint8Array(101e6)))), /would unpack to over/);
});
