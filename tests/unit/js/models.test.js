import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { fetchBytes, onProgress } from "../../../ui/static/engine/programs.js";
import { askedOf, drawsDigits, encodesDrawings, entitled, firstModel, kindOf, listModels, modelsChanged, onModelsChanged } from "../../../ui/static/state/modellist.js";
import { openModel } from "../../../ui/static/state/models.js";
import { makeFile, makeProgram, tensorOf } from "./files.js";

globalThis.GAN_BASE = "http://host.test/some/prefix/";
const files = new Map();
const asked = [];
globalThis.fetch = async (url) => {
  const { href } = new URL(url);
  asked.push(href);
  if (href.endsWith("kernel.wasm")) return new Response(await readFile(new URL(href)));
  const body = files.get(href.replace(globalThis.GAN_BASE, ""));
  return body === undefined ? new Response(JSON.stringify({ error: "There is no such file." }), { status: 404 }) : new Response(body);
};

const network = (role, inputs, outputs, extra = {}) =>
  makeProgram(
    {
      role, ops: [{ op: "reshape", shape: [inputs] }, { op: "dense", kernel: "k" }, { op: "reshape", shape: outputs }],
      input: role === "generator" ? { name: "z", shape: [inputs] } : { name: "images", shape: [28, 28, 1], range: [-1, 1] },
      output: { name: role === "generator" ? "images" : "logits", shape: outputs, ...(role === "generator" ? { range: [-1, 1] } : {}) }, ...extra,
    },
    { k: tensorOf([inputs, outputs.reduce((a, b) => a * b)], 5) },
  );

const info = (id, patch = {}) => ({
  id, kind: "checkpoint", title: id, family: "dcgan", latent_dim: 3, num_classes: 0, image_shape: [28, 28, 1], opening: true, prior: { kind: "normal" }, step: 9,
  epochs: [{ step: 4, epoch: 0.1, url: "epoch4" }], files: { generator: "g", discriminator: "d", encoder: null, directions: "v", prior: null }, ...patch,
});

files.set("g", network("generator", 3, [28, 28, 1]));
files.set("epoch4", network("generator", 3, [28, 28, 1], { step: 4 }));
files.set("d", network("discriminator", 784, [1]));
const [s, c] = [Math.sin(0.5), Math.cos(0.5)];
const directions = { shape: [2, 3], data: Float32Array.of(c, s, 0, -s, c, 0) };
files.set("v", makeFile({ directions, duals: directions }));

test("a model loads what drawing needs, relative to the page, and draws pixels between 0 and 1", async () => {
  const model = await openModel(info("one")).load();
  assert.ok(asked.every((url) => url.startsWith(globalThis.GAN_BASE) || url.endsWith("kernel.wasm")));
  assert.ok(!asked.some((url) => url.endsWith("/d")));
  const pixels = model.generate(model.sample(7));
  assert.equal(pixels.length, 784);
  assert.ok(pixels.every((x) => x >= 0 && x <= 1) && new Set(pixels).size > 100);
  assert.equal(openModel(info("one")), model);
});

test("titles say what a model is; a name that somebody gave it stays, and two that would be one are told apart", () => {
  const about = { named: "", hub: "", family: "DCGAN", data: "MNIST", dataset: "mnist" };
  const titles = (...list) => entitled(list).map(({ title }) => title);
  assert.deepEqual(titles(info("dcgan-mnist", { about }), info("mine", { about: { ...about, named: "mine" } }), info("own", { about: { ...about, data: "leaves", dataset: "" } })),
    ["DCGAN, 10 digits, learned from MNIST", "mine: DCGAN, 10 digits, learned from MNIST", "DCGAN, learned from leaves"]);
  assert.deepEqual(titles(info("a--b", { about: { ...about, hub: "a/b" } }), info("c", { title: "Its own" })), ["DCGAN, 10 digits, learned from MNIST (a/b)", "Its own"]);
  const run = (id) => info(`run:${id}`, { kind: "run", about });
  assert.deepEqual(titles(run("dcgan-mnist-20261126-101530"), run("dcgan-mnist-20261126-101530-2"), run("dcgan-mnist-20261126-222000")),
    ["DCGAN, learning from MNIST, started 10:15 [dcgan-mnist-20261126-101530]", "DCGAN, learning from MNIST, started 10:15 [dcgan-mnist-20261126-101530-2]", "DCGAN, learning from MNIST, started 22:20"]);
});

test("D(x) comes once the discriminator is here", async () => {
  const model = await openModel(info("one")).load();
  const pixels = model.generate([0.1, 0.2, 0.3]);
  assert.equal(model.judge(pixels), null);
  assert.equal(await model.ensure("discriminator"), true);
  const logit = tensorOf([784, 1], 5).data.reduce((sum, w, i) => sum + w * (2 * pixels[i] - 1), 0);
  assert.ok(Math.abs(model.judge(pixels) - 1 / (1 + Math.exp(-logit))) < 1e-5);
  assert.equal(await model.ensure("encoder"), false);
});

