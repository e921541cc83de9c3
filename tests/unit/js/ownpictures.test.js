/** A person's own pictures in the page: what was given, as it will be learned, and the classes that a conditional network then has. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { ofChooser } from "../../../ui/static/device/collect.js";
import { classesOf } from "../../../ui/static/device/ownread.js";
import { packed } from "../../../ui/static/device/packing.js";
import { ownSet, readOwnAbout } from "../../../ui/static/device/pictures.js";
import { everyOf, inkOf, prepared, rotated, shaped, transposed } from "../../../ui/static/device/prepare.js";
import { recipeFor } from "../../../ui/static/device/recipes.js";
import { holds, unzip, zipOf } from "../../../ui/static/device/zip.js";
import { checkImplemented } from "../../../ui/static/trainer/implemented.js";
import { described } from "../../../ui/static/trainer/objectives.js";

const recipes = JSON.parse(readFileSync(new URL("../../../ui/static/trainer/recipes.json", import.meta.url), "utf8"));
const grey = (rows) => ({ data: Float32Array.from(rows.flat()), width: rows[0].length, height: rows.length });
const rowsOf = ({ data, width, height }) => Array.from({ length: height }, (_, y) => [...data.slice(y * width, (y + 1) * width)]);
/** A bright block in the upper left of a dark picture. */
const block = (level = 255, side = 28) => grey(Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => (y > 2 && y < 10 && x > 2 && x < 14 ? level : 0))));
const picture = (one, label = -1) => ({ path: "a.png", file: new Blob(), grey: one, label, size: [one.width, one.height] });
const read = (pictures, classes = []) => ({ pictures, classes, leftOut: [] });

