/** A run of this device with what really trains: begun, taken home as a zip, taken in again, and gone on with. Only the looks are a stand-in. */

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { loadKernels } from "../../../ui/static/autodiff/memory.js";
import { Monitor } from "../../../ui/static/device/monitor.js";
import { OWN } from "../../../ui/static/device/pictures.js";
import { pngOf } from "../../../ui/static/device/png.js";
import { recipeFor } from "../../../ui/static/device/recipes.js";
import { jsonOf } from "../../../ui/static/device/record.js";
import { WORKERS } from "../../../ui/static/device/session.js";
import { Desk } from "../../../ui/static/device/source.js";
import { memoryShelf } from "../../../ui/static/device/shelves.js";
import { Store } from "../../../ui/static/device/store.js";
import { branch, control, filesOf, start, takeIn } from "../../../ui/static/device/training.js";
import { unzip, zipOf } from "../../../ui/static/device/zip.js";
import { decodePng } from "../../../ui/static/kit/pngread.js";
import { child, sample } from "../../../ui/static/state/latent.js";
import { Session } from "../../../ui/static/trainer/session.js";
import { read } from "../../../ui/static/trainer/state.js";
import { Team } from "../../../ui/static/trainer/team.js";

const STATIC = new URL("../../../ui/static/", import.meta.url);
const kernels = await loadKernels((name) => readFile(new URL(`autodiff/${name}`, STATIC)));
const recipes = JSON.parse(await readFile(new URL("trainer/recipes.json", STATIC), "utf8")).filter(({ family, preset }) => ["dense", "cgan", "wave"].includes(family) && preset === "live");
for (const { networks, train } of recipes) {
  train.batch_size = 8;
  if (train.dataset === "vibration") continue;
  // what stands before a picture or a grid has as many as these
  for (const { layers } of Object.values(networks)) for (const layer of layers) if (layer.units > 16 && layer.units % 784) layer.units = 16;
}

globalThis.GAN_BASE ??= "http://host.test/";
globalThis.window ??= { dispatchEvent() {} };
globalThis.document ??= { addEventListener() {}, removeEventListener() {} };
globalThis.addEventListener ??= () => {};
globalThis.removeEventListener ??= () => {};
globalThis.fetch = async () => new Response(JSON.stringify(recipes)); // the recipes are all that is asked for

/** What trainworker.js does, on this thread. */
function trainer() {
  let session = null;
  const worker = { onmessage: null, onerror: null, terminate: () => session?.end() };
  const answers = {
    async start(asked) {
      const { recipe, data, state } = asked;
      const team = await Team.of({ kernels, recipe, data, state, model: { ...recipe.model, ...asked.model }, train: { ...recipe.train, ...asked.train } }, 1, () => {});
      session = new Session(asked, team.training, team, (message) => worker.onmessage({ data: message }));
      await session.go();
    },
    control: ({ wish }) => session.ask(wish),
    state: () => session?.state(),
  };
  worker.postMessage = (message) => setTimeout(async () => {
    try {
      await answers[message.do](message);
    } catch (error) {
      worker.onmessage({ data: { kind: "error", message: error.message } });
    }
  });
  return worker;
}

function looker() {
  const worker = { onmessage: null, onerror: null, terminate() {} };
  worker.postMessage = ({ do: what, id, files }) => {
    const networks = Object.fromEntries(Object.entries(files ?? {}).map(([role, file]) => [role, new Uint8Array(file)]));
    if (what === "latent") setTimeout(() => worker.onmessage({ data: { id, latent: { directions: new Uint8Array(2) } } }));
    if (what === "report") setTimeout(() => worker.onmessage({ data: { id, png: new Uint8Array(3), look: {}, networks, seconds: 0 } }));
  };
  return worker;
}

Object.assign(WORKERS, { trainer, looker });

async function deskOf() {
  const desk = new Desk(new Store(memoryShelf(), true));
  desk.channel?.close();
  desk.channel = null;
  return desk;
}

const own = Array.from({ length: 24 }, (_, i) => Uint8Array.from({ length: 784 }, (_, p) => ((p + 7 * i) % 29) * 8));
const asked = (steps) => ({ family: "dense", preset: "live", dataset: OWN, own, steps });
const stateOf = async (desk, id) => read((await desk.store.read(id, "state/state.safetensors")).slice().buffer);