test("a direction's slider moves its own value and no other", async () => {
  const model = await openModel(info("one")).load();
  const z = model.sample(3);
  const before = model.directionValues(z);
  const after = model.directionValues(model.moveTo(z, 1, 2.5));
  assert.ok(Math.abs(after[0] - before[0]) < 1e-6 && Math.abs(after[1] - 2.5) < 1e-6);
});

test("an epoch draws once it is here, the finished generator until then", async () => {
  files.set("epoch4", network("generator", 3, [28, 28, 1], { ops: [{ op: "dense", kernel: "k" }, { op: "activation", kind: "relu" }, { op: "reshape", shape: [28, 28, 1] }] }));
  const model = await openModel(info("two")).load();
  const z = model.sample(1);
  const finished = model.generate(z);
  assert.deepEqual(model.generate(z, null, 4), finished);
  await model.ensureEpoch(4);
  assert.ok(Math.min(...model.generate(z, null, 4)) >= 0.5);
  assert.deepEqual(model.generate(z, null, null), finished);
  await assert.rejects(model.ensureEpoch(5), /no epoch at step 5/);
});

test("a missing, damaged or foreign file is named, and a later try may work", async () => {
  const patch = (generator) => ({ files: { ...info("x").files, generator } });
  await assert.rejects(openModel(info("gone", patch("nowhere"))).load(), /gone cannot be opened. There is no such file./);
  files.set("late", "<html>");
  await assert.rejects(openModel(info("torn", patch("late"))).load(), /torn cannot be opened. This weight file is damaged/);
  await assert.rejects(openModel(info("wrong", patch("d"))).load(), /generator file is for another model/);
  await assert.rejects(openModel(info("size", { ...patch("g"), latent_dim: 5 })).load(), /for another model/);
  files.set("late", network("generator", 3, [28, 28, 1]));
  await openModel(info("torn", patch("late"))).load();
});

test("the list of models comes with its problems; a damaged one is told", async () => {
  files.set("gan/models.json", JSON.stringify({ models: [info("one")], problems: [{ name: "bad", message: "torn" }] }));
  const { models, problems } = await listModels();
  assert.deepEqual([models.length, problems[0].name], [1, "bad"]);
  files.set("gan/models.json", "oops");
  await assert.rejects(listModels(), /list of models is damaged/);
});

test("a vote: the highest of the first coordinates names the digit, and changes places with another", async () => {
  const model = await openModel(info("votes", { votes: 3 })).load();
  const z = Float32Array.of(0.5, 1.5, -2, 9);
  assert.equal(model.vote(z), 1);
  assert.deepEqual([...model.votedFor(z, 2)], [0.5, -2, 1.5, 9]);
  assert.equal(model.vote(model.votedFor(z, 2)), 2);
  assert.deepEqual([...model.votedFor(z, 1)], [...z]);
});

test("while files come it is told how much of them is here", async (context) => {
  const told = [];
  onProgress((come, expected) => told.push([come, expected]));
  const parts = (...sizes) => new ReadableStream({ start: (controller) => (sizes.forEach((size) => controller.enqueue(new Uint8Array(size).fill(size))), controller.close()) });
  const answer = (stream, headers) => context.mock.method(globalThis, "fetch", async () => new Response(stream, { headers }), { times: 1 });
  answer(parts(100, 50), { "Content-Length": "150" });
  const bytes = new Uint8Array(await fetchBytes("http://host.test/a"));
  assert.deepEqual([bytes.length, bytes[0], bytes[149]], [150, 100, 50]);
  assert.deepEqual(told, [[100, 150], [150, 150], [0, 0]]);
  told.length = 0;
  answer(parts(10), { "Content-Length": "4", "Content-Encoding": "gzip" }); // the length of the packed file says nothing
  await fetchBytes("http://host.test/b");
  assert.deepEqual(told, [[10, 0], [0, 0]]);
});

test("a file that breaks off on its way is told as a server that is silent, and progress ends", async (context) => {
  const told = [];
  onProgress((come) => told.push(come));
  const broken = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(8)), pull: (controller) => controller.error(new TypeError("network error")) });
  context.mock.method(globalThis, "fetch", async () => new Response(broken), { times: 1 });
  await assert.rejects(fetchBytes("http://host.test/a/b/c"), /The server does not answer \(a\/b\/c\)/);
  assert.equal(told.at(-1), 0);
});

