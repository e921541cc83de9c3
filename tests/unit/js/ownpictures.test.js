/** A person's own pictures in the page: what was given, as it will be learned, and the classes that a conditional network then has. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { coloured, fitted, rotated, transposed } from "../../../ui/static/device/bitmap.js";
import { classNames, ofChooser } from "../../../ui/static/device/collect.js";
import { classesOf, groupsOf, onGround } from "../../../ui/static/device/ownread.js";
import { packed } from "../../../ui/static/device/packing.js";
import { ownFiles, ownSet, readOwnAbout, readOwnFile } from "../../../ui/static/device/pictures.js";
import { everyOf, inkOf, prepared } from "../../../ui/static/device/prepare.js";
import { fitted as fittedTo, recipeFor } from "../../../ui/static/device/recipes.js";
import { holds, unzip, zipOf } from "../../../ui/static/device/zip.js";
import { checkImplemented } from "../../../ui/static/trainer/implemented.js";
import { checkCost, costOf } from "../../../ui/static/trainer/cost.js";
import { described } from "../../../ui/static/trainer/described.js";

const recipes = JSON.parse(readFileSync(new URL("../../../ui/static/trainer/recipes.json", import.meta.url), "utf8"));
const grey = (rows) => ({ data: Uint8Array.from(rows.flat()), width: rows[0].length, height: rows.length, channels: 1 });
const rowsOf = ({ data, width, height }) => Array.from({ length: height }, (_, y) => [...data.slice(y * width, (y + 1) * width)]);
/** A bright block in the upper left of a dark picture. */
const block = (level = 255, side = 28) => grey(Array.from({ length: side }, (_, y) => Array.from({ length: side }, (_, x) => (y > 2 && y < 10 && x > 2 && x < 14 ? level : 0))));
const picture = (one, label = -1) => ({ path: "a.png", file: new Blob(), bitmap: one, label, size: [one.width, one.height] });
const read = (pictures, classes = []) => ({ pictures, classes, leftOut: [] });

test("pictures are turned clockwise and over their diagonal as NumPy turns them", () => {
  const one = grey([[1, 2, 3], [4, 5, 6]]);
  assert.deepEqual(rowsOf(rotated(one, 1)), [[4, 1], [5, 2], [6, 3]]);
  assert.deepEqual(rowsOf(rotated(one, 2)), [[6, 5, 4], [3, 2, 1]]);
  assert.deepEqual(rowsOf(rotated(one, 3)), [[3, 6], [2, 5], [1, 4]]);
  assert.deepEqual(rowsOf(transposed(one)), [[1, 4], [2, 5], [3, 6]]);
});

test("a picture of the right size stays as it is, another shape is padded with its border or cropped to its middle", () => {
  const shaped = (one, crop, shape = [28, 28, 1]) => fitted(one, shape, crop).data;
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
  assert.deepEqual([bright.sheet.ink, bright.images.map((data) => inkOf({ ...block(), data })).includes("dark on bright")], ["bright on dark", false]);
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
  const of = (paths) => classesOf(groupsOf(paths).folders);
  assert.deepEqual(of(["a/10/x.png", "a/2/y.png", "a/2/z.png"]), ["2", "10"]);
  assert.deepEqual([of(["a/x.png", "a/y.png"]), of(["x.png", "y.png"]), of([])], [[], [], []]);
  assert.throws(() => of(["x.png", "a/y.png"]), /one folder for each class/);
  assert.equal(of(Array.from({ length: 1000 }, (_, i) => `${i}/x.png`)).length, 1000);
  assert.throws(() => of(Array.from({ length: 1001 }, (_, i) => `${i}/x.png`)), /at most 1000 classes/);
  assert.deepEqual(classNames(["a\nb", " ", "x".repeat(90), "x".repeat(91)]), ["a?b", "class 1", "x".repeat(72), `${"x".repeat(72)} (3)`]);
});

test("train and test are no classes but what is learned and what is held out", () => {
  const paths = ["d/training/cat/1.png", "d/training/dog/2.png", "d/testing/cat/3.png"];
  assert.deepEqual(groupsOf(paths), { folders: ["cat", "dog", "cat"], test: [false, false, true] });
  assert.deepEqual(groupsOf(["train/1.png", "test/2.png"]), { folders: ["", ""], test: [false, true] });
  assert.deepEqual(groupsOf(["train/1.png", "other/2.png"]), { folders: ["train", "other"], test: [false, false] });
  const pictures = Array.from({ length: 12 }, (_, i) => ({ ...picture(block(), i % 2), test: i > 8 }));
  const { heldOut, sheet } = prepared({ ...read(pictures, ["cat", "dog"]), held: true }, "");
  assert.deepEqual([heldOut.indexOf(true), sheet.train, sheet.test, sheet.notes.length], [9, 9, 3, 1]);
  assert.equal(prepared({ ...read(pictures, ["cat", "dog"]), held: true }, "hold-20").sheet.test, 2);
});