test("a run that came in as a zip goes on with the very weights of one that was never interrupted", async () => {
  const desk = await deskOf();
  const whole = await start(desk, asked(40));
  await desk.session.over();
  assert.equal((await desk.record(whole)).status.state, "finished");
  assert.ok((await desk.store.paths(whole)).has("snapshots/0000040.directions.safetensors"), "what is over has its directions beside its last networks");

  const first = await start(desk, asked(40));
  while (!(await desk.record(first)).status.step) await new Promise((resolve) => setTimeout(resolve, 1));
  await desk.session.stop();
  const stopped = (await desk.record(first)).status;
  assert.equal(stopped.state, "stopped");
  assert.ok(stopped.step > 0 && stopped.step < 40, `stopped at ${stopped.step}`);

  const other = await deskOf(); // another device
  const entries = await unzip(await zipOf(await filesOf(desk, first)).arrayBuffer());
  const id = await takeIn(other, entries);
  const before = (await other.record(id)).reports;
  assert.deepEqual(await control(other, await other.record(id), { do: "resume" }), { run: id, wish: { do: "resume" } });
  await other.session.over();
  const record = await other.record(id);
  assert.deepEqual([record.status.state, record.status.step, other.session], ["finished", 40, null]);
  const steps = record.reports.map(({ step }) => step);
  assert.deepEqual(steps.slice(0, before.length), before.map(({ step }) => step));
  assert.deepEqual([steps, steps.at(-1)], [[...new Set(steps)].sort((a, b) => a - b), 40]);
  const [ours, theirs] = [await stateOf(other, id), await stateOf(desk, whole)];
  assert.deepEqual([ours.loop.step, ours.variables], [theirs.loop.step, theirs.variables]);

  const { run } = await branch(other, record, { step: 40, settings: { g_learning_rate: 0.0001 } });
  await other.session.over();
  assert.deepEqual((await other.record(run)).status.state, "finished");
});

test("pictures in colour of named classes are learned as large as they are, kept, explored, taken home, and gone on with as they were", async () => {
  const desk = await deskOf();
  const [shape, classes] = [[16, 16, 3], ["red", "green", "blue"]];
  const labels = Array.from({ length: 24 }, (_, i) => i % 3);
  const pictures = labels.map((label) => Uint8Array.from({ length: 768 }, (_, i) => (i % 3 === label ? 250 : 5)));
  const about = { prepare: "pad", shape, classes, labels, heldOut: labels.map((_, i) => i > 20) };
  const id = await start(desk, { family: "cgan", preset: "live", dataset: OWN, own: pictures, about, steps: 3 });
  await desk.session.over();
  const record = await desk.record(id);
  assert.deepEqual([record.status.state, record.config.model.image_shape, record.config.model.classes, record.config.model.num_classes], ["finished", shape, classes, 3]);
  const { image_shape: drawn, classes: named } = await desk.model(record);
  assert.deepEqual([drawn, named], [shape, classes]);
  const monitor = new Monitor({ latentDim: 64, classes: 3, seed: 0, zScale: 1, duel: true, classifier: null, shape, images: pictures[0], heldOut: null }, kernels, null);
  monitor.generator.load((await desk.store.read(id, "snapshots/0000003.safetensors")).slice().buffer);
  const { pixels, width } = monitor.grid();
  const png = await decodePng(await pngOf(pixels, width, 3));
  assert.deepEqual([png.width, png.height], [3 * 16, 8 * 16], "a column for each class");
  const drawnFirst = monitor.generator.draw(sample(child(0, 0), 64), Float32Array.of(0, 1, 0));
  assert.deepEqual([...png.data.subarray(4 * 16, 4 * 16 + 3)], [0, 1, 2].map((c) => Math.round(255 * drawnFirst[c])), "the second of the first row is of the second class");

  const entries = await unzip(await zipOf(await filesOf(desk, id)).arrayBuffer());
  const taken = await takeIn(desk, entries);
  await assert.doesNotReject(control(desk, await desk.record(taken), { do: "resume" }));
  await desk.session?.over();
  const other = await takeIn(desk, entries.map((one) => (one.path.endsWith("pictures.bin") ? { ...one, bytes: one.bytes.with(9, 1) } : one)));
  await assert.rejects(control(desk, await desk.record(other), { do: "resume" }), /learned from other pictures/);
});