test("pictures are turned clockwise and over their diagonal as NumPy turns them", () => {
  const one = grey([[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(rowsOf(rotated(one, 1)), [[4, 1], [5, 2], [6, 3]]);
  assert.deepEqual(rowsOf(rotated(one, 2)), [[6, 5, 4], [3, 2, 1]]);
  assert.deepEqual(rowsOf(rotated(one, 3)), [[3, 6], [2, 5], [1, 4]]);
  assert.deepEqual(rowsOf(transposed(one)), [[1, 4], [2, 5], [3, 6]]);
});

test("a picture of the right size stays as it is, another shape is padded with its border or cropped to its middle", () => {
  assert.deepEqual([...shaped(block(), false)], [...block().data]);
  const wide = grey(Array.from({ length: 20 }, () => Array.from({ length: 40 }, (_, x) => (x < 10 ? 200 : 100))));
  const [padded, cropped] = [shaped(wide, false), shaped(wide, true)];
  assert.equal(padded[0], 100, "the ground of its border above it");
  assert.ok(padded[14 * 28] > 195 && padded[14 * 28 + 27] === 100);
  assert.ok(cropped.every((value) => value === 100), "of 40 columns the 20 in the middle");
  assert.equal(shaped(grey(Array.from({ length: 7 }, () => Array(7).fill(33))), false).find((value) => value !== 33), undefined, "a small one is drawn larger");
});

test("ink is told and inverted, all of it or the dark alone", () => {
  const dark = { ...block(), data: block().data.map((value) => 255 - value) };
  const both = [block(), dark, block(), dark, block(), dark, block(), dark].map((one) => picture(one));
  const plain = prepared(read(both), "");
  assert.deepEqual([plain.sheet.ink, plain.sheet.notes.length, plain.problem], ["both", 1, ""]);
  const bright = prepared(read(both), "bright-ink");
  assert.deepEqual([bright.sheet.ink, bright.images.map((image) => inkOf(image)).includes("dark on bright")], ["bright on dark", false]);
  assert.deepEqual([...prepared(read(both), "invert").images[0]], [...dark.data]);
});

test("the sheet counts classes and what is held out, class by class", () => {
  const pictures = Array.from({ length: 20 }, (_, i) => picture(block(200 + i), i % 2));
  const { sheet, heldOut, labels } = prepared(read(pictures, ["cat", "dog"]), "hold-20");
  assert.deepEqual([sheet.count, sheet.train, sheet.test, sheet.of_class, sheet.sizes], [20, 16, 4, [10, 10], [[28, 28, 20]]]);
  assert.deepEqual(heldOut.map((out, i) => out && labels[i]).filter((label) => label !== false), [0, 1, 0, 1]);
  assert.deepEqual(everyOf([1, 0, 1, 0], 2), [false, false, true, true]);
});

test("too few pictures, and shapes that differ, are told with the cure", () => {
  assert.match(prepared(read([picture(block())]), "").problem, /Expected at least 8/);
  assert.match(prepared(read([]), "").problem, /0 pictures can be read/);
  const mixed = [...Array(9).fill(picture(block())), { ...picture(block()), size: [40, 20] }];
  assert.match(prepared(read(mixed), "").problem, /40 × 20, most are 28 × 28: .*padded or cropped/);
  for (const fit of ["pad", "crop"]) assert.equal(prepared(read(mixed), fit).problem, "");
});

test("folders are classes, 2 before 10, and one folder is none", () => {
  assert.deepEqual(classesOf(["a/10/x.png", "a/2/y.png", "a/2/z.png"]), ["2", "10"]);
  assert.deepEqual(classesOf(["a/x.png", "a/y.png"]), []);
  assert.deepEqual(classesOf(["x.png", "y.png"]), []);
  assert.throws(() => classesOf(["x.png", "a/y.png"]), /one folder for each class/);
  assert.throws(() => classesOf(Array.from({ length: 101 }, (_, i) => `${i}/x.png`)), /at most 100 classes/);
});

test("what a system hides is left out of what was given", () => {
  const files = ["d/a.png", "d/.DS_Store", "__MACOSX/d/._a.png", "d/Thumbs.db"].map((path) => ({ name: path, webkitRelativePath: path }));
  assert.deepEqual(ofChooser(files).map(({ path }) => path), ["d/a.png"]);
  assert.throws(() => ofChooser(Array(20_001).fill({ name: "a.png" })), /over 20000 files/);
});

test("one file of arrays goes to the server as it is, a heap of pictures as a zip of its folder's name", async () => {
  const file = new Blob(["abc"]);
  for (const path of ["x.zip", "train.csv", "a.npy", "b.NPZ", "train-images-idx3-ubyte.gz", "t10k-images.idx3-ubyte"]) assert.deepEqual(await packed([{ path, file }]), { name: path, blob: file });
  const { name, blob } = await packed([{ path: "letters/가/1.png", file }, { path: "letters/나/2.png", file }]);
  assert.equal(name, "letters.zip");
  assert.deepEqual((await unzip(await blob.arrayBuffer())).map(({ path }) => path), ["letters/가/1.png", "letters/나/2.png"]);
  assert.equal((await packed([{ path: "1.png", file }, { path: "2.png", file }])).name, "pictures.zip");
  await assert.rejects(packed([{ path: "a.npz", file: { size: 97 * 2 ** 20 } }]), /a.npz has 97 MB; at most 96/);
});

test("a zip is known as a run by its list of files alone, and says what it should have been", async () => {
  const made = (path) => zipOf([{ path, bytes: new Uint8Array(3) }]);
  const rule = /^([^/]+\/)?config\.json$/;
  assert.deepEqual([await holds(made("run/config.json"), rule), await holds(made("a/b/config.json"), rule), await holds(new Blob(["no zip"]), rule)], [true, false, false]);
  await assert.rejects(unzip(new ArrayBuffer(50), "the zip of pictures"), /it is no zip file. Expected the zip of pictures/);
});

test("a run keeps what its pictures are, and what it says of them is checked", () => {
  const about = { prepare: "pad", classes: ["a", "b"], labels: [0, 1, 0], heldOut: [false, false, true] };
  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
  assert.deepEqual(readOwnAbout(bytes({ format: 1, ...about }), 3), about);
  assert.equal(readOwnAbout(undefined, 3), undefined);
  const set = ownSet([1, 2, 3].map((level) => new Uint8Array(784).fill(level)), about);
  assert.deepEqual([[...set.labels], set.images[0], set.images[784], set.heldOut[0], set.images.length], [[0, 1], 1, 2, 3, 2 * 784]);
  for (const wrong of [{ ...about, labels: [0, 2, 0] }, { ...about, labels: [0] }, { ...about, classes: [1, 2] }, { ...about, heldOut: 3 }, null, 5, { ...about, labels: [0, 0.5, 0] }])
    assert.throws(() => readOwnAbout(bytes(wrong && { format: 1, ...wrong }), 3), /not here/);
  assert.throws(() => readOwnAbout(new TextEncoder().encode("{"), 3), /not here/);
});

test("a conditional recipe is laid out for as many classes as the data have, and no other for any", () => {
  for (const [family, preset] of [["cgan", "live"], ["cgan", "reference"], ["acgan", "live"]]) {
    const recipe = recipes.find((one) => one.family === family && one.preset === preset && !one.lab);
    const model = { ...recipe.model, num_classes: 3, classes: ["a", "b", "c"] };
    checkImplemented(recipe, model, recipe.train);
    assert.equal(recipeFor(recipes, model).preset, preset);
    const { generator, discriminator } = described({ recipe, model });
    assert.equal(generator.classes, 3);
    const before = recipe.networks.discriminator;
    assert.deepEqual([discriminator.classes, discriminator.layers.length], [before.classes && 3, before.layers.length]);
    const units = (about) => about.layers.findLast(({ layer }) => layer === "dense").units;
    assert.equal(units(discriminator), units(before) === 11 ? 4 : 1);
    assert.equal(described({ recipe, model: recipe.model }).discriminator, before);
  }
  const dense = recipes.find(({ family, preset }) => family === "dense" && preset === "live");
  assert.throws(() => checkImplemented(dense, { ...dense.model, num_classes: 3 }, dense.train), /num_classes/);
});