/** Sums, and some numbers, of what gan_core makes of this picture (Wanted.fit and inked, Pillow 12). */
const LEARNED = [
  ["pad", [16, 16, 3], 88245, [62, 92, 146, 62, 94, 129]], ["pad", [16, 16, 1], 29414, [95, 133, 178, 95, 95, 95]], ["crop", [32, 32, 3], 445836, [49, 105, 162, 13, 63, 113]],
  ["pad,turn-90,transpose", [16, 16, 3], 88245, [62, 90, 67, 62, 94, 129]], ["crop,invert", [32, 32, 3], 337524, [206, 150, 93, 242, 192, 142]],
];

test("a picture in colours becomes, number for number, what gan_core makes of it", () => {
  const [width, height] = [37, 23];
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => ((Math.floor(i / 3) % width) * 7 + Math.floor(i / 3 / width) * 3 + (i % 3) * 50) % 256);
  const pictures = Array(8).fill(picture({ data, width, height, channels: 3 }));
  for (const [words, shape, sum, some] of LEARNED) {
    const { images: [image], sheet } = prepared(read(pictures), words, shape);
    assert.deepEqual([image.reduce((all, value) => all + value, 0), [0, 100, 200, -3, -2, -1].map((at) => image.at(at))], [sum, some], `${words} ${shape}`);
    assert.deepEqual(sheet.kind.shape, shape);
  }
  assert.deepEqual([...coloured(grey([[7, 9]]), 3).data], [7, 7, 7, 9, 9, 9]);
});

test("colours of a file are kept, what has none takes one number a pixel, what is transparent lies on the opposite of its ink", () => {
  assert.deepEqual(onGround(Uint8Array.of(10, 20, 30, 255, 1, 1, 1, 255)), { data: Uint8Array.of(10, 20, 30, 1, 1, 1), channels: 3 });
  assert.deepEqual(onGround(Uint8Array.of(9, 9, 9, 255, 200, 200, 200, 255)), { data: Uint8Array.of(9, 200), channels: 1 });
  assert.deepEqual([...onGround(Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 0)).data], [0, 255]);
  assert.deepEqual([...onGround(Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 0), 0).data], [0, 0], "one ground for all");
});

test("of large pictures no more are learned than a page can hold, from everywhere, and those left out are named", () => {
  const pictures = Array.from({ length: 2700 }, (_, i) => picture(grey([[i % 256, 0], [0, 0]]), Math.floor(i / 1350)));
  const { images, labels, sheet } = prepared(read(pictures, ["a", "b"]), "", [64, 64, 3]);
  assert.deepEqual([images.length, sheet.left_out_count, sheet.left_out[0].name], [2604, 1, "96 pictures"]);
  assert.ok(labels.filter((label) => label === 0).length === 1302);
  assert.equal(prepared(read(pictures, ["a", "b"]), "", [32, 32, 1]).images.length, 2700);
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
  const about = { prepare: "pad", shape: [4, 2, 3], classes: ["a", "b"], labels: [0, 1, 0], heldOut: [false, false, true] };
  const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));
  assert.deepEqual(readOwnAbout(bytes({ format: 1, ...about }), 3 * 24), about);
  assert.equal(readOwnAbout(undefined, 72), undefined);
  const { shape: _, ...earlier } = about;
  assert.deepEqual(readOwnAbout(bytes({ format: 1, ...earlier }), 3 * 784).shape, [28, 28, 1], "runs of earlier versions");
  const set = ownSet([1, 2, 3].map((level) => new Uint8Array(24).fill(level)), about);
  assert.deepEqual([[...set.labels], set.images[0], set.images[24], set.heldOut[0], set.images.length], [[0, 1], 1, 2, 3, 48]);
  for (const wrong of [{ ...about, labels: [0, 2, 0] }, { ...about, labels: [0] }, { ...about, classes: [1, 2] }, { ...about, heldOut: 3 }, null, 5, { ...about, labels: [0, 0.5, 0] }, { ...about, shape: [4, 3, 3] }, { ...about, shape: [72] }])
    assert.throws(() => readOwnAbout(bytes(wrong && { format: 1, ...wrong }), 72), /not here/);
  assert.throws(() => readOwnAbout(new TextEncoder().encode("{"), 72), /not here/);
});