test("whoever asks for the list in one turn shares a request; a later turn asks anew", async () => {
  files.set("gan/models.json", JSON.stringify({ models: [info("a")] }));
  const requests = () => asked.filter((url) => url.endsWith("gan/models.json")).length;
  const before = requests();
  const lists = await Promise.all([listModels(), listModels(), listModels()]);
  assert.equal(requests(), before + 1);
  assert.deepEqual(lists.map(({ models }) => models[0].id), ["a", "a", "a"]);
  const first = listModels();
  await Promise.resolve();
  files.set("gan/models.json", JSON.stringify({ models: [info("b")] })); // changed after the first question went out
  assert.equal((await Promise.all([first, listModels()]))[1].models[0].id, "b");
  assert.equal(requests(), before + 3);
});

test("a change of the list is told to all who show it, until they stop", () => {
  globalThis.window = new EventTarget();
  const told = [];
  const stops = ["a", "b"].map((name) => onModelsChanged(() => told.push(name)));
  modelsChanged();
  stops[0]();
  modelsChanged();
  assert.deepEqual(told, ["a", "b", "b"]);
});

test("the page opens on a checkpoint whose family says so, else on the first model", () => {
  const [plain, opening] = [info("plain", { opening: false }), info("opening", { family: "anything" })];
  assert.equal(firstModel([plain, info("run:1", { kind: "run" }), opening]), opening);
  assert.equal(firstModel([plain]), plain);
});

test("a sketch draws until the finished generator is there, which then draws everywhere", async () => {
  files.set("g8", network("generator", 3, [28, 28, 1], { step: 1 }));
  const begins = info("sketched", { files: { ...info("").files, sketch: "g8" } });
  const model = await openModel(begins).load();
  assert.ok(!asked.slice(asked.findLastIndex((url) => url.endsWith("/g8"))).some((url) => url.endsWith("/g")), "the finished one is not waited for");
  assert.deepEqual([model.engines.generator.program.step, model.generatorUrl().endsWith("/g8")], [1, true]);
  assert.equal(model.generatorUrl(4).endsWith("/epoch4"), true);
  assert.equal(await model.refine(), true);
  assert.notEqual(model.engines.generator.program.step, 1);
  assert.ok(model.generatorUrl().endsWith("/g"));
  assert.equal(await model.refine(), false, "once");
  assert.equal(await (await openModel(info("another")).load()).refine(), false, "nothing to refine");
});

test("where the finished generator cannot be had, the sketch stays and a later try may work", async () => {
  files.set("g8", network("generator", 3, [28, 28, 1], { step: 1 }));
  const model = await openModel(info("cut off", { files: { ...info("").files, sketch: "g8", generator: "gone" } })).load();
  await assert.rejects(model.refine(), /no such file/);
  assert.deepEqual([model.sketched, model.engines.generator.program.step], [true, 1]);
  files.set("gone", network("generator", 3, [28, 28, 1], { step: 9 }));
  assert.equal(await model.refine(), true);
  assert.equal(model.engines.generator.program.step, 9);
});

test("a model of other classes is first asked for one of its own, of the same classes for what was asked for before", () => {
  const bearings = ["normal", "inner race", "outer race"].flatMap((condition) => ["1,800", "2,400"].map((speed) => `${condition} · ${speed} rpm`));
  const parts = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ", ..."ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ", ...Array.from({ length: 28 }, (_, i) => `final ${i}`)];
  const infos = [{ id: "digits" }, { id: "more" }, { id: "clothes", classes: ["shirt", "boot"] }, { id: "bearings", classes: bearings }, { id: "hangul", classes: parts, groups: [19, 21, 28] }];
  const after = (before, id) => askedOf(infos, before, id);
  assert.deepEqual(after("digits", "more"), {});
  assert.deepEqual(after("digits", "gone"), {});
  assert.deepEqual(["clothes", "bearings", "hangul"].map((id) => after(null, id)), [{ digit: 0, other: 1 }, { digit: 5, other: 1 }, { digit: 10588, other: 512 }]);
  assert.equal(String.fromCodePoint(0xac00 + 10588, 0xac00 + 512), "한글");
  assert.deepEqual(after("hangul", "digits"), { digit: 3, other: 8 });
});

test("what a model draws is said in words, and whether it is digits", () => {
  const infos = [{ image_shape: [28, 28, 1] }, { image_shape: [28, 28, 1], classes: ["shirt", "boot"] }, { image_shape: [64, 48, 3] }, { image_shape: [1024, 1], rate: 12000 }];
  assert.deepEqual(infos.map(kindOf), ["28 x 28 grey", "28 x 28 grey", "48 x 64 colour", "1,024 samples at 12,000 Hz"]);
  assert.deepEqual(infos.map(drawsDigits), [true, false, false, false]);
  const shapes = [[28, 28, 1], [28, 28, 3], [32, 32, 1], [28, 28, 1]];
  assert.deepEqual(shapes.map((shape, i) => encodesDrawings({ image_shape: shape, files: { encoder: i < 3 ? "e" : null } })), [true, false, false, false]);
});