test("recordings of named classes are learned at their rate, shown as waveforms, explored, taken home, and gone on with", async () => {
  const desk = await deskOf();
  const [shape, classes, rate] = [[1024, 1], ["healthy", "worn"], 25_600];
  const labels = Array.from({ length: 24 }, (_, i) => i % 2);
  const signals = labels.map((label, n) => Uint8Array.from({ length: 1024 }, (_, i) => 127 + 100 * label * Math.sin((i + n) / 5)));
  const about = { prepare: "", shape, classes, labels, rate, heldOut: labels.map((_, i) => i > 20) };
  const id = await start(desk, { family: "wave", preset: "live", dataset: OWN, own: signals, about, steps: 2 });
  await desk.session.over();
  const record = await desk.record(id);
  assert.deepEqual([record.status.state, record.status.reason, record.config.model.image_shape, record.config.model.classes, record.config.model.rate], ["finished", "", shape, classes, rate]);
  const { image_shape: drawn, classes: named, rate: told } = await desk.model(record);
  assert.deepEqual([drawn, named, told], [shape, classes, rate]);
  const monitor = new Monitor({ latentDim: 64, classes: 2, seed: 0, zScale: 1, duel: true, classifier: null, shape, images: signals[0], heldOut: null }, kernels, null);
  monitor.generator.load((await desk.store.read(id, "snapshots/0000002.safetensors")).slice().buffer);
  const { pixels, width } = monitor.grid();
  assert.deepEqual([width, pixels.length, new Set(pixels).size > 2], [2 * 96, 2 * 96 * 8 * 48, true], "waveforms, a column for each class");

  const entries = await unzip(await zipOf(await filesOf(desk, id)).arrayBuffer());
  await assert.doesNotReject(control(desk, await desk.record(await takeIn(desk, entries)), { do: "resume" }));
  await desk.session?.over();
  const faster = entries.map((one) => (one.path.endsWith("pictures.json") ? { ...one, bytes: jsonOf({ ...JSON.parse(new TextDecoder().decode(one.bytes)), rate: 12_000 }) } : one));
  await assert.rejects(control(desk, await desk.record(await takeIn(desk, faster)), { do: "resume" }), /learned from other pictures/);
  await assert.rejects(start(desk, { family: "wave", preset: "live", dataset: OWN, own, steps: 2 }), /What came is 28 × 28, grey; wave, live learns signals of 256 to 4096 samples/);
});

test("a run whose networks are not those of its preset is refused with a sentence, and so is the start of one", async () => {
  const widths = { ...recipes[0].model.widths, dropout: 0.3 };
  const desk = await deskOf();
  await assert.rejects(start(desk, { ...asked(2), model: { widths } }), /its networks are not those of dense, live/);
  await assert.rejects(start(desk, { ...asked(2), preset: "grand" }), /cannot train dense, grand/);
  const id = await start(desk, { ...asked(2), model: { widths: recipes[0].model.widths } });
  await desk.session.over();
  const entries = (await filesOf(desk, id)).map((file) => (file.path.endsWith("config.json") ? { ...file, bytes: jsonOf({ ...(JSON.parse(new TextDecoder().decode(file.bytes))), model: { ...recipes[0].model, widths } }) } : file));
  const strange = await takeIn(desk, entries);
  await assert.rejects(control(desk, await desk.record(strange), { do: "resume" }), /its networks are not those of dense, live/);
});

test("a network that is told the class is not begun on pictures that nobody has labelled", async () => {
  const desk = await deskOf();
  await assert.rejects(start(desk, { ...asked(2), family: "cgan" }), { message: /^cgan is told the class of every picture, and these have no classes from 0 to 9\. Put each class into a folder of its name/ });
  assert.deepEqual([await desk.store.runs(), desk.session], [[], null]);
});

test("a setting that this device does not have is refused before there is a run, in a branch too", async () => {
  const desk = await deskOf();
  await assert.rejects(start(desk, { ...asked(2), settings: { gradient_penalty: 0.1 } }), { message: "gradient_penalty is 0.1; this device trains with 0. Change it, or train on a server." });
  assert.deepEqual(await desk.store.runs(), []);
  const id = await start(desk, { ...asked(2), settings: { optimizer: "sgd", d_steps: 2 } });
  await desk.session.over();
  const record = await desk.record(id);
  assert.deepEqual([record.status.state, record.config.train.one_stage], ["finished", false]);
  await assert.rejects(branch(desk, record, { step: 2, settings: { r1_gamma: 0.1 } }), /r1_gamma is 0\.1; this device trains with 0, as its discriminator has layers whose slope bends/);
  assert.equal((await desk.store.runs()).length, 1);
});

test("the failure lab's networks are found by their widths, and a preset alone is the preset's own", () => {
  const own = { ...recipes[0], model: { ...recipes[0].model, latent_dim: 64 } };
  const lab = { ...own, lab: true, model: { ...own.model, widths: { generator: [128], dropout: 0.3 } } };
  const model = { family: "dense", preset: "live" };
  assert.equal(recipeFor([own, lab], model), own);
  assert.equal(recipeFor([own, lab], { ...model, latent_dim: 32 }), own);
  assert.equal(recipeFor([own, lab], { ...model, widths: { dropout: 0.3, generator: [128], votes: 0 } }), lab);
  assert.equal(recipeFor([own], { ...model, widths: lab.model.widths }), undefined);
});

test("another training begins as soon as one has ended, though its last look is still to come", async () => {
  const desk = await deskOf();
  const first = await start(desk, asked(2));
  while ((await desk.record(first)).status.state !== "finished") await new Promise((resolve) => setTimeout(resolve, 1));
  const second = await start(desk, asked(2));
  assert.notEqual(first, second);
  await desk.session.over();
  for (const id of [first, second]) assert.deepEqual([(await desk.store.json(id, "status.json")).state, (await desk.record(id)).reports.at(-1).step], ["finished", 2]);
});