test("a run goes on with the pictures it began with, and with no others", () => {
  const [classes, labels, heldOut] = [["a", "b"], Array.from({ length: 10 }, (_, i) => i % 2), Array.from({ length: 10 }, (_, i) => i === 9)];
  const { file, about } = ownFiles(labels.map((_, i) => new Uint8Array(768).fill(i)), { prepare: "", shape: [16, 16, 3], classes, labels, heldOut });
  assert.equal(readOwnFile(file, about).images.length, 9 * 768);
  const told = /learned from other pictures: .* the fingerprint [0-9a-f]{16}, it began with [0-9a-f]{16}/;
  assert.throws(() => readOwnFile(file.with(5000, 77), about), told);
  for (const other of [{ labels: [...labels].reverse() }, { classes: ["a", "c"] }, { heldOut: heldOut.map((out) => !out) }, { shape: [8, 32, 3] }]) assert.throws(() => readOwnFile(file, { ...about, ...other }), told);
  const { fingerprint: _, ...earlier } = about;
  assert.equal(readOwnFile(file, earlier).images.length, 9 * 768, "runs of earlier versions have no fingerprint");
});

test("networks are built for the pictures that are given, or refused with a sentence that says what they learn", () => {
  const of = (family, preset = "live") => recipes.find((one) => one.family === family && one.preset === preset && !one.lab);
  const asked = (family, preset, shape) => ({ recipe: of(family, preset), model: fittedTo(of(family, preset), { shape }), train: of(family, preset).train });
  const check = ({ recipe, model, train }) => checkImplemented(recipe, model, train);
  for (const family of ["dense", "dcgan", "cgan", "acgan"]) {
    const { recipe, model } = asked(family, "live", [32, 48, 3]);
    check({ recipe, model, train: recipe.train });
    assert.equal(recipeFor(recipes, model).preset, "live");
    assert.deepEqual(described({ recipe, model }).discriminator.input, [32, 48, 3]);
    checkCost(asked(family, "live", [64, 64, 3]));
  }
  const { generator } = described(asked("cgan", "live", [32, 48, 3]));
  assert.deepEqual([generator.layers[1].units, generator.layers[4].shape, generator.layers.at(-2).filters], [8 * 12 * 64, [8, 12, 64], 3]);
  assert.throws(() => check(asked("dcgan", "live", [30, 30, 1])), { message: /^The pictures are 30 × 30, grey; dcgan, live learns sides that are multiples of 4 here, from 16 to 64 pixels/ });
  assert.throws(() => check(asked("dcgan64", "live", [28, 28, 1])), /multiples of 16/);
  assert.throws(() => check(asked("dense", "live", [96, 96, 3])), /from 16 to 64 pixels/);
  assert.throws(() => check(asked("dense", "live", [32, 32, 2])), /grey or in colour/);
  assert.throws(() => check(asked("autoencoder", "live", [32, 32, 3])), { message: /^The pictures are 32 × 32, in colour; autoencoder, live learns 28 × 28, grey alone here/ });
});

test("what a training takes is told before, and what is too much for a phone is refused", () => {
  const asked = (preset, shape, train = {}) => {
    const recipe = recipes.find((one) => one.family === "cgan" && one.preset === preset && !one.lab);
    return { recipe, model: fittedTo(recipe, { shape }), train: { ...recipe.train, ...train } };
  };
  const [small, large] = [costOf(asked("live", [16, 16, 1])), costOf(asked("live", [64, 64, 1]))];
  assert.ok(large.work / small.work > 12 && large.work / small.work < 18 && large.bytes > 8 * small.bytes, "sixteen times as many pixels");
  assert.throws(() => checkCost(asked("reference", [64, 64, 3])), /^Error: cgan, reference needs \d+ MB for pictures of 64 × 64, in colour; a page takes at most 400, .*Choose smaller pictures/);
  assert.throws(() => checkCost(asked("live", [32, 32, 3], { batch_size: 128, d_steps: 5, one_stage: false })), /needs \d+ billion multiplications a step/);
  for (const recipe of recipes) checkCost({ recipe, model: recipe.model, train: recipe.train });
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
